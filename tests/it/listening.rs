//! Telling by writing in a channel that is listened to.

use allears::domain::feedback::{Gesture, Origin};
use serde_json::json;
use slack_sim::{NewChannel, NewPerson};

use crate::envelopes::{event, message};
use crate::moody::{Does, Moody, hears};
use crate::world::{Company, World, logged};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_kept_once_however_often_it_comes() {
    let world = World::open().await;
    let ts = world.says("lee", "stories", "@bot the invoice is wrong").await;
    assert!(world.sim.repeat_last_event());
    world.settled().await;
    world.sim.repeat_message("stories", &ts).unwrap();
    world.settled().await;
    let kinds: Vec<_> = world.sim.events().iter().map(|event| event["event"]["type"].clone()).collect();
    assert!(kinds.contains(&json!("app_mention")), "{kinds:?}");
    assert_eq!(world.records().await.into_values().collect::<Vec<_>>(), ["the invoice is wrong"]);
    let record = world.record(1).await;
    assert_eq!((record.gesture, record.origin), (Gesture::Mention, Origin::Public));
    assert_eq!(record.source.unwrap().ts, ts);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_said_is_left_alone() {
    let world = World::open().await;
    let ts = world.says("lee", "stories", "the invoice is wrong").await;
    world.sim.edit("lee", "stories", &ts, "the invoice is right").unwrap();
    world.sim.react("mia", "stories", &ts, "eyes").unwrap();
    world.sim.delete("lee", "stories", &ts).unwrap();
    world.sim.add_person(NewPerson::named("robot").bot());
    world.sim.message("robot", "stories", "a refund was made").unwrap();
    world.settled().await;
    for (n, fields) in (1..).zip([
        json!({"subtype": "channel_topic"}),
        json!({"subtype": "channel_join"}),
        json!({"bot_id": "B1"}),
        json!({"user": world.sim.bot_user()}),
        json!({"hidden": true}),
        json!({"channel": "C404"}),
        json!({"text": "\u{200B}"}),
    ]) {
        assert!(world.delivers(&message(&world, n, &fields)).await.is_some(), "{fields} is acknowledged");
    }
    assert_eq!(world.records().await.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_threads_and_broadcasts_are_heard() {
    let world = World::open().await;
    for (n, fields) in
        (1..).zip([json!({"subtype": "file_share"}), json!({"subtype": "thread_broadcast"}), json!({"thread_ts": "1795366800.000001"})])
    {
        assert!(world.delivers(&message(&world, n, &fields)).await.is_some());
    }
    assert_eq!(world.records().await.len(), 3);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_channels_are_not_listened_to() {
    let world = World::open().await;
    world.says("lee", "sales", "the invoice is wrong").await;
    assert!(world.records().await.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_other_companies_are_not_listened_to() {
    let world = World::open().await;
    world.sim.share_outside("stories", true).unwrap();
    world.sim.add_person(NewPerson::named("guest").of_team("T0THERS"));
    world.says("guest", "stories", "the invoice is wrong").await;
    assert!(world.delivers(&message(&world, 1, &json!({"user": "U404", "user_team": "T0THERS"}))).await.is_some());
    assert!(world.records().await.is_empty());
    world.says("lee", "stories", "their refund is late").await;
    assert_eq!(world.record(1).await.origin, Origin::External);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_channel_is_not_listened_to_even_if_it_is_listed() {
    let allears = "[[listen]]\nchannel = \"#hush\"\nmode = \"all\"\nchosen_by = \"U00000001\"\n".to_owned();
    let mut world = World::without_bot(Company { allears, ..Company::default() }).await;
    world.sim.add_channel(NewChannel::named("hush").private().members(["lee"]).with_bot());
    world.start_bot().await.unwrap();
    world.says("lee", "hush", "the invoice is wrong").await;
    let hush = world.sim.channel_id("hush");
    assert!(world.delivers(&message(&world, 1, &json!({"channel": hush, "channel_type": null}))).await.is_some());
    assert!(world.records().await.is_empty());
    assert_eq!(logged(&["#hush is private"]), 1, "whoever runs the bot is told");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_comes_later_is_listened_to_from_then_on() {
    let allears = "[[listen]]\nchannel = \"#newcomers\"\nmode = \"all\"\nchosen_by = \"U00000001\"\n".to_owned();
    let world = World::of(Company { allears, ..Company::default() }).await;
    world.sim.add_channel(NewChannel::named("newcomers").members(["lee"]).with_bot());
    world.strikes("2026-11-22T19:00:01+01:00[Europe/Berlin]").await;
    world.says("lee", "newcomers", "the invoice is wrong").await;
    assert_eq!(world.records().await.len(), 1);
    world.end().await;
}

/// Slack did not say at the start which channels there are: nothing is lost until it does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_before_channels_are_known_is_kept_when_it_comes_again() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.fail_next("conversations.list", 1, slack_sim::Fault::Error("fatal_error_of_a_new_kind".to_owned()));
    world.sim.fail_next("conversations.info", 4, slack_sim::Fault::Error("internal_error".to_owned()));
    world.start_bot().await.unwrap();
    world.says("lee", "stories", "the invoice is wrong").await;
    assert!(world.records().await.is_empty());
    world.strikes("2026-11-22T18:00:31+01:00[Europe/Berlin]").await;
    world.until("the message is kept", async |world| !world.records().await.is_empty()).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_kept_is_not_acknowledged_and_kept_when_it_comes_again() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    store.falls_into(hears, Does::Refuses);
    world.says("lee", "stories", "the invoice is wrong").await;
    assert_eq!(world.delivers(&message(&world, 1, &json!({"text": "a refund is late"}))).await, None);
    assert!(world.records().await.is_empty());
    store.is_well();
    world.until("Slack's retry is kept", async |world| !world.records().await.is_empty()).await;
    assert_eq!(world.records().await.into_values().collect::<Vec<_>>(), ["the invoice is wrong"]);
    assert!(world.sim.lost_events().is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_events_are_acknowledged_and_change_nothing() {
    let world = World::open().await;
    for (n, kind) in (1..).zip(["channel_rename", "member_joined_channel", "pin_added"]) {
        assert!(world.delivers(&event(&world, n, &json!({"type": kind}))).await.is_some());
    }
    assert!(world.records().await.is_empty());
    world.end().await;
}

/// An admin lists a channel that is shared with a customer, whose people are heard there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_other_companies_are_heard_where_an_admin_says_so() {
    let allears = Company::default().allears.replace("mode =", "outsiders = true\nmode =");
    let world = World::of(Company { allears, ..Company::default() }).await;
    for channel in ["stories", "sales"] {
        world.sim.share_outside(channel, true).unwrap();
    }
    world.sim.add_person(NewPerson::named("guest").of_team("T0THERS"));
    world.says("guest", "sales", "your invoice is wrong").await;
    assert!(world.records().await.is_empty(), "only there");
    let ts = world.says("guest", "stories", "your invoice is wrong").await;
    assert_eq!(world.record(1).await.origin, Origin::External);
    assert!(world.seen_by("guest", "stories").is_empty(), "they read nothing of it");
    world.sim.reply("dana", "stories", &ts, "we look into it").unwrap();
    world.settled().await;
    world.sim.reply("lee", "stories", &ts, "@bot").unwrap();
    world.settled().await;
    assert_eq!(world.record(3).await.verbatim, "guest: your invoice is wrong\ndana: we look into it", "a thread too");
    for no in ["2", "3"] {
        let teller = if no == "2" { "dana" } else { "lee" };
        world.delivers(&world.pressed_by(teller, "undo", no)).await.unwrap();
    }
    world.sim.edit("guest", "stories", &ts, "your contract is wrong").unwrap();
    world.settled().await;
    assert_eq!(world.record(1).await.verbatim, "your contract is wrong");
    world.strikes("2026-11-23T09:05:00+01:00[Europe/Berlin]").await;
    assert!(world.channel("legal-voice").concat().ends_with("told by @guest in #stories"), "{:?}", world.channel("legal-voice"));
    world.end().await;
}
