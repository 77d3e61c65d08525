//! Digests: compiled when they are due, queued once, rendered when they are sent.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::advocates::name_on;
use super::care::{disputed, reference, stands};
use super::in_force::InForce;
use super::records::{customer_of, name, names, shown_teller};
use crate::domain::acts::{Act, Change};
use crate::domain::alike::groups;
use crate::domain::digest::{IN_FULL, MOST_IN_THREAD, compile};
use crate::domain::feedback::Origin;
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, LetterNo, PersonNo};
use crate::domain::letter::{Content, DigestDone};
use crate::domain::routing::Schedule;
use crate::domain::schedule::{self, Due, Subscriber};
use crate::domain::subscription::Hour;
use crate::domain::urgent;
use crate::domain::views::{Reading, Record, Subscription, Unreadable};
use crate::store::{CommitError, SharedStore};
use crate::texts::en;
use crate::texts::page::Page;

/// How many records of a digest may all have been said at once before: those of a weekend.
const MOST_SAID_BEFORE: usize = 3 * urgent::MOST;

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

/// Queues the digests that are due, in one pass over what is new. Gives how many have something to say, and when to ask again;
/// no moment where nobody reads on any day of the next year.
///
/// Asking twice queues once: a digest is known by its function and local day.
pub async fn queue_due(store: &SharedStore, in_force: &InForce, now: Timestamp) -> Result<(usize, Option<Timestamp>), QueueError> {
    let readings: BTreeMap<FunctionId, Reading> = store.readings().await?.into_iter().collect();
    let subscribers = subscribers(store, in_force).await?;
    let mut due = schedule::due(now, &in_force.routing, &readings);
    due.extend(schedule::due_to(now, &subscribers));
    let to: Vec<Option<PersonNo>> = due.iter().map(|due| due.to).collect();
    let done = compiled(store, in_force, due).await?;
    let spoken = done.iter().filter(|done| !done.parts.is_empty()).count();
    let acts = to.into_iter().zip(done).map(|(to, done)| match to {
        None => Act::Digest(done),
        Some(n) => Act::DigestFor(done, n),
    });
    let commits = acts.map(|act| store.commit(Change::of_the_bot(now, vec![act])));
    for committed in join_all(commits).await {
        committed?;
    }
    Ok((spoken, schedule::next(now, &in_force.routing, &subscribers)))
}

/// Everybody who reads a digest by direct message, of functions that are there.
async fn subscribers(store: &SharedStore, in_force: &InForce) -> Result<Vec<Subscriber>, Unreadable> {
    let mut subscribers = vec![];
    for (person, id, Subscription { hour, since, upto, day }) in store.subscriptions().await? {
        let Some(function) = in_force.routing.function(&id) else { continue };
        let pause = store.person(person).await?.and_then(|person| person.muted);
        let schedule = own_schedule(&function.digest, &hour);
        let names = std::iter::once(&function.id).chain(&function.was).cloned().collect();
        subscribers.push(Subscriber { person, function: id, names, schedule, since, upto, day, pause });
    }
    Ok(subscribers)
}

/// Somebody's own hour on a function's working days; in the function's zone where theirs is not known any more.
pub fn own_schedule(of_function: &Schedule, hour: &Hour) -> Schedule {
    let zone = TimeZone::get(&hour.zone).unwrap_or_else(|_| of_function.zone.clone());
    Schedule { at: hour.at, zone, ..of_function.clone() }
}

/// These digests as they would be queued now; nothing is kept.
pub async fn compiled(store: &SharedStore, in_force: &InForce, due: Vec<Due>) -> Result<Vec<DigestDone>, Unreadable> {
    let begins = due.iter().flat_map(|due| due.was.iter().map(|(_, from)| *from).chain([due.from]));
    let Some(from) = begins.min() else { return Ok(vec![]) };
    let upto = *store.newest().borrow();
    let new = store.new_in(from, upto).await?;
    let for_one: Vec<bool> = due.iter().map(|due| due.to.is_some()).collect();
    let mut compiled = compile(due, upto, &new);
    for (done, _) in compiled.iter_mut().zip(for_one).filter(|(_, for_one)| !for_one) {
        if says_nothing_new((store, in_force), done).await? {
            done.parts.clear();
        }
    }
    Ok(compiled)
}

/// Whether all that a digest holds was said at once before. That is little: more than a few a day are not.
async fn says_nothing_new(house: (&SharedStore, &InForce), done: &DigestDone) -> Result<bool, Unreadable> {
    let [only] = done.parts.as_slice() else { return Ok(false) };
    if only.len() > MOST_SAID_BEFORE {
        return Ok(false);
    }
    for no in only {
        if !stands_before(house, (LetterNo(u64::MAX), Reader::Function(&done.function)), *no).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Who reads something.
#[derive(Debug, Clone, Copy)]
pub enum Reader<'a> {
    /// A function, in its channel.
    Function(&'a FunctionId),
    /// One person, by direct message.
    Person(PersonNo),
}

/// A digest as it is read: in which letter, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Edition<'a> {
    /// The letter.
    pub no: LetterNo,
    /// What it holds.
    pub done: &'a DigestDone,
    /// Who reads it.
    pub reader: Reader<'a>,
}

impl<'a> Edition<'a> {
    /// That of a function's channel.
    pub fn of_channel(no: LetterNo, done: &'a DigestDone) -> Self {
        Self { no, done, reader: Reader::Function(&done.function) }
    }
}

/// One message of a digest, as its records stand now.
pub async fn page(store: &SharedStore, in_force: &InForce, edition: Edition<'_>, part: u32) -> Result<Page, Unreadable> {
    let Edition { done: digest, reader, .. } = edition;
    let for_one = matches!(reader, Reader::Person(_));
    let part = usize::try_from(part).unwrap_or(usize::MAX);
    let mut numbers = digest.parts.get(part).cloned().unwrap_or_default();
    let counted = if part > MOST_IN_THREAD { std::mem::take(&mut numbers) } else { vec![] };
    let records: BTreeMap<FeedbackNo, Record> = store.records(numbers.clone()).await?.into_iter().collect();
    // They come first, so that the digest itself has them.
    let again = if part == 0 { records.values().filter(|record| record.care.again.is_some()).count() } else { 0 };
    let mut in_full = items((store, in_force), edition, numbers, &records).await?;
    let as_lines = in_full.split_off(if part == 0 { in_full.len().min(IN_FULL) } else { 0 });
    let late = in_force.routing.function(&digest.function).filter(|_| digest.late && !for_one).and_then(|function| {
        let moment = function.digest.moment(digest.day)?;
        Some(moment.to_zoned(function.digest.zone.clone()))
    });
    let advocate = if part == 0 { name_on(store, &digest.function, digest.day).await? } else { None };
    Ok(en::digest(&en::Digest {
        advocate,
        function: in_force.name(&digest.function),
        id: digest.function.clone(),
        day: digest.day,
        late,
        new: digest.parts.iter().map(Vec::len).sum(),
        again,
        part,
        parts: digest.parts.len(),
        in_full,
        as_lines,
        counted,
        shown: digest.parts.first().map_or(0, Vec::len),
        for_one: for_one.then(|| in_force.own_command.clone()),
    }))
}

/// The records of a part, each with those beside it that say the same.
async fn items(
    house: (&SharedStore, &InForce),
    edition: Edition<'_>,
    numbers: Vec<FeedbackNo>,
    records: &BTreeMap<FeedbackNo, Record>,
) -> Result<Vec<en::Item>, Unreadable> {
    let mut all = Vec::with_capacity(numbers.len());
    for no in numbers {
        all.push((no, says(house, edition, no, records.get(&no)).await?));
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
    Edition { no: letter, done: digest, reader }: Edition<'_>,
    no: FeedbackNo,
    record: Option<&Record>,
) -> Result<en::Says, Unreadable> {
    let Some(record) = record.filter(|record| !record.withdrawn) else { return Ok(en::Says::Withdrawn) };
    if !reads(in_force, record, &digest.function) {
        let to = names(in_force, record);
        let declined = record.declined.iter().rfind(|(function, _)| is_same_now(in_force, function, &digest.function));
        let declined_by = match declined {
            Some((_, Some(by))) => Some(name(store, *by).await?),
            Some((_, None)) => Some(None),
            None => None,
        };
        return Ok(en::Says::Moved { declined_by, to });
    }
    if stands_before((store, in_force), (letter, reader), no).await? {
        return Ok(en::Says::Again);
    }
    Ok(en::Says::Words(Box::new(words((store, in_force), &digest.function, record).await?)))
}

/// Whether a function reads a record now.
pub(super) fn reads(in_force: &InForce, record: &Record, function: &FunctionId) -> bool {
    record.functions().any(|reads| is_same_now(in_force, reads, function))
}

/// Whether two are one function by now, since one of them was merged into the other, or both into a third.
pub(super) fn is_same_now(in_force: &InForce, one: &FunctionId, other: &FunctionId) -> bool {
    let now = |id: &FunctionId| in_force.routing.function(id).map(|function| &function.id);
    now(one).is_some_and(|one| Some(one) == now(other))
}

/// Whether a function reads a record since nothing speaks for any, and it was its turn.
pub(super) fn is_in_turn(in_force: &InForce, record: &Record, function: &FunctionId) -> bool {
    record.tags.is_empty() && record.turn.as_ref().is_some_and(|turn| is_same_now(in_force, turn, function))
}

/// What a function reads of a record.
pub(super) async fn words(
    (store, in_force): (&SharedStore, &InForce),
    function: &FunctionId,
    record: &Record,
) -> Result<en::Words, Unreadable> {
    Ok(en::Words {
        verbatim: record.verbatim.clone(),
        tags: record.tags.clone(),
        in_turn: is_in_turn(in_force, record, function),
        is_urgent: record.urgent.is_some(),
        kind: record.kind,
        customer: customer_of(in_force, record),
        told_by: shown_teller(store, record).await?,
        told_in: (!record.hidden).then(|| (record.origin, record.channel.clone())),
        heard_too: record.heard_too.len(),
        has_original: has_original(record),
        stands: stands(store, in_force, record).await?,
        disputed: disputed(store, record).await?,
        reference: reference(store, in_force, record).await?,
    })
}

/// Whether an earlier letter showed a record to the same readers.
pub(super) async fn stands_before(
    (store, in_force): (&SharedStore, &InForce),
    (letter, reader): (LetterNo, Reader<'_>),
    no: FeedbackNo,
) -> Result<bool, Unreadable> {
    let channel = |id: &FunctionId| in_force.routing.function(id).map(|function| &function.channel);
    let posted: Vec<_> = store.posted_in(no).await?.into_iter().filter(|posting| posting.letter < letter).collect();
    if posted.is_empty() {
        return Ok(false);
    }
    // What came back is new again.
    let back = store.record(no).await?.and_then(|record| record.care.again);
    for posting in posted {
        let Some(before) = store.letter(posting.letter).await?.filter(|before| back.is_none_or(|back| before.queued_at > back)) else {
            continue;
        };
        let same = match reader {
            Reader::Function(function) => before.content.function().is_some_and(|before| channel(before) == channel(function)),
            Reader::Person(n) => matches!(before.content, Content::DigestFor(_, to) if to == n),
        };
        if same {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether there is a message that everybody may read who reads the record.
pub(super) fn has_original(record: &Record) -> bool {
    record.source.is_some() && record.origin == Origin::Public && !record.hidden
}
