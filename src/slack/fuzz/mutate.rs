//! Inputs made of other inputs: bytes that change, tokens that mean something, JSON that is pulled apart.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// The longest that an input becomes, in bytes: Slack's longest message is 40,000 characters.
const LONGEST: usize = 64 << 10;

/// What means something in markup.
pub(super) const MARKS: &[&str] = &[
    "<",
    ">",
    "<@",
    "<@U1|",
    "<#C1|",
    "<#C1>",
    "<!",
    "<!date^1^{date}|",
    "<!subteam^S1|",
    "<mailto:",
    "|",
    "^",
    "&",
    "&lt;",
    "&gt;",
    "&amp;",
    "&amp;lt;",
    "\u{0}",
    "\u{202e}",
    "\u{200d}",
    "🎉",
    "\r\n",
];

/// What means something in JSON and in forms, without blanks in it.
const TOKENS: &str = r#"{ } [ ] , : " \ \u0000 \ud800 null true 1e999 -0 18446744073709551616 0.1 % %00 %7B + = ssl_check=1& payload=
    command=%2Fheard text= "type": "event": "payload": "subtype": "hidden":true "bot_id":"B1" "challenge": url_verification app_rate_limited
    message message_changed events_api slash_commands interactive block_actions view_submission"#;

/// Fields that are read.
const FIELDS: &str =
    "type event payload subtype channel channel_type user user_team team team_id enterprise_id ts thread_ts text bot_id hidden
    event_id message previous_message item reaction command trigger_id user_id channel_id channel_name is_ext_shared_channel envelope_id
    accepts_response_payload actions view state values private_metadata callback_id files blocks challenge ssl_check edited authorizations";

fn token(rng: &mut Rng) -> &'static str {
    let tokens = TOKENS.split_whitespace().chain(MARKS.iter().copied());
    rng.choice(tokens.collect::<Vec<_>>()).unwrap_or_default()
}

fn field(rng: &mut Rng) -> &'static str {
    rng.choice(FIELDS.split_whitespace().collect::<Vec<_>>()).unwrap_or_default()
}

/// A mutation of one input, with parts of another.
pub(super) fn mutate(rng: &mut Rng, input: &[u8], other: &[u8]) -> Vec<u8> {
    let mut out = input.to_owned();
    for _ in 0..1 << rng.u32(0..4) {
        out = once(rng, out, other);
        out.truncate(LONGEST);
    }
    out
}

fn once(rng: &mut Rng, mut out: Vec<u8>, other: &[u8]) -> Vec<u8> {
    match rng.u32(0..16) {
        0 => {
            if let Some(byte) = pick_mut(rng, &mut out) {
                *byte ^= 1 << rng.u32(0..8);
            }
        }
        1 => {
            if let Some(byte) = pick_mut(rng, &mut out) {
                *byte = rng.u8(..);
            }
        }
        2 => drop(out.drain(span(rng, out.len()))),
        3 => {
            let copied = out[span(rng, out.len())].repeat(rng.usize(1..4));
            insert(rng, &mut out, &copied);
        }
        4 | 5 => {
            let token = token(rng);
            insert(rng, &mut out, token.as_bytes());
        }
        6 => {
            // What is slow where each costs as much as all behind it.
            let token = token(rng);
            let times = 1 << rng.u32(0..14);
            insert(rng, &mut out, token.repeat(times).as_bytes());
        }
        7 => {
            let part = &other[span(rng, other.len())];
            insert(rng, &mut out, part);
        }
        8 => {
            // The head of one, the tail of another.
            out.truncate(rng.usize(..=out.len()));
            out.extend(&other[rng.usize(..=other.len())..]);
        }
        9 => twice_named(rng, &mut out),
        _ => return json_mutated(rng, out, other),
    }
    out
}

fn pick_mut<'a>(rng: &mut Rng, bytes: &'a mut [u8]) -> Option<&'a mut u8> {
    let at = (!bytes.is_empty()).then(|| rng.usize(..bytes.len()))?;
    bytes.get_mut(at)
}

/// Mostly short.
fn span(rng: &mut Rng, length: usize) -> std::ops::Range<usize> {
    let from = rng.usize(..=length);
    let most = if rng.u8(..) < 200 { 16.min(length - from) } else { length - from };
    from..from + rng.usize(..=most)
}

fn insert(rng: &mut Rng, out: &mut Vec<u8>, bytes: &[u8]) {
    let at = rng.usize(..=out.len());
    drop(out.splice(at..at, bytes.iter().copied()));
}

/// A field more behind a brace, perhaps one that stands there already.
fn twice_named(rng: &mut Rng, out: &mut Vec<u8>) {
    let braces: Vec<usize> = out.iter().enumerate().filter(|(_, byte)| **byte == b'{').map(|(at, _)| at + 1).collect();
    let Some(at) = rng.choice(braces) else { return };
    let field = format!("\"{}\":{},", field(rng), odd_value(rng));
    drop(out.splice(at..at, field.bytes()));
}

fn json_mutated(rng: &mut Rng, out: Vec<u8>, other: &[u8]) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(&out) else { return out };
    let new = match serde_json::from_slice::<Value>(other) {
        Ok(mut other) if rng.bool() => node(rng, &mut other).take(),
        _ => odd_value(rng),
    };
    let at = node(rng, &mut value);
    match at {
        Value::Object(fields) if rng.bool() => {
            if rng.bool() {
                fields.insert(field(rng).to_owned(), new);
            } else if let Some(name) = rng.choice(fields.keys().cloned().collect::<Vec<_>>()) {
                fields.remove(&name);
            }
        }
        Value::Array(all) if rng.bool() => all.push(new),
        at => *at = new,
    }
    value.to_string().into_bytes()
}

/// Any value in it, itself included.
fn node<'a>(rng: &mut Rng, value: &'a mut Value) -> &'a mut Value {
    let inside = match &*value {
        Value::Array(all) => all.len(),
        Value::Object(fields) => fields.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    };
    if inside == 0 || rng.u8(..) < 50 {
        return value;
    }
    let at = rng.usize(..inside);
    match value {
        Value::Array(all) => node(rng, &mut all[at]),
        Value::Object(fields) => node(rng, fields.values_mut().nth(at).unwrap()),
        other => other,
    }
}

fn odd_value(rng: &mut Rng) -> Value {
    let token = token(rng);
    match rng.u32(0..10) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!(rng.i64(..)),
        3 => json!(rng.f64()),
        4 => json!([]),
        5 => Value::Object(Map::new()),
        6 => json!(token.repeat(rng.usize(1..2_000))),
        // Deeper than any reader may follow by recursion.
        7 => (0..rng.usize(1..300)).fold(Value::Null, |inside, _| if inside.is_array() { json!({"a": inside}) } else { json!([inside]) }),
        _ => json!(token),
    }
}
