//! One server on one loopback port: Web API, lines, later answers, control API and page.
use crate::delivery::line;
use crate::faults::Fault;
use crate::refusal::Refusal;
use crate::traffic::{Kind, Way};
use crate::world::{World, lock};
use crate::{api, calls::Call, control, page, shapes};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::serve::ListenerExt;
use hyper::upgrade::OnUpgrade;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// Bytes of the largest body; Slack's own limits are far below.
const LARGEST_BODY: usize = 4 << 20;
/// Bytes of the largest file that is uploaded; they are kept in memory.
const LARGEST_FILE: usize = 64 << 20;

/// Serves until the hub is closed.
pub(crate) fn start(listener: TcpListener, world: Arc<World>, extra: Router, banner: Option<&'static str>) -> JoinHandle<()> {
    let tasks = world.hub.tasks.clone();
    let app = router(&world, extra, banner);
    let listener = listener.tap_io(|stream| {
        // Small frames must not wait for each other; an error leaves the socket as it is.
        drop(stream.set_nodelay(true));
    });
    tasks.spawn(async move {
        let closed = async move { world.hub.closed().await };
        if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(closed).await {
            tracing::error!(%error, "the simulated workspace stopped serving");
        }
    })
}

fn router(world: &Arc<World>, extra: Router, banner: Option<&'static str>) -> Router {
    let guarded = control::routes()
        .merge(page::routes(banner))
        .with_state(Arc::clone(world))
        .merge(extra)
        .layer(middleware::from_fn_with_state(world.port, guard));
    let slack = Router::new()
        .route("/api/{*method}", any(call))
        .route("/upload/{ticket}", post(upload).layer(DefaultBodyLimit::max(LARGEST_FILE)))
        .route("/files-pri/{id}/{name}", get(download))
        .route("/link/", get(link))
        .route("/link", get(link))
        .route("/commands/{team}/{number}/{secret}", post(respond))
        .route("/actions/{team}/{number}/{secret}", post(respond))
        .route("/app/{team}/{number}/{secret}", post(respond))
        .with_state(Arc::clone(world));
    guarded.merge(slack).layer(DefaultBodyLimit::max(LARGEST_BODY)).layer(middleware::map_response(worded))
}

/// What the router refuses by itself, in the form of all other errors.
async fn worded(response: Response) -> Response {
    if response.extensions().get::<api::OnPurpose>().is_some() {
        return response;
    }
    let is_text = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let refusal = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(
            413,
            "request_too_large",
            format!("A body may have {} MiB, a file {} MiB.", LARGEST_BODY >> 20, LARGEST_FILE >> 20),
        ),
        StatusCode::METHOD_NOT_ALLOWED => Refusal::new(405, "method_not_allowed", "This address takes other methods of HTTP."),
        StatusCode::BAD_REQUEST if is_text => Refusal::new(400, "invalid_address", "This address holds what is no UTF-8."),
        _ => return response,
    };
    let mut worded = refusal.into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        worded.headers_mut().insert(header::ALLOW, allow.clone());
    }
    worded
}

/// Keeps other web pages out: the name in the address must be this machine's (against rebinding of names), and a page
/// that sends something must be ours.
async fn guard(State(port): State<u16>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    if !host.is_some_and(is_loopback) {
        return Refusal::new(403, "foreign_host", "Only loopback addresses are answered here.").into_response();
    }
    if let Some(origin) = headers.get(header::ORIGIN) {
        let own = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("http://{name}:{port}"));
        if !origin.to_str().is_ok_and(|origin| own.iter().any(|one| one == origin)) {
            return Refusal::new(403, "foreign_origin", "Only this server's own page may ask this.").into_response();
        }
    }
    next.run(request).await
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

async fn call(
    State(world): State<Arc<World>>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    api::call(&world, &method, query.as_deref(), &headers, &body).await
}

/// The bytes of a file, to an address that files.getUploadURLExternal gave out.
async fn upload(State(world): State<Arc<World>>, Path(ticket): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    api::upload(&world, &ticket, &headers, &body)
}

/// The bytes of a file for who shows a token.
async fn download(State(world): State<Arc<World>>, Path((id, _name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    api::download(&world, &id, &headers)
}

/// A later answer to a command or an interaction. Slack says `ok` as plain text.
async fn respond(State(world): State<Arc<World>>, Path((_team, number, secret)): Path<(String, String, String)>, body: Bytes) -> Response {
    let answer: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let fault = lock(&world.faults).take("response_url");
    let done = match &fault {
        Some(Fault::Status(_) | Fault::Error(_) | Fault::RateLimited(_) | Fault::NotJson | Fault::Broken | Fault::Hang) => {
            Err("internal_error")
        }
        _ if answer.is_object() => world.respond(&format!("{number}/{secret}"), &answer),
        _ => Err("invalid_payload"),
    };
    let error = done.err();
    let status = match (&fault, error) {
        (Some(Fault::Status(status)), _) => StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY),
        (Some(Fault::RateLimited(_)), _) => StatusCode::TOO_MANY_REQUESTS,
        (Some(Fault::AnswerLost | Fault::AnswerBroken), _) => StatusCode::BAD_GATEWAY,
        (_, None) => StatusCode::OK,
        (_, Some("used_url" | "expired_url" | "invalid_url")) => StatusCode::NOT_FOUND,
        (_, Some(_)) => StatusCode::BAD_REQUEST,
    };
    world.traffic.keep(Way::In, Kind::ResponseUrl, "response_url", |passed| {
        passed.ok = error.is_none();
        passed.error = error.map(str::to_owned);
        passed.status = Some(status.as_u16());
        passed.body = Arc::new(answer.clone());
    });
    lock(&world.calls).keep(Call {
        method: "response_url".to_owned(),
        args: shapes::object(answer),
        ok: error.is_none(),
        error: error.map(str::to_owned),
        status: status.as_u16(),
        at: world.time.now(),
    });
    match error {
        None => (status, "ok").into_response(),
        Some(error) => (status, axum::Json(json!({"ok": false, "error": error}))).into_response(),
    }
}

/// A websocket that becomes a line. The line has its place before the client hears that it is connected.
async fn link(State(world): State<Arc<World>>, uri: Uri, mut request: Request) -> Response {
    let given = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let key = request.headers().get(header::SEC_WEBSOCKET_KEY).cloned();
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let (Some(key), Some(upgrade)) = (key, upgrade) else {
        return (StatusCode::UPGRADE_REQUIRED, "A websocket is expected here.").into_response();
    };
    if let Some(Fault::Status(status)) = lock(&world.faults).take("upgrade") {
        return (StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT), "refused on purpose").into_response();
    }
    let Some(seat) = world.hub.admit(&given("ticket"), given("debug_reconnects") == "true") else {
        return (StatusCode::FORBIDDEN, "This ticket was used before, is too old, or is none.").into_response();
    };
    let watched = Arc::clone(&world);
    drop(world.hub.tasks.spawn(async move {
        watched.tick("line", "");
        line::run(Arc::clone(&watched.hub), seat, upgrade).await;
        watched.tick("line", "");
    }));
    let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let headers = [
        (header::CONNECTION, HeaderValue::from_static("Upgrade")),
        (header::UPGRADE, HeaderValue::from_static("websocket")),
        (header::SEC_WEBSOCKET_ACCEPT, accept),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty()).into_response()
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in ["127.0.0.1", "127.0.0.1:7071", "localhost:1", "[::1]:80", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["evil.example", "evil.example:7071", "127.0.0.1.evil.example:80", "localhost@evil", "", "::1"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
