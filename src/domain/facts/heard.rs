//! How a record came to be.

use serde::{Deserialize, Serialize};

use super::parts::{Said, Version, Word};
use crate::domain::feedback::{Gesture, Origin, Part, Source};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, PersonNo};
use crate::domain::kind::Kind;
use crate::domain::masking::Sensitive;
use crate::domain::tagging::Tag;
use crate::domain::urgent::Urgency;

/// How a record came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Version.
    pub v: Version<1>,
    /// Its number.
    pub no: FeedbackNo,
    /// The customer's words.
    pub verbatim: Word,
    /// The message that they stand in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The channel in which the teller was.
    pub channel: ChannelId,
    /// Who may read there.
    pub origin: Origin,
    /// What the teller did.
    pub gesture: Gesture,
    /// The teller's functions at that time.
    pub teller_functions: Vec<FunctionId>,
    /// What the words concern, strongest first.
    pub tags: Vec<Tag>,
    /// Whose turn it was, where no rule fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<FunctionId>,
    /// The first message of the thread that the message is a reply in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The messages of which the words are made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Who wrote the message, where that is not the teller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<PersonNo>,
    /// Whether the teller chose the functions.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chosen: bool,
    /// Who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Said>,
    /// Whether the teller's name is hidden.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Why it cannot wait, if it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgent: Option<Urgency>,
    /// Of which kind it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// What was made unreadable in the words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<Sensitive>,
}
