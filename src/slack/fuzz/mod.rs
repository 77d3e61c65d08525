//! Whatever comes from outside: no panic, no wait, no live markup. Fuzzing on stable Rust, without instrumentation.
//!
//! Seeds are payloads that Slack sent (`tests/data/slack`) and a kept corpus (`tests/data/fuzz/TARGET`), which holds what
//! was found before and what we thought of. All seeds are tried as they are, and then mutated ones for
//! `ALLEARS_FUZZ_SECONDS` (two by default; ten minutes in `scripts/check --long`). An input whose outcome is of a shape
//! that none before it had becomes a seed as well. One that fails is made small and written to the corpus, where it
//! fails each run until it is mended. `ALLEARS_FUZZ_SEED` repeats a run.

mod mutate;
mod run;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use self::mutate::MARKS;
use self::run::{Target, attempt, fuzz, samples};
use super::door::{self, Body, Request};
use super::inbound;
use super::line::Envelope;
use super::markup::{escape, plain};

/// The variants and fields that came out, their contents apart: two inputs of one shape took one way.
fn shape(out: &impl std::fmt::Debug) -> String {
    let debug = format!("{out:?}");
    let outside = debug.split('"').step_by(2).take(40);
    outside.collect::<String>().chars().filter(|c| !c.is_ascii_digit()).take(200).collect()
}

/// What the desk does to each text of a delivery before it looks at it.
fn texts(payload: &Value) {
    match payload {
        Value::String(text) => drop(markup(text.as_bytes())),
        Value::Array(all) => all.iter().for_each(texts),
        Value::Object(fields) => fields.values().for_each(texts),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A frame of Socket Mode.
fn envelope(frame: &[u8]) -> String {
    let text = String::from_utf8_lossy(frame);
    let Ok(Envelope { name, payload, .. }) = serde_json::from_str::<Envelope>(&text) else { return String::new() };
    texts(&payload);
    shape(&inbound::read(&name, &payload))
}

/// The body of a request, as JSON and as a form.
fn body(bytes: &[u8]) -> String {
    ["application/json", "application/x-www-form-urlencoded"].map(|kind| delivered(kind, bytes)).concat()
}

fn delivered(kind: &str, bytes: &[u8]) -> String {
    let request = Request { content_type: Some(kind.to_owned()), body: bytes.to_owned(), ..Request::default() };
    let unsigned = door::is_ssl_check(&request);
    let read = match door::read(&request) {
        Body::Challenge(_) => "challenge".to_owned(),
        Body::Nonsense(frame) => shape(&serde_json::from_str::<Value>(&frame).is_ok()),
        Body::Delivery { kind, payload } => {
            assert!(payload.is_object(), "a payload has fields");
            texts(&payload);
            shape(&inbound::read(kind, &payload))
        }
    };
    format!("{unsigned}{read}")
}

/// Slack's markup. What comes out is plain for good: escaped, nothing in it is live, and it comes back as it was.
fn markup(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let out = plain(&text, |user| user.starts_with('U').then(|| format!("<!channel> {user}")));
    let escaped = escape(&out);
    assert!(!escaped.contains(['<', '>']), "live markup came out");
    let entities = escaped.split('&').skip(1);
    assert!(entities.clone().all(|rest| ["amp;", "lt;", "gt;"].iter().any(|name| rest.starts_with(name))), "a bare ampersand came out");
    assert!(plain(&escaped, |_| None) == out, "it does not come back as it was");
    let marks: BTreeSet<char> = out.chars().filter(|c| "<>&@#|()".contains(*c)).collect();
    format!("{marks:?}{}", out.len().checked_ilog2().unwrap_or(0))
}

#[test]
fn any_frame() {
    let mut seeds = samples("realistic/socket-mode");
    for (kind, folder) in [("events_api", "events"), ("interactive", "interactions")] {
        for from in ["realistic", "schema-shaped"] {
            let payloads = samples(&format!("{from}/{folder}"));
            let payloads = payloads.iter().map(|bytes| serde_json::from_slice::<Value>(bytes).unwrap());
            let frames =
                payloads.map(|payload| json!({"type": kind, "envelope_id": "e", "accepts_response_payload": true, "payload": payload}));
            seeds.extend(frames.map(|frame| frame.to_string().into_bytes()));
        }
    }
    for inner in samples("realistic/events-inner") {
        let event: Value = serde_json::from_slice(&inner).unwrap();
        let payload = json!({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event});
        seeds.push(json!({"type": "events_api", "envelope_id": "e", "payload": payload}).to_string().into_bytes());
    }
    fuzz(&Target { name: "envelopes", seeds, run: envelope });
}

#[test]
fn any_body() {
    let mut seeds = samples("realistic/events");
    for bytes in samples("realistic/interactions") {
        let payload: Value = serde_json::from_slice(&bytes).unwrap();
        let mut form = form_urlencoded::Serializer::new(String::new());
        match payload.as_object().filter(|fields| fields.contains_key("command")) {
            Some(fields) => drop(form.extend_pairs(fields.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default())))),
            None => drop(form.append_pair("payload", &payload.to_string())),
        }
        seeds.push(form.finish().into_bytes());
    }
    fuzz(&Target { name: "bodies", seeds, run: body });
}

#[test]
fn any_markup() {
    let mut seeds = vec![];
    for folder in ["realistic/events", "realistic/events-inner", "realistic/interactions"] {
        for bytes in samples(folder) {
            let payload: Value = serde_json::from_slice(&bytes).unwrap();
            let texts = ["/text", "/event/text", "/message/text"].iter().filter_map(|at| payload.pointer(at)?.as_str());
            seeds.extend(texts.map(|text| text.as_bytes().to_owned()));
        }
    }
    fuzz(&Target { name: "mrkdwn", seeds, run: markup });
}

/// A reader that looks at all that is left for each mark takes minutes for one long body.
#[test]
fn marks_without_end_take_time_by_their_length() {
    let target = Target { name: "mrkdwn", seeds: vec![], run: markup };
    for mark in MARKS {
        let long = mark.repeat((256 << 10) / mark.len());
        if let Err(why) = attempt(&target, long.as_bytes()) {
            panic!("{mark:?}: {why}");
        }
    }
}
