//! How often the app may call: token buckets on the workspace's clock.
//! Source: <https://docs.slack.dev/apis/web-api/rate-limits>.
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// Microseconds of the span that every figure is given for.
const MINUTE: i64 = 60_000_000;
/// Messages that one channel takes in a minute: one a second.
const A_CHANNEL: u32 = 60;
/// Buckets that are kept before those that are full again are swept out.
const MOST_BUCKETS: usize = 1_000;

/// How often the app may call. The default is what Slack grants an app that a company made for itself.
///
/// A refused call answers 429 with `Retry-After` in whole seconds, changes nothing, and passes after that wait. Each figure
/// is both how many calls may come at once and how many come back within a minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Whether anything is refused at all.
    pub on: bool,
    /// Calls of each method a minute, for tiers 1 to 4: 1, 20, 50, 100.
    pub tiers: [u32; 4],
    /// Calls a minute of methods with special limits for which Slack gives no figure, such as `auth.test`: 300, an assumption.
    pub special: u32,
    /// Messages that one channel takes at once before it takes one a second: 5, an assumption. Slack speaks of short bursts.
    pub channel_burst: u32,
    /// `chat.postMessage` a minute in the whole workspace: 300. Slack says several hundred.
    pub posts: u32,
    /// Calls a minute of `conversations.history` and of `conversations.replies`; those of tier 3 when nothing stands here.
    pub history: Option<u32>,
    /// Messages on one page of those two: 999.
    pub history_page: usize,
    /// Events that the app hears within an hour: 30,000. Those beyond are lost, and an `app_rate_limited` a minute says so.
    pub events: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            on: true,
            tiers: [1, 20, 50, 100],
            special: 300,
            channel_burst: 5,
            posts: 300,
            history: None,
            history_page: 999,
            events: 30_000,
        }
    }
}

impl Limits {
    /// Nothing is ever refused.
    pub fn none() -> Self {
        Self { on: false, ..Self::default() }
    }

    /// Those of an app that is sold to others outside of Slack's Marketplace: `conversations.history` and
    /// `conversations.replies` once a minute, 15 messages a page.
    pub fn distributed() -> Self {
        Self { history: Some(1), history_page: 15, ..Self::default() }
    }
}

/// Which limit a method has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tier {
    Two,
    Three,
    Four,
    /// A limit of its own without a figure.
    Special,
    /// Tier 3, or less for a distributed app.
    History,
    /// One a second in a channel, and some hundreds in the workspace.
    Post,
    /// One a second in a channel, and tier 4.
    Ephemeral,
}

/// One limit that a call falls under.
struct Rule {
    bucket: String,
    /// Microseconds until one call comes back.
    interval: i64,
    /// Calls that may come at once.
    burst: i64,
}

impl Rule {
    fn new(bucket: String, per_minute: u32, burst: u32) -> Self {
        Self { bucket, interval: MINUTE / i64::from(per_minute.max(1)), burst: i64::from(burst.max(1)) }
    }
}

/// Whether an event goes to the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Yes,
    /// There were too many, and the app knows it.
    No,
    /// There were too many, and the app is to be told: the seconds at which this minute began.
    Told(i64),
}

/// What was used up.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    pub(crate) limits: Limits,
    /// Minutes of the last hour, and how many events went out in each.
    heard: VecDeque<(i64, u32)>,
    /// The minute in which the app was last told that it hears too much.
    told: Option<i64>,
    /// When each bucket is full again, in microseconds since 1970.
    full_at: BTreeMap<String, i64>,
}

impl Buckets {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Counts one call, or says after how many seconds it passes; then nothing is counted.
    pub(crate) fn take(&mut self, (method, tier): (&str, Tier), channel: &str, now: Timestamp) -> Result<(), u64> {
        if !self.limits.on {
            return Ok(());
        }
        let now = now.as_microsecond();
        let mut wait = 0;
        let mut taken = Vec::new();
        for rule in self.rules(method, tier, channel) {
            // A clock that was set back must not keep a bucket empty for longer than it takes to fill it.
            let full = self.full_at.get(&rule.bucket).map_or(now, |full| (*full).clamp(now, now + rule.burst * rule.interval));
            wait = wait.max(full - (rule.burst - 1) * rule.interval - now);
            taken.push((rule.bucket, full + rule.interval));
        }
        if wait > 0 {
            return Err(u64::try_from(wait).unwrap_or_default().div_ceil(1_000_000));
        }
        if self.full_at.len() > MOST_BUCKETS {
            self.full_at.retain(|_, full| *full > now);
        }
        self.full_at.extend(taken);
        Ok(())
    }

    /// Counts one event, when it may go out.
    pub(crate) fn event(&mut self, now: Timestamp) -> Heard {
        if !self.limits.on {
            return Heard::Yes;
        }
        let minute = now.as_second().div_euclid(60);
        // A clock that was set back leaves no minute that never ends.
        self.heard.retain(|(then, _)| (minute - 59..=minute).contains(then));
        let within: u32 = self.heard.iter().map(|(_, count)| count).sum();
        if within < self.limits.events {
            match self.heard.back_mut().filter(|(then, _)| *then == minute) {
                Some((_, count)) => *count += 1,
                None => self.heard.push_back((minute, 1)),
            }
            return Heard::Yes;
        }
        if self.told.replace(minute) == Some(minute) { Heard::No } else { Heard::Told(minute * 60) }
    }

    fn rules(&self, method: &str, tier: Tier, channel: &str) -> Vec<Rule> {
        let limits = &self.limits;
        let [_, two, three, four] = limits.tiers;
        let of_method = |per_minute: u32| Rule::new(method.to_owned(), per_minute, per_minute);
        let of_channel = || Rule::new(format!("{method} {channel}"), A_CHANNEL, limits.channel_burst);
        match tier {
            Tier::Two => vec![of_method(two)],
            Tier::Three => vec![of_method(three)],
            Tier::Four => vec![of_method(four)],
            Tier::Special => vec![of_method(limits.special)],
            Tier::History => vec![of_method(limits.history.unwrap_or(three))],
            Tier::Post => vec![of_channel(), of_method(limits.posts)],
            Tier::Ephemeral => vec![of_channel(), of_method(four)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look like chance and are the same in every run.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, end: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % end
        }
    }

    const CALLS: [(&str, Tier); 5] = [
        ("chat.postMessage", Tier::Post),
        ("chat.postEphemeral", Tier::Ephemeral),
        ("users.list", Tier::Two),
        ("users.info", Tier::Four),
        ("conversations.history", Tier::History),
    ];

    /// The most that may pass in any minute: what may come at once, and what comes back.
    fn most(limits: &Limits, method: &str, by_channel: bool) -> usize {
        let figure = match method {
            _ if by_channel => return usize::try_from(limits.channel_burst + A_CHANNEL).unwrap(),
            "chat.postMessage" => limits.posts,
            "users.list" => limits.tiers[1],
            "conversations.history" => limits.history.unwrap_or(limits.tiers[2]),
            _ => limits.tiers[3],
        };
        usize::try_from(2 * figure).unwrap()
    }

    #[test]
    fn no_minute_lets_more_pass_and_the_wait_always_suffices() {
        for seed in 0..60 {
            let mut chance = Chance(seed);
            let limits = if seed % 2 == 0 { Limits::default() } else { Limits::distributed() };
            let mut buckets = Buckets::new(limits.clone());
            let mut now = 1_700_000_000_000_000_i64;
            let mut passed: BTreeMap<String, Vec<i64>> = BTreeMap::new();
            // Now and then rapid fire, now and then long rests.
            for _ in 0..3_000 {
                let pace = [1_000, 300_000, 20_000_000][usize::try_from(chance.below(3)).unwrap()];
                now += i64::try_from(chance.below(pace)).unwrap();
                let (method, tier) = CALLS[usize::try_from(chance.below(5)).unwrap()];
                let channel = format!("C{}", chance.below(3));
                let at = |now: i64| Timestamp::from_microsecond(now).unwrap();
                if let Err(wait) = buckets.take((method, tier), &channel, at(now)) {
                    assert!(wait >= 1, "{method}");
                    now += i64::try_from(wait).unwrap() * 1_000_000;
                    assert_eq!(buckets.take((method, tier), &channel, at(now)), Ok(()), "{method} after {wait} s, seed {seed}");
                }
                passed.entry(method.to_owned()).or_default().push(now);
                if matches!(tier, Tier::Post | Tier::Ephemeral) {
                    passed.entry(format!("{method} {channel}")).or_default().push(now);
                }
            }
            for (bucket, times) in passed {
                let method = bucket.split(' ').next().unwrap();
                let most = most(&limits, method, bucket.contains(' '));
                for (at, time) in times.iter().enumerate() {
                    let within = times[at..].iter().take_while(|later| **later - time <= MINUTE).count();
                    assert!(within <= most, "{bucket}: {within} in a minute, {most} may be; seed {seed}");
                }
            }
        }
    }

    #[test]
    fn a_refused_call_takes_nothing_and_a_clock_set_back_locks_nobody_out() {
        let mut buckets = Buckets::new(Limits::default());
        let noon = Timestamp::from_second(1_700_000_000).unwrap();
        let post = ("chat.postMessage", Tier::Post);
        for _ in 0..5 {
            assert_eq!(buckets.take(post, "C1", noon), Ok(()));
        }
        for _ in 0..500 {
            assert_eq!(buckets.take(post, "C1", noon), Err(1));
        }
        assert_eq!(buckets.take(post, "C2", noon), Ok(()), "500 refusals took nothing from the workspace's bucket");
        let earlier = Timestamp::from_second(1_600_000_000).unwrap();
        assert_eq!(buckets.take(post, "C1", earlier), Err(1));
    }
}
