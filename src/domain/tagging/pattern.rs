//! Phrases of rules, read and checked.

use super::fold::Folded;
use super::rule::Reason;

/// The longest phrase, in characters.
const LONGEST_PHRASE: usize = 200;

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
}
