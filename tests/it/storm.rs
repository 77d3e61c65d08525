//! A storm: many messages a second, some of them twice and out of order, on sockets that are cut, while the bot is
//! killed again and again. At the end each stands there once.
//!
//! Small in the usual tests. `ALLEARS_STORM=20000` is the whole one, with three kills, and says how soon the bot
//! acknowledged and how much memory it took: `scripts/check storm`.
#![expect(clippy::print_stdout, reason = "says its figures to whoever asks for them")]

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use allears::clock::guard::Stopwatch;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use slack_sim::{Fault, Rest, Rule, Sim, SystemTime, Time};

use crate::program::{Place, Running, glance, remembered, until, workspace};

/// Messages in a second.
const RATE: usize = 500;
/// Of a hundred messages so many come twice, half of them under another event id.
const TWICE: f64 = 0.05;
/// So many come behind the next one.
const LATE: f64 = 0.1;
/// After so many messages all sockets are cut.
const CUT_EVERY: usize = 4_000;
/// Of as many messages one cuts the socket that it is sent on. Cut more often, sockets are opened more slowly, as anybody's
/// who cannot keep them, and Slack's attempts, which are hurried here, end before that.
const CUTS: f64 = 1.0 / 4_000.0;
/// How much sooner Slack tries again.
const HURRY: i32 = 12;
/// How long Slack waits for an acknowledgement.
const ACK_LIMIT: SignedDuration = SignedDuration::from_secs(3);

/// What is tried.
struct Storm {
    messages: usize,
    kills: usize,
}

impl Storm {
    fn of(messages: usize) -> Self {
        Self { messages, kills: if messages >= 10_000 { 3 } else { 1 } }
    }

    /// As the environment says, else small.
    fn asked() -> Self {
        let messages = std::env::var_os("ALLEARS_STORM").map(|messages| messages.to_str().unwrap().parse().unwrap());
        Self::of(messages.unwrap_or(600))
    }
}

/// The wire's time, on which Slack's minutes between two attempts are seconds: so many times as fast. It notes how long each wait for an
/// acknowledgement took.
#[derive(Clone, Default)]
struct Wire {
    acknowledged: Arc<Mutex<Vec<Duration>>>,
}

impl Time for Wire {
    fn now(&self) -> Timestamp {
        SystemTime.now()
    }

    fn rest(&self, span: SignedDuration) -> Rest {
        if span == ACK_LIMIT {
            return Box::pin(Patience {
                rest: SystemTime.rest(span),
                since: Stopwatch::start(),
                over: false,
                noted: Arc::clone(&self.acknowledged),
            });
        }
        SystemTime.rest(span / if span > SignedDuration::from_secs(30) { HURRY } else { 1 })
    }
}

/// Slack's patience with one envelope. It is dropped when the acknowledgement comes.
struct Patience {
    rest: Rest,
    since: Stopwatch,
    over: bool,
    noted: Arc<Mutex<Vec<Duration>>>,
}

impl Future for Patience {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let poll = self.rest.as_mut().poll(context);
        self.over = poll.is_ready();
        poll
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        if !self.over {
            self.noted.lock().unwrap().push(self.since.elapsed());
        }
    }
}

/// What was said and what came of it.
struct After {
    said: Vec<String>,
    kept: BTreeMap<u64, String>,
    peak: u64,
}

/// What is not as it must be.
#[derive(Debug, Default, PartialEq, Eq)]
struct Astray {
    missing: Vec<String>,
    twice: Vec<String>,
    unknown: Vec<String>,
}

impl After {
    fn astray(&self) -> Astray {
        let mut astray = Astray::default();
        let said: BTreeSet<&String> = self.said.iter().collect();
        let mut kept = BTreeSet::new();
        for words in self.kept.values() {
            if !said.contains(words) {
                astray.unknown.push(words.clone());
            } else if !kept.insert(words) {
                astray.twice.push(words.clone());
            }
        }
        astray.missing.extend(said.difference(&kept).map(|words| (*words).clone()));
        astray
    }
}

fn faults(sim: &Sim) {
    sim.fault(Rule::on("event:message", Fault::Late).rate(LATE, 1));
    sim.fault(Rule::on("event:message", Fault::Twice).rate(TWICE / 2.0, 2));
    sim.fault(Rule::on("event:message", Fault::OtherId).rate(TWICE / 2.0, 3));
    // One of the two lines, now and then.
    sim.fault(Rule::on("line", Fault::Cut).rate(CUTS, 4));
}

/// Says all, kills and starts the bot meanwhile, and waits until so many are kept.
async fn rage(storm: &Storm, sim: &Sim, expected: usize) -> After {
    let place = Place::new();
    let data = place.path("data");
    let (mut said, mut peak, mut killed) = (Vec::with_capacity(storm.messages), 0, 0);
    let mut bot = place.bot(sim).await;
    let watch = Stopwatch::start();
    while said.len() < storm.messages {
        let due = usize::try_from(watch.elapsed().as_millis()).unwrap() * RATE / 1_000;
        while said.len() < due.min(storm.messages) {
            let words = format!("invoice {:05} of the storm", said.len());
            sim.message("lee", "stories", &words).unwrap();
            said.push(words);
            if said.len() % CUT_EVERY == 0 {
                sim.drop_lines();
            }
        }
        if said.len() > (killed + 1) * storm.messages / (storm.kills + 1) && killed < storm.kills {
            killed += 1;
            peak = peak.max(most_memory(&bot));
            bot.kill();
            bot = Running::start(place.program_with(sim, &["serve"]), b"");
        }
        glance().await;
    }
    until("all that was said is kept", || in_journal(&data) >= expected).await;
    // What comes after that would be too much.
    settle(sim).await;
    peak = peak.max(most_memory(&bot));
    bot.signal("TERM");
    assert_eq!(bot.ends().await.code, Some(0));
    assert_eq!(sim.lost_events(), Vec::<Value>::new(), "the simulator gave up too early for this test to mean anything");
    After { said, kept: remembered(&data).await, peak }
}

/// Until no envelope is under way any more, not even again.
async fn settle(sim: &Sim) {
    let mut before = (sim.probe().await, Stopwatch::start());
    while before.1.elapsed() < Duration::from_secs(5) {
        glance().await;
        let now = sim.probe().await;
        if now != before.0 {
            before = (now, Stopwatch::start());
        }
    }
}

/// How many messages of the storm stand in the journal.
fn in_journal(data: &std::path::Path) -> usize {
    let files = std::fs::read_dir(data.join("journal")).unwrap();
    files.map(|file| String::from_utf8_lossy(&std::fs::read(file.unwrap().path()).unwrap()).matches(" of the storm\"").count()).sum()
}

/// The most that a process ever held in memory, in bytes.
fn most_memory(bot: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", bot.id())).unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_message_of_a_storm_is_kept_once() {
    let (storm, wire) = (Storm::asked(), Wire::default());
    let sim = workspace(Sim::builder().wire(Arc::new(wire.clone()))).await;
    faults(&sim);
    let after = rage(&storm, &sim, storm.messages).await;
    assert_eq!(after.astray(), Astray::default());
    assert_eq!(after.kept.len(), storm.messages);

    let mut times = std::mem::take(&mut *wire.acknowledged.lock().unwrap());
    times.sort_unstable();
    let at = |thousandth: usize| times[times.len() * thousandth / 1_000].as_secs_f64() * 1e3;
    println!("{} messages, {} kills: all are kept, each once", storm.messages, storm.kills);
    println!("acknowledged after {:.1} ms p50, {:.1} ms p99, {:.1} ms p99.9   goal: p99 under 50", at(500), at(990), at(999));
    println!("peak memory {} MB   goal: under 128", after.peak / 1_000_000);
}

/// The control: a message that never comes and one that is said twice are found out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lost_on_purpose_is_found_out() {
    let storm = Storm::of(150);
    let sim = workspace(Sim::builder().wire(Arc::new(Wire::default()))).await;
    sim.fault(Rule::on("event:message", Fault::Lost).skip(70).times(1));
    // What was lost is looked for in the channel afterwards: not here.
    sim.fault(Rule::on("conversations.history", Fault::Error("fatal_error".to_owned())));
    let mut after = rage(&storm, &sim, storm.messages - 1).await;
    // Which one it is depends on what the bot says meanwhile.
    let astray = after.astray();
    assert_eq!((astray.missing.len(), astray.twice.len(), astray.unknown.len()), (1, 0, 0), "{astray:?}");

    let again = after.said[7].clone();
    after.kept.insert(1_000, again.clone());
    assert_eq!(after.astray().twice, [again]);
}
