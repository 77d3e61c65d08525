//! Delivery over HTTP: signed requests to an address of the app's.
//! Sources: <https://docs.slack.dev/authentication/verifying-requests-from-slack>, <https://docs.slack.dev/apis/events-api/>.
use crate::delivery::cargo::{ACK_LIMIT, Answer, Attempt, Cargo, Failure, subject};
use crate::time::{Time, within};
use crate::traffic::{Kind, Traffic, Way};
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use sha2::Sha256;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::net::TcpStream;

/// Redirects that Slack follows.
const MOST_REDIRECTS: usize = 2;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Where the app takes requests: plain `http://`, as TLS is a proxy's work.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// Events, and the check of this address.
    pub events: Option<Uri>,
    /// Slash commands.
    pub commands: Option<Uri>,
    /// Presses, shortcuts, submissions; also suggestions of options.
    pub interactions: Option<Uri>,
}

impl Addresses {
    /// One address for everything. Errors: a sentence on what is wrong with it.
    pub fn one(url: &str) -> Result<Self, String> {
        let url = Some(Self::parse(url)?);
        Ok(Self { events: url.clone(), commands: url.clone(), interactions: url })
    }

    /// An address. Errors: a sentence on what is wrong with it.
    pub fn parse(url: &str) -> Result<Uri, String> {
        let uri: Uri = url.parse().map_err(|error| format!("{url:?} is no address: {error}."))?;
        if uri.scheme_str() != Some("http") || uri.authority().is_none() {
            return Err(format!("{url:?} must begin with http:// and name a host."));
        }
        Ok(uri)
    }
}

pub(crate) struct Http {
    addresses: Addresses,
    secret: String,
    /// The workspace's: its seconds stand in the signature.
    time: Arc<dyn Time>,
    wire: Arc<dyn Time>,
    traffic: Arc<Traffic>,
    verified: AtomicBool,
}

/// What is sent.
struct Letter {
    to: Uri,
    kind: &'static str,
    body: String,
    headers: HeaderMap,
}

/// What came back.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

enum Trouble {
    Connection,
    TooManyRedirects,
}

impl Http {
    pub(crate) fn new(addresses: Addresses, secret: String, (time, wire): (Arc<dyn Time>, Arc<dyn Time>), traffic: Arc<Traffic>) -> Self {
        Self { addresses, secret, time, wire, traffic, verified: AtomicBool::new(false) }
    }

    /// One attempt to deliver.
    pub(crate) async fn post(&self, cargo: Cargo, payload: &Arc<Value>, attempt: Attempt) -> Answer {
        let Some(letter) = self.letter(cargo, payload, attempt) else {
            return Err(Failure { error: "dispatch_failed", reason: "connection_failed", again: true });
        };
        let replied = within(self.wire.rest(ACK_LIMIT), self.exchange(letter)).await;
        let answer = judged(replied.as_ref());
        self.traffic.keep(Way::Out, Kind::Http, &subject(payload), |passed| {
            passed.ok = answer.is_ok();
            passed.error = answer.as_ref().err().map(|failure| failure.reason.to_owned());
            passed.status = replied.as_ref().and_then(|reply| reply.as_ref().ok()).map(|reply| reply.status.as_u16());
            passed.body = Arc::clone(payload);
            passed.answer = answer.as_ref().ok().cloned();
        });
        answer
    }

    /// Nothing where the app has no such address, or Slack does not know it yet.
    fn letter(&self, cargo: Cargo, payload: &Value, attempt: Attempt) -> Option<Letter> {
        let mut headers = HeaderMap::new();
        if attempt.number > 0 {
            headers.insert("x-slack-retry-num", attempt.number.into());
            headers.insert("x-slack-retry-reason", HeaderValue::from_static(attempt.reason));
        }
        let form =
            |pairs: &mut dyn Iterator<Item = (&str, &str)>| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let (to, kind, body) = match cargo {
            Cargo::Event if !self.verified.load(Ordering::SeqCst) => return None,
            Cargo::Event => (&self.addresses.events, JSON, payload.to_string()),
            Cargo::Command => {
                let fields = payload.as_object()?.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()));
                (&self.addresses.commands, FORM, form(&mut { fields }))
            }
            Cargo::Interaction { .. } => {
                (&self.addresses.interactions, FORM, form(&mut std::iter::once(("payload", payload.to_string().as_str()))))
            }
        };
        Some(Letter { to: to.clone()?, kind, body, headers })
    }

    /// Whether the app answers with the challenge, as Slack asks before it sends any event.
    pub(crate) async fn verify(&self, challenge: &str) -> Result<(), String> {
        let to = self.addresses.events.clone().ok_or("The app has no address for events.")?;
        let body = json!({"type": "url_verification", "token": "sim-verification-token", "challenge": challenge}).to_string();
        let letter = Letter { to: to.clone(), kind: JSON, body, headers: HeaderMap::new() };
        let reply = within(self.wire.rest(ACK_LIMIT), self.exchange(letter)).await;
        let reply = reply.ok_or_else(|| format!("{to} did not answer within three seconds."))?;
        let reply = reply.map_err(|_| format!("{to} does not answer."))?;
        let said = String::from_utf8_lossy(&reply.body);
        let in_json = serde_json::from_slice::<Value>(&reply.body).ok();
        let in_json = in_json.as_ref().and_then(|body| body.get("challenge")).and_then(Value::as_str);
        let in_form = form_urlencoded::parse(&reply.body).find(|(name, _)| name == "challenge").map(|(_, value)| value.into_owned());
        let echoed = in_json == Some(challenge) || said.trim() == challenge || in_form.as_deref() == Some(challenge);
        if !reply.status.is_success() || !echoed {
            return Err(format!("{to} answered {} without the challenge.", reply.status));
        }
        self.verified.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Slack's check of the certificate: a form with nothing but `ssl_check=1`, unsigned. Answers the status.
    pub(crate) async fn ssl_check(&self) -> Option<u16> {
        let to = self.addresses.commands.clone()?;
        let letter = Letter { to, kind: FORM, body: "ssl_check=1".to_owned(), headers: HeaderMap::new() };
        let reply = within(self.wire.rest(ACK_LIMIT), follow(letter, HeaderMap::new())).await;
        reply.and_then(Result::ok).map(|reply| reply.status.as_u16())
    }

    async fn exchange(&self, letter: Letter) -> Result<Reply, Trouble> {
        let seconds = self.time.now().as_second();
        let mut headers = HeaderMap::new();
        headers.insert("x-slack-request-timestamp", seconds.into());
        if let Ok(signature) = HeaderValue::from_str(&signature(&self.secret, seconds, &letter.body)) {
            headers.insert("x-slack-signature", signature);
        }
        follow(letter, headers).await
    }
}

/// `v0=` and the hex of HMAC-SHA256 over `v0:SECONDS:BODY`.
pub(crate) fn signature(secret: &str, seconds: i64, body: &str) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("v0:{seconds}:{body}").as_bytes());
    let mut out = "v0=".to_owned();
    for byte in mac.finalize().into_bytes() {
        // Writing to a text cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// What an answer means.
fn judged(replied: Option<&Result<Reply, Trouble>>) -> Answer {
    let failed = |error, reason, again| Err(Failure { error, reason, again });
    match replied {
        None => failed("operation_timeout", "http_timeout", true),
        Some(Err(Trouble::Connection)) => failed("dispatch_failed", "connection_failed", true),
        Some(Err(Trouble::TooManyRedirects)) => failed("dispatch_failed", "too_many_redirects", true),
        Some(Ok(reply)) if reply.status.is_success() => Ok(body_of(&reply.body)),
        Some(Ok(reply)) => {
            let error = if reply.status.is_client_error() { "http_client_error" } else { "http_service_error" };
            let no_retry = reply.headers.get("x-slack-no-retry").is_some_and(|value| value == "1");
            failed(error, "http_error", !no_retry)
        }
    }
}

/// JSON where it is JSON; else a text, as a command may be answered with.
fn body_of(body: &[u8]) -> Value {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Value::Null;
    }
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}

async fn follow(letter: Letter, more: HeaderMap) -> Result<Reply, Trouble> {
    let Letter { mut to, kind, body, headers } = letter;
    let mut all = headers;
    all.extend(more);
    all.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    all.insert(header::USER_AGENT, HeaderValue::from_static("Slackbot 1.0 (+https://api.slack.com/robots)"));
    for _ in 0..=MOST_REDIRECTS {
        let reply = request(&to, &all, body.clone()).await.ok_or(Trouble::Connection)?;
        let next = reply.headers.get(header::LOCATION).filter(|_| reply.status.is_redirection());
        let Some(next) = next else { return Ok(reply) };
        to = next.to_str().ok().and_then(|next| resolved(&to, next)).ok_or(Trouble::Connection)?;
    }
    Err(Trouble::TooManyRedirects)
}

/// A redirect may name a path alone.
fn resolved(from: &Uri, to: &str) -> Option<Uri> {
    if to.starts_with('/') {
        return format!("http://{}{to}", from.authority()?).parse().ok();
    }
    Addresses::parse(to).ok()
}

/// One request on a connection of its own.
async fn request(to: &Uri, headers: &HeaderMap, body: String) -> Option<Reply> {
    let stream = TcpStream::connect((to.host()?.trim_matches(['[', ']']), to.port_u16().unwrap_or(80))).await.ok()?;
    stream.set_nodelay(true).ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let path = to.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
    let mut request = Request::post(path).header(header::HOST, to.authority()?.as_str()).body(Full::new(Bytes::from(body))).ok()?;
    request.headers_mut().extend(headers.clone());
    let talk = async move {
        let answer = sender.send_request(request).await.ok()?;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        Some(Reply { status: parts.status, headers: parts.headers, body })
    };
    // The connection has to be driven, and may end with the last byte of the answer: what it says at its end counts for
    // nothing, since an answer that did not come is an error of the talk.
    let (reply, _) = tokio::join!(talk, connection);
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_slacks_own_example() {
        // From <https://docs.slack.dev/authentication/verifying-requests-from-slack>.
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
                    channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
                    response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
                    trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let signed = signature("8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618, body);
        assert_eq!(signed, "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
    }

    #[test]
    fn addresses_are_plain_http_with_a_host() {
        assert!(Addresses::one("http://127.0.0.1:3000/slack/events").is_ok());
        for bad in ["https://a.example/", "/slack/events", "http://", "ftp://a", "", "http://a b"] {
            assert!(Addresses::one(bad).is_err(), "{bad}");
        }
    }
}
