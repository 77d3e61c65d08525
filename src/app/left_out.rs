//! What the filter left out, and nobody has passed on since.

use std::vec::IntoIter;

use jiff::Timestamp;

use crate::domain::feedback::Source;
use crate::domain::ids::TenantId;
use crate::domain::left_out::{LeftOut, newest_first};
use crate::domain::press::Place;
use crate::domain::views::Unreadable;
use crate::store::SharedStore;

/// What was left out and still waits to be looked through, newest first: read as far as it is asked for.
pub struct Waiting<'a> {
    store: &'a SharedStore,
    tenant: &'a TenantId,
    rest: IntoIter<LeftOut>,
}

impl<'a> Waiting<'a> {
    /// Of these, as they were kept.
    pub fn among(store: &'a SharedStore, tenant: &'a TenantId, kept: Vec<LeftOut>, now: Timestamp) -> Self {
        Self { store, tenant, rest: newest_first(kept, now).into_iter() }
    }

    /// The next one. What was heard since, taken back or deleted does not wait any more.
    pub async fn next(&mut self) -> Result<Option<(Place, LeftOut)>, Unreadable> {
        for left_out in self.rest.by_ref() {
            let source = Source { tenant: self.tenant.clone(), channel: left_out.channel.clone(), ts: left_out.ts.clone() };
            if self.store.told(source.clone()).await?.is_none() {
                return Ok(Some((Place { source, thread: left_out.thread.clone() }, left_out)));
            }
        }
        Ok(None)
    }
}
