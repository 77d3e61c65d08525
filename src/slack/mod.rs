//! Slack: envelopes in, Block Kit out. The only rooms that know slack-morphism and Slack's words.
//!
//! In order, each using only those above it.

mod markup;
mod inbound;
mod blocks;
mod web;
mod directory;
mod history;
mod reader;
mod gaps;
mod asides;
mod errands;
mod desk;
mod gestures;
mod dispatch;
mod catch_up;
mod backfill;
mod socket;
mod door;
mod delivery;
mod live;

pub use asides::Asides;
pub use backfill::Backfills;
pub use catch_up::CatchUp;
pub use delivery::Delivery;
pub use desk::{Counters, DeadLetters, Desk, Home, Listened};
pub use directory::{Directory, NotResolved};
pub use door::{Answer, Door, Request};
pub use errands::Errands;
pub use gaps::Gaps;
pub use live::{Finding, look};
pub use reader::Pace;
pub use socket::Lines;
pub use web::{AuthTest, CallError, Slack, SlackError};
