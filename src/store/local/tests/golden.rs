//! The journal's lines: those that were ever written are still read.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::sim::SimDisk;
use super::support::*;
use crate::domain::backfill::{Backfill, Step};
use crate::domain::facts::{DeliveryKey, Entry, Fact, Head, Heard, Version, Word};
use crate::domain::feedback::{Gesture, Origin, Why};
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq};
use crate::domain::letter::{DigestDone, Posting};
use crate::store::local::disk::Disk;
use crate::store::local::line::{blank, decode, embedded, encode, glance};
use crate::store::local::lines::{find, last};

/// As the first version wrote them: never to be changed, only added to.
const GOLDEN: &str = include_str!("golden-1.jsonl");

fn backfill(step: Step) -> Backfill {
    let (from, upto) = ("1782224000.000000".to_owned(), "1790000000.000100".to_owned());
    Backfill { channel: ChannelId::new("C1"), from, upto, taken: 0, step }
}

/// What they say.
fn entries() -> Vec<Entry> {
    let heard = Heard {
        v: Version,
        no: FeedbackNo(1),
        verbatim: Word(3),
        source: Some(source(1)),
        channel: ChannelId::new("C1"),
        origin: Origin::Direct,
        gesture: Gesture::Listening,
        teller_functions: vec![function("sales")],
        tags: vec![],
        turn: Some(function("finance")),
        thread: None,
        parts: vec![],
        author: None,
        chosen: false,
        customer: None,
        hidden: false,
    };
    let day = jiff::civil::date(2026, 11, 23);
    let done = DigestDone { function: function("finance"), day, from: Seq(0), upto: Seq(5), parts: vec![vec![FeedbackNo(1)]], late: true };
    let posting = Posting { letter: LetterNo(1), part: 0, channel: ChannelId::new("C9"), ts: "1790000000.000100".to_owned() };
    let facts: Vec<(Vec<Fact>, &[&str])> = vec![
        (vec![Fact::Config { v: Version, hash: "h1".to_owned(), functions: vec![function("finance"), function("sales")] }], &[]),
        (
            vec![Fact::Person { v: Version, n: PersonNo(1), words: Word(0) }, Fact::Heard(heard)],
            &["E1", "U1", "Ada \"the\" first\t", "Die Rechnung\nist falsch \u{1F600}"],
        ),
        (
            vec![Fact::Edited {
                v: Version,
                no: FeedbackNo(1),
                verbatim: Word(0),
                tags: vec![tag("finance", 7)],
                parts: vec![],
                customer: None,
            }],
            &["the invoice is wrong"],
        ),
        (vec![Fact::Retagged { v: Version, no: FeedbackNo(1), tags: vec![tag("sales", 3), tag("finance", 7)] }], &[]),
        (vec![Fact::Digest { v: Version, letter: Some(LetterNo(1)), done: done.clone() }], &[]),
        (vec![Fact::Digest { v: Version, letter: None, done: DigestDone { parts: vec![], late: false, ..done } }], &[]),
        (vec![Fact::Posted { v: Version, posting }], &[]),
        (vec![Fact::Failed { v: Version, letter: LetterNo(2), part: 1, why: "channel_not_found".to_owned() }], &[]),
        (vec![Fact::Withdrawn { v: Version, no: Some(FeedbackNo(1)), source: Some(source(1)), why: Why::Undone }], &[]),
        (vec![Fact::Withdrawn { v: Version, no: None, source: Some(source(2)), why: Why::Undone }], &[]),
        (vec![Fact::Erased { v: Version, person: PersonNo(1) }], &[]),
        (vec![Fact::Backfill { v: Version, backfill: backfill(Step::Begun) }], &[]),
        (vec![Fact::Backfill { v: Version, backfill: Backfill { taken: 3, ..backfill(Step::Done) } }], &[]),
    ];
    let entry = |(n, (facts, words)): (usize, (Vec<Fact>, &[&str]))| {
        let seq = Seq(n as u64 + 1);
        let by = matches!(facts.first(), Some(Fact::Person { .. })).then_some(PersonNo(1));
        let keys = if by.is_some() { vec![DeliveryKey::event("Ev1"), DeliveryKey::command("7.8")] } else { vec![] };
        let whole = Head { seq, group: Seq(seq.0.min(3)), at: at(n as i64), by, keys, facts };
        Entry { head: whole, words: words.iter().map(|word| (*word).to_owned()).collect() }
    };
    facts.into_iter().enumerate().map(entry).collect()
}

#[test]
fn lines_that_were_ever_written_are_still_read() {
    let mut written = vec![];
    for entry in entries() {
        encode(&entry, &mut written).unwrap();
    }
    assert_eq!(String::from_utf8(written).unwrap(), GOLDEN);
    let read: Vec<Entry> = GOLDEN.lines().map(|line| decode(line.as_bytes()).unwrap()).collect();
    assert_eq!(read, entries());
    let kinds: BTreeSet<_> =
        read.iter().flat_map(|entry| &entry.head.facts).map(std::mem::discriminant).map(|d| format!("{d:?}")).collect();
    assert_eq!(kinds.len(), 11, "a kind of fact without a golden line");
}

fn an_entry() -> impl Strategy<Value = Entry> {
    let words = prop::collection::vec(prop_oneof![".{0,40}", "[\"\\\\\t\n ,{}a]{0,20}"], 0..6);
    (1..u64::MAX, words, "[A-Za-z0-9.]{0,12}").prop_map(|(seq, words, key)| Entry {
        head: Head { seq: Seq(seq), group: Seq(seq), at: at(5), by: None, keys: vec![DeliveryKey::event(&key)], facts: vec![] },
        words,
    })
}

fn line_of(entry: &Entry) -> Vec<u8> {
    let mut line = vec![];
    encode(entry, &mut line).unwrap();
    assert_eq!(line.pop(), Some(b'\n'));
    assert!(!line.contains(&b'\n') && line.split(|b| *b == b'\t').count() == 2);
    line
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_line_comes_back(entry in an_entry()) {
        let line = line_of(&entry);
        let glance = glance(&line).unwrap();
        prop_assert!(glance.words_good && glance.seq == entry.head.seq);
        prop_assert_eq!(decode(&line).unwrap(), entry);
        prop_assert_eq!(embedded(&line).count(), 2);
    }

    #[test]
    fn a_damaged_byte_never_goes_unseen(entry in an_entry(), at in any::<prop::sample::Index>(), bits in 1..=255_u8) {
        let mut line = line_of(&entry);
        let at = at.index(line.len());
        line[at] ^= bits;
        prop_assert!(glance(&line).map_or(true, |found| !found.words_good));
    }

    #[test]
    fn whatever_comes_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(decode(&bytes).is_err());
        prop_assert!(glance(&bytes).is_err());
        prop_assert!(blank(&bytes, &BTreeSet::from([0])).is_err());
    }

    #[test]
    fn blanked_words_are_found_again_however_torn(entry in an_entry(), which in any::<prop::sample::Index>(), torn in any::<prop::sample::Index>()) {
        prop_assume!(!entry.words.is_empty());
        let word = which.index(entry.words.len());
        let which = BTreeSet::from([word as u32]);
        let line = line_of(&entry);
        let patched = |line: &[u8]| {
            let mut line = line.to_vec();
            for (at, patch) in blank(&line.clone(), &which).unwrap().patches() {
                line[at..at + patch.len()].copy_from_slice(patch);
            }
            line
        };
        let blanked = patched(&line);
        prop_assert_eq!(blanked.len(), line.len());
        prop_assert!(glance(&blanked).unwrap().words_good);
        let mut expected = entry;
        expected.words[word] = decode(&blanked).unwrap().words[word].clone();
        prop_assert!(expected.words[word].bytes().all(|b| b == b' '));
        prop_assert_eq!(decode(&blanked).unwrap(), expected);
        // Torn at any byte, what is left is blanked to the same.
        let at = torn.index(line.len());
        let torn = [&blanked[..at], &line[at..]].concat();
        prop_assert_eq!(&patched(&torn), &blanked);
        let torn = [&line[..at], &blanked[at..]].concat();
        prop_assert_eq!(patched(&torn), blanked);
    }

    #[test]
    fn any_line_is_found_by_its_number(lengths in prop::collection::vec(0..20_000_usize, 1..30), first in 1..1000_u64) {
        let disk = SimDisk::new(1);
        let file = disk.create("file").unwrap();
        let (mut bytes, mut places) = (b"header\n".to_vec(), vec![]);
        for (n, length) in lengths.iter().enumerate() {
            places.push(bytes.len() as u64);
            let head = Head { seq: Seq(first + n as u64), group: Seq(1), at: at(0), by: None, keys: vec![], facts: vec![] };
            encode(&Entry { head, words: vec!["w".repeat(*length)] }, &mut bytes).unwrap();
        }
        file.write_at(&bytes, 0).unwrap();
        for (n, place) in places.iter().enumerate() {
            let (offset, line) = find(&*file, 7, Seq(first + n as u64)).unwrap().unwrap();
            prop_assert_eq!((offset, line.len()), (*place, decode(&line).map(|e| line_of(&e).len()).unwrap()));
        }
        prop_assert!(find(&*file, 7, Seq(first - 1)).unwrap().is_none());
        prop_assert!(find(&*file, 7, Seq(first + lengths.len() as u64)).unwrap().is_none());
        prop_assert_eq!(last(&*file, 7).unwrap().unwrap().0, *places.last().unwrap());
    }
}
