//! A bot that is killed while it posts, again and again, and the one after it: each digest comes once, and nothing is lost.

use std::path::Path;
use std::time::Duration;

use allears::clock::Clock;
use allears::clock::guard::Stopwatch;
use allears::domain::acts::{Act, Change};
use allears::domain::ids::ChannelId;
use allears::domain::letter::Posting;
use allears::store::Store;
use allears::store::local::{LocalOptions, LocalStore};
use fastrand::Rng;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use slack_sim::{Fault, Rule};

use super::ANSWERED;
use super::child::{Came, data};
use super::killed::{Killed, Step, moment, working_days};
use crate::world::World;

/// So many records make a digest with a thread of two messages.
const A_THREAD: usize = 27;
/// Each step of the digest itself, in several channels at once: what was told is read once, in order, whenever the bot dies.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn digests_come_once_whichever_step_the_bot_is_killed_at() {
    use Step::{Answering, Calling, Marked, Marking, Queueing, Searching};
    let company = Killed::open(3, None).await;
    let days: [&[Step]; 5] =
        [&[Queueing], &[Calling(0), Answering(0), Searching(0)], &[Calling(0), Searching(0)], &[Marking(0), Searching(0)], &[Marked(0)]];
    company.works_through(1, &days).await;
}

/// Each step in the thread of a digest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_goes_on_whichever_step_the_bot_is_killed_at() {
    use Step::{Answering, Calling, Marked, Marking, Searching};
    let company = Killed::open(1, None).await;
    let days: [&[Step]; 3] = [
        &[Marking(0), Calling(1), Answering(1), Searching(1)],
        &[Marked(0), Marking(1), Marking(2)],
        &[Answering(0), Marked(1), Calling(2), Answering(2), Searching(2)],
    ];
    company.works_through(A_THREAD, &days).await;
}

/// Where the bot is killed on a day that is drawn; nothing: somewhere.
pub(crate) fn drawn(rng: &mut Rng, threads: bool) -> Option<Step> {
    let part = if threads { rng.u32(0..3) } else { 0 };
    match rng.u8(0..10) {
        0 => Some(Step::Queueing),
        1 => Some(Step::Calling(part)),
        2 | 3 => Some(Step::Answering(part)),
        4 => Some(Step::Marking(part)),
        5 => Some(Step::Marked(part)),
        6 => Some(Step::Searching(part)),
        _ => None,
    }
}

impl Killed {
    /// Calls that post or look what was posted fail now and then.
    fn falters(&self, rng: &mut Rng) {
        // What is answered at once: a bot that waits for an answer lets no time pass.
        for fault in ANSWERED {
            for method in ["chat.postMessage", "conversations.history", "conversations.replies"] {
                self.world.sim.fault(Rule::on(method, fault()).rate(0.1 / 6.0, rng.u64(..)));
            }
        }
    }

    /// Kills the bot when some function is at this step, or after some milliseconds; alive where it never comes to that.
    async fn is_killed_near(&mut self, step: Option<Step>, latest: Timestamp, rng: &mut Rng) -> bool {
        let Some(step) = step else {
            let (begun, most) = (Stopwatch::start(), Duration::from_millis(rng.u64(0..150)));
            let came = self.world.turns_until(latest, |_, _| begun.elapsed() >= most).await;
            return came == Came::There;
        };
        let calls = self.functions * usize::try_from(step.part()).unwrap() + rng.usize(0..self.functions);
        step.is_waited_for(&self.world, 1, if matches!(step, Step::Searching(_)) { 0 } else { calls }).await;
        // Rules that come later give way.
        self.falters(rng);
        self.world.turns_until(latest, |world, bot| step.has_come(world, bot)).await == Came::There
    }

    /// A working day on which the bot is killed up to three times, and is down for a while now and then.
    async fn has_a_bad_day(&mut self, day: Date, rng: &mut Rng) -> usize {
        let threads = rng.u8(0..4) == 0;
        self.rests_until(moment(day, 8, 59)).await;
        for _ in 0..if threads { A_THREAD } else { rng.usize(1..4) } {
            self.tells().await;
        }
        let mut kills = 0;
        for _ in 0..rng.usize(1..4) {
            let step = drawn(rng, threads);
            if !self.is_killed_near(step, moment(day, 12, 0), rng).await {
                self.world.child().await.lets_go();
                break;
            }
            self.tells().await;
            self.dies().await;
            if rng.u8(0..4) == 0 {
                let down = SignedDuration::from_secs(rng.i64(1..3_600));
                self.world.hand.turn_to(self.world.clock.now() + down).await.unwrap();
            }
            if rng.u8(0..4) == 0 {
                self.starts_in_vain(Duration::from_millis(rng.u64(0..300))).await;
            }
            self.starts().await;
            kills += 1;
        }
        self.world.sim.clear_faults();
        self.falters(rng);
        self.rests_until(moment(day, 17, 0)).await;
        self.world.sim.clear_faults();
        self.days.push(day);
        kills
    }
}

/// A bot that is killed wherever it happens to be, while one call in ten fails. `ALLEARS_SEED` says which days to live through
/// again, as far as chance lets us: some kills come after so many milliseconds, wherever the bot is by then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn digests_come_once_wherever_the_bot_is_killed() {
    let long = std::env::var_os("ALLEARS_LONG").is_some();
    let seed = std::env::var_os("ALLEARS_SEED").map_or_else(|| fastrand::u64(..), |seed| seed.to_str().unwrap().parse().unwrap());
    let days = if long { 100 } else { 8 };
    let (mut rng, mut company, mut kills) = (Rng::with_seed(seed), Killed::open(4, None).await, 0);
    for day in working_days(days) {
        kills += company.has_a_bad_day(day, &mut rng).await;
    }
    let quiet = working_days(days + 1).last().unwrap();
    company.works_on(quiet, 1, &[]).await;
    assert_eq!(company.broken(), Vec::<String>::new(), "ALLEARS_SEED={seed}");
    assert!(kills >= days / 4, "killed {kills} times only");
    company.end().await;
}

/// Down until the next day's digest is due as well: both come, in order, also where that of the day before cannot be looked for yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_in_doubt_comes_before_that_of_the_next_day() {
    for step in [Step::Calling(0), Step::Answering(0)] {
        let mut company = Killed::open(1, None).await;
        let [monday, tuesday] = working_days(2).collect::<Vec<_>>()[..] else { unreachable!() };
        company.rests_until(moment(monday, 8, 0)).await;
        company.tells().await;
        company.is_killed_at(step, moment(monday, 12, 0), (0, 0)).await;
        company.world.hand.turn_to(moment(tuesday, 9, 30)).await.unwrap();
        // Monday's cannot be looked for at first. The first call is that of catching up.
        company.world.sim.fault(Rule::on("conversations.history", Fault::Status(503)).skip(1).times(4));
        company.starts().await;
        company.rests_until(moment(tuesday, 12, 0)).await;
        company.days = vec![monday, tuesday];
        assert_eq!(company.broken(), Vec::<String>::new(), "{step:?}");
        company.end().await;
    }
}

/// Down for longer than a digest lives: what stands there is found and counts, and what does not is not posted any more, but told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_in_doubt_is_settled_after_its_deadline_and_nothing_is_posted_then() {
    let first = "What customers told us: F0, Monday 23 November";
    let second = "What customers told us: F0, Wednesday 2 December";
    // VOC-1 is told before nine, VOC-2 right before the kill.
    for (step, titles, told, alerts) in
        [(Step::Answering(0), vec![first, second], vec![1, 2], 0), (Step::Calling(0), vec![second], vec![2], 1)]
    {
        let mut company = Killed::open(1, None).await;
        let [day, .., next] = working_days(8).collect::<Vec<_>>()[..] else { unreachable!() };
        company.rests_until(moment(day, 8, 0)).await;
        company.tells().await;
        company.is_killed_at(step, moment(day, 12, 0), (0, 0)).await;
        company.world.hand.turn_to(moment(next, 9, 0)).await.unwrap();
        company.starts().await;
        company.rests_until(moment(next, 12, 0)).await;
        let posts = company.world.posts("f0-voice");
        let standing: Vec<&str> = posts.iter().map(|post| post["text"].as_str().unwrap().lines().next().unwrap()).collect();
        assert_eq!(standing, titles, "{step:?}");
        let alerted = company.world.told_directly("lee");
        assert_eq!(alerted.len(), alerts, "{step:?}: {alerted:?}");
        (company.days, company.told) = ([day, next][2 - titles.len()..].to_vec(), told);
        assert_eq!(company.broken(), Vec::<String>::new(), "{step:?}");
        company.end().await;
    }
}

/// A control: a bot that may not look for what it posted is found out, by the repeat and by what it says of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_that_comes_twice_is_found_out() {
    let mut company = Killed::open(1, Some(vec!["commands", "chat:write", "channels:read", "users:read", "im:history"])).await;
    let day = date(2026, 11, 23);
    company.works_on(day, 1, &[Step::Answering(0)]).await;
    company.works_on(day.tomorrow().unwrap(), 0, &[]).await;
    let broken = ["part 0 of 2026-11-23 stands 2 times", "part 0 of 2026-11-23 says that it may be a repeat", "VOC-1 stands 2 times"];
    assert_eq!(company.broken(), broken.map(|broken| format!("F0: {broken}")));
    company.end().await;
}

/// A control: a bot that had lost what it was told last is found out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_is_taken_from_the_journal_is_found_out() {
    let mut company = Killed::open(1, None).await;
    let day = date(2026, 11, 23);
    company.rests_until(moment(day, 8, 0)).await;
    company.tells().await;
    company.tells().await;
    company.dies().await;
    let file = data(company.folder.path()).join("journal/00000000000000000001.jsonl");
    let whole = std::fs::read_to_string(&file).unwrap();
    let without_last = whole.split_inclusive('\n').take_while(|line| !line.contains("w0x1"));
    std::fs::write(&file, without_last.collect::<String>()).unwrap();
    company.starts().await;
    company.works_on(day, 0, &[]).await;
    assert_eq!(company.broken(), ["F0: VOC-2 stands 0 times"]);
    company.end().await;
}

/// Marks all that waits as posted. No bot runs meanwhile.
async fn marks_all(folder: &Path, world: &World) {
    let options = LocalOptions::new(&data(folder), None);
    let store = LocalStore::open(options, Clock::system()).await.unwrap();
    for (letter, _) in store.outbox().await.unwrap() {
        let posting = Posting { letter, part: 0, channel: ChannelId::new("C1"), ts: "1.000000".to_owned() };
        let act = Act::Posted { posting, rendered: *store.newest().borrow() };
        store.commit(Change::of_the_bot(world.clock.now(), vec![act])).await.unwrap();
    }
    store.close().await;
}

/// A control: a bot that marks what it has not posted is found out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_of_what_was_not_posted_is_found_out() {
    let mut company = Killed::open(1, None).await;
    let day = date(2026, 11, 23);
    company.rests_until(moment(day, 8, 0)).await;
    company.tells().await;
    company.is_killed_at(Step::Calling(0), moment(day, 12, 0), (0, 0)).await;
    marks_all(company.folder.path(), &company.world).await;
    company.starts().await;
    company.works_on(day, 0, &[]).await;
    company.works_on(day.tomorrow().unwrap(), 0, &[]).await;
    assert_eq!(company.broken(), ["F0: part 0 of 2026-11-23 stands 0 times", "F0: VOC-1 stands 0 times"]);
    company.end().await;
}
