//! Socket Mode: hello, one of N, acknowledgements, retries, farewells, frames of any bytes.
use crate::support::{Line, Office, connect, line, office, office_with, ticket_url};
use futures_util::{SinkExt, StreamExt};
use jiff::SignedDuration;
use serde_json::json;
use slack_sim::{Farewell, RawFrame};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn hello_comes_first_though_events_wait() {
    let Office { sim, .. } = office().await;
    let mut first = connect(&sim).await;
    sim.message("lee", "sales", "already said").unwrap();
    let hello = first.next().await;
    assert_eq!((&hello["type"], &hello["num_connections"]), (&json!("hello"), &json!(1)));
    assert!(hello["connection_info"]["app_id"].as_str().unwrap().starts_with('A'));
    assert_eq!(first.take().await["payload"]["event"]["text"], "already said");
    assert_eq!(connect(&sim).await.next().await["num_connections"], 2);
}

#[tokio::test]
async fn each_envelope_goes_to_one_line_in_turn() {
    let Office { sim, .. } = office().await;
    let (mut one, mut two) = (line(&sim).await, line(&sim).await);
    for text in ["a", "b", "c", "d"] {
        sim.message("lee", "sales", text).unwrap();
    }
    let mut heard = Vec::new();
    for _ in 0..2 {
        heard.push(one.take().await["payload"]["event"]["text"].clone());
        heard.push(two.take().await["payload"]["event"]["text"].clone());
    }
    assert_eq!(heard, ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn a_ticket_opens_one_line_and_soon() {
    let Office { sim, wire, .. } = office().await;
    let opened = ticket_url(&sim).await;
    let url = opened["url"].as_str().unwrap();
    let _open = connect_async(url).await.unwrap();
    assert!(connect_async(url).await.is_err());
    let late = ticket_url(&sim).await;
    wire.advance(SignedDuration::from_secs(31));
    assert!(connect_async(late["url"].as_str().unwrap()).await.is_err());
    assert!(connect_async(format!("ws://127.0.0.1:{}/link/", sim.port())).await.is_err());
}

#[tokio::test]
async fn the_eleventh_line_is_one_too_many() {
    let Office { sim, .. } = office().await;
    let mut lines = Vec::new();
    for _ in 0..10 {
        lines.push(line(&sim).await);
    }
    let mut eleventh = connect(&sim).await;
    assert_eq!(eleventh.next().await["reason"], "too_many_websockets");
    assert!(eleventh.end().await);
    assert_eq!(sim.lines(), 10);
}

#[tokio::test]
async fn an_event_comes_again_three_times() {
    let Office { sim, wire, .. } = office().await;
    let mut line = line(&sim).await;
    let begun = wire.now_seconds();
    sim.message("lee", "sales", "hello?").unwrap();
    let first = line.next().await;
    assert_eq!((&first["retry_attempt"], &first["retry_reason"]), (&json!(0), &json!("")));
    assert_eq!(first["accepts_response_payload"], false);
    for (attempt, least) in [(1, 4), (2, 67), (3, 370)] {
        let again = line.next_turning(&wire).await;
        assert_eq!((&again["retry_attempt"], &again["retry_reason"]), (&json!(attempt), &json!("timeout")));
        assert_eq!(again["payload"]["event_id"], first["payload"]["event_id"]);
        assert_ne!(again["envelope_id"], first["envelope_id"]);
        assert!(wire.now_seconds() - begun >= least, "attempt {attempt} came early");
    }
    assert!(sim.lost_events().is_empty());
    while sim.lost_events().is_empty() {
        wire.advance(SignedDuration::from_secs(1));
        tokio::task::yield_now().await;
    }
    assert_eq!(sim.lost_events()[0]["event_id"], first["payload"]["event_id"]);
    // Now nobody waits for it any more.
    line.ack(&first, None).await;
    sim.message("lee", "sales", "next").unwrap();
    let next = line.take().await;
    probe(&sim, &mut line).await;
    let id = first["envelope_id"].as_str().unwrap();
    assert_eq!((sim.late_acks(), sim.stray_acks()), (vec![id.to_owned()], vec![]));
    for again in [&first, &next] {
        line.ack(again, None).await;
    }
    probe(&sim, &mut line).await;
    assert_eq!((sim.late_acks().len(), sim.stray_acks().len()), (1, 2), "each is acknowledged once, late or not");
}

#[tokio::test]
async fn an_acknowledged_event_does_not_come_again() {
    let Office { sim, wire, .. } = office().await;
    let mut line = line(&sim).await;
    sim.message("lee", "sales", "one").unwrap();
    line.take().await;
    probe(&sim, &mut line).await;
    wire.advance(SignedDuration::from_secs(600));
    sim.message("lee", "sales", "two").unwrap();
    assert_eq!(line.take().await["payload"]["event"]["text"], "two");
    assert!(sim.lost_events().is_empty());
}

#[tokio::test]
async fn an_event_waits_for_a_line() {
    let Office { sim, wire, .. } = office().await;
    sim.message("lee", "sales", "is anybody there?").unwrap();
    let mut line = line(&sim).await;
    let envelope = line.next_turning(&wire).await;
    assert_eq!(envelope["retry_attempt"], 1);
    assert_eq!(envelope["payload"]["event"]["text"], "is anybody there?");
}

#[tokio::test]
async fn a_line_that_is_asked_to_leave_gets_no_more() {
    let Office { sim, wire, .. } = office().await;
    let mut old = line(&sim).await;
    sim.message("lee", "sales", "before").unwrap();
    let before = old.next().await;
    sim.refresh_lines();
    let farewell = old.next().await;
    assert_eq!((&farewell["type"], &farewell["reason"]), (&json!("disconnect"), &json!("refresh_requested")));
    let mut new = line(&sim).await;
    for text in ["one", "two"] {
        sim.message("lee", "sales", text).unwrap();
        assert_eq!(new.take().await["payload"]["event"]["text"], text);
    }
    // The old line still takes what was begun on it.
    old.ack(&before, None).await;
    probe_both(&sim, &mut old, &mut new).await;
    assert!(sim.late_acks().is_empty() && sim.stray_acks().is_empty());
    assert_eq!(sim.lines(), 2);
    wire.advance(SignedDuration::from_secs(10));
    assert!(old.end().await);
}

#[tokio::test]
async fn a_lifetime_ends_with_a_warning_first() {
    let Office { sim, wire, .. } = office_with(|builder| builder.lifetime(SignedDuration::from_secs(360))).await;
    let mut line = line(&sim).await;
    let begun = wire.now_seconds();
    assert_eq!(line.next_turning(&wire).await["reason"], "warning");
    assert!(wire.now_seconds() - begun >= 350);
    assert_eq!(line.next_turning(&wire).await["reason"], "refresh_requested");
    assert!(wire.now_seconds() - begun >= 360);
}

#[tokio::test]
async fn who_answers_no_ping_is_cut_off() {
    let Office { sim, wire, .. } = office().await;
    let (silent, mut alive) = (line(&sim).await, line(&sim).await);
    let begun = wire.now_seconds();
    let turning = async {
        while sim.lines() == 2 {
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
            wire.advance(SignedDuration::from_secs(1));
        }
    };
    let reading = async { while alive.0.next().await.is_some() {} };
    tokio::select! { () = turning => {}, () = reading => panic!("the line that answers ended") }
    assert!((30..=40).contains(&(wire.now_seconds() - begun)), "{}", wire.now_seconds() - begun);
    drop(silent);
    probe(&sim, &mut alive).await;
    // A leap is one ping alone.
    wire.advance(SignedDuration::from_hours(24));
    probe(&sim, &mut alive).await;
    assert_eq!(sim.lines(), 1);
}

#[tokio::test]
async fn who_reads_nothing_is_cut_off() {
    let Office { sim, wire, .. } = office().await;
    let silent = line(&sim).await;
    // More than any buffer between the two ends holds.
    for _ in 0..30 {
        assert!(sim.push_frame(RawFrame::Text(vec![b'x'; 1 << 20])));
    }
    while sim.lines() == 1 {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        wire.advance(SignedDuration::from_secs(1));
        assert!(wire.now_seconds() < 1_795_435_200 + 120, "the place is never free again");
    }
    drop(silent);
}

#[tokio::test]
async fn a_disabled_link_opens_no_lines() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    sim.farewell(Farewell::LinkDisabled);
    assert_eq!(line.next().await["reason"], "link_disabled");
    assert_eq!(ticket_url(&sim).await["ok"], false);
    sim.enable_link();
    assert_eq!(ticket_url(&sim).await["ok"], true);
}

#[tokio::test]
async fn lines_can_be_cut() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    sim.drop_lines();
    assert_eq!(sim.lines(), 0);
    assert!(!line.end().await, "there was a handshake");
}

#[tokio::test]
async fn frames_of_any_bytes_arrive_as_they_are() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    assert!(sim.push_frame(RawFrame::Binary(vec![0, 255])));
    assert_eq!(line.0.next().await.unwrap().unwrap(), Message::binary(vec![0, 255]));
    assert!(sim.push_frame(RawFrame::Text(b"{not json".to_vec())));
    assert_eq!(line.0.next().await.unwrap().unwrap(), Message::text("{not json"));
    assert!(sim.push_frame(RawFrame::Text(vec![b'"', 0xff, b'"'])));
    assert!(line.0.next().await.unwrap().is_err(), "the client took bytes that are no UTF-8");
}

#[tokio::test]
async fn large_frames_pass_and_too_large_ones_end_the_line() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let text = "x".repeat(39_000);
    let blocks: Vec<_> = (0..20).map(|n| json!({"type": "context", "text": text, "n": n})).collect();
    let envelope = json!({"envelope_id": "big", "type": "interactive", "payload": {"blocks": blocks}});
    let delivery = sim.deliver(&envelope);
    let client = async {
        let got = line.next().await;
        assert_eq!(got, envelope);
        line.ack(&got, Some(json!({"text": "y".repeat(900_000)}))).await;
        // Keeps reading until the other side is done.
        line.0.next().await
    };
    let ack = tokio::select! { ack = delivery => ack.unwrap(), _ = client => unreachable!() };
    assert_eq!(ack["payload"]["text"].as_str().unwrap().len(), 900_000);
    // The other end may cut the line before all is written.
    drop(line.0.send(Message::text("z".repeat((1 << 20) + 1))).await);
    assert!(!matches!(line.0.next().await, Some(Ok(Message::Text(_)))));
    while sim.lines() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_raw_envelope_and_its_acknowledgement() {
    let Office { sim, wire, .. } = office().await;
    let mut line = line(&sim).await;
    let strange = json!({"envelope_id": "e1", "type": "not_of_this_world", "payload": null});
    let (ack, ()) = tokio::join!(sim.deliver(&strange), async {
        let got = line.next().await;
        assert_eq!(got, strange);
        line.ack(&got, Some(json!({"a": 1}))).await;
    });
    assert_eq!(ack, Some(json!({"envelope_id": "e1", "payload": {"a": 1}})));
    assert_eq!(sim.deliver(&json!({"type": "events_api"})).await, None);
    assert_eq!(line.next().await, json!({"type": "events_api"}));
    let (ack, ()) = tokio::join!(sim.deliver(&strange), async {
        line.next().await;
        wire.advance(SignedDuration::from_secs(3));
    });
    assert_eq!(ack, None);
}

#[tokio::test]
async fn events_and_messages_can_be_repeated() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let said = sim.message("lee", "sales", "once").unwrap();
    let first = line.take().await;
    assert!(sim.repeat_event(first["payload"]["event_id"].as_str().unwrap()));
    let same = line.take().await;
    assert_eq!(same["payload"], first["payload"]);
    assert_ne!(same["envelope_id"], first["envelope_id"]);
    sim.repeat_message("sales", &said.ts).unwrap();
    let other = line.take().await;
    assert_eq!(other["payload"]["event"], first["payload"]["event"]);
    assert_ne!(other["payload"]["event_id"], first["payload"]["event_id"]);
    assert!(!sim.repeat_event("Ev0"));
}

#[tokio::test]
async fn a_probe_is_behind_what_was_sent_and_counts_no_pings() {
    let Office { sim, wire, .. } = office().await;
    assert_eq!(sendable(sim.probe()).await, 0);
    let mut line = line(&sim).await;
    let quiet = probe(&sim, &mut line).await;
    wire.advance(SignedDuration::from_secs(5));
    assert_eq!(probe(&sim, &mut line).await, quiet, "a keepalive was counted");
    sim.message("lee", "sales", "one").unwrap();
    let seen = tokio::select! {
        frames = sim.probe() => frames,
        envelope = async {
            let envelope = line.next().await;
            // The ping behind the message is answered by reading on.
            line.0.next().await.unwrap().unwrap();
            line.0.next().await;
            envelope
        } => panic!("{envelope}"),
    };
    assert_eq!(seen, quiet + 1);
    let mut gone = line;
    let (frames, ()) = tokio::join!(sim.probe(), async { gone.0.close(None).await.unwrap() });
    assert_eq!(frames, seen, "a line that ended kept the probe waiting");
}

/// A probe while the client reads, which is how it answers pings. Envelopes that come meanwhile are lost.
pub(crate) async fn probe(sim: &slack_sim::Sim, line: &mut Line) -> u64 {
    let reading = async { while line.0.next().await.is_some() {} };
    tokio::select! { frames = sim.probe() => frames, () = reading => panic!("the line ended") }
}

/// A clock that is turned by hand keeps probes as boxed futures that can be sent.
fn sendable<T: Send>(probe: T) -> T {
    probe
}

async fn probe_both(sim: &slack_sim::Sim, one: &mut Line, two: &mut Line) -> u64 {
    let reading = async { while one.0.next().await.is_some() {} };
    tokio::select! { frames = probe(sim, two) => frames, () = reading => panic!("the line ended") }
}

trait Seconds {
    fn now_seconds(&self) -> i64;
}

impl Seconds for slack_sim::HandTime {
    fn now_seconds(&self) -> i64 {
        slack_sim::Time::now(self).as_second()
    }
}

#[tokio::test]
async fn delayed_events_come_hourly_for_a_day() {
    let Office { sim, wire, .. } = office_with(|builder| builder.delayed_events(true)).await;
    let mut line = line(&sim).await;
    sim.message("lee", "sales", "hello?").unwrap();
    let first = line.next().await;
    for attempt in 1..=27 {
        let before = wire.now_seconds();
        let again = loop {
            assert!(wire.now_seconds() - before < 4_000, "attempt {attempt} never came");
            wire.advance(SignedDuration::from_mins(1));
            let frame = tokio::select! {
                biased;
                frame = line.next() => Some(frame),
                () = idle() => None,
            };
            if let Some(frame) = frame {
                break frame;
            }
        };
        assert_eq!((&again["retry_attempt"], &again["payload"]), (&json!(attempt), &first["payload"]));
        assert!(attempt < 4 || wire.now_seconds() - before >= 3_600, "attempt {attempt} came early");
    }
    while sim.lost_events().is_empty() {
        wire.advance(SignedDuration::from_secs(1));
        tokio::task::yield_now().await;
    }
}

/// Long enough for a frame to arrive that is on its way.
async fn idle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_line_that_asks_for_it_is_short() {
    let Office { sim, wire, .. } = office().await;
    let opened = ticket_url(&sim).await;
    let url = format!("{}&debug_reconnects=true", opened["url"].as_str().unwrap());
    let mut short = Line(connect_async(url).await.unwrap().0);
    assert_eq!(short.next().await["debug_info"]["approximate_connection_time"], 360);
    let begun = wire.now_seconds();
    assert_eq!(short.next_turning(&wire).await["reason"], "warning");
    assert!(wire.now_seconds() - begun >= 350);
}

#[tokio::test]
async fn the_token_of_the_app_stands_in_the_header() {
    let Office { sim, .. } = office().await;
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let body = format!("token={}", sim.app_token());
    let opened = crate::support::http(sim.port(), "POST", "/api/apps.connections.open", &form, &body).await.json();
    assert_eq!(opened["error"], "not_authed");
    assert_eq!(ticket_url(&sim).await["ok"], true);
}
