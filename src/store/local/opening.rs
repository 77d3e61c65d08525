//! From a data directory to a store that stands: the lock, the journal, the views, and the fold that joins them.

use std::sync::Arc;

use jiff::Timestamp;

use super::disk::Disk;
use super::fault::{At, Fatal, Notice, OpenError};
use super::guarded::{Outcome, open_within};
use super::journal::Journal;
use super::layout::{
    Header, JOURNAL, JOURNAL_REPAIRED, VIEWS, VIEWS_DAMAGED, VIEWS_FRESH, VIEWS_OLD, VIEWS_SCRATCH, VIEWS_STUCK, check_format, take_lock,
};
use super::options::{Limits, Machine};
use super::recover::{Survey, stands, survey};
use super::replay::{OnProgress, Replay};
use super::views::{LocalViews, Mark};
use super::watchdog::{Pulse, Watchdog};
use crate::domain::ids::{Seq, TenantId};

/// A store that stands, before anybody writes to it.
pub(super) struct Opened {
    pub(super) journal: Journal,
    pub(super) views: LocalViews,
    pub(super) newest: Seq,
    pub(super) notices: Vec<Notice>,
    pub(super) pulse: Pulse,
    pub(super) watchdog: Watchdog,
    /// Last, so that it goes last.
    pub(super) lock: Box<dyn Send + Sync>,
}

/// A directory that is ours, with its journal, before its views.
struct Begun {
    journal: Journal,
    notices: Vec<Notice>,
    pulse: Pulse,
    watchdog: Watchdog,
    lock: Box<dyn Send + Sync>,
}

/// What opening goes by.
pub(super) struct Opening<'a> {
    pub(super) machine: &'a Machine,
    pub(super) tenant: Option<&'a TenantId>,
    pub(super) limits: Limits,
    pub(super) on_progress: &'a OnProgress,
    pub(super) now: Timestamp,
}

impl Opening<'_> {
    fn disk(&self) -> &dyn Disk {
        &*self.machine.disk
    }

    /// Opens the store.
    pub(super) fn open(&self) -> Result<Opened, OpenError> {
        let mut begun = self.begin()?;
        let views = self.views(&mut begun)?;
        self.join(begun, views, VIEWS)
    }

    /// Opens the store with views that are folded anew beside the old ones, and puts them in their place.
    pub(super) fn rebuild(&self) -> Result<(Seq, Vec<Notice>), OpenError> {
        let begun = self.begin()?;
        let fresh = self.open_views(VIEWS_FRESH)?;
        let Opened { views, newest, notices, lock, .. } = self.join(begun, fresh, VIEWS_FRESH)?;
        self.close(views, VIEWS_FRESH)?;
        self.swap()?;
        drop(lock);
        Ok((newest, notices))
    }

    /// The lock first, then whose the directory is, then its journal.
    fn begin(&self) -> Result<Begun, OpenError> {
        let disk = self.disk();
        let mut notices = vec![];
        let lock = take_lock(disk, self.limits.lock_wait)?;
        check_format(disk)?;
        finish_repair(disk, &mut notices).at(disk, JOURNAL)?;
        let journal = self.journal(&mut notices)?;
        let pulse = Pulse::default();
        let watchdog = Watchdog::start(pulse.clone(), self.limits.step, Arc::clone(&self.machine.die)).map_err(OpenError::NoThread)?;
        self.tidy()?;
        Ok(Begun { journal, notices, pulse, watchdog, lock })
    }

    fn journal(&self, notices: &mut Vec<Notice>) -> Result<Journal, OpenError> {
        let (disk, rotate_at) = (self.disk(), self.limits.segment_bytes);
        let found = Journal::open(Arc::clone(&self.machine.disk), JOURNAL, rotate_at, notices)?;
        match (found, self.tenant) {
            (Some(journal), None) => Ok(journal),
            (Some(journal), Some(tenant)) => journal.check_workspace(tenant).map(|()| journal),
            (None, None) => Err(OpenError::Nothing(disk.shown(""))),
            (None, Some(tenant)) => {
                let header = Header::new(tenant.clone());
                Journal::begin(Arc::clone(&self.machine.disk), JOURNAL, header, rotate_at).at(disk, JOURNAL)
            }
        }
    }

    /// Removes what a rebuild that was cut short has left.
    fn tidy(&self) -> Result<(), OpenError> {
        let disk = self.disk();
        for left in [VIEWS_FRESH, VIEWS_SCRATCH, VIEWS_OLD] {
            disk.remove_folder(left).at(disk, left)?;
        }
        Ok(())
    }

    /// Folds what the views lack.
    fn join(&self, mut begun: Begun, views: LocalViews, folder: &str) -> Result<Opened, OpenError> {
        let disk = self.disk();
        let mark = views.mark()?;
        let found = survey(disk, &mut begun.journal, mark, &mut begun.notices)?;
        if found.suspects.is_empty() {
            self.replay(&begun, &views, mark, found)?;
        } else {
            self.close(views, folder)?;
            return self.join_after_blanking(begun, folder);
        }
        let newest = Seq(views.mark()?.map_or(0, |mark| mark.seq.0));
        let Begun { journal, notices, pulse, watchdog, lock } = begun;
        Ok(Opened { journal, views, newest, notices, pulse, watchdog, lock })
    }

    /// Words are half blanked: what is left of them must not reach the views, and only a fold tells whether a later
    /// fact orders their blanking. So the journal is folded twice, the first time into views that are thrown away.
    fn join_after_blanking(&self, mut begun: Begun, folder: &str) -> Result<Opened, OpenError> {
        let disk = self.disk();
        let scratch = self.open_views(VIEWS_SCRATCH)?;
        let found = survey(disk, &mut begun.journal, None, &mut begun.notices)?;
        self.replay(&begun, &scratch, None, found)?;
        self.close(scratch, VIEWS_SCRATCH)?;
        disk.remove_folder(VIEWS_SCRATCH).at(disk, VIEWS_SCRATCH)?;
        let views = self.open_views(folder)?;
        self.join(begun, views, folder)
    }

    fn replay(&self, begun: &Begun, views: &LocalViews, from: Option<Mark>, found: Survey) -> Result<(), OpenError> {
        let Begun { journal, pulse, .. } = begun;
        let (disk, on_progress, suspects) = (self.disk(), self.on_progress, found.suspects);
        Replay { disk, journal, views, pulse, on_progress, suspects }.run(from, found.newest)
    }

    /// The views, empty if those that are there are of no use.
    fn views(&self, begun: &mut Begun) -> Result<LocalViews, OpenError> {
        let disk = self.disk();
        let Begun { journal, notices, .. } = begun;
        let there = disk.names("").at(disk, "")?;
        let stuck = there.iter().any(|name| name == VIEWS_STUCK);
        let opened = if stuck { Err("they did not open in time".to_owned()) } else { self.usable_views(journal)? };
        let views = match opened {
            Ok(views) => views,
            Err(why) => {
                self.move_aside(why, notices)?;
                if stuck {
                    disk.remove_file(VIEWS_STUCK).at(disk, VIEWS_STUCK)?;
                }
                self.open_views(VIEWS)?
            }
        };
        if views.lingering()?.is_none() {
            return Ok(views);
        }
        self.close(views, VIEWS)?;
        disk.remove_folder(VIEWS).at(disk, VIEWS)?;
        remove_damaged(disk).at(disk, VIEWS)?;
        notices.push(Notice::Renewed);
        self.open_views(VIEWS)
    }

    /// The views that are there, if they open and the journal has the line with which they end; else what is wrong.
    fn usable_views(&self, journal: &Journal) -> Result<Result<LocalViews, String>, OpenError> {
        let views = match self.open_views(VIEWS) {
            Err(OpenError::Views(why)) => return Ok(Err(why.0)),
            views => views?,
        };
        match views.mark() {
            Err(why) => Ok(Err(why.0)),
            Ok(Some(mark)) if !stands(journal, mark)? => Ok(Err("the journal does not have the change with which they end".to_owned())),
            Ok(_) => Ok(Ok(views)),
        }
    }

    fn open_views(&self, folder: &str) -> Result<LocalViews, OpenError> {
        match open_within(Arc::clone(&self.machine.rows), self.disk().shown(folder), self.limits.views_open) {
            Outcome::Open(views) => Ok(views),
            Outcome::Damaged(why) => Err(OpenError::Views(why)),
            Outcome::NoThread(fault) => Err(OpenError::NoThread(fault)),
            Outcome::Stuck => {
                // Its thread cannot be ended, only the process. The next start finds the marker.
                let disk = self.disk();
                disk.create(VIEWS_STUCK).and_then(|file| file.sync()).and_then(|()| disk.sync_folder("")).at(disk, VIEWS_STUCK)?;
                (self.machine.die)(Fatal::Stuck("open the views"));
                Err(OpenError::Ended("its views did not open in time"))
            }
        }
    }

    /// Closes views before their folder is touched: their threads write by its name.
    fn close(&self, views: LocalViews, folder: &str) -> Result<(), OpenError> {
        drop(views);
        Ok(self.machine.rows.wait_until_closed(&self.disk().shown(folder))?)
    }

    fn move_aside(&self, why: String, notices: &mut Vec<Notice>) -> Result<(), OpenError> {
        let disk = self.disk();
        if !disk.names("").at(disk, "")?.iter().any(|name| name == VIEWS) {
            return Ok(());
        }
        self.machine.rows.wait_until_closed(&disk.shown(VIEWS))?;
        let to = format!("{VIEWS_DAMAGED}{}", self.now.strftime("%Y%m%dT%H%M%S%3fZ"));
        disk.rename(VIEWS, &to).and_then(|()| disk.sync_folder("")).at(disk, &to)?;
        notices.push(Notice::Aside { to: disk.shown(&to), why });
        Ok(())
    }

    /// Fresh views take the old ones' place.
    fn swap(&self) -> Result<(), OpenError> {
        let disk = self.disk();
        if disk.names("").at(disk, "")?.iter().any(|name| name == VIEWS) {
            disk.rename(VIEWS, VIEWS_OLD).at(disk, VIEWS)?;
        }
        disk.rename(VIEWS_FRESH, VIEWS).and_then(|()| disk.sync_folder("")).at(disk, VIEWS_FRESH)?;
        disk.remove_folder(VIEWS_OLD).at(disk, VIEWS_OLD)?;
        remove_damaged(disk).at(disk, VIEWS)
    }
}

/// A repair whose last step was cut short: the repaired journal is whole, the damaged one is beside it already.
fn finish_repair(disk: &dyn Disk, notices: &mut Vec<Notice>) -> std::io::Result<()> {
    let names = disk.names("")?;
    let there = |wanted: &str| names.iter().any(|name| name == wanted);
    if there(JOURNAL_REPAIRED) && !there(JOURNAL) {
        disk.rename(JOURNAL_REPAIRED, JOURNAL)?;
        disk.sync_folder("")?;
        notices.push(Notice::RepairFinished);
    }
    Ok(())
}

/// Removes views that were moved aside: they hold words that may have been deleted since.
fn remove_damaged(disk: &dyn Disk) -> std::io::Result<()> {
    for name in disk.names("")?.iter().filter(|name| name.starts_with(VIEWS_DAMAGED)) {
        disk.remove_folder(name)?;
    }
    Ok(())
}
