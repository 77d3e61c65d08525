//! What people do: say, edit, delete, react. Each act changes the state and is told to the app before it is answered.
use crate::fields::object;
use crate::refusal::Refusal;
use crate::shapes::{self, Metadata};
use crate::state::State;
use crate::state::channels::{Author, Kind, Message};
use crate::state::files::{File, Upload};
use crate::world::{Posted, World, channel_id, complete, person, place};
use crate::{events, text};
use serde_json::{Value, json};

/// Different reactions that a message takes, and how many of one person
/// (<https://slack.com/help/articles/202931348-Use-emoji-and-reactions>).
const MOST_REACTIONS: (usize, usize) = (50, 23);

/// Characters of the longest message.
pub(crate) const LONGEST: usize = 40_000;

impl World {
    /// Somebody posts a message, in a thread when a ts is given, which may be sent to the channel too.
    pub(crate) fn say(
        &self,
        user: &str,
        channel: &str,
        typed: &str,
        (thread_ts, broadcast): (Option<&str>, bool),
    ) -> Result<Posted, Refusal> {
        let mut state = self.state();
        let (user, channel_id) = self.enter(&mut state, user, channel)?;
        let body = checked(typed)?;
        let typed = text::encode(body, &*state);
        let root = thread_ts.map(|ts| thread_root(&state, &channel_id, ts)).transpose()?;
        let mut message = Message::new(self.next_ts(&mut state), Author::Person(user), typed.text);
        message.client_msg_id = Some(state.ids.uuid());
        message.blocks = Some(rich_text(&typed.elements));
        message.subtype = (root.is_some() && broadcast).then_some("thread_broadcast");
        message.thread_ts = root;
        let posted = self.put(&mut state, &channel_id, message);
        drop(state);
        Ok(posted)
    }

    /// Somebody shares a file with a text, which may be empty.
    pub(crate) fn share(
        &self,
        user: &str,
        channel: &str,
        typed: &str,
        (thread_ts, file): (Option<&str>, Upload),
    ) -> Result<Posted, Refusal> {
        let mut state = self.state();
        let (user, channel_id) = self.enter(&mut state, user, channel)?;
        if file.name.trim().is_empty() {
            return Err(Refusal::new(400, "no_name", "A file needs a name."));
        }
        let text = if typed.trim().is_empty() { String::new() } else { text::encode(checked(typed)?, &*state).text };
        let root = thread_ts.map(|ts| thread_root(&state, &channel_id, ts)).transpose()?;
        let ts = self.next_ts(&mut state);
        let file = File {
            id: state.ids.thing("F"),
            title: file.name.clone(),
            name: file.name,
            user: user.clone(),
            created: self.seconds(),
            length: file.bytes.len(),
            bytes: Some(file.bytes.into()),
            alt_txt: None,
            complete: true,
            shares: vec![(channel_id.clone(), ts.clone())],
        };
        let shown = shapes::file(&state, &file, &self.base());
        let id = file.id.clone();
        state.files.keep(file);
        let mut message = Message::new(ts, Author::Person(user.clone()), text);
        message.subtype = Some("file_share");
        message.client_msg_id = Some(state.ids.uuid());
        message.thread_ts = root;
        message.more.extend(object(json!({"files": [shown], "upload": true, "display_as_bot": false})));
        let posted = self.put(&mut state, &channel_id, message);
        self.tell_of_file(&mut state, (&id, &user), &channel_id);
        drop(state);
        Ok(posted)
    }

    /// The app hears of a file that was shared, by its id alone.
    pub(crate) fn tell_of_file(&self, state: &mut State, file_and_user: (&str, &str), channel_id: &str) {
        let ts = self.next_ts(state);
        let event = events::file_shared(file_and_user, channel_id, &ts);
        self.announce(state, channel_id, &event);
    }

    /// Slack adds the preview of a link to a message: a change that nobody made.
    pub(crate) fn unfurl(&self, channel: &str, ts: &str, preview: &Value) -> Result<Posted, Refusal> {
        let mut state = self.state();
        let channel_id = channel_id(&state, channel)?;
        if !state.channels.get(&channel_id).is_some_and(|channel| channel.messages.contains_key(ts)) {
            return Err(Refusal::no_message(ts));
        }
        self.alter(&mut state, (&channel_id, ts), None, |message| {
            message.more.insert("attachments".to_owned(), json!([preview]));
        });
        drop(state);
        Ok(Posted { channel: channel_id, ts: ts.to_owned() })
    }

    /// Somebody puts away what only they see.
    pub(crate) fn dismiss(&self, user: &str, ts: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        let user = person(&state, user)?.id.clone();
        let channel = state.ephemerals.iter().find(|seen| seen.ts == ts && seen.user == user).map(|seen| seen.channel.clone());
        let channel = channel.ok_or_else(|| Refusal::no_message(ts))?;
        state.ephemerals.retain(|seen| seen.ts != ts);
        drop(state);
        self.tick_for("ephemeral", &channel, &user);
        Ok(())
    }

    /// Somebody changes their own message.
    pub(crate) fn edit(&self, user: &str, channel: &str, ts: &str, typed: &str) -> Result<Posted, Refusal> {
        let mut state = self.state();
        let (user, channel_id) = self.enter(&mut state, user, channel)?;
        let body = checked(typed)?;
        own(&state, &channel_id, ts, &user, "cant_update_message")?;
        let typed = text::encode(body, &*state);
        let blocks = Some(rich_text(&typed.elements));
        self.change(&mut state, (&channel_id, ts), &user, |message| {
            message.text = typed.text;
            message.blocks = blocks;
        });
        drop(state);
        Ok(Posted { channel: channel_id, ts: ts.to_owned() })
    }

    /// Changes a message and tells the app what it was and is.
    pub(crate) fn change(&self, state: &mut State, place: (&str, &str), by: &str, change: impl FnOnce(&mut Message)) {
        self.alter(state, place, Some(by), change);
    }

    fn alter(&self, state: &mut State, (channel_id, ts): (&str, &str), by: Option<&str>, change: impl FnOnce(&mut Message)) {
        let event_ts = self.next_ts(state);
        let Some(channel) = state.channels.get(channel_id) else { return };
        let Some(message) = channel.messages.get(ts) else { return };
        let before = shapes::message(state, channel, message, Metadata::TypeOnly);
        let mut message = message.clone();
        change(&mut message);
        complete(state, &mut message.blocks);
        let Some(channel) = state.channels.get(channel_id) else { return };
        if let Some(by) = by {
            let edited_at = format!("{}.000000", event_ts.split('.').next().unwrap_or_default());
            message.edited = Some((by.to_owned(), edited_at));
        }
        let event = events::changed(state, channel, &before, &message, &event_ts);
        if let Some(channel) = state.channels.get_mut(channel_id) {
            channel.messages.insert(ts.to_owned(), message);
        }
        self.announce(state, channel_id, &event);
        self.tick_message(channel_id, ts);
    }

    /// Somebody deletes their own message.
    pub(crate) fn delete(&self, user: &str, channel: &str, ts: &str) -> Result<Posted, Refusal> {
        let mut state = self.state();
        let (user, channel_id) = self.enter(&mut state, user, channel)?;
        own(&state, &channel_id, ts, &user, "cant_delete_message")?;
        self.remove(&mut state, &channel_id, ts);
        drop(state);
        Ok(Posted { channel: channel_id, ts: ts.to_owned() })
    }

    /// Takes a message away. Where replies hang on it a tombstone stays, and the app hears of a change.
    pub(crate) fn remove(&self, state: &mut State, channel_id: &str, ts: &str) {
        let event_ts = self.next_ts(state);
        let Some(channel) = state.channels.get(channel_id) else { return };
        let Some(message) = channel.messages.get(ts) else { return };
        let before = shapes::message(state, channel, message, Metadata::TypeOnly);
        let event = if message.replies.is_empty() {
            let event = events::deleted(channel, &before, &event_ts);
            forget(state, channel_id, ts);
            event
        } else {
            let tombstone = tombstone(message);
            let event = events::changed(state, channel, &before, &tombstone, &event_ts);
            if let Some(channel) = state.channels.get_mut(channel_id) {
                channel.messages.insert(ts.to_owned(), tombstone);
            }
            event
        };
        self.announce(state, channel_id, &event);
        self.tick_message(channel_id, ts);
    }

    /// Somebody reacts, or takes a reaction back.
    pub(crate) fn react(&self, user: &str, channel: &str, ts: &str, (name, remove): (&str, bool)) -> Result<Posted, Refusal> {
        let mut state = self.state();
        let (user, channel_id) = self.enter(&mut state, user, channel)?;
        let name = name.trim_matches(':');
        let done = self.react_as(&mut state, &channel_id, ts, (&user, name, remove));
        drop(state);
        let refused = |error| match error {
            "already_reacted" => Refusal::new(409, error, format!("They already reacted with :{name}:.")),
            "no_reaction" => Refusal::new(409, error, format!("They have not reacted with :{name}:.")),
            "too_many_emoji" | "too_many_reactions" => Refusal::new(409, error, "The message takes no more reactions.".to_owned()),
            "invalid_name" => Refusal::new(400, error, "The name of an emoji is missing.".to_owned()),
            _ => Refusal::no_message(ts),
        };
        done.map(|()| Posted { channel: channel_id, ts: ts.to_owned() }).map_err(refused)
    }

    /// As Slack's own methods: answers their error.
    pub(crate) fn react_as(
        &self,
        state: &mut State,
        channel_id: &str,
        ts: &str,
        (user, name, remove): (&str, &str, bool),
    ) -> Result<(), &'static str> {
        if name.is_empty() {
            return Err("invalid_name");
        }
        let event_ts = self.next_ts(state);
        let channel = state.channels.get_mut(channel_id).ok_or("channel_not_found")?;
        let message = channel.messages.get_mut(ts).ok_or("message_not_found")?;
        toggle(&mut message.reactions, user, name, remove)?;
        if let Some(channel) = state.channels.get(channel_id)
            && let Some(message) = channel.messages.get(ts)
        {
            let event = events::reacted(state, channel, message, (user, name, remove), &event_ts);
            self.announce(state, channel_id, &event);
        }
        self.tick_message(channel_id, ts);
        Ok(())
    }

    /// The ids of somebody and of a channel that they can act in. A public channel that they are not in they join, as
    /// Slack's client offers; a private one is refused.
    pub(crate) fn enter(&self, state: &mut State, user: &str, channel: &str) -> Result<(String, String), Refusal> {
        let user = person(state, user)?.id.clone();
        let channel_id = place(state, &user, channel, self.seconds())?;
        let Some(channel) = state.channels.get(&channel_id) else { return Err(Refusal::no_channel(channel)) };
        if channel.is_archived {
            return Err(Refusal::new(403, "is_archived", format!("#{} is archived.", channel.name)));
        }
        if !channel.members.contains(&user) {
            if channel.kind != Kind::Public {
                let sentence = "That is private, and they are not in it.";
                return Err(Refusal::new(403, "not_in_channel", sentence));
            }
            self.join(state, &channel_id, &user, None);
        }
        Ok((user, channel_id))
    }
}

/// The message that a thread hangs on; a reply stands for its own thread.
pub(crate) fn thread_root(state: &State, channel_id: &str, ts: &str) -> Result<String, Refusal> {
    let message = state.channels.get(channel_id).and_then(|channel| channel.messages.get(ts));
    let message = message.ok_or_else(|| Refusal::no_message(ts))?;
    Ok(message.thread_ts.clone().unwrap_or_else(|| message.ts.clone()))
}

/// Checks what a person typed: not blank, not too long. Slack's client trims it.
fn checked(typed: &str) -> Result<&str, Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Refusal::new(400, "no_text", "A message needs a text."));
    }
    if typed.chars().count() > LONGEST {
        let sentence = format!("A message may have {LONGEST} characters.");
        return Err(Refusal::new(400, "msg_too_long", sentence));
    }
    Ok(typed)
}

fn own(state: &State, channel_id: &str, ts: &str, user: &str, error: &'static str) -> Result<(), Refusal> {
    let message = state.channels.get(channel_id).and_then(|channel| channel.messages.get(ts));
    let message = message.ok_or_else(|| Refusal::no_message(ts))?;
    if message.author == Author::Person(user.to_owned()) {
        return Ok(());
    }
    Err(Refusal::new(403, error, "That message is somebody else's."))
}

fn rich_text(elements: &[Value]) -> Value {
    json!([{"type": "rich_text", "block_id": "typed", "elements": [{"type": "rich_text_section", "elements": elements}]}])
}

fn tombstone(message: &Message) -> Message {
    let mut left = Message::new(message.ts.clone(), Author::Nobody, "This message was deleted.".to_owned());
    left.subtype = Some("tombstone");
    left.replies.clone_from(&message.replies);
    left
}

fn forget(state: &mut State, channel_id: &str, ts: &str) {
    let Some(channel) = state.channels.get_mut(channel_id) else { return };
    let Some(message) = channel.messages.remove(ts) else { return };
    let Some(root) = message.thread_ts.and_then(|root| channel.messages.get_mut(&root)) else { return };
    root.replies.retain(|reply| reply != ts);
    // What is left of a deleted message goes with its last reply.
    if root.author == Author::Nobody && root.replies.is_empty() {
        let gone = root.ts.clone();
        channel.messages.remove(&gone);
    }
}

fn toggle(reactions: &mut Vec<(String, Vec<String>)>, user: &str, name: &str, remove: bool) -> Result<(), &'static str> {
    let place = reactions.iter().position(|(known, _)| known == name);
    if remove {
        let users = place.and_then(|at| reactions.get_mut(at)).map(|(_, users)| users).ok_or("no_reaction")?;
        let at = users.iter().position(|known| known == user).ok_or("no_reaction")?;
        users.remove(at);
        reactions.retain(|(_, users)| !users.is_empty());
        return Ok(());
    }
    let (most, most_of_one) = MOST_REACTIONS;
    let own = reactions.iter().filter(|(known, users)| known != name && users.iter().any(|known| known == user)).count();
    let repeated = place.and_then(|at| reactions.get(at)).is_some_and(|(_, users)| users.iter().any(|known| known == user));
    if !repeated && own >= most_of_one {
        return Err("too_many_reactions");
    }
    if place.is_none() && reactions.len() >= most {
        return Err("too_many_emoji");
    }
    let Some((_, users)) = place.and_then(|at| reactions.get_mut(at)) else {
        reactions.push((name.to_owned(), vec![user.to_owned()]));
        return Ok(());
    };
    if users.iter().any(|known| known == user) {
        return Err("already_reacted");
    }
    users.push(user.to_owned());
    Ok(())
}
