//! What facts are made of.

use serde::{Deserialize, Serialize};

use crate::domain::account::AccountId;
use crate::domain::ids::ChannelId;

/// What a delivery is known by when it comes again: the event's id, or the trigger of a command.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryKey(String);

impl DeliveryKey {
    /// An event, by its id.
    pub fn event(id: &str) -> Self {
        Self(format!("event:{id}"))
    }

    /// A command, by its trigger, which is good for one use.
    pub fn command(trigger: &str) -> Self {
        Self(format!("command:{trigger}"))
    }

    /// A press, a form or a shortcut, by what the platform gave it alone.
    pub fn press(trigger: &str) -> Self {
        Self(format!("press:{trigger}"))
    }

    /// A message that was found where it stands, by its channel and timestamp.
    pub fn read(channel: &ChannelId, ts: &str) -> Self {
        Self(format!("read:{channel}:{ts}"))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes back what [`Self::as_str`] gave.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Who said it, as a fact holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A customer of the list.
    Account(AccountId),
    /// Somebody by a name that the list does not know.
    Named(Word),
}

/// An index into the words of the same entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Word(pub u32);

/// The version of a kind of fact: reads its own number and no other, so that a newer line is never misread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Version<const N: u8>;

impl<const N: u8> Serialize for Version<N> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(N)
    }
}

impl<'de, const N: u8> Deserialize<'de> for Version<N> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let found = u64::deserialize(from)?;
        if found == u64::from(N) {
            Ok(Self)
        } else {
            Err(serde::de::Error::custom(format_args!("version {found} of a fact is unknown here")))
        }
    }
}
