//! The views on disk: one tree of sled, written in batches that say how far the journal is folded.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::guard::{Stopwatch, pause_thread};
use crate::domain::ids::Seq;
use crate::domain::views::{Unreadable, VERSION};
use crate::store::rows::{Base, Pair, Written};

/// Rows on disk. A batch is there whole or not at all, also after a crash; the last ones may be gone after a crash.
pub(super) trait Rows: Base + Send + Sync {
    /// Writes a batch.
    fn apply(&self, batch: Written) -> Result<(), Unreadable>;
    /// Makes an effort to have all batches outlive a crash.
    fn flush(&self) -> Result<(), Unreadable>;
}

/// Opens views in a folder, which it makes if need be.
pub(super) trait OpenRows: Send + Sync {
    /// May panic on a damaged folder.
    fn open(&self, folder: &Path) -> Result<Arc<dyn Rows>, Unreadable>;
    /// Waits until views that were dropped are closed, so that their folder can be moved or opened again.
    fn wait_until_closed(&self, folder: &Path) -> Result<(), Unreadable>;
}

/// How far the journal is folded into the views.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The last change folded.
    pub(super) seq: Seq,
    /// The file of its line, by the file's first change.
    pub(super) file: Seq,
    /// Where its line begins there.
    pub(super) offset: u64,
}

/// The engine's own rows; no table of the views has this byte.
const APPLIED: &[u8] = &[0, b'a'];
const LINGERING: &[u8] = &[0, b'l'];

/// The views, as everybody shares them.
#[derive(Clone)]
pub(super) struct LocalViews(Arc<dyn Rows>);

impl LocalViews {
    /// Over rows.
    pub(super) fn over(rows: Arc<dyn Rows>) -> Self {
        Self(rows)
    }

    /// How far they are folded; `None`: they are empty.
    pub(super) fn mark(&self) -> Result<Option<Mark>, Unreadable> {
        self.own(APPLIED)
    }

    /// Since when words that were deleted may linger in the files.
    pub(super) fn lingering(&self) -> Result<Option<Timestamp>, Unreadable> {
        self.own(LINGERING)
    }

    /// Writes rows together with how far they go. `lingering`: a person was forgotten in them.
    pub(super) fn apply(&self, mut rows: Written, mark: Mark, lingering: Option<Timestamp>) -> Result<(), Unreadable> {
        rows.insert(APPLIED.to_vec(), Some(bytes(&mark)?));
        if let Some(since) = lingering
            && self.lingering()?.is_none()
        {
            rows.insert(LINGERING.to_vec(), Some(bytes(&since)?));
        }
        self.0.apply(rows)
    }

    /// See [`Rows::flush`].
    pub(super) fn flush(&self) -> Result<(), Unreadable> {
        self.0.flush()
    }

    fn own<T: for<'de> Deserialize<'de>>(&self, key: &[u8]) -> Result<Option<T>, Unreadable> {
        let Some(bytes) = self.0.value(key)? else { return Ok(None) };
        match bytes.split_first() {
            Some((&VERSION, row)) => postcard::from_bytes(row).map(Some).map_err(|fault| Unreadable(format!("damaged: {fault}"))),
            _ => Err(Unreadable("they carry another version".to_owned())),
        }
    }
}

fn bytes<T: Serialize>(row: &T) -> Result<Vec<u8>, Unreadable> {
    postcard::to_extend(row, vec![VERSION]).map_err(|fault| Unreadable(fault.to_string()))
}

impl Base for LocalViews {
    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Unreadable> {
        self.0.value(key)
    }

    fn scan(&self, from: &[u8], below: &[u8], most: usize) -> Result<Vec<Pair>, Unreadable> {
        self.0.scan(from, below, most)
    }
}

/// sled, set up as it was measured to hold.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sled;

/// How long its threads may go on.
const CLOSES_WITHIN: Duration = Duration::from_secs(20);
/// Of rows as they lie on disk; in memory they take half as much again. Its default is 1 GiB. With twice as much as this the whole
/// program takes 12 MB more under load, and a day of ten thousand is compiled no faster.
const CACHE_BYTES: u64 = 8 << 20;

impl OpenRows for Sled {
    fn open(&self, folder: &Path) -> Result<Arc<dyn Rows>, Unreadable> {
        self.wait_until_closed(folder)?;
        let config = sled::Config::new().path(folder).mode(sled::Mode::LowSpace).cache_capacity(CACHE_BYTES);
        // Flushed by the writer and nobody else: two flushes at once can lock each other out for ever.
        let db = config.use_compression(false).flush_every_ms(None).open()?;
        Ok(Arc::new(Tree(db)))
    }

    /// sled's own threads go on for a while after the last handle was dropped, and hold its lock. Nobody else can: ours
    /// was taken before.
    fn wait_until_closed(&self, folder: &Path) -> Result<(), Unreadable> {
        let waiting = Stopwatch::start();
        loop {
            // Not there: nothing to wait for.
            let Ok(file) = std::fs::File::open(folder.join("db")) else { return Ok(()) };
            match file.try_lock() {
                Ok(()) => return Ok(()),
                Err(_) if waiting.elapsed() < CLOSES_WITHIN => pause_thread(Duration::from_millis(5)),
                Err(fault) => return Err(Unreadable(format!("they do not close: {fault}"))),
            }
        }
    }
}

struct Tree(sled::Db);

impl From<sled::Error> for Unreadable {
    fn from(fault: sled::Error) -> Self {
        Self(fault.to_string())
    }
}

impl Base for Tree {
    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Unreadable> {
        Ok(self.0.get(key)?.map(|value| value.to_vec()))
    }

    fn scan(&self, from: &[u8], below: &[u8], most: usize) -> Result<Vec<Pair>, Unreadable> {
        if from >= below {
            return Ok(vec![]);
        }
        let found = self.0.range(from..below).take(most);
        found.map(|pair| pair.map(|(key, value)| (key.to_vec(), value.to_vec())).map_err(Unreadable::from)).collect()
    }
}

impl Rows for Tree {
    fn apply(&self, written: Written) -> Result<(), Unreadable> {
        let mut batch = sled::Batch::default();
        for (key, value) in written {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        Ok(self.0.apply_batch(batch)?)
    }

    fn flush(&self) -> Result<(), Unreadable> {
        self.0.flush()?;
        Ok(())
    }
}
