//! What was said while the bot was away.

use allears::domain::feedback::Gesture;
use slack_sim::{Fault, Rule};

use crate::world::{Company, World, kept, logged};

impl World {
    /// A company whose bot keeps what it hears beyond its end, and was there before.
    async fn that_stays() -> (tempfile::TempDir, Self) {
        let (folder, keep) = kept();
        (folder, Self::of(Company { keep, ..Company::default() }).await)
    }

    /// Events that come while the bot is away are dropped by Slack.
    async fn goes_away(&mut self) {
        self.stop_bot().await;
        self.sim.fault(Rule::on("event", Fault::Lost));
    }

    async fn comes_back(&mut self) {
        self.sim.clear_faults();
        self.start_bot().await.unwrap();
    }

    /// Lets the bot read on: it waits between two calls.
    async fn reads_on(&self) {
        self.hand.advance(jiff::SignedDuration::from_secs(60)).await.unwrap();
        self.settled().await;
    }

    async fn kept_words(&self) -> Vec<String> {
        self.records().await.into_values().collect()
    }

    fn replies(&self, who: &str, root: &str, text: &str) -> String {
        self.remember(text);
        self.sim.reply(who, "stories", root, text).unwrap().ts
    }

    fn said(&self, who: &str, text: &str) -> String {
        self.remember(text);
        self.sim.message(who, "stories", text).unwrap().ts
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_meanwhile_is_heard_once_and_in_order() {
    let (_folder, mut world) = World::that_stays().await;
    let before = world.says("lee", "stories", "the invoice is wrong").await;
    world.goes_away().await;
    world.said("lee", "a refund is late");
    world.said("mia", "the contract is unclear");
    let root = world.said("mia", "their privacy officer asks who reads this");
    world.replies("lee", &before, "it is the VAT number");
    world.replies("lee", &root, "and since when");
    world.strikes("2026-11-22T19:00:00+01:00[Europe/Berlin]").await;
    world.comes_back().await;
    world.reads_on().await;
    let all = [
        "the invoice is wrong",
        "a refund is late",
        "the contract is unclear",
        "their privacy officer asks who reads this",
        "it is the VAT number",
        "and since when",
    ];
    assert_eq!(world.kept_words().await, all);
    assert_eq!(world.record(2).await.gesture, Gesture::Listening);
    assert_eq!(world.sim.ephemerals("mia", None).unwrap().len(), 0, "an hour later nobody waits for a receipt");
    // Slack may deliver late what it could not deliver, and the bot may start again.
    for (channel, ts) in [("stories", &root), ("stories", &before)] {
        world.sim.repeat_message(channel, ts).unwrap();
    }
    world.settled().await;
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.reads_on().await;
    assert_eq!(world.kept_words().await, all);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_and_deletions_of_the_last_week_are_followed() {
    let (_folder, mut world) = World::that_stays().await;
    let root = world.says("lee", "stories", "the invoice is wrong").await;
    let (edited, gone, stays) = (
        world.says("lee", "stories", "a refund is late").await,
        world.says("mia", "stories", "the contract is unclear").await,
        world.says("mia", "stories", "the PDF is blurred").await,
    );
    let reply = world.replies("lee", &root, "it is the VAT number");
    world.settled().await;
    let reply_gone = world.replies("lee", &root, "it is Acme");
    world.settled().await;
    // Hours later all this is behind what the bot is sure of.
    world.strikes("2026-11-24T18:00:00+01:00[Europe/Berlin]").await;
    world.goes_away().await;
    for (ts, text) in [(&edited, "a refund is late by a week"), (&reply, "it is the VAT number of Beta")] {
        world.remember(text);
        world.sim.edit("lee", "stories", ts, text).unwrap();
    }
    world.sim.delete("mia", "stories", &gone).unwrap();
    world.sim.delete("lee", "stories", &reply_gone).unwrap();
    world.replies("mia", &stays, "and grey, they say");
    world.comes_back().await;
    world.reads_on().await;
    let words = world.kept_words().await;
    assert_eq!(
        words,
        [
            "the invoice is wrong",
            "a refund is late by a week",
            "",
            "the PDF is blurred",
            "it is the VAT number of Beta",
            "",
            "and grey, they say"
        ]
    );
    // The first message of a thread leaves a tombstone.
    world.goes_away().await;
    world.sim.delete("lee", "stories", &root).unwrap();
    world.comes_back().await;
    world.reads_on().await;
    let words = world.kept_words().await;
    assert_eq!((words[0].as_str(), words[4].as_str()), ("", "it is the VAT number of Beta"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_slack_refuses_to_show_is_not_gone() {
    let (_folder, mut world) = World::that_stays().await;
    world.says("lee", "stories", "the invoice is wrong").await;
    world.goes_away().await;
    world.said("lee", "a refund is late");
    world.sim.remove_bot("stories").unwrap();
    world.comes_back().await;
    world.reads_on().await;
    assert_eq!(world.kept_words().await, ["the invoice is wrong"]);
    let stories = world.sim.channel_id("stories").unwrap();
    let says = ["could not be read", stories.as_str(), "not_in_channel"];
    assert_eq!(logged(&says), 1);
    world.strikes("2026-11-22T18:30:00+01:00[Europe/Berlin]").await;
    assert_eq!(logged(&says), 1, "it is said once");
    world.sim.invite_bot("lee", "stories").unwrap();
    world.strikes("2026-11-22T18:45:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.kept_words().await, ["the invoice is wrong", "a refund is late"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_start_reads_nothing() {
    let (_folder, keep) = kept();
    let mut world = World::without_bot(Company { keep, ..Company::default() }).await;
    world.said("lee", "the invoice is wrong");
    world.hand.advance(jiff::SignedDuration::from_secs(1)).await.unwrap();
    world.start_bot().await.unwrap();
    world.reads_on().await;
    assert_eq!(world.kept_words().await, Vec::<String>::new());
    assert!(world.sim.calls_of("conversations.history").is_empty());
    world.strikes("2026-11-22T22:00:00+01:00[Europe/Berlin]").await;
    assert!(world.sim.calls_of("conversations.history").is_empty(), "nor does the bot read while it hears");
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.reads_on().await;
    assert_eq!(world.kept_words().await, Vec::<String>::new());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_pages_are_read_at_a_pace_and_from_the_start_again_after_a_death() {
    let (_folder, mut world) = World::that_stays().await;
    world.goes_away().await;
    let all: Vec<String> = (0..450).map(|n| format!("invoice {n} is wrong")).collect();
    for text in &all {
        world.said("lee", text);
    }
    let root = world.sim.messages("stories").unwrap()[0]["ts"].as_str().unwrap().to_owned();
    world.replies("mia", &root, "and so is the first refund");
    world.sim.clear_faults();
    // What was said in the channel is heard, and the call for its thread hangs when the bot has to stop.
    world.sim.fail_next("conversations.replies", 1, Fault::Hang);
    world.start_bot().await.unwrap();
    world.hand.advance(jiff::SignedDuration::from_secs(9)).await.unwrap();
    assert_eq!(world.kept_words().await, all);
    let calls = world.sim.calls();
    let read: Vec<_> = calls.iter().filter(|call| call.method.starts_with("conversations.") && call.args.contains_key("oldest")).collect();
    assert_eq!(read.iter().filter(|call| call.args["channel"] == world.sim.channel_id("stories").unwrap()).count(), 3);
    assert!(read.windows(2).all(|two| two[1].at.duration_since(two[0].at) >= jiff::SignedDuration::from_secs(1)), "one a second");
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.reads_on().await;
    assert_eq!(world.kept_words().await.len(), 451);
    assert_eq!(world.kept_words().await.last().unwrap(), "and so is the first refund");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reading_waits_as_long_as_slack_asks() {
    let (_folder, mut world) = World::that_stays().await;
    world.goes_away().await;
    world.said("lee", "the invoice is wrong");
    world.sim.clear_faults();
    world.sim.fail_next("conversations.history", 3, Fault::RateLimited(50));
    world.start_bot().await.unwrap();
    world.strikes("2026-11-22T18:02:29+01:00[Europe/Berlin]").await;
    assert_eq!(world.kept_words().await, Vec::<String>::new());
    world.strikes("2026-11-22T18:02:40+01:00[Europe/Berlin]").await;
    assert_eq!(world.kept_words().await, ["the invoice is wrong"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_while_no_line_was_open_is_heard() {
    let world = World::open().await;
    world.says("lee", "stories", "the invoice is wrong").await;
    let lost = |world: &World| {
        world.sim.fault(Rule::on("event", Fault::Lost));
        world.said("lee", "a refund is late");
        world.sim.clear_faults();
    };
    // Slack has no line to offer for an hour.
    world.sim.fail_next("apps.connections.open", u32::MAX, Fault::Status(503));
    world.sim.drop_lines();
    world.soon("the lines are gone", async |world| world.hand.advance(jiff::SignedDuration::from_secs(1)).await.is_ok()).await;
    world.hand.advance(jiff::SignedDuration::from_mins(70)).await.unwrap();
    lost(&world);
    world.hand.advance(jiff::SignedDuration::from_mins(3)).await.unwrap();
    assert_eq!(world.kept_words().await, ["the invoice is wrong", "a refund is late"]);
    world.end().await;
}

/// How far all was heard moves on behind what is heard, so that the next start has little to read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_place_moves_on_while_the_bot_hears() {
    let (_folder, world) = World::that_stays().await;
    world.says("lee", "stories", "the invoice is wrong").await;
    let place = async |world: &World| {
        let stories = allears::domain::ids::ChannelId::new(&world.sim.channel_id("stories").unwrap());
        world.store().channel(stories).await.unwrap().caught_up.unwrap().upto
    };
    let first = place(&world).await;
    world.strikes("2026-11-22T19:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(place(&world).await, first, "Slack may still bring something of this hour");
    world.strikes("2026-11-22T21:00:00+01:00[Europe/Berlin]").await;
    let moved = place(&world).await;
    assert!(moved > first);
    world.strikes("2026-11-23T03:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(place(&world).await, moved, "nothing was said since, and no fact is needed");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_to_a_digest_are_kept_with_what_they_name() {
    let (_folder, mut world) = World::that_stays().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    let digest = world.sim.messages("finance-voice").unwrap()[0]["ts"].as_str().unwrap().to_owned();
    world.goes_away().await;
    for text in ["VOC-1 was mended this morning", "and lunch?"] {
        world.remember(text);
        world.sim.reply("dana", "finance-voice", &digest, text).unwrap();
    }
    world.comes_back().await;
    world.reads_on().await;
    let replies: Vec<String> = world.record(1).await.replies.into_iter().map(|reply| reply.words).collect();
    assert_eq!(replies, ["VOC-1 was mended this morning"]);
    assert_eq!(world.kept_words().await.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_that_was_missed_gets_its_receipt_once() {
    let (_folder, mut world) = World::that_stays().await;
    world.says("lee", "stories", "@bot the contract is unclear").await;
    let seen = |world: &World, who: &str| world.sim.ephemerals(who, None).unwrap().len();
    let answered = seen(&world, "lee");
    world.goes_away().await;
    world.said("mia", "@bot the invoice is wrong");
    world.said("mia", "@bot");
    world.comes_back().await;
    world.reads_on().await;
    assert_eq!(world.kept_words().await, ["the contract is unclear", "the invoice is wrong"]);
    assert_eq!(world.record(2).await.gesture, Gesture::Mention);
    for _ in 0..2 {
        assert_eq!((seen(&world, "lee"), seen(&world, "mia")), (answered, 1), "the one with words is answered");
        world.stop_bot().await;
        world.start_bot().await.unwrap();
        world.reads_on().await;
    }
    world.end().await;
}
