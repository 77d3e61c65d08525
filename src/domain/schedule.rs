//! When a function reads: its hour on its own wall clock, on its working days.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::function::FunctionId;
use super::ids::{PersonNo, Seq};
use super::pause::Pause;
use super::routing::{Day, Routing, Schedule};
use super::views::Reading;

/// How long after its hour a digest is still on time.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// How many days are looked through for a working day: a year, whatever the holidays.
const MOST_DAYS: usize = 366;
/// The hours of a working day between which people are written to by themselves.
const OPENS: i8 = 9;
const CLOSES: i8 = 17;
/// How much later than now a function may have read without its clock having been wrong: zones differ by a day, and a
/// function may have moved to another.
const AHEAD: SignedDuration = SignedDuration::from_hours(72);

/// A digest that is to be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Whose.
    pub function: FunctionId,
    /// For whom alone, where it is not for the function.
    pub to: Option<PersonNo>,
    /// Of which local day.
    pub day: Date,
    /// The change after which it begins.
    pub from: Seq,
    /// The functions that were merged into it, each with the change up to which it had read: what it left is read here.
    pub was: Vec<(FunctionId, Seq)>,
    /// Whether its hour has passed by more than ten minutes.
    pub late: bool,
}

/// Somebody who reads a function's digest by direct message.
#[derive(Debug, Clone)]
pub struct Subscriber {
    /// Who.
    pub person: PersonNo,
    /// Whose digest, by the id that it was subscribed to.
    pub function: FunctionId,
    /// The ids that this function is, and was, known by.
    pub names: Vec<FunctionId>,
    /// When: their own hour and zone, on the function's working days.
    pub schedule: Schedule,
    /// Since when.
    pub since: Timestamp,
    /// The last change that they read.
    pub upto: Seq,
    /// The day of their last digest.
    pub day: Option<Date>,
    /// They get no direct messages for now.
    pub pause: Option<Pause>,
}

impl Schedule {
    /// Whether the function works on that day.
    pub fn works_on(&self, day: Date) -> bool {
        self.weekdays.contains(&Day::from(day.weekday())) && !self.holidays.contains(&day)
    }

    /// The moment of its hour on that day. An hour that does not exist there moves forward by the gap; of one that
    /// exists twice it is the first. `None` at the end of time.
    pub fn moment(&self, day: Date) -> Option<Timestamp> {
        let wall = day.to_datetime(self.at);
        self.zone.to_ambiguous_timestamp(wall).compatible().ok()
    }

    /// The last working day whose hour has come.
    pub fn last_day(&self, now: Timestamp) -> Option<Date> {
        // From tomorrow on: in an hour that moved forward, the day may begin before midnight looks passed.
        let tomorrow = now.to_zoned(self.zone.clone()).date().tomorrow().ok()?;
        let days = std::iter::successors(Some(tomorrow), |day| day.yesterday().ok()).take(MOST_DAYS);
        days.filter(|day| self.works_on(*day)).find(|day| self.moment(*day).is_some_and(|moment| moment <= now))
    }

    /// The working day that comes so many working days after that day. `None` where there is none within years.
    pub fn working_days_after(&self, day: Date, days: u16) -> Option<Date> {
        let after = std::iter::successors(day.tomorrow().ok(), |day| day.tomorrow().ok()).take(MOST_DAYS * 4);
        after.filter(|day| self.works_on(*day)).nth(usize::from(days.saturating_sub(1)))
    }

    /// How many working days have passed since that day, today among them; at most so many are counted.
    pub fn working_days_since(&self, day: Date, today: Date, most: u16) -> u16 {
        let days = std::iter::successors(day.tomorrow().ok(), |day| day.tomorrow().ok()).take_while(|day| *day <= today);
        let passed = days.take(MOST_DAYS * 4).filter(|day| self.works_on(*day)).take(usize::from(most)).count();
        u16::try_from(passed).unwrap_or(most)
    }

    /// How long people there have worked since then, from nine to five on working days; at most so long is counted.
    pub fn worked_since(&self, since: Timestamp, now: Timestamp, most: SignedDuration) -> SignedDuration {
        let moment = |day: Date, hour| self.zone.to_ambiguous_timestamp(day.at(hour, 0, 0, 0)).compatible().ok();
        let first = since.to_zoned(self.zone.clone()).date();
        let days = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take(MOST_DAYS).filter(|day| self.works_on(*day));
        let mut worked = SignedDuration::ZERO;
        for (opens, closes) in days.filter_map(|day| moment(day, OPENS).zip(moment(day, CLOSES))) {
            if opens > now || worked >= most {
                break;
            }
            let that_day = closes.min(now).duration_since(opens.max(since));
            worked += that_day.max(SignedDuration::ZERO);
        }
        worked.min(most)
    }

    /// When people there may be written to: now between nine and five on a working day, else from the next nine on that lies
    /// after `not_on`, the day that has had its message.
    pub fn may_write(&self, now: Timestamp, not_on: Option<Date>) -> Option<Timestamp> {
        let opens = |day: Date| self.zone.to_ambiguous_timestamp(day.at(OPENS, 0, 0, 0)).compatible().ok();
        let here = now.to_zoned(self.zone.clone());
        let days = std::iter::successors(Some(here.date()), |day| day.tomorrow().ok()).take(MOST_DAYS);
        let mut days = days.filter(|day| self.works_on(*day) && Some(*day) != not_on);
        days.find_map(|day| match opens(day)? {
            at if at > now => Some(at),
            _ if day == here.date() && here.hour() < CLOSES => Some(now),
            _ => None,
        })
    }

    /// The next moment at which the function reads.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let yesterday = now.to_zoned(self.zone.clone()).date().checked_sub(1.day()).ok()?;
        let days = yesterday.series(1.day()).take(MOST_DAYS);
        days.filter(|day| self.works_on(*day)).filter_map(|day| self.moment(day)).find(|moment| *moment > now)
    }
}

/// The digests that are due, in the order of the configuration.
///
/// For each function at most that of its last working day, and only if its hour came after the function did. However
/// often it is asked, a day that was done is not due.
pub fn due(now: Timestamp, routing: &Routing, readings: &BTreeMap<FunctionId, Reading>) -> Vec<Due> {
    let due = routing.functions().iter().filter_map(|function| {
        let reading = readings.get(&function.id)?;
        let pause = reading.paused.map(|(pause, _)| pause);
        let (day, late) = function.digest.is_due(now, &Past { since: reading.since, day: reading.day, pause })?;
        Some(Due { function: function.id.clone(), to: None, day, from: reading.upto, was: rest_of(reading, readings), late })
    });
    due.collect()
}

/// The digests that are due to people who subscribed to them, by the same rules.
pub fn due_to(now: Timestamp, subscribers: &[Subscriber]) -> Vec<Due> {
    let due = subscribers.iter().filter_map(|one| {
        let (day, late) = one.schedule.is_due(now, &Past { since: one.since, day: one.day, pause: one.pause })?;
        let was = one.names.iter().map(|name| (name.clone(), one.upto)).collect();
        Some(Due { function: one.function.clone(), to: Some(one.person), day, from: one.upto, was, late })
    });
    due.collect()
}

/// What is noted of whoever reads.
#[derive(Debug)]
pub struct Past {
    /// Since when it is there.
    pub since: Timestamp,
    /// The day that was done last.
    pub day: Option<Date>,
    /// It rests for now.
    pub pause: Option<Pause>,
}

impl Past {
    /// Whether it lies so far ahead that the clock was wrong when it was noted. Nobody must wait until then.
    fn is_of_a_wrong_year(&self, now: Timestamp) -> bool {
        let Ok(limit) = now.checked_add(AHEAD) else { return false };
        self.since > limit || self.day.is_some_and(|done| done > limit.to_zoned(TimeZone::UTC).date())
    }
}

impl Schedule {
    /// The day whose digest is due, if one is, and whether it is late.
    pub fn is_due(&self, now: Timestamp, past: &Past) -> Option<(Date, bool)> {
        let day = self.last_day(now)?;
        let moment = self.moment(day)?;
        let late = now.duration_since(moment) > LATE_AFTER;
        let is_new = if past.is_of_a_wrong_year(now) {
            // Which days were done before is not known any more: the next hour will be new, and nothing that was read is.
            !late && past.day != Some(day)
        } else {
            past.day.is_none_or(|done| done < day) && moment > past.since
        };
        (is_new && !past.pause.is_some_and(|pause| pause.holds_on(day))).then_some((day, late))
    }
}

/// The functions that were merged into one, and how far each had read.
pub fn rest_of(reading: &Reading, readings: &BTreeMap<FunctionId, Reading>) -> Vec<(FunctionId, Seq)> {
    reading.was.iter().filter_map(|was| Some((was.clone(), readings.get(was)?.upto))).collect()
}

/// The next moment at which anybody reads.
pub fn next(now: Timestamp, routing: &Routing, subscribers: &[Subscriber]) -> Option<Timestamp> {
    let functions = routing.functions().iter().map(|function| &function.digest);
    functions.chain(subscribers.iter().map(|one| &one.schedule)).filter_map(|schedule| schedule.next(now)).min()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::super::ids::UserId;
    use super::super::routing::{ChannelRef, Function, Members};
    use super::*;

    fn schedule(at: &str, zone: &str, days: &[i8], holidays: &[&str]) -> Schedule {
        let weekday = |n: &i8| Day::from(jiff::civil::Weekday::from_monday_zero_offset(*n).unwrap());
        Schedule {
            at: at.parse().unwrap(),
            zone: TimeZone::get(zone).unwrap(),
            weekdays: days.iter().map(weekday).collect(),
            holidays: holidays.iter().map(|day| day.parse().unwrap()).collect(),
        }
    }

    fn routing(digest: Schedule) -> Routing {
        let function = Function {
            id: FunctionId::parse("finance").unwrap(),
            name: "Finance".to_owned(),
            was: vec![],
            channel: ChannelRef::Name("finance-voice".to_owned()),
            members: Members::OfChannel,
            lead: UserId::new("U1"),
            deputy: None,
            tag_at: crate::domain::tagging::TAGGED,
            digest,
        };
        Routing::new(vec![function]).unwrap()
    }

    fn read(since: &str, day: Option<&str>) -> BTreeMap<FunctionId, Reading> {
        let reading = Reading {
            since: since.parse().unwrap(),
            upto: Seq(7),
            day: day.map(|day| day.parse().unwrap()),
            turn: Seq(0),
            was: vec![],
            urgent: vec![],
            paused: None,
        };
        BTreeMap::from([(FunctionId::parse("finance").unwrap(), reading)])
    }

    fn due_days(now: &str, digest: &Schedule, readings: &BTreeMap<FunctionId, Reading>) -> Vec<(String, bool)> {
        let due = due(now.parse().unwrap(), &routing(digest.clone()), readings);
        due.into_iter().map(|due| (due.day.to_string(), due.late)).collect()
    }

    const WEEK: &[i8] = &[0, 1, 2, 3, 4];

    #[test]
    fn a_digest_is_due_from_its_hour_on_until_it_is_done() {
        let berlin = schedule("09:00", "Europe/Berlin", WEEK, &[]);
        let new = read("2026-11-20T12:00:00Z", None);
        let monday = vec![("2026-11-23".to_owned(), false)];
        assert_eq!(due_days("2026-11-23T07:59:59Z", &berlin, &new), vec![]);
        assert_eq!(due_days("2026-11-23T08:00:00Z", &berlin, &new), monday);
        assert_eq!(due_days("2026-11-23T08:00:00Z", &berlin, &read("2026-11-20T12:00:00Z", Some("2026-11-23"))), vec![]);
        assert_eq!(due_days("2026-11-23T14:00:00Z", &berlin, &new), vec![("2026-11-23".to_owned(), true)], "late");
    }

    #[test]
    fn while_it_rests_nothing_is_due_and_then_all_of_it_once() {
        let berlin = schedule("09:00", "Europe/Berlin", WEEK, &[]);
        let mut resting = read("2026-11-01T12:00:00Z", Some("2026-11-20"));
        let pause = Pause { until: Some("2026-11-25".parse().unwrap()) };
        let rests = |resting: &mut BTreeMap<FunctionId, Reading>, pause| {
            for reading in resting.values_mut() {
                reading.paused = Some((pause, PersonNo(1)));
            }
        };
        rests(&mut resting, pause);
        assert_eq!(due_days("2026-11-24T20:00:00Z", &berlin, &resting), vec![]);
        assert_eq!(due_days("2026-11-25T07:59:59Z", &berlin, &resting), vec![]);
        assert_eq!(due_days("2026-11-25T08:00:00Z", &berlin, &resting), vec![("2026-11-25".to_owned(), false)]);
        rests(&mut resting, Pause { until: None });
        assert_eq!(due_days("2027-11-25T08:00:00Z", &berlin, &resting), vec![]);
    }

    #[test]
    fn after_a_long_time_only_the_last_day_is_due() {
        let berlin = schedule("09:00", "Europe/Berlin", WEEK, &[]);
        let behind = read("2026-10-01T12:00:00Z", Some("2026-11-09"));
        assert_eq!(due_days("2026-11-22T12:00:00Z", &berlin, &behind), vec![("2026-11-20".to_owned(), true)]);
    }

    #[test]
    fn an_hour_before_the_function_came_is_not_due_and_a_clock_that_jumps_back_repeats_nothing() {
        let berlin = schedule("09:00", "Europe/Berlin", WEEK, &[]);
        assert_eq!(due_days("2026-11-23T12:00:00Z", &berlin, &read("2026-11-23T11:00:00Z", None)), vec![]);
        assert_eq!(due_days("2026-11-20T12:00:00Z", &berlin, &read("2026-10-01T00:00:00Z", Some("2026-11-23"))), vec![]);
    }

    /// A day that was done is not done again, and the next one goes on after the change up to which all was read.
    #[test]
    fn another_hour_or_zone_neither_repeats_a_day_nor_leaves_anything_out() {
        let monday_done = read("2026-10-01T00:00:00Z", Some("2026-11-23"));
        let due_at = |now: &str, digest: &Schedule| due_days(now, digest, &monday_done);
        let later = schedule("15:00", "Europe/Berlin", WEEK, &[]);
        assert_eq!(due_at("2026-11-23T14:00:00Z", &later), vec![], "the hour moved later on the same day");
        let earlier = schedule("07:00", "Europe/Berlin", WEEK, &[]);
        assert_eq!(due_at("2026-11-24T06:00:00Z", &earlier), vec![("2026-11-24".to_owned(), false)]);
        let auckland = schedule("09:00", "Pacific/Auckland", WEEK, &[]);
        assert_eq!(due_at("2026-11-23T19:59:59Z", &auckland), vec![], "there it is Tuesday from nine on");
        assert_eq!(due_at("2026-11-23T20:00:00Z", &auckland), vec![("2026-11-24".to_owned(), false)]);
        let honolulu = schedule("09:00", "Pacific/Honolulu", WEEK, &[]);
        assert_eq!(due_at("2026-11-23T19:00:00Z", &honolulu), vec![], "Monday comes again, and is done");
        assert_eq!(due_at("2026-11-24T19:00:00Z", &honolulu), vec![("2026-11-24".to_owned(), false)]);
        let thursdays = schedule("09:00", "Europe/Berlin", &[3], &[]);
        assert_eq!(due_at("2026-11-25T12:00:00Z", &thursdays), vec![]);
        let due = due("2026-11-26T12:00:00Z".parse().unwrap(), &routing(thursdays), &monday_done);
        assert_eq!(due[0].from, Seq(7), "on from where Monday ended");
    }

    /// Nobody works in such a year: it is asked and answered all the same.
    #[test]
    fn without_a_working_day_nothing_is_due() {
        let days: Vec<String> = date(2026, 1, 1).series(7.days()).take(200).map(|day| day.to_string()).collect();
        let never = schedule("09:00", "Europe/Berlin", &[3], &days.iter().map(String::as_str).collect::<Vec<_>>());
        let now = "2027-06-01T12:00:00Z".parse().unwrap();
        assert_eq!((never.next(now), never.last_day(now)), (None, None));
    }

    #[test]
    fn weekends_and_holidays_are_passed_over() {
        let berlin = schedule("09:00", "Europe/Berlin", WEEK, &["2026-12-25", "2026-12-28"]);
        let next = |now: &str| berlin.next(now.parse().unwrap()).unwrap().to_string();
        assert_eq!(next("2026-12-24T08:00:00Z"), "2026-12-29T08:00:00Z");
        assert_eq!(berlin.last_day("2026-12-28T20:00:00Z".parse().unwrap()), Some("2026-12-24".parse().unwrap()));
    }

    #[test]
    fn people_are_written_to_in_working_hours_and_once_a_day() {
        let berlin = schedule("09:00", "Europe/Berlin", &[0, 1, 2, 3, 4], &["2026-12-25"]);
        let at = |text: &str| -> Timestamp { format!("{text}+01:00").parse().unwrap() };
        let may = |now: &str, not_on: Option<&str>| berlin.may_write(at(now), not_on.map(|day| day.parse().unwrap()));
        assert_eq!(may("2026-12-24T09:00:00", None), Some(at("2026-12-24T09:00:00")));
        assert_eq!(may("2026-12-24T16:59:59", None), Some(at("2026-12-24T16:59:59")));
        assert_eq!(may("2026-12-24T08:59:59", None), Some(at("2026-12-24T09:00:00")));
        let after_christmas = Some(at("2026-12-28T09:00:00"));
        assert_eq!(may("2026-12-24T17:00:00", None), after_christmas);
        assert_eq!(may("2026-12-24T10:00:00", Some("2026-12-24")), after_christmas, "that day has had its message");
        assert_eq!(may("2026-12-24T10:00:00", Some("2026-12-23")), Some(at("2026-12-24T10:00:00")));
    }

    #[test]
    fn working_days_are_counted_without_the_day_itself() {
        let berlin = schedule("09:00", "Europe/Berlin", &[0, 1, 2, 3, 4], &["2026-12-25"]);
        let day = |text: &str| -> Date { text.parse().unwrap() };
        assert_eq!(berlin.working_days_after(day("2026-12-24"), 1), Some(day("2026-12-28")));
        assert_eq!(berlin.working_days_after(day("2026-12-19"), 5), Some(day("2026-12-28")));
        assert_eq!(berlin.working_days_since(day("2026-12-24"), day("2026-12-28"), 9), 1);
        assert_eq!(berlin.working_days_since(day("2026-12-24"), day("2026-12-24"), 9), 0);
        assert_eq!(berlin.working_days_since(day("2026-01-01"), day("2026-12-24"), 9), 9, "no further than asked");
    }

    #[test]
    fn an_hour_that_does_not_exist_moves_forward_and_one_that_exists_twice_sounds_once() {
        let every_day = &[0, 1, 2, 3, 4, 5, 6];
        let berlin = schedule("02:30", "Europe/Berlin", every_day, &[]);
        let moment = |day: &str| berlin.moment(day.parse().unwrap()).unwrap().to_string();
        assert_eq!(moment("2026-03-29"), "2026-03-29T01:30:00Z", "03:30 on the wall");
        assert_eq!(moment("2026-10-25"), "2026-10-25T00:30:00Z", "the first 02:30");
        assert_eq!(berlin.next("2026-10-25T00:30:00Z".parse().unwrap()).unwrap().to_string(), "2026-10-26T01:30:00Z");
    }

    /// All zones of the database.
    fn zones() -> Vec<String> {
        jiff::tz::db().available().map(|name| name.to_string()).collect()
    }

    /// The days around every change of every zone's clocks from 2020 to 2040, at an hour that the change touches, and at nine:
    /// each sounds once, in order, at its wall time; where that does not exist, moved forward by as much as the clocks are;
    /// where it exists twice, the first time.
    #[test]
    fn around_every_change_of_any_clock_each_day_sounds_once_at_its_hour() {
        let (begin, end): (Timestamp, Timestamp) = ("2020-01-01T00:00:00Z".parse().unwrap(), "2041-01-01T00:00:00Z".parse().unwrap());
        let mut seen = (0, 0, 0);
        for name in zones() {
            let zone = TimeZone::get(&name).unwrap();
            for change in zone.following(begin).take_while(|change| change.timestamp() < end) {
                let before = change.timestamp().checked_sub(SignedDuration::from_secs(1)).unwrap();
                let (from, to) = (zone.to_offset(before), change.offset());
                // Half an hour into what is left out, or into what comes twice.
                let touched = from.to_datetime(change.timestamp()).checked_add(SignedDuration::from_mins(30)).unwrap();
                let touched = if to > from { touched } else { touched.checked_sub(SignedDuration::from_mins(60)).unwrap() };
                let at: jiff::civil::Time = "09:00".parse().unwrap();
                for at in [at, touched.time().round(jiff::Unit::Minute).unwrap()] {
                    let schedule = Schedule { at, ..schedule("00:00", &name, &[0, 1, 2, 3, 4, 5, 6], &[]) };
                    around(&schedule, touched.date(), &mut seen);
                }
            }
        }
        let (days, moved, twice) = seen;
        assert!(days > 10_000 && moved > 1_000 && twice > 1_000, "{seen:?}");
    }

    /// Counts the days, those whose hour does not exist, and those whose hour exists twice.
    fn around(schedule: &Schedule, day: Date, (days, moved, twice): &mut (usize, usize, usize)) {
        let mut last = schedule.moment(day.checked_sub(2.days()).unwrap()).unwrap();
        for day in day.yesterday().unwrap().series(1.day()).take(3) {
            let (wall, moment) = (day.to_datetime(schedule.at), schedule.moment(day).unwrap());
            let shown = moment.to_zoned(schedule.zone.clone()).datetime();
            let what = format!("{wall} in {}", schedule.zone.iana_name().unwrap());
            *days += 1;
            if shown == wall {
                let earlier =
                    |back: i64| moment.checked_sub(SignedDuration::from_mins(back)).unwrap().to_zoned(schedule.zone.clone()).datetime();
                assert!((15..=180).step_by(15).all(|back| earlier(back) != wall), "{what} was there before {moment}");
                let later = |on: i64| moment.checked_add(SignedDuration::from_mins(on)).unwrap().to_zoned(schedule.zone.clone()).datetime();
                *twice += usize::from((15..=180).step_by(15).any(|on| later(on) == wall));
            } else {
                let day_before = moment.checked_sub(SignedDuration::from_hours(24)).unwrap();
                let gap = schedule.zone.to_offset(moment).seconds() - schedule.zone.to_offset(day_before).seconds();
                assert_eq!(shown, wall.checked_add(SignedDuration::from_secs(gap.into())).unwrap(), "{what}");
                *moved += 1;
            }
            let just_before = moment.checked_sub(SignedDuration::from_nanos(1)).unwrap();
            assert_eq!((schedule.next(just_before), schedule.next(last)), (Some(moment), Some(moment)), "{what}");
            assert_eq!((schedule.last_day(moment), schedule.last_day(just_before)), (Some(day), day.yesterday().ok()), "{what}");
            last = moment;
        }
    }

    proptest! {
        /// Walking from moment to moment, each working day comes exactly once, in order, and nothing is due in between.
        #[test]
        fn each_working_day_comes_once(
            zone in prop::sample::select(zones()),
            minute in 0_i8..60, hour in 0_i8..24, start in 1_577_836_800_i64..2_208_988_800,
        ) {
            let schedule = schedule(&format!("{hour:02}:{minute:02}"), &zone, WEEK, &[]);
            let mut now = Timestamp::from_second(start).unwrap();
            let mut last = schedule.last_day(now).unwrap();
            for _ in 0..12 {
                let moment = schedule.next(now).unwrap();
                prop_assert!(moment > now);
                let just_before = moment.checked_sub(SignedDuration::from_nanos(1)).unwrap();
                prop_assert_eq!(schedule.last_day(just_before).unwrap(), last);
                let day = schedule.last_day(moment).unwrap();
                prop_assert!(day > last && schedule.works_on(day));
                let skipped = last.series(1.day()).skip(1).take_while(|d| *d < day).filter(|d| schedule.works_on(*d)).count();
                prop_assert_eq!(skipped, 0);
                (now, last) = (moment, day);
            }
        }
    }
}
