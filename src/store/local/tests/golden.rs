//! The journal's lines: those that were ever written are still read.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::sim::SimDisk;
use super::support::*;
use crate::domain::account::AccountId;
use crate::domain::advocates::Duty;
use crate::domain::backfill::{self, Backfill};
use crate::domain::care::{Knows, Level, Outcome, Step};
use crate::domain::facts::{DeliveryKey, Entry, Fact, Head, Heard, Said, Version, Word};
use crate::domain::feedback::{Gesture, Mode, Origin, Part, Why};
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq};
use crate::domain::kind::Kind;
use crate::domain::letter::{Alert, Answer, Asking, DigestDone, Note, Posting, Reach, RollupDone, Spot, Tally};
use crate::domain::masking::Sensitive;
use crate::domain::pause::Pause;
use crate::domain::spread::{Band, Share, Spread};
use crate::domain::subscription::Hour;
use crate::domain::tagging::Span;
use crate::domain::urgent::Urgency;
use crate::store::local::disk::Disk;
use crate::store::local::line::{blank, decode, embedded, encode, glance};
use crate::store::local::lines::{find, last};

/// As the first version wrote them: never to be changed, only added to.
const GOLDEN: &str = include_str!("golden-1.jsonl");

/// Lines as they were written before their facts said more: those that are written now say the same.
const EARLIER: &str = include_str!("golden-earlier.jsonl");

/// An entry's facts and words.
type Line = (Vec<Fact>, &'static [&'static str]);

fn heard() -> Heard {
    Heard {
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
        urgent: None,
        masked: vec![],
        kind: None,
    }
}

/// What was there from the first day.
fn at_first() -> Vec<Line> {
    let day = jiff::civil::date(2026, 11, 23);
    let done = DigestDone { function: function("finance"), day, from: Seq(0), upto: Seq(5), parts: vec![vec![FeedbackNo(1)]], late: true };
    let posting = Posting { letter: LetterNo(1), part: 0, channel: ChannelId::new("C9"), ts: "1790000000.000100".to_owned() };
    vec![
        (
            vec![Fact::Config {
                v: Version,
                hash: "h1".to_owned(),
                functions: vec![function("finance"), function("sales")],
                merged: vec![],
                rollup: false,
            }],
            &[],
        ),
        (
            vec![Fact::Person { v: Version, n: PersonNo(1), words: Word(0) }, Fact::Heard(heard())],
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
        (vec![Fact::Digest { v: Version, letter: Some(LetterNo(1)), to: None, done: done.clone() }], &[]),
        (vec![Fact::Digest { v: Version, letter: None, to: None, done: DigestDone { parts: vec![], late: false, ..done } }], &[]),
        (vec![Fact::Posted { v: Version, posting }], &[]),
        (vec![Fact::Failed { v: Version, letter: LetterNo(2), part: 1, why: "channel_not_found".to_owned() }], &[]),
        (vec![Fact::Withdrawn { v: Version, no: Some(FeedbackNo(1)), source: Some(source(1)), why: Why::Undone }], &[]),
        (vec![Fact::Withdrawn { v: Version, no: None, source: Some(source(2)), why: Why::Undone }], &[]),
        (vec![Fact::Erased { v: Version, person: PersonNo(1) }], &[]),
    ]
}

fn part(n: u64, edited: Option<&str>, start: u32, end: u32) -> Part {
    Part { ts: source(n).ts, edited: edited.map(ToOwned::to_owned), span: Span { start, end } }
}

/// What came with the ways in: threads, customers, hidden names, replies, reactions, letters of many kinds.
fn with_the_ways_in() -> Vec<Line> {
    let no = FeedbackNo(2);
    let thread = Heard {
        no,
        verbatim: Word(3),
        source: Some(source(3)),
        origin: Origin::Public,
        gesture: Gesture::Shortcut,
        turn: None,
        thread: Some(source(1).ts),
        parts: vec![part(3, None, 0, 8), part(4, Some("1790000009.000000"), 9, 17)],
        author: Some(PersonNo(2)),
        chosen: true,
        customer: Some(Said::Named(Word(4))),
        hidden: true,
        ..heard()
    };
    let edited = |customer| Fact::Edited {
        v: Version,
        no,
        verbatim: Word(0),
        tags: vec![],
        parts: vec![part(3, Some("1790000010.000000"), 0, 7)],
        customer: Some(customer),
    };
    let replied = |words| Fact::Replied { v: Version, no, source: source(5), words };
    let reacted = |at: &str, on| Fact::Reacted { v: Version, source: source(6), at: at.to_owned(), on };
    let withdrawn = |why| Fact::Withdrawn { v: Version, no: Some(no), source: Some(source(3)), why };
    let listening = |mode| Fact::Listening { v: Version, channel: ChannelId::new("C1"), mode, chosen_by: PersonNo(2) };
    vec![
        (
            vec![Fact::Person { v: Version, n: PersonNo(2), words: Word(0) }, Fact::Heard(thread)],
            &["E1", "U2", "Kim", "lee: one\nkim: two", "Acme \"&\" Söhne"],
        ),
        (vec![edited(Said::Named(Word(1)))], &["one two", "Acme"]),
        (vec![edited(Said::Account(AccountId::parse("acme").unwrap()))], &["one two"]),
        (vec![Fact::Hidden { v: Version, no, hidden: true }, Fact::Hidden { v: Version, no, hidden: false }], &[]),
        (vec![replied(Some(Word(0)))], &["VOC-2 is on its way"]),
        (vec![replied(None)], &[]),
        (vec![reacted("1790000011.000200", true), reacted("1790000012.000200", false)], &[]),
        (letters().into_iter().enumerate().map(|(n, (to, note, until))| queued(n, to, note, until)).collect(), &[]),
        (vec![listening(Mode::All), listening(Mode::Filtered), listening(Mode::Reactions)], &[]),
        (vec![Fact::CaughtUp { v: Version, channel: ChannelId::new("C1"), upto: source(7).ts }], &[]),
        (vec![withdrawn(Why::Deleted), withdrawn(Why::ByAuthor)], &[]),
    ]
}

/// What came with the reading of older messages.
fn with_backfills() -> Vec<Line> {
    let (from, upto) = ("1782224000.000000".to_owned(), "1790000000.000100".to_owned());
    let begun = Backfill { channel: ChannelId::new("C1"), from, upto, taken: 0, step: backfill::Step::Begun };
    let done = Backfill { taken: 3, step: backfill::Step::Done, ..begun.clone() };
    let note = Note::Backfilled(done.clone());
    vec![
        (vec![Fact::Backfill { v: Version, backfill: begun }], &[]),
        (vec![Fact::Backfill { v: Version, backfill: done }, queued(15, Some(PersonNo(2)), note, None)], &[]),
    ]
}

fn with_pauses() -> Vec<Line> {
    let pause = Some(Pause { until: Some(jiff::civil::date(2026, 12, 24)) });
    let (functions, channel) = (vec![function("finance")], ChannelId::new("C1"));
    let note = |pause| Note::Paused { channel: channel.clone(), functions: functions.clone(), pause, by: PersonNo(2) };
    let paused = |pause| Fact::Paused { v: Version, functions: functions.clone(), pause };
    vec![
        (vec![paused(pause), queued(16, None, note(pause), None)], &[]),
        (vec![paused(Some(Pause { until: None })), queued(17, None, note(Some(Pause { until: None })), None)], &[]),
        (vec![paused(None), queued(18, None, note(None), None)], &[]),
        (vec![Fact::Muted { v: Version, pause }, Fact::Muted { v: Version, pause: None }], &[]),
    ]
}

fn of_readers() -> Vec<Line> {
    let not_ours =
        |turn: Option<&str>| Fact::NotOurs { v: Version, no: FeedbackNo(2), function: function("finance"), turn: turn.map(function) };
    vec![(vec![Fact::HeardToo { v: Version, no: FeedbackNo(2) }, not_ours(None), not_ours(Some("sales"))], &[])]
}

/// What came with told failures.
fn with_told_failures() -> Vec<Line> {
    let undelivered = |code: &str, dropped| Note::Alert(Alert::Undelivered { letter: LetterNo(1), code: code.to_owned(), dropped });
    let (to, code) = (Some(PersonNo(2)), "not_in_channel".to_owned());
    vec![
        (
            vec![
                Fact::Refused { v: Version, letter: LetterNo(1), part: 0, code },
                queued(19, to, undelivered("not_in_channel", false), Some(at(86400))),
            ],
            &[],
        ),
        (vec![queued(20, to, undelivered("", true), None)], &[]),
    ]
}

/// What came with the company's week.
fn with_rollups() -> Vec<Line> {
    let (day, before) = (jiff::civil::date(2026, 11, 23), jiff::civil::date(2026, 11, 16));
    let done = RollupDone {
        day,
        from: Seq(5),
        upto: Seq(9),
        last: FeedbackNo(7),
        heard: 3,
        told_by: 1,
        read_by: 2,
        quoted: vec![FeedbackNo(6), FeedbackNo(7)],
        said: vec![2, 1],
        weeks: vec![(before, 0), (day, 3)],
        late: false,
        waits: vec![],
        changed: vec![],
        praise: vec![],
        came_off: (0, 0),
    };
    let nothing = RollupDone { heard: 0, quoted: vec![], said: vec![], ..done.clone() };
    let config = Fact::Config { v: Version, hash: "h3".to_owned(), functions: vec![function("finance")], merged: vec![], rollup: true };
    vec![
        (vec![config], &[]),
        (vec![Fact::Rollup { v: Version, letter: Some(LetterNo(26)), done, became: Tally::default() }], &[]),
        (vec![Fact::Rollup { v: Version, letter: None, done: nothing, became: Tally::default() }], &[]),
    ]
}

/// What came with subscriptions.
fn with_subscriptions() -> Vec<Line> {
    let day = jiff::civil::date(2026, 11, 24);
    let parts = vec![vec![FeedbackNo(3)], vec![FeedbackNo(4)]];
    let done = DigestDone { function: function("finance"), day, from: Seq(5), upto: Seq(9), parts, late: false };
    let hour = Some(Hour { at: jiff::civil::time(8, 30, 0, 0), zone: "Asia/Tokyo".to_owned() });
    let subscribed = |hour| Fact::Subscribed { v: Version, function: function("finance"), hour };
    vec![
        (vec![subscribed(hour), subscribed(None)], &[]),
        (vec![Fact::Digest { v: Version, letter: Some(LetterNo(25)), to: Some(PersonNo(2)), done }], &[]),
    ]
}

/// What came with what cannot wait.
fn with_urgent_ones() -> Vec<Line> {
    let urgencies = [Urgency::Teller, Urgency::Churn, Urgency::Outage, Urgency::Security, Urgency::Legal];
    let heard = |(n, urgency): (u32, Urgency)| {
        let heard = Heard { no: FeedbackNo(3 + u64::from(n)), verbatim: Word(n), source: None, urgent: Some(urgency), ..heard() };
        Fact::Heard(heard)
    };
    let mut facts: Vec<Fact> = (0..).zip(urgencies).map(heard).collect();
    facts.push(queued(21, None, Note::Urgent { no: FeedbackNo(3), function: function("finance") }, Some(at(86400))));
    vec![(facts, &["we are down", "we leave", "it is down", "they see our data", "our lawyers"])]
}

/// What came with mergers.
fn with_mergers() -> Vec<Line> {
    let merged = vec![(function("sales"), function("finance"))];
    vec![(vec![Fact::Config { v: Version, hash: "h2".to_owned(), functions: vec![function("finance")], merged, rollup: false }], &[])]
}

fn queued(n: usize, to: Option<PersonNo>, note: Note, until: Option<jiff::Timestamp>) -> Fact {
    Fact::Queued { v: Version, letter: LetterNo(n as u64 + 3), to, note, until }
}

fn letters() -> Vec<(Option<PersonNo>, Note, Option<jiff::Timestamp>)> {
    let (no, to) = (FeedbackNo(2), Some(PersonNo(2)));
    let only = |thread: Option<&str>| Reach::Only(Spot { channel: ChannelId::new("C1"), thread: thread.map(ToOwned::to_owned) });
    vec![
        (to, Note::Receipt { no, reach: Reach::Direct }, Some(at(86400))),
        (to, Note::Receipt { no, reach: only(None) }, None),
        (to, Note::Known { no: Some(no), reach: only(Some("1790000001.000100")) }, None),
        (to, Note::Known { no: None, reach: Reach::Direct }, None),
        (to, Note::Asked { source: source(6), why: Asking::First, reach: only(None) }, None),
        (to, Note::Asked { source: source(6), why: Asking::Private, reach: Reach::Direct }, None),
        (to, Note::Taken { no }, None),
        (to, Note::Answered { with: Answer::Help, source: source(7), reach: Reach::Direct }, None),
        (to, Note::Answered { with: Answer::TooLong, source: source(7), reach: Reach::Direct }, None),
        (None, Note::Listened { channel: ChannelId::new("C1") }, None),
        (None, Note::Redraw { letter: LetterNo(1), part: 2 }, None),
        (to, Note::Alert(Alert::NoSockets), None),
    ]
}

/// What was learned decided too.
fn with_what_was_learned() -> Vec<Line> {
    let mut tag = tag("finance", 3);
    tag.learned = -20;
    tag.evidence.iter_mut().for_each(|evidence| evidence.says = 1500);
    vec![(vec![Fact::Retagged { v: Version, no: FeedbackNo(2), tags: vec![tag] }], &[])]
}

/// What came with the care for records.
fn with_care() -> Vec<Line> {
    let due = jiff::civil::date(2026, 12, 7);
    let care = |no: u64, step| Fact::Care { v: Version, no: FeedbackNo(no), step };
    let told = |told: &[u64], due: &[u64], waits: &[u64], signs: &[u64]| {
        let nos = |nos: &[u64]| nos.iter().map(|no| FeedbackNo(*no)).collect();
        Note::Today {
            told: nos(told),
            due: nos(due),
            waits: nos(waits),
            signs: nos(signs),
            turns: vec![],
            heavy: vec![],
            day: jiff::civil::date(2026, 11, 25),
        }
    };
    let day = jiff::civil::date(2026, 11, 30);
    let (quoted, said, weeks) = (vec![], vec![], vec![(day, 0)]);
    let week = RollupDone {
        day,
        from: Seq(9),
        upto: Seq(40),
        last: FeedbackNo(7),
        heard: 0,
        told_by: 0,
        read_by: 0,
        quoted,
        said,
        weeks,
        late: false,
        waits: vec![],
        changed: vec![],
        praise: vec![],
        came_off: (0, 0),
    };
    let became = Tally { closed: 4, declined: 1, unanswered: 1, told: 2 };
    let reach = |level| care(4, Step::Reach(level, PersonNo(2)));
    vec![
        (vec![care(3, Step::Take(due)), care(3, Step::Extend(due)), care(3, Step::Warn), care(3, Step::GiveBack)], &[]),
        (vec![care(3, Step::Close(Outcome::Done, Some(Word(0))))], &["it takes the number from the contract"]),
        (vec![care(3, Step::Answer(Knows::Told)), care(3, Step::Answer(Knows::NoNeed))], &[]),
        (vec![care(3, Step::Reopen(Some(Word(0))))], &["it does not"]),
        (vec![care(3, Step::Close(Outcome::Planned(due), Some(Word(0)))), care(3, Step::Reopen(None))], &["with the next release"]),
        (vec![care(3, Step::Close(Outcome::Intended, Some(Word(0))))], &["the law wants both"]),
        (vec![care(5, Step::Close(Outcome::Declined, Some(Word(0))))], &["others do that better"]),
        (vec![care(7, Step::Contradict(Word(0)))], &["our invoices are right"]),
        (vec![care(7, Step::Propose(Outcome::Done, Word(0))), care(7, Step::Ask(function("legal"), PersonNo(2)))], &["they are"]),
        (vec![care(7, Step::NotYet(Some(Word(0)))), care(7, Step::NotYet(None)), care(7, Step::Agree)], &["they are not"]),
        ([Level::First, Level::Lead, Level::Chair, Level::Council].map(reach).to_vec(), &[]),
        (vec![Fact::Rollup { v: Version, letter: Some(LetterNo(27)), done: week, became }], &[]),
        (
            vec![Fact::Heard(Heard { no: FeedbackNo(8), verbatim: Word(0), source: None, masked: Sensitive::ALL.to_vec(), ..heard() })],
            &["his card **** is refused"],
        ),
        (vec![care(4, Step::Close(Outcome::Unanswered, None)), queued(40, Some(PersonNo(2)), told(&[4, 5], &[3], &[6], &[7]), None)], &[]),
    ]
}

/// What came with advocates, the council and spread.
fn with_turns() -> Vec<Line> {
    let monday = jiff::civil::date(2026, 11, 30);
    let (to, finance) = (PersonNo(2), || function("finance"));
    let duty = |duty| Fact::Advocate { v: Version, function: finance(), duty };
    let all = [Duty::Join, Duty::Skip, Duty::Assign(monday, to), Duty::Fine(monday), Duty::Swap(monday), Duty::Ask(monday, to)];
    let more = [Duty::TakeOver(monday), Duty::NotThisTime(monday), Duty::Begin(monday), Duty::TellLead(monday), Duty::Leave];
    let care = |no: u64, step| Fact::Care { v: Version, no: FeedbackNo(no), step };
    let bands = [Share::UnderAQuarter, Share::AQuarterOrMore, Share::About(35)];
    let bands = bands.map(|share| Band { functions: vec![finance(), function("legal")], share }).to_vec();
    let shown = Spread { day: monday, reach: 70, halves: 7, functions: 4, bands, source: Some(finance()), heavy: Some(1) };
    let spread = |shown, heavy| Fact::Spread { v: Version, shown, heavy };
    let turns = vec![(finance(), Duty::Assign(monday, to)), (finance(), Duty::TellLead(monday))];
    let note =
        Note::Today { told: vec![], due: vec![], waits: vec![], signs: vec![], turns, heavy: vec![(finance(), monday)], day: monday };
    let quoted = vec![];
    let week = RollupDone {
        day: monday,
        from: Seq(40),
        upto: Seq(50),
        last: FeedbackNo(8),
        heard: 0,
        told_by: 0,
        read_by: 0,
        quoted,
        said: vec![],
        weeks: vec![(monday, 0)],
        late: false,
        waits: vec![(finance(), 2)],
        changed: vec![FeedbackNo(3)],
        praise: vec![FeedbackNo(6)],
        came_off: (0, 0),
    };
    vec![
        (all.into_iter().chain(more).map(duty).collect(), &[]),
        (
            [Kind::Problem, Kind::Wish, Kind::Question, Kind::Praise]
                .map(|kind| Fact::Heard(Heard { no: FeedbackNo(9), kind: Some(kind), verbatim: Word(0), source: None, ..heard() }))
                .to_vec(),
            &["they love it"],
        ),
        (vec![care(9, Step::NotPraise)], &[]),
        (vec![Fact::Rollup { v: Version, letter: Some(LetterNo(45)), done: week, became: Tally::default() }], &[]),
        (vec![care(4, Step::Decide(to, monday, Word(0)))], &["Dana rewrites the page by Monday"]),
        (vec![care(7, Step::Contradict(Word(0))), care(7, Step::Lift(Word(1)))], &["our invoices are right", "they are, in this case"]),
        (vec![spread(shown.clone(), vec![(to, finance())])], &[]),
        (vec![spread(Spread { bands: vec![], source: None, heavy: None, ..shown }, vec![]), queued(41, Some(to), note, None)], &[]),
    ]
}

/// What came with customers who are told by whoever looks after them, and agree to be a reference.
fn with_customers() -> Vec<Line> {
    let care = |step| Fact::Care { v: Version, no: FeedbackNo(3), step };
    let chair = Fact::Advocate { v: Version, function: function("finance"), duty: Duty::Chair(jiff::civil::date(2026, 11, 30)) };
    vec![
        (vec![care(Step::Close(Outcome::Done, Some(Word(0)))), care(Step::AskOwner(PersonNo(2)))], &["it is done"]),
        (vec![care(Step::Refer(true)), care(Step::Refer(false))], &[]),
        (vec![care(Step::AskAgain), chair], &[]),
    ]
}

/// What came with how customers came off.
fn with_sentiment() -> Vec<Line> {
    let day = jiff::civil::date(2026, 12, 7);
    let done = RollupDone {
        day,
        from: Seq(50),
        upto: Seq(60),
        last: FeedbackNo(9),
        heard: 4,
        told_by: 1,
        read_by: 1,
        quoted: vec![FeedbackNo(9)],
        said: vec![1],
        weeks: vec![(day, 4)],
        late: true,
        waits: vec![],
        changed: vec![],
        praise: vec![],
        came_off: (2, 1),
    };
    vec![(vec![Fact::Rollup { v: Version, letter: None, done, became: Tally::default() }], &[])]
}

/// What came with taking back that one heard the same, and with not being asked again.
fn with_second_thoughts() -> Vec<Line> {
    vec![
        (vec![Fact::NotHeard { v: Version, no: FeedbackNo(2) }], &[]),
        (vec![Fact::Care { v: Version, no: FeedbackNo(3), step: Step::AskNoMore }], &[]),
    ]
}

/// What the lines say.
fn entries() -> Vec<Entry> {
    let entry = |(n, (facts, words)): (usize, Line)| {
        let seq = Seq(n as u64 + 1);
        let by = facts.iter().find_map(|fact| match fact {
            Fact::Person { n, .. } => Some(*n),
            Fact::Hidden { .. }
            | Fact::Replied { .. }
            | Fact::Reacted { .. }
            | Fact::Paused { .. }
            | Fact::Muted { .. }
            | Fact::Subscribed { .. }
            | Fact::Advocate { .. }
            | Fact::HeardToo { .. }
            | Fact::NotHeard { .. } => Some(PersonNo(2)),
            Fact::Care { step, .. } => {
                (!matches!(step, Step::Warn | Step::Reach(..) | Step::Reopen(None) | Step::AskAgain | Step::AskNoMore))
                    .then_some(PersonNo(2))
            }
            _ => None,
        });
        let keys = match by {
            Some(PersonNo(1)) => vec![DeliveryKey::event("Ev1"), DeliveryKey::command("7.8")],
            Some(_) => vec![DeliveryKey::press(&format!("9.{n}"))],
            None => vec![],
        };
        let whole = Head { seq, group: Seq(seq.0.min(3)), at: at(n as i64), by, keys, facts };
        Entry { head: whole, words: words.iter().map(|word| (*word).to_owned()).collect() }
    };
    at_first()
        .into_iter()
        .chain(with_the_ways_in())
        .chain(with_backfills())
        .chain(with_pauses())
        .chain(of_readers())
        .chain(with_told_failures())
        .chain(with_mergers())
        .chain(with_urgent_ones())
        .chain(with_subscriptions())
        .chain(with_rollups())
        .chain(with_what_was_learned())
        .chain(with_care())
        .chain(with_turns())
        .chain(with_customers())
        .chain(with_sentiment())
        .chain(with_second_thoughts())
        .enumerate()
        .map(entry)
        .collect()
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
    for line in EARLIER.lines() {
        let earlier = decode(line.as_bytes()).unwrap();
        assert!(read.contains(&earlier), "{line}");
    }
    let facts = || read.iter().flat_map(|entry| &entry.head.facts);
    let kinds: BTreeSet<_> = facts().map(std::mem::discriminant).map(|d| format!("{d:?}")).collect();
    assert_eq!(kinds.len(), 28, "a kind of fact without a golden line");
    let notes = facts().filter_map(|fact| if let Fact::Queued { note, .. } = fact { Some(std::mem::discriminant(note)) } else { None });
    assert_eq!(notes.map(|d| format!("{d:?}")).collect::<BTreeSet<_>>().len(), 12, "a kind of note without a golden line");
}

/// A match that a new variant breaks, so that whoever adds one comes by here.
#[test]
fn names_that_were_ever_written_stay() {
    fn check<T: serde::Serialize + Copy>(all: &[T], name: impl Fn(T) -> &'static str) {
        for one in all {
            assert_eq!(serde_json::to_value(one).unwrap(), name(*one));
        }
    }
    use Gesture::{Backfill as Older, Command, Direct, Form, Listening, Mention, Reaction, Rescue, Shortcut};
    check(&[Command, Listening, Form, Shortcut, Reaction, Mention, Direct, Rescue, Older], |gesture| match gesture {
        Command => "command",
        Listening => "listening",
        Form => "form",
        Shortcut => "shortcut",
        Reaction => "reaction",
        Mention => "mention",
        Direct => "direct",
        Rescue => "rescue",
        Older => "backfill",
    });
    check(&[Origin::Public, Origin::Private, Origin::Direct, Origin::External], |origin| match origin {
        Origin::Public => "public",
        Origin::Private => "private",
        Origin::Direct => "dm",
        Origin::External => "external",
    });
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
