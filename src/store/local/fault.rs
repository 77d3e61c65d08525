//! Why a store does not open, or ends; each with what a person can do about it.

use std::io;
use std::path::PathBuf;

use super::disk::Disk;
use crate::domain::views::Unreadable;

/// A place in the journal that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is damaged at byte {offset}: {why}", file.display())]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// The first byte of the bad line.
    pub offset: u64,
    /// What is wrong; no words.
    pub why: String,
}

/// Why a store does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The lock is taken.
    #[error("another instance holds {}: stop it, or give this one a data directory of its own", .0.display())]
    Held(PathBuf),
    /// A file or folder cannot be used.
    #[error("{} cannot be used ({fault}): it must be a directory that this user may write to", path.display())]
    Unusable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        fault: io::Error,
    },
    /// Nothing was ever kept there.
    #[error("{} holds no store yet", .0.display())]
    Nothing(PathBuf),
    /// The store was begun for another enterprise or workspace.
    #[error("{} belongs to workspace {found}, not to {wanted}: give each workspace a data directory of its own", path.display())]
    OtherWorkspace {
        /// The data directory.
        path: PathBuf,
        /// Whose it is.
        found: String,
        /// Who asked.
        wanted: String,
    },
    /// A newer program wrote it.
    #[error("{} was written by a newer version ({what}): run that version, or a newer one", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// What is unknown here.
        what: String,
    },
    /// The journal is damaged where no power cut explains it.
    #[error("{0}: run `allears repair`, which keeps the damaged journal beside the repaired one")]
    Damaged(#[from] Damage),
    /// Views do not work, even anew.
    #[error("the views cannot be written ({0}): the journal is whole; free the disk or check it, and start again")]
    Views(#[from] Unreadable),
    /// The system gives no thread.
    #[error("a thread cannot be started: {0}")]
    NoThread(io::Error),
    /// The process is about to end, since it cannot keep its promise.
    #[error("the store has ended itself: {0}")]
    Ended(&'static str),
}

/// Names the file in what the system says.
pub(super) trait At<T> {
    /// `path` is relative to the data directory.
    fn at(self, disk: &dyn Disk, path: &str) -> Result<T, OpenError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, disk: &dyn Disk, path: &str) -> Result<T, OpenError> {
        self.map_err(|fault| OpenError::Unusable { path: disk.shown(path), fault })
    }
}

/// What had to be done at the start, and is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Notice {
    /// What a power cut left of the last write was cut off; nobody had been answered.
    #[error("{}: cut {bytes} bytes at byte {offset}, left by a write that was never answered", file.display())]
    Cut {
        /// The file.
        file: PathBuf,
        /// Where it ends now.
        offset: u64,
        /// How much went.
        bytes: u64,
    },
    /// A file that a power cut left without its header was removed.
    #[error("{}: removed, it had been begun and never used", .0.display())]
    Removed(PathBuf),
    /// Views that could not be used were moved aside and are folded anew.
    #[error("the views could not be used ({why}): moved to {} and folded anew", to.display())]
    Aside {
        /// Where they are now; may be deleted.
        to: PathBuf,
        /// What was wrong with them.
        why: String,
    },
    /// Words that were deleted may have lingered in the views, so that they were folded anew.
    #[error("the views were folded anew, so that no deleted word lingers in them")]
    Renewed,
    /// A repair that had been cut short was finished.
    #[error("a repair that had been cut short was finished")]
    RepairFinished,
}

/// Why the process must end at once. No words of anybody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fatal {
    /// A write could not be taken back.
    #[error("a failed write could not be taken back: {0}")]
    TakeBack(String),
    /// The disk did not confirm a write.
    #[error("the disk did not confirm a write: {0}")]
    Sync(String),
    /// Words could not be blanked.
    #[error("words could not be blanked: {0}")]
    Blank(String),
    /// The views could not be written.
    #[error("the views could not be written: {0}")]
    Views(String),
    /// A step took too long.
    #[error("the step \"{0}\" takes too long")]
    Stuck(&'static str),
    /// The writer ended by a panic.
    #[error("the writer has ended")]
    WriterEnded,
}
