//! `allears demo`: the bot on a simulated workspace.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::lines::{EACH_LINE, text_of};
use super::progress::Bar;
use super::serve::Stop;
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
    /// How many weeks of the company's life are told before you come
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u8).range(1..=26))]
    weeks: u8,
    /// End after the replay; exit code 0 only if every line was kept once and stands once wherever it belongs
    #[arg(long, requires = "replay")]
    exit: bool,
}

/// Runs until it is told to stop.
pub(super) async fn run(asked: Asked) -> anyhow::Result<()> {
    log::start(Log { level: LogLevel::Warn, format: LogFormat::Text });
    let Asked { port, keep, replay, weeks, exit } = asked;
    let replay = replay.as_deref().map(read).transpose()?;
    let mut stop = Stop::listen()?;
    say::aside("Starting a simulated workspace and the bot ...");
    let options = Options { port, keep, stories: replay.is_none(), history: usize::from(weeks) - 1 };
    // A kept store has its own history.
    let bar = Bar::new("Weeks before you come", if options.stories { weeks.into() } else { 0 });
    let demo = tokio::select! {
        demo = Demo::start_and_say(&options, || bar.step()) => demo?,
        () = stop.asked() => return Ok(()),
    };
    bar.end();
    let shown = tokio::select! {
        shown = show(&demo, replay, exit) => shown,
        () = stop.asked() => if exit { Err(anyhow::anyhow!("stopped before every line was told")) } else { Ok(()) },
    };
    demo.stop().await;
    shown
}

/// The lines of a file; blank ones are passed over.
fn read(file: &Path) -> anyhow::Result<Replay> {
    let shown = file.display();
    let lines = std::fs::read(file).with_context(|| format!("{shown} cannot be read"))?;
    let numbered = (1..).zip(lines.split(|byte| *byte == b'\n')).filter(|(_, line)| !line.trim_ascii().is_empty());
    let texts = numbered.map(|(number, line)| {
        let text = text_of(line).map_err(|why| anyhow::anyhow!("{shown}: line {number} {why}; {EACH_LINE}"))?;
        Ok((number, text))
    });
    let replay = Replay::of(texts.collect::<anyhow::Result<_>>()?);
    anyhow::ensure!(!replay.is_empty(), "{shown} holds no line to tell");
    Ok(replay)
}

/// Tells what is to be told; then lets the visitor act, for ever unless it is to `exit`.
async fn show(demo: &Demo, replay: Option<Replay>, exit: bool) -> anyhow::Result<()> {
    if let Some(replay) = replay {
        let bar = Bar::new("Telling", u64::try_from(replay.len()).unwrap_or(u64::MAX));
        let tally = replay.run(demo, || bar.step()).await?;
        bar.end();
        print(&tally);
        let verdict = "not every line was kept once, or stands once wherever it belongs";
        anyhow::ensure!(!exit || tally.is_whole(), verdict);
        if !tally.is_whole() {
            say::aside(verdict);
        }
    }
    if !exit {
        say::answer(&format!("All Ears, demo: open {}", demo.url()));
        say::answer("Type /heard and what a customer said, then press Next morning. Ctrl-C ends.");
        demo.walk().await;
    }
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
