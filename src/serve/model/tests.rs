use std::convert::Infallible;
use std::sync::Mutex;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response as Answer};
use axum::routing::post;
use futures_util::{StreamExt, stream};
use tokio::net::TcpListener;

use super::*;
use crate::clock::guard;
use crate::config::Address;

/// What somebody asked: the headers and the body.
type Asked = (HeaderMap, Bytes);

/// A model that answers every question alike; says where it is, and what it was asked.
async fn fake(answer: fn() -> Answer<Body>) -> (Hints, &'static Mutex<Vec<Asked>>) {
    let asked: &'static Mutex<Vec<Asked>> = Box::leak(Box::default());
    let answering = post(move |headers: HeaderMap, body: Bytes| async move {
        asked.lock().unwrap().push((headers, body));
        answer()
    });
    let router = Router::new().route("/v1/chat/completions", answering);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(crate::clock::Clock::system().spawn(async move { axum::serve(listener, router).await }));
    (at(&address.to_string()), asked)
}

fn at(address: &str) -> Hints {
    Hints { url: Address::http(&format!("http://{address}/v1")).unwrap(), model: "small-1".to_owned(), daily: 9, seconds: 20 }
}

fn answer(status: u16, body: impl Into<Body>) -> Answer<Body> {
    Answer::builder().status(status).body(body.into()).unwrap()
}

async fn ask(hints: &Hints, key: Option<&str>) -> Result<String, Silent> {
    let model = Model::of(hints, key.map(|key| Secret::new(key.to_owned()))).unwrap();
    model.ask("sort this", "the invoice").await
}

async fn silent(answer: fn() -> Answer<Body>) -> Silent {
    let (hints, _) = fake(answer).await;
    ask(&hints, None).await.unwrap_err()
}

const GOOD: &str =
    r#"{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"{\"hints\":[]}"},"finish_reason":"stop"}]}"#;

#[tokio::test]
async fn it_is_asked_as_openai_is_and_its_words_come_back() {
    let (hints, asked) = fake(|| answer(200, GOOD)).await;
    assert_eq!(ask(&hints, Some("sk-of-ours")).await.unwrap(), "{\"hints\":[]}");
    let (headers, body) = asked.lock().unwrap().remove(0);
    assert_eq!(
        (&headers["authorization"], &headers["content-type"]),
        (&"Bearer sk-of-ours".parse().unwrap(), &"application/json".parse().unwrap())
    );
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        body,
        json!({
            "model": "small-1",
            "messages": [{ "role": "system", "content": "sort this" }, { "role": "user", "content": "the invoice" }],
            "response_format": { "type": "json_object" },
        })
    );
    ask(&hints, None).await.unwrap();
    assert!(!asked.lock().unwrap()[0].0.contains_key("authorization"), "a model without a key");
}

#[tokio::test]
async fn each_failure_is_told_from_the_others() {
    assert_eq!(silent(|| answer(500, "")).await, Silent::Busy { code: 500, after: None });
    assert_eq!(silent(|| answer(401, "")).await, Silent::Refused(401));
    assert_eq!(silent(|| answer(404, GOOD)).await, Silent::Refused(404));
    assert_eq!(silent(|| answer(204, "")).await, Silent::Refused(204));
    assert_eq!(silent(|| answer(200, "I think it is finance.")).await, Silent::Odd);
    assert_eq!(silent(|| answer(200, r#"{"choices":[]}"#)).await, Silent::Odd);
    assert_eq!(silent(|| answer(200, r#"{"choices":[{"message":{"content":null}}]}"#)).await, Silent::Odd);
    assert_eq!(silent(|| answer(200, format!("{}{GOOD}", " ".repeat(LONGEST)))).await, Silent::Odd, "an answer without end is not read");
}

#[tokio::test]
async fn a_rest_that_it_asks_for_is_heard() {
    let limited = silent(|| Answer::builder().status(429).header("Retry-After", "30").body(Body::empty()).unwrap()).await;
    assert_eq!((limited.asks_for(), limited.passes()), (Some(SignedDuration::from_secs(30)), true));
    let dated =
        silent(|| Answer::builder().status(429).header("Retry-After", "Fri, 27 Nov 2026 06:00:00 GMT").body(Body::empty()).unwrap()).await;
    assert_eq!(dated.asks_for(), None);
}

#[tokio::test]
async fn words_and_key_do_not_follow_it_elsewhere() {
    let redirected =
        silent(|| Answer::builder().status(307).header("Location", "https://elsewhere.example/").body(Body::empty()).unwrap()).await;
    assert_eq!(redirected, Silent::Refused(307));
}

#[tokio::test]
async fn nobody_waits_for_it_for_ever() {
    // The beginning of an answer comes, and then nothing more.
    let (hints, _) = fake(|| {
        let beginning = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{\"choices\":"))]);
        answer(200, Body::from_stream(beginning.chain(stream::pending())))
    })
    .await;
    let model = Model::of(&hints, None).unwrap().with_patience(Duration::from_millis(50));
    let asked = guard::within(Duration::from_secs(20), model.ask("sort this", "the invoice")).await;
    assert_eq!(asked, Some(Err(Silent::Late(0))));
}

#[tokio::test]
async fn where_nobody_is_it_says_where_to_look() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let silent = ask(&at(&nobody.to_string()), Some("sk-of-ours")).await.unwrap_err();
    assert_eq!(silent, Silent::Unreachable);
    assert_eq!(silent.to_string(), "it could not be reached; look at `url` under [hints] in allears.toml");
}
