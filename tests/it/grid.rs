//! An app that was installed for a whole Enterprise Grid.

use crate::world::{Company, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_grid_people_tell_are_listened_to_and_read_their_digest() {
    let world = World::of(Company { grid: Some("Acme Group"), ..Company::default() }).await;
    let receipt = world.heard("lee", "sales", "the invoice is wrong").await;
    assert!(receipt.starts_with("Heard: VOC-1, shown as @lee"), "{receipt}");
    world.says("lee", "stories", "the refund is late").await;
    assert_eq!(world.records().await.len(), 2);
    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    let posted = world.channel("finance-voice");
    assert!(posted.len() == 1 && posted[0].contains("VOC-1") && posted[0].contains("VOC-2"), "{posted:?}");
    let errors: Vec<_> = world.sim.calls().into_iter().filter(|call| !call.ok).map(|call| (call.method, call.error)).collect();
    assert_eq!(errors, []);
    world.end().await;
}
