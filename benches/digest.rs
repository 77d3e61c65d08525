//! All digests of a day, beside a floor of the same run: `cargo bench -p allears --bench digest [-- RECORDS ...]`.
//!
//! Stores of `RECORDS` records each (10,000, 100,000 and a million if not given; the last takes a minute or two to fill)
//! hold 10,000 of the day, with 1.2 of 50 functions each on average, every one with a digest due at the same hour. They are
//! compiled in one pass, and the first message of each is rendered to the JSON that is posted; the messages of their
//! threads are measured apart. Each store is read by a process of its own with the program's allocator. The floor is what
//! none can do without: the day's rows read from sled in one scan and decoded once. The peer asks for each function by
//! itself what is new for it. Figures are reported, and asserted nowhere: the goals stand beside them.
//!
//! `-- --keep DIR RECORDS ...` leaves the stores in a directory and finds them there the next time.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    reason = "a bench prints figures for people, and stops where it cannot be set up"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use allears::app::InForce;
use allears::app::digest::{self, Edition};
use allears::clock::Clock;
use allears::clock::guard::Stopwatch;
use allears::domain::account::{Account, AccountId, Accounts};
use allears::domain::acts::{Act, Change, Hearing};
use allears::domain::alike::groups_of;
use allears::domain::facts::DeliveryKey;
use allears::domain::feedback::{Customer, Gesture, Identity, Origin, Source, Verbatim};
use allears::domain::function::FunctionId;
use allears::domain::ids::{ChannelId, FeedbackNo, TenantId, UserId};
use allears::domain::letter::DigestDone;
use allears::domain::noise::{Filter, Strengths};
use allears::domain::routing::{ChannelRef, Day, Function, Members, Routing, Schedule};
use allears::domain::schedule;
use allears::domain::tagging::{Evidence, PerMille, Span, Tag, Tagger};
use allears::domain::urgent::Alarms;
use allears::domain::views::{Reading, Record};
use allears::slack::block_kit;
use allears::store::local::{LocalOptions, LocalStore};
use allears::store::{SharedStore, Store};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];
/// Records of the day.
const DAY: u64 = 10_000;
const FUNCTIONS: u64 = 50;
const PEOPLE: u64 = 500;
const CUSTOMERS: u64 = 2_000;
/// How often each step is measured, and the peer.
const ROUNDS: usize = 31;
const ROUNDS_OF_PEER: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--child", dir] => runtime().block_on(measure(Path::new(dir))),
        ["--keep", dir, sizes @ ..] => report(Path::new(dir), &numbers(sizes)),
        sizes => report(tempfile::tempdir().unwrap().path(), &numbers(sizes)),
    }
}

fn numbers(sizes: &[&str]) -> Vec<u64> {
    if sizes.is_empty() { SIZES.to_vec() } else { sizes.iter().map(|size| size.parse().unwrap()).collect() }
}

fn report(below: &Path, sizes: &[u64]) {
    for records in sizes {
        let dir = below.join(records.to_string());
        if !dir.exists() {
            let watch = Stopwatch::start();
            runtime().block_on(fill(&dir, *records));
            println!("{records} records told in {:.0} s", watch.elapsed().as_secs_f64());
        }
        let told = Command::new(std::env::current_exe().unwrap()).arg("--child").arg(&dir).output().unwrap();
        print!("of {records} records, {}", String::from_utf8(told.stdout).unwrap());
    }
}

/// Measures the day of a store, and prints it.
async fn measure(dir: &Path) {
    let in_force = in_force();
    let local = Arc::new(LocalStore::open(options(dir), Clock::system()).await.unwrap());
    let store: SharedStore = Arc::<LocalStore>::clone(&local);
    // The peak begins anew (proc(5): clear_refs).
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (before, cold) = (resident("VmRSS:"), Stopwatch::start());
    let (digests, bytes) = day(&store, &in_force).await;
    let (cold, peak) = (cold.elapsed(), resident("VmHWM:"));
    let records = digests.iter().flat_map(|done| done.parts.iter().flatten()).collect::<BTreeSet<_>>().len();
    println!("{records} of the day in {} digests, {} kB of JSON:", digests.len(), bytes / 1024);

    let whole = timed(ROUNDS, async || day(&store, &in_force).await).await;
    let compiled = timed(ROUNDS, async || compiled(&store, &in_force).await).await;
    let first = timed(ROUNDS, async || rendered(&store, &in_force, &digests, 0..1).await).await;
    whole.print("compile and render", "goal: under 40 ms");
    compiled.print("  compile", "");
    steps(&store, &digests).await;
    first.print("  render first messages", "");
    let threads = rendered(&store, &in_force, &digests, 1..usize::MAX).await;
    let thread = timed(ROUNDS, async || rendered(&store, &in_force, &digests, 1..usize::MAX).await).await;
    thread.print("threads", &format!("apart: {} messages", threads.0));
    let peer = timed(ROUNDS_OF_PEER, async || a_function_at_a_time(&store, &in_force).await).await;
    peer.print("peer: one by one", "compiled for each function by itself");
    println!("  first time              {:>8.2} ms", milliseconds(cold));
    let (peak, more) = (peak as f64 / 1e6, peak.saturating_sub(before) as f64 / 1e6);
    println!("  memory of the step      {more:>8.1} MB   goal: under 100 (the first time; then {peak:.1} in all)");
    local.close().await;
    drop((store, local));

    let floor = floor(dir).await;
    floor.print("floor: rows read once", "");
    let middle = |times: &Times| times.at(0.5).as_secs_f64();
    println!(
        "  to the floor            {:>8.2} times; the peer {:.2} times",
        middle(&whole) / middle(&floor),
        middle(&peer) / middle(&floor)
    );
}

/// What is measured: the digests that are due, and their first messages; with the length of all JSON.
async fn day(store: &SharedStore, in_force: &InForce) -> (Vec<DigestDone>, usize) {
    let digests = compiled(store, in_force).await;
    let (_, bytes) = rendered(store, in_force, &digests, 0..1).await;
    (digests, bytes)
}

async fn compiled(store: &SharedStore, in_force: &InForce) -> Vec<DigestDone> {
    let readings: BTreeMap<FunctionId, Reading> = store.readings().await.unwrap().into_iter().collect();
    digest::compiled(store, in_force, schedule::due(at_nine(), &in_force.routing, &readings)).await.unwrap()
}

/// How many messages, and how many bytes they have.
async fn rendered(store: &SharedStore, in_force: &InForce, digests: &[DigestDone], parts: std::ops::Range<usize>) -> (usize, usize) {
    let no = store.queued().borrow().next();
    let (mut messages, mut bytes) = (0, 0);
    for done in digests {
        for part in parts.start..parts.end.min(done.parts.len()) {
            let page = digest::page(store, in_force, Edition::of_channel(no, done), u32::try_from(part).unwrap()).await.unwrap();
            bytes += block_kit(&page).to_string().len();
            messages += 1;
        }
    }
    (messages, bytes)
}

/// What compiling is made of.
async fn steps(store: &SharedStore, digests: &[DigestDone]) {
    let (from, upto) = (digests[0].from, digests[0].upto);
    timed(ROUNDS, async || store.new_in(from, upto).await.unwrap()).await.print("    read what is new", "");
    let new = store.new_in(from, upto).await.unwrap();
    let wordings: Vec<_> = new.iter().map(|new| &new.gist.wording).collect();
    timed(ROUNDS, async || groups_of(&wordings)).await.print("    find what is alike", "");
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for group in groups_of(&wordings) {
        *sizes.entry(group).or_default() += 1;
    }
    let together = sizes.values().filter(|size| **size > 1).count();
    println!("                                        {together} groups of several, the largest of {}", sizes.values().max().unwrap());
}

async fn a_function_at_a_time(store: &SharedStore, in_force: &InForce) {
    let readings: BTreeMap<FunctionId, Reading> = store.readings().await.unwrap().into_iter().collect();
    for due in schedule::due(at_nine(), &in_force.routing, &readings) {
        digest::compiled(store, in_force, vec![due]).await.unwrap();
    }
}

/// The day's rows as sled has them: a table's byte and the number, then a version byte and the row.
async fn floor(dir: &Path) -> Times {
    let config = sled::Config::new().path(dir.join("views")).mode(sled::Mode::LowSpace).cache_capacity(16 << 20);
    let db = config.flush_every_ms(None).open().unwrap();
    let last = db.scan_prefix(b"r").next_back().unwrap().unwrap().0;
    let last = u64::from_be_bytes(last[1..].try_into().unwrap());
    let from = [b"r".as_slice(), &(last - DAY + 1).to_be_bytes()].concat();
    timed(ROUNDS, async || {
        let rows = db.range(from.as_slice()..b"s".as_slice()).map(|row| postcard::from_bytes::<Record>(&row.unwrap().1[1..]).unwrap());
        assert_eq!(rows.count(), usize::try_from(DAY).unwrap());
    })
    .await
}

/// Durations in order.
struct Times(Vec<Duration>);

async fn timed<T>(rounds: usize, step: impl AsyncFn() -> T) -> Times {
    let mut times = vec![];
    for _ in 0..rounds {
        let watch = Stopwatch::start();
        let made = step().await;
        times.push(watch.elapsed());
        drop(made);
    }
    times.sort_unstable();
    Times(times)
}

impl Times {
    fn at(&self, share: f64) -> Duration {
        self.0[(self.0.len() as f64 * share) as usize]
    }

    fn print(&self, what: &str, beside: &str) {
        let [least, middle, most] = [0.0, 0.5, 0.9].map(|share| milliseconds(self.at(share)));
        println!("  {what:<24}{middle:>8.2} ms   ({least:.2} at least, {most:.2} p90) {beside}");
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A line of this process's status, in bytes.
fn resident(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let kilobytes = status.lines().find_map(|found| found.strip_prefix(line)?.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap() * 1024
}

/// A store that many people told, 10,000 of it since the functions read last.
async fn fill(dir: &Path, records: u64) {
    let clock = Clock::system();
    let store = LocalStore::open(options(dir), clock).await.unwrap();
    let mut words = Words::new();
    for first in (0..records - DAY).step_by(10_000) {
        let before = (first..(first + 10_000).min(records - DAY)).map(|n| told(n, &mut words)).collect();
        commit(&store, before).await;
    }
    let configure =
        Act::Configure { hash: "0".repeat(64), functions: (0..FUNCTIONS).map(function).collect(), merged: vec![], rollup: false };
    store.commit(Change::of_the_bot(at(records - DAY), vec![configure])).await.unwrap();
    commit(&store, (records - DAY..records).map(|n| told(n, &mut words)).collect()).await;
    // One in fifty was heard by somebody else as well.
    let again = (records - DAY + 1..=records).step_by(50).map(|no| {
        let acts = vec![Act::HeardToo(FeedbackNo(no))];
        Change { at: at(records), by: Some(person((no + 1) % PEOPLE)), keys: vec![], expects: vec![], acts }
    });
    commit(&store, again.collect()).await;
    store.close().await;
}

/// Many at a time, in order.
async fn commit(store: &LocalStore, changes: Vec<Change>) {
    let mut committing = stream::iter(changes.into_iter().map(|change| store.commit(change))).buffered(512);
    while let Some(committed) = committing.next().await {
        committed.unwrap();
    }
}

/// Words as people use them: some all the time, most of them hardly ever (Zipf's law).
struct Words {
    random: fastrand::Rng,
    known: Vec<String>,
    /// What was said lately, to be said again.
    lately: Vec<String>,
}

const VOCABULARY: usize = 6_000;

impl Words {
    fn new() -> Self {
        let mut random = fastrand::Rng::with_seed(20_261_123);
        let mut known = BTreeSet::new();
        while known.len() < VOCABULARY {
            let syllables = random.usize(1..=4);
            let syllable = |_| {
                ["b", "d", "f", "gr", "k", "l", "m", "n", "p", "st", "t", "v"][random.usize(..12)].to_owned()
                    + ["a", "e", "i", "o", "u", "ei"][random.usize(..6)]
            };
            known.insert((0..syllables).map(syllable).collect::<String>());
        }
        let mut known: Vec<String> = known.into_iter().collect();
        random.shuffle(&mut known);
        known.sort_by_key(String::len);
        Self { random, known, lately: vec![] }
    }

    fn word(&mut self) -> String {
        let rank = (VOCABULARY as f64).powf(self.random.f64()) as usize;
        self.known[rank.min(VOCABULARY) - 1].clone()
    }

    /// About thirty words; three in a hundred say again what was said lately, in nearly the same words.
    fn say(&mut self) -> String {
        let said = if self.random.f64() < 0.03 && !self.lately.is_empty() {
            let (again, word) = (self.random.usize(..self.lately.len()), self.word());
            format!("{} {word}", self.lately[again])
        } else {
            let many = self.random.usize(15..45);
            let words: Vec<String> = (0..many).map(|_| self.word()).collect();
            let sentences: Vec<String> = words.chunks(11).map(|sentence| sentence.join(" ")).collect();
            sentences.join(". They say: ")
        };
        if self.lately.len() < 2_000 {
            self.lately.push(said.clone());
        } else {
            let old = self.random.usize(..2_000);
            self.lately[old].clone_from(&said);
        }
        said
    }
}

/// Somebody tells something in a channel.
fn told(n: u64, words: &mut Words) -> Change {
    let said = words.say();
    let tags = if words.random.f64() < 0.2 { 2 } else { 1 };
    let first = words.random.u64(..FUNCTIONS);
    let tags = (0..tags).map(|other| tag((first + other * 7) % FUNCTIONS, &said)).collect();
    let channel = ChannelId::new(&format!("C{:010}", n % 40));
    let hearing = Hearing {
        verbatim: Verbatim::parse(&said).unwrap(),
        source: Some(Source { tenant: tenant(), channel: channel.clone(), ts: format!("{}.{:06}", 1_764_000_000 + n / 100, n % 100) }),
        channel,
        origin: Origin::Public,
        gesture: Gesture::Listening,
        teller_functions: vec![function(n * 31 % FUNCTIONS)],
        tags,
        turns: vec![],
        thread: None,
        parts: vec![],
        author: None,
        chosen: false,
        customer: (n % 10 < 6).then(|| Customer::Account(customer(n * 13 % CUSTOMERS).id)),
        hidden: n.is_multiple_of(20),
        urgent: None,
        masked: vec![],
        kind: None,
        is_fresh: true,
        receipt: None,
        until: None,
    };
    let keys = vec![DeliveryKey::event(&format!("Ev{n:010}"))];
    Change { at: at(n), by: Some(person(n % PEOPLE)), keys, expects: vec![], acts: vec![Act::Hear(Box::new(hearing))] }
}

/// A tag by the second and the fifth word.
fn tag(of: u64, said: &str) -> Tag {
    let starts: Vec<usize> = said.match_indices(' ').map(|(space, _)| space + 1).collect();
    let evidence = [0, 3].into_iter().map(|word| {
        let span = Span { start: u32::try_from(starts[word]).unwrap(), end: u32::try_from(starts[word + 1] - 1).unwrap() };
        Evidence { rule: format!("rule-{of}-{word}"), span, says: 2000 }
    });
    Tag { function: function(of), p: PerMille(800), evidence: evidence.collect(), learned: 0 }
}

fn function(n: u64) -> FunctionId {
    FunctionId::parse(&format!("function-{n}")).unwrap()
}

fn person(n: u64) -> Identity {
    Identity { tenant: tenant(), user: UserId::new(&format!("U{n:010}")), name: format!("Colleague {n}") }
}

fn customer(n: u64) -> Account {
    let name = format!("Customer {n} Ltd");
    let segment = Some("Enterprise".to_owned());
    Account { id: AccountId::of_name(&name), name, aliases: vec![], segment, value: None, owner: None }
}

fn tenant() -> TenantId {
    TenantId::new("E0123456789")
}

/// All of them before the digests' hour; the last ones in the night before it.
fn at(n: u64) -> Timestamp {
    let first: Timestamp = "2026-11-22T20:00:00Z".parse().unwrap();
    Timestamp::from_millisecond(first.as_millisecond() + i64::try_from(n / 100).unwrap()).unwrap()
}

fn at_nine() -> Timestamp {
    "2026-11-23T09:00:01Z".parse().unwrap()
}

fn in_force() -> InForce {
    let one = |n| Function {
        id: function(n),
        name: format!("Function {n}"),
        was: vec![],
        channel: ChannelRef::Name(format!("function-{n}-voice")),
        members: Members::OfChannel,
        lead: UserId::new("U1"),
        deputy: None,
        tag_at: allears::domain::tagging::TAGGED,
        digest: Schedule {
            at: jiff::civil::time(9, 0, 0, 0),
            zone: jiff::tz::TimeZone::UTC,
            weekdays: Day::monday_to_friday(),
            holidays: BTreeSet::new(),
        },
    };
    InForce {
        reminds: true,
        masking: allears::domain::masking::Masking::default(),
        routing: Routing::new((0..FUNCTIONS).map(one).collect()).unwrap(),
        tagger: Arc::new(Tagger::new(vec![]).unwrap()),
        examples: vec![],
        knowledge: std::sync::RwLock::default(),
        recent: std::sync::Mutex::default(),
        prudence: None,
        accounts: Accounts::new((0..CUSTOMERS).map(customer).collect()).unwrap().into(),
        filter: Arc::new(Filter::new(vec![], Strengths::default()).unwrap()),
        alarms: Alarms::new(&[]).unwrap(),
        kinds: Arc::new(allears::domain::kind::Kinds::new(&[]).unwrap()),
        of_kinds: vec![],
        rollup: None,
        hash: String::new(),
        command: "/heard".to_owned(),
        own_command: "/allears".to_owned(),
        reaction: "postbox".to_owned(),
    }
}

fn options(dir: &Path) -> LocalOptions {
    LocalOptions::new(dir, Some(tenant()))
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
