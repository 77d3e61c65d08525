//! The delivery loop: the one place that posts. It drains the outbox, in order per channel, channels side by side.
//!
//! A letter is marked as posted after Slack has answered. Where the answer was lost, or the process died between the
//! two, the channel is searched for the letter's key, which travels as metadata, before anything is sent again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use slack_morphism::prelude::{SlackApiChatPostMessageRequest, SlackMessageMetadata};
use slack_morphism::{SlackChannelId, SlackTs};
use tokio::sync::watch;
use tracing::{error, info, warn};

use super::blocks::content;
use super::directory::{Directory, shown};
use super::web::{CallError, Slack};
use crate::app::{InForce, digest};
use crate::clock::Clock;
use crate::domain::facts::{Act, Change, Posting};
use crate::domain::ids::{ChannelId, LetterNo};
use crate::domain::routing::ChannelRef;
use crate::domain::views::{Letter, Unreadable};
use crate::store::{CommitError, SharedStore};
use crate::texts::en;

/// What messages of ours are known by; no words in it, since every app in the workspace may read it.
const EVENT_TYPE: &str = "allears_letter";
/// How long to wait before a letter is tried again whose fate is in doubt, or that could not be sent for now.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// How long to wait for somebody to mend what Slack refused for.
const MENDED_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// How long a letter waits to be mended in all.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Slack's words for a message that will never be taken, whoever mends whatever.
const NEVER: &[&str] = &["invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "metadata_too_large"];
/// How far back before the letter was queued its traces are looked for: clocks differ.
const BEFORE_QUEUED: SignedDuration = SignedDuration::from_mins(5);

/// The delivery loop.
pub struct Delivery {
    clock: Clock,
    store: SharedStore,
    in_force: Arc<InForce>,
    directory: Arc<Directory>,
    slack: Arc<Slack>,
    /// What this process knows of letters that wait.
    waiting: Mutex<BTreeMap<LetterNo, Waiting>>,
}

/// A letter that waits.
#[derive(Debug, Clone, Default)]
struct Waiting {
    /// Its next part may have been posted already.
    in_doubt: bool,
    /// It is not tried again before.
    until: Option<Timestamp>,
    /// What Slack refused it for: said once in the log.
    refused: Option<String>,
}

/// Why a letter waits.
#[derive(Debug, thiserror::Error)]
enum Waits {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Until it is mended, which was said.
    #[error("Slack refuses them: {0}")]
    Mending(String),
}

impl Delivery {
    /// A loop over this store's outbox.
    pub fn new(clock: Clock, store: SharedStore, in_force: Arc<InForce>, directory: Arc<Directory>, slack: Arc<Slack>) -> Self {
        Self { clock, store, in_force, directory, slack, waiting: Mutex::default() }
    }

    /// Runs until it is told to stop; a letter under way is finished first.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut newest = self.store.newest();
        // Whatever waits at the start may have been posted by a process that died before it could say so.
        let mut doubted = self.doubt_all().await;
        loop {
            newest.mark_unchanged();
            let again = if doubted { self.drain(&stop).await } else { Some(AGAIN_AFTER) };
            let again = async {
                match again {
                    Some(after) => self.clock.sleep(after).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                changed = newest.changed() => if changed.is_err() { return },
                _ = stop.wait_for(|stop| *stop) => return,
                () = again => {}
            }
            doubted = doubted || self.doubt_all().await;
        }
    }

    /// `false`: the outbox could not be read.
    async fn doubt_all(&self) -> bool {
        match self.store.outbox().await {
            Ok(letters) => {
                for (no, _) in letters {
                    self.note(no, |waiting| waiting.in_doubt = true);
                }
                true
            }
            Err(fault) => {
                log(&fault.into());
                false
            }
        }
    }

    fn note(&self, no: LetterNo, change: impl FnOnce(&mut Waiting)) {
        change(self.waiting.lock().unwrap_or_else(PoisonError::into_inner).entry(no).or_default());
    }

    fn waiting(&self, no: LetterNo) -> Waiting {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).get(&no).cloned().unwrap_or_default()
    }

    fn waits_no_more(&self, no: LetterNo) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&no);
    }

    /// Sends what can be sent. Gives when to try again what waits.
    async fn drain(&self, stop: &watch::Receiver<bool>) -> Option<SignedDuration> {
        let letters = match self.store.outbox().await {
            Ok(letters) => letters,
            Err(fault) => {
                log(&fault.into());
                return Some(AGAIN_AFTER);
            }
        };
        let mut by_channel: BTreeMap<String, Vec<(LetterNo, Letter)>> = BTreeMap::new();
        for (no, letter) in letters {
            by_channel.entry(self.destination(&letter).1).or_default().push((no, letter));
        }
        let channels = by_channel.into_values().map(|letters| self.send_in_order(letters, stop));
        join_all(channels).await.into_iter().flatten().min()
    }

    /// Sends the letters of one channel. Where one waits, those behind it wait as well.
    async fn send_in_order(&self, letters: Vec<(LetterNo, Letter)>, stop: &watch::Receiver<bool>) -> Option<SignedDuration> {
        for (no, letter) in letters {
            let left = self.waiting(no).until.map(|until| until.duration_since(self.clock.now()));
            if let Some(left) = left.filter(|left| !left.is_negative() && !left.is_zero()) {
                return Some(left);
            }
            if *stop.borrow() {
                return None;
            }
            if let Err(why) = self.send(no, letter, stop.clone()).await {
                let after = if matches!(why, Waits::Mending(_)) { MENDED_AFTER } else { AGAIN_AFTER };
                log(&why);
                self.note(no, |waiting| waiting.until = self.clock.now().checked_add(after).ok());
                return Some(after);
            }
        }
        None
    }

    /// The channel of a letter, by its id where we know it, and as people write it.
    fn destination(&self, letter: &Letter) -> (ChannelId, String) {
        if let Some(root) = &letter.root {
            return (root.channel.clone(), root.channel.to_string());
        }
        let function = self.in_force.routing.function(&letter.digest.function);
        let named = function.map_or_else(|| ChannelRef::Name(letter.digest.function.to_string()), |function| function.channel.clone());
        let written = shown(&named);
        (self.directory.channel(&named).unwrap_or_else(|| ChannelId::new(&written)), written)
    }

    /// Sends what is left of a letter; leaves the rest to the next process where this one is told to stop meanwhile.
    async fn send(&self, no: LetterNo, mut letter: Letter, mut stop: watch::Receiver<bool>) -> Result<(), Waits> {
        let parts = u32::try_from(letter.digest.parts.len()).unwrap_or(u32::MAX);
        while letter.next_part < parts {
            let part = letter.next_part;
            let (channel, written) = self.destination(&letter);
            match self.post(no, &letter, &channel).await {
                Ok(posting) => {
                    // Until that is kept it is posted and not known to be.
                    self.note(no, |waiting| waiting.in_doubt = true);
                    self.mark(Act::Posted(posting.clone())).await?;
                    self.waits_no_more(no);
                    letter.next_part = part.saturating_add(1);
                    letter.root.get_or_insert(posting);
                }
                Err(Waits::Call(CallError::Refused(code))) => return self.refused(no, &letter, code, &written).await,
                // Not posted, that is sure. It is rendered anew after the wait: a record may be withdrawn by then.
                Err(Waits::Call(CallError::RateLimited(asked))) => {
                    tokio::select! {
                        () = self.clock.sleep(asked.unwrap_or(AGAIN_AFTER)) => {}
                        _ = stop.wait_for(|stop| *stop) => return Ok(()),
                    }
                }
                Err(why) => {
                    self.note(no, |waiting| waiting.in_doubt = true);
                    return Err(why);
                }
            }
        }
        info!(function = %letter.digest.function, day = %letter.digest.day, messages = parts, "digest posted");
        Ok(())
    }

    /// Waits for whoever can mend it, who is told once; gives a letter up that Slack will never take, or that has waited
    /// for a week.
    async fn refused(&self, no: LetterNo, letter: &Letter, code: String, channel: &str) -> Result<(), Waits> {
        let function = &letter.digest.function;
        let gives_up = NEVER.contains(&code.as_str()) || self.clock.now().duration_since(letter.queued_at) > GIVEN_UP_AFTER;
        if self.waiting(no).refused.as_ref() != Some(&code) {
            error!(%function, code, cure = en::cure(&code, channel), "a digest cannot be posted");
        }
        if gives_up {
            error!(%function, day = %letter.digest.day, code, "a digest was given up");
            self.waits_no_more(no);
            return self.mark(Act::Failed { letter: no, part: letter.next_part, why: code }).await;
        }
        self.note(no, |waiting| waiting.refused = Some(code.clone()));
        Err(Waits::Mending(code))
    }

    async fn mark(&self, act: Act) -> Result<(), Waits> {
        self.store.commit(Change::of_the_bot(self.clock.now(), vec![act])).await?;
        Ok(())
    }

    async fn post(&self, no: LetterNo, letter: &Letter, channel: &ChannelId) -> Result<Posting, Waits> {
        let (part, key) = (letter.next_part, key(letter));
        if self.waiting(no).in_doubt
            && let Some(ts) = self.find(letter, channel, &key).await?
        {
            return Ok(Posting { letter: no, part, channel: channel.clone(), ts });
        }
        let page = digest::page(&self.store, &self.in_force, letter, usize::try_from(part).unwrap_or(usize::MAX)).await?;
        let metadata = SlackMessageMetadata::new(EVENT_TYPE.to_owned()).with_event_payload([("key".to_owned(), key)].into());
        let request =
            SlackApiChatPostMessageRequest::new(SlackChannelId::new(channel.as_str().to_owned()), content(&page).with_metadata(metadata))
                .with_unfurl_links(false)
                .with_unfurl_media(false)
                .with_link_names(false)
                .opt_thread_ts(letter.root.as_ref().map(|root| SlackTs::new(root.ts.clone())));
        let Posted { channel, ts } = self.slack.act("chat.postMessage", &request).await?;
        Ok(Posting { letter: no, part, channel: ChannelId::new(&channel), ts })
    }

    /// Looks for a part that was posted already: its key in the metadata of messages since the letter was queued.
    async fn find(&self, letter: &Letter, channel: &ChannelId, key: &str) -> Result<Option<String>, Waits> {
        let oldest = letter.queued_at.checked_sub(BEFORE_QUEUED).unwrap_or(letter.queued_at).as_second().to_string();
        let (method, thread) = match &letter.root {
            Some(root) => ("conversations.replies", json!(root.ts)),
            None => ("conversations.history", Value::Null),
        };
        let mut cursor = String::new();
        loop {
            let arguments = json!({"channel": channel.as_str(), "ts": thread, "oldest": oldest, "include_all_metadata": true, "limit": 200, "cursor": cursor});
            let page: Messages = match self.slack.ask(method, &arguments).await {
                Ok(page) => page,
                // Without the right to read there, it is sent: better twice than never.
                Err(CallError::Refused(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            if let Some(found) = page.messages.into_iter().find(|message| message.key() == Some(key)) {
                return Ok(Some(found.ts));
            }
            cursor = page.response_metadata.and_then(|meta| meta.next_cursor).unwrap_or_default();
            if cursor.is_empty() {
                return Ok(None);
            }
        }
    }
}

/// What is refused was said already, with its cure.
fn log(why: &Waits) {
    if !matches!(why, Waits::Mending(_)) {
        warn!(error = %why, "letters wait; they are tried again");
    }
}

/// What a part of a letter is known by in Slack: function, local day, part.
fn key(letter: &Letter) -> String {
    format!("{}/{}/{}", letter.digest.function, letter.digest.day, letter.next_part)
}

#[derive(Deserialize)]
struct Posted {
    channel: String,
    ts: String,
}

#[derive(Deserialize)]
struct Messages {
    #[serde(default)]
    messages: Vec<Found>,
    response_metadata: Option<Cursor>,
}

#[derive(Deserialize)]
struct Cursor {
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    ts: String,
    #[serde(default)]
    metadata: Value,
}

impl Found {
    fn key(&self) -> Option<&str> {
        let ours = self.metadata.get("event_type").and_then(Value::as_str) == Some(EVENT_TYPE);
        self.metadata.get("event_payload").filter(|_| ours)?.get("key")?.as_str()
    }
}
