//! Reading another team's digest by direct message.

use jiff::Zoned;
use jiff::civil::Time;

use super::pieces::{possessive, say, when};
use crate::domain::function::FunctionId;
use crate::texts::page::{Block, Page, bold, code, plain};
use crate::texts::quote::clip;

/// How much of what somebody typed is repeated.
const MOST_REPEATED: usize = 60;

/// A digest that somebody reads by direct message.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// Whose.
    pub function: String,
    /// Its id.
    pub id: FunctionId,
    /// At which time of day.
    pub at: Time,
    /// In which zone, by its IANA name.
    pub zone: String,
}

/// How to, and what they read already.
pub fn help(own: &str, theirs: &[Subscription]) -> Page {
    let line = |words: String, what: &str| Block::Text(vec![code(words), plain(format!(" {what}"))]);
    let mut blocks = vec![
        line(format!("{own} subscribe finance"), "that team's digest comes to you by direct message as well, at its hour in your zone"),
        line(format!("{own} subscribe finance at 8:30"), "the same at an hour of your own"),
        line(format!("{own} subscribe finance at 8:30 in Europe/Berlin"), "the same in another zone"),
        line(format!("{own} unsubscribe finance"), "it comes no more"),
    ];
    blocks.extend(theirs.iter().map(|one| Block::Text(vec![plain("You read "), bold(one.function.clone()), plain(at(one))])));
    Page(blocks)
}

fn at(one: &Subscription) -> String {
    format!(" at {} ({}).", one.at.strftime("%H:%M"), one.zone)
}

/// It comes from here on.
pub fn begun(own: &str, function: &str, id: &FunctionId, next: Option<&Zoned>) -> Page {
    let mut line = vec![plain(format!("{of} digest comes to you by direct message, when something is new", of = possessive(function)))];
    line.extend(next.into_iter().flat_map(|next| [plain(": the first "), when(next)]));
    line.extend([plain(". To end it: "), code(format!("{own} unsubscribe {id}")), plain(".")]);
    Page(vec![Block::Text(line)])
}

/// It comes no more.
pub fn ended(function: &str, did_read: bool) -> Page {
    say(if did_read {
        format!("{of} digest comes to you no more.", of = possessive(function))
    } else {
        format!("{of} digest did not come to you. Nothing was changed.", of = possessive(function))
    })
}

/// A zone that is not known.
pub fn no_such_zone(own: &str, typed: &str) -> Page {
    let shown = clip(typed, MOST_REPEATED);
    Page(vec![Block::Text(vec![
        plain(format!("I do not know the zone “{shown}”. Name one like Europe/Berlin or America/New_York: ")),
        code(format!("{own} subscribe finance at 8:30 in Europe/Berlin")),
        plain("."),
    ])])
}

/// For the page at home: whose digests come to them, in a line.
pub(super) fn summary(one: &Subscription) -> String {
    format!("{}{}", one.function, at(one))
}
