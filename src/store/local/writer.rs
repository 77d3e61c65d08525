//! The one thread that writes: takes what waits as one group, makes it durable, makes it readable, answers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use super::disk::{Disk, size};
use super::fault::Fatal;
use super::journal::{Journal, WriteFault};
use super::line;
use super::replay::{AT_ONCE, forgets};
use super::views::{LocalViews, Mark};
use super::watchdog::{Bond, Die, Pulse};
use crate::clock::guard::Stopwatch;
use crate::domain::acts::Change;
use crate::domain::commit::{Place, Verdict, settle};
use crate::domain::facts::Entry;
use crate::domain::fold::{Blank, fold};
use crate::domain::ids::{LetterNo, Seq};
use crate::store::contract::{CommitError, Committed};
use crate::store::rows::Overlay;

/// The most bytes of a group; its first change may be longer.
const GROUP_BYTES: usize = 1 << 20;

/// What a commit answers.
pub(super) type Answer = Result<Committed, CommitError>;

/// A change, and who waits for its answer.
pub(super) struct Offer {
    pub(super) change: Change,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// When it writes and when it does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Less free space than this, in bytes: nothing is written.
    pub(super) room: u64,
    /// How often it looks how much is free.
    pub(super) look_every: Duration,
    /// The longest that a batch of the views waits to be flushed.
    pub(super) flush_after: Duration,
}

/// The writer and all that it alone writes to.
pub(super) struct Writer {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) journal: Journal,
    pub(super) views: LocalViews,
    pub(super) newest: watch::Sender<Seq>,
    pub(super) queued: watch::Sender<LetterNo>,
    pub(super) offers: Receiver<Offer>,
    pub(super) pace: Pace,
    pub(super) pulse: Pulse,
    pub(super) die: Die,
    /// Taken, but left for the next group.
    pub(super) held: Option<Offer>,
    /// Held while words are blanked, so that a reader of the same line waits.
    pub(super) blanking: Arc<Mutex<()>>,
}

/// What is due, besides commits.
struct Duties {
    unflushed: usize,
    since: Stopwatch,
    free: Option<(Stopwatch, bool)>,
}

/// A group that is being put together.
struct Group {
    lines: Vec<u8>,
    entries: Vec<Entry>,
    blanks: Vec<Blank>,
    /// Where the last line begins among the lines.
    last: usize,
    answers: Vec<(oneshot::Sender<Answer>, Answer)>,
}

impl Writer {
    /// Runs until nobody can offer anything any more, or until it cannot keep its promise.
    pub(super) fn run(mut self, bond: Bond) {
        let ended = catch_unwind(AssertUnwindSafe(|| self.serve()));
        let why = match ended {
            Ok(Ok(())) => return bond.release(),
            Ok(Err(why)) => why,
            Err(_) => Fatal::WriterEnded,
        };
        (self.die)(why);
        bond.release();
    }

    fn serve(&mut self) -> Result<(), Fatal> {
        let mut duties = Duties { unflushed: 0, since: Stopwatch::start(), free: None };
        loop {
            match self.wait(&duties) {
                Ok(first) => self.commit_group(first, &mut duties)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.flush(&mut duties),
            }
            if duties.unflushed >= AT_ONCE || (duties.unflushed > 0 && duties.since.elapsed() >= self.pace.flush_after) {
                self.flush(&mut duties)?;
            }
        }
    }

    /// The next change, or that a flush is due.
    fn wait(&mut self, duties: &Duties) -> Result<Offer, RecvTimeoutError> {
        self.pulse.rest();
        if let Some(held) = self.held.take() {
            return Ok(held);
        }
        if duties.unflushed == 0 {
            return self.offers.recv().map_err(|_| RecvTimeoutError::Disconnected);
        }
        self.offers.recv_timeout(self.pace.flush_after.saturating_sub(duties.since.elapsed()))
    }

    fn commit_group(&mut self, first: Offer, duties: &mut Duties) -> Result<(), Fatal> {
        self.pulse.beat("take");
        let free = self.has_room(duties);
        let group_seq = self.newest.borrow().next();
        let views = self.views.clone();
        let mut overlay = Overlay::over(&views);
        let group = self.gather(first, group_seq, &mut overlay);
        if group.entries.is_empty() && free {
            group.answer();
            return Ok(());
        }
        let written = if free { self.write(&group, group_seq) } else { Err(WriteFault::Refused) };
        let mark = match written {
            Ok(mark) => mark,
            Err(WriteFault::Refused) => {
                group.refuse(&CommitError::Full);
                return Ok(());
            }
            Err(WriteFault::Fatal(why)) => return Err(why),
        };
        self.blank(&group.blanks)?;
        self.pulse.beat("views");
        let written = overlay.into_written();
        self.views.apply(written, mark, group.entries.iter().find_map(forgets)).map_err(|fault| Fatal::Views(fault.0))?;
        if duties.unflushed == 0 {
            duties.since = Stopwatch::start();
        }
        duties.unflushed = duties.unflushed.saturating_add(group.entries.len());
        self.newest.send_replace(mark.seq);
        if let Some(last) = group.entries.iter().rev().find_map(Entry::queued) {
            self.queued.send_replace(last);
        }
        group.answer();
        Ok(())
    }

    /// Takes all that waits, and settles each change against what came before it.
    fn gather(&mut self, first: Offer, group_seq: Seq, overlay: &mut Overlay<'_, LocalViews>) -> Group {
        let mut group = Group { lines: vec![], entries: vec![], blanks: vec![], last: 0, answers: vec![] };
        let mut next = Some(first);
        while let Some(Offer { change, answer }) = next {
            let place = Place { seq: Seq(group_seq.0.saturating_add(size(group.entries.len()))), group: group_seq };
            let Some(settled) = group.settle(&change, place, overlay) else {
                self.held = Some(Offer { change, answer });
                break;
            };
            group.answers.push((answer, settled));
            let full = group.answers.len() >= AT_ONCE || group.lines.len() >= GROUP_BYTES;
            next = if full { None } else { self.offers.try_recv().ok() };
        }
        group
    }

    fn write(&mut self, group: &Group, group_seq: Seq) -> Result<Mark, WriteFault> {
        self.pulse.beat("rotate");
        self.journal.rotate(group_seq)?;
        let (file, end) = self.journal.end();
        self.pulse.beat("write");
        self.journal.append(&group.lines)?;
        self.pulse.beat("sync");
        self.journal.sync().map_err(WriteFault::Fatal)?;
        let seq = group.entries.last().map_or(group_seq, |entry| entry.head.seq);
        Ok(Mark { seq, file, offset: end.saturating_add(size(group.last)) })
    }

    fn blank(&self, blanks: &[Blank]) -> Result<(), Fatal> {
        if blanks.is_empty() {
            return Ok(());
        }
        self.pulse.beat("blank");
        let _blanking = self.blanking.lock().unwrap_or_else(PoisonError::into_inner);
        self.journal.blank(blanks).map(|_| ()).map_err(|fault| Fatal::Blank(fault.to_string()))
    }

    fn flush(&self, duties: &mut Duties) -> Result<(), Fatal> {
        self.pulse.beat("flush");
        duties.unflushed = 0;
        self.views.flush().map_err(|fault| Fatal::Views(fault.0))
    }

    /// Looked at once in a while: sled must never meet a full disk, which leaves it broken.
    fn has_room(&self, duties: &mut Duties) -> bool {
        match duties.free {
            Some((looked, free)) if looked.elapsed() < self.pace.look_every => free,
            _ => {
                // A disk that cannot say how much is free will say so when it is written to.
                let free = self.disk.free().map_or(true, |free| free >= self.pace.room);
                duties.free = Some((Stopwatch::start(), free));
                free
            }
        }
    }
}

impl Group {
    /// `None`: it orders words of this group to be blanked, and has to wait until they are on disk. Else a power cut
    /// that leaves them half blanked could not be told from one that leaves the write half done: what was to be kept
    /// would be cut off, although older words were blanked for its sake.
    fn settle(&mut self, change: &Change, place: Place, overlay: &mut Overlay<'_, LocalViews>) -> Option<Answer> {
        self.try_settle(change, place, overlay).transpose()
    }

    fn try_settle(
        &mut self,
        change: &Change,
        place: Place,
        overlay: &mut Overlay<'_, LocalViews>,
    ) -> Result<Option<Committed>, CommitError> {
        let mut entry = match settle(&*overlay, change, place)? {
            Verdict::New(entry) => entry,
            Verdict::Duplicate { seq, no } => return Ok(Some(Committed { seq, no, duplicate: true })),
            Verdict::Stale(no) => return Err(CommitError::Stale(no)),
            Verdict::Refused(why) => return Err(why.into()),
        };
        let mut layer = Overlay::over(&*overlay);
        let blanks = fold(&mut layer, &entry)?;
        let written = layer.into_written();
        if blanks.iter().any(|blank| blank.seq >= place.group && blank.seq < place.seq) {
            return Ok(None);
        }
        let (own, older): (Vec<Blank>, Vec<Blank>) = blanks.into_iter().partition(|blank| blank.seq == place.seq);
        // Words that come and go in one change are never written.
        for Blank { word, .. } in own {
            if let Some(word) = usize::try_from(word).ok().and_then(|index| entry.words.get_mut(index)) {
                word.clear();
            }
        }
        let begin = self.lines.len();
        line::encode(&entry, &mut self.lines).map_err(|fault| crate::domain::views::Unreadable(fault.to_string()))?;
        overlay.merge(written);
        self.last = begin;
        self.blanks.extend(older);
        let committed = Committed { seq: place.seq, no: entry.made(), duplicate: false };
        self.entries.push(entry);
        Ok(Some(committed))
    }

    /// Also duplicates and stales only now: what they met may have been in this group.
    fn answer(self) {
        for (waiting, answer) in self.answers {
            // Nobody waits any more where it cannot be sent: the change is kept all the same.
            drop(waiting.send(answer));
        }
    }

    fn refuse(self, why: &CommitError) {
        for (waiting, _) in self.answers {
            drop(waiting.send(Err(why.clone())));
        }
    }
}
