//! Words follow the message they were heard in: edits, deletions, previews; and replies to a digest.

use serde_json::json;

use crate::envelopes::message;
use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_is_followed_into_the_digest() {
    let world = World::open().await;
    let ts = world.says("lee", "stories", "the invoice is wrong").await;
    world.sim.edit("lee", "stories", &ts, "the contract is wrong").unwrap();
    world.settled().await;
    let record = world.record(1).await;
    assert_eq!((record.verbatim.as_str(), record.tags[0].function.as_str()), ("the contract is wrong", "legal"));
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    assert!(world.channel("finance-voice").is_empty());
    world.sim.edit("lee", "stories", &ts, "the contract is right").unwrap();
    world.settled().await;
    assert!(world.channel("legal-voice")[0].contains("“the contract is right”"), "{:?}", world.channel("legal-voice"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_is_followed_and_final() {
    let world = World::open().await;
    let ts = world.says("lee", "stories", "the invoice is wrong").await;
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    world.sim.delete("lee", "stories", &ts).unwrap();
    world.settled().await;
    assert_eq!(world.record(1).await.verbatim, "");
    assert!(world.channel("finance-voice")[0].ends_with("VOC-1 was withdrawn."));
    assert!(world.delivers(&message(&world, 1, &json!({"ts": ts}))).await.is_some());
    assert_eq!(world.records().await.len(), 1, "a late delivery brings nothing back");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_of_a_link_changes_nothing() {
    let world = World::open().await;
    let ts = world.says("lee", "stories", "the invoice is wrong, see https://acme.test").await;
    let before = world.record(1).await;
    world.sim.unfurl("stories", &ts, &json!({"title": "Acme"})).unwrap();
    world.settled().await;
    assert_eq!(world.record(1).await, before);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_before_the_message_that_it_concerns_is_followed_too() {
    let world = World::open().await;
    let edited = json!({
        "subtype": "message_changed", "hidden": true, "ts": "1795366900.000001", "previous_message": {"text": "before"},
        "message": {"type": "message", "user": world.sim.person_id("lee"), "text": "the refund is late", "ts": "1795366800.000001", "edited": {"ts": "1795366900.000000"}},
    });
    assert!(world.delivers(&message(&world, 9, &edited)).await.is_some());
    assert!(world.delivers(&message(&world, 1, &json!({"text": "the refund is l8"}))).await.is_some());
    assert_eq!(world.records().await.into_values().collect::<Vec<_>>(), ["the refund is late"]);
    let deleted = json!({"subtype": "message_deleted", "hidden": true, "deleted_ts": "1795366800.000002", "ts": "1795366901.000000"});
    assert!(world.delivers(&message(&world, 8, &deleted)).await.is_some());
    assert!(world.delivers(&message(&world, 2, &json!({}))).await.is_some());
    assert_eq!(world.records().await.len(), 1, "it was gone before it came");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_author_of_a_listened_message_reads_a_receipt_in_passing_and_can_undo() {
    let world = World::open().await;
    world.says("lee", "stories", "the invoice is wrong").await;
    assert!(world.seen_by("lee", "stories")[0].starts_with("Heard: VOC-1"));
    assert!(world.presses("lee", "stories", "undo").await.ok);
    assert!(world.record(1).await.withdrawn);
    // Slack takes none for a while: what is said in passing is not said later.
    world.sim.fail_next("chat.postEphemeral", 1, slack_sim::Fault::RateLimited(600));
    world.says("lee", "stories", "the contract is wrong").await;
    world.strikes("2026-11-22T19:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.seen_by("lee", "stories").len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_to_a_digest_that_names_a_record_is_kept_with_it() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    let digest = world.posts("finance-voice").remove(0)["ts"].as_str().unwrap().to_owned();
    world.remember("the template was mended on Friday");
    let reply = world.sim.reply("dana", "finance-voice", &digest, "VOC-1: the template was mended on Friday").unwrap().ts;
    world.sim.reply("dana", "finance-voice", &digest, "VOC-404 is none").unwrap();
    world.sim.reply("dana", "finance-voice", &digest, "no number here").unwrap();
    world.settled().await;
    assert_eq!(world.records().await.len(), 1, "a reply is no feedback");
    let shown = world.runs("mia", "sales", "/allears", "VOC-1").await.text().to_owned();
    assert!(shown.ends_with("@dana: VOC-1: the template was mended on Friday"), "{shown}");
    world.sim.edit("dana", "finance-voice", &reply, "VOC-1: mended on Thursday").unwrap();
    world.settled().await;
    assert_eq!(world.record(1).await.replies[0].words, "VOC-1: mended on Thursday");
    world.sim.delete("dana", "finance-voice", &reply).unwrap();
    world.settled().await;
    assert!(world.record(1).await.replies.is_empty());
    world.end().await;
}
