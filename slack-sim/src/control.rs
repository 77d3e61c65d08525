//! The control API, by which tests and people act and look. Users and channels by name.
use crate::acts::transcript;
use crate::refusal::Refusal;
use crate::shapes;
use crate::state::{Channel, Kind, State};
use crate::world::{Posted, World, lock, looked_at, place};
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
struct Command {
    user: String,
    channel: String,
    command: String,
    #[serde(default)]
    text: String,
}

async fn command(Shared(world): Shared<Arc<World>>, body: Bytes) -> Answer {
    let Command { user, channel, command, text } = read(&body)?;
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
    let lines = world.hub.lines();
    let now = world.time.now();
    let state = world.state();
    let team = &state.team;
    let commands = &world.install.commands;
    Json(json!({
        "name": team.name, "domain": team.domain, "team_id": team.id, "now": now.to_string(), "lines": lines, "commands": commands,
        "bot": {"name": team.bot_name, "user_id": team.bot_user, "bot_id": team.bot_id},
    }))
}

async fn people(Shared(world): Shared<Arc<World>>) -> Json<Value> {
    let state = world.state();
    let mut people: Vec<_> = state.people.values().collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    Json(json!(people))
}

async fn channels(Shared(world): Shared<Arc<World>>) -> Json<Value> {
    let state = world.state();
    let mut channels: Vec<&Channel> = state.channels.values().collect();
    channels.sort_by(|a, b| (a.kind == Kind::Direct, &a.name, &a.id).cmp(&(b.kind == Kind::Direct, &b.name, &b.id)));
    Json(channels.into_iter().map(|channel| described(&state, channel)).collect())
}

fn described(state: &State, channel: &Channel) -> Value {
    let bot = &state.team.bot_user;
    let name_of = |id: &String| state.people.get(id).map_or_else(|| id.clone(), |person| person.name.clone());
    let partner = channel.partner(bot).map(|id| name_of(&id.to_owned()));
    let members: Vec<String> = channel.members.iter().map(name_of).collect();
    let name = partner.as_ref().map_or_else(|| channel.name.clone(), |name| format!("@{name}"));
    json!({
        "id": channel.id, "name": name, "is_private": channel.kind == Kind::Private, "is_im": channel.kind == Kind::Direct,
        "is_ext_shared": channel.is_ext_shared, "is_archived": channel.is_archived, "members": members, "user": partner,
        "bot_is_member": channel.members.contains(bot), "latest": channel.messages.keys().next_back(),
    })
}

async fn messages(Shared(world): Shared<Arc<World>>, Path(name): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let most = asked(query.as_deref(), "limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
    let state = world.state();
    let channel = looked_at(&state, &name)?;
    let shown = channel.map_or_else(Vec::new, |channel| transcript(&state, channel, most));
    drop(state);
    Ok(Json(Value::Array(shown)))
}

async fn ephemeral(Shared(world): Shared<Arc<World>>, Path(name): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let shown = ephemerals(&world, &name, asked(query.as_deref(), "channel").as_deref())?;
    Ok(Json(Value::Array(shown)))
}

/// What only this person sees, oldest first; in one channel when one is given.
pub(crate) fn ephemerals(world: &World, name: &str, channel: Option<&str>) -> Result<Vec<Value>, Refusal> {
    let mut state = world.state();
    let user = state.person_named(name).ok_or_else(|| Refusal::no_person(name))?.id.clone();
    let channel = channel.map(|channel| place(&mut state, &user, channel, world.seconds())).transpose()?;
    let seen = state.ephemerals.iter().filter(|seen| seen.user == user);
    let seen = seen.filter(|seen| channel.as_ref().is_none_or(|channel| *channel == seen.channel));
    Ok(seen.map(|seen| shapes::ephemeral(&state, seen)).collect())
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

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
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
