//! English.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

use super::page::{Block, Line, Page, Piece, bold, code, plain};
use super::quote::{clip, quote};
use crate::domain::feedback::{MOST_CHARACTERS, Origin};
use crate::domain::ids::{ChannelId, FeedbackNo};
use crate::domain::tagging::Tag;

/// How many characters of a record the digest shows in full, and as a line; and its thread.
const IN_FULL: usize = 600;
const AS_LINE: usize = 90;
const IN_THREAD: usize = 160;
/// How many characters of a deciding word the receipt shows: a rule may take a word without end.
const AS_EVIDENCE: usize = 60;

/// A function that reads a record.
#[derive(Debug, Clone)]
pub struct Reader {
    /// What people call it.
    pub name: String,
    /// When it reads next, in its own zone; none where that cannot be told.
    pub reads_at: Option<Zoned>,
}

/// What the teller reads at once.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The record.
    pub no: FeedbackNo,
    /// Under which name it is shown; none where it is not known.
    pub shown_as: Option<String>,
    /// The functions that read it, the lead first.
    pub readers: Vec<Reader>,
    /// The words that decided for the lead; none where it is its turn.
    pub because: Vec<String>,
}

/// The receipt of a record.
pub fn receipt(receipt: &Receipt) -> Page {
    let head = vec![bold(format!("Heard: {}", receipt.no)), plain(format!(", shown as {}", called(receipt.shown_as.as_deref())))];
    let Some((lead, along)) = receipt.readers.split_first() else { return Page(vec![Block::Text(head)]) };
    let mut line: Line = vec![];
    if receipt.because.is_empty() {
        line.extend([plain("No rule fits these words, so they go to one team in turn. "), bold(&lead.name), plain(" reads them")]);
    } else {
        line.extend([bold(&lead.name), plain(format!(" leads ({}) and reads it", quoted(&receipt.because)))]);
    }
    if let Some(at) = &lead.reads_at {
        line.extend([plain(" "), when(at)]);
    }
    line.push(plain("."));
    let names: Vec<&str> = along.iter().map(|reader| reader.name.as_str()).collect();
    if let Some((last, others)) = names.split_last() {
        let names = if others.is_empty() { (*last).to_owned() } else { format!("{} and {last}", others.join(", ")) };
        let verb = if others.is_empty() { "reads" } else { "read" };
        line.extend([plain(" "), bold(names), plain(format!(" {verb} along."))]);
    }
    Page(vec![Block::Text(head), Block::Text(line)])
}

/// The receipt of something that had been told before.
pub fn heard_before(no: Option<FeedbackNo>) -> Page {
    let line = no.map_or_else(
        || "I have had this before. Nothing was added.".to_owned(),
        |no| format!("I have had this before: it is {no}. Nothing was added."),
    );
    Page(vec![Block::Text(vec![plain(line)])])
}

/// How to tell.
pub fn heard_help(command: &str) -> Page {
    Page(vec![
        Block::Text(vec![plain("Tell what a customer said, in their own words where you can:")]),
        Block::Text(vec![code(format!("{command} Acme's CFO says the invoice shows the wrong VAT number"))]),
        Block::Text(vec![plain(
            "I pass it on to the teams that it concerns. Each reads it in the daily digest of its channel, with your name. \
             One thing at a time works best.",
        )]),
    ])
}

/// The words are too many.
pub fn too_long(characters: usize) -> Page {
    say(format!(
        "That is {} characters, and I keep up to {}. Nothing was kept. Shorten it, or tell it in parts.",
        grouped(characters),
        grouped(MOST_CHARACTERS)
    ))
}

/// Somebody of another company.
pub fn not_from_here() -> Page {
    say("I only take what people of this company tell me. Nothing was kept. Ask a colleague here to pass it on.")
}

/// A channel that is not listened to, though the configuration says so: for whoever runs the bot.
pub fn not_public(channel: &str) -> String {
    format!("{channel} is private, and only public channels are listened to: take it out of allears.toml")
}

/// Nothing was kept, for now.
pub fn not_kept(why: NotKept) -> Page {
    say(match why {
        NotKept::Full => "Not kept: my disk is full. Try again in a few minutes; if it stays so, tell whoever runs me.".to_owned(),
        NotKept::Busy => "Not kept: very many people are telling things right now. Try again in a minute.".to_owned(),
        NotKept::Fault { reference } => {
            format!("Not kept: something went wrong on my side. Try again; if it stays so, tell whoever runs me: reference {reference}.")
        }
    })
}

/// Why nothing was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotKept {
    /// No room.
    Full,
    /// Too much at once.
    Busy,
    /// A fault of ours.
    Fault {
        /// What stands in the log beside it.
        reference: String,
    },
}

/// A command that this version does not know.
pub fn unknown_command(known: &str) -> Page {
    Page(vec![Block::Text(vec![
        plain("I do not know that command. To tell what a customer said: "),
        code(format!("{known} what the customer said")),
        plain("."),
    ])])
}

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
    /// Who told it; none where they are not known any more.
    pub told_by: Option<String>,
    /// Where.
    pub origin: Origin,
    /// In which channel.
    pub channel: ChannelId,
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
    aside.extend(told_by(words));
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
    line.extend(told_by(words));
    Block::Text(line)
}

fn withdrawn(no: FeedbackNo) -> Block {
    Block::Aside(vec![bold(no.to_string()), plain(" was withdrawn.")])
}

/// What a person is called, whose name may not be known.
fn called(name: Option<&str>) -> String {
    name.map_or_else(|| "a colleague".to_owned(), |name| format!("@{name}"))
}

fn told_by(words: &Words) -> Line {
    let mut line = vec![plain(format!("told by {} in ", called(words.told_by.as_deref())))];
    line.push(match words.origin {
        Origin::Public | Origin::External => Piece::Channel(words.channel.clone()),
        Origin::Private => plain("a private channel"),
        Origin::Direct => plain("a direct message"),
    });
    line
}

/// A letter could not be delivered, and will not be tried again: for the log of whoever runs the bot.
pub fn cure(error_code: &str, channel: &str) -> String {
    match error_code {
        "not_in_channel" => format!("invite me: type /invite @allears in {channel}"),
        "channel_not_found" => format!(
            "I cannot see {channel}: correct its name in the configuration, invite me if it is private, or see whether it is archived"
        ),
        "is_archived" => format!("{channel} is archived: name another channel in functions.toml"),
        "missing_scope" => "a scope is missing: install the app again from the manifest".to_owned(),
        "invalid_auth" | "token_revoked" | "account_inactive" | "not_authed" => {
            "Slack refuses the bot's token: set a new SLACK_BOT_TOKEN".to_owned()
        }
        other => format!("Slack answered {other} for {channel}: run allears check --live"),
    }
}

/// Slack does not take us at the start.
pub fn cure_at_start(error_code: &str) -> &'static str {
    match error_code {
        "" => "look whether this machine reaches Slack, then start again",
        "invalid_auth" | "not_authed" | "token_revoked" | "token_expired" | "account_inactive" => {
            "set SLACK_BOT_TOKEN to the bot's token, under OAuth & Permissions of your Slack app"
        }
        _ => "run allears check --live",
    }
}

/// Slack opens no line for Socket Mode.
pub fn cure_of_line(error_code: &str) -> &'static str {
    match error_code {
        "" => "look whether this machine reaches Slack, then try again",
        "missing_scope" => "give the app-level token the scope connections:write, under Basic Information of your Slack app",
        "invalid_auth" | "not_authed" | "not_allowed_token_type" => {
            "set SLACK_APP_TOKEN to the app-level token, under Basic Information of your Slack app"
        }
        _ => "switch Socket Mode on in the settings of your Slack app",
    }
}

fn when(at: &Zoned) -> Piece {
    let otherwise = at.strftime("%A %-d %B, %H:%M %Z").to_string();
    Piece::When { at: Timestamp::from(at), otherwise }
}

fn say(text: impl Into<String>) -> Page {
    Page(vec![Block::Text(vec![plain(text)])])
}

/// `"invoice", "VAT number"`: at most three, since a receipt is read at a glance.
fn quoted(words: &[String]) -> String {
    let shown = words.iter().take(3).map(|word| match clip(word, AS_EVIDENCE) {
        all if all.len() == word.len() => format!("“{word}”"),
        beginning => format!("“{beginning}…”"),
    });
    let shown: Vec<String> = shown.collect();
    shown.join(", ")
}

/// `40,000`.
fn grouped(n: usize) -> String {
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
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1000, 40_000, 1_234_567].map(grouped), ["0", "999", "1,000", "40,000", "1,234,567"]);
    }
}
