//! Escalation: what the clock does about records whose time runs, and whom it reaches.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};

use super::care::{Level, Outcome, State};
use super::function::FunctionId;
use super::ids::{FeedbackNo, PersonNo, UserId};
use super::routing::{Function, Routing, Schedule};
use super::views::Record;

/// After how many working days a record that nobody has taken reaches whom.
const DAYS: [(u16, Level); 4] = [(15, Level::Council), (10, Level::Chair), (5, Level::Lead), (2, Level::First)];
/// After how many working hours an urgent one does.
const HOURS: [(i64, Level); 3] = [(8, Level::Chair), (4, Level::Lead), (2, Level::First)];
/// After how many working days it is closed as unanswered.
pub const UNANSWERED_AFTER: u16 = 20;
/// How many working days before its day whoever has a record is told.
const WARNED_BEFORE: u16 = 2;
/// After how many working days it is asked once more whether the customer knows how it was closed.
const ASKED_AGAIN_AFTER: u16 = 5;

/// After how many working days of silence the next function is asked to sign.
const SILENT_FOR: u16 = 3;
/// How many functions are asked.
const MOST_ASKED: usize = 2;

/// What is to be done by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Somebody is told that nobody has taken it.
    Reach(Level),
    /// It is closed as unanswered.
    Unanswered,
    /// Whoever has it is told that its day comes.
    Warn,
    /// Its day has passed: nobody has it any more.
    GiveBack,
    /// What was planned was not done: it is open again.
    Reopen,
    /// It is asked once more whether the customer knows how it was closed.
    AskAgain,
    /// Somebody else is asked to sign.
    Ask,
    /// Nobody who was asked has answered: it is open again. Silence never agrees.
    Lapse,
}

/// What is to be done about a record now, by the working days of the function that answers it; of several steps the furthest.
pub fn due(record: &Record, schedule: &Schedule, now: Timestamp) -> Option<Due> {
    let day = |at: Timestamp| at.to_zoned(schedule.zone.clone()).date();
    let today = day(now);
    match &record.care.state {
        State::Closed(closed) => match closed.outcome {
            Outcome::Planned(by) if today > by => Some(Due::Reopen),
            _ => {
                let silent = schedule.working_days_since(day(closed.at), today, ASKED_AGAIN_AFTER) >= ASKED_AGAIN_AFTER;
                (record.care.is_to_be_told() && silent).then_some(Due::AskAgain)
            }
        },
        State::Proposed(proposal) => {
            let silent = !proposal.asked.is_empty() && schedule.working_days_since(day(proposal.since), today, SILENT_FOR) < SILENT_FOR;
            match proposal.asked.len() {
                _ if silent => None,
                MOST_ASKED.. => Some(Due::Lapse),
                _ => Some(Due::Ask),
            }
        }
        State::Taken(taken) if today > taken.due => Some(Due::GiveBack),
        State::Taken(taken) => {
            let left = schedule.working_days_since(today, taken.due, WARNED_BEFORE + 1);
            (left <= WARNED_BEFORE && !taken.warned).then_some(Due::Warn)
        }
        State::Open => {
            let since = record.care.open_since(record.heard_at);
            let days = schedule.working_days_since(day(since), today, UNANSWERED_AFTER);
            let by_days = DAYS.iter().find(|(after, _)| days >= *after).map(|(_, level)| *level);
            let hours =
                || schedule.worked_since(since, now, SignedDuration::from_hours(HOURS.iter().map(|(hours, _)| *hours).max().unwrap_or(0)));
            let by_hours = record.urgent.and_then(|_| HOURS.iter().find(|(after, _)| hours() >= SignedDuration::from_hours(*after)));
            let level = by_days.max(by_hours.map(|(_, level)| *level));
            let reached = record.care.reached.map(|(level, _)| level);
            // What contradicts us takes a second signature: silence is none.
            if days >= UNANSWERED_AFTER && reached >= Some(Level::Council) && record.care.belief.is_none() {
                return Some(Due::Unanswered);
            }
            level.filter(|level| reached < Some(*level)).map(Due::Reach)
        }
    }
}

/// Who has an open record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder<'r> {
    /// Who took it.
    Taker(PersonNo),
    /// Whoever wants it closed, until somebody signs.
    Closer(PersonNo),
    /// Whom the last step reached.
    Reached(PersonNo),
    /// The advocate of the function that answers it.
    Advocate(PersonNo),
    /// Its lead; the first function's where none answers it.
    Lead(&'r UserId),
}

/// Who has a record: one person at every moment while it is open. `None`: it is closed.
///
/// `lead`: of the function that answers it; `advocate`: its advocate now.
pub fn holder<'r>(record: &Record, lead: &'r UserId, advocate: Option<PersonNo>) -> Option<Holder<'r>> {
    let reached = record.care.reached.map(|(_, n)| Holder::Reached(n));
    let waits = || reached.or_else(|| advocate.map(Holder::Advocate)).unwrap_or(Holder::Lead(lead));
    match &record.care.state {
        State::Closed(_) => None,
        State::Taken(taken) => Some(Holder::Taker(taken.by)),
        State::Proposed(proposal) => Some(proposal.closed.by.map_or_else(waits, Holder::Closer)),
        State::Open => Some(waits()),
    }
}

/// All functions, beginning with the one whose lead chairs the council in the week of that day.
fn in_turn(routing: &Routing, day: Date) -> impl Iterator<Item = &Function> {
    let all = routing.functions();
    let week = usize::try_from(day.since(Date::constant(1970, 1, 5)).map_or(0, |span| span.get_days()) / 7).unwrap_or(0);
    all.iter().cycle().skip(week % all.len().max(1)).take(all.len())
}

/// The function whose lead chairs the council in the week of a day: a week each. `None` where there is no function.
pub fn chair(routing: &Routing, day: Date) -> Option<&Function> {
    in_turn(routing, day).next()
}

/// The functions whose leads are in the chair on a day: from Thursday on also that of the next week, since what the first did not
/// decide by then is theirs.
pub fn chairs(routing: &Routing, day: Date) -> impl Iterator<Item = &Function> {
    let late = day.weekday().to_monday_one_offset() >= Weekday::Thursday.to_monday_one_offset();
    in_turn(routing, day).take(if late { 2 } else { 1 })
}

/// Whom a step reaches: this week's advocate, those who answer for the function, then the leads of the others in turn.
///
/// Who is away is passed over, and where all are, the lead hears of it when they are back.
pub fn addressee<'f>(
    routing: &'f Routing,
    (function, advocate): (&'f Function, Option<&'f UserId>),
    level: Level,
    day: Date,
    away: &BTreeSet<UserId>,
) -> &'f UserId {
    let advocate = advocate.filter(|_| level == Level::First);
    let own = advocate.into_iter().chain([&function.lead]).chain(&function.deputy).filter(|_| level < Level::Chair);
    let others = in_turn(routing, day).filter(|other| other.id != function.id);
    let others = others.map(|other| &other.lead).filter(|lead| **lead != function.lead);
    own.chain(others).find(|user| !away.contains(*user)).unwrap_or(&function.lead)
}

/// Who is asked to sign that a record is closed, another one each time. `None` where there is nobody else.
///
/// Of a function that it was neither tagged with nor told by, else of any but the one that answers it, in turn.
pub fn cosigner<'f>(
    routing: &'f Routing,
    (no, record): (FeedbackNo, &Record),
    lead: &Function,
    away: &BTreeSet<UserId>,
) -> Option<(&'f FunctionId, &'f UserId)> {
    let asked = match &record.care.state {
        State::Proposed(proposal) => proposal.asked.as_slice(),
        State::Open | State::Taken(_) | State::Closed(_) => &[],
    };
    // By what they are called now: some may have been merged since.
    let is = |other: &Function, id: &FunctionId| routing.function(id).is_some_and(|known| known.id == other.id);
    let all = routing.functions();
    let first = usize::try_from(no.0).unwrap_or(0) % all.len().max(1);
    let others = all.iter().cycle().skip(first).take(all.len()).filter(|other| other.id != lead.id);
    let in_turn = others.filter(|other| !asked.iter().any(|(id, _)| is(other, id)));
    let stranger = |other: &&Function| !record.functions().chain(&record.teller_functions).any(|id| is(other, id));
    let (strangers, others): (Vec<&Function>, Vec<&Function>) = in_turn.partition(stranger);
    let person = |other: &&'f Function| {
        let answers = std::iter::once(&other.lead).chain(&other.deputy);
        let there = answers.filter(|user| !away.contains(*user) && **user != lead.lead).map(|user| (&other.id, user));
        there.into_iter().next()
    };
    strangers.iter().chain(&others).find_map(person)
}

#[cfg(test)]
mod tests {
    use super::super::care::{Belief, Closed, Kept, Taken};
    use super::super::ids::{PersonNo, Seq};
    use super::super::routing::{ChannelRef, Day, Members};
    use super::super::tagging::PerMille;
    use super::super::urgent::Urgency;
    use super::super::views::a_record;
    use super::*;
    use jiff::tz::TimeZone;

    /// Berlin, Monday to Friday, Christmas off.
    fn schedule() -> Schedule {
        Schedule {
            at: jiff::civil::time(9, 0, 0, 0),
            zone: TimeZone::get("Europe/Berlin").unwrap(),
            weekdays: Day::monday_to_friday(),
            holidays: ["2026-12-24", "2026-12-25"].map(|day| day.parse().unwrap()).into(),
        }
    }

    fn at(text: &str) -> Timestamp {
        format!("{text}+01:00").parse().unwrap()
    }

    fn heard(on: &str) -> Record {
        Record { heard_at: at(on), ..a_record(1) }
    }

    fn on(record: &Record, now: &str) -> Option<Due> {
        due(record, &schedule(), at(now))
    }

    #[test]
    fn steps_come_by_working_days_and_only_the_furthest() {
        // A Wednesday.
        let mut record = heard("2026-12-16T15:00:00");
        assert_eq!(on(&record, "2026-12-17T16:00:00"), None);
        assert_eq!(on(&record, "2026-12-18T00:00:00"), Some(Due::Reach(Level::First)));
        assert_eq!(on(&record, "2026-12-23T12:00:00"), Some(Due::Reach(Level::Lead)), "what was missed is passed over");
        record.care.reached = Some((Level::Lead, PersonNo(1)));
        assert_eq!(on(&record, "2026-12-23T12:00:00"), None);
        // Two holidays and weekends lie between.
        assert_eq!(on(&record, "2026-12-31T12:00:00"), None);
        assert_eq!(on(&record, "2027-01-01T12:00:00"), Some(Due::Reach(Level::Chair)));
        assert_eq!(on(&record, "2027-01-08T12:00:00"), Some(Due::Reach(Level::Council)));
        assert_eq!(on(&record, "2027-02-01T12:00:00"), Some(Due::Reach(Level::Council)), "never unanswered before all could act");
        record.care.reached = Some((Level::Council, PersonNo(1)));
        assert_eq!(on(&record, "2027-01-14T12:00:00"), None);
        assert_eq!(on(&record, "2027-01-15T12:00:00"), Some(Due::Unanswered));
        let words = Kept { words: "we are right".to_owned(), place: (Seq(1), 0) };
        record.care.belief = Some(Belief { by: None, words });
        assert_eq!(on(&record, "2027-01-15T12:00:00"), None, "what contradicts us is not closed by silence");
    }

    #[test]
    fn urgent_ones_go_by_working_hours() {
        let urgent = |on: &str| Record { urgent: Some(Urgency::Churn), ..heard(on) };
        let friday = urgent("2026-11-20T16:00:00");
        assert_eq!(on(&friday, "2026-11-22T12:00:00"), None, "nobody works on a weekend");
        assert_eq!(on(&friday, "2026-11-23T09:59:00"), None);
        assert_eq!(on(&friday, "2026-11-23T10:00:00"), Some(Due::Reach(Level::First)));
        assert_eq!(on(&friday, "2026-11-23T12:00:00"), Some(Due::Reach(Level::Lead)));
        assert_eq!(on(&friday, "2026-11-23T16:00:00"), Some(Due::Reach(Level::Chair)));
    }

    #[test]
    fn whoever_has_it_is_told_two_working_days_before_and_then_has_it_no_more() {
        let taken = |warned| State::Taken(Taken { by: PersonNo(1), due: "2026-12-07".parse().unwrap(), extended: 0, warned });
        let mut record = heard("2026-11-20T16:00:00");
        record.care.state = taken(false);
        assert_eq!(on(&record, "2026-12-02T12:00:00"), None);
        assert_eq!(on(&record, "2026-12-03T12:00:00"), Some(Due::Warn));
        record.care.state = taken(true);
        assert_eq!(on(&record, "2026-12-07T23:00:00"), None);
        assert_eq!(on(&record, "2026-12-08T00:00:00"), Some(Due::GiveBack));
    }

    #[test]
    fn what_was_planned_comes_back_when_its_day_has_passed() {
        let mut record = heard("2026-11-20T16:00:00");
        let closed = |outcome| State::Closed(Closed { by: None, at: at("2026-11-21T00:00:00"), outcome, reason: None });
        record.care.state = closed(Outcome::Planned("2026-12-01".parse().unwrap()));
        assert_eq!(on(&record, "2026-12-01T23:59:00"), Some(Due::AskAgain));
        record.care.asked_again = true;
        assert_eq!(on(&record, "2026-12-01T23:59:00"), None);
        assert_eq!(on(&record, "2026-12-02T00:00:00"), Some(Due::Reopen));
        record.care.state = closed(Outcome::Done);
        record.care.asked_again = false;
        assert_eq!(on(&record, "2026-11-26T12:00:00"), None);
        assert_eq!(on(&record, "2026-11-27T12:00:00"), Some(Due::AskAgain), "five working days on, nobody said that the customer knows");
        record.care.asked_again = true;
        assert_eq!(on(&record, "2030-12-02T00:00:00"), None);
    }

    fn id(text: &str) -> FunctionId {
        FunctionId::parse(text).unwrap()
    }

    fn function(name: &str, lead: &str, deputy: Option<&str>) -> Function {
        Function {
            id: id(name),
            name: name.to_owned(),
            was: vec![],
            channel: ChannelRef::Name(name.to_owned()),
            members: Members::OfChannel,
            lead: UserId::new(lead),
            deputy: deputy.map(UserId::new),
            digest: schedule(),
            tag_at: PerMille(500),
        }
    }

    #[test]
    fn whoever_signs_is_of_a_function_that_had_nothing_to_do_with_it() {
        let merged = Function { was: vec![id("old")], ..function("b", "B", None) };
        let routing = Routing::new(vec![function("a", "A", None), merged, function("c", "C", None)]).unwrap();
        let signs = |record: &Record, away: &[&str]| {
            let away = away.iter().map(|user| UserId::new(user)).collect();
            let all = (0..6).filter_map(|no| cosigner(&routing, (FeedbackNo(no), record), &routing.functions()[0], &away));
            all.map(|(function, user)| format!("{function} {user}")).collect::<BTreeSet<_>>()
        };
        let only = |who: &str| BTreeSet::from([who.to_owned()]);
        assert_eq!(signs(&a_record(1), &[]), BTreeSet::from(["b B".to_owned(), "c C".to_owned()]), "in turn, and never who answers it");
        for of_b in ["b", "old"] {
            let tagged = Record { turn: Some(id(of_b)), ..a_record(1) };
            let told = Record { teller_functions: vec![id(of_b)], ..a_record(1) };
            assert_eq!((signs(&tagged, &[]), signs(&told, &[])), (only("c C"), only("c C")), "{of_b}");
            assert_eq!(signs(&told, &["C"]), only("b B"), "where there is nobody else");
        }
    }

    #[test]
    fn those_who_are_away_are_passed_over_and_the_chair_is_of_another_function() {
        let routing = Routing::new(vec![function("a", "A", Some("D")), function("b", "B", None), function("c", "C", None)]).unwrap();
        let to = |level, day: &str, away: &[&str]| {
            let away = away.iter().map(|user| UserId::new(user)).collect();
            addressee(&routing, (&routing.functions()[0], None), level, day.parse().unwrap(), &away).as_str().to_owned()
        };
        let advocate = UserId::new("V");
        let with = |level, away: &[&str]| {
            let away = away.iter().map(|user| UserId::new(user)).collect();
            let day = "2026-11-23".parse().unwrap();
            addressee(&routing, (&routing.functions()[0], Some(&advocate)), level, day, &away).as_str().to_owned()
        };
        assert_eq!((with(Level::First, &[]), with(Level::First, &["V"]), with(Level::Lead, &[])), ("V".into(), "A".into(), "A".into()));
        assert_eq!(to(Level::First, "2026-11-23", &[]), "A");
        assert_eq!(to(Level::Lead, "2026-11-23", &["A"]), "D");
        let chairs: BTreeSet<String> = ["2026-11-23", "2026-11-30", "2026-12-07"].iter().map(|day| to(Level::Chair, day, &[])).collect();
        assert_eq!(chairs, ["B", "C"].map(str::to_owned).into(), "in turn, and never its own");
        assert_eq!(to(Level::Chair, "2026-11-23", &[]), to(Level::Chair, "2026-11-29", &[]), "for a week");
        assert_eq!(to(Level::First, "2026-11-23", &["A", "D", "B"]), "C");
        assert_eq!(to(Level::First, "2026-11-23", &["A", "B", "C", "D"]), "A", "never nobody");
    }
}
