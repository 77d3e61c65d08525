//! Messages, with all that becomes of them: <https://docs.slack.dev/reference/events/message>.

use serde_json::Value;

use super::fields::{text, word, yes};

/// A message in a channel, as it stands there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::slack) struct Message {
    pub(in crate::slack) channel: String,
    /// `channel`, `group`, `im` or `mpim`; empty where Slack does not say it.
    pub(in crate::slack) channel_type: String,
    pub(in crate::slack) ts: String,
    /// The first message of its thread; of a first message its own.
    pub(in crate::slack) thread: Option<String>,
    pub(in crate::slack) user: String,
    /// The author's own workspace, where Slack says it.
    pub(in crate::slack) author_team: Option<String>,
    pub(in crate::slack) by_bot: bool,
    pub(in crate::slack) shared: bool,
    pub(in crate::slack) edited: Option<String>,
    pub(in crate::slack) text: String,
    /// How many replies stand in its thread.
    pub(in crate::slack) replies: u64,
    /// The last of them.
    pub(in crate::slack) latest_reply: Option<String>,
}

/// What a message event says.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::slack) enum Said {
    /// Somebody said something.
    New(Message),
    /// Somebody said it otherwise: what stands there now, and what stood there before.
    Edited(Message, String),
    /// It is gone.
    Deleted { channel: String, channel_type: String, ts: String },
}

/// What is done about a message event, by its subtype.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// Somebody says something.
    Said,
    /// A message is another.
    Changed,
    /// A message is gone.
    Deleted,
    /// A bot says something.
    Bot,
    /// Slack says that something happened: nobody's words.
    Notice,
}

/// All subtypes that Slack documents, and those that its clients know. One that is not among them is a notice.
const SUBTYPES: &[(&str, About)] = &[
    ("assistant_app_thread", About::Notice),
    ("bot_add", About::Notice),
    ("bot_message", About::Bot),
    ("bot_remove", About::Notice),
    ("channel_archive", About::Notice),
    ("channel_convert_to_private", About::Notice),
    ("channel_convert_to_public", About::Notice),
    ("channel_join", About::Notice),
    ("channel_leave", About::Notice),
    ("channel_name", About::Notice),
    ("channel_posting_permissions", About::Notice),
    ("channel_purpose", About::Notice),
    ("channel_topic", About::Notice),
    ("channel_unarchive", About::Notice),
    ("document_mention", About::Notice),
    ("ekm_access_denied", About::Notice),
    ("file_comment", About::Notice),
    ("file_mention", About::Notice),
    ("file_share", About::Said),
    ("group_archive", About::Notice),
    ("group_join", About::Notice),
    ("group_leave", About::Notice),
    ("group_name", About::Notice),
    ("group_purpose", About::Notice),
    ("group_topic", About::Notice),
    ("group_unarchive", About::Notice),
    ("huddle_thread", About::Notice),
    ("me_message", About::Said),
    ("message_changed", About::Changed),
    ("message_deleted", About::Deleted),
    ("message_replied", About::Notice),
    ("pinned_item", About::Notice),
    ("reminder_add", About::Notice),
    ("reply_broadcast", About::Notice),
    ("sh_room_created", About::Notice),
    ("thread_broadcast", About::Said),
    ("tombstone", About::Notice),
    ("unpinned_item", About::Notice),
];

fn about(event: &Value) -> About {
    match event.get("subtype").filter(|subtype| !subtype.is_null()) {
        None => About::Said,
        Some(subtype) => {
            let known = SUBTYPES.iter().find(|(name, _)| subtype.as_str() == Some(name));
            known.map_or(About::Notice, |(_, about)| *about)
        }
    }
}

/// Why a message event is left alone, or lacks its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::slack) enum Not {
    /// A bot wrote it; perhaps ourselves.
    Bot,
    /// Nobody's words, or a change that is none: a preview of a link.
    Words,
    /// Slack shows it to nobody.
    Shown,
    /// It lacks what such an event has.
    Whole,
}

/// Reads a message event.
pub(super) fn read(payload: &Value, event: &Value) -> Result<Said, Not> {
    let shared = yes(payload, "is_ext_shared_channel");
    let channel = text(event, "channel").ok_or(Not::Whole);
    let channel_type = text(event, "channel_type").unwrap_or_default();
    match about(event) {
        About::Notice => Err(Not::Words),
        About::Bot => Err(Not::Bot),
        About::Said if has_bot(event) => Err(Not::Bot),
        About::Said if yes(event, "hidden") => Err(Not::Shown),
        About::Said => {
            let message = message(event).map(|message| Message { channel_type, shared, ..message });
            message.filter(|message| !message.channel.is_empty()).ok_or(Not::Whole).and_then(by_people).map(Said::New)
        }
        About::Deleted => Ok(Said::Deleted { channel: channel?, channel_type, ts: word(event, "deleted_ts").ok_or(Not::Whole)? }),
        About::Changed => {
            let now = event.get("message").ok_or(Not::Whole)?;
            let channel = channel?;
            if now.get("subtype").and_then(Value::as_str) == Some("tombstone") {
                return Ok(Said::Deleted { channel, channel_type, ts: word(now, "ts").ok_or(Not::Whole)? });
            }
            if about(now) != About::Said {
                return Err(Not::Words);
            }
            let message = by_people(message(now).ok_or(Not::Whole)?)?;
            // A preview of a link changes the message as well, and nobody edited it.
            if message.edited.is_none() {
                return Err(Not::Words);
            }
            let before = event.get("previous_message").and_then(|before| text(before, "text")).unwrap_or_default();
            Ok(Said::Edited(Message { channel, channel_type, shared, ..message }, before))
        }
    }
}

fn by_people(message: Message) -> Result<Message, Not> {
    if message.by_bot { Err(Not::Bot) } else { Ok(message) }
}

/// A bot that posts through somebody's token has a `bot_id` as well.
fn has_bot(value: &Value) -> bool {
    value.get("bot_id").is_some_and(|id| !id.is_null() && id.as_str() != Some(""))
}

/// A message as it stands in an event, a shortcut or a channel's history. Its channel is empty where it is not said.
pub(in crate::slack) fn message(value: &Value) -> Option<Message> {
    let by_bot = has_bot(value) || about(value) == About::Bot;
    Some(Message {
        channel: text(value, "channel").unwrap_or_default(),
        channel_type: text(value, "channel_type").unwrap_or_default(),
        ts: word(value, "ts")?,
        thread: word(value, "thread_ts"),
        user: if by_bot { text(value, "user").unwrap_or_default() } else { word(value, "user")? },
        author_team: word(value, "user_team").or_else(|| word(value, "source_team")).or_else(|| word(value, "team")),
        by_bot,
        shared: false,
        edited: value.get("edited").and_then(|edited| word(edited, "ts")),
        text: text(value, "text").unwrap_or_default(),
        replies: value.get("reply_count").and_then(Value::as_u64).unwrap_or(0),
        latest_reply: word(value, "latest_reply"),
    })
}

/// Whether a message of a channel's history is somebody's words.
pub(in crate::slack) fn is_said(value: &Value) -> bool {
    about(value) == About::Said && !yes(value, "hidden")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_names_each_once() {
        assert!(SUBTYPES.windows(2).all(|two| two[0].0 < two[1].0));
    }
}
