//! The app writes. Source: <https://docs.slack.dev/reference/methods/chat.postMessage> and its neighbours.
use super::conversations::{member, readable};
use super::reply::{Failure, Reply};
use crate::acts::messages::{LONGEST, thread_root};
use crate::args::Args;
use crate::kit;
use crate::shapes::{self, Metadata};
use crate::state::channels::{Author, Kind, Message};
use crate::state::{Ephemeral, State};
use crate::world::World;
use serde_json::{Map, Value, json};

/// Characters of the longest text of an update.
const LONGEST_UPDATE: usize = 4_000;
/// Characters of `markdown_text`, and of all markdown blocks of a message together.
const LONGEST_MARKDOWN: usize = 12_000;
const MOST_ATTACHMENTS: usize = 100;
/// What needs a scope of its own.
const LOOKS: [&str; 3] = ["username", "icon_emoji", "icon_url"];

/// What a message says.
struct Body {
    /// Nothing when none was given.
    text: Option<String>,
    blocks: Option<Value>,
    attachments: Option<Value>,
    metadata: Option<Value>,
}

impl Body {
    /// Reads and checks it; some part of it must be there.
    fn read(args: &Args, longest: usize) -> Result<Self, Failure> {
        let blocks = checked_blocks(args)?;
        let attachments = attachments(args)?;
        let text = text(args, longest, blocks.is_some())?;
        let said = text.as_ref().is_some_and(|text| !text.is_empty());
        if !said && blocks.is_none() && attachments.as_ref().and_then(Value::as_array).is_none_or(Vec::is_empty) {
            return Err(Failure::from("no_text"));
        }
        Ok(Self { text, blocks, attachments, metadata: metadata(args)? })
    }
}

pub(super) fn post_message(world: &World, state: &mut State, args: &Args) -> Reply {
    let (channel_id, mut message) = draft(world, state, args)?;
    message.ts = world.next_ts(state);
    let posted = world.put(state, &channel_id, message);
    let shown = shown(state, &channel_id, &posted.ts);
    Ok(json!({"channel": channel_id, "ts": posted.ts, "message": shown}))
}

/// Where a message goes, and the message as it was given, still without a ts.
pub(super) fn draft(world: &World, state: &mut State, args: &Args) -> Result<(String, Message), Failure> {
    let body = Body::read(args, LONGEST)?;
    let looks = looks(world, args)?;
    let channel_id = target(world, state, &args.need("channel", "channel_not_found")?)?;
    let root = match args.some("thread_ts") {
        Some(ts) => Some(thread_root(state, &channel_id, &ts).map_err(|_| "thread_not_found")?),
        None => None,
    };
    let author = if looks.contains_key("username") { Author::AppAside } else { Author::App };
    let mut message = Message::new(String::new(), author, body.text.unwrap_or_default());
    message.blocks = body.blocks;
    message.metadata = body.metadata;
    message.subtype = match (root.is_some() && args.flag("reply_broadcast"), &message.author) {
        (true, _) => Some("thread_broadcast"),
        // Under another name it is a message of nobody's user.
        (false, Author::AppAside) => Some("bot_message"),
        (false, _) => None,
    };
    message.thread_ts = root;
    message.more = looks;
    set_attachments(&mut message.more, body.attachments);
    Ok((channel_id, message))
}

pub(super) fn update(world: &World, state: &mut State, args: &Args) -> Reply {
    let body = Body::read(args, LONGEST_UPDATE)?;
    let (channel_id, ts) = own_message(state, args, "cant_update_message")?;
    if state.channels.get(&channel_id).is_some_and(|channel| channel.is_archived) {
        return Err(Failure::from("is_inactive"));
    }
    let by = state.team.bot_user.clone();
    world.change(state, (&channel_id, &ts), &by, |message| {
        // A text alone takes the blocks away, as Slack does; attachments stay until others come.
        if body.text.is_some() || body.blocks.is_some() {
            message.blocks = body.blocks;
            message.text = body.text.unwrap_or_default();
        }
        if body.metadata.is_some() {
            message.metadata = body.metadata;
        }
        set_attachments(&mut message.more, body.attachments);
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
    let body = Body::read(args, LONGEST)?;
    looks(world, args)?;
    let channel_id = target(world, state, &args.need("channel", "channel_not_found")?)?;
    let user = args.some("user").ok_or_else(|| Failure::missing("user"))?;
    if !state.channels.get(&channel_id).is_some_and(|channel| channel.members.contains(&user)) {
        return Err(Failure::from("user_not_in_channel"));
    }
    let ts = world.next_ts(state);
    let seen = Ephemeral {
        ts: ts.clone(),
        channel: channel_id,
        user,
        by_slack: false,
        text: body.text.unwrap_or_default(),
        blocks: body.blocks,
        thread_ts: args.some("thread_ts"),
    };
    drop(world.whisper(state, seen));
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

/// The text, or the markdown that stands for it.
fn text(args: &Args, longest: usize, has_blocks: bool) -> Result<Option<String>, Failure> {
    let text = args.text("text");
    let (text, longest) = match args.some("markdown_text") {
        Some(_) if has_blocks || text.as_ref().is_some_and(|text| !text.is_empty()) => {
            return Err(Failure::from("markdown_text_conflict"));
        }
        Some(markdown) => (Some(markdown), LONGEST_MARKDOWN),
        None => (text, longest),
    };
    if text.as_ref().is_some_and(|text| text.chars().count() > longest) {
        return Err(Failure::from("msg_too_long"));
    }
    Ok(text)
}

fn checked_blocks(args: &Args) -> Result<Option<Value>, Failure> {
    let blocks = args.json("blocks", "invalid_blocks_format")?;
    let blocks = blocks.filter(|blocks| blocks.as_array().is_none_or(|all| !all.is_empty()));
    if let Some(blocks) = &blocks {
        if !blocks.is_array() {
            return Err(Failure::from("invalid_blocks_format"));
        }
        if markdown_in(blocks) > LONGEST_MARKDOWN {
            return Err(Failure::from("msg_blocks_too_long"));
        }
        Failure::of_blocks(&kit::check_blocks(blocks, kit::Surface::Message))?;
    }
    Ok(blocks)
}

/// Characters of all markdown blocks together.
fn markdown_in(blocks: &Value) -> usize {
    let all = blocks.as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let markdown = all.filter(|block| block.get("type").and_then(Value::as_str) == Some("markdown"));
    markdown.filter_map(|block| block.get("text").and_then(Value::as_str)).map(|text| text.chars().count()).sum()
}

fn attachments(args: &Args) -> Result<Option<Value>, Failure> {
    let attachments = args.json("attachments", "invalid_attachments")?;
    match attachments.as_ref().map(Value::as_array) {
        Some(Some(all)) if all.len() > MOST_ATTACHMENTS => Err(Failure::from("too_many_attachments")),
        Some(Some(all)) if all.iter().any(|one| !one.is_object()) => Err(Failure::from("invalid_attachments")),
        Some(None) => Err(Failure::from("invalid_attachments")),
        _ => Ok(attachments),
    }
}

/// New attachments in the place of the old ones; an empty list takes those away.
fn set_attachments(fields: &mut Map<String, Value>, attachments: Option<Value>) {
    let Some(attachments) = attachments else { return };
    if attachments.as_array().is_some_and(Vec::is_empty) {
        fields.remove("attachments");
    } else {
        fields.insert("attachments".to_owned(), attachments);
    }
}

/// The name and the icon under which the app wants to be seen, as fields of the message.
fn looks(world: &World, args: &Args) -> Result<Map<String, Value>, Failure> {
    let mut given = LOOKS.iter().filter_map(|name| Some((*name, args.some(name)?))).peekable();
    let scope = "chat:write.customize";
    // Which error Slack gives without the scope is not documented for these arguments; this is its general one.
    if given.peek().is_some() && !world.install.scopes.contains(scope) {
        return Err(Failure::scope(&[scope], &world.install.scopes));
    }
    let mut fields = Map::new();
    for (name, value) in given {
        match name {
            "username" => fields.insert("username".to_owned(), json!(value)),
            "icon_emoji" => fields.insert("icons".to_owned(), json!({"emoji": value})),
            // An emoji goes before a picture.
            _ if fields.contains_key("icons") => None,
            _ => fields.insert("icons".to_owned(), json!({"image_48": value})),
        };
    }
    Ok(fields)
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
pub(super) fn target(world: &World, state: &mut State, channel: &str) -> Result<String, Failure> {
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
    let open = channel.kind == Kind::Public && world.install.scopes.contains("chat:write.public");
    if !open {
        member(state, channel)?;
    }
    if channel.is_archived {
        return Err(Failure::from("is_archived"));
    }
    Ok(channel.id.clone())
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
