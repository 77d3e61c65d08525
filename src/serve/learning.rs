//! The learner: whenever people taught something, the tagger learns anew from all that they ever taught.

use std::sync::Arc;

use tokio::sync::watch;
use tracing::{error, info};

use crate::app::learning;
use crate::domain::ids::Seq;
use crate::domain::teaching::Knowledge;
use crate::domain::views::Unreadable;
use crate::slack::Desk;

/// Learns from the examples and from all that was taught, before anything is heard; says up to which change.
pub(super) async fn begin(desk: &Arc<Desk>) -> Seq {
    learn_kinds(desk).await;
    learn(desk, None).await.unwrap_or_else(|error| {
        // It is tried again with the next change.
        error!(%error, "what people taught could not be read");
        Seq(0)
    })
}

/// Learns anew whenever something was taught. What comes while it learns is learned next.
pub(super) async fn learning(desk: Arc<Desk>, mut upto: Seq, mut stop: watch::Receiver<bool>) {
    let mut newest = desk.store.newest();
    loop {
        newest.borrow_and_update();
        match learn(&desk, Some(upto)).await {
            Ok(learned) => upto = learned,
            Err(error) => error!(%error, "what people taught could not be read"),
        }
        tokio::select! {
            changed = newest.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Learns from the examples of which kind something is.
async fn learn_kinds(desk: &Arc<Desk>) {
    let (kinds, examples) = (Arc::clone(&desk.in_force.kinds), desk.in_force.of_kinds.clone());
    let learned = desk.clock.blocking("learn kinds", move || kinds.learn(&examples)).await;
    desk.in_force.know(Knowledge { kinds: Arc::new(learned.unwrap_or_default()), ..Knowledge::default() });
}

/// Learns what was taught since, if anything; says up to which change.
async fn learn(desk: &Arc<Desk>, since: Option<Seq>) -> Result<Seq, Unreadable> {
    let upto = desk.store.taught_upto().await?;
    if Some(upto) == since {
        return Ok(upto);
    }
    let course = learning::course(&desk.store, &desk.in_force).await?;
    let (examples, records) = course.size();
    let (tagger, filter) = (Arc::clone(&desk.in_force.tagger), Arc::clone(&desk.in_force.filter));
    let kinds = Arc::clone(&desk.in_force.knowledge().kinds);
    let knowledge = desk.clock.blocking("learn", move || course.learn(&tagger, &filter, kinds)).await;
    if let Some(knowledge) = knowledge {
        desk.in_force.know(knowledge);
        info!(examples, records, "learned from examples and from what people said of tags");
    }
    Ok(upto)
}
