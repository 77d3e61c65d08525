//! `allears evaluate`: how right the tagger is on texts whose functions are known. No store, no network.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::lines::{Labelled, labelled};
use super::trained::{Trained, Training};
use crate::domain::evaluation::{COVERAGES, Report, Score};

/// After so many corrections the curve of learning is looked at.
const CURVE: [usize; 8] = [0, 5, 20, 50, 200, 1000, 5000, 20_000];
/// So many confusions are shown in the table.
const CONFUSIONS: usize = 8;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(super) struct Asked {
    /// Texts with all their functions: JSON lines with a "text" and its "functions", none for what no customer said
    #[arg(value_name = "FILE.jsonl")]
    texts: PathBuf,
    #[command(flatten)]
    trained: Training,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// A point of the curve of learning.
struct Point {
    corrections: usize,
    report: Report,
}

/// Prints how right the tagger is.
pub(super) fn run(dir: &Path, asked: &Asked) -> anyhow::Result<()> {
    let texts = labelled(&asked.texts)?;
    ensure!(!texts.is_empty(), "{} holds no texts", asked.texts.display());
    let mut trained = Trained::new(dir, &asked.trained)?;
    trained.say_unknown(&texts, &asked.texts);
    let corrections = match &asked.trained.corrections {
        Some(path) => labelled(path).inspect(|corrections| trained.say_unknown(corrections, path))?,
        None => vec![],
    };
    let curve = curve(&mut trained, &texts, &corrections);
    let shown = if asked.json { as_json(&trained, &curve).to_string() + "\n" } else { as_table(&trained, &curve) };
    std::io::stdout().lock().write_all(shown.as_bytes()).context("standard output ended")
}

/// Reports after some of the corrections and after all of them, which come last.
fn curve(trained: &mut Trained, texts: &[Labelled], corrections: &[Labelled]) -> Vec<Point> {
    let some = CURVE.into_iter().filter(|n| *n < corrections.len());
    let points = some.chain([corrections.len()]).map(|n| {
        trained.learn(corrections.get(..n).unwrap_or_default());
        let judged: Vec<_> = texts.iter().map(|text| trained.judge(text)).collect();
        Point { corrections: n, report: Report::of(&judged, trained.names().len()) }
    });
    points.collect()
}

fn as_json(trained: &Trained, curve: &[Point]) -> Value {
    let name = |n: usize| trained.names().get(n).map_or("", String::as_str);
    let score = |score: &Score| {
        json!({ "precision": score.precision(), "recall": score.recall(), "f1": score.f1(),
                "right": score.right, "wrong": score.wrong, "missed": score.missed })
    };
    let points: Vec<Value> = curve
        .iter()
        .map(|Point { corrections, report }| json!({ "corrections": corrections, "total": score(&report.total), "top1": report.top1 }))
        .collect();
    let Some(Point { report, .. }) = curve.last() else { return Value::Null };
    let functions: serde_json::Map<String, Value> =
        report.functions.iter().enumerate().map(|(n, of)| (name(n).to_owned(), score(of))).collect();
    let confused: Vec<Value> = report
        .confused
        .iter()
        .map(|(label, lead, texts)| json!({ "label": name(*label), "lead": lead.map(name), "texts": texts }))
        .collect();
    let precision_at: Vec<Value> = COVERAGES
        .iter()
        .zip(&report.precision_at)
        .map(|(coverage, p)| json!({ "coverage": f64::from(*coverage) / 100.0, "precision": p }))
        .collect();
    json!({ "texts": report.texts.0, "chatter": report.texts.1, "functions": functions, "total": score(&report.total), "top1": report.top1,
            "left_alone": report.left_alone, "precision_at": precision_at, "calibration_error": report.calibration_error,
            "confused": confused, "curve": points })
}

fn as_table(trained: &Trained, curve: &[Point]) -> String {
    let Some(Point { report, .. }) = curve.last() else { return String::new() };
    let width = trained.names().iter().map(|name| name.chars().count()).max().unwrap_or(0).max(8);
    let mut lines = vec![format!("{:width$}  precision  recall     F1  texts", "function")];
    lines.extend(trained.names().iter().zip(&report.functions).map(|(name, score)| row(width, name, *score)));
    lines.push(row(width, "in total", report.total));
    let (texts, chatter) = report.texts;
    let line = |what: &str, share: Option<f64>| format!("{what:<60} {}", percent(share));
    lines.push(line(&format!("the surest function is right, of {} texts that concern one", texts - chatter), report.top1));
    lines.push(line(&format!("nothing is tagged, of {chatter} texts that concern none"), report.left_alone));
    let covered = COVERAGES.iter().zip(&report.precision_at);
    lines.extend(
        covered.map(|(coverage, share)| line(&format!("the surest function is right, of the surest {coverage} % of all texts"), *share)),
    );
    lines.push(line("probabilities are off by, on average", report.calibration_error));
    lines.extend(confusions(trained, report));
    if curve.len() > 1 {
        lines.push("\ncorrections     F1  surest is right".to_owned());
        lines.extend(curve.iter().map(|Point { corrections, report }| {
            format!("{corrections:>11}  {}  {:>15}", percent(report.total.f1()), percent(report.top1))
        }));
    }
    lines.join("\n") + "\n"
}

fn row(width: usize, name: &str, score: Score) -> String {
    let (precision, recall, f1) = (percent(score.precision()), percent(score.recall()), percent(score.f1()));
    format!("{name:width$}  {precision:>9}  {recall}  {f1}  {:>5}", score.right + score.missed)
}

fn confusions(trained: &Trained, report: &Report) -> Vec<String> {
    let name = |n: usize| trained.names().get(n).map_or("", String::as_str);
    let heading = (!report.confused.is_empty()).then(|| "\nmost often mistaken".to_owned());
    let shown = report.confused.iter().take(CONFUSIONS).map(|(label, lead, texts)| {
        let lead = lead.map_or("nobody", name);
        format!("{texts:>5}  {} went to {lead}", name(*label))
    });
    heading.into_iter().chain(shown).collect()
}

/// Six characters wide.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| format!("{:>6}", "-"), |share| format!("{:>5.1}%", share * 100.0))
}
