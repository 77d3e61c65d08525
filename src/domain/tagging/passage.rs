//! A passage: a text as it is read, once, for all who judge it.
//!
//! Which functions it concerns, of which kind it is, whether it can wait and whether a customer speaks at all are asked by different
//! rules, but of the same words; to read them takes as long as to ask.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::embeddings::{Embeds, Meaning};
use super::fold::{Folded, mentions};
use super::grams::Grams;
use super::language::Languages;
use super::tag::Span;

/// Knows names. They say who is spoken of and not what about: no rule is asked of them, and nothing is learned from them.
pub trait Names: fmt::Debug + Send + Sync {
    /// Where names stand in a text as rules read it, in bytes, in order and without overlaps, each with what it is known by here.
    fn places(&self, folded: &str) -> Vec<(usize, Range<usize>)>;
}

/// Reads texts. The default knows no names, and of no word what it means.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    names: Option<Arc<dyn Names>>,
    embeds: Option<Arc<dyn Embeds>>,
}

/// A text that was read.
#[derive(Debug)]
pub struct Passage<'t> {
    text: &'t str,
    folded: Folded,
    languages: Languages,
    names: Vec<(usize, Span)>,
    embeds: Option<Arc<dyn Embeds>>,
    // Asked for where something was learned alone.
    grams: OnceLock<Grams>,
    meaning: OnceLock<Meaning>,
}

impl Reader {
    /// Leaves out names that are known here.
    #[must_use]
    pub fn with_names(self, names: Arc<dyn Names>) -> Self {
        Self { names: Some(names), ..self }
    }

    /// Reads what words mean as well. What was learned without is of no use with it.
    #[must_use]
    pub fn with_embeddings(self, embeds: Arc<dyn Embeds>) -> Self {
        Self { embeds: Some(embeds), ..self }
    }

    /// Reads a text.
    pub fn read<'t>(&self, text: &'t str) -> Passage<'t> {
        let folded = Folded::of(text);
        let known = self.names.as_deref().map(|names| names.places(folded.as_str())).unwrap_or_default();
        let names = known.iter().filter_map(|(name, place)| Some((*name, folded.span(text, place.clone())?))).collect();
        let mut left_out = mentions(folded.as_str());
        left_out.extend(known.into_iter().map(|(_, place)| place));
        let folded = folded.without(&left_out);
        let languages = Languages::of(&folded);
        Passage { text, languages, folded, names, embeds: self.embeds.clone(), grams: OnceLock::new(), meaning: OnceLock::new() }
    }
}

impl<'t> Passage<'t> {
    /// The text as somebody wrote it.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The names in it, in order and without overlaps, each by what whoever knows names knows it by.
    pub fn names(&self) -> &[(usize, Span)] {
        &self.names
    }

    /// The text as rules read it: without names.
    pub(in crate::domain) fn folded(&self) -> &Folded {
        &self.folded
    }

    /// The languages in which it may be written.
    pub(super) fn languages(&self) -> Languages {
        self.languages
    }

    /// The pieces of it that are learned from.
    pub(super) fn grams(&self) -> &Grams {
        self.grams.get_or_init(|| Grams::of(&self.folded))
    }

    /// What it means, as far as its reader knows.
    pub(super) fn meaning(&self) -> &Meaning {
        self.meaning.get_or_init(|| self.embeds().map(|embeds| Meaning::of(embeds, self.folded.as_str())).unwrap_or_default())
    }

    /// Who knows what its words mean.
    pub(super) fn embeds(&self) -> Option<&dyn Embeds> {
        self.embeds.as_deref()
    }
}
