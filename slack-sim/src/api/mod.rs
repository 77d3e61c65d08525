//! The Web API: who may call what, and what goes wrong on purpose. One file for each family of methods.
mod caller;
mod reply;

mod auth;
mod bots;
mod chat;
mod conversations;
mod files;
mod oauth;
mod reactions;
mod scheduled;
mod usergroups;
mod users;
mod views;

mod methods;

pub(crate) use self::files::{bytes, download, upload};
pub(crate) use self::scheduled::post_what_is_due;

use self::caller::{Caller, Holder};
use self::methods::{METHODS, Method, Run, Token};
use self::reply::{Failure, Reply};
use crate::args::{Args, decode};
use crate::calls::Call;
use crate::faults::Fault;
use crate::state::State;
use crate::traffic::{Kind, Way};
use crate::world::{World, lock};
use axum::Extension;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Every scope that some method asks for, and those that events and commands need: what an app has when nothing else is said.
pub(crate) fn all_scopes() -> Vec<&'static str> {
    let mut all: Vec<&str> = METHODS.iter().flat_map(|method| method.scopes.all()).collect();
    all.extend(["commands", "app_mentions:read", "chat:write.customize"]);
    all.sort_unstable();
    all.dedup();
    all
}

/// One call, read.
struct Asked {
    /// Its arguments, or why they cannot be read.
    args: Result<Args, &'static str>,
    token: Option<String>,
    client: (String, String),
}

impl Asked {
    fn read(query: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or_default());
        let mut args = decode(query, kind, body);
        let mut unread = Args::default();
        let readable = args.as_mut().unwrap_or(&mut unread);
        let (token, client) = (readable.take_token(headers), readable.take_client(headers));
        Self { args, token, client }
    }
}

/// Why a call was not done.
enum Refused {
    Failed(Failure),
    /// Too many calls; the seconds after which this one passes.
    TooOften(u64),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<&'static str> for Refused {
    fn from(error: &'static str) -> Self {
        Self::Failed(Failure::from(error))
    }
}

/// Answers one call and keeps a record of it.
pub(crate) async fn call(world: &World, name: &str, query: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Response {
    let mut asked = Asked::read(query, headers, body);
    // This one takes its token in the header alone (<https://docs.slack.dev/apis/events-api/using-socket-mode>).
    if name == "apps.connections.open" && !headers.contains_key(header::AUTHORIZATION) {
        asked.token = None;
    }
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
        record(world, name, asked, &answer);
        return answer.into_response();
    }
    let method = METHODS.iter().find(|method| method.name == name);
    let reply = method.map_or_else(|| Err(unknown(name)), |method| perform(world, method, &asked));
    let answer = match fault {
        Some(Fault::AnswerLost) => Answer::broken(502),
        Some(Fault::AnswerBroken) => Answer::cut(),
        _ => Answer::of(reply, world, method),
    };
    record(world, name, asked, &answer);
    if let Some(Fault::Slow(millis)) = fault {
        world.time.rest(SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))).await;
    }
    answer.into_response()
}

fn unknown(name: &str) -> Refused {
    let more = crate::shapes::object(json!({"req_method": name}));
    Refused::Failed(Failure { error: "unknown_method".to_owned(), more })
}

/// In Slack's order: who calls, whether they may, how often, with what.
fn perform(world: &World, method: &Method, asked: &Asked) -> Result<Value, Refused> {
    let mut state = world.state();
    let caller = match method.token {
        Token::Nobody => None,
        _ => Some(caller(world, &state, asked.token.as_deref())?),
    };
    if let Some(caller) = &caller {
        allowed(world, method, caller)?;
    }
    let channel = asked.args.as_ref().map_or_else(|_| String::new(), |args| posted_to(&state, args));
    let now = world.time.now();
    lock(&world.limits).take((method.name, method.tier), &channel, now).map_err(Refused::TooOften)?;
    let args = asked.args.as_ref().map_err(|error| Failure::from(*error))?;
    let mistyped = args.mistyped();
    if !mistyped.is_empty() {
        return Err(Failure::arguments(&mistyped).into());
    }
    in_one_team(&state, method, args)?;
    let reply = match (&method.run, &caller) {
        (Run::Plain(run), _) => run(world, &mut state, args),
        (Run::AsClient(run), _) => run(world, &mut state, args, &asked.client),
        (Run::AsCaller(run), Some(caller)) => run(world, &mut state, args, caller),
        (Run::AsCaller(_), None) => Reply::Err("not_authed".into()),
    };
    drop(state);
    reply.map_err(Refused::Failed)
}

/// With a token for a whole enterprise, a list must say of which team it is.
fn in_one_team(state: &State, method: &Method, args: &Args) -> Result<(), Failure> {
    const LISTS: [&str; 5] = ["conversations.list", "users.list", "users.conversations", "usergroups.list", "usergroups.users.list"];
    if !state.team.org_wide || !LISTS.contains(&method.name) {
        return Ok(());
    }
    match args.some("team_id") {
        None => Err(Failure::from("missing_argument")),
        Some(team) if team != state.team.id => Err(Failure::from("team_access_not_granted")),
        Some(_) => Ok(()),
    }
}

/// Whose token this is.
fn caller(world: &World, state: &State, token: Option<&str>) -> Result<Caller, Failure> {
    let token = token.ok_or("not_authed")?;
    if state.tokens.revoked.contains(token) {
        return Err(Failure::from("token_revoked"));
    }
    let holder = if token == world.install.app_token {
        Holder::App
    } else if token == world.install.bot_token {
        Holder::Bot
    } else {
        Holder::Person(state.tokens.people.get(token).ok_or("invalid_auth")?.clone())
    };
    let user = match &holder {
        Holder::Bot => Some(&state.team.bot_user),
        Holder::Person(user) => Some(user),
        Holder::App => None,
    };
    if user.and_then(|user| state.people.get(user)).is_some_and(|person| person.deleted) {
        return Err(Failure::from("account_inactive"));
    }
    Ok(Caller { token: token.to_owned(), holder })
}

fn allowed(world: &World, method: &Method, caller: &Caller) -> Result<(), Failure> {
    let right = match method.token {
        Token::Bot => matches!(caller.holder, Holder::Bot),
        Token::App => matches!(caller.holder, Holder::App),
        Token::Either => matches!(caller.holder, Holder::Bot | Holder::App),
        Token::Person => matches!(caller.holder, Holder::Person(_)),
        Token::Nobody => true,
    };
    if !right {
        return Err(Failure::from("not_allowed_token_type"));
    }
    let granted = &world.install.scopes;
    let needed = method.scopes.all();
    if !needed.is_empty() && !needed.iter().any(|scope| granted.contains(*scope)) {
        return Err(Failure::scope(&needed, granted));
    }
    Ok(())
}

/// The id of the place that a call writes to, however it is named: what the limits of a channel count by.
fn posted_to(state: &State, args: &Args) -> String {
    let named = args.text("channel").unwrap_or_default();
    match state.people.get(&named) {
        Some(person) => crate::ids::of_name("D", &person.id),
        None => state.channel_named(&named).map_or(named, |channel| channel.id.clone()),
    }
}

/// Marks the answer of a fault, which goes out as it is.
#[derive(Clone, Copy)]
pub(crate) struct OnPurpose;

/// An answer as it goes out.
struct Answer {
    status: u16,
    retry_after: Option<u64>,
    /// The scopes that the app has, and those that the method takes.
    scopes: (String, String),
    /// Nothing stands for a body that is not JSON.
    body: Option<Value>,
    /// Whether the connection breaks in the middle of the body.
    cut: bool,
}

impl Answer {
    fn of(reply: Result<Value, Refused>, world: &World, method: Option<&Method>) -> Self {
        let mut fields = Map::new();
        match reply {
            Ok(value) => {
                fields.insert("ok".to_owned(), json!(true));
                fields.extend(crate::shapes::object(value));
            }
            Err(Refused::Failed(failure)) => {
                fields.insert("ok".to_owned(), json!(false));
                fields.insert("error".to_owned(), json!(failure.error));
                fields.extend(failure.more);
            }
            Err(Refused::TooOften(seconds)) => return Self::limited(seconds),
        }
        let granted: Vec<&str> = world.install.scopes.iter().map(String::as_str).collect();
        let accepted = method.map(|method| method.scopes.all()).unwrap_or_default();
        let scopes = (granted.join(","), accepted.join(","));
        Self { status: 200, retry_after: None, scopes, body: Some(Value::Object(fields)), cut: false }
    }

    fn limited(seconds: u64) -> Self {
        let body = Some(json!({"ok": false, "error": "ratelimited"}));
        Self { status: 429, retry_after: Some(seconds), scopes: Default::default(), body, cut: false }
    }

    fn broken(status: u16) -> Self {
        Self { status, retry_after: None, scopes: Default::default(), body: None, cut: false }
    }

    fn cut() -> Self {
        Self { cut: true, ..Self::broken(200) }
    }

    fn error(&self) -> Option<String> {
        match &self.body {
            Some(body) if body.get("ok") == Some(&json!(true)) => None,
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
        let Some(body) = self.body else { return (status, Extension(OnPurpose), "upstream failure").into_response() };
        let mut headers = HeaderMap::new();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        let (granted, accepted) = self.scopes;
        for (name, scopes) in [("x-oauth-scopes", granted), ("x-accepted-oauth-scopes", accepted)] {
            if let (false, Ok(scopes)) = (scopes.is_empty(), scopes.parse()) {
                headers.insert(name, scopes);
            }
        }
        (status, headers, axum::Json(body)).into_response()
    }
}

/// The answer of a fault that keeps the call from being done.
fn refused_by(fault: &Fault) -> Option<Answer> {
    match fault {
        Fault::Status(status) => Some(Answer::broken(*status)),
        Fault::Error(error) => {
            let body = Some(json!({"ok": false, "error": error}));
            Some(Answer { body, ..Answer::broken(200) })
        }
        Fault::RateLimited(seconds) => Some(Answer::limited(*seconds)),
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

fn record(world: &World, method: &str, asked: Asked, answer: &Answer) {
    let error = answer.error();
    let args = asked.args.unwrap_or_default().into_map();
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
