//! Where rules hit a text: all phrases in one pass, then the regular expressions.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use daachorse::DoubleArrayAhoCorasick;

use super::expressions::{Compiled, Expression, Expressions};
use super::fold::Folded;
use super::language::Language;
use super::passage::Passage;
use super::pattern::Phrase;

/// So many signs a text of usual length holds.
const MANY_SIGNS: usize = 128;

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
pub(super) struct Matcher(Vec<Part>);

/// What the rules of one language look for, or those that are asked in any.
#[derive(Debug)]
struct Part {
    language: Option<Language>,
    machine: Arc<Machine>,
    compiled: Compiled,
}

/// What never changes of it.
struct Machine {
    /// Phrases, and behind them the signs of expressions: one pass over a text finds both.
    words: DoubleArrayAhoCorasick<u32>,
    /// Beside each phrase what is left to know of it.
    ends: Vec<End>,
    expressions: Expressions,
}

#[derive(Debug)]
struct End {
    rule: usize,
    open: bool,
    silences: bool,
}

impl Matcher {
    /// Builds the machines, given for each rule the language that it is asked in alone. `None`: all words of one are too many for it.
    pub(super) fn new(mut entries: Vec<Entry>, mut expressions: Vec<Expression>, languages: &[Option<Language>]) -> Option<Self> {
        // One by one: to build a machine takes many times what it holds in the end.
        let of = |rule: usize| languages.get(rule).copied().flatten();
        let machines = languages.iter().copied().collect::<BTreeSet<_>>().into_iter().map(|language| {
            let entries = entries.extract_if(.., |entry| of(entry.rule) == language).collect();
            let expressions = expressions.extract_if(.., |expression| of(expression.rule()) == language).collect();
            Some(Part::new(language, Arc::new(Machine::new(entries, expressions)?)))
        });
        machines.collect::<Option<_>>().map(Self)
    }

    /// The same, with expressions compiled anew as they are asked. Texts that are read once in a great while ask many that no other text
    /// asks: what they had compiled goes with this.
    pub(super) fn apart(&self) -> Self {
        Self(self.0.iter().map(|part| Part::new(part.language, Arc::clone(&part.machine))).collect())
    }

    /// All hits, by rule, then by place.
    pub(super) fn hits(&self, text: &Passage<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let languages = text.languages();
        for part in self.0.iter().filter(|part| languages.has(part.language)) {
            part.machine.find(&part.compiled, text.folded(), &mut hits);
        }
        hits.sort_unstable();
        hits
    }
}

impl Part {
    fn new(language: Option<Language>, machine: Arc<Machine>) -> Self {
        Self { language, compiled: machine.expressions.uncompiled(), machine }
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("phrases", &self.ends.len()).field("expressions", &self.expressions).finish_non_exhaustive()
    }
}

impl Machine {
    fn new(entries: Vec<Entry>, expressions: Vec<Expression>) -> Option<Self> {
        let (expressions, signs) = Expressions::new(expressions);
        let words = entries.iter().map(|entry| entry.phrase.words.as_str()).chain(signs.iter().map(String::as_str));
        let words = DoubleArrayAhoCorasick::new(words).ok()?;
        let ends = entries.into_iter().map(|entry| End { rule: entry.rule, open: entry.phrase.open, silences: entry.silences }).collect();
        Some(Self { words, ends, expressions })
    }

    fn find(&self, compiled: &Compiled, text: &Folded, hits: &mut Vec<Hit>) {
        let mut signs = Vec::with_capacity(MANY_SIGNS);
        // The word that was walked to its end last: many open phrases may hit one long word.
        let mut walked = 0..0;
        for found in self.words.find_overlapping_iter(text.as_str()) {
            let (from, end, pattern) = (found.start(), found.end(), usize::try_from(found.value()).unwrap_or(usize::MAX));
            let Some(entry) = self.ends.get(pattern) else {
                signs.push(pattern - self.ends.len());
                continue;
            };
            if text.inside_word(from) || (!entry.open && text.inside_word(end)) {
                continue;
            }
            if entry.open && !walked.contains(&end) {
                walked = end..text.word_end(end);
            }
            let to = if entry.open { walked.end.max(end) } else { end };
            hits.push(Hit { rule: entry.rule, from, to, silences: entry.silences });
        }
        let places = self.expressions.places(compiled, text, &signs);
        hits.extend(places.map(|(rule, Range { start, end })| Hit { rule, from: start, to: end, silences: false }));
    }
}
