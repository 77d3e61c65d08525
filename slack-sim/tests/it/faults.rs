//! What goes wrong on purpose: calls, events, lines, and the workspace between two calls.
use crate::support::{Office, act, call, connect, http, line, office, ticket_url};
use crate::wire::probe;
use jiff::SignedDuration;
use serde_json::{Value, json};
use slack_sim::{Change, Fault, Rule, Sim};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_tungstenite::connect_async;

async fn post(sim: &Sim, text: &str) -> Value {
    call(sim, "chat.postMessage", json!({"channel": "sales", "text": text})).await
}

/// A call whose answer may be anything: the status, and the body as far as it came.
async fn raw(sim: &Sim, text: &str) -> (u16, String) {
    let bearer = format!("Bearer {}", sim.bot_token());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let body = json!({"channel": "sales", "text": text}).to_string();
    let answer = http(sim.port(), "POST", "/api/chat.postMessage", &headers, &body).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn calls_fail_in_every_way_that_they_fail_in() {
    let Office { sim, .. } = office().await;
    for (fault, status, done) in [
        (Fault::Status(503), 503, false),
        (Fault::Error("fatal_error".to_owned()), 200, false),
        (Fault::RateLimited(30), 429, false),
        (Fault::NotJson, 200, false),
        (Fault::Broken, 0, false),
        (Fault::AnswerBroken, 0, true),
        (Fault::AnswerLost, 502, true),
    ] {
        let before = sim.texts("sales").unwrap().len();
        sim.fail_next("chat.postMessage", 1, fault.clone());
        let (seen, body) = raw(&sim, "x").await;
        // How much of a broken answer still comes is not certain.
        assert!(seen == status || (status == 0 && seen == 200), "{fault:?}: {seen}");
        let whole = serde_json::from_str::<Value>(&body).is_ok_and(|body| body["ok"] == true);
        assert!(!whole, "{fault:?} answered well: {body}");
        assert_eq!(sim.texts("sales").unwrap().len() - before, usize::from(done), "{fault:?}");
        assert_eq!(sim.faults_left(), 0);
    }
    assert_eq!(post(&sim, "and all is well").await["ok"], true);
}

#[tokio::test]
async fn a_call_that_hangs_is_not_done() {
    let Office { sim, time, .. } = office().await;
    sim.fail_next("chat.postMessage", 1, Fault::Hang);
    let (answer, ()) = tokio::join!(raw(&sim, "x"), async {
        while time.sleepers() == 0 {
            tokio::task::yield_now().await;
        }
        time.advance(SignedDuration::from_hours(24));
    });
    assert_eq!((answer.0, sim.texts("sales").unwrap().len()), (504, 0));
}

#[tokio::test]
async fn the_slowest_answer_comes_at_the_end_of_time() {
    let Office { sim, time, .. } = office().await;
    sim.fail_next("chat.postMessage", 1, Fault::Slow(u64::MAX));
    let (answer, ()) = tokio::join!(raw(&sim, "x"), async {
        while time.sleepers() == 0 {
            tokio::task::yield_now().await;
        }
        time.advance(SignedDuration::MAX);
    });
    assert_eq!((answer.0, sim.texts("sales").unwrap().len()), (200, 1));
}

#[tokio::test]
async fn the_workspace_changes_between_two_calls() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    for (change, error, event) in [
        (Change::Archive("sales".to_owned()), "is_archived", "channel_archive"),
        (Change::RemoveBot("sales".to_owned()), "not_in_channel", "member_left_channel"),
        (Change::RevokeTokens, "token_revoked", "tokens_revoked"),
    ] {
        sim.fault(Rule::on("chat.postMessage", Fault::Meanwhile(change)).times(1).skip(1));
        assert_eq!(post(&sim, "before").await["ok"], true);
        line.take().await;
        assert_eq!(post(&sim, "after").await["error"], error);
        assert_eq!(line.take().await["payload"]["event"]["type"], event);
        if error == "is_archived" {
            sim.archive("sales", false).unwrap();
            line.take().await;
        } else if error == "not_in_channel" {
            sim.invite_bot("lee", "sales").unwrap();
            line.take().await;
        }
    }
}

#[tokio::test]
async fn events_come_twice_late_under_other_ids_or_never() {
    let Office { sim, wire, .. } = office().await;
    let mut line = line(&sim).await;
    let say = |text: &str| drop(sim.message("lee", "sales", text).unwrap());
    sim.fault(Rule::on("event:message", Fault::Twice).times(1));
    say("twice");
    let (one, two) = (line.take().await, line.take().await);
    assert_eq!(one["payload"], two["payload"]);
    sim.fault(Rule::on("event", Fault::OtherId).times(1));
    say("other");
    let (one, two) = (line.take().await, line.take().await);
    assert_eq!(one["payload"]["event"], two["payload"]["event"]);
    assert_ne!(one["payload"]["event_id"], two["payload"]["event_id"]);
    sim.fault(Rule::on("event:message", Fault::Late).times(1));
    say("first");
    say("second");
    assert_eq!(line.take().await["payload"]["event"]["text"], "second");
    assert_eq!(line.take().await["payload"]["event"]["text"], "first");
    sim.fault(Rule::on("event:message", Fault::Late).times(1));
    say("alone");
    assert_eq!(line.next_turning(&wire).await["payload"]["event"]["text"], "alone");
    sim.fault(Rule::on("event:message", Fault::Lost).times(1));
    say("never");
    say("last");
    assert_eq!(line.take().await["payload"]["event"]["text"], "last");
}

#[tokio::test]
async fn a_line_is_cut_or_goes_silent_with_an_envelope_on_it() {
    let Office { sim, wire, .. } = office().await;
    let mut cut = line(&sim).await;
    sim.fault(Rule::on("line", Fault::Cut).times(1));
    sim.message("lee", "sales", "one").unwrap();
    assert_eq!(cut.next().await["payload"]["event"]["text"], "one");
    assert!(!cut.end().await, "there was a handshake");
    let mut silent = line(&sim).await;
    // The event was not acknowledged: it comes again.
    assert_eq!(silent.next_turning(&wire).await["retry_attempt"], 1);
    sim.fault(Rule::on("line", Fault::HalfOpen).times(1));
    sim.message("lee", "sales", "two").unwrap();
    assert_eq!(sim.lines(), 1, "a line that is half open counts as open");
    // A probe does not wait for it.
    sim.probe().await;
    let mut fresh = line(&sim).await;
    let again = fresh.next_turning(&wire).await;
    assert_eq!((&again["payload"]["event"]["text"], &again["retry_attempt"]), (&json!("two"), &json!(1)));
    fresh.ack(&again, None).await;
    probe(&sim, &mut fresh).await;
    drop(silent);
}

#[tokio::test]
async fn a_connection_can_be_refused() {
    let Office { sim, .. } = office().await;
    sim.fail_next("upgrade", 1, Fault::Status(409));
    let opened = ticket_url(&sim).await;
    assert!(connect_async(opened["url"].as_str().unwrap()).await.is_err());
    assert_eq!(connect(&sim).await.next().await["type"], "hello");
}

#[tokio::test]
async fn rules_are_data() {
    let Office { sim, .. } = office().await;
    let rule = r#"{"on": "chat.postMessage", "fault": {"error": "fatal_error"}, "rate": 0.5, "seed": 7}"#;
    assert_eq!(act(&sim, "/sim/faults", rule).await.status, 200);
    let mut failed = 0;
    for _ in 0..4 {
        let channel = format!("team-{failed}");
        sim.add_channel(slack_sim::NewChannel::named(&channel).with_bot());
        let done = call(&sim, "chat.postMessage", json!({"channel": channel, "text": "x"})).await;
        failed += i32::from(done["error"] == "fatal_error");
    }
    assert!((1..4).contains(&failed), "{failed} of 4 failed");
    let listed = http(sim.port(), "GET", "/sim/faults", &[], "").await.json();
    assert_eq!(listed["rules"][0]["fault"]["error"], "fatal_error");
    assert_eq!(http(sim.port(), "DELETE", "/sim/faults", &[], "").await.status, 200);
    assert_eq!(post(&sim, "x").await["ok"], true);
    for bad in [
        r#"{"on": "line", "fault": "hang"}"#,
        r#"{"on": "chat.update", "fault": "nonsense"}"#,
        r#"{"on": "chat.update", "fault": "hang", "rate": 7.0}"#,
        r#"{"on": "chat.update", "fault": "hang", "often": 1}"#,
    ] {
        let refused = act(&sim, "/sim/faults", bad).await;
        assert_eq!(refused.status, 400, "{bad}");
        assert!(refused.json()["message"].as_str().unwrap().len() > 10);
    }
}

#[tokio::test]
async fn a_rate_holds_over_ten_thousand_calls() {
    let Office { sim, .. } = office().await;
    let request =
        format!("POST /api/auth.test HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: 0\r\n\r\n", sim.bot_token());
    let mut struck = Vec::new();
    for _ in 0..2 {
        sim.clear_faults();
        sim.fault(Rule::on("auth.test", Fault::Status(503)).rate(0.1, 7));
        struck.push(statuses(&sim, &request, 10_000).await);
    }
    assert_eq!(struck[0], struck[1], "a seed strikes the same ones");
    let failed = struck[0].iter().filter(|status| *status == "503").count();
    assert!((900..1_100).contains(&failed) && struck[0].iter().all(|status| status == "200" || status == "503"), "{failed}");
    assert_eq!(sim.calls_of("auth.test").iter().filter(|call| call.status == 503).count(), failed);
}

/// The statuses of many requests on one connection.
async fn statuses(sim: &Sim, request: &str, times: usize) -> Vec<String> {
    let (from, mut to) = TcpStream::connect(("127.0.0.1", sim.port())).await.unwrap().into_split();
    let sending = async {
        for _ in 0..times {
            to.write_all(request.as_bytes()).await.unwrap();
        }
    };
    let reading = async {
        let (mut from, mut line, mut all) = (BufReader::new(from), String::new(), Vec::new());
        while all.len() < times {
            line.clear();
            assert!(from.read_line(&mut line).await.unwrap() > 0);
            // An answer's body ends without a line's end.
            all.extend(line.split_once("HTTP/1.1 ").map(|(_, rest)| rest[..3].to_owned()));
        }
        all
    };
    tokio::join!(sending, reading).1
}
