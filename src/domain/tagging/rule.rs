//! Rules: what an admin writes, and what may be wrong with it.

use std::fmt;
use std::str::FromStr;

use crate::domain::function::FunctionId;

use super::language::Language;

/// How much a rule says for its function (or, below zero, against it), in thousandths of a log-odd.
///
/// A whole number, so that the same rules decide alike on every machine. `1.5` is enough for a tag by itself, `1.0`
/// (the default) leads where nothing stronger speaks, `0.5` is a hint that needs another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight(i16);

/// Why a number is no [`Weight`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a weight is a number from -10 to 10, not 0, with at most three decimals")]
pub struct BadWeight;

impl Weight {
    const LIMIT: i16 = 10_000;

    /// A weight of so many thousandths, from -10000 to 10000 and not 0.
    pub fn from_thousandths(thousandths: i16) -> Result<Self, BadWeight> {
        let good = thousandths != 0 && (-Self::LIMIT..=Self::LIMIT).contains(&thousandths);
        if good { Ok(Self(thousandths)) } else { Err(BadWeight) }
    }

    /// The weight in thousandths.
    pub fn thousandths(self) -> i16 {
        self.0
    }
}

impl Default for Weight {
    fn default() -> Self {
        Self(1000)
    }
}

/// Reads a decimal number, such as `1.5`, `-2` or `.25`; no exponent. A float's own `to_string()` is such a number.
impl FromStr for Weight {
    type Err = BadWeight;

    fn from_str(text: &str) -> Result<Self, BadWeight> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        if digits.len() > 8 || decimals.len() > 3 || !all_digits(whole) || !all_digits(decimals) {
            return Err(BadWeight);
        }
        let thousandths: i32 = format!("{whole}{decimals:0<3}").parse().map_err(|_| BadWeight)?;
        Self::from_thousandths(i16::try_from(sign * thousandths).map_err(|_| BadWeight)?)
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let thousandths = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:03}", thousandths / 1000, thousandths % 1000)
    }
}

/// Words that speak for one function, or against it.
///
/// In `rules.toml` it is one `[[rule]]` table, with exactly these keys:
///
/// | key | type | default | meaning |
/// |---|---|---|---|
/// | `id` | text | required | unique; 1 to 64 lower-case letters, digits, `.`, `-`, `_`; begins with a letter |
/// | `function` | text | required | a [`FunctionId`]; or `"*"`: a weight below 0 against every function |
/// | `phrases` | list of texts | `[]` | whole words that must stand there; `refund*` also takes what begins so |
/// | `regex` | list of texts | `[]` | regular expressions of the `regex` crate, for what phrases cannot say |
/// | `weight` | number | `1.0` | log-odds, from -10 to 10, not 0, at most three decimals; see [`Weight`] |
/// | `unless` | list of texts | `[]` | phrases; a hit does not count in a sentence that holds one of them |
/// | `language` | `"en"`, `"de"`, `"fr"`, `"es"` or `"ja"` | none | asked only of texts that may be of this language |
///
/// `phrases` and `regex` may not both be empty. Capitals, the kind of apostrophe, hyphens inside words, Slack's
/// emphasis, accents, and the amount of white space make no difference, neither in a rule nor in the text. Regular expressions
/// meet the text lower-cased, with one space between words, hyphens inside words as spaces, `n't` as `nt`, and
/// letters without accents.
/// A rule counts once for a text, however often it hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What evidence names it by.
    pub id: String,
    /// For whom it speaks; none: against all, as what colleagues say among themselves does.
    pub function: Option<FunctionId>,
    /// Any of these words.
    pub phrases: Vec<String>,
    /// Or any of these regular expressions.
    pub regexes: Vec<String>,
    /// How loud it speaks.
    pub weight: Weight,
    /// Phrases that silence it in their sentence.
    pub unless: Vec<String>,
    /// The language of the texts that it is asked in; none: of all.
    pub language: Option<Language>,
}

impl Rule {
    /// A rule that says nothing yet, of weight 1.0: give it `phrases` or `regexes`.
    pub fn new(id: impl Into<String>, function: FunctionId) -> Self {
        let (phrases, regexes, unless) = (Vec::new(), Vec::new(), Vec::new());
        Self { id: id.into(), function: Some(function), phrases, regexes, weight: Weight::default(), unless, language: None }
    }
}

/// Where in a rule a fault lies: the key and, in lists, the entry counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The rule as a whole.
    Rule,
    /// Its `id`.
    Id,
    /// One of its `phrases`.
    Phrase(usize),
    /// One of its `regex`.
    Regex(usize),
    /// One of its `unless`.
    Unless(usize),
}

/// What is wrong with a rule, or with whatever else is found by the same patterns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The id is not of the allowed shape.
    #[error("an id is 1 to 64 lower-case letters, digits, dots, - or _, and begins with a letter")]
    BadId,
    /// Evidence that no rule gave is called so.
    #[error("this id is taken: evidence is called so where colleagues taught it, or where a model gave a hint")]
    TakenId,
    /// Two rules share it.
    #[error("another has this id already")]
    SameId,
    /// There is nothing to look for.
    #[error("there must be at least one entry in phrases or regex")]
    NoPattern,
    /// No letter, digit or symbol is left once marks and white space are gone.
    #[error("a phrase needs at least one letter, digit or symbol")]
    EmptyPhrase,
    /// A `*` stands elsewhere than at the end of a word that ends the phrase.
    #[error("a * stands only at the end of a phrase, right after a letter or digit; use regex for the rest")]
    StarInside,
    /// A phrase of more characters than the limit.
    #[error("a phrase has at most {0} characters")]
    LongPhrase(usize),
    /// The expression does not parse; the crate's own words.
    #[error("not a regular expression: {0}")]
    BadRegex(String),
    /// The expression, or the machine that it compiles to, is over the limit.
    #[error("the regular expression is too large; shorten it or its repetitions")]
    LargeRegex,
    /// The expression hits where nothing stands.
    #[error("the regular expression matches the empty text")]
    MatchesNothing,
    /// The expression hits any text.
    #[error("the regular expression matches any words at all")]
    MatchesAnything,
    /// The expression looks for a letter with an accent, which texts never hold once they are folded.
    #[error("texts are read without accents, and \u{df} as ss; write the expression so")]
    Accent,
    /// The expression looks for `n't`, which texts never hold once they are folded.
    #[error("texts are read with n't as nt; write nt")]
    Negation,
    /// A rule of all functions speaks for them.
    #[error("a rule of all functions can only speak against them; give it a weight below 0")]
    ForAll,
    /// All phrases together are more than one machine can hold.
    #[error("all phrases together are too many; leave some out")]
    TooMany,
}

/// A rule that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule {index}: {reason}")]
pub struct RuleFault {
    /// Which rule, counted from 0 in the order given.
    pub index: usize,
    /// Where in it.
    pub key: Key,
    /// What is wrong.
    pub reason: Reason,
}
