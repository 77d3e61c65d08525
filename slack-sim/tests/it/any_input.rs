//! What any client may send: the decoder of arguments is given any bytes, and everything that a client can encode.
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use slack_sim::decode_arguments;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json; charset=utf-8";
const BOUNDARY: &str = "a-boundary-that-nobody-writes";

fn runs() -> ProptestConfig {
    let cases = if std::env::var_os("ALLEARS_LONG").is_some() { 10_000 } else { 200 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Content types as they should be, and nearly.
fn kinds() -> impl Strategy<Value = Option<String>> {
    let known =
        vec![FORM, JSON, "application/json", "text/plain", "multipart/form-data; boundary=x", "multipart/form-data", "; charset", ""];
    let known = proptest::sample::select(known).prop_map(|kind| Some(kind.to_owned()));
    prop_oneof![4 => known, 1 => any::<String>().prop_map(Some), 1 => Just(None)]
}

/// Bytes between those that mean something to one of the decoders.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let telling = vec![
        "--x\r\n",
        "--x--",
        "\r\n\r\n",
        "Content-Disposition: form-data; name=\"a\"",
        "; filename=\"f\"",
        "a=1",
        "&",
        "=",
        "%",
        "%zz",
        "%F",
        "%FF",
        "+",
        "[]",
        "{",
        "}",
        "\"a\":",
        "\"\\ud800\"",
        "1e999",
        "null",
        "[",
        "]",
        ",",
        "\0",
        "\u{feff}",
    ];
    let telling = proptest::sample::select(telling).prop_map(|part| part.as_bytes().to_vec());
    let part = prop_oneof![3 => telling, 1 => vec(any::<u8>(), 0..8)];
    vec(part, 0..16).prop_map(|parts| parts.concat())
}

fn arguments<V: Strategy>(values: V) -> impl Strategy<Value = BTreeMap<String, V::Value>> {
    btree_map("[a-z_][A-Za-z0-9_.-]{0,20}", values, 0..8)
}

/// Any JSON of a few levels.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let list = vec(inner.clone(), 0..4).prop_map(Value::from);
        prop_oneof![list, btree_map(any::<String>(), inner, 0..4).prop_map(|fields| fields.into_iter().collect())]
    })
}

/// As clients do, every second byte of a kind that might be left as it is escaped all the same.
fn form(arguments: &BTreeMap<String, String>) -> String {
    let pairs = arguments.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b' ' if at % 2 == 0 => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' if at % 2 == 0 => out.push(char::from(byte)),
            _ => write!(out, "%{byte:02x}").unwrap(),
        }
    }
    out
}

fn multipart(arguments: &BTreeMap<String, String>) -> String {
    let part =
        |(name, value): (&String, &String)| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    arguments.iter().map(part).collect::<String>() + &format!("--{BOUNDARY}--\r\n")
}

proptest! {
    #![proptest_config(runs())]

    #[test]
    fn any_bytes_are_read_or_refused_by_name(query in proptest::option::of(any::<String>()), kind in kinds(), body in bodies()) {
        match decode_arguments(query.as_deref(), kind.as_deref(), &body) {
            Ok(arguments) => prop_assert!(arguments.is_object()),
            Err(error) => prop_assert!(error.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", error),
        }
    }

    #[test]
    fn texts_arrive_by_every_way(texts in arguments(any::<String>())) {
        let same = Ok(json!(texts));
        let parts = format!("multipart/form-data; boundary={BOUNDARY}");
        prop_assert_eq!(&decode_arguments(None, Some(FORM), form(&texts).as_bytes()), &same);
        prop_assert_eq!(&decode_arguments(None, Some(JSON), json!(texts).to_string().as_bytes()), &same);
        prop_assert_eq!(&decode_arguments(None, Some(&parts), multipart(&texts).as_bytes()), &same);
        prop_assert_eq!(&decode_arguments(Some(&form(&texts)), Some(JSON), b""), &same);
    }

    #[test]
    fn the_body_wins_over_the_query(asked in arguments(any::<String>()), said in arguments(any_json())) {
        let mut both: Map<String, Value> = asked.iter().map(|(name, text)| (name.clone(), json!(text))).collect();
        both.extend(said.clone());
        let read = decode_arguments(Some(&form(&asked)), Some(JSON), json!(said).to_string().as_bytes());
        prop_assert_eq!(read, Ok(Value::Object(both)));
    }

    #[test]
    fn a_body_that_was_damaged_is_read_or_refused(
        texts in arguments(any::<String>()),
        way in 0..3_usize,
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let parts = format!("multipart/form-data; boundary={BOUNDARY}");
        let (kind, body) = [(FORM, form(&texts)), (JSON, json!(texts).to_string()), (parts.as_str(), multipart(&texts))][way].clone();
        let mut body = body.into_bytes();
        if !body.is_empty() {
            let at = at.index(body.len());
            body[at] = byte;
            body.truncate(if cut { at } else { body.len() });
        }
        prop_assert!(decode_arguments(None, Some(kind), &body).map_or(true, |read| read.is_object()));
    }
}
