//! What a store is opened with.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::disk::{Disk, FreeSpace, RealDisk};
use super::replay::OnProgress;
use super::views::{OpenRows, Sled};
use super::watchdog::{Die, abort};
use crate::domain::ids::TenantId;

/// Where a store is, and whose.
#[derive(Clone)]
pub struct LocalOptions {
    /// The data directory; made if need be.
    pub dir: PathBuf,
    /// The enterprise, else the workspace, to which the store is bound. `None`: whosever it is, but there must be one.
    pub tenant: Option<TenantId>,
    /// Told while the journal is folded.
    pub on_progress: OnProgress,
    /// Numbers that tests turn.
    pub limits: Limits,
    /// How much is free; `None`: the file system says.
    pub free: Option<FreeSpace>,
}

impl LocalOptions {
    /// With the usual limits.
    pub fn new(dir: &Path, tenant: Option<TenantId>) -> Self {
        Self { dir: dir.to_owned(), tenant, on_progress: Arc::new(|_| {}), limits: Limits::default(), free: None }
    }
}

/// How long and how much. Guards on input and output: they run on real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long it waits for another instance to end.
    pub lock_wait: Duration,
    /// How long the views may take to open.
    pub views_open: Duration,
    /// How long a step of the writer may take before the process ends.
    pub step: Duration,
    /// The longest that a batch of the views waits to be flushed.
    pub flush_after: Duration,
    /// How often it looks how much is free.
    pub look_every: Duration,
    /// Less free space than this, in bytes: full.
    pub room: u64,
    /// A file of the journal that is longer, in bytes, is not written to any more.
    pub segment_bytes: u64,
    /// How many changes may wait.
    pub waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lock_wait: Duration::from_secs(30),
            views_open: Duration::from_mins(1),
            step: Duration::from_secs(30),
            flush_after: Duration::from_millis(500),
            look_every: Duration::from_secs(1),
            room: 64 << 20,
            segment_bytes: 64 << 20,
            waiting: 1024,
        }
    }
}

/// What a store stands on; simulated in tests.
#[derive(Clone)]
pub(super) struct Machine {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) rows: Arc<dyn OpenRows>,
    pub(super) die: Die,
}

impl Machine {
    /// The real one.
    pub(super) fn real(dir: &Path, free: Option<FreeSpace>) -> Self {
        Self { disk: Arc::new(RealDisk::new(dir).with_free(free)), rows: Arc::new(Sled), die: Arc::new(abort) }
    }
}
