//! What becomes of a change.

use crate::domain::advocates;
use crate::domain::care::WhyNot;
use crate::domain::facts::Entry;
use crate::domain::ids::{FeedbackNo, LetterNo, PersonNo, Seq};
use crate::domain::views::Unreadable;

/// Where in the log an entry will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its own number.
    pub seq: Seq,
    /// The first number of the same write.
    pub group: Seq,
}

/// What becomes of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is new: this is to be kept.
    New(Entry),
    /// It was done before, by the change of this number.
    Duplicate {
        /// The first change; zero where its number is forgotten.
        seq: Seq,
        /// The record that it made, if any.
        no: Option<FeedbackNo>,
    },
    /// The caller decided on a record that is another by now: read and decide again.
    Stale(FeedbackNo),
    /// It makes no sense: nothing was done.
    Refused(Refused),
}

/// Why a change makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The record is unknown, or was taken back.
    #[error("{0} is not there")]
    NoRecord(FeedbackNo),
    /// The letter is unknown, or another part of it is next.
    #[error("{0} does not wait for that part")]
    NoLetter(LetterNo),
    /// The person is unknown, or was forgotten.
    #[error("{0} is not known")]
    NoPerson(PersonNo),
    /// The record stands otherwise than that step needs.
    #[error("{0} stands otherwise")]
    Care(FeedbackNo, WhyNot),
    /// The function's advocates stand otherwise.
    #[error("the function's advocates stand otherwise")]
    Advocate(advocates::WhyNot),
    /// Nobody does what somebody must do.
    #[error("nobody is named who does it")]
    Nobody,
    /// The function is unknown.
    #[error("a function of the change is not known")]
    NoFunction,
}

/// Why settling ended early.
pub(super) enum Stop {
    Verdict(Verdict),
    Unreadable(Unreadable),
}

impl From<Unreadable> for Stop {
    fn from(fault: Unreadable) -> Self {
        Self::Unreadable(fault)
    }
}

impl From<Refused> for Stop {
    fn from(why: Refused) -> Self {
        Self::Verdict(Verdict::Refused(why))
    }
}

/// It was done before; by which change was not kept.
pub(super) fn known(no: Option<FeedbackNo>) -> Stop {
    Stop::Verdict(Verdict::Duplicate { seq: Seq(0), no })
}
