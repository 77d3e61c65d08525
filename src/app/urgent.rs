//! What cannot wait, as its functions read it.

use super::digest::{Reader, reads, stands_before, words};
use super::in_force::InForce;
use super::records::names;
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, LetterNo};
use crate::domain::urgent::Urgency;
use crate::domain::views::Unreadable;
use crate::store::SharedStore;
use crate::texts::en::urgent;
use crate::texts::page::Page;

/// An urgent record as it is said at once. `None`: there is nothing to say any more, or it stands in that channel already.
pub(super) async fn page(
    store: &SharedStore,
    in_force: &InForce,
    letter: LetterNo,
    (no, function): (FeedbackNo, &FunctionId),
) -> Result<Option<Page>, Unreadable> {
    let Some(record) = store.record(no).await?.filter(|record| !record.withdrawn && reads(in_force, record, function)) else {
        return Ok(None);
    };
    if stands_before((store, in_force), (letter, Reader::Function(function)), no).await? {
        return Ok(None);
    }
    let words = words((store, in_force), function, &record).await?;
    let urgency = record.urgent.unwrap_or(Urgency::Teller);
    Ok(Some(urgent::at_once(no, (&in_force.name(function), function), urgency, &words)))
}

/// The same where it stands in the channel, as the record is now.
pub(super) async fn anew(
    store: &SharedStore,
    in_force: &InForce,
    letter: LetterNo,
    (no, function): (FeedbackNo, &FunctionId),
) -> Result<Page, Unreadable> {
    if let Some(page) = page(store, in_force, letter, (no, function)).await? {
        return Ok(page);
    }
    let record = store.record(no).await?.filter(|record| !record.withdrawn);
    Ok(record.map_or_else(|| urgent::withdrawn(no), |record| urgent::moved(no, &names(in_force, &record))))
}
