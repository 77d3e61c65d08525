//! The demo: the bot on a simulated workspace, a week of stories, and a clock that is turned.

use std::path::Path;

use allears::demo::{Demo, Options, Replay, Tally};
use insta::assert_snapshot;
use serde_json::{Value, json};
use slack_sim::{Fault, Rule};

use crate::program::{Http, Running, allears, ask, number};

/// Sentences that people might tell.
const POSTS: &str = include_str!("../data/posts-en.jsonl");

async fn demo(keep: Option<&Path>, stories: bool) -> Demo {
    Demo::start(&Options { port: 0, keep: keep.map(Path::to_owned), stories, history: 0 }).await.unwrap()
}

async fn end(demo: Demo) {
    // What changed in what was posted is shown anew, a message a second.
    let (status, _) = Http::to(demo.sim().port()).await.ask("POST /demo/clock", "", r#"{"advance": "PT1M"}"#).await;
    assert_eq!(status, 200);
    assert_eq!(demo.store().outbox().await.unwrap(), [], "letters are left in the outbox");
    assert_eq!(demo.sim().unknown_methods(), Vec::<String>::new(), "Slack has no such methods");
    assert!(demo.stop().await, "it did not stop in time");
}

/// All that stands in the functions' channels, threads included.
fn standing(demo: &Demo) -> String {
    let channels = demo.functions().iter().map(|function| format!("{}-voice", function.id.as_str()));
    let messages = channels.flat_map(|channel| demo.sim().messages(&channel).unwrap());
    messages.map(|message| message.to_string()).collect()
}

/// What somebody who tells reads.
async fn heard(demo: &Demo, text: &str) -> Option<u64> {
    number(demo.sim().command("lee", "sales", "/heard", text).await.unwrap().text())
}

async fn replayed(demo: &Demo, lines: &str) -> Tally {
    let text = |line: &str| serde_json::from_str::<Value>(line).unwrap()["text"].as_str().unwrap().to_owned();
    Replay::of(lines.lines().map(text).enumerate().collect()).run(demo, || ()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_visitor_finds_a_company_that_has_read_a_week_of_digests() {
    let demo = demo(None, true).await;
    for function in demo.functions() {
        let digests = demo.sim().texts(&format!("{}-voice", function.id.as_str())).unwrap();
        assert!(!digests.is_empty() && digests.iter().all(|text| text.starts_with("What customers told us: ")), "{function:?}");
    }
    let before = standing(&demo);
    assert!(before.contains("VOC-1,") && before.contains("Delta Health was charged twice"), "{before}");
    assert!(!before.contains("ads for a plan"), "Sunday's stories stand in no digest before Monday");

    let mut page = Http::to(demo.sim().port()).await;
    let (status, html) = page.ask("GET /", "", "").await;
    assert!(status == 200 && html.as_str().unwrap().contains("extra.js"), "{html}");
    let (_, script) = page.ask("GET /extra.js", "", "").await;
    assert!(script.as_str().unwrap().contains("Next morning"), "{script}");
    let (_, now) = page.ask("GET /demo/clock", "", "").await;
    assert_eq!(now["now"], "2026-11-22T18:00:00+01:00");

    let told = json!({"user": "lee", "channel": "sales", "command": "/heard", "text": "Finch asks why the invoice came twice"});
    let (_, seen) = page.ask("POST /sim/command", "", &told.to_string()).await;
    assert!(number(seen["seen"]["text"].as_str().unwrap()).is_some(), "{seen}");
    let (status, turned) = page.ask("POST /demo/clock", "", r#"{"next": "morning"}"#).await;
    assert_eq!((status, &turned["now"]), (200, &json!("2026-11-23T09:00:00+01:00")));
    let finance = demo.sim().texts("finance-voice").unwrap();
    assert!(finance.last().unwrap().contains("Finch asks why the invoice came twice"), "answered before all had settled: {finance:?}");
    end(demo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_is_turned_over_http_and_nonsense_is_told() {
    let demo = demo(None, false).await;
    let mut page = Http::to(demo.sim().port()).await;
    let mut turns = String::new();
    for body in [
        r#"{"to": "2026-11-16T09:00:00+01:00"}"#,
        r#"{"advance": "PT24H"}"#,
        r#"{"next": "morning"}"#,
        r#"{"to": "2026-11-16T09:00:00+01:00"}"#,
        r#"{"to": "noon"}"#,
        r#"{"advance": "PT1H", "next": "morning"}"#,
        r#"{"advance": "P2Y"}"#,
        r#"{"turn": 1}"#,
        "",
    ] {
        let (status, answer) = page.ask("POST /demo/clock", "", body).await;
        let said = answer["shown"].as_str().or_else(|| answer["error"].as_str()).unwrap();
        turns.extend([status.to_string().as_str(), " ", said, "\n"]);
    }
    assert_snapshot!(turns, @r#"
    200 Monday 16 November 2026, 09:00
    200 Tuesday 17 November 2026, 09:00
    200 Wednesday 18 November 2026, 09:00
    400 the demo's clock goes forward only
    400 "noon" is no moment with its offset; say {"to": "2026-11-23T09:00:00+01:00"}, {"advance": "PT24H"} or {"next": "morning"}
    400 say {"to": "2026-11-23T09:00:00+01:00"}, {"advance": "PT24H"} or {"next": "morning"}
    400 parsing ISO 8601 duration in this context requires that the duration contain a time component and no components of days or greater; say {"to": "2026-11-23T09:00:00+01:00"}, {"advance": "PT24H"} or {"next": "morning"}
    400 unknown field `turn`, expected one of `to`, `advance`, `next`; say {"to": "2026-11-23T09:00:00+01:00"}, {"advance": "PT24H"} or {"next": "morning"}
    400 EOF while parsing a value; say {"to": "2026-11-23T09:00:00+01:00"}, {"advance": "PT24H"} or {"next": "morning"}
    "#);
    let (status, refusal) = page.ask("POST /demo/clock", "origin: https://evil.example\r\n", r#"{"advance": "PT1H"}"#).await;
    assert_eq!((status, &refusal["error"]), (403, &json!("foreign_origin")));
    end(demo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_of_hundreds_of_lines_is_whole() {
    let mut lines = POSTS.repeat(4);
    for odd in
        ["<@U0> & <b>", "VOC-1, told by nobody\nVOC-2: “as in a digest”", "*bold* `code` ~x~", "\u{202e}ecioivni", "🎉", "`/heard help`"]
    {
        lines.extend([json!({"text": odd}).to_string().as_str(), "\n"]);
    }
    let demo = demo(None, false).await;
    let tally = replayed(&demo, &lines).await;
    assert!(tally.is_whole(), "{tally:?}");
    assert_eq!(tally.posts, 62 * 4 + 6);
    assert_eq!(tally.tagged.len(), demo.functions().len());
    assert!(tally.tagged.iter().all(|(_, records)| *records > 0) && tally.untagged > 0, "{tally:?}");
    assert!(tally.digests >= 30, "{tally:?}");
    end(demo).await;
}

/// The control: a line that was not kept, a digest that nobody read, and one that was read twice are all found out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_that_is_not_whole_is_found_out() {
    let demo = demo(None, false).await;
    let blank = replayed(&demo, "{\"text\": \"the invoice is wrong\"}\n{\"text\": \" \"}\n").await;
    assert_eq!((blank.is_whole(), blank.not_kept.len(), blank.not_kept[0].0), (false, 1, 1), "{blank:?}");

    demo.sim().fault(Rule::on("chat.postMessage", Fault::Error("msg_too_long".to_owned())));
    let refused = replayed(&demo, "{\"text\": \"the invoice is wrong\"}\n").await;
    demo.sim().clear_faults();
    assert_eq!(refused.astray, ["VOC-2 stands 0 times in the channel of finance"]);

    demo.sim().message("dana", "finance-voice", "VOC-3, says dana").unwrap();
    let people = replayed(&demo, "{\"text\": \"the invoice is wrong\"}\n").await;
    assert!(people.is_whole(), "what people say in a channel is no digest: {people:?}");
    assert!(demo.stop().await);
}

/// The clock that the page shows.
async fn shown(demo: &Demo, turn: Option<&str>) -> String {
    let mut page = Http::to(demo.sim().port()).await;
    let line = if turn.is_some() { "POST /demo/clock" } else { "GET /demo/clock" };
    page.ask(line, "", turn.unwrap_or_default()).await.1["now"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_that_is_kept_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let morning = Some(r#"{"next": "morning"}"#);
    let first = demo(Some(folder.path()), true).await;
    let told = heard(&first, "Finch asks why the invoice came twice").await.unwrap();
    assert_eq!(shown(&first, morning).await, "2026-11-23T09:00:00+01:00");
    end(first).await;

    let second = demo(Some(folder.path()), true).await;
    let record = second.store().record(allears::domain::ids::FeedbackNo(told)).await.unwrap().unwrap();
    assert_eq!(record.verbatim, "Finch asks why the invoice came twice");
    assert_eq!(shown(&second, None).await, "2026-11-23T10:00:00+01:00", "Monday's digests were read");
    assert_eq!(heard(&second, "Luma asks for a new contract").await, Some(told + 1), "numbers go on");
    end(second).await;

    let third = demo(Some(folder.path()), true).await;
    assert_eq!(heard(&third, "Pelican was promised a discount").await, Some(told + 2), "what is told in two runs is no repeat");
    shown(&third, morning).await;
    let standing = standing(&third);
    for words in ["Luma asks for a new contract", "Pelican was promised a discount"] {
        assert!(standing.contains(words), "{words:?} stands in no digest");
    }
    for words in ["Finch asks why the invoice came twice", "Delta Health was charged twice"] {
        assert!(!standing.contains(words), "{words:?} was read in the first run already");
    }
    end(third).await;
}

/// A second replay comes after the digests of the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_onto_a_kept_store_is_whole_too() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let demo = demo(Some(folder.path()), false).await;
        let tally = replayed(&demo, POSTS).await;
        assert!(tally.is_whole(), "{tally:?}");
        end(demo).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_replays_a_file_and_judges_it() {
    let folder = tempfile::tempdir().unwrap();
    let run = async |lines: &str| {
        let file = folder.path().join("lines.jsonl");
        std::fs::write(&file, lines).unwrap();
        let mut said = ask(&["demo", "--port", "0", "--exit", "--replay", &file.display().to_string()], b"").await;
        said.err = said.err.replace(&file.display().to_string(), "FILE");
        said
    };
    let whole = run(POSTS).await;
    assert_eq!(whole.code, Some(0), "{whole:?}");
    assert!(whole.out.starts_with(&format!("posts{:>31}\n", 62)), "{whole:?}");
    let not_whole = run("\n{\"text\": \"\"}\n").await;
    assert_eq!(not_whole.code, Some(1), "{not_whole:?}");
    assert!(not_whole.err.contains("line 2 was not kept: it holds no words"), "{not_whole:?}");
    let mut refusals = String::new();
    for lines in ["{\"text\": \"a\"}\nb\n", "\n", "{\"text\": 1}"] {
        let refused = run(lines).await;
        assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""));
        refusals.push_str(&refused.err);
    }
    assert_snapshot!(refusals, @r#"
    FILE: line 2 is no JSON from byte 1 on (expected value); each line is a JSON object such as {"text": "the invoice is wrong"}
    FILE holds no line to tell
    FILE: line 1 has a "text" that is no string; each line is a JSON object such as {"text": "the invoice is wrong"}
    "#);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_shows_its_page_until_it_is_stopped() {
    let mut demo = Running::start(allears(&["demo", "--port", "0", "--weeks", "2"]), b"");
    demo.has_said("Ctrl-C ends", 1).await;
    let port = demo.rest_of("open http://127.0.0.1:").parse().unwrap();
    let (status, people) = Http::to(port).await.ask("GET /sim/people", "", "").await;
    assert!(status == 200 && people.as_array().is_some_and(|people: &Vec<Value>| people.len() > 10), "{people}");
    let taken = ask(&["demo", "--port", &port.to_string()], b"").await;
    let expected = format!("the demo cannot start on port {port}: Address already in use (os error 98); name another with --port\n");
    assert!(taken.code == Some(1) && taken.err.ends_with(&expected), "{taken:?}");
    demo.signal("INT");
    assert_eq!(demo.ends().await.code, Some(0));
}
