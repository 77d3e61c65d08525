//! Regular expressions of rules, read and checked, and asked all at once.

use std::ops::Range;
use std::sync::OnceLock;

use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_filtered::model::Model;

use super::fold::{Folded, is_folded_away};
use super::needs::Needs;
use super::rule::Reason;

/// The longest regular expression, in bytes.
const LONGEST_REGEX: usize = 1000;
/// The most that one may take once it is compiled, in bytes.
const LARGEST_REGEX: usize = 2 << 20;
/// How many places of one regular expression are looked for in a text: asking some for all takes quadratic time.
const PLACES: usize = 64;
/// What a regular expression may not match: a rule that hits letters without a meaning hits everything.
const GIBBERISH: &str = "qjxz vwkq";
/// Texts at which an expression that can match nothing does so.
const BARE: [&str; 3] = ["", "a 1, \u{e9}.", "-"];

/// A regular expression over folded text, as an admin writes it.
#[derive(Debug)]
pub(super) struct Expression {
    text: String,
    rule: usize,
}

impl Expression {
    /// Reads an expression, or says what is wrong with it.
    pub(super) fn parse(text: &str, rule: usize) -> Result<Self, Reason> {
        if text.len() > LONGEST_REGEX {
            return Err(Reason::LargeRegex);
        }
        if text.contains("n't") || text.contains("n\u{2019}t") {
            return Err(Reason::Negation);
        }
        if text.contains(is_folded_away) {
            return Err(Reason::Accent);
        }
        meaning(&compiled(text)?)?;
        Ok(Self { text: text.to_owned(), rule })
    }

    /// The rule that it belongs to.
    pub(super) fn rule(&self) -> usize {
        self.rule
    }

    /// What no text can lack that it matches.
    fn model(&self) -> Model {
        let syntax = regex_automata::util::syntax::parse_with(&self.text, &syntax(&self.text));
        syntax.ok().and_then(|syntax| Model::new(&syntax).ok()).unwrap_or_else(Model::all)
    }
}

/// Regular expressions in force. Most texts hold none of the words that an expression cannot do without: it is not asked then.
#[derive(Debug)]
pub(super) struct Expressions {
    all: Vec<Expression>,
    needs: Needs,
}

/// Those of the expressions that were asked, compiled: that takes more memory than all else about them.
#[derive(Debug)]
pub(super) struct Compiled(Vec<OnceLock<Option<Regex>>>);

impl Expressions {
    /// Puts them in force; gives the signs without which none of them can match, in lower case.
    pub(super) fn new(expressions: Vec<Expression>) -> (Self, Vec<String>) {
        let (needs, signs) = Needs::of(expressions.iter().map(Expression::model));
        (Self { all: expressions, needs }, signs)
    }

    /// Room for them, none compiled yet.
    pub(super) fn uncompiled(&self) -> Compiled {
        Compiled(self.all.iter().map(|_| OnceLock::new()).collect())
    }

    /// The places that expressions of rules hit, in bytes, each with its rule: of one expression the first of them. Of the signs
    /// those are given that the text holds, by their place.
    pub(super) fn places<'t>(
        &'t self,
        compiled_yet: &'t Compiled,
        text: &'t Folded,
        signs: &[usize],
    ) -> impl Iterator<Item = (usize, Range<usize>)> + 't {
        let text = text.as_str();
        let asked = self.needs.met_by(signs).into_iter().filter_map(|n| self.all.get(n).zip(compiled_yet.0.get(n)));
        asked.flat_map(move |(expression, regex)| {
            let regex = regex.get_or_init(|| compiled(&expression.text).ok());
            let found = regex.iter().flat_map(move |regex| regex.find_iter(text).take(PLACES));
            found.map(|found| (expression.rule, found.range())).filter(|(_, place)| !place.is_empty())
        })
    }
}

/// One that is written with capitals, which folded text does not hold, is asked without regard to them.
fn syntax(text: &str) -> regex_automata::util::syntax::Config {
    regex_automata::util::syntax::Config::new().case_insensitive(text.contains(char::is_uppercase))
}

/// Without the engines that are fast on long texts: each takes as much memory again.
fn compiled(text: &str) -> Result<Regex, Reason> {
    let frugal = Config::new().nfa_size_limit(Some(LARGEST_REGEX)).which_captures(WhichCaptures::Implicit);
    Regex::builder()
        .configure(frugal.hybrid(false).onepass(false).dfa(false))
        .syntax(syntax(text))
        .build(text)
        .map_err(|error| reason(&error))
}

/// Whether it hits something, and not anything.
fn meaning(regex: &Regex) -> Result<(), Reason> {
    if BARE.iter().any(|bare| regex.find_iter(bare).any(|found| found.is_empty())) {
        return Err(Reason::MatchesNothing);
    }
    if regex.is_match(GIBBERISH) { Err(Reason::MatchesAnything) } else { Ok(()) }
}

fn reason(error: &BuildError) -> Reason {
    match error.syntax_error() {
        None => Reason::LargeRegex,
        Some(error) => {
            let text = error.to_string();
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
        let fault = |text: &str| Expression::parse(text, 0).err();
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
