//! What people and tests look at: messages, channels, people, as plain JSON.
use crate::refusal::Refusal;
use crate::shapes::{self, Metadata};
use crate::state::State;
use crate::state::channels::{Channel, Kind, Message};
use serde_json::{Value, json};
use std::ops::Bound;

/// The workspace and the app in it.
pub(crate) fn workspace(state: &State) -> Value {
    let team = &state.team;
    json!({
        "name": team.name, "domain": team.domain, "team_id": team.id, "enterprise": team.enterprise,
        "bot": {"name": team.bot_name, "user_id": team.bot_user, "bot_id": team.bot_id},
        "app": {"id": team.app_id, "name": team.bot_name},
    })
}

/// Everybody, by name.
pub(crate) fn people(state: &State) -> Value {
    let mut people: Vec<_> = state.people.values().collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    json!(people)
}

/// Every channel by name, then the direct messages.
pub(crate) fn channels(state: &State) -> Value {
    let mut channels: Vec<&Channel> = state.channels.values().collect();
    channels.sort_by(|a, b| (a.kind == Kind::Direct, &a.name, &a.id).cmp(&(b.kind == Kind::Direct, &b.name, &b.id)));
    channels.into_iter().map(|channel| described(state, channel)).collect()
}

fn described(state: &State, channel: &Channel) -> Value {
    let bot = &state.team.bot_user;
    let name_of = |id: &String| state.people.get(id).map_or_else(|| id.clone(), |person| person.name.clone());
    let partner = channel.partner(bot).map(|id| name_of(&id.to_owned()));
    let members: Vec<String> = channel.members.iter().map(name_of).collect();
    let name = partner.as_ref().map_or_else(|| channel.name.clone(), |name| format!("@{name}"));
    json!({
        "id": channel.id, "name": name, "is_private": channel.kind == Kind::Private, "is_im": channel.kind == Kind::Direct,
        "is_ext_shared": channel.is_ext_shared, "is_archived": channel.is_archived, "topic": channel.topic, "members": members, "user": partner,
        "bot_is_member": channel.members.contains(bot), "latest": channel.messages.keys().next_back(),
    })
}

/// Which messages of a channel.
#[derive(Default)]
pub(crate) struct Part {
    /// The newest so many.
    pub(crate) most: usize,
    /// Of those before this one.
    pub(crate) before: Option<String>,
    /// Whether replies are left to [`thread`], and broadcasts stand where they were said; else they stand under `replies`.
    pub(crate) flat: bool,
    /// These alone.
    pub(crate) only: Option<Vec<String>>,
}

/// A channel's messages as history gives them, with all metadata, oldest first.
pub(crate) fn part(state: &State, name: &str, part: &Part) -> Result<Vec<Value>, Refusal> {
    let Some(channel) = channel(state, name)? else { return Ok(Vec::new()) };
    if let Some(only) = &part.only {
        return Ok(only.iter().filter_map(|ts| channel.messages.get(ts)).map(|message| shape(state, channel, message)).collect());
    }
    let before = part.before.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    let newest_first = channel.messages.range::<str, _>((Bound::Unbounded, before)).rev().map(|(_, message)| message);
    let shown = newest_first.filter(|message| message.thread_ts.is_none() || (part.flat && message.in_channel())).take(part.most);
    let with_replies = |message: &Message| {
        let mut shown = shape(state, channel, message);
        let replies = replies(state, channel, message);
        if let (false, false, Some(fields)) = (part.flat, replies.is_empty(), shown.as_object_mut()) {
            fields.insert("replies".to_owned(), Value::Array(replies));
        }
        shown
    };
    let mut all: Vec<Value> = shown.map(with_replies).collect();
    all.reverse();
    Ok(all)
}

/// A message and its replies, oldest first.
pub(crate) fn thread(state: &State, name: &str, ts: &str) -> Result<Vec<Value>, Refusal> {
    let channel = channel(state, name)?.ok_or_else(|| Refusal::no_message(ts))?;
    let root = channel.messages.get(ts).ok_or_else(|| Refusal::no_message(ts))?;
    Ok(std::iter::once(shape(state, channel, root)).chain(replies(state, channel, root)).collect())
}

/// Every channel, with all its messages.
pub(crate) fn transcripts(state: &State) -> Value {
    let one = |channel: &Channel| {
        let all = Part { most: usize::MAX, ..Part::default() };
        json!({"channel": described(state, channel), "messages": part(state, &channel.id, &all).unwrap_or_default()})
    };
    state.channels.values().map(one).collect()
}

fn replies(state: &State, channel: &Channel, root: &Message) -> Vec<Value> {
    root.replies.iter().filter_map(|ts| channel.messages.get(ts)).map(|reply| shape(state, channel, reply)).collect()
}

fn shape(state: &State, channel: &Channel, message: &Message) -> Value {
    Value::Object(shapes::message(state, channel, message, Metadata::Full))
}

/// What only this person sees, oldest first; in one channel when one is given.
pub(crate) fn ephemerals(state: &State, name: &str, channel_name: Option<&str>) -> Result<Vec<Value>, Refusal> {
    let user = &state.person_named(name).ok_or_else(|| Refusal::no_person(name))?.id;
    let channel = match channel_name {
        None => None,
        // Seen by this person, the bot's name means their own direct message with it.
        Some(asked) if state.person_named(asked).is_some_and(|person| person.id == state.team.bot_user) => {
            Some(direct(state, user).map_or("", |channel| channel.id.as_str()))
        }
        Some(asked) => Some(channel(state, asked)?.map_or("", |channel| channel.id.as_str())),
    };
    let seen = state.ephemerals.iter().filter(|seen| seen.user == *user);
    let seen = seen.filter(|seen| channel.is_none_or(|channel| channel == seen.channel));
    Ok(seen.map(|seen| shapes::ephemeral(state, seen)).collect())
}

/// A channel by name or id; a person's name stands for the bot's direct message with them, which may not be there yet.
pub(crate) fn channel<'a>(state: &'a State, name: &str) -> Result<Option<&'a Channel>, Refusal> {
    if !name.trim().starts_with('@')
        && let Some(channel) = state.channel_named(name)
    {
        return Ok(Some(channel));
    }
    let person = state.person_named(name).ok_or_else(|| Refusal::no_channel(name))?;
    Ok(direct(state, &person.id))
}

fn direct<'a>(state: &'a State, user: &str) -> Option<&'a Channel> {
    state.channels.values().find(|channel| channel.partner(&state.team.bot_user) == Some(user))
}

/// The modals that somebody has open, bottom to top.
pub(crate) fn modals(state: &State, name: &str) -> Result<Vec<Value>, Refusal> {
    let user = &state.person_named(name).ok_or_else(|| Refusal::no_person(name))?.id;
    Ok(state.views.open_for(user).into_iter().map(|view| view.shown.clone()).collect())
}

/// The app's Home as somebody sees it.
pub(crate) fn home(state: &State, name: &str) -> Result<Option<Value>, Refusal> {
    let user = &state.person_named(name).ok_or_else(|| Refusal::no_person(name))?.id;
    Ok(state.views.home(user).map(|view| view.shown.clone()))
}
