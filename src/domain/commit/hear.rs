//! Something is heard: whether it is new, and who reads it.

use jiff::tz::TimeZone;

use super::desk::Desk;
use super::verdict::{Stop, known};
use crate::domain::acts::Hearing;
use crate::domain::facts::{Fact, Heard, Version};
use crate::domain::feedback::Source;
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, Seq};
use crate::domain::letter::{Note, URGENT_LIVES};
use crate::domain::urgent;
use crate::domain::views::{ReadViews, Reading, Record, Told};

impl<V: ReadViews> Desk<'_, V> {
    pub(super) fn hear(&mut self, hearing: &Hearing) -> Result<(), Stop> {
        if let Some(source) = &hearing.source {
            self.is_new(source, hearing)?;
        }
        self.counters.feedback = self.counters.feedback.next();
        let no = self.counters.feedback;
        let turn = if hearing.tags.is_empty() { self.whose_turn(&hearing.turns)? } else { None };
        let turned = turn.clone();
        let author = hearing.author.as_ref().map(|author| self.meet(author)).transpose()?;
        let verbatim = self.keep(hearing.verbatim.as_str());
        let customer = self.keep_customer(hearing.customer.as_ref());
        self.push(Fact::Heard(Heard {
            v: Version,
            no,
            verbatim,
            source: hearing.source.clone(),
            channel: hearing.channel.clone(),
            origin: hearing.origin,
            gesture: hearing.gesture,
            teller_functions: hearing.teller_functions.clone(),
            tags: hearing.tags.clone(),
            turn,
            thread: hearing.thread.clone(),
            parts: hearing.parts.clone(),
            author,
            chosen: hearing.chosen,
            customer,
            hidden: hearing.hidden,
            urgent: hearing.urgent,
            kind: hearing.kind,
            masked: hearing.masked.clone(),
        }));
        if hearing.urgent.is_some() && hearing.is_fresh {
            let readers: Vec<FunctionId> = hearing.tags.iter().map(|tag| tag.function.clone()).chain(turned).collect();
            self.alarm(no, &readers)?;
        }
        if let Some(reach) = &hearing.receipt {
            self.write(self.by, Note::Receipt { no, reach: reach.clone() }, hearing.until);
        }
        if author.is_some() && hearing.gesture.tells_author() {
            self.write(author, Note::Taken { no }, hearing.until);
        }
        Ok(())
    }

    /// What cannot wait reaches its functions at once: a few a day, and none while it rests. The digest has it as well.
    fn alarm(&mut self, no: FeedbackNo, readers: &[FunctionId]) -> Result<(), Stop> {
        let (today, until) = (self.at.to_zoned(TimeZone::UTC).date(), self.at.checked_add(URGENT_LIVES).ok());
        for function in readers {
            let Some(reading) = self.views.get::<Reading>(function)? else { continue };
            let lately = reading.urgent.iter().filter(|at| self.at.duration_since(**at).as_secs().abs() < urgent::WITHIN).count();
            if lately < urgent::MOST && !reading.paused.is_some_and(|(pause, _)| pause.holds_on(today)) {
                self.write(None, Note::Urgent { no, function: function.clone() }, until);
            }
        }
        Ok(())
    }

    /// Who reads a record since it was changed, and did not before, is told at once as well if it cannot wait.
    pub(super) fn alarm_others<'f, R>(&mut self, no: FeedbackNo, before: &Record, readers: R) -> Result<(), Stop>
    where
        R: IntoIterator<Item = &'f FunctionId>,
    {
        let heard_lately = || self.at.duration_since(before.heard_at).as_secs() < urgent::WITHIN;
        let is_fresh = before.source.as_ref().map_or_else(heard_lately, |source| urgent::is_fresh(&source.ts, self.at));
        if before.urgent.is_none() || !is_fresh || !before.care.is_watched() {
            return Ok(());
        }
        let read = |function: &FunctionId| before.functions().any(|known| known == function);
        let others: Vec<FunctionId> = readers.into_iter().filter(|function| !read(function)).cloned().collect();
        self.alarm(no, &others)
    }

    /// A message is taken once; a thread once as a whole, whether or not single messages of it were. What was taken back
    /// is taken again only on purpose, and what is gone or was forbidden never.
    fn is_new(&self, source: &Source, hearing: &Hearing) -> Result<(), Stop> {
        let Some(told) = self.views.get::<Told>(source)? else { return Ok(()) };
        if told.closed {
            return Err(known(told.nos.last().copied()));
        }
        let is_thread = |parts: usize| parts > 1;
        for no in told.nos.iter().rev() {
            let Some(record) = self.views.get::<Record>(no)? else { continue };
            let same = is_thread(record.parts.len()) == is_thread(hearing.parts.len()) && record.source.as_ref() == Some(source);
            if same && (!record.withdrawn || !hearing.gesture.asks_anew()) {
                return Err(known(Some(*no)));
            }
        }
        Ok(())
    }

    /// The function whose last turn is longest ago; of those that never had one, the first.
    pub(super) fn whose_turn(&self, functions: &[FunctionId]) -> Result<Option<FunctionId>, Stop> {
        let mut next: Option<(Seq, &FunctionId)> = None;
        for function in functions {
            let last = self.views.get::<Reading>(function)?.map_or(Seq(0), |reading| reading.turn);
            if next.is_none_or(|(first, _)| last < first) {
                next = Some((last, function));
            }
        }
        Ok(next.map(|(_, function)| function.clone()))
    }
}
