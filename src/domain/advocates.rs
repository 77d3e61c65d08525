//! Advocates: in each function, whose turn it is for a week to see that records are taken, passed on or closed.
//!
//! Turns go round among those who volunteered; who served is kept for a year, and never how well.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::ids::PersonNo;

/// For how many days it is kept who served.
const KEPT_DAYS: i64 = 366;
/// How often a lead may be told that nobody volunteers: once in so many days.
const TOLD_EVERY_DAYS: i64 = 28;

/// What is done about a function's advocates. A week is known by its Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Whoever does it volunteers.
    Join,
    /// Whoever does it does so no more.
    Leave,
    /// Whoever does it goes to the end of the line.
    Skip,
    /// Somebody is told that a week is theirs.
    Assign(Date, PersonNo),
    /// They are fine with it.
    Fine(Date),
    /// They are not, this time; by the clock where they are away.
    NotThisTime(Date),
    /// They ask the others to do it instead.
    Swap(Date),
    /// One of the others is asked to.
    Ask(Date, PersonNo),
    /// Whoever does it does it instead.
    TakeOver(Date),
    /// The advocate is told that their week begins.
    Begin(Date),
    /// The lead is told that nobody volunteers.
    TellLead(Date),
    /// The lead is told that they are in the council's chair in a week, and that something waits for it.
    Chair(Date),
}

/// Something about advocates that somebody is to be written. A week is known by its Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The week is theirs.
    Next(Date),
    /// Somebody asks whether they do the week instead.
    Ask(Date),
    /// Their week begins.
    Begin(Date),
    /// Nobody volunteers in the function that they lead.
    Nobody(Date),
    /// They are in the council's chair, and something waits for it.
    Chair(Date),
}

impl Turn {
    /// What is noted of it, for whoever is written.
    pub fn duty(self, to: PersonNo) -> Duty {
        match self {
            Self::Next(monday) => Duty::Assign(monday, to),
            Self::Ask(monday) => Duty::Ask(monday, to),
            Self::Begin(monday) => Duty::Begin(monday),
            Self::Nobody(day) => Duty::TellLead(day),
            Self::Chair(monday) => Duty::Chair(monday),
        }
    }
}

/// What the clock does about advocates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Somebody is written something.
    Tell(PersonNo, Turn),
    /// Who was to serve a week is away as it begins: another does.
    Replace(Date),
}

/// One who volunteered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volunteer {
    /// Who.
    pub who: PersonNo,
    /// When they went to the end of the line by themselves.
    pub skipped: Option<Date>,
}

/// A week that somebody serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// Its Monday.
    pub monday: Date,
    /// Whose it is.
    pub who: PersonNo,
    /// Whether they said that they are fine with it.
    pub fine: bool,
    /// Whether they were told that it begins.
    pub begun: bool,
    /// Whether they ask others to do it instead.
    pub swaps: bool,
    /// Who was asked to.
    pub asked: Vec<PersonNo>,
    /// Who does not, this time.
    pub not: Vec<PersonNo>,
}

/// The advocates of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advocates {
    /// Who volunteered, in order.
    pub pool: Vec<Volunteer>,
    /// The weeks of the last year and the next one, in order.
    pub weeks: Vec<Week>,
    /// When its lead was last told that nobody volunteers.
    pub told_lead: Option<Date>,
    /// The last week in which its lead was told that they are in the council's chair.
    pub chaired: Option<Date>,
}

/// Why something is not done about advocates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// It was done before.
    Before,
    /// They did not volunteer.
    NotInPool,
    /// The week is somebody else's.
    NotYours(Option<PersonNo>),
}

/// The Monday of the week of a day.
pub fn monday_of(day: Date) -> Date {
    if day.weekday() == Weekday::Monday { day } else { day.nth_weekday(-1, Weekday::Monday).unwrap_or(day) }
}

/// The Monday after a day.
pub fn next_monday(day: Date) -> Date {
    day.nth_weekday(1, Weekday::Monday).unwrap_or(day)
}

impl Advocates {
    /// Whether somebody volunteered.
    pub fn has(&self, n: PersonNo) -> bool {
        self.pool.iter().any(|volunteer| volunteer.who == n)
    }

    /// A week, by its Monday.
    pub fn week(&self, monday: Date) -> Option<&Week> {
        self.weeks.iter().find(|week| week.monday == monday)
    }

    /// Whose turn a week is to become: the one who has not served for longest, then who has served least, then who is known
    /// longest. Who is away, or does not want it this time, keeps their place in the line.
    pub fn next(&self, monday: Date, away: &BTreeSet<PersonNo>) -> Option<PersonNo> {
        let not = self.week(monday).map_or(&[][..], |week| &week.not);
        let served = |n: PersonNo| self.weeks.iter().filter(move |week| week.who == n && week.monday < monday);
        let there = self.pool.iter().filter(|one| !away.contains(&one.who) && !not.contains(&one.who));
        let next = there.min_by_key(|one| {
            let last = served(one.who).map(|week| week.monday).max();
            (last.max(one.skipped), served(one.who).count(), one.who)
        });
        next.map(|one| one.who)
    }

    /// Who may be asked to do a week instead: those who volunteered, are there, and were not asked yet.
    pub fn may_be_asked(&self, week: &Week, away: &BTreeSet<PersonNo>) -> Vec<PersonNo> {
        let others = self.pool.iter().map(|one| one.who).filter(|n| *n != week.who && !week.asked.contains(n));
        others.filter(|n| !away.contains(n) && !week.not.contains(n)).collect()
    }

    /// Whether the lead may be told, on that day, that nobody volunteers.
    pub fn may_tell_lead(&self, day: Date) -> bool {
        let since = |told: Date| day.since(told).map_or(0, |span| i64::from(span.get_days()));
        self.pool.is_empty() && self.told_lead.is_none_or(|told| since(told) >= TOLD_EVERY_DAYS)
    }

    /// What is to be done on a day on which the function works: from Thursday on next week is given to somebody, and where
    /// nobody has this one, it is.
    pub fn due(&self, day: Date, away: &BTreeSet<PersonNo>) -> Vec<Due> {
        let looks_ahead = day.weekday().to_monday_one_offset() >= Weekday::Thursday.to_monday_one_offset();
        let this = monday_of(day);
        let mut due = vec![];
        for monday in [Some(this), looks_ahead.then(|| next_monday(day))].into_iter().flatten() {
            match self.week(monday).filter(|week| !week.not.contains(&week.who)) {
                None => due.extend(self.next(monday, away).map(|n| Due::Tell(n, Turn::Next(monday)))),
                Some(week) if monday == this && !week.begun && away.contains(&week.who) => due.push(Due::Replace(monday)),
                Some(week) => {
                    if monday == this && !week.begun {
                        due.push(Due::Tell(week.who, Turn::Begin(monday)));
                    }
                    let asked = if week.swaps { self.may_be_asked(week, away) } else { vec![] };
                    due.extend(asked.into_iter().map(|n| Due::Tell(n, Turn::Ask(monday))));
                }
            }
        }
        due
    }

    /// Why something is not done, if it is not; `by`: who wants it, nobody where the clock does.
    pub fn refuses(&self, duty: Duty, by: Option<PersonNo>) -> Option<WhyNot> {
        let of = |monday| self.week(monday);
        let theirs = |monday: Date, before: fn(&Week) -> bool| match of(monday) {
            Some(week) if Some(week.who) != by => Some(WhyNot::NotYours(Some(week.who))),
            Some(week) if before(week) => Some(WhyNot::Before),
            Some(_) => None,
            None => Some(WhyNot::NotYours(None)),
        };
        match duty {
            Duty::Join => by.filter(|by| self.has(*by)).map(|_| WhyNot::Before),
            Duty::Leave | Duty::Skip => (!by.is_some_and(|by| self.has(by))).then_some(WhyNot::NotInPool),
            Duty::Assign(monday, who) => match of(monday) {
                Some(week) if !week.not.contains(&week.who) || week.not.contains(&who) => Some(WhyNot::Before),
                _ => (!self.has(who)).then_some(WhyNot::NotInPool),
            },
            Duty::Fine(monday) => theirs(monday, |week| week.fine),
            Duty::NotThisTime(monday) if by.is_none() => {
                of(monday).is_none_or(|week| week.not.contains(&week.who)).then_some(WhyNot::Before)
            }
            Duty::NotThisTime(monday) => theirs(monday, |week| week.not.contains(&week.who)),
            Duty::Swap(monday) => theirs(monday, |week| week.swaps),
            Duty::Ask(monday, n) => match of(monday) {
                Some(week) if week.swaps && !week.asked.contains(&n) && week.who != n => None,
                _ => Some(WhyNot::Before),
            },
            Duty::TakeOver(monday) => match (of(monday), by) {
                (Some(week), Some(by)) if week.who == by => Some(WhyNot::Before),
                (Some(week), Some(by)) if week.swaps && self.has(by) => None,
                (week, _) => Some(WhyNot::NotYours(week.map(|week| week.who))),
            },
            Duty::Begin(monday) => of(monday).is_none_or(|week| week.begun).then_some(WhyNot::Before),
            Duty::TellLead(day) => (!self.may_tell_lead(day)).then_some(WhyNot::Before),
            Duty::Chair(monday) => (self.chaired == Some(monday)).then_some(WhyNot::Before),
        }
    }

    /// Does it, whether or not it is refused: what is in the log happened.
    pub fn takes(&mut self, duty: Duty, by: Option<PersonNo>, day: Date) {
        match (duty, by) {
            (Duty::Join, Some(by)) if !self.has(by) => self.pool.push(Volunteer { who: by, skipped: None }),
            (Duty::Leave, Some(by)) => self.leaves(by),
            (Duty::Skip, Some(by)) => {
                self.pool.iter_mut().filter(|one| one.who == by).for_each(|one| one.skipped = Some(day));
            }
            (Duty::Assign(monday, who), _) => self.assign(monday, who, day),
            (Duty::TakeOver(monday), Some(by)) => self.of(monday, |week| {
                (week.who, week.fine, week.begun, week.swaps) = (by, true, false, false);
            }),
            (Duty::Fine(monday), _) => self.of(monday, |week| (week.fine, week.swaps) = (true, false)),
            (Duty::NotThisTime(monday), _) => self.of(monday, |week| {
                week.swaps = false;
                week.not.push(week.who);
            }),
            (Duty::Swap(monday), _) => self.of(monday, |week| week.swaps = true),
            (Duty::Ask(monday, n), _) => self.of(monday, |week| week.asked.push(n)),
            (Duty::Begin(monday), _) => self.of(monday, |week| week.begun = true),
            (Duty::TellLead(day), _) => self.told_lead = Some(day),
            (Duty::Chair(monday), _) => self.chaired = Some(monday),
            (Duty::Join | Duty::Leave | Duty::Skip | Duty::TakeOver(_), _) => {}
        }
    }

    /// The volunteers of a function that was merged into this one are its own.
    pub fn merge(&mut self, other: Self) {
        for one in other.pool {
            if !self.has(one.who) {
                self.pool.push(one);
            }
        }
    }

    /// Somebody volunteers no more: their weeks to come are another's.
    pub fn leaves(&mut self, n: PersonNo) {
        self.pool.retain(|one| one.who != n);
        self.weeks.iter_mut().filter(|week| week.who == n && !week.begun && !week.not.contains(&n)).for_each(|week| week.not.push(n));
    }

    fn of(&mut self, monday: Date, change: impl FnOnce(&mut Week)) {
        if let Some(week) = self.weeks.iter_mut().find(|week| week.monday == monday) {
            change(week);
        }
    }

    fn assign(&mut self, monday: Date, who: PersonNo, day: Date) {
        // Who is told in the midst of a week needs not be told again that it begins.
        let begun = day >= monday;
        match self.weeks.binary_search_by_key(&monday, |week| week.monday) {
            Ok(_) => self.of(monday, |week| (week.who, week.fine, week.begun, week.swaps) = (who, false, begun, false)),
            Err(place) => {
                let week = Week { monday, who, fine: false, begun, swaps: false, asked: vec![], not: vec![] };
                self.weeks.insert(place, week);
            }
        }
        let kept = |week: &Week| day.since(week.monday).map_or(0, |span| i64::from(span.get_days())) <= KEPT_DAYS;
        self.weeks.retain(kept);
    }

    /// The advocate of the week of a day: none where nobody is, or who was to be does not want it.
    pub fn on(&self, day: Date) -> Option<PersonNo> {
        self.week(monday_of(day)).filter(|week| !week.not.contains(&week.who)).map(|week| week.who)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const MONDAY: Date = date(2026, 11, 23);

    fn nobody() -> BTreeSet<PersonNo> {
        BTreeSet::new()
    }

    fn of(pool: &[u64]) -> Advocates {
        let mut advocates = Advocates::default();
        for n in pool {
            advocates.takes(Duty::Join, Some(PersonNo(*n)), MONDAY);
        }
        advocates
    }

    fn week(n: i32) -> Date {
        MONDAY.checked_add(jiff::Span::new().weeks(n)).unwrap()
    }

    fn served(advocates: &mut Advocates, weeks: i32) -> Vec<u64> {
        let one = |n| {
            let who = advocates.next(week(n), &nobody()).unwrap();
            advocates.takes(Duty::Assign(week(n), who), None, week(n));
            who.0
        };
        (0..weeks).map(one).collect()
    }

    #[test]
    fn weeks_begin_on_mondays() {
        assert_eq!(monday_of(MONDAY), MONDAY);
        assert_eq!(monday_of(date(2026, 11, 29)), MONDAY);
        assert_eq!(next_monday(MONDAY), date(2026, 11, 30));
        assert_eq!(next_monday(date(2026, 11, 26)), date(2026, 11, 30));
    }

    #[test]
    fn turns_go_round_and_who_comes_late_is_next() {
        let mut advocates = of(&[3, 1, 2]);
        assert_eq!(served(&mut advocates, 5), [1, 2, 3, 1, 2]);
        advocates.takes(Duty::Join, Some(PersonNo(9)), week(5));
        assert_eq!(advocates.next(week(5), &nobody()), Some(PersonNo(9)));
    }

    #[test]
    fn who_is_away_keeps_their_place_and_who_skips_goes_to_the_end() {
        let mut advocates = of(&[1, 2, 3]);
        assert_eq!(advocates.next(week(0), &[PersonNo(1)].into()), Some(PersonNo(2)));
        advocates.takes(Duty::Assign(week(0), PersonNo(2)), None, week(0));
        assert_eq!(advocates.next(week(1), &nobody()), Some(PersonNo(1)));
        advocates.takes(Duty::Skip, Some(PersonNo(1)), week(0));
        assert_eq!(advocates.next(week(1), &nobody()), Some(PersonNo(3)));
    }

    #[test]
    fn not_this_time_asks_the_next_and_forgets_it_after_that_week() {
        let mut advocates = of(&[1, 2]);
        advocates.takes(Duty::Assign(week(1), PersonNo(1)), None, week(0));
        assert_eq!(advocates.refuses(Duty::Assign(week(1), PersonNo(2)), None), Some(WhyNot::Before));
        assert_eq!(advocates.refuses(Duty::NotThisTime(week(1)), Some(PersonNo(2))), Some(WhyNot::NotYours(Some(PersonNo(1)))));
        advocates.takes(Duty::NotThisTime(week(1)), Some(PersonNo(1)), week(0));
        assert_eq!(advocates.on(week(1)), None);
        assert_eq!(advocates.next(week(1), &nobody()), Some(PersonNo(2)));
        assert_eq!(advocates.refuses(Duty::Assign(week(1), PersonNo(2)), None), None);
        advocates.takes(Duty::Assign(week(1), PersonNo(2)), None, week(0));
        assert_eq!(advocates.on(week(1)), Some(PersonNo(2)));
        assert_eq!(advocates.next(week(2), &nobody()), Some(PersonNo(1)), "it is still their turn");
    }

    #[test]
    fn of_those_who_are_asked_the_first_yes_wins() {
        let mut advocates = of(&[1, 2, 3]);
        advocates.takes(Duty::Assign(week(1), PersonNo(1)), None, week(0));
        assert_eq!(advocates.refuses(Duty::TakeOver(week(1)), Some(PersonNo(2))), Some(WhyNot::NotYours(Some(PersonNo(1)))));
        advocates.takes(Duty::Swap(week(1)), Some(PersonNo(1)), week(0));
        let asks = advocates.week(week(1)).unwrap();
        assert_eq!(advocates.may_be_asked(asks, &[PersonNo(3)].into()), [PersonNo(2)]);
        advocates.takes(Duty::Ask(week(1), PersonNo(2)), None, week(0));
        assert_eq!(advocates.refuses(Duty::Ask(week(1), PersonNo(2)), None), Some(WhyNot::Before));
        assert_eq!(advocates.refuses(Duty::TakeOver(week(1)), Some(PersonNo(9))), Some(WhyNot::NotYours(Some(PersonNo(1)))));
        assert_eq!(advocates.refuses(Duty::TakeOver(week(1)), Some(PersonNo(2))), None);
        advocates.takes(Duty::TakeOver(week(1)), Some(PersonNo(2)), week(0));
        assert_eq!(advocates.on(week(1)), Some(PersonNo(2)));
        assert_eq!(advocates.refuses(Duty::TakeOver(week(1)), Some(PersonNo(3))), Some(WhyNot::NotYours(Some(PersonNo(2)))));
    }

    #[test]
    fn next_week_is_given_from_thursday_on_and_begins_on_monday() {
        let mut advocates = of(&[1, 2]);
        let [monday, wednesday, thursday] = [23, 25, 26].map(|day| date(2026, 11, day));
        assert_eq!(advocates.due(wednesday, &nobody()), [Due::Tell(PersonNo(1), Turn::Next(monday))]);
        advocates.takes(Duty::Assign(monday, PersonNo(1)), None, wednesday);
        assert_eq!(advocates.due(wednesday, &nobody()), []);
        assert_eq!(advocates.due(thursday, &nobody()), [Due::Tell(PersonNo(2), Turn::Next(week(1)))]);
        advocates.takes(Duty::Assign(week(1), PersonNo(2)), None, thursday);
        assert_eq!(advocates.due(date(2026, 11, 27), &nobody()), []);
        assert_eq!(advocates.due(week(1), &nobody()), [Due::Tell(PersonNo(2), Turn::Begin(week(1)))]);
        assert_eq!(advocates.due(week(1), &[PersonNo(2)].into()), [Due::Replace(week(1))]);
        advocates.takes(Duty::NotThisTime(week(1)), None, week(1));
        assert_eq!(advocates.due(week(1), &[PersonNo(2)].into()), [Due::Tell(PersonNo(1), Turn::Next(week(1)))]);
        advocates.takes(Duty::Begin(week(1)), None, week(1));
        advocates.takes(Duty::Swap(week(1)), Some(PersonNo(2)), week(1));
        assert_eq!(Advocates::default().due(thursday, &nobody()), []);
    }

    #[test]
    fn whoever_leaves_serves_no_week_to_come() {
        let mut advocates = of(&[1, 2]);
        advocates.takes(Duty::Assign(week(1), PersonNo(1)), None, week(0));
        advocates.takes(Duty::Leave, Some(PersonNo(1)), week(0));
        assert_eq!((advocates.on(week(1)), advocates.next(week(1), &nobody())), (None, Some(PersonNo(2))));
        assert_eq!(advocates.refuses(Duty::Leave, Some(PersonNo(1))), Some(WhyNot::NotInPool));
    }

    #[test]
    fn a_lead_hears_once_in_four_weeks_that_nobody_volunteers() {
        let mut advocates = Advocates::default();
        assert!(advocates.may_tell_lead(week(0)));
        advocates.takes(Duty::TellLead(week(0)), None, week(0));
        assert!(!advocates.may_tell_lead(week(3)) && advocates.may_tell_lead(week(4)));
        advocates.takes(Duty::Join, Some(PersonNo(1)), week(0));
        assert!(!advocates.may_tell_lead(week(9)));
    }

    #[test]
    fn it_is_kept_for_a_year_who_served() {
        let mut advocates = of(&[1, 2, 3]);
        served(&mut advocates, 120);
        assert!((52..=54).contains(&advocates.weeks.len()), "{}", advocates.weeks.len());
    }

    proptest! {
        /// However people come and go: turns are even, to within one, among those who are there all the time.
        #[test]
        fn turns_are_even(pool in 1_u64..9, away in prop::collection::vec(0_u64..12, 40)) {
            let mut advocates = of(&(0..pool).collect::<Vec<_>>());
            let mut turns: Vec<(u64, i32)> = (0..pool).map(|n| (n, 0)).collect();
            for (n, away) in (0..).zip(&away) {
                // One of those who are not there all the time, perhaps: the last.
                let away: BTreeSet<PersonNo> = (*away == 0 && pool > 1).then(|| PersonNo(pool - 1)).into_iter().collect();
                let who = advocates.next(week(n), &away).unwrap();
                prop_assert!(!away.contains(&who));
                advocates.takes(Duty::Assign(week(n), who), None, week(n));
                turns.iter_mut().filter(|(one, _)| *one == who.0).for_each(|(_, times)| *times += 1);
            }
            let always = turns.iter().filter(|(n, _)| *n < pool - 1 || pool == 1).map(|(_, times)| *times);
            prop_assert!(always.clone().max().unwrap() - always.min().unwrap() <= 1, "{turns:?}");
        }
    }
}
