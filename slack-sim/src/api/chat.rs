//! The app writes. Source: <https://docs.slack.dev/reference/methods/chat.postMessage> and its neighbours.
use super::reply::{Failure, Reply};
use crate::acts::{LONGEST, thread_root};
use crate::args::Args;
use crate::kit;
use crate::shapes::{self, Metadata};
use crate::state::{Author, Channel, Ephemeral, Kind, Message, State};
use crate::world::World;
use serde_json::{Value, json};

pub(super) fn post_message(world: &World, state: &mut State, args: &Args) -> Reply {
    let (text, blocks) = body(args)?;
    let metadata = metadata(args)?;
    let channel_id = target(world, state, &args.need("channel", "channel_not_found")?)?;
    let root = match args.text("thread_ts").filter(|ts| !ts.is_empty()) {
        Some(ts) => Some(thread_root(state, &channel_id, &ts).map_err(|_| "thread_not_found")?),
        None => None,
    };
    let mut message = Message::new(world.next_ts(state), Author::App, text);
    message.blocks = blocks;
    message.metadata = metadata;
    message.subtype = (root.is_some() && args.flag("reply_broadcast")).then_some("thread_broadcast");
    message.thread_ts = root;
    let posted = world.put(state, &channel_id, message);
    let shown = shown(state, &channel_id, &posted.ts);
    Ok(json!({"channel": channel_id, "ts": posted.ts, "message": shown}))
}

pub(super) fn update(world: &World, state: &mut State, args: &Args) -> Reply {
    let blocks = checked_blocks(args)?;
    let text = args.text("text");
    if text.is_none() && blocks.is_none() {
        return Err(Failure::from("no_text"));
    }
    let metadata = metadata(args)?;
    let (channel_id, ts) = own_message(state, args, "cant_update_message")?;
    let by = state.team.bot_user.clone();
    world.change(state, (&channel_id, &ts), &by, |message| {
        // A text alone takes the blocks away, as Slack does.
        if text.is_some() || blocks.is_some() {
            message.blocks = blocks;
        }
        message.text = text.unwrap_or_default();
        if metadata.is_some() {
            message.metadata = metadata;
        }
    });
    let shown = shown(state, &channel_id, &ts);
    let text = shown.get("text").cloned();
    Ok(json!({"channel": channel_id, "ts": ts, "text": text, "message": shown}))
}

pub(super) fn delete(world: &World, state: &mut State, args: &Args) -> Reply {
    let (channel_id, ts) = own_message(state, args, "cant_delete_message")?;
    world.remove(state, &channel_id, &ts);
    Ok(json!({"channel": channel_id, "ts": ts}))
}

pub(super) fn post_ephemeral(world: &World, state: &mut State, args: &Args) -> Reply {
    let (text, blocks) = body(args)?;
    let channel_id = target(world, state, &args.need("channel", "channel_not_found")?)?;
    let user = args.need("user", "no_user")?;
    if !state.channels.get(&channel_id).is_some_and(|channel| channel.members.contains(&user)) {
        return Err(Failure::from("user_not_in_channel"));
    }
    let ts = world.next_ts(state);
    let thread_ts = args.text("thread_ts").filter(|ts| !ts.is_empty());
    let seen = Ephemeral { ts: ts.clone(), channel: channel_id.clone(), user, by_slack: false, text, blocks, thread_ts };
    state.ephemerals.push(seen);
    world.tick("ephemeral", &channel_id);
    Ok(json!({"message_ts": ts}))
}

pub(super) fn get_permalink(_: &World, state: &mut State, args: &Args) -> Reply {
    let channel = readable(state, &args.need("channel", "channel_not_found")?)?;
    let ts = args.need("message_ts", "message_not_found")?;
    let message = channel.messages.get(&ts).ok_or("message_not_found")?;
    let digits: String = ts.chars().filter(char::is_ascii_digit).collect();
    let domain = &state.team.domain;
    let mut link = format!("https://{domain}.slack.com/archives/{}/p{digits}", channel.id);
    if let Some(root) = &message.thread_ts {
        link = format!("{link}?thread_ts={root}&cid={}", channel.id);
    }
    Ok(json!({"channel": channel.id, "permalink": link}))
}

fn body(args: &Args) -> Result<(String, Option<Value>), Failure> {
    let blocks = checked_blocks(args)?;
    let text = args.text("text").unwrap_or_default();
    if text.is_empty() && blocks.is_none() {
        return Err(Failure::from("no_text"));
    }
    if text.chars().count() > LONGEST {
        return Err(Failure::from("msg_too_long"));
    }
    Ok((text, blocks))
}

fn checked_blocks(args: &Args) -> Result<Option<Value>, Failure> {
    let blocks = args.json("blocks", "invalid_blocks_format")?;
    let blocks = blocks.filter(|blocks| blocks.as_array().is_none_or(|all| !all.is_empty()));
    if let Some(blocks) = &blocks {
        if !blocks.is_array() {
            return Err(Failure::from("invalid_blocks_format"));
        }
        Failure::of_kit("invalid_blocks", &kit::check_blocks(blocks, kit::Surface::Message))?;
    }
    Ok(blocks)
}

fn metadata(args: &Args) -> Result<Option<Value>, Failure> {
    let error = "invalid_metadata_format";
    let metadata = args.json("metadata", error)?;
    let whole =
        |value: &Value| value.get("event_type").is_some_and(Value::is_string) && value.get("event_payload").is_some_and(Value::is_object);
    match metadata {
        Some(value) if !whole(&value) => Err(Failure::from(error)),
        other => Ok(other),
    }
}

/// Where the app may write: a channel by id or name, a person by id, which opens the direct message.
fn target(world: &World, state: &mut State, channel: &str) -> Result<String, Failure> {
    if let Some(person) = state.people.get(channel) {
        if person.id == state.team.bot_user || person.is_bot {
            return Err(Failure::from("cannot_dm_bot"));
        }
        if person.deleted {
            return Err(Failure::from("channel_not_found"));
        }
        let user = person.id.clone();
        return Ok(state.direct(&user, world.seconds()));
    }
    let channel = state.channel_named(channel).ok_or("channel_not_found")?;
    member(state, channel)?;
    if channel.is_archived {
        return Err(Failure::from("is_archived"));
    }
    Ok(channel.id.clone())
}

/// The app has to be in it. A private channel that it is not in does not exist for it.
pub(super) fn member(state: &State, channel: &Channel) -> Result<(), &'static str> {
    match channel.kind {
        _ if channel.members.contains(&state.team.bot_user) => Ok(()),
        Kind::Public => Err("not_in_channel"),
        Kind::Private | Kind::Direct => Err("channel_not_found"),
    }
}

/// A channel by id that the app can see.
pub(super) fn readable<'a>(state: &'a State, id: &str) -> Result<&'a Channel, &'static str> {
    let channel = state.channels.get(id).ok_or("channel_not_found")?;
    match member(state, channel) {
        Err("channel_not_found") => Err("channel_not_found"),
        _ => Ok(channel),
    }
}

fn own_message(state: &State, args: &Args, error: &'static str) -> Result<(String, String), Failure> {
    let channel = readable(state, &args.need("channel", "channel_not_found")?)?;
    let ts = args.need("ts", "message_not_found")?;
    let message = channel.messages.get(&ts).ok_or("message_not_found")?;
    if !matches!(message.author, Author::App | Author::AppAside) {
        return Err(Failure::from(error));
    }
    Ok((channel.id.clone(), ts))
}

fn shown(state: &State, channel_id: &str, ts: &str) -> Value {
    let Some(channel) = state.channels.get(channel_id) else { return Value::Null };
    let Some(message) = channel.messages.get(ts) else { return Value::Null };
    Value::Object(shapes::message(state, channel, message, Metadata::Full))
}
