//! The questions of [`Store`](super::Store), answered from any engine's rows.

use super::rows::{Base, all};
use crate::domain::digest::New;
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, LetterNo, PersonNo, Seq};
use crate::domain::views::{Arrival, Arrivals, InOutbox, Letter, Person, ReadViews, Reading, Record, Stretch, Unreadable};

/// How far each function has read.
pub(super) fn readings(rows: &impl Base) -> Result<Vec<(FunctionId, Reading)>, Unreadable> {
    all(rows)
}

/// A record.
pub(super) fn record(rows: &impl Base, no: FeedbackNo) -> Result<Option<Record>, Unreadable> {
    rows.get(&no)
}

/// A person.
pub(super) fn person(rows: &impl Base, n: PersonNo) -> Result<Option<Person>, Unreadable> {
    rows.get(&n)
}

/// Records in the order asked for.
pub(super) fn records(rows: &impl Base, nos: &[FeedbackNo]) -> Result<Vec<(FeedbackNo, Record)>, Unreadable> {
    let found = nos.iter().map(|no| Ok(rows.get::<Record>(no)?.map(|record| (*no, record))));
    found.filter_map(Result::transpose).collect()
}

/// What became new after `from`, up to and with `upto`.
pub(super) fn new_in(rows: &impl Base, from: Seq, upto: Seq) -> Result<Vec<New>, Unreadable> {
    let stretches = rows.range::<Arrivals>(&Stretch::of(from.next()), &Stretch::of(upto).next(), usize::MAX)?;
    let mut found = vec![];
    for Arrival { seq, no, functions } in stretches.into_iter().flat_map(|(_, Arrivals { new })| new) {
        if seq > from
            && seq <= upto
            && let Some(record) = rows.get::<Record>(&no)?
            && !record.withdrawn
        {
            found.push(New { seq, no, functions, record });
        }
    }
    Ok(found)
}

/// Letters that wait, in order.
pub(super) fn outbox(rows: &impl Base) -> Result<Vec<(LetterNo, Letter)>, Unreadable> {
    let waiting = all::<InOutbox>(rows)?;
    let letters = waiting.into_iter().map(|(no, InOutbox {})| Ok(rows.get::<Letter>(&no)?.map(|letter| (no, letter))));
    letters.filter_map(Result::transpose).collect()
}
