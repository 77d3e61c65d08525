//! Each act: what it needs, and the facts that it becomes.

use super::configure::Configured;
use super::desk::Desk;
use super::verdict::{Refused, Stop, known};
use crate::domain::acts::{Act, Editing};
use crate::domain::backfill::{Backfill, Step as Read};
use crate::domain::care::Step;
use crate::domain::facts::{Fact, Version};
use crate::domain::feedback::{Gesture, Identity, Mode, Source, Verbatim, Why};
use crate::domain::follow;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq};
use crate::domain::letter::{ALERT_LIVES, Alert, Content, DigestDone, Note, Posting, RollupDone};
use crate::domain::pause::Pause;
use crate::domain::subscription::Hour;
use crate::domain::tagging::Tag;
use crate::domain::views::{Backfilling, CaughtUp, Listening, Person, Reacted, ReadViews, Reading, Record, Rolled, Subscription, Told};

impl<V: ReadViews> Desk<'_, V> {
    pub(super) fn decide(&mut self, act: &Act) -> Result<(), Stop> {
        match act {
            Act::Hear(hearing) => self.hear(hearing),
            Act::Edit(editing) => self.edit(editing),
            Act::Retag { no, tags } => self.retag(*no, tags),
            Act::HeardToo(no) => self.heard_too(*no),
            Act::NotHeard(no) => self.not_heard(*no),
            Act::NotOurs { no, functions, turns } => self.not_ours(*no, functions, turns),
            Act::Care { no, step } => self.care(*no, step),
            Act::Decide { no, who, due, words } => {
                let who = self.meet(who)?;
                self.care(*no, &Step::Decide(who, *due, words.clone()))
            }
            Act::AskOwner { no, who } => {
                let who = self.meet(who)?;
                self.care(*no, &Step::AskOwner(who))
            }
            Act::Today(today) => self.today(today),
            Act::Hide { no, hidden } => self.hide(*no, *hidden),
            Act::Withdraw { no, why } => self.withdraw(*no, *why),
            Act::WithdrawSource(source) => self.withdraw_source(source),
            Act::Reply { no, source, words } => self.reply(*no, source, words.as_ref()),
            Act::React { source, at, on } => self.react(source, at, *on),
            Act::Write { to, note, until } => {
                let to = to.as_ref().map(|who| self.meet(who)).transpose()?;
                self.write(to, note.clone(), *until);
                Ok(())
            }
            Act::Listen { channel, mode, chosen_by } => {
                let chosen_by = self.meet(chosen_by)?;
                self.listen(channel, *mode, chosen_by)
            }
            Act::CaughtUp { channel, upto } => self.caught_up(channel, upto),
            Act::Backfill(backfill) => self.backfill(backfill),
            Act::Pause { functions, channel, pause } => self.pause(functions, channel, *pause),
            Act::Mute(pause) => self.mute(*pause),
            Act::Subscribe { function, hour } => self.subscribe(function, hour.as_ref()),
            Act::Digest(done) => self.digest(done, None),
            Act::Rollup(done) => self.rollup(done),
            Act::DigestFor(done, n) => self.digest(done, Some(*n)),
            Act::Advocate { function, duty } => self.advocate(function, *duty),
            Act::Measure { shown, heavy } => self.measure(shown, heavy),
            Act::Posted { posting, rendered } => self.posted(posting, *rendered),
            Act::Refused { letter, part, code, tell } => self.refused((*letter, *part), code, tell),
            Act::Failed { letter, part, why } => {
                self.next_part(*letter, *part)?;
                self.push(Fact::Failed { v: Version, letter: *letter, part: *part, why: why.clone() });
                Ok(())
            }
            Act::Configure { hash, functions, merged, rollup } => self.configure(&Configured { hash, functions, merged, rollup: *rollup }),
            Act::Erase(n) => {
                let person: Person = self.views.get(n)?.ok_or(Refused::NoPerson(*n))?;
                person.identity.ok_or(Refused::NoPerson(*n))?;
                self.push(Fact::Erased { v: Version, person: *n });
                Ok(())
            }
        }
    }

    fn retag(&mut self, no: FeedbackNo, tags: &[Tag]) -> Result<(), Stop> {
        let before = self.record(no)?;
        self.push(Fact::Retagged { v: Version, no, tags: tags.to_vec() });
        self.alarm_others(no, &before, tags.iter().map(|tag| &tag.function))?;
        self.redraw_recent(no)
    }

    fn hide(&mut self, no: FeedbackNo, hidden: bool) -> Result<(), Stop> {
        if self.record(no)?.hidden == hidden {
            return Err(known(Some(no)));
        }
        self.push(Fact::Hidden { v: Version, no, hidden });
        self.redraw(no)
    }

    /// Each colleague once, and not whoever told it.
    fn heard_too(&mut self, no: FeedbackNo) -> Result<(), Stop> {
        let Some(by) = self.by else { return Err(Refused::Nobody.into()) };
        let record = self.record(no)?;
        if record.teller == Some(by) || record.heard_too.contains(&by) {
            return Err(known(Some(no)));
        }
        self.push(Fact::HeardToo { v: Version, no });
        self.redraw_recent(no)
    }

    /// Who is not counted has nothing to take back.
    fn not_heard(&mut self, no: FeedbackNo) -> Result<(), Stop> {
        let Some(by) = self.by else { return Err(Refused::Nobody.into()) };
        if !self.record(no)?.heard_too.contains(&by) {
            return Err(known(Some(no)));
        }
        self.push(Fact::NotHeard { v: Version, no });
        self.redraw_recent(no)
    }

    /// Who has declined it once is not asked again.
    fn not_ours(&mut self, no: FeedbackNo, functions: &[FunctionId], turns: &[FunctionId]) -> Result<(), Stop> {
        let record = self.record(no)?;
        let theirs: Vec<FunctionId> = record.functions().filter(|reads| functions.contains(reads)).cloned().collect();
        let Some(last) = theirs.last() else { return Err(known(Some(no))) };
        let is_left = record.tags.iter().any(|tag| !functions.contains(&tag.function));
        let declined = |turn: &FunctionId| functions.contains(turn) || record.declined.iter().any(|(by, _)| by == turn);
        let turns: Vec<FunctionId> = turns.iter().filter(|turn| !declined(turn)).cloned().collect();
        let turn = if is_left { None } else { self.whose_turn(&turns)? };
        for function in &theirs {
            self.push(Fact::NotOurs { v: Version, no, function: function.clone(), turn: turn.clone().filter(|_| function == last) });
        }
        self.alarm_others(no, &record, &turn)?;
        self.redraw_recent(no)
    }

    fn edit(&mut self, editing: &Editing) -> Result<(), Stop> {
        let Editing { no, verbatim, parts, tags, customer } = editing;
        let before = self.record(*no)?;
        let verbatim = self.keep(verbatim.as_str());
        let customer = self.keep_customer(customer.as_ref());
        self.push(Fact::Edited { v: Version, no: *no, verbatim, tags: tags.clone(), parts: parts.clone(), customer });
        self.alarm_others(*no, &before, tags.iter().map(|tag| &tag.function))?;
        self.redraw_recent(*no)
    }

    fn withdraw(&mut self, no: FeedbackNo, why: Why) -> Result<(), Stop> {
        let source = self.record(no)?.source;
        self.push(Fact::Withdrawn { v: Version, no: Some(no), source, why });
        self.redraw(no)
    }

    /// A message is gone: what was taken of it alone goes with it, and of a thread its part.
    fn withdraw_source(&mut self, source: &Source) -> Result<(), Stop> {
        let told = self.views.get::<Told>(source)?.unwrap_or_default();
        if told.closed {
            return Err(known(told.nos.last().copied()));
        }
        for no in &told.nos {
            let Some(record) = self.views.get::<Record>(no)?.filter(|record| !record.withdrawn) else { continue };
            if record.replies.iter().any(|reply| reply.source == *source) {
                self.reply(*no, source, None)?;
            } else if let Some(rest) = follow::without(&record, &source.ts) {
                self.edit(&Editing { no: *no, verbatim: rest.verbatim, parts: rest.parts, tags: rest.tags, customer: record.customer })?;
                self.redraw(*no)?;
            } else if record.source.as_ref() == Some(source) || record.parts.iter().any(|part| part.ts == source.ts) {
                self.push(Fact::Withdrawn { v: Version, no: Some(*no), source: Some(source.clone()), why: Why::Deleted });
                self.redraw(*no)?;
            }
        }
        self.push(Fact::Withdrawn { v: Version, no: None, source: Some(source.clone()), why: Why::Deleted });
        Ok(())
    }

    fn reply(&mut self, no: FeedbackNo, source: &Source, words: Option<&Verbatim>) -> Result<(), Stop> {
        let record = self.record(no)?;
        let before = record.replies.iter().find(|reply| reply.source == *source);
        let same = before.map(|reply| reply.words.as_str()) == words.map(Verbatim::as_str);
        if same || (words.is_some() && self.views.get::<Told>(source)?.is_some_and(|told| told.closed)) {
            return Err(known(Some(no)));
        }
        let words = words.map(|words| self.keep(words.as_str()));
        self.push(Fact::Replied { v: Version, no, source: source.clone(), words });
        Ok(())
    }

    /// Of two events of one person the later one counts. Taken away soon, a reaction undoes what it passed on.
    fn react(&mut self, source: &Source, at: &str, on: bool) -> Result<(), Stop> {
        let Some(by) = self.by else { return Err(Refused::Nobody.into()) };
        let before = self.views.get::<Reacted>(&(source.clone(), by))?;
        if before.as_ref().is_some_and(|before| before.at.as_str() >= at) {
            return Err(known(None));
        }
        self.push(Fact::Reacted { v: Version, source: source.clone(), at: at.to_owned(), on });
        // Taken away twice, the reaction between the two is still to come: it was later than the first.
        if !on && before.is_some_and(|before| follow::undoes(&before.at, at)) {
            return self.undo_reaction(source, by);
        }
        Ok(())
    }

    fn undo_reaction(&mut self, source: &Source, by: PersonNo) -> Result<(), Stop> {
        let hears_all = self.views.get::<Listening>(&source.channel)?.is_some_and(|listening| listening.mode == Mode::All);
        for no in self.views.get::<Told>(source)?.unwrap_or_default().nos {
            let Some(record) = self.views.get::<Record>(&no)?.filter(|record| !record.withdrawn) else { continue };
            // What a colleague says where all is heard would be heard without the reaction too, had it come first.
            let heard_anyway = hears_all && record.author.is_some();
            if record.teller == Some(by) && record.gesture == Gesture::Reaction && !heard_anyway {
                self.withdraw(no, Why::Undone)?;
            }
        }
        Ok(())
    }

    fn listen(&mut self, channel: &ChannelId, mode: Mode, chosen_by: PersonNo) -> Result<(), Stop> {
        if self.views.get::<Listening>(channel)? == Some(Listening { mode, chosen_by }) {
            return Err(known(None));
        }
        self.push(Fact::Listening { v: Version, channel: channel.clone(), mode, chosen_by });
        self.write(None, Note::Listened { channel: channel.clone() }, None);
        Ok(())
    }

    fn caught_up(&mut self, channel: &ChannelId, upto: &str) -> Result<(), Stop> {
        if self.views.get::<CaughtUp>(channel)?.is_some_and(|before| before.upto.as_str() >= upto) {
            return Err(known(None));
        }
        self.push(Fact::CaughtUp { v: Version, channel: channel.clone(), upto: upto.to_owned() });
        Ok(())
    }

    /// One at a time, and each step but the first on what was begun.
    fn backfill(&mut self, backfill: &Backfill) -> Result<(), Stop> {
        let under_way: Option<Backfilling> = self.views.get(&())?;
        match (backfill.step, &under_way) {
            (Read::Begun, None) if self.by.is_none() => return Err(Refused::Nobody.into()),
            (Read::Begun, None) => {}
            (Read::Read, Some(before)) if before.is_of(backfill) && backfill.upto < before.backfill.upto => {}
            (Read::Done | Read::Stopped | Read::Refused, Some(before)) if before.is_of(backfill) => {
                self.write(Some(before.by), Note::Backfilled(backfill.clone()), None);
            }
            (Read::Begun | Read::Read | Read::Done | Read::Stopped | Read::Refused, _) => return Err(known(None)),
        }
        self.push(Fact::Backfill { v: Version, backfill: backfill.clone() });
        Ok(())
    }

    fn mute(&mut self, pause: Option<Pause>) -> Result<(), Stop> {
        let Some(by) = self.by else { return Err(Refused::Nobody.into()) };
        if self.views.get::<Person>(&by)?.and_then(|person| person.muted) == pause {
            return Err(known(None));
        }
        self.push(Fact::Muted { v: Version, pause });
        Ok(())
    }

    fn pause(&mut self, functions: &[FunctionId], channel: &ChannelId, pause: Option<Pause>) -> Result<(), Stop> {
        let Some(by) = self.by else { return Err(Refused::Nobody.into()) };
        let mut same = true;
        for function in functions {
            let reading: Reading = self.views.get(function)?.ok_or(Refused::NoFunction)?;
            same &= reading.paused.map(|(pause, _)| pause) == pause;
        }
        if same {
            return Err(known(None));
        }
        self.push(Fact::Paused { v: Version, functions: functions.to_vec(), pause });
        self.write(None, Note::Paused { channel: channel.clone(), functions: functions.to_vec(), pause, by }, None);
        Ok(())
    }

    fn subscribe(&mut self, function: &FunctionId, hour: Option<&Hour>) -> Result<(), Stop> {
        let Some(by) = self.by else { return Err(Refused::Nobody.into()) };
        if self.views.get::<Reading>(function)?.is_none() {
            return Err(Refused::NoFunction.into());
        }
        let before: Option<Subscription> = self.views.get(&(by, function.clone()))?;
        if before.as_ref().map(|before| &before.hour) == hour {
            return Err(known(None));
        }
        self.push(Fact::Subscribed { v: Version, function: function.clone(), hour: hour.cloned() });
        Ok(())
    }

    fn digest(&mut self, done: &DigestDone, to: Option<PersonNo>) -> Result<(), Stop> {
        let (day, upto) = if let Some(n) = to {
            // Whoever has ended it meanwhile reads it no more.
            let reading: Subscription = self.views.get(&(n, done.function.clone()))?.ok_or_else(|| known(None))?;
            (reading.day, reading.upto)
        } else {
            let reading: Reading = self.views.get(&done.function)?.ok_or(Refused::NoFunction)?;
            (reading.day, reading.upto)
        };
        // Days may go back, where a clock was wrong; what was read is not read again.
        if day == Some(done.day) || upto != done.from {
            return Err(known(None));
        }
        let letter = (!done.parts.is_empty()).then(|| self.counters.letter.next());
        self.counters.letter = letter.unwrap_or(self.counters.letter);
        self.push(Fact::Digest { v: Version, letter, to, done: done.clone() });
        Ok(())
    }

    fn rollup(&mut self, done: &RollupDone) -> Result<(), Stop> {
        let before: Rolled = self.views.get(&())?.ok_or_else(|| known(None))?;
        if before.day == Some(done.day) || before.upto != done.from {
            return Err(known(None));
        }
        let became = self.counters.tally.since(before.tally);
        let speaks = done.heard > 0 || !became.is_nothing() || !done.waits.is_empty();
        let letter = speaks.then(|| self.counters.letter.next());
        self.counters.letter = letter.unwrap_or(self.counters.letter);
        self.push(Fact::Rollup { v: Version, letter, done: done.clone(), became });
        Ok(())
    }

    /// Each is told once for a letter and a code, also where other codes come between.
    fn refused(&mut self, (no, part): (LetterNo, u32), code: &str, tell: &[Identity]) -> Result<(), Stop> {
        let letter = self.next_part(no, part)?;
        if letter.refused.is_some_and(|before| before.code == code) {
            return Err(known(None));
        }
        self.push(Fact::Refused { v: Version, letter: no, part, code: code.to_owned() });
        if !letter.told.iter().any(|told| told == code) {
            let until = self.at.checked_add(ALERT_LIVES).ok();
            for who in tell {
                let to = self.meet(who)?;
                let alert = Alert::Undelivered { letter: no, code: code.to_owned(), dropped: false };
                self.write(Some(to), Note::Alert(alert), until);
            }
        }
        Ok(())
    }

    /// What changed between rendering and noting is shown anew.
    fn posted(&mut self, posting: &Posting, rendered: Seq) -> Result<(), Stop> {
        let letter = self.next_part(posting.letter, posting.part)?;
        self.push(Fact::Posted { v: Version, posting: posting.clone() });
        let Some((shown, part, content)) = self.shown_by(posting.letter, &letter, posting.part)? else { return Ok(()) };
        for no in content.shows(part) {
            if self.views.get::<Record>(&no)?.is_some_and(|record| record.revision > rendered) {
                // The letter that just did so waits no more.
                let again = matches!(letter.content, Content::Note(Note::Redraw { .. }, _));
                if again {
                    self.redraw_again(shown, part);
                } else {
                    self.redraw_part(shown, part)?;
                }
                return Ok(());
            }
        }
        Ok(())
    }
}
