//! Noise: whether a message of a listened channel is something that a customer said, or chatter among colleagues.
//!
//! Signs with weights speak for or against it, as rules do for functions, so that an admin can read, argue with and mend
//! them. What people pass on by a gesture of their own is never filtered. In doubt a message is heard: words of a
//! customer that are lost cost more than chatter in a digest.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::function::FunctionId;
use super::tagging::fold::Folded;
use super::tagging::{Evidence, Example, Learned, Lesson, OF_AN_EXAMPLE, Passage, Reader, Rule, RuleFault, RuleHit, Said, Tagger, Weight};

/// A message of fewer words that says nothing of a customer is called short, and not chatter.
const FEW_WORDS: usize = 4;
/// As many characters as a word has at most, where one takes it for short.
const LONG_WORD: usize = 8;

/// So many examples of what no customer said must be known before anything is learned: with half as many, what people passed on let in half
/// as much chatter again.
pub const ENOUGH_CHATTER: usize = 100;

/// Words that speak for a customer, or for what colleagues say among themselves.
///
/// In `rules.toml` it is one `[[sign]]` table, with exactly these keys:
///
/// | key | type | default | meaning |
/// |---|---|---|---|
/// | `id` | text | required | unique among signs; 1 to 64 lower-case letters, digits, `.`, `-`, `_`; begins with a letter |
/// | `phrases`, `regex`, `unless` | lists of texts | `[]` | as in a [`Rule`] |
/// | `weight` | number | `1.0` | for a customer, or below 0 against; from -10 to 10, not 0, at most three decimals |
/// | `because` | `"greeting"` or `"logistics"` | none | what to call a message that is left out; below 0 alone, and required there |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// What evidence names it by.
    pub id: String,
    /// Any of these words.
    pub phrases: Vec<String>,
    /// Or any of these regular expressions.
    pub regexes: Vec<String>,
    /// Phrases that silence it in their sentence.
    pub unless: Vec<String>,
    /// What it says.
    pub says: Says,
}

/// What a sign says of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// A customer speaks in it, or is spoken of: so much is added.
    Customer(Weight),
    /// Colleagues speak of themselves: so much is added, which is below zero.
    Colleagues(Weight, Chatter),
}

/// What colleagues say among themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chatter {
    /// Hello, thanks, well done.
    Greeting,
    /// Meetings, deploys, lunch.
    Logistics,
}

/// What counts beside the signs. In `rules.toml` it is the table `[filter]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strengths {
    /// A message is heard from this sum on.
    pub threshold: Weight,
    /// Added where a known customer is named.
    pub account: Weight,
    /// Added where rules tag the message with a function.
    pub tagged: Weight,
    /// Added where a line is quoted, with a `>` before it.
    pub quote: Weight,
}

impl Default for Strengths {
    /// A known customer is enough. A function or a quoted line is too, where nothing speaks against it.
    fn default() -> Self {
        let weight = |thousandths| Weight::from_thousandths(thousandths).unwrap_or_default();
        Self { threshold: Weight::default(), account: weight(2000), tagged: weight(1250), quote: weight(1250) }
    }
}

/// Whether a message is heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is, because of these; of nothing where the threshold lets in what has no sign.
    Heard(Vec<Because>),
    /// It is not.
    LeftOut(LeftOutBecause),
}

/// Why a message is heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// It names a known customer.
    Account,
    /// Rules tag it with a function.
    Tagged,
    /// A line of it is quoted.
    Quote,
    /// Words by which a sign knew it; places of several signs may overlap.
    Words(Evidence),
    /// It is like what people passed on.
    Learned,
}

/// Why a message is left out. All that is kept of it beside its address: no words of anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOutBecause {
    /// Nothing but emoji and marks.
    Emoji,
    /// Nothing but links and mentions.
    Link,
    /// Hello, thanks, well done.
    Greeting,
    /// Meetings, deploys, lunch.
    Logistics,
    /// Fewer than four words (or, without spaces, 33 characters), and no sign of a customer.
    Short,
    /// No sign of a customer.
    NoSign,
}

impl LeftOutBecause {
    /// Its stable name, for the log and for metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Emoji => "emoji",
            Self::Link => "link",
            Self::Greeting => "greeting",
            Self::Logistics => "logistics",
            Self::Short => "short",
            Self::NoSign => "no-sign",
        }
    }
}

impl fmt::Display for LeftOutBecause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Chatter> for LeftOutBecause {
    fn from(chatter: Chatter) -> Self {
        match chatter {
            Chatter::Greeting => Self::Greeting,
            Chatter::Logistics => Self::Logistics,
        }
    }
}

/// Signs in force. Built once, asked from any thread; the same signs, lessons and text give the same judgement on every machine.
#[derive(Debug)]
pub struct Filter {
    strengths: Strengths,
    /// What colleagues say among themselves, by the id of the sign that knows it.
    chatter: BTreeMap<String, Chatter>,
    /// Signs as the rules of one function, which is [`customer`].
    tagger: Tagger,
}

/// What signs speak for: that a customer speaks, or is spoken of.
fn customer() -> Option<FunctionId> {
    FunctionId::parse("customer").ok()
}

/// A message that the filter left out, and somebody passed on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rescued<'t> {
    /// What was said.
    pub text: &'t str,
    /// How much it counts, from 0: 1 is one person's word.
    pub weight: f32,
}

impl Filter {
    /// Checks signs and puts them in force, or says everything that is wrong with them, in their order.
    ///
    /// No signs are a filter that goes by known customers, tags and quoted lines alone.
    pub fn new(signs: Vec<Sign>, strengths: Strengths) -> Result<Self, Vec<RuleFault>> {
        let chatter = signs.iter().filter_map(|sign| match sign.says {
            Says::Colleagues(_, chatter) => Some((sign.id.clone(), chatter)),
            Says::Customer(_) => None,
        });
        let chatter = chatter.collect();
        let rules = signs.into_iter().map(|Sign { id, phrases, regexes, unless, says }| {
            let (Says::Customer(weight) | Says::Colleagues(weight, _)) = says;
            Rule { id, function: customer(), phrases, regexes, weight, unless, language: None }
        });
        Ok(Self { strengths, chatter, tagger: Tagger::new(rules.collect())? })
    }

    /// Reads what it learns from as texts are read that it judges.
    #[must_use]
    pub fn with_reader(self, reader: Reader) -> Self {
        Self { tagger: self.tagger.with_reader(reader), ..self }
    }

    /// Learns from messages that people passed on though they were left out, as against examples of what no customer said (those
    /// without functions). The same give the same, to the last bit.
    ///
    /// Of fewer than [`ENOUGH_CHATTER`] of those nothing is learned, and what people passed on weighs no more than they do: it would teach
    /// that everything is a customer's.
    pub fn learn(&self, examples: &[Example], rescued: &[Rescued<'_>]) -> Learned {
        let Some(customer) = customer().filter(|_| !rescued.is_empty()) else { return Learned::default() };
        let lesson = |text, is, weight| Lesson { of: None, text, says: vec![Said { function: customer.clone(), is, weight }] };
        let chatter = examples.iter().filter(|example| example.functions.is_empty());
        let mut lessons: Vec<Lesson<'_>> = chatter.map(|example| lesson(example.text.as_str(), false, OF_AN_EXAMPLE)).collect();
        if lessons.len() < ENOUGH_CHATTER {
            return Learned::default();
        }
        let against: f32 = lessons.iter().map(|_| OF_AN_EXAMPLE).sum();
        let passed_on: f32 = rescued.iter().map(|rescued| rescued.weight).sum();
        let share = (against / passed_on.max(f32::MIN_POSITIVE)).min(1.0);
        lessons.extend(rescued.iter().map(|rescued| lesson(rescued.text, true, rescued.weight * share)));
        // And nothing said is nothing said by a customer: it is their words that are learned.
        lessons.push(lesson("", false, passed_on * share));
        self.tagger.learn(std::slice::from_ref(&customer), &lessons)
    }

    /// Whether a message, as people see it, is something that a customer said.
    ///
    /// A name in it is a known customer's. `tagged`: rules tag it with a function. What was learned only ever lets more in.
    pub fn judge(&self, learned: &Learned, text: &Passage<'_>, tagged: bool) -> Judgement {
        if let Some(nothing) = nothing_said(text.text()) {
            return Judgement::LeftOut(nothing);
        }
        let folded = text.folded();
        let mut sum = 0;
        let mut because = Vec::new();
        let told = [
            (!text.names().is_empty(), self.strengths.account, Because::Account),
            (tagged, self.strengths.tagged, Because::Tagged),
            (quotes(text.text()), self.strengths.quote, Because::Quote),
        ];
        for (_, weight, why) in told.into_iter().filter(|(told, ..)| *told) {
            sum += i32::from(weight.thousandths());
            because.push(why);
        }
        // Among colleagues: the loudest, and of equally loud ones the first.
        let mut chatter: Option<(i16, Chatter)> = None;
        for RuleHit { id, weight, places, .. } in self.tagger.rules_in(text) {
            sum = sum.saturating_add(weight.into());
            if let Some(kind) = self.chatter.get(id) {
                if chatter.is_none_or(|(loudest, _)| weight < loudest) {
                    chatter = Some((weight, *kind));
                }
            } else {
                let spans = places.into_iter().filter_map(|place| folded.span(text.text(), place));
                because.extend(spans.map(|span| Because::Words(Evidence { rule: id.to_owned(), span, says: weight })));
            }
        }
        let learned = customer().filter(|_| !learned.is_empty()).map_or(0, |customer| self.tagger.learned_of(learned, &customer, text));
        if learned > 0 {
            sum = sum.saturating_add(learned.into());
            because.push(Because::Learned);
        }
        if sum >= self.strengths.threshold.thousandths().into() {
            return Judgement::Heard(because);
        }
        let short = is_short(folded.as_str());
        Judgement::LeftOut(match chatter {
            Some((_, chatter)) => chatter.into(),
            None if short => LeftOutBecause::Short,
            None => LeftOutBecause::NoSign,
        })
    }
}

/// Whether so few words are said that nothing can be made of them; scripts without spaces are counted by characters.
fn is_short(folded: &str) -> bool {
    folded.split_whitespace().nth(FEW_WORDS - 1).is_none() && folded.chars().nth(FEW_WORDS * LONG_WORD).is_none()
}

/// What a message is that holds no word.
fn nothing_said(text: &str) -> Option<LeftOutBecause> {
    let bare = without_codes(text);
    let says = |text: &str| text.contains(char::is_alphanumeric);
    if says(Folded::of(&bare).as_str()) {
        None
    } else if says(&bare) {
        Some(LeftOutBecause::Link)
    } else {
        Some(LeftOutBecause::Emoji)
    }
}

/// A text without the codes of emoji, such as `:tada:` and `:wave::skin-tone-2:`.
fn without_codes(text: &str) -> String {
    let is_code = |code: &str| !code.is_empty() && code.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '\''));
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(':') {
        bare.push_str(before);
        rest = match after.split_once(':') {
            Some((code, behind)) if is_code(code) => behind,
            _ => {
                bare.push(':');
                after
            }
        };
    }
    bare.push_str(rest);
    bare
}

/// Whether a line is quoted: a `>`, a space or not, and words.
fn quotes(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().strip_prefix('>').is_some_and(|quoted| quoted.contains(char::is_alphabetic)))
}

#[cfg(test)]
mod tests;
