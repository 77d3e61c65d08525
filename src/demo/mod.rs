//! The demo: the real bot on a simulated workspace and a clock that is turned, with a believable company in it.
//!
//! In order, each using only those above it.

mod company;
mod turning;
mod stage;
mod history;
mod replay;

pub use replay::{Replay, Tally};
pub use stage::{Demo, DemoError, OneClock, Options};
