//! What lies where in a data directory, whose it is, and who may use it.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::disk::{Disk, DiskFile, memory, read_exactly, size};
use super::fault::{At, OpenError};
use super::line::{crc, hex};
use crate::clock::guard::{Stopwatch, pause_thread};
use crate::domain::ids::{Seq, TenantId};

/// The shape of the directory and of the journal's lines.
pub(super) const FORMAT: u32 = 1;
/// Ours, not sled's: whoever holds it may touch the rest.
pub(super) const LOCK: &str = "lock";
/// A number.
const FORMAT_FILE: &str = "format";
/// The truth.
pub(super) const JOURNAL: &str = "journal";
/// A journal that `repair` has written and not yet put in place.
pub(super) const JOURNAL_REPAIRED: &str = "journal.repaired";
/// What the journal comes to; may be deleted at any time.
pub(super) const VIEWS: &str = "views";
/// Views that are being folded anew.
pub(super) const VIEWS_FRESH: &str = "views.fresh";
/// Views that fresh ones have replaced.
pub(super) const VIEWS_OLD: &str = "views.old";
/// Views that are folded for the sake of the journal, and thrown away.
pub(super) const VIEWS_SCRATCH: &str = "views.scratch";
/// Views that could not be used.
pub(super) const VIEWS_DAMAGED: &str = "views.damaged-";
/// Says that views did not open in time.
pub(super) const VIEWS_STUCK: &str = "views.stuck";
/// Dead letters and what was left out, by day.
pub(super) const DAYS: &str = "days";

/// The first line of each file of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    /// [`FORMAT`].
    pub(super) format: u32,
    /// Random, given when the store was begun: files of two stores are not mixed.
    pub(super) instance: String,
    /// The enterprise or workspace to which the store is bound.
    pub(super) workspace: TenantId,
}

impl Header {
    /// Of a new store.
    pub(super) fn new(workspace: TenantId) -> Self {
        // The standard library's only source of randomness; it need not be secret.
        let instance = format!("{:016x}", RandomState::new().build_hasher().finish());
        Self { format: FORMAT, instance, workspace }
    }

    /// As a line.
    pub(super) fn encode(&self) -> Vec<u8> {
        let json = serde_json::json!({ "format": self.format, "instance": self.instance, "workspace": self.workspace }).to_string();
        format!("{:08x} {json}\n", crc(json.as_bytes())).into_bytes()
    }

    /// Reads the beginning of a file: the header and its length on disk. `None`: no whole header.
    pub(super) fn read(file: &dyn DiskFile) -> std::io::Result<Option<(Self, u64)>> {
        let beginning = read_exactly(file, 0, memory(file.length()?.min(1024)))?;
        let Some(end) = beginning.iter().position(|b| *b == b'\n') else { return Ok(None) };
        let line = beginning.get(..end).unwrap_or_default();
        Ok(Self::decode(line).map(|header| (header, size(end).saturating_add(1))))
    }

    fn decode(line: &[u8]) -> Option<Self> {
        let json = line.get(9..)?;
        (hex(line.get(..8)?)? == crc(json)).then(|| serde_json::from_slice(json).ok()).flatten()
    }
}

/// The journal's file whose first change is this.
pub(super) fn segment_path(folder: &str, first: Seq) -> String {
    format!("{folder}/{:020}.jsonl", first.0)
}

/// The first change of a file of the journal, by the file's name.
pub(super) fn segment_first(name: &str) -> Option<Seq> {
    let digits = name.strip_suffix(".jsonl").filter(|d| d.len() == 20 && d.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok().map(Seq)
}

/// Takes the lock, before anything else is touched. `wait`: for an instance that is about to end.
pub(super) fn take_lock(disk: &dyn Disk, wait: Duration) -> Result<Box<dyn Send + Sync>, OpenError> {
    disk.make_folder("").at(disk, "")?;
    let waiting = Stopwatch::start();
    loop {
        match disk.lock(LOCK).at(disk, LOCK)? {
            Some(lock) => return Ok(lock),
            None if waiting.elapsed() >= wait => return Err(OpenError::Held(disk.shown(""))),
            None => pause_thread(Duration::from_millis(50)),
        }
    }
}

/// Refuses a directory that a newer program made, and marks a new one as ours.
pub(super) fn check_format(disk: &dyn Disk) -> Result<(), OpenError> {
    let there = disk.names("").at(disk, "")?.iter().any(|name| name == FORMAT_FILE);
    let text = if there {
        let file = disk.open(FORMAT_FILE).at(disk, FORMAT_FILE)?;
        let length = file.length().at(disk, FORMAT_FILE)?;
        let bytes = read_exactly(&*file, 0, memory(length.min(64))).at(disk, FORMAT_FILE)?;
        String::from_utf8_lossy(&bytes).trim().to_owned()
    } else {
        String::new()
    };
    match text.parse::<u32>() {
        Ok(format) if format <= FORMAT => Ok(()),
        // Empty: the power went before the number was written.
        Err(_) if text.trim_matches('\0').is_empty() => write_format(disk).at(disk, FORMAT_FILE),
        _ => Err(OpenError::Newer { path: disk.shown(FORMAT_FILE), what: format!("format {text:?}, known is {FORMAT}") }),
    }
}

fn write_format(disk: &dyn Disk) -> std::io::Result<()> {
    let file = disk.create(FORMAT_FILE)?;
    file.write_at(format!("{FORMAT}\n").as_bytes(), 0)?;
    file.sync()?;
    disk.sync_folder("")
}
