//! `POST /slack/events`: where Slack's requests come when the bot has no sockets to it: events, commands, interactions.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};

use crate::slack::{Answer, Door, Request};

/// Bytes of the largest body that is read; a larger one is refused before it is known whose it is.
const LARGEST: usize = 1 << 20;

/// The door's address.
pub(super) fn routes(door: Arc<Door>) -> Router {
    Router::new().route("/slack/events", post(take)).layer(DefaultBodyLimit::max(LARGEST)).with_state(door)
}

async fn take(State(door): State<Arc<Door>>, headers: HeaderMap, body: Bytes) -> Response {
    let request = Request {
        timestamp: only(&headers, &HeaderName::from_static("x-slack-request-timestamp")),
        signature: only(&headers, &HeaderName::from_static("x-slack-signature")),
        content_type: only(&headers, &header::CONTENT_TYPE),
        body: body.to_vec(),
    };
    let Answer { status, body } = door.answer(request).await;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match body {
        Some(body) => (status, Json(body)).into_response(),
        None => status.into_response(),
    }
}

/// A header that stands there once, as text.
fn only(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut all = headers.get_all(name).iter();
    let first = all.next()?.to_str().ok()?.to_owned();
    all.next().is_none().then_some(first)
}
