//! Who has a record that nobody has closed yet.

use jiff::Timestamp;

use super::in_force::InForce;
use super::records::{identity, name};
use crate::domain::escalation::{Holder, holder as holds};
use crate::domain::ids::TenantId;
use crate::domain::views::{Record, Unreadable};
use crate::store::SharedStore;
use crate::texts::en::care::{Held, Holds};

/// Who has a record, as everybody may read it; none where it is closed, or where who took it says so already.
pub(super) async fn holder(
    store: &SharedStore,
    in_force: &InForce,
    now: Timestamp,
    (record, tenant): (&Record, &TenantId),
) -> Result<Option<Held>, Unreadable> {
    let Some(function) = in_force.lead(record).or_else(|| in_force.routing.functions().first()) else { return Ok(None) };
    let day = now.to_zoned(function.digest.zone.clone()).date();
    let advocate = store.advocates_of(function.id.clone()).await?.on(day);
    let (who, holds) = match holds(record, &function.lead, advocate) {
        None | Some(Holder::Taker(_) | Holder::Closer(_)) => return Ok(None),
        Some(Holder::Reached(n)) => (name(store, n).await?, Holds::Reached),
        Some(Holder::Advocate(n)) => (name(store, n).await?, Holds::Advocate),
        Some(Holder::Lead(user)) => {
            let known = store.known(tenant.clone(), user.clone()).await?;
            let who = match known {
                Some((n, _)) => identity(store, n).await?.map(|who| who.name).filter(|name| !name.is_empty()),
                None => None,
            };
            (who, Holds::Lead)
        }
    };
    Ok(Some(Held { who, holds, function: function.name.clone() }))
}
