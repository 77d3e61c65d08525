//! Dead letters that somebody asked to have looked at again, as after an upgrade that knows their kind.
//!
//! Each goes to the desk as if it had just come. It may do so any number of times: the desk knows what it has done by
//! event and trigger, so that a kill at any moment does no harm.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::Value;
use tokio::sync::watch;
use tracing::{error, info, warn};

use super::desk::{Desk, Reply};
use crate::clock::Clock;
use crate::store::local::{Again, Asked, DeadLetters, LetterName};

/// How often it looks whether somebody has asked, where there is anything to ask for.
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// The same where there is none: somebody may put a day back.
const WHILE_NONE: SignedDuration = SignedDuration::from_hours(1);
/// So long one letter may take.
const HANDLING: SignedDuration = SignedDuration::from_secs(10);

tokio::task_local! {
    /// Set in the task of a second look: whether the letter was put aside once more.
    static PUT_ASIDE: Cell<bool>;
}

/// Whether what is put aside in this task is a dead letter already, and need not be kept anew.
pub fn is_kept_already() -> bool {
    PUT_ASIDE.try_with(|put_aside| put_aside.set(true)).is_ok()
}

/// Looks at dead letters again, as they are asked for.
pub struct SecondLook {
    /// Time.
    pub clock: Clock,
    /// Where they are looked at.
    pub desk: Arc<Desk>,
    /// Where they lie.
    pub letters: Arc<DeadLetters>,
}

/// How many of the letters that were asked for became what.
#[derive(Debug, Default)]
struct Looked {
    understood: usize,
    not_understood: usize,
    left: BTreeSet<LetterName>,
}

impl SecondLook {
    /// Until it is told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            for asked in self.disk(DeadLetters::asked).await.unwrap_or_default() {
                self.look(&asked, &stop).await;
            }
            let there_is_none = self.disk(DeadLetters::days).await.is_some_and(|days| days.is_empty());
            tokio::select! {
                () = self.clock.sleep(if there_is_none { WHILE_NONE } else { LOOK_EVERY }) => {}
                () = self.letters.one_is_kept(), if there_is_none => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    async fn look(&self, asked: &Asked, stop: &watch::Receiver<bool>) {
        let mut looked = Looked::default();
        // A day at a time: that is as much as may lie in memory.
        for day in asked.letters.iter().map(LetterName::day).collect::<BTreeSet<_>>() {
            let Some(of_day) = self.disk(move |letters| letters.of_day(day)).await else {
                looked.left.extend(asked.letters.iter().filter(|name| name.day() == day));
                continue;
            };
            for letter in of_day.into_iter().filter(|letter| asked.letters.contains(&letter.name)) {
                let Some((kind, payload)) = letter.delivery() else { continue };
                let name = letter.name;
                let again = if *stop.borrow() { None } else { self.again(kind, payload).await };
                let Some(again) = again else {
                    looked.left.insert(name);
                    continue;
                };
                match again {
                    Again::Understood => looked.understood = looked.understood.saturating_add(1),
                    Again::NotUnderstood => looked.not_understood = looked.not_understood.saturating_add(1),
                }
                let now = self.clock.now();
                self.disk(move |letters| letters.looked_at_again(now, name, again)).await;
            }
        }
        let Looked { understood, not_understood, left } = looked;
        info!(understood, not_understood, left = left.len(), "dead letters were looked at again");
        let asked = asked.clone();
        self.disk(move |letters| letters.answered(&asked, &left)).await;
    }

    /// `None`: not now; it is tried again. A task of its own, so that a panic ends only itself.
    async fn again(&self, kind: String, payload: Value) -> Option<Again> {
        let (desk, clock) = (Arc::clone(&self.desk), self.clock.clone());
        let looking = PUT_ASIDE.scope(Cell::new(false), async move {
            let reply = clock.within(HANDLING, desk.answer(&kind, &payload)).await;
            let again = if PUT_ASIDE.with(Cell::get) { Again::NotUnderstood } else { Again::Understood };
            let again = match reply {
                Some(Reply::Ack(_)) => Some(again),
                Some(Reply::Silence) | None => None,
            };
            (again, clock.baton())
        });
        let Ok((again, _baton)) = self.clock.spawn(looking).await else {
            error!("looking at a dead letter again ended in a panic");
            return Some(Again::NotUnderstood);
        };
        again
    }

    async fn disk<T: Send + 'static>(&self, job: impl FnOnce(&DeadLetters) -> std::io::Result<T> + Send + 'static) -> Option<T> {
        let letters = Arc::clone(&self.letters);
        let done = self.clock.blocking("dead letters", move || job(&letters)).await?;
        done.inspect_err(|error| warn!(%error, "the dead letters cannot be used")).ok()
    }
}
