//! Views: what the log of facts comes to, as rows that can be looked up. May be thrown away and folded again.
//!
//! In order, each using only those above it.

mod traits;
mod keys;
mod spreads;
mod record;
mod rows;

pub use keys::{Sheet, Stretch};
#[cfg(test)]
pub(in crate::domain) use record::a_record;
pub use record::{Gist, Record, Reply};
pub use rows::{
    Arrival, Arrivals, Backfilling, Candidate, CaughtUp, Counters, Delivered, DeliveredIn, InOutbox, Introduced, Known, Letter, Listening,
    News, Person, PostedIn, Reacted, Reading, Redrawing, Refusal, Register, Rolled, Subscription, Told, Watched,
};
pub use spreads::{Deeds, Measured};
pub use traits::{ReadViews, Row, RowKey, Unreadable, VERSION, Views};
