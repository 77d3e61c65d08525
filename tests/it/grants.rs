//! Scopes that whoever installed the app declined: the bot goes without, and says what is off.

use allears::slack::Need;

use crate::world::{Company, World, functions, logged};

fn off(world: &World) -> Vec<&'static str> {
    world.grants().off().into_iter().map(|off| off.scope.name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_all_scopes_nothing_is_off() {
    let world = World::open().await;
    assert!(world.grants().known());
    assert_eq!(off(&world), Vec::<&str>::new());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_scope_that_reads_people_still_tell_and_digests_are_posted() {
    let scopes = Some(vec!["commands", "chat:write"]);
    let mut world = World::without_bot(Company { scopes, ..Company::default() }).await;
    // Nobody can look for names: the configuration has ids.
    let by_id = ["finance", "product", "legal"].map(|id| {
        let channel = world.sim.channel_id(&format!("{id}-voice")).unwrap();
        (id, format!("channel = \"{channel}\""))
    });
    world.company.functions = functions(&by_id);
    world.company.allears = String::new();
    world.start_bot().await.unwrap();
    assert_eq!(off(&world).len(), 8);
    assert!(world.grants().off().iter().all(|off| off.scope.need != Need::Must));
    let said = ["WARN", "something is off, since its scope was not granted", "scope=\"users:read\"", "people's names"];
    assert!(logged(&said) >= 1);

    assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with("Heard: VOC-1, shown as @lee"));
    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    let posted = world.channel("finance-voice");
    assert!(posted.len() == 1 && posted[0].contains("VOC-1"), "{posted:?}");
    // It is content with what it may see, and asks once an hour.
    assert!(world.sim.calls_of("conversations.list").len() <= 2 * 16);
    world.end().await;
}
