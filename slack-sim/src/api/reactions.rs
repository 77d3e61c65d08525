//! The app reacts. Source: <https://docs.slack.dev/reference/methods/reactions.add>.
use super::conversations::message_at;
use super::reply::{Failure, Reply};
use crate::args::Args;
use crate::shapes::{self, Metadata};
use crate::state::State;
use crate::world::World;
use serde_json::{Value, json};

pub(super) fn add(world: &World, state: &mut State, args: &Args) -> Reply {
    set(world, state, args, false)
}

pub(super) fn remove(world: &World, state: &mut State, args: &Args) -> Reply {
    set(world, state, args, true)
}

fn set(world: &World, state: &mut State, args: &Args, remove: bool) -> Reply {
    let name = args.need("name", "invalid_name")?;
    let name = name.trim_matches(':');
    if name.is_empty() || name.chars().any(|sign| sign.is_whitespace() || sign == '/') {
        return Err(Failure::from("invalid_name"));
    }
    let (channel, message) = message_at(state, args)?;
    if channel.is_archived {
        return Err(Failure::from("is_archived"));
    }
    let (channel, ts, bot) = (channel.id.clone(), message.ts.clone(), state.team.bot_user.clone());
    let done = world.react_as(state, &channel, &ts, (&bot, name, remove));
    done.map(|()| json!({})).map_err(Failure::from)
}

pub(super) fn get(_: &World, state: &mut State, args: &Args) -> Reply {
    let (channel, message) = message_at(state, args)?;
    let mut shown = shapes::message(state, channel, message, Metadata::TypeOnly);
    // Slack leaves the key out when nobody reacted.
    if message.reactions.is_empty() {
        shown.remove("reactions");
    }
    Ok(json!({"type": "message", "channel": channel.id, "message": Value::Object(shown)}))
}
