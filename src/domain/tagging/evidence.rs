//! The words that decided, as people are shown them.

use std::cmp::Reverse;
use std::ops::Range;

use super::decide::HINT;
use super::fold::{Folded, is_unspaced};
use super::grams::words;
use super::passage::Passage;
use super::tag::{Evidence, HINTED, LEARNED, Span};

/// At most so many places are shown of what was learned.
const SHOWN: usize = 3;
/// Learned words say at least so much, in thousandths of a log-odd, and at least half of what the weightiest says.
const WORTH: f32 = 100.0;
/// Shorter words show nobody anything: "of", "la", "es".
const SHORTEST: usize = 3;

/// Words that speak, in bytes of the folded text.
#[derive(Debug, Clone)]
pub(super) struct Words<'r> {
    pub(super) place: Range<usize>,
    /// The rule that found them, or [`LEARNED`], or [`HINTED`](super::tag::HINTED).
    pub(super) rule: &'r str,
    /// How much they say, in thousandths of a log-odd.
    pub(super) says: i16,
}

/// The person's own words, those that overlap as one; where rules share words, the heavier one is named.
pub(super) fn shown(mut words: Vec<Words<'_>>, text: &Passage<'_>) -> Vec<Evidence> {
    words.sort_by_key(|words| (words.place.start, Reverse(words.place.end)));
    let mut merged: Vec<Words<'_>> = Vec::with_capacity(words.len());
    for next in words {
        match merged.last_mut() {
            Some(last) if next.place.start < last.place.end => {
                last.place.end = last.place.end.max(next.place.end);
                if next.says > last.says {
                    (last.rule, last.says) = (next.rule, next.says);
                }
            }
            _ => merged.push(next),
        }
    }
    let shown = merged.into_iter().filter_map(|words| {
        let span: Span = text.folded().span(text.text(), words.place)?;
        Some(Evidence { rule: words.rule.to_owned(), span, says: words.says })
    });
    shown.collect()
}

/// The same with words that a hint points at; what they overlap becomes one with them, and the heavier is named.
pub(super) fn hinted(mut evidence: Vec<Evidence>, span: Span) -> Vec<Evidence> {
    let mut hint = Evidence { rule: HINTED.to_owned(), span, says: HINT };
    evidence.retain(|found| {
        let apart = found.span.end <= hint.span.start || hint.span.end <= found.span.start;
        if !apart {
            hint.span = Span { start: hint.span.start.min(found.span.start), end: hint.span.end.max(found.span.end) };
            if found.says > hint.says {
                (hint.rule, hint.says) = (found.rule.clone(), found.says);
            }
        }
        apart
    });
    evidence.push(hint);
    evidence.sort_by_key(|found| found.span);
    evidence
}

/// The words that what was learned rests on, from what each stretch of the folded text says.
///
/// What a stretch says is shared by the words that it touches; characters of scripts without spaces are words of their own.
pub(super) fn learned(stretches: &[(Range<usize>, f32)], folded: &Folded) -> Vec<Words<'static>> {
    let places = units(folded.as_str());
    let mut says = vec![0.0_f32; places.len()];
    for (stretch, said) in stretches {
        let first = places.partition_point(|place| place.end <= stretch.start);
        let touched = places.get(first..).unwrap_or_default().iter().take_while(|place| place.start < stretch.end).count();
        let share = said / f32::from(u16::try_from(touched.max(1)).unwrap_or(u16::MAX));
        says.iter_mut().skip(first).take(touched).for_each(|word| *word += share);
    }
    let most = says.iter().copied().fold(0.0, f32::max);
    let worth = (most * 0.5).max(WORTH);
    let mut found: Vec<Words<'static>> = vec![];
    for (place, said) in places.into_iter().zip(says).filter(|(place, said)| *said >= worth && is_shown(folded.as_str(), place)) {
        let says = super::number::thousandths(said);
        match found.last_mut() {
            // Characters without spaces between them make one word.
            Some(last) if last.place.end == place.start => {
                last.place.end = place.end;
                last.says = last.says.saturating_add(says);
            }
            _ => found.push(Words { place, rule: LEARNED, says }),
        }
    }
    found.sort_by_key(|words| Reverse(words.says));
    found.truncate(SHOWN);
    found
}

fn is_shown(text: &str, place: &Range<usize>) -> bool {
    let word = text.get(place.clone()).unwrap_or_default();
    word.starts_with(is_unspaced) || word.chars().count() >= SHORTEST
}

fn units(text: &str) -> Vec<Range<usize>> {
    let mut units = vec![];
    for word in words(text) {
        let said = text.get(word.clone()).unwrap_or_default();
        if said.starts_with(is_unspaced) {
            units.extend(said.char_indices().map(|(at, c)| word.start + at..word.start + at + c.len_utf8()));
        } else {
            units.push(word);
        }
    }
    units
}
