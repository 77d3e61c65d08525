//! Digests: compiled when they are due, queued once, rendered when they are sent.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::in_force::InForce;
use super::records::{customer_name, shown_teller};
use crate::domain::acts::{Act, Change};
use crate::domain::digest::{IN_FULL, compile};
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::letter::DigestDone;
use crate::domain::schedule::{self, Due};
use crate::domain::views::{Reading, Record, Unreadable};
use crate::store::{CommitError, SharedStore};
use crate::texts::en;
use crate::texts::page::Page;

/// Why digests could not be queued.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The store did not take one.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Queues the digests that are due, in one pass over what is new. Gives how many have something to say.
///
/// Asking twice queues once: a digest is known by its function and local day.
pub async fn queue_due(store: &SharedStore, in_force: &InForce, now: Timestamp) -> Result<usize, QueueError> {
    let readings: BTreeMap<FunctionId, Reading> = store.readings().await?.into_iter().collect();
    let due = schedule::due(now, &in_force.routing, &readings);
    let done = compiled(store, due).await?;
    let spoken = done.iter().filter(|done| !done.parts.is_empty()).count();
    let commits = done.into_iter().map(|done| store.commit(Change::of_the_bot(now, vec![Act::Digest(done)])));
    for committed in join_all(commits).await {
        committed?;
    }
    Ok(spoken)
}

/// These digests as they would be queued now; nothing is kept.
pub(super) async fn compiled(store: &SharedStore, due: Vec<Due>) -> Result<Vec<DigestDone>, Unreadable> {
    let Some(from) = due.iter().map(|due| due.from).min() else { return Ok(vec![]) };
    let upto = *store.newest().borrow();
    let new = store.new_in(from, upto).await?;
    Ok(compile(due, upto, &new))
}

/// One message of a digest, as its records stand now.
pub async fn page(store: &SharedStore, in_force: &InForce, digest: &DigestDone, part: u32) -> Result<Page, Unreadable> {
    let part = usize::try_from(part).unwrap_or(usize::MAX);
    let numbers = digest.parts.get(part).cloned().unwrap_or_default();
    let records: BTreeMap<FeedbackNo, Record> = store.records(numbers.clone()).await?.into_iter().collect();
    let mut items = Vec::with_capacity(numbers.len());
    for no in numbers {
        items.push(item((store, in_force), no, records.get(&no), &digest.function).await?);
    }
    let as_lines = items.split_off(if part == 0 { items.len().min(IN_FULL) } else { 0 });
    let late = in_force.routing.function(&digest.function).filter(|_| digest.late).and_then(|function| {
        let moment = function.digest.moment(digest.day)?;
        Some(moment.to_zoned(function.digest.zone.clone()))
    });
    Ok(en::digest(&en::Digest {
        function: in_force.name(&digest.function),
        day: digest.day,
        late,
        new: digest.parts.iter().map(Vec::len).sum(),
        part,
        parts: digest.parts.len(),
        in_full: items,
        as_lines,
    }))
}

async fn item(
    (store, in_force): (&SharedStore, &InForce),
    no: FeedbackNo,
    record: Option<&Record>,
    reader: &FunctionId,
) -> Result<en::Item, Unreadable> {
    let Some(record) = record.filter(|record| !record.withdrawn) else { return Ok(en::Item { no, words: None }) };
    let words = en::Words {
        verbatim: record.verbatim.clone(),
        tags: record.tags.clone(),
        in_turn: record.tags.is_empty() && record.turn.as_ref() == Some(reader),
        customer: record.customer.as_ref().map(|customer| customer_name(in_force, customer)),
        told_by: shown_teller(store, record).await?,
        told_in: (!record.hidden).then(|| (record.origin, record.channel.clone())),
    };
    Ok(en::Item { no, words: Some(words) })
}
