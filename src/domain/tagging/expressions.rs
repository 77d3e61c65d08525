//! Regular expressions of rules, read and checked, and asked all at once.

use std::fmt;
use std::ops::Range;

use regex::{Regex, RegexBuilder};
use regex_filtered::{Builder, Options, Regexes};

use super::fold::{Folded, is_folded_away};
use super::rule::{Key, Reason, RuleFault};

/// The longest regular expression, in bytes.
const LONGEST_REGEX: usize = 1000;
/// How many places of one regular expression are looked for in a text: asking some for all takes quadratic time.
const PLACES: usize = 64;
/// What a regular expression may not match: a rule that hits letters without a meaning hits everything.
const GIBBERISH: &str = "qjxz vwkq";
/// Texts at which an expression that can match nothing does so.
const BARE: [&str; 3] = ["", "a 1, \u{e9}.", "-"];

/// A regular expression over folded text, as an admin writes it, and where it stands.
#[derive(Debug)]
pub(super) struct Expression {
    text: String,
    /// Whether it is written with capitals, which folded text does not hold. One that is not finds its letters twice as fast.
    has_capitals: bool,
    rule: usize,
    key: Key,
}

impl Expression {
    /// Reads an expression; whether it is one at all is seen when all are put together.
    pub(super) fn parse(text: &str, (rule, key): (usize, Key)) -> Result<Self, Reason> {
        if text.len() > LONGEST_REGEX {
            return Err(Reason::LargeRegex);
        }
        if text.contains("n't") || text.contains("n\u{2019}t") {
            return Err(Reason::Negation);
        }
        if text.contains(is_folded_away) {
            return Err(Reason::Accent);
        }
        Ok(Self { text: text.to_owned(), has_capitals: text.contains(char::is_uppercase), rule, key })
    }
}

/// Regular expressions of all rules, in force.
pub(super) struct Expressions {
    regexes: Regexes,
    /// For each, the rule that it belongs to.
    rules: Vec<usize>,
}

impl fmt::Debug for Expressions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.regexes.regexes()).finish()
    }
}

impl Expressions {
    /// Puts them in force, or says what is wrong with which.
    pub(super) fn new(expressions: &[Expression]) -> Result<Self, Vec<RuleFault>> {
        let fault = |expression: &Expression, reason| RuleFault { index: expression.rule, key: expression.key, reason };
        // Most texts hold none of the words that an expression cannot do without: it is not even begun then.
        let whole = expressions.iter().try_fold(Builder::new(), |builder, expression| {
            builder.push_opt(&expression.text, Options::new().case_insensitive(expression.has_capitals))
        });
        let Some(regexes) = whole.ok().and_then(|builder| builder.build().ok()) else {
            // One by one, to say which it is: that takes twice as long. Where each is good, they are too many together.
            let alone = |expression| Some(fault(expression, alone(expression).err()?));
            let faults: Vec<_> = expressions.iter().filter_map(alone).collect();
            let all = expressions.last().filter(|_| faults.is_empty()).map(|last| fault(last, Reason::TooMany));
            return Err(faults.into_iter().chain(all).collect());
        };
        let says_nothing = expressions.iter().zip(regexes.regexes());
        let faults: Vec<_> = says_nothing.filter_map(|(expression, regex)| Some(fault(expression, meaning(regex).err()?))).collect();
        let rules = expressions.iter().map(|expression| expression.rule).collect();
        if faults.is_empty() { Ok(Self { regexes, rules }) } else { Err(faults) }
    }

    /// The places that expressions of rules hit, in bytes, each with its rule: of one expression the first of them.
    pub(super) fn places<'t>(&'t self, text: &'t Folded) -> impl Iterator<Item = (usize, Range<usize>)> + 't {
        self.regexes.matching(text.as_str()).flat_map(move |(n, regex)| {
            let rule = self.rules.get(n).copied().unwrap_or(usize::MAX);
            let found = regex.find_iter(text.as_str()).take(PLACES).map(|found| found.range());
            found.filter(|place| !place.is_empty()).map(move |place| (rule, place))
        })
    }
}

fn alone(expression: &Expression) -> Result<(), Reason> {
    meaning(&RegexBuilder::new(&expression.text).case_insensitive(expression.has_capitals).build().map_err(reason)?)
}

/// Whether it hits something, and not anything.
fn meaning(regex: &Regex) -> Result<(), Reason> {
    if BARE.iter().any(|bare| regex.find_iter(bare).any(|found| found.is_empty())) {
        return Err(Reason::MatchesNothing);
    }
    if regex.is_match(GIBBERISH) { Err(Reason::MatchesAnything) } else { Ok(()) }
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
    fn expressions_that_say_nothing_are_refused() {
        let fault = |text: &str| match Expression::parse(text, (0, Key::Regex(0))) {
            Ok(expression) => Expressions::new(&[expression]).err().map(|mut faults| faults.remove(0).reason),
            Err(reason) => Some(reason),
        };
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
