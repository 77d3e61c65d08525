//! Previews: what a function's next digest would say, compiled as it will be and kept nowhere; and what a past one held.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::digest::{self, Edition, compiled};
use super::in_force::InForce;
use super::records::reads_at;
use crate::domain::function::FunctionId;
use crate::domain::ids::LetterNo;
use crate::domain::letter::{Content, DigestDone};
use crate::domain::nearest::nearest;
use crate::domain::routing::Function;
use crate::domain::schedule::{self, Due};
use crate::domain::views::Unreadable;
use crate::store::SharedStore;
use crate::texts::en::previews::{self, Comes};
use crate::texts::page::Page;

/// How long before the noon of its day, by UTC, a digest may have been queued: no zone is further off, and clocks jump.
const BEFORE_NOON: SignedDuration = SignedDuration::from_hours(3 * 24);
/// After how many letters others have their turn while one is looked for.
const TURN: u64 = 256;

/// What a function's next digest would be, were it compiled now.
#[derive(Debug, Clone)]
pub struct Preview {
    /// What it would hold; no parts where nothing is new.
    pub done: DigestDone,
    /// When the real one comes.
    pub comes: Comes,
}

/// The function that somebody means: by its id, its name, or an id that it had once, in any case.
///
/// The error is the function that is nearest to what was typed, if any is near.
pub fn find<'f>(in_force: &'f InForce, typed: &str) -> Result<&'f Function, Option<&'f Function>> {
    let functions = in_force.routing.functions();
    let typed = typed.trim().to_lowercase();
    let called = |function: &Function, what: &str| {
        let ids = std::iter::once(&function.id).chain(&function.was);
        ids.map(FunctionId::as_str).any(|id| id == what) || function.name.to_lowercase() == what
    };
    if let Some(found) = functions.iter().find(|function| called(function, &typed)) {
        return Ok(found);
    }
    let known: Vec<String> = functions.iter().flat_map(|function| [function.id.to_string(), function.name.to_lowercase()]).collect();
    let near = nearest(&typed, known.iter().map(String::as_str));
    Err(near.and_then(|near| functions.iter().find(|function| called(function, near))))
}

/// What somebody reads who asks for a preview of the digest of the function that they typed.
pub async fn page(store: &SharedStore, in_force: &InForce, now: Timestamp, typed: &str) -> Result<Page, Unreadable> {
    let names: Vec<String> = in_force.routing.functions().iter().map(|function| function.name.clone()).collect();
    if typed.is_empty() {
        return Ok(previews::whose(&in_force.own_command, &names));
    }
    let function = match find(in_force, typed) {
        Ok(function) => function,
        Err(near) => {
            return Ok(previews::no_such(&format!("{} digest", in_force.own_command), typed, near.map(|near| near.name.as_str()), &names));
        }
    };
    let Preview { done, comes } = next(store, in_force, now, function).await?;
    if done.parts.is_empty() {
        return Ok(previews::nothing_new(&function.name, &comes));
    }
    Ok(previews::preview(&function.name, &comes, digest::page(store, in_force, Edition::of_channel(next_letter(store), &done), 0).await?))
}

/// A function's next digest as it would be compiled now.
pub async fn next(store: &SharedStore, in_force: &InForce, now: Timestamp, function: &Function) -> Result<Preview, Unreadable> {
    let readings = store.readings().await?.into_iter().collect();
    let waits = schedule::due(now, &in_force.routing, &readings).into_iter().find(|due| due.function == function.id);
    let reading = readings.get(&function.id);
    let reads_at = reads_at(in_force, now, &function.id);
    let pause = reading.and_then(|reading| reading.paused).map(|(pause, _)| pause);
    let comes = match (&waits, &reads_at, pause) {
        (Some(_), ..) => Comes::AtOnce,
        (None, Some(at), Some(pause)) if pause.holds_on(at.date()) => Comes::AfterPause(pause),
        (None, Some(at), _) => Comes::At(at.clone()),
        (None, None, _) => Comes::Never,
    };
    let day = reads_at.map_or_else(|| today(now, function), |at| at.date());
    // A function that the bot has not met yet begins with what is told from then on.
    let from = reading.map_or_else(|| *store.newest().borrow(), |reading| reading.upto);
    let was = reading.map_or_else(Vec::new, |reading| schedule::rest_of(reading, &readings));
    let due = waits.unwrap_or_else(|| Due { function: function.id.clone(), to: None, day, from, was, late: false });
    let nothing =
        DigestDone { function: due.function.clone(), day: due.day, from: due.from, upto: due.from, parts: vec![], late: due.late };
    let done = compiled(store, in_force, vec![due]).await?.pop().unwrap_or(nothing);
    Ok(Preview { done, comes })
}

/// The letter that would be queued now: all that stand in a channel were queued before it.
pub fn next_letter(store: &SharedStore) -> LetterNo {
    store.queued().borrow().next()
}

/// The day that it is for a function.
pub fn today(now: Timestamp, function: &Function) -> Date {
    now.to_zoned(function.digest.zone.clone()).date()
}

/// The digest of a past day as it was compiled, and its letter; none where that day had nothing to say.
///
/// It is looked for among the letters, from the newest down to that day: as long as letters were queued since, which is
/// for a command line, and for nothing that people wait for in Slack.
pub async fn past(store: &SharedStore, function: &FunctionId, day: Date) -> Result<Option<(LetterNo, DigestDone)>, Unreadable> {
    let noon = day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).ok();
    let earliest = noon.and_then(|noon| noon.timestamp().checked_sub(BEFORE_NOON).ok());
    let newest = store.queued().borrow().0;
    for no in (1..=newest).rev() {
        if no.is_multiple_of(TURN) {
            tokio::task::yield_now().await;
        }
        let Some(letter) = store.letter(LetterNo(no)).await? else { continue };
        match letter.content {
            Content::Digest(done) if done.function == *function && done.day == day => return Ok(Some((LetterNo(no), done))),
            Content::Digest(_) | Content::DigestFor(..) | Content::Rollup(..) | Content::Note(..)
                if earliest.is_some_and(|earliest| letter.queued_at < earliest) =>
            {
                return Ok(None);
            }
            Content::Digest(_) | Content::DigestFor(..) | Content::Rollup(..) | Content::Note(..) => {}
        }
    }
    Ok(None)
}
