//! Where rules hit a text: all phrases in one pass, then the regular expressions that may hit at all.

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::fold::Folded;
use super::pattern::{Expression, Expressions, Phrase};

/// How often one regular expression is looked for in one text: asking for all hits of some takes quadratic time.
const HITS_OF_A_REGEX: usize = 64;

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
    expressions: Vec<Expressions>,
    /// The rules of the expressions, in their order.
    owners: Vec<usize>,
}

impl Matcher {
    /// Builds the machines. `None` where the phrases are too many for one.
    pub(super) fn new(entries: Vec<Entry>, expressions: Vec<(usize, Expression)>) -> Option<Self> {
        let phrases = AhoCorasick::new(entries.iter().map(|entry| entry.phrase.words.as_str())).ok()?;
        let (owners, expressions): (Vec<_>, Vec<_>) = expressions.into_iter().unzip();
        Some(Self { phrases, entries, expressions: Expressions::groups(expressions), owners })
    }

    /// All hits, by rule, then by place.
    pub(super) fn hits(&self, text: &Folded) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.find_phrases(text, &mut hits);
        self.find_expressions(text, &mut hits);
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

    fn find_expressions(&self, text: &Folded, hits: &mut Vec<Hit>) {
        let mut owners = self.owners.as_slice();
        for group in &self.expressions {
            let (of_group, after) = owners.split_at_checked(group.len()).unwrap_or((owners, &[]));
            owners = after;
            for (number, regex) in group.worth_trying(text.as_str()) {
                if let Some(rule) = of_group.get(number) {
                    hits.extend(places(regex, text).map(|(from, to)| Hit { rule: *rule, from, to, silences: false }));
                }
            }
        }
    }
}

fn places<'t>(regex: &'t Regex, text: &'t Folded) -> impl Iterator<Item = (usize, usize)> + 't {
    let found = regex.find_iter(text.as_str()).take(HITS_OF_A_REGEX);
    found.map(|found| (found.start(), found.end())).filter(|(from, to)| from < to)
}
