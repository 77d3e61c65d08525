//! What one entry of a rule looks for, read and checked.

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::fold::Folded;
use super::rule::Reason;

/// The longest phrase, in characters.
const LONGEST_PHRASE: usize = 200;
/// The longest regular expression, in bytes.
const LONGEST_REGEX: usize = 1000;
/// The largest machine that one regular expression may compile to, in bytes.
const LARGEST_REGEX: usize = 256 * 1024;
/// Regular expressions that are tried together before each is tried by itself.
const SET: usize = 64;
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

/// A regular expression over folded text, and a looser one that hits wherever it does.
#[derive(Debug)]
pub(super) struct Expression {
    exact: Regex,
    loose: String,
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
        let exact = RegexBuilder::new(text).case_insensitive(true).size_limit(LARGEST_REGEX).build().map_err(reason)?;
        if BARE.iter().any(|bare| exact.find_iter(bare).any(|found| found.is_empty())) {
            return Err(Reason::MatchesNothing);
        }
        if exact.is_match(GIBBERISH) {
            return Err(Reason::MatchesAnything);
        }
        Ok(Self { exact, loose: without_word_edges(text) })
    }
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

/// The expression with its word edges taken out. It hits wherever the exact one does, and runs on the fastest engine
/// of the crate whatever the script: that engine does not know word edges outside ASCII.
fn without_word_edges(text: &str) -> String {
    let mut loose = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        loose.push_str(before);
        let Some(c) = escape.chars().next() else { break };
        let after = escape.get(c.len_utf8()..).unwrap_or_default();
        if matches!(c, 'b' | 'B' | '<' | '>') {
            loose.push_str("(?:)");
            rest = after
                .strip_prefix("{start")
                .or_else(|| after.strip_prefix("{end"))
                .and_then(|edge| edge.split_once('}'))
                .map_or(after, |(_, after)| after);
        } else {
            loose.extend(['\\', c]);
            rest = after;
        }
    }
    loose.push_str(rest);
    loose
}

/// Regular expressions that are asked together.
#[derive(Debug)]
pub(super) struct Expressions {
    /// `None` where even the loose ones are too large together; then each is tried.
    any: Option<RegexSet>,
    each: Vec<Regex>,
}

impl Expressions {
    /// Groups expressions, in their order.
    pub(super) fn groups(expressions: Vec<Expression>) -> Vec<Self> {
        let mut expressions = expressions.into_iter().peekable();
        let mut groups = Vec::new();
        while expressions.peek().is_some() {
            let (loose, each): (Vec<_>, Vec<_>) = expressions.by_ref().take(SET).map(|e| (e.loose, e.exact)).unzip();
            let any = RegexSetBuilder::new(loose).case_insensitive(true).build().ok();
            groups.push(Self { any, each });
        }
        groups
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.each.len()
    }

    /// Those that may hit a text, each with its number in the group.
    pub(super) fn worth_trying(&self, text: &str) -> Vec<(usize, &Regex)> {
        match &self.any {
            Some(any) => {
                let loose = any.matches(text);
                loose.iter().filter_map(|i| self.each.get(i).map(|regex| (i, regex))).collect()
            }
            None => self.each.iter().enumerate().collect(),
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
        assert_eq!(fault(r"\bVAT\b.*"), None);
    }

    #[test]
    fn the_loose_form_keeps_everything_but_edges() {
        for (text, loose) in [
            (r"\bvat\b", "(?:)vat(?:)"),
            (r"\\b\d+\.\b{start}x\b{end-half}y\b{2}", r"\\b\d+\.(?:)x(?:)y(?:){2}"),
            (r"\<a\>[\]]\(", r"(?:)a(?:)[\]]\("),
        ] {
            assert_eq!(without_word_edges(text), loose, "{text}");
        }
    }

    #[test]
    fn groups_find_what_each_would() {
        let expressions: Vec<_> = (0..200).map(|n| Expression::parse(&format!(r"\bétage {n}\b")).unwrap()).collect();
        let groups = Expressions::groups(expressions);
        assert_eq!(groups.iter().map(Expressions::len).collect::<Vec<_>>(), [64, 64, 64, 8]);
        let found: Vec<_> = groups.iter().map(|g| g.worth_trying("à l'étage 70").len()).collect();
        assert_eq!(found, [1, 1, 0, 0], "étage 7 is ruled out later, by its edge");
    }
}
