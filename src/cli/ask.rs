//! Putting a question: to the store where no bot holds it, else to the bot, over the socket in its data directory.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join;
use jiff::SignedDuration;
use tokio::sync::mpsc;

use super::{say, store};
use crate::ask::{self, Ask, AskError, Said, Talk};
use crate::clock::Clock;
use crate::clock::guard::Stopwatch;
use crate::config::{Config, Env};
use crate::serve::in_force;
use crate::store::local::{LocalStore, OpenError};

/// How long a bot that starts or ends is waited for: somebody sits before the screen.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long until it is tried again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_millis(100);
/// How many lines of an answer may wait to be printed.
const AHEAD: usize = 4;

/// Asks, and prints what is answered; fails where it is refused.
pub(super) async fn ask(dir: &Path, ask: &Ask) -> anyhow::Result<()> {
    let config = Config::load_without_models(dir, &Env::process())?;
    let mut options = store::options(dir)?;
    options.limits.lock_wait = Duration::ZERO;
    let data = options.dir.clone();
    let (clock, waiting) = (Clock::system(), Stopwatch::start());
    loop {
        match LocalStore::open(options.clone(), clock.clone()).await {
            Ok(opened) => return here(Arc::new(opened), config, clock, ask).await,
            Err(OpenError::Held(_)) => {}
            Err(error) => return Err(store::refused(error)),
        }
        match Talk::ask(&data, ask).await {
            Ok(talk) => return there(talk).await,
            Err(AskError::NotThere(_)) if waiting.elapsed() < PATIENCE => clock.sleep(AGAIN_AFTER).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// From the store itself.
async fn here(opened: Arc<LocalStore>, config: Config, clock: Clock, ask: &Ask) -> anyhow::Result<()> {
    let shared: Arc<LocalStore> = Arc::clone(&opened);
    // Only Slack knows what its channels are called.
    let desk = ask::Desk { store: shared, in_force: Arc::new(in_force(config)), clock, channels: Arc::new(|_| None) };
    let (out, mut lines) = mpsc::channel(AHEAD);
    let printing = async {
        let mut ended = Ok(());
        while let Some(said) = lines.recv().await {
            ended = print(said);
        }
        ended
    };
    let ((), printed) = join(ask::answer(&desk, ask, out), printing).await;
    opened.close().await;
    printed
}

/// From the bot.
async fn there(mut talk: Talk) -> anyhow::Result<()> {
    loop {
        let said = talk.next().await?;
        let last = said.ends();
        print(said)?;
        if last {
            return Ok(());
        }
    }
}

fn print(said: Said) -> anyhow::Result<()> {
    match said {
        Said::Answer(line) => say::answer(&line),
        Said::Aside(line) => say::aside(&line),
        Said::Done => {}
        Said::Refused(why) => anyhow::bail!(why),
    }
    Ok(())
}
