//! What Slack sends and this version cannot read: kept, listed, shown, and looked at again when somebody asks.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use allears::store::local::{Again, DeadLetter, DeadLetters, LetterName};
use insta::assert_snapshot;
use serde_json::{Value, json};
use slack_sim::{Addresses, Fault, RawFrame, Rule, Sim};

use crate::http::{FORM, JSON, signed};
use crate::program::{Place, Said, remembered, until, workspace};
use crate::world::{Company, World, kept};

/// A message as this version reads it, in an envelope of a kind that it does not know.
fn of_next_year(sim: &Sim, event_id: &str, words: &str) -> Value {
    json!({"type": "events_api_2", "envelope_id": format!("of {event_id}"), "accepts_response_payload": false,
           "payload": message(sim, event_id, words)})
}

fn message(sim: &Sim, event_id: &str, words: &str) -> Value {
    json!({"type": "event_callback", "event_id": event_id, "team_id": sim.team_id(), "event": {
        "type": "message", "channel": sim.channel_id("stories").unwrap(), "channel_type": "channel",
        "user": sim.person_id("lee").unwrap(), "ts": format!("1764000000.{event_id}"), "text": words}})
}

/// An older version kept these, and this one can read them: what an upgrade changes, changed in the file.
fn understand_all(data: &Path) {
    for file in letters_of(data) {
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("events_api_2", "events_api")).unwrap();
    }
}

fn letters_of(data: &Path) -> Vec<PathBuf> {
    let days = std::fs::read_dir(data.join("days")).unwrap().map(|entry| entry.unwrap().path());
    days.filter(|path| path.file_name().unwrap().len() == "2026-11-25.jsonl".len()).collect()
}

/// What is said, without the days and times that no test knows.
fn without_days(said: &Said, data: &Path) -> String {
    let day = letters_of(data)[0].file_stem().unwrap().to_str().unwrap().to_owned();
    assert_eq!(said.code, Some(0), "{said:?}");
    let lines = said.out.lines().map(|line| {
        let time = line.find("  ").filter(|at| line[*at..].chars().nth(4) == Some(':'));
        time.map_or_else(|| line.to_owned(), |at| format!("{}  TIME{}", &line[..at], &line[at + 11..]))
    });
    lines.map(|line| line.replace(&day, "DAY") + "\n").collect()
}

async fn list(place: &Place) -> String {
    without_days(&place.ask(&["dead-letters"]).await, &place.path("data"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listed_shown_and_looked_at_again_at_the_next_start() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let data = place.path("data");
    let bot = place.bot(&sim).await;
    for (event, words) in [("Ev0001", "the invoice is wrong"), ("Ev0002", "the contract is long")] {
        assert!(sim.deliver(&of_next_year(&sim, event, words)).await.is_some(), "the unknown is acknowledged");
    }
    sim.deliver(&json!({"type": "events_api", "envelope_id": "e3", "payload": {"event": {"type": "Said \"aloud\""}}})).await.unwrap();
    sim.push_frame(RawFrame::Text("{\"no\": \u{1b}[2J envelope".into()));
    until("the frame is put aside", || std::fs::read_to_string(&letters_of(&data)[0]).unwrap().lines().count() == 4).await;
    assert_snapshot!(list(&place).await, @r"
    DAY.1  TIME  255 bytes  events_api_2 message
    DAY.2  TIME  255 bytes  events_api_2 message
    DAY.3  TIME  67 bytes  events_api (an odd name)
    DAY.4  TIME  20 bytes  no delivery: it can be shown, not replayed
    DAY: 4 dead letters, 597 bytes
    ");
    let name = |n: u32| format!("{}.{n}", letters_of(&data)[0].file_stem().unwrap().to_str().unwrap());
    let shown = place.ask(&["dead-letters", "--show", &name(1)]).await;
    let frame: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!((&frame["type"], &frame["payload"]["event"]["text"]), (&json!("events_api_2"), &json!("the invoice is wrong")));
    assert_eq!(place.ask(&["dead-letters", "--show", &name(4)]).await.out, "{\"no\": \\u{1b}[2J envelope\n");

    // The next version is put in place, and asked while it does not run.
    bot.signal("TERM");
    assert_eq!(bot.ends().await.code, Some(0));
    understand_all(&data);
    let asked = place.ask(&["dead-letters", "replay"]).await;
    assert_eq!(asked.out, "3 dead letters to be looked at again: within a minute where the bot runs, else at its next start.\n");
    assert_snapshot!(list(&place).await, @r"
    DAY.1  TIME  253 bytes  events_api message; waits for its second look
    DAY.2  TIME  253 bytes  events_api message; waits for its second look
    DAY.3  TIME  67 bytes  events_api (an odd name); waits for its second look
    DAY.4  TIME  20 bytes  no delivery: it can be shown, not replayed
    DAY: 4 dead letters, 593 bytes
    ");
    let mut bot = place.bot(&sim).await;
    bot.has_said("dead letters were looked at again", 1).await;
    assert_snapshot!(list(&place).await, @r"
    DAY.1  TIME  253 bytes  events_api message; understood when looked at again
    DAY.2  TIME  253 bytes  events_api message; understood when looked at again
    DAY.3  TIME  67 bytes  events_api (an odd name); looked at again, and still not understood
    DAY.4  TIME  20 bytes  no delivery: it can be shown, not replayed
    DAY: 4 dead letters, 593 bytes
    ");
    let nothing = place.ask(&["dead-letters", "replay"]).await;
    assert!(nothing.out.starts_with("Nothing to replay"), "{nothing:?}");

    // Once more, by name, and killed in the middle for all it knows: nothing is kept twice.
    assert_eq!(place.ask(&["dead-letters", "replay", &name(1), &name(3)]).await.code, Some(0));
    bot.kill();
    let mut bot = place.bot(&sim).await;
    bot.has_said("dead letters were looked at again", 1).await;
    bot.signal("TERM");
    let said = bot.ends().await;
    for words in ["invoice", "contract"] {
        assert!(!said.err.contains(words), "{words} stands in the log:\n{}", said.err);
    }
    let records: Vec<String> = remembered(&data).await.into_values().collect();
    assert_eq!(records, ["the invoice is wrong", "the contract is long"]);
    assert_eq!(letters_of(&data).iter().map(|file| std::fs::read_to_string(file).unwrap().lines().count()).sum::<usize>(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_says_what_to_do() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let refused = async |arguments: &[&str]| {
        let said = place.ask(arguments).await;
        (said.code, said.err.lines().next().unwrap_or_default().to_owned())
    };
    let nothing = "data holds no store yet: the first `allears serve` begins it; ALLEARS_DATA names another directory";
    for arguments in [&["dead-letters"][..], &["dead-letters", "replay"]] {
        assert_eq!(refused(arguments).await, (Some(1), nothing.into()));
        assert!(!place.path("data").exists(), "a directory was made");
    }
    let bot = place.bot(&sim).await;
    let none = "No dead letters: the bot understood all that Slack sent in the last seven days.\n";
    assert_eq!(place.ask(&["dead-letters"]).await, Said { code: Some(0), out: none.to_owned(), err: String::new() });
    let unknown = "2026-11-25.7: there is no such dead letter; `allears dead-letters` lists them".to_owned();
    for arguments in [["dead-letters", "--show", "2026-11-25.7"], ["dead-letters", "replay", "2026-11-25.7"]] {
        assert_eq!(refused(&arguments).await, (Some(1), unknown.clone()));
    }
    let (code, why) = refused(&["dead-letters", "replay", "7"]).await;
    assert!(code == Some(2) && why.contains("a dead letter's name is its day and its number, such as 2026-11-25.3"), "{why}");

    sim.push_frame(RawFrame::Text("no envelope".into()));
    let data = place.path("data");
    until("it is put aside", || data.join("days").exists() && !letters_of(&data).is_empty()).await;
    let name = format!("{}.1", letters_of(&data)[0].file_stem().unwrap().to_str().unwrap());
    until("it is written", || std::fs::metadata(&letters_of(&data)[0]).unwrap().len() > 0).await;
    let not_json = (Some(1), format!("{name} is no delivery: it can be shown, not replayed"));
    assert_eq!(refused(&["dead-letters", "replay", &name]).await, not_json);
    drop(bot);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_runs_looks_within_a_minute() {
    let (folder, keep) = kept();
    let world = World::of(Company { keep, ..Company::default() }).await;
    world.delivers(&of_next_year(&world.sim, "Ev0001", "the invoice is wrong")).await.unwrap();
    world.remember("the invoice is wrong");
    understand_all(folder.path());
    let letters = DeadLetters::of(folder.path());
    let [day] = letters.days().unwrap()[..] else { panic!("one day") };
    let ask = || letters.ask(world.clock.now(), &letters.of_day(day).unwrap().iter().map(|letter| letter.name).collect()).unwrap();
    ask();
    world.strikes("2026-11-22T18:00:30+01:00[Europe/Berlin]").await;
    assert_eq!(world.records().await.len(), 0, "the minute is not over");
    world.strikes("2026-11-22T18:01:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.records().await.into_values().collect::<Vec<_>>(), ["the invoice is wrong"]);
    assert_eq!(letters.asked().unwrap(), []);
    ask();
    world.strikes("2026-11-22T18:02:00+01:00[Europe/Berlin]").await;
    assert_eq!((world.records().await.len(), letters.asked().unwrap()), (1, vec![]));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_there_is_none_it_looks_once_an_hour() {
    let (folder, keep) = kept();
    let world = World::of(Company { keep, ..Company::default() }).await;
    let restored = DeadLetters::of(folder.path());
    let payload = message(&world.sim, "Ev0001", "the invoice is wrong");
    restored.keep(world.clock.now(), &json!({"type": "events_api", "payload": payload}).to_string()).unwrap();
    let [day] = restored.days().unwrap()[..] else { panic!("one day") };
    restored.ask(world.clock.now(), &restored.of_day(day).unwrap().iter().map(|letter| letter.name).collect()).unwrap();
    world.strikes("2026-11-22T18:59:59+01:00[Europe/Berlin]").await;
    assert_eq!(world.records().await.len(), 0, "the disk is left alone where nothing can be asked for");
    world.strikes("2026-11-22T19:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.records().await.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_dealt_with_now_is_looked_at_later() {
    let (folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    let letters = DeadLetters::of(folder.path());
    let mut elsewhere = message(&world.sim, "Ev0001", "the invoice is wrong");
    elsewhere["event"]["channel"] = json!("C0000NEW");
    let now = world.clock.now();
    for payload in [elsewhere, message(&world.sim, "Ev0002", "the contract is long")] {
        letters.keep(now, &json!({"type": "events_api", "payload": payload}).to_string()).unwrap();
    }
    // They were put there behind its back.
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    let [day] = letters.days().unwrap()[..] else { panic!("one day") };
    let names: BTreeSet<LetterName> = letters.of_day(day).unwrap().iter().map(|letter| letter.name).collect();
    letters.ask(now, &names).unwrap();
    world.sim.fault(Rule::on("conversations.info", Fault::Status(503)));
    world.strikes("2026-11-22T18:01:30+01:00[Europe/Berlin]").await;
    assert_eq!(world.records().await.len(), 1);
    let left: Vec<_> = letters.asked().unwrap().into_iter().flat_map(|asked| asked.letters).collect();
    assert_eq!(left, [*names.first().unwrap()]);
    world.sim.clear_faults();
    world.strikes("2026-11-22T18:04:00+01:00[Europe/Berlin]").await;
    assert_eq!((world.records().await.len(), letters.asked().unwrap()), (1, vec![]));
    let again: Vec<Option<Again>> = letters.of_day(day).unwrap().iter().map(|letter| letter.again).collect();
    assert_eq!(again, [Some(Again::Understood), Some(Again::Understood)]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_by_requests_is_kept_in_the_same_form() {
    let (folder, keep) = kept();
    let letters = DeadLetters::of(folder.path());
    let allears = format!("[slack]\ntransport = \"http\"\n{}", Company::default().allears);
    let world = World::of(Company { allears, keep, ..Company::default() }).await;
    world.sim.deliver_to(Addresses::one(&format!("http://{}/slack/events", world.address())).unwrap());
    for (kind, body) in [
        (JSON, "[7]"),
        (JSON, "{\"type\": \"url_verification\"}"),
        (JSON, "{"),
        (FORM, "text=no+command"),
        (FORM, "payload=7"),
        (FORM, "payload=%7B"),
        ("text/plain", "{}"),
    ] {
        assert_eq!(signed(&world, kind, body.as_bytes(), 0).send().await.unwrap().status(), 400, "{kind} {body}");
    }
    let [day] = letters.days().unwrap()[..] else { panic!("one day") };
    let deliveries: Vec<Option<(String, Value)>> = letters.of_day(day).unwrap().iter().map(DeadLetter::delivery).collect();
    let of = |kind: &str, payload: Value| Some((kind.to_owned(), payload));
    let expected = [
        of("events_api", json!([7])),
        of("events_api", json!({"type": "url_verification"})),
        None,
        of("slash_commands", json!({"text": "no command"})),
        of("interactive", json!(7)),
        None,
        None,
    ];
    assert_eq!(deliveries, expected);
    world.end().await;
}
