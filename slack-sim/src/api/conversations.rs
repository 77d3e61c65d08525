//! The app looks around. Source: <https://docs.slack.dev/reference/methods/conversations.history> and its neighbours.
use super::reply::{Failure, Reply};
use crate::args::{Args, cursor};
use crate::shapes::{self, Metadata};
use crate::state::State;
use crate::state::channels::{Channel, Kind, Message};
use crate::world::{World, lock};
use serde_json::{Value, json};

pub(super) fn list(world: &World, state: &mut State, args: &Args) -> Reply {
    let bot = state.team.bot_user.clone();
    list_where(world, state, args, |channel| channel.kind == Kind::Public || channel.members.contains(&bot))
}

pub(super) fn of_user(world: &World, state: &mut State, args: &Args) -> Reply {
    let bot = state.team.bot_user.clone();
    let user = args.some("user").unwrap_or_else(|| bot.clone());
    if !state.people.contains_key(&user) {
        return Err(Failure::from("user_not_found"));
    }
    let shared = |channel: &Channel| channel.kind == Kind::Public || channel.members.contains(&bot);
    list_where(world, state, args, |channel| channel.members.contains(&user) && shared(channel))
}

fn list_where(world: &World, state: &State, args: &Args, seen: impl Fn(&Channel) -> bool) -> Reply {
    let kinds = kinds(world, args)?;
    let shown =
        |channel: &&Channel| kinds.contains(&channel.kind) && seen(channel) && !(channel.is_archived && args.flag("exclude_archived"));
    let channels: Vec<&Channel> = state.channels.values().filter(shown).collect();
    page(args, &channels, List::new("channels", 100), |channel| &channel.id, |channel| shapes::channel(state, channel))
}

pub(super) fn info(world: &World, state: &mut State, args: &Args) -> Reply {
    let channel = in_scope(world, state, args, "read")?;
    let mut shown = shapes::channel(state, channel);
    if let (false, Some(fields)) = (args.flag("include_num_members"), shown.as_object_mut()) {
        fields.remove("num_members");
    }
    if let (true, Some(fields)) = (args.flag("include_locale"), shown.as_object_mut()) {
        fields.insert("locale".to_owned(), json!("en-US"));
    }
    Ok(json!({"channel": shown}))
}

pub(super) fn members(world: &World, state: &mut State, args: &Args) -> Reply {
    let channel = in_scope(world, state, args, "read")?;
    let members: Vec<&String> = channel.members.iter().collect();
    page(args, &members, List::new("members", 100), |id| id, |id| json!(id))
}

pub(super) fn history(world: &World, state: &mut State, args: &Args) -> Reply {
    let channel = in_scope(world, state, args, "history")?;
    member(state, channel)?;
    let bounds = Bounds::read(args)?;
    let messages = channel.messages.values().rev().filter(|message| message.in_channel());
    let messages: Vec<&Message> = messages.filter(|message| bounds.hold(message)).collect();
    let depth = depth(args);
    let shape = |message: &&Message| Value::Object(shapes::message(state, channel, message, depth));
    let mut reply = page(args, &messages, messages_of(world), |message| &message.ts, shape)?;
    if let Some(fields) = reply.as_object_mut() {
        fields.insert("pin_count".to_owned(), json!(0));
    }
    Ok(reply)
}

pub(super) fn replies(world: &World, state: &mut State, args: &Args) -> Reply {
    let channel = in_scope(world, state, args, "history")?;
    member(state, channel)?;
    let bounds = Bounds::read(args)?;
    let root = channel.messages.get(&args.need("ts", "thread_not_found")?).ok_or("thread_not_found")?;
    let root = root.thread_ts.as_ref().and_then(|ts| channel.messages.get(ts)).unwrap_or(root);
    let replies = root.replies.iter().filter_map(|ts| channel.messages.get(ts));
    let mut messages = vec![root];
    messages.extend(replies.filter(|message| bounds.hold(message)));
    let depth = depth(args);
    let shape = |message: &&Message| Value::Object(shapes::message(state, channel, message, depth));
    page(args, &messages, List { usual: 1000, ..messages_of(world) }, |message| &message.ts, shape)
}

pub(super) fn open(world: &World, state: &mut State, args: &Args) -> Reply {
    if let Some(id) = args.some("channel") {
        let channel = readable(state, &id)?;
        if channel.kind != Kind::Direct {
            return Err(Failure::from("method_not_supported_for_channel_type"));
        }
        return Ok(opened(state, &id, args));
    }
    let users = args.need("users", "users_list_not_supplied")?;
    let users: Vec<&str> = users.split(',').map(str::trim).collect();
    if users.len() > 8 {
        return Err(Failure::from("too_many_users"));
    }
    for user in &users {
        let person = state.people.get(*user).ok_or("user_not_found")?;
        if person.deleted {
            return Err(Failure::from("user_disabled"));
        }
        if person.is_bot {
            return Err(Failure::from("cannot_dm_bot"));
        }
    }
    let [user] = users.as_slice() else {
        // Conversations of several people are not simulated.
        return Err(Failure::from("invalid_user_combination"));
    };
    let id = state.direct(user, world.seconds());
    Ok(opened(state, &id, args))
}

fn opened(state: &State, id: &str, args: &Args) -> Value {
    let whole = state.channels.get(id).filter(|_| args.flag("return_im"));
    json!({"channel": whole.map_or_else(|| json!({"id": id}), |channel| shapes::channel(state, channel))})
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
    let warning = "already_in_channel";
    let warned = json!({"channel": channel, "warning": warning, "response_metadata": {"warnings": [warning]}});
    Ok(if was_in { warned } else { json!({"channel": channel}) })
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

/// The channel that is asked for, when the app can see it and has the scope for its kind.
fn in_scope<'a>(world: &World, state: &'a State, args: &Args, ending: &str) -> Result<&'a Channel, Failure> {
    let channel = readable(state, &args.need("channel", "channel_not_found")?)?;
    granted(world, &[channel.kind], ending)?;
    Ok(channel)
}

/// Whether the app has the scope of every one of these kinds.
fn granted(world: &World, kinds: &[Kind], ending: &str) -> Result<(), Failure> {
    let scope = |kind: &Kind| match kind {
        Kind::Public => format!("channels:{ending}"),
        Kind::Private => format!("groups:{ending}"),
        Kind::Direct => format!("im:{ending}"),
    };
    let scopes = &world.install.scopes;
    let missing: Vec<String> = kinds.iter().map(scope).filter(|scope| !scopes.contains(scope)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    Err(Failure::scope(&missing, scopes))
}

/// The kinds of conversation that are asked for, when the app has the scope of each.
fn kinds(world: &World, args: &Args) -> Result<Vec<Kind>, Failure> {
    let types = args.some("types").unwrap_or_else(|| "public_channel".to_owned());
    let mut kinds = Vec::new();
    let mut groups = false;
    for name in types.split(',') {
        match name.trim() {
            "public_channel" => kinds.push(Kind::Public),
            "private_channel" => kinds.push(Kind::Private),
            "im" => kinds.push(Kind::Direct),
            "mpim" => groups = true,
            _ => return Err(Failure::from("invalid_types")),
        }
    }
    granted(world, &kinds, "read")?;
    // Conversations of several people are not simulated, but their scope is asked for.
    if groups && !world.install.scopes.contains("mpim:read") {
        return Err(Failure::scope(&["mpim:read"], &world.install.scopes));
    }
    Ok(kinds)
}

fn depth(args: &Args) -> Metadata {
    if args.flag("include_all_metadata") { Metadata::Full } else { Metadata::TypeOnly }
}

/// Between `oldest` and `latest`, with both ends when `inclusive`.
struct Bounds {
    oldest: Option<i64>,
    latest: Option<i64>,
    inclusive: bool,
}

impl Bounds {
    fn read(args: &Args) -> Result<Self, Failure> {
        let (oldest, latest) = (bound(args, "oldest", "invalid_ts_oldest")?, bound(args, "latest", "invalid_ts_latest")?);
        Ok(Self { oldest, latest, inclusive: args.flag("inclusive") })
    }

    fn hold(&self, message: &Message) -> bool {
        let Some(ts) = micros(&message.ts) else { return false };
        let edge = |limit: i64| self.inclusive && ts == limit;
        self.oldest.is_none_or(|oldest| ts > oldest || edge(oldest)) && self.latest.is_none_or(|latest| ts < latest || edge(latest))
    }
}

/// A moment as microseconds, when one is given.
pub(super) fn bound(args: &Args, name: &str, error: &'static str) -> Result<Option<i64>, Failure> {
    args.some(name).map(|text| micros(&text).ok_or_else(|| Failure::from(error))).transpose()
}

/// A ts as microseconds; a bound may also be given in whole seconds.
fn micros(ts: &str) -> Option<i64> {
    let (seconds, rest) = ts.split_once('.').unwrap_or((ts, ""));
    let rest: String = rest.chars().chain("000000".chars()).take(6).collect();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(seconds) || !digits(&rest) {
        return None;
    }
    seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(rest.parse().ok()?)
}

/// A list that is given page by page.
#[derive(Clone, Copy)]
pub(super) struct List {
    name: &'static str,
    /// Items of a page when nothing is said, and at most.
    usual: usize,
    most: usize,
}

impl List {
    pub(super) fn new(name: &'static str, usual: usize) -> Self {
        Self { name, usual, most: 1000 }
    }
}

fn messages_of(world: &World) -> List {
    List { name: "messages", usual: 100, most: lock(&world.limits).limits.history_page }
}

/// One page of a list, with the cursor of the next. The cursor names the item that comes next, so that what is added or
/// taken away in between neither repeats nor hides one.
pub(super) fn page<T>(args: &Args, all: &[T], list: List, key: impl Fn(&T) -> &str, shape: impl Fn(&T) -> Value) -> Reply {
    let asked = args.page(list.name, list.usual, list.most)?;
    let start = asked.from.map_or(0, |(from, at)| all.iter().position(|item| key(item) == from).unwrap_or(at));
    let items: Vec<Value> = all.iter().skip(start).take(asked.limit).map(shape).collect();
    let next = start.saturating_add(items.len());
    let cursor = all.get(next).map_or_else(String::new, |item| cursor(list.name, (key(item), next)));
    let mut reply = json!({list.name: items, "response_metadata": {"next_cursor": cursor}});
    if let ("messages", Some(fields)) = (list.name, reply.as_object_mut()) {
        fields.insert("has_more".to_owned(), json!(next < all.len()));
    }
    Ok(reply)
}

/// The message that arguments name, for the methods of reactions.
pub(super) fn message_at<'a>(state: &'a State, args: &Args) -> Result<(&'a Channel, &'a Message), &'static str> {
    let channel = readable(state, &args.need("channel", "no_item_specified")?)?;
    member(state, channel)?;
    let ts = args.need("timestamp", "no_item_specified")?;
    micros(&ts).ok_or("bad_timestamp")?;
    Ok((channel, channel.messages.get(&ts).ok_or("message_not_found")?))
}
