//! Letters: queued, posted, given up.

use jiff::Timestamp;

use super::counters::count;
use crate::domain::ids::{LetterNo, PersonNo};
use crate::domain::letter::{Content, DIGEST_LIVES, DigestDone, Note, Posting, RollupDone, Tally};
use crate::domain::urgent;
use crate::domain::views::{
    Counters, InOutbox, Introduced, Letter, PostedIn, Reading, Redrawing, Refusal, Rolled, Subscription, Unreadable, Views,
};

pub(super) fn digest(
    views: &mut impl Views,
    at: Timestamp,
    (letter, to): (Option<LetterNo>, Option<PersonNo>),
    done: &DigestDone,
) -> Result<(), Unreadable> {
    match to {
        None => function_reads(views, done)?,
        Some(n) => person_reads(views, n, done)?,
    }
    let Some(no) = letter else { return Ok(()) };
    let content = to.map_or_else(|| Content::Digest(done.clone()), |n| Content::DigestFor(done.clone(), n));
    queue(views, no, &new_letter(at, content, at.checked_add(DIGEST_LIVES).ok()))
}

fn person_reads(views: &mut impl Views, n: PersonNo, done: &DigestDone) -> Result<(), Unreadable> {
    let key = (n, done.function.clone());
    let Some(mut reading) = views.get::<Subscription>(&key)? else { return Ok(()) };
    reading.upto = done.upto;
    reading.day = Some(done.day);
    views.put(&key, &reading)
}

fn function_reads(views: &mut impl Views, done: &DigestDone) -> Result<(), Unreadable> {
    if let Some(mut reading) = views.get::<Reading>(&done.function)? {
        reading.upto = done.upto;
        reading.day = Some(done.day);
        views.put(&done.function, &reading)?;
        for was in &reading.was {
            if let Some(mut rest) = views.get::<Reading>(was)? {
                rest.upto = done.upto;
                views.put(was, &rest)?;
            }
        }
    }
    Ok(())
}

pub(super) fn rollup(
    views: &mut impl Views,
    at: Timestamp,
    letter: Option<LetterNo>,
    (done, became): (&RollupDone, Tally),
) -> Result<(), Unreadable> {
    let tally = views.get::<Counters>(&())?.unwrap_or_default().tally;
    if let Some(before) = views.get::<Rolled>(&())? {
        let rolled = Rolled { upto: done.upto, last: done.last, day: Some(done.day), weeks: done.weeks.clone(), tally, ..before };
        views.put(&(), &rolled)?;
    }
    let Some(no) = letter else { return Ok(()) };
    queue(views, no, &new_letter(at, Content::Rollup(done.clone(), became), at.checked_add(DIGEST_LIVES).ok()))
}

pub(super) fn new_letter(at: Timestamp, content: Content, until: Option<Timestamp>) -> Letter {
    Letter { content, queued_at: at, until, next_part: 0, root: None, refused: None, told: vec![], failed: None }
}

pub(super) fn queue(views: &mut impl Views, no: LetterNo, letter: &Letter) -> Result<(), Unreadable> {
    count(views, |counters| counters.letter = no)?;
    if let Some(place) = redrawn(letter) {
        views.put(&place, &Redrawing {})?;
    }
    if let Content::Note(Note::Urgent { function, .. }, _) = &letter.content
        && let Some(mut reading) = views.get::<Reading>(function)?
    {
        reading.urgent.push(letter.queued_at);
        let old = reading.urgent.len().saturating_sub(urgent::MOST);
        reading.urgent.drain(..old);
        views.put(function, &reading)?;
    }
    views.put(&no, letter)?;
    views.put(&no, &InOutbox {})
}

/// The part of a digest that a letter shows anew.
fn redrawn(letter: &Letter) -> Option<(LetterNo, u64)> {
    if let Content::Note(Note::Redraw { letter, part }, _) = &letter.content { Some((*letter, u64::from(*part))) } else { None }
}

fn waits_no_more(views: &mut impl Views, no: LetterNo, letter: &Letter) {
    views.remove::<InOutbox>(&no);
    if let Some(place) = redrawn(letter) {
        views.remove::<Redrawing>(&place);
    }
}

pub(super) fn posted(views: &mut impl Views, posting: &Posting) -> Result<(), Unreadable> {
    let Some(mut letter) = views.get::<Letter>(&posting.letter)? else {
        return Ok(());
    };
    for no in letter.content.shows(posting.part) {
        let mut posted_in: PostedIn = views.get(&no)?.unwrap_or_default();
        posted_in.places.push(posting.clone());
        views.put(&no, &posted_in)?;
    }
    if letter.content.is_for_a_channel() && views.get::<Introduced>(&posting.channel)?.is_none() {
        views.put(&posting.channel, &Introduced { letter: posting.letter })?;
    }
    letter.next_part = posting.part.saturating_add(1);
    letter.root.get_or_insert_with(|| posting.clone());
    letter.refused = None;
    if usize::try_from(letter.next_part).unwrap_or(usize::MAX) >= letter.content.parts() {
        waits_no_more(views, posting.letter, &letter);
    }
    views.put(&posting.letter, &letter)
}

pub(super) fn refused(views: &mut impl Views, at: Timestamp, no: LetterNo, code: &str) -> Result<(), Unreadable> {
    let Some(mut letter) = views.get::<Letter>(&no)? else {
        return Ok(());
    };
    let since = letter.refused.map_or(at, |before| before.since);
    letter.refused = Some(Refusal { code: code.to_owned(), since });
    if !letter.told.iter().any(|told| told == code) {
        letter.told.push(code.to_owned());
    }
    views.put(&no, &letter)
}

pub(super) fn failed(views: &mut impl Views, no: LetterNo, why: &str) -> Result<(), Unreadable> {
    let Some(mut letter) = views.get::<Letter>(&no)? else {
        return Ok(());
    };
    letter.refused = None;
    letter.failed = Some(why.to_owned());
    waits_no_more(views, no, &letter);
    views.put(&no, &letter)
}
