//! What was learned, in force: asked text by text, beside the rules.

use std::ops::Range;

use super::calibrate::{Calibration, Sample};
use super::grams::Grams;
use super::learn::{BIAS, Head, Mark, RULE, Row, Rows, TRUST, Text, Without, blocks, place, scale};
use super::number::single;

/// Which part of what a lesson adds to its own text would be missing without it: its neighbours would pull harder then.
const ALONE: f64 = 0.75;

/// What was learned for some functions. Made anew from all lessons, never changed.
#[derive(Debug, Default)]
pub(super) struct Weights {
    functions: usize,
    /// For each bucket: the square of its inverse document frequency, then a weight for each function. What one gram
    /// needs stands together, so that it costs one look into memory.
    table: Vec<f32>,
    heads: Vec<Rest>,
    calibration: Calibration,
}

/// What stands beside the grams.
#[derive(Debug)]
struct Rest {
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
        let mut heads = Vec::with_capacity(functions);
        let mut withouts = Vec::with_capacity(functions);
        for (function, marks) in marks.iter().enumerate() {
            let (Head { grams, rules, bias, trust }, without) = rows.head(function, rules, marks);
            withouts.push(without);
            put(&mut table, stride, function + 1, &grams);
            heads.push(Rest { rules, bias, trust });
        }
        let mut weights = Self { functions, table, heads, calibration: Calibration::default() };
        weights.calibrate(rows, &withouts);
        weights
    }

    fn calibrate(&mut self, rows: &Rows, withouts: &[Vec<Without>]) {
        // What each text would get without what it taught itself.
        let mut got: Vec<Vec<f32>> = rows.rows().iter().map(|row| self.of_row(row)).collect();
        for (function, withouts) in withouts.iter().enumerate() {
            for without in withouts {
                if let Some(z) = got.get_mut(without.row).and_then(|row| row.get_mut(function)) {
                    *z -= single(without.less * ALONE);
                }
            }
        }
        let mut samples = vec![];
        for (function, withouts) in withouts.iter().enumerate() {
            for without in withouts {
                let Some(row) = got.get(without.row) else { continue };
                let (log_odds, lead) = of_one(row, function);
                samples.push(Sample { log_odds, lead, is: without.is, weight: f64::from(without.weight) });
            }
        }
        self.calibration = Calibration::fit(&samples);
    }

    fn of_row(&self, row: &Row) -> Vec<f32> {
        let prior = row.prior();
        let z = self.sums(row.blocks().map(|block| block.iter().copied()), row.rules(), prior);
        z.iter().zip(prior).map(|(a, b)| a + b).collect()
    }

    /// What is added to what the rules say, for each function, in log-odds.
    pub(super) fn residuals(&self, text: &Text) -> Vec<f32> {
        self.sums(blocks(&text.grams).map(|block| block.iter().map(|gram| gram.bucket)), &text.rules, &text.prior)
    }

    /// What speaks for a function, from what speaks for all: as often right as its log-odds say.
    pub(super) fn mended(&self, sums: &[f32], function: usize) -> f64 {
        let (log_odds, lead) = of_one(sums, function);
        self.calibration.log_odds(log_odds, lead)
    }

    /// What each stretch of a text says for a function, in thousandths of a log-odd.
    pub(super) fn stretches(&self, grams: &Grams, function: usize) -> Vec<(Range<usize>, f32)> {
        let mut stretches = vec![];
        for block in blocks(grams) {
            let scale = scale(block.iter().filter_map(|gram| self.of(gram.bucket).first().copied()));
            stretches.extend(block.iter().filter_map(|gram| {
                let says = self.of(gram.bucket).get(function + 1)? * scale * 1000.0;
                (says != 0.0).then_some((place(gram.from)..place(gram.to), says))
            }));
        }
        stretches
    }

    fn sums(&self, blocks: [impl Iterator<Item = u32>; 2], rules: &[u32], prior: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0_f32; self.functions];
        if self.table.is_empty() {
            return sums;
        }
        for block in blocks {
            let mut block_sums = vec![0.0_f32; self.functions];
            let mut square = 0.0;
            for bucket in block {
                let Some((rarity, weights)) = self.of(bucket).split_first() else { continue };
                square += rarity;
                block_sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
            }
            let scale = scale(std::iter::once(square));
            sums.iter_mut().zip(block_sums).for_each(|(sum, of_block)| *sum += of_block * scale);
        }
        for ((sum, head), prior) in sums.iter_mut().zip(&self.heads).zip(prior) {
            let by_rules = rules.iter().filter_map(|rule| head.rules.get(place(*rule))).sum::<f32>();
            *sum += by_rules * RULE + head.bias * BIAS + head.trust * TRUST * prior;
        }
        sums
    }

    fn of(&self, bucket: u32) -> &[f32] {
        let stride = self.functions + 1;
        let from = place(bucket) * stride;
        self.table.get(from..from + stride).unwrap_or_default()
    }
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
