//! Open records: what waits in a function, and what one person has.

use std::collections::BTreeMap;

use super::care::stands;
use super::in_force::InForce;
use super::preview::find;
use super::records::{customer_of, open as all, shown_teller};
use crate::domain::care::State;
use crate::domain::feedback::Identity;
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::views::{Record, Unreadable};
use crate::store::SharedStore;
use crate::texts::en;
use crate::texts::en::open::Open;
use crate::texts::page::Page;

/// The first records of a list, and how many there are.
pub(super) type Chosen = (Vec<Open>, usize);

/// Whether a function answers a record.
fn answers(in_force: &InForce, record: &Record, id: &FunctionId) -> bool {
    in_force.lead(record).is_some_and(|lead| lead.id == *id)
}

/// What somebody reads who asks for the open records of the function that they typed; of each function how many, where they
/// typed none.
pub async fn page(store: &SharedStore, in_force: &InForce, typed: &str) -> Result<Page, Unreadable> {
    let all = all(store).await?;
    let own = &in_force.own_command;
    if typed.is_empty() {
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (function, (_, record)) in all.iter().filter_map(|one| Some((in_force.lead(&one.1)?, one))) {
            let (open, taken) = counts.entry(&function.name).or_default();
            *open += 1;
            *taken += usize::from(record.care.taker().is_some());
        }
        return Ok(en::open::counts(&counts, own));
    }
    let function = match find(in_force, typed) {
        Ok(function) => function,
        Err(near) => {
            let names: Vec<String> = in_force.routing.functions().iter().map(|function| function.name.clone()).collect();
            return Ok(en::previews::no_such(&format!("{own} open"), typed, near.map(|near| near.name.as_str()), &names));
        }
    };
    let theirs: Vec<_> = all.iter().filter(|(_, record)| answers(in_force, record, &function.id)).collect();
    let shown = shown(store, in_force, first(&theirs)).await?;
    Ok(en::open::of_function(&function.name, &shown, theirs.len()))
}

/// What one person has, and what waits in the functions that they belong to.
#[derive(Debug)]
pub struct Theirs {
    /// What they have taken, the first due first.
    pub has: Vec<Open>,
    /// By the name of each of their functions: what nobody has taken, and how many in all.
    pub waits: Vec<(String, Vec<Open>, usize)>,
}

/// What one person has, and what waits in these functions.
pub async fn theirs(store: &SharedStore, in_force: &InForce, who: &Identity, functions: &[FunctionId]) -> Result<Theirs, Unreadable> {
    let all = all(store).await?;
    let n = store.known(who.tenant.clone(), who.user.clone()).await?.map(|(n, _)| n);
    let mut has: Vec<_> = all.iter().filter(|(_, record)| n.is_some() && record.care.taker() == n).collect();
    has.sort_by_key(|(no, record)| (if let State::Taken(taken) = &record.care.state { Some(taken.due) } else { None }, *no));
    let has = shown(store, in_force, first(&has)).await?;
    let mut waits = vec![];
    for function in in_force.routing.functions().iter().filter(|function| functions.contains(&function.id)) {
        let untaken = all.iter().filter(|(_, record)| record.care.taker().is_none() && answers(in_force, record, &function.id));
        let untaken: Vec<_> = untaken.collect();
        if !untaken.is_empty() {
            waits.push((function.name.clone(), shown(store, in_force, first(&untaken)).await?, untaken.len()));
        }
    }
    Ok(Theirs { has, waits })
}

fn first<'r>(records: &[&'r (FeedbackNo, Record)]) -> Vec<&'r (FeedbackNo, Record)> {
    // What cannot wait comes first, else the oldest.
    let mut sorted = records.to_vec();
    sorted.sort_by_key(|(_, record)| record.urgent.is_none());
    sorted.truncate(en::open::MOST);
    sorted
}

pub(super) async fn shown(store: &SharedStore, in_force: &InForce, records: Vec<&(FeedbackNo, Record)>) -> Result<Vec<Open>, Unreadable> {
    let mut shown = vec![];
    for (no, record) in records {
        shown.push(Open {
            no: *no,
            verbatim: record.verbatim.clone(),
            customer: customer_of(in_force, record),
            told_by: shown_teller(store, record).await?,
            stands: stands(store, in_force, record).await?,
            is_urgent: record.urgent.is_some(),
            is_reference: record.care.reference.is_some(),
        });
    }
    Ok(shown)
}
