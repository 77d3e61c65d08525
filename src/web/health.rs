//! `GET /healthz`: 200 where the bot hears Slack and keeps what it hears, else 503; what it says is JSON, without words.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::events;
use crate::slack::Door;

/// How the bot is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Whether it is well.
    pub ok: bool,
    /// Its version.
    pub version: String,
    /// Open lines to Slack; two when all is well.
    pub lines: u64,
    /// The last change in the log.
    pub newest: u64,
    /// Letters that wait.
    pub outbox: u64,
    /// Records kept since the start.
    pub heard: u64,
    /// Deliveries since the start that had come before.
    pub duplicates: u64,
    /// Deliveries since the start that could not be read.
    pub unknown: u64,
    /// Deliveries since the start that could not be kept.
    pub not_kept: u64,
}

/// Where health is read from.
pub type Vitals = Arc<dyn Fn() -> futures_util::future::BoxFuture<'static, Health> + Send + Sync>;

/// Answers until it is told to stop; with a door, Slack's requests too.
pub async fn serve(listener: TcpListener, vitals: Vitals, door: Option<Arc<Door>>, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
    let mut app = Router::new().route("/healthz", get(healthz)).with_state(vitals);
    if let Some(door) = door {
        app = app.merge(events::routes(door));
    }
    let until = async move { drop(stop.wait_for(|stop| *stop).await) };
    axum::serve(listener, app).with_graceful_shutdown(until).await
}

async fn healthz(State(vitals): State<Vitals>) -> (StatusCode, Json<Health>) {
    let health = vitals().await;
    let status = if health.ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health))
}
