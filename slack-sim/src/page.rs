//! The page: a chat that people know, in plain files that come with the program.
use crate::world::World;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// Nothing from elsewhere, nothing inline: a message can bring no script. Pictures are the workspace's own files, and
/// those that the page makes itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of the page at the root of the address, of the kind that its name says.
macro_rules! file {
    ($kind:ident, $name:literal) => {
        (concat!("/", $name), $kind, include_str!(concat!("page/", $name)))
    };
}

/// Every file of the page: its address, its kind, its text.
const FILES: &[(&str, &str, &str)] = &[
    ("/", HTML, include_str!("page/page.html")),
    file!(CSS, "page.css"),
    file!(CSS, "chat.css"),
    file!(CSS, "over.css"),
    file!(JS, "vendor/preact.js"),
    // What is known, and what changes it.
    file!(JS, "page.js"),
    file!(JS, "store.js"),
    file!(JS, "api.js"),
    file!(JS, "acts.js"),
    file!(JS, "place.js"),
    file!(JS, "logs.js"),
    file!(JS, "reads.js"),
    file!(JS, "live.js"),
    file!(JS, "traffic.js"),
    file!(JS, "theme.js"),
    file!(JS, "when.js"),
    // What is seen.
    file!(JS, "side.js"),
    file!(JS, "main.js"),
    file!(JS, "log.js"),
    file!(JS, "message.js"),
    file!(JS, "files.js"),
    file!(JS, "composer.js"),
    file!(JS, "complete.js"),
    file!(JS, "picker.js"),
    file!(JS, "panes.js"),
    file!(JS, "modals.js"),
    file!(JS, "wire.js"),
    file!(JS, "json.js"),
    file!(JS, "over.js"),
    file!(JS, "overlay.js"),
    file!(JS, "avatar.js"),
    file!(JS, "icons.js"),
    // Slack's texts.
    file!(JS, "text.js"),
    file!(JS, "text-book.js"),
    file!(JS, "text-mrkdwn.js"),
    file!(JS, "text-time.js"),
    file!(JS, "emoji.js"),
    file!(JS, "emoji-data.js"),
    // Block Kit, and a gallery of all of it.
    file!(CSS, "kit.css"),
    file!(JS, "kit.js"),
    file!(JS, "kit-act.js"),
    file!(JS, "kit-blocks.js"),
    file!(JS, "kit-buttons.js"),
    file!(JS, "kit-cards.js"),
    file!(JS, "kit-chart-pie.js"),
    file!(JS, "kit-chart-sums.js"),
    file!(JS, "kit-charts.js"),
    file!(JS, "kit-choices.js"),
    file!(JS, "kit-elements.js"),
    file!(JS, "kit-icons.js"),
    file!(JS, "kit-image.js"),
    file!(JS, "kit-inputs.js"),
    file!(JS, "kit-markdown-read.js"),
    file!(JS, "kit-markdown.js"),
    file!(JS, "kit-popup.js"),
    file!(JS, "kit-rich-input.js"),
    file!(JS, "kit-rich-make.js"),
    file!(JS, "kit-rich.js"),
    file!(JS, "kit-select.js"),
    file!(JS, "kit-shape.js"),
    file!(JS, "kit-sources.js"),
    file!(JS, "kit-tables.js"),
    file!(JS, "kit-values.js"),
    ("/gallery", HTML, include_str!("page/gallery.html")),
    file!(CSS, "gallery.css"),
    file!(JS, "gallery.js"),
    file!(JS, "gallery-samples.js"),
];

/// The page's files; `banner` is a module that the page loads when there is one.
pub(crate) fn routes(banner: Option<&'static str>) -> Router<Arc<World>> {
    let script = banner.unwrap_or("export {};\n");
    let extra = Router::new().route("/extra.js", get(move || async move { file(JS, script) }));
    FILES.iter().fold(extra, |routes, &(path, kind, text)| routes.route(path, get(move || async move { file(kind, text) })))
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
