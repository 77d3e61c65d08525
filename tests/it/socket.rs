//! Socket Mode: whatever happens to the lines and on them, nothing is lost and nothing is done twice.

use std::collections::BTreeSet;
use std::fs;

use std::time::Duration;

use allears::clock::guard::Stopwatch;
use allears::slack::Guards;
use jiff::SignedDuration;
use serde_json::{Value, json};
use slack_sim::{Farewell, Fault, RawFrame, Rule};
use tokio::task::JoinHandle;
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

/// How often lines are renewed under load.
fn renewals() -> usize {
    if std::env::var_os("ALLEARS_LONG").is_some() { 100 } else { 10 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_are_renewed_under_load_and_nothing_is_lost_and_next_to_nothing_late() {
    let world = World::of(Company { life: Some(SignedDuration::from_mins(1)), ..Company::default() }).await;
    // The lines stand half a life apart from here on: one of them is renewed now.
    world.wire.advance(SignedDuration::from_secs(30));
    world.hand.advance(SignedDuration::from_secs(50)).await.unwrap();
    assert_eq!((world.opened(), world.sim.lines()), (3, 2));
    let (mut said, mut commands) = (0..0, vec![]);
    for n in 0.. {
        // Each line is warned after fifty seconds, asked to go after sixty, and closed after seventy; at times both are asked.
        world.wire.advance(SignedDuration::from_secs(5));
        if n % 50 == 49 {
            world.sim.refresh_lines();
        }
        // While that is under way, people go on.
        for _ in 0..30 {
            commands.extend(world.goes_on(said.end));
            said.end += 1;
            tokio::task::yield_now().await;
        }
        world.settled().await;
        if world.opened() >= renewals() {
            break;
        }
        // Slack allows fifty new lines a minute.
        world.hand.advance(SignedDuration::from_secs(5)).await.unwrap();
    }
    // What is not here yet comes late, by Slack's next attempt, or was a command in vain.
    let (all, here) = (said.clone().count(), world.records().await.len());
    let unanswered = commands.iter().filter(|(_, answer)| !answer.is_finished()).count();
    assert!(
        all >= 100 * renewals() && (all - here).max(unanswered) <= all / 1_000,
        "{} of {all} are late, {unanswered} commands",
        all - here
    );
    world.wire.advance(SignedDuration::from_secs(3));
    let mut expected: BTreeSet<String> = said.filter(|n| !is_command(*n)).map(words).collect();
    for (told, answer) in commands {
        // Whoever read nothing tells it again: it must not be there.
        expected.extend(answer.await.unwrap().starts_with("Heard: VOC-").then_some(told));
    }
    world.until("all are kept", async |world| world.records().await.len() >= expected.len()).await;
    let kept = world.records().await;
    assert_eq!(kept.len(), expected.len());
    let kept: BTreeSet<String> = kept.into_values().collect();
    assert_eq!(kept.symmetric_difference(&expected).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(world.sim.lost_events(), Vec::<Value>::new());
    world.end().await;
}

/// Whether somebody runs a command; else it is a message in the channel that is listened to.
fn is_command(n: u64) -> bool {
    n.is_multiple_of(10)
}

fn words(n: u64) -> String {
    format!("invoice {n} is wrong")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_was_warned_answers_until_slack_asks_it_to_go() {
    let world = World::open().await;
    let tell = async |n: u32| assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with(&format!("Heard: VOC-{n},")));
    world.sim.farewell(Farewell::Warning);
    world.settled().await;
    assert_eq!((world.opened(), world.sim.lines()), (4, 4));
    for n in 1..=4 {
        tell(n).await;
    }
    // Slack says no more: after a quarter of a minute they go by themselves.
    world.hand.advance(SignedDuration::from_secs(14)).await.unwrap();
    assert_eq!(world.sim.lines(), 4);
    world.hand.advance(SignedDuration::from_secs(1)).await.unwrap();
    world.soon("two lines", async |world| world.sim.lines() == 2).await;
    // Two warnings in a row leave one old line in each place.
    for lines in [4, 4, 4] {
        world.sim.farewell(Farewell::Warning);
        world.soon("the new ones are open", async |world| world.sim.lines() == lines).await;
    }
    world.sim.farewell(Farewell::RefreshRequested);
    world.soon("two lines", async |world| world.sim.lines() == 2).await;
    tell(5).await;
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
    // Both lines are told so; whoever runs the bot once.
    assert_eq!(logged(&["ERROR", "Socket Mode is switched off for this app: switch it on in its settings"]), 1);
    // Its lines are closed ten seconds later; half a minute at the least passes before one is asked for, then as much again.
    world.wire.advance(SignedDuration::from_secs(11));
    let opened = world.opened();
    world.hand.advance(SignedDuration::from_secs(29)).await.unwrap();
    assert_eq!(world.opened(), opened);
    world.hand.advance(SignedDuration::from_mins(10)).await.unwrap();
    let asked = world.opened() - opened;
    assert!((18..=42).contains(&asked), "two places ask once or twice a minute, not {asked} times in ten");
    world.sim.enable_link();
    world.hand.advance(SignedDuration::from_secs(61)).await.unwrap();
    world.soon("two lines", async |world| world.sim.lines() == 2).await;
    assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with("Heard: VOC-1,"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_upgrade_leads_to_one_new_try_each() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.fail_next("upgrade", 6, Fault::Status(409));
    world.start_bot().await.unwrap();
    assert_eq!((world.opened(), world.sim.lines()), (2, 0));
    world.hand.advance(SignedDuration::from_mins(2)).await.unwrap();
    assert_eq!((world.opened(), world.sim.lines()), (6 + 2, 2));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slack_that_gives_no_lines_is_asked_less_and_less_often() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.fault(Rule::on("apps.connections.open", Fault::Error("access_denied".to_owned())));
    world.start_bot().await.unwrap();
    let mut asked = vec![world.opened()];
    for _ in 0..3 {
        world.hand.advance(SignedDuration::from_mins(2)).await.unwrap();
        asked.push(world.opened() - asked.iter().sum::<usize>());
    }
    // Two places: at once; then after a pause between a half and the whole of 1, 2, ... and then of 30 seconds.
    assert!(asked[0] == 2 && (14..=30).contains(&asked[1]) && (6..=18).contains(&asked[3]), "{asked:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_are_cut_again_and_again_are_opened_after_a_pause() {
    let world = World::open().await;
    for _ in 0..3 {
        world.sim.drop_lines();
        world.soon("two lines", async |world| world.sim.lines() == 2).await;
    }
    world.sim.drop_lines();
    let waited = Stopwatch::start();
    world.soon("a moment passes", async |_| waited.elapsed() > Duration::from_millis(100)).await;
    assert_eq!((world.opened(), world.sim.lines()), (8, 0));
    world.hand.advance(SignedDuration::from_secs(1)).await.unwrap();
    world.soon("two lines", async |world| world.sim.lines() == 2).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_opens_no_line_any_more_ends_the_bot_with_its_cure() {
    for code in ["invalid_auth", "not_authed", "account_inactive", "user_removed_from_team", "team_disabled", "token_revoked"] {
        let world = World::open().await;
        world.sim.fault(Rule::on("apps.connections.open", Fault::Error(code.to_owned())));
        world.sim.refresh_lines();
        world.settled().await;
        let why = world.ended().await.to_string();
        assert!(why.contains(&format!("({code})")) && why.contains("start again"), "{why}");
        let asked = world.opened();
        world.hand.advance(SignedDuration::from_mins(10)).await.unwrap();
        assert_eq!(world.opened(), asked, "it is asked no more");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_waits_for_a_line_stops_at_once() {
    let mut world = World::open().await;
    world.sim.fault(Rule::on("apps.connections.open", Fault::Hang));
    world.sim.refresh_lines();
    world.settled().await;
    world.stop_bot().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_open_lines_are_found_and_what_was_sent_down_them_comes_again() {
    let long = std::env::var_os("ALLEARS_LONG").is_some();
    let [ping, silence] = [100, 400].map(Duration::from_millis);
    let guards = if long { Guards::default() } else { Guards { ping, silence, ..Guards::default() } };
    let world = World::of(Company { guards, ..Company::default() }).await;
    let frozen = Stopwatch::start();
    world.sim.freeze_lines();
    world.says("lee", "stories", "the invoice is wrong").await;
    // The frozen ones hold their places.
    world.soon_or_later("two other lines", Duration::from_secs(40), async |world| world.sim.lines() == 4).await;
    assert!(frozen.elapsed() >= guards.silence);
    world.until("it came again", async |world| world.records().await.len() == 1).await;
    assert!(logged(&["WARN", "a line to Slack fell silent; another is opened"]) >= 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_line_that_answers_is_kept() {
    let [ping, silence] = [100, 1_000].map(Duration::from_millis);
    let world = World::of(Company { guards: Guards { ping, silence, ..Guards::default() }, ..Company::default() }).await;
    let waited = Stopwatch::start();
    world.soon("a silence has passed", async |_| waited.elapsed() > silence * 3 / 2).await;
    assert_eq!((world.opened(), world.sim.lines()), (2, 2));
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
    world.says("lee", "stories", "the slow one again").await;
    store.is_well();
    world.until("Slack's next attempt is kept", async |world| world.records().await.len() == 1).await;
    store.falls_into(hears_slow, Does::Panics);
    assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with("Heard: VOC-2,"));
    assert!(logged(&["ERROR", "handling an envelope ended in a panic; it is not acknowledged"]) >= 4);
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
    /// Somebody says something, or runs a command: then gives what was told, and what is read.
    fn goes_on(&self, n: u64) -> Option<(String, JoinHandle<String>)> {
        if !is_command(n) {
            self.sim.message("lee", "stories", &words(n)).unwrap();
            return None;
        }
        let sim = self.sim.clone();
        let answer = self.clock.spawn(async move { sim.command("lee", "sales", "/heard", &words(n)).await.unwrap().text().to_owned() });
        Some((words(n), answer))
    }

    /// How often a line was asked for.
    fn opened(&self) -> usize {
        self.sim.calls_of("apps.connections.open").len()
    }

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
