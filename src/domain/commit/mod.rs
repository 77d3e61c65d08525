//! What a commit decides: whether a change is new, and the numbers that it gets.
//!
//! In order, each using only those above it.

mod verdict;
mod desk;
mod hear;
mod configure;
mod care;
mod spread;
mod decide;

pub use verdict::{Place, Refused, Verdict};

use desk::Desk;
use verdict::Stop;

use super::acts::Change;
use super::facts::Entry;
use super::views::{ReadViews, Unreadable};

/// Decides on a change, against views that hold all that was committed before it.
pub fn settle(views: &impl ReadViews, change: &Change, place: Place) -> Result<Verdict, Unreadable> {
    match decide(views, change, place) {
        Ok(entry) => Ok(Verdict::New(entry)),
        Err(Stop::Verdict(verdict)) => Ok(verdict),
        Err(Stop::Unreadable(fault)) => Err(fault),
    }
}

fn decide(views: &impl ReadViews, change: &Change, place: Place) -> Result<Entry, Stop> {
    let mut desk = Desk::open(views, change, place)?;
    for act in &change.acts {
        desk.decide(act)?;
    }
    Ok(desk.close(change))
}
