//! The only reader of time: the system's clock, or one that is turned by hand.
//!
//! Turned by hand, time stands still until all is settled: no task of ours has anything to do, what went out to a
//! thread or into a call is back (or rests there on purpose), and no frame is under way on a socket. That takes three
//! things: [`Clock::watch`] around every task, [`Clock::away`] around every call, commit and blocking job, and a
//! [`Probe`] through every open socket.
//!
//! [`guard`] keeps the few limits on input and output that run on real time even so.

mod dial;
mod watched;
pub mod guard;
mod hand;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;

pub use dial::Probe;
use dial::{OnDrop, Works};
pub use hand::{Hand, Restless};
pub use watched::{Baton, Watched};

/// How long one wait on the system's clock may last: a wall clock that was set is noticed within a minute.
const STEP: Duration = Duration::from_mins(1);

/// A clock. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Option<Arc<Works>>);

impl Clock {
    /// The system's.
    pub fn system() -> Self {
        Self(None)
    }

    /// One that stands at `at` until its hand is turned.
    pub fn by_hand(at: Timestamp) -> (Self, Hand) {
        let works = Arc::new(Works::standing_at(at));
        (Self(Some(Arc::clone(&works))), Hand::of(works))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.0.as_ref().map_or_else(guard::wall, |works| works.dial().now)
    }

    /// Waits for a while.
    pub async fn sleep(&self, while_: SignedDuration) {
        self.wait(self.now() + while_, false).await;
    }

    /// Waits until a moment; not at all where it has passed. A wall clock that is set back ends every wait, since what was
    /// to be waited for may be years away by then: whoever waits looks at the time again.
    pub async fn sleep_until(&self, moment: Timestamp) {
        self.wait(moment, false).await;
    }

    /// Waits inside a call, on purpose: for a simulator's slow answers. Whoever called is [`Self::away`] meanwhile.
    pub async fn rest(&self, while_: SignedDuration) {
        self.wait(self.now() + while_, true).await;
    }

    /// What `f` gives within the limit; `None` where it takes longer.
    pub async fn within<F: Future>(&self, limit: SignedDuration, f: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            out = f => Some(out),
            () = self.sleep(limit) => None,
        }
    }

    async fn wait(&self, moment: Timestamp, rests: bool) {
        let Some(works) = &self.0 else {
            let mut before = guard::wall();
            while let Ok(left) = Duration::try_from(moment.duration_since(before))
                && !left.is_zero()
            {
                guard::pause(left.min(STEP)).await;
                let now = guard::wall();
                if now < before {
                    return;
                }
                before = now;
            }
            return;
        };
        let Some((key, rung)) = works.sleeper(moment, rests) else { return };
        works.look();
        let _forget = OnDrop(|| works.forget(key));
        // An error means that the works are gone: nobody will turn them any more.
        drop(rung.await);
    }

    /// Around every task of ours: it counts as awake from the moment it is woken until it has nothing to do again.
    pub fn watch<F: Future>(&self, f: F) -> Watched<F> {
        Watched::over(f, self.0.clone())
    }

    /// Starts a watched task.
    pub fn spawn<F>(&self, f: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        guard::spawn(self.watch(f))
    }

    /// Around what leaves our tasks and comes back: a call of the Web API, a commit in the writer's thread.
    ///
    /// Never to be cancelled, unless its other end [rests](Self::rest).
    pub async fn away<F: Future>(&self, what: &'static str, f: F) -> F::Output {
        // First, so that it is dropped after it was counted as given up.
        let f = std::pin::pin!(f);
        let Some(works) = &self.0 else { return f.await };
        let id = works.goes_away(what);
        let _dropped = OnDrop(|| works.gives_up(id));
        let out = f.await;
        works.comes_back(id);
        out
    }

    /// To be handed on with a task's result, and dropped when that is dealt with: between the end of a task and the
    /// waking of whoever joins it nobody is awake, and yet all is not settled.
    pub fn baton(&self) -> Baton {
        Baton::of(self.0.clone())
    }

    /// Runs what would hold up a worker on a thread of its own. `None` where it panicked.
    pub async fn blocking<T: Send + 'static>(&self, what: &'static str, job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        self.away(what, tokio::task::spawn_blocking(job)).await.ok()
    }
}

#[cfg(test)]
mod tests;
