//! All Ears spreads what customers say to everyone in a company.
//!
//! The modules stand in the order of the floors: **a module uses only the modules declared above it**
//! (`tests/it/architecture.rs` checks it), so this list is the plan of the house.

pub mod domain;
pub mod texts;
pub mod clock;
pub mod config;
pub mod store;
pub mod app;
pub mod slack;
pub mod web;
pub mod ask;
pub mod serve;
#[cfg(feature = "demo")]
pub mod demo;
pub mod cli;
