//! Whose turn it is, and how evenly the customer is carried.

use super::desk::Desk;
use super::verdict::{Refused, Stop, known};
use crate::domain::advocates::{Advocates, Duty, WhyNot};
use crate::domain::facts::{Fact, Version};
use crate::domain::function::FunctionId;
use crate::domain::ids::PersonNo;
use crate::domain::spread::Spread;
use crate::domain::views::{Measured, ReadViews, Reading};

impl<V: ReadViews> Desk<'_, V> {
    pub(super) fn advocate(&mut self, function: &FunctionId, duty: Duty) -> Result<(), Stop> {
        if self.views.get::<Reading>(function)?.is_none() {
            return Err(Refused::NoFunction.into());
        }
        match self.views.get::<Advocates>(function)?.unwrap_or_default().refuses(duty, self.by) {
            None => {}
            Some(WhyNot::Before) => return Err(known(None)),
            Some(why) => return Err(Refused::Advocate(why).into()),
        }
        self.push(Fact::Advocate { v: Version, function: function.clone(), duty });
        Ok(())
    }

    /// Each week once.
    pub(super) fn measure(&mut self, shown: &Spread, heavy: &[(PersonNo, FunctionId)]) -> Result<(), Stop> {
        let before: Option<Measured> = self.views.get(&())?;
        if before.is_some_and(|before| before.weeks.last().is_some_and(|last| last.day == shown.day)) {
            return Err(known(None));
        }
        self.push(Fact::Spread { v: Version, shown: shown.clone(), heavy: heavy.to_vec() });
        Ok(())
    }
}
