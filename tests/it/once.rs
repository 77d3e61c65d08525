//! Digests come once, whatever Slack answers meanwhile, and whenever the bot is killed.

pub(crate) mod child;
pub(crate) mod kill;
pub(crate) mod killed;
mod promises;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};
use slack_sim::{Fault, Rule};

use self::promises::Promised;
use crate::pacing::{many, words_of};
use crate::program::number;
use crate::world::World;

/// Functions that read at nine, each in a channel of its own.
const FUNCTIONS: usize = 25;
/// One call in ten fails, in every way that a call can: answered at once, or not soon.
const ANSWERED: [fn() -> Fault; 6] = [
    || Fault::RateLimited(7),
    || Fault::Status(503),
    || Fault::Error("internal_error".to_owned()),
    || Fault::Broken,
    || Fault::AnswerLost,
    || Fault::AnswerBroken,
];
const WAITED_FOR: [fn() -> Fault; 2] = [|| Fault::Slow(15_000), || Fault::Hang];

impl World {
    /// Every call that posts or looks what was posted fails now and then.
    fn falters(&self, seed: u64) {
        for (n, fault) in (0..).zip(ANSWERED.into_iter().chain(WAITED_FOR)) {
            for method in ["chat.postMessage", "conversations.history", "conversations.replies"] {
                self.sim.fault(Rule::on(method, fault()).rate(0.1 / 8.0, seed * 100 + n));
            }
        }
    }

    /// A working day: so many are told something before nine, and all that is to be posted is there by noon. Gives the numbers
    /// that people were given.
    async fn works_on(&self, day: Date, told: usize) -> Vec<u64> {
        let mut numbers = vec![];
        self.strikes(&format!("{day}T08:00:00+01:00[Europe/Berlin]")).await;
        for n in 0..told {
            // Of words so many that no two say the same.
            let own = (0..60).map(|word| format!("w{word}x{n}on{day}")).collect::<Vec<_>>().join(" ");
            let receipt = self.heard("lee", "sales", &format!("{} {own}", words_of(FUNCTIONS))).await;
            numbers.push(number(&receipt).unwrap());
        }
        self.strikes(&format!("{day}T12:00:00+01:00[Europe/Berlin]")).await;
        numbers
    }
}

/// What stands in a channel that read on these days, with a thread of so many messages each.
fn expected(function: usize, days: &[(Date, usize)]) -> Vec<String> {
    let messages = days.iter().flat_map(|(day, thread)| {
        let shown = day.strftime("%A %-d %B");
        let first = format!("What customers told us: F{function}, {shown}");
        std::iter::once(first).chain((1..=*thread).map(move |part| format!("More for F{function}, {shown} ({part} of {thread})")))
    });
    messages.collect()
}

/// Hundreds of digests, some with a thread, while one call in ten fails: each stands in its channel once, in order, on its
/// day. In the long check they are a thousand and fifty, four times.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_digests_come_once_while_one_call_in_ten_fails() {
    let (seeds, working_days) = if std::env::var_os("ALLEARS_LONG").is_some() { (4, 42) } else { (1, 8) };
    for seed in 1..=seeds {
        let world = many(FUNCTIONS).await;
        world.falters(seed);
        let weekdays = date(2026, 11, 23).series(1.day()).filter(|day| day.weekday().to_monday_zero_offset() < 5);
        let (mut days, mut told_so_far) = (vec![], vec![]);
        for (n, day) in weekdays.take(working_days).enumerate() {
            let (told, thread) = if n % 8 == 3 { (27, 2) } else { (1, 0) };
            told_so_far.extend(world.works_on(day, told).await);
            days.push((day, thread));
        }
        for n in 0..FUNCTIONS {
            let posts = world.posts(&format!("f{n}-voice"));
            let firsts: Vec<&str> = posts.iter().map(|post| post["text"].as_str().unwrap().lines().next().unwrap()).collect();
            assert_eq!(firsts, expected(n, &days), "seed {seed}");
            let days = days.iter().map(|(day, _)| *day).collect();
            let promised = Promised { function: format!("F{n}"), days, told: told_so_far.clone() };
            assert_eq!(promised.broken(&posts), Vec::<String>::new(), "seed {seed}");
        }
        let calls = world.sim.calls_of("chat.postMessage");
        let failed = calls.iter().filter(|call| !call.ok || call.status != 200).count();
        assert!(failed * 25 > calls.len(), "{failed} of {} failed", calls.len());
        assert!(!world.sim.calls_of("conversations.history").is_empty(), "what was in doubt was looked up");
        world.end().await;
    }
}

/// Slack asks to wait in the middle of a digest with a thread: it goes on where it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_goes_on_where_slack_asked_to_wait() {
    let world = many(1).await;
    world.sim.fault(Rule::on("chat.postMessage", Fault::RateLimited(90)).skip(1).times(1));
    let day = date(2026, 11, 23);
    world.works_on(day, 27).await;
    let posts = world.posts("f0-voice");
    let firsts: Vec<&str> = posts.iter().map(|post| post["text"].as_str().unwrap().lines().next().unwrap()).collect();
    assert_eq!(firsts, expected(0, &[(day, 2)]));
    let second = |post: &serde_json::Value| post["ts"].as_str().unwrap().split('.').next().unwrap().parse::<i64>().unwrap();
    assert!(SignedDuration::from_secs(second(&posts[1]) - second(&posts[0])) >= SignedDuration::from_secs(90));
    world.end().await;
}

/// Slack takes nothing until the next day's digest is due as well, and then not the first that is tried: they come in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_that_waits_comes_before_that_of_the_next_day() {
    let world = many(1).await;
    let (monday, tuesday) = (date(2026, 11, 23), date(2026, 11, 24));
    world.sim.fault(Rule::on("chat.postMessage", Fault::Status(503)));
    let mut told = world.works_on(monday, 1).await;
    told.extend(world.works_on(tuesday, 1).await);
    assert_eq!(world.posts("f0-voice").len(), 0);
    world.sim.clear_faults();
    world.sim.fail_next("chat.postMessage", 1, Fault::Status(503));
    world.strikes("2026-11-24T13:00:00+01:00[Europe/Berlin]").await;
    let promised = Promised { function: "F0".to_owned(), days: vec![monday, tuesday], told };
    assert_eq!(promised.broken(&world.posts("f0-voice")), Vec::<String>::new());
    world.end().await;
}
