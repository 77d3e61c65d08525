//! What people do, as the control API takes it.
use super::{Answer, read};
use crate::acts::interactions::Press;
use crate::delivery::board::Farewell;
use crate::faults::Rule;
use crate::refusal::Refusal;
use crate::state::files::Upload;
use crate::state::inputs::Typed;
use crate::world::{Posted, World, lock};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

type There = Shared<Arc<World>>;

fn done(posted: Result<Posted, Refusal>) -> Answer {
    let Posted { channel, ts } = posted?;
    Ok(Json(json!({"ok": true, "channel": channel, "ts": ts})))
}

fn well(done: Result<(), Refusal>) -> Answer {
    done.map(|()| Json(json!({"ok": true})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    user: String,
    channel: String,
    command: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    thread_ts: Option<String>,
}

pub(super) async fn command(Shared(world): There, body: Bytes) -> Answer {
    let Run { user, channel, command, text, thread_ts } = read(&body)?;
    if thread_ts.is_some_and(|ts| !ts.is_empty()) {
        return Err(Refusal::new(400, "not_in_threads", "Slash commands of apps cannot run in threads."));
    }
    let seen = world.command(&user, &channel, &command, &text).await?;
    Ok(Json(json!(seen)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    user: String,
    channel: String,
    text: String,
    thread_ts: Option<String>,
    #[serde(default)]
    broadcast: bool,
    #[serde(default)]
    file: Option<Attached>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attached {
    name: String,
    /// In base 64.
    content: String,
}

pub(super) async fn message(Shared(world): There, body: Bytes) -> Answer {
    let Say { user, channel, text, thread_ts, broadcast, file } = read(&body)?;
    let thread_ts = thread_ts.as_deref().filter(|ts| !ts.is_empty());
    let Some(Attached { name, content }) = file else { return done(world.say(&user, &channel, &text, (thread_ts, broadcast))) };
    let bytes =
        BASE64_STANDARD.decode(content).map_err(|error| Refusal::new(400, "invalid_file", format!("The file's content: {error}.")))?;
    done(world.share(&user, &channel, &text, (thread_ts, Upload { name, bytes })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    user: String,
    channel: String,
    ts: String,
    text: String,
}

pub(super) async fn edit(Shared(world): There, body: Bytes) -> Answer {
    let Edit { user, channel, ts, text } = read(&body)?;
    done(world.edit(&user, &channel, &ts, &text))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delete {
    user: String,
    channel: String,
    ts: String,
}

pub(super) async fn delete(Shared(world): There, body: Bytes) -> Answer {
    let Delete { user, channel, ts } = read(&body)?;
    done(world.delete(&user, &channel, &ts))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct React {
    user: String,
    channel: String,
    ts: String,
    name: String,
    #[serde(default)]
    remove: bool,
}

pub(super) async fn react(Shared(world): There, body: Bytes) -> Answer {
    let React { user, channel, ts, name, remove } = read(&body)?;
    done(world.react(&user, &channel, &ts, (&name, remove)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Come {
    user: String,
    channel: String,
}

pub(super) async fn join(Shared(world): There, body: Bytes) -> Answer {
    let Come { user, channel } = read(&body)?;
    well(world.come(&user, &channel))
}

pub(super) async fn leave(Shared(world): There, body: Bytes) -> Answer {
    let Come { user, channel } = read(&body)?;
    well(world.go(&user, &channel))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invite {
    user: String,
    channel: String,
    who: String,
}

pub(super) async fn invite(Shared(world): There, body: Bytes) -> Answer {
    let Invite { user, channel, who } = read(&body)?;
    well(world.invite(&user, &channel, &who))
}

pub(super) async fn press(Shared(world): There, body: Bytes) -> Answer {
    let press: Press = read(&body)?;
    Ok(Json(json!(world.press(&press).await?)))
}

pub(super) async fn suggest(Shared(world): There, body: Bytes) -> Answer {
    let press: Press = read(&body)?;
    Ok(Json(match world.suggest(&press).await? {
        Ok(shown) => {
            let mut shown: Map<String, Value> = shown;
            shown.insert("ok".to_owned(), json!(true));
            Value::Object(shown)
        }
        Err(outcome) => json!(outcome),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shortcut {
    user: String,
    callback_id: String,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    ts: Option<String>,
}

pub(super) async fn shortcut(Shared(world): There, body: Bytes) -> Answer {
    let Shortcut { user, callback_id, channel, ts } = read(&body)?;
    let message = channel.as_deref().zip(ts.as_deref());
    Ok(Json(json!(world.shortcut(&user, &callback_id, message).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Submit {
    user: String,
    view_id: String,
    #[serde(default)]
    values: Typed,
}

pub(super) async fn submit(Shared(world): There, body: Bytes) -> Answer {
    let Submit { user, view_id, values } = read(&body)?;
    Ok(Json(json!(world.submit(&user, &view_id, &values).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    user: String,
    view_id: String,
    #[serde(default)]
    all: bool,
}

pub(super) async fn close(Shared(world): There, body: Bytes) -> Answer {
    let Close { user, view_id, all } = read(&body)?;
    well(world.close(&user, &view_id, all).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Home {
    user: String,
}

pub(super) async fn home(Shared(world): There, body: Bytes) -> Answer {
    let Home { user } = read(&body)?;
    well(world.open_home(&user))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dismiss {
    user: String,
    ts: String,
}

pub(super) async fn dismiss(Shared(world): There, body: Bytes) -> Answer {
    let Dismiss { user, ts } = read(&body)?;
    well(world.dismiss(&user, &ts))
}

/// What happens around the app.
pub(super) async fn change(Shared(world): There, body: Bytes) -> Answer {
    well(world.change_workspace(&read(&body)?))
}

pub(super) async fn add_fault(Shared(world): There, body: Bytes) -> Answer {
    let rule: Rule = read(&body)?;
    let rule = rule.checked().map_err(|sentence| Refusal::new(400, "invalid_fault", sentence))?;
    lock(&world.faults).add(rule);
    well(Ok(()))
}

pub(super) async fn clear_faults(Shared(world): There) -> Answer {
    lock(&world.faults).clear();
    well(Ok(()))
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ToLines {
    /// Said on every open line.
    Farewell(Farewell),
    /// Cut without a word.
    Cut,
    /// Open, and from here on neither reading nor writing.
    Freeze,
    /// Socket Mode is on again.
    Enable,
}

pub(super) async fn lines(Shared(world): There, body: Bytes) -> Answer {
    match read(&body)? {
        ToLines::Farewell(why) => world.hub.farewell(None, why),
        ToLines::Cut => world.hub.cut(),
        ToLines::Freeze => world.hub.freeze(),
        ToLines::Enable => world.hub.enable(),
    }
    well(Ok(()))
}
