//! Ids and numbers that everything else speaks of.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A number that is given in the commit, counted from one.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $shown:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// The number after this one.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($shown, "{}"), self.0)
            }
        }
    };
}

number!(
    /// The place of a change in the one log: dense, in commit order, from one.
    Seq,
    ""
);
number!(
    /// A record's number, which people can say aloud.
    FeedbackNo,
    "VOC-"
);
number!(
    /// A person's number: all that stays of a person who was erased.
    PersonNo,
    "person "
);
number!(
    /// A letter of the outbox.
    LetterNo,
    "letter "
);

/// An id that the chat platform gave: opaque, short, ASCII letters and digits.
macro_rules! outside_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(SmolStr);

        impl $name {
            /// Takes the id as it came.
            pub fn new(id: &str) -> Self {
                Self(id.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

outside_id!(
    /// The enterprise's id where there is one, else the workspace's: what a store is bound to.
    TenantId
);
outside_id!(
    /// A person's id on the chat platform.
    UserId
);
outside_id!(
    /// A channel's id on the chat platform.
    ChannelId
);
