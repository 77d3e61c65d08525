//! What Slack hands over, read tolerantly: a field that is missing, new or of another kind loses nothing else.
//!
//! In order, each using only those above it.

mod fields;
mod message;
mod interaction;
#[cfg(test)]
mod samples;

use serde_json::Value;

use fields::{text, word};

pub(super) use interaction::{Actor, Interaction, Pressed, Shortcut, Submitted, View};
pub(super) use message::{Message, Not, Said, is_said, message};

/// A delivery, from either transport.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Inbound {
    /// A slash command.
    Command(Command),
    /// Something about a message, known by its event.
    Said(String, Said),
    /// Somebody mentioned us, known by its event.
    Mentioned(String, Message),
    /// Somebody reacted, or took a reaction away.
    Reaction(Reaction),
    /// Somebody opened our page at home.
    Home(Actor),
    /// A press, a form or a shortcut.
    Interaction(Interaction),
    /// Somebody came into a channel: ourselves, where somebody invited us.
    Joined { user: String },
    /// We are in a workspace no more, or our token is good no more.
    Ended(Ended),
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
    pub(super) by: Actor,
    pub(super) channel: String,
    pub(super) channel_name: String,
    /// Where it may be answered later.
    pub(super) response_url: Option<String>,
}

/// A reaction to a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reaction {
    pub(super) event_id: String,
    pub(super) user: String,
    /// The emoji's name, without its tone of skin.
    pub(super) emoji: String,
    pub(super) channel: String,
    pub(super) ts: String,
    /// When, as Slack numbers its events.
    pub(super) at: String,
    /// Whether it was added.
    pub(super) on: bool,
}

/// How our being there ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Uninstalled,
    Revoked,
}

/// Why a known delivery is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeftAlone {
    /// A bot wrote it; perhaps ourselves.
    Bot,
    /// Nobody's words, such as that somebody joined.
    Notice,
    /// Slack shows it to nobody.
    Hidden,
    /// An event, or an interaction, that we do not act on.
    Event,
    /// Slack says that it left out events of the last minute.
    RateLimited,
}

/// Events that an app of ours may be sent and does not act on: <https://docs.slack.dev/reference/events>.
const EVENTS: &[&str] = &[
    "app_requested",
    "channel_archive",
    "channel_created",
    "channel_deleted",
    "channel_history_changed",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "dnd_updated",
    "dnd_updated_user",
    "email_domain_changed",
    "emoji_changed",
    "file_change",
    "file_created",
    "file_deleted",
    "file_public",
    "file_shared",
    "file_unshared",
    "function_executed",
    "grid_migration_finished",
    "grid_migration_started",
    "group_archive",
    "group_close",
    "group_deleted",
    "group_history_changed",
    "group_left",
    "group_open",
    "group_rename",
    "group_unarchive",
    "im_close",
    "im_created",
    "im_history_changed",
    "im_open",
    "invite_requested",
    "link_shared",
    "member_left_channel",
    "message_metadata_deleted",
    "message_metadata_posted",
    "message_metadata_updated",
    "pin_added",
    "pin_removed",
    "star_added",
    "star_removed",
    "subteam_created",
    "subteam_members_changed",
    "subteam_self_added",
    "subteam_self_removed",
    "subteam_updated",
    "team_access_granted",
    "team_access_revoked",
    "team_domain_change",
    "team_join",
    "team_rename",
    "user_change",
    "user_huddle_changed",
    "user_profile_changed",
    "user_status_changed",
];

/// Reads the payload of an envelope of this kind.
pub(super) fn read(kind: &str, payload: &Value) -> Inbound {
    match kind {
        "slash_commands" => command(payload).map_or(Inbound::Unknown, Inbound::Command),
        "events_api" => event(payload),
        "interactive" => interaction::read(payload).map_or(Inbound::Unknown, Inbound::Interaction),
        _ => Inbound::Unknown,
    }
}

fn command(payload: &Value) -> Option<Command> {
    let by = Actor {
        user: text(payload, "user_id")?,
        name: text(payload, "user_name").unwrap_or_default(),
        team: text(payload, "team_id").unwrap_or_default(),
        enterprise: word(payload, "enterprise_id"),
    };
    Some(Command {
        name: text(payload, "command")?,
        text: text(payload, "text").unwrap_or_default(),
        trigger: text(payload, "trigger_id")?,
        by,
        channel: text(payload, "channel_id").unwrap_or_default(),
        channel_name: text(payload, "channel_name").unwrap_or_default(),
        response_url: word(payload, "response_url"),
    })
}

fn event(payload: &Value) -> Inbound {
    if payload.get("type").and_then(Value::as_str) == Some("app_rate_limited") {
        return Inbound::LeftAlone(LeftAlone::RateLimited);
    }
    let Some(event) = payload.get("event") else { return Inbound::Unknown };
    match event.get("type").and_then(Value::as_str) {
        Some("message") => said(payload, event),
        Some("app_mention") => mentioned(payload, event),
        Some("reaction_added") => reaction(payload, event, true),
        Some("reaction_removed") => reaction(payload, event, false),
        Some("app_home_opened") => home(payload, event),
        Some("member_joined_channel") => joined(event),
        Some("app_uninstalled") => Inbound::Ended(Ended::Uninstalled),
        Some("tokens_revoked") => tokens_revoked(event),
        Some(known) if EVENTS.contains(&known) => Inbound::LeftAlone(LeftAlone::Event),
        Some(_) | None => Inbound::Unknown,
    }
}

/// What an event is known by: its id, or, where Slack gave it none, what it is about.
fn known_as(payload: &Value, event: &Value) -> Option<String> {
    word(payload, "event_id").or_else(|| {
        let at = word(event, "event_ts").or_else(|| word(event, "ts"))?;
        Some(format!("{}/{at}", text(event, "channel")?))
    })
}

fn said(payload: &Value, event: &Value) -> Inbound {
    match message::read(payload, event) {
        Ok(said) => known_as(payload, event).map_or(Inbound::Unknown, |key| Inbound::Said(key, said)),
        Err(Not::Bot) => Inbound::LeftAlone(LeftAlone::Bot),
        Err(Not::Words) => Inbound::LeftAlone(LeftAlone::Notice),
        Err(Not::Shown) => Inbound::LeftAlone(LeftAlone::Hidden),
        Err(Not::Whole) => Inbound::Unknown,
    }
}

/// A mention comes as the message that it stands in; by a bot, or in an edit, it is nothing that somebody tells us.
fn mentioned(payload: &Value, event: &Value) -> Inbound {
    let Some(event_id) = known_as(payload, event) else { return Inbound::Unknown };
    match message(event).filter(|message| !message.channel.is_empty()) {
        Some(message) if message.by_bot => Inbound::LeftAlone(LeftAlone::Bot),
        Some(message) => Inbound::Mentioned(event_id, message),
        None => Inbound::Unknown,
    }
}

fn reaction(payload: &Value, event: &Value, on: bool) -> Inbound {
    let item = event.get("item").cloned().unwrap_or_default();
    if item.get("type").and_then(Value::as_str).is_some_and(|kind| kind != "message") {
        return Inbound::LeftAlone(LeftAlone::Event);
    }
    let read = || {
        let emoji = word(event, "reaction")?;
        Some(Reaction {
            event_id: word(payload, "event_id")?,
            user: word(event, "user")?,
            emoji: emoji.split("::").next().unwrap_or_default().to_owned(),
            channel: word(&item, "channel")?,
            ts: word(&item, "ts")?,
            at: word(event, "event_ts")?,
            on,
        })
    };
    read().map_or(Inbound::Unknown, Inbound::Reaction)
}

fn home(payload: &Value, event: &Value) -> Inbound {
    if event.get("tab").and_then(Value::as_str).is_some_and(|tab| tab != "home") {
        return Inbound::LeftAlone(LeftAlone::Event);
    }
    let Some(user) = word(event, "user") else { return Inbound::Unknown };
    let team = word(payload, "team_id").unwrap_or_default();
    Inbound::Home(Actor { user, name: String::new(), team, enterprise: word(payload, "enterprise_id") })
}

/// Where it is not said who, it matters to nobody.
fn joined(event: &Value) -> Inbound {
    word(event, "user").map_or(Inbound::LeftAlone(LeftAlone::Event), |user| Inbound::Joined { user })
}

/// Only the bot's own token matters to us.
fn tokens_revoked(event: &Value) -> Inbound {
    let bots = event.get("tokens").and_then(|tokens| tokens.get("bot")).and_then(Value::as_array);
    if bots.is_some_and(|bots| !bots.is_empty()) { Inbound::Ended(Ended::Revoked) } else { Inbound::LeftAlone(LeftAlone::Event) }
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
            json!({"subtype": "me_message"}),
            json!({"thread_ts": "1.1"}),
        ] {
            assert!(matches!(said(&heard), Inbound::Said(_, Said::New(_))), "{heard}");
        }
        let subtypes = "message_replied channel_join channel_leave channel_topic channel_purpose channel_name \
             channel_archive channel_unarchive group_join ekm_access_denied assistant_app_thread tombstone reminder_add new_in_2027";
        for subtype in subtypes.split_whitespace() {
            assert_eq!(said(&json!({"subtype": subtype})), Inbound::LeftAlone(LeftAlone::Notice), "{subtype}");
        }
        assert_eq!(said(&json!({"bot_id": "B1"})), Inbound::LeftAlone(LeftAlone::Bot));
        assert_eq!(said(&json!({"subtype": "bot_message"})), Inbound::LeftAlone(LeftAlone::Bot));
        assert_eq!(said(&json!({"hidden": true})), Inbound::LeftAlone(LeftAlone::Hidden));
        assert_eq!(said(&json!({"subtype": "message_deleted", "hidden": true})), Inbound::Unknown, "what is gone?");
        assert_eq!(said(&json!({"user": null})), Inbound::Unknown);
    }

    #[test]
    fn an_edit_is_what_somebody_edited() {
        let changed =
            |message: Value| said(&json!({"subtype": "message_changed", "message": message, "previous_message": {"text": "before"}}));
        let edited = json!({"ts": "1.2", "user": "U1", "text": "after", "edited": {"ts": "5.0"}, "thread_ts": "1.1"});
        let Inbound::Said(_, Said::Edited(message, before)) = changed(edited.clone()) else { panic!("not an edit") };
        assert_eq!((message.text.as_str(), message.edited.as_deref(), before.as_str()), ("after", Some("5.0"), "before"));
        assert_eq!((message.channel.as_str(), message.channel_type.as_str()), ("C1", "channel"));
        let with = |field: &str, value: Value| {
            let mut message = edited.clone();
            message[field] = value;
            changed(message)
        };
        assert_eq!(with("edited", json!(null)), Inbound::LeftAlone(LeftAlone::Notice), "a preview of a link");
        assert_eq!(with("bot_id", json!("B1")), Inbound::LeftAlone(LeftAlone::Bot));
        assert_eq!(with("subtype", json!("channel_topic")), Inbound::LeftAlone(LeftAlone::Notice));
        let gone = Said::Deleted { channel: "C1".to_owned(), channel_type: "channel".to_owned(), ts: "1.2".to_owned() };
        assert_eq!(with("subtype", json!("tombstone")), Inbound::Said("Ev1".to_owned(), gone.clone()));
        assert_eq!(
            said(&json!({"subtype": "message_deleted", "hidden": true, "deleted_ts": "1.2"})),
            Inbound::Said("Ev1".to_owned(), gone)
        );
    }

    #[test]
    fn odd_fields_lose_nothing_else() {
        let odd = json!({"metadata": {"event_payload": {"n": 7}}, "files": [{"url_private": ""}], "attachments": [{"id": "one"}], "new": {"x": []}});
        let Inbound::Said(_, Said::New(message)) = said(&odd) else { panic!("not heard") };
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
