//! `allears serve`: the bot for real.

use std::path::Path;

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::info;

use super::{log, progress};
use crate::clock::Clock;
use crate::config::{Config, Env, Secrets};
use crate::serve::{Bot, Keep, Setup};
use crate::slack::Guards;

/// Runs until it is told to stop.
pub(super) async fn run(dir: &Path) -> anyhow::Result<()> {
    let env = Env::process();
    let config = Config::load(dir, &env)?;
    let secrets = Secrets::load(&env, config.slack.transport)?;
    log::start(config.log);
    let mut stop = Stop::listen()?;
    let setup = Setup {
        keep: Keep::In(config.store.data.clone()),
        listen: Some(config.web.listen),
        clock: Clock::system(),
        on_progress: progress::folding(),
        guards: Guards::default(),
        config,
        secrets,
    };
    let bot = tokio::select! {
        bot = Bot::start(setup) => bot?,
        // What the store was doing goes on at the next start.
        () = stop.asked() => {
            info!("stopped before the start was done");
            return Ok(());
        }
    };
    info!(version = env!("CARGO_PKG_VERSION"), "All Ears is listening");
    let ended = tokio::select! {
        () = stop.asked() => None,
        why = bot.ended() => Some(why),
    };
    info!("stopping");
    let in_time = bot.stop().await;
    if let Some(why) = ended {
        return Err(why.into());
    }
    anyhow::ensure!(in_time, "not all was finished in time; what was not acknowledged comes again");
    info!("stopped");
    Ok(())
}

/// SIGTERM and Ctrl-C, heard from the moment this is made: one that comes during the start counts.
pub(super) struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Listens from now on.
    pub(super) fn listen() -> anyhow::Result<Self> {
        let terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be waited for")?;
        let interrupt = signal(SignalKind::interrupt()).context("Ctrl-C cannot be waited for")?;
        Ok(Self { terminate, interrupt })
    }

    /// Until either was said.
    pub(super) async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
