//! Functions: the departments of the company that customers' words concern.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The stable id of a function: lower-case letters, digits, `-` and `_`, at most 32, beginning with a letter.
///
/// Names change; ids stay in the log of facts for ever.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FunctionId(SmolStr);

/// Why a text is no [`FunctionId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a function's id is 1 to 32 lower-case letters, digits, - or _, and begins with a letter")]
pub struct BadFunctionId;

impl FunctionId {
    /// Parses an id.
    pub fn parse(text: &str) -> Result<Self, BadFunctionId> {
        let good = text.len() <= 32
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
        if good { Ok(Self(text.into())) } else { Err(BadFunctionId) }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FunctionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FunctionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FunctionId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = SmolStr::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
