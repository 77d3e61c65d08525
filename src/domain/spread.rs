//! Spread: how evenly the customer is carried. People count, not volume, and nobody's share is shown to another.
//!
//! What was counted of a team of people is a [`Counted`], which nothing can print, store or compare; what comes out of
//! [`measure`] is merged and rounded, so that it says nothing of anybody.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::function::FunctionId;
use super::ids::{FeedbackNo, PersonNo};

/// For how many days deeds count.
pub const DAYS: i64 = 28;
/// For how many days a deed must stand before it counts.
pub const STANDS: i64 = 7;
/// For how many weeks each team sees its own figures alone.
pub const WEEKS_APART: i64 = 8;
/// A team of fewer is never shown by itself.
const FEWEST: u32 = 5;
/// Of a team of fewer it is said on which side of a quarter it is, and no more.
const FEWEST_FOR_PERCENT: u32 = 20;
/// Of how many outcomes on somebody's share is looked at.
const FEWEST_OUTCOMES: u32 = 10;
/// In how many functions at least it is said in how many of them one person closes most.
const FEWEST_FUNCTIONS: usize = 5;
/// A full share, in which parts of it are counted.
const FULL: u64 = 1_000_000;

/// What somebody did for a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Told a record.
    Told,
    /// Heard the same from a customer who is named.
    HeardToo,
    /// Closed a record.
    Closed,
    /// Signed that one was closed.
    Signed,
    /// Brought one back.
    Reopened,
    /// Corrected whom one concerns.
    Corrected,
}

/// A deed that stands: whose, and for what is closed, the functions that read the record, the lead first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// By whom.
    pub by: PersonNo,
    /// What.
    pub deed: Deed,
    /// To which record.
    pub no: FeedbackNo,
    /// Of a record that was closed: the functions that read it, the lead first.
    pub functions: Vec<FunctionId>,
}

/// The days of which deeds count on a Monday: from midnight to midnight in UTC, wherever people are.
pub fn window(monday: Date) -> (Timestamp, Timestamp) {
    let day = |days: i64| {
        let day = monday.checked_sub(jiff::Span::new().days(days)).unwrap_or(monday);
        day.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |midnight| midnight.timestamp())
    };
    (day(DAYS + STANDS), day(STANDS))
}

/// The people of a function, and how many of them did something. It has no way out but [`measure`].
pub struct Counted {
    function: FunctionId,
    people: u32,
    did: u32,
}

impl Counted {
    /// Counts the people of a function who did something, each once.
    pub fn of(function: FunctionId, people: &BTreeSet<PersonNo>, strangers: usize, done: &[Done]) -> Self {
        let did: BTreeSet<PersonNo> = done.iter().map(|done| done.by).filter(|by| people.contains(by)).collect();
        Self { function, people: count(people.len().saturating_add(strangers)), did: count(did.len()) }
    }

    /// Whether so many people are there that it matters who of them closes most.
    pub fn shares(&self) -> bool {
        self.people >= FEWEST
    }

    /// What it did of what is asked of it: of a quarter of its people, of two at least.
    fn part(&self) -> u64 {
        let target = self.people.div_ceil(4).max(2);
        u64::from(self.did.min(target)) * FULL / u64::from(target)
    }
}

/// What share of a team's people did something, as far as it may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// Under a quarter: perhaps nobody.
    UnderAQuarter,
    /// A quarter or more: perhaps everybody.
    AQuarterOrMore,
    /// About so many in a hundred: a multiple of five, from 5 to 95.
    About(u8),
}

/// Functions whose people are at least five together, and what share of them did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The functions.
    pub functions: Vec<FunctionId>,
    /// The share.
    pub share: Share,
}

/// How evenly the customer was carried, as far as it may be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// The Monday on which it was measured.
    pub day: Date,
    /// What was reached of what is asked of all functions, in a hundred: a multiple of five.
    pub reach: u8,
    /// As if so many functions carried it, in halves.
    pub halves: u16,
    /// Of so many.
    pub functions: u16,
    /// By groups of functions.
    pub bands: Vec<Band>,
    /// The function that told most of it, where one did.
    pub source: Option<FunctionId>,
    /// In how many functions one person closed more than half; none where that would say in which.
    pub heavy: Option<u16>,
}

/// One person's share of what a function closed. It cannot be printed, stored or compared: [`told_to`](Self::told_to) is the
/// only way to it, and open to its subject alone.
pub struct Load {
    of: PersonNo,
    function: FunctionId,
    own: u32,
    all: u32,
}

impl Load {
    /// Who closed more than half of what a function closed, where that was much; `closers`: who closed each.
    pub fn heavy(function: &FunctionId, closers: &[PersonNo]) -> Option<Self> {
        let all = count(closers.len());
        if all < FEWEST_OUTCOMES {
            return None;
        }
        let mut by: BTreeMap<PersonNo, u32> = BTreeMap::new();
        for closer in closers {
            *by.entry(*closer).or_default() += 1;
        }
        let (of, own) = by.into_iter().max_by_key(|(_, own)| *own)?;
        (own.saturating_mul(2) > all).then(|| Self { of, function: function.clone(), own, all })
    }

    /// Whom it is about, and in which function: that somebody closes most is known to be told to them.
    pub fn subject(&self) -> (PersonNo, FunctionId) {
        (self.of, self.function.clone())
    }

    /// How many they closed, and of how many; to themselves alone.
    pub fn told_to(&self, reader: PersonNo) -> Option<(u32, u32)> {
        (reader == self.of).then_some((self.own, self.all))
    }
}

/// Measures how evenly the customer was carried. `None`: fewer than five people are there, of whom nothing is said.
///
/// `told`: by whom each record was told, by their function. `heavy`: in how many functions one person closed most.
pub fn measure(day: Date, counted: &[Counted], told: &BTreeMap<FunctionId, u32>, heavy: usize) -> Option<Spread> {
    let counted: Vec<&Counted> = counted.iter().filter(|counted| counted.people > 0).collect();
    let bands = bands(&counted)?;
    let parts: Vec<u64> = counted.iter().map(|counted| counted.part()).collect();
    let functions = u64::try_from(parts.len()).unwrap_or(u64::MAX);
    let sum: u64 = parts.iter().sum();
    let squares: u64 = parts.iter().map(|part| part * part).sum();
    let reach = nearest(sum * 20, functions * FULL) * 5;
    let halves = if squares == 0 { 0 } else { nearest(2 * sum * sum, squares) };
    Some(Spread {
        day,
        reach: u8::try_from(reach).unwrap_or(100),
        halves: u16::try_from(halves).unwrap_or(u16::MAX),
        functions: u16::try_from(functions).unwrap_or(u16::MAX),
        bands,
        source: source(told),
        heavy: (counted.len() >= FEWEST_FUNCTIONS).then(|| u16::try_from(heavy).unwrap_or(u16::MAX)),
    })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn nearest(n: u64, of: u64) -> u64 {
    (2 * n + of).checked_div(2 * of).unwrap_or(0)
}

/// The function that told more than sixty in a hundred.
fn source(told: &BTreeMap<FunctionId, u32>) -> Option<FunctionId> {
    let all: u32 = told.values().sum();
    told.iter().find(|(_, n)| n.saturating_mul(10) > all.saturating_mul(6)).map(|(function, _)| function.clone())
}

/// Functions that are too small go together with the smallest others, until none is.
fn bands(counted: &[&Counted]) -> Option<Vec<Band>> {
    let mut groups: Vec<(u32, u32, Vec<FunctionId>)> =
        counted.iter().map(|counted| (counted.people, counted.did, vec![counted.function.clone()])).collect();
    loop {
        groups.sort_by(|(a, _, first), (b, _, second)| (a, first).cmp(&(b, second)));
        match groups.as_slice() {
            [(people, ..), ..] if *people >= FEWEST => break,
            [] | [_] => return None,
            _ => {
                let (people, did, functions) = groups.remove(0);
                if let Some((all, all_did, together)) = groups.first_mut() {
                    (*all, *all_did) = (*all + people, *all_did + did);
                    together.extend(functions);
                    together.sort();
                }
            }
        }
    }
    let mut bands: Vec<Band> = groups.into_iter().map(|(people, did, functions)| Band { functions, share: share(people, did) }).collect();
    bands.sort_by(|a, b| a.functions.cmp(&b.functions));
    Some(bands)
}

fn share(people: u32, did: u32) -> Share {
    if people >= FEWEST_FOR_PERCENT {
        let steps = nearest(u64::from(did) * 20, u64::from(people)).clamp(1, 19);
        return Share::About(u8::try_from(steps * 5).unwrap_or(95));
    }
    if did.saturating_mul(4) < people { Share::UnderAQuarter } else { Share::AQuarterOrMore }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const DAY: Date = date(2026, 11, 23);

    fn id(n: usize) -> FunctionId {
        FunctionId::parse(&format!("f{n:02}")).unwrap()
    }

    fn counted(teams: &[(u32, u32)]) -> Vec<Counted> {
        teams.iter().enumerate().map(|(n, (people, did))| Counted { function: id(n), people: *people, did: *did }).collect()
    }

    fn measured(teams: &[(u32, u32)]) -> Option<Spread> {
        measure(DAY, &counted(teams), &BTreeMap::new(), 0)
    }

    /// The specification's own example: parts of 1, 1, 1/2 and 1/4.
    #[test]
    fn reach_and_evenness_are_as_specified() {
        let spread = measured(&[(16, 4), (16, 9), (16, 2), (16, 1)]).unwrap();
        assert_eq!((spread.reach, spread.halves, spread.functions), (70, 7, 4));
        let nobody = measured(&[(16, 0), (16, 0)]).unwrap();
        assert_eq!((nobody.reach, nobody.halves), (0, 0));
        let one = measured(&[(16, 4), (16, 0), (16, 0), (16, 0)]).unwrap();
        assert_eq!((one.reach, one.halves), (25, 2));
        let all = measured(&[(40, 10), (8, 2), (5, 2)]).unwrap();
        assert_eq!((all.reach, all.halves), (100, 6));
    }

    #[test]
    fn the_small_are_shown_together_and_the_large_in_fives() {
        let share = |teams: &[(u32, u32)]| measured(teams).map(|spread| spread.bands);
        let band = |functions: &[usize], share| Band { functions: functions.iter().map(|n| id(*n)).collect(), share };
        assert_eq!(share(&[(4, 4)]), None, "there is nobody to go with");
        assert_eq!(share(&[(2, 2), (2, 0)]), None);
        assert_eq!(share(&[(4, 4), (19, 0)]), Some(vec![band(&[0, 1], Share::About(15))]));
        assert_eq!(
            share(&[(3, 0), (30, 30), (2, 1), (9, 2)]),
            Some(vec![band(&[0, 2], Share::UnderAQuarter), band(&[1], Share::About(95)), band(&[3], Share::UnderAQuarter)])
        );
        assert_eq!(share(&[(20, 0)]), Some(vec![band(&[0], Share::About(5))]), "never none");
        assert_eq!(share(&[(19, 19), (12, 3)]), Some(vec![band(&[0], Share::AQuarterOrMore), band(&[1], Share::AQuarterOrMore)]));
        assert_eq!(share(&[(0, 0), (6, 1)]), Some(vec![band(&[1], Share::UnderAQuarter)]), "who has nobody is not counted");
    }

    #[test]
    fn a_person_counts_once_and_where_they_are_at_home() {
        let done = |by, deed| Done { by: PersonNo(by), deed, no: FeedbackNo(1), functions: vec![] };
        let people: BTreeSet<PersonNo> = [1, 2, 3].map(PersonNo).into();
        let all = [done(1, Deed::Told), done(1, Deed::Closed), done(9, Deed::Told), done(3, Deed::Signed)];
        let counted = Counted::of(id(0), &people, 4, &all);
        assert_eq!((counted.people, counted.did), (7, 2));
    }

    #[test]
    fn who_closes_most_reads_it_alone() {
        let closers = |own: usize, others: u64| -> Vec<PersonNo> {
            std::iter::repeat_n(PersonNo(1), own).chain((0..others).map(|n| PersonNo(2 + n % 3))).collect()
        };
        let load = Load::heavy(&id(0), &closers(14, 6)).unwrap();
        assert_eq!(load.told_to(PersonNo(1)), Some((14, 20)));
        assert_eq!(load.told_to(PersonNo(2)), None);
        assert!(Load::heavy(&id(0), &closers(10, 10)).is_none(), "half is not more than half");
        assert!(Load::heavy(&id(0), &closers(9, 0)).is_none(), "too few were closed");
    }

    #[test]
    fn one_function_tells_most_where_it_tells_more_than_sixty_in_a_hundred() {
        let told = |a, b| measure(DAY, &counted(&[(9, 1), (9, 1)]), &[(id(0), a), (id(1), b)].into(), 0).unwrap().source;
        assert_eq!(told(61, 39), Some(id(0)));
        assert_eq!(told(60, 40), None);
        assert_eq!(told(0, 0), None);
    }

    #[test]
    fn in_how_many_functions_one_closes_most_is_said_where_there_are_five() {
        let heavy = |teams: usize| measure(DAY, &counted(&vec![(9, 1); teams]), &BTreeMap::new(), 2).unwrap().heavy;
        assert_eq!(heavy(4), None);
        assert_eq!(heavy(5), Some(2));
    }

    #[test]
    fn four_weeks_count_that_ended_a_week_ago() {
        let (from, upto) = window(DAY);
        assert_eq!((from.to_string(), upto.to_string()), ("2026-10-19T00:00:00Z".to_owned(), "2026-11-16T00:00:00Z".to_owned()));
    }

    proptest! {
        /// Whatever the teams: what is shown is rounded, nobody is shown in a group of fewer than five, and none is left out.
        #[test]
        fn nothing_shown_is_of_few_or_exact(teams in prop::collection::vec((0_u32..60, 0_u32..60), 1..14)) {
            let teams: Vec<(u32, u32)> = teams.into_iter().map(|(people, did)| (people, did.min(people))).collect();
            let all: u32 = teams.iter().map(|(people, _)| people).sum();
            let Some(spread) = measured(&teams) else {
                prop_assert!(all < 5);
                return Ok(());
            };
            prop_assert!(spread.reach <= 100 && spread.reach.is_multiple_of(5));
            prop_assert!(spread.halves <= 2 * spread.functions);
            let mut shown = BTreeSet::new();
            for Band { functions, share } in &spread.bands {
                let of = |n: usize| teams[n];
                let members: Vec<(u32, u32)> = (0..teams.len()).filter(|n| functions.contains(&id(*n))).map(of).collect();
                let people: u32 = members.iter().map(|(people, _)| people).sum();
                prop_assert!(people >= 5, "{functions:?} are {people}");
                prop_assert_eq!(matches!(share, Share::About(_)), people >= 20);
                if let Share::About(percent) = share {
                    prop_assert!((5..=95).contains(percent) && percent.is_multiple_of(5));
                }
                shown.extend(functions.iter().cloned());
            }
            let there: BTreeSet<FunctionId> = (0..teams.len()).filter(|n| teams[*n].0 > 0).map(id).collect();
            prop_assert_eq!(shown, there);
        }
    }
}
