//! Slack: envelopes in, Block Kit out. The only rooms that know slack-morphism and Slack's words.
//!
//! In order, each using only those above it.

mod names;
mod markup;
mod inbound;
mod blocks;
mod web;
mod grants;
mod directory;
mod desk;
mod notice;
mod line;
mod socket;
mod door;
mod delivery;
mod live;

pub use delivery::Delivery;
pub use desk::{Counters, DeadLetters, Desk, Home};
pub use directory::{Directory, NotResolved};
pub use door::{Answer, Door, Request};
pub use grants::{Grants, Need, Off, SCOPES, Scope};
pub use line::Guards;
pub use live::{Finding, look};
pub use names::{PASS_ON, SUBSCRIPTIONS, Subscription, TELL};
pub use notice::{Ended, Ending, Notice, OnNotice, unheard};
pub use socket::{Exchange, Lines};
pub use web::{AuthTest, CallError, Slack, SlackError};
