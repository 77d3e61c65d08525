//! Messages that stand in Slack, read when somebody points at them.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::web::{CallError, Slack};

/// Entries of a page.
const PAGE: u32 = 200;
/// The most messages that are taken of one thread.
const MOST_OF_THREAD: usize = 1_000;

/// A page of messages. Each is read by hand: one odd field must not lose the others.
#[derive(Deserialize)]
pub(super) struct Messages {
    #[serde(default)]
    pub(super) messages: Vec<Value>,
    response_metadata: Option<Cursor>,
}

#[derive(Deserialize)]
struct Cursor {
    next_cursor: Option<String>,
}

impl Messages {
    /// Where the next page begins; empty at the end.
    pub(super) fn cursor(&self) -> String {
        self.response_metadata.as_ref().and_then(|meta| meta.next_cursor.clone()).unwrap_or_default()
    }
}

/// Whether a message stands at this timestamp.
pub(super) fn is_at(message: &Value, ts: &str) -> bool {
    message.get("ts").and_then(Value::as_str) == Some(ts)
}

/// Whether it is what is left of a message that is gone, since replies hang on it.
pub(super) fn is_tombstone(message: &Value) -> bool {
    message.get("subtype").and_then(Value::as_str) == Some("tombstone")
}

/// A moment as Slack numbers its messages.
pub(super) fn ts_of(moment: Timestamp) -> String {
    let (seconds, micros) = (moment.as_second(), moment.subsec_microsecond());
    format!("{seconds}.{micros:06}")
}

/// When a message was said.
pub(super) fn moment_of(ts: &str) -> Option<Timestamp> {
    let (seconds, micros) = ts.split_once('.')?;
    let micros = micros.parse::<i32>().ok().filter(|_| micros.len() == 6 && micros.bytes().all(|byte| byte.is_ascii_digit()))?;
    Timestamp::new(seconds.parse().ok()?, micros.checked_mul(1_000)?).ok()
}

/// One message as it stands now. `None`: it is gone, or we may not see it.
pub(super) async fn message_at(slack: &Slack, channel: &str, ts: &str) -> Result<Option<Value>, CallError> {
    let arguments = json!({"channel": channel, "oldest": ts, "latest": ts, "inclusive": true, "limit": 1});
    let found = seen(slack.ask::<Messages>("conversations.history", &arguments).await)?;
    if let Some(message) = found.into_iter().flat_map(|page| page.messages).find(|message| is_at(message, ts)) {
        return Ok(Some(message));
    }
    // A reply stands in its thread alone.
    let arguments = json!({"channel": channel, "ts": ts, "oldest": ts, "latest": ts, "inclusive": true, "limit": PAGE});
    let found = seen(slack.ask::<Messages>("conversations.replies", &arguments).await)?;
    Ok(found.into_iter().flat_map(|page| page.messages).find(|message| is_at(message, ts)))
}

/// The address of a message, for whoever may read it. `None`: it is gone.
pub(super) async fn permalink(slack: &Slack, channel: &str, ts: &str) -> Result<Option<String>, CallError> {
    #[derive(Deserialize)]
    struct Found {
        permalink: String,
    }
    match slack.ask::<Found>("chat.getPermalink", &json!({"channel": channel, "message_ts": ts})).await {
        Ok(Found { permalink }) => Ok(Some(permalink)),
        Err(CallError::Refused(code)) if code == "message_not_found" => Ok(None),
        Err(error) => Err(error),
    }
}

/// A thread from its first message on. `None`: we may not see it.
pub(super) async fn thread(slack: &Slack, channel: &str, root: &str) -> Result<Option<Vec<Value>>, CallError> {
    let (mut all, mut cursor) = (vec![], String::new());
    loop {
        let arguments = json!({"channel": channel, "ts": root, "limit": PAGE, "cursor": cursor});
        let Some(page) = seen(slack.ask::<Messages>("conversations.replies", &arguments).await)? else { return Ok(None) };
        cursor = page.cursor();
        all.extend(page.messages);
        if cursor.is_empty() || all.len() >= MOST_OF_THREAD {
            return Ok(Some(all));
        }
    }
}

/// What Slack refuses to show is nothing; whatever else fails may be tried again.
fn seen<T>(answered: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match answered {
        Ok(page) => Ok(Some(page)),
        Err(CallError::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_moments() {
        for ts in ["1795366800.000001", "1795366800.999999", "1795366800.000000"] {
            assert_eq!(moment_of(ts).map(ts_of).as_deref(), Some(ts));
        }
        for odd in ["", "1795366800", "1795366800.1", "1795366800.-00001", "x.000001", "99999999999999.000001"] {
            assert_eq!(moment_of(odd), None, "{odd}");
        }
    }
}
