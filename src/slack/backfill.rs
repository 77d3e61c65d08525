//! Reads what was said in a channel before the bot listened, once an admin has begun it.
//!
//! How far it has come is a fact, committed after each page, so that it goes on after a restart. It goes back in time, a
//! page after the other, each ending where the one before began.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use tokio::sync::watch;
use tracing::{info, warn};

use super::asides::{Aside, To};
use super::desk::{Desk, DeskError};
use super::errands::Look;
use super::gestures::listened::{self, Became};
use super::history::{is_tombstone, ts_of};
use super::inbound::{self, Message};
use super::reader::{Pace, Reader, Unread};
use super::web::CallError;
use crate::domain::acts::{Act, Change};
use crate::domain::backfill::{Backfill, Step};
use crate::domain::ids::ChannelId;
use crate::domain::views::Unreadable;
use crate::texts::en::backfill::{Looked, looked, not_looked};

/// Entries of a page.
const PAGE: u32 = 200;
/// How many pages are looked at before somebody decides.
const MOST_PAGES: usize = 25;
/// How many examples are shown.
const EXAMPLES: usize = 3;
/// How long until something that failed for now is tried again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// So long what a command is answered with takes to arrive: what is found comes behind it.
const FIRST_WORDS: SignedDuration = SignedDuration::from_secs(1);
/// After so long nobody waits for an answer any more.
const WAITED_FOR: SignedDuration = SignedDuration::from_mins(2);

/// Reads older messages.
pub struct Backfills {
    desk: Arc<Desk>,
    reader: Reader,
    stop: watch::Receiver<bool>,
}

/// Why a page was not read.
#[derive(Debug, thiserror::Error)]
enum NotRead {
    #[error(transparent)]
    Unread(#[from] Unread),
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<Unreadable> for NotRead {
    fn from(fault: Unreadable) -> Self {
        Self::Desk(fault.into())
    }
}

impl Backfills {
    /// For a desk, at a pace, until it is told to stop.
    pub fn new(desk: Arc<Desk>, pace: &Arc<Pace>, stop: watch::Receiver<bool>) -> Self {
        let reader = Reader::new((&desk.slack, &desk.clock), pace, stop.clone());
        Self { desk, reader, stop }
    }

    /// Runs until it is told to stop. Goes on with what the process before began.
    pub async fn run(mut self) {
        let (desk, mut stop) = (Arc::clone(&self.desk), self.stop.clone());
        loop {
            let again = match self.work().await {
                Ok(()) => None,
                Err(NotRead::Unread(Unread::Stopped)) => return,
                Err(why) => {
                    warn!(error = %why, "older messages could not be read; they are tried again");
                    Some(AGAIN_AFTER)
                }
            };
            let later = async {
                match again {
                    Some(after) => desk.clock.sleep(after).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                () = desk.errands.more() => {}
                () = later => {}
            }
        }
    }

    /// Answers who asks, and reads page after page until nothing is left to do.
    async fn work(&mut self) -> Result<(), NotRead> {
        loop {
            while let Some(look) = self.desk.errands.next_look() {
                self.look(look).await?;
            }
            let Some(under_way) = self.desk.store.backfilling().await? else { return Ok(()) };
            self.read(under_way.backfill).await?;
        }
    }

    /// Reads one page and what hangs on it, and notes how far that is.
    async fn read(&mut self, before: Backfill) -> Result<(), NotRead> {
        match self.page(&before).await {
            Ok(Some(next)) => self.note(next).await?,
            Ok(None) => {}
            Err(NotRead::Unread(Unread::Call(CallError::Refused(code)))) => {
                warn!(channel = %before.channel, code, "reading older messages ended early");
                self.note(Backfill { step: Step::Refused, ..before }).await?;
            }
            Err(why) => return Err(why),
        }
        Ok(())
    }

    async fn note(&self, step: Backfill) -> Result<(), DeskError> {
        let (channel, taken, last) = (step.channel.clone(), step.taken, step.step.is_last());
        // Known already: somebody has stopped it meanwhile.
        self.desk.store.commit(Change::of_the_bot(self.desk.clock.now(), vec![Act::Backfill(step)])).await?;
        if last {
            info!(%channel, taken, "read older messages");
        }
        Ok(())
    }

    /// Whether nobody has stopped it.
    async fn goes_on(&self, before: &Backfill) -> Result<bool, Unreadable> {
        Ok(self.desk.store.backfilling().await?.is_some_and(|under_way| under_way.is_of(before)))
    }

    /// `None`: somebody has stopped it meanwhile.
    async fn page(&mut self, before: &Backfill) -> Result<Option<Backfill>, NotRead> {
        let channel = before.channel.as_str();
        let arguments = json!({"channel": channel, "oldest": before.from, "latest": before.upto, "inclusive": false, "limit": PAGE});
        let page = self.reader.page("conversations.history", &arguments).await?;
        let more = !page.cursor().is_empty();
        let mut messages: Vec<Message> = page.messages.iter().filter_map(|value| of(channel, value)).collect();
        messages.sort_by(|one, other| one.ts.cmp(&other.ts));
        let mut taken = before.taken;
        if !self.goes_on(before).await? {
            return Ok(None);
        }
        for message in &messages {
            taken = taken.saturating_add(self.take(message).await?);
        }
        for root in messages.iter().filter(|message| message.replies > 0) {
            let replies = self.reader.replies(channel, &root.ts, &root.ts).await?;
            if !self.goes_on(before).await? {
                return Ok(None);
            }
            for reply in replies {
                if let Some(reply) = of(channel, &reply) {
                    taken = taken.saturating_add(self.take(&reply).await?);
                }
            }
        }
        // Of messages that cannot be read, too, the first one says where the next page ends.
        let first = page.messages.iter().filter_map(|value| value.get("ts")?.as_str()).min();
        let next = first.filter(|first| more && *first < before.upto.as_str());
        Ok(Some(match next {
            Some(next) => Backfill { upto: next.to_owned(), taken, step: Step::Read, ..before.clone() },
            None => Backfill { taken, step: Step::Done, ..before.clone() },
        }))
    }

    async fn take(&self, message: &Message) -> Result<u64, DeskError> {
        if message.by_bot {
            return Ok(0);
        }
        Ok(u64::from(listened::find_before(&self.desk, message.clone()).await? == Became::Heard))
    }

    /// Says how much there is.
    async fn look(&mut self, look: Look) -> Result<(), NotRead> {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = self.desk.clock.sleep(FIRST_WORDS) => {}
            _ = stop.wait_for(|stop| *stop) => return Err(Unread::Stopped.into()),
        }
        let page = match self.count(&look.channel, look.days).await {
            Ok(found) => looked(&found),
            Err(NotRead::Unread(Unread::Call(error))) => {
                warn!(channel = %look.channel, %error, "how much was said in a channel could not be looked up");
                not_looked(&look.channel)
            }
            Err(why) => return Err(why),
        };
        if let Ok(until) = self.desk.clock.now().checked_add(WAITED_FOR) {
            self.desk.asides.say(Aside { to: To::Answer { url: look.answer, replace: false }, page, until });
        }
        Ok(())
    }

    async fn count(&mut self, channel: &ChannelId, days: u16) -> Result<Looked, NotRead> {
        let now = self.desk.clock.now();
        let oldest = ts_of(now.checked_sub(SignedDuration::from_hours(i64::from(days) * 24)).unwrap_or(now));
        let mut found = Looked { channel: channel.clone(), days, messages: 0, replies: 0, more: false, examples: vec![] };
        let mut cursor = String::new();
        for _ in 0..MOST_PAGES {
            let arguments = json!({"channel": channel.as_str(), "oldest": oldest, "limit": PAGE, "cursor": cursor});
            let page = self.reader.page("conversations.history", &arguments).await?;
            cursor = page.cursor();
            for message in page.messages.iter().filter_map(|value| of(channel.as_str(), value)) {
                if listened::is_takeable(&self.desk, &message).await? {
                    found.messages = found.messages.saturating_add(1);
                    // Of a thread whose first message was taken the rest most likely was as well.
                    found.replies = found.replies.saturating_add(message.replies);
                    if found.examples.len() < EXAMPLES {
                        found.examples.push(self.desk.plain(&self.desk.without_us(&message.text)).await);
                    }
                }
            }
            if cursor.is_empty() {
                return Ok(found);
            }
        }
        found.more = true;
        Ok(found)
    }
}

/// Somebody's words, in a channel.
fn of(channel: &str, value: &serde_json::Value) -> Option<Message> {
    let message = inbound::message(value).filter(|_| inbound::is_said(value) && !is_tombstone(value))?;
    Some(Message { channel: channel.to_owned(), ..message })
}
