//! A bot in a process of its own, so that it can be killed while its workspace lives on: this test binary, run once more.
//!
//! Its clock is turned through a pipe. It reads lines: `begin MOMENT ADDRESS TEAM`, `hold WHAT PART`, `well`,
//! `turn MOMENT`, `frames N` and `stop`; and says, each behind [`SAYS`]: `probe`, which `frames` answers, `held`, `next MOMENT` when all
//! has settled, and `outbox N` in the end. The end of its input ends it, so that none is left behind.
#![expect(clippy::print_stdout, reason = "it speaks with the test that started it")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use allears::clock::{Clock, Hand, guard};
use allears::config::{Env, Secrets};
use allears::domain::ids::TenantId;
use allears::serve::{Bot, Setup};
use allears::store::local::{LocalOptions, LocalStore};
use jiff::Timestamp;
use slack_sim::Sim;
use tokio::sync::{Mutex, mpsc};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::moody::{Does, Moody, Of, posted_part, queues};
use crate::program::Running;
use crate::world::{Company, World};

/// Names the folder of a child; only children have it.
const PLACE: &str = "ALLEARS_CHILD_OF_A_TEST";
/// Stands before each line that is meant for the parent: the harness of tests speaks as well.
const SAYS: &str = "the bot: ";
/// The test that is the child.
const CHILD: &str = "once::child::the_bot_as_a_child";
/// Generous: only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often something is looked at that does not tell by itself.
const GLANCE: Duration = Duration::from_millis(2);

/// What a child holds on to, or keeps to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Digests, before they are queued.
    Queueing,
    /// The mark that this part of a letter was posted, before it is kept.
    Marking(u32),
    /// That this mark is kept: whoever offered it does not hear so.
    Marked(u32),
}

impl Hold {
    fn said(self) -> String {
        match self {
            Self::Queueing => "queueing 0".to_owned(),
            Self::Marking(part) => format!("marking {part}"),
            Self::Marked(part) => format!("marked {part}"),
        }
    }
}

/// What a child came to while it was listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// To what was waited for; it may be in the midst of something.
    There,
    /// To rest.
    ToRest,
}

/// A bot that runs in a process of its own. It is killed when it is dropped.
pub(super) struct Child {
    process: Running,
    /// When it has something to do again.
    pub(super) next: Option<Timestamp>,
    /// How many changes it holds.
    pub(super) held: usize,
}

impl Child {
    /// Starts one in this folder, on the workspace's time, and waits until it hears.
    pub(super) async fn start(world: &World, folder: &Path) -> Self {
        let mut child = Self::begin(world, folder);
        assert_eq!(child.listen(&world.sim, |_| false).await, Came::ToRest);
        child
    }

    /// Starts one, to be listened to until it comes to rest.
    pub(super) fn begin(world: &World, folder: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env_clear().args([CHILD, "--exact", "--ignored", "--nocapture", "--test-threads=1"]).env(PLACE, folder);
        command.envs([("SLACK_BOT_TOKEN", world.sim.bot_token()), ("SLACK_APP_TOKEN", world.sim.app_token())]);
        let mut child = Self { process: Running::open(command), next: None, held: 0 };
        child.tell(&format!("begin {} {} {}", world.clock.now(), world.sim.api_url(), world.sim.team_id()));
        child
    }

    /// From here on it holds on to this.
    pub(super) fn hold(&mut self, what: Hold) {
        self.held = 0;
        self.tell(&format!("hold {}", what.said()));
    }

    /// It holds on to nothing any more.
    pub(super) fn lets_go(&mut self) {
        self.tell("well");
    }

    /// Turns its clock; to be listened to until it comes to rest.
    pub(super) fn turn(&mut self, to: Timestamp) {
        self.tell(&format!("turn {to}"));
    }

    /// Listens until it has come to rest, or to what is waited for, which is looked at all the time.
    pub(super) async fn listen(&mut self, sim: &Sim, there: impl Fn(&Self) -> bool) -> Came {
        let waited = guard::Stopwatch::start();
        while !there(self) {
            assert!(waited.elapsed() < PATIENCE, "it neither rests nor comes to what is waited for:\n{}", self.process.all());
            let Some(line) = guard::within(GLANCE, self.process.hears()).await else { continue };
            let line = line.unwrap_or_else(|| panic!("the child ended:\n{}", self.process.all()));
            let Some((_, said)) = line.split_once(SAYS) else { continue };
            match said.split_once(' ') {
                Some(("next", moment)) => {
                    self.next = moment.parse().ok();
                    return Came::ToRest;
                }
                Some(_) => panic!("{line}"),
                None if said == "held" => self.held += 1,
                None => {
                    let frames = sim.probe().await;
                    self.tell(&format!("frames {frames}"));
                }
            }
        }
        Came::There
    }

    /// Kills it, as a power cut would. Gives all that it said.
    pub(super) async fn killed(self) -> String {
        self.process.killed().await
    }

    /// Stops it as SIGTERM does, with nothing left to send. Gives all that it said.
    pub(super) async fn stops(mut self) -> String {
        self.tell("stop");
        self.process.has_said(&format!("{SAYS}outbox 0"), 1).await;
        let said = self.process.ends().await;
        assert_eq!(said.code, Some(0), "{}", said.out);
        said.out + &said.err
    }

    fn tell(&mut self, line: &str) {
        self.process.tell(&format!("{line}\n"));
    }
}

/// Writes down what a child has to know.
pub(super) fn write_down(company: &Company, folder: &Path) {
    let files = [("allears.toml", &company.allears), ("functions.toml", &company.functions), ("rules.toml", &company.rules)];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// Where a child remembers.
pub(super) fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// Says something to the parent.
fn say(line: &str) {
    println!("{SAYS}{line}");
}

/// What the parent tells, and how many frames it counts.
fn hear() -> (mpsc::UnboundedReceiver<String>, mpsc::UnboundedReceiver<u64>) {
    let ((tell, told), (count, counted)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            match line.strip_prefix("frames ") {
                Some(frames) => count.send(frames.parse().unwrap()).unwrap(),
                None => tell.send(line).unwrap(),
            }
        }
        // Nobody is there any more.
        std::process::exit(1);
    });
    (told, counted)
}

/// All is still, on both sides of every socket: says when it goes on.
async fn rests(hand: &Hand) {
    hand.settled().await.unwrap();
    say(&hand.next().map_or_else(|| "next never".to_owned(), |next| format!("next {next}")));
}

/// A change of a kind, by the part of the letter that it is about.
fn of_part(part: &str) -> Of {
    match part {
        "0" => posted_part::<0>,
        "1" => posted_part::<1>,
        "2" => posted_part::<2>,
        other => panic!("no part {other} is held in any test"),
    }
}

/// A bot on a clock that the parent turns, over a store that can hold on to things.
struct Inside {
    hand: Hand,
    local: Arc<LocalStore>,
    store: Arc<Moody>,
    bot: Bot,
}

impl Inside {
    async fn begin(folder: &Path, line: &str, counted: mpsc::UnboundedReceiver<u64>) -> Self {
        let [_, now, api, team] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (clock, hand) = Clock::by_hand(now.parse().unwrap());
        let counted = Arc::new(Mutex::new(counted));
        hand.probe(Arc::new(move || {
            let counted = Arc::clone(&counted);
            Box::pin(async move {
                say("probe");
                counted.lock().await.recv().await.unwrap()
            })
        }));
        let options = LocalOptions::new(&data(folder), Some(TenantId::new(team)));
        let local = Arc::new(LocalStore::open(options, clock.clone()).await.unwrap());
        let store = Moody::over(Arc::<LocalStore>::clone(&local), || say("held"));
        let read = |name| std::fs::read_to_string(folder.join(name)).unwrap();
        let company =
            Company { allears: read("allears.toml"), functions: read("functions.toml"), rules: read("rules.toml"), ..Company::default() };
        let config = company.config(api);
        let secrets = Secrets::load(&Env::process(), config.slack.transport).unwrap();
        let (keep, guards) = (store.keep(), company.guards);
        let setup = Setup { config, secrets, clock, keep, listen: None, on_progress: Arc::new(|_| {}), guards };
        let bot = Bot::start(setup).await.unwrap();
        rests(&hand).await;
        Self { hand, local, store, bot }
    }

    async fn does(&self, line: &str) {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["turn", moment] => {
                self.hand.turn_to(moment.parse().unwrap()).await.unwrap();
                rests(&self.hand).await;
            }
            ["well"] => self.store.is_well(),
            ["hold", "queueing", _] => self.store.falls_into(queues, Does::Holds),
            ["hold", "marking", part] => self.store.falls_into(of_part(part), Does::Holds),
            ["hold", "marked", part] => self.store.falls_into(of_part(part), Does::KeepsToItself),
            _ => panic!("{line}"),
        }
    }

    async fn stop(self) {
        say(&format!("outbox {}", self.bot.store().outbox().await.unwrap().len()));
        assert!(self.bot.stop().await, "it did not stop in time");
        self.local.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is the bot that other tests start, and kill"]
async fn the_bot_as_a_child() {
    let Some(folder) = std::env::var_os(PLACE).map(PathBuf::from) else { return };
    let ours = tracing_subscriber::filter::Targets::new().with_target("allears", tracing::Level::TRACE);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(tracing_subscriber::Layer::with_filter(lines, ours)).init();
    let (mut told, counted) = hear();
    let inside = Inside::begin(&folder, &told.recv().await.unwrap(), counted).await;
    loop {
        match told.recv().await.unwrap().as_str() {
            "stop" => return inside.stop().await,
            line => inside.does(line).await,
        }
    }
}
