//! The council: those who lead functions, and what they look at each week.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::in_force::InForce;
use super::open::{Chosen, shown};
use super::records::{customer_of, open as all};
use super::undecided::{is_disputed, is_overdue};
use crate::domain::care::{Outcome, State};
use crate::domain::escalation::chair;
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::rollup::Besides;
use crate::domain::spread::Deed;
use crate::domain::views::{Record, Unreadable};
use crate::store::SharedStore;
use crate::texts::en;
use crate::texts::en::council::{Changed, Lists};
use crate::texts::page::Page;

/// A week.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many records the company's week says were done because of customers.
const MOST_CHANGED: usize = 3;

/// The function whose lead chairs the council in the week of a day: its name.
pub(super) fn chair_on(in_force: &InForce, day: Date) -> Option<String> {
    chair(&in_force.routing, day).map(|function| function.name.clone())
}

/// How many records contradict the company, or wait too long.
pub async fn pressing(store: &SharedStore) -> Result<usize, Unreadable> {
    Ok(all(store).await?.iter().filter(|(_, record)| is_disputed(record) || is_overdue(record)).count())
}

/// What the company's week says beside what is new.
pub(super) async fn besides(store: &SharedStore, in_force: &InForce, now: Timestamp) -> Result<Besides, Unreadable> {
    let mut waits: BTreeMap<FunctionId, u32> = BTreeMap::new();
    for (_, record) in all(store).await?.iter().filter(|(_, record)| is_overdue(record)) {
        if let Some(lead) = in_force.lead(record) {
            *waits.entry(lead.id.clone()).or_default() += 1;
        }
    }
    Ok(Besides { waits: waits.into_iter().collect(), changed: changed(store, now).await? })
}

/// What was done because of customers in the week before, the most heard first; of records that everybody may read.
async fn changed(store: &SharedStore, now: Timestamp) -> Result<Vec<FeedbackNo>, Unreadable> {
    let since = now.checked_sub(WEEK).unwrap_or(now);
    let done = store.done(since, now.checked_add(WEEK).unwrap_or(now)).await?;
    let closed: BTreeSet<FeedbackNo> = done.into_iter().filter(|done| done.deed == Deed::Closed).map(|done| done.no).collect();
    let mut records = store.records(closed.into_iter().collect()).await?;
    // Deeds are known by the day: what was closed on the first one before its hour stood in the week before.
    let is_new = |record: &Record| record.care.closed().is_some_and(|closed| closed.at > since);
    records.retain(|(_, record)| record.is_for_everybody() && done_for(record).is_some() && is_new(record));
    records.sort_by_key(|(no, record)| (std::cmp::Reverse(record.heard_too.len()), *no));
    records.truncate(MOST_CHANGED);
    Ok(records.into_iter().map(|(no, _)| no).collect())
}

/// What was done because of it, if something was.
fn done_for(record: &Record) -> Option<&str> {
    let closed = record.care.closed().filter(|closed| closed.outcome == Outcome::Done && !record.withdrawn)?;
    closed.reason.as_ref().map(|reason| reason.words.as_str())
}

/// The same as it is read, as the record stands now; none where it was taken back, or is open again.
pub(super) async fn shown_change(store: &SharedStore, in_force: &InForce, no: FeedbackNo) -> Result<Option<Changed>, Unreadable> {
    let Some(record) = store.record(no).await? else { return Ok(None) };
    let Some(reason) = done_for(&record).map(ToOwned::to_owned) else { return Ok(None) };
    Ok(Some(Changed { no, customer: customer_of(in_force, &record), verbatim: record.verbatim, reason }))
}

/// What the council looks at: what was heard, what nobody was reached by, what is disputed or waits too long.
pub async fn page(store: &SharedStore, in_force: &InForce, now: Timestamp) -> Result<Page, Unreadable> {
    let open = all(store).await?;
    let told = store.done(now.checked_sub(WEEK).unwrap_or(now), now.checked_add(WEEK).unwrap_or(now)).await?;
    let told: Vec<FeedbackNo> = told.into_iter().filter(|done| done.deed == Deed::Told).map(|done| done.no).collect();
    let (praise, heard): (Vec<_>, Vec<_>) = store.records(told).await?.into_iter().partition(|(_, record)| record.is_praise());
    let with = |which: fn(&Record) -> bool| open.iter().filter(|(_, record)| which(record)).collect::<Vec<_>>();
    let unreached = with(|record| record.tags.is_empty() && record.care.state == State::Open);
    let pressing = with(|record| is_disputed(record) || is_overdue(record));
    let zone = in_force.routing.functions().first().map(|first| first.digest.zone.clone());
    let day = now.to_zoned(zone.unwrap_or(jiff::tz::TimeZone::UTC)).date();
    let chosen = async |records: Vec<&(FeedbackNo, Record)>| -> Result<Chosen, Unreadable> {
        let all = records.len();
        let first = records.into_iter().take(en::council::MOST).collect();
        Ok((shown(store, in_force, first).await?, all))
    };
    Ok(en::council::page(&Lists {
        chair: chair_on(in_force, day),
        pressing: chosen(pressing).await?,
        unreached: chosen(unreached).await?,
        heard: chosen(heard.iter().collect()).await?,
        praise: chosen(praise.iter().collect()).await?,
    }))
}
