//! Slack's requests over HTTP, beside Socket Mode: the same day at work, and who is turned away at the door.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::moody::{Does, Moody, hears};
use crate::world::{Company, World, kept};

const MONDAY: &str = "2026-11-23T09:00:00+01:00[Europe/Berlin]";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";

/// The usual company, whose bot takes requests.
async fn open() -> World {
    World::of(by_requests()).await
}

fn by_requests() -> Company {
    let usual = Company::default();
    Company { allears: format!("[slack]\ntransport = \"http\"\n{}", usual.allears), ..usual }
}

/// A request to the bot's door that nobody has signed.
fn unsigned(world: &World, kind: &str, body: impl Into<Vec<u8>>) -> RequestBuilder {
    // The bot's HTTP client is built with TLS, and this one is the same.
    drop(rustls::crypto::ring::default_provider().install_default());
    let url = format!("http://{}/slack/events", world.address());
    reqwest::Client::new().post(url).header("Content-Type", kind).body(body.into())
}

fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

/// A request as Slack would sign it, `ago` seconds ago.
pub(crate) fn signed(world: &World, kind: &str, body: &[u8], ago: i64) -> RequestBuilder {
    let timestamp = (world.clock.now().as_second() - ago).to_string();
    let signature = signature(world.sim.signing_secret(), &timestamp, body);
    unsigned(world, kind, body).header("X-Slack-Request-Timestamp", timestamp).header("X-Slack-Signature", signature)
}

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

fn command(text: &str) -> Vec<u8> {
    let fields = [
        ("command", "/heard"),
        ("text", text),
        ("trigger_id", "1.2.3"),
        ("user_id", "U1"),
        ("user_name", "lee"),
        ("channel_id", "C1"),
        ("channel_name", "sales"),
    ];
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_at_work_by_requests_alone() {
    let world = open().await;
    let receipt = world.heard("lee", "sales", "the invoice shows the wrong VAT number & 50% more").await;
    assert!(receipt.starts_with("Heard: VOC-1"), "{receipt}");
    world.says("lee", "stories", "Acme waits for a refund").await;
    assert_eq!(world.records().await.len(), 2);
    assert!(world.sim.repeat_last_event());
    world.settled().await;
    assert_eq!(world.records().await.len(), 2, "what came twice was kept twice");
    world.strikes(MONDAY).await;
    assert_eq!(world.channel("finance-voice").len(), 1);
    assert_eq!(world.sim.lines(), 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_sign_is_turned_away_and_nothing_is_kept() {
    let world = open().await;
    let body = command("the invoice is wrong");
    let now = world.clock.now().as_second().to_string();
    let secret = world.sim.signing_secret();
    let good = signature(secret, &now, &body);
    let with = |timestamp: Option<&str>, signature: Option<&str>| {
        let mut request = unsigned(&world, FORM, body.clone());
        for (name, value) in [("X-Slack-Request-Timestamp", timestamp), ("X-Slack-Signature", signature)] {
            request = value.into_iter().fold(request, |request, value| request.header(name, value.as_bytes()));
        }
        request
    };
    let upper = good.to_uppercase();
    for (timestamp, given) in [
        (None, None),
        (Some(now.as_str()), None),
        (None, Some(good.as_str())),
        (Some(now.as_str()), Some("")),
        (Some(now.as_str()), Some("v0=")),
        (Some(now.as_str()), Some("v0=zz")),
        (Some(now.as_str()), Some("v0=é")),
        (Some(now.as_str()), Some(&good[..good.len() - 2])),
        (Some(now.as_str()), Some(good.strip_prefix("v0=").unwrap())),
        (Some(now.as_str()), Some(upper.as_str())),
        (Some(now.as_str()), Some(signature("other", &now, &body).as_str())),
        (Some(now.as_str()), Some(signature("", &now, &body).as_str())),
        (Some("soon"), Some(signature(secret, "soon", &body).as_str())),
        (Some("99999999999999999999"), Some(signature(secret, "99999999999999999999", &body).as_str())),
        (Some("-9223372036854775808"), Some(signature(secret, "-9223372036854775808", &body).as_str())),
    ] {
        assert_eq!(status(with(timestamp, given)).await, StatusCode::UNAUTHORIZED, "{timestamp:?} {given:?}");
    }
    let twice = with(Some(&now), Some(&good)).header("X-Slack-Signature", &good);
    assert_eq!(status(twice).await, StatusCode::UNAUTHORIZED);
    let other = with(Some(&now), Some(&good)).body(command("something else"));
    assert_eq!(status(other).await, StatusCode::UNAUTHORIZED);
    for (ago, expected) in [(300, 200), (301, 401), (-300, 200), (-301, 401), (i64::from(i32::MAX), 401)] {
        let answered = status(signed(&world, JSON, br#"{"type": "url_verification", "challenge": "c"}"#, ago)).await;
        assert_eq!(answered, expected, "{ago} s ago");
    }
    world.settled().await;
    assert_eq!(world.records().await.len(), 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slacks_own_checks_are_answered() {
    let world = open().await;
    assert_eq!(world.sim.ssl_check().await, Some(200));
    let smuggled = [&b"ssl_check=1&"[..], &command("the invoice is wrong")].concat();
    assert_eq!(status(unsigned(&world, FORM, smuggled)).await, 200);
    for (kind, body) in [
        (FORM, "ssl_check=0"),
        (FORM, "ssl_check=true"),
        (FORM, "ssl_check="),
        (FORM, "xssl_check=1"),
        (JSON, r#"{"ssl_check": "1"}"#),
        (JSON, "ssl_check=1"),
        ("text/plain", "ssl_check=1"),
    ] {
        assert_eq!(status(unsigned(&world, kind, body)).await, StatusCode::UNAUTHORIZED, "{kind} {body}");
    }
    let challenge = signed(&world, "application/json; charset=utf-8", br#"{"type": "url_verification", "challenge": "3eZ"}"#, 0);
    assert_eq!(challenge.send().await.unwrap().json::<Value>().await.unwrap(), json!({"challenge": "3eZ"}));
    world.settled().await;
    assert_eq!(world.records().await.len(), 0, "what was smuggled in was heard");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_of_slacks_own_is_put_aside_and_large_bodies_are_not_read() {
    let world = open().await;
    for (kind, body, expected) in [
        (JSON, &b"{"[..], 400),
        (JSON, b"", 400),
        (JSON, b"[]", 400),
        (JSON, b"\"\xff\"", 400),
        (FORM, b"", 400),
        (FORM, b"payload=%7B", 400),
        (FORM, b"payload=7", 400),
        (FORM, b"text=no+command", 400),
        ("text/plain", b"{}", 400),
        ("multipart/form-data; boundary=x", b"--x--", 400),
        (JSON, b"{}", 200),
        (JSON, br#"{"type": "of_next_year"}"#, 200),
        (JSON, br#"{"type": "app_rate_limited", "minute_rate_limited": 1}"#, 200),
        (FORM, b"payload=%7B%22type%22%3A%22of_next_year%22%7D", 200),
    ] {
        assert_eq!(status(signed(&world, kind, body, 0)).await, expected, "{kind} {:?}", String::from_utf8_lossy(body));
    }
    let large = vec![b' '; (1 << 20) + 1];
    assert_eq!(status(signed(&world, JSON, &large, 0)).await, StatusCode::PAYLOAD_TOO_LARGE);
    let elsewhere = |path: &str| reqwest::get(format!("http://{}{path}", world.address()));
    assert_eq!(elsewhere("/slack/other").await.unwrap().status(), 404);
    assert_eq!(elsewhere("/slack/events").await.unwrap().status(), 405);
    let healthy: Response = elsewhere("/healthz").await.unwrap();
    let health: Value = healthy.json().await.unwrap();
    assert_eq!((&health["ok"], &health["lines"]), (&json!(true), &json!(0)), "no line is needed");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_kept_before_an_answer_was_lost_is_kept_once() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..by_requests() }).await;
    world.says("lee", "stories", "Acme waits for a refund").await;
    world.stop_bot().await;
    let told = world.sim.message("lee", "stories", "the invoice never came").unwrap();
    world.remember("the invoice never came");
    // Nobody answers at that address: Slack tries again, and finds the next process.
    world.start_bot().await.unwrap();
    world.until("it is heard after all", async |world| world.records().await.len() == 2).await;
    world.sim.repeat_message("stories", &told.ts).unwrap();
    world.settled().await;
    assert_eq!(world.records().await.len(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_kept_is_asked_for_again() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..by_requests() }).await;
    for (does, words) in [(Does::Refuses, "the refund never came"), (Does::Panics, "the invoice never came")] {
        store.falls_into(hears, does);
        world.says("lee", "stories", words).await;
        assert!(!world.records().await.values().any(|kept| kept == words));
        store.is_well();
        // Slack sends again what was answered with 503 or 500.
        world.until(words, async |world| world.records().await.values().any(|kept| kept == words)).await;
    }
    assert_eq!(world.records().await.len(), 2);
    // A command does not come again: its person reads that it was not kept.
    store.falls_into(hears, Does::Refuses);
    let told = world.heard("lee", "sales", "a third one").await;
    assert!(told.contains("not kept") || told.contains("Not kept"), "{told}");
    store.is_well();
    world.end().await;
}
