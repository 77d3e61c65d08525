//! Proofs of what the engine promises.
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::manual_is_multiple_of,
    clippy::significant_drop_tightening,
    reason = "small numbers, and locks of a simulated disk: here it is brevity that helps the reader"
)]

pub(in crate::store) mod support;
mod sim;
mod steps;
mod conformance;
mod power;
mod kill;
mod damage;
mod bad_input;
mod golden;
