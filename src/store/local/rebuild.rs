//! `allears rebuild`: folds the views anew, without a running bot.

use super::fault::{Notice, OpenError};
use super::opening::Opening;
use super::options::{LocalOptions, Machine};
use crate::clock::Clock;
use crate::domain::ids::Seq;

/// What a rebuild did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Changes folded.
    pub changes: Seq,
    /// What had to be done besides.
    pub notices: Vec<Notice>,
}

/// Folds the journal into views in a fresh folder and puts them in the place of the old ones. Takes the lock.
pub fn rebuild(options: &LocalOptions, clock: &Clock) -> Result<Rebuilt, OpenError> {
    rebuild_on(&Machine::real(&options.dir, options.free.clone()), options, clock)
}

/// The same on a machine that may be simulated.
pub(super) fn rebuild_on(machine: &Machine, options: &LocalOptions, clock: &Clock) -> Result<Rebuilt, OpenError> {
    let LocalOptions { tenant, on_progress, limits, .. } = options;
    let opening = Opening { machine, tenant: tenant.as_ref(), limits: *limits, on_progress, now: clock.now() };
    let (changes, notices) = opening.rebuild()?;
    Ok(Rebuilt { changes, notices })
}
