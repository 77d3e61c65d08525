//! Another configuration comes into force: nothing that somebody told stays with functions that are gone.

use std::collections::BTreeSet;

use super::desk::Desk;
use super::verdict::{Stop, known};
use crate::domain::facts::{Fact, Version};
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, Seq};
use crate::domain::views::{Arrivals, ReadViews, Reading, Record, Stretch};

/// What the configuration says of functions, and of the rollup.
pub(super) struct Configured<'a> {
    pub(super) hash: &'a str,
    pub(super) functions: &'a [FunctionId],
    pub(super) merged: &'a [(FunctionId, FunctionId)],
    pub(super) rollup: bool,
}

impl<V: ReadViews> Desk<'_, V> {
    pub(super) fn configure(&mut self, configured: &Configured<'_>) -> Result<(), Stop> {
        let Configured { hash, functions, merged, rollup } = configured;
        if self.counters.config.as_deref() == Some(*hash) {
            return Err(known(None));
        }
        self.push(Fact::Config {
            v: Version,
            hash: (*hash).to_owned(),
            functions: functions.to_vec(),
            merged: merged.to_vec(),
            rollup: *rollup,
        });
        let live: BTreeSet<&FunctionId> = functions.iter().chain(merged.iter().map(|(was, _)| was)).collect();
        let order = self.in_turn(functions)?;
        for (n, no) in self.left_alone(&live)?.into_iter().enumerate() {
            let turn = n.checked_rem(order.len()).and_then(|n| order.get(n));
            self.passes_on(no, turn)?;
        }
        Ok(())
    }

    /// The functions, those first whose last turn is longest ago.
    fn in_turn(&self, functions: &[FunctionId]) -> Result<Vec<FunctionId>, Stop> {
        let mut turns = vec![];
        for function in functions {
            turns.push((self.views.get::<Reading>(function)?.map_or(Seq(0), |reading| reading.turn), function));
        }
        turns.sort_by_key(|(turn, _)| *turn);
        Ok(turns.into_iter().map(|(_, function)| function.clone()).collect())
    }

    /// What functions that are gone have not read, and no other function does.
    fn left_alone(&self, live: &BTreeSet<&FunctionId>) -> Result<BTreeSet<FeedbackNo>, Stop> {
        let mut left = BTreeSet::new();
        // No id is before the first of these or behind the last.
        let (Ok(first), Ok(last)) = (FunctionId::parse("a"), FunctionId::parse(&"z".repeat(32))) else { return Ok(left) };
        for (gone, reading) in self.views.range::<Reading>(&first, &last, usize::MAX)? {
            if live.contains(&gone) {
                continue;
            }
            let stretches = self.views.range::<Arrivals>(&Stretch::of(reading.upto.next()), &Stretch::of(Seq(u64::MAX)), usize::MAX)?;
            for arrival in stretches.into_iter().flat_map(|(_, arrivals)| arrivals.new) {
                let unread = arrival.seq > reading.upto && arrival.functions.contains(&gone);
                let record = if unread { self.views.get::<Record>(&arrival.no)?.filter(|record| !record.withdrawn) } else { None };
                if record.is_some_and(|record| !record.functions().any(|reads| live.contains(reads))) {
                    left.insert(arrival.no);
                }
            }
        }
        Ok(left)
    }

    /// A record goes from all functions that read it to the one whose turn it is.
    fn passes_on(&mut self, no: FeedbackNo, turn: Option<&FunctionId>) -> Result<(), Stop> {
        let gone: Vec<FunctionId> = self.record(no)?.functions().cloned().collect();
        let last = gone.len().saturating_sub(1);
        for (n, function) in gone.into_iter().enumerate() {
            self.push(Fact::NotOurs { v: Version, no, function, turn: turn.filter(|_| n == last).cloned() });
        }
        Ok(())
    }
}
