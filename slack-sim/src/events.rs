//! The payloads of the Events API, made from what changed.
use crate::fields::text;
use crate::shapes::{self, Metadata};
use crate::state::State;
use crate::state::channels::{Author, Channel, Kind, Message};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

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

/// Whether the app hears of `message` by an `app_mention` as well: a person's own words that name it, outside direct messages.
pub(crate) fn names_the_app(state: &State, channel: &Channel, message: &Message) -> bool {
    matches!(message.author, Author::Person(_))
        && !message.is_passage()
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
    let Some(fields) = event.as_object_mut() else { return event };
    if let Some(inviter) = inviter {
        fields.insert("inviter".to_owned(), json!(inviter));
    }
    if let Some(enterprise) = state.team.enterprise.as_ref().filter(|_| *home == state.team.id) {
        fields.insert("enterprise".to_owned(), json!(enterprise.id));
    }
    event
}

/// Somebody left, or was taken out.
pub(crate) fn left(state: &State, channel: &Channel, user: &str, event_ts: &str) -> Value {
    let mut event = joined(state, channel, user, None, event_ts);
    if let Some(fields) = event.as_object_mut() {
        fields.insert("type".to_owned(), json!("member_left_channel"));
    }
    event
}

/// As Slack names what happens to a channel: private ones are groups there.
fn of_channel(channel: &Channel, what: &str) -> String {
    format!("{}_{what}", if channel.kind == Kind::Private { "group" } else { "channel" })
}

/// A channel was closed for new messages, or opened again.
pub(crate) fn archived(channel: &Channel, user: &str, event_ts: &str) -> Value {
    let kind = of_channel(channel, if channel.is_archived { "archive" } else { "unarchive" });
    json!({"type": kind, "channel": channel.id, "user": user, "event_ts": event_ts})
}

/// A channel came to be.
pub(crate) fn created(state: &State, channel: &Channel, creator: &str, event_ts: &str) -> Value {
    let mut shown = shapes::channel(state, channel);
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("creator".to_owned(), json!(creator));
    }
    json!({"type": "channel_created", "channel": shown, "event_ts": event_ts})
}

/// A channel is no more.
pub(crate) fn channel_deleted(channel: &Channel, user: &str, event_ts: &str) -> Value {
    json!({"type": of_channel(channel, "deleted"), "channel": channel.id, "actor_id": user, "event_ts": event_ts})
}

/// A channel has another id.
pub(crate) fn id_changed(old: &str, new: &str, event_ts: &str) -> Value {
    json!({"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": new, "event_ts": event_ts})
}

/// Something about a person changed; `shown` is the person as users.info gives it.
pub(crate) fn user_changed(shown: &Value, seconds: i64, event_ts: &str) -> Value {
    json!({"type": "user_change", "user": shown, "cache_ts": seconds, "event_ts": event_ts})
}

/// A channel has another name.
pub(crate) fn renamed(channel: &Channel, event_ts: &str) -> Value {
    let shown = json!({"id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": channel.created});
    json!({"type": of_channel(channel, "rename"), "channel": shown, "event_ts": event_ts})
}

/// A channel is shared with another company, or no longer.
pub(crate) fn shared(state: &State, channel: &Channel, event_ts: &str) -> Value {
    let others = shapes::connected_teams(state, channel);
    if channel.is_ext_shared {
        return json!({"type": "channel_shared", "connected_team_id": others.first(), "channel": channel.id, "event_ts": event_ts});
    }
    let gone = json!(others);
    json!({"type": "channel_unshared", "previously_connected_team_id": gone, "channel": channel.id, "is_ext_shared": false, "event_ts": event_ts})
}

/// A person opened the app's Home.
pub(crate) fn home_opened(user: &str, direct: &str, view: Option<&Value>, event_ts: &str) -> Value {
    let mut event = json!({"type": "app_home_opened", "user": user, "channel": direct, "tab": "home", "event_ts": event_ts});
    if let (Some(view), Some(fields)) = (view, event.as_object_mut()) {
        fields.insert("view".to_owned(), view.clone());
    }
    event
}

/// The app's tokens ended.
pub(crate) fn tokens_revoked(bot_user: &str, event_ts: &str) -> Value {
    json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot_user]}, "event_ts": event_ts})
}

/// The app was taken out of the workspace.
pub(crate) fn uninstalled(event_ts: &str) -> Value {
    json!({"type": "app_uninstalled", "event_ts": event_ts})
}

/// Whether an app with these scopes hears of an event. Source: each event's page under
/// <https://docs.slack.dev/reference/events>.
pub(crate) fn heard_with(scopes: &BTreeSet<String>, channel: Option<&Channel>, event: &Value) -> bool {
    let part = |what: &str| {
        let of = match channel.map(|channel| channel.kind) {
            Some(Kind::Private) => "groups",
            Some(Kind::Direct) => "im",
            Some(Kind::Public) | None => "channels",
        };
        scopes.contains(&format!("{of}:{what}"))
    };
    match text(event, "type") {
        "message" => part("history"),
        "app_mention" => scopes.contains("app_mentions:read"),
        "reaction_added" | "reaction_removed" => scopes.contains("reactions:read"),
        "member_joined_channel"
        | "member_left_channel"
        | "channel_archive"
        | "channel_unarchive"
        | "channel_created"
        | "channel_deleted"
        | "channel_id_changed"
        | "channel_rename"
        | "channel_shared"
        | "channel_unshared"
        | "group_archive"
        | "group_unarchive"
        | "group_deleted"
        | "group_rename" => part("read"),
        "file_shared" => scopes.contains("files:read"),
        "user_change" => scopes.contains("users:read"),
        _ => true,
    }
}

/// Whether it is of the end of an app's installation: the last that it hears.
pub(crate) fn ends_the_install(event: &Value) -> bool {
    matches!(text(event, "type"), "tokens_revoked" | "app_uninstalled")
}

/// As an app subscribes to an event: messages by the kind of conversation.
pub(crate) fn subscription(channel: Option<&Channel>, event: &Value) -> String {
    let kind = text(event, "type");
    if kind != "message" {
        return kind.to_owned();
    }
    let of = match channel.map(|channel| channel.kind) {
        Some(Kind::Private) => "groups",
        Some(Kind::Direct) => "im",
        Some(Kind::Public) | None => "channels",
    };
    format!("message.{of}")
}

/// The same callback as if it were another event.
pub(crate) fn under_another_id(payload: &Value, event_id: &str) -> Arc<Value> {
    let mut other = payload.clone();
    if let Some(fields) = other.as_object_mut() {
        fields.insert("event_id".to_owned(), json!(event_id));
    }
    Arc::new(other)
}

/// The app hears too much: a callback of its own kind, without an event and an id.
/// Source: <https://docs.slack.dev/reference/events/app_rate_limited>.
pub(crate) fn rate_limited(state: &State, minute: i64) -> Value {
    let team = &state.team;
    json!({
        "token": "sim-verification-token", "type": "app_rate_limited", "team_id": team.id, "minute_rate_limited": minute,
        "api_app_id": team.app_id,
    })
}

/// A file was shared in a channel.
pub(crate) fn file_shared((file, user): (&str, &str), channel: &str, event_ts: &str) -> Value {
    json!({
        "type": "file_shared", "file_id": file, "user_id": user, "file": {"id": file}, "channel_id": channel, "event_ts": event_ts,
    })
}

/// The whole callback around one event.
pub(crate) fn callback(state: &State, channel: Option<&Channel>, event: &Value, event_id: &str, seconds: i64) -> Value {
    let team = &state.team;
    let kind = text(event, "type");
    let enterprise = team.enterprise.as_ref().map(|enterprise| &enterprise.id);
    let mut callback = json!({
        "token": "sim-verification-token", "team_id": team.id, "context_team_id": team.id, "context_enterprise_id": enterprise,
        "api_app_id": team.app_id, "event": event, "type": "event_callback", "event_id": event_id, "event_time": seconds,
        "authorizations": [{
            "enterprise_id": enterprise, "team_id": if team.org_wide { Value::Null } else { json!(team.id) }, "user_id": team.bot_user,
            "is_bot": true, "is_enterprise_install": team.org_wide,
        }],
        "is_ext_shared_channel": channel.is_some_and(|channel| channel.is_ext_shared),
    });
    if let Some(fields) = callback.as_object_mut() {
        if let Some(id) = enterprise {
            fields.insert("enterprise_id".to_owned(), json!(id));
        }
        if let Some(channel) = channel {
            fields.insert("event_context".to_owned(), json!(format!("4-{kind}-{}-{}", team.id, channel.id)));
        }
    }
    callback
}

fn placed(mut event: Map<String, Value>, channel: &Channel, event_ts: &str) -> Value {
    event.insert("channel".to_owned(), json!(channel.id));
    event.insert("channel_type".to_owned(), json!(channel.channel_type()));
    event.insert("event_ts".to_owned(), json!(event_ts));
    Value::Object(event)
}
