//! The simulated disk: whatever call fails, whenever the power goes, what was answered stays and what was blanked does not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;

use super::sim::{Bytes, Dice, Mishap, SimDisk};
use super::steps::{Step, roll};
use super::support::*;
use crate::clock::Clock;
use crate::domain::acts::{Act, Change};
use crate::domain::facts::Entry;
use crate::domain::feedback::Customer;
use crate::domain::fold::fold;
use crate::domain::ids::Seq;
use crate::domain::views::Record;
use crate::store::local::options::{LocalOptions, Machine};
use crate::store::local::{Fatal, LocalStore, OpenError};
use crate::store::rows::Overlay;
use crate::store::{CommitError, Committed, Store};

/// A store on a simulated disk; its end is noted instead of made.
struct Bench {
    disk: SimDisk,
    deaths: Arc<Mutex<Vec<Fatal>>>,
}

impl Bench {
    fn on(disk: SimDisk) -> Self {
        Self { disk, deaths: Arc::default() }
    }

    async fn open(&self) -> Result<LocalStore, OpenError> {
        let deaths = Arc::clone(&self.deaths);
        let die = Arc::new(move |why| deaths.lock().unwrap().push(why));
        let machine = Machine { disk: Arc::new(self.disk.clone()), rows: Arc::new(self.disk.clone()), die };
        let mut options: LocalOptions = options(Path::new("/simulated"));
        options.limits.segment_bytes = 9000;
        options.limits.flush_after = Duration::from_millis(2);
        options.limits.look_every = Duration::ZERO;
        LocalStore::open_on(machine, options, Clock::system()).await
    }

    fn died(&self) -> bool {
        !self.deaths.lock().unwrap().is_empty()
    }
}

/// What people were told, over the lives of a store.
#[derive(Default)]
struct Witness {
    offered: BTreeMap<String, Change>,
    answered: BTreeMap<String, Committed>,
}

impl Witness {
    async fn offer(&mut self, store: &LocalStore, changes: Vec<Change>) {
        for change in &changes {
            self.offered.insert(change.keys[0].as_str().to_owned(), change.clone());
        }
        let keys: Vec<String> = changes.iter().map(|change| change.keys[0].as_str().to_owned()).collect();
        let answers = join_all(changes.into_iter().map(|change| store.commit(change))).await;
        for (key, answer) in keys.into_iter().zip(answers) {
            if let Ok(committed) = answer
                && (!committed.duplicate || committed.seq.0 > 0)
            {
                self.answered.entry(key).or_insert(committed);
            }
        }
    }

    /// Everything that was answered is there, once; nothing is there that nobody offered; what was blanked is.
    fn check(&self, disk: &SimDisk, rows: &Bytes) -> Result<(), String> {
        let log = log_of(disk);
        let mut keys = BTreeMap::new();
        for (at, entry) in log.iter().enumerate() {
            if entry.head.seq != Seq(at as u64 + 1) {
                return Err(format!("change {} stands in place {}", entry.head.seq, at + 1));
            }
            for key in &entry.head.keys {
                if keys.insert(key.as_str().to_owned(), entry).is_some() {
                    return Err(format!("{} was done twice", key.as_str()));
                }
                if !self.offered.contains_key(key.as_str()) {
                    return Err(format!("{} was never offered", key.as_str()));
                }
            }
        }
        for (key, committed) in &self.answered {
            match keys.get(key) {
                Some(entry) if entry.head.seq == committed.seq && (committed.duplicate || entry.made() == committed.no) => {}
                Some(entry) => return Err(format!("{key} was answered as {committed:?} and is {}", entry.head.seq)),
                None => return Err(format!("{key} was answered as {committed:?} and is lost")),
            }
        }
        let (folded, ordered) = folded(&log);
        let files = disk.bytes_in("journal");
        let texts: Vec<_> = files.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
        for (seq, word) in ordered {
            let word = log[seq as usize - 1].words[word as usize].trim();
            if !word.is_empty() {
                return Err(format!("{word:?} of change {seq} was to be blanked"));
            }
        }
        let live = live_words(&folded)?;
        for file in &texts {
            if let Some(secret) = secrets(file).find(|secret| !live.contains(*secret)) {
                return Err(format!("{secret:?} lingers"));
            }
        }
        for text in self.gone(&keys) {
            if texts.iter().any(|file| file.contains(&text)) {
                return Err(format!("{text:?} came back"));
            }
        }
        if folded != *rows {
            let differ = folded
                .iter()
                .filter(|pair| rows.get(pair.0) != Some(pair.1))
                .chain(rows.iter().filter(|pair| !folded.contains_key(pair.0)));
            let differ: Vec<_> = differ.map(|(key, _)| String::from_utf8_lossy(key).into_owned()).collect();
            return Err(format!("the views are not what the journal comes to: {differ:?}"));
        }
        Ok(())
    }

    /// Words of records whose taking back or editing was answered.
    fn gone(&self, keys: &BTreeMap<String, &Entry>) -> Vec<String> {
        let mut said: BTreeMap<u64, String> = BTreeMap::new();
        let mut gone = vec![];
        let mut entries: Vec<_> = keys.iter().map(|(key, entry)| (entry.head.seq, key)).collect();
        entries.sort();
        for (_, key) in entries {
            let made = keys[key].made();
            for act in &self.offered[key].acts {
                let over = match act {
                    Act::Hear(hearing) => {
                        said.insert(made.map_or(0, |no| no.0), first_word(hearing.verbatim.as_str()));
                        None
                    }
                    Act::Edit(editing) => said.insert(editing.no.0, first_word(editing.verbatim.as_str())),
                    Act::Withdraw { no, .. } => said.remove(&no.0),
                    _ => None,
                };
                gone.extend(over);
            }
        }
        gone
    }
}

/// What stands in records.
fn live_words(rows: &Bytes) -> Result<String, String> {
    let records = crate::store::rows::all::<Record>(rows).map_err(|fault| fault.to_string())?;
    let words = records.into_iter().flat_map(|(_, record)| {
        let name = if let Some(Customer::Named(name)) = record.customer { name } else { String::new() };
        let care: Vec<String> = record.care.words().map(ToOwned::to_owned).collect();
        record.replies.into_iter().map(|reply| reply.words).chain([record.verbatim, name]).chain(care)
    });
    Ok(words.collect())
}

/// All that steps say and no others do: verbatims, names of customers, replies.
fn secrets(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("secret-").filter_map(|(at, _)| text.get(at..)?.split_inclusive('.').next())
}

fn first_word(text: &str) -> String {
    text.split(' ').next().unwrap().to_owned()
}

/// What a log comes to, and which words it orders to be blanked.
fn folded(log: &[Entry]) -> (Bytes, Vec<(u64, u32)>) {
    let (mut rows, mut ordered) = (BTreeMap::new(), vec![]);
    for entry in log {
        let mut layer = Overlay::over(&rows);
        ordered.extend(fold(&mut layer, entry).unwrap().into_iter().map(|blank| (blank.seq.0, blank.word)));
        for (key, value) in layer.into_written() {
            match value {
                Some(value) => rows.insert(key, value),
                None => rows.remove(&key),
            };
        }
    }
    (rows, ordered)
}

/// A group of changes; one in two hears something, so that there is something to lose.
async fn some_changes(dice: &mut Dice, n: &mut usize, store: &LocalStore, witness: &Witness) -> Vec<Change> {
    let mut changes: Vec<Change> = vec![];
    for _ in 0..=dice.below(5) {
        let step: Step = roll(dice);
        let mut change = step.change(*n, store).await;
        // One act of hearing a change, so that a record is known by its change's key.
        let mut heard = false;
        // Within the time for which a delivery is remembered.
        change.at = at(*n as i64);
        change.acts.retain(|act| !matches!(act, Act::Hear(_)) || !std::mem::replace(&mut heard, true));
        // What comes again under the same key says the same.
        let known = changes.iter().find(|other| other.keys == change.keys).or_else(|| witness.offered.get(change.keys[0].as_str()));
        let change = known.cloned().unwrap_or(change);
        changes.push(change);
        *n += 1;
    }
    changes
}

/// Three lives of a store, each ended by a power cut at any call.
async fn three_lives(seed: u64, ignores_syncs: bool) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let (mut witness, mut n) = (Witness::default(), 0);
    let mut disk = SimDisk::new(seed);
    if ignores_syncs {
        disk.ignore_syncs();
    }
    for life in 0..3 {
        disk.plan(20 + dice.below(200), Mishap::PowerCut);
        let bench = Bench::on(disk.clone());
        if let Ok(store) = bench.open().await {
            for _ in 0..12 {
                let changes = some_changes(&mut dice, &mut n, &store, &witness).await;
                witness.offer(&store, changes).await;
            }
            store.close().await;
        }
        disk = if dice.below(4) == 0 { disk.after_crash() } else { disk.after_power_cut() };
        let bench = Bench::on(disk.clone());
        let store = bench.open().await.map_err(|fault| format!("life {life}: {fault} after {:?}", disk.last_calls()))?;
        // What recovery found may be answered to whoever asks again: from here on it must stay.
        let again: Vec<Change> = witness.offered.values().take(3).cloned().collect();
        witness.offer(&store, again).await;
        shut(store).await;
        disk = if dice.coin() { disk.after_crash() } else { disk.after_power_cut() };
        let bench = Bench::on(disk.clone());
        let store = bench.open().await.map_err(|fault| format!("life {life}, opened again: {fault}"))?;
        shut(store).await;
        witness.check(&disk, &disk.rows()).map_err(|fault| format!("life {life}: {fault}"))?;
        disk = disk.after_crash();
    }
    Ok(())
}

fn seeds() -> u64 {
    if long() { 20_000 } else { 80 }
}

#[tokio::test]
async fn what_was_answered_outlives_a_power_cut_at_any_call() {
    for seed in 0..seeds() {
        if let Err(fault) = three_lives(seed, false).await {
            panic!("seed {seed}: {fault}");
        }
    }
}

/// The control: a disk that forgets to sync is seen, and soon.
#[tokio::test]
async fn without_syncs_the_loss_is_seen() {
    let mut seen = BTreeSet::new();
    for seed in 0..40 {
        if let Err(fault) = three_lives(seed, true).await {
            seen.insert(fault.contains("lost"));
        }
    }
    assert!(seen.contains(&true), "no loss was seen, so that this harness proves nothing");
}

/// Every call of a short life fails once, alone: the store refuses or ends itself, and no answer is broken.
#[tokio::test]
async fn any_call_may_fail() {
    let total = {
        let disk = SimDisk::new(3);
        live(&disk, &mut Witness::default(), &mut Dice::new(41)).await.unwrap();
        disk.calls()
    };
    assert!(total > 100, "{total}");
    for call in 1..=total {
        let (disk, mut witness) = (SimDisk::new(call), Witness::default());
        disk.plan(call, Mishap::Error);
        let ended = live(&disk, &mut witness, &mut Dice::new(41)).await;
        let calls = disk.last_calls();
        let disk = if call % 2 == 0 { disk.after_crash() } else { disk.after_power_cut() };
        let bench = Bench::on(disk.clone());
        let store = bench.open().await.unwrap_or_else(|fault| panic!("call {call} of {calls:?}, {ended:?}: {fault}"));
        shut(store).await;
        witness.check(&disk, &disk.rows()).unwrap_or_else(|fault| panic!("call {call} of {calls:?}, {ended:?}: {fault}"));
    }
}

/// One life, change by change. Says whether the store ended itself.
async fn live(disk: &SimDisk, witness: &mut Witness, dice: &mut Dice) -> Result<bool, OpenError> {
    let bench = Bench::on(disk.clone());
    let store = bench.open().await?;
    let mut n = 0;
    for _ in 0..16 {
        let changes = some_changes(dice, &mut n, &store, witness).await;
        witness.offer(&store, changes).await;
    }
    store.close().await;
    Ok(bench.died())
}

#[tokio::test]
async fn a_full_disk_is_refused_and_forgotten_when_there_is_room() {
    let disk = SimDisk::new(1);
    let bench = Bench::on(disk.clone());
    let store = bench.open().await.unwrap();
    store.commit(told("e1", "one")).await.unwrap();
    disk.set_free((64 << 20) - 1);
    let before = disk.bytes_in("journal");
    assert_eq!(store.commit(told("e2", "two")).await, Err(CommitError::Full));
    assert_eq!(disk.bytes_in("journal"), before);
    disk.set_free(64 << 20);
    assert_eq!(store.commit(told("e2", "two")).await.unwrap().seq, Seq(2));
    assert!(!bench.died());
    shut(store).await;
}

/// What was refused is not there afterwards, even if the disk had written all of it before it failed.
#[tokio::test]
async fn a_refused_write_does_not_come_back() {
    for seed in 0..20 {
        let disk = SimDisk::new(seed);
        let bench = Bench::on(disk.clone());
        let store = bench.open().await.unwrap();
        store.commit(told("e1", "one")).await.unwrap();
        disk.plan_at("write journal", Mishap::LateError);
        assert_eq!(store.commit(told("e2", "two")).await, Err(CommitError::Full));
        assert!(!bench.died());
        shut(store).await;
        let disk = if seed % 2 == 0 { disk.after_crash() } else { disk.after_power_cut() };
        let store = Bench::on(disk).open().await.unwrap();
        assert_eq!(*store.newest().borrow(), Seq(1), "seed {seed}");
        assert!(!store.commit(told("e2", "two")).await.unwrap().duplicate);
        shut(store).await;
    }
}

/// A line that was written and never confirmed is found at the next start, and answered as a duplicate: from then on
/// it must stay, although the system may take its pages for clean after the failed sync.
#[tokio::test]
async fn what_recovery_finds_is_made_durable() {
    for seed in 0..40 {
        let disk = SimDisk::new(seed);
        let bench = Bench::on(disk.clone());
        let store = bench.open().await.unwrap();
        store.commit(told("e1", "one")).await.unwrap();
        disk.plan_at("sync journal", if seed % 2 == 0 { Mishap::Error } else { Mishap::PowerCut });
        assert_eq!(store.commit(told("e2", "two")).await, Err(CommitError::Closed));
        shut(store).await;
        assert!(bench.died());
        let disk = disk.after_crash();
        let store = Bench::on(disk.clone()).open().await.unwrap();
        assert!(store.commit(told("e2", "two")).await.unwrap().duplicate);
        shut(store).await;
        let store = Bench::on(disk.after_power_cut()).open().await.unwrap();
        assert!(store.commit(told("e2", "two")).await.unwrap().duplicate, "seed {seed}");
        shut(store).await;
    }
}
