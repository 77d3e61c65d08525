//! A message before any chat platform: blocks of pieces. Words of people are plain pieces, whatever they hold.

use jiff::Timestamp;

use crate::domain::ids::ChannelId;
use crate::domain::press::Press;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Plain(String),
    /// Text that stands out.
    Bold(String),
    /// Something to type, or a name of the program's own.
    Code(String),
    /// A moment, shown to each reader in their own time.
    When {
        /// The moment.
        at: Timestamp,
        /// What stands there where it cannot be shown so.
        otherwise: String,
    },
    /// A channel, by its name.
    Channel(ChannelId),
}

/// Pieces in a row.
pub type Line = Vec<Piece>;

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// What the message is about.
    Heading(String),
    /// A paragraph.
    Text(Line),
    /// What a customer said.
    Quote(Line),
    /// An aside, in small letters.
    Aside(Line),
    /// Things to press, in a row.
    Buttons(Vec<Button>),
}

/// Something to press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What stands on it: at most 75 characters.
    pub label: &'static str,
    /// What it does.
    pub press: Press,
}

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page(pub Vec<Block>);

/// A plain piece.
pub fn plain(text: impl Into<String>) -> Piece {
    Piece::Plain(text.into())
}

/// A bold piece.
pub fn bold(text: impl Into<String>) -> Piece {
    Piece::Bold(text.into())
}

/// Something to type.
pub fn code(text: impl Into<String>) -> Piece {
    Piece::Code(text.into())
}
