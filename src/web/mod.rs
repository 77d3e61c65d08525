//! What is served over HTTP: whether the bot is well, and where Slack's requests come.

mod events;
mod health;

pub use health::{Health, Vitals, serve};
