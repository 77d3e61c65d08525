//! The app looks around. Source: <https://docs.slack.dev/reference/methods/conversations.history> and its neighbours.
use super::chat::{member, readable};
use super::reply::{Failure, Reply};
use crate::args::{Args, cursor};
use crate::shapes::{self, Metadata};
use crate::state::{Channel, Kind, Message, State};
use crate::world::World;
use serde_json::{Value, json};

pub(super) fn list(_: &World, state: &mut State, args: &Args) -> Reply {
    let kinds = kinds(args)?;
    let bot = &state.team.bot_user;
    let seen = |channel: &&Channel| {
        kinds.contains(&channel.kind)
            && (channel.kind == Kind::Public || channel.members.contains(bot))
            && !(channel.is_archived && args.flag("exclude_archived"))
    };
    let channels: Vec<&Channel> = state.channels.values().filter(seen).collect();
    page(args, &channels, 100, "channels", |channel| shapes::channel(state, channel))
}

pub(super) fn of_user(_: &World, state: &mut State, args: &Args) -> Reply {
    let kinds = kinds(args)?;
    let user = args.text("user").filter(|user| !user.is_empty()).unwrap_or_else(|| state.team.bot_user.clone());
    if !state.people.contains_key(&user) {
        return Err(Failure::from("user_not_found"));
    }
    let bot = &state.team.bot_user;
    let seen = |channel: &&Channel| {
        kinds.contains(&channel.kind)
            && channel.members.contains(&user)
            && (channel.kind == Kind::Public || channel.members.contains(bot))
            && !(channel.is_archived && args.flag("exclude_archived"))
    };
    let channels: Vec<&Channel> = state.channels.values().filter(seen).collect();
    page(args, &channels, 100, "channels", |channel| shapes::channel(state, channel))
}

pub(super) fn info(_: &World, state: &mut State, args: &Args) -> Reply {
    let channel = readable(state, &args.need("channel", "channel_not_found")?)?;
    Ok(json!({"channel": shapes::channel(state, channel)}))
}

pub(super) fn members(_: &World, state: &mut State, args: &Args) -> Reply {
    let channel = readable(state, &args.need("channel", "channel_not_found")?)?;
    let members: Vec<&String> = channel.members.iter().collect();
    page(args, &members, 100, "members", |id| json!(id))
}

pub(super) fn history(_: &World, state: &mut State, args: &Args) -> Reply {
    let channel = readable(state, &args.need("channel", "channel_not_found")?)?;
    member(state, channel)?;
    let messages = channel.messages.values().rev().filter(|message| message.in_channel());
    let messages: Vec<&Message> = messages.filter(|message| within_bounds(message, args)).collect();
    let depth = depth(args);
    let shape = |message: &Message| Value::Object(shapes::message(state, channel, message, depth));
    let mut reply = page(args, &messages, 100, "messages", |message| shape(message))?;
    if let Some(fields) = reply.as_object_mut() {
        fields.insert("pin_count".to_owned(), json!(0));
    }
    Ok(reply)
}

pub(super) fn replies(_: &World, state: &mut State, args: &Args) -> Reply {
    let channel = readable(state, &args.need("channel", "channel_not_found")?)?;
    member(state, channel)?;
    let root = channel.messages.get(&args.need("ts", "thread_not_found")?).ok_or("thread_not_found")?;
    let root = root.thread_ts.as_ref().and_then(|ts| channel.messages.get(ts)).unwrap_or(root);
    let replies = root.replies.iter().filter_map(|ts| channel.messages.get(ts));
    let mut messages = vec![root];
    messages.extend(replies.filter(|message| within_bounds(message, args)));
    let depth = depth(args);
    let shape = |message: &Message| Value::Object(shapes::message(state, channel, message, depth));
    page(args, &messages, 1000, "messages", |message| shape(message))
}

pub(super) fn open(world: &World, state: &mut State, args: &Args) -> Reply {
    let users = args.need("users", "users_list_not_supplied")?;
    if users.contains(',') {
        // Conversations of several people are not simulated.
        return Err(Failure::from("not_enough_users"));
    }
    let person = state.people.get(users.trim()).ok_or("user_not_found")?;
    if person.is_bot {
        return Err(Failure::from("cannot_dm_bot"));
    }
    let user = person.id.clone();
    let id = state.direct(&user, world.seconds());
    let channel = state.channels.get(&id).map(|channel| shapes::channel(state, channel));
    Ok(json!({"channel": if args.flag("return_im") { channel } else { Some(json!({"id": id})) }}))
}

pub(super) fn join(world: &World, state: &mut State, args: &Args) -> Reply {
    let channel = readable(state, &args.need("channel", "channel_not_found")?)?;
    if channel.kind != Kind::Public {
        return Err(Failure::from("method_not_supported_for_channel_type"));
    }
    if channel.is_archived {
        return Err(Failure::from("is_archived"));
    }
    let (id, bot) = (channel.id.clone(), state.team.bot_user.clone());
    let was_in = channel.members.contains(&bot);
    world.join(state, &id, &bot, None);
    let channel = state.channels.get(&id).map(|channel| shapes::channel(state, channel));
    Ok(if was_in { json!({"channel": channel, "warning": "already_in_channel"}) } else { json!({"channel": channel}) })
}

fn kinds(args: &Args) -> Result<Vec<Kind>, &'static str> {
    let types = args.text("types").filter(|types| !types.is_empty());
    let types = types.unwrap_or_else(|| "public_channel".to_owned());
    let mut kinds = Vec::new();
    for name in types.split(',') {
        match name.trim() {
            "public_channel" => kinds.push(Kind::Public),
            "private_channel" => kinds.push(Kind::Private),
            "im" => kinds.push(Kind::Direct),
            "mpim" => {}
            _ => return Err("invalid_types"),
        }
    }
    Ok(kinds)
}

fn depth(args: &Args) -> Metadata {
    if args.flag("include_all_metadata") { Metadata::Full } else { Metadata::TypeOnly }
}

/// Between `oldest` and `latest`, with both ends when `inclusive`.
fn within_bounds(message: &Message, args: &Args) -> bool {
    let ts = micros(&message.ts);
    let bound = |name: &str| args.text(name).filter(|text| !text.is_empty()).map(|text| micros(&text));
    let edge = |limit: i64| args.flag("inclusive") && ts == limit;
    bound("oldest").is_none_or(|oldest| ts > oldest || edge(oldest)) && bound("latest").is_none_or(|latest| ts < latest || edge(latest))
}

/// A ts as microseconds; a bound may also be given in whole seconds.
fn micros(ts: &str) -> i64 {
    let (seconds, rest) = ts.split_once('.').unwrap_or((ts, ""));
    let rest: String = rest.chars().chain("000000".chars()).take(6).collect();
    seconds.parse::<i64>().unwrap_or_default() * 1_000_000 + rest.parse::<i64>().unwrap_or_default()
}

/// One page of a list, with the cursor of the next.
pub(super) fn page<T>(args: &Args, all: &[T], usual: usize, name: &str, shape: impl Fn(&T) -> Value) -> Reply {
    let (limit, start) = args.page(usual)?;
    let items: Vec<Value> = all.iter().skip(start).take(limit).map(shape).collect();
    let next = start + items.len();
    let more = next < all.len();
    let cursor = if more { cursor(next) } else { String::new() };
    Ok(json!({name: items, "has_more": more, "response_metadata": {"next_cursor": cursor}}))
}

/// The message that arguments name, for the methods of reactions.
pub(super) fn message_at<'a>(state: &'a State, args: &Args) -> Result<(&'a Channel, &'a Message), &'static str> {
    let channel = readable(state, &args.need("channel", "no_item_specified")?)?;
    member(state, channel)?;
    let message = channel.messages.get(&args.need("timestamp", "no_item_specified")?).ok_or("message_not_found")?;
    Ok((channel, message))
}
