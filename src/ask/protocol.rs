//! What is said over the socket, and where it is. Each line is JSON.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version that both ends must have.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The most bytes of a question.
pub(super) const MOST_BYTES: u64 = 64 << 10;
/// The socket's name in the data directory.
const SOCKET: &str = "ask";

/// Where the socket of a data directory is.
pub(super) fn socket_in(dir: &Path) -> PathBuf {
    dir.join(SOCKET)
}

/// A question, as it goes over the wire. The question itself is read only once the versions agree.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    /// The asker's.
    pub(super) version: String,
    /// An [`Ask`].
    pub(super) ask: Value,
}

/// What a tool may ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// A function's digest.
    Digest(DigestAsked),
}

/// Which digest, and how it is to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestAsked {
    /// The function, as somebody typed it.
    pub function: String,
    /// The local day; none, or today: as it would be compiled now.
    pub day: Option<Date>,
    /// Whether as the JSON that is posted, a line a message; else as text.
    pub json: bool,
}

/// A line of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// What was asked for: to standard output.
    Answer(String),
    /// What is worth knowing beside it: to standard error.
    Aside(String),
    /// The end: all was said.
    Done,
    /// The end: why it cannot be answered, and what to do.
    Refused(String),
}

impl Said {
    /// Whether nothing comes after it.
    pub fn ends(&self) -> bool {
        match self {
            Self::Done | Self::Refused(_) => true,
            Self::Answer(_) | Self::Aside(_) => false,
        }
    }
}
