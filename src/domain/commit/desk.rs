//! One change under way: what was given so far, and what every act needs.

use jiff::Timestamp;

use super::verdict::{Place, Refused, Stop, Verdict, known};
use crate::domain::acts::Change;
use crate::domain::facts::{Entry, Fact, Head, Said, Version, Word};
use crate::domain::feedback::{Customer, Identity};
use crate::domain::ids::{FeedbackNo, LetterNo, PersonNo};
use crate::domain::letter::{Content, Note, Posting};
use crate::domain::views::{Counters, Delivered, Known, Letter, Person, PostedIn, ReadViews, Record, Redrawing};

/// Thirty days, in seconds.
const RECENT: i64 = 30 * 24 * 3600;

/// One change under way.
pub(super) struct Desk<'a, V> {
    pub(super) views: &'a V,
    pub(super) counters: Counters,
    pub(super) by: Option<PersonNo>,
    place: Place,
    pub(super) at: Timestamp,
    facts: Vec<Fact>,
    words: Vec<String>,
    /// Parts of digests that this change shows anew already.
    redrawn: Vec<(LetterNo, u32)>,
}

impl<'a, V: ReadViews> Desk<'a, V> {
    /// Begins, unless the change was made before, or was decided on something that has changed.
    pub(super) fn open(views: &'a V, change: &Change, place: Place) -> Result<Self, Stop> {
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
        let mut desk = Self { views, counters, by: None, place, at: change.at, facts: vec![], words: vec![], redrawn: vec![] };
        desk.by = change.by.as_ref().map(|who| desk.meet(who)).transpose()?;
        Ok(desk)
    }

    /// The entry that all of it makes.
    pub(super) fn close(self, change: &Change) -> Entry {
        let Place { seq, group } = self.place;
        Entry { head: Head { seq, group, at: self.at, by: self.by, keys: change.keys.clone(), facts: self.facts }, words: self.words }
    }

    pub(super) fn push(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    pub(super) fn keep(&mut self, word: &str) -> Word {
        let index = Word(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        self.words.push(word.to_owned());
        index
    }

    pub(super) fn keep_customer(&mut self, customer: Option<&Customer>) -> Option<Said> {
        Some(match customer? {
            Customer::Account(id) => Said::Account(id.clone()),
            Customer::Named(name) => Said::Named(self.keep(name)),
        })
    }

    /// The person's number; a new one, or a new name, is a fact of its own. No name is no new name.
    pub(super) fn meet(&mut self, who: &Identity) -> Result<PersonNo, Stop> {
        if let Some(n) = self.met(who) {
            return Ok(n);
        }
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

    /// Somebody whom this very change has met.
    fn met(&self, who: &Identity) -> Option<PersonNo> {
        self.facts.iter().find_map(|fact| {
            let Fact::Person { n, words, .. } = fact else { return None };
            let first = usize::try_from(words.0).ok()?;
            let is = |offset: usize, word: &str| self.words.get(first.saturating_add(offset)).is_some_and(|known| known == word);
            (is(0, who.tenant.as_str()) && is(1, who.user.as_str())).then_some(*n)
        })
    }

    pub(super) fn record(&self, no: FeedbackNo) -> Result<Record, Stop> {
        let record: Option<Record> = self.views.get(&no)?;
        Ok(record.filter(|r| !r.withdrawn).ok_or(Refused::NoRecord(no))?)
    }

    pub(super) fn next_part(&self, no: LetterNo, part: u32) -> Result<Letter, Stop> {
        let letter: Letter = self.views.get(&no)?.ok_or(Refused::NoLetter(no))?;
        match letter.next_part {
            next if next == part && letter.failed.is_none() => Ok(letter),
            next if next > part => Err(known(None)),
            _ => Err(Refused::NoLetter(no).into()),
        }
    }

    /// Queues a letter.
    pub(super) fn write(&mut self, to: Option<PersonNo>, note: Note, until: Option<Timestamp>) {
        self.counters.letter = self.counters.letter.next();
        self.facts.push(Fact::Queued { v: Version, letter: self.counters.letter, to, note, until });
    }

    /// Wherever a record was posted it is shown anew: what must not be read any more goes, however long ago that was.
    pub(super) fn redraw(&mut self, no: FeedbackNo) -> Result<(), Stop> {
        self.redraw_since(no, i64::MIN)
    }

    /// The same of the last thirty days: nobody looks further back for other words or teams.
    pub(super) fn redraw_recent(&mut self, no: FeedbackNo) -> Result<(), Stop> {
        self.redraw_since(no, self.at.as_second().saturating_sub(RECENT))
    }

    fn redraw_since(&mut self, no: FeedbackNo, since: i64) -> Result<(), Stop> {
        let posted: Option<PostedIn> = self.views.get(&no)?;
        let second = |posting: &Posting| posting.ts.split('.').next().and_then(|second| second.parse().ok()).unwrap_or(i64::MAX);
        for posting in posted.into_iter().flat_map(|posted| posted.places).filter(|posting| second(posting) >= since) {
            self.redraw_part(posting.letter, posting.part)?;
        }
        Ok(())
    }

    pub(super) fn redraw_part(&mut self, letter: LetterNo, part: u32) -> Result<(), Stop> {
        let waits = self.views.get::<Redrawing>(&(letter, u64::from(part)))?.is_some();
        if !waits && !self.redrawn.contains(&(letter, part)) {
            self.redrawn.push((letter, part));
            self.write(None, Note::Redraw { letter, part }, None);
        }
        Ok(())
    }

    /// The same, where the letter that waits for it is just being noted.
    pub(super) fn redraw_again(&mut self, letter: LetterNo, part: u32) {
        self.write(None, Note::Redraw { letter, part }, None);
    }

    /// The part of a letter that shows records in a channel, or shows them anew.
    pub(super) fn shown_by(&self, no: LetterNo, letter: &Letter, part: u32) -> Result<Option<(LetterNo, u32, Content)>, Stop> {
        Ok(match &letter.content {
            Content::Digest(_) | Content::DigestFor(..) | Content::Rollup(..) | Content::Note(Note::Urgent { .. }, _) => {
                Some((no, part, letter.content.clone()))
            }
            Content::Note(Note::Redraw { letter, part }, _) => {
                self.views.get::<Letter>(letter)?.map(|shown| (*letter, *part, shown.content))
            }
            Content::Note(..) => None,
        })
    }
}
