//! `allears serve`: the bot for real.

use std::path::Path;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

use super::{log, progress};
use crate::clock::Clock;
use crate::config::{Config, Env, Secrets};
use crate::serve::{Bot, Keep, Setup};

/// Runs until it is told to stop.
pub(super) async fn run(dir: &Path) -> anyhow::Result<()> {
    let env = Env::process();
    let config = Config::load(dir, &env)?;
    let secrets = Secrets::load(&env)?;
    log::start(config.log);
    let setup = Setup {
        keep: Keep::In(config.store.data.clone()),
        listen: Some(config.web.listen),
        clock: Clock::system(),
        on_progress: progress::folding(),
        config,
        secrets,
    };
    let bot = Bot::start(setup).await?;
    info!(version = env!("CARGO_PKG_VERSION"), "All Ears is listening");
    asked_to_stop().await?;
    info!("stopping");
    anyhow::ensure!(bot.stop().await, "not all was finished in time; what was not acknowledged comes again");
    info!("stopped");
    Ok(())
}

/// SIGTERM, or Ctrl-C.
pub(super) async fn asked_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be waited for")?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted.context("Ctrl-C cannot be waited for")?,
    }
    Ok(())
}
