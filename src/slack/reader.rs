//! Reads what stands in channels, page by page and at a pace that leaves room for everything else.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::history::{self, Messages};
use super::web::{CallError, Slack};
use crate::clock::Clock;

/// Between two calls: Slack grants fifty a minute of each of these methods, and advises one a second at most. Source:
/// <https://docs.slack.dev/apis/web-api/rate-limits>.
const PACE: SignedDuration = SignedDuration::from_millis(1_250);
/// How many wait for their turn at once, at most: more than ever read side by side.
const MOST_WAIT: i32 = 64;
/// Entries of a page.
const PAGE: u32 = 200;
/// Slack's words for that there is no such message.
const GONE: &[&str] = &["thread_not_found", "message_not_found"];

/// Why something was not read to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unread {
    /// We are to stop.
    #[error("it was told to stop")]
    Stopped,
    #[error(transparent)]
    Call(#[from] CallError),
}

/// The pace that all readers keep together.
#[derive(Debug, Default)]
pub struct Pace(Mutex<Timestamp>);

impl Pace {
    /// When the next call may be made; those behind it come later.
    fn slot(&self, now: Timestamp) -> Timestamp {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Of a turn that is further away than those of all who ask together, the clock was set back since.
        let is_near = next.duration_since(now) <= PACE.saturating_mul(MOST_WAIT);
        let slot = if is_near { now.max(*next) } else { now };
        *next = slot.checked_add(PACE).unwrap_or(slot);
        slot
    }
}

/// Reads, one call at a time.
pub(super) struct Reader {
    slack: Arc<Slack>,
    clock: Clock,
    pace: Arc<Pace>,
    stop: watch::Receiver<bool>,
}

impl Reader {
    pub(super) fn new((slack, clock): (&Arc<Slack>, &Clock), pace: &Arc<Pace>, stop: watch::Receiver<bool>) -> Self {
        Self { slack: Arc::clone(slack), clock: clock.clone(), pace: Arc::clone(pace), stop }
    }

    /// One page. A reader that is told to stop leaves a call that is under way.
    pub(super) async fn page(&mut self, method: &'static str, arguments: &Value) -> Result<Messages, Unread> {
        let Self { slack, clock, pace, stop } = self;
        let paced = async {
            clock.sleep_until(pace.slot(clock.now())).await;
            slack.ask::<Messages>(method, arguments).await
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => Err(Unread::Stopped),
            answered = paced => Ok(answered?),
        }
    }

    /// What a channel holds from a moment on, newest first within a page; `take` is handed each message. Gives the number
    /// of pages.
    pub(super) async fn channel(&mut self, channel: &str, oldest: &str, take: impl FnMut(Value)) -> Result<usize, Unread> {
        let arguments = json!({"channel": channel, "oldest": oldest, "inclusive": true, "limit": PAGE});
        self.all("conversations.history", arguments, take).await
    }

    /// The replies of a thread from a moment on, the thread's first message left out. Of a thread that is gone, none.
    pub(super) async fn replies(&mut self, channel: &str, root: &str, oldest: &str) -> Result<Vec<Value>, Unread> {
        let arguments = json!({"channel": channel, "ts": root, "oldest": oldest, "inclusive": true, "limit": PAGE});
        let mut replies = vec![];
        match self.all("conversations.replies", arguments, |reply| replies.push(reply)).await {
            Err(Unread::Call(CallError::Refused(code))) if GONE.contains(&code.as_str()) => return Ok(vec![]),
            answered => answered?,
        };
        replies.retain(|reply| !history::is_at(reply, root));
        Ok(replies)
    }

    async fn all(&mut self, method: &'static str, mut arguments: Value, mut take: impl FnMut(Value)) -> Result<usize, Unread> {
        let mut pages: usize = 0;
        loop {
            let page = self.page(method, &arguments).await?;
            pages = pages.saturating_add(1);
            let cursor = page.cursor();
            page.messages.into_iter().for_each(&mut take);
            if cursor.is_empty() {
                return Ok(pages);
            }
            if let Some(fields) = arguments.as_object_mut() {
                fields.insert("cursor".to_owned(), cursor.into());
            }
        }
    }

    /// One message as it stands now. `None`: it is gone, that is sure. What Slack refuses to show is an error.
    pub(super) async fn standing(&mut self, channel: &str, ts: &str) -> Result<Option<Value>, Unread> {
        let at = |limit: u32| json!({"channel": channel, "oldest": ts, "latest": ts, "inclusive": true, "limit": limit});
        let page = self.page("conversations.history", &at(1)).await?;
        if let Some(message) = page.messages.into_iter().find(|message| history::is_at(message, ts)) {
            return Ok(Some(message).filter(|message| !history::is_tombstone(message)));
        }
        // A reply stands in its thread alone.
        let mut arguments = at(PAGE);
        if let Some(fields) = arguments.as_object_mut() {
            fields.insert("ts".to_owned(), ts.into());
        }
        match self.page("conversations.replies", &arguments).await {
            Ok(page) => {
                let found = page.messages.into_iter().find(|message| history::is_at(message, ts));
                Ok(found.filter(|message| !history::is_tombstone(message)))
            }
            Err(Unread::Call(CallError::Refused(code))) if GONE.contains(&code.as_str()) => Ok(None),
            Err(why) => Err(why),
        }
    }
}
