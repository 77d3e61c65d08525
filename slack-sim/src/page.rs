//! The page: a chat that people know, in plain files that come with the program.
use crate::world::World;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

const HTML: &str = include_str!("page/page.html");
const CSS: &str = include_str!("page/page.css");
const JS: &str = include_str!("page/page.js");
const TEXT_JS: &str = include_str!("page/text.js");
const BLOCKS_JS: &str = include_str!("page/blocks.js");
const PREACT_JS: &str = include_str!("page/vendor/preact.js");
/// Nothing from elsewhere, nothing inline: a message can bring no script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page's files; `banner` is a module that the page loads when there is one.
pub(crate) fn routes(banner: Option<&'static str>) -> Router<Arc<World>> {
    let script = banner.unwrap_or("export {};\n");
    Router::new()
        .route("/", get(|| async { file("text/html; charset=utf-8", HTML) }))
        .route("/page.css", get(|| async { file("text/css; charset=utf-8", CSS) }))
        .route("/page.js", get(|| async { file("text/javascript; charset=utf-8", JS) }))
        .route("/text.js", get(|| async { file("text/javascript; charset=utf-8", TEXT_JS) }))
        .route("/blocks.js", get(|| async { file("text/javascript; charset=utf-8", BLOCKS_JS) }))
        .route("/vendor/preact.js", get(|| async { file("text/javascript; charset=utf-8", PREACT_JS) }))
        .route("/extra.js", get(move || async move { file("text/javascript; charset=utf-8", script) }))
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let header = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
    let headers = [
        header(header::CONTENT_TYPE, kind),
        header(header::CONTENT_SECURITY_POLICY, POLICY),
        header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        header(header::REFERRER_POLICY, "no-referrer"),
        header(header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}
