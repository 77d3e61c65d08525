//! A store that keeps what it is given, unless a test puts it in another mood: full, slow, or falling over.

use std::sync::Arc;

use allears::domain::acts::{Act, Change};
use allears::domain::digest::New;
use allears::domain::feedback::Source;
use allears::domain::function::FunctionId;
use allears::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, TenantId, UserId};
use allears::domain::letter::Posting;
use allears::domain::views::{Backfilling, Candidate, Letter, News, Person, Reacted, Reading, Record, Rolled, Told, Unreadable};
use allears::serve::Keep;
use allears::store::memory::MemoryStore;
use allears::store::{CommitError, Committed, Later, OfChannel, SharedStore, Store, Subscribed, TaughtBy};
use tokio::sync::watch;

/// What becomes of the changes that a mood is about.
#[derive(Clone, Copy)]
pub(crate) enum Does {
    /// There is no room.
    Refuses,
    /// A bug.
    Panics,
    /// Nothing, until the mood is another.
    Holds,
    /// They are kept, and whoever offered them does not hear so until the mood is another.
    KeepsToItself,
}

/// Which changes a mood is about.
pub(crate) type Of = fn(&Change) -> bool;

/// A store with moods, over another one.
pub(crate) struct Moody {
    below: SharedStore,
    mood: watch::Sender<Option<(Of, Does)>>,
    /// Told of each change that is held, or whose answer is.
    on_held: Box<dyn Fn() + Send + Sync>,
}

impl Moody {
    /// One that is well, over one in memory.
    pub(crate) fn new() -> Arc<Self> {
        Self::over(Arc::new(MemoryStore::default()), || {})
    }

    /// One that is well, over this one; it says when it holds something.
    pub(crate) fn over(below: SharedStore, on_held: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { below, mood: watch::Sender::new(None), on_held: Box::new(on_held) })
    }

    /// Where a bot that remembers in it keeps things.
    pub(crate) fn keep(self: &Arc<Self>) -> Keep {
        Keep::Given(Arc::<Self>::clone(self))
    }

    /// From now on this is what it does with these changes.
    pub(crate) fn falls_into(&self, of: Of, does: Does) {
        self.mood.send_replace(Some((of, does)));
    }

    /// All is well again.
    pub(crate) fn is_well(&self) {
        self.mood.send_replace(None);
    }
}

/// Somebody told something.
pub(crate) fn hears(change: &Change) -> bool {
    change.acts.iter().any(|act| matches!(act, Act::Hear(_)))
}

/// Somebody told something that they call slow.
pub(crate) fn hears_slow(change: &Change) -> bool {
    change.acts.iter().any(|act| matches!(act, Act::Hear(hearing) if hearing.verbatim.as_str().contains("slow")))
}

/// A digest is queued.
pub(crate) fn queues(change: &Change) -> bool {
    change.acts.iter().any(|act| matches!(act, Act::Digest(_)))
}

/// A post of this part of a letter is noted.
pub(crate) fn posted_part<const PART: u32>(change: &Change) -> bool {
    change.acts.iter().any(|act| matches!(act, Act::Posted { posting, .. } if posting.part == PART))
}

/// Whatever is offered.
pub(crate) fn anything(_: &Change) -> bool {
    true
}

/// A post is noted.
pub(crate) fn posted(change: &Change) -> bool {
    change.acts.iter().any(|act| matches!(act, Act::Posted { .. }))
}

impl Store for Moody {
    fn commit(&self, change: Change) -> Later<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            let mut mood = self.mood.subscribe();
            loop {
                let now = *mood.borrow_and_update();
                match now.filter(|(of, _)| of(&change)).map(|(_, does)| does) {
                    None => return self.below.commit(change).await,
                    Some(Does::Refuses) => return Err(CommitError::Full),
                    Some(Does::Panics) => panic!("the store falls over, as the test asked"),
                    Some(Does::Holds) => {
                        (self.on_held)();
                        drop(mood.changed().await);
                    }
                    Some(Does::KeepsToItself) => {
                        let kept = self.below.commit(change).await;
                        (self.on_held)();
                        drop(mood.changed().await);
                        return kept;
                    }
                }
            }
        })
    }

    fn newest(&self) -> watch::Receiver<Seq> {
        self.below.newest()
    }

    fn queued(&self) -> watch::Receiver<LetterNo> {
        self.below.queued()
    }

    fn record(&self, no: FeedbackNo) -> Later<'_, Result<Option<Record>, Unreadable>> {
        self.below.record(no)
    }

    fn records(&self, nos: Vec<FeedbackNo>) -> Later<'_, Result<Vec<(FeedbackNo, Record)>, Unreadable>> {
        self.below.records(nos)
    }

    fn told(&self, source: Source) -> Later<'_, Result<Option<Told>, Unreadable>> {
        self.below.told(source)
    }

    fn told_from(&self, from: Source, most: usize) -> Later<'_, Result<Vec<(Source, Told)>, Unreadable>> {
        self.below.told_from(from, most)
    }

    fn told_by(&self, n: PersonNo, most: usize) -> Later<'_, Result<Vec<(FeedbackNo, Record)>, Unreadable>> {
        self.below.told_by(n, most)
    }

    fn posted_in(&self, no: FeedbackNo) -> Later<'_, Result<Vec<Posting>, Unreadable>> {
        self.below.posted_in(no)
    }

    fn reacted(&self, source: Source, n: PersonNo) -> Later<'_, Result<Option<Reacted>, Unreadable>> {
        self.below.reacted(source, n)
    }

    fn channel(&self, channel: ChannelId) -> Later<'_, Result<OfChannel, Unreadable>> {
        self.below.channel(channel)
    }

    fn backfilling(&self) -> Later<'_, Result<Option<Backfilling>, Unreadable>> {
        self.below.backfilling()
    }

    fn known(&self, tenant: TenantId, user: UserId) -> Later<'_, Result<Option<(PersonNo, Person)>, Unreadable>> {
        self.below.known(tenant, user)
    }

    fn candidates(&self) -> Later<'_, Result<Vec<Candidate>, Unreadable>> {
        self.below.candidates()
    }

    fn letter(&self, no: LetterNo) -> Later<'_, Result<Option<Letter>, Unreadable>> {
        self.below.letter(no)
    }

    fn person(&self, n: PersonNo) -> Later<'_, Result<Option<Person>, Unreadable>> {
        self.below.person(n)
    }

    fn readings(&self) -> Later<'_, Result<Vec<(FunctionId, Reading)>, Unreadable>> {
        self.below.readings()
    }

    fn taught_upto(&self) -> Later<'_, Result<Seq, Unreadable>> {
        self.below.taught_upto()
    }

    fn taught_from(&self, from: FeedbackNo, most: usize) -> Later<'_, Result<Vec<TaughtBy>, Unreadable>> {
        self.below.taught_from(from, most)
    }

    fn rolled(&self) -> Later<'_, Result<Option<Rolled>, Unreadable>> {
        self.below.rolled()
    }

    fn watched(&self) -> Later<'_, Result<Vec<FeedbackNo>, Unreadable>> {
        self.below.watched()
    }

    fn done(&self, from: jiff::Timestamp, upto: jiff::Timestamp) -> Later<'_, Result<Vec<allears::domain::spread::Done>, Unreadable>> {
        self.below.done(from, upto)
    }

    fn measured(&self) -> Later<'_, Result<Option<allears::domain::views::Measured>, Unreadable>> {
        self.below.measured()
    }

    fn advocates_of(&self, function: FunctionId) -> Later<'_, Result<allears::domain::advocates::Advocates, Unreadable>> {
        self.below.advocates_of(function)
    }

    fn advocates(&self) -> Later<'_, Result<Vec<(FunctionId, allears::domain::advocates::Advocates)>, Unreadable>> {
        self.below.advocates()
    }

    fn news_of(&self, n: PersonNo) -> Later<'_, Result<Option<News>, Unreadable>> {
        self.below.news_of(n)
    }

    fn news(&self) -> Later<'_, Result<Vec<(PersonNo, News)>, Unreadable>> {
        self.below.news()
    }

    fn subscriptions(&self) -> Later<'_, Result<Vec<Subscribed>, Unreadable>> {
        self.below.subscriptions()
    }

    fn new_in(&self, from: Seq, upto: Seq) -> Later<'_, Result<Vec<New>, Unreadable>> {
        self.below.new_in(from, upto)
    }

    fn outbox(&self) -> Later<'_, Result<Vec<(LetterNo, Letter)>, Unreadable>> {
        self.below.outbox()
    }
}
