//! `allears rebuild` and `allears repair`: what is done to a store while no bot holds it.

use std::path::Path;

use super::{progress, say};
use crate::clock::Clock;
use crate::config::{Config, Env};
use crate::store::local::{self, LocalOptions};

fn options(dir: &Path) -> anyhow::Result<LocalOptions> {
    let config = Config::load(dir, &Env::process())?;
    Ok(LocalOptions { on_progress: progress::folding(), ..LocalOptions::new(&config.store.data, None) })
}

/// Folds the views anew.
pub(super) fn rebuild(dir: &Path) -> anyhow::Result<()> {
    let options = options(dir)?;
    let rebuilt = local::rebuild(&options, &Clock::system())?;
    for notice in &rebuilt.notices {
        say::answer(&notice.to_string());
    }
    say::answer(&format!("{}: the views were folded anew from {} changes.", options.dir.display(), rebuilt.changes));
    Ok(())
}

/// Salvages a damaged journal.
pub(super) fn repair(dir: &Path) -> anyhow::Result<()> {
    let report = local::repair(&options(dir)?, &Clock::system())?;
    say::answer(&format!("{} changes were kept. The damaged journal stays at {}.", report.kept, report.original.display()));
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
