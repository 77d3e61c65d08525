//! Time is given from outside: the system's, or one that a test turns. The only file that reads a clock.
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
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
    /// How many waits are over though who waited has not gone on yet: until it is nought, something is about to happen.
    fn ringing(&self) -> usize {
        0
    }
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
    bells: BTreeMap<(Timestamp, u64), oneshot::Sender<Rung>>,
    ringing: Arc<AtomicUsize>,
}

/// A bell that was rung; dropped with the wait, or with the news that nobody waited any more.
#[derive(Debug)]
struct Rung(Arc<AtomicUsize>);

impl Drop for Rung {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl HandTime {
    /// A clock that stands at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Dial { now, begun: 0, bells: BTreeMap::new(), ringing: Arc::default() })))
    }

    /// Turns the clock, at most to the last moment there is; every wait that is due by then ends, in order of its moment.
    pub fn advance(&self, span: SignedDuration) {
        let mut dial = self.dial();
        dial.now = later(dial.now, span);
        let now = dial.now;
        let rest = dial.bells.split_off(&(now, u64::MAX));
        let due = std::mem::replace(&mut dial.bells, rest);
        let ringing = Arc::clone(&dial.ringing);
        drop(dial);
        for bell in due.into_values() {
            ringing.fetch_add(1, Ordering::SeqCst);
            // An error says that this wait was given up.
            drop(bell.send(Rung(Arc::clone(&ringing))));
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
        Box::pin(HandRest { bell: rung, rung: None })
    }

    fn ringing(&self) -> usize {
        self.dial().ringing.load(Ordering::SeqCst)
    }
}

/// A wait on a clock that is turned by hand. A bell that was rung counts as ringing until this is dropped, so that who waited
/// can begin what comes next before anybody takes the silence for rest.
struct HandRest {
    bell: oneshot::Receiver<Rung>,
    rung: Option<Rung>,
}

impl Future for HandRest {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // The sender is dropped only with the clock, or at once when nothing is left to wait for.
        let rung = ready!(Pin::new(&mut self.bell).poll(context));
        self.rung = rung.ok();
        Poll::Ready(())
    }
}

/// So much later, at most the last moment there is.
fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    // Only spans of the calendar cannot be added.
    now.saturating_add(span).unwrap_or(now)
}

/// What `work` gives, unless `limit` ends first.
pub(crate) async fn within<F: Future>(limit: Rest, work: F) -> Option<F::Output> {
    tokio::select! {
        biased;
        out = work => Some(out),
        () = limit => None,
    }
}
