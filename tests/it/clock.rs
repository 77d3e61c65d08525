//! The clock: a story told twice ends the same, however the tasks fell on the workers.

use slack_sim::Fault;

use crate::world::World;

/// A weekend of tellings, and three mornings on which Slack is slow, busy and broken in turn.
async fn story() -> Vec<String> {
    let world = World::open().await;
    for n in 0..6 {
        world.says("lee", "stories", &format!("customer {n} asks for a refund and a new contract")).await;
    }
    world.heard("mia", "sales", "the PDF is a missing feature for Luma").await;
    world.sim.fail_next("chat.postMessage", 1, Fault::RateLimited(7));
    world.sim.fail_next("chat.postMessage", 1, Fault::Slow(4_000));
    world.strikes("2026-11-23T09:30:00+01:00[Europe/Berlin]").await;
    world.says("raj", "stories", "their counsel wants another contract, and a refund").await;
    world.sim.fail_next("chat.postMessage", 1, Fault::Status(503));
    world.strikes("2026-11-24T09:30:00+01:00[Europe/Berlin]").await;
    let channels = ["finance-voice", "product-voice", "legal-voice"].map(|channel| world.channel(channel));
    world.end().await;
    channels.concat()
}

#[test]
fn a_story_has_one_outcome() {
    let rounds = if std::env::var_os("ALLEARS_LONG").is_some() { 100 } else { 6 };
    let tell = |workers| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build().unwrap();
        runtime.block_on(story())
    };
    let first = tell(2);
    assert_eq!(first.len(), 5, "two digests for finance and for legal, one for product: {first:#?}");
    for round in 0..rounds {
        for workers in [2, 4] {
            assert_eq!(tell(workers), first, "round {round} on {workers} workers");
        }
    }
}
