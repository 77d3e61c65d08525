//! The store on one machine: reads from the views, offers changes to the writer.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio::sync::{oneshot, watch};

use super::fault::{Notice, OpenError};
use super::opening::{Opened, Opening};
use super::options::{LocalOptions, Machine};
use super::scrub::{Scrub, Scrubbed};
use super::views::LocalViews;
use super::watchdog::Watchdog;
use super::writer::{Answer, Offer, Pace, Writer};
use crate::clock::Clock;
use crate::domain::acts::Change;
use crate::domain::advocates::Advocates;
use crate::domain::digest::New;
use crate::domain::feedback::Source;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, TenantId, UserId};
use crate::domain::letter::Posting;
use crate::domain::spread::Done;
use crate::domain::views::{Backfilling, Candidate, Letter, Measured, News, Person, Reacted, Reading, Record, Rolled, Told, Unreadable};
use crate::store::contract::{CommitError, Committed, Later, OfChannel, Store, Subscribed, TaughtBy};
use crate::store::questions;

/// So many records are read where they are asked for: a thread of their own would cost more.
const AT_ONCE: usize = 32;

/// A store in a data directory.
pub struct LocalStore {
    clock: Clock,
    views: LocalViews,
    newest: watch::Receiver<Seq>,
    queued: watch::Receiver<LetterNo>,
    offers: Mutex<Option<SyncSender<Offer>>>,
    threads: Mutex<Threads>,
    scrub: Scrub,
    notices: Vec<Notice>,
}

struct Threads {
    writer: Option<JoinHandle<()>>,
    scrub: Option<JoinHandle<()>>,
    watchdog: Option<Watchdog>,
}

impl std::fmt::Debug for LocalStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalStore").field("newest", &*self.newest.borrow()).finish_non_exhaustive()
    }
}

impl LocalStore {
    /// Opens the store, recovers it, and starts its writer. What had to be done is logged, and told by [`Self::notices`].
    pub async fn open(options: LocalOptions, clock: Clock) -> Result<Self, OpenError> {
        let machine = Machine::real(&options.dir, options.free.clone());
        Self::open_on(machine, options, clock).await
    }

    /// Opens it on a machine that may be simulated.
    pub(super) async fn open_on(machine: Machine, options: LocalOptions, clock: Clock) -> Result<Self, OpenError> {
        let works = clock.clone();
        let open = move || Self::open_now(&machine, &options, works);
        clock.blocking("open the store", open).await.unwrap_or(Err(OpenError::Ended("it panicked when it was opened")))
    }

    fn open_now(machine: &Machine, options: &LocalOptions, clock: Clock) -> Result<Self, OpenError> {
        let LocalOptions { tenant, on_progress, limits, .. } = options;
        let opening = Opening { machine, tenant: tenant.as_ref(), limits: *limits, on_progress, now: clock.now() };
        let Opened { journal, views, newest, notices, pulse, watchdog, lock } = opening.open()?;
        for notice in &notices {
            tracing::warn!(%notice, "the store had to be mended when it was opened");
        }
        let scrub = Scrub::default();
        let (offer, offers) = sync_channel(limits.waiting);
        let (newest, seen) = watch::channel(newest);
        let (queued, queue) = watch::channel(questions::last_letter(&views)?);
        let finished: Vec<Seq> = journal.firsts().split_last().map(|(_, finished)| finished.to_vec()).unwrap_or_default();
        let writer = Writer {
            disk: Arc::clone(&machine.disk),
            journal,
            views: views.clone(),
            newest,
            queued,
            offers,
            pace: Pace { room: limits.room, look_every: limits.look_every, flush_after: limits.flush_after },
            pulse,
            die: Arc::clone(&machine.die),
            held: None,
            blanking: Arc::clone(&scrub.blanking),
        };
        let bond = watchdog.bond();
        let write = move || {
            writer.run(bond);
            // Only now may another open the directory.
            drop(lock);
        };
        let (scrubs, disk) = (scrub.clone(), Arc::clone(&machine.disk));
        let threads = Threads {
            writer: Some(start("store-write", write)?),
            scrub: Some(start("store-scrub", move || scrubs.run(&*disk, &finished))?),
            watchdog: Some(watchdog),
        };
        Ok(Self {
            clock,
            views,
            newest: seen,
            queued: queue,
            offers: Mutex::new(Some(offer)),
            threads: Mutex::new(threads),
            scrub,
            notices,
        })
    }

    /// What had to be done when it was opened.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// What the scrub of the older files has found so far.
    pub fn scrubbed(&self) -> Scrubbed {
        self.scrub.found().clone()
    }

    /// Since when words of a person who was forgotten may linger in the files of the views.
    ///
    /// The next [`open`](Self::open) folds the views anew, so that they do not: a process that runs on is to be
    /// restarted in a quiet hour within 24 hours.
    pub fn lingering_since(&self) -> Result<Option<Timestamp>, Unreadable> {
        self.views.lingering()
    }

    /// Takes nothing more, finishes what waits, flushes, ends its threads. The lock goes when the store is dropped.
    pub async fn close(&self) {
        self.offers.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.scrub.stop.store(true, Ordering::SeqCst);
        let (writer, scrub) = {
            let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
            (threads.writer.take(), threads.scrub.take())
        };
        // A thread that panicked has ended the process, or will not be missed.
        self.clock.blocking("close the store", move || drop((writer.map(JoinHandle::join), scrub.map(JoinHandle::join)))).await;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).watchdog.take();
    }

    /// The views, for comparison.
    #[cfg(test)]
    pub(super) fn views(&self) -> &LocalViews {
        &self.views
    }

    fn offer(&self, change: Change) -> Result<oneshot::Receiver<Answer>, CommitError> {
        let (answer, answered) = oneshot::channel();
        let sender = self.offers.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(CommitError::Closed)?;
        match sender.try_send(Offer { change, answer }) {
            Ok(()) => Ok(answered),
            Err(TrySendError::Full(_)) => Err(CommitError::Busy),
            Err(TrySendError::Disconnected(_)) => Err(CommitError::Closed),
        }
    }

    /// Reads that may take long go on a thread of their own.
    fn read<T: Send + 'static>(
        &self,
        what: &'static str,
        question: impl FnOnce(&LocalViews) -> Result<T, Unreadable> + Send + 'static,
    ) -> Later<'_, Result<T, Unreadable>> {
        let views = self.views.clone();
        async move {
            let answer = self.clock.blocking(what, move || question(&views)).await;
            answer.unwrap_or_else(|| Err(Unreadable("reading them panicked".to_owned())))
        }
        .boxed()
    }
}

impl Drop for LocalStore {
    /// Without [`close`](Self::close): the writer finishes by itself, since nobody can offer anything any more.
    fn drop(&mut self) {
        self.scrub.stop.store(true, Ordering::SeqCst);
    }
}

fn start(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    std::thread::Builder::new().name(name.to_owned()).spawn(run).map_err(OpenError::NoThread)
}

impl Store for LocalStore {
    fn commit(&self, change: Change) -> Later<'_, Result<Committed, CommitError>> {
        async move {
            let answered = self.offer(change)?;
            // The writer never drops an answer but with itself.
            self.clock.away("commit", answered).await.unwrap_or(Err(CommitError::Closed))
        }
        .boxed()
    }

    fn newest(&self) -> watch::Receiver<Seq> {
        self.newest.clone()
    }

    fn queued(&self) -> watch::Receiver<LetterNo> {
        self.queued.clone()
    }

    fn record(&self, no: FeedbackNo) -> Later<'_, Result<Option<Record>, Unreadable>> {
        async move { questions::record(&self.views, no) }.boxed()
    }

    fn records(&self, nos: Vec<FeedbackNo>) -> Later<'_, Result<Vec<(FeedbackNo, Record)>, Unreadable>> {
        if nos.len() <= AT_ONCE {
            return async move { questions::records(&self.views, &nos) }.boxed();
        }
        self.read("records", move |views| questions::records(views, &nos))
    }

    fn told(&self, source: Source) -> Later<'_, Result<Option<Told>, Unreadable>> {
        async move { questions::told(&self.views, &source) }.boxed()
    }

    fn told_from(&self, from: Source, most: usize) -> Later<'_, Result<Vec<(Source, Told)>, Unreadable>> {
        self.read("told from", move |views| questions::told_from(views, &from, most))
    }

    fn told_by(&self, n: PersonNo, most: usize) -> Later<'_, Result<Vec<(FeedbackNo, Record)>, Unreadable>> {
        self.read("told by", move |views| questions::told_by(views, n, most))
    }

    fn posted_in(&self, no: FeedbackNo) -> Later<'_, Result<Vec<Posting>, Unreadable>> {
        async move { questions::posted_in(&self.views, no) }.boxed()
    }

    fn reacted(&self, source: Source, n: PersonNo) -> Later<'_, Result<Option<Reacted>, Unreadable>> {
        async move { questions::reacted(&self.views, source, n) }.boxed()
    }

    fn channel(&self, channel: ChannelId) -> Later<'_, Result<OfChannel, Unreadable>> {
        async move { questions::channel(&self.views, &channel) }.boxed()
    }

    fn backfilling(&self) -> Later<'_, Result<Option<Backfilling>, Unreadable>> {
        async move { questions::backfilling(&self.views) }.boxed()
    }

    fn known(&self, tenant: TenantId, user: UserId) -> Later<'_, Result<Option<(PersonNo, Person)>, Unreadable>> {
        async move { questions::known(&self.views, tenant, user) }.boxed()
    }

    fn candidates(&self) -> Later<'_, Result<Vec<Candidate>, Unreadable>> {
        self.read("candidates", questions::candidates)
    }

    fn letter(&self, no: LetterNo) -> Later<'_, Result<Option<Letter>, Unreadable>> {
        async move { questions::letter(&self.views, no) }.boxed()
    }

    fn person(&self, n: PersonNo) -> Later<'_, Result<Option<Person>, Unreadable>> {
        async move { questions::person(&self.views, n) }.boxed()
    }

    fn readings(&self) -> Later<'_, Result<Vec<(FunctionId, Reading)>, Unreadable>> {
        async move { questions::readings(&self.views) }.boxed()
    }

    fn taught_upto(&self) -> Later<'_, Result<Seq, Unreadable>> {
        async move { questions::taught_upto(&self.views) }.boxed()
    }

    fn taught_from(&self, from: FeedbackNo, most: usize) -> Later<'_, Result<Vec<TaughtBy>, Unreadable>> {
        self.read("taught", move |views| questions::taught_from(views, from, most))
    }

    fn rolled(&self) -> Later<'_, Result<Option<Rolled>, Unreadable>> {
        async move { questions::rolled(&self.views) }.boxed()
    }

    fn watched(&self) -> Later<'_, Result<Vec<FeedbackNo>, Unreadable>> {
        async move { questions::watched(&self.views) }.boxed()
    }

    fn news_of(&self, n: PersonNo) -> Later<'_, Result<Option<News>, Unreadable>> {
        async move { questions::news_of(&self.views, n) }.boxed()
    }

    fn news(&self) -> Later<'_, Result<Vec<(PersonNo, News)>, Unreadable>> {
        async move { questions::news(&self.views) }.boxed()
    }

    fn done(&self, from: Timestamp, upto: Timestamp) -> Later<'_, Result<Vec<Done>, Unreadable>> {
        self.read("done", move |views| questions::done(views, from, upto))
    }

    fn measured(&self) -> Later<'_, Result<Option<Measured>, Unreadable>> {
        async move { questions::measured(&self.views) }.boxed()
    }

    fn advocates_of(&self, function: FunctionId) -> Later<'_, Result<Advocates, Unreadable>> {
        async move { questions::advocates_of(&self.views, &function) }.boxed()
    }

    fn advocates(&self) -> Later<'_, Result<Vec<(FunctionId, Advocates)>, Unreadable>> {
        self.read("advocates", questions::advocates)
    }

    fn subscriptions(&self) -> Later<'_, Result<Vec<Subscribed>, Unreadable>> {
        async move { questions::subscriptions(&self.views) }.boxed()
    }

    fn new_in(&self, from: Seq, upto: Seq) -> Later<'_, Result<Vec<New>, Unreadable>> {
        self.read("new in", move |views| questions::new_in(views, from, upto))
    }

    fn outbox(&self) -> Later<'_, Result<Vec<(LetterNo, Letter)>, Unreadable>> {
        self.read("outbox", questions::outbox)
    }
}
