//! `allears repair`: makes a journal of what a damaged one still says, and lists what it could not.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::disk::{Disk, size};
use super::fault::{At, OpenError};
use super::layout::{FORMAT, Header, JOURNAL, JOURNAL_REPAIRED, VIEWS, check_format, segment_first, segment_path, take_lock};
use super::line::{BadLine, decode, embedded, encode, glance};
use super::lines::Lines;
use super::options::{LocalOptions, Machine};
use super::replay::Progress;
use crate::clock::Clock;
use crate::domain::facts::{Entry, Head};
use crate::domain::ids::Seq;

/// What a repair did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairReport {
    /// Changes that the repaired journal holds.
    pub kept: u64,
    /// Changes that could not be read, from and up to: in their place stands that nothing happened.
    pub lost: Vec<(Seq, Seq)>,
    /// Changes whose words are not as they were written: kept as they are, or blank where nothing is to be read.
    pub doubtful: Vec<Seq>,
    /// Where a line could not be read, or not as a whole: file, first byte, and how many bytes.
    pub unreadable: Vec<(PathBuf, u64, u64)>,
    /// Where the damaged journal stands now.
    pub original: PathBuf,
}

/// Repairs the journal. Takes the lock. The views are folded anew by the next start.
pub fn repair(options: &LocalOptions, clock: &Clock) -> Result<RepairReport, OpenError> {
    repair_on(&Machine::real(&options.dir, options.free.clone()), options, clock.now())
}

/// The same on a machine that may be simulated.
pub(super) fn repair_on(machine: &Machine, options: &LocalOptions, now: Timestamp) -> Result<RepairReport, OpenError> {
    let disk = &*machine.disk;
    let lock = take_lock(disk, options.limits.lock_wait)?;
    check_format(disk)?;
    let original = format!("{JOURNAL}.damaged-{}", now.strftime("%Y%m%dT%H%M%S%3fZ"));
    let mut salvage = Salvage::begin(Arc::clone(&machine.disk), options)?;
    salvage.read_all(options)?;
    let mut report = salvage.finish()?;
    report.original = disk.shown(&original);
    disk.rename(JOURNAL, &original).and_then(|()| disk.sync_folder("")).at(disk, &original)?;
    // A start in between finishes with this step.
    disk.rename(JOURNAL_REPAIRED, JOURNAL).and_then(|()| disk.sync_folder("")).at(disk, JOURNAL)?;
    disk.remove_folder(VIEWS).at(disk, VIEWS)?;
    drop(lock);
    Ok(report)
}

/// A journal that is being written anew.
struct Salvage {
    disk: Arc<dyn Disk>,
    firsts: Vec<Seq>,
    header: Header,
    rotate_at: u64,
    /// Of the file that is written, by its first change.
    file: Option<(Box<dyn super::disk::DiskFile>, u64)>,
    last: Option<Head>,
    report: RepairReport,
}

impl Salvage {
    fn begin(disk: Arc<dyn Disk>, options: &LocalOptions) -> Result<Self, OpenError> {
        let names = disk.names(JOURNAL).at(&*disk, JOURNAL)?;
        let firsts: Vec<Seq> = names.iter().filter_map(|name| segment_first(name)).collect();
        let header = find_header(&*disk, &firsts, options)?;
        disk.remove_folder(JOURNAL_REPAIRED).at(&*disk, JOURNAL_REPAIRED)?;
        disk.make_folder(JOURNAL_REPAIRED).at(&*disk, JOURNAL_REPAIRED)?;
        let report = RepairReport { kept: 0, lost: vec![], doubtful: vec![], unreadable: vec![], original: PathBuf::new() };
        Ok(Self { disk, firsts, header, rotate_at: options.limits.segment_bytes, file: None, last: None, report })
    }

    fn read_all(&mut self, options: &LocalOptions) -> Result<(), OpenError> {
        let files = self.firsts.clone();
        for (at, first) in files.iter().enumerate() {
            self.read_file(*first)?;
            (options.on_progress)(Progress { done: size(at).saturating_add(1), of: size(files.len()) });
        }
        Ok(())
    }

    fn read_file(&mut self, first: Seq) -> Result<(), OpenError> {
        let path = segment_path(JOURNAL, first);
        let disk = Arc::clone(&self.disk);
        let file = disk.open(&path).at(&*disk, &path)?;
        let start = match Header::read(&*file).at(&*disk, &path)? {
            Some((header, start)) if header == self.header => start,
            // Its header is damaged: whatever is a good line in it is taken.
            _ => 0,
        };
        let mut lines = Lines::from(&*file, start);
        while let Some(line) = lines.next().at(&*disk, &path)? {
            let (offset, length) = (line.offset, size(line.bytes.len()));
            match decode(line.bytes) {
                Ok(entry) if line.ended && self.is_next(&entry.head) => self.keep(entry, line.bytes).at(&*disk, JOURNAL_REPAIRED)?,
                // A newer version's line is whole: this program must not drop it.
                Err(BadLine::Newer(what)) if line.ended => return Err(OpenError::Newer { path: disk.shown(&path), what }),
                _ => {
                    for inside in embedded(line.bytes) {
                        if let Ok(entry) = decode(inside)
                            && self.is_next(&entry.head)
                        {
                            self.keep(entry, inside).at(&*disk, JOURNAL_REPAIRED)?;
                        }
                    }
                    self.report.unreadable.push((disk.shown(&path), offset, length));
                }
            }
        }
        Ok(())
    }

    /// Numbers and groups never go back.
    fn is_next(&self, head: &Head) -> bool {
        let after = self.last.as_ref().is_none_or(|last| head.seq > last.seq && head.group >= last.group);
        after && head.group <= head.seq && head.seq.0 > 0
    }

    /// Where changes are lost stands that nothing happened, so that all others keep their numbers.
    fn fill_up_to(&mut self, next: &Head) -> std::io::Result<()> {
        let (mut seq, mut group) = self.last.as_ref().map_or((Seq(1), Seq(1)), |last| (last.seq.next(), last.group));
        if seq < next.seq {
            self.report.lost.push((seq, Seq(next.seq.0.saturating_sub(1))));
        }
        while seq < next.seq {
            group = if next.group <= seq { group.max(next.group) } else { seq };
            let head = Head { seq, group, at: next.at, by: None, keys: vec![], facts: vec![] };
            self.write(&Entry { head, words: vec![] })?;
            seq = seq.next();
        }
        Ok(())
    }

    fn keep(&mut self, entry: Entry, line: &[u8]) -> std::io::Result<()> {
        self.fill_up_to(&entry.head)?;
        if !glance(line).is_ok_and(|found| found.words_good) {
            self.report.doubtful.push(entry.head.seq);
        }
        self.write(&entry)?;
        self.report.kept = self.report.kept.saturating_add(1);
        self.last = Some(entry.head);
        Ok(())
    }

    fn write(&mut self, entry: &Entry) -> std::io::Result<()> {
        let mut bytes = vec![];
        encode(entry, &mut bytes).map_err(std::io::Error::other)?;
        let (file, length) = match self.file.take() {
            Some((file, length)) if length < self.rotate_at || entry.head.group < entry.head.seq => (file, length),
            full => {
                if let Some((file, _)) = full {
                    file.sync()?;
                }
                let file = self.disk.create(&segment_path(JOURNAL_REPAIRED, entry.head.seq))?;
                let header = self.header.encode();
                file.write_at(&header, 0)?;
                (file, size(header.len()))
            }
        };
        file.write_at(&bytes, length)?;
        self.file = Some((file, length.saturating_add(size(bytes.len()))));
        Ok(())
    }

    fn finish(self) -> Result<RepairReport, OpenError> {
        let disk = &*self.disk;
        if let Some((file, _)) = &self.file {
            file.sync().at(disk, JOURNAL_REPAIRED)?;
        } else {
            let path = segment_path(JOURNAL_REPAIRED, Seq(1));
            disk.create(&path).and_then(|file| file.write_at(&self.header.encode(), 0).and_then(|()| file.sync())).at(disk, &path)?;
        }
        disk.sync_folder(JOURNAL_REPAIRED).at(disk, JOURNAL_REPAIRED)?;
        Ok(self.report)
    }
}

/// The first good header, since all are the same; else one for whoever asks.
fn find_header(disk: &dyn Disk, firsts: &[Seq], options: &LocalOptions) -> Result<Header, OpenError> {
    for first in firsts {
        let path = segment_path(JOURNAL, *first);
        let file = disk.open(&path).at(disk, &path)?;
        match Header::read(&*file).at(disk, &path)? {
            Some((header, _)) if header.format > FORMAT => {
                return Err(OpenError::Newer { path: disk.shown(&path), what: format!("format {}, known is {FORMAT}", header.format) });
            }
            Some((header, _)) => {
                let other = options.tenant.as_ref().filter(|wanted| **wanted != header.workspace);
                return match other {
                    None => Ok(header),
                    Some(wanted) => Err(OpenError::OtherWorkspace {
                        path: disk.shown(""),
                        found: header.workspace.to_string(),
                        wanted: wanted.to_string(),
                    }),
                };
            }
            None => {}
        }
    }
    match (&options.tenant, firsts) {
        (_, []) | (None, _) => Err(OpenError::Nothing(disk.shown(""))),
        (Some(tenant), _) => Ok(Header::new(tenant.clone())),
    }
}
