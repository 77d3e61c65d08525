//! The Web API: who may call what, and what goes wrong on purpose. One file for each family of methods.
mod reply;

mod auth;
mod blocks;
mod chat;
mod conversations;
mod reactions;
mod users;
mod views;

use self::reply::{Failure, Reply};
use crate::args::Args;
use crate::calls::Call;
use crate::faults::Fault;
use crate::state::State;
use crate::traffic::{Kind, Way};
use crate::world::{World, lock};
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use std::sync::Arc;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Bot,
    App,
    Either,
}

/// A method: its name, whose token it takes, the scopes of which one is needed, and what it does.
struct Method {
    name: &'static str,
    token: Token,
    scopes: &'static [&'static str],
    run: fn(&World, &mut State, &Args) -> Reply,
}

const READ: &[&str] = &["channels:read", "groups:read", "im:read", "mpim:read"];
const HISTORY: &[&str] = &["channels:history", "groups:history", "im:history", "mpim:history"];

const fn method(name: &'static str, scopes: &'static [&'static str], run: fn(&World, &mut State, &Args) -> Reply) -> Method {
    Method { name, token: Token::Bot, scopes, run }
}

static METHODS: &[Method] = &[
    Method { name: "api.test", token: Token::Either, scopes: &[], run: auth::api_test },
    Method { name: "auth.test", token: Token::Either, scopes: &[], run: auth::test },
    Method { name: "apps.connections.open", token: Token::App, scopes: &[], run: auth::open_connection },
    method("team.info", &["team:read"], auth::team_info),
    method("chat.postMessage", &["chat:write"], chat::post_message),
    method("chat.update", &["chat:write"], chat::update),
    method("chat.delete", &["chat:write"], chat::delete),
    method("chat.postEphemeral", &["chat:write"], chat::post_ephemeral),
    method("chat.getPermalink", &[], chat::get_permalink),
    method("conversations.list", READ, conversations::list),
    method("conversations.info", READ, conversations::info),
    method("conversations.members", READ, conversations::members),
    method("conversations.history", HISTORY, conversations::history),
    method("conversations.replies", HISTORY, conversations::replies),
    method("conversations.open", &["im:write", "chat:write"], conversations::open),
    method("conversations.join", &["channels:join"], conversations::join),
    method("users.conversations", READ, conversations::of_user),
    method("users.info", &["users:read"], users::info),
    method("users.list", &["users:read"], users::list),
    method("reactions.add", &["reactions:write"], reactions::add),
    method("reactions.remove", &["reactions:write"], reactions::remove),
    method("reactions.get", &["reactions:read"], reactions::get),
    method("views.open", &[], views::open),
    method("views.push", &[], views::push),
    method("views.publish", &[], views::publish),
    method("views.update", &[], views::update),
];

/// Every scope that some method asks for, and those that events and commands need: what an app has when nothing else is said.
pub(crate) fn all_scopes() -> Vec<&'static str> {
    let mut all: Vec<&str> = METHODS.iter().flat_map(|method| method.scopes).copied().collect();
    all.extend(["commands", "app_mentions:read"]);
    all.sort_unstable();
    all.dedup();
    all
}

/// Answers one call and keeps a record of it.
pub(crate) async fn call(world: &World, name: &str, query: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Response {
    let mut args = Args::read(query, headers, body);
    let token = args.as_mut().ok().and_then(|args| args.take_token(headers));
    let fault = lock(&world.faults).take(name);
    if fault == Some(Fault::Hang) {
        world.time.rest(SignedDuration::from_hours(24)).await;
    }
    if let Some(Fault::Meanwhile(change)) = &fault
        && let Err(refusal) = world.change_workspace(change)
    {
        tracing::warn!(%refusal, "a fault could not change the workspace");
    }
    if let Some(answer) = fault.as_ref().and_then(refused_by) {
        record(world, name, args.unwrap_or_default(), &answer);
        return answer.into_response();
    }
    let reply = match &args {
        Ok(args) => perform(world, name, token.as_deref(), args),
        Err(error) => Err(Failure::from(*error)),
    };
    let answer = match fault {
        Some(Fault::AnswerLost) => Answer::broken(502),
        Some(Fault::AnswerBroken) => Answer::cut(),
        _ => Answer::of(reply, world),
    };
    record(world, name, args.unwrap_or_default(), &answer);
    if let Some(Fault::Slow(millis)) = fault {
        world.time.rest(SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))).await;
    }
    answer.into_response()
}

fn perform(world: &World, name: &str, token: Option<&str>, args: &Args) -> Reply {
    let Some(method) = METHODS.iter().find(|method| method.name == name) else {
        let more = json!({"req_method": name});
        return Err(Failure { error: "unknown_method".to_owned(), more: crate::shapes::object(more) });
    };
    if name == "api.test" {
        return (method.run)(world, &mut world.state(), args);
    }
    let token = token.ok_or("not_authed")?;
    let is_app = token == world.install.app_token;
    if !is_app && token != world.install.bot_token {
        return Err(Failure::from("invalid_auth"));
    }
    if world.state().team.revoked {
        return Err(Failure::from("token_revoked"));
    }
    if (method.token == Token::Bot && is_app) || (method.token == Token::App && !is_app) {
        return Err(Failure::from("not_allowed_token_type"));
    }
    if name == "auth.test" && is_app {
        return auth::test_app(&world.state());
    }
    let granted = &world.install.scopes;
    if !method.scopes.is_empty() && !method.scopes.iter().any(|scope| granted.contains(*scope)) {
        let provided: Vec<&str> = granted.iter().map(String::as_str).collect();
        let more = json!({"needed": method.scopes.join(","), "provided": provided.join(",")});
        return Err(Failure { error: "missing_scope".to_owned(), more: crate::shapes::object(more) });
    }
    (method.run)(world, &mut world.state(), args)
}

/// An answer as it goes out.
struct Answer {
    status: u16,
    retry_after: Option<u64>,
    scopes: String,
    /// Nothing stands for a body that is not JSON.
    body: Option<Value>,
    /// Whether the connection breaks in the middle of the body.
    cut: bool,
}

impl Answer {
    fn of(reply: Reply, world: &World) -> Self {
        let mut fields = Map::new();
        match reply {
            Ok(value) => {
                fields.insert("ok".to_owned(), json!(true));
                fields.extend(crate::shapes::object(value));
            }
            Err(failure) => {
                fields.insert("ok".to_owned(), json!(false));
                fields.insert("error".to_owned(), json!(failure.error));
                fields.extend(failure.more);
            }
        }
        let scopes: Vec<&str> = world.install.scopes.iter().map(String::as_str).collect();
        Self { status: 200, retry_after: None, scopes: scopes.join(","), body: Some(Value::Object(fields)), cut: false }
    }

    fn broken(status: u16) -> Self {
        Self { status, retry_after: None, scopes: String::new(), body: None, cut: false }
    }

    fn cut() -> Self {
        Self { cut: true, ..Self::broken(200) }
    }

    fn error(&self) -> Option<String> {
        match &self.body {
            Some(body) => body.get("error").and_then(Value::as_str).map(str::to_owned),
            None if self.cut => Some("cut".to_owned()),
            None => Some(format!("http_{}", self.status)),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.cut {
            let half = [Ok("{\"ok\":"), Err(std::io::Error::other("cut on purpose"))];
            return (status, Body::from_stream(stream::iter(half))).into_response();
        }
        let Some(body) = self.body else { return (status, "upstream failure").into_response() };
        let mut headers = HeaderMap::new();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Ok(scopes) = self.scopes.parse() {
            headers.insert("x-oauth-scopes", scopes);
        }
        (status, headers, axum::Json(body)).into_response()
    }
}

/// The answer of a fault that keeps the call from being done.
fn refused_by(fault: &Fault) -> Option<Answer> {
    let refusal = |status, retry_after, error: &str| {
        let body = Some(json!({"ok": false, "error": error}));
        Answer { status, retry_after, scopes: String::new(), body, cut: false }
    };
    match fault {
        Fault::Status(status) => Some(Answer::broken(*status)),
        Fault::Error(error) => Some(refusal(200, None, error)),
        Fault::RateLimited(seconds) => Some(refusal(429, Some(*seconds), "ratelimited")),
        Fault::Broken => Some(Answer::cut()),
        Fault::NotJson => Some(Answer::broken(200)),
        Fault::Hang => Some(Answer::broken(504)),
        // The call is done; or the fault strikes events or lines, which are no calls.
        Fault::Slow(_)
        | Fault::AnswerLost
        | Fault::AnswerBroken
        | Fault::Meanwhile(_)
        | Fault::Twice
        | Fault::OtherId
        | Fault::Late
        | Fault::Lost
        | Fault::Cut
        | Fault::HalfOpen => None,
    }
}

fn record(world: &World, method: &str, args: Args, answer: &Answer) {
    let error = answer.error();
    let args = args.into_map();
    world.traffic.keep(Way::In, Kind::Call, method, |passed| {
        passed.ok = error.is_none();
        passed.error.clone_from(&error);
        passed.status = Some(answer.status);
        passed.body = Arc::new(Value::Object(args.clone()));
        passed.answer.clone_from(&answer.body);
    });
    lock(&world.calls).keep(Call {
        method: method.to_owned(),
        args,
        ok: error.is_none(),
        error,
        status: answer.status,
        at: world.time.now(),
    });
}
