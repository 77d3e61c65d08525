//! Telling by a mention, and by a direct message.

use allears::domain::feedback::{Gesture, Origin};
use insta::assert_snapshot;
use slack_sim::NewChannel;

use crate::world::{Company, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_is_heard_in_any_channel_once() {
    let world = World::open().await;
    let ts = world.says("lee", "sales", "@bot Acme says the invoice is wrong").await;
    world.sim.repeat_message("sales", &ts).unwrap();
    world.settled().await;
    assert_eq!(world.records().await.into_values().collect::<Vec<_>>(), ["Acme says the invoice is wrong"]);
    let record = world.record(1).await;
    assert_eq!((record.gesture, record.origin), (Gesture::Mention, Origin::Public));
    let seen = world.seen_by("lee", "sales");
    assert!(seen.len() == 1 && seen[0].starts_with("Heard: VOC-1"), "{seen:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_alone_in_a_thread_takes_the_thread() {
    let world = World::open().await;
    let root = world.says("dana", "sales", "Acme called about the invoice").await;
    world.sim.reply("mia", "sales", &root, "again").unwrap();
    world.sim.reply("lee", "sales", &root, "@bot").unwrap();
    world.settled().await;
    assert_eq!(world.record(1).await.verbatim, "dana: Acme called about the invoice\nmia: again");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_alone_is_answered_with_help() {
    let world = World::open().await;
    world.says("lee", "sales", "@bot").await;
    assert!(world.records().await.is_empty());
    assert!(world.seen_by("lee", "sales")[0].starts_with("Tell me what a customer said"), "{:?}", world.seen_by("lee", "sales"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_message_is_heard() {
    let world = World::open().await;
    world.says("lee", "@bot", "Acme says the invoice is wrong").await;
    let record = world.record(1).await;
    assert_eq!((record.gesture, record.origin), (Gesture::Direct, Origin::Direct));
    assert!(world.told_directly("lee")[0].starts_with("Heard: VOC-1"));
    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    assert!(world.channel("finance-voice")[0].ends_with("told by @lee in a direct message"), "{:?}", world.channel("finance-voice"));
    assert!(world.presses("lee", "@lee", "undo").await.ok);
    assert!(world.record(1).await.withdrawn);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_question_gets_help_and_can_be_kept_all_the_same() {
    let world = World::open().await;
    world.says("lee", "@bot", "how do I get an invoice?").await;
    assert!(world.records().await.is_empty());
    assert_snapshot!(world.told_directly("lee").join("\n--\n"), @r"
    Tell me what a customer said, here or with /heard what the customer said, and I pass it on to the teams that it concerns. /allears mine lists what you told and what became of it; /allears help the rest.
    Was your message what a customer said?
    ");
    assert!(world.presses("lee", "@lee", "keep").await.ok);
    assert_eq!(world.record(1).await.verbatim, "how do I get an invoice?");
    world.passes(1).await;
    let told = world.told_directly("lee");
    assert!(told.len() == 1 && told[0].starts_with("Heard: VOC-1"), "{told:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_in_a_private_channel_is_say_so_enough_and_names_no_channel() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.add_channel(NewChannel::named("board").private().members(["lee"]).with_bot());
    world.start_bot().await.unwrap();
    world.says("lee", "board", "@bot the invoice is wrong").await;
    assert_eq!(world.record(1).await.origin, Origin::Private);
    world.end().await;
}

/// Whose words a thread's are is told, as by the menu and the reaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_author_whose_thread_is_taken_by_a_mention_is_told() {
    let world = World::open().await;
    let root = world.says("dana", "sales", "Acme called about the invoice").await;
    world.sim.reply("lee", "sales", &root, "@bot").unwrap();
    world.settled().await;
    assert!(world.told_directly("dana")[0].starts_with("@lee passed on a message of yours"), "{:?}", world.told_directly("dana"));
    world.end().await;
}
