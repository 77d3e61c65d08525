//! A line of the journal: one change with all its facts.
//!
//! `crc(head) crc(words) head-json TAB words-json LF`, the checksums CRC-32 in eight hexadecimal digits. JSON escapes
//! tabs and line feeds, so that neither stands in it raw. The head's last field, `lens`, says how many bytes each word
//! takes between its quotation marks: a word that a power cut left half blanked is no JSON any more, and still has
//! to be found.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;

use crate::domain::facts::{Entry, Head};
use crate::domain::ids::Seq;

/// Where a line's head begins: after two checksums, each with a space.
const HEAD: usize = 18;
/// How a head begins: in words, the quotation marks would be escaped.
const SEQ: &[u8] = b"{\"seq\":";
/// Where the checksum of the words stands.
const WORDS_CRC: Range<usize> = 9..17;

/// Why a line is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadLine {
    /// Cut short, or damaged.
    #[error("the line is damaged")]
    Damaged,
    /// Whole, but it says what this program does not know.
    #[error("a newer version wrote it: {0}")]
    Newer(String),
}

/// What an entry cannot be written as.
#[derive(Debug, thiserror::Error)]
#[error("a change cannot be written as a line: {0}")]
pub(super) struct Unwritable(#[from] serde_json::Error);

/// What can be told of a line without its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glance {
    /// Its place.
    pub(super) seq: Seq,
    /// The first place of its write.
    pub(super) group: Seq,
    /// Whether the words are as they were written or blanked; if not, a later fact must order them to be blanked.
    pub(super) words_good: bool,
}

/// Appends an entry's line.
pub(super) fn encode(entry: &Entry, out: &mut Vec<u8>) -> Result<(), Unwritable> {
    let words = entry.words.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let lens: Vec<usize> = words.iter().map(|word| word.len().saturating_sub(2)).collect();
    let mut head = serde_json::to_string(&entry.head)?;
    head.truncate(head.len().saturating_sub(1));
    let head = format!("{head},\"lens\":{}}}", serde_json::to_string(&lens)?);
    let words = format!("[{}]", words.join(","));
    let line = format!("{:08x} {:08x} {head}\t{words}\n", crc(head.as_bytes()), crc(words.as_bytes()));
    out.extend_from_slice(line.as_bytes());
    Ok(())
}

/// Reads a line, without its line feed. Words that are damaged come as blank ones.
pub(super) fn decode(line: &[u8]) -> Result<Entry, BadLine> {
    let parts = Parts::of(line)?;
    let head: Head = serde_json::from_slice(parts.head).map_err(|fault| BadLine::Newer(fault.to_string()))?;
    let words = if parts.words_good() {
        serde_json::from_slice(parts.words).map_err(|_| BadLine::Damaged)?
    } else {
        let salvaged = parts.places()?.into_iter().map(|place| parts.word(&place).unwrap_or_default());
        salvaged.collect()
    };
    Ok(Entry { head, words })
}

/// Reads a line's place, checking all of it.
pub(super) fn glance(line: &[u8]) -> Result<Glance, BadLine> {
    let parts = Parts::of(line)?;
    let short = parts.short()?;
    parts.laid_out(&short.lens)?;
    Ok(Glance { seq: short.seq, group: short.group, words_good: parts.words_good() })
}

/// The place that a line claims, unchecked, from its first bytes.
pub(super) fn claimed_seq(beginning: &[u8]) -> Option<Seq> {
    let digits = beginning.get(HEAD..)?.strip_prefix(SEQ)?;
    let end = digits.iter().position(|b| !b.is_ascii_digit())?;
    std::str::from_utf8(digits.get(..end)?).ok()?.parse().ok().map(Seq)
}

/// What looks like lines in bytes that are no line, as when a line feed is damaged: no word can look like it.
pub(super) fn embedded(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let heads = bytes.windows(SEQ.len()).enumerate().filter(|(_, window)| *window == SEQ);
    let begins: Vec<usize> = heads.filter_map(|(at, _)| at.checked_sub(HEAD)).collect();
    let ends = begins.iter().skip(1).copied().chain([bytes.len()]).collect::<Vec<_>>();
    // The byte between two of them was the line feed.
    begins.into_iter().zip(ends).flat_map(|(from, to)| [bytes.get(from..to.saturating_sub(1)), bytes.get(from..to)]).flatten()
}

/// What is to be written over a line, so that words of it are spaces.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Blanked {
    crc: String,
    /// Where the words stand in the line.
    at: usize,
    words: Vec<u8>,
    /// Whether anything in them could still be read.
    pub(super) changed: bool,
}

impl Blanked {
    /// Places in the line, and what is to stand there.
    pub(super) fn patches(&self) -> [(usize, &[u8]); 2] {
        [(WORDS_CRC.start, self.crc.as_bytes()), (self.at, &self.words)]
    }
}

/// Blanks words of a line, without its line feed. Their checksum is that of the spaces, else it would tell for ever
/// which of a list of names it had been.
pub(super) fn blank(line: &[u8], which: &BTreeSet<u32>) -> Result<Blanked, BadLine> {
    let parts = Parts::of(line)?;
    let mut words = parts.words.to_vec();
    let places = parts.places()?;
    for index in which {
        let place = usize::try_from(*index).ok().and_then(|i| places.get(i)).ok_or(BadLine::Damaged)?;
        words.get_mut(place.clone()).ok_or(BadLine::Damaged)?.fill(b' ');
    }
    let at = line.len().saturating_sub(words.len());
    Ok(Blanked { crc: format!("{:08x}", crc(&words)), at, changed: words != parts.words, words })
}

/// A checksum.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// What recovery needs of a head; the rest is passed over.
#[derive(Deserialize)]
struct Short {
    seq: Seq,
    group: Seq,
    lens: Vec<usize>,
}

/// A line whose head is as it was written.
struct Parts<'a> {
    head: &'a [u8],
    words: &'a [u8],
    words_crc: u32,
}

impl<'a> Parts<'a> {
    fn of(line: &'a [u8]) -> Result<Self, BadLine> {
        Self::split(line).ok_or(BadLine::Damaged)
    }

    fn split(line: &'a [u8]) -> Option<Self> {
        let (head_crc, words_crc) = (hex(line.get(..8)?)?, hex(line.get(WORDS_CRC)?)?);
        let spaces = line.get(8) == Some(&b' ') && line.get(17) == Some(&b' ');
        let rest = line.get(HEAD..)?;
        let tab = rest.iter().position(|b| *b == b'\t')?;
        let (head, words) = (rest.get(..tab)?, rest.get(tab.checked_add(1)?..)?);
        (spaces && crc(head) == head_crc).then_some(Self { head, words, words_crc })
    }

    fn words_good(&self) -> bool {
        crc(self.words) == self.words_crc
    }

    fn short(&self) -> Result<Short, BadLine> {
        serde_json::from_slice(self.head).map_err(|fault| BadLine::Newer(fault.to_string()))
    }

    /// Where each word's bytes stand among the words, without quotation marks.
    fn places(&self) -> Result<Vec<Range<usize>>, BadLine> {
        self.laid_out(&self.short()?.lens)
    }

    fn laid_out(&self, lens: &[usize]) -> Result<Vec<Range<usize>>, BadLine> {
        let mut places = vec![];
        let mut at: usize = 1;
        for len in lens {
            let start = at.saturating_add(1);
            let end = start.saturating_add(*len);
            places.push(start..end);
            at = end.saturating_add(2);
        }
        let whole = if places.is_empty() { 2 } else { at };
        if self.words.len() == whole { Ok(places) } else { Err(BadLine::Damaged) }
    }

    fn word(&self, place: &Range<usize>) -> Option<String> {
        let quoted = self.words.get(place.start.checked_sub(1)?..place.end.checked_add(1)?)?;
        serde_json::from_slice(quoted).ok()
    }
}

/// Eight lower-case hexadecimal digits and nothing else.
pub(super) fn hex(digits: &[u8]) -> Option<u32> {
    let good = digits.len() == 8 && digits.iter().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(b));
    good.then(|| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()).flatten()
}
