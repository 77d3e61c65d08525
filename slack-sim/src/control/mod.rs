//! The control API, by which tests and people act and look. People and channels by name.
mod acting;
mod looking;

use crate::refusal::Refusal;
use crate::world::World;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

type Answer = Result<Json<Value>, Refusal>;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/sim/command", post(acting::command))
        .route("/sim/message", post(acting::message))
        .route("/sim/edit", post(acting::edit))
        .route("/sim/delete", post(acting::delete))
        .route("/sim/react", post(acting::react))
        .route("/sim/join", post(acting::join))
        .route("/sim/leave", post(acting::leave))
        .route("/sim/invite", post(acting::invite))
        .route("/sim/press", post(acting::press))
        .route("/sim/suggest", post(acting::suggest))
        .route("/sim/shortcut", post(acting::shortcut))
        .route("/sim/submit", post(acting::submit))
        .route("/sim/close", post(acting::close))
        .route("/sim/home", post(acting::home))
        .route("/sim/dismiss", post(acting::dismiss))
        .route("/sim/lines", post(acting::lines))
        .route("/sim/change", post(acting::change))
        .route("/sim/faults", get(looking::faults).post(acting::add_fault).delete(acting::clear_faults))
        .route("/sim/workspace", get(looking::workspace))
        .route("/sim/people", get(looking::people))
        .route("/sim/people/{name}/ephemeral", get(looking::ephemeral))
        .route("/sim/people/{name}/views", get(looking::views))
        .route("/sim/channels", get(looking::channels))
        .route("/sim/channels/{name}/messages", get(looking::messages))
        .route("/sim/channels/{name}/thread/{ts}", get(looking::thread))
        .route("/sim/calls", get(looking::calls))
        .route("/sim/traffic", get(looking::traffic))
        .route("/sim/transcript", get(looking::transcript))
        .route("/sim/files/{id}", get(looking::file))
        .route("/sim/stream", get(looking::stream))
        .route("/sim/{*rest}", get(nothing).post(nothing))
}

async fn nothing() -> Refusal {
    Refusal::new(404, "not_found", "There is nothing at this address. slack-sim/README.md lists what there is.")
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let sentence = format!("The body is not the JSON that is expected here: {error}.");
        Refusal::new(400, "invalid_json", sentence)
    })
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(json!({"ok": false, "error": self.error, "message": self.message}))).into_response()
    }
}
