//! Being left in peace: channels without digests, people without direct messages.

use insta::assert_snapshot;

use crate::world::{Company, World, kept};

const MONDAY: &str = "2026-11-23T09:05:00+01:00[Europe/Berlin]";
const TUESDAY: &str = "2026-11-24T09:05:00+01:00[Europe/Berlin]";
const WEDNESDAY: &str = "2026-11-25T09:05:00+01:00[Europe/Berlin]";

impl World {
    async fn asks_in(&self, who: &str, channel: &str, text: &str) -> String {
        self.runs(who, channel, "/allears", text).await.text().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_pauses_reads_all_of_it_afterwards_also_after_a_restart() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    let answer = world.asks_in("dana", "finance-voice", "pause here").await;
    assert_eq!(answer, "No digest comes here. The channel is told that you paused it.");
    assert_snapshot!(world.channel("finance-voice").concat(), @"@dana paused the digest of Finance. What is told meanwhile is kept. /allears resume here lets it come again.");
    world.strikes(MONDAY).await;
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the refund is late").await;
    world.strikes(TUESDAY).await;
    assert_eq!(world.channel("finance-voice").len(), 1, "{:?}", world.channel("finance-voice"));
    assert!(world.asks_in("lee", "sales", "status").await.contains("Finance is paused by @dana."));
    world.asks_in("lee", "finance-voice", "resume here").await;
    // Whoever starts looks what is due.
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.strikes("2026-11-24T20:00:00+01:00[Europe/Berlin]").await;
    let told = world.channel("finance-voice");
    assert_eq!(told.len(), 2, "not before its next hour: {told:?}");
    assert_eq!(told[1], "@lee resumed the digest of Finance. The next one brings all that was told meanwhile.");
    world.strikes(WEDNESDAY).await;
    let digest = world.channel("finance-voice").pop().unwrap();
    assert!(digest.contains("the invoice is wrong") && digest.contains("the refund is late") && !digest.contains("Late"), "{digest}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_with_a_day_ends_by_itself() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    let answer = world.asks_in("dana", "finance-voice", "pause here until 2026-11-24").await;
    assert_eq!(answer, "No digest comes here until Tuesday 24 November 2026. The channel is told that you paused it.");
    world.strikes(MONDAY).await;
    assert_eq!(world.channel("finance-voice").len(), 1);
    world.strikes(TUESDAY).await;
    assert!(world.channel("finance-voice")[1].contains("the invoice is wrong"), "{:?}", world.channel("finance-voice"));
    assert!(!world.asks_in("lee", "sales", "status").await.contains("paused"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_is_answered_and_changes_nothing() {
    let world = World::open().await;
    assert_eq!(world.asks_in("lee", "sales", "pause here").await, "No digest comes to this channel. Ask in the channel of your team.");
    assert_eq!(
        world.asks_in("dana", "finance-voice", "pause here until 2026-11-22").await,
        "22 November 2026 has passed. Name a day to come, such as 2026-12-24."
    );
    assert_eq!(world.asks_in("dana", "finance-voice", "resume here").await, "It is so already: nothing was changed.");
    let help = world.asks_in("dana", "finance-voice", "pause here for ever and ever").await;
    assert!(help.starts_with("/allears pause here in a team's channel"), "{help}");
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.strikes(MONDAY).await;
    assert_eq!(world.channel("finance-voice").len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_mutes_direct_messages_gets_answers_alone() {
    let world = World::open().await;
    world.learns_to_react("lee").await;
    let muted = world.asks_in("dana", "sales", "pause").await;
    assert_eq!(muted, "I write to you directly no more, but for answers to what you do. /allears resume lets me write again.");
    let first = world.says("dana", "sales", "the invoice of Acme is wrong").await;
    world.reacts("lee", "sales", &first).await;
    assert!(world.told_directly("dana").is_empty(), "{:?}", world.told_directly("dana"));
    world.says("dana", "@bot", "Acme says that the contract is odd").await;
    assert!(world.told_directly("dana")[0].starts_with("Heard: VOC-3"), "an answer: {:?}", world.told_directly("dana"));
    assert_eq!(world.asks_in("dana", "sales", "unmute").await, "I write to you directly again.");
    let second = world.says("dana", "sales", "the refund of Acme is late").await;
    world.reacts("lee", "sales", &second).await;
    world.strikes("2026-11-22T18:05:00+01:00[Europe/Berlin]").await;
    assert!(world.told_directly("dana")[1].starts_with("@lee passed on a message of yours"), "{:?}", world.told_directly("dana"));
    world.end().await;
}
