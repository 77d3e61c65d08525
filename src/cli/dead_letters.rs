//! `allears dead-letters`: what Slack sent and the bot could not read, and how it gets a second look.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use anyhow::Context;
use clap::{Args, Subcommand};

use super::{say, store};
use crate::clock::Clock;
use crate::store::local::{Again, DeadLetter, DeadLetters, LetterName};

/// Below the help.
const HOW_TO: &str = "\
Examples:
  allears dead-letters                          one line each: name, time, size, kind; no words
  allears dead-letters --show 2026-11-25.3      that one as it came
  allears dead-letters replay                   all that had no second look yet
  allears dead-letters replay 2026-11-25.3

They are deleted after seven days, whatever was done with them.";

/// What is asked for.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = HOW_TO)]
pub(super) struct Asked {
    /// Show one as it came; it may hold customers' words
    #[arg(long, value_name = "NAME")]
    show: Option<LetterName>,
    #[command(subcommand)]
    then: Option<Then>,
}

#[derive(Debug, Subcommand)]
enum Then {
    /// Have the bot look at them again: within a minute where it runs, else at its next start
    Replay {
        /// Which; without any, all that had no second look yet
        #[arg(value_name = "NAME")]
        names: Vec<LetterName>,
    },
}

/// Lists, shows or asks for a second look.
pub(super) fn run(dir: &Path, asked: &Asked) -> anyhow::Result<()> {
    let letters = DeadLetters::of(&store::data(dir)?);
    match asked {
        Asked { then: Some(Then::Replay { names }), .. } => replay(&letters, names),
        Asked { show: Some(name), .. } => show(&letters, *name),
        Asked { show: None, then: None } => list(&letters),
    }
}

fn list(letters: &DeadLetters) -> anyhow::Result<()> {
    let (mut counts, mut first) = (vec![], None);
    let waiting: BTreeSet<LetterName> = letters.asked().context(UNREADABLE)?.into_iter().flat_map(|asked| asked.letters).collect();
    // A day at a time: that is as much as may lie in memory.
    for day in letters.days().context(UNREADABLE)? {
        let of_day = letters.of_day(day).context(UNREADABLE)?;
        let Some(newest) = of_day.last() else { continue };
        let bytes: usize = of_day.iter().map(|letter| letter.frame.len()).sum();
        counts.push(format!("{day}: {}, {bytes} bytes", number(of_day.len())));
        first = Some(newest.name);
        for letter in &of_day {
            let DeadLetter { name, at, frame, again } = letter;
            let what = What(letter);
            let looked = match again {
                _ if waiting.contains(name) => "; waits for its second look",
                None => "",
                Some(Again::Understood) => "; understood when looked at again",
                Some(Again::NotUnderstood) => "; looked at again, and still not understood",
            };
            say::answer(&format!("{name}  {}  {} bytes  {what}{looked}", at.strftime("%H:%M:%SZ"), frame.len()));
        }
    }
    for count in &counts {
        say::answer(count);
    }
    match first {
        None => say::answer(NONE),
        Some(name) => say::aside(&format!(
            "`allears dead-letters --show {name}` shows one, with its words; `allears dead-letters replay` has the bot look at them again"
        )),
    }
    Ok(())
}

fn show(letters: &DeadLetters, name: LetterName) -> anyhow::Result<()> {
    let frame = find(letters, name)?.frame;
    // What came from outside must not steer the terminal.
    let mut safe = String::with_capacity(frame.len());
    for c in frame.chars() {
        if c.is_control() && c != '\n' { safe.extend(c.escape_default()) } else { safe.push(c) }
    }
    say::answer(&safe);
    Ok(())
}

fn replay(letters: &DeadLetters, names: &[LetterName]) -> anyhow::Result<()> {
    let mut wanted = BTreeSet::new();
    for name in names {
        anyhow::ensure!(find(letters, *name)?.delivery().is_some(), "{name} is no delivery: it can be shown, not replayed");
        wanted.insert(*name);
    }
    if names.is_empty() {
        for day in letters.days().context(UNREADABLE)? {
            let of_day = letters.of_day(day).context(UNREADABLE)?;
            wanted.extend(of_day.iter().filter(|letter| letter.again.is_none() && letter.delivery().is_some()).map(|letter| letter.name));
        }
    }
    if wanted.is_empty() {
        say::answer("Nothing to replay: no dead letter waits for its second look. Name one to have it looked at once more.");
        return Ok(());
    }
    letters.ask(Clock::system().now(), &wanted).context("the dead letters' folder cannot be written to: run this as the bot's user")?;
    let count = number(wanted.len());
    say::answer(&format!("{count} to be looked at again: within a minute where the bot runs, else at its next start."));
    say::aside("`allears dead-letters` says what came of it");
    Ok(())
}

fn find(letters: &DeadLetters, name: LetterName) -> anyhow::Result<DeadLetter> {
    let of_day = letters.of_day(name.day()).context(UNREADABLE)?;
    let found = of_day.into_iter().find(|letter| letter.name == name);
    found.with_context(|| format!("{name}: there is no such dead letter; `allears dead-letters` lists them"))
}

const NONE: &str = "No dead letters: the bot understood all that Slack sent in the last seven days.";
const UNREADABLE: &str = "the dead letters cannot be read: run this as the bot's user";

fn number(letters: usize) -> String {
    if letters == 1 { "1 dead letter".to_owned() } else { format!("{letters} dead letters") }
}

/// What a letter is, in Slack's words for it, none of anybody else's.
struct What<'a>(&'a DeadLetter);

impl fmt::Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((kind, payload)) = self.0.delivery() else { return f.write_str("no delivery: it can be shown, not replayed") };
        f.write_str(name_of_slacks(&kind))?;
        let event = payload.get("event").unwrap_or(&payload);
        for part in ["type", "subtype"].into_iter().filter_map(|part| event.get(part)?.as_str()) {
            write!(f, " {}", name_of_slacks(part))?;
        }
        Ok(())
    }
}

/// A name as Slack gives them; what looks otherwise may be anybody's words.
fn name_of_slacks(name: &str) -> &str {
    let usual = name.len() <= 60 && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.:".contains(c));
    if usual { name } else { "(an odd name)" }
}
