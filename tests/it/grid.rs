//! Enterprise Grid: the app is installed for a whole enterprise, and belongs to no workspace.

use allears::domain::feedback::Origin;
use serde_json::json;

use crate::envelopes::message;
use crate::world::{Company, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_org_wide_install_hears_and_posts_as_any_other() {
    let world = World::of(Company { org_wide: true, ..Company::default() }).await;
    assert!(world.sim.person_id("lee").unwrap().starts_with('W'));
    assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with("Heard: VOC-1, shown as @lee"));
    let ts = world.says("lee", "stories", "a refund is late").await;
    let record = world.record(2).await;
    let source = record.source.unwrap();
    assert!(source.tenant.as_str().starts_with('E') && source.ts == ts, "{source:?}");
    assert_eq!(record.origin, Origin::Public);
    world.learns_to_react("mia").await;
    world.heard("lee", "sales", "").await;
    assert!(world.sends("lee", &json!({"verbatim": {"verbatim": "the contract is wrong"}})).await.ok);
    world.says("lee", "@bot", "Acme says that the PDF is wrong").await;
    assert_eq!(world.records().await.len(), 5);
    world.sim.open_home("lee").unwrap();
    world.settled().await;
    assert!(world.sim.home("lee").unwrap().unwrap().to_string().contains("VOC-1"));
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("finance-voice").len(), 1);
    let without_team = world.sim.calls_of("conversations.list").into_iter().filter(|call| call.arg("team_id").is_none());
    assert_eq!(without_team.count(), 0, "a list says of which workspace it is");
    world.end().await;
}

/// The same channel seen from two workspaces: one message comes with several events, and is one record.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_is_seen_from_two_workspaces_is_one() {
    let world = World::of(Company { org_wide: true, ..Company::default() }).await;
    for (n, team) in [(1, json!("T0NE")), (2, json!("T0THERS")), (3, json!(null))] {
        let mut envelope = message(&world, n, &json!({"ts": "1795366800.000001"}));
        envelope["payload"]["team_id"] = team;
        assert!(world.delivers(&envelope).await.is_some());
    }
    assert_eq!(world.records().await.len(), 1);
    world.end().await;
}
