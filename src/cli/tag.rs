//! `allears tag`: where texts would go, and why. No store, no network.

use std::io::{BufRead, BufReader, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

use super::lines::{EACH_LINE, text_of};
use super::trained::{Trained, Training};
use super::{explain, say};
use crate::domain::kind::{Kind, Sentiment};
use crate::domain::tagging::{Evidence, Tag};
use crate::domain::urgent::Urgency;

/// Nobody takes what is answered.
const ENDED: &str = "standard output ended";

/// One answer; one JSON line.
#[derive(Serialize)]
struct Answer<'a> {
    functions: Vec<Answered<'a>>,
    untagged: bool,
    /// Why it would go to them at once, if it would.
    #[serde(skip_serializing_if = "Option::is_none")]
    urgent: Option<Urgency>,
    /// What the customer wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    /// How the customer came off.
    #[serde(skip_serializing_if = "Option::is_none")]
    sentiment: Option<Sentiment>,
    /// What tells both.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kind_evidence: Vec<Words<'a>>,
}

#[derive(Serialize)]
struct Answered<'a> {
    name: &'a str,
    p: f64,
    /// What was learned adds to what the rules say, in log-odds.
    #[serde(skip_serializing_if = "Option::is_none")]
    learned: Option<f64>,
    evidence: Vec<Words<'a>>,
}

#[derive(Serialize)]
struct Words<'a> {
    #[serde(rename = "words")]
    said: &'a str,
    rule: &'a str,
    /// In log-odds.
    says: f64,
    start: u32,
    end: u32,
}

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(super) struct Asked {
    /// What a customer said; without any, JSON lines are read from standard input
    #[arg(value_name = "TEXT")]
    texts: Vec<String>,
    #[command(flatten)]
    trained: Training,
    /// Say instead which rules hit how often in these texts, which never, and which clash: JSON lines with a "text", and
    /// perhaps its "functions"
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["texts", "corrections", "functions_from"])]
    explain_rules: Option<PathBuf>,
}

/// Tags the texts given, else JSON lines of standard input.
pub(super) fn run(dir: &Path, asked: &Asked) -> anyhow::Result<()> {
    if let Some(file) = &asked.explain_rules {
        return explain::run(dir, file);
    }
    let trained = Trained::with_corrections(dir, &asked.trained)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let done = if asked.texts.is_empty() {
        from_input(&mut out, &trained)
    } else {
        asked.texts.iter().try_for_each(|text| print(&mut out, &trained, text))
    };
    let done = done.and_then(|()| out.flush().context(ENDED));
    // What was answered before a bad line stands.
    drop(out);
    match done {
        // Whoever has read enough, as `head` has, may close.
        Err(error) if error.downcast_ref().map(std::io::Error::kind) == Some(ErrorKind::BrokenPipe) => Ok(()),
        done => done,
    }
}

fn from_input(out: &mut impl Write, trained: &Trained) -> anyhow::Result<()> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        say::aside("Type JSON lines such as {\"text\": \"the invoice is wrong\"}; Ctrl-D ends.");
    }
    let mut input = BufReader::new(stdin.lock());
    for number in 1_u64.. {
        let mut line = vec![];
        if input.read_until(b'\n', &mut line).context("standard input ended with an error")? == 0 {
            break;
        }
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let text = text_of(line).map_err(|why| anyhow::anyhow!("line {number} of standard input {why}; {EACH_LINE}"))?;
        print(out, trained, &text)?;
        // Somebody may wait for this answer before they ask on.
        if input.buffer().is_empty() {
            out.flush().context(ENDED)?;
        }
    }
    Ok(())
}

fn print(out: &mut impl Write, trained: &Trained, text: &str) -> anyhow::Result<()> {
    let read = trained.read(text);
    let tags = trained.tag(&read);
    let functions = tags.iter().map(|tag| answered(trained, tag, text)).collect();
    let urgent = trained.alarms().and_then(|alarms| alarms.sound(&read));
    let told = trained.kind_of(&read);
    let kind = told.as_ref().filter(|told| told.sure && urgent.is_none()).map(|told| told.is);
    let sentiment = told.as_ref().map(|told| told.is.sentiment());
    let kind_evidence = told.iter().flat_map(|told| &told.evidence).map(|found| words(found, text)).collect();
    let answer = Answer { untagged: tags.is_empty(), functions, urgent, kind, sentiment, kind_evidence };
    writeln!(out, "{}", serde_json::to_string(&answer)?).context(ENDED)
}

fn answered<'a>(trained: &'a Trained, tag: &'a Tag, text: &'a str) -> Answered<'a> {
    let learned = (tag.learned != 0).then(|| f64::from(tag.learned) / 1000.0);
    Answered {
        name: trained.name(&tag.function),
        p: f64::from(tag.p.0) / 1000.0,
        learned,
        evidence: tag.evidence.iter().map(|found| words(found, text)).collect(),
    }
}

fn words<'a>(found: &'a Evidence, text: &'a str) -> Words<'a> {
    let said = text.get(found.span.range()).unwrap_or_default();
    Words { said, rule: &found.rule, says: f64::from(found.says) / 1000.0, start: found.span.start, end: found.span.end }
}
