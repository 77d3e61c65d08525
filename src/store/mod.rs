//! What is remembered: one log of changes, and what it comes to.
//!
//! [`Store`] speaks in whole facts. [`memory`] is the fold alone, the reference; [`local`] keeps a journal on disk.
//! In order, each using only those above it.

mod contract;
pub mod rows;
mod questions;
mod left_out;
pub mod memory;
pub mod local;

pub use contract::{CommitError, Committed, Later, OfChannel, SharedStore, Store, Subscribed, TaughtBy};
pub use left_out::{LeftOutInMemory, LeftOuts, SharedLeftOuts};

#[cfg(test)]
mod tests;
