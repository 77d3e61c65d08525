//! Random changes: of every kind, many of them duplicates, stale or senseless.

use proptest::prelude::*;

use super::sim::Dice;
use super::support::*;
use crate::domain::acts::{Act, Change};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Verbatim, Why};
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq};
use crate::domain::letter::{DigestDone, Posting};
use crate::store::Store;

/// One step: what kind, and numbers from which the rest follows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    kind: u8,
    a: u8,
    b: u8,
    c: u8,
}

const FUNCTIONS: [&str; 3] = ["finance", "sales", "support"];

/// Any steps.
pub(super) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (0..20u8, any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(kind, a, b, c)| Step { kind, a, b, c });
    prop::collection::vec(step, 1..most)
}

/// Any step.
pub(super) fn roll(dice: &mut Dice) -> Step {
    let mut byte = || dice.below(256) as u8;
    Step { kind: byte() % 20, a: byte(), b: byte(), c: byte() }
}

/// A text that no other step says.
pub(super) fn secret(n: usize) -> String {
    format!("secret-{n}.")
}

impl Step {
    /// The change, which may look at the store as people would.
    pub(super) async fn change(self, n: usize, store: &dyn Store) -> Change {
        let mut acts = vec![self.act(self.kind, 2 * n, store).await];
        if self.kind % 7 == 3 {
            acts.push(self.act(self.c % 20, 2 * n + 1, store).await);
        }
        let no = FeedbackNo(u64::from(self.b % 16));
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

    async fn act(self, kind: u8, n: usize, store: &dyn Store) -> Act {
        let no = FeedbackNo(u64::from(self.b % 16));
        let function = function(FUNCTIONS[usize::from(self.a) % 3]);
        let tags = FUNCTIONS.iter().filter(|_| self.c % 5 > 1).take(usize::from(self.b % 3)).map(|f| tag(f, 3)).collect();
        match kind {
            0..=8 => {
                let length = if self.a % 8 == 0 { 6000 } else { usize::from(self.c) };
                let mut hearing = hearing(&format!("{} {}", secret(n), "\u{e9}\"\\\n".repeat(length / 4).trim()));
                hearing.source = (self.b % 2 == 0).then(|| source(u64::from(self.b % 24)));
                hearing.tags = tags;
                hearing.turns = FUNCTIONS.map(super::support::function).to_vec();
                Act::Hear(Box::new(hearing))
            }
            9 | 10 => Act::Edit(Box::new(editing(no, Verbatim::parse(&format!("{} anew", secret(n))).unwrap(), tags))),
            11 => Act::Retag { no, tags },
            12 | 13 => Act::Withdraw { no, why: [Why::Undone, Why::Deleted, Why::ByAuthor][usize::from(self.c % 3)] },
            14 => Act::WithdrawSource(source(u64::from(self.b % 24))),
            15 => {
                let readings = store.readings().await.unwrap();
                let from = readings.iter().find(|(f, _)| *f == function).map_or(Seq(0), |(_, reading)| reading.upto);
                let upto = *store.newest().borrow();
                let day = jiff::civil::date(2026, 11, 1 + (n / 2 % 28) as i8);
                let parts = if self.c % 4 == 0 { vec![] } else { vec![vec![no], vec![FeedbackNo(1), FeedbackNo(2)]] };
                Act::Digest(DigestDone { function, day, from, upto, parts, late: self.c % 2 == 0 })
            }
            16 => {
                let waiting = store.outbox().await.unwrap();
                let (letter, part) = waiting.first().map_or((LetterNo(1), 0), |(no, letter)| (*no, letter.next_part));
                let part = part + u32::from(self.c % 8 == 0);
                let posting = Posting { letter, part, channel: ChannelId::new("C9"), ts: format!("{n}.1") };
                Act::Posted { posting, rendered: Seq(store.newest().borrow().0.saturating_sub(u64::from(self.a % 4))) }
            }
            17 => {
                let waiting = store.outbox().await.unwrap();
                let letter = waiting.first().map_or(LetterNo(7), |(no, _)| *no);
                Act::Failed { letter, part: u32::from(self.a % 2), why: "channel_not_found".to_owned() }
            }
            18 => Act::Configure { hash: format!("h{}", self.a % 4), functions: FUNCTIONS.map(super::support::function).to_vec() },
            _ => Act::Erase(PersonNo(u64::from(self.a % 5))),
        }
    }
}

#[tokio::test]
async fn steps_reach_every_kind_of_fact_and_answer() {
    let (store, mut dice) = (crate::store::memory::MemoryStore::default(), Dice::new(7));
    let mut answers = std::collections::BTreeSet::new();
    for n in 0..2000 {
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
    let all = ["config", "digest", "edited", "erased", "failed", "heard", "person", "posted", "retagged", "withdrawn"];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
}
