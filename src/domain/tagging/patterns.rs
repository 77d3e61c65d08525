//! What rules of any kind look for, checked and put in force: for whom or against what they speak, others know.

use std::collections::BTreeSet;
use std::ops::Range;

use super::expressions::Expression;
use super::fold::Folded;
use super::language::Language;
use super::matcher::{Entry, Hit, Matcher};
use super::passage::Passage;
use super::pattern::Phrase;
use super::rule::{Key, Reason, RuleFault};
use super::tag::{HINTED, LEARNED};

/// How many places one rule shows as evidence in one text: a pasted log would fill the fact that keeps it.
const SHOWN_OF_A_RULE: usize = 3;

/// What one rule looks for, as an admin writes it.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain) struct Wanted<'r> {
    /// What evidence names the rule by.
    pub(in crate::domain) id: &'r str,
    /// Any of these words.
    pub(in crate::domain) phrases: &'r [String],
    /// Or any of these regular expressions.
    pub(in crate::domain) regexes: &'r [String],
    /// Phrases that silence it in their sentence.
    pub(in crate::domain) unless: &'r [String],
    /// The language that it is asked in alone.
    pub(in crate::domain) language: Option<Language>,
}

/// A rule that speaks in a text.
#[derive(Debug)]
pub(in crate::domain) struct Heard {
    /// Its number.
    pub(in crate::domain) rule: usize,
    /// Where in the folded text, the first places; never empty.
    pub(in crate::domain) places: Vec<Range<usize>>,
}

/// What rules look for, in force.
#[derive(Debug)]
pub(in crate::domain) struct Patterns(Matcher);

impl Patterns {
    /// Checks what rules look for, or says everything that is wrong with it, in their order.
    pub(in crate::domain) fn new<'r, R: IntoIterator<Item = Wanted<'r>>>(rules: R) -> Result<Self, Vec<RuleFault>> {
        let mut draft = Draft::default();
        let mut last = 0;
        for (index, rule) in rules.into_iter().enumerate() {
            draft.add(index, rule);
            last = index;
        }
        let mut faults = draft.faults;
        if faults.is_empty() {
            let too_many = RuleFault { index: last, key: Key::Rule, reason: Reason::TooMany };
            return Matcher::new(draft.entries, draft.expressions, &draft.languages).map(Self).ok_or_else(|| vec![too_many]);
        }
        faults.sort_by_key(|fault| fault.index);
        Err(faults)
    }

    /// The same for texts that are read once in a great while; see [`Matcher::apart`].
    pub(super) fn apart(&self) -> Self {
        Self(self.0.apart())
    }

    /// The rules that speak in a text, in their order: those that hit where nothing in the sentence silences them.
    pub(in crate::domain) fn heard(&self, text: &Passage<'_>) -> Vec<Heard> {
        let hits = self.0.hits(text);
        let rules = hits.chunk_by(|a, b| a.rule == b.rule).filter_map(|hits| {
            let rule = hits.first()?.rule;
            let places: Vec<_> = unsilenced(hits, text.folded()).map(|hit| hit.from..hit.to).take(SHOWN_OF_A_RULE).collect();
            (!places.is_empty()).then_some(Heard { rule, places })
        });
        rules.collect()
    }
}

/// The hits of one rule that nothing in their sentence silences.
fn unsilenced<'h>(hits: &'h [Hit], text: &'h Folded) -> impl Iterator<Item = &'h Hit> {
    let silent: BTreeSet<_> = hits.iter().filter(|hit| hit.silences).map(|hit| text.sentence(hit.from)).collect();
    hits.iter().filter(move |hit| !hit.silences && (silent.is_empty() || !silent.contains(&text.sentence(hit.from))))
}

/// Patterns in the making.
#[derive(Debug, Default)]
struct Draft<'r> {
    ids: BTreeSet<&'r str>,
    entries: Vec<Entry>,
    expressions: Vec<Expression>,
    languages: Vec<Option<Language>>,
    faults: Vec<RuleFault>,
}

impl<'r> Draft<'r> {
    fn add(&mut self, index: usize, rule: Wanted<'r>) {
        self.languages.push(rule.language);
        let mut fault = |key, reason| self.faults.push(RuleFault { index, key, reason });
        if !good_id(rule.id) {
            fault(Key::Id, Reason::BadId);
        } else if [LEARNED, HINTED].contains(&rule.id) {
            fault(Key::Id, Reason::TakenId);
        } else if !self.ids.insert(rule.id) {
            fault(Key::Id, Reason::SameId);
        }
        if rule.phrases.is_empty() && rule.regexes.is_empty() {
            fault(Key::Rule, Reason::NoPattern);
        }
        let phrases = rule.phrases.iter().enumerate().map(|(n, text)| (Key::Phrase(n), text, false));
        let unless = rule.unless.iter().enumerate().map(|(n, text)| (Key::Unless(n), text, true));
        for (key, text, silences) in phrases.chain(unless) {
            match Phrase::parse(text) {
                Ok(phrase) => self.entries.push(Entry { rule: index, phrase, silences }),
                Err(reason) => fault(key, reason),
            }
        }
        for (n, text) in rule.regexes.iter().enumerate() {
            match Expression::parse(text, index) {
                Ok(expression) => self.expressions.push(expression),
                Err(reason) => fault(Key::Regex(n), reason),
            }
        }
    }
}

fn good_id(id: &str) -> bool {
    id.len() <= 64
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'))
}
