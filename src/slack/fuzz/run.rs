//! The loop: seeds, mutations, and what is done with one that fails.
#![expect(clippy::print_stdout, reason = "says how much it tried, where somebody asks for it")]

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use fastrand::Rng;

use super::mutate::mutate;
use crate::clock::guard::Stopwatch;

/// So long any input may take, and so long each byte of it: far more than it takes, and far less than what is slow by
/// its square. One that takes longer is tried again, since the machine's caches and cores are shared.
const ANY: Duration = Duration::from_millis(20);
const BYTE: Duration = Duration::from_micros(2);
const TRIES: usize = 5;
/// How often an input that fails is tried to be made smaller.
const SMALLER: usize = 2_000;
/// How many seeds are kept at most; then a new one takes the place of another.
const SEEDS: usize = 4_000;

/// What is fuzzed.
pub(super) struct Target {
    /// The folder of its corpus.
    pub(super) name: &'static str,
    /// What it begins with besides its corpus.
    pub(super) seeds: Vec<Vec<u8>>,
    /// Panics where something is wrong; gives the shape of what came out.
    pub(super) run: fn(&[u8]) -> String,
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// All payloads of a folder of those that Slack sent.
pub(super) fn samples(folder: &str) -> Vec<Vec<u8>> {
    let found = files(&data().join("slack").join(folder));
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn number(variable: &str) -> Option<u64> {
    std::env::var_os(variable).map(|value| value.to_str().and_then(|value| value.parse().ok()).expect("a number"))
}

/// Tries all seeds, then mutations of them, until the time is over.
pub(super) fn fuzz(target: &Target) {
    let seconds = number("ALLEARS_FUZZ_SECONDS").unwrap_or(2);
    let seed = number("ALLEARS_FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..));
    let corpus = data().join("fuzz").join(target.name);
    let mut pool = target.seeds.clone();
    pool.extend(files(&corpus));
    let (mut rng, mut shapes, mut runs) = (Rng::with_seed(seed), BTreeSet::new(), 0_u64);
    let mut check = |input: &[u8]| {
        runs += 1;
        match attempt(target, input) {
            Ok(shape) => shapes.insert(shape),
            Err(why) => panic!("{}", report(target, &corpus, input, seed, &why)),
        }
    };
    for input in &pool {
        check(input);
    }
    let watch = Stopwatch::start();
    while watch.elapsed() < Duration::from_secs(seconds) {
        let (one, other) = (rng.usize(..pool.len()), rng.usize(..pool.len()));
        let input = mutate(&mut rng, &pool[one], &pool[other]);
        if check(&input) {
            if pool.len() < SEEDS { pool.push(input) } else { pool[one] = input }
        }
    }
    assert!(runs > 100, "it ran {runs} times in {seconds} s: too slow to prove anything");
    println!("{}: {runs} runs, {} shapes, seed {seed}", target.name, shapes.len());
}

/// The shape of what came out, else what went wrong.
pub(super) fn attempt(target: &Target, input: &[u8]) -> Result<String, String> {
    let most = ANY + BYTE * u32::try_from(input.len()).unwrap();
    let mut least = Duration::MAX;
    for _ in 0..TRIES {
        let began = worked();
        let shape = quietly(|| (target.run)(input))?;
        least = least.min(worked().saturating_sub(began));
        if least <= most {
            return Ok(shape);
        }
    }
    Err(format!("it took {least:?}, where {most:?} are plenty"))
}

/// How long this thread was at work so far: what else the machine does does not count.
fn worked() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap()
}

/// Catches a panic and says what it said, without a line on the screen for each.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });
    QUIET.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    done.map_err(|said| {
        let text = said.downcast_ref::<String>().map(String::as_str).or_else(|| said.downcast_ref::<&str>().copied());
        format!("it panicked: {}", text.unwrap_or("without a word"))
    })
}

/// Makes it small, keeps it, and says where.
fn report(target: &Target, corpus: &Path, input: &[u8], seed: u64, why: &str) -> String {
    let small = smaller(input.to_owned(), |input| attempt(target, input).is_err());
    let file = corpus.join(format!("found-{:08x}", crc32fast::hash(&small)));
    std::fs::write(&file, &small).unwrap();
    let shown = String::from_utf8_lossy(&small).chars().take(200).collect::<String>();
    format!("{}: {why}\nseed {seed}, {} bytes in {}: {shown:?}", target.name, small.len(), file.display())
}

/// Leaves out ever smaller parts, as long as it fails.
fn smaller(mut input: Vec<u8>, fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let (mut part, mut tries) = (input.len().div_ceil(2), 0);
    while part > 0 && tries < SMALLER {
        let mut from = 0;
        while from < input.len() && tries < SMALLER {
            tries += 1;
            let mut without = input.clone();
            drop(without.drain(from..(from + part).min(input.len())));
            if fails(&without) { input = without } else { from += part }
        }
        part /= 2;
    }
    input
}

/// The control: a target that is wrong in rare cases is found out, and what is reported is small.
#[test]
fn a_fault_is_found_and_made_small() {
    fn wrong(bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes);
        assert!(!(text.contains("<!") && text.contains("null")), "both");
        String::new()
    }
    let target = Target { name: "none", seeds: vec![b"{\"text\": \"words <@U1> and more\"}".to_vec()], run: wrong };
    let mut rng = Rng::with_seed(7);
    let found = (0..1_000_000).map(|_| mutate(&mut rng, &target.seeds[0], &target.seeds[0])).find(|input| attempt(&target, input).is_err());
    let small = smaller(found.expect("it is found"), |input| attempt(&target, input).is_err());
    assert!(small.len() == 6, "{:?}", String::from_utf8_lossy(&small));
}

/// The control of time: what grows with the square is found out.
#[test]
fn what_is_slow_by_its_square_is_found() {
    fn slow(bytes: &[u8]) -> String {
        let (began, most) = (worked(), Duration::from_nanos(u64::try_from(bytes.len() * bytes.len()).unwrap()));
        while worked().saturating_sub(began) < most {}
        String::new()
    }
    let target = Target { name: "none", seeds: vec![], run: slow };
    assert!(attempt(&target, &[b'<'; 100]).is_ok());
    assert!(attempt(&target, &[b'<'; 10_000]).unwrap_err().contains("are plenty"));
}
