//! What a commit decides: whether a change is new, and the numbers that it gets.

use super::facts::{Act, Change, DeliveryKey, Entry, Fact, Head, Heard, Hearing, Version, Word};
use super::feedback::Identity;
use super::function::FunctionId;
use super::ids::{FeedbackNo, LetterNo, PersonNo, Seq};
use super::views::{Counters, Delivered, Known, Letter, Person, ReadViews, Reading, Record, Told, Unreadable};

/// Where in the log an entry will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its own number.
    pub seq: Seq,
    /// The first number of the same write.
    pub group: Seq,
}

/// What becomes of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is new: this is to be kept.
    New(Entry),
    /// It was done before, by the change of this number.
    Duplicate {
        /// The first change; zero where its number is forgotten.
        seq: Seq,
        /// The record that it made, if any.
        no: Option<FeedbackNo>,
    },
    /// The caller decided on a record that is another by now: read and decide again.
    Stale(FeedbackNo),
    /// It makes no sense: nothing was done.
    Refused(Refused),
}

/// Why a change makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The record is unknown, or was taken back.
    #[error("{0} is not there")]
    NoRecord(FeedbackNo),
    /// The letter is unknown, or another part of it is next.
    #[error("{0} does not wait for that part")]
    NoLetter(LetterNo),
    /// The person is unknown, or was forgotten.
    #[error("{0} is not known")]
    NoPerson(PersonNo),
    /// The function is unknown.
    #[error("a function of the change is not known")]
    NoFunction,
}

/// Why settling ended early.
enum Stop {
    Verdict(Verdict),
    Unreadable(Unreadable),
}

impl From<Unreadable> for Stop {
    fn from(fault: Unreadable) -> Self {
        Self::Unreadable(fault)
    }
}

impl From<Refused> for Stop {
    fn from(why: Refused) -> Self {
        Self::Verdict(Verdict::Refused(why))
    }
}

/// Decides on a change, against views that hold all that was committed before it.
pub fn settle(views: &impl ReadViews, change: &Change, place: Place) -> Result<Verdict, Unreadable> {
    match Desk::open(views, change, place).and_then(|desk| desk.settle(change)) {
        Ok(entry) => Ok(Verdict::New(entry)),
        Err(Stop::Verdict(verdict)) => Ok(verdict),
        Err(Stop::Unreadable(fault)) => Err(fault),
    }
}

/// One change under way: what was given so far.
struct Desk<'a, V> {
    views: &'a V,
    counters: Counters,
    place: Place,
    facts: Vec<Fact>,
    words: Vec<String>,
}

impl<'a, V: ReadViews> Desk<'a, V> {
    fn open(views: &'a V, change: &Change, place: Place) -> Result<Self, Stop> {
        for key in &change.keys {
            if let Some(Delivered { seq, no }) = views.get(&key.as_str().to_owned())? {
                return Err(Stop::Verdict(Verdict::Duplicate { seq, no }));
            }
        }
        for (no, revision) in &change.expects {
            if views.get::<Record>(no)?.is_none_or(|record| record.revision != *revision) {
                return Err(Stop::Verdict(Verdict::Stale(*no)));
            }
        }
        let counters = views.get(&())?.unwrap_or_default();
        Ok(Self { views, counters, place, facts: vec![], words: vec![] })
    }

    fn settle(mut self, change: &Change) -> Result<Entry, Stop> {
        let by = change.by.as_ref().map(|who| self.meet(who)).transpose()?;
        for act in &change.acts {
            let fact = self.number(act)?;
            self.facts.push(fact);
        }
        let Place { seq, group } = self.place;
        let keys: Vec<DeliveryKey> = change.keys.clone();
        Ok(Entry { head: Head { seq, group, at: change.at, by, keys, facts: self.facts }, words: self.words })
    }

    fn keep(&mut self, word: &str) -> Word {
        let index = Word(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        self.words.push(word.to_owned());
        index
    }

    /// The person's number; a new one, or a new name, is a fact of its own. No name is no new name.
    fn meet(&mut self, who: &Identity) -> Result<PersonNo, Stop> {
        let known: Option<Known> = self.views.get(&(who.tenant.clone(), who.user.clone()))?;
        let n = if let Some(Known { n }) = known {
            let person: Option<Person> = self.views.get(&n)?;
            if person.and_then(|p| p.identity).is_some_and(|known| who.name.is_empty() || known == *who) {
                return Ok(n);
            }
            n
        } else {
            self.counters.person = self.counters.person.next();
            self.counters.person
        };
        let words = self.keep(who.tenant.as_str());
        self.keep(who.user.as_str());
        self.keep(&who.name);
        self.facts.push(Fact::Person { v: Version, n, words });
        Ok(n)
    }

    fn number(&mut self, act: &Act) -> Result<Fact, Stop> {
        Ok(match act {
            Act::Hear(hearing) => Fact::Heard(self.hear(hearing)?),
            Act::Edit { no, verbatim, tags } => {
                self.record(*no)?;
                Fact::Edited { v: Version, no: *no, verbatim: self.keep(verbatim.as_str()), tags: tags.clone() }
            }
            Act::Retag { no, tags } => {
                self.record(*no)?;
                Fact::Retagged { v: Version, no: *no, tags: tags.clone() }
            }
            Act::Withdraw(no) => {
                let source = self.record(*no)?.source;
                Fact::Withdrawn { v: Version, no: Some(*no), source }
            }
            Act::WithdrawSource(source) => match self.views.get::<Told>(source)? {
                Some(Told { no: None }) => return Err(known(None)),
                Some(Told { no: Some(no) }) if self.record(no).is_err() => {
                    return Err(known(Some(no)));
                }
                told => Fact::Withdrawn { v: Version, no: told.and_then(|t| t.no), source: Some(source.clone()) },
            },
            Act::Digest(done) => {
                let reading: Reading = self.views.get(&done.function)?.ok_or(Refused::NoFunction)?;
                if reading.day.is_some_and(|day| day >= done.day) || reading.upto != done.from {
                    return Err(known(None));
                }
                let letter = (!done.parts.is_empty()).then(|| self.counters.letter.next());
                self.counters.letter = letter.unwrap_or(self.counters.letter);
                Fact::Digest { v: Version, letter, done: done.clone() }
            }
            Act::Posted(posting) => {
                self.next_part(posting.letter, posting.part)?;
                Fact::Posted { v: Version, posting: posting.clone() }
            }
            Act::Failed { letter, part, why } => {
                self.next_part(*letter, *part)?;
                Fact::Failed { v: Version, letter: *letter, part: *part, why: why.clone() }
            }
            Act::Configure { hash, functions } => {
                if self.counters.config.as_ref() == Some(hash) {
                    return Err(known(None));
                }
                Fact::Config { v: Version, hash: hash.clone(), functions: functions.clone() }
            }
            Act::Erase(n) => {
                let person: Person = self.views.get(n)?.ok_or(Refused::NoPerson(*n))?;
                person.identity.ok_or(Refused::NoPerson(*n))?;
                Fact::Erased { v: Version, person: *n }
            }
        })
    }

    fn hear(&mut self, hearing: &Hearing) -> Result<Heard, Stop> {
        if let Some(source) = &hearing.source
            && let Some(Told { no }) = self.views.get(source)?
        {
            return Err(known(no));
        }
        self.counters.feedback = self.counters.feedback.next();
        let turn = if hearing.tags.is_empty() { self.whose_turn(&hearing.turns)? } else { None };
        Ok(Heard {
            v: Version,
            no: self.counters.feedback,
            verbatim: self.keep(hearing.verbatim.as_str()),
            source: hearing.source.clone(),
            channel: hearing.channel.clone(),
            origin: hearing.origin,
            gesture: hearing.gesture,
            teller_functions: hearing.teller_functions.clone(),
            tags: hearing.tags.clone(),
            turn,
        })
    }

    /// The function whose last turn is longest ago; of those that never had one, the first.
    fn whose_turn(&self, functions: &[FunctionId]) -> Result<Option<FunctionId>, Stop> {
        let mut next: Option<(Seq, &FunctionId)> = None;
        for function in functions {
            let last = self.views.get::<Reading>(function)?.map_or(Seq(0), |reading| reading.turn);
            if next.is_none_or(|(first, _)| last < first) {
                next = Some((last, function));
            }
        }
        Ok(next.map(|(_, function)| function.clone()))
    }

    fn record(&self, no: FeedbackNo) -> Result<Record, Stop> {
        let record: Option<Record> = self.views.get(&no)?;
        Ok(record.filter(|r| !r.withdrawn).ok_or(Refused::NoRecord(no))?)
    }

    fn next_part(&self, no: LetterNo, part: u32) -> Result<(), Stop> {
        let letter: Letter = self.views.get(&no)?.ok_or(Refused::NoLetter(no))?;
        match letter.next_part {
            next if next == part && letter.failed.is_none() => Ok(()),
            next if next > part => Err(known(None)),
            _ => Err(Refused::NoLetter(no).into()),
        }
    }
}

/// It was done before; by which change was not kept.
fn known(no: Option<FeedbackNo>) -> Stop {
    Stop::Verdict(Verdict::Duplicate { seq: Seq(0), no })
}
