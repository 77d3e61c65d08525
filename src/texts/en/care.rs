//! The care for records: who has them, what became of them, whether the customer knows.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::pieces::{called, say, shortened};
use crate::domain::care::{Knows, Level, Outcome, WhyNot};
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::press::{Choice, Press};
use crate::texts::page::{Block, Button, Line, Page, bold, code, plain};
use crate::texts::quote::clip;

/// How many records one message tells of; the others are counted.
const MOST_TOLD: usize = 5;
/// How many characters of a reason a digest shows.
const MOST_OF_WHY: usize = 600;

/// How a record stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// Nobody has taken it.
    Open {
        /// The function that answers it.
        lead: Option<String>,
        /// It came back: by whom, and why.
        back: Option<(Option<String>, Option<String>)>,
        /// Since when it waits, where that is too long.
        waits: Option<Date>,
    },
    /// Somebody has it.
    Taken {
        /// Who.
        by: Option<String>,
        /// Until when.
        due: Date,
    },
    /// It is to be closed, once somebody else signs.
    Proposed {
        /// By whom.
        by: Option<String>,
        /// What became of it.
        outcome: Outcome,
        /// Why.
        reason: String,
        /// Which function is asked to sign; none so far.
        asks: Option<String>,
    },
    /// It is closed.
    Closed {
        /// By whom.
        by: Option<String>,
        /// What became of it.
        outcome: Outcome,
        /// Why; none where nobody answered.
        reason: Option<String>,
    },
}

/// A record contradicts what the company believes.
#[derive(Debug, Clone)]
pub struct Dispute {
    /// Who says so.
    pub by: Option<String>,
    /// What the company believes.
    pub belief: String,
    /// Who did not sign last that it is closed, and why.
    pub objection: Option<(Option<String>, String)>,
}

/// Why it was closed, on one line.
fn why(reason: &str) -> String {
    let one_line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = clip(&one_line, MOST_OF_WHY);
    if shown.len() < one_line.len() { format!("{shown}…") } else { one_line }
}

/// A day as people say it.
pub(super) fn day(day: Date) -> String {
    day.strftime("%A %-d %B").to_string()
}

/// What became of a record, in a few words.
pub(super) fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Planned(by) => format!("planned, by {}", day(by)),
        Outcome::Intended => "it works as intended".to_owned(),
        Outcome::Declined => "no".to_owned(),
        Outcome::Unanswered => "nobody answered".to_owned(),
    }
}

/// How a record stands, as a line of its own.
pub(super) fn standing(stands: &Stands) -> Line {
    match stands {
        Stands::Open { waits: Some(since), .. } => vec![bold("It waits."), plain(format!(" Nobody has taken it since {}.", day(*since)))],
        Stands::Open { lead, back: None, waits: None } => {
            vec![plain(
                lead.as_ref()
                    .map_or_else(|| "Nobody answers it yet.".to_owned(), |lead| format!("Nobody has taken it yet. {lead} answers it.")),
            )]
        }
        Stands::Open { back: Some((by, Some(reason))), .. } => {
            vec![bold("It came back."), plain(format!(" {}: “{}”", called(by.as_deref()), why(reason)))]
        }
        Stands::Open { back: Some((_, None)), .. } => {
            vec![bold("It came back."), plain(" What was planned was not done by its day.")]
        }
        Stands::Proposed { by, outcome: what, reason, asks } => {
            let asks =
                asks.as_ref().map_or_else(|| "Another team is asked to sign.".to_owned(), |asks| format!("{asks} is asked to sign."));
            let says = format!(" {}: “{}” {asks}", called(by.as_deref()), why(reason));
            vec![bold(format!("To be closed: {}.", outcome(*what))), plain(says)]
        }
        Stands::Taken { by, due } => vec![plain(format!("{} has it, until {}.", called(by.as_deref()), day(*due)))],
        Stands::Closed { by, outcome: what, reason } => {
            let reason = reason.as_ref().map(|reason| plain(format!(" {}: “{}”", called(by.as_deref()), why(reason))));
            std::iter::once(bold(format!("Closed: {}.", outcome(*what)))).chain(reason).collect()
        }
    }
}

/// The same behind what is said of a record; nothing while it is as it came, since the buttons say so.
pub(super) fn beside(disputed: Option<&Dispute>, stands: &Stands) -> Line {
    let mut line = contradicts(disputed);
    if !matches!(stands, Stands::Open { back: None, waits: None, .. }) {
        line.extend(standing(stands));
    }
    if !line.is_empty() {
        line.insert(0, plain(". "));
    }
    line
}

/// What a record contradicts, if anything.
pub(super) fn contradicts(disputed: Option<&Dispute>) -> Line {
    let Some(Dispute { by, belief, objection }) = disputed else { return vec![] };
    let objection = objection.as_ref().map(|(by, reason)| plain(format!("{} did not sign: “{}”. ", called(by.as_deref()), why(reason))));
    let says = plain(format!(", says {}: “{}”. ", called(by.as_deref()), shortened(belief)));
    [bold("It contradicts us"), says].into_iter().chain(objection).collect()
}

/// The same in a few words, for a line that says more.
pub(super) fn in_short(stands: &Stands) -> Option<String> {
    match stands {
        Stands::Open { waits: Some(since), .. } => Some(format!("waits since {}", day(*since))),
        Stands::Open { back: None, .. } => None,
        Stands::Open { back: Some(_), .. } => Some("came back".to_owned()),
        Stands::Proposed { .. } => Some("waits for a second signature".to_owned()),
        Stands::Taken { by, .. } => Some(format!("{} has it", called(by.as_deref()))),
        Stands::Closed { outcome: what, .. } => Some(format!("closed: {}", outcome(*what))),
    }
}

/// What anybody may do about it.
pub(super) fn buttons(no: FeedbackNo, stands: &Stands) -> Vec<Button> {
    let take = Button { label: "I'll take it", press: Press::Item(no, Choice::Take) };
    let close = Button { label: "Close...", press: Press::Item(no, Choice::Close) };
    match stands {
        Stands::Open { .. } => vec![take, close],
        Stands::Taken { .. } => vec![close],
        Stands::Proposed { .. } | Stands::Closed { .. } => vec![],
    }
}

/// What whoever has it may do beside that, and whether they may have more time.
pub(super) fn own_buttons(no: FeedbackNo, has: Option<bool>) -> Vec<Button> {
    let Some(may_extend) = has else { return vec![] };
    let extend = may_extend.then(|| button("5 more days", no, Choice::Extend));
    extend.into_iter().chain([button("Give it back", no, Choice::GiveBack)]).collect()
}

fn button(label: &'static str, no: FeedbackNo, choice: Choice) -> Button {
    Button { label, press: Press::Item(no, choice) }
}

/// To a guest.
pub fn not_for_guests(no: FeedbackNo) -> Page {
    say(format!("Guests read {no}, and colleagues of this company act on it. Ask one of them."))
}

/// To whoever took a record, or has it for longer.
pub fn yours(no: FeedbackNo, due: Option<Date>, may_extend: bool) -> Page {
    let until = due.map(|due| format!(" until {}", day(due))).unwrap_or_default();
    let text = format!("You have {no}{until}, and everybody who reads it sees that. Close it with an answer, or give it back.");
    let mut buttons = vec![button("Close...", no, Choice::Close)];
    buttons.extend(own_buttons(no, Some(may_extend)));
    Page(vec![Block::Text(vec![plain(text)]), Block::Buttons(buttons)])
}

/// To whoever gave a record back.
pub fn given_back(no: FeedbackNo, lead: Option<&str>) -> Page {
    say(lead
        .map_or_else(|| format!("{no} waits for somebody to take it."), |lead| format!("{no} waits in {lead} for somebody to take it.")))
}

/// To whoever closed a record.
pub fn closed(no: FeedbackNo) -> Page {
    say(format!("{no} is closed. Whoever told it, or heard it too, hears of it."))
}

/// To whoever closed a record that contradicts what the company believes.
pub fn proposed(no: FeedbackNo) -> Page {
    say(format!("{no} contradicts what we believe, so that another team signs before it is closed. I ask them for you."))
}

/// To whoever said what a record contradicts.
pub fn disputed_now(no: FeedbackNo) -> Page {
    say(format!("Noted, for all who read {no}. Closing it takes the signature of a second team now."))
}

/// To somebody of the team that answers a record, who says that it contradicts them.
pub fn contradicts_others(no: FeedbackNo) -> Page {
    say(format!("{no} is yours to answer. That it contradicts you is for whoever told it, or for other teams, to say."))
}

/// To whoever did not sign.
pub fn objected(no: FeedbackNo) -> Page {
    say(format!("{no} stays open, with your reason for all who read it."))
}

/// To whoever brought a record back.
pub fn reopened(no: FeedbackNo) -> Page {
    say(format!("{no} is open again, and stands in the next digest with your reason."))
}

/// To whoever said whether the customer knows.
pub fn noted(no: FeedbackNo, knows: Knows) -> Page {
    say(match knows {
        Knows::Told => format!("Noted: the customer knows what became of {no}. Thank you for telling them."),
        Knows::NoNeed => format!("Noted: the customer need not hear of {no}."),
    })
}

/// To somebody who may not close a record.
pub fn not_for_you(no: FeedbackNo) -> Page {
    say(format!("{no} is closed by those who answer it: the team that leads it, or whoever has taken it. You may take it yourself first."))
}

/// To somebody who wants a record back that was closed long ago.
pub fn too_late(no: FeedbackNo) -> Page {
    say(format!("{no} was closed more than ten working days ago. Tell it anew: it gets a number of its own."))
}

/// To somebody who wants what cannot be any more, since the record stands otherwise.
pub fn not_so(no: FeedbackNo, why: WhyNot, by: Option<&str>, due: Option<Date>) -> Page {
    let until = due.map(|due| format!(" until {}", day(due))).unwrap_or_default();
    say(match why {
        WhyNot::TakenBy(_) => format!("{} was first, and has {no}{until}. If you know more, tell them.", called(by)),
        WhyNot::Closed(_) => format!("{} has closed {no} already. Look at it to read how.", called(by)),
        WhyNot::NotYours => format!("Only whoever it belongs to may do that with {no}."),
        WhyNot::Open => format!("{no} is open: there is nothing to bring back."),
        WhyNot::CameBack => format!("{no} came back once already. Tell it anew if it is still so: it gets a number of its own."),
        WhyNot::Extended => format!("You had more time for {no} twice already. Close it with what is known, or give it back."),
        WhyNot::Disputed => {
            format!("{no} was just said to contradict what we believe, so that closing it takes a second signature. Close it once more.")
        }
        WhyNot::Proposed => format!("{no} is to be closed already, and waits for a second signature."),
        WhyNot::Before => format!("{no} is so already."),
    })
}

/// What somebody reads of something that they told or heard.
#[derive(Debug, Clone)]
pub struct Story {
    /// The record.
    pub no: FeedbackNo,
    /// The customer's words.
    pub verbatim: String,
    /// How it stands.
    pub stands: Stands,
    /// The function that answers it.
    pub lead: Option<String>,
    /// Who said it.
    pub customer: Option<String>,
    /// Whether the customer knows.
    pub knows: Option<Knows>,
    /// Whether it may come back.
    pub may_come_back: bool,
}

/// A record that nobody has taken.
#[derive(Debug, Clone)]
pub struct Waits {
    /// The record.
    pub no: FeedbackNo,
    /// How far it has come.
    pub level: Level,
    /// The function that answers it.
    pub function: String,
    /// Its id.
    pub id: FunctionId,
    /// The customer's words.
    pub verbatim: String,
    /// Who said it.
    pub customer: Option<String>,
    /// Whether it cannot wait.
    pub is_urgent: bool,
    /// Whether it came back.
    pub came_back: bool,
}

/// A record whose day comes.
#[derive(Debug, Clone)]
pub struct Comes {
    /// The record.
    pub no: FeedbackNo,
    /// The day.
    pub day: Date,
    /// The customer's words.
    pub verbatim: String,
    /// Whether there may be more time.
    pub may_extend: bool,
}

/// A record that is closed once somebody signs.
#[derive(Debug, Clone)]
pub struct Signs {
    /// The record.
    pub no: FeedbackNo,
    /// The function that answers it.
    pub function: String,
    /// The customer's words.
    pub verbatim: String,
    /// What it contradicts, and who says so.
    pub disputed: Option<Dispute>,
    /// How it is to be closed.
    pub stands: Stands,
}

/// What one person is written of a day.
#[derive(Debug, Clone)]
pub struct Today {
    /// What nobody has taken.
    pub waits: Vec<Waits>,
    /// What is closed once they sign.
    pub signs: Vec<Signs>,
    /// What they have, whose day comes.
    pub due: Vec<Comes>,
    /// What they told or heard, that was closed or came back.
    pub told: Vec<Story>,
    /// The bot's other command, such as `/allears`.
    pub own: String,
}

/// To one person, at most once a day but for what is urgent.
pub fn today(today: &Today) -> Page {
    let mut blocks = waiting(&today.waits);
    if let more @ 1.. = today.waits.len().saturating_sub(MOST_TOLD) {
        blocks.push(Block::Text(vec![plain(format!("And {more} more: ")), code(format!("{} open", today.own)), plain(" lists them.")]));
    }
    blocks.extend(today.signs.iter().take(MOST_TOLD).flat_map(to_sign));
    for Comes { no, day: due, verbatim, may_extend } in today.due.iter().take(MOST_TOLD) {
        blocks.push(Block::Quote(vec![plain(shortened(verbatim))]));
        blocks.push(Block::Text(vec![
            bold(format!("{no} is due {}.", day(*due))),
            plain(" Close it with what is known by then, or give it back."),
        ]));
        let mut buttons = vec![button("Close...", *no, Choice::Close)];
        buttons.extend(own_buttons(*no, Some(*may_extend)));
        blocks.push(Block::Buttons(buttons));
    }
    if today.told.len() > 1 || (!today.told.is_empty() && !blocks.is_empty()) {
        blocks.push(Block::Text(vec![bold("What became of what you told")]));
    }
    blocks.extend(today.told.iter().take(MOST_TOLD).flat_map(one));
    if let more @ 1.. = today.told.len().saturating_sub(MOST_TOLD) {
        blocks.push(Block::Text(vec![plain(format!("And {more} more: ")), code(format!("{} mine", today.own)), plain(" lists them.")]));
    }
    Page(blocks)
}

fn to_sign(signs: &Signs) -> Vec<Block> {
    let Signs { no, function, verbatim, disputed, stands } = signs;
    let mut line = vec![bold(format!("{function} wants to close {no}")), plain(". ")];
    line.extend(contradicts(disputed.as_ref()));
    if let Stands::Proposed { by, outcome: what, reason, .. } = stands {
        line.push(plain(format!("{}: {}, “{}”. Do you agree, for the customer?", called(by.as_deref()), outcome(*what), why(reason))));
    }
    vec![
        Block::Quote(vec![plain(shortened(verbatim))]),
        Block::Text(line),
        Block::Buttons(vec![button("Agree", *no, Choice::Agree), button("Not yet...", *no, Choice::NotYet)]),
    ]
}

/// By function and how far they have come, the first five in all.
fn waiting(waits: &[Waits]) -> Vec<Block> {
    let mut groups: BTreeMap<(Reverse<Level>, &str), Vec<&Waits>> = BTreeMap::new();
    for one in waits {
        groups.entry((Reverse(one.level), &one.function)).or_default().push(one);
    }
    let (mut blocks, mut left) = (vec![], MOST_TOLD);
    for ((Reverse(level), function), group) in groups {
        blocks.push(Block::Text(vec![bold(wait(group.len(), function)), plain(format!(" {}", what_now(level)))]));
        for one in group.iter().take(left) {
            let customer = one.customer.as_ref().map(|customer| format!(", {customer}")).unwrap_or_default();
            let urgent = if one.is_urgent { ", urgent" } else { "" };
            let back = if one.came_back { ", came back" } else { "" };
            blocks.push(Block::Quote(vec![plain(shortened(&one.verbatim))]));
            blocks.push(Block::Text(vec![bold(one.no.to_string()), plain(format!("{urgent}{customer}{back}"))]));
            blocks.push(Block::Buttons(vec![
                button("I'll take it", one.no, Choice::Take),
                button("Close...", one.no, Choice::Close),
                button("Not ours", one.no, Choice::NotOurs(one.id.clone())),
            ]));
        }
        left = left.saturating_sub(group.len());
    }
    blocks
}

fn wait(records: usize, function: &str) -> String {
    if records == 1 { format!("1 record waits for {function}.") } else { format!("{records} records wait for {function}.") }
}

/// What is to be done about records that have come so far.
fn what_now(level: Level) -> &'static str {
    match level {
        Level::First => "Take one, pass it on, or close it.",
        Level::Lead => "Nobody has taken them for five working days, and the digest says so. Take one, ask a colleague to, or close it.",
        Level::Chair => "Nobody has taken them for ten working days. You lead another team and it is your turn: ask them what they need.",
        Level::Council => {
            "Nobody has taken them for fifteen working days. See that somebody does, or close them with a reason: in five days they \
             are closed as unanswered, for all to read."
        }
    }
}

fn one(story: &Story) -> Vec<Block> {
    let Story { no, verbatim, stands, lead, customer, knows, may_come_back } = story;
    let said = Block::Quote(vec![plain(shortened(verbatim))]);
    let Stands::Closed { by, outcome: what, reason } = stands else {
        let mut line = vec![bold(no.to_string()), plain(": ")];
        line.extend(standing(stands));
        return vec![said, Block::Text(line)];
    };
    let of = lead.as_ref().map(|lead| format!(" ({lead})")).unwrap_or_default();
    let unanswered = *what == Outcome::Unanswered;
    let asks = match (knows, customer) {
        (Some(_), _) => String::new(),
        (None, _) if unanswered => String::new(),
        (None, Some(customer)) => format!(" Does {customer} know?"),
        (None, None) => " Does the customer know?".to_owned(),
    };
    let reason = reason.as_ref().map(|reason| format!(" {}{of}: “{reason}”", called(by.as_deref()))).unwrap_or_default();
    let line = vec![bold(format!("{no} is closed: {}.", outcome(*what))), plain(format!("{reason}{asks}"))];
    let mut buttons = vec![];
    if knows.is_none() && !unanswered {
        buttons.push(button("I told them", *no, Choice::Answer(Knows::Told)));
        buttons.push(button("No need", *no, Choice::Answer(Knows::NoNeed)));
    }
    if *may_come_back {
        buttons.push(button(if unanswered { "Still matters" } else { "Does not solve it" }, *no, Choice::Reopen));
    }
    let buttons = (!buttons.is_empty()).then_some(Block::Buttons(buttons));
    [said, Block::Text(line)].into_iter().chain(buttons).collect()
}
