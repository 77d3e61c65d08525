//! A bot in a process of its own, so that it can be killed while its workspace lives on: this test binary, run once more.
//!
//! Its clock is turned through a pipe. It reads lines: `begin MOMENT ADDRESS TEAM`, `hold WHAT PART`, `well`,
//! `turn MOMENT`, `rest`, `record N`, `letter N`, `frames N` and `stop`; and says, each behind [`SAYS`]: `waits LETTERS` when it has
//! opened its store, `probe`, which `frames` answers, `held`, `next MOMENT` when all has settled, `read JSON` of what it was asked
//! for, and `outbox N` in the end. The end of its input ends it, so that none is left behind.
#![expect(clippy::print_stdout, reason = "it speaks with the test that started it")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use allears::clock::{Clock, Hand, guard};
use allears::config::{Env, Secrets};
use allears::domain::ids::{FeedbackNo, LetterNo, TenantId};
use allears::domain::tagging::Language;
use allears::serve::{Bot, Setup};
use allears::store::Store;
use allears::store::local::{LocalOptions, LocalStore};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use slack_sim::Sim;
use tokio::sync::{Mutex, mpsc};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::moody::{Does, Moody, Of, anything, posted_part, queues};
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
pub(crate) enum Hold {
    /// Digests, before they are queued.
    Queueing,
    /// The mark that this part of a letter was posted, before it is kept.
    Marking(u32),
    /// That this mark is kept: whoever offered it does not hear so.
    Marked(u32),
    /// Whatever is to be kept.
    Keeping,
    /// That something is kept, whatever it is: whoever offered it does not hear so.
    Kept,
}

impl Hold {
    fn said(self) -> String {
        match self {
            Self::Queueing => "queueing 0".to_owned(),
            Self::Marking(part) => format!("marking {part}"),
            Self::Marked(part) => format!("marked {part}"),
            Self::Keeping => "keeping 0".to_owned(),
            Self::Kept => "kept 0".to_owned(),
        }
    }
}

/// What a child came to while it was listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// To what was waited for; it may be in the midst of something.
    There,
    /// To rest.
    ToRest,
}

/// A bot that runs in a process of its own. It is killed when it is dropped.
pub(crate) struct Child {
    process: Running,
    /// When it has something to do again.
    pub(crate) next: Option<Timestamp>,
    /// How many changes it holds.
    pub(crate) held: usize,
    /// How many lines it has said, its log among them.
    pub(crate) lines: usize,
    /// The letters that the one before it left unsent, once it has opened its store.
    pub(crate) waits: Option<Vec<LetterNo>>,
    /// How often it is still to say that it has come to rest.
    owes: usize,
    /// It waits to hear how many frames went by.
    asks: bool,
    /// What it read last.
    read: Option<String>,
}

impl Child {
    /// Starts one in this folder, on the workspace's time, to be listened to until it comes to rest.
    pub(crate) fn begin(world: &World, folder: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env_clear().args([CHILD, "--exact", "--ignored", "--nocapture", "--test-threads=1"]).env(PLACE, folder);
        command.envs([("SLACK_BOT_TOKEN", world.sim.bot_token()), ("SLACK_APP_TOKEN", world.sim.app_token())]);
        let process = Running::open(command);
        let mut child = Self { process, next: None, held: 0, lines: 0, waits: None, owes: 1, asks: false, read: None };
        child.tell(&format!("begin {} {} {}", world.clock.now(), world.sim.api_url(), world.sim.team_id()));
        child
    }

    /// From here on it holds on to this.
    pub(crate) fn hold(&mut self, what: Hold) {
        self.held = 0;
        self.tell(&format!("hold {}", what.said()));
    }

    /// It holds on to nothing any more.
    pub(crate) fn lets_go(&mut self) {
        self.tell("well");
    }

    /// Turns its clock; to be listened to until it comes to rest.
    pub(crate) fn turn(&mut self, to: Timestamp) {
        self.owes += 1;
        self.tell(&format!("turn {to}"));
    }

    /// Waits until it has come to rest.
    pub(crate) async fn rests(&mut self, sim: &Sim) {
        self.owes += 1;
        self.tell("rest");
        self.listen(sim, |_| false).await;
    }

    /// A row of its store, by what it is and its number.
    pub(crate) async fn reads<T: DeserializeOwned>(&mut self, sim: &Sim, what: &str, no: u64) -> Option<T> {
        self.tell(&format!("{what} {no}"));
        loop {
            self.listen(sim, |child| child.read.is_some()).await;
            if let Some(json) = self.read.take() {
                return serde_json::from_str(&json).unwrap();
            }
        }
    }

    /// Listens until it has come to rest, or to what is waited for, which is looked at all the time. It may be given up at any
    /// time: whoever listens next goes on from there.
    pub(crate) async fn listen(&mut self, sim: &Sim, there: impl Fn(&Self) -> bool) -> Came {
        let waited = guard::Stopwatch::start();
        while !there(self) {
            assert!(waited.elapsed() < PATIENCE, "it neither rests nor comes to what is waited for:\n{}", self.process.all());
            if self.asks {
                let frames = sim.probe().await;
                self.asks = false;
                self.tell(&format!("frames {frames}"));
            }
            let Some(line) = guard::within(GLANCE, self.process.hears()).await else { continue };
            let line = line.unwrap_or_else(|| panic!("the child ended:\n{}", self.process.all()));
            self.lines += 1;
            let Some((_, said)) = line.split_once(SAYS) else { continue };
            match said.split_once(' ').unwrap_or((said, "")) {
                ("next", moment) => {
                    self.next = moment.parse().ok();
                    self.owes -= 1;
                    if self.owes == 0 {
                        return Came::ToRest;
                    }
                }
                ("waits", letters) => self.waits = Some(letters.split_whitespace().map(|no| LetterNo(no.parse().unwrap())).collect()),
                ("read", json) => self.read = Some(json.to_owned()),
                ("held", _) => self.held += 1,
                ("probe", _) => self.asks = true,
                _ => panic!("{line}"),
            }
        }
        Came::There
    }

    /// Kills it, as a power cut would. Gives its log.
    pub(crate) async fn killed(self) -> String {
        without_answers(&self.process.killed().await)
    }

    /// Stops it as SIGTERM does. Gives how many letters are left to be sent, and its log.
    pub(crate) async fn stops(mut self) -> (usize, String) {
        self.tell("stop");
        let outbox = format!("{SAYS}outbox ");
        self.process.has_said(&outbox, 1).await;
        let left = self.process.rest_of(&outbox).parse().unwrap();
        let said = self.process.ends().await;
        assert_eq!(said.code, Some(0), "{}", said.out);
        (left, without_answers(&(said.out + &said.err)))
    }

    fn tell(&mut self, line: &str) {
        self.process.tell(&format!("{line}\n"));
    }
}

/// All that one said, but for what it answered its parent, who may ask for words.
fn without_answers(said: &str) -> String {
    said.lines().filter(|line| !line.contains(SAYS)).flat_map(|line| [line, "\n"]).collect()
}

/// Writes down what a child has to know.
pub(crate) fn write_down(company: &Company, folder: &Path) {
    let files = [("allears.toml", &company.allears), ("functions.toml", &company.functions), ("rules.toml", &company.rules)];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    for (language, text) in &company.rules_of {
        std::fs::write(folder.join(rules_file(*language)), text).unwrap();
    }
}

/// The file of a language's rules.
fn rules_file(language: Language) -> String {
    format!("rules-{language:?}.toml")
}

/// What was written down.
fn read_up(folder: &Path) -> Company {
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let rules_of = Language::ALL.into_iter().filter_map(|language| Some((language, read(&rules_file(language)).ok()?)));
    let [allears, functions, rules] = ["allears.toml", "functions.toml", "rules.toml"].map(|name| read(name).unwrap());
    Company { allears, functions, rules, rules_of: rules_of.collect(), ..Company::default() }
}

/// Where a child remembers.
pub(crate) fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// Says something to the parent.
fn say(line: &str) {
    println!("{SAYS}{line}");
}

/// Answers what the parent asked for.
fn answer(row: &impl Serialize) {
    say(&format!("read {}", serde_json::to_string(row).unwrap()));
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
        let waits: Vec<String> = local.outbox().await.unwrap().iter().map(|(no, _)| no.0.to_string()).collect();
        say(&format!("waits {}", waits.join(" ")));
        let store = Moody::over(Arc::<LocalStore>::clone(&local), || say("held"));
        let company = read_up(folder);
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
            ["rest"] => rests(&self.hand).await,
            ["record", no] => answer(&self.local.record(FeedbackNo(no.parse().unwrap())).await.unwrap()),
            ["letter", no] => answer(&self.local.letter(LetterNo(no.parse().unwrap())).await.unwrap()),
            ["well"] => self.store.is_well(),
            ["hold", "queueing", _] => self.store.falls_into(queues, Does::Holds),
            ["hold", "marking", part] => self.store.falls_into(of_part(part), Does::Holds),
            ["hold", "marked", part] => self.store.falls_into(of_part(part), Does::KeepsToItself),
            ["hold", "keeping", _] => self.store.falls_into(anything, Does::Holds),
            ["hold", "kept", _] => self.store.falls_into(anything, Does::KeepsToItself),
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
