//! Folds the journal into the views, as the commit did: again after a crash, anew into empty ones.

use std::collections::BTreeMap;

use super::disk::Disk;
use super::fault::{At, OpenError};
use super::journal::Journal;
use super::layout::{JOURNAL, segment_path};
use super::line::{BadLine, decode};
use super::lines::Lines;
use super::views::{LocalViews, Mark};
use super::watchdog::Pulse;
use crate::domain::facts::{Entry, Fact};
use crate::domain::fold::{Blank, fold};
use crate::domain::ids::Seq;
use crate::store::rows::Overlay;

/// Changes a batch: sled's memory grows with the batch, far out of proportion.
pub(super) const AT_ONCE: usize = 64;

/// How far a fold has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Changes folded.
    pub done: u64,
    /// Changes to fold in all.
    pub of: u64,
}

/// Told after each batch.
pub type OnProgress = std::sync::Arc<dyn Fn(Progress) + Send + Sync>;

/// A fold of the journal into views.
pub(super) struct Replay<'a> {
    pub(super) disk: &'a dyn Disk,
    pub(super) journal: &'a Journal,
    pub(super) views: &'a LocalViews,
    pub(super) pulse: &'a Pulse,
    pub(super) on_progress: &'a OnProgress,
    /// See [`super::recover::Survey::suspects`].
    pub(super) suspects: BTreeMap<Seq, (Seq, u64)>,
}

impl Replay<'_> {
    /// Folds all that comes after `from`, up to `newest`.
    pub(super) fn run(mut self, from: Option<Mark>, newest: Seq) -> Result<(), OpenError> {
        let folded = from.map_or(Seq(0), |mark| mark.seq);
        let files: Vec<Seq> = self.journal.firsts().iter().copied().filter(|file| from.is_none_or(|mark| *file >= mark.file)).collect();
        let mut progress = Progress { done: 0, of: newest.0.saturating_sub(folded.0) };
        for first in files {
            let path = segment_path(JOURNAL, first);
            let (file, start) = self.journal.open_file(first)?;
            let mut lines = Lines::from(&*file, from.filter(|mark| mark.file == first).map_or(start, |mark| mark.offset));
            loop {
                let batch = self.read(&mut lines, first, folded).at(self.disk, &path)??;
                if batch.is_empty() {
                    break;
                }
                progress.done = progress.done.saturating_add(super::disk::size(batch.len()));
                self.fold_batch(&batch, from.is_none())?;
                (self.on_progress)(progress);
            }
        }
        match self.suspects.pop_first() {
            None => Ok(()),
            Some((seq, (file, offset))) => {
                Err(self.journal.damage(file, offset, format!("the words of change {seq} are not as they were written")).into())
            }
        }
    }

    fn read(&self, lines: &mut Lines<'_>, file: Seq, folded: Seq) -> std::io::Result<Result<Vec<(u64, Entry)>, OpenError>> {
        let mut batch = vec![];
        while batch.len() < AT_ONCE
            && let Some(line) = lines.next()?
        {
            match decode(line.bytes) {
                Ok(entry) if entry.head.seq <= folded => {}
                Ok(entry) => batch.push((line.offset, entry)),
                Err(BadLine::Newer(what)) => {
                    let path = self.disk.shown(&segment_path(JOURNAL, file));
                    return Ok(Err(OpenError::Newer { path, what }));
                }
                Err(BadLine::Damaged) => return Ok(Err(self.journal.damage(file, line.offset, "the line is damaged").into())),
            }
        }
        Ok(Ok(batch))
    }

    /// In the order of the commit: words are blanked before the views say that they are.
    fn fold_batch(&mut self, batch: &[(u64, Entry)], fresh: bool) -> Result<(), OpenError> {
        self.pulse.beat("fold");
        let mut overlay = Overlay::over(self.views);
        let mut ordered: Vec<Blank> = vec![];
        let mut mark = None;
        for (offset, entry) in batch {
            ordered.extend(fold(&mut overlay, entry)?);
            mark = Some(Mark { seq: entry.head.seq, file: self.journal.file_of(entry.head.seq), offset: *offset });
        }
        let Some(mark) = mark else { return Ok(()) };
        let readable = self.journal.blank(&ordered).at(self.disk, JOURNAL)?;
        for blank in &ordered {
            self.suspects.remove(&blank.seq);
        }
        // Fresh views never held words that were blanked before they were folded.
        let lingering = batch.iter().find_map(|(_, entry)| forgets(entry)).filter(|_| readable || !fresh);
        self.views.apply(overlay.into_written(), mark, lingering)?;
        self.views.flush()?;
        self.pulse.rest();
        Ok(())
    }
}

/// When somebody is forgotten in this entry.
pub(super) fn forgets(entry: &Entry) -> Option<jiff::Timestamp> {
    let forgets = entry.head.facts.iter().any(|fact| matches!(fact, Fact::Erased { .. }));
    forgets.then_some(entry.head.at)
}
