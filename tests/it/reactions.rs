//! Passing a message on by a reaction.

use allears::domain::feedback::{Gesture, Origin};
use insta::assert_snapshot;
use slack_sim::{Fault, NewChannel, NewPerson};

use crate::acting::labels;
use crate::world::{Company, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_time_asks_whether_it_was_meant_and_later_times_do_not() {
    let world = World::open().await;
    let ts = world.says("dana", "sales", "the invoice of Acme is wrong").await;
    world.reacts("lee", "sales", &ts).await;
    assert!(world.records().await.is_empty());
    assert_snapshot!(world.seen_by("lee", "sales")[0], @"You reacted with :postbox:. With it you pass a message on to the teams that it concerns. Do you mean this one? After a yes I do not ask again.");
    assert!(world.presses("lee", "sales", "pass_on").await.ok);
    let seen = world.seen_by("lee", "sales");
    assert_eq!(seen.len(), 1, "the question is gone: {seen:?}");
    assert!(seen[0].starts_with("Heard: VOC-1, shown as @lee"), "{seen:?}");
    let record = world.record(1).await;
    assert_eq!((record.gesture, record.source.unwrap().ts), (Gesture::Reaction, ts));
    let next = world.says("dana", "sales", "their contract too").await;
    world.reacts("lee", "sales", &next).await;
    assert_eq!(world.record(2).await.verbatim, "their contract too");
    world.passes(1).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_no_passes_nothing_on() {
    let world = World::open().await;
    let ts = world.says("dana", "sales", "the invoice of Acme is wrong").await;
    world.reacts("lee", "sales", &ts).await;
    assert!(world.presses("lee", "sales", "leave_it").await.ok);
    assert_eq!(world.seen_by("lee", "sales"), ["Nothing was passed on."]);
    assert!(world.records().await.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_author_is_told_once_and_can_remove_it_for_good() {
    let world = World::open().await;
    world.learns_to_react("lee").await;
    world.learns_to_react("mia").await;
    world.strikes("2026-11-22T18:01:00+01:00[Europe/Berlin]").await;
    let ts = world.says("dana", "sales", "the invoice of Acme is wrong").await;
    world.reacts("lee", "sales", &ts).await;
    assert_snapshot!(world.told_directly("dana").join("\n--\n"), @"@lee passed on a message of yours in #sales as what a customer said: VOC-3, for Finance. If you do not want that, remove it: it is gone everywhere then, and is not taken again.");
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    assert!(world.presses("dana", "@dana", "remove").await.ok);
    assert_eq!(world.told_directly("dana"), ["VOC-3 is gone, and your message is not taken again."]);
    let digest = world.channel("finance-voice");
    assert!(digest[0].contains("VOC-3 was withdrawn."), "{digest:?}");
    world.reacts("mia", "sales", &ts).await;
    assert!(world.shortcut("raj", "heard_from_message", Some(("sales", &ts))).await.ok);
    assert_eq!(labels(&world.form("raj")), ["Its author does not want this message passed on, or it was deleted."]);
    assert!(world.records().await.values().all(|words| !words.contains("Acme")), "{:?}", world.records().await);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_it_away_within_ten_minutes_undoes_it_and_later_does_not() {
    let world = World::open().await;
    world.learns_to_react("lee").await;
    let ts = world.says("dana", "sales", "the invoice of Acme is wrong").await;
    world.reacts("lee", "sales", &ts).await;
    world.strikes("2026-11-22T18:09:00+01:00[Europe/Berlin]").await;
    world.unreacts("lee", "sales", &ts).await;
    assert!(world.record(2).await.withdrawn);
    // Meant after all.
    world.reacts("lee", "sales", &ts).await;
    assert_eq!(world.record(3).await.verbatim, "the invoice of Acme is wrong");
    world.strikes("2026-11-22T18:20:00+01:00[Europe/Berlin]").await;
    world.unreacts("lee", "sales", &ts).await;
    assert!(!world.record(3).await.withdrawn, "it was told long ago");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_private_channel_it_always_asks() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.add_channel(NewChannel::named("board").private().members(["lee", "dana"]).with_bot());
    world.start_bot().await.unwrap();
    world.learns_to_react("lee").await;
    for n in 2..4 {
        let ts = world.says("dana", "board", &format!("the invoice of merger {n} is wrong")).await;
        world.reacts("lee", "board", &ts).await;
        assert!(world.seen_by("lee", "board").last().unwrap().contains("only some people may read here"));
        assert_eq!(u64::try_from(world.records().await.len()).unwrap(), n - 1, "not before somebody says so");
        assert!(world.presses("lee", "board", "pass_on").await.ok);
        assert_eq!(world.record(n).await.origin, Origin::Private);
    }
    world.passes(2).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_a_colleagues_message_is_left_alone() {
    let world = World::open().await;
    world.learns_to_react("lee").await;
    world.sim.share_outside("sales", true).unwrap();
    world.sim.add_person(NewPerson::named("guest").of_team("T0THERS"));
    let foreign = world.says("guest", "sales", "your invoice is wrong").await;
    world.reacts("lee", "sales", &foreign).await;
    let ours = world.says("dana", "sales", "their invoice is wrong").await;
    world.reacts("guest", "sales", &ours).await;
    world.sim.react("lee", "sales", &ours, "eyes").unwrap();
    world.settled().await;
    assert_eq!(world.records().await.len(), 1);
    // Nor our own digest.
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    let digest = world.posts("finance-voice").pop();
    if let Some(digest) = digest {
        world.reacts("lee", "finance-voice", digest["ts"].as_str().unwrap()).await;
    }
    assert_eq!(world.records().await.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_in_a_thread_is_taken_alone_and_its_receipt_stands_in_the_thread() {
    let world = World::open().await;
    world.learns_to_react("lee").await;
    let root = world.says("dana", "sales", "how was the call?").await;
    let reply = world.sim.reply("mia", "sales", &root, "they say the invoice is wrong").unwrap().ts;
    world.settled().await;
    world.reacts("lee", "sales", &reply).await;
    assert_eq!(world.record(2).await.verbatim, "they say the invoice is wrong");
    let receipts = world.sim.ephemerals("lee", Some("sales")).unwrap();
    assert_eq!(receipts.last().unwrap()["thread_ts"], root.as_str(), "{receipts:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_passed_on_already_is_said_so() {
    let world = World::open().await;
    world.learns_to_react("lee").await;
    world.learns_to_react("mia").await;
    let ts = world.says("dana", "sales", "the invoice of Acme is wrong").await;
    world.reacts("lee", "sales", &ts).await;
    world.reacts("mia", "sales", &ts).await;
    // Slack takes one message a second.
    world.strikes("2026-11-22T18:01:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.seen_by("mia", "sales").pop().unwrap(), "I have had this before: it is VOC-3. Nothing was added.");
    assert_eq!(world.told_directly("dana").len(), 1, "once");
    world.end().await;
}

/// Slack does not show the message for now: nothing is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_cannot_be_read_for_now_is_taken_when_the_reaction_comes_again() {
    let world = World::open().await;
    world.learns_to_react("lee").await;
    let ts = world.says("dana", "sales", "the invoice of Acme is wrong").await;
    world.sim.fail_next("conversations.history", 4, Fault::Error("internal_error".to_owned()));
    world.reacts("lee", "sales", &ts).await;
    world.strikes("2026-11-22T18:01:00+01:00[Europe/Berlin]").await;
    world.until("Slack sends it again", async |world| world.records().await.len() == 2).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_gone_meanwhile_is_not_passed_on() {
    let world = World::open().await;
    let ts = world.says("dana", "sales", "the invoice of Acme is wrong").await;
    world.reacts("lee", "sales", &ts).await;
    world.sim.delete("dana", "sales", &ts).unwrap();
    assert!(world.presses("lee", "sales", "pass_on").await.ok);
    assert!(world.seen_by("lee", "sales")[0].starts_with("I cannot read that message"), "{:?}", world.seen_by("lee", "sales"));
    world.end().await;
}

/// A channel that the bot has not met is not taken for public.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_private_channel_that_is_new_it_asks_too() {
    let world = World::open().await;
    world.learns_to_react("lee").await;
    world.sim.add_channel(NewChannel::named("merger").private().members(["lee", "dana"]).with_bot());
    let ts = world.says("dana", "merger", "the invoice of the merger is wrong").await;
    world.reacts("lee", "merger", &ts).await;
    assert!(world.seen_by("lee", "merger").last().unwrap().contains("only some people may read here"));
    assert_eq!(world.records().await.len(), 1);
    assert!(world.presses("lee", "merger", "pass_on").await.ok);
    assert_eq!(world.record(2).await.origin, Origin::Private);
    world.end().await;
}
