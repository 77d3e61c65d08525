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
const BLOCKS_JS: &str = include_str!("page/blocks.js");
const PREACT_JS: &str = include_str!("page/vendor/preact.js");
/// What draws Block Kit and Slack's text, and the gallery of it: path, kind, text.
const KIT: [(&str, &str, &str); 35] = [
    ("/text.js", "text/javascript; charset=utf-8", include_str!("page/text.js")),
    ("/text-book.js", "text/javascript; charset=utf-8", include_str!("page/text-book.js")),
    ("/text-mrkdwn.js", "text/javascript; charset=utf-8", include_str!("page/text-mrkdwn.js")),
    ("/text-time.js", "text/javascript; charset=utf-8", include_str!("page/text-time.js")),
    ("/emoji.js", "text/javascript; charset=utf-8", include_str!("page/emoji.js")),
    ("/emoji-data.js", "text/javascript; charset=utf-8", include_str!("page/emoji-data.js")),
    ("/kit.js", "text/javascript; charset=utf-8", include_str!("page/kit.js")),
    ("/kit-act.js", "text/javascript; charset=utf-8", include_str!("page/kit-act.js")),
    ("/kit-blocks.js", "text/javascript; charset=utf-8", include_str!("page/kit-blocks.js")),
    ("/kit-buttons.js", "text/javascript; charset=utf-8", include_str!("page/kit-buttons.js")),
    ("/kit-cards.js", "text/javascript; charset=utf-8", include_str!("page/kit-cards.js")),
    ("/kit-chart-pie.js", "text/javascript; charset=utf-8", include_str!("page/kit-chart-pie.js")),
    ("/kit-chart-sums.js", "text/javascript; charset=utf-8", include_str!("page/kit-chart-sums.js")),
    ("/kit-charts.js", "text/javascript; charset=utf-8", include_str!("page/kit-charts.js")),
    ("/kit-choices.js", "text/javascript; charset=utf-8", include_str!("page/kit-choices.js")),
    ("/kit-elements.js", "text/javascript; charset=utf-8", include_str!("page/kit-elements.js")),
    ("/kit-icons.js", "text/javascript; charset=utf-8", include_str!("page/kit-icons.js")),
    ("/kit-image.js", "text/javascript; charset=utf-8", include_str!("page/kit-image.js")),
    ("/kit-inputs.js", "text/javascript; charset=utf-8", include_str!("page/kit-inputs.js")),
    ("/kit-markdown.js", "text/javascript; charset=utf-8", include_str!("page/kit-markdown.js")),
    ("/kit-markdown-read.js", "text/javascript; charset=utf-8", include_str!("page/kit-markdown-read.js")),
    ("/kit-popup.js", "text/javascript; charset=utf-8", include_str!("page/kit-popup.js")),
    ("/kit-rich.js", "text/javascript; charset=utf-8", include_str!("page/kit-rich.js")),
    ("/kit-rich-input.js", "text/javascript; charset=utf-8", include_str!("page/kit-rich-input.js")),
    ("/kit-rich-make.js", "text/javascript; charset=utf-8", include_str!("page/kit-rich-make.js")),
    ("/kit-select.js", "text/javascript; charset=utf-8", include_str!("page/kit-select.js")),
    ("/kit-shape.js", "text/javascript; charset=utf-8", include_str!("page/kit-shape.js")),
    ("/kit-sources.js", "text/javascript; charset=utf-8", include_str!("page/kit-sources.js")),
    ("/kit-tables.js", "text/javascript; charset=utf-8", include_str!("page/kit-tables.js")),
    ("/kit-values.js", "text/javascript; charset=utf-8", include_str!("page/kit-values.js")),
    ("/gallery.js", "text/javascript; charset=utf-8", include_str!("page/gallery.js")),
    ("/gallery-samples.js", "text/javascript; charset=utf-8", include_str!("page/gallery-samples.js")),
    ("/kit.css", "text/css; charset=utf-8", include_str!("page/kit.css")),
    ("/gallery.css", "text/css; charset=utf-8", include_str!("page/gallery.css")),
    ("/gallery", "text/html; charset=utf-8", include_str!("page/gallery.html")),
];
/// Nothing from elsewhere, nothing inline: a message can bring no script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page's files; `banner` is a module that the page loads when there is one.
pub(crate) fn routes(banner: Option<&'static str>) -> Router<Arc<World>> {
    let script = banner.unwrap_or("export {};\n");
    let page = Router::new()
        .route("/", get(|| async { file("text/html; charset=utf-8", HTML) }))
        .route("/page.css", get(|| async { file("text/css; charset=utf-8", CSS) }))
        .route("/page.js", get(|| async { file("text/javascript; charset=utf-8", JS) }))
        .route("/blocks.js", get(|| async { file("text/javascript; charset=utf-8", BLOCKS_JS) }))
        .route("/vendor/preact.js", get(|| async { file("text/javascript; charset=utf-8", PREACT_JS) }))
        .route("/extra.js", get(move || async move { file("text/javascript; charset=utf-8", script) }));
    KIT.into_iter().fold(page, |page, (path, kind, text)| page.route(path, get(move || async move { file(kind, text) })))
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
