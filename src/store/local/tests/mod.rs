//! Proofs of what the engine promises.

mod support;
mod sim;
mod steps;
mod conformance;
mod power;
mod kill;
mod damage;
mod bad_input;
