//! The fold: what an entry of the log does to the views. Commit, recovery, rebuild and the memory engine share it.
//!
//! Total: an entry whose words were blanked folds as well, since a later one says why they were.

use jiff::Timestamp;

use super::facts::{DigestDone, Entry, Fact, Heard, Posting, Word};
use super::feedback::{Identity, Source};
use super::function::FunctionId;
use super::ids::{FeedbackNo, LetterNo, PersonNo, Seq, TenantId, UserId};
use super::tagging::Tag;
use super::views::{
    Arrival, Arrivals, Counters, Delivered, DeliveredIn, InOutbox, Known, Letter, Person, PostedIn, ReadViews, Reading, Record, Stretch,
    Told, Unreadable, Views,
};

/// How many hours a delivery is remembered, at least: the platform repeats for 24 hours, and may be late with it.
const DELIVERIES_REMEMBERED_HOURS: u64 = 49;
/// One entry in so many looks for deliveries to forget: the look costs more than the rest of remembering.
const SWEEPS_EVERY: u64 = 16;
/// How many rows of them it forgets: several times what comes between two looks, so that the table stays bounded.
const SWEPT_AT_ONCE: usize = 4;

/// A word of the log that is to be blanked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blank {
    /// The entry in which it stands.
    pub seq: Seq,
    /// Its index there.
    pub word: u32,
}

/// Folds one entry into the views, and says which words of the log it orders to be blanked, its own among them.
pub fn fold(views: &mut impl Views, entry: &Entry) -> Result<Vec<Blank>, Unreadable> {
    let mut made = None;
    let mut ordered = vec![];
    for fact in &entry.head.facts {
        // Fact by fact: a name that this entry brings may be forgotten in the same entry.
        ordered.extend(blanks(views, fact)?);
        match fact {
            Fact::Heard(heard) => {
                made = Some(heard.no);
                hear(views, entry, heard)?;
            }
            Fact::Edited { no, verbatim, tags, .. } => edit(views, entry, *no, *verbatim, tags)?,
            Fact::Retagged { no, tags, .. } => retag(views, entry.head.seq, *no, tags)?,
            Fact::Withdrawn { no, source, .. } => withdraw(views, entry.head.seq, *no, source.as_ref())?,
            Fact::Digest { letter, done, .. } => digest(views, entry.head.at, *letter, done)?,
            Fact::Posted { posting, .. } => posted(views, posting)?,
            Fact::Failed { letter, why, .. } => failed(views, *letter, why)?,
            Fact::Person { n, words, .. } => meet(views, entry, *n, *words)?,
            Fact::Config { hash, functions, .. } => configure(views, entry, hash, functions)?,
            Fact::Erased { person, .. } => erase(views, *person)?,
        }
    }
    remember(views, entry, made)?;
    Ok(ordered)
}

/// The words that a fact orders to be blanked, before it is folded.
fn blanks(views: &impl ReadViews, fact: &Fact) -> Result<Vec<Blank>, Unreadable> {
    Ok(match fact {
        Fact::Edited { no, .. } | Fact::Withdrawn { no: Some(no), .. } => {
            let record: Option<Record> = views.get(no)?;
            record.into_iter().flat_map(|r| r.words).map(|(seq, word)| Blank { seq, word }).collect()
        }
        Fact::Erased { person, .. } => {
            let person: Option<Person> = views.get(person)?;
            let places = person.into_iter().flat_map(|p| p.words);
            places.flat_map(|(seq, first)| (first..first.saturating_add(3)).map(move |word| Blank { seq, word })).collect()
        }
        Fact::Heard(_)
        | Fact::Retagged { .. }
        | Fact::Withdrawn { no: None, .. }
        | Fact::Digest { .. }
        | Fact::Posted { .. }
        | Fact::Failed { .. }
        | Fact::Person { .. }
        | Fact::Config { .. } => vec![],
    })
}

fn count(views: &mut impl Views, change: impl FnOnce(&mut Counters)) -> Result<(), Unreadable> {
    let mut counters: Counters = views.get(&())?.unwrap_or_default();
    change(&mut counters);
    views.put(&(), &counters)
}

fn hear(views: &mut impl Views, entry: &Entry, heard: &Heard) -> Result<(), Unreadable> {
    let seq = entry.head.seq;
    count(views, |counters| counters.feedback = heard.no)?;
    if let Some(source) = &heard.source {
        views.put(source, &Told { no: Some(heard.no) })?;
    }
    if let Some(function) = &heard.turn
        && let Some(mut reading) = views.get::<Reading>(function)?
    {
        reading.turn = seq;
        views.put(function, &reading)?;
    }
    let record = Record {
        revision: seq,
        heard_at: entry.head.at,
        withdrawn: false,
        verbatim: entry.word(heard.verbatim).to_owned(),
        words: vec![(seq, heard.verbatim.0)],
        tags: heard.tags.clone(),
        turn: heard.turn.clone(),
        teller: entry.head.by,
        teller_functions: heard.teller_functions.clone(),
        source: heard.source.clone(),
        channel: heard.channel.clone(),
        origin: heard.origin,
        gesture: heard.gesture,
    };
    arrive(views, Arrival { seq, no: heard.no, functions: record.functions().cloned().collect() })?;
    views.put(&heard.no, &record)
}

fn arrive(views: &mut impl Views, arrival: Arrival) -> Result<(), Unreadable> {
    let stretch = Stretch::of(arrival.seq);
    let mut arrivals: Arrivals = views.get(&stretch)?.unwrap_or_default();
    match arrivals.new.binary_search_by_key(&(arrival.seq, arrival.no), |there| (there.seq, there.no)) {
        Ok(again) => arrivals.new.get_mut(again).into_iter().for_each(|there| there.functions.clone_from(&arrival.functions)),
        Err(place) => arrivals.new.insert(place, arrival),
    }
    views.put(&stretch, &arrivals)
}

fn edit(views: &mut impl Views, entry: &Entry, no: FeedbackNo, verbatim: Word, tags: &[Tag]) -> Result<(), Unreadable> {
    let Some(mut record) = views.get::<Record>(&no)? else {
        return Ok(());
    };
    entry.word(verbatim).clone_into(&mut record.verbatim);
    record.words = vec![(entry.head.seq, verbatim.0)];
    views.put(&no, &record)?;
    retag(views, entry.head.seq, no, tags)
}

fn retag(views: &mut impl Views, seq: Seq, no: FeedbackNo, tags: &[Tag]) -> Result<(), Unreadable> {
    let Some(mut record) = views.get::<Record>(&no)? else {
        return Ok(());
    };
    let before: Vec<FunctionId> = record.functions().cloned().collect();
    record.tags = tags.to_vec();
    record.revision = seq;
    let new: Vec<FunctionId> = record.functions().filter(|f| !before.contains(f)).cloned().collect();
    if !new.is_empty() {
        arrive(views, Arrival { seq, no, functions: new })?;
    }
    views.put(&no, &record)
}

fn withdraw(views: &mut impl Views, seq: Seq, no: Option<FeedbackNo>, source: Option<&Source>) -> Result<(), Unreadable> {
    if let Some(source) = source {
        views.put(source, &Told { no })?;
    }
    let Some(no) = no else { return Ok(()) };
    let Some(mut record) = views.get::<Record>(&no)? else {
        return Ok(());
    };
    record.withdrawn = true;
    record.revision = seq;
    record.verbatim = String::new();
    record.words = vec![];
    // The places of words that decided would tell how long they were, and where.
    for tag in &mut record.tags {
        tag.evidence = vec![];
    }
    views.put(&no, &record)
}

fn digest(views: &mut impl Views, at: Timestamp, letter: Option<LetterNo>, done: &DigestDone) -> Result<(), Unreadable> {
    if let Some(mut reading) = views.get::<Reading>(&done.function)? {
        reading.upto = done.upto;
        reading.day = Some(done.day);
        views.put(&done.function, &reading)?;
    }
    let Some(no) = letter else { return Ok(()) };
    count(views, |counters| counters.letter = no)?;
    views.put(&no, &Letter { digest: done.clone(), queued_at: at, next_part: 0, root: None, failed: None })?;
    views.put(&no, &InOutbox {})
}

fn posted(views: &mut impl Views, posting: &Posting) -> Result<(), Unreadable> {
    let Some(mut letter) = views.get::<Letter>(&posting.letter)? else {
        return Ok(());
    };
    let part = usize::try_from(posting.part).unwrap_or(usize::MAX);
    for no in letter.digest.parts.get(part).into_iter().flatten() {
        let mut posted_in: PostedIn = views.get(no)?.unwrap_or_default();
        posted_in.places.push(posting.clone());
        views.put(no, &posted_in)?;
    }
    letter.next_part = posting.part.saturating_add(1);
    letter.root.get_or_insert_with(|| posting.clone());
    if part.saturating_add(1) >= letter.digest.parts.len() {
        views.remove::<InOutbox>(&posting.letter);
    }
    views.put(&posting.letter, &letter)
}

fn failed(views: &mut impl Views, no: LetterNo, why: &str) -> Result<(), Unreadable> {
    let Some(mut letter) = views.get::<Letter>(&no)? else {
        return Ok(());
    };
    letter.failed = Some(why.to_owned());
    views.remove::<InOutbox>(&no);
    views.put(&no, &letter)
}

fn meet(views: &mut impl Views, entry: &Entry, n: PersonNo, words: Word) -> Result<(), Unreadable> {
    let word = |offset| entry.word(Word(words.0.saturating_add(offset)));
    let identity = Identity { tenant: TenantId::new(word(0)), user: UserId::new(word(1)), name: word(2).to_owned() };
    count(views, |counters| counters.person = counters.person.max(n))?;
    let mut person: Person = views.get(&n)?.unwrap_or(Person { identity: None, words: vec![] });
    person.words.push((entry.head.seq, words.0));
    if !identity.user.as_str().is_empty() {
        views.put(&(identity.tenant.clone(), identity.user.clone()), &Known { n })?;
        person.identity = Some(identity);
    }
    views.put(&n, &person)
}

fn configure(views: &mut impl Views, entry: &Entry, hash: &str, functions: &[FunctionId]) -> Result<(), Unreadable> {
    count(views, |counters| counters.config = Some(hash.to_owned()))?;
    for function in functions {
        if views.get::<Reading>(function)?.is_none() {
            let upto = Seq(entry.head.seq.0.saturating_sub(1));
            views.put(function, &Reading { since: entry.head.at, upto, day: None, turn: Seq(0) })?;
        }
    }
    Ok(())
}

fn erase(views: &mut impl Views, n: PersonNo) -> Result<(), Unreadable> {
    let Some(person) = views.get::<Person>(&n)? else {
        return Ok(());
    };
    if let Some(who) = person.identity {
        views.remove::<Known>(&(who.tenant, who.user));
    }
    views.put(&n, &Person { identity: None, words: vec![] })
}

/// Remembers the deliveries of this entry, and forgets some that are old enough.
fn remember(views: &mut impl Views, entry: &Entry, made: Option<FeedbackNo>) -> Result<(), Unreadable> {
    if entry.head.keys.is_empty() {
        return Ok(());
    }
    let (hour, stretch) = (u64::try_from(entry.head.at.as_second()).unwrap_or(0) / 3600, Stretch::of(entry.head.seq));
    if entry.head.seq.0.is_multiple_of(SWEEPS_EVERY) {
        let (first, below) = (Stretch::of(Seq(0)), hour.saturating_sub(DELIVERIES_REMEMBERED_HOURS));
        for (old, DeliveredIn { keys }) in views.range(&(0, first), &(below, first), SWEPT_AT_ONCE)? {
            for key in keys {
                views.remove::<Delivered>(&key);
            }
            views.remove::<DeliveredIn>(&old);
        }
    }
    let mut delivered: DeliveredIn = views.get(&(hour, stretch))?.unwrap_or_default();
    for key in &entry.head.keys {
        views.put(&key.as_str().to_owned(), &Delivered { seq: entry.head.seq, no: made })?;
        delivered.keys.push(key.as_str().to_owned());
    }
    views.put(&(hour, stretch), &delivered)
}
