//! What the tagger says: functions, each with its probability and the words that decided.

use std::ops::Range;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

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

/// What evidence names in place of a rule where people's corrections taught what the words say. No rule may be called so.
pub const LEARNED: &str = "learned";

/// What evidence names in place of a rule where a language model pointed at the words. No rule may be called so.
pub const HINTED: &str = "hinted";

/// What a language model says of a text: that it concerns a function, since these words stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The function.
    pub function: FunctionId,
    /// The words.
    pub span: Span,
}

/// Words that decided, and the rule that found them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Evidence {
    /// The rule's id, as the configuration names it; or [`LEARNED`], or [`HINTED`].
    pub rule: String,
    /// Where the words stand.
    pub span: Span,
    /// How much they say for the function, in thousandths of a log-odd; 0 in facts of before it was kept.
    #[serde(default)]
    pub says: i16,
}

/// A function that a verbatim concerns, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tag {
    /// Whom it concerns.
    pub function: FunctionId,
    /// How sure the tagger is.
    pub p: PerMille,
    /// The words that decided, in the order in which they stand.
    pub evidence: Vec<Evidence>,
    /// What was learned adds to what the rules say, in thousandths of a log-odd.
    #[serde(default)]
    pub learned: i16,
}

// By hand: what is nothing is left out of the log, whose lines are kept for ever, but not out of rows, which have no names of
// fields to tell that one is missing.

impl Serialize for Evidence {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let with_says = self.says != 0 || !to.is_human_readable();
        let mut fields = to.serialize_struct("Evidence", 2 + usize::from(with_says))?;
        fields.serialize_field("rule", &self.rule)?;
        fields.serialize_field("span", &self.span)?;
        if with_says {
            fields.serialize_field("says", &self.says)?;
        }
        fields.end()
    }
}

impl Serialize for Tag {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let with_learned = self.learned != 0 || !to.is_human_readable();
        let mut fields = to.serialize_struct("Tag", 3 + usize::from(with_learned))?;
        fields.serialize_field("function", &self.function)?;
        fields.serialize_field("p", &self.p)?;
        fields.serialize_field("evidence", &self.evidence)?;
        if with_learned {
            fields.serialize_field("learned", &self.learned)?;
        }
        fields.end()
    }
}
