//! What the filter left out, in the days' files: where a message stands and why it was left out, and no words.
//!
//! ```text
//! days/2026-11-25.left-out.jsonl    one line each, of messages that were said on that day; only ever added to
//! ```

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use tracing::debug;

use super::days::{DayFiles, Kept, day};
use crate::domain::ids::ChannelId;
use crate::domain::left_out::LeftOut;
use crate::store::left_out::LeftOuts;

/// The most bytes of a day, some 25,000 messages: a flood must not fill the disk. What comes beyond is not kept.
const DAY_BYTES: u64 = 4 << 20;
/// Behind the day.
const LEFT_OUT: &str = ".left-out.jsonl";

/// What the filter left out, a file for each day (UTC), deleted whole.
#[derive(Debug)]
pub struct LeftOutDays {
    days: DayFiles,
    most: u64,
    /// One at a time writes.
    writing: Mutex<()>,
}

impl LeftOutDays {
    /// Those of a data directory.
    pub fn of(dir: &Path) -> Self {
        Self { days: DayFiles::of(dir), most: DAY_BYTES, writing: Mutex::new(()) }
    }
}

impl LeftOuts for LeftOutDays {
    fn keep(&self, now: Timestamp, left_out: &LeftOut) -> std::io::Result<()> {
        if !left_out.is_kept(now) {
            return Ok(());
        }
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        match self.days.append(&format!("{}{LEFT_OUT}", day(left_out.at)), left_out, self.most)? {
            Kept::Yes => {}
            Kept::DayIsFull => debug!("a message that was left out is not kept: the day is full"),
        }
        Ok(())
    }

    fn of_channel(&self, channel: &ChannelId) -> std::io::Result<Vec<LeftOut>> {
        let mut all = vec![];
        for name in self.days.names()?.iter().filter(|name| name.ends_with(LEFT_OUT)) {
            // A day that is swept meanwhile is read as empty, and a line that a kill cut short is none.
            let text = self.days.read(name)?;
            let lines = text.lines().filter_map(|line| serde_json::from_str::<LeftOut>(line).ok());
            all.extend(lines.filter(|left_out| left_out.channel == *channel));
        }
        Ok(all)
    }

    fn sweep(&self, now: Timestamp) -> std::io::Result<()> {
        self.days.sweep(now).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UserId;
    use crate::domain::noise::LeftOutBecause;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn said(moment: &str) -> LeftOut {
        let at = at(moment);
        let ts = format!("{}.000001", at.as_second());
        LeftOut { at, channel: ChannelId::new("C1"), ts, thread: None, author: UserId::new("U1"), why: LeftOutBecause::Short }
    }

    #[test]
    fn lies_in_the_day_on_which_it_was_said_and_goes_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let days = LeftOutDays::of(dir.path());
        let now = at("2026-11-23T08:00:00Z");
        let (old, young) = (said("2026-11-17T08:00:00Z"), said("2026-11-23T07:00:00Z"));
        for left_out in [&old, &young, &said("2026-11-16T08:00:00Z")] {
            days.keep(now, left_out).unwrap();
        }
        assert_eq!(days.of_channel(&old.channel).unwrap(), [old.clone(), young.clone()], "what is a week old is not kept");
        assert_eq!(days.of_channel(&ChannelId::new("C2")).unwrap(), []);
        days.sweep(at("2026-11-24T23:00:00Z")).unwrap();
        assert_eq!(days.of_channel(&old.channel).unwrap().len(), 2);
        days.sweep(at("2026-11-25T00:00:00Z")).unwrap();
        assert_eq!(days.of_channel(&old.channel).unwrap(), [young]);
    }

    #[test]
    fn a_day_has_an_end_and_a_torn_line_costs_itself_alone() {
        let dir = tempfile::tempdir().unwrap();
        let one = said("2026-11-23T07:00:00Z");
        let line = serde_json::to_string(&one).unwrap().len() + 1;
        let days = LeftOutDays { most: u64::try_from(line * 3).unwrap(), ..LeftOutDays::of(dir.path()) };
        days.keep(one.at, &one).unwrap();
        let file = dir.path().join("days/2026-11-23.left-out.jsonl");
        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&file, [&whole[..], &whole[..9]].concat()).unwrap();
        for _ in 0..3 {
            days.keep(one.at, &one).unwrap();
        }
        assert_eq!(days.of_channel(&one.channel).unwrap().len(), 2);
        assert!(std::fs::metadata(&file).unwrap().len() <= days.most);
    }
}
