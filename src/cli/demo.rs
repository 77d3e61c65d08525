//! `allears demo`: the bot on a simulated workspace.

use std::path::PathBuf;

use anyhow::Context;

use super::progress::Bar;
use super::serve::asked_to_stop;
use super::{log, say};
use crate::config::{Log, LogFormat, LogLevel};
use crate::demo::{Demo, Options, Replay, Tally};

/// What the demo was asked to do.
#[derive(Debug, clap::Args)]
pub(super) struct Asked {
    /// The port of page, control API and clock, on this machine alone; 0 for any that is free
    #[arg(long, default_value_t = 7070)]
    port: u16,
    /// Keep the store in this directory; without it, it goes with the demo
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Tell each line of a file of JSON lines ({"text": "..."}) with /heard, in place of the demo's own week
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// End after the replay; exit code 0 only if every line was kept once and stands once wherever it belongs
    #[arg(long)]
    exit: bool,
}

/// Runs until it is told to stop.
pub(super) async fn run(asked: Asked) -> anyhow::Result<()> {
    log::start(Log { level: LogLevel::Warn, format: LogFormat::Text });
    let replay = asked.replay.as_ref().map(|file| -> anyhow::Result<Replay> {
        let lines = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        Replay::parse(&lines).with_context(|| file.display().to_string())
    });
    let replay = replay.transpose()?;
    let stories = replay.is_none() && !asked.exit;
    say::aside("Starting a simulated workspace and the bot ...");
    let demo = Demo::start(&Options { port: asked.port, keep: asked.keep, stories }).await?;
    let mut whole = true;
    if let Some(replay) = replay {
        let bar = Bar::new("Telling", u64::try_from(replay.len()).unwrap_or(u64::MAX));
        let tally = replay.run(&demo, || bar.step()).await?;
        bar.end();
        print(&tally);
        whole = tally.is_whole();
    }
    if !asked.exit {
        say::answer(&format!("All Ears, demo: open {}", demo.url()));
        say::answer("Type /heard and what a customer said, then press Next morning. Ctrl-C ends.");
        tokio::select! {
            () = demo.walk() => {}
            stop = asked_to_stop() => stop?,
        }
    }
    demo.stop().await;
    anyhow::ensure!(whole, "not every line was kept once, or stands once wherever it belongs");
    Ok(())
}

fn print(tally: &Tally) {
    let row = |what: &str, n: &dyn std::fmt::Display| say::answer(&format!("{what:<28}{n:>8}"));
    row("posts", &tally.posts);
    for (function, n) in &tally.tagged {
        row(&format!("  tagged {function}"), n);
    }
    row("  untagged, read in turn", &tally.untagged);
    row("digests posted", &tally.digests);
    row("seconds", &format!("{:.1}", tally.seconds));
    for (line, read) in &tally.not_kept {
        say::aside(&format!("line {line} was not kept: {read}"));
    }
    for astray in &tally.astray {
        say::aside(astray);
    }
}
