//! `allears rebuild` and `allears repair`: what is done to a store while no bot holds it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{progress, say};
use crate::clock::Clock;
use crate::config::{Config, Env};
use crate::store::local::{self, LocalOptions, OpenError};

/// How long a bot that is about to end is waited for: somebody sits before the screen.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// The data directory of this configuration, which is there: opening a store would make it.
pub(super) fn data(dir: &Path) -> anyhow::Result<PathBuf> {
    let data = Config::load_without_models(dir, &Env::process())?.store.data;
    if data.is_dir() { Ok(data) } else { Err(refused(OpenError::Nothing(data))) }
}

/// How the store of this configuration is opened, which is there.
pub(super) fn options(dir: &Path) -> anyhow::Result<LocalOptions> {
    let data = data(dir)?;
    let mut options = LocalOptions { on_progress: progress::folding(), ..LocalOptions::new(&data, None) };
    options.limits.lock_wait = LOCK_WAIT;
    Ok(options)
}

/// Why it does not open, with what to do.
pub(super) fn refused(error: OpenError) -> anyhow::Error {
    let nothing = matches!(error, OpenError::Nothing(_));
    let error = anyhow::Error::from(error);
    if nothing { anyhow::anyhow!("{error}: the first `allears serve` begins it; ALLEARS_DATA names another directory") } else { error }
}

/// Folds the views anew.
pub(super) fn rebuild(dir: &Path) -> anyhow::Result<()> {
    let options = options(dir)?;
    let rebuilt = local::rebuild(&options, &Clock::system()).map_err(refused)?;
    for notice in &rebuilt.notices {
        say::answer(&notice.to_string());
    }
    say::answer(&format!("{}: the views were folded anew from {} changes.", options.dir.display(), rebuilt.changes));
    Ok(())
}

/// Salvages a damaged journal.
pub(super) fn repair(dir: &Path) -> anyhow::Result<()> {
    let report = local::repair(&options(dir)?, &Clock::system()).map_err(refused)?;
    let whole = report.unreadable.is_empty() && report.lost.is_empty() && report.doubtful.is_empty();
    let (kept, original) = (report.kept, report.original.display());
    say::answer(&if whole {
        format!("Nothing was damaged: all {kept} changes were kept. The journal as it was stays at {original}; delete it.")
    } else {
        format!(
            "{kept} changes were kept. The damaged journal stays at {original}: it holds customers' words, so delete it when you have looked at it."
        )
    });
    for (file, at, bytes) in &report.unreadable {
        say::answer(&format!("{}: {bytes} bytes from byte {at} on could not be read", file.display()));
    }
    for (from, upto) in &report.lost {
        say::answer(&format!("changes {from} to {upto} are lost"));
    }
    for seq in &report.doubtful {
        say::answer(&format!("change {seq}: its words are not as they were written"));
    }
    say::answer("The next start folds the views anew.");
    Ok(())
}
