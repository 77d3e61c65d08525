//! The local engine beside sled alone, in one run: `cargo bench -p allears --bench store [-- RECORDS]`.
//!
//! `RECORDS` (100,000 if not given) is how many records the rebuild and the start are measured with; a million takes
//! some minutes. Only the ratios of one run are worth quoting. The floors are one thread with 64 clients in front of it
//! that writes the five rows of a plain record for each change: no decisions, no journal, and a power cut can lose what
//! it answered. The first writes a batch and calls `flush()` for each change, the second a batch for each change and
//! `flush()` for all that wait, the third one batch and one `flush()` for all that wait.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench stops where something is not so, and prints what it measured"
)]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use allears::clock::Clock;
use allears::clock::guard::Stopwatch;
use allears::domain::acts::{Act, Change, Hearing};
use allears::domain::facts::DeliveryKey;
use allears::domain::feedback::{Gesture, Identity, Origin, Source, Verbatim};
use allears::domain::function::FunctionId;
use allears::domain::ids::{ChannelId, TenantId, UserId};
use allears::domain::tagging::{Evidence, PerMille, Span, Tag};
use allears::store::Store;
use allears::store::local::{LocalOptions, LocalStore, rebuild};
use jiff::Timestamp;
use tokio::runtime::Runtime;

const CLIENTS: u64 = 64;
const COMMITS: u64 = 12_000;
/// Short and in turns, so that what else the machine does hits all of them.
const ROUNDS: usize = 9;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--child", "rebuild", dir] => child_rebuilds(Path::new(dir)),
        ["--child", "open", dir] => child_opens(Path::new(dir)),
        // For a profiler.
        ["--child", "fill", dir] => println!("{:.0}/s", fill(Path::new(dir), COMMITS)),
        // What cargo adds.
        [] | ["--bench"] => report(100_000),
        [records, ..] => report(records.parse().unwrap()),
    }
}

fn report(records: u64) {
    println!("{CLIENTS} clients, {COMMITS} commits of about 600 bytes:");
    let round = |_| [measured(|| sled_alone(1, 1)), measured(|| sled_alone(1, 64)), measured(|| sled_alone(64, 64)), measured(our_commits)];
    let rounds: Vec<[Measured; 4]> = (0..ROUNDS).map(round).collect();
    for (what, column) in
        [("sled, a flush a change", 0), ("sled, a batch a change", 1), ("sled, a batch a group", 2), ("journal and sled", 3)]
    {
        let rate = median(rounds.iter().map(|round| round[column].rate));
        let cpu = median(rounds.iter().map(|round| round[column].cpu));
        let times = median(rounds.iter().map(|round| round[3].rate / round[column].rate));
        println!("  {what:<24} {rate:>7.0}/s {cpu:>5.0} us of CPU each; journal and sled are {times:.2} times as fast");
    }
    let dir = tempfile::tempdir().unwrap();
    let took = Stopwatch::start();
    fill(dir.path(), records);
    println!("{records} records committed in {:.1} s, {} MB on disk", took.elapsed().as_secs_f64(), megabytes_below(dir.path()));
    println!("  rebuild: {}", child("rebuild", dir.path()));
    for _ in 0..3 {
        println!("  start:   {}", child("open", dir.path()));
    }
}

/// Commits a second, and microseconds of processor time for each.
struct Measured {
    rate: f64,
    cpu: f64,
}

fn measured(run: impl FnOnce() -> f64) -> Measured {
    let before = cpu_ticks();
    let rate = run();
    // A tick is a hundredth of a second.
    Measured { rate, cpu: (cpu_ticks() - before) * 10_000.0 / f64::from(u32::try_from(COMMITS).unwrap()) }
}

/// This process's time on a processor so far (proc(5): fields 14 and 15).
fn cpu_ticks() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap()).sum()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn child(what: &str, dir: &Path) -> String {
    let told = Command::new(std::env::current_exe().unwrap()).args(["--child", what]).arg(dir).output().unwrap();
    String::from_utf8(told.stdout).unwrap().trim().to_owned()
}

fn child_rebuilds(dir: &Path) {
    let took = Stopwatch::start();
    let rebuilt = rebuild(&options(dir), &Clock::system()).unwrap();
    println!("{} changes in {:.1} s, peak {} MB", rebuilt.changes, took.elapsed().as_secs_f64(), memory("VmHWM:"));
}

fn child_opens(dir: &Path) {
    runtime().block_on(async {
        let took = Stopwatch::start();
        let store = LocalStore::open(options(dir), Clock::system()).await.unwrap();
        let opened = took.elapsed();
        let new = store.newest().borrow().0;
        store.commit(told(1_000_000_000 + new)).await.unwrap();
        println!(
            "open after {} ms, first answer after {} ms, then {} MB",
            opened.as_millis(),
            took.elapsed().as_millis(),
            memory("VmRSS:")
        );
        store.close().await;
    });
}

fn our_commits() -> f64 {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path(), COMMITS)
}

/// Commits records; gives how many a second.
fn fill(dir: &Path, records: u64) -> f64 {
    runtime().block_on(async {
        let clock = Clock::system();
        let store = Arc::new(LocalStore::open(options(dir), clock.clone()).await.unwrap());
        let took = Stopwatch::start();
        let clients = (0..CLIENTS).map(|client| {
            let store = Arc::clone(&store);
            clock.spawn(async move {
                for n in (client..records).step_by(usize::try_from(CLIENTS).unwrap()) {
                    store.commit(told(n)).await.unwrap();
                }
            })
        });
        for client in clients.collect::<Vec<_>>() {
            client.await.unwrap();
        }
        let rate = rate(records, took);
        store.close().await;
        rate
    })
}

/// What sled alone does with as much to write, from as many clients.
fn sled_alone(a_batch: usize, a_flush: usize) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let config = sled::Config::new().path(dir.path()).mode(sled::Mode::LowSpace).cache_capacity(16 << 20);
    let db = config.flush_every_ms(None).open().unwrap();
    let (offer, offers) = sync_channel::<(u64, tokio::sync::oneshot::Sender<()>)>(1024);
    let writer = std::thread::spawn(move || write_plainly(&db, &offers, a_batch, a_flush));
    let rate = runtime().block_on(async {
        let clock = Clock::system();
        let took = Stopwatch::start();
        let clients: Vec<_> = (0..CLIENTS).map(|client| clock.spawn(offer_all(client, offer.clone()))).collect();
        drop(offer);
        for client in clients {
            client.await.unwrap();
        }
        rate(COMMITS, took)
    });
    writer.join().unwrap();
    rate
}

async fn offer_all(client: u64, offer: SyncSender<(u64, tokio::sync::oneshot::Sender<()>)>) {
    for n in (client..COMMITS).step_by(usize::try_from(CLIENTS).unwrap()) {
        let (answer, answered) = tokio::sync::oneshot::channel();
        offer.try_send((n, answer)).unwrap();
        answered.await.unwrap();
    }
}

fn write_plainly(db: &sled::Db, offers: &Receiver<(u64, tokio::sync::oneshot::Sender<()>)>, a_batch: usize, a_flush: usize) {
    while let Ok(first) = offers.recv() {
        let group: Vec<_> = std::iter::once(first).chain(offers.try_iter().take(a_flush - 1)).collect();
        let mut batch = sled::Batch::default();
        for (n, _) in &group {
            let no = n.to_be_bytes();
            batch.insert([b"r".as_slice(), &no].concat(), vec![b'x'; 600]);
            batch.insert(format!("dEv{n}").into_bytes(), no.to_vec());
            batch.insert(format!("sE1/C1/{n}.000100").into_bytes(), no.to_vec());
            batch.insert([b"e".as_slice(), &no, b"Ev"].concat(), vec![]);
            batch.insert([b"a".as_slice(), &no].concat(), b"finance, support".to_vec());
            if a_batch == 1 {
                db.apply_batch(std::mem::take(&mut batch)).unwrap();
            }
        }
        db.apply_batch(batch).unwrap();
        db.flush().unwrap();
        for (_, answer) in group {
            answer.send(()).unwrap();
        }
    }
}

fn told(n: u64) -> Change {
    let words = "The invoice names another amount than the offer did, and nobody at the hotline could say why. ".repeat(3);
    let tag = |id, end| Tag {
        function: FunctionId::parse(id).unwrap(),
        p: PerMille(800),
        evidence: vec![Evidence { rule: "invoice".to_owned(), span: Span { start: 4, end }, says: 2000 }],
        learned: 0,
    };
    let tenant = TenantId::new("E0123456789");
    let teller = n % 500;
    let by = Identity { tenant: tenant.clone(), user: UserId::new(&format!("U{teller:010}")), name: format!("Teller {teller}") };
    let channel = ChannelId::new("C0123456789");
    let hearing = Hearing {
        verbatim: Verbatim::parse(&format!("{words} {n}")).unwrap(),
        source: Some(Source { tenant, channel: channel.clone(), ts: format!("{n}.000100") }),
        channel,
        origin: Origin::Public,
        gesture: Gesture::Listening,
        teller_functions: vec![FunctionId::parse("sales").unwrap()],
        tags: vec![tag("finance", 11), tag("support", 30)],
        turns: vec![],
        thread: None,
        parts: vec![],
        author: None,
        chosen: false,
        customer: None,
        hidden: false,
        urgent: None,
        masked: vec![],
        kind: None,
        is_fresh: true,
        receipt: None,
        until: None,
    };
    let at = Timestamp::from_second(1_790_000_000 + i64::try_from(n / 20).unwrap()).unwrap();
    Change {
        at,
        by: Some(by),
        keys: vec![DeliveryKey::event(&format!("Ev{n:010}"))],
        expects: vec![],
        acts: vec![Act::Hear(Box::new(hearing))],
    }
}

fn options(dir: &Path) -> LocalOptions {
    LocalOptions::new(dir, Some(TenantId::new("E0123456789")))
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn rate(n: u64, took: Stopwatch) -> f64 {
    f64::from(u32::try_from(n).unwrap()) / took.elapsed().as_secs_f64()
}

/// A line of this process's status, in megabytes.
fn memory(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let found = status.lines().find_map(|l| l.strip_prefix(line)).unwrap();
    found.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

fn megabytes_below(dir: &Path) -> u64 {
    fn bytes(dir: &Path) -> u64 {
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap()).fold(0, |sum, entry| {
            let size = if entry.path().is_dir() { bytes(&entry.path()) } else { entry.metadata().unwrap().len() };
            sum + size
        })
    }
    bytes(dir) >> 20
}
