//! The care clock: tells people what became of what they told, when they may be written to.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::watch;
use tracing::{error, info};

use crate::app::care;
use crate::slack::Desk;

/// How long until what failed for now is tried again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// After how long it is looked again where nothing waits.
const LOOKS_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// Tells what is to be told, then sleeps until there is more, or until whoever waits may be written to.
pub(super) async fn care(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let Desk { clock, store, in_force, cared, .. } = desk.as_ref();
    loop {
        let now = clock.now();
        let wake = match care::tell_news(store, in_force, now).await {
            Ok((told, next)) => {
                if told > 0 {
                    info!(told, "queued what became of what people told");
                }
                next.or_else(|| now.checked_add(LOOKS_AGAIN).ok())
            }
            Err(error) => {
                error!(%error, "what became of records could not be told; it is tried again");
                now.checked_add(AGAIN_AFTER).ok()
            }
        };
        tokio::select! {
            () = clock.sleep_until(wake.unwrap_or(now)) => {}
            () = cared.notified() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
