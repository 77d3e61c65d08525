//! Dead letters: frames that could not be read, kept for a week so that somebody can look at them. Never facts.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::disk::{Disk, FreeSpace, RealDisk, size};
use super::layout::DAYS;

/// How many days one is kept, besides the day on which it came.
const KEPT_DAYS: i64 = 7;
/// The most bytes of a day: a flood of frames must not fill the disk. What comes beyond is not kept.
const DAY_BYTES: u64 = 16 << 20;

/// Dead letters, a file for each day (UTC), deleted whole.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    disk: Arc<dyn Disk>,
    most: u64,
}

/// What became of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It stands in its day's file; a power cut may lose it.
    Yes,
    /// The day is full.
    DayIsFull,
}

impl DeadLetters {
    /// Those of a data directory.
    pub fn of(dir: &Path) -> Self {
        let free: Option<FreeSpace> = None;
        Self { disk: Arc::new(RealDisk::new(dir).with_free(free)), most: DAY_BYTES }
    }

    /// Keeps a frame as it came. Not for several tasks at once. Blocks on the disk.
    pub fn keep(&self, now: Timestamp, frame: &str) -> std::io::Result<Kept> {
        let path = format!("{DAYS}/{}.jsonl", day(now));
        self.disk.make_folder(DAYS)?;
        let there = self.disk.names(DAYS)?.iter().any(|name| path.ends_with(name.as_str()));
        let file = if there { self.disk.open(&path)? } else { self.disk.create(&path)? };
        let line = format!("{}\n", serde_json::json!({ "at": now, "frame": frame }));
        let length = file.length()?;
        if length.saturating_add(size(line.len())) > self.most {
            return Ok(Kept::DayIsFull);
        }
        file.write_at(line.as_bytes(), length)?;
        Ok(Kept::Yes)
    }

    /// Deletes the days that are over. Says how many.
    pub fn sweep(&self, now: Timestamp) -> std::io::Result<usize> {
        let Ok(oldest) = day(now).checked_sub(KEPT_DAYS.days()) else { return Ok(0) };
        let mut swept: usize = 0;
        for name in self.disk.names(DAYS)? {
            let date = name.strip_suffix(".jsonl").and_then(|date| date.parse::<Date>().ok());
            if date.is_some_and(|date| date < oldest) {
                self.disk.remove_file(&format!("{DAYS}/{name}"))?;
                swept = swept.saturating_add(1);
            }
        }
        Ok(swept)
    }
}

fn day(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_a_week_and_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let letters = DeadLetters::of(dir.path());
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(letters.keep(at("2026-11-15T23:59:59Z"), "{\"odd\":").unwrap(), Kept::Yes);
        assert_eq!(letters.keep(at("2026-11-16T00:00:00Z"), "one").unwrap(), Kept::Yes);
        assert_eq!(letters.keep(at("2026-11-16T08:00:00Z"), "two\nlines").unwrap(), Kept::Yes);
        assert_eq!(letters.sweep(at("2026-11-22T23:00:00Z")).unwrap(), 0);
        assert_eq!(letters.sweep(at("2026-11-23T23:00:00Z")).unwrap(), 1);
        let kept = std::fs::read_to_string(dir.path().join("days/2026-11-16.jsonl")).unwrap();
        let frames: Vec<serde_json::Value> = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(frames.iter().map(|f| f["frame"].as_str().unwrap()).collect::<Vec<_>>(), ["one", "two\nlines"]);
        assert!(!dir.path().join("days/2026-11-15.jsonl").exists());
    }

    #[test]
    fn a_day_has_an_end() {
        let dir = tempfile::tempdir().unwrap();
        let letters = DeadLetters { most: 200, ..DeadLetters::of(dir.path()) };
        let now = "2026-11-16T00:00:00Z".parse().unwrap();
        let kept: Vec<Kept> = (0..4).map(|_| letters.keep(now, "a frame of some forty characters, or more").unwrap()).collect();
        assert_eq!(kept, [Kept::Yes, Kept::Yes, Kept::DayIsFull, Kept::DayIsFull]);
    }
}
