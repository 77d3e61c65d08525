//! The learner: whenever people taught something, the tagger learns anew from all that they ever taught.

use std::sync::Arc;

use tokio::sync::watch;
use tracing::{error, info};

use crate::app::learning;
use crate::domain::ids::Seq;
use crate::domain::views::Unreadable;
use crate::slack::Desk;

/// Learns at the start, and whenever something was taught. What comes while it learns is learned next.
pub(super) async fn learning(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let mut newest = desk.store.newest();
    let mut upto = Seq(0);
    loop {
        newest.borrow_and_update();
        match learn(&desk, upto).await {
            Ok(learned) => upto = learned,
            // It is tried again with the next change.
            Err(error) => error!(%error, "what people taught could not be read"),
        }
        tokio::select! {
            changed = newest.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Learns what was taught since, if anything; says up to which change.
async fn learn(desk: &Arc<Desk>, since: Seq) -> Result<Seq, Unreadable> {
    let upto = desk.store.taught_upto().await?;
    if upto == since {
        return Ok(upto);
    }
    let course = learning::course(&desk.store, &desk.in_force).await?;
    let (records, tagger) = (course.records(), Arc::clone(&desk.in_force.tagger));
    let learned = desk.clock.blocking("learn", move || course.learn(&tagger)).await;
    if let Some(learned) = learned {
        desk.in_force.learn(learned);
        info!(records, "learned from what people said of tags");
    }
    Ok(upto)
}
