//! What readers of a digest do about a record in it.

use jiff::Timestamp;

use super::changes::{ChangeError, is_tellers};
use super::digest::{has_original, is_in_turn, is_same_now};
use super::in_force::InForce;
use super::records::{names, standing, words_of};
use crate::domain::acts::{Act, Change};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Identity, Source};
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::views::Unreadable;
use crate::store::{CommitError, Committed, SharedStore};
use crate::texts::en;

/// The message that a record was made of, where everybody may read it.
pub async fn original(store: &SharedStore, no: FeedbackNo) -> Result<Option<Source>, Unreadable> {
    Ok(standing(store, no).await?.filter(has_original).and_then(|record| record.source))
}

/// Why a function reads a record. `None`: the record is not there any more.
pub async fn why(
    (store, in_force): (&SharedStore, &InForce),
    no: FeedbackNo,
    function: &FunctionId,
) -> Result<Option<en::Why>, Unreadable> {
    let Some(record) = standing(store, no).await? else { return Ok(None) };
    let tag = record.tags.iter().find(|tag| is_same_now(in_force, &tag.function, function));
    Ok(Some(match tag.map(|tag| words_of(&record, tag)) {
        Some(words) if !words.is_empty() => en::Why::Words(words),
        Some(_) => en::Why::Chosen,
        None if is_in_turn(in_force, &record, function) => en::Why::Turn,
        None => en::Why::NotAnyMore,
    }))
}

/// Somebody heard a record too. `None`: it is not there any more.
pub async fn heard_too(
    store: &SharedStore,
    now: Timestamp,
    (who, key): (Identity, DeliveryKey),
    no: FeedbackNo,
) -> Result<Option<en::Counted>, ChangeError> {
    let Some(new) = answered(store.commit(change(now, (who.clone(), key), Act::HeardToo(no))).await)? else { return Ok(None) };
    if new {
        return Ok(Some(en::Counted::Now));
    }
    let Some(record) = standing(store, no).await? else { return Ok(None) };
    Ok(Some(if is_tellers(store, &record, &who).await? { en::Counted::AsTeller } else { en::Counted::Before }))
}

/// Somebody takes that back; whoever is not counted is told the same. `false`: it is not there any more.
pub async fn not_heard(store: &SharedStore, now: Timestamp, by: (Identity, DeliveryKey), no: FeedbackNo) -> Result<bool, CommitError> {
    Ok(answered(store.commit(change(now, by, Act::NotHeard(no))).await)?.is_some())
}

/// A function does not answer a record; gives who reads it now, and whether that is new. `None`: it is not there any more.
pub async fn not_ours(
    (store, in_force): (&SharedStore, &InForce),
    now: Timestamp,
    by: (Identity, DeliveryKey),
    (no, function): (FeedbackNo, FunctionId),
) -> Result<Option<(Vec<String>, bool)>, ChangeError> {
    let by_now = in_force.routing.function(&function);
    let functions = by_now.map_or_else(|| vec![function.clone()], |now| now.was.iter().chain([&now.id]).cloned().collect());
    let act = Act::NotOurs { no, functions, turns: in_force.ids() };
    let Some(new) = answered(store.commit(change(now, by, act)).await)? else { return Ok(None) };
    let readers = standing(store, no).await?.map(|record| names(in_force, &record));
    Ok(readers.map(|readers| (readers, new)))
}

fn change(at: Timestamp, (who, key): (Identity, DeliveryKey), act: Act) -> Change {
    Change { at, by: Some(who), keys: vec![key], expects: vec![], acts: vec![act] }
}

/// A press that comes again is answered as the first time.
fn answered(committed: Result<Committed, CommitError>) -> Result<Option<bool>, CommitError> {
    match committed {
        Ok(committed) => Ok(Some(!committed.duplicate || committed.seq.0 > 0)),
        Err(CommitError::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
