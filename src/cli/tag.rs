//! `allears tag`: where texts would go, and why. No store, no network.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use super::lines::{EACH_LINE, text_of};
use super::say;
use crate::config::{Config, Env};
use crate::domain::tagging::{Tag, Tagger};

/// One answer; one JSON line.
#[derive(Serialize)]
struct Answer<'a> {
    functions: Vec<Answered<'a>>,
    untagged: bool,
}

#[derive(Serialize)]
struct Answered<'a> {
    name: &'a str,
    p: f64,
    evidence: Vec<Words<'a>>,
}

#[derive(Serialize)]
struct Words<'a> {
    #[serde(rename = "words")]
    said: &'a str,
    rule: &'a str,
    start: u32,
    end: u32,
}

/// Tags the texts given, else JSON lines of standard input.
pub(super) fn run(dir: &Path, texts: &[String]) -> anyhow::Result<()> {
    let config = Config::load(dir, &Env::process())?;
    let tagger = config.tagger;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for text in texts {
        print(&mut out, &tagger, text)?;
    }
    if texts.is_empty() {
        if std::io::stdin().is_terminal() {
            say::aside("Type JSON lines such as {\"text\": \"the invoice is wrong\"}; Ctrl-D ends.");
        }
        from_input(&mut out, &tagger)?;
    }
    out.flush().context("standard output ended")
}

fn from_input(out: &mut impl Write, tagger: &Tagger) -> anyhow::Result<()> {
    for (index, line) in std::io::stdin().lock().split(b'\n').enumerate() {
        let line = line.context("standard input ended with an error")?;
        let number = index + 1;
        let text = text_of(&line).map_err(|why| anyhow::anyhow!("line {number} of standard input {why}; {EACH_LINE}"))?;
        print(out, tagger, &text)?;
    }
    Ok(())
}

fn print(out: &mut impl Write, tagger: &Tagger, text: &str) -> anyhow::Result<()> {
    let tags = tagger.tag(text);
    let answer = Answer { untagged: tags.is_empty(), functions: tags.iter().map(|tag| answered(tag, text)).collect() };
    serde_json::to_writer(&mut *out, &answer).context("standard output ended")?;
    out.write_all(b"\n").context("standard output ended")
}

fn answered<'a>(tag: &'a Tag, text: &'a str) -> Answered<'a> {
    let words = tag.evidence.iter().map(|found| {
        let (start, end) = (found.span.start, found.span.end);
        let place = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        let said = place.and_then(|(start, end)| text.get(start..end)).unwrap_or_default();
        Words { said, rule: &found.rule, start, end }
    });
    Answered { name: tag.function.as_str(), p: f64::from(tag.p.0) / 1000.0, evidence: words.collect() }
}
