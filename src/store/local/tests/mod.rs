//! Proofs of what the engine promises.

mod support;
mod conformance;
