//! What the tagger says: functions, each with its probability and the words that decided.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::domain::function::FunctionId;

/// A probability in thousandths, 0 to 1000: exact on disk, the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PerMille(pub u16);

/// A place in a verbatim, in bytes, on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The place as a range, to cut the words out of their verbatim with `get`.
    pub fn range(self) -> Range<usize> {
        let place = |byte| usize::try_from(byte).unwrap_or(usize::MAX);
        place(self.start)..place(self.end)
    }
}

/// Words that decided, and the rule that found them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The rule's id, as the configuration names it.
    pub rule: String,
    /// Where the words stand.
    pub span: Span,
}

/// A function that a verbatim concerns, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Whom it concerns.
    pub function: FunctionId,
    /// How sure the tagger is.
    pub p: PerMille,
    /// The words that decided, in the order in which they stand.
    pub evidence: Vec<Evidence>,
}
