//! Steps of the care for records, and what those who told them hear of it.

use jiff::civil::Date;

use super::desk::Desk;
use super::verdict::{Refused, Stop, known};
use crate::domain::care::{Step, WhyNot};
use crate::domain::facts::{Fact, Version};
use crate::domain::feedback::Verbatim;
use crate::domain::ids::{FeedbackNo, PersonNo};
use crate::domain::letter::Note;
use crate::domain::views::{News, ReadViews};

impl<V: ReadViews> Desk<'_, V> {
    pub(super) fn care(&mut self, no: FeedbackNo, step: &Step<Verbatim>) -> Result<(), Stop> {
        let record = self.record(no)?;
        let heard = self.by.is_some_and(|by| record.is_heard_by(by));
        match record.care.refuses(step, self.by, heard) {
            None => {}
            Some(WhyNot::Before) => return Err(known(Some(no))),
            Some(why) => return Err(Refused::Care(no, why).into()),
        }
        let step = step.clone().map(|words| self.keep(words.as_str()));
        self.push(Fact::Care { v: Version, no, step });
        self.redraw_recent(no)
    }

    /// What somebody has not read yet, in one message; known where nothing is left, or that day has had its message.
    pub(super) fn news(&mut self, to: PersonNo, day: Date) -> Result<(), Stop> {
        let news: News = self.views.get(&to)?.unwrap_or_default();
        if news.nos.is_empty() || news.day == Some(day) {
            return Err(known(None));
        }
        self.write(Some(to), Note::News { nos: news.nos, day }, None);
        Ok(())
    }
}
