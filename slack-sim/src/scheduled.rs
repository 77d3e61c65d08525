//! Messages that wait for their time, on the workspace's clock.
use crate::state::channels::Message;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// A message that waits; its ts is given when it is posted.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) id: String,
    pub(crate) channel: String,
    /// Seconds since 1970.
    pub(crate) post_at: i64,
    pub(crate) created: i64,
    pub(crate) message: Message,
}

/// What waits, by its time, and a bell for who posts it.
#[derive(Debug, Default)]
pub(crate) struct Scheduled {
    waiting: Mutex<BTreeMap<(i64, String), Waiting>>,
    bell: Notify,
}

impl Scheduled {
    pub(crate) fn add(&self, one: Waiting) {
        self.lock().insert((one.post_at, one.id.clone()), one);
        self.bell.notify_one();
    }

    /// All that waits, soonest first.
    pub(crate) fn all(&self) -> Vec<Waiting> {
        self.lock().values().cloned().collect()
    }

    /// Takes one away before its time.
    pub(crate) fn cancel(&self, id: &str, channel: &str) -> Option<Waiting> {
        let mut waiting = self.lock();
        let key = waiting.iter().find(|(_, one)| one.id == id && one.channel == channel).map(|(key, _)| key.clone())?;
        waiting.remove(&key)
    }

    /// Takes all whose time has come.
    pub(crate) fn take_due(&self, now: Timestamp) -> Vec<Waiting> {
        let mut waiting = self.lock();
        let later = waiting.split_off(&(now.as_second() + 1, String::new()));
        std::mem::replace(&mut *waiting, later).into_values().collect()
    }

    /// When the next one is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.lock().keys().next().and_then(|(at, _)| Timestamp::from_second(*at).ok())
    }

    /// Ends when something was added.
    pub(crate) async fn changed(&self) {
        self.bell.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(i64, String), Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
