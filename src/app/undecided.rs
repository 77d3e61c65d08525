//! What waits for the council's decision.

use jiff::Timestamp;
use jiff::civil::Date;

use super::in_force::InForce;
use super::records::open;
use crate::domain::care::{Level, State};
use crate::domain::function::FunctionId;
use crate::domain::ids::PersonNo;
use crate::domain::routing::Function;
use crate::domain::views::{Record, Unreadable};
use crate::store::SharedStore;

/// Whether a record waits too long.
pub(super) fn is_overdue(record: &Record) -> bool {
    record.care.state == State::Open && record.care.reached.is_some_and(|(level, _)| level >= Level::Chair)
}

/// Whether a record contradicts the company.
pub(super) fn is_disputed(record: &Record) -> bool {
    record.care.belief.is_some()
}

/// What waits for the council's decision, and for whose.
#[derive(Debug, Clone)]
pub(super) struct Undecided {
    /// Whose lead does not judge it: the function that answers it.
    lead: Option<FunctionId>,
    /// Who was told of it already.
    reached: Option<PersonNo>,
    /// Since when it stands in digests as something that waits.
    since: Option<Timestamp>,
}

impl Undecided {
    /// A record that nobody has, and that contradicts the company or waits too long.
    pub(super) fn of(in_force: &InForce, record: &Record) -> Option<Self> {
        let open = record.care.state == State::Open && (is_disputed(record) || is_overdue(record));
        let lead = in_force.lead(record).map(|lead| lead.id.clone());
        open.then(|| Self { lead, reached: record.care.reached.map(|(_, n)| n), since: record.care.again })
    }

    /// Whether whoever leads a function and is in the chair in the week of that Monday is to be told of it: nobody judges their
    /// own, and what came this week told somebody by itself.
    pub(super) fn is_for(&self, function: &Function, lead: Option<PersonNo>, monday: Date) -> bool {
        let before = |since: Timestamp| since.to_zoned(function.digest.zone.clone()).date() < monday;
        let told = self.reached.is_some() && self.reached == lead;
        self.lead.as_ref() != Some(&function.id) && !told && self.since.is_none_or(before)
    }
}

/// How many records wait for somebody in the chair.
pub(super) async fn undecided(
    store: &SharedStore,
    in_force: &InForce,
    (function, lead, monday): (&Function, PersonNo, Date),
) -> Result<usize, Unreadable> {
    let all = open(store).await?;
    let waits = all.iter().filter_map(|(_, record)| Undecided::of(in_force, record));
    Ok(waits.filter(|one| one.is_for(function, Some(lead), monday)).count())
}
