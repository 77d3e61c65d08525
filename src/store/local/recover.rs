//! What of the journal stands: reads on from where the views end, and cuts off what a power cut left of the last write.

use std::collections::BTreeMap;

use super::disk::Disk;
use super::fault::{At, Notice, OpenError};
use super::journal::Journal;
use super::layout::{JOURNAL, segment_path};
use super::line::{BadLine, Glance, embedded, glance};
use super::lines::{Lines, RawLine};
use super::views::Mark;
use crate::domain::ids::Seq;

/// A place in the journal: a file, by its first change, and an offset.
type Place = (Seq, u64);

/// What was found.
#[derive(Debug)]
pub(super) struct Survey {
    /// The last change that stands.
    pub(super) newest: Seq,
    /// Changes whose words are neither as written nor all spaces: a later fact must order their blanking.
    pub(super) suspects: BTreeMap<Seq, Place>,
}

/// Whether the line that the views say they end with stands in the journal.
pub(super) fn stands(journal: &Journal, mark: Mark) -> Result<bool, OpenError> {
    if !journal.firsts().contains(&mark.file) {
        return Ok(false);
    }
    let (file, _) = journal.open_file(mark.file)?;
    let mut lines = Lines::from(&*file, mark.offset);
    // An offset beyond the end reads as nothing; one that is no beginning of a line has no good checksum.
    Ok(
        matches!(lines.next(), Ok(Some(line)) if line.ended && glance(line.bytes).is_ok_and(|found| found.seq == mark.seq && found.words_good)),
    )
}

/// Reads the journal on from a mark, or from its beginning, and leaves it whole and on disk.
pub(super) fn survey(disk: &dyn Disk, journal: &mut Journal, from: Option<Mark>, notices: &mut Vec<Notice>) -> Result<Survey, OpenError> {
    let first = from.map_or(Seq(1), |mark| mark.file);
    let mut walk = Walk::new(disk, from);
    let files: Vec<Seq> = journal.firsts().iter().copied().filter(|file| *file >= first).collect();
    for (at, file) in files.iter().enumerate() {
        let last = at.saturating_add(1) == files.len();
        let offset = from.filter(|mark| mark.file == *file).map(|mark| mark.offset);
        walk.read_file(journal, *file, offset, last)?;
    }
    walk.doubt_the_last_write();
    if let Some((file, offset)) = walk.cut {
        let (_, length) = journal.end();
        journal.cut(offset).at(disk, JOURNAL)?;
        let file = disk.shown(&segment_path(JOURNAL, file));
        notices.push(Notice::Cut { file, offset, bytes: length.saturating_sub(offset) });
    }
    let (last, length) = journal.end();
    let tail = walk.write_began.filter(|(file, offset)| *file == last && *offset <= length).map_or(length, |(_, offset)| offset);
    journal.settle(tail).at(disk, JOURNAL)?;
    Ok(Survey { newest: walk.newest, suspects: walk.suspects })
}

/// How far a reading has come.
struct Walk<'a> {
    disk: &'a dyn Disk,
    newest: Seq,
    /// The first change of the write in which the newest stands, and where it begins.
    group: Seq,
    write_began: Option<Place>,
    suspects: BTreeMap<Seq, Place>,
    cut: Option<Place>,
}

impl<'a> Walk<'a> {
    fn new(disk: &'a dyn Disk, from: Option<Mark>) -> Self {
        let newest = from.map_or(Seq(0), |mark| Seq(mark.seq.0.saturating_sub(1)));
        Self { disk, newest, group: Seq(0), write_began: None, suspects: BTreeMap::new(), cut: None }
    }

    fn read_file(&mut self, journal: &Journal, first: Seq, offset: Option<u64>, last: bool) -> Result<(), OpenError> {
        let path = segment_path(JOURNAL, first);
        let (file, start) = journal.open_file(first)?;
        let mut lines = Lines::from(&*file, offset.unwrap_or(start));
        while let Some(line) = lines.next().at(self.disk, &path)? {
            let offset = line.offset;
            let judged = self.judge(line);
            // A damaged line feed joins a line to the next one.
            let joined = judged.is_err() && embedded(line.bytes).any(|inside| self.is_later(inside));
            match judged {
                Ok(found) => self.take(found, (first, offset)),
                Err(BadLine::Newer(what)) => return Err(OpenError::Newer { path: self.disk.shown(&path), what }),
                Err(BadLine::Damaged) => {
                    if !last || joined || self.is_followed(&mut lines).at(self.disk, &path)? {
                        let why = format!("change {} should stand there", self.newest.next());
                        return Err(journal.damage(first, offset, why).into());
                    }
                    self.cut = Some((first, offset));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn judge(&self, line: RawLine<'_>) -> Result<Glance, BadLine> {
        let found = glance(line.bytes)?;
        let in_place = line.ended && found.seq == self.newest.next() && found.group >= self.group && found.group <= found.seq;
        if in_place { Ok(found) } else { Err(BadLine::Damaged) }
    }

    fn take(&mut self, found: Glance, place: Place) {
        self.newest = found.seq;
        if found.group != self.group {
            self.group = found.group;
            self.write_began = Some(place);
        }
        if !found.words_good {
            self.suspects.insert(found.seq, place);
        }
    }

    /// Whether a line of a later write than the bad one follows: then the bad one had been finished.
    fn is_followed(&self, lines: &mut Lines<'_>) -> std::io::Result<bool> {
        while let Some(line) = lines.next()? {
            if self.is_later(line.bytes) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether this is a good line of a later write than the next change's.
    fn is_later(&self, line: &[u8]) -> bool {
        glance(line).is_ok_and(|found| found.group > self.newest.next())
    }

    /// Words that are wrong in the last write are what a power cut left of it, like any other bad line.
    fn doubt_the_last_write(&mut self) {
        let doubted = self.suspects.split_off(&self.group);
        if let Some((seq, place)) = doubted.into_iter().next() {
            self.cut = Some(place);
            self.newest = Seq(seq.0.saturating_sub(1));
        }
    }
}
