//! What people and tests look at: messages, channels, people, as plain JSON.
use crate::refusal::Refusal;
use crate::shapes::{self, Metadata};
use crate::state::{Channel, Kind, Message, State};
use serde_json::{Map, Value, json};

/// The workspace and the app in it.
pub(crate) fn workspace(state: &State) -> Map<String, Value> {
    let team = &state.team;
    shapes::object(json!({
        "name": team.name, "domain": team.domain, "team_id": team.id,
        "bot": {"name": team.bot_name, "user_id": team.bot_user, "bot_id": team.bot_id},
    }))
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
        "is_ext_shared": channel.is_ext_shared, "is_archived": channel.is_archived, "members": members, "user": partner,
        "bot_is_member": channel.members.contains(bot), "latest": channel.messages.keys().next_back(),
    })
}

/// A channel's messages as history gives them, with all metadata: the newest `most`, oldest first, replies under `replies`.
pub(crate) fn messages(state: &State, name: &str, most: usize) -> Result<Vec<Value>, Refusal> {
    let channel = channel(state, name)?;
    Ok(channel.map_or_else(Vec::new, |channel| transcript(state, channel, most)))
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

fn transcript(state: &State, channel: &Channel, most: usize) -> Vec<Value> {
    let shape = |message: &Message| shapes::message(state, channel, message, Metadata::Full);
    let roots = channel.messages.values().rev().filter(|message| message.thread_ts.is_none()).take(most);
    let mut out: Vec<Value> = roots
        .map(|root| {
            let mut shown = shape(root);
            let replies = root.replies.iter().filter_map(|ts| channel.messages.get(ts));
            let replies: Vec<Value> = replies.map(|reply| Value::Object(shape(reply))).collect();
            if !replies.is_empty() {
                shown.insert("replies".to_owned(), Value::Array(replies));
            }
            Value::Object(shown)
        })
        .collect();
    out.reverse();
    out
}
