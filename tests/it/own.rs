//! `/allears`, and our page at home.

use insta::assert_snapshot;

use crate::world::World;

impl World {
    async fn asks(&self, who: &str, text: &str) -> String {
        self.named(self.runs(who, "sales", "/allears", text).await.text().to_owned())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn help_lists_every_way_and_an_unknown_word_gets_the_nearest() {
    let world = World::open().await;
    assert_snapshot!(world.asks("lee", "help").await, @"");
    assert_eq!(world.asks("lee", "mein").await, "I do not know “mein”. Did you mean /allears mine?");
    assert_eq!(world.asks("lee", "frobnicate").await, "I do not know “frobnicate”. /allears help lists what I know.");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mine_lists_what_i_told_and_what_became_of_it() {
    let world = World::open().await;
    assert_eq!(world.asks("lee", "mine").await, "You have not told anything yet. The first one: /heard what the customer said.");
    for text in ["the invoice is wrong", "the contract is wrong", "the refund is late"] {
        world.heard("lee", "sales", text).await;
    }
    world.heard("mia", "sales", "about something else").await;
    world.delivers(&world.pressed_by("lee", "undo", "2")).await.unwrap();
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    world.heard("lee", "sales", "another refund").await;
    assert_snapshot!(world.asks("lee", "mine").await, @"");
    for n in 0..25 {
        world.heard("lee", "sales", &format!("invoice number {n}")).await;
    }
    let many = world.asks("lee", "mine").await;
    assert!(many.contains("The last 20; older ones are kept as well."), "{many}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_record_is_shown_with_its_story() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    assert_snapshot!(world.asks("mia", "voc-1").await, @"");
    assert_eq!(world.asks("mia", "VOC-404").await, "There is no VOC-404, or it was withdrawn.");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn home_shows_how_to_tell_and_what_i_told() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.open_home("lee").unwrap();
    world.settled().await;
    let home = world.sim.home("lee").unwrap().expect("a page").to_string();
    assert!(home.contains("Tell what you heard") && home.contains("VOC-1") && home.contains("the invoice is wrong"), "{home}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_says_how_the_bot_is() {
    let world = World::open().await;
    assert_snapshot!(world.asks("lee", "status").await.replace(env!("CARGO_PKG_VERSION"), "VERSION"), @"");
    world.end().await;
}
