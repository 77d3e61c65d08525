//! What people and tests look at, as the control API gives it.
use super::Answer;
use crate::fields::object;
use crate::looks;
use crate::refusal::Refusal;
use crate::world::{World, lock};
use axum::Json;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::response::Response;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

/// Entries of the traffic in one answer.
const MOST_TRAFFIC: usize = 500;

type There = Shared<Arc<World>>;

pub(super) async fn workspace(Shared(world): There) -> Json<Value> {
    let install = &world.install;
    let mut shown = looks::workspace(&world.state());
    let more = json!({
        "now": world.time.now().to_string(), "lines": world.hub.lines(), "commands": install.commands,
        "mode": if world.delivery.http().is_some() { "http" } else { "socket" }, "shortcuts": install.shortcuts,
    });
    if let Some(fields) = shown.as_object_mut() {
        fields.extend(object(more));
        if let Some(app) = fields.get_mut("app").and_then(Value::as_object_mut) {
            app.insert("home".to_owned(), json!(install.home));
        }
    }
    Json(shown)
}

pub(super) async fn people(Shared(world): There) -> Json<Value> {
    Json(looks::people(&world.state()))
}

pub(super) async fn channels(Shared(world): There) -> Json<Value> {
    Json(looks::channels(&world.state()))
}

/// `limit`, `before`, `flat` (replies are not nested), `only` (these alone).
pub(super) async fn messages(Shared(world): There, Path(name): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let asked = |name: &str| asked(query.as_deref(), name);
    let part = looks::Part {
        most: asked("limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX),
        before: asked("before"),
        flat: asked("flat").is_some(),
        only: asked("only").map(|list| list.split(',').map(str::to_owned).collect()),
    };
    let shown = looks::part(&world.state(), &name, &part)?;
    Ok(Json(Value::Array(shown)))
}

pub(super) async fn thread(Shared(world): There, Path((name, ts)): Path<(String, String)>) -> Answer {
    let shown = looks::thread(&world.state(), &name, &ts)?;
    Ok(Json(Value::Array(shown)))
}

pub(super) async fn ephemeral(Shared(world): There, Path(name): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let channel = asked(query.as_deref(), "channel");
    let shown = looks::ephemerals(&world.state(), &name, channel.as_deref())?;
    Ok(Json(Value::Array(shown)))
}

pub(super) async fn views(Shared(world): There, Path(name): Path<String>) -> Answer {
    let state = world.state();
    let (home, modals) = (looks::home(&state, &name)?, looks::modals(&state, &name)?);
    drop(state);
    Ok(Json(json!({"home": home, "modals": modals})))
}

pub(super) async fn calls(Shared(world): There) -> Json<Value> {
    Json(json!(lock(&world.calls).all()))
}

pub(super) async fn traffic(Shared(world): There, RawQuery(query): RawQuery) -> Json<Value> {
    let after = asked(query.as_deref(), "after").and_then(|after| after.parse().ok()).unwrap_or(0);
    Json(json!(world.traffic.after(after, MOST_TRAFFIC)))
}

pub(super) async fn file(Shared(world): There, Path(id): Path<String>) -> Result<Response, Refusal> {
    let no_file = || Refusal::new(404, "file_not_found", format!("There is no file {id:?}."));
    crate::api::bytes(&world.state(), &id).ok_or_else(no_file)
}

/// All that was said and done, as one document.
pub(super) async fn transcript(Shared(world): There) -> Json<Value> {
    let traffic = world.traffic.after(0, usize::MAX);
    let state = world.state();
    let document = json!({
        "workspace": looks::workspace(&state), "now": world.time.now().to_string(), "people": looks::people(&state),
        "channels": looks::transcripts(&state), "traffic": traffic,
    });
    drop(state);
    Json(document)
}

pub(super) async fn faults(Shared(world): There) -> Json<Value> {
    let faults = lock(&world.faults);
    Json(json!({"rules": faults.rules(), "left": faults.left()}))
}

pub(super) async fn stream(Shared(world): There) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let hub = Arc::clone(&world.hub);
    let ticks = stream::unfold(world.watch(), |mut ticks| async move {
        let tick = match ticks.recv().await {
            Ok(tick) => json!(tick).to_string(),
            Err(RecvError::Lagged(_)) => json!({"what": "much"}).to_string(),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(Event::default().data(tick)), ticks))
    });
    let hello = stream::once(async { Ok(Event::default().data(json!({"what": "hello"}).to_string())) });
    let all = hello.chain(ticks).take_until(async move { hub.closed().await });
    Sse::new(all).keep_alive(KeepAlive::default())
}

fn asked(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
}
