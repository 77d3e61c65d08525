//! Kinds of feedback: a problem, a wish, a question, or praise.
//!
//! Praise is shown and thanked, and nobody has to answer it; so it is praise only where nothing else is heard in the text.

use serde::{Deserialize, Serialize};

use super::tagging::RuleFault;
use super::tagging::fold::Folded;
use super::tagging::patterns::{Patterns, Wanted};

/// What a customer wants with what they said. In the order in which one outweighs the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something is wrong.
    Problem,
    /// Something should be.
    Wish,
    /// Something is asked.
    Question,
    /// Something is good, and nothing else is said.
    Praise,
}

/// Words by which a kind is known.
///
/// In `rules.toml` it is one `[[kind]]` table, with exactly these keys:
///
/// | key | type | default | meaning |
/// |---|---|---|---|
/// | `id` | text | required | unique among kinds; 1 to 64 lower-case letters, digits, `.`, `-`, `_`; begins with a letter |
/// | `is` | `"problem"`, `"wish"`, `"question"` or `"praise"` | required | the kind |
/// | `phrases`, `regex`, `unless` | lists of texts | `[]` | as in a [`Rule`](super::tagging::Rule) |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindWords {
    /// What faults name it by.
    pub id: String,
    /// The kind.
    pub is: Kind,
    /// Any of these words.
    pub phrases: Vec<String>,
    /// Or any of these regular expressions.
    pub regexes: Vec<String>,
    /// Phrases that silence it in their sentence.
    pub unless: Vec<String>,
}

/// Kinds in force. Built once, asked from any thread.
#[derive(Debug)]
pub struct Kinds {
    is: Vec<Kind>,
    patterns: Patterns,
}

impl Kinds {
    /// Checks the words and puts them in force, or says everything that is wrong with them, in their order.
    pub fn new(words: &[KindWords]) -> Result<Self, Vec<RuleFault>> {
        let wanted = words.iter().map(|words| Wanted {
            id: &words.id,
            phrases: &words.phrases,
            regexes: &words.regexes,
            unless: &words.unless,
            language: None,
        });
        Ok(Self { patterns: Patterns::new(wanted)?, is: words.iter().map(|words| words.is).collect() })
    }

    /// Of which kind a text is, where words of one are found in it.
    pub fn of(&self, text: &str) -> Option<Kind> {
        let heard = self.patterns.heard(&Folded::of(text));
        heard.into_iter().filter_map(|heard| self.is.get(heard.rule).copied()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn praise_is_praise_where_nothing_else_is_heard() {
        let words = |id: &str, is, phrases: &[&str]| KindWords {
            id: id.to_owned(),
            is,
            phrases: phrases.iter().map(|&phrase| phrase.to_owned()).collect(),
            regexes: vec![],
            unless: vec![],
        };
        let kinds = [
            words("good", Kind::Praise, &["love*"]),
            words("wish", Kind::Wish, &["would pay"]),
            words("bad", Kind::Problem, &["crash*", "but"]),
            words("ask", Kind::Question, &["asks whether"]),
        ];
        let kinds = Kinds::new(&kinds).unwrap();
        assert_eq!(kinds.of("Luma loves the calendar"), Some(Kind::Praise));
        assert_eq!(kinds.of("Luma loves the calendar. It crashes on Sundays"), Some(Kind::Problem));
        assert_eq!(kinds.of("loves it, and would pay for more"), Some(Kind::Wish));
        assert_eq!(kinds.of("asks whether others love it"), Some(Kind::Question));
        assert_eq!(kinds.of("the invoice of march"), None);
        assert_eq!(Kinds::new(&[]).unwrap().of("love"), None);
    }
}
