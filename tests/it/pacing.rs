//! How fast the bot calls Slack: within all limits, and never so that somebody who waits stands behind what does not matter.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, Zoned};
use slack_sim::{Fault, NewChannel, Rule};

use crate::world::{Company, World};

const MONDAY: &str = "2026-11-23T09:00:00+01:00[Europe/Berlin]";

/// A company of so many functions that all read at the same hour, each in a channel of its own, with its own word.
pub(crate) async fn many(functions: usize) -> World {
    let mut world = company_of(functions, Company::default()).await;
    world.start_bot().await.unwrap();
    world
}

/// Such a company, before the bot is there.
pub(crate) async fn company_of(functions: usize, usual: Company) -> World {
    let each = |n: usize| {
        (
            format!("[[function]]\nid = \"f{n}\"\nname = \"F{n}\"\nlead = \"U00000001\"\nchannel = \"#f{n}-voice\"\n"),
            format!("[[rule]]\nid = \"f{n}.word\"\nfunction = \"f{n}\"\nphrases = [\"word{n:03}\"]\nweight = 3.0\n"),
        )
    };
    let (functions_toml, rules): (String, String) = (0..functions).map(each).unzip();
    let company = Company { functions: format!("[defaults]\nzone = \"Europe/Berlin\"\n{functions_toml}"), rules, ..usual };
    let world = World::without_bot(company).await;
    for n in 0..functions {
        world.sim.add_channel(NewChannel::named(&format!("f{n}-voice")).with_bot());
    }
    world
}

/// What concerns the first functions of those, so many.
pub(crate) fn words_of(functions: usize) -> String {
    (0..functions).map(|n| format!("word{n:03}")).collect::<Vec<_>>().join(" ")
}

impl World {
    /// When each call of a method was made that was not refused, and where to.
    fn calls(&self, method: &str) -> Vec<(Timestamp, String)> {
        let calls = self.sim.calls_of(method).into_iter();
        calls.map(|call| (call.at, call.arg("channel").unwrap_or_default().to_owned())).collect()
    }
}

/// The most of them within any minute.
fn most_in_a_minute(calls: &[(Timestamp, String)]) -> usize {
    let minute = SignedDuration::from_mins(1);
    let within = |first: Timestamp| calls.iter().filter(|(at, _)| *at >= first && at.duration_since(first) < minute).count();
    calls.iter().map(|(first, _)| within(*first)).max().unwrap_or(0)
}

/// Fifty digests of three messages each, in the same minute.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_functions_have_their_first_message_at_once_and_their_threads_within_the_limits() {
    let world = many(50).await;
    for n in 0..30 {
        // Of words so many that no two say the same.
        let own = (0..60).map(|word| format!("w{word}x{n}")).collect::<Vec<_>>().join(" ");
        world.heard("lee", "sales", &format!("{} {own}", words_of(50))).await;
    }
    let nine: Zoned = MONDAY.parse().unwrap();
    world.strikes("2026-11-23T09:00:05+01:00[Europe/Berlin]").await;
    let posts = world.calls("chat.postMessage");
    let begun: BTreeMap<&String, Timestamp> =
        posts.iter().rev().filter(|(at, _)| *at >= nine.timestamp()).map(|(at, to)| (to, *at)).collect();
    assert_eq!(begun.len(), 50);
    let latest = begun.values().max().unwrap().duration_since(nine.timestamp());
    assert!(latest <= SignedDuration::from_secs(5), "{latest:?}");
    world.strikes("2026-11-23T09:03:00+01:00[Europe/Berlin]").await;
    let posts = world.calls("chat.postMessage");
    let mut last = BTreeMap::new();
    for (at, to) in &posts {
        let gap = last.insert(to, *at).map(|before: Timestamp| at.duration_since(before));
        assert!(gap.is_none_or(|gap| gap >= SignedDuration::from_secs(1)), "two in a channel within {gap:?}");
    }
    let most = most_in_a_minute(&posts);
    assert!((100..=300).contains(&most), "{most} in a minute");
    assert!(world.sim.calls().iter().all(|call| call.status != 429), "Slack had to ask for a rest");
    for n in 0..50 {
        assert_eq!(world.posts(&format!("f{n}-voice")).len(), 3);
    }
    world.end().await;
}

/// What Slack asks for holds for all lanes, whichever met it, and for that method alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rest_that_slack_asks_for_holds_up_its_method_for_all_and_no_other() {
    let world = World::open().await;
    let ts = world.says("dana", "sales", "the invoice is wrong").await;
    world.heard("lee", "sales", "the invoice and the contract are wrong").await;
    world.sim.fail_next("chat.postMessage", 1, Fault::RateLimited(47));
    world.strikes(MONDAY).await;
    let after_nine = |world: &World| {
        let nine: Zoned = MONDAY.parse().unwrap();
        world.calls("chat.postMessage").into_iter().filter(|(at, _)| *at >= nine.timestamp()).count()
    };
    // Which of the two lanes met it is chance; the other had perhaps been let through before.
    let before = after_nine(&world);
    assert!((1..=2).contains(&before), "{before}");
    world.heard("lee", "sales", "a missing feature").await;
    world.reacts("lee", "sales", &ts).await;
    assert!(world.seen_by("lee", "sales").last().unwrap().starts_with("You reacted"), "what is shown to one person goes by another method");
    world.says("lee", "@bot", "how do I get an invoice?").await;
    world.strikes("2026-11-23T09:00:46+01:00[Europe/Berlin]").await;
    assert_eq!(after_nine(&world), before, "neither a digest nor an answer goes out meanwhile");
    world.strikes("2026-11-23T09:00:47+01:00[Europe/Berlin]").await;
    assert_eq!((world.posts("finance-voice").len(), world.posts("legal-voice").len(), world.told_directly("lee").len()), (1, 1, 1));
    world.end().await;
}

/// Many digests that change at once are shown anew no faster than Slack lets us.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_many_digests_keep_to_the_limit_of_their_method() {
    let world = many(80).await;
    world.heard("lee", "sales", &words_of(80)).await;
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    assert!(world.runs("lee", "sales", "/allears", "VOC-1").await.text().contains("VOC-1"));
    assert!(world.presses("lee", "sales", "undo").await.ok);
    world.strikes("2026-11-23T09:07:00+01:00[Europe/Berlin]").await;
    let changes = world.calls("chat.update");
    assert_eq!(changes.len(), 80);
    assert!(most_in_a_minute(&changes) <= 50, "{}", most_in_a_minute(&changes));
    assert!(world.sim.calls().iter().all(|call| call.status != 429), "Slack had to ask for a rest");
    world.end().await;
}

/// A form opens, and a press is answered, however much else waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_waits_for_stands_behind_nothing() {
    let world = World::open().await;
    for method in ["chat.postMessage", "chat.postEphemeral", "chat.update"] {
        world.sim.fault(Rule::on(method, Fault::RateLimited(60)).times(1));
    }
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.strikes(MONDAY).await;
    for n in 0..30 {
        world.says("dana", "stories", &format!("invoice {n} is wrong")).await;
    }
    assert_eq!(world.posts("finance-voice").len() + world.seen_by("dana", "stories").len(), 0, "digests and receipts wait");
    assert!(world.shortcut("lee", "heard_new", None).await.ok);
    assert_eq!(world.form("lee")["type"], "modal");
    assert!(world.runs("lee", "sales", "/allears", "VOC-1").await.text().contains("VOC-1"));
    assert!(world.presses("lee", "sales", "hide").await.ok);
    assert_eq!(world.sim.calls_of("response_url").len(), 1, "the press is answered at once");
    world.strikes("2026-11-23T09:20:00+01:00[Europe/Berlin]").await;
    assert!(!world.posts("finance-voice").is_empty());
    world.end().await;
}

/// Receipts of listening wait for their turn, and come; only after two minutes are they dropped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receipts_of_listening_come_later_rather_than_never() {
    let world = World::open().await;
    for n in 0..12 {
        world.says("dana", "stories", &format!("invoice {n} is wrong")).await;
    }
    world.passes(30).await;
    assert_eq!(world.seen_by("dana", "stories").len(), 12);
    world.end().await;
}
