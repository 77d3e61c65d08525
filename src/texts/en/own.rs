//! `/allears`: help, what I told, one record, how the bot is.

use super::alerts::{self, Refused};
use super::care::{self, Dispute, Held, Reference, Stands};
use super::hints::{Hinting, hinting};
use super::manifest::PASS_ON;
use super::pieces::{called, say, shortened, when};
use super::receipts::may_take_back;
use crate::domain::care::Knows;
use crate::domain::feedback::Mode;
use crate::domain::ids::FeedbackNo;
use crate::domain::press::Press;
use crate::texts::page::{Block, Button, Line, Page, bold, code, plain};
use jiff::Zoned;

/// How many digests that wait to be mended the status lists: a message holds 50 blocks.
const MOST_REFUSED: usize = 30;

/// How to use the bot.
pub fn help(command: &str, own: &str, emoji: &str) -> Page {
    let line = |words: String, what: &str| Block::Text(vec![code(words), plain(format!(" {what}"))]);
    Page(vec![
        Block::Text(vec![bold("Ways to tell what a customer said")]),
        line(format!("{command} what the customer said"), "anywhere but in threads"),
        line(command.to_owned(), "opens a form"),
        Block::Text(vec![bold(PASS_ON), plain(" in a message's menu takes the message, or its whole thread")]),
        line(format!(":{emoji}:"), "as a reaction takes the message"),
        Block::Text(vec![plain("A mention or a direct message to me works too")]),
        Block::Text(vec![bold("And then")]),
        line(format!("{own} mine"), "lists what you told, and what became of it"),
        line(format!("{own} open finance"), "lists what nobody has answered there yet; alone how much that is in each team"),
        line(format!("{own} VOC-42"), "shows one record"),
        line(format!("{own} why VOC-42"), "tells why it went where it went"),
        line(format!("{own} try what a customer might say"), "shows where it would go, and keeps nothing"),
        line(format!("{own} digest finance"), "shows you what that team's next digest would say now"),
        line(format!("{own} subscribe finance"), "sends you that team's digest by direct message as well, also at an hour of your own"),
        line(format!("{own} advocate"), "shows whose turn it is in each team to see to its records, and lets you take turns"),
        line(format!("{own} council"), "shows what contradicts us or waits too long, for those who lead teams to decide on"),
        line(format!("{own} spread"), "shows how evenly the company carries the customer"),
        line(format!("{own} status"), "says how I am, and what is off"),
        line(format!("{own} customers"), "lists customers whom colleagues named, and the list does not know; for admins"),
        line(format!("{own} left-out"), "shows what was left out of this channel, to take it after all"),
        line(format!("{own} pause here"), "in a team's channel stops its digest for a while; alone it stops my direct messages to you"),
        line(format!("{own} backfill #channel 90d"), "reads what was said there before; for admins"),
    ])
}

/// A word that is no command.
pub fn unknown_word(own: &str, word: &str, near: Option<&str>) -> Page {
    let mut line: Line = vec![plain(format!("I do not know “{word}”. "))];
    match near {
        Some(near) => line.extend([plain("Did you mean "), code(format!("{own} {near}")), plain("?")]),
        None => line.extend([code(format!("{own} help")), plain(" lists what I know.")]),
    }
    Page(vec![Block::Text(line)])
}

/// One of the things that somebody told.
#[derive(Debug, Clone)]
pub struct Told {
    /// The record.
    pub no: FeedbackNo,
    /// Its words; none where it was taken back.
    pub verbatim: Option<String>,
    /// What became of it.
    pub became: Became,
}

/// What became of a record so far.
#[derive(Debug, Clone)]
pub enum Became {
    /// Its first reader has it before them at this moment.
    Waits {
        /// The function.
        reader: String,
        /// When it reads.
        at: Option<Zoned>,
    },
    /// It stands in these functions' digests.
    Posted {
        /// The functions.
        readers: Vec<String>,
        /// How many colleagues said something of it there.
        replies: usize,
    },
    /// Somebody has it, or has closed it.
    Cared(Stands),
    /// It was taken back.
    Withdrawn,
}

/// What somebody told, newest first.
pub fn mine(told: &[Told], all: bool, command: &str) -> Page {
    if told.is_empty() {
        return Page(vec![Block::Text(vec![
            plain("You have not told anything yet. The first one: "),
            code(format!("{command} what the customer said")),
            plain("."),
        ])]);
    }
    let mut blocks = vec![Block::Text(vec![bold("What you told, newest first")])];
    blocks.extend(told.iter().map(|told| Block::Text(one_of_mine(told))));
    if !all {
        blocks.push(Block::Aside(vec![plain(format!("The last {}; older ones are kept as well.", told.len()))]));
    }
    Page(blocks)
}

pub(super) fn one_of_mine(told: &Told) -> Line {
    let mut line = vec![bold(told.no.to_string())];
    if let Some(verbatim) = &told.verbatim {
        line.push(plain(format!(": “{}”. ", shortened(verbatim))));
    } else {
        line.push(plain(": "));
    }
    line.extend(became(&told.became));
    line
}

fn became(became: &Became) -> Line {
    match became {
        Became::Waits { reader, at } => {
            let mut line = vec![plain(format!("{reader} reads it"))];
            line.extend(at.iter().flat_map(|at| [plain(" "), when(at)]));
            line.push(plain("."));
            line
        }
        Became::Posted { readers, replies } => {
            let said = match replies {
                0 => String::new(),
                1 => " One colleague replied.".to_owned(),
                n => format!(" {n} replies."),
            };
            vec![plain(format!("Read by {}.{said}", readers.join(", ")))]
        }
        Became::Cared(stands) => care::standing(stands),
        Became::Withdrawn => vec![plain("Withdrawn.")],
    }
}

/// How the reader of a record heard it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowHeard {
    /// They told it, and may change it.
    First {
        /// Whether their name is hidden.
        hidden: bool,
    },
    /// They heard it too, and may take that back.
    Too,
    /// Not from a customer.
    Not,
}

/// A record with all that is known of it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The record.
    pub no: FeedbackNo,
    /// The customer's words, with those that decided.
    pub quote: Line,
    /// Who said it.
    pub customer: Option<String>,
    /// Who told it, and where.
    pub told: Line,
    /// The functions that read it.
    pub readers: Vec<String>,
    /// Who has it, or how it was closed.
    pub stands: Stands,
    /// Who has it while nobody took it.
    pub holder: Option<Held>,
    /// What it contradicts, and who says so.
    pub disputed: Option<Dispute>,
    /// Whether the customer knows how it was closed.
    pub knows: Option<Knows>,
    /// Whether they agreed to be a reference.
    pub reference: Option<Reference>,
    /// Whether the reader leads a team, so that they may decide.
    pub leads: bool,
    /// Whether the reader has it, and then whether they may have more time.
    pub has: Option<bool>,
    /// What colleagues said of it: who and what.
    pub replies: Vec<(Option<String>, String)>,
    /// How the reader heard it.
    pub heard: HowHeard,
}

/// One record.
pub fn shown(record: &Shown) -> Page {
    let no = record.no;
    let mut aside = vec![bold(no.to_string()), plain(", ")];
    if let Some(customer) = &record.customer {
        aside.push(plain(format!("{customer}, ")));
    }
    aside.extend(record.told.clone());
    aside.push(plain(if record.readers.is_empty() {
        ". Every team has passed it on.".to_owned()
    } else {
        format!(". Read by {}.", record.readers.join(", "))
    }));
    let mut blocks = vec![Block::Quote(record.quote.clone()), Block::Aside(aside)];
    let mut line = care::contradicts(record.disputed.as_ref());
    line.extend(care::standing(&record.stands));
    line.extend(care::knows(record.knows));
    line.extend(care::reference(record.reference.as_ref()));
    line.extend(record.holder.as_ref().map(|held| plain(format!(" {}", care::held(held)))));
    blocks.push(Block::Text(line));
    for (who, what) in &record.replies {
        blocks.push(Block::Text(vec![bold(called(who.as_deref())), plain(format!(": {}", shortened(what)))]));
    }
    let mut buttons = care::buttons(no, &record.stands);
    buttons.extend(care::refer_button(no, &record.stands, record.reference.as_ref()));
    buttons.extend(care::own_buttons(no, record.has));
    if record.leads {
        buttons.extend(care::council_buttons(no, &record.stands, record.disputed.is_some()));
    }
    if !buttons.is_empty() {
        blocks.push(Block::Buttons(buttons));
    }
    match record.heard {
        HowHeard::First { hidden } => blocks.push(Block::Buttons(vec![
            Button { label: "Edit", press: Press::Edit(no) },
            Button { label: "Teams", press: Press::Teams(no) },
            if hidden {
                Button { label: "Show my name", press: Press::Show(no) }
            } else {
                Button { label: "Hide my name", press: Press::Hide(no) }
            },
            Button { label: "Undo", press: Press::Undo(no) },
        ])),
        HowHeard::Too => blocks.extend(may_take_back(no, format!("You heard {no} too.")).0),
        HowHeard::Not => {}
    }
    Page(blocks)
}

/// A record that is not there.
pub fn no_such(no: FeedbackNo) -> Page {
    say(format!("There is no {no}, or it was withdrawn."))
}

/// How the bot is.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// Channels that are listened to, and how.
    pub listened: Vec<(String, Mode)>,
    /// Whose digests rest, and who chose so.
    pub paused: Vec<String>,
    /// Letters that wait.
    pub waiting: usize,
    /// Digests that wait to be mended.
    pub refused: Vec<Refused>,
    /// What is off, and how to switch it on.
    pub off: Vec<String>,
    /// How asking a language model for hints goes, where one is asked.
    pub hinting: Option<Hinting>,
    /// Of how many records colleagues taught the tagger, how many they are, and how many of them teach more than counts.
    pub taught: (usize, usize, usize),
}

/// How the bot is.
pub fn status(status: &Status) -> Page {
    let mut blocks = vec![Block::Text(vec![bold("I am running"), plain(format!(", version {}.", env!("CARGO_PKG_VERSION")))])];
    let mode = |mode: &Mode| match mode {
        Mode::All => "everything",
        Mode::Filtered => "what a customer seems to have said",
        Mode::Reactions => "reactions alone",
    };
    let listened: Vec<String> = status.listened.iter().map(|(channel, of)| format!("{channel} ({})", mode(of))).collect();
    blocks.push(Block::Text(vec![plain(if listened.is_empty() {
        "I listen to no channel.".to_owned()
    } else {
        format!("I listen to {}.", listened.join(", "))
    })]));
    blocks.extend(status.paused.iter().map(|paused| Block::Text(vec![plain(paused.clone())])));
    blocks.extend(taught(status.taught));
    blocks.extend(status.hinting.as_ref().map(|of| Block::Text(hinting(of))));
    blocks.push(Block::Text(vec![plain(match status.waiting {
        0 => "Nothing waits to be posted.".to_owned(),
        1 => "One message waits to be posted.".to_owned(),
        n => format!("{n} messages wait to be posted."),
    })]));
    blocks.extend(status.refused.iter().take(MOST_REFUSED).map(|refused| Block::Text(alerts::refused(refused))));
    let unlisted = status.refused.len().saturating_sub(MOST_REFUSED);
    if unlisted > 0 {
        blocks.push(Block::Text(vec![plain(format!("{unlisted} more digests wait to be mended."))]));
    }
    if status.off.is_empty() {
        blocks.push(Block::Text(vec![plain("Nothing is off.")]));
    } else {
        blocks.push(Block::Text(vec![bold("What is off")]));
        blocks.extend(status.off.iter().map(|off| Block::Text(vec![plain(off.clone())])));
    }
    Page(blocks)
}

/// What the tagger learned from colleagues; no name, since nobody is to be watched at it.
fn taught((records, people, held): (usize, usize, usize)) -> Option<Block> {
    let people = if people == 1 { "one colleague".to_owned() } else { format!("{people} colleagues") };
    let held = match held {
        0 => String::new(),
        1 => " One of them teaches more than counts in full.".to_owned(),
        n => format!(" {n} of them teach more than counts in full."),
    };
    let records = if records == 1 { "one record".to_owned() } else { format!("{records} records") };
    let said = format!("I learned from {records}, on whose teams {people} said something.{held}");
    (records != "0 records").then(|| Block::Text(vec![plain(said)]))
}

/// Names of customers that the list does not know, and how often each was said.
pub fn candidates(named: &[(String, usize)]) -> Page {
    if named.is_empty() {
        return say("Every customer whom somebody named is on the list.");
    }
    let mut blocks = vec![Block::Text(vec![bold("Customers whom colleagues named, and the list does not know")])];
    blocks.extend(named.iter().map(|(name, times)| Block::Text(vec![plain(format!("{name} ({times})"))])));
    blocks.push(Block::Aside(vec![
        plain("Add those that are customers, or their names as aliases, to "),
        code("accounts.csv"),
        plain(", and start me again."),
    ]));
    Page(blocks)
}

/// Something for admins alone.
pub fn admins_only() -> Page {
    Page(vec![Block::Text(vec![
        plain("That is for admins. They are named under "),
        code("admins"),
        plain(" in allears.toml: ask one of them."),
    ])])
}
