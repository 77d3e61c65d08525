//! What every engine promises.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::domain::acts::Change;
use crate::domain::advocates::Advocates;
use crate::domain::commit::Refused;
use crate::domain::digest::New;
use crate::domain::feedback::Source;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, TenantId, UserId};
use crate::domain::letter::Posting;
use crate::domain::spread::Done;
use crate::domain::teaching::Taught;
use crate::domain::views::{
    Backfilling, Candidate, CaughtUp, Introduced, Letter, Listening, Measured, News, Person, Reacted, Reading, Record, Rolled,
    Subscription, Told, Unreadable,
};

/// What a commit answers, once it is durable and can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The change's place in the log; of a duplicate the first one's, zero where it was not kept.
    pub seq: Seq,
    /// The record that it made, or that was there already.
    pub no: Option<FeedbackNo>,
    /// Whether it had been done before, so that nothing was done now.
    pub duplicate: bool,
}

/// Why nothing was committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// More changes wait than may; try again.
    #[error("too many changes wait")]
    Busy,
    /// Less than 64 MiB are free, or the disk refused the write; nothing was written.
    #[error("the disk is full")]
    Full,
    /// A record that the caller decided on is another by now: read and decide again.
    #[error("{0} has changed")]
    Stale(FeedbackNo),
    /// The change makes no sense.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The views could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The store has ended.
    #[error("the store is closed")]
    Closed,
}

/// Somebody reads a function's digest by direct message: who, whose, and how far.
pub type Subscribed = (PersonNo, FunctionId, Subscription);

/// What is known of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfChannel {
    /// How it is listened to.
    pub listening: Option<Listening>,
    /// How far it was looked through.
    pub caught_up: Option<CaughtUp>,
    /// The letter in which it read who the bot is.
    pub introduced: Option<Introduced>,
}

/// What people taught by a record, and its words.
pub type TaughtBy = (FeedbackNo, Taught, String);

/// An answer that comes later.
pub type Later<'a, T> = BoxFuture<'a, T>;

/// What is remembered.
///
/// `commit` is the only write. Reads see all that was answered before they were asked.
pub trait Store: Send + Sync {
    /// Keeps a change: all of it or nothing, once however often it is offered. Answered when it is durable.
    fn commit(&self, change: Change) -> Later<'_, Result<Committed, CommitError>>;
    /// The last change that can be read; told anew after each group.
    fn newest(&self) -> watch::Receiver<Seq>;
    /// The last letter that was queued; told anew after each group that queues one.
    fn queued(&self) -> watch::Receiver<LetterNo>;
    /// A record.
    fn record(&self, no: FeedbackNo) -> Later<'_, Result<Option<Record>, Unreadable>>;
    /// Records in the order asked for; unknown numbers are left out.
    fn records(&self, nos: Vec<FeedbackNo>) -> Later<'_, Result<Vec<(FeedbackNo, Record)>, Unreadable>>;
    /// What became of a message.
    fn told(&self, source: Source) -> Later<'_, Result<Option<Told>, Unreadable>>;
    /// What became of the messages of a channel from this one on, in order; at most so many.
    fn told_from(&self, from: Source, most: usize) -> Later<'_, Result<Vec<(Source, Told)>, Unreadable>>;
    /// What a person told, newest first; at most so many.
    fn told_by(&self, n: PersonNo, most: usize) -> Later<'_, Result<Vec<(FeedbackNo, Record)>, Unreadable>>;
    /// Where a record was posted.
    fn posted_in(&self, no: FeedbackNo) -> Later<'_, Result<Vec<Posting>, Unreadable>>;
    /// A person's reaction to a message, as the latest of their events says it.
    fn reacted(&self, source: Source, n: PersonNo) -> Later<'_, Result<Option<Reacted>, Unreadable>>;
    /// What is known of a channel: how it is listened to, and how far it was looked through.
    fn channel(&self, channel: ChannelId) -> Later<'_, Result<OfChannel, Unreadable>>;
    /// The reading of older messages that is under way.
    fn backfilling(&self) -> Later<'_, Result<Option<Backfilling>, Unreadable>>;
    /// The person of an id, by their number.
    fn known(&self, tenant: TenantId, user: UserId) -> Later<'_, Result<Option<(PersonNo, Person)>, Unreadable>>;
    /// Names of customers that somebody typed and the list does not know.
    fn candidates(&self) -> Later<'_, Result<Vec<Candidate>, Unreadable>>;
    /// A letter.
    fn letter(&self, no: LetterNo) -> Later<'_, Result<Option<Letter>, Unreadable>>;
    /// A person.
    fn person(&self, n: PersonNo) -> Later<'_, Result<Option<Person>, Unreadable>>;
    /// How far each function has read.
    fn readings(&self) -> Later<'_, Result<Vec<(FunctionId, Reading)>, Unreadable>>;
    /// How far the company's weeks have come; none where they were never asked for.
    fn rolled(&self) -> Later<'_, Result<Option<Rolled>, Unreadable>>;
    /// Who reads whose digest by direct message.
    fn subscriptions(&self) -> Later<'_, Result<Vec<Subscribed>, Unreadable>>;
    /// Records whose clock runs, in order.
    fn watched(&self) -> Later<'_, Result<Vec<FeedbackNo>, Unreadable>>;
    /// What became of records, that somebody who told or heard them has not read yet; by person.
    fn news(&self) -> Later<'_, Result<Vec<(PersonNo, News)>, Unreadable>>;
    /// The same of one person.
    fn news_of(&self, n: PersonNo) -> Later<'_, Result<Option<News>, Unreadable>>;
    /// What people did for customers between two moments, as far as it still stands.
    fn done(&self, from: Timestamp, upto: Timestamp) -> Later<'_, Result<Vec<Done>, Unreadable>>;
    /// How evenly the customer was carried; none where it was never measured.
    fn measured(&self) -> Later<'_, Result<Option<Measured>, Unreadable>>;
    /// The advocates of a function; nobody where none ever volunteered.
    fn advocates_of(&self, function: FunctionId) -> Later<'_, Result<Advocates, Unreadable>>;
    /// The advocates of functions.
    fn advocates(&self) -> Later<'_, Result<Vec<(FunctionId, Advocates)>, Unreadable>>;
    /// The last change that taught the tagger something, or took something back.
    fn taught_upto(&self) -> Later<'_, Result<Seq, Unreadable>>;
    /// What people taught by records from this one on, with the records' words as they stand; at most so many records.
    fn taught_from(&self, from: FeedbackNo, most: usize) -> Later<'_, Result<Vec<TaughtBy>, Unreadable>>;
    /// What became new for whom in the changes after `from`, up to and with `upto`, in order, taken-back records left out.
    fn new_in(&self, from: Seq, upto: Seq) -> Later<'_, Result<Vec<New>, Unreadable>>;
    /// Letters that wait, in order.
    fn outbox(&self) -> Later<'_, Result<Vec<(LetterNo, Letter)>, Unreadable>>;
}

/// The store as everybody holds it.
pub type SharedStore = Arc<dyn Store>;
