//! The control API's share of what goes wrong on purpose, for clients that test from outside of the process.
use crate::control::read;
use crate::faults::Fault;
use crate::hub::Farewell;
use crate::refusal::Refusal;
use crate::world::{World, lock};
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new().route("/sim/fail", post(fail)).route("/sim/farewell", post(farewell))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fail {
    method: String,
    #[serde(default = "once")]
    times: u32,
    fault: Fault,
}

fn once() -> u32 {
    1
}

/// The next calls of a method go wrong.
async fn fail(Shared(world): Shared<Arc<World>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let Fail { method, times, fault } = read(&body)?;
    lock(&world.faults).add(&method, times, fault);
    Ok(Json(json!({"ok": true})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Goodbye {
    reason: Farewell,
}

/// A farewell on every open line.
async fn farewell(Shared(world): Shared<Arc<World>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let Goodbye { reason } = read(&body)?;
    world.hub.farewell(None, reason);
    Ok(Json(json!({"ok": true, "lines": world.hub.lines()})))
}
