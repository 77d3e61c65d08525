//! What people did for customers, what was measured of it, and whose turn it is.

use super::care::heavy;
use crate::domain::advocates::{Advocates, Duty};
use crate::domain::care::Step;
use crate::domain::facts::{Entry, Fact};
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, PersonNo, Seq};
use crate::domain::spread::{Deed, Spread};
use crate::domain::views::{Deeds, Measured, ReadViews, Record, Stretch, Unreadable, Views};

/// A day, in seconds.
const DAY: i64 = 24 * 3600;
/// For how many days it is kept what people did: twice as long as it counts.
const KEPT_DAYS: u64 = 70;
/// How many weeks are kept: a year.
const WEEKS: usize = 53;

/// The day of an entry in UTC, counted from 1970.
fn day_of(entry: &Entry) -> u64 {
    u64::try_from(entry.head.at.as_second().div_euclid(DAY)).unwrap_or(0)
}

/// Notes what somebody did by a fact, or did not do after all, before it is folded.
pub(super) fn deed(views: &mut impl Views, entry: &Entry, fact: &Fact) -> Result<(), Unreadable> {
    let Some(by) = entry.head.by else { return Ok(()) };
    let (deed, no) = match fact {
        Fact::HeardToo { no, .. } => (Deed::HeardToo, *no),
        Fact::NotHeard { no, .. } => return undid(views, (by, Deed::HeardToo, *no)),
        Fact::Retagged { no, .. } | Fact::NotOurs { no, .. } => (Deed::Corrected, *no),
        Fact::Care { no, step: Step::Close(..), .. } => (Deed::Closed, *no),
        Fact::Care { no, step: Step::Reopen(_), .. } => (Deed::Reopened, *no),
        Fact::Care { no, step: Step::Agree, .. } => {
            if let Some(closer) = closer(views, *no)? {
                did(views, entry, (closer, Deed::Closed, *no))?;
            }
            (Deed::Signed, *no)
        }
        _ => return Ok(()),
    };
    did(views, entry, (by, deed, no))
}

/// Who wants a record closed that waits for a signature.
fn closer(views: &impl ReadViews, no: FeedbackNo) -> Result<Option<PersonNo>, Unreadable> {
    Ok(views.get::<Record>(&no)?.and_then(|record| record.care.proposal().and_then(|proposal| proposal.closed.by)))
}

fn did(views: &mut impl Views, entry: &Entry, done: (PersonNo, Deed, FeedbackNo)) -> Result<(), Unreadable> {
    let key = (day_of(entry), Stretch::of(entry.head.seq));
    let mut deeds: Deeds = views.get(&key)?.unwrap_or_default();
    deeds.done.push(done);
    views.put(&key, &deeds)
}

/// Who does the same again later has done it then, and once.
fn undid(views: &mut impl Views, undone: (PersonNo, Deed, FeedbackNo)) -> Result<(), Unreadable> {
    let first = Stretch::of(Seq(0));
    for (key, mut deeds) in views.range::<Deeds>(&(0, first), &(u64::MAX, first), usize::MAX)? {
        if !deeds.done.contains(&undone) {
            continue;
        }
        deeds.done.retain(|done| *done != undone);
        if deeds.done.is_empty() {
            views.remove::<Deeds>(&key);
        } else {
            views.put(&key, &deeds)?;
        }
    }
    Ok(())
}

/// A week was measured: what people did long before is forgotten, and who closes most hears of it.
pub(super) fn measured(
    views: &mut impl Views,
    entry: &Entry,
    (shown, closers): (&Spread, &[(PersonNo, FunctionId)]),
) -> Result<(), Unreadable> {
    let first = Stretch::of(Seq(0));
    for (old, Deeds { .. }) in views.range(&(0, first), &(day_of(entry).saturating_sub(KEPT_DAYS), first), usize::MAX)? {
        views.remove::<Deeds>(&old);
    }
    for (n, function) in closers {
        heavy(views, *n, (function, shown.day))?;
    }
    let mut measured: Measured = views.get(&())?.unwrap_or(Measured { since: shown.day, weeks: vec![] });
    measured.weeks.push(shown.clone());
    let old = measured.weeks.len().saturating_sub(WEEKS);
    measured.weeks.drain(..old);
    views.put(&(), &measured)
}

/// Something was done about advocates.
pub(super) fn duty(views: &mut impl Views, entry: &Entry, function: &FunctionId, duty: Duty) -> Result<(), Unreadable> {
    let mut advocates: Advocates = views.get(function)?.unwrap_or_default();
    let day = entry.head.at.to_zoned(jiff::tz::TimeZone::UTC).date();
    advocates.takes(duty, entry.head.by, day);
    views.put(function, &advocates)
}

/// Whoever was forgotten volunteers nowhere.
pub(super) fn leaves(views: &mut impl Views, n: PersonNo) -> Result<(), Unreadable> {
    let (Ok(first), Ok(last)) = (FunctionId::parse("a"), FunctionId::parse(&"z".repeat(32))) else { return Ok(()) };
    for (function, mut advocates) in views.range::<Advocates>(&first, &last, usize::MAX)? {
        if advocates.has(n) {
            advocates.leaves(n);
            views.put(&function, &advocates)?;
        }
    }
    Ok(())
}

/// The volunteers of functions that were merged into others go with them.
pub(super) fn merge(views: &mut impl Views, merged: &[(FunctionId, FunctionId)]) -> Result<(), Unreadable> {
    for (was, into) in merged {
        let Some(before) = views.get::<Advocates>(was)? else { continue };
        let mut advocates: Advocates = views.get(into)?.unwrap_or_default();
        advocates.merge(before);
        views.put(into, &advocates)?;
        views.remove::<Advocates>(was);
    }
    Ok(())
}
