//! Feedback: one thing a customer said, and how it reached us.

use serde::{Deserialize, Serialize};

use super::account::AccountId;
use super::ids::{ChannelId, TenantId, UserId};
use super::masking::{Masking, Sensitive};
use super::tagging::Span;

/// The most characters that a verbatim may have: as many as one message of the chat platform.
pub const MOST_CHARACTERS: usize = 40_000;

/// The customer's words: not blank, at most [`MOST_CHARACTERS`] characters, without control characters.
///
/// Line breaks and tabs stay. Marks that force a direction of writing on what follows go, since they would turn
/// around the digest in which the words are quoted; text that is written from right to left stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verbatim(String);

/// Why a text is no [`Verbatim`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadVerbatim {
    /// Nothing to read in it.
    #[error("the text is blank")]
    Blank,
    /// Too many characters.
    #[error("the text has {0} characters")]
    TooLong(usize),
}

impl Verbatim {
    /// Parses plain text, free of the chat platform's markup.
    pub fn parse(text: &str) -> Result<Self, BadVerbatim> {
        let kept: String = text.chars().filter(|c| !is_unwelcome(*c)).collect();
        let kept = kept.trim();
        if kept.chars().all(is_invisible) {
            return Err(BadVerbatim::Blank);
        }
        match kept.chars().count() {
            n if n > MOST_CHARACTERS => Err(BadVerbatim::TooLong(n)),
            _ => Ok(Self(kept.to_owned())),
        }
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same with what is personal made unreadable, and what that was.
    #[must_use]
    pub fn masked(self, masking: &Masking) -> (Self, Vec<Sensitive>) {
        let (text, found) = masking.mask(&self.0);
        (Self(text), found)
    }

    /// The words, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Control characters, and marks that embed, override or isolate a direction (Unicode UAX #9).
fn is_unwelcome(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// What leaves nothing on the screen: white space, zero-width characters, direction marks, variation selectors.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{00AD}')
}

/// Where the words were said, as far as who may read them goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A channel that everybody in the company may join.
    Public,
    /// A channel for those who were invited: its name never leaves it.
    Private,
    /// A direct message, to the bot or among people.
    #[serde(rename = "dm")]
    Direct,
    /// A channel shared with another company.
    External,
}

/// What the teller did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gesture {
    /// `/heard TEXT`.
    Command,
    /// Wrote in a channel that is listened to.
    Listening,
    /// Filled in the form.
    Form,
    /// Passed a message or a thread on.
    Shortcut,
    /// Reacted to a message with the sign that passes it on.
    Reaction,
    /// Mentioned the bot.
    Mention,
    /// Wrote to the bot.
    Direct,
    /// Found it among what the filter had left out.
    Rescue,
    /// Wrote it before the bot listened; an admin let it be read.
    Backfill,
}

impl Gesture {
    /// Whether each time is a new wish, so that a record that was taken back is no reason against it. A message is not:
    /// the platform may tell of it again.
    pub fn asks_anew(self) -> bool {
        match self {
            Self::Command | Self::Form | Self::Shortcut | Self::Reaction | Self::Rescue => true,
            Self::Listening | Self::Mention | Self::Direct | Self::Backfill => false,
        }
    }

    /// Whether the words are written to the bot.
    pub fn speaks_to_us(self) -> bool {
        match self {
            Self::Command | Self::Form | Self::Mention | Self::Direct => true,
            Self::Listening | Self::Shortcut | Self::Reaction | Self::Rescue | Self::Backfill => false,
        }
    }

    /// Whether somebody else's message may be taken by it, so that its author is told.
    pub fn tells_author(self) -> bool {
        match self {
            // A rescue too: its author has read that the message was left out.
            Self::Shortcut | Self::Reaction | Self::Mention | Self::Rescue => true,
            Self::Command | Self::Listening | Self::Form | Self::Direct | Self::Backfill => false,
        }
    }
}

/// What of a channel is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Every message of a person of this company.
    All,
    /// What a customer seems to have said.
    Filtered,
    /// What somebody passes on by a reaction.
    Reactions,
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Customer {
    /// A customer of the company's list.
    Account(AccountId),
    /// Somebody by a name that the list does not know.
    Named(String),
}

/// One message of those that a verbatim is made of, all in the channel of its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The message's timestamp.
    pub ts: String,
    /// When it was last edited, as the platform says it: the latest counts.
    pub edited: Option<String>,
    /// Where its words stand in the verbatim.
    pub span: Span,
}

/// Why a record was taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Whoever told it took it back.
    #[default]
    Undone,
    /// The message that it was taken from is gone.
    Deleted,
    /// Whoever wrote the message does not want it passed on.
    ByAuthor,
}

impl Why {
    /// Whether nobody may pass the message on again.
    pub fn is_final(self) -> bool {
        match self {
            Self::Undone => false,
            Self::Deleted | Self::ByAuthor => true,
        }
    }

    /// Whether it goes without saying.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The one message that the words stand in: the same message always has the same source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// The enterprise where there is one, else the workspace: one channel may be seen from two workspaces.
    pub tenant: TenantId,
    /// The channel.
    pub channel: ChannelId,
    /// The message's timestamp, which is its id in the channel.
    pub ts: String,
}

/// A person as the chat platform knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Enterprise or workspace.
    pub tenant: TenantId,
    /// Their id there.
    pub user: UserId,
    /// What colleagues call them, without `@`; empty where that is not known.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_words_and_drops_what_cannot_be_read() {
        let kept = |text: &str| Verbatim::parse(text).map(Verbatim::into_string);
        assert_eq!(kept("  the invoice\nis\twrong \u{7}"), Ok("the invoice\nis\twrong".to_owned()));
        assert_eq!(kept("\u{202E}gnorw si ti\u{202C}"), Ok("gnorw si ti".to_owned()));
        assert_eq!(kept("החשבונית שגויה"), Ok("החשבונית שגויה".to_owned()));
        assert_eq!(kept("🎉🎉"), Ok("🎉🎉".to_owned()));
        for blank in ["", "   ", "\n\t", "\u{200B}\u{FEFF}", "\u{0}\u{1}", "\u{202E}", "\u{200F} \u{FE0F}"] {
            assert_eq!(kept(blank), Err(BadVerbatim::Blank), "{blank:?}");
        }
    }

    #[test]
    fn takes_40_000_characters_and_not_one_more() {
        assert!(Verbatim::parse(&"ä".repeat(MOST_CHARACTERS)).is_ok());
        assert_eq!(Verbatim::parse(&"ä".repeat(MOST_CHARACTERS + 1)), Err(BadVerbatim::TooLong(MOST_CHARACTERS + 1)));
    }
}
