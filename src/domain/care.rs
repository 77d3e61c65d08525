//! Care: who has a record, what became of it, and whether the customer knows.
//!
//! A record is open until somebody takes it, and closed with an outcome and a reason; it may come back once. Who may do so by
//! their function is decided where functions are known.
//!
//! In order, each using only those above it.

mod state;
mod steps;

pub use state::{
    Belief, COMES_BACK_WITHIN, Care, Closed, DUE_IN, Decision, EXTENDED_BY, EXTENSIONS, Kept, Knows, Level, MOST_OF_REASON, Objection,
    Outcome, Proposal, Reopened, State, Step, Taken, WhyNot,
};
