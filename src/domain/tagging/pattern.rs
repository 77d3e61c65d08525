//! What one entry of a rule looks for, read and checked.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::fold::{Folded, is_folded_away};
use super::rule::Reason;

/// The longest phrase, in characters.
const LONGEST_PHRASE: usize = 200;
/// The longest regular expression, in bytes.
const LONGEST_REGEX: usize = 1000;
/// The largest machine that one regular expression may compile to, in bytes.
const LARGEST_REGEX: usize = 1024 * 1024;
/// How many places of one regular expression are looked for in a text: asking some for all takes quadratic time.
const PLACES: usize = 64;
/// What a regular expression may not match: a rule that hits letters without a meaning hits everything.
const GIBBERISH: &str = "qjxz vwkq";
/// Texts at which an expression that can match nothing does so.
const BARE: [&str; 3] = ["", "a 1, \u{e9}.", "-"];

/// Words that stand together, folded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// What the folded text must hold.
    pub(super) words: String,
    /// Whether its last word may go on.
    pub(super) open: bool,
}

impl Phrase {
    /// Reads a phrase as an admin writes it: words, the last of them perhaps with a `*`.
    pub(super) fn parse(text: &str) -> Result<Self, Reason> {
        if text.chars().nth(LONGEST_PHRASE).is_some() {
            return Err(Reason::LongPhrase(LONGEST_PHRASE));
        }
        let text = text.trim();
        let (text, open) = text.strip_suffix('*').map_or((text, false), |begin| (begin, true));
        if text.contains('*') || (open && !text.ends_with(char::is_alphanumeric)) {
            return Err(Reason::StarInside);
        }
        let words = Folded::of(text).as_str().trim().to_owned();
        if words.contains(|c: char| c.is_alphanumeric() || !c.is_ascii()) { Ok(Self { words, open }) } else { Err(Reason::EmptyPhrase) }
    }
}

/// A regular expression over folded text.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) text: String,
    /// Whether it is written with capitals, which folded text does not hold.
    pub(super) has_capitals: bool,
}

impl Expression {
    /// Reads an expression as an admin writes it.
    pub(super) fn parse(text: &str) -> Result<Self, Reason> {
        if text.len() > LONGEST_REGEX {
            return Err(Reason::LargeRegex);
        }
        if text.contains("n't") || text.contains("n\u{2019}t") {
            return Err(Reason::Negation);
        }
        if text.contains(is_folded_away) {
            return Err(Reason::Accent);
        }
        // Folded text is in lower case. An expression that is too needs no other cases, and finds its letters twice as fast.
        let capitals = text.contains(char::is_uppercase);
        let exact = RegexBuilder::new(text).case_insensitive(capitals).size_limit(LARGEST_REGEX).build().map_err(reason)?;
        if BARE.iter().any(|bare| exact.find_iter(bare).any(|found| found.is_empty())) {
            return Err(Reason::MatchesNothing);
        }
        if exact.is_match(GIBBERISH) {
            return Err(Reason::MatchesAnything);
        }
        Ok(Self { text: text.to_owned(), has_capitals: capitals })
    }
}

/// The places that an expression hits, in bytes, the first of them.
pub(super) fn places<'t>(expression: &'t Regex, text: &'t Folded) -> impl Iterator<Item = Range<usize>> + 't {
    let found = expression.find_iter(text.as_str()).take(PLACES);
    found.map(|found| found.range()).filter(|place| !place.is_empty())
}

fn reason(error: regex::Error) -> Reason {
    match error {
        regex::Error::CompiledTooBig(_) => Reason::LargeRegex,
        other => {
            let text = other.to_string();
            let last = text.lines().next_back().unwrap_or_default();
            Reason::BadRegex(last.strip_prefix("error: ").unwrap_or(last).to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_folded_and_may_end_open() {
        let phrase = |text: &str| Phrase::parse(text).map(|p| (p.words, p.open));
        assert_eq!(phrase(" Can\u{2019}t  log-in "), Ok(("cant log in".to_owned(), false)));
        assert_eq!(phrase("refund*"), Ok(("refund".to_owned(), true)));
        assert_eq!(phrase("👍"), Ok(("👍".to_owned(), false)));
        for text in ["re*fund", "*", "refund *", "**", "a**"] {
            assert_eq!(phrase(text), Err(Reason::StarInside), "{text}");
        }
        for text in ["", " \n", "...", "_", "https://a.example/x"] {
            assert_eq!(phrase(text), Err(Reason::EmptyPhrase), "{text}");
        }
        assert_eq!(phrase(&"é".repeat(201)), Err(Reason::LongPhrase(200)));
        assert!(phrase(&"é".repeat(200)).is_ok());
    }

    #[test]
    fn expressions_that_say_nothing_are_refused() {
        let fault = |text: &str| Expression::parse(text).err();
        for text in ["", "a*", r"\b", "^", "$", "(?:)", "x?", r"\B"] {
            assert_eq!(fault(text), Some(Reason::MatchesNothing), "{text}");
        }
        for text in [".", r"\w+", "[a-z]", r"\S+ \S+", r"\s"] {
            assert_eq!(fault(text), Some(Reason::MatchesAnything), "{text}");
        }
        assert_eq!(fault("(bill"), Some(Reason::BadRegex("unclosed group".to_owned())));
        assert_eq!(fault(r"(?:word\w{900}){900}"), Some(Reason::LargeRegex));
        assert_eq!(fault(&"x".repeat(1001)), Some(Reason::LargeRegex));
        assert_eq!(fault("don't pay"), Some(Reason::Negation));
        assert_eq!(fault("pr\u{e9}l\u{e8}v(e|ement)"), Some(Reason::Accent));
        assert_eq!(fault(r"\bVAT\b.*"), None);
    }
}
