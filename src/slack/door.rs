//! Requests of Slack's over HTTP, from their raw bytes to the desk: the way in beside Socket Mode.
//!
//! Sources: <https://docs.slack.dev/authentication/verifying-requests-from-slack>, <https://docs.slack.dev/apis/events-api/>.
//! Nothing is read of a request before it is known to be Slack's, but for the one check that Slack sends unsigned.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use sha2::Sha256;
use tracing::{error, warn};

use super::desk::{Desk, Reply};
use crate::clock::Clock;
use crate::config::Secret;

/// How far Slack's clock and ours may be apart.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// So long a request may take; Slack gives up after three seconds.
const HANDLING: SignedDuration = SignedDuration::from_secs(10);

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `X-Slack-Request-Timestamp`; none where it is missing, stands there twice or is no text.
    pub timestamp: Option<String>,
    /// `X-Slack-Signature`, as above.
    pub signature: Option<String>,
    /// `Content-Type`, as above.
    pub content_type: Option<String>,
    /// The bytes that were signed.
    pub body: Vec<u8>,
}

/// What it is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// JSON, or nothing.
    pub body: Option<Value>,
}

impl Answer {
    fn empty(status: u16) -> Self {
        Self { status, body: None }
    }
}

/// What a body turned out to be.
pub(super) enum Body {
    /// Slack asks whether this address is ours.
    Challenge(Value),
    /// Something for the desk.
    Delivery { kind: &'static str, payload: Value },
    /// Neither, as it is put aside: in the desk's own form where it is a kind and a payload all the same.
    Nonsense(String),
}

/// The door.
pub struct Door {
    desk: Arc<Desk>,
    clock: Clock,
    secret: Secret,
}

impl Door {
    /// A door to this desk for whoever knows the signing secret, which is never empty.
    pub fn new(desk: Arc<Desk>, clock: Clock, secret: Secret) -> Self {
        Self { desk, clock, secret }
    }

    /// Answers a request. What is Slack's is handled in a task of its own, so that a panic ends only itself.
    ///
    /// 200 where it is done with; 400 where it makes no sense, 401 where it is not Slack's; 500 and 503 where Slack shall
    /// send it again.
    pub async fn answer(&self, request: Request) -> Answer {
        if is_ssl_check(&request) {
            return Answer::empty(200);
        }
        if !self.is_slacks(&request) {
            warn!("a request that is not signed by Slack, or too old, was turned away");
            return Answer::empty(401);
        }
        match read(&request) {
            Body::Nonsense(frame) => {
                warn!("a request of Slack's could not be read and was put aside");
                self.desk.counters.unknown.fetch_add(1, Ordering::Relaxed);
                (self.desk.dead_letters)(&frame);
                Answer::empty(400)
            }
            Body::Challenge(challenge) => {
                Answer { status: 200, body: Some(Value::Object(Map::from_iter([("challenge".to_owned(), challenge)]))) }
            }
            Body::Delivery { kind, payload } => self.hand_over(kind, payload).await,
        }
    }

    async fn hand_over(&self, kind: &'static str, payload: Value) -> Answer {
        let (desk, clock) = (Arc::clone(&self.desk), self.clock.clone());
        let handling = self.clock.spawn(async move { clock.within(HANDLING, desk.answer(kind, &payload)).await });
        match handling.await {
            Ok(Some(Reply::Ack(body))) => Answer { status: 200, body },
            Ok(Some(Reply::Silence)) => Answer::empty(503),
            Ok(None) => {
                error!("handling a request took too long; Slack is asked for it again");
                Answer::empty(503)
            }
            Err(_) => {
                error!("handling a request ended in a panic; Slack is asked for it again");
                Answer::empty(500)
            }
        }
    }

    /// Whether it is signed with our secret, and not long ago. The comparison takes as long for every wrong signature.
    fn is_slacks(&self, request: &Request) -> bool {
        let Some((timestamp, signature)) = request.timestamp.as_deref().zip(request.signature.as_deref()) else { return false };
        let Ok(sent) = timestamp.parse::<i64>().map(jiff::Timestamp::from_second) else { return false };
        let Ok(age) = sent.map(|sent| self.clock.now().duration_since(sent)) else { return false };
        let Some(signature) = signature.strip_prefix("v0=").and_then(|hex| hex::decode(hex).ok()) else { return false };
        // A key of any length is taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.expose().as_bytes()) else { return false };
        mac.update(b"v0:");
        mac.update(timestamp.as_bytes());
        mac.update(b":");
        mac.update(&request.body);
        age.abs() <= FRESH && mac.verify_slice(&signature).is_ok()
    }
}

/// Slack's check of the certificate: a form whose `ssl_check` is 1. Whatever else stands in it is dropped.
pub(super) fn is_ssl_check(request: &Request) -> bool {
    is_form(request) && field(&request.body, "ssl_check").as_deref() == Some("1")
}

fn is_form(request: &Request) -> bool {
    is_of(request, "application/x-www-form-urlencoded")
}

fn is_of(request: &Request, kind: &str) -> bool {
    let given = request.content_type.as_deref().unwrap_or_default();
    given.split(';').next().is_some_and(|given| given.trim().eq_ignore_ascii_case(kind))
}

/// The first field of this name in a form.
fn field(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// What a body is.
pub(super) fn read(request: &Request) -> Body {
    let Some((kind, mut payload)) = parse(request) else {
        return Body::Nonsense(String::from_utf8_lossy(&request.body).into_owned());
    };
    if kind == "events_api" && payload.get("type").and_then(Value::as_str) == Some("url_verification") {
        if let Some(challenge) = payload.get_mut("challenge") {
            return Body::Challenge(challenge.take());
        }
    } else if payload.is_object() && (kind != "slash_commands" || payload.get("command").is_some()) {
        return Body::Delivery { kind, payload };
    }
    Body::Nonsense(json!({"type": kind, "payload": payload}).to_string())
}

/// A body's kind, in Socket Mode's words, and its payload. Nothing where it is neither JSON nor a form.
fn parse(request: &Request) -> Option<(&'static str, Value)> {
    if is_of(request, "application/json") {
        return Some(("events_api", serde_json::from_slice(&request.body).ok()?));
    }
    if !is_form(request) {
        return None;
    }
    if let Some(payload) = field(&request.body, "payload") {
        return Some(("interactive", serde_json::from_str(&payload).ok()?));
    }
    let fields = form_urlencoded::parse(&request.body).map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
    Some(("slash_commands", Value::Object(fields.collect())))
}
