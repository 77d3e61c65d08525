//! What the filter left out of a channel.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::pieces::{say, when};
use crate::domain::noise::LeftOutBecause;
use crate::domain::press::{Place, Press};
use crate::texts::page::{Block, Button, Page, Piece, WebAddress, bold, plain};

/// A message that the filter left out; no words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// When it was said.
    pub at: Timestamp,
    /// Why it was left out.
    pub why: LeftOutBecause,
    /// Where it stands.
    pub place: Place,
    /// Leads there, where that is known.
    pub link: Option<WebAddress>,
}

/// What was left out of a channel, newest first, and whether that is all.
pub fn left_out(messages: &[LeftOut], all: bool) -> Page {
    if messages.is_empty() {
        return say("Nothing that was said here in the last seven days waits to be looked through: all of it was passed on or is gone.");
    }
    let mut blocks = vec![Block::Text(vec![bold("Left out here in the last seven days, newest first")])];
    for LeftOut { at, why, place, link } in messages {
        let mut line = vec![when(&at.to_zoned(TimeZone::UTC)), plain(format!(": {} ", because(*why)))];
        line.extend(link.clone().map(|url| Piece::Link { label: "Read it".to_owned(), url }));
        blocks.push(Block::Text(line));
        blocks.push(Block::Buttons(vec![Button { label: "Pass it on", press: Press::Rescue(place.clone()) }]));
    }
    let rest = if all { "" } else { " Older ones show once these are passed on." };
    blocks.push(Block::Aside(vec![plain(format!(
        "None of these words were kept.{rest} Pass on what a customer said: the filter learns from it. Its author is told, and can remove it."
    ))]));
    Page(blocks)
}

fn because(why: LeftOutBecause) -> &'static str {
    match why {
        LeftOutBecause::Emoji => "it is emoji and marks alone.",
        LeftOutBecause::Link => "it is links and mentions alone.",
        LeftOutBecause::Greeting => "it reads like a greeting or thanks.",
        LeftOutBecause::Logistics => "it reads like the day's work, such as a meeting, a deploy or lunch.",
        LeftOutBecause::Short => "it is only a few words, and none of them speaks of a customer.",
        LeftOutBecause::NoSign => "nothing in it speaks of a customer.",
    }
}

/// The channel is not one of which something is left out.
pub fn not_filtered() -> Page {
    say("Nothing is left out here: this channel is not filtered. Ask in one that is.")
}

/// Somebody who is not in the channel.
pub fn members_only() -> Page {
    say("What was left out here is for members of this channel. Join it, then ask again.")
}

/// A message that was left out and cannot be passed on.
pub fn cannot_be_passed_on() -> Page {
    say("That message cannot be passed on: it is gone, it has no words, or somebody of another company wrote it. Nothing was passed on.")
}
