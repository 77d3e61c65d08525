//! Urgent feedback: what a function reads at once, since its next digest would be too late.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::tagging::patterns::{Patterns, Wanted};
use super::tagging::{Passage, RuleFault};

/// How many urgent records reach a function at once within [`WITHIN`]; those beyond wait for its digest.
pub const MOST: usize = 3;
/// In which time, in seconds: a day.
pub const WITHIN: i64 = 24 * 3600;
/// What a teller writes in front of words that cannot wait.
pub(super) const MARK: &str = "urgent:";

/// Why a record is urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// The teller says so.
    Teller,
    /// The customer means to leave.
    Churn,
    /// The customer cannot work.
    Outage,
    /// Data is lost, or seen by others.
    Security,
    /// The customer speaks of lawyers, courts or authorities.
    Legal,
}

/// Words by which urgent feedback is known.
///
/// In `rules.toml` it is one `[[urgent]]` table, with exactly these keys:
///
/// | key | type | default | meaning |
/// |---|---|---|---|
/// | `id` | text | required | unique among alarms; 1 to 64 lower-case letters, digits, `.`, `-`, `_`; begins with a letter |
/// | `because` | `"churn"`, `"outage"`, `"security"` or `"legal"` | required | why it cannot wait, which people read |
/// | `phrases`, `regex`, `unless` | lists of texts | `[]` | as in a [`Rule`](super::tagging::Rule) |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// What faults name it by.
    pub id: String,
    /// Why it cannot wait.
    pub because: Urgency,
    /// Any of these words.
    pub phrases: Vec<String>,
    /// Or any of these regular expressions.
    pub regexes: Vec<String>,
    /// Phrases that silence it in their sentence.
    pub unless: Vec<String>,
}

/// Alarms in force. Built once, asked from any thread.
#[derive(Debug)]
pub struct Alarms {
    because: Vec<Urgency>,
    patterns: Patterns,
}

impl Alarms {
    /// Checks alarms and puts them in force, or says everything that is wrong with them, in their order.
    pub fn new(alarms: &[Alarm]) -> Result<Self, Vec<RuleFault>> {
        let wanted = alarms.iter().map(|alarm| Wanted {
            id: &alarm.id,
            phrases: &alarm.phrases,
            regexes: &alarm.regexes,
            unless: &alarm.unless,
            language: None,
        });
        Ok(Self { patterns: Patterns::new(wanted)?, because: alarms.iter().map(|alarm| alarm.because).collect() })
    }

    /// Why a text cannot wait, if it cannot: by the first alarm that sounds, in the order of the file.
    pub fn sound(&self, text: &Passage<'_>) -> Option<Urgency> {
        let heard = self.patterns.heard(text);
        let first = heard.into_iter().map(|heard| heard.rule).min()?;
        self.because.get(first).copied()
    }
}

/// What a teller said behind the mark that it is urgent. `None`: there is no mark, or nothing behind it.
pub fn marked(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let (mark, rest) = text.split_at_checked(MARK.len())?;
    let rest = rest.trim_start();
    (mark.eq_ignore_ascii_case(MARK) && !rest.is_empty()).then_some(rest)
}

/// Whether a message was written within the last day, by its timestamp, which begins with seconds.
pub fn is_fresh(ts: &str, now: Timestamp) -> bool {
    let written = ts.split('.').next().and_then(|second| second.parse::<i64>().ok());
    written.is_some_and(|written| now.as_second().saturating_sub(written) < WITHIN)
}

#[cfg(test)]
mod tests {
    use super::super::tagging::Reader;
    use super::*;

    fn alarm(id: &str, because: Urgency, phrases: &[&str], unless: &[&str]) -> Alarm {
        let all = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Alarm { id: id.to_owned(), because, phrases: all(phrases), regexes: vec![], unless: all(unless) }
    }

    #[test]
    fn the_first_alarm_that_sounds_says_why() {
        let alarms = [
            alarm("down", Urgency::Outage, &["is down", "outage*"], &["price is down"]),
            alarm("leave", Urgency::Churn, &["cancel the contract"], &[]),
        ];
        let alarms = Alarms::new(&alarms).unwrap();
        let sound = |text| alarms.sound(&Reader::default().read(text));
        assert_eq!(sound("They will CANCEL the contract: the site is down"), Some(Urgency::Outage));
        assert_eq!(sound("they will cancel the contract. The price is down"), Some(Urgency::Churn));
        assert_eq!(sound("the invoice is wrong"), None);
        assert_eq!(Alarms::new(&[]).unwrap().sound(&Reader::default().read("outage")), None);
    }

    #[test]
    fn a_mark_stands_in_front_in_any_case() {
        assert_eq!(marked(" Urgent:  the site is down"), Some("the site is down"));
        for text in ["URGENT: ", "urgent the site is down", "it is urgent: now", "urgen", "", "ürgent: x"] {
            assert_eq!(marked(text), None, "{text}");
        }
    }
}
