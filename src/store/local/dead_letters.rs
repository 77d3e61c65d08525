//! Dead letters: what could not be read, kept for a week so that somebody can look at it, and have it looked at again.
//! Never facts.
//!
//! ```text
//! days/2026-11-25.jsonl          one line each: when it came, and the frame as it came; only ever added to
//! days/2026-11-25.again.jsonl    which of them were looked at again, and what came of it; no words
//! days/2026-11-25.replay-1-2     which of any day are to be looked at again, by name; no words
//! ```
//!
//! Each name begins with its day, so that a day is deleted whole. A letter stays where it is until then, whatever is
//! done with it: nothing keeps words longer than a week. The bot alone writes to the first two; who asks for a second
//! look makes a file of the third kind in one step, and the bot takes it away when it is done. So neither waits for the
//! other, and it is all the same whether the bot runs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Notify;

use super::days::{DayFiles, Kept, day};

/// The most bytes of a day: a flood of frames must not fill the disk. What comes beyond is not kept.
const DAY_BYTES: u64 = 16 << 20;
/// Behind the day: its letters.
const LETTERS: &str = ".jsonl";
/// Behind the day: what came of second looks.
const AGAIN: &str = ".again.jsonl";
/// Behind the day: begins what asks for a second look.
const ASKED: &str = ".replay-";
/// Behind what is being written, and does not count yet.
const UNFINISHED: &str = ".unfinished";

/// Dead letters, a file for each day (UTC), deleted whole.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    days: DayFiles,
    most: u64,
    // Where nothing lies, whoever waits for the first need not look at the disk.
    one_more: Arc<Notify>,
}

/// What a dead letter is called: its day and its line there, as in `2026-11-25.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LetterName {
    day: Date,
    line: usize,
}

impl LetterName {
    /// The day (UTC) on which it came.
    pub fn day(&self) -> Date {
        self.day
    }
}

impl fmt::Display for LetterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.day, self.line)
    }
}

/// A text that is no dead letter's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a dead letter's name is its day and its number, such as 2026-11-25.3")]
pub struct NoLetterName;

impl FromStr for LetterName {
    type Err = NoLetterName;

    fn from_str(text: &str) -> Result<Self, NoLetterName> {
        let (day, line) = text.split_once('.').ok_or(NoLetterName)?;
        let (day, line) = (day.parse().map_err(|_| NoLetterName)?, line.parse().map_err(|_| NoLetterName)?);
        Ok(Self { day, line })
    }
}

/// What came of a second look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// It was done with, as if it had just come.
    Understood,
    /// It is as unknown as before, or handling it ended in a panic.
    NotUnderstood,
}

/// A dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// What it is called.
    pub name: LetterName,
    /// When it came.
    pub at: Timestamp,
    /// The frame as it came. May hold words.
    pub frame: String,
    /// What came of the last second look, if there was one.
    pub again: Option<Again>,
}

impl DeadLetter {
    /// Its kind and payload, as the desk takes them; none where the frame is no delivery, and can only be shown.
    pub fn delivery(&self) -> Option<(String, Value)> {
        #[derive(Deserialize)]
        struct Delivery {
            r#type: String,
            payload: Value,
        }
        let Delivery { r#type, payload } = serde_json::from_str(&self.frame).ok()?;
        Some((r#type, payload))
    }
}

/// What somebody asked to have looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    file: String,
    /// The letters.
    pub letters: BTreeSet<LetterName>,
}

/// A line of a day.
#[derive(Serialize, Deserialize)]
struct Line<'a> {
    at: Timestamp,
    frame: Cow<'a, str>,
}

/// A line of what came of second looks.
#[derive(Serialize, Deserialize)]
struct AgainLine {
    line: usize,
    at: Timestamp,
    again: Again,
}

impl DeadLetters {
    /// Those of a data directory.
    pub fn of(dir: &Path) -> Self {
        Self { days: DayFiles::of(dir), most: DAY_BYTES, one_more: Arc::default() }
    }

    /// Keeps a frame as it came. Not for several tasks at once. Blocks on the disk.
    pub fn keep(&self, now: Timestamp, frame: &str) -> std::io::Result<Kept> {
        let kept = self.days.append(&format!("{}{LETTERS}", day(now)), &Line { at: now, frame: frame.into() }, self.most)?;
        self.one_more.notify_one();
        Ok(kept)
    }

    /// Waits until one is kept by these or a clone of them. One that was kept since the last wait ends it at once. For one task alone.
    pub async fn one_is_kept(&self) {
        self.one_more.notified().await;
    }

    /// Deletes the days that are over, with all that lies in them. Says how many files went.
    pub fn sweep(&self, now: Timestamp) -> std::io::Result<usize> {
        self.days.sweep(now)
    }

    /// The days that have letters, in order.
    pub fn days(&self) -> std::io::Result<Vec<Date>> {
        let names = self.days.names()?;
        Ok(names.iter().filter_map(|name| name.strip_suffix(LETTERS)?.parse().ok()).collect())
    }

    /// The letters of a day, in order; none where there is no such day.
    pub fn of_day(&self, day: Date) -> std::io::Result<Vec<DeadLetter>> {
        let (letters, again) = (self.days.read(&format!("{day}{LETTERS}"))?, self.days.read(&format!("{day}{AGAIN}"))?);
        let again = again.lines().filter_map(|line| serde_json::from_str::<AgainLine>(line).ok());
        let again: BTreeMap<usize, Again> = again.map(|line| (line.line, line.again)).collect();
        let letter = |(index, line): (usize, &str)| {
            // One that a kill cut short cannot be read. Its place counts, so that no name ever changes.
            let Line { at, frame } = serde_json::from_str(line).ok()?;
            let name = LetterName { day, line: index.saturating_add(1) };
            Some(DeadLetter { name, at, frame: frame.into_owned(), again: again.get(&name.line).copied() })
        };
        Ok(letters.lines().enumerate().filter_map(letter).collect())
    }

    /// Asks the bot that runs, or the next one, to look at these again.
    pub fn ask(&self, now: Timestamp, letters: &BTreeSet<LetterName>) -> std::io::Result<()> {
        self.put(&format!("{}{ASKED}{}-{}", day(now), now.as_nanosecond(), std::process::id()), letters)
    }

    /// What was asked for and is not done yet, in order.
    pub fn asked(&self) -> std::io::Result<Vec<Asked>> {
        let mut all = vec![];
        for file in self.days.names()?.into_iter().filter(|name| name.contains(ASKED) && !name.ends_with(UNFINISHED)) {
            let letters = self.days.read(&file)?.lines().filter_map(|line| line.parse().ok()).collect();
            all.push(Asked { file, letters });
        }
        Ok(all)
    }

    /// Notes what came of a second look. Not for several tasks at once.
    pub fn looked_at_again(&self, now: Timestamp, name: LetterName, again: Again) -> std::io::Result<()> {
        let line = AgainLine { line: name.line, at: now, again };
        self.days.append(&format!("{}{AGAIN}", name.day), &line, u64::MAX).map(|_| ())
    }

    /// What was asked for is done, but for these.
    pub fn answered(&self, asked: &Asked, left: &BTreeSet<LetterName>) -> std::io::Result<()> {
        if left.is_empty() { self.days.remove(&asked.file) } else { self.put(&asked.file, left) }
    }

    /// Writes letters' names to a file: all of them or none.
    fn put(&self, file: &str, letters: &BTreeSet<LetterName>) -> std::io::Result<()> {
        let text: String = letters.iter().flat_map(|name| [name.to_string(), "\n".to_owned()]).collect();
        self.days.put(file, &format!("{file}{UNFINISHED}"), &text)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

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
        let frames: Vec<Value> = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
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

    #[test]
    fn a_name_is_for_ever_whatever_a_kill_left() {
        let dir = tempfile::tempdir().unwrap();
        let letters = DeadLetters::of(dir.path());
        let now = "2026-11-16T00:00:00Z".parse().unwrap();
        letters.keep(now, "one").unwrap();
        let file = dir.path().join("days/2026-11-16.jsonl");
        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&file, [&whole[..], &whole[..9]].concat()).unwrap();
        assert_eq!(letters.keep(now, "three").unwrap(), Kept::Yes);
        let kept: Vec<(String, String)> =
            letters.of_day(day(now)).unwrap().into_iter().map(|letter| (letter.name.to_string(), letter.frame)).collect();
        let expected = [("2026-11-16.1", "one"), ("2026-11-16.3", "three")].map(|(name, frame)| (name.to_owned(), frame.to_owned()));
        assert_eq!(kept, expected);
    }

    #[test]
    fn a_second_look_is_asked_for_noted_and_forgotten_with_its_day() {
        let dir = tempfile::tempdir().unwrap();
        let letters = DeadLetters::of(dir.path());
        let now: Timestamp = "2026-11-16T00:00:00Z".parse().unwrap();
        assert_eq!((letters.days().unwrap(), letters.asked().unwrap()), (vec![], vec![]));
        for frame in ["one", "two"] {
            letters.keep(now, frame).unwrap();
        }
        let names: BTreeSet<LetterName> = letters.of_day(day(now)).unwrap().iter().map(|letter| letter.name).collect();
        letters.ask(now, &names).unwrap();
        let (first, second) = (*names.first().unwrap(), BTreeSet::from([*names.last().unwrap()]));
        std::fs::write(dir.path().join("days/2026-11-16.replay-9-9.unfinished"), "2026-11-16.1\n").unwrap();
        let [asked] = &letters.asked().unwrap()[..] else { panic!("one was asked for") };
        assert_eq!(asked.letters, names);
        let mode = std::fs::metadata(dir.path().join("days").join(&asked.file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644, "another user's bot cannot read it");
        letters.looked_at_again(now, first, Again::NotUnderstood).unwrap();
        letters.looked_at_again(now, first, Again::Understood).unwrap();
        letters.answered(asked, &second).unwrap();
        let [rest] = &letters.asked().unwrap()[..] else { panic!("one is left") };
        assert_eq!(rest.letters, second);
        assert_eq!(letters.days().unwrap(), [day(now)]);
        let again: Vec<Option<Again>> = letters.of_day(day(now)).unwrap().iter().map(|letter| letter.again).collect();
        assert_eq!(again, [Some(Again::Understood), None]);
        letters.answered(rest, &BTreeSet::new()).unwrap();
        assert_eq!(letters.asked().unwrap(), []);
        assert_eq!(letters.sweep("2026-11-24T00:00:00Z".parse().unwrap()).unwrap(), 3);
        assert_eq!(std::fs::read_dir(dir.path().join("days")).unwrap().count(), 0);
    }

    #[test]
    fn what_is_no_name_is_none() {
        for text in ["", "3", "2026-11-16", "2026-11-16.", "2026-11-16.x", "2026-13-01.1", "../lock.1"] {
            assert_eq!(text.parse::<LetterName>(), Err(NoLetterName), "{text}");
        }
    }
}
