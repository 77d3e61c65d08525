//! The fold alone: nothing outlives the process. The reference that other engines are held against.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio::sync::watch;

use super::contract::{CommitError, Committed, Later, OfChannel, Store, Subscribed, TaughtBy};
use super::questions;
use super::rows::Overlay;
use crate::domain::acts::Change;
use crate::domain::advocates::Advocates;
use crate::domain::commit::{Place, Verdict, settle};
use crate::domain::digest::New;
use crate::domain::facts::Entry;
use crate::domain::feedback::Source;
use crate::domain::fold::fold;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, TenantId, UserId};
use crate::domain::letter::Posting;
use crate::domain::spread::Done;
use crate::domain::views::{Backfilling, Candidate, Letter, Measured, News, Person, Reacted, Reading, Record, Rolled, Told, Unreadable};

/// A store in memory.
#[derive(Debug)]
pub struct MemoryStore {
    inner: Mutex<Inner>,
    newest: watch::Sender<Seq>,
    queued: watch::Sender<LetterNo>,
}

#[derive(Debug, Default)]
struct Inner {
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    log: Vec<Entry>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self { inner: Mutex::default(), newest: watch::Sender::new(Seq(0)), queued: watch::Sender::new(LetterNo(0)) }
    }
}

impl MemoryStore {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The log, with its blanked words blank.
    pub fn log(&self) -> Vec<Entry> {
        self.inner().log.clone()
    }

    /// All rows, for comparison.
    #[cfg(test)]
    pub(in crate::store) fn rows(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.inner().rows.clone()
    }

    fn commit_now(&self, change: &Change) -> Result<Committed, CommitError> {
        let mut inner = self.inner();
        let committed = inner.commit(change)?;
        let queued = inner.log.last().filter(|_| !committed.duplicate).and_then(Entry::queued);
        drop(inner);
        self.newest.send_if_modified(|newest| std::mem::replace(newest, committed.seq.max(*newest)) < committed.seq);
        if let Some(last) = queued {
            self.queued.send_if_modified(|queued| std::mem::replace(queued, last.max(*queued)) < last);
        }
        Ok(committed)
    }
}

impl Inner {
    fn commit(&mut self, change: &Change) -> Result<Committed, CommitError> {
        let seq = Seq(u64::try_from(self.log.len()).unwrap_or(u64::MAX)).next();
        let entry = match settle(&self.rows, change, Place { seq, group: seq })? {
            Verdict::New(entry) => entry,
            Verdict::Duplicate { seq, no } => {
                return Ok(Committed { seq, no, duplicate: true });
            }
            Verdict::Stale(no) => return Err(CommitError::Stale(no)),
            Verdict::Refused(why) => return Err(why.into()),
        };
        let mut layer = Overlay::over(&self.rows);
        let ordered = fold(&mut layer, &entry)?;
        for (key, value) in layer.into_written() {
            match value {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
        let no = entry.made();
        self.log.push(entry);
        for blank in ordered {
            self.blank(blank.seq, blank.word);
        }
        Ok(Committed { seq, no, duplicate: false })
    }

    fn blank(&mut self, seq: Seq, word: u32) {
        let entry = self.log.iter_mut().find(|entry| entry.head.seq == seq);
        let index = usize::try_from(word).unwrap_or(usize::MAX);
        if let Some(word) = entry.and_then(|entry| entry.words.get_mut(index)) {
            word.clear();
        }
    }
}

impl Store for MemoryStore {
    fn commit(&self, change: Change) -> Later<'_, Result<Committed, CommitError>> {
        async move { self.commit_now(&change) }.boxed()
    }

    fn newest(&self) -> watch::Receiver<Seq> {
        self.newest.subscribe()
    }

    fn queued(&self) -> watch::Receiver<LetterNo> {
        self.queued.subscribe()
    }

    fn record(&self, no: FeedbackNo) -> Later<'_, Result<Option<Record>, Unreadable>> {
        async move { questions::record(&self.inner().rows, no) }.boxed()
    }

    fn records(&self, nos: Vec<FeedbackNo>) -> Later<'_, Result<Vec<(FeedbackNo, Record)>, Unreadable>> {
        async move { questions::records(&self.inner().rows, &nos) }.boxed()
    }

    fn told(&self, source: Source) -> Later<'_, Result<Option<Told>, Unreadable>> {
        async move { questions::told(&self.inner().rows, &source) }.boxed()
    }

    fn told_from(&self, from: Source, most: usize) -> Later<'_, Result<Vec<(Source, Told)>, Unreadable>> {
        async move { questions::told_from(&self.inner().rows, &from, most) }.boxed()
    }

    fn told_by(&self, n: PersonNo, most: usize) -> Later<'_, Result<Vec<(FeedbackNo, Record)>, Unreadable>> {
        async move { questions::told_by(&self.inner().rows, n, most) }.boxed()
    }

    fn posted_in(&self, no: FeedbackNo) -> Later<'_, Result<Vec<Posting>, Unreadable>> {
        async move { questions::posted_in(&self.inner().rows, no) }.boxed()
    }

    fn reacted(&self, source: Source, n: PersonNo) -> Later<'_, Result<Option<Reacted>, Unreadable>> {
        async move { questions::reacted(&self.inner().rows, source, n) }.boxed()
    }

    fn channel(&self, channel: ChannelId) -> Later<'_, Result<OfChannel, Unreadable>> {
        async move { questions::channel(&self.inner().rows, &channel) }.boxed()
    }

    fn backfilling(&self) -> Later<'_, Result<Option<Backfilling>, Unreadable>> {
        async move { questions::backfilling(&self.inner().rows) }.boxed()
    }

    fn known(&self, tenant: TenantId, user: UserId) -> Later<'_, Result<Option<(PersonNo, Person)>, Unreadable>> {
        async move { questions::known(&self.inner().rows, tenant, user) }.boxed()
    }

    fn candidates(&self) -> Later<'_, Result<Vec<Candidate>, Unreadable>> {
        async move { questions::candidates(&self.inner().rows) }.boxed()
    }

    fn letter(&self, no: LetterNo) -> Later<'_, Result<Option<Letter>, Unreadable>> {
        async move { questions::letter(&self.inner().rows, no) }.boxed()
    }

    fn person(&self, n: PersonNo) -> Later<'_, Result<Option<Person>, Unreadable>> {
        async move { questions::person(&self.inner().rows, n) }.boxed()
    }

    fn readings(&self) -> Later<'_, Result<Vec<(FunctionId, Reading)>, Unreadable>> {
        async move { questions::readings(&self.inner().rows) }.boxed()
    }

    fn taught_upto(&self) -> Later<'_, Result<Seq, Unreadable>> {
        async move { questions::taught_upto(&self.inner().rows) }.boxed()
    }
    fn taught_from(&self, from: FeedbackNo, most: usize) -> Later<'_, Result<Vec<TaughtBy>, Unreadable>> {
        async move { questions::taught_from(&self.inner().rows, from, most) }.boxed()
    }
    fn rolled(&self) -> Later<'_, Result<Option<Rolled>, Unreadable>> {
        async move { questions::rolled(&self.inner().rows) }.boxed()
    }

    fn watched(&self) -> Later<'_, Result<Vec<FeedbackNo>, Unreadable>> {
        async move { questions::watched(&self.inner().rows) }.boxed()
    }

    fn news_of(&self, n: PersonNo) -> Later<'_, Result<Option<News>, Unreadable>> {
        async move { questions::news_of(&self.inner().rows, n) }.boxed()
    }

    fn news(&self) -> Later<'_, Result<Vec<(PersonNo, News)>, Unreadable>> {
        async move { questions::news(&self.inner().rows) }.boxed()
    }

    fn done(&self, from: Timestamp, upto: Timestamp) -> Later<'_, Result<Vec<Done>, Unreadable>> {
        async move { questions::done(&self.inner().rows, from, upto) }.boxed()
    }

    fn measured(&self) -> Later<'_, Result<Option<Measured>, Unreadable>> {
        async move { questions::measured(&self.inner().rows) }.boxed()
    }

    fn advocates_of(&self, function: FunctionId) -> Later<'_, Result<Advocates, Unreadable>> {
        async move { questions::advocates_of(&self.inner().rows, &function) }.boxed()
    }

    fn advocates(&self) -> Later<'_, Result<Vec<(FunctionId, Advocates)>, Unreadable>> {
        async move { questions::advocates(&self.inner().rows) }.boxed()
    }

    fn subscriptions(&self) -> Later<'_, Result<Vec<Subscribed>, Unreadable>> {
        async move { questions::subscriptions(&self.inner().rows) }.boxed()
    }

    fn new_in(&self, from: Seq, upto: Seq) -> Later<'_, Result<Vec<New>, Unreadable>> {
        async move { questions::new_in(&self.inner().rows, from, upto) }.boxed()
    }

    fn outbox(&self) -> Later<'_, Result<Vec<(LetterNo, Letter)>, Unreadable>> {
        async move { questions::outbox(&self.inner().rows) }.boxed()
    }
}
