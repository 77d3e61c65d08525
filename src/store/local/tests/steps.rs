//! Random changes: of every kind, many of them duplicates, stale or senseless.

use proptest::prelude::*;

use super::sim::Dice;
use super::support::*;
use crate::domain::account::AccountId;
use crate::domain::acts::{Act, Change, Today};
use crate::domain::advocates::{Duty, Turn};
use crate::domain::care;
use crate::domain::facts::{DeliveryKey, Entry, Fact};
use crate::domain::feedback::{Customer, Gesture, Mode, Part, Source, Verbatim, Why};
use crate::domain::follow::{Message, Words, compose};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, UserId};
use crate::domain::kind::Kind;
use crate::domain::letter::{Content, DigestDone, Note, Posting, Reach, RollupDone};
use crate::domain::pause::Pause;
use crate::domain::spread::{Band, Share, Spread};
use crate::domain::subscription::Hour;
use crate::domain::tagging::Tag;
use crate::domain::urgent::Urgency;
use crate::domain::views::Letter;
use crate::store::Store;

/// One step: what kind, and numbers from which the rest follows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    kind: u8,
    a: u8,
    b: u8,
    c: u8,
}

/// How many kinds of steps there are.
const KINDS: u8 = 47;
const FUNCTIONS: [&str; 3] = ["finance", "sales", "support"];

/// Any steps.
pub(super) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (0..KINDS, any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(kind, a, b, c)| Step { kind, a, b, c });
    prop::collection::vec(step, 1..most)
}

/// Any step.
pub(super) fn roll(dice: &mut Dice) -> Step {
    let mut byte = || dice.below(256) as u8;
    Step { kind: byte() % KINDS, a: byte(), b: byte(), c: byte() }
}

/// A text that no other step says.
pub(super) fn secret(n: usize) -> String {
    format!("secret-{n}.")
}

/// A customer's name that no other step says, a customer of the list, or nobody.
fn customer(n: usize, dice: u8) -> Option<Customer> {
    match dice % 4 {
        0 | 1 => Some(Customer::Named(format!("secret-name-{n}. Ltd"))),
        2 => Some(Customer::Account(AccountId::parse("acme").unwrap())),
        _ => None,
    }
}

/// What was said in a message and, often, in those that follow it.
fn messages(first: &Source, text: &str, replies: u8) -> (Verbatim, Vec<Part>) {
    let ts = |n: u8| if n == 0 { first.ts.clone() } else { format!("{}{n}", first.ts) };
    let message = |n| Message { ts: ts(n), edited: None, author: String::new(), text: text.to_owned() };
    let Words { verbatim, parts } = compose(&(0..=replies).map(message).collect::<Vec<_>>()).unwrap();
    (verbatim, parts)
}

/// A moment as the platform numbers it: two in a step.
fn moment(n: usize) -> String {
    format!("17900{n:05}.000100")
}

/// The last record before this one that was posted; this one where none was.
async fn posted_before(no: FeedbackNo, store: &dyn Store) -> FeedbackNo {
    for back in 0..24 {
        let before = FeedbackNo(no.0.saturating_sub(back));
        if !store.posted_in(before).await.unwrap().is_empty() && store.record(before).await.unwrap().is_some_and(|r| !r.withdrawn) {
            return before;
        }
    }
    no
}

fn known(no: FeedbackNo, n: usize) -> Act {
    let note = Note::Known { no: Some(no), reach: Reach::Direct };
    Act::Write { to: Some(somebody("U9", "Kim")), note, until: Some(at(n as i64)) }
}

impl Step {
    /// The change, which may look at the store as people would.
    pub(super) async fn change(self, n: usize, store: &dyn Store) -> Change {
        let mut acts = vec![self.act(self.kind, 2 * n, store).await];
        if let Some(Act::Hear(hearing)) = acts.first()
            && let (Gesture::Reaction, Some(source)) = (hearing.gesture, &hearing.source)
        {
            acts.insert(0, Act::React { source: source.clone(), at: moment(2 * n), on: true });
        }
        if self.kind % 7 == 3 {
            acts.push(self.act(self.c % KINDS, 2 * n + 1, store).await);
        }
        let no = self.no(2 * n);
        let revision = store.record(no).await.unwrap().map(|record| record.revision);
        let expects = match self.c % 8 {
            0 => revision.into_iter().map(|seq| (no, seq)).collect(),
            1 => vec![(no, Seq(u64::from(self.a)))],
            _ => vec![],
        };
        let key = if self.c % 10 == 9 { usize::from(self.a) % (n + 1) } else { n };
        let who = self.a % 3;
        let name = if self.b % 16 == 5 { format!(" name-{n}.\"\\ä ") } else { format!("name of {who}") };
        let by = (self.c % 4 > 0).then(|| somebody(&format!("U{who}"), &name));
        Change { at: at(i64::from(self.a) * 3000 + n as i64), by, keys: vec![DeliveryKey::event(&format!("Ev{key}"))], expects, acts }
    }

    /// A message that this step's person passed on by a reaction, the last one that still stands.
    async fn passed_on(self, store: &dyn Store) -> Option<Source> {
        let (n, _) = store.known(tenant(), UserId::new(&format!("U{}", self.a % 3))).await.unwrap()?;
        let told = store.told_by(n, 20).await.unwrap();
        let reacted = told.into_iter().find(|(_, record)| !record.withdrawn && record.gesture == Gesture::Reaction);
        reacted.and_then(|(_, record)| record.source)
    }

    /// The last record that this step's person heard too.
    async fn heard_too(self, store: &dyn Store) -> Option<FeedbackNo> {
        let (n, _) = store.known(tenant(), UserId::new(&format!("U{}", self.a % 3))).await.unwrap()?;
        let all = store.records((1..1000).rev().map(FeedbackNo).collect()).await.unwrap();
        all.into_iter().find(|(_, record)| !record.withdrawn && record.heard_too.contains(&n)).map(|(no, _)| no)
    }

    /// A message that was not taken back for good yet, perhaps: later steps speak of later ones.
    fn message(self, n: usize) -> Source {
        source(u64::from(self.b % 24) + n as u64 / 40)
    }

    /// The same, or one that follows it in its thread.
    fn of_thread(self, n: usize) -> Source {
        let first = self.message(n);
        let ts = if self.c % 3 == 0 { format!("{}1", first.ts) } else { first.ts };
        Source { ts, ..first }
    }

    /// A record that may still stand: later steps speak of later ones.
    fn no(self, n: usize) -> FeedbackNo {
        FeedbackNo(u64::from(self.b % 16) + (n as u64 / 12).saturating_sub(8))
    }

    /// Another configuration, perhaps with one function fewer, which was merged into the first or is gone.
    fn configure(self) -> Act {
        let (mut functions, mut merged) = (FUNCTIONS.map(function).to_vec(), vec![]);
        if self.c % 2 == 0
            && let (Some(was), Some(into)) = (functions.pop(), functions.first())
            && self.c % 4 == 0
        {
            merged.push((was, into.clone()));
        }
        Act::Configure { hash: format!("h{}", self.a % 4), functions, merged, rollup: self.b % 2 == 0 }
    }

    async fn act(self, kind: u8, n: usize, store: &dyn Store) -> Act {
        let no = self.no(n);
        let reader = function(FUNCTIONS[usize::from(self.a) % 3]);
        let tags = FUNCTIONS.iter().filter(|_| self.c % 5 > 1).take(usize::from(self.b % 3)).map(|f| tag(f, 3)).collect();
        match kind {
            0..=8 => self.hear(n, tags),
            9 | 10 | 28 => {
                let no = if kind == 28 { posted_before(no, store).await } else { no };
                let mut editing = editing(no, Verbatim::parse(&format!("{} anew", secret(n))).unwrap(), tags);
                editing.customer = customer(n, self.c);
                Act::Edit(Box::new(editing))
            }
            11 => Act::Retag { no, tags },
            12 | 13 => Act::Withdraw { no, why: [Why::Undone, Why::Deleted, Why::ByAuthor][usize::from(self.c % 3)] },
            14 => Act::WithdrawSource(self.of_thread(n)),
            15 => {
                let readings = store.readings().await.unwrap();
                let from = readings.iter().find(|(f, _)| *f == reader).map_or(Seq(0), |(_, reading)| reading.upto);
                let upto = *store.newest().borrow();
                let day = jiff::civil::date(2026, 11, 1).saturating_add(jiff::Span::new().days(n as i64 / 2));
                let parts = if self.c % 4 == 0 { vec![] } else { vec![vec![no], vec![no.next(), FeedbackNo(2)]] };
                Act::Digest(DigestDone { function: reader, day, from, upto, parts, late: self.c % 2 == 0 })
            }
            16 | 29 => {
                let (letter, part) = self.waiting(store).await.map_or((LetterNo(1), 0), |(no, letter)| (no, letter.next_part));
                let part = part + u32::from(self.c % 8 == 0);
                let posting = Posting { letter, part, channel: ChannelId::new("C9"), ts: moment(n) };
                Act::Posted { posting, rendered: Seq(store.newest().borrow().0.saturating_sub(u64::from(self.a % 4))) }
            }
            17 if self.c % 2 == 0 => {
                let (letter, part) = self.waiting(store).await.map_or((LetterNo(7), 0), |(no, letter)| (no, letter.next_part));
                let code = ["not_in_channel", "is_archived"][usize::from(self.a % 2)].to_owned();
                Act::Refused { letter, part, code, tell: vec![somebody("U8", "Lou"), somebody("U9", "Kim")] }
            }
            17 => {
                let letter = self.waiting(store).await.map_or(LetterNo(7), |(no, _)| no);
                Act::Failed { letter, part: u32::from(self.a % 2), why: "channel_not_found".to_owned() }
            }
            18 => self.configure(),
            19 => Act::Hide { no, hidden: self.a % 2 == 0 },
            20 | 21 => {
                let words = (self.a % 4 > 0).then(|| Verbatim::parse(&format!("secret-reply-{n}. to {no}")).unwrap());
                let source = source(90 + u64::from(self.c % 4));
                let told = store.told(source.clone()).await.unwrap().and_then(|told| told.nos.last().copied());
                Act::Reply { no: told.filter(|_| words.is_none()).unwrap_or(no), source, words }
            }
            22 => Act::React { source: self.message(n), at: moment(n.saturating_sub(self.c.into())), on: self.a % 2 == 0 },
            23 => Act::React { source: self.passed_on(store).await.unwrap_or_else(|| self.message(n)), at: moment(n), on: false },
            24 => known(no, n),
            25 => {
                let mode = [Mode::All, Mode::Filtered, Mode::Reactions][usize::from(self.c % 3)];
                Act::Listen { channel: ChannelId::new("C1"), mode, chosen_by: somebody("U8", "Lou") }
            }
            26 => Act::CaughtUp { channel: ChannelId::new("C1"), upto: source(u64::from(self.a % 90)).ts },
            30..=33 => self.of_readers(kind, no, reader),
            46 => Act::NotHeard(self.heard_too(store).await.unwrap_or(no)),
            34..=45 => self.told_otherwise(kind, n, reader, store).await,
            _ => Act::Erase(PersonNo(u64::from(self.a % 5))),
        }
    }

    /// What readers of digests do.
    fn of_readers(self, kind: u8, no: FeedbackNo, reader: FunctionId) -> Act {
        match kind {
            30 => Act::Pause { functions: vec![reader], channel: ChannelId::new("C9"), pause: self.pause() },
            31 => Act::Mute(self.pause()),
            32 => Act::HeardToo(no),
            _ => Act::NotOurs { no, functions: vec![reader], turns: FUNCTIONS.map(function).to_vec() },
        }
    }

    /// Digests for one person and for everybody, and the care for records.
    async fn told_otherwise(self, kind: u8, n: usize, reader: FunctionId, store: &dyn Store) -> Act {
        match kind {
            34 => Act::Subscribe { function: reader, hour: self.hour() },
            35 => self.digest_for(n, reader, store).await,
            36 => self.rollup(n, store).await,
            37..=40 => Act::Care { no: self.no(n), step: self.care(n) },
            42 | 43 => Act::Advocate { function: reader, duty: self.duty() },
            44 => self.measure(n),
            45 => {
                let words = Verbatim::parse(&format!("secret-decision-{n}.")).unwrap();
                if self.a % 3 == 0 {
                    return Act::AskOwner { no: self.no(n), who: somebody("U9", "Kim") };
                }
                Act::Decide { no: self.no(n), who: somebody("U8", "Lou"), due: jiff::civil::date(2026, 12, 7), words }
            }
            _ => self.today(self.no(n)),
        }
    }

    /// What becomes of a record.
    fn care(self, n: usize) -> care::Step<Verbatim> {
        use care::{Knows, Outcome, Step as Care};
        let due = jiff::civil::date(2026, 12, 7);
        let reason = || Some(Verbatim::parse(&format!("secret-reason-{n}.")).unwrap());
        let words = || Verbatim::parse(&format!("secret-belief-{n}.")).unwrap();
        match self.b % 18 {
            17 if self.a.is_multiple_of(2) => Care::AskAgain,
            17 => Care::AskNoMore,
            15 | 16 => Care::Refer(self.a % 3 > 0),
            14 => Care::NotPraise,
            13 => Care::Lift(words()),
            8 => Care::Contradict(words()),
            9 | 10 => Care::Propose(Outcome::Done, words()),
            11 => Care::Agree,
            12 => Care::NotYet(Some(words()).filter(|_| self.a % 3 > 0)),
            0 | 1 => Care::Take(due),
            2 => Care::GiveBack,
            3 => Care::Extend(due),
            4 | 5 => Care::Close([Outcome::Done, Outcome::Planned(due), Outcome::Declined][usize::from(self.a % 3)], reason()),
            6 => Care::Reopen(reason().filter(|_| self.a % 4 > 0)),
            _ => Care::Answer(if self.a % 2 == 0 { Knows::Told } else { Knows::NoNeed }),
        }
    }

    /// A Monday.
    fn monday(self) -> jiff::civil::Date {
        jiff::civil::date(2026, 11, 23).saturating_add(jiff::Span::new().weeks(i64::from(self.b % 3)))
    }

    fn duty(self) -> Duty {
        let monday = self.monday();
        [
            Duty::Join,
            Duty::Join,
            Duty::Leave,
            Duty::Skip,
            Duty::Fine(monday),
            Duty::NotThisTime(monday),
            Duty::Swap(monday),
            Duty::TakeOver(monday),
        ][usize::from(self.c % 8)]
    }

    fn turn(self) -> Turn {
        let monday = self.monday();
        [Turn::Next(monday), Turn::Ask(monday), Turn::Begin(monday), Turn::Nobody(monday)][usize::from(self.a % 4)]
    }

    fn measure(self, n: usize) -> Act {
        let day = jiff::civil::date(2026, 9, 7).saturating_add(jiff::Span::new().weeks(n as i64 / 3));
        let bands = vec![Band { functions: vec![function("sales")], share: Share::AQuarterOrMore }];
        let shown = Spread { day, reach: 5 * (self.b % 20), halves: 3, functions: 3, bands, source: None, heavy: None };
        Act::Measure { shown, heavy: (self.a % 3 == 0).then(|| (PersonNo(u64::from(self.c % 4)), function("sales"))).into_iter().collect() }
    }

    /// What concerns somebody of a day.
    fn today(self, no: FeedbackNo) -> Act {
        let day = jiff::civil::date(2026, 11, 1).saturating_add(jiff::Span::new().days(i64::from(self.b % 20)));
        let level = [care::Level::First, care::Level::Lead][usize::from(self.a % 2)];
        let to = if self.c % 2 == 0 { somebody("U8", "Lou") } else { somebody("U9", "Kim") };
        Act::Today(Box::new(Today {
            to,
            day,
            due: vec![no],
            waits: vec![(no, level)],
            signs: vec![(no, function("sales"))],
            turns: vec![(function("sales"), self.turn())],
            anyway: self.c % 3 == 0,
        }))
    }

    fn hour(self) -> Option<Hour> {
        let zone = ["Asia/Tokyo", "Europe/Berlin"][usize::from(self.b % 2)].to_owned();
        (self.c % 4 > 0).then(|| Hour { at: jiff::civil::time(8, 30, 0, 0), zone })
    }

    /// A digest for whoever subscribed first, unless nobody did.
    async fn digest_for(self, n: usize, reader: FunctionId, store: &dyn Store) -> Act {
        let first = store.subscriptions().await.unwrap().into_iter().next();
        let (person, function, from) =
            first.map_or((PersonNo(1), reader, Seq(0)), |(person, function, reading)| (person, function, reading.upto));
        let day = jiff::civil::date(2026, 9, 1).saturating_add(jiff::Span::new().days(n as i64));
        let upto = *store.newest().borrow();
        let parts = if self.b % 3 == 0 { vec![] } else { vec![vec![self.no(n)]] };
        Act::DigestFor(DigestDone { function, day, from, upto, parts, late: false }, person)
    }

    /// The company's week, from where the last one ended.
    async fn rollup(self, n: usize, store: &dyn Store) -> Act {
        let rolled = store.rolled().await.unwrap();
        let (from, last) = rolled.map_or((Seq(0), FeedbackNo(0)), |rolled| (rolled.upto, rolled.last));
        let day = jiff::civil::date(2026, 9, 1).saturating_add(jiff::Span::new().days(n as i64));
        let (upto, heard) = (*store.newest().borrow(), u32::from(self.b % 3));
        let (quoted, said) = if heard > 0 { (vec![self.no(n)], vec![heard]) } else { (vec![], vec![]) };
        Act::Rollup(RollupDone {
            day,
            from,
            upto,
            last,
            heard,
            told_by: 1,
            read_by: 1,
            quoted,
            said,
            weeks: vec![(day, heard)],
            late: false,
            waits: (self.a % 5 == 0).then(|| (function("sales"), 2)).into_iter().collect(),
            changed: vec![],
            praise: vec![],
            came_off: (1, 0),
        })
    }

    fn pause(self) -> Option<Pause> {
        let until = (self.b % 2 == 0).then(|| jiff::civil::date(2026, 12, 24));
        (self.c % 2 == 0).then_some(Pause { until })
    }

    /// A letter that waits; the newest digest first, so that it is posted while its records still stand.
    async fn waiting(self, store: &dyn Store) -> Option<(LetterNo, Letter)> {
        let waiting = store.outbox().await.unwrap();
        let digest = waiting.iter().rev().filter(|_| self.b % 8 > 0).find(|(_, letter)| matches!(letter.content, Content::Digest(_)));
        let any = waiting.get(usize::from(self.c) % waiting.len().max(1));
        digest.or(any).cloned()
    }

    fn hear(self, n: usize, tags: Vec<Tag>) -> Act {
        let length = if self.a % 8 == 0 { 6000 } else { usize::from(self.c) };
        let text = format!("{} {}", secret(n), "\u{e9}\"\\\n".repeat(length / 4).trim());
        let mut hearing = hearing(&text);
        hearing.source = (self.b % 2 == 0).then(|| self.message(n));
        if let Some(first) = &hearing.source {
            (hearing.verbatim, hearing.parts) = messages(first, &text, self.c % 3);
        }
        hearing.kind = (self.c % 9 == 4).then_some(Kind::Praise);
        hearing.tags = tags;
        hearing.turns = FUNCTIONS.map(function).to_vec();
        hearing.customer = customer(n, self.a);
        hearing.author = (self.a % 5 == 0).then(|| somebody("U7", "Mo"));
        hearing.hidden = self.c % 7 == 0;
        hearing.urgent = (self.b % 9 == 0).then_some(Urgency::Churn);
        hearing.gesture = [Gesture::Listening, Gesture::Reaction, Gesture::Shortcut][usize::from(self.a % 3)];
        hearing.receipt = (self.c % 5 == 0).then_some(Reach::Direct);
        Act::Hear(Box::new(hearing))
    }
}

/// The kinds of facts that random steps come to.
const ALL: &[&str] = &[
    "advocate",
    "care",
    "caught_up",
    "config",
    "digest",
    "edited",
    "erased",
    "failed",
    "heard",
    "heard_too",
    "hidden",
    "listening",
    "muted",
    "not_heard",
    "not_ours",
    "paused",
    "person",
    "posted",
    "queued",
    "reacted",
    "refused",
    "replied",
    "retagged",
    "rollup",
    "spread",
    "subscribed",
    "withdrawn",
];

#[tokio::test]
async fn steps_reach_every_kind_of_fact_and_answer() {
    let (store, mut dice) = (crate::store::memory::MemoryStore::default(), Dice::new(7));
    let mut answers = std::collections::BTreeSet::new();
    for n in 0..3000 {
        let change = roll(&mut dice).change(n, &store).await;
        answers.insert(match store.commit(change).await {
            Ok(committed) if committed.duplicate => "duplicate",
            Ok(_) => "new",
            Err(crate::store::CommitError::Stale(_)) => "stale",
            Err(crate::store::CommitError::Refused(_)) => "refused",
            Err(_) => "another",
        });
    }
    assert_eq!(answers.into_iter().collect::<Vec<_>>(), ["duplicate", "new", "refused", "stale"]);
    let kinds: std::collections::BTreeSet<String> = store
        .log()
        .iter()
        .flat_map(|entry| &entry.head.facts)
        .map(|fact| serde_json::to_value(fact).unwrap()["k"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ALL);
    // What only some ways lead to.
    let log = store.log();
    let facts = || log.iter().flat_map(|entry| &entry.head.facts);
    assert!(facts().any(|fact| matches!(fact, Fact::Queued { note: Note::Redraw { .. }, .. })), "nothing was shown anew");
    assert!(facts().any(|fact| matches!(fact, Fact::Rollup { letter: Some(_), .. })), "no week was told");
    let passed_on = |entry: &&Entry| matches!(entry.head.facts.as_slice(), [Fact::Config { .. }, Fact::NotOurs { .. }, ..]);
    assert!(log.iter().any(|entry| passed_on(&entry)), "no function left anything alone");
    assert!(facts().any(|fact| matches!(fact, Fact::Digest { letter: Some(_), to: Some(_), .. })), "nobody read for themselves");
    assert!(facts().any(|fact| matches!(fact, Fact::Queued { note: Note::Urgent { .. }, .. })), "nothing was urgent");
    assert!(facts().any(|fact| matches!(fact, Fact::Edited { parts, .. } if !parts.is_empty())), "no message of a thread was deleted");
    assert!(facts().any(|fact| matches!(fact, Fact::Replied { words: None, .. })), "no reply was taken away");
    let undone = |entry: &&Entry| matches!(entry.head.facts.as_slice(), [.., Fact::Reacted { on: false, .. }, Fact::Withdrawn { .. }]);
    assert!(log.iter().any(|entry| undone(&entry)), "no reaction was undone");
}
