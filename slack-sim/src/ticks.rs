//! What changed, for whoever watches: each tick says what to look at again.
use serde::Serialize;
use tokio::sync::broadcast;

/// Ticks that a slow watcher may be behind before it has to look at all again.
const MOST: usize = 4096;

/// Something changed.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Tick {
    /// `message`, `channel`, `people`, `ephemeral`, `view`, `home`, `line`, `traffic`.
    pub(crate) what: &'static str,
    /// The channel's id, where one is concerned.
    pub(crate) channel: String,
    /// The message's id in it.
    pub(crate) ts: String,
    /// The person's id, where only one is concerned.
    pub(crate) user: String,
}

/// The watchers. Clones reach the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Ticks(broadcast::Sender<Tick>);

impl Ticks {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(MOST))
    }

    pub(crate) fn send(&self, tick: Tick) {
        // An error says that nobody looks.
        drop(self.0.send(tick));
    }

    pub(crate) fn watch(&self) -> broadcast::Receiver<Tick> {
        self.0.subscribe()
    }
}
