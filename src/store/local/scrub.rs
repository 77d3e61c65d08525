//! Reads the finished files of the journal in the background, so that damage is found before it is needed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::disk::{Disk, size};
use super::fault::Damage;
use super::layout::{Header, JOURNAL, segment_path};
use super::line::glance;
use super::lines::Lines;
use crate::clock::guard::pause_thread;
use crate::domain::ids::Seq;

/// It rests after so many bytes, so that commits have the disk.
const BREATH_BYTES: u64 = 1 << 20;
const BREATH: Duration = Duration::from_millis(5);

/// What the scrub has found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Whether it has read all that was finished when the store opened.
    pub done: bool,
    /// Lines read.
    pub lines: u64,
    /// The first damage of each file.
    pub damages: Vec<Damage>,
}

/// The scrub and what it shares.
#[derive(Clone, Default)]
pub(super) struct Scrub {
    pub(super) found: Arc<Mutex<Scrubbed>>,
    pub(super) stop: Arc<AtomicBool>,
    /// Held by the writer while it blanks.
    pub(super) blanking: Arc<Mutex<()>>,
}

impl Scrub {
    /// Reads the files once.
    pub(super) fn run(&self, disk: &dyn Disk, files: &[Seq]) {
        for first in files {
            let path = segment_path(JOURNAL, *first);
            match self.read(disk, &path, *first) {
                Ok(None) => {}
                Ok(Some((offset, why))) => self.tell(Damage { file: disk.shown(&path), offset, why: why.to_owned() }),
                Err(fault) => self.tell(Damage { file: disk.shown(&path), offset: 0, why: fault.to_string() }),
            }
            if self.stop.load(Ordering::SeqCst) {
                return;
            }
        }
        self.found().done = true;
    }

    fn tell(&self, damage: Damage) {
        tracing::error!(%damage, "the scrub has found damage in the journal: run `allears repair`");
        self.found().damages.push(damage);
    }

    /// What it has found.
    pub(super) fn found(&self) -> std::sync::MutexGuard<'_, Scrubbed> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, disk: &dyn Disk, path: &str, first: Seq) -> std::io::Result<Option<(u64, &'static str)>> {
        let file = disk.open(path)?;
        let Some((_, start)) = Header::read(&*file)? else { return Ok(Some((0, "its header is damaged"))) };
        let mut lines = Lines::from(&*file, start);
        let (mut next, mut since) = (first, 0);
        while let Some(line) = lines.next()? {
            let (offset, length) = (line.offset, size(line.bytes.len()));
            let good = |bytes: &[u8]| glance(bytes).is_ok_and(|found| found.seq == next && found.words_good);
            if !good(line.bytes) && !self.good_at_rest(&*file, offset, good)? {
                return Ok(Some((offset, "the line is damaged")));
            }
            next = next.next();
            self.found().lines += 1;
            since += length;
            if since >= BREATH_BYTES {
                pause_thread(BREATH);
                since = 0;
            }
            if self.stop.load(Ordering::SeqCst) {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// Reads a line once more while nobody blanks words in it.
    fn good_at_rest(&self, file: &dyn super::disk::DiskFile, offset: u64, good: impl Fn(&[u8]) -> bool) -> std::io::Result<bool> {
        let _blanking = self.blanking.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = Lines::from(file, offset);
        Ok(lines.next()?.is_some_and(|line| line.ended && good(line.bytes)))
    }
}
