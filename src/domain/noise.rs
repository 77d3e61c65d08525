//! Noise: whether a message of a listened channel is something that a customer said, or chatter among colleagues.
//!
//! Signs with weights speak for or against it, as rules do for functions, so that an admin can read, argue with and mend
//! them. What people pass on by a gesture of their own is never filtered. In doubt a message is heard: words of a
//! customer that are lost cost more than chatter in a digest.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::tagging::fold::Folded;
use super::tagging::patterns::{Patterns, Wanted};
use super::tagging::{Evidence, RuleFault, Weight};

/// A message of fewer words that says nothing of a customer is called short, and not chatter.
const FEW_WORDS: usize = 4;
/// As many characters as a word has at most, where one takes it for short.
const LONG_WORD: usize = 8;

/// Words that speak for a customer, or for what colleagues say among themselves.
///
/// In `rules.toml` it is one `[[sign]]` table, with exactly these keys:
///
/// | key | type | default | meaning |
/// |---|---|---|---|
/// | `id` | text | required | unique among signs; 1 to 64 lower-case letters, digits, `.`, `-`, `_`; begins with a letter |
/// | `phrases`, `regex`, `unless` | lists of texts | `[]` | as in a [`Rule`](super::tagging::Rule) |
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

/// Signs in force. Built once, asked from any thread; the same signs and text give the same judgement on every machine.
#[derive(Debug)]
pub struct Filter {
    strengths: Strengths,
    /// The id of each sign and what it says.
    signs: Vec<(String, Says)>,
    patterns: Patterns,
}

impl Filter {
    /// Checks signs and puts them in force, or says everything that is wrong with them, in their order.
    ///
    /// No signs are a filter that goes by known customers, tags and quoted lines alone.
    pub fn new(signs: Vec<Sign>, strengths: Strengths) -> Result<Self, Vec<RuleFault>> {
        let wanted = signs.iter().map(|sign| Wanted {
            id: &sign.id,
            phrases: &sign.phrases,
            regexes: &sign.regexes,
            unless: &sign.unless,
            language: None,
        });
        let patterns = Patterns::new(wanted)?;
        Ok(Self { strengths, signs: signs.into_iter().map(|sign| (sign.id, sign.says)).collect(), patterns })
    }

    /// Whether a message, as people see it, is something that a customer said.
    ///
    /// `accounts_found`: it names a known customer. `tagged`: rules tag it with a function.
    pub fn judge(&self, text: &str, accounts_found: bool, tagged: bool) -> Judgement {
        if let Some(nothing) = nothing_said(text) {
            return Judgement::LeftOut(nothing);
        }
        let folded = Folded::of(text);
        let mut sum = 0;
        let mut because = Vec::new();
        let told = [
            (accounts_found, self.strengths.account, Because::Account),
            (tagged, self.strengths.tagged, Because::Tagged),
            (quotes(text), self.strengths.quote, Because::Quote),
        ];
        for (_, weight, why) in told.into_iter().filter(|(told, ..)| *told) {
            sum += i32::from(weight.thousandths());
            because.push(why);
        }
        // Among colleagues: the loudest, and of equally loud ones the first.
        let mut chatter: Option<(Weight, Chatter)> = None;
        for heard in self.patterns.heard(&folded) {
            match self.signs.get(heard.rule) {
                Some((id, Says::Customer(weight))) => {
                    sum = sum.saturating_add(weight.thousandths().into());
                    let spans = heard.places.into_iter().filter_map(|place| folded.span(text, place));
                    because.extend(spans.map(|span| Because::Words(Evidence { rule: id.clone(), span, says: weight.thousandths() })));
                }
                Some((_, Says::Colleagues(weight, kind))) => {
                    sum = sum.saturating_add(weight.thousandths().into());
                    if chatter.is_none_or(|(loudest, _)| *weight < loudest) {
                        chatter = Some((*weight, *kind));
                    }
                }
                None => {}
            }
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
