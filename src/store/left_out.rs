//! What the filter left out, beside the facts and never among them: kept as well as it can be, lost without harm.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::domain::ids::ChannelId;
use crate::domain::left_out::LeftOut;

/// The most that lie in memory; of more the oldest go.
const MOST: usize = 10_000;

/// Keeps what the filter left out. Every call may block on a disk.
pub trait LeftOuts: Send + Sync {
    /// Keeps one; offered again, it may be kept again. What was said too long ago is not kept.
    fn keep(&self, now: Timestamp, left_out: &LeftOut) -> io::Result<()>;
    /// All that is kept of a channel, as it was kept: one may be there twice, and some may be too old.
    fn of_channel(&self, channel: &ChannelId) -> io::Result<Vec<LeftOut>>;
    /// Forgets what was said too long ago.
    fn sweep(&self, now: Timestamp) -> io::Result<()>;
}

/// As everybody holds it.
pub type SharedLeftOuts = Arc<dyn LeftOuts>;

/// In memory: nothing outlives the process.
#[derive(Debug, Default)]
pub struct LeftOutInMemory(Mutex<VecDeque<LeftOut>>);

impl LeftOutInMemory {
    fn kept(&self) -> MutexGuard<'_, VecDeque<LeftOut>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LeftOuts for LeftOutInMemory {
    fn keep(&self, now: Timestamp, left_out: &LeftOut) -> io::Result<()> {
        if left_out.is_kept(now) {
            let mut kept = self.kept();
            if kept.len() >= MOST {
                kept.pop_front();
            }
            kept.push_back(left_out.clone());
        }
        Ok(())
    }

    fn of_channel(&self, channel: &ChannelId) -> io::Result<Vec<LeftOut>> {
        Ok(self.kept().iter().filter(|left_out| left_out.channel == *channel).cloned().collect())
    }

    fn sweep(&self, now: Timestamp) -> io::Result<()> {
        self.kept().retain(|left_out| left_out.is_kept(now));
        Ok(())
    }
}
