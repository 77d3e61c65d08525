//! Digests.

use jiff::Zoned;
use jiff::civil::Date;

use super::pieces::{called, when};
use crate::domain::feedback::Origin;
use crate::domain::ids::{ChannelId, FeedbackNo};
use crate::domain::tagging::Tag;
use crate::texts::page::{Block, Line, Page, Piece, bold, plain};
use crate::texts::quote::{clip, quote};

/// How many characters of a record the digest shows in full, and as a line; and its thread.
const IN_FULL: usize = 600;
const AS_LINE: usize = 90;
const IN_THREAD: usize = 160;

/// A record as a digest shows it.
#[derive(Debug, Clone)]
pub struct Item {
    /// The record.
    pub no: FeedbackNo,
    /// The customer's words; none where it was taken back.
    pub words: Option<Words>,
}

/// What a digest says of a record that is there.
#[derive(Debug, Clone)]
pub struct Words {
    /// The customer's words.
    pub verbatim: String,
    /// Their tags.
    pub tags: Vec<Tag>,
    /// Whether it is here by turn, since no rule fitted.
    pub in_turn: bool,
    /// Who said it.
    pub customer: Option<String>,
    /// Who told it; none where they hid their name, or are not known any more.
    pub told_by: Option<String>,
    /// Where; none where that is hidden.
    pub told_in: Option<(Origin, ChannelId)>,
}

/// One message of a digest.
#[derive(Debug, Clone)]
pub struct Digest {
    /// Whose.
    pub function: String,
    /// Of which day.
    pub day: Date,
    /// When it was to be posted, in the function's zone, where it is late.
    pub late: Option<Zoned>,
    /// How many records are new in all.
    pub new: usize,
    /// Which message: nought is the digest itself, the others are its thread.
    pub part: usize,
    /// Of how many messages.
    pub parts: usize,
    /// What this message shows in full, and as lines.
    pub in_full: Vec<Item>,
    /// The others.
    pub as_lines: Vec<Item>,
}

/// One message of a digest.
pub fn digest(digest: &Digest) -> Page {
    let mut blocks = vec![];
    let day = digest.day.strftime("%A %-d %B");
    if digest.part == 0 {
        blocks.push(Block::Heading(format!("What customers told us: {}, {day}", digest.function)));
        let mut line = vec![plain(format!("{} new.", digest.new))];
        if let Some(late) = &digest.late {
            line.extend([plain(" Late: this was due "), when(late), plain(", and I was not running.")]);
        }
        blocks.push(Block::Text(line));
    } else {
        let (part, of) = (digest.part, digest.parts.saturating_sub(1));
        blocks.push(Block::Text(vec![bold(format!("More for {}, {day}", digest.function)), plain(format!(" ({part} of {of})"))]));
    }
    for item in &digest.in_full {
        blocks.extend(in_full(item));
    }
    let most = if digest.part == 0 { AS_LINE } else { IN_THREAD };
    blocks.extend(digest.as_lines.iter().map(|item| as_line(item, most)));
    let shown = digest.in_full.len() + digest.as_lines.len();
    if digest.part == 0 && digest.new > shown {
        blocks.push(Block::Aside(vec![plain(format!("{} more in the thread.", digest.new - shown))]));
    }
    Page(blocks)
}

fn in_full(item: &Item) -> Vec<Block> {
    let Some(words) = &item.words else { return vec![withdrawn(item.no)] };
    let mut aside = vec![bold(item.no.to_string()), plain(", ")];
    aside.extend(whose(words));
    if words.in_turn {
        aside.push(plain(". No rule fits these words: it is your team's turn to read them"));
    }
    vec![Block::Quote(quote(&words.verbatim, &words.tags, IN_FULL)), Block::Aside(aside)]
}

fn as_line(item: &Item, most: usize) -> Block {
    let Some(words) = &item.words else { return withdrawn(item.no) };
    let one_line = words.verbatim.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = clip(&one_line, most);
    let cut = if shown.len() < one_line.len() { "…" } else { "" };
    let mut line = vec![bold(item.no.to_string()), plain(format!(": “{shown}{cut}” "))];
    line.extend(whose(words));
    Block::Text(line)
}

fn withdrawn(no: FeedbackNo) -> Block {
    Block::Aside(vec![bold(no.to_string()), plain(" was withdrawn.")])
}

/// Who told it, and where.
pub fn told_by(who: Option<&str>, place: Option<(Origin, &ChannelId)>) -> Line {
    let mut line = vec![plain(format!("told by {}", called(who)))];
    if let Some((origin, channel)) = place {
        line.push(plain(" in "));
        line.push(match origin {
            Origin::Public | Origin::External => Piece::Channel(channel.clone()),
            Origin::Private => plain("a private channel"),
            Origin::Direct => plain("a direct message"),
        });
    }
    line
}

fn whose(words: &Words) -> Line {
    let customer = words.customer.iter().map(|customer| plain(format!("{customer}, ")));
    let place = words.told_in.as_ref().map(|(origin, channel)| (*origin, channel));
    customer.chain(told_by(words.told_by.as_deref(), place)).collect()
}
