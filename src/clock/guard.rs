//! Real time: for guards on input and output alone, which must end even where a clock stands still.
#![expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock and starts tasks")]

use std::future::Future;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::JoinHandle;

/// The system's wall clock.
pub(super) fn wall() -> Timestamp {
    Timestamp::now()
}

pub(super) async fn pause(while_: Duration) {
    tokio::time::sleep(while_).await;
}

pub(super) fn spawn<F>(f: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    tokio::spawn(f)
}

/// What `f` gives within the limit of real time; `None` where it takes longer.
pub async fn within<F: Future>(limit: Duration, f: F) -> Option<F::Output> {
    tokio::time::timeout(limit, f).await.ok()
}

/// Real time that has gone by: it never jumps.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long ago it was started.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Holds up this thread; never one of the runtime's workers.
pub fn pause_thread(while_: Duration) {
    std::thread::sleep(while_);
}
