//! Reading what was said before the bot was there, where an admin wants it.

use allears::domain::feedback::Gesture;
use jiff::SignedDuration;
use serde_json::Value;
use slack_sim::{Fault, NewChannel, Press};

use crate::world::{Company, World, kept};

impl World {
    /// A company in which dana is an admin, and in whose channel for sales something was said before the bot came.
    async fn with_a_past(said: usize) -> (tempfile::TempDir, Self) {
        let (folder, keep) = kept();
        let company = Company::default();
        let allears = format!("admins = [\"#bosses\"]\n{}", company.allears);
        let mut world = Self::without_bot(Company { allears, keep, ..company }).await;
        world.sim.add_channel(NewChannel::named("bosses").members(["dana"]).with_bot());
        for n in 0..said {
            let text = format!("invoice {n} is wrong");
            world.remember(&text);
            world.sim.message("lee", "sales", &text).unwrap();
        }
        world.hand.advance(SignedDuration::from_hours(48)).await.unwrap();
        world.start_bot().await.unwrap();
        (folder, world)
    }

    /// What dana sees alone, newest last.
    fn dana_sees(&self) -> Value {
        self.sim.ephemerals("dana", None).unwrap().last().cloned().unwrap_or_default()
    }

    async fn looks(&self, text: &str) -> String {
        self.runs("dana", "finance-voice", "/allears", text).await;
        self.hand.advance(SignedDuration::from_secs(60)).await.unwrap();
        self.settled().await;
        self.dana_sees()["text"].as_str().unwrap_or_default().to_owned()
    }

    /// Presses *Begin* below what was found.
    async fn begins(&self, who: &str) {
        let seen = self.dana_sees();
        let press = Press {
            user: who.to_owned(),
            channel: seen["channel"].as_str().map(str::to_owned),
            ts: seen["ts"].as_str().map(str::to_owned),
            action_id: "backfill".to_owned(),
            ..Press::default()
        };
        self.sim.press(&press).await.unwrap();
        self.settled().await;
    }

    async fn reads(&self, seconds: i64) {
        self.hand.advance(SignedDuration::from_secs(seconds)).await.unwrap();
        self.settled().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admin_looks_first_and_then_lets_it_be_read() {
    let (_folder, world) = World::with_a_past(5).await;
    let root = world.sim.messages("sales").unwrap()[1]["ts"].as_str().unwrap().to_owned();
    world.remember("since the summer, they say");
    world.sim.reply("mia", "sales", &root, "since the summer, they say").unwrap();
    let found = world.looks("backfill #sales 90d").await;
    insta::assert_snapshot!(world.named(found), @r"
    In #sales I would take 5 messages of the last 90 days, and the reply in their threads.
    For example
    “invoice 4 is wrong”
    “invoice 3 is wrong”
    “invoice 2 is wrong”
    Each goes to the teams that it concerns, in their next digest. Their authors get no message from me. Shall I begin?
    ");
    assert!(world.records().await.is_empty(), "nothing is taken before somebody says so");
    world.begins("dana").await;
    world.reads(60).await;
    let words: Vec<String> = world.records().await.into_values().collect();
    assert_eq!(words.len(), 6);
    assert_eq!((words[0].as_str(), words[5].as_str()), ("invoice 0 is wrong", "since the summer, they say"));
    assert_eq!(world.record(1).await.gesture, Gesture::Backfill);
    assert!(world.sim.ephemerals("lee", None).unwrap().is_empty() && world.sim.messages("@lee").is_ok_and(|all| all.is_empty()));
    insta::assert_snapshot!(world.told_directly("dana").join("\n"), @"I am through with #sales. 6 messages were taken.");
    let again = world.looks("backfill #sales 90d").await;
    assert!(again.contains("nothing was said"), "{again}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_on_after_a_restart_and_takes_nothing_twice() {
    let (_folder, mut world) = World::with_a_past(450).await;
    world.looks("backfill #sales 90d").await;
    world.begins("dana").await;
    world.reads(2).await;
    let so_far = world.records().await.len();
    assert!((200..450).contains(&so_far), "{so_far}");
    world.sim.fail_next("conversations.history", 1, Fault::Hang);
    world.reads(2).await;
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.reads(60).await;
    assert_eq!(world.records().await.len(), 450);
    assert_eq!(world.told_directly("dana").len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_can_be_stopped_and_says_how_far_it_is() {
    let (_folder, world) = World::with_a_past(450).await;
    world.looks("backfill #sales 90d").await;
    world.begins("dana").await;
    let says = async |text: &str| world.runs("dana", "finance-voice", "/allears", text).await.text().to_owned();
    let far = says("backfill").await;
    assert!(far.contains("I am reading") && far.contains("messages were taken"), "{far}");
    assert_eq!(says("backfill stop").await, "Stopped. What was taken so far stays.");
    let so_far = world.records().await.len();
    world.reads(60).await;
    assert_eq!(world.records().await.len(), so_far);
    assert_eq!(says("backfill stop").await, "I am reading no channel.");
    assert!(world.told_directly("dana")[0].contains("told to stop"), "{:?}", world.told_directly("dana"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_for_admins_and_for_public_channels() {
    let (_folder, world) = World::with_a_past(1).await;
    let refused = "That is for admins. They are named under admins in allears.toml: ask one of them.";
    for text in ["backfill #sales 90d", "backfill", "backfill stop"] {
        assert_eq!(world.runs("lee", "sales", "/allears", text).await.text(), refused);
    }
    world.sim.add_channel(NewChannel::named("hush").private().members(["dana"]).with_bot());
    world.hand.advance(SignedDuration::from_hours(2)).await.unwrap();
    let hush = world.sim.channel_id("hush").unwrap();
    let said = world.runs("dana", "finance-voice", "/allears", &format!("backfill {hush} 9d")).await;
    assert!(said.text().contains("private"), "{}", said.text());
    let said = world.runs("dana", "finance-voice", "/allears", "backfill #nowhere 9d").await;
    assert!(said.text().contains("no such channel"), "{}", said.text());
    // Whoever may press is asked anew: rights may have changed since.
    world.looks("backfill #sales 90d").await;
    world.sim.fault(slack_sim::Rule::on("conversations.members", Fault::Error("channel_not_found".to_owned())));
    world.begins("dana").await;
    world.reads(60).await;
    assert!(world.records().await.is_empty());
    assert_eq!(world.store().backfilling().await.unwrap(), None);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_slack_does_not_let_us_read_the_admin_is_told() {
    let (_folder, world) = World::with_a_past(450).await;
    world.looks("backfill #sales 90d").await;
    world.sim.fail_next("conversations.history", 1, Fault::Error("not_in_channel".to_owned()));
    world.begins("dana").await;
    world.reads(5).await;
    let told = world.told_directly("dana").join("\n");
    assert!(told.contains("not allowed to read on") && told.contains("/invite"), "{told}");
    world.sim.fail_next("conversations.history", 1, Fault::Error("not_in_channel".to_owned()));
    let found = world.looks("backfill #sales 90d").await;
    assert!(found.contains("I cannot read"), "{found}");
    world.end().await;
}
