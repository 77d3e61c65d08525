//! Where rules hit a text: all phrases in one pass, then the regular expressions.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::expressions::Expressions;
use super::fold::Folded;
use super::language::{Language, Languages};
use super::pattern::Phrase;

/// One place where a rule hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// The rule's number.
    pub(super) rule: usize,
    /// The first byte, in the folded text.
    pub(super) from: usize,
    /// One past the last.
    pub(super) to: usize,
    /// Whether it silences the rule in its sentence rather than speaking for it.
    pub(super) silences: bool,
}

/// A phrase, the rule that it belongs to, and whether it silences that rule.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) rule: usize,
    pub(super) phrase: Phrase,
    pub(super) silences: bool,
}

/// All that all rules look for.
#[derive(Debug)]
pub(super) struct Matcher {
    phrases: AhoCorasick,
    entries: Vec<Entry>,
    expressions: Expressions,
    /// For each rule, the language that it is asked in alone.
    languages: Vec<Option<Language>>,
}

impl Matcher {
    /// Builds the machines. `None` where the phrases are too many for one.
    pub(super) fn new(entries: Vec<Entry>, expressions: Expressions, languages: Vec<Option<Language>>) -> Option<Self> {
        let phrases = AhoCorasick::new(entries.iter().map(|entry| entry.phrase.words.as_str())).ok()?;
        Some(Self { phrases, entries, expressions, languages })
    }

    /// All hits, by rule, then by place.
    pub(super) fn hits(&self, text: &Folded) -> Vec<Hit> {
        let mut hits = Vec::new();
        let languages = Languages::of(text);
        let is_asked = |rule: usize| languages.has(self.languages.get(rule).copied().flatten());
        self.find_phrases(text, &mut hits);
        hits.retain(|hit| is_asked(hit.rule));
        self.find_expressions(text, is_asked, &mut hits);
        hits.sort_unstable();
        hits
    }

    fn find_phrases(&self, text: &Folded, hits: &mut Vec<Hit>) {
        // The word that was walked to its end last: many open phrases may hit one long word.
        let mut walked = 0..0;
        for found in self.phrases.find_overlapping_iter(text.as_str()) {
            let (from, end) = (found.start(), found.end());
            let Some(entry) = self.entries.get(found.pattern().as_usize()) else { continue };
            if text.inside_word(from) || (!entry.phrase.open && text.inside_word(end)) {
                continue;
            }
            if entry.phrase.open && !walked.contains(&end) {
                walked = end..text.word_end(end);
            }
            let to = if entry.phrase.open { walked.end.max(end) } else { end };
            hits.push(Hit { rule: entry.rule, from, to, silences: entry.silences });
        }
    }

    fn find_expressions(&self, text: &Folded, is_asked: impl Fn(usize) -> bool, hits: &mut Vec<Hit>) {
        let places = self.expressions.places(text).filter(|(rule, _)| is_asked(*rule));
        hits.extend(places.map(|(rule, Range { start, end })| Hit { rule, from: start, to: end, silences: false }));
    }
}
