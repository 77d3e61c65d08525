//! Time is given from outside: the system's, or one that a test turns. The only file that reads a clock.
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// A wait that was begun.
pub type Rest = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What the simulator knows of time. The workspace and the wire each have one (see [`crate::Builder`]).
pub trait Time: Send + Sync {
    /// The moment it is.
    fn now(&self) -> Timestamp;
    /// Ends when `span` has passed. Dropping it gives the wait up.
    fn rest(&self, span: SignedDuration) -> Rest;
}

/// Real time.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTime;

impl Time for SystemTime {
    #[expect(clippy::disallowed_methods, reason = "this is the file that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the file that waits on the clock")]
    fn rest(&self, span: SignedDuration) -> Rest {
        let span = Duration::try_from(span).unwrap_or_default();
        // Begun at the first poll, so that it can be made outside of a runtime.
        Box::pin(async move { tokio::time::sleep(span).await })
    }
}

/// Time that stands still until a test turns it. Clones turn the same clock.
///
/// A wait counts from the moment `rest` is called, not from its first poll.
#[derive(Clone, Debug)]
pub struct HandTime(Arc<Mutex<Dial>>);

#[derive(Debug)]
struct Dial {
    now: Timestamp,
    begun: u64,
    bells: BTreeMap<(Timestamp, u64), oneshot::Sender<()>>,
}

impl HandTime {
    /// A clock that stands at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Dial { now, begun: 0, bells: BTreeMap::new() })))
    }

    /// Turns the clock, at most to the end of time; every wait that is due by then ends, in order of its moment.
    pub fn advance(&self, span: SignedDuration) {
        let mut dial = self.dial();
        dial.now = later(dial.now, span);
        let now = dial.now;
        let later = dial.bells.split_off(&(now, u64::MAX));
        let due = std::mem::replace(&mut dial.bells, later);
        drop(dial);
        for bell in due.into_values() {
            // An error says that this wait was given up.
            let _ = bell.send(());
        }
    }

    /// How many waits are begun and neither over nor given up.
    pub fn sleepers(&self) -> usize {
        let mut dial = self.dial();
        dial.bells.retain(|_, bell| !bell.is_closed());
        dial.bells.len()
    }

    fn dial(&self) -> MutexGuard<'_, Dial> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Time for HandTime {
    fn now(&self) -> Timestamp {
        self.dial().now
    }

    fn rest(&self, span: SignedDuration) -> Rest {
        let (bell, rung) = oneshot::channel();
        let mut dial = self.dial();
        let due = later(dial.now, span);
        if due > dial.now {
            dial.begun += 1;
            let key = (due, dial.begun);
            dial.bells.insert(key, bell);
        }
        drop(dial);
        Box::pin(async move {
            // The sender is dropped only with the clock, or at once when nothing is left to wait for.
            drop(rung.await);
        })
    }
}

/// The moment after this span, or the last there is.
fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or_else(|_| if span.is_negative() { Timestamp::MIN } else { Timestamp::MAX })
}

/// What `work` gives, unless `limit` ends first.
pub(crate) async fn within<F: Future>(limit: Rest, work: F) -> Option<F::Output> {
    tokio::select! {
        biased;
        out = work => Some(out),
        () = limit => None,
    }
}
