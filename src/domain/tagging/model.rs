//! What was learned, in force: asked text by text, beside the rules.

use std::ops::Range;

use super::calibrate::{Calibration, Sample};
use super::embeddings::{Embeds, MEANING};
use super::grams::Gram;
use super::learn::{BIAS, Head, Mark, RULE, Rows, TRUST, Text, blocks, place};
use super::number::{count, dot, scale, single};

/// Into so many parts lessons are dealt out for calibration: each part is judged by what the others teach.
const PARTS: usize = 3;
/// Of more lessons than this one part alone is judged: it has enough to say.
const MANY: usize = 1000;

/// About so many lessons teach what judges the others, at most: more take long, and would hardly judge otherwise.
const TEACH: usize = 10_000;

/// What was learned for some functions. Made anew from all lessons, never changed.
#[derive(Debug, Default)]
pub(super) struct Weights {
    functions: usize,
    /// For each bucket: the square of its inverse document frequency, then a weight for each function. What one gram
    /// needs stands together, so that it costs one look into memory.
    table: Vec<f32>,
    heads: Vec<Rest>,
    calibration: Calibration,
    /// For each function, the lessons that pull, by their place, and how hard.
    pulled: Vec<Vec<(usize, f32)>>,
}

/// What stands beside the grams.
#[derive(Debug)]
struct Rest {
    meaning: Vec<f32>,
    rules: Vec<f32>,
    bias: f32,
    trust: f32,
}

impl Weights {
    /// Learns from texts what was said of them, function by function.
    pub(super) fn learn(rows: &Rows, rules: usize, marks: &[Vec<Mark>]) -> Self {
        let functions = marks.len();
        let stride = functions + 1;
        let mut table = vec![0.0; rows.rarity().len() * stride];
        put(&mut table, stride, 0, rows.rarity());
        let (mut heads, mut pulled) = (Vec::with_capacity(functions), Vec::with_capacity(functions));
        for (function, marks) in marks.iter().enumerate() {
            let (Head { grams, meaning, rules, bias, trust }, pulls) = rows.head(function, rules, marks);
            pulled.push(pulls);
            put(&mut table, stride, function + 1, &grams);
            heads.push(Rest { meaning, rules, bias, trust });
        }
        Self { functions, table, heads, pulled, calibration: calibrated(rows, rules, marks) }
    }

    /// What is added to what the rules say, for each function, in log-odds.
    pub(super) fn residuals(&self, text: &Text<'_>) -> Vec<f32> {
        let mut sums = vec![0.0_f32; self.functions];
        if self.table.is_empty() {
            return sums;
        }
        for block in blocks(text.grams) {
            let mut block_sums = vec![0.0_f32; self.functions];
            let mut square = 0.0;
            for gram in block {
                let Some((rarity, weights)) = self.of(gram.bucket).split_first() else { continue };
                square += rarity;
                block_sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
            }
            let scale = scale(std::iter::once(square));
            sums.iter_mut().zip(block_sums).for_each(|(sum, of_block)| *sum += of_block * scale);
        }
        for ((sum, head), said) in sums.iter_mut().zip(&self.heads).zip(&text.said) {
            let by_rules = text.rules.iter().filter_map(|rule| head.rules.get(place(*rule))).sum::<f32>();
            *sum += by_rules * RULE + head.bias * BIAS + head.trust * TRUST * said;
            *sum += dot(&head.meaning, text.meaning.vector()) * MEANING;
        }
        sums
    }

    /// What speaks for a function, from what speaks for all: as often right as its log-odds say.
    pub(super) fn mended(&self, sums: &[f32], function: usize) -> f64 {
        let (log_odds, lead) = of_one(sums, function);
        self.calibration.log_odds(log_odds, lead)
    }

    /// The lessons that pull at a function, by their place, and how hard.
    pub(super) fn pulled(&self, function: usize) -> &[(usize, f32)] {
        self.pulled.get(function).map_or(&[], Vec::as_slice)
    }

    /// How alike two texts are to a function: times a lesson's pull, that is what it adds to the other text, in log-odds.
    pub(super) fn likeness(&self, one: &Text<'_>, other: &Text<'_>, function: usize) -> f32 {
        let mut sum = BIAS * BIAS;
        for (one, other) in blocks(one.grams).into_iter().zip(blocks(other.grams)) {
            let scale = |block: &[Gram]| scale(block.iter().filter_map(|gram| self.of(gram.bucket).first().copied()));
            let buckets = |block: &[Gram]| {
                let mut buckets: Vec<u32> = block.iter().map(|gram| gram.bucket).collect();
                buckets.sort_unstable();
                buckets
            };
            let (ones, others) = (buckets(one), buckets(other));
            let in_both = ones.iter().map(|bucket| {
                let times = others.partition_point(|other| other <= bucket) - others.partition_point(|other| other < bucket);
                self.of(*bucket).first().copied().unwrap_or_default() * single(count(times))
            });
            sum += in_both.sum::<f32>() * scale(one) * scale(other);
        }
        let rules = one.rules.iter().filter(|rule| other.rules.contains(rule)).count();
        let said = |text: &Text<'_>| text.said.get(function).copied().unwrap_or_default() * TRUST;
        let meaning = dot(one.meaning.vector(), other.meaning.vector()) * MEANING * MEANING;
        sum + single(count(rules)) * RULE * RULE + said(one) * said(other) + meaning
    }

    /// What each stretch of a text says for a function, in thousandths of a log-odd; what it means, by whom it was read.
    pub(super) fn stretches(&self, text: &Text<'_>, embeds: Option<&dyn Embeds>, function: usize) -> Vec<(Range<usize>, f32)> {
        let mut stretches = vec![];
        for block in blocks(text.grams) {
            let scale = scale(block.iter().filter_map(|gram| self.of(gram.bucket).first().copied()));
            stretches.extend(block.iter().filter_map(|gram| {
                let says = self.of(gram.bucket).get(function + 1)? * scale * 1000.0;
                (says != 0.0).then_some((place(gram.from)..place(gram.to), says))
            }));
        }
        if let (Some(embeds), Some(head)) = (embeds, self.heads.get(function)) {
            stretches.extend(text.meaning.shares(embeds, &head.meaning).map(|(place, says)| (place, says * 1000.0)));
        }
        stretches
    }

    fn of(&self, bucket: u32) -> &[f32] {
        let stride = self.functions + 1;
        let from = place(bucket) * stride;
        self.table.get(from..from + stride).unwrap_or_default()
    }
}

/// How far log-odds are to be mended, from how right each part of the lessons would be judged by the others.
fn calibrated(rows: &Rows, rules: usize, marks: &[Vec<Mark>]) -> Calibration {
    let parts = if rows.rows().len() > MANY { 1 } else { PARTS };
    let mut samples = vec![];
    for part in 0..parts {
        let is_judged = |row: usize| row % PARTS == part;
        let thinned = rows.rows().len().div_ceil(TEACH);
        let teaches = |row: usize| !is_judged(row) && (row / PARTS).is_multiple_of(thinned);
        let of_others = |marks: &Vec<Mark>| marks.iter().copied().filter(|mark| teaches(mark.row)).collect::<Vec<_>>();
        let heads: Vec<Head> = marks.iter().enumerate().map(|(function, marks)| rows.head(function, rules, &of_others(marks)).0).collect();
        let sums: Vec<Vec<f32>> =
            rows.rows().iter().enumerate().map(|(n, row)| if is_judged(n) { Rows::sums(&heads, row) } else { vec![] }).collect();
        for (function, marks) in marks.iter().enumerate() {
            samples.extend(marks.iter().filter(|mark| is_judged(mark.row)).filter_map(|mark| {
                let (log_odds, lead) = of_one(sums.get(mark.row)?, function);
                Some(Sample { log_odds, lead, is: mark.is, weight: f64::from(mark.weight) })
            }));
        }
    }
    Calibration::fit(&samples)
}

fn put(table: &mut [f32], stride: usize, column: usize, values: &[f32]) {
    for (row, value) in table.chunks_exact_mut(stride).zip(values) {
        row.get_mut(column).into_iter().for_each(|cell| *cell = *value);
    }
}

/// What speaks for one function, and its lead over the strongest of the others.
fn of_one(all: &[f32], function: usize) -> (f64, f64) {
    let z = f64::from(all.get(function).copied().unwrap_or_default());
    let others = all.iter().enumerate().filter(|(other, _)| *other != function).map(|(_, z)| f64::from(*z));
    let rival = others.fold(f64::NEG_INFINITY, f64::max);
    (z, if rival.is_finite() { z - rival } else { 0.0 })
}
