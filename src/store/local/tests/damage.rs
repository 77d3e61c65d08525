//! A journal that was cut or damaged at any byte.

use std::path::Path;
use std::sync::Arc;

use super::sim::SimDisk;
use super::support::*;
use crate::clock::Clock;
use crate::domain::acts::Act;
use crate::domain::facts::Entry;
use crate::domain::feedback::Why;
use crate::domain::ids::{FeedbackNo, Seq};
use crate::store::Store;
use crate::store::local::options::{LocalOptions, Machine};
use crate::store::local::repair::repair_on;
use crate::store::local::{LocalStore, Notice, OpenError};

const FIRST: &str = "journal/00000000000000000001.jsonl";

fn machine(disk: &SimDisk) -> Machine {
    Machine { disk: Arc::new(disk.clone()), rows: Arc::new(disk.clone()), die: Arc::new(|why| panic!("{why}")) }
}

fn simulated() -> LocalOptions {
    options(Path::new("/simulated"))
}

async fn open_sim(disk: &SimDisk, options: LocalOptions) -> Result<LocalStore, OpenError> {
    LocalStore::open_on(machine(disk), options, Clock::system()).await
}

/// Some changes, one write each; gives the disk, the log, and where each line begins.
async fn some(changes: usize, options: &LocalOptions) -> (SimDisk, Vec<Entry>, Vec<usize>) {
    let disk = SimDisk::new(1);
    let store = open_sim(&disk, options.clone()).await.unwrap();
    for n in 0..changes {
        store.commit(told(&format!("e{n}"), &format!("words number {n} \"ä\""))).await.unwrap();
    }
    shut(store).await;
    let bytes = disk.bytes_in("journal").remove(0).1;
    let feeds = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
    let log = log_of(&disk);
    (disk, log, feeds.collect())
}

/// Without views: they would rightly notice that a change is missing with which they end.
async fn survives(disk: &SimDisk, kept: &[Entry], what: &str) -> Vec<Notice> {
    let store = open_sim(disk, simulated()).await.unwrap_or_else(|fault| panic!("{what}: {fault}"));
    assert_eq!(*store.newest().borrow(), Seq(kept.len() as u64), "{what}");
    let notices = store.notices().to_vec();
    assert_eq!(log_of(disk), kept, "{what}");
    // And it goes on from there.
    let next = store.commit(told("next", "more words")).await.unwrap();
    assert_eq!(next.seq, Seq(kept.len() as u64 + 1), "{what}");
    shut(store).await;
    notices
}

#[tokio::test]
async fn the_last_write_may_be_cut_at_any_byte() {
    let (disk, log, starts) = some(3, &simulated()).await;
    let end = starts[3];
    for length in starts[2]..end {
        let disk = disk.after_crash_without_views();
        disk.damage(FIRST, |bytes| bytes.truncate(length));
        let notices = survives(&disk, &log[..2], &format!("cut at {length}")).await;
        assert_eq!(notices.is_empty(), length == starts[2], "cut at {length}: {notices:?}");
    }
}

#[tokio::test]
async fn the_last_write_may_be_damaged_at_any_byte() {
    let (disk, log, starts) = some(3, &simulated()).await;
    for at in starts[2]..starts[3] {
        let disk = disk.after_crash_without_views();
        disk.damage(FIRST, |bytes| bytes[at] ^= 0x11);
        let notices = survives(&disk, &log[..2], &format!("byte {at}")).await;
        assert!(matches!(notices.as_slice(), [Notice::Cut { .. }]), "byte {at}: {notices:?}");
    }
}

/// Views that end with a change which the journal has lost are of no use, and are kept aside.
#[tokio::test]
async fn views_that_know_more_than_the_journal_are_moved_aside() {
    let (disk, log, starts) = some(3, &simulated()).await;
    let disk = disk.after_crash();
    disk.damage(FIRST, |bytes| bytes.truncate(starts[2]));
    let notices = survives(&disk, &log[..2], "views ahead").await;
    assert!(matches!(notices.as_slice(), [Notice::Aside { .. }]), "{notices:?}");
}

#[tokio::test]
async fn damage_in_the_middle_is_refused_with_its_place_and_can_be_repaired() {
    let (disk, log, starts) = some(4, &simulated()).await;
    for at in starts[1]..starts[2] {
        let disk = disk.after_crash_without_views();
        disk.damage(FIRST, |bytes| bytes[at] ^= 0x11);
        match open_sim(&disk, simulated()).await {
            Err(OpenError::Damaged(damage)) => {
                assert_eq!((damage.file.as_path(), damage.offset), (Path::new("/simulated").join(FIRST).as_path(), starts[1] as u64));
            }
            other => panic!("byte {at}: {other:?}"),
        }
        let report = repair_on(&machine(&disk), &simulated(), at_noon()).unwrap();
        let repaired = log_of(&disk);
        assert_eq!(repaired.len(), 4);
        for (n, entry) in log.iter().enumerate().filter(|(n, _)| *n != 1) {
            assert_eq!(&repaired[n], entry, "byte {at}");
        }
        if report.lost.is_empty() && report.doubtful.is_empty() {
            // Only its line feed was hit.
            assert_eq!((at, repaired[1] == log[1]), (starts[2] - 1, true));
        } else if report.lost.is_empty() {
            // Only words were hit: the change stays, its words as far as they can be read.
            assert_eq!((report.kept, report.doubtful.as_slice()), (4, [Seq(2)].as_slice()));
            assert_eq!(repaired[1].head, log[1].head);
        } else {
            assert_eq!((report.kept, report.lost.as_slice()), (3, [(Seq(2), Seq(2))].as_slice()));
            assert!(repaired[1].head.facts.is_empty());
        }
        let original = disk.bytes_in(report.original.file_name().unwrap().to_str().unwrap());
        assert!(original.len() == 1 && original[0].0.starts_with("journal.damaged-20261122T120000"));
        let store = open_sim(&disk, simulated()).await.unwrap();
        assert_eq!(store.commit(told("next", "more words")).await.unwrap().seq, Seq(5));
        shut(store).await;
    }
}

/// The last line but one had been finished: that its line feed is damaged is no trace of a power cut.
#[tokio::test]
async fn a_damaged_line_feed_before_the_last_write_is_refused() {
    let (disk, log, starts) = some(3, &simulated()).await;
    let disk = disk.after_crash_without_views();
    disk.damage(FIRST, |bytes| bytes[starts[2] - 1] = b'x');
    assert!(matches!(open_sim(&disk, simulated()).await, Err(OpenError::Damaged(d)) if d.offset == starts[1] as u64));
    let report = repair_on(&machine(&disk), &simulated(), at_noon()).unwrap();
    assert_eq!((report.kept, report.lost, report.doubtful), (3, vec![], vec![]));
    assert_eq!(log_of(&disk), log);
}

fn at_noon() -> jiff::Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn a_repair_that_was_cut_short_is_finished() {
    let (disk, log, _) = some(2, &simulated()).await;
    crate::store::local::disk::Disk::rename(&disk, "journal", "journal.repaired").unwrap();
    let notices = survives(&disk.after_crash(), &log, "repaired").await;
    assert_eq!(notices, [Notice::RepairFinished]);
}

#[tokio::test]
async fn damage_in_a_finished_file_is_refused_and_scrubbed_out() {
    let mut options = simulated();
    options.limits.segment_bytes = 900;
    let (disk, _, starts) = some(9, &options).await;
    assert!(disk.bytes_in("journal").len() > 2);
    let damaged = disk.after_crash();
    damaged.damage(FIRST, |bytes| bytes[starts[0] + 30] ^= 1);
    // The views are whole, so that the store opens; the scrub finds it.
    let store = open_sim(&damaged, options.clone()).await.unwrap();
    let scrubbed = loop {
        let scrubbed = store.scrubbed();
        if scrubbed.done {
            break scrubbed;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(scrubbed.damages.iter().map(|d| d.offset).collect::<Vec<_>>(), [starts[0] as u64]);
    shut(store).await;
    let damaged = damaged.after_crash_without_views();
    assert!(matches!(open_sim(&damaged, options.clone()).await, Err(OpenError::Damaged(d)) if d.offset == starts[0] as u64));
    let missing = disk.after_crash_without_views();
    let second = missing.bytes_in("journal")[1].0.clone();
    crate::store::local::disk::Disk::remove_file(&missing, &second).unwrap();
    assert!(matches!(open_sim(&missing, options).await, Err(OpenError::Damaged(d)) if d.why.contains("missing before it")));
}

#[tokio::test]
async fn a_file_without_its_header_is_removed_if_it_is_the_last_and_never_used() {
    let (disk, log, _) = some(2, &simulated()).await;
    for beginning in ["", "12345678 {\"for", "\0\0\0\0"] {
        let disk = disk.after_crash();
        let file = crate::store::local::disk::Disk::create(&disk, "journal/00000000000000000003.jsonl").unwrap();
        file.write_at(beginning.as_bytes(), 0).unwrap();
        let notices = survives(&disk, &log, "unbegun").await;
        assert!(matches!(notices.as_slice(), [Notice::Removed(_)]), "{notices:?}");
    }
    let damaged = disk.after_crash();
    damaged.damage(FIRST, |bytes| bytes[3] ^= 1);
    assert!(matches!(open_sim(&damaged, simulated()).await, Err(OpenError::Damaged(d)) if d.offset == 0));
}

/// A crash between the two halves of a blanking: the words are half there, and the fact that orders it stands.
#[tokio::test]
async fn half_blanked_words_are_blanked_at_the_next_start() {
    let disk = SimDisk::new(1);
    let store = open_sim(&disk, simulated()).await.unwrap();
    store.commit(told("e1", "\"secret\\ä\\\"\" words")).await.unwrap();
    store.commit(told("e2", "others")).await.unwrap();
    let whole = disk.bytes_in("journal").remove(0).1;
    store.commit(change(vec![Act::Withdraw { no: FeedbackNo(1), why: Why::Undone }])).await.unwrap();
    shut(store).await;
    let blanked = disk.bytes_in("journal").remove(0).1;
    let (from, upto) = (0..whole.len()).filter(|at| whole[*at] != blanked[*at]).fold((usize::MAX, 0), |(a, b), at| (a.min(at), b.max(at)));
    for torn in from..=upto {
        for first_half in [true, false] {
            let disk = disk.after_crash_without_views();
            disk.damage(FIRST, |bytes| {
                let old = if first_half { from..torn } else { torn..upto + 1 };
                bytes[old.clone()].copy_from_slice(&whole[old]);
            });
            let store = open_sim(&disk, simulated()).await.unwrap_or_else(|fault| panic!("torn at {torn}: {fault}"));
            assert!(store.notices().is_empty());
            assert_eq!(store.record(FeedbackNo(2)).await.unwrap().unwrap().verbatim, "others");
            assert_eq!(disk.bytes_in("journal").remove(0).1, blanked, "torn at {torn}");
            shut(store).await;
        }
    }
    // The same tear without the fact that orders it is damage.
    let disk = disk.after_crash_without_views();
    disk.damage(FIRST, |bytes| {
        *bytes = whole.clone();
        bytes[upto] = b' ';
    });
    assert!(matches!(open_sim(&disk, simulated()).await, Err(OpenError::Damaged(_))));
}
