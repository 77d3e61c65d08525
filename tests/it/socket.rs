//! Socket Mode: whatever happens to the lines and on them, nothing is lost and nothing is done twice.

use std::collections::BTreeSet;
use std::fs;

use jiff::SignedDuration;
use serde_json::{Value, json};
use slack_sim::{Farewell, Fault, RawFrame};
use tokio_tungstenite::connect_async;

use crate::envelopes::{command, event, message};
use crate::moody::{Does, Moody, hears, hears_slow};
use crate::world::{Company, World, kept, logged};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_lines_are_open_also_where_slack_is_slow_to_give_one() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.fail_next("apps.connections.open", 1, Fault::Slow(4_000));
    world.sim.fail_next("apps.connections.open", 1, Fault::Status(500));
    world.start_bot().await.unwrap();
    assert!(world.sim.lines() < 2);
    world.strikes("2026-11-22T18:00:10+01:00[Europe/Berlin]").await;
    assert_eq!(world.sim.lines(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_are_renewed_under_a_stream_of_messages_without_loss() {
    let world = World::open().await;
    for n in 0..400 {
        world.sim.message("lee", "stories", &format!("message {n}")).unwrap();
        match n % 80 {
            40 => world.sim.refresh_lines(),
            79 => world.settled().await,
            _ => tokio::task::yield_now().await,
        }
    }
    world.settled().await;
    world.until("all are kept", async |world| world.records().await.len() >= 400).await;
    let kept: BTreeSet<String> = world.records().await.into_values().collect();
    assert_eq!(kept, (0..400).map(|n| format!("message {n}")).collect());
    assert_eq!(world.records().await.len(), 400);
    assert_eq!(world.sim.lost_events(), Vec::<Value>::new());
    assert_eq!(world.sim.lines(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_lines_are_opened_again() {
    let world = World::open().await;
    for n in 1..=3 {
        world.sim.drop_lines();
        world.soon("two lines", async |world| world.sim.lines() == 2).await;
        assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with(&format!("Heard: VOC-{n},")));
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_switched_off_is_told_and_used_again_when_it_is_on() {
    let world = World::open().await;
    world.sim.farewell(Farewell::LinkDisabled);
    world.settled().await;
    assert!(logged(&["ERROR", "Socket Mode is switched off for this app: switch it on in its settings"]) >= 1);
    world.sim.enable_link();
    world.hand.advance(SignedDuration::from_secs(31)).await.unwrap();
    world.soon("two lines", async |world| world.sim.lines() == 2).await;
    assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with("Heard: VOC-1,"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_line_too_many_waits_for_its_turn() {
    let mut world = World::without_bot(Company::default()).await;
    let mut others = vec![];
    for _ in 0..10 {
        others.push(connect_async(world.opens_line().await).await.unwrap());
    }
    // Those others answer no ping, so that nothing can be waited for as usual.
    world.start_bot_unsettled().await.unwrap();
    others.clear();
    world.soon("the others are gone", async |world| world.sim.lines() <= 2).await;
    world.hand.advance(SignedDuration::from_secs(31)).await.unwrap();
    world.soon("two lines", async |world| world.sim.lines() == 2).await;
    assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with("Heard: VOC-1,"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_without_sense_lose_nothing() {
    let (folder, keep) = kept();
    let world = World::of(Company { keep, ..Company::default() }).await;
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let text = |text: &str| RawFrame::Text(text.as_bytes().to_vec());
    let frames = [
        text("{not json"),
        text("7"),
        text(r#"{"envelope_id": 7, "type": "events_api"}"#),
        text(&deep),
        text(r#"{"type": "novelty"}"#),
        RawFrame::Binary(vec![0, 159, 146, 150]),
        RawFrame::Text(vec![0xFF, 0xFE, b'{']),
        RawFrame::Text(vec![b' '; (1 << 20) + 1]),
    ];
    for (n, frame) in frames.into_iter().enumerate() {
        assert!(world.sim.push_frame(frame));
        world.settled().await;
        world.soon("two lines", async |world| world.sim.lines() == 2).await;
        let receipt = world.heard("lee", "sales", "the invoice is wrong").await;
        assert!(receipt.starts_with(&format!("Heard: VOC-{},", n + 1)), "after frame {n}: {receipt}");
    }
    let letters = dead_letters(folder.path());
    assert!(letters.contains("{not json") && letters.contains(r#"{\"envelope_id\": 7"#), "{letters:.2000}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frame_of_nine_hundred_kibibytes_is_taken() {
    let world = World::open().await;
    let large = message(&world, 1, &json!({"blocks": "x".repeat(900 << 10)}));
    assert!(world.delivers(&large).await.is_some());
    assert_eq!(world.records().await.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_unknown_is_acknowledged_and_put_aside() {
    let (folder, keep) = kept();
    let world = World::of(Company { keep, ..Company::default() }).await;
    let unknown = [
        json!({"envelope_id": "e1", "type": "telegrams", "payload": {"words": "a telegram"}}),
        json!({"envelope_id": "e2", "type": "slash_commands", "accepts_response_payload": true}),
        json!({"envelope_id": "e3", "type": "events_api", "payload": {"type": "event_callback"}}),
        event(&world, 4, &json!({"type": "mind_read", "thought": "an event of next year"})),
        event(&world, 5, &json!({"type": "message", "text": "nobody, nowhere"})),
    ];
    // All at once, so that they meet at the file.
    let acks = futures_util::future::join_all(unknown.iter().map(|envelope| world.delivers(envelope))).await;
    assert!(acks.iter().all(Option::is_some), "{acks:?}");
    let letters = dead_letters(folder.path());
    assert_eq!(letters.lines().count(), 5, "{letters}");
    for words in ["a telegram", "slash_commands", "event_callback", "an event of next year", "nobody, nowhere"] {
        assert!(letters.contains(words), "{words} in {letters}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_fields_change_nothing() {
    let world = World::open().await;
    let mut told = command(&world, 1, &json!({"mood": {"of": ["the", "day"]}, "is_enterprise_install": 7, "enterprise_id": null}));
    told["priority"] = json!({"level": 3});
    assert!(world.tells(&told).await.starts_with("Heard: VOC-1,"));
    let said = message(&world, 2, &json!({"metadata": {"event_payload": {"n": 7}}, "files": [{"id": null}], "attachments": 3}));
    assert!(world.delivers(&said).await.is_some());
    assert_eq!(world.records().await.len(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_panics_is_not_acknowledged_and_kills_nothing() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    store.falls_into(hears_slow, Does::Panics);
    for n in 1..=3 {
        assert_eq!(world.delivers(&message(&world, n, &json!({"text": "the slow one"}))).await, None);
    }
    assert_eq!(world.sim.lines(), 2, "no line was lost");
    assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with("Heard: VOC-1,"));
    assert!(logged(&["ERROR", "handling an envelope ended in a panic; it is not acknowledged"]) >= 3);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_one_delays_no_other() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    store.falls_into(hears_slow, Does::Holds);
    for n in 0..4 {
        world.says("lee", "stories", &format!("slow {n}")).await;
        assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with(&format!("Heard: VOC-{},", n + 1)));
    }
    store.is_well();
    world.settled().await;
    assert_eq!(world.records().await.len(), 8);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_takes_too_long_is_given_up_and_said() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    store.falls_into(hears_slow, Does::Holds);
    world.says("lee", "stories", "the slow one").await;
    world.hand.advance(SignedDuration::from_secs(10)).await.unwrap();
    store.is_well();
    world.settled().await;
    assert!(world.records().await.is_empty());
    assert!(logged(&["ERROR", "handling an envelope took too long; it is not acknowledged"]) >= 1);
    world.until("Slack's retry is kept", async |world| world.records().await.len() == 1).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_hand_at_the_end_is_kept_and_acknowledged() {
    let store = Moody::new();
    let mut world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    store.falls_into(hears, Does::Holds);
    let sim = world.sim.clone();
    let told = sim.command("lee", "sales", "/heard", "the invoice is wrong");
    let stopped = async {
        world.settled().await;
        let released = async {
            // The stop has been said by the time that this is polled.
            tokio::task::yield_now().await;
            store.is_well();
        };
        tokio::join!(world.stop_bot(), released);
        // Slack has read all that was said on them: what is not acknowledged by now never will be.
        world.soon("the lines are closed", async |world| world.sim.lines() == 0).await;
        world.wire.advance(SignedDuration::from_secs(3));
    };
    let (seen, ()) = tokio::join!(told, stopped);
    assert!(seen.unwrap().text().starts_with("Heard: VOC-1,"));
    world.end().await;
}

impl World {
    /// The address of a line, as another instance of the app would get it.
    async fn opens_line(&self) -> String {
        // An error says that another test has done so.
        drop(rustls::crypto::ring::default_provider().install_default());
        let asked = reqwest::Client::new().post(format!("{}/apps.connections.open", self.sim.api_url()));
        let opened: Value = asked.bearer_auth(self.sim.app_token()).send().await.unwrap().json().await.unwrap();
        opened["url"].as_str().unwrap().to_owned()
    }
}

fn dead_letters(folder: &std::path::Path) -> String {
    let days = fs::read_dir(folder.join("days")).unwrap();
    days.map(|day| fs::read_to_string(day.unwrap().path()).unwrap()).collect()
}
