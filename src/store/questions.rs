//! The questions of [`Store`](super::Store), answered from any engine's rows.

use std::num::NonZero;
use std::thread::available_parallelism;

use jiff::Timestamp;

use super::contract::{OfChannel, Subscribed, TaughtBy};
use super::rows::{Base, all};
use crate::domain::advocates::Advocates;
use crate::domain::digest::New;
use crate::domain::feedback::Source;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, TenantId, UserId};
use crate::domain::letter::Posting;
use crate::domain::spread::{Deed, Done};
use crate::domain::teaching::Taught;
use crate::domain::views::{
    Arrival, Arrivals, Backfilling, Candidate, Counters, Deeds, InOutbox, Known, Letter, Measured, News, Person, PostedIn, Reacted,
    ReadViews, Reading, Record, Register, Rolled, Sheet, Stretch, Subscription, Told, Unreadable, Watched,
};

/// So many new records at least are read by a thread; a day of thousands is read by all cores.
const MANY: usize = 1_000;
/// A day, in seconds.
const DAY: i64 = 24 * 3600;

/// How far each function has read.
pub(super) fn readings(rows: &impl Base) -> Result<Vec<(FunctionId, Reading)>, Unreadable> {
    all(rows)
}

/// A record.
pub(super) fn record(rows: &impl Base, no: FeedbackNo) -> Result<Option<Record>, Unreadable> {
    rows.get(&no)
}

/// What became of a message.
pub(super) fn told(rows: &impl Base, source: &Source) -> Result<Option<Told>, Unreadable> {
    rows.get(source)
}

/// What became of the messages of a channel from this one on.
pub(super) fn told_from(rows: &impl Base, from: &Source, most: usize) -> Result<Vec<(Source, Told)>, Unreadable> {
    // Timestamps are digits and a point, all of which come before the colon.
    let end = Source { ts: ":".to_owned(), ..from.clone() };
    rows.range(from, &end, most)
}

/// What a person told, newest first.
pub(super) fn told_by(rows: &impl Base, n: PersonNo, most: usize) -> Result<Vec<(FeedbackNo, Record)>, Unreadable> {
    let mut found = vec![];
    let mut sheet = Some(Sheet::of(counters(rows)?.feedback));
    while let Some(at) = sheet
        && found.len() < most
    {
        let Register { tellers } = rows.get(&at)?.unwrap_or_default();
        found.extend(tellers.into_iter().rev().filter(|(_, teller)| *teller == n).map(|(no, _)| no));
        sheet = at.before();
    }
    found.truncate(most);
    records(rows, &found)
}

/// The last letter that was queued.
pub(super) fn last_letter(rows: &impl Base) -> Result<LetterNo, Unreadable> {
    Ok(counters(rows)?.letter)
}

fn counters(rows: &impl Base) -> Result<Counters, Unreadable> {
    Ok(rows.get(&())?.unwrap_or_default())
}

/// Where a record was posted.
pub(super) fn posted_in(rows: &impl Base, no: FeedbackNo) -> Result<Vec<Posting>, Unreadable> {
    Ok(rows.get::<PostedIn>(&no)?.map_or_else(Vec::new, |posted| posted.places))
}

/// A person's reaction to a message.
pub(super) fn reacted(rows: &impl Base, source: Source, n: PersonNo) -> Result<Option<Reacted>, Unreadable> {
    rows.get(&(source, n))
}

/// What is known of a channel.
pub(super) fn channel(rows: &impl Base, channel: &ChannelId) -> Result<OfChannel, Unreadable> {
    Ok(OfChannel { listening: rows.get(channel)?, caught_up: rows.get(channel)?, introduced: rows.get(channel)? })
}

/// The reading of older messages that is under way.
pub(super) fn backfilling(rows: &impl Base) -> Result<Option<Backfilling>, Unreadable> {
    rows.get(&())
}

/// The person of an id.
pub(super) fn known(rows: &impl Base, tenant: TenantId, user: UserId) -> Result<Option<(PersonNo, Person)>, Unreadable> {
    let Some(Known { n }) = rows.get(&(tenant, user))? else { return Ok(None) };
    Ok(rows.get(&n)?.map(|person| (n, person)))
}

/// Names of customers that the list does not know.
pub(super) fn candidates(rows: &impl Base) -> Result<Vec<Candidate>, Unreadable> {
    Ok(all::<Candidate>(rows)?.into_iter().map(|(_, candidate)| candidate).collect())
}

/// A letter.
pub(super) fn letter(rows: &impl Base, no: LetterNo) -> Result<Option<Letter>, Unreadable> {
    rows.get(&no)
}

/// A person.
pub(super) fn person(rows: &impl Base, n: PersonNo) -> Result<Option<Person>, Unreadable> {
    rows.get(&n)
}

/// Records in the order asked for.
pub(super) fn records(rows: &impl Base, nos: &[FeedbackNo]) -> Result<Vec<(FeedbackNo, Record)>, Unreadable> {
    let found = nos.iter().map(|no| Ok(rows.get::<Record>(no)?.map(|record| (*no, record))));
    found.filter_map(Result::transpose).collect()
}

/// How far the company's weeks have come.
pub(super) fn rolled(rows: &impl Base) -> Result<Option<Rolled>, Unreadable> {
    rows.get(&())
}

/// The last change that taught the tagger something, or took something back.
pub(super) fn taught_upto(rows: &impl Base) -> Result<Seq, Unreadable> {
    Ok(counters(rows)?.taught)
}

/// What people taught by records from this one on, with the records' words.
pub(super) fn taught_from(rows: &impl Base, from: FeedbackNo, most: usize) -> Result<Vec<TaughtBy>, Unreadable> {
    let taught = rows.range::<Taught>(&from, &FeedbackNo(u64::MAX), most)?;
    let with_words = taught.into_iter().map(|(no, taught)| {
        let words = rows.get::<Record>(&no)?.map(|record| record.verbatim).unwrap_or_default();
        Ok((no, taught, words))
    });
    with_words.collect()
}

/// Who reads whose digest by direct message.
pub(super) fn subscriptions(rows: &impl Base) -> Result<Vec<Subscribed>, Unreadable> {
    Ok(all::<Subscription>(rows)?.into_iter().map(|((person, function), reading)| (person, function, reading)).collect())
}

/// What one person has not read yet.
pub(super) fn news_of(rows: &impl Base, n: PersonNo) -> Result<Option<News>, Unreadable> {
    rows.get(&n)
}

/// Records whose clock runs.
pub(super) fn watched(rows: &impl Base) -> Result<Vec<FeedbackNo>, Unreadable> {
    Ok(all::<Watched>(rows)?.into_iter().flat_map(|(_, watched)| watched.nos).collect())
}

/// What people have not read yet.
pub(super) fn news(rows: &impl Base) -> Result<Vec<(PersonNo, News)>, Unreadable> {
    all(rows)
}

/// How evenly the customer was carried.
pub(super) fn measured(rows: &impl Base) -> Result<Option<Measured>, Unreadable> {
    rows.get(&())
}

/// The advocates of a function.
pub(super) fn advocates_of(rows: &impl Base, function: &FunctionId) -> Result<Advocates, Unreadable> {
    Ok(rows.get(function)?.unwrap_or_default())
}

/// The advocates of functions.
pub(super) fn advocates(rows: &impl Base) -> Result<Vec<(FunctionId, Advocates)>, Unreadable> {
    all(rows)
}

/// What people did for customers between two moments, as far as it still stands.
pub(super) fn done(rows: &impl Base, from: Timestamp, upto: Timestamp) -> Result<Vec<Done>, Unreadable> {
    let mut done = told_between(rows, from, upto)?;
    let day = |at: Timestamp| u64::try_from(at.as_second().div_euclid(DAY)).unwrap_or(0);
    let first = Stretch::of(Seq(0));
    let stretches = rows.range::<Deeds>(&(day(from), first), &(day(upto), first), usize::MAX)?;
    for (by, deed, no) in stretches.into_iter().flat_map(|(_, deeds)| deeds.done) {
        if let Some(record) = rows.get::<Record>(&no)?.filter(|record| record.still_has(by, deed)) {
            let functions = if deed == Deed::Closed { record.functions().cloned().collect() } else { vec![] };
            done.push(Done { by, deed, no, functions });
        }
    }
    Ok(done)
}

/// Who told a record between two moments that was not taken back, newest first.
fn told_between(rows: &impl Base, from: Timestamp, upto: Timestamp) -> Result<Vec<Done>, Unreadable> {
    let mut found = vec![];
    let mut sheet = Some(Sheet::of(counters(rows)?.feedback));
    while let Some(at) = sheet {
        let Register { tellers } = rows.get(&at)?.unwrap_or_default();
        for (no, by) in tellers.into_iter().rev() {
            let Some(record) = rows.get::<Record>(&no)? else { continue };
            // Records are numbered as they come.
            if record.heard_at < from {
                return Ok(found);
            }
            if record.heard_at < upto && !record.withdrawn {
                found.push(Done { by, deed: Deed::Told, no, functions: vec![] });
            }
        }
        sheet = at.before();
    }
    Ok(found)
}

/// What became new after `from`, up to and with `upto`.
pub(super) fn new_in(rows: &(impl Base + Sync), from: Seq, upto: Seq) -> Result<Vec<New>, Unreadable> {
    let stretches = rows.range::<Arrivals>(&Stretch::of(from.next()), &Stretch::of(upto).next(), usize::MAX)?;
    let arrived = stretches.into_iter().flat_map(|(_, Arrivals { new })| new);
    let arrived: Vec<Arrival> = arrived.filter(|arrival| arrival.seq > from && arrival.seq <= upto).collect();
    let each = arrived.len().div_ceil(available_parallelism().map_or(1, NonZero::get)).max(MANY);
    if arrived.len() <= each {
        return as_they_stand(rows, &arrived);
    }
    std::thread::scope(|scope| {
        let reading: Vec<_> = arrived.chunks(each).map(|part| scope.spawn(|| as_they_stand(rows, part))).collect();
        let mut found = vec![];
        for part in reading {
            found.extend(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(found)
    })
}

/// What of it is not taken back, and for whom it still is.
fn as_they_stand(rows: &impl Base, arrived: &[Arrival]) -> Result<Vec<New>, Unreadable> {
    let mut found = Vec::with_capacity(arrived.len());
    for Arrival { seq, no, functions } in arrived {
        let Some(record) = rows.get::<Record>(no)?.filter(|record| !record.withdrawn) else { continue };
        // A person may have said since that it is not theirs.
        let still = functions.iter().filter(|function| record.functions().any(|reads| reads == *function));
        found.push(New { seq: *seq, no: *no, functions: still.cloned().collect(), gist: record.into() });
    }
    Ok(found)
}

/// Letters that wait, in order.
pub(super) fn outbox(rows: &impl Base) -> Result<Vec<(LetterNo, Letter)>, Unreadable> {
    let waiting = all::<InOutbox>(rows)?;
    let letters = waiting.into_iter().map(|(no, InOutbox {})| Ok(rows.get::<Letter>(&no)?.map(|letter| (no, letter))));
    letters.filter_map(Result::transpose).collect()
}
