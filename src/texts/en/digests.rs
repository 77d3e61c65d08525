//! Digests.

use jiff::Zoned;
use jiff::civil::Date;

use super::care::{self, Dispute, Reference, Stands};
use super::pieces::{called, grouped, quoted, say, when};
use super::receipts::may_take_back;
use crate::domain::care::Outcome;
use crate::domain::feedback::Origin;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo};
use crate::domain::kind::Kind;
use crate::domain::press::{Choice, Press};
use crate::domain::tagging::Tag;
use crate::texts::page::{Block, Button, Line, Page, Piece, WebAddress, bold, code, plain};
use crate::texts::quote::{clip, quote};

/// How many characters of a record the digest shows in full, and as a line; and its thread.
const IN_FULL: usize = 600;
const AS_LINE: usize = 90;
const IN_THREAD: usize = 160;

/// A record as a digest shows it, with those that say the same.
#[derive(Debug, Clone)]
pub struct Item {
    /// The record.
    pub no: FeedbackNo,
    /// Those that say the same.
    pub same: Vec<FeedbackNo>,
    /// What is said of it.
    pub says: Says,
}

/// What a digest says of a record.
#[derive(Debug, Clone)]
pub enum Says {
    /// It was taken back.
    Withdrawn,
    /// Others read it now.
    Moved {
        /// Whether this function said that it is not theirs, and who.
        declined_by: Option<Option<String>>,
        /// Who reads it.
        to: Vec<String>,
    },
    /// It stood in this channel before.
    Again,
    /// What the customer said.
    Words(Box<Words>),
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
    /// Whether it cannot wait.
    pub is_urgent: bool,
    /// Of which kind it is, where that is known.
    pub kind: Option<Kind>,
    /// Who said it.
    pub customer: Option<String>,
    /// Who told it; none where they hid their name, or are not known any more.
    pub told_by: Option<String>,
    /// Where; none where that is hidden.
    pub told_in: Option<(Origin, ChannelId)>,
    /// How many colleagues heard the same.
    pub heard_too: usize,
    /// Whether there is a message that everybody may read.
    pub has_original: bool,
    /// Who has it, or how it was closed.
    pub stands: Stands,
    /// What it contradicts, and who says so.
    pub disputed: Option<Dispute>,
    /// Whether the customer agreed to be a reference.
    pub reference: Option<Reference>,
}

/// One message of a digest.
#[derive(Debug, Clone)]
pub struct Digest {
    /// Whose.
    pub function: String,
    /// Its id.
    pub id: FunctionId,
    /// Of which day.
    pub day: Date,
    /// When it was to be posted, in the function's zone, where it is late.
    pub late: Option<Zoned>,
    /// How many records are new in all.
    pub new: usize,
    /// How many of them stood in a digest before, and wait too long or came back.
    pub again: usize,
    /// Which message: nought is the digest itself, the others are its thread.
    pub part: usize,
    /// Of how many messages.
    pub parts: usize,
    /// What this message shows in full, and as lines.
    pub in_full: Vec<Item>,
    /// The others.
    pub as_lines: Vec<Item>,
    /// Those that are only counted.
    pub counted: Vec<FeedbackNo>,
    /// Whose turn it is that week to see to its records.
    pub advocate: Option<String>,
    /// How many records the digest itself shows.
    pub shown: usize,
    /// The bot's other command, such as `/allears`, where one person alone reads it.
    pub for_one: Option<String>,
}

/// One message of a digest.
pub fn digest(digest: &Digest) -> Page {
    let mut blocks = vec![];
    let day = digest.day.strftime("%A %-d %B");
    if digest.part == 0 {
        blocks.push(Block::Heading(format!("What customers told us: {}, {day}", digest.function)));
        let mut line = vec![plain(count(digest.new, digest.again))];
        line.extend(digest.advocate.as_ref().map(|who| plain(format!(" This week's advocate: {}.", called(Some(who))))));
        if let Some(late) = &digest.late {
            line.extend([plain(" Late: this was due "), when(late), plain(".")]);
        }
        blocks.push(Block::Text(line));
    } else {
        let (part, of) = (digest.part, digest.parts.saturating_sub(1));
        blocks.push(Block::Text(vec![bold(format!("More for {}, {day}", digest.function)), plain(format!(" ({part} of {of})"))]));
    }
    for item in &digest.in_full {
        blocks.extend(in_full(item, &digest.id, digest.for_one.is_none()));
    }
    let most = if digest.part == 0 { AS_LINE } else { IN_THREAD };
    blocks.extend(digest.as_lines.iter().flat_map(|item| as_line(item, most)));
    if let (Some(first), Some(last)) = (digest.counted.iter().min(), digest.counted.iter().max()) {
        let many = grouped(digest.counted.len());
        blocks.push(Block::Text(vec![plain(format!("{many} more, between {first} and {last}, are kept and not shown one by one."))]));
    }
    if digest.part == 0 && digest.new > digest.shown {
        blocks.push(Block::Aside(vec![plain(format!("{} more in the thread.", grouped(digest.new - digest.shown)))]));
    }
    if let (0, Some(own)) = (digest.part, &digest.for_one) {
        blocks.push(Block::Aside(vec![
            plain("You asked for this digest. To end it: "),
            code(format!("{own} unsubscribe {}", digest.id)),
            plain("."),
        ]));
    }
    Page(blocks)
}

fn count(new: usize, again: usize) -> String {
    let waits =
        if again == 1 { "1 waits too long or came back".to_owned() } else { format!("{} wait too long or came back", grouped(again)) };
    match (new.saturating_sub(again), again) {
        (new, 0) => format!("{} new.", grouped(new)),
        (0, _) => format!("{waits}."),
        (new, _) => format!("{} new, {waits}.", grouped(new)),
    }
}

fn in_full(item: &Item, function: &FunctionId, may_decline: bool) -> Vec<Block> {
    let Says::Words(words) = &item.says else { return in_short(item) };
    let mut line =
        vec![bold(item.no.to_string()), plain(format!("{}{}, ", if words.is_urgent { ", urgent" } else { "" }, kind(words.kind)))];
    line.extend(whose(words));
    line.extend(also_heard(words.heard_too).map(plain));
    if words.in_turn {
        line.push(plain(". No rule fits these words: it is your team's turn to read them"));
    }
    line.extend(care::beside(words.disputed.as_ref(), &words.stands));
    line.extend(care::reference(words.reference.as_ref()));
    let mut blocks = vec![Block::Quote(quote(&words.verbatim, &words.tags, IN_FULL)), Block::Text(line)];
    blocks.extend(the_same(item));
    let mut menu = menu(item.no, function, words);
    // For a function its members speak.
    menu.retain(|button| may_decline || !matches!(button.press, Press::Item(_, Choice::NotOurs(_))));
    let mut buttons = care::buttons(item.no, &words.stands);
    buttons.extend(care::refer_button(item.no, &words.stands, words.reference.as_ref()));
    blocks.push(Block::Menu(buttons, menu));
    blocks
}

/// Of which kind it is, where a reader does not see that otherwise.
fn kind(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Wish) => ", a wish",
        Some(Kind::Question) => ", a question",
        Some(Kind::Problem | Kind::Praise) | None => "",
    }
}

/// At most five: <https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element>.
pub(super) fn menu(no: FeedbackNo, function: &FunctionId, words: &Words) -> Vec<Button> {
    let mut menu = vec![
        Button { label: "I heard this too", press: Press::Item(no, Choice::HeardToo) },
        Button { label: "Not ours", press: Press::Item(no, Choice::NotOurs(function.clone())) },
        Button { label: "Why here?", press: Press::Item(no, Choice::Why(function.clone())) },
    ];
    if words.disputed.is_none() && matches!(words.stands, Stands::Open { .. } | Stands::Taken { .. }) {
        menu.push(Button { label: "This contradicts us", press: Press::Item(no, Choice::Contradict) });
    }
    if matches!(words.stands, Stands::Closed { outcome: Outcome::Thanked, .. }) {
        menu.push(Button { label: "It needs an answer", press: Press::Item(no, Choice::NeedsAnswer) });
    }
    if words.has_original {
        menu.push(Button { label: "Open original", press: Press::Item(no, Choice::Original) });
    }
    menu
}

fn as_line(item: &Item, most: usize) -> Vec<Block> {
    let Says::Words(words) = &item.says else { return in_short(item) };
    let one_line = words.verbatim.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = clip(&one_line, most);
    let cut = if shown.len() < one_line.len() { "…" } else { "" };
    let customer = words.customer.as_ref().map(|customer| format!("{customer}, ")).unwrap_or_default();
    let heard = also_heard(words.heard_too).unwrap_or_default();
    let told_by = called(words.told_by.as_deref());
    let urgent = if words.is_urgent { " (urgent)" } else { "" };
    let stands = care::in_short(&words.stands).map(|stands| format!(" ({stands})")).unwrap_or_default();
    let line = format!("{}{urgent}: “{shown}{cut}” {customer}told by {told_by}{heard}{stands}", item.no);
    let mut blocks = vec![Block::Pressable(line, Button { label: "Open", press: Press::Item(item.no, Choice::Open) })];
    blocks.extend(the_same(item));
    blocks
}

/// A record of which there is little to say.
fn in_short(item: &Item) -> Vec<Block> {
    let no = bold(item.no.to_string());
    let line = match &item.says {
        Says::Withdrawn => vec![no, plain(" was withdrawn.")],
        Says::Again => vec![no, plain(" stands in this channel already.")],
        Says::Moved { declined_by: Some(who), to } => {
            let next = if to.is_empty() { String::new() } else { format!(" {} next.", reads(to)) };
            vec![no, plain(format!(" is not ours, says {}.{next}", called(who.as_deref())))]
        }
        Says::Moved { declined_by: None, to } => vec![no, plain(format!(" concerns others. {}.", reads(to)))],
        Says::Words(_) => vec![no],
    };
    let mut blocks = vec![Block::Text(line)];
    blocks.extend(the_same(item));
    blocks
}

fn reads(functions: &[String]) -> String {
    match functions {
        [] => "Nobody reads it".to_owned(),
        [one] => format!("{one} reads it"),
        [firsts @ .., last] => format!("{} and {last} read it", firsts.join(", ")),
    }
}

fn the_same(item: &Item) -> Option<Block> {
    let numbers: Vec<String> = item.same.iter().map(ToString::to_string).collect();
    let verb = if numbers.len() == 1 { "says" } else { "say" };
    (!numbers.is_empty()).then(|| Block::Text(vec![plain(format!("{} {verb} the same.", numbers.join(", ")))]))
}

fn also_heard(colleagues: usize) -> Option<String> {
    (colleagues > 0).then(|| format!(", {} more heard it", grouped(colleagues)))
}

/// How somebody counts at a record who says that they heard it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// From now on.
    Now,
    /// They did before.
    Before,
    /// They told it.
    AsTeller,
}

/// To whoever heard a record too.
pub fn heard_too(no: FeedbackNo, counted: Counted) -> Page {
    let before = || format!("You are counted for {no} already.");
    match counted {
        Counted::Now => may_take_back(no, format!("Noted: you heard {no} too. The digest says so.")),
        Counted::Before => may_take_back(no, before()),
        Counted::AsTeller => say(before()),
    }
}

/// To whoever took back that they heard a record too, now or before.
pub fn not_heard(no: FeedbackNo) -> Page {
    say(format!("{no} does not count you any more. If it was another matter that you heard, tell it: it gets a number of its own."))
}

/// To whoever said that a record is not theirs.
pub fn not_ours(no: FeedbackNo, readers: &[String], new: bool) -> Page {
    say(match (new, readers.is_empty()) {
        (true, false) => format!("Thank you: I learn from that. {no} goes on. {}.", reads(readers)),
        (true, true) => format!("Thank you: I learn from that. Every team has passed {no} on, so that the council sees it."),
        (false, false) => format!("{no} was passed on before. {}.", reads(readers)),
        (false, true) => format!("Every team has passed {no} on, so that the council sees it."),
    })
}

/// Why a function reads a record.
#[derive(Debug, Clone)]
pub enum Why {
    /// Because of these words.
    Words(Vec<String>),
    /// A person chose so.
    Chosen,
    /// No rule fitted, and it was this function's turn.
    Turn,
    /// It does not any more.
    NotAnyMore,
}

/// To whoever asks why.
pub fn why(no: FeedbackNo, function: &str, why: &Why) -> Page {
    say(match why {
        Why::Words(words) => format!(
            "{no} is here since these words speak for {function}: {}. If that is wrong, choose Not ours: I learn from it.",
            quoted(words)
        ),
        Why::Chosen => format!("{no} is here since a colleague chose {function} for it."),
        Why::Turn => format!("No rule fits the words of {no}, so that it goes to one team in turn. It was the turn of {function}."),
        Why::NotAnyMore => format!("{no} does not concern {function} any more."),
    })
}

/// To whoever asks for the message that a record was made of.
pub fn original(no: FeedbackNo, link: Option<WebAddress>) -> Page {
    match link {
        Some(url) => {
            Page(vec![Block::Text(vec![plain(format!("{no} was said here: ")), Piece::Link { label: "open the message".to_owned(), url }])])
        }
        None => say(format!("There is no message of {no} that I may show.")),
    }
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

pub(super) fn whose(words: &Words) -> Line {
    let customer = words.customer.iter().map(|customer| plain(format!("{customer}, ")));
    let place = words.told_in.as_ref().map(|(origin, channel)| (*origin, channel));
    customer.chain(told_by(words.told_by.as_deref(), place)).collect()
}
