//! Ends the process when the writer hangs or is gone: a restart folds the journal again, a hang would last for ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::fault::Fatal;
use crate::clock::guard::Stopwatch;

/// Ends the process; in tests, notes that it would have.
pub(super) type Die = Arc<dyn Fn(Fatal) + Send + Sync>;

/// One line in the log, then the end. Crash-only: the next start recovers.
pub(super) fn abort(why: Fatal) {
    tracing::error!(%why, "the store cannot keep its promise; the process ends");
    drop(why);
    std::process::abort()
}

/// What the writer does now, and since when.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulse(Arc<Mutex<Option<(&'static str, Stopwatch)>>>);

impl Pulse {
    /// A step begins.
    pub(super) fn beat(&self, step: &'static str) {
        self.set(Some((step, Stopwatch::start())));
    }

    /// Waits for work: that may last.
    pub(super) fn rest(&self) {
        self.set(None);
    }

    fn set(&self, to: Option<(&'static str, Stopwatch)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }

    fn stuck(&self, limit: Duration) -> Option<&'static str> {
        let now = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        now.filter(|(_, since)| since.elapsed() > limit).map(|(step, _)| step)
    }
}

/// The watcher's thread; ends when this is dropped.
#[derive(Debug)]
pub(super) struct Watchdog {
    _stop: SyncSender<()>,
    writer_gone: Arc<AtomicBool>,
}

impl Watchdog {
    /// Looks after a pulse, a few times within the limit.
    pub(super) fn start(pulse: Pulse, limit: Duration, die: Die) -> std::io::Result<Self> {
        let (stop, stopped) = sync_channel(1);
        let writer_gone = Arc::new(AtomicBool::new(false));
        let gone = Arc::clone(&writer_gone);
        let watch = move || watch(&pulse, limit, &die, &stopped, &gone);
        std::thread::Builder::new().name("store-watch".to_owned()).spawn(watch)?;
        Ok(Self { _stop: stop, writer_gone })
    }

    /// To be held by the writer's thread: when it goes while this watch lasts, the process ends.
    pub(super) fn bond(&self) -> Bond {
        Bond(Arc::clone(&self.writer_gone))
    }
}

/// Says, when it is dropped, that its holder is gone.
#[derive(Debug)]
pub(super) struct Bond(Arc<AtomicBool>);

impl Bond {
    /// The holder ends as it should.
    pub(super) fn release(mut self) {
        self.0 = Arc::default();
    }
}

impl Drop for Bond {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn watch(pulse: &Pulse, limit: Duration, die: &Die, stopped: &Receiver<()>, gone: &AtomicBool) {
    let look = (limit / 8).min(Duration::from_secs(1));
    while stopped.recv_timeout(look) == Err(RecvTimeoutError::Timeout) {
        if let Some(step) = pulse.stuck(limit) {
            return die(Fatal::Stuck(step));
        }
        if gone.load(Ordering::SeqCst) {
            return die(Fatal::WriterEnded);
        }
    }
}
