//! The command line. The one floor that prints, and the one place of `anyhow`.
//!
//! In order, each using only those above it.

mod say;
mod log;
mod progress;
mod lines;
mod trained;
mod serve;
mod check;
mod explain;
mod tag;
mod evaluate;
mod document;
mod manifest;
mod store;
mod ask;
mod digest;
mod dead_letters;
mod health;
#[cfg(feature = "demo")]
mod demo;
mod args;

pub use args::run;
