//! What is served over HTTP: whether the bot is well.

mod health;

pub use health::{Health, Vitals, serve};
