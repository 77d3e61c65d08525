//! The rows from which spread is measured, and what was measured.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{FeedbackNo, PersonNo};
use crate::domain::spread::{Deed, Spread};

/// What people did in one stretch of the log, on one day in UTC. Who told a record stands in the register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deeds {
    /// Who, what, and to which record.
    pub done: Vec<(PersonNo, Deed, FeedbackNo)>,
}

/// How evenly the customer was carried, week by week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The Monday on which it was measured first.
    pub since: Date,
    /// The last weeks, in order.
    pub weeks: Vec<Spread>,
}
