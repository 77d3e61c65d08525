//! The works of a clock that is turned by hand: its time, who sleeps, who is awake, who is away.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::{Notify, oneshot};

/// Sends a ping through every open socket, waits for the pongs, and says how many frames went by so far.
pub type Probe = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = u64> + Send>> + Send + Sync>;

/// A sleeper's place: when it wakes, and the order in which it lay down.
pub(super) type Key = (Timestamp, u64);

pub(super) struct Works {
    dial: Mutex<Dial>,
    pub(super) calm: Notify,
    pub(super) probes: Mutex<Vec<Probe>>,
}

impl std::fmt::Debug for Works {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Works({})", self.dial().now)
    }
}

pub(super) struct Dial {
    pub(super) now: Timestamp,
    /// Counts whatever happens, so that two looks can be compared.
    pub(super) seq: u64,
    pub(super) sleepers: BTreeMap<Key, Sleeper>,
    pub(super) awake: usize,
    pub(super) away: BTreeMap<u64, &'static str>,
    /// Callers that no longer wait for an answer that still rests at the other end.
    pub(super) given_up: usize,
    pub(super) resting: usize,
}

pub(super) struct Sleeper {
    pub(super) bell: oneshot::Sender<()>,
    pub(super) rests: bool,
}

impl Works {
    pub(super) fn standing_at(now: Timestamp) -> Self {
        let dial = Dial { now, seq: 0, sleepers: BTreeMap::new(), awake: 0, away: BTreeMap::new(), given_up: 0, resting: 0 };
        Self { dial: Mutex::new(dial), calm: Notify::new(), probes: Mutex::default() }
    }

    pub(super) fn dial(&self) -> MutexGuard<'_, Dial> {
        self.dial.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_quiet(&self) -> bool {
        let dial = self.dial();
        dial.awake == 0 && dial.given_up == 0 && dial.away.len() <= dial.resting
    }

    /// Tells the hand where all is quiet now.
    pub(super) fn look(&self) {
        if self.is_quiet() {
            self.calm.notify_waiters();
        }
    }

    /// Lies down until `moment`; `None` where that has come.
    pub(super) fn sleeper(&self, moment: Timestamp, rests: bool) -> Option<(Key, oneshot::Receiver<()>)> {
        let (bell, rung) = oneshot::channel();
        let mut dial = self.dial();
        if moment <= dial.now {
            return None;
        }
        dial.seq += 1;
        dial.resting += usize::from(rests);
        let key = (moment, dial.seq);
        dial.sleepers.insert(key, Sleeper { bell, rests });
        drop(dial);
        Some((key, rung))
    }

    /// The clock is set; gives those whose waits end by that: all of ours, where it goes back. What rests at the other end of
    /// a call is not ours.
    pub(super) fn is_set_to(&self, moment: Timestamp) -> Vec<Sleeper> {
        let mut dial = self.dial();
        let goes_back = moment < dial.now;
        dial.now = moment;
        dial.sleepers.extract_if(.., |_, sleeper| goes_back && !sleeper.rests).map(|(_, sleeper)| sleeper).collect()
    }

    /// A sleeper that was rung, or that nobody waits for any more.
    pub(super) fn forget(&self, key: Key) {
        let mut dial = self.dial();
        if dial.sleepers.remove(&key).is_some_and(|sleeper| sleeper.rests) {
            dial.resting = dial.resting.saturating_sub(1);
            dial.given_up = dial.given_up.saturating_sub(1);
        }
        drop(dial);
        self.look();
    }

    pub(super) fn goes_away(&self, what: &'static str) -> u64 {
        let mut dial = self.dial();
        dial.seq += 1;
        let id = dial.seq;
        dial.away.insert(id, what);
        id
    }

    pub(super) fn comes_back(&self, id: u64) {
        self.dial().away.remove(&id);
    }

    /// Runs when an `away` is dropped; it was given up only where it had not come back.
    pub(super) fn gives_up(&self, id: u64) {
        let mut dial = self.dial();
        dial.given_up += usize::from(dial.away.remove(&id).is_some());
        drop(dial);
        self.look();
    }
}

/// Runs its closure when it is dropped, on a panic too.
pub(super) struct OnDrop<F: FnMut()>(pub(super) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
