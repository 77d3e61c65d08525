//! The fold: what an entry of the log does to the views. Commit, recovery, rebuild and the memory engine share it.
//!
//! Total: an entry whose words were blanked folds as well, since a later one says why they were.
//!
//! In order, each using only those above it.

mod counters;
mod records;
mod care;
mod spread;
mod letters;
mod others;

use super::facts::{Entry, Fact};
use super::ids::Seq;
use super::letter::Content;
use super::views::{CaughtUp, Person, ReadViews, Record, Reply, Unreadable, Views};
use letters::{digest, failed, new_letter, posted, queue, refused, rollup};
use others::{backfill, configure, erase, meet, mute, pause, remember, subscribe};
use records::{Edited, choose, edit, hear, heard_too, hide, listen, not_heard, not_ours, react, reply, retag, withdraw};

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
        spread::deed(views, entry, fact)?;
        match fact {
            Fact::Heard(heard) => {
                made = Some(heard.no);
                hear(views, entry, heard)?;
            }
            Fact::Edited { no, verbatim, tags, parts, customer, .. } => {
                let new = Edited { verbatim: *verbatim, tags, parts, customer: customer.as_ref() };
                edit(views, entry, *no, &new)?;
            }
            Fact::Hidden { no, hidden, .. } => hide(views, entry.head.seq, *no, *hidden)?,
            Fact::Retagged { no, tags, .. } => {
                retag(views, entry.head.seq, *no, tags)?;
                choose(views, entry, *no)?;
            }
            Fact::HeardToo { no, .. } => heard_too(views, entry, *no)?,
            Fact::NotHeard { no, .. } => {
                not_heard(views, entry, *no)?;
                care::owes_no_more(views, entry, *no)?;
            }
            Fact::NotOurs { no, function, turn, .. } => not_ours(views, entry, *no, (function, turn.as_ref()))?,
            Fact::Care { no, step, .. } => ordered.extend(care::care(views, entry, *no, step)?.map(|(seq, word)| Blank { seq, word })),
            Fact::Withdrawn { no, source, why, .. } => withdraw(views, entry.head.seq, *no, source.as_ref(), *why)?,
            Fact::Replied { no, source, words, .. } => reply(views, entry, *no, source, *words)?,
            Fact::Reacted { source, at, on, .. } => react(views, entry.head.by, source, at, *on)?,
            Fact::Queued { letter, to, note, until, .. } => {
                care::news(views, *to, note)?;
                queue(views, *letter, &new_letter(entry.head.at, Content::Note(note.clone(), *to), *until))?;
            }
            Fact::Listening { channel, mode, chosen_by, .. } => listen(views, channel, *mode, *chosen_by)?,
            Fact::CaughtUp { channel, upto, .. } => views.put(channel, &CaughtUp { upto: upto.clone() })?,
            Fact::Backfill { backfill, .. } => self::backfill(views, entry.head.by, backfill)?,
            Fact::Paused { functions, pause, .. } => self::pause(views, entry, functions, *pause)?,
            Fact::Muted { pause, .. } => mute(views, entry.head.by, *pause)?,
            Fact::Subscribed { function, hour, .. } => subscribe(views, entry, function, hour.as_ref())?,
            Fact::Digest { letter, to, done, .. } => digest(views, entry.head.at, (*letter, *to), done)?,
            Fact::Rollup { letter, done, became, .. } => rollup(views, entry.head.at, *letter, (done, *became))?,
            Fact::Advocate { function, duty, .. } => spread::duty(views, entry, function, *duty)?,
            Fact::Spread { shown, heavy, .. } => spread::measured(views, entry, (shown, heavy))?,
            Fact::Posted { posting, .. } => posted(views, posting)?,
            Fact::Refused { letter, code, .. } => refused(views, entry.head.at, *letter, code)?,
            Fact::Failed { letter, why, .. } => failed(views, *letter, why)?,
            Fact::Person { n, words, .. } => meet(views, entry, *n, *words)?,
            Fact::Config { hash, functions, merged, rollup, .. } => configure(views, entry, hash, (functions, merged, *rollup))?,
            Fact::Erased { person, .. } => erase(views, *person)?,
        }
    }
    remember(views, entry, made)?;
    Ok(ordered)
}

/// The words that a fact orders to be blanked, before it is folded.
fn blanks(views: &impl ReadViews, fact: &Fact) -> Result<Vec<Blank>, Unreadable> {
    Ok(match fact {
        Fact::Edited { no, .. } => {
            let record: Option<Record> = views.get(no)?;
            record.into_iter().flat_map(|r| r.words).map(|(seq, word)| Blank { seq, word }).collect()
        }
        Fact::Withdrawn { no: Some(no), .. } => {
            let record: Option<Record> = views.get(no)?;
            let places = |record: Record| {
                let care: Vec<_> = record.care.places().collect();
                record.words.into_iter().chain(record.replies.into_iter().map(|reply| reply.place)).chain(care)
            };
            record.into_iter().flat_map(places).map(|(seq, word)| Blank { seq, word }).collect()
        }
        Fact::Replied { no, source, .. } => {
            let record: Option<Record> = views.get(no)?;
            let replies = record.into_iter().flat_map(|record| record.replies).filter(|reply| reply.source == *source);
            replies.map(|Reply { place: (seq, word), .. }| Blank { seq, word }).collect()
        }
        Fact::Erased { person, .. } => {
            let person: Option<Person> = views.get(person)?;
            let places = person.into_iter().flat_map(|p| p.words);
            places.flat_map(|(seq, first)| (first..first.saturating_add(3)).map(move |word| Blank { seq, word })).collect()
        }
        Fact::Heard(_)
        | Fact::Hidden { .. }
        | Fact::Retagged { .. }
        | Fact::HeardToo { .. }
        | Fact::NotHeard { .. }
        | Fact::NotOurs { .. }
        | Fact::Care { .. }
        | Fact::Withdrawn { no: None, .. }
        | Fact::Reacted { .. }
        | Fact::Queued { .. }
        | Fact::Listening { .. }
        | Fact::CaughtUp { .. }
        | Fact::Backfill { .. }
        | Fact::Paused { .. }
        | Fact::Muted { .. }
        | Fact::Subscribed { .. }
        | Fact::Digest { .. }
        | Fact::Rollup { .. }
        | Fact::Advocate { .. }
        | Fact::Spread { .. }
        | Fact::Posted { .. }
        | Fact::Refused { .. }
        | Fact::Failed { .. }
        | Fact::Person { .. }
        | Fact::Config { .. } => vec![],
    })
}
