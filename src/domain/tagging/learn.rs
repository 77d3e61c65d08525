//! Learning: from what people said of texts to weights.
//!
//! For each function an offset logistic regression. The rules' sum is the offset: where nothing was learned, the rules decide
//! as they are written. What is learned is a residual over grams, what the text means where that is known, rules (any rule may say
//! something of any function), how far the rules' sum is to be trusted, and a threshold; each is pulled towards nothing, so that few
//! lessons change little.
//!
//! It is solved in the dual, one lesson at a time in a fixed order. There, each lesson has one number, from nothing to its
//! weight: how hard it pulls. So a lesson's influence is bounded by construction, and what it did to a text can be told.

use super::decide::BASE;
use super::embeddings::{MEANING, Meaning};
use super::grams::{BUCKETS, Gram, Grams};
use super::number::{count, dot, ln, logistic, per_thousand, scale, single};

/// How hard the first lessons of a function may pull, against the pull towards nothing: the inverse of the strength of
/// regularisation. Few lessons are no reason to be bold; many are: the more there are, the harder each may pull.
const FIRST_PULL: f64 = 2.0;
/// How hard each of very many may pull.
const LAST_PULL: f64 = 20.0;
/// With so many lessons it is half way between.
const HALF_WAY: f64 = 200.0;
/// How freely a rule's weight moves, beside that of a block of grams, which is 1.
pub(super) const RULE: f32 = 0.4;
/// How freely the threshold moves.
pub(super) const BIAS: f32 = 0.6;
/// How freely the trust in the rules' sum moves, for a log-odd.
pub(super) const TRUST: f32 = 0.5;
/// Rounds through all lessons, at most.
const ROUNDS: usize = 50;
/// A head has settled when no lesson's pull changes by more than this share of its weight in a round.
const SETTLED: f64 = 0.005;

/// A text as it is judged or learned from.
#[derive(Debug)]
pub(super) struct Text<'r> {
    pub(super) grams: &'r Grams,
    pub(super) meaning: &'r Meaning,
    /// The rules that it hits.
    pub(super) rules: Vec<u32>,
    /// For each function, what the rules say in sum: log-odds, 0 where none hits.
    pub(super) said: Vec<f32>,
}

/// A text that is learned from.
#[derive(Debug)]
pub(super) struct Row {
    /// The buckets of its words, then of its letters.
    buckets: Vec<u32>,
    /// How many of them are words.
    words: usize,
    /// What the length of each block is divided by.
    scale: [f32; 2],
    /// The square of what it holds beside rules, for every function the same.
    square: f64,
    /// What it means, of length one; empty where nobody knows.
    meaning: Vec<f32>,
    /// The rules that it hits.
    rules: Vec<u32>,
    /// For each function, what the rules say.
    said: Vec<f32>,
}

impl From<Text<'_>> for Row {
    fn from(Text { grams, meaning, rules, said }: Text<'_>) -> Self {
        let buckets = grams.words.iter().chain(&grams.letters).map(|gram| gram.bucket).collect();
        Self { buckets, words: grams.words.len(), scale: [0.0; 2], square: 0.0, meaning: meaning.vector().to_vec(), rules, said }
    }
}

/// Texts to learn from, and how much their grams say.
#[derive(Debug)]
pub(super) struct Rows {
    rows: Vec<Row>,
    /// For each bucket, the square of its inverse document frequency; 0 where no text holds it.
    rarity: Vec<f32>,
}

/// What was learned for one function.
#[derive(Debug, Clone)]
pub(super) struct Head {
    /// For each bucket, times its inverse document frequency.
    pub(super) grams: Vec<f32>,
    /// For each dimension of what a text means.
    pub(super) meaning: Vec<f32>,
    /// For each rule.
    pub(super) rules: Vec<f32>,
    /// Added always.
    pub(super) bias: f32,
    /// Times what the rules say.
    pub(super) trust: f32,
}

/// What is said of one text for one function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// Which text.
    pub(super) row: usize,
    /// Whether it concerns the function.
    pub(super) is: bool,
    /// How much it counts; 1 is one person's word.
    pub(super) weight: f32,
}

/// What is said of one text, and how hard it pulls.
#[derive(Debug)]
struct Pull {
    mark: Mark,
    now: f64,
    most: f64,
    /// Of the text's features.
    square: f64,
}

impl Rows {
    /// Takes texts, and counts how many of them hold each gram.
    pub(super) fn new(texts: impl IntoIterator<Item = Row>) -> Self {
        let mut holding = vec![0_u32; usize::try_from(BUCKETS).unwrap_or_default()];
        let mut rows = vec![];
        for row in texts {
            let mut distinct = row.buckets.clone();
            distinct.sort_unstable();
            distinct.dedup();
            for bucket in distinct {
                holding.get_mut(place(bucket)).into_iter().for_each(|texts| *texts += 1);
            }
            rows.push(row);
        }
        let all = count(rows.len());
        let rarity = holding.into_iter().map(|texts| if texts == 0 { 0.0 } else { rarity(all, texts) }).collect();
        let mut rows = Self { rows, rarity };
        let sizes: Vec<([f32; 2], f64)> = rows.rows.iter().map(|row| rows.size(row)).collect();
        rows.rows.iter_mut().zip(sizes).for_each(|(row, (scale, square))| (row.scale, row.square) = (scale, square));
        rows
    }

    /// What the length of each block is divided by, and the square of what a text holds beside rules.
    fn size(&self, row: &Row) -> ([f32; 2], f64) {
        let (words, letters) = row.buckets.split_at_checked(row.words).unwrap_or_default();
        let blocks = [words, letters];
        let scales = blocks.map(|block| scale(block.iter().map(|bucket| at(&self.rarity, *bucket))));
        let mut square = 0.0;
        for (block, scale) in blocks.into_iter().zip(scales) {
            let mut sorted = block.to_vec();
            sorted.sort_unstable();
            for same in sorted.chunk_by(|a, b| a == b) {
                let (Some(bucket), times) = (same.first(), count(same.len())) else { continue };
                square += times * times * f64::from(at(&self.rarity, *bucket)) * f64::from(scale * scale);
            }
        }
        (scales, square + f64::from(MEANING * MEANING * dot(&row.meaning, &row.meaning)))
    }

    /// For each bucket, the square of its inverse document frequency.
    pub(super) fn rarity(&self) -> &[f32] {
        &self.rarity
    }

    /// Learns one function's head, from what is said of the texts; its number is its place in what the rules say. Says as well which texts
    /// pull, and how hard: towards the function, or below 0 away from it.
    pub(super) fn head(&self, function: usize, rules: usize, marks: &[Mark]) -> (Head, Vec<(usize, f32)>) {
        let dimensions = self.rows.iter().map(|row| row.meaning.len()).max().unwrap_or_default();
        let (grams, meaning) = (vec![0.0; self.rarity.len()], vec![0.0; dimensions]);
        let mut head = Head { grams, meaning, rules: vec![0.0; rules], bias: 0.0, trust: 0.0 };
        let lessons = count(marks.len());
        let most = FIRST_PULL + (LAST_PULL - FIRST_PULL) * lessons / (lessons + HALF_WAY);
        let mut pulls: Vec<Pull> = marks.iter().filter_map(|mark| self.pull(*mark, function, most)).collect();
        for _ in 0..ROUNDS {
            let mut most_moved = 0.0_f64;
            for pull in &mut pulls {
                let Some(row) = self.rows.get(pull.mark.row) else { continue };
                most_moved = most_moved.max(self.step(&mut head, row, function, pull));
            }
            if most_moved < SETTLED {
                break;
            }
        }
        let pulled =
            pulls.iter().filter(|pull| pull.now > 0.0).map(|pull| (pull.mark.row, single(if pull.mark.is { pull.now } else { -pull.now })));
        let pulled = pulled.collect();
        (head, pulled)
    }

    fn pull(&self, mark: Mark, function: usize, most: f64) -> Option<Pull> {
        let row = self.rows.get(mark.row)?;
        Some(Pull { mark, now: 0.0, most: most * f64::from(mark.weight), square: square(row, function) })
    }

    /// Sets one lesson's pull to what fits all others; says by which share of its weight it moved.
    fn step(&self, head: &mut Head, row: &Row, function: usize, pull: &mut Pull) -> f64 {
        let sign = if pull.mark.is { 1.0 } else { -1.0 };
        let margin = sign * f64::from(base() + said(row, function) + Self::residual(head, row, function));
        let next = balance(pull.now, pull.most, pull.square, margin);
        let moved = next - pull.now;
        if moved.abs() > pull.most * SETTLED * 0.1 {
            pull.now = next;
            self.add(head, row, function, single(sign * moved));
        }
        moved.abs() / pull.most
    }

    /// What speaks for each function in one of the texts, by these heads.
    pub(super) fn sums(heads: &[Head], row: &Row) -> Vec<f32> {
        heads.iter().enumerate().map(|(function, head)| base() + said(row, function) + Self::residual(head, row, function)).collect()
    }

    /// What a head adds to the rules' sum for a text.
    fn residual(head: &Head, row: &Row, function: usize) -> f32 {
        let (words, letters) = row.buckets.split_at_checked(row.words).unwrap_or_default();
        let sum = |block: &[u32]| block.iter().map(|bucket| at(&head.grams, *bucket)).sum::<f32>();
        let [by_words, by_letters] = row.scale;
        let rules = row.rules.iter().map(|rule| at(&head.rules, *rule)).sum::<f32>();
        let meaning = dot(&head.meaning, &row.meaning) * MEANING;
        let grams = sum(words) * by_words + sum(letters) * by_letters;
        grams + rules * RULE + head.bias * BIAS + head.trust * TRUST * said(row, function) + meaning
    }

    fn add(&self, head: &mut Head, row: &Row, function: usize, moved: f32) {
        let (words, letters) = row.buckets.split_at_checked(row.words).unwrap_or_default();
        for (block, scale) in [words, letters].into_iter().zip(row.scale) {
            for bucket in block {
                let rarity = at(&self.rarity, *bucket);
                head.grams.get_mut(place(*bucket)).into_iter().for_each(|weight| *weight += moved * scale * rarity);
            }
        }
        head.meaning.iter_mut().zip(&row.meaning).for_each(|(weight, number)| *weight += moved * MEANING * number);
        for rule in &row.rules {
            head.rules.get_mut(place(*rule)).into_iter().for_each(|weight| *weight += moved * RULE);
        }
        head.bias += moved * BIAS;
        head.trust += moved * TRUST * said(row, function);
    }

    /// The texts.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }
}

/// The square of the inverse document frequency of what so many of all texts hold.
fn rarity(all: f64, texts: u32) -> f32 {
    let idf = ln((1.0 + all) / (1.0 + f64::from(texts))) + 1.0;
    single(idf * idf)
}

/// The square of a text's features for a function.
fn square(row: &Row, function: usize) -> f64 {
    let trust = f64::from(TRUST * said(row, function));
    row.square + f64::from(RULE * RULE) * count(row.rules.len()) + f64::from(BIAS * BIAS) + trust * trust
}

/// How hard a lesson pulls where it and all others are in balance: as hard as it is wrong. Newton's steps, kept within bounds.
fn balance(now: f64, most: f64, square: f64, margin: f64) -> f64 {
    let (mut low, mut high) = (0.0, most);
    let mut next = now;
    for _ in 0..8 {
        let wrong = logistic(-(margin + square * (next - now)));
        let over = next - most * wrong;
        if over > 0.0 {
            high = next;
        } else {
            low = next;
        }
        let newton = next - over / (1.0 + most * square * wrong * (1.0 - wrong));
        let then = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        if (then - next).abs() < most * 1e-4 {
            return then;
        }
        next = then;
    }
    next
}

/// Where every function stands before anything is said.
fn base() -> f32 {
    per_thousand(BASE)
}

fn said(row: &Row, function: usize) -> f32 {
    row.said.get(function).copied().unwrap_or_default()
}

pub(super) fn at(table: &[f32], bucket: u32) -> f32 {
    table.get(place(bucket)).copied().unwrap_or_default()
}

pub(super) fn place(bucket: u32) -> usize {
    usize::try_from(bucket).unwrap_or(usize::MAX)
}

/// What a text's grams say, in both blocks.
pub(super) fn blocks(grams: &Grams) -> [&[Gram]; 2] {
    [&grams.words, &grams.letters]
}
