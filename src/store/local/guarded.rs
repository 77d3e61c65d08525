//! Opens views that may be damaged: a panic or a hang in there is an answer too.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use super::views::{LocalViews, OpenRows};
use crate::domain::views::Unreadable;

/// What came of it.
pub(super) enum Outcome {
    Open(LocalViews),
    Damaged(Unreadable),
    Stuck,
    NoThread(std::io::Error),
}

/// Opens views on a thread of their own, within a limit.
pub(super) fn open_within(rows: Arc<dyn OpenRows>, folder: PathBuf, limit: Duration) -> Outcome {
    let (tell, told) = sync_channel(1);
    let open = move || {
        let opened = catch_unwind(AssertUnwindSafe(|| rows.open(&folder)));
        let opened = opened.unwrap_or_else(|_| Err(Unreadable("they panicked when they were opened".to_owned())));
        // Nobody listens any more where it took too long.
        drop(tell.send(opened));
    };
    if let Err(fault) = std::thread::Builder::new().name("store-open".to_owned()).spawn(open) {
        return Outcome::NoThread(fault);
    }
    match told.recv_timeout(limit) {
        Ok(Ok(rows)) => Outcome::Open(LocalViews::over(rows)),
        Ok(Err(why)) => Outcome::Damaged(why),
        Err(RecvTimeoutError::Timeout) => Outcome::Stuck,
        Err(RecvTimeoutError::Disconnected) => Outcome::Damaged(Unreadable("their thread ended".to_owned())),
    }
}
