//! Reading what was said in a channel before the bot listened: how far one has come.

use serde::{Deserialize, Serialize};

use super::ids::ChannelId;

/// How far a reading of older messages has come. It goes back in time, from the newest message to the oldest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backfill {
    /// The channel.
    pub channel: ChannelId,
    /// The moment at which it ends, as the platform numbers its messages.
    pub from: String,
    /// All that was said from here on was read.
    pub upto: String,
    /// How many messages were taken.
    pub taken: u64,
    /// What has just happened.
    pub step: Step,
}

/// A step of such a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Somebody began it.
    Begun,
    /// A page was read.
    Read,
    /// It came to its end.
    Done,
    /// Somebody stopped it.
    Stopped,
    /// The platform does not let us read on.
    Refused,
}

impl Step {
    /// Whether nothing comes after it.
    pub fn is_last(self) -> bool {
        match self {
            Self::Begun | Self::Read => false,
            Self::Done | Self::Stopped | Self::Refused => true,
        }
    }
}
