//! What Slack hands over, read tolerantly: a field that is missing, new or of another kind loses nothing else.

use serde_json::Value;

/// A delivery, from either transport.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Inbound {
    /// A slash command.
    Command(Command),
    /// A message that somebody of this company may have meant for us.
    Message(Message),
    /// Known, and left alone on purpose.
    LeftAlone(LeftAlone),
    /// Of a kind that we do not know, or without the parts that its kind needs.
    Unknown,
}

/// A slash command.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Command {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) trigger: String,
    pub(super) user: String,
    pub(super) user_name: String,
    pub(super) team: String,
    pub(super) enterprise: Option<String>,
    pub(super) channel: String,
    pub(super) channel_name: String,
}

/// A message in a channel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    pub(super) event_id: String,
    pub(super) channel: String,
    pub(super) channel_type: String,
    pub(super) ts: String,
    pub(super) user: String,
    /// The author's own workspace, where Slack says it.
    pub(super) author_team: Option<String>,
    pub(super) shared: bool,
    pub(super) text: String,
}

/// Why a known delivery is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeftAlone {
    /// A bot wrote it; perhaps ourselves.
    Bot,
    /// Another subtype than a plain message, one with files, or a broadcast from a thread.
    Subtype,
    /// Slack shows it to nobody.
    Hidden,
    /// An event that we do not act on.
    Event,
    /// A press or a form: nothing of ours has any yet.
    Interaction,
    /// Slack says that it left out events of the last minute.
    RateLimited,
}

/// Subtypes of messages in which somebody says something: <https://docs.slack.dev/reference/events/message>.
const SAID: &[&str] = &["file_share", "thread_broadcast"];

/// Events that an app of ours may be sent and does not act on: <https://docs.slack.dev/reference/events>.
const EVENTS: &[&str] = &[
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_created",
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_left",
    "group_rename",
    "group_unarchive",
    "link_shared",
    "member_joined_channel",
    "member_left_channel",
    "message_metadata_posted",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "tokens_revoked",
    "user_change",
];

/// Reads the payload of an envelope of this kind.
pub(super) fn read(kind: &str, payload: &Value) -> Inbound {
    match kind {
        "slash_commands" => command(payload).map_or(Inbound::Unknown, Inbound::Command),
        "events_api" => event(payload),
        "interactive" => Inbound::LeftAlone(LeftAlone::Interaction),
        _ => Inbound::Unknown,
    }
}

fn text(value: &Value, field: &str) -> Option<String> {
    value.get(field)?.as_str().map(ToOwned::to_owned)
}

fn command(payload: &Value) -> Option<Command> {
    Some(Command {
        name: text(payload, "command")?,
        text: text(payload, "text").unwrap_or_default(),
        trigger: text(payload, "trigger_id")?,
        user: text(payload, "user_id")?,
        user_name: text(payload, "user_name").unwrap_or_default(),
        team: text(payload, "team_id").unwrap_or_default(),
        enterprise: text(payload, "enterprise_id"),
        channel: text(payload, "channel_id").unwrap_or_default(),
        channel_name: text(payload, "channel_name").unwrap_or_default(),
    })
}

fn event(payload: &Value) -> Inbound {
    if payload.get("type").and_then(Value::as_str) == Some("app_rate_limited") {
        return Inbound::LeftAlone(LeftAlone::RateLimited);
    }
    let Some(event) = payload.get("event") else { return Inbound::Unknown };
    match event.get("type").and_then(Value::as_str) {
        Some("message") => message(payload, event),
        Some(known) if EVENTS.contains(&known) => Inbound::LeftAlone(LeftAlone::Event),
        Some(_) | None => Inbound::Unknown,
    }
}

fn message(payload: &Value, event: &Value) -> Inbound {
    if event.get("hidden").and_then(Value::as_bool) == Some(true) {
        return Inbound::LeftAlone(LeftAlone::Hidden);
    }
    let said = event.get("subtype").is_none_or(|subtype| subtype.is_null() || subtype.as_str().is_some_and(|s| SAID.contains(&s)));
    // A bot that posts through somebody's token has a `bot_id` as well.
    if event.get("bot_id").is_some_and(|id| !id.is_null()) || event.get("subtype").and_then(Value::as_str) == Some("bot_message") {
        return Inbound::LeftAlone(LeftAlone::Bot);
    }
    if !said {
        return Inbound::LeftAlone(LeftAlone::Subtype);
    }
    let read = || {
        Some(Message {
            event_id: text(payload, "event_id")?,
            channel: text(event, "channel")?,
            channel_type: text(event, "channel_type").unwrap_or_default(),
            ts: text(event, "ts")?,
            user: text(event, "user")?,
            author_team: text(event, "user_team").or_else(|| text(event, "source_team")).or_else(|| text(event, "team")),
            shared: payload.get("is_ext_shared_channel").and_then(Value::as_bool) == Some(true),
            text: text(event, "text").unwrap_or_default(),
        })
    };
    read().map_or(Inbound::Unknown, Inbound::Message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn said(event: &Value) -> Inbound {
        let mut full = json!({"type": "message", "channel": "C1", "user": "U1", "ts": "1.2", "text": "words", "channel_type": "channel"});
        full.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
        read("events_api", &json!({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": full}))
    }

    /// Every kind of message that Slack sends, each handled on purpose.
    #[test]
    fn only_what_somebody_says_is_a_message() {
        for heard in [
            json!({}),
            json!({"subtype": null}),
            json!({"subtype": "file_share"}),
            json!({"subtype": "thread_broadcast"}),
            json!({"thread_ts": "1.1"}),
        ] {
            assert!(matches!(said(&heard), Inbound::Message(_)), "{heard}");
        }
        let subtypes = "message_changed message_deleted message_replied channel_join channel_leave channel_topic channel_purpose channel_name \
             channel_archive channel_unarchive group_join me_message ekm_access_denied assistant_app_thread tombstone reminder_add new_in_2027";
        for subtype in subtypes.split_whitespace() {
            assert_eq!(said(&json!({"subtype": subtype})), Inbound::LeftAlone(LeftAlone::Subtype), "{subtype}");
        }
        assert_eq!(said(&json!({"bot_id": "B1"})), Inbound::LeftAlone(LeftAlone::Bot));
        assert_eq!(said(&json!({"subtype": "bot_message"})), Inbound::LeftAlone(LeftAlone::Bot));
        assert_eq!(said(&json!({"hidden": true, "subtype": "message_deleted"})), Inbound::LeftAlone(LeftAlone::Hidden));
        assert_eq!(said(&json!({"user": null})), Inbound::Unknown);
    }

    #[test]
    fn odd_fields_lose_nothing_else() {
        let odd = json!({"metadata": {"event_payload": {"n": 7}}, "files": [{"url_private": ""}], "attachments": [{"id": "one"}], "new": {"x": []}});
        let Inbound::Message(message) = said(&odd) else { panic!("not heard") };
        assert_eq!(message.text, "words");
    }

    #[test]
    fn what_lacks_its_parts_is_unknown_and_what_we_do_not_act_on_is_left_alone() {
        assert_eq!(read("slash_commands", &json!({"command": "/heard"})), Inbound::Unknown);
        assert_eq!(read("events_api", &json!({"type": "event_callback"})), Inbound::Unknown);
        assert_eq!(read("telegrams", &json!({})), Inbound::Unknown);
        assert_eq!(read("events_api", &json!({"event": {"type": "of_next_year"}})), Inbound::Unknown);
        assert_eq!(read("events_api", &json!({"event": {"type": "member_joined_channel"}})), Inbound::LeftAlone(LeftAlone::Event));
        assert_eq!(
            read("events_api", &json!({"type": "app_rate_limited", "minute_rate_limited": 1})),
            Inbound::LeftAlone(LeftAlone::RateLimited)
        );
    }

    proptest! {
        /// Whatever any field is, nothing panics.
        #[test]
        fn any_value_in_any_field(field in prop::sample::select(vec!["type", "channel", "user", "ts", "text", "subtype", "bot_id", "hidden", "team"]),
                                  value in prop_oneof![Just(json!(null)), Just(json!(7)), Just(json!({"a": []})), any::<String>().prop_map(Value::from)]) {
            drop(said(&json!({field: value})));
        }
    }
}
