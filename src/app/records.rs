//! What people are told of a record.

use jiff::{Timestamp, Zoned};

use super::in_force::InForce;
use crate::domain::alike::says_the_same;
use crate::domain::care::State;
use crate::domain::feedback::{Customer, Identity};
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, PersonNo};
use crate::domain::tagging::Tag;
use crate::domain::views::{Record, Unreadable};
use crate::store::SharedStore;
use crate::texts::en::{Because, Reader, Receipt, Same, Shown};

/// What the teller reads of a record, unless it was taken back.
pub async fn receipt_of(store: &SharedStore, in_force: &InForce, now: Timestamp, no: FeedbackNo) -> Result<Option<Receipt>, Unreadable> {
    match standing(store, no).await? {
        Some(record) => Ok(Some(receipt(store, in_force, now, no, &record).await?)),
        None => Ok(None),
    }
}

/// All records that somebody is to act on, oldest first.
pub(super) async fn open(store: &SharedStore) -> Result<Vec<(FeedbackNo, Record)>, Unreadable> {
    let mut all = store.records(store.watched().await?).await?;
    all.retain(|(_, record)| record.care.closed().is_none());
    Ok(all)
}

/// A record that was not taken back.
pub(super) async fn standing(store: &SharedStore, no: FeedbackNo) -> Result<Option<Record>, Unreadable> {
    Ok(store.record(no).await?.filter(|record| !record.withdrawn))
}

/// What the teller reads of a record.
pub async fn receipt(
    store: &SharedStore,
    in_force: &InForce,
    now: Timestamp,
    no: FeedbackNo,
    record: &Record,
) -> Result<Receipt, Unreadable> {
    let shown = match teller(store, record).await? {
        _ if record.hidden => Shown::Hidden,
        Some(name) => Shown::As(name),
        None => Shown::Unknown,
    };
    let because = match deciding_words(record) {
        _ if record.tags.is_empty() => Because::Turn,
        words if words.is_empty() => Because::Chosen,
        words => Because::Words(words),
    };
    let customer = customer_of(in_force, record);
    Ok(Receipt {
        no,
        shown,
        customer,
        readers: readers(in_force, now, record),
        because,
        is_urgent: record.urgent.is_some(),
        is_praise: record.is_praise(),
        masked: record.masked.clone(),
        same: same(store, in_force, (no, record)).await?,
    })
}

/// What a colleague told before that says the same, of the same customer, where the teller of this one may join it.
async fn same(store: &SharedStore, in_force: &InForce, (no, record): (FeedbackNo, &Record)) -> Result<Option<Same>, Unreadable> {
    if record.care.state != State::Open || !record.heard_too.is_empty() {
        return Ok(None);
    }
    let mut last = None;
    while let Some(before) = in_force.said_before(no, last) {
        last = Some(before);
        if let Some(other) = standing(store, before).await?.filter(|other| may_join(record, other)) {
            let told_by = shown_teller(store, &other).await?;
            return Ok(Some(Same { no: before, told_by, heard_too: other.heard_too.len() }));
        }
    }
    Ok(None)
}

/// Whether whoever told a record may say instead that they heard another one too: somebody else's, which is open and which they
/// may read, and no other customer's. Their words are compared as they stand: they may have been edited since they were found.
pub(super) fn may_join(record: &Record, other: &Record) -> bool {
    let customer = record.customer.is_none() || record.customer == other.customer;
    let others = other.teller != record.teller && record.teller.is_some_and(|n| !other.is_heard_by(n));
    let open = !other.withdrawn && other.care.closed().is_none() && other.is_for_everybody();
    customer && others && open && says_the_same(&record.verbatim, &other.verbatim)
}

/// The functions that read a record, the lead first, and when.
pub(super) fn readers(in_force: &InForce, now: Timestamp, record: &Record) -> Vec<Reader> {
    let all = named_functions(in_force, record).into_iter();
    all.map(|(name, id)| Reader { name, reads_at: reads_at(in_force, now, id) }).collect()
}

/// What the functions that read a record are called by now, the lead first.
pub(super) fn names(in_force: &InForce, record: &Record) -> Vec<String> {
    named_functions(in_force, record).into_iter().map(|(name, _)| name).collect()
}

/// Those that were merged are one.
fn named_functions<'r>(in_force: &InForce, record: &'r Record) -> Vec<(String, &'r FunctionId)> {
    let mut all: Vec<(String, &FunctionId)> = vec![];
    for id in record.functions() {
        let name = in_force.name(id);
        if all.iter().all(|(known, _)| *known != name) {
            all.push((name, id));
        }
    }
    all
}

/// When a function reads next.
pub(super) fn reads_at(in_force: &InForce, now: Timestamp, id: &FunctionId) -> Option<Zoned> {
    let function = in_force.routing.function(id)?;
    Some(function.digest.next(now)?.to_zoned(function.digest.zone.clone()))
}

/// What a customer is called, with their segment where the list says it.
pub(super) fn customer_name(in_force: &InForce, customer: &Customer) -> String {
    match customer {
        Customer::Named(name) => name.clone(),
        Customer::Account(id) => in_force.account_shown(id),
    }
}

/// What a record's customer is called, where one is known.
pub(super) fn customer_of(in_force: &InForce, record: &Record) -> Option<String> {
    record.customer.as_ref().map(|customer| customer_name(in_force, customer))
}

/// The same without their segment, for a sentence.
pub(super) fn bare_customer_of(in_force: &InForce, record: &Record) -> Option<String> {
    Some(match record.customer.as_ref()? {
        Customer::Named(name) => name.clone(),
        Customer::Account(id) => in_force.account_name(id),
    })
}

/// Whom a record names as its teller: nobody where they hid it, or are not known any more.
pub(super) async fn shown_teller(store: &SharedStore, record: &Record) -> Result<Option<String>, Unreadable> {
    if record.hidden { Ok(None) } else { teller(store, record).await }
}

async fn teller(store: &SharedStore, record: &Record) -> Result<Option<String>, Unreadable> {
    named(store, record.teller).await
}

/// What somebody is called, if it is anybody; none where that is not known.
pub(super) async fn named(store: &SharedStore, n: Option<PersonNo>) -> Result<Option<String>, Unreadable> {
    match n {
        Some(n) => name(store, n).await,
        None => Ok(None),
    }
}

/// What a person is called; none where that is not known.
pub(super) async fn name(store: &SharedStore, n: PersonNo) -> Result<Option<String>, Unreadable> {
    Ok(identity(store, n).await?.map(|who| who.name).filter(|name| !name.is_empty()))
}

/// Who a person is; none once they were forgotten.
pub(super) async fn identity(store: &SharedStore, n: PersonNo) -> Result<Option<Identity>, Unreadable> {
    Ok(store.person(n).await?.and_then(|person| person.identity))
}

/// The words that decided for the lead function, each once.
fn deciding_words(record: &Record) -> Vec<String> {
    record.tags.first().map(|tag| words_of(record, tag)).unwrap_or_default()
}

/// The words that speak for a tag, each once.
pub(super) fn words_of(record: &Record, tag: &Tag) -> Vec<String> {
    let mut words: Vec<String> = vec![];
    for evidence in &tag.evidence {
        if let Some(word) = record.verbatim.get(evidence.span.range())
            && !words.iter().any(|known| known.eq_ignore_ascii_case(word))
        {
            words.push(word.to_owned());
        }
    }
    words
}
