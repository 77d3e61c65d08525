//! People, the configuration, and deliveries.

use super::counters::count;
use super::spread::{leaves, merge};
use crate::domain::backfill::Backfill;
use crate::domain::facts::{Entry, Word};
use crate::domain::feedback::Identity;
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, PersonNo, Seq, TenantId, UserId};
use crate::domain::pause::Pause;
use crate::domain::subscription::Hour;
use crate::domain::views::{
    Backfilling, Counters, Delivered, DeliveredIn, Known, Person, Reading, Rolled, Stretch, Subscription, Unreadable, Views,
};

/// How many hours a delivery is remembered, at least: the platform repeats for 24 hours, and may be late with it.
const DELIVERIES_REMEMBERED_HOURS: u64 = 49;
/// One entry in so many looks for deliveries to forget: the look costs more than the rest of remembering.
const SWEEPS_EVERY: u64 = 16;
/// How many rows of them it forgets: several times what comes between two looks, so that the table stays bounded.
const SWEPT_AT_ONCE: usize = 4;

pub(super) fn meet(views: &mut impl Views, entry: &Entry, n: PersonNo, words: Word) -> Result<(), Unreadable> {
    let word = |offset| entry.word(Word(words.0.saturating_add(offset)));
    let identity = Identity { tenant: TenantId::new(word(0)), user: UserId::new(word(1)), name: word(2).to_owned() };
    count(views, |counters| counters.person = counters.person.max(n))?;
    let mut person: Person = views.get(&n)?.unwrap_or_default();
    person.words.push((entry.head.seq, words.0));
    if !identity.user.as_str().is_empty() {
        views.put(&(identity.tenant.clone(), identity.user.clone()), &Known { n })?;
        person.identity = Some(identity);
    }
    views.put(&n, &person)
}

pub(super) fn configure(
    views: &mut impl Views,
    entry: &Entry,
    hash: &str,
    (functions, merged, rollup): (&[FunctionId], &[(FunctionId, FunctionId)], bool),
) -> Result<(), Unreadable> {
    count(views, |counters| counters.config = Some(hash.to_owned()))?;
    let upto = Seq(entry.head.seq.0.saturating_sub(1));
    if rollup && views.get::<Rolled>(&())?.is_none() {
        let Counters { feedback: last, tally, .. } = views.get(&())?.unwrap_or_default();
        views.put(&(), &Rolled { since: entry.head.at, upto, last, day: None, weeks: vec![], tally })?;
    }
    merge(views, merged)?;
    for function in functions {
        let new = || Reading { since: entry.head.at, upto, day: None, turn: Seq(0), was: vec![], urgent: vec![], paused: None };
        let mut reading: Reading = views.get(function)?.unwrap_or_else(new);
        reading.was = merged.iter().filter(|(_, into)| into == function).map(|(was, _)| was.clone()).collect();
        views.put(function, &reading)?;
    }
    Ok(())
}

/// What a function reads again begins with its next hour, and brings all that was told meanwhile.
pub(super) fn pause(views: &mut impl Views, entry: &Entry, functions: &[FunctionId], pause: Option<Pause>) -> Result<(), Unreadable> {
    for function in functions {
        let Some(mut reading) = views.get::<Reading>(function)? else { continue };
        reading.paused = pause.zip(entry.head.by);
        if pause.is_none() {
            reading.since = entry.head.at;
        }
        views.put(function, &reading)?;
    }
    Ok(())
}

/// Who comes to it reads what is told from then on; another hour neither repeats nor skips anything.
pub(super) fn subscribe(views: &mut impl Views, entry: &Entry, function: &FunctionId, hour: Option<&Hour>) -> Result<(), Unreadable> {
    let Some(by) = entry.head.by else { return Ok(()) };
    let key = (by, function.clone());
    let Some(hour) = hour.cloned() else {
        views.remove::<Subscription>(&key);
        return Ok(());
    };
    let new = Subscription { hour: hour.clone(), since: entry.head.at, upto: entry.head.seq, day: None };
    let before: Option<Subscription> = views.get(&key)?;
    views.put(&key, &before.map_or(new, |before| Subscription { hour, ..before }))
}

pub(super) fn mute(views: &mut impl Views, by: Option<PersonNo>, pause: Option<Pause>) -> Result<(), Unreadable> {
    let Some(by) = by else { return Ok(()) };
    let Some(mut person) = views.get::<Person>(&by)? else { return Ok(()) };
    person.muted = pause;
    views.put(&by, &person)
}

pub(super) fn backfill(views: &mut impl Views, by: Option<PersonNo>, step: &Backfill) -> Result<(), Unreadable> {
    if step.step.is_last() {
        views.remove::<Backfilling>(&());
        return Ok(());
    }
    let before: Option<Backfilling> = views.get(&())?;
    let Some(by) = before.map(|before| before.by).or(by) else { return Ok(()) };
    views.put(&(), &Backfilling { by, backfill: step.clone() })
}

pub(super) fn erase(views: &mut impl Views, n: PersonNo) -> Result<(), Unreadable> {
    let Some(person) = views.get::<Person>(&n)? else {
        return Ok(());
    };
    if let Some(who) = person.identity {
        views.remove::<Known>(&(who.tenant, who.user));
    }
    // No id is before this one.
    let Ok(first) = FunctionId::parse("a") else { return Ok(()) };
    for (key, Subscription { .. }) in views.range(&(n, first.clone()), &(n.next(), first), usize::MAX)? {
        views.remove::<Subscription>(&key);
    }
    leaves(views, n)?;
    views.put(&n, &Person::default())
}

/// Remembers the deliveries of this entry, and forgets some that are old enough.
pub(super) fn remember(views: &mut impl Views, entry: &Entry, made: Option<FeedbackNo>) -> Result<(), Unreadable> {
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
