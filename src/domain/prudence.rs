//! Prudence: how often somebody outside is asked, who costs money and may not answer. Plain sums: the time goes in.

use jiff::{SignedDuration, Timestamp};

/// After so many failures in a row nobody is asked for a while.
const FAILURES: u32 = 3;
/// For so long after the first of these; each further failure doubles it.
const FIRST_REST: SignedDuration = SignedDuration::from_mins(1);
/// A rest is never longer, whoever asks for it.
const LONGEST_REST: SignedDuration = SignedDuration::from_hours(1);
/// A day, in seconds.
const DAY: i64 = 24 * 3600;

/// How often somebody outside was asked, and how that went: a daily budget, and a breaker of the circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prudence {
    /// So often a day, of UTC, at most.
    pub daily: u32,
    day: i64,
    asked: u32,
    failures: u32,
    rests_until: Option<Timestamp>,
}

/// Whether it may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Now; it is counted.
    Now,
    /// Not before this moment.
    NotBefore(Timestamp),
}

impl Prudence {
    /// Nobody was asked yet.
    pub fn of(daily: u32) -> Self {
        Self { daily, day: i64::MIN, asked: 0, failures: 0, rests_until: None }
    }

    /// Asks for a turn. Whoever is given one says how it went.
    pub fn turn(&mut self, now: Timestamp) -> Turn {
        let day = day(now);
        if day != self.day {
            (self.day, self.asked) = (day, 0);
        }
        if let Some(until) = self.rests(now) {
            return Turn::NotBefore(until);
        }
        if self.asked >= self.daily {
            return Turn::NotBefore(Timestamp::from_second((day + 1).saturating_mul(DAY)).unwrap_or(Timestamp::MAX));
        }
        self.asked += 1;
        Turn::Now
    }

    /// The turn was not needed.
    pub fn not_asked(&mut self) {
        self.asked = self.asked.saturating_sub(1);
    }

    /// It answered.
    pub fn went_well(&mut self) {
        (self.failures, self.rests_until) = (0, None);
    }

    /// It did not, or nothing that could be used; perhaps it asked for a rest. After a rest one question shows whether it is back.
    pub fn failed(&mut self, now: Timestamp, asks_for: Option<SignedDuration>) {
        self.failures = self.failures.saturating_add(1);
        let beyond = self.failures.checked_sub(FAILURES);
        let doubled = beyond.map(|times| FIRST_REST.checked_mul(1_i32 << times.min(16)).unwrap_or(LONGEST_REST));
        let rest = doubled.max(asks_for).map(|rest| rest.clamp(SignedDuration::ZERO, LONGEST_REST));
        self.rests_until = rest.and_then(|rest| now.checked_add(rest).ok());
    }

    /// How often it was asked on the day of this moment.
    pub fn asked_on(&self, now: Timestamp) -> u32 {
        if day(now) == self.day { self.asked } else { 0 }
    }

    /// Until when it is not asked, since it fails. A clock that was set back ends a rest that lies too far ahead.
    pub fn rests(&self, now: Timestamp) -> Option<Timestamp> {
        self.rests_until.filter(|until| now < *until && until.duration_since(now) <= LONGEST_REST)
    }
}

fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn so_often_a_day_and_not_once_more() {
        let mut prudence = Prudence::of(2);
        assert_eq!([10, 20, 30].map(|second| prudence.turn(at(second))), [Turn::Now, Turn::Now, Turn::NotBefore(at(DAY))]);
        assert_eq!((prudence.asked_on(at(40)), prudence.asked_on(at(DAY))), (2, 0));
        assert_eq!(prudence.turn(at(DAY)), Turn::Now);
        assert_eq!(Prudence::of(0).turn(at(5)), Turn::NotBefore(at(DAY)));
    }

    #[test]
    fn what_fails_again_and_again_rests_longer_each_time_and_one_answer_ends_it() {
        let mut prudence = Prudence::of(1000);
        let mut fail = |now: i64| {
            assert_eq!(prudence.turn(at(now)), Turn::Now, "{now}");
            prudence.failed(at(now), None);
            prudence.rests(at(now)).map(|until| until.as_second() - now)
        };
        assert_eq!([fail(0), fail(1), fail(2)], [None, None, Some(60)]);
        assert_eq!([fail(62), fail(200), fail(10_000)], [Some(120), Some(240), Some(480)]);
        assert_eq!([fail(20_000), fail(30_000), fail(40_000), fail(50_000)], [960, 1920, 3600, 3600].map(Some));
        prudence.went_well();
        prudence.failed(at(60_000), None);
        assert_eq!(prudence.rests(at(60_000)), None);
    }

    #[test]
    fn a_rest_that_it_asks_for_is_given_up_to_an_hour() {
        let rest = |seconds| {
            let mut prudence = Prudence::of(9);
            prudence.failed(at(0), Some(SignedDuration::from_secs(seconds)));
            prudence.rests(at(0)).map(Timestamp::as_second)
        };
        assert_eq!([rest(30), rest(86_400), rest(-5)], [Some(30), Some(3600), None]);
    }

    #[test]
    fn a_clock_that_is_set_back_ends_a_rest() {
        let mut prudence = Prudence::of(9);
        prudence.failed(at(1_000_000), Some(SignedDuration::from_secs(60)));
        assert_eq!(prudence.turn(at(0)), Turn::Now);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_history_asks_more_often_a_day(steps in prop::collection::vec((0_i64..40_000, any::<bool>()), 0..200), daily in 0_u32..20) {
            let mut prudence = Prudence::of(daily);
            let (mut now, mut asked) = (0, std::collections::BTreeMap::<i64, u32>::new());
            for (later, fails) in steps {
                now += later;
                match prudence.turn(at(now)) {
                    Turn::NotBefore(then) => prop_assert!(then > at(now)),
                    Turn::Now if fails => prudence.failed(at(now), None),
                    Turn::Now => prudence.went_well(),
                }
                *asked.entry(now.div_euclid(DAY)).or_default() = prudence.asked_on(at(now));
            }
            prop_assert!(asked.values().all(|asked| *asked <= daily));
        }
    }
}
