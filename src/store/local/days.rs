//! Files of lines that are kept for a week, beside the journal and never part of it.
//!
//! Each name begins with its day (UTC), so that a day is deleted whole, whatever lies in it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::disk::{Disk, FreeSpace, RealDisk, memory, read_exactly, size};
use super::layout::DAYS;

/// How many days one is kept, besides the day itself.
const KEPT_DAYS: i64 = 7;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It stands in its day's file; a power cut may lose it.
    Yes,
    /// The day is full.
    DayIsFull,
}

/// The day (UTC) of a moment.
pub(super) fn day(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// The files of a data directory's days, by name.
#[derive(Debug, Clone)]
pub(super) struct DayFiles(Arc<dyn Disk>);

impl DayFiles {
    /// Those of a data directory, which is touched by the first call.
    pub(super) fn of(dir: &Path) -> Self {
        let free: Option<FreeSpace> = None;
        Self(Arc::new(RealDisk::new(dir).with_free(free)))
    }

    /// All names, in order.
    pub(super) fn names(&self) -> std::io::Result<Vec<String>> {
        self.0.names(DAYS)
    }

    /// Adds a line, unless the file would become longer than `most` bytes. Not for several tasks at once.
    pub(super) fn append(&self, name: &str, line: &impl Serialize, most: u64) -> std::io::Result<Kept> {
        self.0.make_folder(DAYS)?;
        let there = self.names()?.iter().any(|other| other == name);
        let file = if there { self.0.open(&path(name))? } else { self.0.create(&path(name))? };
        let length = file.length()?;
        // A line that a kill cut short must not swallow this one.
        let torn = length > 0 && read_exactly(&*file, length.saturating_sub(1), 1)? != b"\n";
        let line = format!("{}{}\n", if torn { "\n" } else { "" }, serde_json::to_string(line)?);
        if length.saturating_add(size(line.len())) > most {
            return Ok(Kept::DayIsFull);
        }
        file.write_at(line.as_bytes(), length)?;
        Ok(Kept::Yes)
    }

    /// A whole file as text; nothing where there is none.
    pub(super) fn read(&self, name: &str) -> std::io::Result<String> {
        let file = match self.0.open(&path(name)) {
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
            file => file?,
        };
        let bytes = read_exactly(&*file, 0, memory(file.length()?))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes a whole file by way of another one, or nothing. Any user may read it: no words may stand in it.
    pub(super) fn put(&self, name: &str, unfinished: &str, text: &str) -> std::io::Result<()> {
        self.0.make_folder(DAYS)?;
        let unfinished = path(unfinished);
        let written = self.0.create(&unfinished)?;
        written.write_at(text.as_bytes(), 0)?;
        written.sync()?;
        // Root may ask a bot that runs as another user. The folder lets nobody else in.
        std::fs::set_permissions(self.0.shown(&unfinished), Permissions::from_mode(0o644))?;
        self.0.rename(&unfinished, &path(name))?;
        self.0.sync_folder(DAYS)
    }

    /// Removes a file.
    pub(super) fn remove(&self, name: &str) -> std::io::Result<()> {
        self.0.remove_file(&path(name))
    }

    /// Deletes the days that are over. Says how many files went.
    pub(super) fn sweep(&self, now: Timestamp) -> std::io::Result<usize> {
        let Ok(oldest) = day(now).checked_sub(KEPT_DAYS.days()) else { return Ok(0) };
        let mut swept: usize = 0;
        for name in self.names()? {
            let date = name.get(..10).and_then(|date| date.parse::<Date>().ok());
            if date.is_some_and(|date| date < oldest) {
                self.remove(&name)?;
                swept = swept.saturating_add(1);
            }
        }
        Ok(swept)
    }
}

fn path(name: &str) -> String {
    format!("{DAYS}/{name}")
}
