//! Delivery over HTTP: signed, verified first, repeated, answered.
use crate::support::{Office, call, http, line, office_with};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use futures_util::FutureExt;
use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::Sha256;
use slack_sim::{Addresses, Fault, HandTime, Rule};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What the app got: its headers and its body.
type Got = (HeaderMap, String);

/// An app that takes requests at one address, and answers as it was told to.
struct App {
    url: String,
    got: UnboundedReceiver<Got>,
    answers: Arc<Mutex<VecDeque<Response>>>,
}

#[derive(Clone)]
struct Heard {
    got: UnboundedSender<Got>,
    answers: Arc<Mutex<VecDeque<Response>>>,
}

async fn hear(State(heard): State<Heard>, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    let json = serde_json::from_str::<Value>(&body).unwrap_or_default();
    let usual = || json["challenge"].as_str().unwrap_or_default().to_owned().into_response();
    let answer = heard.answers.lock().unwrap().pop_front().unwrap_or_else(usual);
    heard.got.send((headers, body)).unwrap();
    answer
}

impl App {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/slack/events", listener.local_addr().unwrap());
        let (sender, got) = unbounded_channel();
        let answers = Arc::new(Mutex::default());
        let heard = Heard { got: sender, answers: Arc::clone(&answers) };
        let there = Router::new().route("/slack/events", post(hear)).route("/loop", post(|| async { Redirect::temporary("/loop") }));
        tokio::runtime::Handle::current().spawn(async move { axum::serve(listener, there.with_state(heard)).await });
        Self { url, got, answers }
    }

    fn answers(&self, answer: impl IntoResponse) {
        self.answers.lock().unwrap().push_back(answer.into_response());
    }

    async fn next(&mut self) -> Got {
        self.got.recv().await.unwrap()
    }

    /// The next request, turning the wire's clock until it comes.
    async fn next_turning(&mut self, wire: &HandTime) -> Got {
        loop {
            if let Ok(got) = self.got.try_recv() {
                return got;
            }
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            wire.advance(SignedDuration::from_secs(1));
        }
    }
}

async fn there() -> (Office, App) {
    let mut app = App::start().await;
    let addresses = Addresses::one(&app.url).unwrap();
    let office = office_with(|builder| builder.deliver_to(addresses).signing_secret("shh")).await;
    office.sim.verify_url().await.unwrap();
    app.next().await;
    (office, app)
}

fn header<'a>((headers, _): &'a Got, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

fn form(got: &Got, name: &str) -> String {
    form_urlencoded::parse(got.1.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn signed_with(secret: &str, got: &Got) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{}:{}", header(got, "x-slack-request-timestamp"), got.1).as_bytes());
    let signature = header(got, "x-slack-signature").strip_prefix("v0=").unwrap();
    let byte = |at| u8::from_str_radix(&signature[at..at + 2], 16).unwrap();
    mac.verify_slice(&(0..signature.len()).step_by(2).map(byte).collect::<Vec<u8>>()).is_ok()
}

#[tokio::test]
async fn events_are_signed_json() {
    let (Office { sim, .. }, mut app) = there().await;
    sim.message("lee", "sales", "grüße 🎉").unwrap();
    let got = app.next().await;
    assert!(signed_with("shh", &got) && !signed_with("other", &got));
    assert_eq!(header(&got, "content-type"), "application/json");
    assert_eq!((header(&got, "x-slack-retry-num"), header(&got, "x-slack-request-timestamp")), ("", "1795435200"));
    let event: Value = serde_json::from_str(&got.1).unwrap();
    assert_eq!((&event["type"], &event["event"]["text"]), (&json!("event_callback"), &json!("grüße 🎉")));
}

#[tokio::test]
async fn no_event_comes_before_the_address_is_verified() {
    let app = App::start().await;
    let addresses = Addresses::one(&app.url).unwrap();
    let Office { sim, .. } = office_with(|builder| builder.deliver_to(addresses)).await;
    app.answers("not the challenge");
    assert!(sim.verify_url().await.unwrap_err().contains("challenge"));
    app.answers((StatusCode::UNAUTHORIZED, "who are you?"));
    assert!(sim.verify_url().await.unwrap_err().contains("401"));
    for answer in [None, Some(())] {
        if answer.is_some() {
            app.answers(axum::Json(json!({"challenge": "another"})));
        }
        assert_eq!(sim.verify_url().await.is_ok(), answer.is_none());
    }
    let nowhere = Addresses::one("http://127.0.0.1:1/").unwrap();
    let Office { sim, .. } = office_with(|builder| builder.deliver_to(nowhere)).await;
    assert!(sim.verify_url().await.unwrap_err().contains("does not answer"));
}

#[tokio::test]
async fn an_app_may_say_where_it_is_while_the_workspace_runs() {
    let Office { sim, .. } = office_with(|builder| builder.signing_secret("shh")).await;
    let mut on_line = line(&sim).await;
    sim.message("lee", "sales", "down the line").unwrap();
    assert_eq!(on_line.take().await["payload"]["event"]["text"], "down the line");
    assert!(!sim.takes_requests());
    let mut app = App::start().await;
    sim.deliver_to(Addresses::one(&app.url).unwrap());
    assert!(sim.takes_requests());
    assert_eq!(http(sim.port(), "GET", "/sim/workspace", &[], "").await.json()["mode"], "http");
    sim.verify_url().await.unwrap();
    app.next().await;
    sim.message("lee", "sales", "by request").unwrap();
    let got = app.next().await;
    assert!(signed_with("shh", &got) && got.1.contains("by request"), "{}", got.1);
    // Another address takes the place of the first, and shows first that it is the app's.
    let mut moved = App::start().await;
    sim.deliver_to(Addresses::one(&moved.url).unwrap());
    sim.verify_url().await.unwrap();
    moved.next().await;
    sim.message("lee", "sales", "to the new one").unwrap();
    assert!(moved.next().await.1.contains("to the new one"));
    assert!(app.got.try_recv().is_err());
}

#[tokio::test]
async fn what_fails_comes_again_with_its_reason() {
    let (Office { sim, wire, .. }, mut app) = there().await;
    app.answers(StatusCode::INTERNAL_SERVER_ERROR);
    app.answers(Redirect::temporary("/loop"));
    app.answers(Redirect::temporary("/slack/events"));
    sim.message("lee", "sales", "hello?").unwrap();
    let first = app.next().await;
    let again = app.next_turning(&wire).await;
    assert_eq!((header(&again, "x-slack-retry-num"), header(&again, "x-slack-retry-reason")), ("1", "http_error"));
    assert_eq!(again.1, first.1, "the same event, with the same id");
    assert!(signed_with("shh", &again));
    let third = app.next_turning(&wire).await;
    assert_eq!((header(&third, "x-slack-retry-num"), header(&third, "x-slack-retry-reason")), ("2", "too_many_redirects"));
    // A redirect to where it is taken is followed.
    app.next().await;
    assert!(sim.lost_events().is_empty());
}

#[tokio::test]
async fn faults_of_events_strike_requests_too() {
    let (Office { sim, wire, .. }, mut app) = there().await;
    let said = async |fault: Option<Fault>, text: &str| {
        if let Some(fault) = fault {
            sim.fault(Rule::on("event:message", fault).times(1));
        }
        sim.message("lee", "sales", text).unwrap();
    };
    said(Some(Fault::Twice), "a").await;
    let (one, two) = (app.next().await, app.next().await);
    assert_eq!(one.1, two.1);
    said(Some(Fault::OtherId), "b").await;
    let (one, two) = (event(&app.next().await), event(&app.next().await));
    assert_eq!(one["event"], two["event"]);
    assert_ne!(one["event_id"], two["event_id"]);
    said(Some(Fault::Lost), "c").await;
    said(Some(Fault::Late), "d").await;
    said(None, "e").await;
    let mut texts = [event(&app.next().await)["event"]["text"].clone(), event(&app.next().await)["event"]["text"].clone()];
    // Two requests on connections of their own may overtake each other.
    texts.sort_by_key(Value::to_string);
    assert_eq!(texts, ["d", "e"]);
    said(Some(Fault::Late), "f").await;
    assert_eq!(event(&app.next_turning(&wire).await)["event"]["text"], "f");
    assert!(sim.lost_events().is_empty());
}

fn event(got: &Got) -> Value {
    serde_json::from_str(&got.1).unwrap()
}

#[tokio::test]
async fn an_app_may_say_that_nothing_shall_come_again() {
    let (Office { sim, .. }, mut app) = there().await;
    app.answers((StatusCode::BAD_REQUEST, [("x-slack-no-retry", "1")]));
    sim.message("lee", "sales", "hello?").unwrap();
    app.next().await;
    while sim.lost_events().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn commands_and_interactions_are_forms() {
    let (Office { sim, .. }, mut app) = there().await;
    app.answers(axum::Json(json!({"text": "Heard", "response_type": "ephemeral"})));
    let seen = sim.command("lee", "sales", "/heard", "the invoice is 50% wrong & late").await.unwrap();
    assert_eq!(seen.text(), "Heard");
    let got = app.next().await;
    assert!(signed_with("shh", &got));
    assert_eq!(header(&got, "content-type"), "application/x-www-form-urlencoded");
    assert_eq!((form(&got, "command").as_str(), form(&got, "text").as_str()), ("/heard", "the invoice is 50% wrong &amp; late"));
    app.answers("just text");
    assert_eq!(sim.command("lee", "sales", "/heard", "x").await.unwrap().text(), "just text");
    app.next().await;
    assert!(sim.shortcut("lee", "heard", None).await.unwrap().ok);
    let payload: Value = serde_json::from_str(&form(&app.next().await, "payload")).unwrap();
    assert_eq!(payload["type"], "shortcut");
    for (status, error) in [(404, "http_client_error"), (503, "http_service_error")] {
        app.answers(StatusCode::from_u16(status).unwrap());
        assert_eq!(sim.command("lee", "sales", "/heard", "x").await.unwrap().error.as_deref(), Some(error));
        app.next().await;
    }
    assert_eq!(sim.ssl_check().await, Some(200));
    let check = app.next().await;
    assert_eq!((check.1.as_str(), header(&check, "x-slack-signature")), ("ssl_check=1", ""));
    assert_eq!(call(&sim, "auth.test", json!({})).await["ok"], true);
}

#[tokio::test]
async fn a_slow_app_is_given_three_seconds() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = Addresses::one(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let Office { sim, wire, .. } = office_with(|builder| builder.deliver_to(addresses)).await;
    let (seen, connection) = tokio::join!(sim.command("lee", "sales", "/heard", "x"), async {
        // Somebody takes the call and never says a word.
        let connection = listener.accept().await.unwrap();
        wire.advance(SignedDuration::from_secs(3));
        connection
    });
    assert_eq!(seen.unwrap().error.as_deref(), Some("operation_timeout"));
    drop(connection);
}

#[tokio::test]
async fn a_probe_waits_for_a_request_under_way() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = Addresses::one(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let Office { sim, wire, .. } = office_with(|builder| builder.deliver_to(addresses)).await;
    let before = sim.probe().await;
    // Somebody takes the call, and thinks it over.
    let (seen, ()) = tokio::join!(sim.command("lee", "sales", "/heard", "x"), async {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut probing = Box::pin(sim.probe());
        for _ in 0..500 {
            tokio::task::yield_now().await;
            assert!(probing.as_mut().now_or_never().is_none());
        }
        let mut request = vec![0; 4096];
        assert!(connection.read(&mut request).await.unwrap() > 0);
        connection.write_all(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nHeard").await.unwrap();
        drop(connection);
        assert_eq!(probing.await, before + 2);
        wire.advance(SignedDuration::from_secs(3));
    });
    assert_eq!(seen.unwrap().text(), "Heard");
}

#[tokio::test]
async fn an_app_that_closes_after_each_answer_is_heard() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = Addresses::one(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let Office { sim, .. } = office_with(|builder| builder.deliver_to(addresses)).await;
    for _ in 0..20 {
        let (seen, ()) = tokio::join!(sim.command("lee", "sales", "/heard", "x"), async {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            assert!(connection.read(&mut request).await.unwrap() > 0);
            // HTTP/1.0, as Python's own server speaks it: the end of the connection is the end of the answer.
            connection.write_all(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nHeard").await.unwrap();
        });
        assert_eq!(seen.unwrap().text(), "Heard");
    }
}
