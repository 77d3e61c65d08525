//! Slack: envelopes in, Block Kit out. The only rooms that know slack-morphism and Slack's words.
//!
//! In order, each using only those above it.

mod names;
mod markup;
mod inbound;
mod blocks;
mod pace;
mod web;
mod grants;
mod readers;
mod directory;
mod history;
mod reader;
mod gaps;
mod asides;
mod ending;
mod errands;
mod desk;
mod colleagues;
mod admins;
mod left_out;
mod channels;
mod gestures;
mod dispatch;
mod line;
mod catch_up;
mod backfill;
mod socket;
mod door;
mod second_look;
mod delivery;
mod live;
#[cfg(test)]
mod fuzz;

pub use asides::Asides;
pub use backfill::Backfills;
pub use blocks::block_kit;
pub use catch_up::CatchUp;
pub use delivery::Delivery;
pub use desk::{Counters, DeadLetters, Desk, Home, Listened};
pub use directory::{Directory, NotResolved};
pub use door::{Answer, Door, Request};
pub use ending::{Ended, Ending};
pub use errands::Errands;
pub use gaps::Gaps;
pub use line::Guards;
pub use live::{Finding, look};

pub use grants::{Grants, Need, Off, SCOPES, Scope};
pub use names::{PASS_ON, SUBSCRIPTIONS, Subscription, TELL};
pub use reader::Pace;
pub use second_look::{SecondLook, is_kept_already};
pub use socket::{Exchange, Lines};
pub use web::{AuthTest, CallError, Slack, SlackError, tls};
