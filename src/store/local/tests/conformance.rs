//! Random changes, against the reference: the fold in memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::sim::SimDisk;
use super::steps::{Step, steps};
use super::support::*;
use crate::domain::facts::Entry;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, UserId};
use crate::store::Store;
use crate::store::local::LocalStore;
use crate::store::local::disk::{Disk, RealDisk};
use crate::store::local::options::{LocalOptions, Machine};
use crate::store::local::rebuild::rebuild_on;
use crate::store::memory::MemoryStore;
use crate::store::rows::Base;

fn rows_of(store: &LocalStore) -> BTreeMap<Vec<u8>, Vec<u8>> {
    store.views().scan(&[1], &[255], usize::MAX).unwrap().into_iter().collect()
}

/// A blanked word is spaces in one and nothing in the other; groups differ where changes were written together.
fn comparable(mut log: Vec<Entry>) -> Vec<Entry> {
    for entry in &mut log {
        entry.head.group = entry.head.seq;
        for word in &mut entry.words {
            if word.trim().is_empty() {
                word.clear();
            }
        }
    }
    log
}

async fn same_answers(reference: &MemoryStore, store: &LocalStore) {
    let newest = *reference.newest().borrow();
    assert_eq!(*store.newest().borrow(), newest);
    for n in 0..20 {
        let (no, person, message) = (FeedbackNo(n), PersonNo(n), source(n));
        assert_eq!(store.told(message.clone()).await, reference.told(message.clone()).await);
        assert_eq!(store.told_from(message.clone(), 7).await, reference.told_from(message.clone(), 7).await);
        assert_eq!(store.told_by(person, 5).await, reference.told_by(person, 5).await);
        assert_eq!(store.posted_in(no).await, reference.posted_in(no).await);
        assert_eq!(store.letter(LetterNo(n)).await, reference.letter(LetterNo(n)).await);
        for n in 0..5 {
            let asked = (message.clone(), PersonNo(n));
            assert_eq!(store.reacted(asked.0.clone(), asked.1).await, reference.reacted(asked.0, asked.1).await);
        }
        let user = UserId::new(&format!("U{n}"));
        assert_eq!(store.known(tenant(), user.clone()).await, reference.known(tenant(), user).await);
        assert_eq!(store.record(FeedbackNo(n)).await, reference.record(FeedbackNo(n)).await);
        assert_eq!(store.person(PersonNo(n)).await, reference.person(PersonNo(n)).await);
    }
    for channel in ["C1", "C2"].map(ChannelId::new) {
        assert_eq!(store.channel(channel.clone()).await, reference.channel(channel).await);
    }
    let all: Vec<FeedbackNo> = (0..40).rev().map(FeedbackNo).collect();
    assert_eq!(store.records(all.clone()).await, reference.records(all).await);
    assert_eq!(store.readings().await, reference.readings().await);
    assert_eq!(store.outbox().await, reference.outbox().await);
    assert_eq!(store.taught_upto().await, reference.taught_upto().await);
    assert_eq!(store.taught_from(FeedbackNo(2), 3).await, reference.taught_from(FeedbackNo(2), 3).await);
    assert_eq!(store.rolled().await, reference.rolled().await);
    assert_eq!(store.subscriptions().await, reference.subscriptions().await);
    assert_eq!(store.watched().await, reference.watched().await);
    assert_eq!(store.news().await, reference.news().await);
    assert_eq!(store.advocates().await, reference.advocates().await);
    let of = function("sales");
    assert_eq!(store.advocates_of(of.clone()).await, reference.advocates_of(of).await);
    assert_eq!(store.measured().await, reference.measured().await);
    assert_eq!(store.done(at(0), at(90 * 86400)).await, reference.done(at(0), at(90 * 86400)).await);
    assert_eq!(store.news_of(PersonNo(1)).await, reference.news_of(PersonNo(1)).await);
    for from in 0..newest.0.min(6) {
        assert_eq!(store.new_in(Seq(from), newest).await, reference.new_in(Seq(from), newest).await);
    }
}

/// The same steps in both; the same answers, rows and log: at once, after a reopening, after a rebuild.
async fn run_both(steps: &[Step], machine: &Machine, options: &LocalOptions) {
    let open = || LocalStore::open_on(machine.clone(), options.clone(), crate::clock::Clock::system());
    let reference = MemoryStore::default();
    let store = open().await.unwrap();
    for (n, step) in steps.iter().enumerate() {
        let change = step.change(n, &reference).await;
        assert_eq!(store.commit(change.clone()).await, reference.commit(change).await, "step {n}: {step:?}");
    }
    let same = |store: &LocalStore| {
        assert_eq!(rows_of(store), reference.rows());
        assert_eq!(comparable(log_of(&*machine.disk)), comparable(reference.log()));
    };
    same(&store);
    same_answers(&reference, &store).await;
    shut(store).await;
    let store = open().await.unwrap();
    assert!(store.notices().iter().all(|notice| *notice == crate::store::local::Notice::Renewed), "{:?}", store.notices());
    same(&store);
    assert_eq!(store.lingering_since(), Ok(None));
    same_answers(&reference, &store).await;
    shut(store).await;
    let rebuilt = rebuild_on(machine, options, &crate::clock::Clock::system()).unwrap();
    assert_eq!(rebuilt.changes, *reference.newest().borrow());
    let store = open().await.unwrap();
    same(&store);
    shut(store).await;
}

/// Rows for stretches of the log: no record is missed or told twice at their ends.
#[tokio::test]
async fn what_became_new_is_told_between_any_two_changes() {
    let store = MemoryStore::default();
    let all = 3_000;
    for n in 0..all {
        store.commit(told(&format!("e{n}"), "words")).await.unwrap();
    }
    for (from, upto) in
        [(0, 200), (62, 64), (63, 64), (63, 65), (64, 64), (64, 128), (127, 128), (128, 130), (0, 2_999), (2_999, 3_100), (3_000, 3_000)]
    {
        let new = store.new_in(Seq(from), Seq(upto)).await.unwrap();
        let seqs: Vec<u64> = new.iter().map(|new| new.seq.0).collect();
        assert_eq!(seqs, (from + 1..=upto.min(all)).collect::<Vec<_>>(), "after {from}, up to {upto}");
    }
}

/// Deliveries are known for 49 hours, and forgotten some time later.
#[tokio::test]
async fn deliveries_are_forgotten_in_the_end() {
    let store = MemoryStore::default();
    let known = |hours: i64, key: &str| {
        let mut change = told(key, "words");
        change.at = at(hours * 3600);
        store.commit(change)
    };
    assert!(!known(0, "first").await.unwrap().duplicate);
    for n in 0..40 {
        known(49, &format!("a{n}")).await.unwrap();
    }
    assert!(known(49, "first").await.unwrap().duplicate);
    for n in 0..40 {
        known(51, &format!("b{n}")).await.unwrap();
    }
    assert!(!known(51, "first").await.unwrap().duplicate);
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn says_and_keeps_what_the_reference_does(steps in steps(60)) {
        let disk = SimDisk::new(1);
        let machine = Machine { disk: Arc::new(disk.clone()), rows: Arc::new(disk), die: Arc::new(|why| panic!("{why}")) };
        let mut options = options(Path::new("/simulated"));
        options.limits.segment_bytes = 5000;
        block_on(run_both(&steps, &machine, &options));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn says_and_keeps_what_the_reference_does_on_sled(steps in steps(80)) {
        let dir = tempfile::tempdir().unwrap();
        let machine = Machine { die: Arc::new(|why| panic!("{why}")), ..Machine::real(dir.path(), None) };
        let mut options = options(dir.path());
        options.limits.segment_bytes = 20_000;
        block_on(run_both(&steps, &machine, &options));
        let disk = RealDisk::new(dir.path());
        assert!(disk.names("").unwrap().iter().all(|name| !name.starts_with("views.")));
    }
}
