//! What could not be delivered: to whoever can mend it, and in the status.

use jiff::Zoned;
use jiff::civil::Date;

use super::cures::{Cure, cure_in};
use super::pieces::{say, when};
use crate::domain::ids::FeedbackNo;
use crate::texts::page::{Block, Line, Page, Piece, bold, code, plain};

/// How many blocks a message may have.
const MOST_BLOCKS: usize = 50;

/// What a function's channel does not get.
#[derive(Debug, Clone, Copy)]
pub enum Missed {
    /// Its digest of a day.
    Digest(Date),
    /// A record that cannot wait.
    Urgent(FeedbackNo),
    /// The company's week, of a day.
    Rollup(Date),
}

/// Slack refuses what a function should read.
#[derive(Debug, Clone)]
pub struct Undelivered {
    /// What.
    pub what: Missed,
    /// Whose.
    pub function: String,
    /// Slack's error code; empty where it gave no good answer.
    pub code: String,
    /// Its channel, as the reader may know it.
    pub channel: Piece,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a digest that Slack refuses.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It is tried until that day.
    Tried(Date),
    /// It is tried no more.
    Dropped {
        /// One of its records, which are kept.
        shows: Option<FeedbackNo>,
        /// The bot's other command, such as `/allears`.
        own: String,
    },
}

/// What waits to be mended, as the status lists it.
#[derive(Debug, Clone)]
pub struct Refused {
    /// What.
    pub what: Missed,
    /// Whose.
    pub function: String,
    /// Since when it is refused.
    pub since: Zoned,
    /// Slack's error code.
    pub code: String,
    /// Its channel, where the reader may know it.
    pub channel: Option<Piece>,
}

/// To an admin: nothing comes in any more.
pub fn no_sockets() -> Page {
    say("Socket Mode was switched off for me, so that I hear nothing any more. Switch it on in the settings of the Slack app, under \
         Socket Mode.")
}

/// To the lead of a function and to admins: its digest cannot be posted, or was dropped.
pub fn undelivered(undelivered: &Undelivered) -> Page {
    let Undelivered { what, function, code: error_code, channel, fate } = undelivered;
    let Cure { why, step } = cure_in(error_code, channel);
    let what = match what {
        Missed::Digest(day) => format!("The digest for {function} of {}", day.strftime("%A %-d %B")),
        Missed::Urgent(no) => format!("Urgent word for {function} ({no})"),
        Missed::Rollup(day) => format!("The company's week of {}", day.strftime("%A %-d %B")),
    };
    let mut line = match fate {
        Fate::Tried(_) => vec![bold(format!("{what} cannot be posted."))],
        Fate::Dropped { .. } => vec![bold(format!("{what} was dropped, and at least a part of it was not posted."))],
    };
    line.push(plain(" "));
    line.extend(capital(why));
    match fate {
        Fate::Tried(until) => {
            let until = until.strftime("%A %-d %B");
            line.push(plain(format!(". I try every ten minutes until {until}, and post it once that is mended. To mend it, ")));
        }
        Fate::Dropped { shows, own } => {
            line.push(plain(". What stood in it is kept"));
            line.extend(shows.iter().flat_map(|no| [plain(": "), code(format!("{own} {no}")), plain(" shows one of its records")]));
            line.push(plain(". So that the next one comes, "));
        }
    }
    line.extend(step);
    line.push(plain("."));
    Page(vec![Block::Text(line)])
}

/// A digest that waits, in the status.
pub(super) fn refused(refused: &Refused) -> Line {
    let Refused { what, function, since, code, channel } = refused;
    let what = match what {
        Missed::Digest(day) => format!("the digest of {}", day.strftime("%A %-d %B")),
        Missed::Urgent(no) => format!("the urgent {no}"),
        Missed::Rollup(day) => format!("the week of {}", day.strftime("%A %-d %B")),
    };
    let Cure { why, step } = cure_in(code, &channel.clone().unwrap_or_else(|| plain("its channel")));
    let mut line = vec![bold(function.clone()), plain(format!(": {what} waits since ")), when(since)];
    line.push(plain(". "));
    line.extend(capital(why));
    line.push(plain(". To mend it, "));
    line.extend(step);
    line.push(plain("."));
    line
}

/// Says of a page that it may have been posted before.
#[must_use]
pub fn may_be_repeat(page: Page) -> Page {
    let Page(mut blocks) = page;
    let (full, said) = (blocks.len() >= MOST_BLOCKS, || plain("This may be a repeat."));
    match blocks.last_mut() {
        Some(Block::Text(line) | Block::Aside(line)) if full => line.extend([plain(" "), said()]),
        _ => blocks.push(Block::Aside(vec![said()])),
    }
    Page(blocks)
}

/// The same with its first letter as a sentence begins, where that is a word of ours.
fn capital(mut line: Line) -> Line {
    if let Some(Piece::Plain(first)) = line.first_mut() {
        let mut letters = first.chars();
        *first = letters.next().map_or_else(String::new, |letter| letter.to_uppercase().chain(letters).collect());
    }
    line
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn text(page: &Page) -> String {
        let lines = page.0.iter().map(|block| match block {
            Block::Text(line) | Block::Aside(line) => line
                .iter()
                .map(|piece| match piece {
                    Piece::Plain(text) | Piece::Bold(text) | Piece::Code(text) => text.as_str(),
                    Piece::When { otherwise, .. } => otherwise.as_str(),
                    Piece::Channel(id) => id.as_str(),
                    Piece::Link { label, .. } => label.as_str(),
                })
                .collect::<String>(),
            Block::Heading(_) | Block::Quote(_) | Block::Chart { .. } | Block::Buttons(_) | Block::Menu(..) | Block::Pressable(..) => {
                String::new()
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn of(code: &str, fate: Fate) -> String {
        let (function, channel) = ("Finance".to_owned(), plain("#finance-voice"));
        text(&undelivered(&Undelivered { what: Missed::Digest(date(2026, 11, 23)), function, code: code.to_owned(), channel, fate }))
    }

    #[test]
    fn each_cause_has_its_cure_and_the_next_step_comes_last() {
        let waits = |code| of(code, Fate::Tried(date(2026, 11, 30)));
        insta::assert_snapshot!(waits("not_in_channel"), @"The digest for Finance of Monday 23 November cannot be posted. I am not in #finance-voice. I try every ten minutes until Monday 30 November, and post it once that is mended. To mend it, invite me: type /invite @allears in #finance-voice.");
        insta::assert_snapshot!(waits("is_archived"), @"The digest for Finance of Monday 23 November cannot be posted. #finance-voice is archived. I try every ten minutes until Monday 30 November, and post it once that is mended. To mend it, name another channel in functions.toml.");
        insta::assert_snapshot!(waits("restricted_action_read_only_channel"), @"The digest for Finance of Monday 23 November cannot be posted. I may not post in #finance-voice. I try every ten minutes until Monday 30 November, and post it once that is mended. To mend it, let apps post there, in the channel's settings, or name another channel in functions.toml.");
        insta::assert_snapshot!(waits("missing_scope"), @"The digest for Finance of Monday 23 November cannot be posted. A scope is missing. I try every ten minutes until Monday 30 November, and post it once that is mended. To mend it, install the app again from the manifest.");
        insta::assert_snapshot!(waits("token_revoked"), @"The digest for Finance of Monday 23 November cannot be posted. Slack refuses the bot's token. I try every ten minutes until Monday 30 November, and post it once that is mended. To mend it, set a new SLACK_BOT_TOKEN.");
        insta::assert_snapshot!(waits("an_error_of_tomorrow"), @"The digest for Finance of Monday 23 November cannot be posted. Slack answered an_error_of_tomorrow for #finance-voice. I try every ten minutes until Monday 30 November, and post it once that is mended. To mend it, run allears check --live.");
    }

    #[test]
    fn what_was_dropped_says_that_its_records_are_kept() {
        let dropped = |code| of(code, Fate::Dropped { shows: Some(FeedbackNo(7)), own: "/allears".to_owned() });
        insta::assert_snapshot!(dropped("invalid_blocks"), @"The digest for Finance of Monday 23 November was dropped, and at least a part of it was not posted. Slack does not take it as it is (invalid_blocks). What stood in it is kept: /allears VOC-7 shows one of its records. So that the next one comes, report it: that is a fault of mine.");
        insta::assert_snapshot!(dropped(""), @"The digest for Finance of Monday 23 November was dropped, and at least a part of it was not posted. Slack gave no good answer. What stood in it is kept: /allears VOC-7 shows one of its records. So that the next one comes, look whether this machine reaches Slack, and run allears check --live.");
    }

    #[test]
    fn a_repeat_is_said_in_a_block_of_its_own_unless_there_is_no_room() {
        let lines = |n| Page(vec![Block::Text(vec![plain("words")]); n]);
        let repeated = |n| may_be_repeat(lines(n));
        assert_eq!((repeated(49).0.len(), repeated(50).0.len()), (50, 50));
        assert!(text(&repeated(49)).ends_with("words\nThis may be a repeat."));
        assert!(text(&repeated(50)).ends_with("words This may be a repeat."));
    }

    #[test]
    fn the_status_names_no_channel_that_the_reader_may_not_know() {
        let since = date(2026, 11, 23).at(9, 0, 0, 0).in_tz("Europe/Berlin").unwrap();
        let mut one = Refused {
            what: Missed::Digest(since.date()),
            function: "Finance".to_owned(),
            since,
            code: "is_archived".to_owned(),
            channel: None,
        };
        insta::assert_snapshot!(text(&Page(vec![Block::Text(refused(&one))])), @"Finance: the digest of Monday 23 November waits since Monday 23 November, 09:00 CET. Its channel is archived. To mend it, name another channel in functions.toml.");
        one.channel = Some(plain("#finance-voice"));
        insta::assert_snapshot!(text(&Page(vec![Block::Text(refused(&one))])), @"Finance: the digest of Monday 23 November waits since Monday 23 November, 09:00 CET. #finance-voice is archived. To mend it, name another channel in functions.toml.");
    }
}
