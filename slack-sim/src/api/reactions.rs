//! The app reacts. Source: <https://docs.slack.dev/reference/methods/reactions.add>.
use super::conversations::message_at;
use super::{Failure, Reply};
use crate::args::Args;
use crate::shapes::{self, Metadata};
use crate::world::World;
use serde_json::{Value, json};

pub(super) fn add(world: &World, args: &Args) -> Reply {
    set(world, args, false)
}

pub(super) fn remove(world: &World, args: &Args) -> Reply {
    set(world, args, true)
}

fn set(world: &World, args: &Args, remove: bool) -> Reply {
    let name = args.need("name", "invalid_name")?;
    let mut state = world.state();
    let (channel, message) = message_at(&state, args)?;
    let (channel, ts, bot) = (channel.id.clone(), message.ts.clone(), state.team.bot_user.clone());
    let done = world.react_as(&mut state, &channel, &ts, (&bot, name.trim_matches(':'), remove));
    drop(state);
    done.map(|()| json!({})).map_err(Failure::from)
}

pub(super) fn get(world: &World, args: &Args) -> Reply {
    let state = world.state();
    let (channel, message) = message_at(&state, args)?;
    let mut shown = shapes::message(&state, channel, message, Metadata::TypeOnly);
    // Slack leaves the key out when nobody reacted.
    if message.reactions.is_empty() {
        shown.remove("reactions");
    }
    Ok(json!({"type": "message", "channel": channel.id, "message": Value::Object(shown)}))
}
