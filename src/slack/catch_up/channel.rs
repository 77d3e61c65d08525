//! One channel: what was said in it since it was last sure, and what became of what is kept of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::SignedDuration;
use serde_json::Value;

use crate::domain::acts::{Act, Change};
use crate::domain::feedback::Source;
use crate::domain::ids::ChannelId;
use crate::domain::views::{Record, Unreadable};
use crate::slack::desk::{Desk, DeskError};
use crate::slack::gestures::changed;
use crate::slack::gestures::listened::{self, Became};
use crate::slack::history::{is_tombstone, ts_of};
use crate::slack::inbound::{self, Message};
use crate::slack::reader::{Reader, Unread};

/// Kept messages that are younger are read again.
const READ_AGAIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many rows are asked of the store at once.
const AT_ONCE: usize = 500;

/// What of a channel is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// All that is said.
    Everything,
    /// Replies in the threads of digests.
    OurThreads,
}

/// What was found.
#[derive(Clone, Copy, Default)]
pub(super) struct Found {
    pages: usize,
    heard: usize,
    known: usize,
    left_alone: usize,
    edited: usize,
    gone: usize,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pages, heard, known, left_alone, edited, gone } = self;
        write!(f, "{heard} heard, {known} known, {left_alone} left alone, {edited} edited, {gone} gone, on {pages} pages")
    }
}

/// Why a channel was not read to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotCaughtUp {
    #[error(transparent)]
    Unread(#[from] Unread),
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<Unreadable> for NotCaughtUp {
    fn from(fault: Unreadable) -> Self {
        Self::Desk(fault.into())
    }
}

/// A message of which something is kept.
struct Kept {
    /// The first message of its thread, where that is known.
    thread: Option<String>,
    /// When the kept words were last edited.
    edited: Option<String>,
}

/// One reading of a channel.
struct Reading<'a> {
    desk: &'a Desk,
    reader: &'a mut Reader,
    channel: &'a ChannelId,
    scope: Scope,
    /// Up to here all was heard before.
    upto: String,
    kept: BTreeMap<String, Kept>,
    seen: BTreeSet<String>,
    found: Found,
}

/// Reads a channel from where it was last sure to now. `None`: it was never read, and is sure from now on, since what was
/// said before we came is not ours to hear.
pub(super) async fn catch_up(desk: &Desk, reader: &mut Reader, channel: &ChannelId, scope: Scope) -> Result<Option<Found>, NotCaughtUp> {
    let now = desk.clock.now();
    let Some(before) = desk.store.channel(channel.clone()).await?.caught_up else {
        note(desk, channel, ts_of(now)).await?;
        return Ok(None);
    };
    let week_ago = ts_of(now.checked_sub(READ_AGAIN).unwrap_or(now));
    // Before anything is read: what is kept later may stand on no page.
    let kept = kept_since(desk, channel, &week_ago).await?;
    let oldest = week_ago.min(before.upto.clone());
    let mut reading = Reading { desk, reader, channel, scope, upto: before.upto, kept, seen: BTreeSet::new(), found: Found::default() };
    let newest = reading.read(&oldest).await?;
    let found = reading.found;
    if let Some(newest) = newest {
        note(desk, channel, newest).await?;
    }
    Ok(Some(found))
}

async fn note(desk: &Desk, channel: &ChannelId, upto: String) -> Result<(), DeskError> {
    let act = Act::CaughtUp { channel: channel.clone(), upto };
    desk.store.commit(Change::of_the_bot(desk.clock.now(), vec![act])).await?;
    Ok(())
}

/// The messages since a moment of which something is kept.
async fn kept_since(desk: &Desk, channel: &ChannelId, oldest: &str) -> Result<BTreeMap<String, Kept>, DeskError> {
    let mut kept = BTreeMap::new();
    let mut from = desk.source(channel.as_str(), oldest);
    loop {
        let told = desk.store.told_from(from.clone(), AT_ONCE).await?;
        let is_last = told.len() < AT_ONCE;
        for (source, told) in told {
            from = Source { ts: format!("{}0", source.ts), ..source.clone() };
            if told.closed {
                continue;
            }
            let records = desk.store.records(told.nos).await?;
            let standing: Vec<Record> = records.into_iter().map(|(_, record)| record).filter(|record| !record.withdrawn).collect();
            if !standing.is_empty() {
                kept.insert(source.ts.clone(), of_records(&source, &standing));
            }
        }
        if is_last {
            return Ok(kept);
        }
    }
}

fn of_records(source: &Source, records: &[Record]) -> Kept {
    let of_it = records.iter().filter(|record| record.source.as_ref().is_some_and(|of| of.channel == source.channel));
    let thread = of_it.clone().find_map(|record| match &record.source {
        Some(first) if record.parts.len() > 1 && first.ts != source.ts => Some(first.ts.clone()),
        _ => record.thread.clone(),
    });
    let parts = of_it.flat_map(|record| &record.parts).filter(|part| part.ts == source.ts);
    // The oldest: a later edit is followed in each record that does not have it yet.
    let edited = parts.map(|part| part.edited.clone()).min().flatten();
    Kept { thread, edited }
}

impl Reading<'_> {
    /// Gives the newest message that was seen.
    async fn read(&mut self, oldest: &str) -> Result<Option<String>, NotCaughtUp> {
        let (messages, mut threads) = self.scan(oldest).await?;
        let newest = messages.last().map(|(message, _)| message.ts.clone());
        for (message, is_said) in messages {
            self.look_at(message, is_said).await?;
        }
        for (ts, kept) in &self.kept {
            if let Some(root) = kept.thread.as_ref().filter(|_| !self.seen.contains(ts)) {
                let from = threads.entry(root.clone()).or_insert_with(|| ts.clone());
                *from = from.clone().min(ts.clone());
            }
        }
        for (root, from) in threads {
            for reply in self.reader.replies(self.channel.as_str(), &root, &from).await? {
                if let Some((message, is_said)) = self.message(&reply) {
                    self.look_at(message, is_said).await?;
                }
            }
        }
        self.look_for_the_rest().await?;
        Ok(newest)
    }

    /// What stands in the channel itself, in the order in which it was said; and the threads with new replies in them.
    async fn scan(&mut self, oldest: &str) -> Result<(Vec<(Message, bool)>, BTreeMap<String, String>), NotCaughtUp> {
        let (mut values, mut threads) = (vec![], BTreeMap::new());
        let Self { desk, reader, channel, scope, upto, kept, .. } = self;
        let pages = reader.channel(channel.as_str(), oldest, |value| {
            let Some(message) = inbound::message(&value) else { return };
            let is_theirs = *scope == Scope::Everything || message.user == desk.home.user;
            if is_theirs && message.latest_reply.as_ref().is_some_and(|latest| *latest > *upto) {
                threads.insert(message.ts.clone(), upto.clone());
            }
            // Words that nobody needs are not held.
            if message.ts > *upto || kept.contains_key(&message.ts) {
                values.push(value);
            }
        });
        self.found.pages = pages.await?;
        let mut messages: Vec<(Message, bool)> = values.iter().filter_map(|value| self.message(value)).collect();
        messages.sort_by(|(one, _), (other, _)| one.ts.cmp(&other.ts));
        Ok((messages, threads))
    }

    /// A message, and whether it is somebody's words. `None`: it is gone.
    fn message(&self, value: &Value) -> Option<(Message, bool)> {
        let message = inbound::message(value).filter(|_| !is_tombstone(value))?;
        let is_said = inbound::is_said(value) && !message.by_bot;
        Some((Message { channel: self.channel.to_string(), ..message }, is_said))
    }

    async fn look_at(&mut self, message: Message, is_said: bool) -> Result<(), DeskError> {
        if !self.seen.insert(message.ts.clone()) {
            return Ok(());
        }
        self.follow(&message).await?;
        if !is_said || message.ts <= self.upto {
            return Ok(());
        }
        let became = match self.scope {
            Scope::Everything => listened::find(self.desk, message).await?,
            Scope::OurThreads => listened::find_reply(self.desk, &message).await?,
        };
        let counted = match became {
            Became::Heard => &mut self.found.heard,
            Became::Known => &mut self.found.known,
            Became::LeftAlone => &mut self.found.left_alone,
        };
        *counted = counted.saturating_add(1);
        Ok(())
    }

    /// What is kept of a message follows its edits.
    async fn follow(&mut self, message: &Message) -> Result<(), DeskError> {
        if self.kept.get(&message.ts).is_some_and(|kept| message.edited > kept.edited) {
            changed::found_edited(self.desk, message).await?;
            self.found.edited = self.found.edited.saturating_add(1);
        }
        Ok(())
    }

    /// What is kept and was not seen is looked for by itself: it stands in a thread, or is gone.
    async fn look_for_the_rest(&mut self) -> Result<(), NotCaughtUp> {
        let rest: Vec<String> = self.kept.keys().filter(|ts| !self.seen.contains(*ts)).cloned().collect();
        for ts in rest {
            let standing = self.reader.standing(self.channel.as_str(), &ts).await?;
            match standing.as_ref().and_then(|value| self.message(value)) {
                Some((message, is_said)) => self.look_at(message, is_said).await?,
                None if standing.is_some() => {}
                None => {
                    changed::found_gone(self.desk, self.channel.as_str(), &ts).await?;
                    self.found.gone = self.found.gone.saturating_add(1);
                }
            }
        }
        Ok(())
    }
}
