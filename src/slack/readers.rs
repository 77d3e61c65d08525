//! Channels, and who may read in them.

use serde::Deserialize;

/// A channel, as Slack knows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Channel {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    is_ext_shared: bool,
    #[serde(default)]
    is_private: bool,
}

impl Channel {
    pub(super) fn readers(&self) -> Readers {
        // A direct message of several people says that it is private, too.
        if self.is_private {
            Readers::TheInvited
        } else if self.is_ext_shared {
            Readers::Outsiders
        } else {
            Readers::Everybody
        }
    }
}

/// Who may read in a channel, as far as we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    Everybody,
    TheInvited,
    /// People of another company too.
    Outsiders,
}
