//! Reading a file of the journal: line by line, the line of a change, the last line.

use std::io::{self, BufRead, BufReader, Read};

use super::disk::{DiskFile, memory, read_exactly, size};
use super::line;
use crate::domain::ids::Seq;

/// How much is read at once.
const CHUNK: usize = 256 << 10;
/// Below this a search goes line by line.
const NEAR: u64 = 32 << 10;

/// A line as it stands in a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawLine<'a> {
    /// Where it begins.
    pub(super) offset: u64,
    /// Without its line feed.
    pub(super) bytes: &'a [u8],
    /// Whether a line feed ends it.
    pub(super) ended: bool,
}

/// The lines of a file from a place on.
pub(super) struct Lines<'a> {
    from: BufReader<Tail<'a>>,
    offset: u64,
    line: Vec<u8>,
}

struct Tail<'a> {
    file: &'a dyn DiskFile,
    offset: u64,
}

impl Read for Tail<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read_at(to, self.offset)?;
        self.offset = self.offset.saturating_add(size(n));
        Ok(n)
    }
}

impl<'a> Lines<'a> {
    /// `offset` is where a line begins.
    pub(super) fn from(file: &'a dyn DiskFile, offset: u64) -> Self {
        Self::with_chunk(file, offset, CHUNK)
    }

    fn with_chunk(file: &'a dyn DiskFile, offset: u64, chunk: usize) -> Self {
        Self { from: BufReader::with_capacity(chunk, Tail { file, offset }), offset, line: vec![] }
    }

    /// The next line; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<RawLine<'_>>> {
        self.line.clear();
        let offset = self.offset;
        let read = self.from.read_until(b'\n', &mut self.line)?;
        self.offset = self.offset.saturating_add(size(read));
        let ended = self.line.pop_if(|last| *last == b'\n').is_some();
        Ok((read > 0).then_some(RawLine { offset, bytes: &self.line, ended }))
    }
}

/// Finds the line of a change among lines in order, from `start` on, by halves. Its offset and bytes.
pub(super) fn find(file: &dyn DiskFile, start: u64, seq: Seq) -> io::Result<Option<(u64, Vec<u8>)>> {
    let (mut low, mut high) = (start, file.length()?);
    while high.saturating_sub(low) > NEAR {
        let middle = low.midpoint(high);
        // What begins before the middle is passed over: a line that is whole begins after it.
        let mut lines = Lines::with_chunk(file, middle, 8 << 10);
        lines.next()?;
        match lines.next()? {
            Some(line) if line.offset < high && line::claimed_seq(line.bytes).is_some_and(|found| found <= seq) => low = line.offset,
            _ => high = middle.saturating_add(1),
        }
    }
    let mut lines = Lines::with_chunk(file, low, 64 << 10);
    while let Some(line) = lines.next()? {
        match line::claimed_seq(line.bytes) {
            Some(found) if found == seq && line.ended => return Ok(Some((line.offset, line.bytes.to_vec()))),
            Some(found) if found > seq => break,
            _ => {}
        }
    }
    Ok(None)
}

/// The last line of a file, if it is not the header alone and ends.
pub(super) fn last(file: &dyn DiskFile, start: u64) -> io::Result<Option<(u64, Vec<u8>)>> {
    let end = file.length()?;
    let mut window = NEAR;
    loop {
        let from = end.saturating_sub(window).max(start);
        let bytes = read_exactly(file, from, memory(end.saturating_sub(from)))?;
        let Some(body) = bytes.strip_suffix(b"\n") else { return Ok(None) };
        let before = body.iter().rposition(|b| *b == b'\n');
        match before {
            Some(feed) => {
                let line = body.get(feed.saturating_add(1)..).unwrap_or_default();
                return Ok(Some((from.saturating_add(size(feed)).saturating_add(1), line.to_vec())));
            }
            None if from == start => return Ok(Some((start, body.to_vec()))),
            None => window = window.saturating_mul(4),
        }
    }
}
