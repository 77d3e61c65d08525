//! The company's week: compiled when it is due, rendered when it is sent.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::council::{besides, chair_on, shown_change};
use super::digest::QueueError;
use super::in_force::InForce;
use super::records::{customer_of, shown_teller};
use super::spread::for_all;
use crate::domain::acts::{Act, Change};
use crate::domain::ids::FeedbackNo;
use crate::domain::letter::{RollupDone, Tally};
use crate::domain::rollup;
use crate::domain::views::Unreadable;
use crate::store::SharedStore;
use crate::texts::en;
use crate::texts::en::rollups::{Quoted, Rollup, Says};
use crate::texts::page::Page;

/// Queues the company's week where it is due. Gives whether it has something to say, and when to ask again.
pub async fn queue_due(store: &SharedStore, in_force: &InForce, now: Timestamp) -> Result<(bool, Option<Timestamp>), QueueError> {
    let Some(plan) = &in_force.rollup else { return Ok((false, None)) };
    let due = store.rolled().await?.and_then(|rolled| rollup::due(now, &plan.schedule, &rolled));
    let mut speaks = false;
    if let Some(due) = due {
        let upto = *store.newest().borrow();
        let new = store.new_in(due.from, upto).await?;
        let done = rollup::compile(due, upto, &new, besides(store, in_force, now).await?);
        speaks = done.heard > 0;
        store.commit(Change::of_the_bot(now, vec![Act::Rollup(done)])).await?;
    }
    Ok((speaks, plan.schedule.next(now)))
}

/// The company's week, as its records stand now.
pub(super) async fn page(store: &SharedStore, in_force: &InForce, (done, tally): (&RollupDone, Tally)) -> Result<Page, Unreadable> {
    let mut quoted = vec![];
    for (no, said) in done.quoted.iter().zip(&done.said) {
        quoted.push(Quoted { no: *no, said: *said, says: says(store, in_force, *no).await? });
    }
    let mut praise = vec![];
    for no in &done.praise {
        praise.push(Quoted { no: *no, said: 1, says: says(store, in_force, *no).await? });
    }
    let mut changed = vec![];
    for no in &done.changed {
        changed.extend(shown_change(store, in_force, *no).await?);
    }
    // Those that were merged are one.
    let mut waits: BTreeMap<String, u32> = BTreeMap::new();
    for (id, n) in &done.waits {
        *waits.entry(in_force.name(id)).or_default() += n;
    }
    let spread = for_all(in_force, store.measured().await?.as_ref(), done.day);
    Ok(en::rollups::rollup(&Rollup {
        spread,
        changed,
        praise,
        waits: waits.into_iter().collect(),
        chair: chair_on(in_force, done.day),
        day: done.day,
        late: done.late,
        heard: done.heard,
        came_off: done.came_off,
        tally,
        told_by: done.told_by,
        read_by: done.read_by,
        quoted,
        weeks: done.weeks.clone(),
    }))
}

/// What the company's week says of a record, as it stands now.
async fn says(store: &SharedStore, in_force: &InForce, no: FeedbackNo) -> Result<Says, Unreadable> {
    let record = store.record(no).await?.filter(|record| !record.withdrawn);
    Ok(match record {
        None => Says::Withdrawn,
        Some(record) => Says::Words {
            customer: customer_of(in_force, &record),
            told_by: shown_teller(store, &record).await?,
            leads: record.functions().next().map(|id| in_force.name(id)),
            verbatim: record.verbatim.clone(),
            tags: record.tags.clone(),
        },
    })
}
