//! What a person reads of what they told.

use std::sync::PoisonError;

use jiff::Timestamp;

use super::care::{disputed, reference, stands};
use super::holder::holder;
use super::in_force::InForce;
use super::records::{customer_of, name, named, names, reads_at, shown_teller, standing};
use crate::domain::care::State;
use crate::domain::feedback::Identity;
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, PersonNo};
use crate::domain::views::{Record, Subscription, Unreadable};
use crate::store::SharedStore;
use crate::texts::en::hints::Hinting;
use crate::texts::en::subscriptions::Subscription as Subscribed;
use crate::texts::en::{self, Became, HowHeard, ShownRecord, Told};
use crate::texts::page::Page;
use crate::texts::quote::quote;

/// How many records a list shows: a message holds 50 blocks.
pub const MOST: usize = 20;
/// How many characters of a record are shown where it stands alone.
const ALONE: usize = 2_000;

/// What somebody told, newest first, and whether that is all.
pub async fn told(store: &SharedStore, in_force: &InForce, now: Timestamp, who: &Identity) -> Result<(Vec<Told>, bool), Unreadable> {
    let Some((n, _)) = store.known(who.tenant.clone(), who.user.clone()).await? else { return Ok((vec![], true)) };
    let mut records = store.told_by(n, MOST + 1).await?;
    let all = records.len() <= MOST;
    records.truncate(MOST);
    let mut told = vec![];
    for (no, record) in records {
        let verbatim = (!record.withdrawn).then(|| record.verbatim.clone());
        told.push(Told { no, verbatim, became: became(store, in_force, now, no, &record).await? });
    }
    Ok((told, all))
}

async fn became(store: &SharedStore, in_force: &InForce, now: Timestamp, no: FeedbackNo, record: &Record) -> Result<Became, Unreadable> {
    if record.withdrawn {
        return Ok(Became::Withdrawn);
    }
    let mut readers: Vec<String> = vec![];
    for posting in store.posted_in(no).await? {
        if let Some(letter) = store.letter(posting.letter).await?
            && let Some(reader) = letter.content.function().map(|id| in_force.name(id)).filter(|reader| !readers.contains(reader))
        {
            readers.push(reader);
        }
    }
    let stands = stands(store, in_force, record).await?;
    if record.care.state != State::Open {
        return Ok(Became::Cared(stands));
    }
    if let (true, Some(lead)) = (readers.is_empty(), record.functions().next()) {
        return Ok(Became::Waits { reader: in_force.name(lead), at: reads_at(in_force, now, lead) });
    }
    Ok(Became::Posted { readers, replies: record.replies.len() })
}

/// Whether somebody gets no direct messages for now.
pub async fn is_muted(store: &SharedStore, who: &Identity, now: Timestamp) -> Result<bool, Unreadable> {
    let known = store.known(who.tenant.clone(), who.user.clone()).await?;
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok(known.and_then(|(_, person)| person.muted).is_some_and(|pause| pause.holds_on(today)))
}

/// What somebody reads by direct message, of functions that are there.
pub async fn subscribed(store: &SharedStore, in_force: &InForce, who: &Identity) -> Result<Vec<Subscribed>, Unreadable> {
    let Some((n, _)) = store.known(who.tenant.clone(), who.user.clone()).await? else { return Ok(vec![]) };
    let theirs = store.subscriptions().await?.into_iter().filter(|(person, ..)| *person == n);
    let shown = theirs.filter_map(|(_, id, Subscription { hour, .. })| {
        let function = in_force.routing.function(&id)?;
        Some(Subscribed { function: function.name.clone(), id: function.id.clone(), at: hour.at, zone: hour.zone })
    });
    Ok(shown.collect())
}

/// The ids under which somebody reads a function's digest: it may have been called otherwise when they began.
pub async fn subscribed_ids(
    store: &SharedStore,
    in_force: &InForce,
    who: &Identity,
    function: &FunctionId,
) -> Result<Vec<FunctionId>, Unreadable> {
    let Some((n, _)) = store.known(who.tenant.clone(), who.user.clone()).await? else { return Ok(vec![]) };
    let is_it = |id: &FunctionId| in_force.routing.function(id).is_some_and(|known| known.id == *function);
    let all = store.subscriptions().await?.into_iter();
    Ok(all.filter(|(person, id, _)| *person == n && is_it(id)).map(|(_, id, _)| id).collect())
}

/// Names of customers that somebody typed and the list does not know, the most frequent first, and how often each was said.
pub async fn candidates(store: &SharedStore, in_force: &InForce) -> Result<Vec<(String, usize)>, Unreadable> {
    let all = store.candidates().await?.into_iter().filter(|candidate| in_force.accounts.named(&candidate.name).is_none());
    let mut named: Vec<(String, usize)> = all.map(|candidate| (candidate.name, candidate.nos.len())).collect();
    named.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    named.truncate(MOST);
    Ok(named)
}

/// How asking a language model for hints goes, where one is asked.
pub fn hinting(in_force: &InForce, now: Timestamp) -> Option<Hinting> {
    let prudence = *in_force.prudence.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
    Some(Hinting { asked: prudence.asked_on(now), daily: prudence.daily, rests: prudence.rests(now) })
}

/// Functions whose digests rest, each with who chose so.
pub async fn paused(store: &SharedStore, in_force: &InForce, now: Timestamp) -> Result<Vec<String>, Unreadable> {
    let mut paused = vec![];
    for (id, reading) in store.readings().await? {
        let Some(function) = in_force.routing.function(&id).filter(|function| function.id == id) else { continue };
        let today = now.to_zoned(function.digest.zone.clone()).date();
        if let Some((pause, by)) = reading.paused.filter(|(pause, _)| pause.holds_on(today)) {
            paused.push(en::pauses::in_status(&function.name, name(store, by).await?.as_deref(), pause));
        }
    }
    Ok(paused)
}

/// Whether somebody has taken a record, and may have more time.
fn own_has(record: &Record, n: Option<PersonNo>) -> Option<bool> {
    (n.is_some() && record.care.taker() == n).then(|| record.care.state.may_extend())
}

/// How somebody heard what a record says.
fn how_heard(record: &Record, n: Option<PersonNo>) -> HowHeard {
    match n {
        Some(n) if record.teller == Some(n) => HowHeard::First { hidden: record.hidden },
        Some(n) if record.heard_too.contains(&n) => HowHeard::Too,
        Some(_) | None => HowHeard::Not,
    }
}

/// One record, as this person may see it.
pub async fn shown(
    store: &SharedStore,
    in_force: &InForce,
    now: Timestamp,
    (no, who): (FeedbackNo, &Identity),
) -> Result<Page, Unreadable> {
    let Some(record) = standing(store, no).await? else { return Ok(en::no_such(no)) };
    let n = store.known(who.tenant.clone(), who.user.clone()).await?.map(|(n, _)| n);
    let mut replies = vec![];
    for reply in &record.replies {
        let who = named(store, reply.by).await?;
        replies.push((who, reply.words.clone()));
    }
    Ok(en::shown(&ShownRecord {
        no,
        quote: quote(&record.verbatim, &record.tags, ALONE),
        customer: customer_of(in_force, &record),
        told: en::told_by(shown_teller(store, &record).await?.as_deref(), (!record.hidden).then_some((record.origin, &record.channel))),
        readers: names(in_force, &record),
        stands: stands(store, in_force, &record).await?,
        holder: holder(store, in_force, now, (&record, &who.tenant)).await?,
        disputed: disputed(store, &record).await?,
        knows: record.care.closed().and(record.care.knows).map(|(knows, _)| knows),
        reference: reference(store, in_force, &record).await?,
        leads: in_force.leads(&who.user).next().is_some(),
        has: own_has(&record, n),
        replies,
        heard: how_heard(&record, n),
    }))
}
