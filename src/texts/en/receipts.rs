//! What whoever tells something reads at once.

use jiff::Zoned;

use super::manifest::PASS_ON;
use super::pieces::{called, grouped, quoted, say, when};
use crate::domain::feedback::MOST_CHARACTERS;
use crate::domain::ids::FeedbackNo;
use crate::domain::masking::Sensitive;
use crate::domain::press::{Choice, Press};
use crate::texts::page::{Block, Button, Line, Page, bold, code, plain};

/// What whoever tells something urgent can count on.
const URGENT: &str = "It is urgent, so its teams are told at once, unless three urgent ones reached them today.";

/// What whoever tells praise can count on.
const PRAISE: &str = "It is praise: its teams read it, and nobody has to answer. If it needs an answer, say so in the digest's menu.";

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
    /// Under which name it is shown.
    pub shown: Shown,
    /// Who said it, where that is known.
    pub customer: Option<String>,
    /// The functions that read it, the lead first.
    pub readers: Vec<Reader>,
    /// Why the lead reads it.
    pub because: Because,
    /// Whether it cannot wait.
    pub is_urgent: bool,
    /// Whether it is praise.
    pub is_praise: bool,
    /// What was made unreadable in the words.
    pub masked: Vec<Sensitive>,
    /// What a colleague told before that says the same.
    pub same: Option<Same>,
}

/// What a colleague told before that says the same.
#[derive(Debug, Clone)]
pub struct Same {
    /// The record.
    pub no: FeedbackNo,
    /// Who told it.
    pub told_by: Option<String>,
    /// How many heard it too.
    pub heard_too: usize,
}

/// What whoever told the same may do about it.
fn joins(no: FeedbackNo, same: &Same) -> [Block; 2] {
    let Same { no: other, told_by, heard_too } = same;
    let more = match heard_too {
        0 => String::new(),
        1 => ", and one more heard it".to_owned(),
        n => format!(", and {} more heard it", grouped(*n)),
    };
    let text = format!(
        "{other} says the same, told by {}{more}. If it is the same matter, join it: you count there as well, and {no} goes.",
        called(told_by.as_deref())
    );
    [Block::Text(vec![plain(text)]), Block::Buttons(vec![Button { label: "Join it", press: Press::Join(no, *other) }])]
}

/// A record was taken back by whoever told it, who is counted at another one.
pub fn joined(no: FeedbackNo, other: FeedbackNo) -> Page {
    may_take_back(other, format!("You are counted at {other} now, and hear what becomes of it. {no} is gone."))
}

/// What somebody reads who is counted at a record since they heard it too: they may say that they did not.
pub(super) fn may_take_back(no: FeedbackNo, text: String) -> Page {
    let button = Button { label: "Take it back", press: Press::Item(no, Choice::NotHeard) };
    Page(vec![Block::Text(vec![plain(text)]), Block::Buttons(vec![button])])
}

/// Under which name a record is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The teller's.
    As(String),
    /// The teller asked that it is not.
    Hidden,
    /// It is not known.
    Unknown,
}

/// Why a function reads a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// These words decided.
    Words(Vec<String>),
    /// A person chose it.
    Chosen,
    /// Its turn.
    Turn,
}

/// The receipt of a record.
pub fn receipt(receipt: &Receipt) -> Page {
    let no = receipt.no;
    let mut head = vec![bold(format!("Heard: {no}")), plain(format!(", shown as {}", shown_as(&receipt.shown)))];
    if let Some(customer) = &receipt.customer {
        head.push(plain(format!(", from {customer}")));
    }
    let (hidden, label) = match receipt.shown {
        Shown::Hidden => (Press::Show(no), "Show my name"),
        Shown::As(_) | Shown::Unknown => (Press::Hide(no), "Hide my name"),
    };
    let buttons = vec![
        Button { label: "Edit", press: Press::Edit(no) },
        Button { label: "Teams", press: Press::Teams(no) },
        Button { label, press: hidden },
        Button { label: "Undo", press: Press::Undo(no) },
    ];
    let line = readers(&receipt.readers, &receipt.because).map(Block::Text);
    let urgent = receipt.is_urgent.then(|| Block::Text(vec![plain(URGENT)]));
    let masked = masked(&receipt.masked).map(Block::Text);
    let praise = receipt.is_praise.then(|| Block::Text(vec![plain(PRAISE)]));
    let same = receipt.same.iter().flat_map(|same| joins(no, same));
    let lines = [urgent, praise, masked, line].into_iter().flatten();
    Page(std::iter::once(Block::Text(head)).chain(lines).chain([Block::Buttons(buttons)]).chain(same).collect())
}

/// What nobody can read in the words.
fn masked(kinds: &[Sensitive]) -> Option<Line> {
    let called = |kind: &Sensitive| match kind {
        Sensitive::Email => "an e-mail address",
        Sensitive::Phone => "a phone number",
        Sensitive::Card => "a card number",
        Sensitive::Account => "an account number",
        Sensitive::Secret => "a password or token",
    };
    let kinds: Vec<&str> = kinds.iter().map(called).collect();
    let list = match kinds.split_last()? {
        (last, []) => (*last).to_owned(),
        (last, others) => format!("{} and {last}", others.join(", ")),
    };
    Some(vec![plain(format!("I masked what looks like {list}: nobody reads it here."))])
}

fn shown_as(shown: &Shown) -> String {
    match shown {
        Shown::As(name) => called(Some(name)),
        Shown::Hidden | Shown::Unknown => called(None),
    }
}

/// Who reads it, why, and when.
pub(super) fn readers(readers: &[Reader], because: &Because) -> Option<Line> {
    let (lead, along) = readers.split_first()?;
    let mut line: Line = match because {
        Because::Turn => vec![plain("No rule fits these words, so they go to one team in turn. "), bold(&lead.name), plain(" reads them")],
        Because::Words(words) if !words.is_empty() => vec![bold(&lead.name), plain(format!(" leads ({}) and reads it", quoted(words)))],
        Because::Words(_) | Because::Chosen => vec![bold(&lead.name), plain(" leads, as you chose, and reads it")],
    };
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
    Some(line)
}

/// A record was taken back by whoever told it.
pub fn undone(no: FeedbackNo) -> Page {
    say(format!("{no} is gone. Where it was posted already, it is shown as withdrawn."))
}

/// Nothing was done, since the record is not there any more.
pub fn gone(no: FeedbackNo) -> Page {
    say(format!("{no} is not there any more. Nothing was changed."))
}

/// Nothing was done, since somebody else told it.
pub fn not_yours(no: FeedbackNo) -> Page {
    say(format!("{no} was told by somebody else, so that only they can change it. Nothing was changed."))
}

/// A record is too long for the form.
pub fn too_long_to_edit(no: FeedbackNo) -> Page {
    say(format!("{no} is longer than a form can hold. Edit the message in Slack, and I follow; or undo it and tell it anew."))
}

/// A button that this version does not know.
pub fn unknown_press() -> Page {
    say("I do not know that button any more. Nothing was changed. Type the command anew.")
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
            "I pass it on to the teams that it concerns. Each reads it in the daily digest of its channel, with your name, or \
             without it where you hide it. One thing at a time works best.",
        )]),
        Block::Text(vec![
            code(command),
            plain(" alone opens a form. In a thread, where commands cannot be typed, use the message's menu: "),
            bold(PASS_ON),
            plain("."),
        ]),
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
