//! Pieces of sentences.

use jiff::{Timestamp, Zoned};

use crate::texts::page::{Block, Page, Piece, plain};
use crate::texts::quote::clip;

/// How many characters of a deciding word the receipt shows: a rule may take a word without end.
const AS_EVIDENCE: usize = 60;
/// How many characters of what somebody said a list shows.
const AS_LINE: usize = 120;

/// What a person is called, whose name may not be known.
pub(super) fn called(name: Option<&str>) -> String {
    name.map_or_else(|| "a colleague".to_owned(), |name| format!("@{name}"))
}

/// `Finance's`, `Sales'`.
pub(super) fn possessive(name: &str) -> String {
    format!("{name}{}", if name.ends_with(['s', 'S']) { "'" } else { "'s" })
}

pub(super) fn when(at: &Zoned) -> Piece {
    let otherwise = at.strftime("%A %-d %B, %H:%M %Z").to_string();
    Piece::When { at: Timestamp::from(at), otherwise }
}

/// What stands behind a text that had to end before its message does.
pub const GOES_ON: &str = "\n… Open the message to read all of it.";

/// Words on one line, cut short.
pub(super) fn shortened(verbatim: &str) -> String {
    let one_line = verbatim.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = clip(&one_line, AS_LINE);
    if shown.len() < one_line.len() { format!("{shown}…") } else { one_line }
}

pub(super) fn say(text: impl Into<String>) -> Page {
    Page(vec![Block::Text(vec![plain(text)])])
}

/// `"invoice", "VAT number"`: at most three, since a receipt is read at a glance.
pub(super) fn quoted(words: &[String]) -> String {
    let shown = words.iter().take(3).map(|word| match clip(word, AS_EVIDENCE) {
        all if all.len() == word.len() => format!("“{word}”"),
        beginning => format!("“{beginning}…”"),
    });
    let shown: Vec<String> = shown.collect();
    shown.join(", ")
}

/// `40,000`.
pub(super) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_end_in_s_take_no_other() {
        assert_eq!(["Finance", "Sales", "HR", "FAQS"].map(possessive), ["Finance's", "Sales'", "HR's", "FAQS'"]);
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1000, 40_000, 1_234_567].map(grouped), ["0", "999", "1,000", "40,000", "1,234,567"]);
    }
}
