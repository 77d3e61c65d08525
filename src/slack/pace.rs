//! How fast we call Slack, kept from our side: a refused call costs more than a wait, and of a burst Slack may silently show
//! only a part. Pure arithmetic: the time goes in, the wait comes out.
//!
//! Source of the figures: <https://docs.slack.dev/apis/web-api/rate-limits> and
//! <https://docs.slack.dev/reference/methods/chat.postMessage>. What people wait for, such as `views.open`, takes no turns.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

/// So many calls may come at once, and one more after each interval: in any minute `burst` and those of its intervals.
#[derive(Debug, Clone, Copy)]
struct Allowance {
    interval: SignedDuration,
    burst: i32,
}

const fn allowance(burst: i32, interval_ms: i64) -> Allowance {
    Allowance { interval: SignedDuration::from_millis(interval_ms), burst }
}

/// One message a second; a burst is not promised.
const A_CHANNEL: Allowance = allowance(1, 1_000);
/// Posts in the whole workspace: "several hundred per minute", taken for 300. At most 296 in any minute, and 55 digests that
/// are due at the same hour begin at once.
const POSTS: Allowance = allowance(55, 250);
/// The same for what continues a letter: fifty of the burst are left to those that begin.
const CONTINUATIONS: Allowance = allowance(5, 250);
/// Tier 4: 100 a minute.
const SHOWN: Allowance = allowance(19, 750);
/// Tier 3: 50 a minute.
const REPLACED: Allowance = allowance(9, 1_500);
/// How long a method rests where Slack asks to wait and does not say how long.
const UNSAID: SignedDuration = SignedDuration::from_secs(30);
/// How long it rests at least.
const AT_LEAST: SignedDuration = SignedDuration::from_secs(1);
/// Channels that are remembered before those are forgotten that have rested long enough.
const MOST_REMEMBERED: usize = 1_000;

/// A call that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn {
    /// A message into a channel, or to a person by their id.
    Post {
        /// Which.
        channel: String,
        /// Whether it continues a letter that has begun.
        continues: bool,
    },
    /// Something is shown to one person.
    Show,
    /// Something is put in place of a message.
    Replace,
}

impl Turn {
    /// What is used up by it: in one channel, and of the method.
    fn uses(&self, method: &str) -> Vec<(String, Allowance)> {
        let of_method = |allowance| (method.to_owned(), allowance);
        match self {
            Self::Post { channel, continues } => {
                vec![(in_channel(method, channel), A_CHANNEL), of_method(if *continues { CONTINUATIONS } else { POSTS })]
            }
            Self::Show => vec![of_method(SHOWN)],
            Self::Replace => vec![of_method(REPLACED)],
        }
    }
}

/// What is counted under in one channel.
fn in_channel(method: &str, channel: &str) -> String {
    format!("{method} {channel}")
}

/// What was used up lately, and which methods rest.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When each allowance is whole again.
    whole_at: BTreeMap<String, Timestamp>,
    /// Since when and until when a method rests, since Slack asked for it.
    rests: BTreeMap<&'static str, (Timestamp, Timestamp)>,
}

impl Pace {
    /// Takes the turn for one call, or says how long to wait until it may be asked for again; then nothing is used up.
    pub(super) fn take(&mut self, method: &'static str, turn: &Turn, now: Timestamp) -> Result<(), SignedDuration> {
        let mut wait = self.rest(method, now).unwrap_or(SignedDuration::ZERO);
        let mut used = vec![];
        for (key, Allowance { interval, burst }) in turn.uses(method) {
            // A clock that was set back must not hold anything up for longer than it takes to become whole; what begins
            // a letter may have used more than what continues one would.
            let longest = now + interval.saturating_mul(burst.max(POSTS.burst));
            let known = self.whole_at.get_mut(&key).map(|whole| {
                *whole = longest.min(*whole);
                *whole
            });
            let whole = known.map_or(now, |whole| whole.max(now));
            wait = wait.max(whole.duration_since(now) - interval.saturating_mul(burst.saturating_sub(1)));
            used.push((key, whole + interval));
        }
        if wait.is_positive() {
            return Err(wait);
        }
        if self.whole_at.len() > MOST_REMEMBERED {
            self.whole_at.retain(|_, whole| *whole > now);
        }
        self.whole_at.extend(used);
        Ok(())
    }

    /// A channel that was posted into by another name has had its turn.
    pub(super) fn was_turn_of(&mut self, method: &str, channel: &str, now: Timestamp) {
        self.whole_at.insert(in_channel(method, channel), now + A_CHANNEL.interval);
    }

    /// Slack asks to wait with a method: it rests for everybody, and no other method does.
    pub(super) fn let_rest(&mut self, method: &'static str, asked: Option<SignedDuration>, now: Timestamp) {
        let until = now.checked_add(asked.unwrap_or(UNSAID).max(AT_LEAST)).unwrap_or(now);
        let rests = self.rest(method, now).map_or(until, |rest| until.max(now + rest));
        self.rests.insert(method, (now, rests));
    }

    /// How long a method still rests.
    pub(super) fn rest(&self, method: &str, now: Timestamp) -> Option<SignedDuration> {
        // Of a rest that began later than now, the clock was set back since.
        let rests = self.rests.get(method).filter(|(since, _)| *since <= now);
        rests.map(|(_, until)| until.duration_since(now)).filter(SignedDuration::is_positive)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The methods by which the turns of these tests are counted.
    const METHODS: [&str; 3] = ["post", "show", "replace"];

    fn post(channel: u8, continues: bool) -> Turn {
        Turn::Post { channel: format!("C{channel}"), continues }
    }

    fn turn(kind: usize, channel: u8, continues: bool) -> Turn {
        [post(channel, continues), Turn::Show, Turn::Replace][kind].clone()
    }

    fn method(turn: &Turn) -> &'static str {
        METHODS[match turn {
            Turn::Post { .. } => 0,
            Turn::Show => 1,
            Turn::Replace => 2,
        }]
    }

    fn take(pace: &mut Pace, turn: &Turn, now: Timestamp) -> Result<(), SignedDuration> {
        pace.take(method(turn), turn, now)
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
    }

    /// When each of these calls was let through, in milliseconds; they come at given moments, and wait as they are told.
    fn passed(calls: &[(i64, Turn)]) -> Vec<(i64, Turn)> {
        let (mut pace, mut passed) = (Pace::default(), vec![]);
        let mut waiting: BTreeMap<(i64, usize), Turn> =
            calls.iter().enumerate().map(|(n, (when, turn))| ((*when, n), turn.clone())).collect();
        while let Some(((when, n), turn)) = waiting.pop_first() {
            match take(&mut pace, &turn, at(when)) {
                Ok(()) => passed.push((when, turn)),
                Err(wait) => {
                    assert!(wait.is_positive());
                    let later = when + i64::try_from(wait.as_millis()).unwrap();
                    drop(waiting.insert((later, n), turn));
                }
            }
        }
        passed
    }

    /// The most calls of a method within any minute.
    fn most_in_a_minute(passed: &[(i64, Turn)], of: &str) -> usize {
        let times: Vec<i64> = passed.iter().filter(|(_, turn)| method(turn) == of).map(|(when, _)| *when).collect();
        let within = |first: i64| times.iter().filter(|when| (first..first + 60_000).contains(when)).count();
        times.iter().map(|first| within(*first)).max().unwrap_or(0)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn no_limit_of_slacks_is_ever_passed_and_every_call_is_made(
            calls in prop::collection::vec((0..90_000_i64, 0..3_usize, 0..80_u8, any::<bool>()), 0..900)
        ) {
            let calls: Vec<(i64, Turn)> =
                calls.into_iter().map(|(when, kind, channel, continues)| (when, turn(kind, channel, continues))).collect();
            let passed = passed(&calls);
            prop_assert_eq!(passed.len(), calls.len());
            for (of, most) in METHODS.into_iter().zip([300, 100, 50]) {
                let found = most_in_a_minute(&passed, of);
                prop_assert!(found <= most, "{found} of {of}");
            }
            let mut last = BTreeMap::new();
            for (when, turn) in &passed {
                let Turn::Post { channel, .. } = turn else { continue };
                let before = last.insert(channel.clone(), *when);
                prop_assert!(before.is_none_or(|before| when - before >= 1_000), "two within a second");
            }
        }

        #[test]
        fn what_passes_never_waits_longer_than_it_was_told(
            times in prop::collection::vec((0..400_i64, 0..3_u8), 1..200)
        ) {
            let (mut pace, mut now) = (Pace::default(), 0);
            for (rest, channel) in times {
                now += rest;
                let turn = post(channel, false);
                if let Err(wait) = take(&mut pace, &turn, at(now)) {
                    prop_assert!(take(&mut pace, &turn, at(now) + wait - SignedDuration::from_millis(1)).is_err(), "told to wait too long");
                    prop_assert_eq!(take(&mut pace, &turn, at(now) + wait), Ok(()), "told to wait too short");
                    now += i64::try_from(wait.as_millis()).unwrap();
                }
            }
        }
    }

    #[test]
    fn no_minute_holds_three_hundred_posts_however_many_come_at_once() {
        let passed = passed(&(0..900).map(|n| (0, Turn::Post { channel: format!("C{n}"), continues: n % 3 == 0 })).collect::<Vec<_>>());
        let most = most_in_a_minute(&passed, "post");
        assert!(passed.len() == 900 && (290..=300).contains(&most), "{most}");
    }

    #[test]
    fn fifty_digests_begin_at_once_however_much_of_others_is_under_way() {
        let threads = (0..400_i64).map(|n| (n % 100, post(u8::try_from(n % 100).unwrap(), true)));
        let digests = (100..150).map(|channel| (30_000, post(channel, false)));
        let passed = passed(&threads.chain(digests).collect::<Vec<_>>());
        let begun: Vec<i64> =
            passed.iter().filter(|(_, turn)| matches!(turn, Turn::Post { continues: false, .. })).map(|(when, _)| *when).collect();
        assert_eq!((begun.len(), begun.iter().max()), (50, Some(&30_000)));
    }

    #[test]
    fn what_slack_asks_for_holds_up_that_method_alone_and_the_longest_stands() {
        let mut pace = Pace::default();
        let seconds = SignedDuration::from_secs;
        pace.let_rest("post", Some(seconds(47)), at(0));
        pace.let_rest("post", Some(seconds(5)), at(1_000));
        for channel in 0..3 {
            assert_eq!(take(&mut pace, &post(channel, false), at(1_000)), Err(seconds(46)));
        }
        assert_eq!(take(&mut pace, &Turn::Show, at(1_000)), Ok(()));
        assert_eq!(pace.rest("views.open", at(1_000)), None);
        assert_eq!(take(&mut pace, &post(0, false), at(47_000)), Ok(()));
        pace.let_rest("replace", None, at(0));
        assert_eq!(pace.rest("replace", at(0)), Some(UNSAID));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let mut pace = Pace::default();
        (0..55).for_each(|channel| assert_eq!(take(&mut pace, &post(channel, false), at(0)), Ok(())));
        let then = at(-86_400_000);
        let waits = take(&mut pace, &post(0, false), then).unwrap_err();
        assert!(waits <= SignedDuration::from_mins(1), "{waits:?}");
        assert_eq!(take(&mut pace, &post(0, false), then + waits), Ok(()), "once it has waited for so long");
        pace.let_rest(METHODS[0], None, at(0));
        assert_eq!(pace.rest(METHODS[0], then), None);
    }

    #[test]
    fn channels_that_rest_are_forgotten() {
        let mut pace = Pace::default();
        for n in 0..3_000_i64 {
            let turn = Turn::Post { channel: format!("C{n}"), continues: false };
            assert_eq!(take(&mut pace, &turn, at(n * 250)), Ok(()));
        }
        assert!(pace.whole_at.len() <= MOST_REMEMBERED + 1);
    }
}
