//! The digest clock: queues what is due, and sleeps until somebody reads next.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tracing::{error, info, warn};

use crate::app::changes::ChangeError;
use crate::app::digest::QueueError;
use crate::app::{digest, rollup, spread};
use crate::slack::Desk;

/// How long until what failed for now is tried again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// After how long it is looked again when functions read, where none does for a year.
const LOOKS_AGAIN: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Measures the week where that is due: before it is told. What Slack does not answer is asked again soon, and nothing waits.
async fn measure(desk: &Desk, now: Timestamp) -> Result<Option<Timestamp>, ChangeError> {
    let (due, next) = spread::due(&desk.store, &desk.in_force, now).await?;
    let Some(monday) = due else { return Ok(next) };
    let homes = match desk.homes().await {
        Ok(homes) => homes,
        Err(error) => {
            warn!(%error, "who is in which function could not be looked up; it is tried again");
            return Ok(now.checked_add(AGAIN_AFTER).ok());
        }
    };
    spread::measured(&desk.store, &desk.in_force, now, (monday, &desk.home.tenant, &homes)).await?;
    Ok(next)
}

/// Queues the digests and the company's week that are due, and says when to ask again.
async fn queue_due(desk: &Desk, now: Timestamp) -> Result<Option<Timestamp>, QueueError> {
    let Desk { store, in_force, .. } = desk;
    let (digests, next) = digest::queue_due(store, in_force, now).await?;
    let (rollup, later) = rollup::queue_due(store, in_force, now).await?;
    if digests > 0 || rollup {
        info!(digests, rollup, "queued");
    }
    Ok(next.into_iter().chain(later).min())
}

/// The digest clock: queues what is due, then sleeps until the next function reads.
pub(super) async fn digests(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let Desk { clock, rescheduled, .. } = desk.as_ref();
    loop {
        let now = clock.now();
        let measured = match measure(&desk, now).await {
            Ok(next) => next,
            Err(error) => {
                error!(%error, "how evenly the customer is carried could not be measured; it is tried again");
                now.checked_add(AGAIN_AFTER).ok()
            }
        };
        let wake = match queue_due(&desk, now).await {
            Ok(next) => next,
            Err(error) => {
                error!(%error, "digests could not be queued; they are tried again");
                now.checked_add(AGAIN_AFTER).ok()
            }
        };
        if wake.is_none() {
            warn!("no function reads on any day of the next year: look at weekdays and holidays in functions.toml");
        }
        let wake = wake.or_else(|| now.checked_add(LOOKS_AGAIN).ok()).into_iter().chain(measured).min().unwrap_or(now);
        tokio::select! {
            () = clock.sleep_until(wake) => {}
            () = rescheduled.notified() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
