//! Teaching: what people said of which functions a record concerns, so that the tagger learns from it.
//!
//! The last word on a record and a function counts, and those who agreed with it count along. Nobody's word counts without
//! bound: neither one odd person nor one day of mischief turns the tagger over.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::function::FunctionId;
use super::ids::{FeedbackNo, PersonNo};
use super::noise::Rescued;
use super::tagging::{Learned, Lesson, Said};

/// What one person teaches in a day counts as so many records at most.
pub const MOST_A_DAY: f32 = 10.0;
/// What one person teaches counts as so many records at most, or as half of what all others teach where that is more.
pub const MOST_A_PERSON: f32 = 50.0;
/// Several people who say the same of a record count as so many at most.
const MOST_OF_A_RECORD: f32 = 3.0;
/// Who agrees with a record's functions says of each other one, in passing, that it does not concern it; that counts as so much
/// of a word. Without it agreement alone would teach that everything concerns everybody.
const IN_PASSING: f32 = 0.25;
/// A day, in seconds.
const DAY: i64 = 24 * 3600;

/// What people said of one record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taught {
    /// Who last chose all its functions: it concerns no others, as far as they knew them.
    pub whole: Option<Word>,
    /// What was said of single functions, in the order of the first word on them.
    pub votes: Vec<Vote>,
    /// Who passed it on though the filter had left it out.
    pub rescued: Option<Word>,
}

/// What was said of a record and a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The function.
    pub function: FunctionId,
    /// Whether the record concerns it.
    pub is: bool,
    /// Who said so; never empty, nobody twice.
    pub said: Vec<Word>,
}

/// Who said something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// Who.
    pub by: PersonNo,
    /// When.
    pub at: Timestamp,
}

impl Taught {
    /// Somebody chose all functions of the record.
    pub fn choose(&mut self, functions: &[FunctionId], word: Word) {
        let mut before = std::mem::take(&mut self.votes);
        before.retain(|vote| vote.is);
        for function in functions {
            let known = before.iter().position(|vote| vote.function == *function).map(|at| before.swap_remove(at));
            self.votes.extend(known.or_else(|| Some(Vote { function: function.clone(), is: true, said: vec![] })));
            self.say(function, true, word);
        }
        self.whole = Some(word);
    }

    /// Somebody said whether the record concerns a function.
    pub fn say(&mut self, function: &FunctionId, is: bool, word: Word) {
        match self.votes.iter_mut().find(|vote| vote.function == *function) {
            Some(vote) if vote.is == is => {
                if !vote.said.iter().any(|said| said.by == word.by) {
                    vote.said.push(word);
                }
            }
            Some(vote) => (vote.is, vote.said) = (is, vec![word]),
            None => self.votes.push(Vote { function: function.clone(), is, said: vec![word] }),
        }
    }

    /// Somebody takes back that they agreed. What others said stays, and so does what they said against a function.
    pub fn unsay(&mut self, by: PersonNo) {
        for vote in self.votes.iter_mut().filter(|vote| vote.is) {
            vote.said.retain(|word| word.by != by);
        }
        self.votes.retain(|vote| !vote.said.is_empty());
    }

    /// All who said something of the record, each once, with the last time that they did.
    fn people(&self) -> BTreeMap<PersonNo, Timestamp> {
        let words = self.whole.iter().chain(&self.rescued).chain(self.votes.iter().flat_map(|vote| &vote.said));
        let mut people = BTreeMap::new();
        for word in words {
            let last = people.entry(word.by).or_insert(word.at);
            *last = word.at.max(*last);
        }
        people
    }
}

/// A function as lessons are made for it.
#[derive(Debug, Clone)]
pub struct Pupil {
    /// The function.
    pub function: FunctionId,
    /// Functions that were merged into it: what was said of them is said of it.
    pub was: Vec<FunctionId>,
    /// Since when it is there. Who chose all functions of a record before did not know it.
    pub since: Timestamp,
}

/// Makes lessons of what people taught, each a record's words and what was said of them; in their order.
///
/// A record that has no words any more teaches nothing.
pub fn lessons<'t>(taught: &'t [(FeedbackNo, Taught, String)], pupils: &[Pupil]) -> Vec<Lesson<'t>> {
    let standing: Vec<&(FeedbackNo, Taught, String)> = taught.iter().filter(|(.., words)| !words.is_empty()).collect();
    let influence = Influence::of(&standing.iter().map(|(_, taught, _)| taught).collect::<Vec<_>>());
    let lessons = standing.into_iter().filter_map(|(no, taught, words)| {
        let says: Vec<Said> = pupils.iter().filter_map(|pupil| says(taught, pupil, &influence)).collect();
        (!says.is_empty()).then_some(Lesson { of: Some(*no), text: words, says })
    });
    lessons.collect()
}

/// The messages that people passed on though the filter had left them out, as lessons of what customers say.
pub fn rescued<'t>(taught: &'t [(FeedbackNo, Taught, String)], influence: &Influence) -> Vec<Rescued<'t>> {
    let standing = taught.iter().filter(|(.., words)| !words.is_empty());
    standing.filter_map(|(_, taught, text)| Some(Rescued { text, weight: influence.on(taught.rescued?) })).collect()
}

fn says(taught: &Taught, pupil: &Pupil, influence: &Influence) -> Option<Said> {
    let is_it = |function: &FunctionId| *function == pupil.function || pupil.was.contains(function);
    // Where two that were merged differ, one of them answers it.
    let of_it = || taught.votes.iter().filter(|vote| is_it(&vote.function));
    let vote = of_it().find(|vote| vote.is).or_else(|| of_it().next());
    let (is, said) = match (vote, &taught.whole) {
        (Some(vote), _) => (vote.is, vote.said.as_slice()),
        (None, Some(whole)) if whole.at >= pupil.since => (false, std::slice::from_ref(whole)),
        (None, Some(_)) => return None,
        (None, None) => return in_passing(taught, pupil, influence),
    };
    let weight: f32 = said.iter().map(|word| influence.on(*word)).sum();
    Some(Said { function: pupil.function.clone(), is, weight: weight.min(MOST_OF_A_RECORD) })
}

/// What those who agreed with other functions say of one that they left as it was.
fn in_passing(taught: &Taught, pupil: &Pupil, influence: &Influence) -> Option<Said> {
    let agreed = taught.votes.iter().filter(|vote| vote.is).flat_map(|vote| &vote.said).filter(|word| word.at >= pupil.since);
    let weight = agreed.map(|word| influence.on(*word)).fold(0.0, f32::max) * IN_PASSING;
    (weight > 0.0).then(|| Said { function: pupil.function.clone(), is: false, weight })
}

/// What the tagger knows beside its rules.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// What it learned from examples and from people.
    pub learned: Learned,
    /// What it learned of kinds, from examples alone.
    pub kinds: Arc<Learned>,
    /// What the filter learned of what customers say.
    pub noise: Learned,
    /// How much people's words counted in it.
    pub influence: Influence,
    /// Of how many records people said something.
    pub records: usize,
}

/// How much people's words count.
#[derive(Debug, Default)]
pub struct Influence {
    /// By person and day, from 0 to 1.
    of_days: BTreeMap<(PersonNo, i64), f32>,
    /// By person, from 0 to 1.
    of_people: BTreeMap<PersonNo, f32>,
}

impl Influence {
    /// Of those who taught something.
    pub fn of(taught: &[&Taught]) -> Self {
        let mut days: BTreeMap<(PersonNo, i64), f32> = BTreeMap::new();
        for (by, at) in taught.iter().flat_map(|taught| taught.people()) {
            *days.entry((by, day(at))).or_default() += 1.0;
        }
        let mut people: BTreeMap<PersonNo, f32> = BTreeMap::new();
        for ((by, _), records) in &days {
            *people.entry(*by).or_default() += records.min(MOST_A_DAY);
        }
        let all: f32 = people.values().sum();
        let of_people = people.into_iter().map(|(by, records)| (by, MOST_A_PERSON.max((all - records) / 2.0).min(records) / records));
        let of_days = days.into_iter().map(|(day, records)| (day, records.min(MOST_A_DAY) / records));
        Self { of_people: of_people.collect(), of_days: of_days.collect() }
    }

    /// How much one word counts, from 0 to 1.
    pub fn on(&self, word: Word) -> f32 {
        let of_day = self.of_days.get(&(word.by, day(word.at))).copied().unwrap_or(1.0);
        of_day * self.of_people.get(&word.by).copied().unwrap_or(1.0)
    }

    /// How many people taught.
    pub fn people(&self) -> usize {
        self.of_people.len()
    }

    /// How many of them taught more on a day, or in all, than counts.
    pub fn held(&self) -> usize {
        let on_days = self.of_days.iter().filter(|(_, share)| **share < 1.0).map(|((by, _), _)| *by);
        let in_all = self.of_people.iter().filter(|(_, share)| **share < 1.0).map(|(by, _)| *by);
        on_days.chain(in_all).collect::<BTreeSet<_>>().len()
    }
}

fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::super::tagging::{Rule, Tagger};
    use super::*;

    fn id(name: &str) -> FunctionId {
        FunctionId::parse(name).unwrap()
    }

    fn word(by: u64, day: i64) -> Word {
        Word { by: PersonNo(by), at: Timestamp::from_second(day * DAY + 60).unwrap() }
    }

    fn pupil(name: &str) -> Pupil {
        Pupil { function: id(name), was: vec![], since: Timestamp::UNIX_EPOCH }
    }

    fn ours(taught: &Taught, pupils: &[Pupil]) -> String {
        let all = [(FeedbackNo(1), taught.clone(), "words".to_owned())];
        let lessons = lessons(&all, pupils);
        let says = lessons[0].says.iter().map(|said| format!("{}{}{}", said.function, if said.is { "+" } else { "-" }, said.weight));
        says.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_last_word_counts_and_those_who_agree_count_along() {
        let pupils = [pupil("finance"), pupil("legal"), pupil("sales")];
        let mut taught = Taught::default();
        taught.say(&id("finance"), false, word(1, 1));
        assert_eq!(ours(&taught, &pupils), "finance-1", "of others nothing is said");
        taught.say(&id("finance"), false, word(2, 1));
        taught.say(&id("finance"), false, word(2, 2));
        assert_eq!(ours(&taught, &pupils), "finance-2", "nobody counts twice");
        taught.say(&id("finance"), true, word(3, 2));
        assert_eq!(ours(&taught, &pupils), "finance+1 legal-0.25 sales-0.25", "who agrees knew of the others");
        taught.choose(&[id("sales"), id("finance")], word(4, 3));
        assert_eq!(ours(&taught, &pupils), "finance+2 legal-1 sales+1");
        taught.choose(&[id("legal")], word(4, 4));
        assert_eq!(ours(&taught, &pupils), "finance-1 legal+1 sales-1", "who chose otherwise takes back what they said");
        for by in 5..15 {
            taught.say(&id("legal"), true, word(by, 5));
        }
        assert_eq!(ours(&taught, &pupils), "finance-1 legal+3 sales-1");
    }

    /// A year of a company whose people only ever agreed showed it: whatever was told concerned whom most was told for.
    #[test]
    fn agreement_alone_does_not_make_everything_concern_everybody() {
        let rules = [("finance", "invoice"), ("legal", "contract"), ("sales", "offer")].map(|(function, word)| {
            let mut rule = Rule::new(format!("{function}.word"), id(function));
            rule.phrases = vec![word.to_owned()];
            rule.weight = "3".parse().unwrap();
            rule
        });
        let tagger = Tagger::new(rules.to_vec()).unwrap();
        let said = |n: u64, word: &str| format!("customer {n} says that the {word} does not work");
        let taught: Vec<(FeedbackNo, Taught, String)> = (0..120)
            .map(|n| {
                let (function, matter) =
                    [("finance", "invoice"), ("finance", "invoice"), ("legal", "contract")][usize::try_from(n % 3).unwrap()];
                let mut taught = Taught::default();
                taught.say(&id(function), true, word(n % 40, i64::try_from(n).unwrap()));
                (FeedbackNo(n), taught, said(n, matter))
            })
            .collect();
        let pupils = ["finance", "legal", "sales"].map(pupil);
        let functions = pupils.clone().map(|pupil| pupil.function);
        let learned = tagger.learn(&functions, &lessons(&taught, &pupils));
        for (function, matter) in [("finance", "invoice"), ("legal", "contract"), ("sales", "offer")] {
            let tags: Vec<String> =
                tagger.tag_with(&learned, &tagger.read(&said(500, matter))).iter().map(|tag| tag.function.to_string()).collect();
            assert_eq!(tags, [function]);
        }
    }

    #[test]
    fn what_people_did_not_know_they_did_not_decline() {
        let mut taught = Taught::default();
        taught.choose(&[id("billing")], word(1, 3));
        let newer = Pupil { since: word(1, 4).at, ..pupil("legal") };
        let merged = Pupil { was: vec![id("billing"), id("tax")], ..pupil("finance") };
        assert_eq!(ours(&taught, &[merged.clone(), newer, pupil("sales")]), "finance+1 sales-1");
        taught.say(&id("tax"), false, word(2, 5));
        assert_eq!(ours(&taught, &[merged]), "finance+1", "one of the merged answers it");
    }

    #[test]
    fn rescues_are_lessons_for_the_filter_alone() {
        let rescue = |no: u64, text: &str| {
            let taught = Taught { rescued: Some(word(1, 7)), ..Taught::default() };
            (FeedbackNo(no), taught, text.to_owned())
        };
        let mut all: Vec<_> = (1..=20).map(|no| rescue(no, "words")).collect();
        all.push(rescue(21, ""));
        let influence = Influence::of(&all.iter().take(20).map(|(_, taught, _)| taught).collect::<Vec<_>>());
        let rescued = rescued(&all, &influence);
        assert_eq!(rescued.len(), 20, "words that are gone teach nothing");
        assert!(rescued.iter().all(|rescued| rescued.weight.to_bits() == 0.5_f32.to_bits()), "nor does one day without bound");
        assert_eq!(lessons(&all, &[pupil("legal")]), []);
    }

    #[test]
    fn words_that_are_gone_teach_nothing() {
        let mut taught = Taught::default();
        taught.say(&id("legal"), true, word(1, 1));
        assert_eq!(lessons(&[(FeedbackNo(1), taught, String::new())], &[pupil("legal")]), []);
    }

    fn influence(words: impl Iterator<Item = Word>) -> Influence {
        let taught: Vec<Taught> = words
            .map(|word| {
                let mut taught = Taught::default();
                taught.say(&id("legal"), true, word);
                taught
            })
            .collect();
        Influence::of(&taught.iter().collect::<Vec<_>>())
    }

    #[test]
    fn one_day_counts_as_ten_records_at_most() {
        let busy = influence((0..40).map(|_| word(1, 7)).chain([word(1, 8), word(2, 7)]));
        assert_eq!((busy.on(word(1, 7)), busy.on(word(1, 8)), busy.on(word(2, 7))), (0.25, 1.0, 1.0));
        assert_eq!((busy.people(), busy.held()), (2, 1));
    }

    #[test]
    fn one_person_counts_as_fifty_records_or_half_of_the_others() {
        let often = |days: i64, others: u64| {
            let one = (0..days).flat_map(|day| (0..10).map(move |_| word(1, day)));
            influence(one.chain((0..others).map(|n| word(2 + n, 1)))).on(word(1, 0))
        };
        assert_eq!((often(5, 0), often(10, 0), often(20, 0)), (1.0, 0.5, 0.25));
        assert_eq!((often(20, 400), often(20, 200)), (1.0, 0.5));
    }

    #[test]
    fn sayings_of_one_record_are_one() {
        let mut taught = Taught::default();
        taught.choose(&[id("legal"), id("sales")], word(1, 1));
        let many = vec![taught; 10];
        assert_eq!(Influence::of(&many.iter().collect::<Vec<_>>()).held(), 0);
    }
}
