//! The journal: files of lines, in order, of which only the last one grows. The truth.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use super::disk::{Disk, DiskFile, size};
use super::fault::{At, Damage, Fatal, Notice, OpenError};
use super::layout::{FORMAT, Header, segment_first, segment_path};
use super::line;
use super::lines::{self, Lines};
use crate::domain::fold::Blank;
use crate::domain::ids::{Seq, TenantId};

/// The files of a journal, as they were found.
pub(super) struct Journal {
    disk: Arc<dyn Disk>,
    folder: &'static str,
    header: Header,
    /// The first change of each file, in order.
    firsts: Vec<Seq>,
    /// The last file.
    file: Box<dyn DiskFile>,
    length: u64,
    rotate_at: u64,
}

/// Why a write was not made.
#[derive(Debug)]
pub(super) enum WriteFault {
    /// The disk refused it, and it was taken back.
    Refused,
    /// It is unknown what stands on the disk.
    Fatal(Fatal),
}

impl Journal {
    /// Begins a journal.
    pub(super) fn begin(disk: Arc<dyn Disk>, folder: &'static str, header: Header, rotate_at: u64) -> io::Result<Self> {
        disk.make_folder(folder)?;
        disk.sync_folder("")?;
        let (file, length) = begin_file(&*disk, folder, Seq(1), &header)?;
        file.sync()?;
        disk.sync_folder(folder)?;
        Ok(Self { disk, folder, header, firsts: vec![Seq(1)], file, length, rotate_at })
    }

    /// Opens a journal; `None` where there is none. Checks whose it is, and that no file is missing.
    pub(super) fn open(
        disk: Arc<dyn Disk>,
        folder: &'static str,
        rotate_at: u64,
        notices: &mut Vec<Notice>,
    ) -> Result<Option<Self>, OpenError> {
        let names = disk.names(folder).at(&*disk, folder)?;
        let mut firsts: Vec<Seq> = names.iter().filter_map(|name| segment_first(name)).collect();
        let mut opened = None;
        while let Some(first) = firsts.last().copied() {
            let path = segment_path(folder, first);
            let file = disk.open(&path).at(&*disk, &path)?;
            if let Some((header, start)) = read_header(&*disk, &path, &*file)? {
                opened = Some((file, header, start));
                break;
            }
            remove_unbegun(&*disk, folder, &path, &*file)?;
            notices.push(Notice::Removed(disk.shown(&path)));
            firsts.pop();
        }
        let Some((file, header, _)) = opened else { return Ok(None) };
        let length = file.length().at(&*disk, folder)?;
        let journal = Self { disk, folder, header, firsts, file, length, rotate_at };
        journal.check_files()?;
        Ok(Some(journal))
    }

    /// Refuses a journal of another enterprise or workspace.
    pub(super) fn check_workspace(&self, wanted: &TenantId) -> Result<(), OpenError> {
        if self.header.workspace == *wanted {
            return Ok(());
        }
        let (found, wanted) = (self.header.workspace.to_string(), wanted.to_string());
        Err(OpenError::OtherWorkspace { path: self.disk.shown(""), found, wanted })
    }

    /// Every file but the last ends where the next begins, and all are of one store.
    fn check_files(&self) -> Result<(), OpenError> {
        let mut next = Seq(1);
        for (at, first) in self.firsts.iter().enumerate() {
            let path = segment_path(self.folder, *first);
            if *first != next {
                let why = format!("the changes from {next} on are missing before it");
                return Err(self.damage(*first, 0, why).into());
            }
            let file = self.disk.open(&path).at(&*self.disk, &path)?;
            let header = read_header(&*self.disk, &path, &*file)?;
            let (_, start) =
                header.filter(|(h, _)| *h == self.header).ok_or_else(|| self.damage(*first, 0, "its header is not this store's"))?;
            if at.saturating_add(1) < self.firsts.len() {
                let last = lines::last(&*file, start).at(&*self.disk, &path)?;
                let (offset, line) = last.ok_or_else(|| self.damage(*first, start, "its end is missing"))?;
                next = line::glance(&line).map_err(|fault| self.damage(*first, offset, fault.to_string()))?.seq.next();
            }
        }
        Ok(())
    }

    /// A damage in one of the files.
    pub(super) fn damage(&self, file: Seq, offset: u64, why: impl Into<String>) -> Damage {
        Damage { file: self.disk.shown(&segment_path(self.folder, file)), offset, why: why.into() }
    }

    /// The first change of each file, in order.
    pub(super) fn firsts(&self) -> &[Seq] {
        &self.firsts
    }

    /// The file in which a change stands, by its first change.
    pub(super) fn file_of(&self, seq: Seq) -> Seq {
        let after = self.firsts.partition_point(|first| *first <= seq);
        self.firsts.get(after.saturating_sub(1)).copied().unwrap_or(Seq(1))
    }

    /// The last file, by its first change, and its length.
    pub(super) fn end(&self) -> (Seq, u64) {
        (self.firsts.last().copied().unwrap_or(Seq(1)), self.length)
    }

    /// Opens a file and says where its lines begin.
    pub(super) fn open_file(&self, first: Seq) -> Result<(Box<dyn DiskFile>, u64), OpenError> {
        let path = segment_path(self.folder, first);
        let file = self.disk.open(&path).at(&*self.disk, &path)?;
        let header = read_header(&*self.disk, &path, &*file)?;
        let (_, start) = header.ok_or_else(|| self.damage(first, 0, "its header is damaged"))?;
        Ok((file, start))
    }

    /// Cuts off the end of the last file, durably.
    pub(super) fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_length(length)?;
        self.length = length;
        self.file.sync()
    }

    /// Makes sure that the last file is on disk from `offset` on, and that its name is.
    ///
    /// The bytes are written once more: after a failed sync the system may take them for written.
    pub(super) fn settle(&mut self, offset: u64) -> io::Result<()> {
        let bytes = super::disk::read_exactly(&*self.file, offset, super::disk::memory(self.length.saturating_sub(offset)))?;
        self.file.write_at(&bytes, offset)?;
        self.file.sync()?;
        self.disk.sync_folder(self.folder)
    }

    /// Begins the next file if the last one is full.
    pub(super) fn rotate(&mut self, next: Seq) -> Result<(), WriteFault> {
        // A file without lines is never left behind: the next one would bear its name.
        if self.length < self.rotate_at || self.end().0 == next {
            return Ok(());
        }
        let path = segment_path(self.folder, next);
        let Ok((file, length)) = begin_file(&*self.disk, self.folder, next, &self.header) else {
            // What stays of it has no whole header, or is emptied by the next try.
            drop(self.disk.remove_file(&path));
            return Err(WriteFault::Refused);
        };
        let durable = file.sync().and_then(|()| self.disk.sync_folder(self.folder));
        durable.map_err(|fault| WriteFault::Fatal(Fatal::Sync(fault.to_string())))?;
        self.firsts.push(next);
        (self.file, self.length) = (file, length);
        Ok(())
    }

    /// Writes lines at the end; not durable yet.
    pub(super) fn append(&mut self, lines: &[u8]) -> Result<(), WriteFault> {
        if self.file.write_at(lines, self.length).is_ok() {
            self.length = self.length.saturating_add(size(lines.len()));
            return Ok(());
        }
        // Synced: whole lines of it could come back, although nobody was told that they were kept.
        let back = self.file.set_length(self.length).and_then(|()| self.file.sync());
        back.map_err(|fault| WriteFault::Fatal(Fatal::TakeBack(fault.to_string())))?;
        Err(WriteFault::Refused)
    }

    /// Makes durable what was appended. After an error it is unknown what stands on the disk: never to be retried.
    pub(super) fn sync(&self) -> Result<(), Fatal> {
        self.file.sync().map_err(|fault| Fatal::Sync(fault.to_string()))
    }

    /// Overwrites words with spaces, durably. Says whether any of them could still be read.
    pub(super) fn blank(&self, blanks: &[Blank]) -> io::Result<bool> {
        let mut by_file: BTreeMap<Seq, BTreeMap<Seq, BTreeSet<u32>>> = BTreeMap::new();
        for Blank { seq, word } in blanks {
            by_file.entry(self.file_of(*seq)).or_default().entry(*seq).or_default().insert(*word);
        }
        let mut changed = false;
        for (first, lines) in by_file {
            let (file, start) = self.open_file(first).map_err(io::Error::other)?;
            for (seq, words) in lines {
                let (offset, bytes) =
                    lines::find(&*file, start, seq)?.ok_or_else(|| io::Error::other(format!("change {seq} is not there")))?;
                let blanked = line::blank(&bytes, &words).map_err(io::Error::other)?;
                changed |= blanked.changed;
                for (at, patch) in blanked.patches() {
                    file.write_at(patch, offset.saturating_add(size(at)))?;
                }
            }
            file.sync()?;
        }
        Ok(changed)
    }
}

fn begin_file(disk: &dyn Disk, folder: &str, first: Seq, header: &Header) -> io::Result<(Box<dyn DiskFile>, u64)> {
    let file = disk.create(&segment_path(folder, first))?;
    let line = header.encode();
    file.write_at(&line, 0)?;
    Ok((file, size(line.len())))
}

fn read_header(disk: &dyn Disk, path: &str, file: &dyn DiskFile) -> Result<Option<(Header, u64)>, OpenError> {
    let found = Header::read(file).at(disk, path)?;
    match found {
        Some((header, _)) if header.format > FORMAT => {
            Err(OpenError::Newer { path: disk.shown(path), what: format!("format {}, known is {FORMAT}", header.format) })
        }
        found => Ok(found),
    }
}

/// Removes a file that was begun and never used. One that holds lines was used: its header is damaged.
fn remove_unbegun(disk: &dyn Disk, folder: &str, path: &str, file: &dyn DiskFile) -> Result<(), OpenError> {
    if file.length().at(disk, path)? > 1024 {
        return Err(Damage { file: disk.shown(path), offset: 0, why: "its header is damaged".to_owned() }.into());
    }
    let mut lines = Lines::from(file, 0);
    while let Some(line) = lines.next().at(disk, path)? {
        if line::glance(line.bytes).is_ok() {
            return Err(Damage { file: disk.shown(path), offset: 0, why: "its header is damaged".to_owned() }.into());
        }
    }
    disk.remove_file(path).and_then(|()| disk.sync_folder(folder)).at(disk, path)
}
