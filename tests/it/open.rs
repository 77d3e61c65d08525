//! What is open: by command, and on the page at home with its buttons.

use insta::assert_snapshot;
use serde_json::{Value, json};
use slack_sim::Press;

use crate::world::World;

impl World {
    async fn lists(&self, who: &str, text: &str) -> String {
        self.named(self.runs(who, "sales", "/allears", text).await.text().to_owned())
    }

    /// Presses a record's button in a view.
    async fn presses_in(&self, who: &str, view: &Value, action: &str) {
        let press = Press {
            user: who.to_owned(),
            view_id: view["id"].as_str().map(str::to_owned),
            action_id: action.to_owned(),
            ..Press::default()
        };
        assert!(self.press(&press).await.ok);
    }

    /// The page at home, as it stands now.
    fn page_of(&self, who: &str) -> Value {
        self.sim.home(who).unwrap().expect("a page")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_open_is_counted_by_team_and_listed() {
    let world = World::open().await;
    assert_snapshot!(world.lists("lee", "open").await, @"Nothing is open: every record was closed with an answer.");
    for words in ["the invoice is wrong", "a refund for the boat is late", "the contract is too long"] {
        world.heard("lee", "sales", words).await;
    }
    world.heard("lee", "sales", "urgent: the invoice of the mayor is wrong").await;
    world.strikes("2026-11-23T09:05:00+01:00[Europe/Berlin]").await;
    assert!(world.presses("dana", "legal-voice", "take").await.ok);
    assert_snapshot!(world.lists("raj", "open").await, @r"
    Open records
    Finance: 3 open, 0 of them taken
    Legal: 1 open, 1 of them taken
    /allears open finance lists those of a team.
    ");
    assert_snapshot!(world.lists("raj", "open finance").await, @r"
    3 records are open in Finance, the oldest first
    VOC-4 (urgent): “the invoice of the mayor is wrong” told by @lee
    VOC-1: “the invoice is wrong” told by @lee
    VOC-2: “a refund for the boat is late” told by @lee
    ");
    assert_snapshot!(world.lists("raj", "open product").await, @"Nothing is open in Product. What is told for it stands in its digest.");
    assert!(world.lists("raj", "open finnce").await.contains("Did you mean /allears open Finance?"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn home_lists_what_waits_and_its_buttons_answer_in_a_view() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.open_home("dana").unwrap();
    world.settled().await;
    let home = world.page_of("dana");
    assert!(home.to_string().contains("Waits for somebody in Finance"), "{home}");
    world.presses_in("dana", &home, "open").await;
    let record = world.form("dana");
    assert!(record.to_string().contains("VOC-1") && record.to_string().contains("I'll take it"), "{record}");
    world.presses_in("dana", &record, "take").await;
    assert!(world.page_of("dana").to_string().contains("What you have"), "at once");
    assert!(world.form("dana").to_string().contains("You have VOC-1 until Friday 4 December"), "{}", world.form("dana"));
    world.presses_in("dana", &world.form("dana"), "close").await;
    let form = json!({"outcome": {"outcome": "done"}, "reason": {"reason": "it is right now"}});
    assert!(world.sends("dana", &form).await.ok);
    assert!(world.record(1).await.care.closed().is_some());
    world.sim.open_home("dana").unwrap();
    world.settled().await;
    assert!(!world.page_of("dana").to_string().contains("VOC-1"));
    world.end().await;
}

/// Slack takes at most 100 blocks there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn home_has_room_for_hundreds_of_open_records() {
    let world = World::open().await;
    for n in 0..120 {
        world.heard("dana", "sales", &format!("invoice number {n} is wrong for reason {}", n * 7)).await;
    }
    world.sim.open_home("dana").unwrap();
    world.settled().await;
    let home = world.page_of("dana");
    assert!(home.to_string().contains("And 112 more."), "{home}");
    world.end().await;
}
