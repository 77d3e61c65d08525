//! The delivery loop: the one place that posts. It drains the outbox in lanes side by side, each in order.
//!
//! A letter is marked as posted after Slack has answered. Where the answer was lost, or the process died between the
//! two, the channel is searched for the letter's key, which travels as metadata, before anything is sent again. What
//! Slack refuses waits until somebody has mended it, who is told. What is said in passing goes the same way, without being
//! kept.
//!
//! In order, each using only those above it.

mod calls;
mod courier;
mod refusals;
mod send;
mod passing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::join;
use futures_util::stream::FuturesUnordered;
use jiff::SignedDuration;
use tokio::sync::watch;
use tracing::warn;

use super::desk::Desk;
use super::{asides, blocks, desk, directory, history, pace, web};
use crate::domain::ids::LetterNo;
use crate::domain::views::Letter;
use courier::{AGAIN_AFTER, Courier, Lane};

/// The lanes that are under way, each with its letters.
type Busy = BTreeMap<Lane, Vec<LetterNo>>;

/// The delivery loop.
pub struct Delivery(Courier);

impl Delivery {
    /// A loop over the outbox of this desk's store, and over what it says in passing.
    pub fn of(desk: &Arc<Desk>) -> Self {
        Self(Courier::of(desk))
    }

    /// Looks what waits, before anything of this process does: it may have been posted by one that died before it could
    /// say so. `false`: the outbox could not be read, and is looked at again.
    pub async fn begin(&self) -> bool {
        self.inherit_all().await
    }

    /// Runs until it is told to stop; a letter under way is finished first. `begun` is what [`begin`](Self::begin) gave.
    pub async fn run(&self, mut begun: bool, mut stop: watch::Receiver<bool>) {
        let Self(courier) = self;
        let Desk { store, asides, clock, mended, .. } = courier.desk.as_ref();
        let mut queued = store.queued();
        let (mut lanes, mut busy) = (FuturesUnordered::new(), Busy::new());
        let passing = |queue| courier.say_in_passing(queue, stop.clone());
        let mut passing = std::pin::pin!(join(passing(asides.answers()), passing(asides.receipts())));
        let mut passing_ends = false;
        loop {
            queued.mark_unchanged();
            let mut again = Some(AGAIN_AFTER);
            if begun {
                let free;
                (free, again) = self.lanes(&busy).await;
                for (lane, letters) in free {
                    busy.insert(lane.clone(), letters.iter().map(|(no, _)| *no).collect());
                    let stop = stop.clone();
                    lanes.push(async move {
                        courier.send_in_order(letters, stop).await;
                        lane
                    });
                }
            }
            let later = async {
                match again {
                    Some(after) => clock.sleep(after).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Some(lane) = lanes.next() => drop(busy.remove(&lane)),
                changed = queued.changed() => if changed.is_err() { break },
                _ = stop.wait_for(|stop| *stop) => break,
                _ = &mut passing, if !passing_ends => passing_ends = true,
                () = mended.notified() => courier.mended(),
                () = later => {}
            }
            begun = begun || self.inherit_all().await;
        }
        while lanes.next().await.is_some() {}
    }

    /// `false`: the outbox could not be read.
    async fn inherit_all(&self) -> bool {
        let Self(courier) = self;
        match courier.desk.store.outbox().await {
            Ok(letters) => {
                for (no, letter) in &letters {
                    courier.inherit(*no, letter);
                }
                true
            }
            Err(fault) => {
                warn!(error = %fault, "letters wait; they are tried again");
                false
            }
        }
    }

    /// The lanes that may begin now, but for those that are busy; and when the next of the others may.
    async fn lanes(&self, busy: &Busy) -> (BTreeMap<Lane, Vec<(LetterNo, Letter)>>, Option<SignedDuration>) {
        let Self(courier) = self;
        let letters = match courier.desk.store.outbox().await {
            Ok(letters) => letters,
            Err(fault) => {
                warn!(error = %fault, "letters wait; they are tried again");
                return (BTreeMap::new(), Some(AGAIN_AFTER));
            }
        };
        let mut lanes: BTreeMap<Lane, Vec<(LetterNo, Letter)>> = BTreeMap::new();
        for (no, letter) in letters {
            lanes.entry(courier.lane(&letter)).or_default().push((no, letter));
        }
        // A letter under way stays in the lane that it began in, though its channel may be known by another name since.
        let under_way: BTreeSet<LetterNo> = busy.values().flatten().copied().collect();
        lanes.retain(|lane, letters| !busy.contains_key(lane) && letters.iter().all(|(no, _)| !under_way.contains(no)));
        let now = courier.now();
        let mut next: Option<SignedDuration> = None;
        lanes.retain(|_, letters| {
            let waits = letters.first().and_then(|(no, _)| courier.waiting(*no).until).map(|until| until.duration_since(now));
            let waits = waits.filter(SignedDuration::is_positive);
            next = next.into_iter().chain(waits).min();
            waits.is_none()
        });
        (lanes, next)
    }
}
