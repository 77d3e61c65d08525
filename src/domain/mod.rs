//! What is decided. Pure and synchronous: no Slack, no store, no clock, no files, no threads.
//!
//! In order, each using only those above it.

pub mod function;
