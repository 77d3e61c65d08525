//! Kinds of feedback: a problem, a wish, a question, or praise; and how the customer came off.
//!
//! They are told as functions are, by words that an admin can read and by what examples teach on top of them. Praise is thanked, and
//! nobody has to answer it; so it is praise only where that is sure.

use serde::{Deserialize, Serialize};

use super::function::FunctionId;
use super::tagging::{Evidence, Language, Learned, Lesson, Passage, PerMille, Reader, Rule, RuleFault, Said, Tag, Tagger, Weight};

/// Praise is praise from this probability on: a problem that is thanked for is a customer lost.
const SURE: PerMille = PerMille(750);

/// What a customer wants with what they said. In the order in which one outweighs the other where nothing was learned.
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

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Problem, Self::Wish, Self::Question, Self::Praise];

    /// As the configuration names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Wish => "wish",
            Self::Question => "question",
            Self::Praise => "praise",
        }
    }

    /// How the customer came off.
    pub fn sentiment(self) -> Sentiment {
        match self {
            Self::Problem => Sentiment::Negative,
            Self::Wish | Self::Question => Sentiment::Neutral,
            Self::Praise => Sentiment::Positive,
        }
    }

    fn of_id(id: &FunctionId) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == id.as_str())
    }

    fn id(self) -> Option<FunctionId> {
        FunctionId::parse(self.name()).ok()
    }

    /// How loud words of it speak, before anything is learned: problems hide behind the most, and questions behind the fewest.
    fn weight(self) -> Weight {
        let thousandths = match self {
            Self::Problem => 800,
            Self::Wish | Self::Praise => 2000,
            Self::Question => 3500,
        };
        Weight::from_thousandths(thousandths).unwrap_or_default()
    }
}

/// How a customer came off: not the tone of their words, which a colleague may have chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sentiment {
    /// Badly: something is wrong for them.
    Negative,
    /// Neither: they wish or ask something.
    Neutral,
    /// Well.
    Positive,
}

/// Words by which a kind is known.
///
/// In `rules.toml` it is one `[[kind]]` table, with exactly these keys:
///
/// | key | type | default | meaning |
/// |---|---|---|---|
/// | `id` | text | required | unique among kinds; 1 to 64 lower-case letters, digits, `.`, `-`, `_`; begins with a letter |
/// | `is` | `"problem"`, `"wish"`, `"question"` or `"praise"` | required | the kind |
/// | `language` | `"en"`, `"de"`, `"fr"`, `"es"` or `"ja"` | none | asked in texts of this language alone |
/// | `phrases`, `regex`, `unless` | lists of texts | `[]` | as in a [`Rule`] |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindWords {
    /// What faults name it by.
    pub id: String,
    /// The kind.
    pub is: Kind,
    /// The language of the texts that it is asked in; none: of all.
    pub language: Option<Language>,
    /// Any of these words.
    pub phrases: Vec<String>,
    /// Or any of these regular expressions.
    pub regexes: Vec<String>,
    /// Phrases that silence it in their sentence.
    pub unless: Vec<String>,
}

/// A text whose kind is known, to learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfKind {
    /// What somebody might tell.
    pub text: String,
    /// Its kind.
    pub is: Kind,
}

/// Of which kind a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The kind.
    pub is: Kind,
    /// Whether that is sure enough to act on: what is perhaps praise is no kind.
    pub sure: bool,
    /// The words that decided.
    pub evidence: Vec<Evidence>,
}

/// Kinds in force. Built once, asked from any thread.
#[derive(Debug)]
pub struct Kinds(Tagger);

impl Kinds {
    /// Checks the words and puts them in force, or says everything that is wrong with them, in their order.
    pub fn new(words: &[KindWords]) -> Result<Self, Vec<RuleFault>> {
        let rules = words.iter().map(|words| Rule {
            id: words.id.clone(),
            function: words.is.id(),
            phrases: words.phrases.clone(),
            regexes: words.regexes.clone(),
            weight: words.is.weight(),
            unless: words.unless.clone(),
            language: words.language,
        });
        Tagger::new(rules.collect()).map(Self)
    }

    /// Reads what it learns from as texts are read that it judges.
    #[must_use]
    pub fn with_reader(self, reader: Reader) -> Self {
        Self(self.0.with_reader(reader))
    }

    /// Learns kinds from examples. Takes less than a millisecond each; the same give the same, to the last bit.
    pub fn learn(&self, examples: &[OfKind]) -> Learned {
        let ids: Vec<(Kind, FunctionId)> = Kind::ALL.into_iter().filter_map(|kind| Some((kind, kind.id()?))).collect();
        let lessons = examples.iter().map(|example| {
            let says = ids.iter().map(|(kind, id)| Said { function: id.clone(), is: *kind == example.is, weight: 1.0 });
            Lesson { of: None, text: &example.text, says: says.collect() }
        });
        let functions: Vec<FunctionId> = ids.iter().map(|(_, id)| id.clone()).collect();
        self.0.learn(&functions, &lessons.collect::<Vec<_>>())
    }

    /// Of which kind a text is and why, as far as that can be told.
    ///
    /// Where nothing was learned, the first of all kinds of which words are found.
    pub fn tell(&self, learned: &Learned, text: &Passage<'_>) -> Option<Told> {
        if !learned.is_empty() {
            let strongest = self.0.tag_with(learned, text).into_iter().find_map(|tag| Some((Kind::of_id(&tag.function)?, tag)));
            return strongest.map(|(is, Tag { p, evidence, .. })| Told { is, sure: is != Kind::Praise || p >= SURE, evidence });
        }
        let first = self.first(text)?;
        let evidence = self.0.words_for(text, &first.id()?);
        Some(Told { is: first, sure: true, evidence })
    }

    /// Of which kind a text is, where that is sure enough to act on.
    pub fn of(&self, learned: &Learned, text: &Passage<'_>) -> Option<Kind> {
        if learned.is_empty() {
            return self.first(text);
        }
        self.tell(learned, text).filter(|told| told.sure).map(|told| told.is)
    }

    /// The first of all kinds of which words are found.
    fn first(&self, text: &Passage<'_>) -> Option<Kind> {
        self.0.rules_in(text).into_iter().filter_map(|hit| Kind::of_id(hit.function?)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds() -> Kinds {
        let words = |id: &str, is, phrases: &[&str]| KindWords {
            id: id.to_owned(),
            is,
            language: None,
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
        Kinds::new(&kinds).unwrap()
    }

    #[test]
    fn praise_is_praise_where_nothing_else_is_heard() {
        let kinds = kinds();
        let of = |text: &str| kinds.of(&Learned::default(), &Reader::default().read(text));
        assert_eq!(of("Luma loves the calendar"), Some(Kind::Praise));
        assert_eq!(of("Luma loves the calendar. It crashes on Sundays"), Some(Kind::Problem));
        assert_eq!(of("loves it, and would pay for more"), Some(Kind::Wish));
        assert_eq!(of("asks whether others love it"), Some(Kind::Question));
        assert_eq!(of("the invoice of march"), None);
        assert_eq!(Kinds::new(&[]).unwrap().of(&Learned::default(), &Reader::default().read("love")), None);
    }

    #[test]
    fn what_is_told_names_its_words() {
        let told = kinds().tell(&Learned::default(), &Reader::default().read("It crashes, they love it")).unwrap();
        let words: Vec<_> = told.evidence.iter().map(|found| (found.rule.as_str(), found.span.range())).collect();
        assert_eq!((told.is, told.sure, words), (Kind::Problem, true, vec![("bad", 3..10)]));
    }

    /// So many examples of each: customers who love it although it crashes, and who stay up for it.
    fn learned(kinds: &Kinds, times: usize) -> Learned {
        let of = |is, text: &str| OfKind { text: text.to_owned(), is };
        let each = [
            of(Kind::Problem, "they love it but the till crashes at noon"),
            of(Kind::Problem, "stuck at the gate again with a red light"),
            of(Kind::Praise, "he stayed until nine so that it worked for us"),
            of(Kind::Praise, "she stayed with my mother until it worked"),
            of(Kind::Wish, "would pay for a second gate at noon"),
        ];
        kinds.learn(&each.iter().cycle().take(each.len() * times).cloned().collect::<Vec<_>>())
    }

    #[test]
    fn examples_teach_kinds_that_no_word_tells() {
        let kinds = kinds();
        let learned = learned(&kinds, 8);
        let of = |text: &str| kinds.of(&learned, &Reader::default().read(text));
        assert_eq!(of("your man stayed until it worked"), Some(Kind::Praise));
        assert_eq!(of("stuck at the gate"), Some(Kind::Problem));
        assert_eq!(of("would pay for a second one"), Some(Kind::Wish));
    }

    #[test]
    fn what_is_perhaps_praise_is_no_kind_and_yet_came_off_well() {
        let kinds = kinds();
        let text = Reader::default().read("he stayed until nine so that it worked for us");
        let told = kinds.tell(&learned(&kinds, 1), &text).unwrap();
        assert_eq!((told.is, told.sure, told.is.sentiment()), (Kind::Praise, false, Sentiment::Positive));
        assert_eq!(kinds.of(&learned(&kinds, 1), &text), None);
    }
}
