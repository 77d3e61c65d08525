//! Grams: the pieces of a text whose weights are learned. Words, pairs of words, and stretches of letters within them.
//!
//! Each falls into one of [`BUCKETS`] by its hash; two that share one share a weight, which does little harm.

use std::ops::{Range, RangeInclusive};

use super::fold::{Folded, is_unspaced, joins};

/// Into how many buckets grams fall.
pub(super) const BUCKETS: u32 = 1 << 17;

/// A piece of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gram {
    /// Its bucket.
    pub(super) bucket: u32,
    /// Its first byte in the folded text.
    pub(super) from: u32,
    /// One past its last.
    pub(super) to: u32,
}

/// The grams of a text, in two blocks that weigh alike, however many each holds.
#[derive(Debug, Default)]
pub(super) struct Grams {
    /// Words and pairs of neighbours.
    pub(super) words: Vec<Gram>,
    /// Three to five letters of a word, its edges among them; one to three characters of scripts without spaces.
    pub(super) letters: Vec<Gram>,
}

/// Where a word begins and ends.
const EDGE: char = '\u{2}';
/// Of a word that is longer, the rest is not read letter by letter: nobody means anything by it.
const LONGEST_WORD: usize = 64;

impl Grams {
    /// Reads a folded text.
    pub(super) fn of(text: &Folded) -> Self {
        // About three of letters a byte, and two a word.
        let length = text.as_str().len();
        let mut grams = Self { words: Vec::with_capacity(length / 2), letters: Vec::with_capacity(length * 4) };
        let (mut before, mut letters) = (None, vec![]);
        for word in words(text.as_str()) {
            let Some(said) = text.as_str().get(word.clone()) else { continue };
            if said.starts_with(is_unspaced) {
                grams.unspaced(said, word.start, &mut letters);
                before = None;
            } else {
                let hash = grams.word(said, word.clone(), before.as_ref());
                grams.spaced(said, word.start, &mut letters);
                before = Some((hash, word.start));
            }
        }
        grams
    }

    fn word(&mut self, said: &str, place: Range<usize>, before: Option<&(u64, usize)>) -> u64 {
        let hash = said.chars().fold(Hash::new(1), Hash::add);
        self.words.extend(hash.gram(place.clone()));
        if let Some((first, from)) = before {
            let pair = Hash(hash.0 ^ first.rotate_left(23)).add(' ');
            self.words.extend(pair.gram(*from..place.end));
        }
        hash.0
    }

    /// Three to five letters, where both edges of the word are letters too.
    fn spaced(&mut self, said: &str, from: usize, letters: &mut Vec<(usize, char)>) {
        letters.clear();
        letters.push((0, EDGE));
        letters.extend(said.char_indices().take(LONGEST_WORD));
        letters.push((said.len(), EDGE));
        self.stretches(letters, said.len(), from, 3..=5);
    }

    fn unspaced(&mut self, said: &str, from: usize, letters: &mut Vec<(usize, char)>) {
        letters.clear();
        letters.extend(said.char_indices());
        self.stretches(letters, said.len(), from, 1..=3);
    }

    fn stretches(&mut self, letters: &[(usize, char)], length: usize, from: usize, lengths: RangeInclusive<usize>) {
        for (n, (start, _)) in letters.iter().enumerate() {
            let mut hash = Hash::new(2);
            let rest = letters.get(n..).unwrap_or_default();
            for (taken, (_, c)) in (1..=*lengths.end()).zip(rest) {
                hash = hash.add(*c);
                if lengths.contains(&taken) {
                    let end = rest.get(taken).map_or(length, |(end, _)| *end);
                    self.letters.extend(hash.gram(from + start..from + end));
                }
            }
        }
    }
}

/// The words of a folded text, a stretch of a script without spaces as one.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let kind = |c: char| {
        if joins(c) {
            1
        } else if is_unspaced(c) && c.is_alphanumeric() {
            2
        } else {
            0
        }
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let first = kind(rest.chars().next()?);
            let length = rest.find(|c| kind(c) != first).unwrap_or(rest.len());
            let word = at..at + length;
            at = word.end;
            if first != 0 {
                return Some(word);
            }
        }
    })
}

/// FNV-1a over characters, any digit as zero: what somebody counts says less than that they count.
#[derive(Debug, Clone, Copy)]
struct Hash(u64);

impl Hash {
    fn new(kind: u64) -> Self {
        Self(0xcbf2_9ce4_8422_2325 ^ kind)
    }

    fn add(self, c: char) -> Self {
        let c = if c.is_ascii_digit() { '0' } else { c };
        Self((self.0 ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3))
    }

    fn gram(self, place: Range<usize>) -> Option<Gram> {
        // The upper bits of a product are the well mixed ones.
        let mixed = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let bucket = u32::try_from(mixed % u64::from(BUCKETS)).ok()?;
        Some(Gram { bucket, from: u32::try_from(place.start).ok()?, to: u32::try_from(place.end).ok()? })
    }
}
