//! What is done: each use of the house, as plain functions of (store, what is in force, now, request).
//!
//! No Slack here: requests come in domain words, and outcomes go out as such. In order, each using only those above it.

mod in_force;
mod records;
pub mod learning;
pub mod intake;
pub mod changes;
pub mod care;
pub mod spread;
mod undecided;
pub mod advocates;
mod holder;
pub mod follow;
pub mod own;
pub mod left_out;
pub mod digest;
mod urgent;
pub mod preview;
pub mod open;
pub mod council;
pub mod rollup;
pub mod item;
pub mod why;
pub mod hints;
pub mod reminders;
pub mod letters;

pub use in_force::{InForce, RollupPlan};
pub use records::{receipt, receipt_of};

#[cfg(test)]
mod tests;
