//! Digests: compiled when they are due, queued once, rendered when they are sent.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::in_force::InForce;
use super::records::{customer_name, name, shown_teller};
use crate::domain::acts::{Act, Change};
use crate::domain::alike::groups;
use crate::domain::digest::{IN_FULL, MOST_IN_THREAD, compile};
use crate::domain::feedback::Origin;
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, LetterNo};
use crate::domain::letter::{Content, DigestDone};
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
pub async fn compiled(store: &SharedStore, due: Vec<Due>) -> Result<Vec<DigestDone>, Unreadable> {
    let Some(from) = due.iter().map(|due| due.from).min() else { return Ok(vec![]) };
    let upto = *store.newest().borrow();
    let new = store.new_in(from, upto).await?;
    Ok(compile(due, upto, &new))
}

/// One message of a digest, as its records stand now. `no`: of which letter.
pub async fn page(store: &SharedStore, in_force: &InForce, no: LetterNo, digest: &DigestDone, part: u32) -> Result<Page, Unreadable> {
    let part = usize::try_from(part).unwrap_or(usize::MAX);
    let mut numbers = digest.parts.get(part).cloned().unwrap_or_default();
    let counted = if part > MOST_IN_THREAD { std::mem::take(&mut numbers) } else { vec![] };
    let mut in_full = items((store, in_force), (no, digest), numbers).await?;
    let as_lines = in_full.split_off(if part == 0 { in_full.len().min(IN_FULL) } else { 0 });
    let late = in_force.routing.function(&digest.function).filter(|_| digest.late).and_then(|function| {
        let moment = function.digest.moment(digest.day)?;
        Some(moment.to_zoned(function.digest.zone.clone()))
    });
    Ok(en::digest(&en::Digest {
        function: in_force.name(&digest.function),
        id: digest.function.clone(),
        day: digest.day,
        late,
        new: digest.parts.iter().map(Vec::len).sum(),
        part,
        parts: digest.parts.len(),
        in_full,
        as_lines,
        counted,
        shown: digest.parts.first().map_or(0, Vec::len),
    }))
}

/// The records of a part, each with those beside it that say the same.
async fn items(
    house: (&SharedStore, &InForce),
    letter: (LetterNo, &DigestDone),
    numbers: Vec<FeedbackNo>,
) -> Result<Vec<en::Item>, Unreadable> {
    let records: BTreeMap<FeedbackNo, Record> = house.0.records(numbers.clone()).await?.into_iter().collect();
    let mut all = Vec::with_capacity(numbers.len());
    for no in numbers {
        all.push((no, says(house, letter, no, records.get(&no)).await?));
    }
    let text = |(_, says): &(FeedbackNo, en::Says)| match says {
        en::Says::Words(words) => words.verbatim.clone(),
        en::Says::Withdrawn | en::Says::Moved { .. } | en::Says::Again => String::new(),
    };
    let texts: Vec<String> = all.iter().map(text).collect();
    let mut items: Vec<en::Item> = vec![];
    let mut at: BTreeMap<usize, usize> = BTreeMap::new();
    for ((index, (no, says)), group) in all.into_iter().enumerate().zip(groups(texts.iter().map(String::as_str))) {
        if let Some(first) = at.get(&group).and_then(|at| items.get_mut(*at)) {
            first.same.push(no);
        } else {
            at.insert(index, items.len());
            items.push(en::Item { no, same: vec![], says });
        }
    }
    Ok(items)
}

async fn says(
    (store, in_force): (&SharedStore, &InForce),
    (letter, digest): (LetterNo, &DigestDone),
    no: FeedbackNo,
    record: Option<&Record>,
) -> Result<en::Says, Unreadable> {
    let Some(record) = record.filter(|record| !record.withdrawn) else { return Ok(en::Says::Withdrawn) };
    if !record.functions().any(|reads| in_force.routing.function(reads).is_some_and(|function| function.id == digest.function)) {
        let to = record.functions().map(|id| in_force.name(id)).collect();
        let declined = record.declined.iter().rfind(|(function, _)| *function == digest.function);
        let declined_by = match declined {
            Some((_, Some(by))) => Some(name(store, *by).await?),
            Some((_, None)) => Some(None),
            None => None,
        };
        return Ok(en::Says::Moved { declined_by, to });
    }
    if stood_before((store, in_force), (letter, digest), no).await? {
        return Ok(en::Says::Again);
    }
    Ok(en::Says::Words(Box::new(en::Words {
        verbatim: record.verbatim.clone(),
        tags: record.tags.clone(),
        in_turn: record.tags.is_empty() && record.turn.as_ref() == Some(&digest.function),
        customer: record.customer.as_ref().map(|customer| customer_name(in_force, customer)),
        told_by: shown_teller(store, record).await?,
        told_in: (!record.hidden).then(|| (record.origin, record.channel.clone())),
        heard_too: record.heard_too.len(),
        has_original: has_original(record),
    })))
}

/// Whether an earlier digest put a record into the same channel.
async fn stood_before(
    (store, in_force): (&SharedStore, &InForce),
    (letter, digest): (LetterNo, &DigestDone),
    no: FeedbackNo,
) -> Result<bool, Unreadable> {
    let channel = |id: &FunctionId| in_force.routing.function(id).map(|function| &function.channel);
    for posting in store.posted_in(no).await?.into_iter().filter(|posting| posting.letter < letter) {
        if let Some(Content::Digest(before)) = store.letter(posting.letter).await?.map(|letter| letter.content)
            && channel(&before.function) == channel(&digest.function)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether there is a message that everybody may read who reads the record.
pub(super) fn has_original(record: &Record) -> bool {
    record.source.is_some() && record.origin == Origin::Public && !record.hidden
}
