//! The questions of [`Store`](super::Store), answered from any engine's rows.

use super::contract::OfChannel;
use super::rows::{Base, all};
use crate::domain::digest::New;
use crate::domain::feedback::Source;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, TenantId, UserId};
use crate::domain::letter::Posting;
use crate::domain::views::{
    Arrival, Arrivals, Backfilling, Candidate, Counters, InOutbox, Known, Letter, Person, PostedIn, Reacted, ReadViews, Reading, Record,
    Register, Sheet, Stretch, Told, Unreadable,
};

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
    Ok((rows.get(channel)?, rows.get(channel)?))
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

/// What became new after `from`, up to and with `upto`.
pub(super) fn new_in(rows: &impl Base, from: Seq, upto: Seq) -> Result<Vec<New>, Unreadable> {
    let stretches = rows.range::<Arrivals>(&Stretch::of(from.next()), &Stretch::of(upto).next(), usize::MAX)?;
    let all = stretches.into_iter().flat_map(|(_, Arrivals { new })| new);
    let mut arrivals: Vec<Arrival> = all.filter(|arrival| arrival.seq > from && arrival.seq <= upto).collect();
    // What is told on one day stands side by side, so that it is read in one go; what was retagged stands elsewhere.
    arrivals.sort_by_key(|arrival| arrival.no);
    let mut found = Vec::with_capacity(arrivals.len());
    let apart = arrivals.chunk_by(|one, next| next.no.0.saturating_sub(one.no.0) <= NEAR);
    for near in apart.flat_map(|near| near.chunks(AT_ONCE)) {
        arrived(rows, near, &mut found)?;
    }
    found.sort_by_key(|new| (new.seq, new.no));
    Ok(found)
}

/// The most records that are read in one go: their bytes are held beside them meanwhile.
const AT_ONCE: usize = 256;
/// How far apart records may stand that are read in one go: passing over some costs less than going anew.
const NEAR: u64 = 4;

/// Those of these arrivals, by number and near each other, that are new still.
fn arrived(rows: &impl Base, near: &[Arrival], found: &mut Vec<New>) -> Result<(), Unreadable> {
    let (Some(first), Some(last)) = (near.first(), near.last()) else { return Ok(()) };
    let mut records = rows.range::<Record>(&first.no, &last.no.next(), usize::MAX)?.into_iter().peekable();
    let mut rest = near;
    while let [Arrival { seq, no, functions }, more @ ..] = rest {
        rest = more;
        while records.next_if(|(there, _)| there < no).is_some() {}
        // One that arrives again, for other functions, is needed again.
        let again = more.first().is_some_and(|next| next.no == *no);
        let record = if again { records.peek().cloned() } else { records.next_if(|(there, _)| there == no) };
        if let Some((_, record)) = record.filter(|(there, record)| there == no && !record.withdrawn) {
            // A person may have said since that it is not theirs.
            let functions = functions.iter().filter(|function| record.functions().any(|reads| reads == *function)).cloned().collect();
            found.push(New { seq: *seq, no: *no, functions, record });
        }
    }
    Ok(())
}

/// Letters that wait, in order.
pub(super) fn outbox(rows: &impl Base) -> Result<Vec<(LetterNo, Letter)>, Unreadable> {
    let waiting = all::<InOutbox>(rows)?;
    let letters = waiting.into_iter().map(|(no, InOutbox {})| Ok(rows.get::<Letter>(&no)?.map(|letter| (no, letter))));
    letters.filter_map(Result::transpose).collect()
}
