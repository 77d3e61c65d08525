//! What is said in passing: receipts of listening, and answers in place of a message that somebody pressed a button in.
//!
//! They wait in memory alone, and are dropped after two minutes: what they tell of is kept whether or not they arrive.
//! The delivery loop says them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::config::Secret;
use crate::domain::letter::Spot;
use crate::texts::page::Page;

/// How many of each kind wait at most; of more the oldest is dropped.
const MOST: usize = 256;
/// After what a receipt of listening may be said, and how many of these turns may be taken in a row: Slack grants about a
/// hundred calls a minute of their method, which those that must not be lost need as well.
const ONE_EACH: SignedDuration = SignedDuration::from_secs(1);
const IN_A_ROW: SignedDuration = SignedDuration::from_secs(20);

/// To whom something is said in passing.
#[derive(Debug, Clone)]
pub(super) enum To {
    /// To one person in a channel.
    Only(String, Spot),
    /// To whoever pressed a button: in place of the message that it stands in, or beside it. The address is good for
    /// whoever knows it.
    Answer { url: Secret, replace: bool },
}

/// Something said in passing.
#[derive(Debug, Clone)]
pub(super) struct Aside {
    pub(super) to: To,
    pub(super) page: Page,
    /// After which it is dropped.
    pub(super) until: Timestamp,
}

/// What waits to be said in passing.
#[derive(Debug, Default)]
pub struct Asides {
    /// Somebody waits for these: they stand behind no receipt.
    answers: Queue,
    receipts: Queue,
    /// Up to when the turns are given away.
    given: Mutex<Timestamp>,
}

/// What is said one after the other.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<VecDeque<Aside>>,
    more: Notify,
}

impl Asides {
    /// Says something soon, or never.
    pub(super) fn say(&self, aside: Aside) {
        match &aside.to {
            To::Answer { .. } => self.answers.push(aside),
            To::Only(..) => self.receipts.push(aside),
        }
    }

    /// Answers to those who pressed a button.
    pub(super) fn answers(&self) -> &Queue {
        &self.answers
    }

    /// Receipts of listening.
    pub(super) fn receipts(&self) -> &Queue {
        &self.receipts
    }

    /// Whether another receipt of listening may be said now; else it is not even made.
    pub(super) fn take_turn(&self, now: Timestamp) -> bool {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let next = (*given).max(now).checked_add(ONE_EACH).unwrap_or(now);
        // A clock that was set back must not silence them for long.
        let far = next.duration_since(now) > IN_A_ROW.saturating_mul(2);
        let free = next.duration_since(now) <= IN_A_ROW;
        if free {
            *given = next;
        } else if far {
            *given = now;
        }
        free
    }
}

impl Queue {
    fn push(&self, aside: Aside) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST {
            waiting.pop_front();
        }
        waiting.push_back(aside);
        drop(waiting);
        self.more.notify_one();
    }

    /// The next one that is not too old.
    pub(super) fn next(&self, now: Timestamp) -> Option<Aside> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| waiting.pop_front()).find(|aside| aside.until >= now)
    }

    /// Until there is one.
    pub(super) async fn more(&self) {
        self.more.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aside(n: i64) -> Aside {
        let spot = Spot { channel: crate::domain::ids::ChannelId::new("C1"), thread: None };
        Aside { to: To::Only(n.to_string(), spot), page: Page::default(), until: Timestamp::from_second(n).unwrap() }
    }

    fn to(aside: Option<Aside>) -> Option<String> {
        match aside?.to {
            To::Only(user, _) => Some(user),
            To::Answer { .. } => None,
        }
    }

    #[test]
    fn twenty_receipts_may_be_said_in_a_row_and_then_one_a_second() {
        let asides = Asides::default();
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        let said = |second| (0..50).filter(|_| asides.take_turn(at(second))).count();
        assert_eq!([said(0), said(0), said(1), said(6), said(1_000)], [20, 0, 1, 5, 20]);
        assert_eq!([said(100), said(100)], [20, 0], "a clock that was set back is noticed");
    }

    #[test]
    fn the_oldest_go_first_and_what_is_too_old_goes_unsaid() {
        let asides = Asides::default();
        (0..300).for_each(|n| asides.say(aside(n)));
        assert_eq!(to(asides.receipts().next(Timestamp::from_second(0).unwrap())), Some("44".to_owned()), "more than 256 are too many");
        assert_eq!(to(asides.receipts().next(Timestamp::from_second(299).unwrap())), Some("299".to_owned()));
        assert!(asides.receipts().next(Timestamp::from_second(0).unwrap()).is_none());
    }
}
