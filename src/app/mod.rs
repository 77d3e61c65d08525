//! What is done: each use of the house, as plain functions of (store, what is in force, now, request).
//!
//! No Slack here: requests come in domain words, and outcomes go out as such. In order, each using only those above it.

mod in_force;
pub mod intake;
pub mod digest;

pub use in_force::InForce;
