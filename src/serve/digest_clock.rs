//! The digest clock: queues what is due, and sleeps until somebody reads next.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tracing::{error, info, warn};

use crate::app::digest::QueueError;
use crate::app::{InForce, digest, rollup};
use crate::slack::Desk;
use crate::store::SharedStore;

/// How long until what failed for now is tried again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// After how long it is looked again when functions read, where none does for a year.
const LOOKS_AGAIN: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Queues the digests and the company's week that are due, and says when to ask again.
async fn queue_due(store: &SharedStore, in_force: &InForce, now: Timestamp) -> Result<Option<Timestamp>, QueueError> {
    let (digests, next) = digest::queue_due(store, in_force, now).await?;
    let (rollup, later) = rollup::queue_due(store, in_force, now).await?;
    if digests > 0 || rollup {
        info!(digests, rollup, "queued");
    }
    Ok(next.into_iter().chain(later).min())
}

/// The digest clock: queues what is due, then sleeps until the next function reads.
pub(super) async fn digests(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let Desk { clock, store, in_force, rescheduled, .. } = desk.as_ref();
    loop {
        let now = clock.now();
        let wake = match queue_due(store, in_force, now).await {
            Ok(next) => next,
            Err(error) => {
                error!(%error, "digests could not be queued; they are tried again");
                now.checked_add(AGAIN_AFTER).ok()
            }
        };
        if wake.is_none() {
            warn!("no function reads on any day of the next year: look at weekdays and holidays in functions.toml");
        }
        let wake = wake.or_else(|| now.checked_add(LOOKS_AGAIN).ok()).unwrap_or(now);
        tokio::select! {
            () = clock.sleep_until(wake) => {}
            () = rescheduled.notified() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
