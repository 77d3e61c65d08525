//! What one person is written of a day.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::advocates::{self, Says};
use super::care::{Dispute, Stands, button, contradicts, day, outcome, own_buttons, standing, why};
use super::pieces::{called, shortened};
use crate::domain::care::{Knows, Level, Outcome};
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::press::Choice;
use crate::texts::page::{Block, Page, bold, code, plain};

/// How many records that nobody has taken one message shows, and how many that were closed; the others are counted.
const MOST: usize = 5;
/// How many blocks a message holds: <https://docs.slack.dev/reference/block-kit/blocks>.
const BLOCKS: usize = 50;
/// Of how many turns as advocate it speaks.
const MOST_TURNS: usize = MOST_EACH + 1;
/// How many it may ask somebody to sign, and how many may come to their day: each of them is to be seen.
pub const MOST_EACH: usize = 3;

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
    /// How they are asked whether the customer knows.
    pub asks: Asks,
}

/// How somebody is asked whether the customer knows how a record was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// They told or heard it.
    Teller {
        /// Whether they were asked before.
        again: bool,
        /// Whether somebody looks after the customer whom they may ask to say it.
        may_ask_owner: bool,
    },
    /// They look after the customer.
    Owner {
        /// Who asks them.
        by: Option<String>,
    },
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
    /// Their turns as advocate.
    pub turns: Vec<Says>,
    /// What they have, whose day comes.
    pub due: Vec<Comes>,
    /// What they told or heard, that was closed or came back.
    pub told: Vec<Story>,
    /// The bot's other command, such as `/allears`.
    pub own: String,
}

/// To one person, at most once a day but for what is urgent.
pub fn today(today: &Today) -> Page {
    let turns = today.turns.iter().take(MOST_TURNS);
    let (beside, turns): (Vec<&Says>, Vec<&Says>) = turns.partition(|turn| matches!(turn, Says::Nobody { .. }));
    let mut blocks: Vec<Block> = turns.into_iter().flat_map(|turn| advocates::says(turn, &today.own)).collect();
    blocks.extend(waiting(&today.waits));
    blocks.extend(beside.into_iter().flat_map(|turn| advocates::says(turn, &today.own)));
    if let more @ 1.. = today.waits.len().saturating_sub(MOST) {
        blocks.push(Block::Text(vec![plain(format!("And {more} more: ")), code(format!("{} open", today.own)), plain(" lists them.")]));
    }
    blocks.extend(today.signs.iter().take(MOST_EACH).flat_map(to_sign));
    for Comes { no, day: due, verbatim, may_extend } in today.due.iter().take(MOST_EACH) {
        blocks.push(Block::Quote(vec![plain(shortened(verbatim))]));
        blocks.push(Block::Text(vec![
            bold(format!("{no} is due {}.", day(*due))),
            plain(" Close it with what is known by then, or give it back."),
        ]));
        let mut buttons = vec![button("Close...", *no, Choice::Close)];
        buttons.extend(own_buttons(*no, Some(*may_extend)));
        blocks.push(Block::Buttons(buttons));
    }
    // Each is three blocks; a heading and how many more there are stand beside them.
    let most = (BLOCKS.saturating_sub(blocks.len() + 2) / 3).min(MOST);
    if today.told.len() > 1 || (!today.told.is_empty() && !blocks.is_empty()) {
        blocks.push(Block::Text(vec![bold("What became of what you told")]));
    }
    blocks.extend(today.told.iter().take(most).flat_map(one));
    if let more @ 1.. = today.told.len().saturating_sub(most) {
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
    let (mut blocks, mut left, mut said) = (vec![], MOST, None);
    for ((Reverse(level), function), group) in groups {
        if left == 0 {
            break;
        }
        // What is to be done is said once of all that have come so far.
        let what_now = if said.replace(level) == Some(level) { String::new() } else { format!(" {}", what_now(level, group.len())) };
        blocks.push(Block::Text(vec![bold(wait(group.len(), function)), plain(what_now)]));
        for one in group.iter().take(left) {
            let customer = one.customer.as_ref().map(|customer| format!(", {customer}")).unwrap_or_default();
            let urgent = if one.is_urgent { ", urgent" } else { "" };
            let back = if one.came_back { ", came back" } else { "" };
            blocks.push(Block::Quote(vec![plain(shortened(&one.verbatim))]));
            blocks.push(Block::Text(vec![bold(one.no.to_string()), plain(format!("{urgent}{customer}{back}"))]));
            let close = button("Close...", one.no, Choice::Close);
            blocks.push(Block::Buttons(match level {
                Level::First | Level::Lead => {
                    vec![button("I'll take it", one.no, Choice::Take), close, button("Not ours", one.no, Choice::NotOurs(one.id.clone()))]
                }
                Level::Chair | Level::Council => vec![button("Decide...", one.no, Choice::Decide), close],
            }));
        }
        left = left.saturating_sub(group.len());
    }
    blocks
}

fn wait(records: usize, function: &str) -> String {
    if records == 1 { format!("1 record waits for {function}.") } else { format!("{records} records wait for {function}.") }
}

/// What is to be done about a record, or several, that have come so far.
fn what_now(level: Level, records: usize) -> String {
    let (it, one) = if records == 1 { ("it", "it") } else { ("them", "one") };
    match level {
        Level::First => format!("Take {one}, pass it on, or close it."),
        Level::Lead => {
            format!("Nobody has taken {it} for five working days, and the digest says so. Take {one}, ask a colleague to, or close it.")
        }
        Level::Chair => {
            format!(
                "Nobody has taken {it} for ten working days. You lead another team and it is your turn: ask them what they need, or decide who does what by when."
            )
        }
        Level::Council => format!(
            "Nobody has taken {it} for fifteen working days. Decide who does what by when, or close {it} with a reason: what is still open in \
             five days is closed as unanswered, for all to read."
        ),
    }
}

fn one(story: &Story) -> Vec<Block> {
    let Story { no, verbatim, stands, lead, customer, knows, may_come_back, asks } = story;
    let said = Block::Quote(vec![plain(shortened(verbatim))]);
    let Stands::Closed { by, outcome: what, reason } = stands else {
        let mut line = vec![bold(no.to_string()), plain(": ")];
        line.extend(standing(stands));
        return vec![said, Block::Text(line)];
    };
    let of = lead.as_ref().map(|lead| format!(" ({lead})")).unwrap_or_default();
    let unanswered = *what == Outcome::Unanswered;
    let to_be_told = knows.is_none() && !unanswered;
    let question = if to_be_told { format!(" {}", question(customer.as_deref(), asks)) } else { String::new() };
    let reason = reason.as_ref().map(|reason| format!(" {}{of}: “{reason}”", called(by.as_deref()))).unwrap_or_default();
    let line = vec![bold(format!("{no} is closed: {}.", outcome(*what))), plain(format!("{reason}{question}"))];
    let mut buttons = vec![];
    if to_be_told {
        buttons.push(button("I told them", *no, Choice::Answer(Knows::Told)));
        if matches!(asks, Asks::Teller { may_ask_owner: true, .. }) {
            buttons.push(button("Ask the account owner", *no, Choice::AskOwner));
        }
        buttons.push(button("No need", *no, Choice::Answer(Knows::NoNeed)));
    }
    if *may_come_back && matches!(asks, Asks::Teller { .. }) {
        buttons.push(button(if unanswered { "Still matters" } else { "Does not solve it" }, *no, Choice::Reopen));
    }
    let buttons = (!buttons.is_empty()).then_some(Block::Buttons(buttons));
    [said, Block::Text(line)].into_iter().chain(buttons).collect()
}

fn question(customer: Option<&str>, asks: &Asks) -> String {
    let customer = customer.unwrap_or("the customer");
    match asks {
        Asks::Teller { again: false, .. } => format!("Does {customer} know?"),
        Asks::Teller { again: true, .. } => format!("Does {customer} know by now? I do not ask again."),
        Asks::Owner { by } => format!("You look after {customer}: {} asks you to tell them.", called(by.as_deref())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_done_is_said_once_of_all_that_have_come_as_far() {
        let one = |function: &str, level| Waits {
            no: FeedbackNo(1),
            level,
            function: function.to_owned(),
            id: FunctionId::parse("finance").unwrap(),
            verbatim: "words".to_owned(),
            customer: None,
            is_urgent: false,
            came_back: false,
        };
        let all = [one("Finance", Level::Council), one("Legal", Level::Council), one("Sales", Level::Chair)];
        let said = format!("{:?}", waiting(&all));
        for (words, times) in [("waits for", 3), ("fifteen working days", 1), ("ten working days", 1)] {
            assert_eq!(said.matches(words).count(), times, "{words}: {said}");
        }
    }

    /// Slack refuses a message of more than 50 blocks: <https://docs.slack.dev/reference/block-kit/blocks>.
    #[test]
    fn however_much_there_is_it_fits() {
        let day = jiff::civil::date(2026, 12, 7);
        let (no, verbatim) = (FeedbackNo(1), "words".to_owned());
        let closed = Stands::Closed { by: None, outcome: Outcome::Done, reason: Some("so".to_owned()) };
        let waits = |n: usize| Waits {
            no,
            level: [Level::First, Level::Lead, Level::Chair, Level::Council][n % 4],
            function: format!("F{n}"),
            id: FunctionId::parse("finance").unwrap(),
            verbatim: verbatim.clone(),
            customer: None,
            is_urgent: false,
            came_back: false,
        };
        let signs = Signs { no, function: "F".to_owned(), verbatim: verbatim.clone(), disputed: None, stands: closed.clone() };
        let due = Comes { no, day, verbatim: verbatim.clone(), may_extend: true };
        let story = Story {
            no,
            verbatim: verbatim.clone(),
            stands: closed,
            lead: None,
            customer: None,
            knows: None,
            may_come_back: true,
            asks: Asks::Teller { again: true, may_ask_owner: true },
        };
        let turn = Says::Asks { function: "F".to_owned(), id: FunctionId::parse("finance").unwrap(), monday: day, who: None };
        let all = [(40, 9, 9, 40, 9), (0, 0, 0, 40, 0), (40, 0, 0, 0, 0), (0, 9, 9, 1, 1), (1, 0, 0, 1, 0), (0, 0, 0, 0, 1)];
        for (waiting, signed, comes, told, turns) in all {
            let today = Today {
                waits: (0..waiting).map(waits).collect(),
                signs: vec![signs.clone(); signed],
                turns: vec![turn.clone(); turns],
                due: vec![due.clone(); comes],
                told: vec![story.clone(); told],
                own: "/allears".to_owned(),
            };
            let blocks = super::today(&today).0.len();
            assert!((1..=50).contains(&blocks), "{blocks} for {waiting} {signed} {comes} {told} {turns}");
        }
    }
}
