//! The control API, by which tests and people act and look. Users and channels by name.
use crate::refusal::Refusal;
use crate::world::{Posted, World, lock};
use crate::{looks, shapes};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

type Answer = Result<Json<Value>, Refusal>;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/sim/command", post(command))
        .route("/sim/message", post(message))
        .route("/sim/edit", post(edit))
        .route("/sim/delete", post(delete))
        .route("/sim/react", post(react))
        .route("/sim/press", post(not_yet))
        .route("/sim/shortcut", post(not_yet))
        .route("/sim/submit", post(not_yet))
        .route("/sim/workspace", get(workspace))
        .route("/sim/people", get(people))
        .route("/sim/people/{name}/ephemeral", get(ephemeral))
        .route("/sim/channels", get(channels))
        .route("/sim/channels/{name}/messages", get(messages))
        .route("/sim/calls", get(calls))
        .route("/sim/stream", get(stream))
        .route("/sim/{*rest}", get(nothing).post(nothing))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    user: String,
    channel: String,
    command: String,
    #[serde(default)]
    text: String,
}

async fn command(Shared(world): Shared<Arc<World>>, body: Bytes) -> Answer {
    let Run { user, channel, command, text } = read(&body)?;
    let seen = world.command(&user, &channel, &command, &text).await?;
    Ok(Json(json!(seen)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    user: String,
    channel: String,
    text: String,
    thread_ts: Option<String>,
}

async fn message(Shared(world): Shared<Arc<World>>, body: Bytes) -> Answer {
    let Say { user, channel, text, thread_ts } = read(&body)?;
    done(world.say(&user, &channel, &text, thread_ts.as_deref().filter(|ts| !ts.is_empty())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    user: String,
    channel: String,
    ts: String,
    text: String,
}

async fn edit(Shared(world): Shared<Arc<World>>, body: Bytes) -> Answer {
    let Edit { user, channel, ts, text } = read(&body)?;
    done(world.edit(&user, &channel, &ts, &text))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delete {
    user: String,
    channel: String,
    ts: String,
}

async fn delete(Shared(world): Shared<Arc<World>>, body: Bytes) -> Answer {
    let Delete { user, channel, ts } = read(&body)?;
    done(world.delete(&user, &channel, &ts))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct React {
    user: String,
    channel: String,
    ts: String,
    name: String,
    #[serde(default)]
    remove: bool,
}

async fn react(Shared(world): Shared<Arc<World>>, body: Bytes) -> Answer {
    let React { user, channel, ts, name, remove } = read(&body)?;
    done(world.react(&user, &channel, &ts, (&name, remove)))
}

async fn not_yet() -> Refusal {
    Refusal::new(501, "not_yet", "Buttons, shortcuts and modals are not simulated yet.")
}

async fn nothing() -> Refusal {
    Refusal::new(404, "not_found", "There is nothing at this address. slack-sim/README.md lists what there is.")
}

async fn workspace(Shared(world): Shared<Arc<World>>) -> Json<Value> {
    let more = json!({"now": world.time.now().to_string(), "lines": world.hub.lines(), "commands": world.install.commands});
    let mut shown = looks::workspace(&world.state());
    shown.extend(shapes::object(more));
    Json(Value::Object(shown))
}

async fn people(Shared(world): Shared<Arc<World>>) -> Json<Value> {
    Json(looks::people(&world.state()))
}

async fn channels(Shared(world): Shared<Arc<World>>) -> Json<Value> {
    Json(looks::channels(&world.state()))
}

async fn messages(Shared(world): Shared<Arc<World>>, Path(name): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let most = asked(query.as_deref(), "limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
    let shown = looks::messages(&world.state(), &name, most)?;
    Ok(Json(Value::Array(shown)))
}

async fn ephemeral(Shared(world): Shared<Arc<World>>, Path(name): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let channel = asked(query.as_deref(), "channel");
    let shown = looks::ephemerals(&world.state(), &name, channel.as_deref())?;
    Ok(Json(Value::Array(shown)))
}

async fn calls(Shared(world): Shared<Arc<World>>) -> Json<Value> {
    Json(json!(lock(&world.calls).all()))
}

async fn stream(Shared(world): Shared<Arc<World>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let hub = Arc::clone(&world.hub);
    let ticks = stream::unfold(world.watch(), |mut ticks| async move {
        let tick = match ticks.recv().await {
            Ok(tick) => tick.to_string(),
            Err(RecvError::Lagged(_)) => json!({"what": "much", "channel": ""}).to_string(),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(Event::default().data(tick)), ticks))
    });
    let hello = stream::once(async { Ok(Event::default().data(json!({"what": "hello", "channel": ""}).to_string())) });
    let all = hello.chain(ticks).take_until(async move { hub.closed().await });
    Sse::new(all).keep_alive(KeepAlive::default())
}

fn asked(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
}

/// A body of the control API.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let sentence = format!("The body is not the JSON that is expected here: {error}.");
        Refusal::new(400, "invalid_json", sentence)
    })
}

fn done(posted: Result<Posted, Refusal>) -> Answer {
    let Posted { channel, ts } = posted?;
    Ok(Json(json!({"ok": true, "channel": channel, "ts": ts})))
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(json!({"ok": false, "error": self.error, "message": self.message}))).into_response()
    }
}
