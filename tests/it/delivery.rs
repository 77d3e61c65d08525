//! The way of a letter into its channel, whatever Slack answers: once, in order, and never in silence.

use serde_json::Value;
use slack_sim::{Fault, NewChannel};

use crate::moody::{Does, Moody, posted};
use crate::world::{Company, World, functions, kept, logged};

const MONDAY: &str = "2026-11-23T09:00:00+01:00[Europe/Berlin]";

/// A company in which the digest of Monday morning meets a fault.
async fn monday_with(fault: Fault) -> World {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.fail_next("chat.postMessage", 1, fault);
    world.strikes(MONDAY).await;
    world
}

impl World {
    /// How often the bot tried to post, and how many messages stand in the channel.
    fn tried_and_posted(&self) -> (usize, usize) {
        let finance = self.sim.channel_id("finance-voice");
        let tried = self.sim.calls_of("chat.postMessage").into_iter().filter(|call| call.arg("channel") == finance.as_deref());
        (tried.count(), self.posts("finance-voice").len())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_waits_as_long_as_slack_asks() {
    let world = monday_with(Fault::RateLimited(47)).await;
    world.strikes("2026-11-23T09:00:46+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (1, 0));
    world.strikes("2026-11-23T09:00:47+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (2, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_of_slacks_is_tried_again() {
    let world = monday_with(Fault::Status(503)).await;
    world.strikes("2026-11-23T09:00:29+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (1, 0));
    world.strikes("2026-11-23T09:00:36+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (2, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_whose_answer_was_lost_is_found_and_not_posted_again() {
    let world = monday_with(Fault::AnswerLost).await;
    assert_eq!(world.store().outbox().await.unwrap().len(), 1, "it is not known to be posted");
    world.strikes("2026-11-23T09:00:29+01:00[Europe/Berlin]").await;
    assert_eq!(world.sim.calls_of("conversations.history").len(), 0, "Slack may not show it yet");
    world.strikes("2026-11-23T09:00:36+01:00[Europe/Berlin]").await;
    assert_eq!(world.sim.calls_of("conversations.history").len(), 1);
    assert_eq!(world.tried_and_posted(), (1, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_hangs_is_given_up_after_ten_seconds_and_found() {
    let world = monday_with(Fault::Slow(60_000)).await;
    world.strikes("2026-11-23T09:00:39+01:00[Europe/Berlin]").await;
    assert_eq!(world.sim.calls_of("conversations.history").len(), 0);
    world.strikes("2026-11-23T09:00:46+01:00[Europe/Berlin]").await;
    assert_eq!(world.sim.calls_of("conversations.history").len(), 1);
    assert_eq!(world.tried_and_posted(), (1, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_the_thread_whose_answer_was_lost_is_found_there() {
    let world = World::open().await;
    for n in 0..30 {
        world.heard("lee", "sales", &format!("invoice {n} is wrong")).await;
    }
    // The first post goes well, the second is done and not answered.
    world.sim.fail_next("chat.postMessage", 1, Fault::Slow(0));
    world.sim.fail_next("chat.postMessage", 1, Fault::AnswerLost);
    world.strikes("2026-11-23T09:00:30+01:00[Europe/Berlin]").await;
    assert_eq!(world.sim.calls_of("conversations.replies").len(), 0, "Slack may not show it yet");
    world.strikes("2026-11-23T09:00:40+01:00[Europe/Berlin]").await;
    assert_eq!(world.sim.calls_of("conversations.replies").len(), 1);
    assert_eq!(world.tried_and_posted(), (3, 3));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_stops_between_post_and_note_does_not_post_twice() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.fail_next("chat.postMessage", 1, Fault::AnswerLost);
    world.strikes(MONDAY).await;
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.passes(29).await;
    assert_eq!(world.sim.calls_of("conversations.history").len(), 0, "Slack may not show it yet");
    world.passes(1).await;
    assert_eq!(world.sim.calls_of("conversations.history").len(), 1);
    assert_eq!(world.tried_and_posted(), (1, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_cannot_be_noted_is_not_posted_again() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    store.falls_into(posted, Does::Refuses);
    world.strikes("2026-11-23T09:05:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (1, 1));
    store.is_well();
    world.strikes("2026-11-23T09:10:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (1, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_is_told_once_with_its_cure_and_posted_when_it_is_mended() {
    let channels = [("finance", "#left-voice"), ("product", "#shut-voice"), ("support", "#nowhere-voice"), ("legal", "#legal-voice")];
    let functions = functions(&channels.map(|(id, channel)| (id, format!("channel = \"{channel}\""))));
    let rules = Company::default().rules + "[[rule]]\nid = \"hotline\"\nfunction = \"support\"\nphrases = [\"hotline\"]\n";
    let mut world = World::without_bot(Company { functions, rules, ..Company::default() }).await;
    for channel in ["left-voice", "shut-voice"] {
        world.sim.add_channel(NewChannel::named(channel).with_bot());
    }
    world.start_bot().await.unwrap();
    world.sim.remove_bot("left-voice").unwrap();
    world.sim.archive("shut-voice", true).unwrap();
    for text in ["the invoice is wrong", "a missing feature", "the hotline is silent", "the contract is odd"] {
        world.heard("lee", "sales", text).await;
    }
    world.strikes("2026-11-23T12:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("legal-voice").len(), 1);
    let failed = "a digest cannot be posted";
    assert_eq!(logged(&[failed, "not_in_channel", "type /invite @allears in #left-voice"]), 1);
    assert_eq!(logged(&[failed, "is_archived", "#shut-voice is archived: name another channel in functions.toml"]), 1);
    assert_eq!(logged(&[failed, "channel_not_found", "I cannot see #nowhere-voice"]), 1);
    world.sim.invite_bot("lee", "left-voice").unwrap();
    world.sim.archive("shut-voice", false).unwrap();
    world.sim.add_channel(NewChannel::named("nowhere-voice").with_bot());
    world.strikes("2026-11-23T12:10:00+01:00[Europe/Berlin]").await;
    for mended in ["left-voice", "shut-voice", "nowhere-voice"] {
        assert_eq!(world.posts(mended).len(), 1, "{mended}");
    }
    assert_eq!(logged(&[failed, "not_in_channel", "#left-voice"]), 1, "once, however often it is tried");
    world.end().await;
}

/// A message that Slack will never take, whoever mends whatever; and one that nobody mended for a week.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_posted_is_given_up() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.heard("lee", "sales", "the contract is wrong").await;
    world.sim.fail_next("chat.postMessage", 1, Fault::Error("invalid_blocks".to_owned()));
    world.strikes(MONDAY).await;
    let waiting = world.store().outbox().await.unwrap();
    assert_eq!(waiting, [], "one was posted, one was given up at once");
    world.heard("lee", "sales", "the invoice and the contract are wrong again").await;
    for channel in ["finance-voice", "legal-voice"] {
        world.sim.remove_bot(channel).unwrap();
    }
    world.strikes("2026-12-01T08:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.store().outbox().await.unwrap().len(), 2);
    world.strikes("2026-12-01T09:20:00+01:00[Europe/Berlin]").await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_carries_its_key_and_parts_go_to_the_thread_in_order() {
    let both = functions(&["finance", "legal"].map(|id| (id, "channel = \"#finance-voice\"")));
    let world = World::of(Company { functions: both, ..Company::default() }).await;
    for n in 0..30 {
        world.heard("lee", "sales", &format!("invoice {n} breaks the contract")).await;
    }
    world.sim.fail_next("chat.postMessage", 1, Fault::RateLimited(5));
    world.strikes("2026-11-23T09:00:30+01:00[Europe/Berlin]").await;
    let mut posts = world.posts("finance-voice");
    posts.sort_by_key(|post| post["ts"].as_str().unwrap().to_owned());
    let key = |post: &Value| post["metadata"]["event_payload"]["key"].as_str().unwrap().to_owned();
    let keys: Vec<String> = posts.iter().map(key).collect();
    let expected: Vec<String> =
        ["finance", "legal"].iter().flat_map(|id| (0..3).map(move |part| format!("{id}/2026-11-23/{part}"))).collect();
    assert_eq!(keys, expected);
    for of_one in posts.chunks(3) {
        assert!(of_one[0]["thread_ts"].is_null() || of_one[0]["thread_ts"] == of_one[0]["ts"]);
        assert!(of_one[1..].iter().all(|part| part["thread_ts"] == of_one[0]["ts"]));
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_posted_where_another_company_reads() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.share_outside("finance-voice", true).unwrap();
    world.strikes("2026-11-23T09:05:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (0, 0));
    assert_eq!(logged(&["a digest cannot be posted", "shared_with_others", "#finance-voice is shared with another company"]), 1);
    world.sim.share_outside("finance-voice", false).unwrap();
    world.strikes("2026-11-23T10:20:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (1, 1));
    world.end().await;
}
