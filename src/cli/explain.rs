//! `allears tag --explain-rules`: which rules hit how often, which never, and which hit the same words for different functions.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, ensure};

use super::lines::{Labelled, labelled_or_not};
use crate::config::{Config, Env};
use crate::domain::tagging::{RuleHit, Tagger};

/// So many clashes are shown.
const CLASHES: usize = 20;

/// What became of one rule.
#[derive(Debug, Default)]
struct Use {
    texts: u32,
    /// Of them, texts whose label names the rule's function.
    right: u32,
}

/// Prints the report.
pub(super) fn run(dir: &Path, file: &Path) -> anyhow::Result<()> {
    let tagger = Config::load(dir, &Env::process())?.tagger;
    let texts = labelled_or_not(file)?;
    ensure!(!texts.is_empty(), "{} holds no texts", file.display());
    std::io::stdout().lock().write_all(report(&tagger, &texts).as_bytes()).context("standard output ended")
}

fn report(tagger: &Tagger, texts: &[Labelled]) -> String {
    let mut uses: BTreeMap<&str, Use> = BTreeMap::new();
    let mut clashes: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for text in texts {
        let hits = tagger.rules_in(&tagger.read(&text.text));
        for hit in &hits {
            let of_rule = uses.entry(hit.id).or_default();
            of_rule.texts += 1;
            let is_labelled = hit.function.map_or(!text.functions.is_empty(), |of| text.functions.iter().any(|name| name == of.as_str()));
            of_rule.right += u32::from(is_labelled == (hit.weight > 0));
        }
        for pair in clashing(&hits) {
            *clashes.entry(pair).or_default() += 1;
        }
    }
    let with_labels = texts.iter().any(|text| !text.functions.is_empty());
    table(tagger, &uses, with_labels) + &never(tagger, &uses) + &clashes_of(clashes)
}

/// Rules for different functions that share words, each pair once.
fn clashing<'r>(hits: &[RuleHit<'r>]) -> BTreeSet<(&'r str, &'r str)> {
    let mut pairs = BTreeSet::new();
    for (n, one) in hits.iter().enumerate() {
        for other in hits.iter().skip(n + 1).filter(|other| other.function != one.function && one.weight > 0 && other.weight > 0) {
            let share = one.places.iter().any(|a| other.places.iter().any(|b| a.start < b.end && b.start < a.end));
            if share {
                pairs.insert((one.id.min(other.id), one.id.max(other.id)));
            }
        }
    }
    pairs
}

fn table(tagger: &Tagger, uses: &BTreeMap<&str, Use>, with_labels: bool) -> String {
    let width = uses.keys().map(|id| id.len()).max().unwrap_or(0).max(4);
    let right = |used: &Use| f64::from(used.right) * 100.0 / f64::from(used.texts.max(1));
    let heading = if with_labels { "   right" } else { "" };
    let mut rows: Vec<(&str, i16, &Use)> = tagger.rules().filter_map(|(id, weight)| Some((id, weight, uses.get(id)?))).collect();
    rows.sort_by_key(|(.., used)| Reverse(used.texts));
    let rows = rows.into_iter().map(|(id, weight, used)| {
        let right = if with_labels { format!("  {:>5.1}%", right(used)) } else { String::new() };
        format!("{id:width$}  {:>6.1}  {:>5}{right}\n", f64::from(weight) / 1000.0, used.texts)
    });
    std::iter::once(format!("{:width$}  weight  texts{heading}\n", "rule")).chain(rows).collect()
}

fn never(tagger: &Tagger, uses: &BTreeMap<&str, Use>) -> String {
    let never: Vec<&str> = tagger.rules().map(|(id, _)| id).filter(|id| !uses.contains_key(id)).collect();
    match never.as_slice() {
        [] => "\nEvery rule hit.\n".to_owned(),
        [one] => format!("\nOne rule never hit: {one}\n"),
        never => format!("\n{} rules never hit: {}\n", never.len(), never.join(", ")),
    }
}

fn clashes_of(clashes: BTreeMap<(&str, &str), u32>) -> String {
    let mut clashes: Vec<_> = clashes.into_iter().collect();
    clashes.sort_by_key(|(_, texts)| Reverse(*texts));
    let heading = (!clashes.is_empty()).then(|| "\nthe same words, for different functions\n".to_owned());
    let shown = clashes.iter().take(CLASHES).map(|((one, other), texts)| format!("{texts:>5}  {one} and {other}\n"));
    heading.into_iter().chain(shown).collect()
}
