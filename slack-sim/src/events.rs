//! The payloads of the Events API, made from what changed.
use crate::shapes::{self, Metadata};
use crate::state::{Author, Channel, Message, State};
use serde_json::{Map, Value, json};

/// A new message.
pub(crate) fn posted(state: &State, channel: &Channel, message: &Message) -> Value {
    let mut event = shapes::message(state, channel, message, Metadata::TypeOnly);
    if message.subtype == Some("thread_broadcast")
        && let Some(root) = message.thread_ts.as_ref().and_then(|ts| channel.messages.get(ts))
    {
        let root = shapes::message(state, channel, root, Metadata::TypeOnly);
        event.insert("root".to_owned(), Value::Object(root));
    }
    placed(event, channel, &message.ts)
}

/// The same message as seen by an app that is named in it.
pub(crate) fn mentioned(state: &State, channel: &Channel, message: &Message) -> Value {
    let mut event = posted(state, channel, message);
    if let Some(fields) = event.as_object_mut() {
        fields.insert("type".to_owned(), json!("app_mention"));
        fields.remove("channel_type");
        fields.remove("subtype");
    }
    event
}

/// Whether the app hears of `message` by an `app_mention` as well: a person's message that names it, outside direct messages.
pub(crate) fn names_the_app(state: &State, channel: &Channel, message: &Message) -> bool {
    matches!(message.author, Author::Person(_))
        && channel.partner(&state.team.bot_user).is_none()
        && message.text.contains(&format!("<@{}>", state.team.bot_user))
}

/// An edit; `before` is the message as it was.
pub(crate) fn changed(state: &State, channel: &Channel, before: &Map<String, Value>, after: &Message, event_ts: &str) -> Value {
    let mut now = shapes::message(state, channel, after, Metadata::TypeOnly);
    if let Author::Person(id) = &after.author {
        let home = state.people.get(id).map_or(&state.team.id, |person| &person.team_id);
        now.insert("user_team".to_owned(), json!(home));
        now.insert("source_team".to_owned(), json!(home));
    }
    let event = json!({
        "type": "message", "subtype": "message_changed", "hidden": true, "ts": event_ts, "message": now, "previous_message": before,
    });
    placed(shapes::object(event), channel, event_ts)
}

/// A deletion; `before` is the message as it was.
pub(crate) fn deleted(channel: &Channel, before: &Map<String, Value>, event_ts: &str) -> Value {
    let event = json!({
        "type": "message", "subtype": "message_deleted", "hidden": true, "ts": event_ts,
        "deleted_ts": before.get("ts"), "previous_message": before,
    });
    placed(shapes::object(event), channel, event_ts)
}

/// A reaction added or removed. `item_user` is missing where Slack knows no author.
pub(crate) fn reacted(state: &State, channel: &Channel, message: &Message, by: (&str, &str, bool), event_ts: &str) -> Value {
    let (user, name, removed) = by;
    let mut event = json!({
        "type": if removed { "reaction_removed" } else { "reaction_added" }, "user": user, "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts}, "event_ts": event_ts,
    });
    let author = match &message.author {
        Author::Person(id) => Some(id),
        Author::App => Some(&state.team.bot_user),
        Author::AppAside | Author::Nobody => None,
    };
    if let (Some(author), Some(fields)) = (author, event.as_object_mut()) {
        fields.insert("item_user".to_owned(), json!(author));
    }
    event
}

/// Somebody came in.
pub(crate) fn joined(state: &State, channel: &Channel, user: &str, inviter: Option<&str>, event_ts: &str) -> Value {
    let kind = if channel.channel_type() == "group" { "G" } else { "C" };
    let home = state.people.get(user).map_or(&state.team.id, |person| &person.team_id);
    let mut event = json!({
        "type": "member_joined_channel", "user": user, "channel": channel.id, "channel_type": kind, "team": home, "event_ts": event_ts,
    });
    if let (Some(inviter), Some(fields)) = (inviter, event.as_object_mut()) {
        fields.insert("inviter".to_owned(), json!(inviter));
    }
    event
}

/// The whole callback around one event.
pub(crate) fn callback(state: &State, channel: &Channel, event: &Value, event_id: &str, seconds: i64) -> Value {
    let team = &state.team;
    let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
    json!({
        "token": "sim-verification-token", "team_id": team.id, "context_team_id": team.id, "context_enterprise_id": null,
        "api_app_id": team.app_id, "event": event, "type": "event_callback", "event_id": event_id, "event_time": seconds,
        "authorizations": [{
            "enterprise_id": null, "team_id": team.id, "user_id": team.bot_user, "is_bot": true, "is_enterprise_install": false,
        }],
        "is_ext_shared_channel": channel.is_ext_shared,
        "event_context": format!("4-{kind}-{}-{}", team.id, channel.id),
    })
}

fn placed(mut event: Map<String, Value>, channel: &Channel, event_ts: &str) -> Value {
    event.insert("channel".to_owned(), json!(channel.id));
    event.insert("channel_type".to_owned(), json!(channel.channel_type()));
    event.insert("event_ts".to_owned(), json!(event_ts));
    Value::Object(event)
}
