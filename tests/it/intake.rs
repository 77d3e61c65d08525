//! Telling: by command and by listening.

use insta::assert_snapshot;

use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_tells_reads_a_receipt_at_once() {
    let world = World::open().await;
    let receipt = world.heard("lee", "sales", "Acme's CFO says the invoice PDF shows the wrong VAT number").await;
    assert_snapshot!(receipt, @r"
    Heard: VOC-1, shown as @lee
    Finance leads (“invoice”, “VAT number”) and reads it <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>. Product reads along.
    ");
    world.end().await;
}
