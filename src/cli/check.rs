//! `allears check`: is the configuration right, and with `--live`, does Slack agree.

use std::path::Path;
use std::sync::Arc;

use super::say;
use crate::clock::Clock;
use crate::config::{Config, Env, Secrets};
use crate::slack::{Finding, Slack, look};

/// Prints what it finds; fails where something is to be mended.
pub(super) async fn run(dir: &Path, live: bool) -> anyhow::Result<()> {
    let env = Env::process();
    let config = Config::load(dir, &env)?;
    say::answer(&format!(
        "{} is right: {}, {}, {}, {} listened to.",
        dir.display(),
        counted(config.routing.functions().len(), "function"),
        counted(config.rules.len(), "rule"),
        counted(config.accounts.len(), "customer"),
        counted(config.listen.len(), "channel")
    ));
    if !live {
        return Ok(());
    }
    let secrets = Secrets::load(&env, config.slack.transport)?;
    let slack = Arc::new(Slack::new(&config.slack.api_url, &secrets, Clock::system())?);
    let listened: Vec<_> = config.listen.iter().map(|listen| listen.channel.clone()).collect();
    let findings = look(&slack, &config.slack.api_url, &secrets, &config.routing, &listened).await;
    let wrong = findings.iter().filter(|finding| finding.cure.is_some()).count();
    for Finding { what, cure } in findings {
        match cure {
            None => say::answer(&format!("ok: {what}")),
            Some(cure) => say::answer(&format!("to mend: {what}: {cure}")),
        }
    }
    anyhow::ensure!(wrong == 0, "{wrong} to mend; nothing was posted");
    Ok(())
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
