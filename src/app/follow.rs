//! What was heard follows the message it was heard in: edits, deletions, reactions taken away, replies to a digest.

use jiff::Timestamp;

use super::changes::TRIES;
use super::in_force::InForce;
use super::intake::tags_for;
use super::records::standing;
use crate::domain::acts::{Act, Change, Editing};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Identity, Source, Verbatim};
use crate::domain::follow::{self, Message};
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::views::{Record, Unreadable};
use crate::store::{CommitError, SharedStore};

/// Why nothing was followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The store did not take it.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// A message says something else now. `false`: nothing was ever taken of it.
pub async fn edited(
    store: &SharedStore,
    in_force: &InForce,
    now: Timestamp,
    source: &Source,
    message: &Message,
) -> Result<bool, FollowError> {
    let mut tried = 0;
    loop {
        let Some(told) = store.told(source.clone()).await? else { return Ok(false) };
        let (mut acts, mut expects) = (vec![], vec![]);
        for (no, record) in store.records(told.nos.clone()).await? {
            if let Some(act) = edit(in_force, no, &record, source, message) {
                expects.push((no, record.revision));
                acts.push(act);
            }
        }
        if acts.is_empty() {
            return Ok(told.closed || !told.nos.is_empty());
        }
        tried += 1;
        match store.commit(Change { at: now, by: None, keys: vec![], expects, acts }).await {
            Ok(_) => return Ok(true),
            Err(CommitError::Stale(_)) if tried < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn edit(in_force: &InForce, no: FeedbackNo, record: &Record, source: &Source, message: &Message) -> Option<Act> {
    if record.withdrawn {
        return None;
    }
    if let Some(reply) = record.replies.iter().find(|reply| reply.source == *source) {
        let words = Verbatim::parse(&message.text)
            .ok()
            .map(|words| words.masked(&in_force.masking).0)
            .filter(|words| words.as_str() != reply.words)?;
        return Some(Act::Reply { no, source: source.clone(), words: Some(words) });
    }
    // Words that became too many, or none, stay as they were.
    let words = follow::edited(record, message)?.ok()?;
    // Of as many bytes, so that the places of its messages stay.
    let (verbatim, _) = words.verbatim.masked(&in_force.masking);
    let text = in_force.read(verbatim.as_str());
    let guessed = in_force.tag(&text);
    let functions: Vec<FunctionId> = record.tags.iter().map(|tag| tag.function.clone()).collect();
    let tags = if record.chosen { tags_for(&functions, guessed) } else { guessed };
    let customer = record.customer.clone().or_else(|| in_force.customer_in(&text));
    Some(Act::Edit(Box::new(Editing { no, verbatim, parts: words.parts, tags, customer })))
}

/// A message is gone, and with it what was taken of it.
pub async fn deleted(store: &SharedStore, now: Timestamp, key: Option<DeliveryKey>, source: Source) -> Result<(), FollowError> {
    let keys = key.into_iter().collect();
    store.commit(Change { at: now, by: None, keys, expects: vec![], acts: vec![Act::WithdrawSource(source)] }).await?;
    Ok(())
}

/// Somebody took their reaction away: soon after, that undoes what it passed on.
pub async fn unreacted(
    store: &SharedStore,
    now: Timestamp,
    (who, key): (Identity, DeliveryKey),
    source: Source,
    at: String,
) -> Result<(), FollowError> {
    // What it undoes is decided in the commit: what it passed on may be on its way there.
    let acts = vec![Act::React { source, at, on: false }];
    store.commit(Change { at: now, by: Some(who), keys: vec![key], expects: vec![], acts }).await?;
    Ok(())
}

/// A reply in the thread of a digest that names records is kept with those that stand in it. Gives how many.
pub async fn replied(
    (store, in_force): (&SharedStore, &InForce),
    now: Timestamp,
    (who, key): (Identity, DeliveryKey),
    (source, thread): (&Source, &str),
    (nos, words): (&[FeedbackNo], &Verbatim),
) -> Result<usize, FollowError> {
    let mut acts = vec![];
    for no in nos {
        if stands_in(store, *no, source, thread).await? {
            acts.push(Act::Reply { no: *no, source: source.clone(), words: Some(words.clone().masked(&in_force.masking).0) });
        }
    }
    let kept = acts.len();
    if kept > 0 {
        store.commit(Change { at: now, by: Some(who), keys: vec![key], expects: vec![], acts }).await?;
    }
    Ok(kept)
}

async fn stands_in(store: &SharedStore, no: FeedbackNo, source: &Source, thread: &str) -> Result<bool, Unreadable> {
    if standing(store, no).await?.is_none() {
        return Ok(false);
    }
    for posting in store.posted_in(no).await? {
        let letter = store.letter(posting.letter).await?;
        let root = letter.and_then(|letter| letter.root);
        if root.is_some_and(|root| root.channel == source.channel && root.ts == thread) {
            return Ok(true);
        }
    }
    Ok(false)
}
