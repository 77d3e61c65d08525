//! Digests: when they come, and what stands in them.

use insta::assert_snapshot;

use crate::world::World;

const MONDAY: &str = "2026-11-23T09:00:00+01:00[Europe/Berlin]";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_function_reads_its_digest_at_its_hour() {
    let world = World::open().await;
    world.heard("lee", "sales", "Acme's CFO says the invoice PDF shows the wrong VAT number").await;
    world.says("mia", "stories", "Luma asks for a new contract").await;
    world.strikes("2026-11-23T08:59:59+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("finance-voice"), Vec::<String>::new());
    world.strikes(MONDAY).await;
    assert_snapshot!(world.channel("finance-voice").join("\n\n"), @r"
    What customers told us: Finance, Monday 23 November
    1 new.
    “Acme's CFO says the invoice PDF shows the wrong VAT number”
    VOC-1, told by @lee in #sales
    ");
    assert_snapshot!(world.channel("legal-voice").join("\n\n"), @r"
    What customers told us: Legal, Monday 23 November
    1 new.
    “Luma asks for a new contract”
    VOC-2, told by @mia in #stories
    ");
    world.strikes("2026-11-27T23:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("finance-voice").len(), 1, "nothing on days with nothing");
    world.end().await;
}
