//! `/allears backfill`: reading what was said in a channel before.

use super::pieces::{grouped, say, shortened, when};
use crate::domain::backfill::{Backfill, Step};
use crate::domain::command::MOST_DAYS;
use crate::domain::ids::ChannelId;
use crate::domain::press::Press;
use crate::texts::page::{Block, Button, Page, Piece, bold, code, plain};
use jiff::Zoned;

/// How to; and how the reading does that is under way, with the moment back to which it has come.
pub fn help(own: &str, under_way: Option<(&Backfill, &Zoned)>) -> Page {
    let mut blocks = vec![];
    if let Some((Backfill { channel, taken, .. }, upto)) = under_way {
        blocks.push(Block::Text(vec![
            plain("I am reading "),
            Piece::Channel(channel.clone()),
            plain(", back to "),
            when(upto),
            plain(format!(" so far. {} ", taken_so_far(*taken))),
            code(format!("{own} backfill stop")),
            plain(" ends it."),
        ]));
    }
    blocks.push(Block::Text(vec![
        code(format!("{own} backfill #channel 90d")),
        plain(format!(
            " reads what was said in a public channel in the last 90 days, up to {MOST_DAYS}. First I look how much that is, and ask."
        )),
    ]));
    Page(blocks)
}

/// A channel that nobody knows, or that we do not see.
pub fn no_such_channel(own: &str) -> Page {
    Page(vec![Block::Text(vec![
        plain("I see no such channel. Type "),
        code("/invite"),
        plain(" with my name in it, then "),
        code(format!("{own} backfill #channel 90d")),
        plain("."),
    ])])
}

/// A channel that only the invited may read.
pub fn not_public() -> Page {
    say("That channel is private. I read back public channels alone: in it, pass on single messages instead.")
}

/// It is being looked how much there is.
pub fn looking(channel: &ChannelId, days: u16) -> Page {
    Page(vec![Block::Text(vec![
        plain("I look what was said in "),
        Piece::Channel(channel.clone()),
        plain(format!(" in the last {}, and tell you here. That may take a minute.", in_days(days))),
    ])])
}

/// How much there is to be read.
#[derive(Debug, Clone)]
pub struct Looked {
    /// Where.
    pub channel: ChannelId,
    /// How many days back.
    pub days: u16,
    /// How many messages would be taken.
    pub messages: usize,
    /// How many replies stand in their threads.
    pub replies: u64,
    /// Whether there are more than were counted.
    pub more: bool,
    /// Some of them.
    pub examples: Vec<String>,
}

/// How much there is, with examples, and the question whether to begin.
pub fn looked(looked: &Looked) -> Page {
    let Looked { channel, days, messages, replies, more, examples } = looked;
    let place = |end: String| vec![plain("In "), Piece::Channel(channel.clone()), plain(end)];
    if *messages == 0 {
        return Page(vec![Block::Text(place(format!(" nothing was said in the last {} that I do not have.", in_days(*days))))]);
    }
    let replies = match replies {
        0 => String::new(),
        1 => ", and the reply in their threads".to_owned(),
        n => format!(", and up to {} replies in their threads", grouped(usize::try_from(*n).unwrap_or(usize::MAX))),
    };
    let messages = match messages {
        1 => "one message".to_owned(),
        n => format!("{} messages", grouped(*n)),
    };
    let how_many = if *more { format!("more than {messages}") } else { messages };
    let mut blocks = vec![Block::Text(place(format!(" I would take {how_many} of the last {}{replies}.", in_days(*days))))];
    if !examples.is_empty() {
        blocks.push(Block::Text(vec![bold("For example")]));
        blocks.extend(examples.iter().map(|words| Block::Quote(vec![plain(shortened(words))])));
    }
    blocks.push(Block::Text(vec![plain(
        "Each goes to the teams that it concerns, in their next digest. Their authors get no message from me. Shall I begin?",
    )]));
    let begin = Press::Backfill { channel: channel.clone(), days: *days };
    blocks.push(Block::Buttons(vec![Button { label: "Begin", press: begin }, Button { label: "No", press: Press::LeaveIt }]));
    Page(blocks)
}

/// Slack does not let us look.
pub fn not_looked(channel: &ChannelId) -> Page {
    Page(vec![Block::Text(vec![
        plain("I cannot read "),
        Piece::Channel(channel.clone()),
        plain(". Nothing was taken. Type "),
        code("/invite"),
        plain(" with my name there, and try again."),
    ])])
}

/// It begins.
pub fn begun(channel: &ChannelId, days: u16, own: &str) -> Page {
    Page(vec![Block::Text(vec![
        plain("I am reading the last "),
        plain(in_days(days)),
        plain(" of "),
        Piece::Channel(channel.clone()),
        plain(", and write to you when I am through. "),
        code(format!("{own} backfill")),
        plain(" says how far I am, "),
        code(format!("{own} backfill stop")),
        plain(" ends it."),
    ])])
}

/// Another one runs.
pub fn one_at_a_time(own: &str) -> Page {
    Page(vec![Block::Text(vec![
        plain("I am reading a channel already, and read one at a time. "),
        code(format!("{own} backfill")),
        plain(" says how far I am."),
    ])])
}

/// Whoever asked stopped it.
pub fn stopped() -> Page {
    say("Stopped. What was taken so far stays.")
}

/// There was nothing to stop.
pub fn none_runs() -> Page {
    say("I am reading no channel.")
}

/// To whoever began it: it has ended.
pub fn ended(backfill: &Backfill) -> Page {
    let Backfill { channel, taken, step, .. } = backfill;
    let how = match step {
        Step::Done => "I am through with ",
        Step::Stopped => "I was told to stop reading ",
        Step::Begun | Step::Read | Step::Refused => "I am not allowed to read on in ",
    };
    let mut line = vec![plain(how), Piece::Channel(channel.clone()), plain(format!(". {}", taken_so_far(*taken)))];
    if *step == Step::Refused {
        line.extend([plain(" Type "), code("/invite"), plain(" with my name there, and begin again: what is taken is not taken twice.")]);
    }
    Page(vec![Block::Text(line)])
}

fn taken_so_far(taken: u64) -> String {
    match taken {
        0 => "Nothing was taken.".to_owned(),
        1 => "One message was taken.".to_owned(),
        n => format!("{} messages were taken.", grouped(usize::try_from(n).unwrap_or(usize::MAX))),
    }
}

fn in_days(days: u16) -> String {
    if days == 1 { "day".to_owned() } else { format!("{days} days") }
}
