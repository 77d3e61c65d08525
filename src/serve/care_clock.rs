//! The care clock: reminds people of what waits for them, and tells them what became of what they told.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tracing::{error, info};

use crate::app::changes::ChangeError;
use crate::app::reminders::{self, Among, Dues};
use crate::slack::Desk;

/// How long until what failed for now is tried again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// How long after a moment it is looked: what functions read at that moment is compiled before.
const AFTER: SignedDuration = SignedDuration::from_secs(30);
/// After how long it is looked again where nothing waits.
const LOOKS_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// Does what is to be done, then sleeps until there is more, or until whoever waits may be written to.
pub(super) async fn care(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let Desk { clock, cared, .. } = desk.as_ref();
    loop {
        let now = clock.now();
        let wake = match remind(&desk, now).await {
            Ok((told, next)) => {
                if told > 0 {
                    info!(told, "wrote to people what concerns them");
                }
                next.or_else(|| now.checked_add(LOOKS_AGAIN).ok())
            }
            Err(error) => {
                error!(%error, "people could not be written what concerns them; it is tried again");
                now.checked_add(AGAIN_AFTER).ok()
            }
        };
        tokio::select! {
            () = clock.sleep_until(wake.and_then(|wake| wake.checked_add(AFTER).ok()).unwrap_or(now)) => {}
            () = cared.notified() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Does what is to be done now; gives to how many people something was written, and when to look again.
async fn remind(desk: &Desk, now: Timestamp) -> Result<(usize, Option<Timestamp>), ChangeError> {
    let dues = Dues::of(&desk.store, &desk.in_force, now).await?;
    let away = if dues.reach_somebody(&desk.in_force, now) { desk.away(dues.volunteers()).await } else { BTreeSet::new() };
    let gone = desk.gone(dues.takers()).await;
    reminders::remind(&desk.store, &desk.in_force, now, (dues, Among { tenant: &desk.home.tenant, away: &away, gone: &gone })).await
}
