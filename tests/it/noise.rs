//! Channels of which not everything is heard.

use crate::world::{Company, World};

pub(crate) fn listening(mode: &str) -> Company {
    let allears = format!("[[listen]]\nchannel = \"#stories\"\nmode = \"{mode}\"\nchosen_by = \"U00000001\"\n");
    Company { allears, ..Company::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filtered_channel_is_told_so_and_only_what_customers_said_is_heard() {
    let world = World::of(listening("filtered")).await;
    assert!(world.channel("stories")[0].contains("what a customer seems to have said is passed on"), "{:?}", world.channel("stories"));
    for noise in ["good morning", "lunch?", "thanks", "🎉🎉", "https://acme.test"] {
        world.says("lee", "stories", noise).await;
    }
    assert!(world.records().await.is_empty(), "{:?}", world.records().await);
    world.says("lee", "stories", "the customer says the invoice is wrong").await;
    assert_eq!(world.records().await.len(), 1);
    // A gesture is never filtered.
    world.says("lee", "stories", "@bot lunch?").await;
    assert_eq!(world.records().await.len(), 2);
    world.end().await;
}

/// In whichever order they come: what passed before an edit, or passes after it, is heard.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_may_bring_in_what_was_left_out() {
    let world = World::of(listening("filtered")).await;
    let ts = world.says("lee", "stories", "lunch?").await;
    assert!(world.records().await.is_empty());
    world.remember("the customer asks for a refund");
    world.sim.edit("lee", "stories", &ts, "the customer asks for a refund").unwrap();
    world.settled().await;
    assert_eq!(world.records().await.into_values().collect::<Vec<_>>(), ["the customer asks for a refund"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_for_reactions_hears_nothing_by_itself() {
    let world = World::of(listening("reactions")).await;
    assert!(world.channel("stories")[0].contains("for reactions alone"), "{:?}", world.channel("stories"));
    let ts = world.says("dana", "stories", "the customer says the invoice is wrong").await;
    assert!(world.records().await.is_empty());
    world.reacts("lee", "stories", &ts).await;
    assert!(world.presses("lee", "stories", "pass_on").await.ok);
    assert_eq!(world.records().await.len(), 1);
    world.end().await;
}
