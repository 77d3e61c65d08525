//! The calls that put words into Slack. They stand here alone.

use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use slack_morphism::prelude::{SlackApiChatPostMessageRequest, SlackMessageMetadata};
use slack_morphism::{SlackChannelId, SlackTs};

use super::blocks::content;
use super::history::Messages;
use super::pace::Turn;
use super::web::{CallError, Slack};
use crate::domain::letter::{Posting, Spot};
use crate::texts::page::Page;

/// What messages of ours are known by; no words in it, since every app in the workspace may read it.
const EVENT_TYPE: &str = "allears_letter";

/// Slack's methods, by what they do.
const POST: &str = "chat.postMessage";
const SHOW: &str = "chat.postEphemeral";
const REPLACE: &str = "chat.update";

/// Takes the turn for a call, or says how long to wait until it may be asked for again.
pub(super) fn take_turn(slack: &Slack, turn: &Turn) -> Result<(), SignedDuration> {
    let method = match turn {
        Turn::Post { .. } => POST,
        Turn::Show => SHOW,
        Turn::Replace => REPLACE,
    };
    slack.take_turn(method, turn)
}

/// Where a message stands now.
#[derive(Debug, Deserialize)]
pub(super) struct Posted {
    pub(super) channel: String,
    pub(super) ts: String,
}

/// Posts into a channel, or to a person by their id.
pub(super) async fn post(slack: &Slack, to: &str, thread: Option<&str>, key: &str, page: &Page) -> Result<Posted, CallError> {
    let metadata = SlackMessageMetadata::new(EVENT_TYPE.to_owned()).with_event_payload([("key".to_owned(), key.to_owned())].into());
    let request = SlackApiChatPostMessageRequest::new(SlackChannelId::new(to.to_owned()), content(page).with_metadata(metadata))
        .with_unfurl_links(false)
        .with_unfurl_media(false)
        .with_link_names(false)
        .opt_thread_ts(thread.map(|ts| SlackTs::new(ts.to_owned())));
    let posted: Posted = slack.act(POST, &request).await?;
    if posted.channel != to {
        slack.was_turn_of(POST, &posted.channel);
    }
    Ok(posted)
}

/// Shows something to one person in a channel.
pub(super) async fn show(slack: &Slack, user: &str, spot: &Spot, page: &Page) -> Result<Posted, CallError> {
    #[derive(Deserialize)]
    struct Shown {
        #[serde(default)]
        message_ts: String,
    }
    let mut arguments = json!(content(page));
    if let Some(fields) = arguments.as_object_mut() {
        fields.insert("channel".to_owned(), spot.channel.as_str().into());
        fields.insert("user".to_owned(), user.into());
        fields.insert("link_names".to_owned(), false.into());
        fields.extend(spot.thread.as_ref().map(|thread| ("thread_ts".to_owned(), thread.as_str().into())));
    }
    let Shown { message_ts } = slack.act(SHOW, &arguments).await?;
    Ok(Posted { channel: spot.channel.to_string(), ts: message_ts })
}

/// Puts something in place of a message of ours. Done twice it is as done once.
pub(super) async fn replace(slack: &Slack, posting: &Posting, page: &Page) -> Result<Posted, CallError> {
    let mut arguments = json!(content(page));
    if let Some(fields) = arguments.as_object_mut() {
        fields.insert("channel".to_owned(), posting.channel.as_str().into());
        fields.insert("ts".to_owned(), posting.ts.as_str().into());
        fields.insert("link_names".to_owned(), false.into());
    }
    slack.act::<Value>(REPLACE, &arguments).await?;
    Ok(Posted { channel: posting.channel.to_string(), ts: posting.ts.clone() })
}

/// What came of looking for a message of ours.
pub(super) enum Found {
    /// At this timestamp.
    At(String),
    Nowhere,
    /// Slack does not let us look.
    Unread,
}

/// Looks for a message of ours by its key, among those of a channel or of a thread since a moment in seconds.
pub(super) async fn find(slack: &Slack, (channel, thread): (&str, Option<&str>), since: i64, key: &str) -> Result<Found, CallError> {
    let method = if thread.is_some() { "conversations.replies" } else { "conversations.history" };
    let mut cursor = String::new();
    loop {
        let arguments = json!({
            "channel": channel, "ts": thread, "oldest": since.to_string(), "include_all_metadata": true, "limit": 200, "cursor": cursor,
        });
        let page: Messages = match slack.ask(method, &arguments).await {
            Ok(page) => page,
            Err(CallError::Refused(_)) => return Ok(Found::Unread),
            Err(error) => return Err(error),
        };
        let found = page.messages.iter().find(|message| key_of(message) == Some(key));
        if let Some(ts) = found.and_then(|message| message.get("ts")).and_then(Value::as_str) {
            return Ok(Found::At(ts.to_owned()));
        }
        cursor = page.cursor();
        if cursor.is_empty() {
            return Ok(Found::Nowhere);
        }
    }
}

/// The key of a message of ours.
fn key_of(message: &Value) -> Option<&str> {
    let metadata = message.get("metadata")?;
    let ours = metadata.get("event_type").and_then(Value::as_str) == Some(EVENT_TYPE);
    metadata.get("event_payload").filter(|_| ours)?.get("key")?.as_str()
}
