//! Tagging: which functions a customer's words concern, and the words that decided.
//!
//! In order, each using only those above it.

mod tag;

pub(in crate::domain) mod fold;

mod number;

mod embeddings;

mod grams;

mod language;

mod passage;

mod rule;

mod pattern;

mod needs;

mod expressions;

mod matcher;

pub(in crate::domain) mod patterns;

mod decide;

mod learn;

mod calibrate;

mod model;

mod lesson;

mod evidence;

mod tagger;

#[cfg(test)]
mod tests;

pub use decide::{TAGGED, probability};
pub use embeddings::{Embeds, Token};
pub use fold::mentions;
pub use language::Language;
pub use lesson::{Example, Lesson, OF_AN_EXAMPLE, Said, beside};
pub use passage::{Names, Passage, Reader};
pub use rule::{BadWeight, Key, Reason, Rule, RuleFault, Weight};
pub use tag::{Evidence, HINTED, Hint, LEARNED, PerMille, Span, Tag};
pub use tagger::{Learned, RuleHit, Tagger};
