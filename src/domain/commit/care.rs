//! Steps of the care for records, and what those who told them hear of it.

use super::desk::Desk;
use super::verdict::{Refused, Stop, known};
use crate::domain::acts::Today;
use crate::domain::advocates::{Advocates, Duty, Turn};
use crate::domain::care::{Step, WhyNot};
use crate::domain::facts::{Fact, Version, Word};
use crate::domain::feedback::Verbatim;
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, PersonNo};
use crate::domain::letter::Note;
use crate::domain::views::{News, ReadViews, Record};

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

    /// What concerns somebody, in one message; known where nothing is left of it, or that day has had its message.
    pub(super) fn today(&mut self, today: &Today) -> Result<(), Stop> {
        let Today { to, day, due, waits, signs, turns, anyway } = today;
        let to = self.meet(to)?;
        let news: News = self.views.get(&to)?.unwrap_or_default();
        let had_it = news.day == Some(*day);
        if had_it && !anyway {
            return Err(known(None));
        }
        // What is not urgent waits for its own day.
        let (told, heavy) = if had_it { (vec![], vec![]) } else { (news.nos, news.heavy) };
        let turns = self.turns(to, turns)?;
        let due = due.iter().map(|no| (*no, Step::Warn));
        let waits = waits.iter().map(|(no, level)| (*no, Step::Reach(*level, to)));
        let signs = signs.iter().map(|(no, function)| (*no, Step::Ask(function.clone(), to)));
        let all: Vec<(FeedbackNo, Step<Word>)> = due.chain(waits).chain(signs).collect();
        let (mut due, mut waits, mut signs) = (vec![], vec![], vec![]);
        for (no, step) in all {
            let Some(record) = self.views.get::<Record>(&no)?.filter(|record| !record.withdrawn) else { continue };
            // Somebody may have taken it, or closed it, meanwhile.
            if record.care.refuses(&step, None, false).is_none() {
                let nos = match step {
                    Step::Warn => &mut due,
                    Step::Ask(..) => &mut signs,
                    _ => &mut waits,
                };
                nos.push(no);
                self.push(Fact::Care { v: Version, no, step });
                self.redraw_recent(no)?;
            }
        }
        let nothing = told.is_empty() && due.is_empty() && waits.is_empty() && signs.is_empty();
        if nothing && turns.is_empty() && heavy.is_empty() {
            return Err(known(None));
        }
        self.write(Some(to), Note::Today { told, due, waits, signs, turns, heavy, day: *day }, None);
        Ok(())
    }

    /// Of what somebody is to be told about advocates, that which still holds; it is noted.
    fn turns(&mut self, to: PersonNo, turns: &[(FunctionId, Turn)]) -> Result<Vec<(FunctionId, Duty)>, Stop> {
        let mut told = vec![];
        for (function, turn) in turns {
            let duty = turn.duty(to);
            if self.views.get::<Advocates>(function)?.unwrap_or_default().refuses(duty, None).is_none() {
                self.push(Fact::Advocate { v: Version, function: function.clone(), duty });
                told.push((function.clone(), duty));
            }
        }
        Ok(told)
    }
}
