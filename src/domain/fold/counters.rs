//! What was given last.

use crate::domain::views::{Counters, Unreadable, Views};

pub(super) fn count(views: &mut impl Views, change: impl FnOnce(&mut Counters)) -> Result<(), Unreadable> {
    let mut counters: Counters = views.get(&())?.unwrap_or_default();
    change(&mut counters);
    views.put(&(), &counters)
}
