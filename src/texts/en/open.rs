//! Open records.

use std::collections::BTreeMap;

use super::care::{self, Stands};
use super::pieces::{called, grouped, shortened};
use crate::domain::ids::FeedbackNo;
use crate::domain::press::{Choice, Press};
use crate::texts::page::{Block, Button, Page, bold, code, plain};

/// How many of a function or a person are shown: a message holds 50 blocks.
pub const MOST: usize = 15;

/// An open record.
#[derive(Debug, Clone)]
pub struct Open {
    /// The record.
    pub no: FeedbackNo,
    /// The customer's words.
    pub verbatim: String,
    /// Who said it.
    pub customer: Option<String>,
    /// Who told it.
    pub told_by: Option<String>,
    /// Who has it.
    pub stands: Stands,
    /// Whether it cannot wait.
    pub is_urgent: bool,
    /// Whether the customer agreed to be a reference.
    pub is_reference: bool,
}

/// The open records of a function, the first of so many.
pub fn of_function(function: &str, shown: &[Open], all: usize) -> Page {
    if all == 0 {
        return Page(vec![Block::Text(vec![plain(format!("Nothing is open in {function}. What is told for it stands in its digest."))])]);
    }
    let records = if all == 1 { "1 record is open".to_owned() } else { format!("{} records are open", grouped(all)) };
    let mut blocks = vec![Block::Text(vec![bold(format!("{records} in {function}")), plain(", the oldest first")])];
    blocks.extend(lines(shown, all));
    Page(blocks)
}

/// Records as one line each, with a button that shows all of it, and how many more there are.
pub(super) fn lines(shown: &[Open], all: usize) -> Vec<Block> {
    let mut blocks: Vec<Block> = shown.iter().map(line).collect();
    if let more @ 1.. = all.saturating_sub(shown.len()) {
        blocks.push(Block::Aside(vec![plain(format!("And {} more.", grouped(more)))]));
    }
    blocks
}

fn line(open: &Open) -> Block {
    let Open { no, verbatim, customer, told_by, stands, is_urgent, is_reference } = open;
    let urgent = if *is_urgent { " (urgent)" } else { "" };
    let customer = customer.as_ref().map(|customer| format!("{customer}, ")).unwrap_or_default();
    let reference = is_reference.then(|| "agrees to be a reference".to_owned());
    let stands: Vec<String> = care::in_short(stands).into_iter().chain(reference).collect();
    let stands = if stands.is_empty() { String::new() } else { format!(" ({})", stands.join(", ")) };
    let text = format!("{no}{urgent}: “{}” {customer}told by {}{stands}", shortened(verbatim), called(told_by.as_deref()));
    Block::Pressable(text, Button { label: "Open", press: Press::Item(*no, Choice::Open) })
}

/// How many records are open in each function, and how many of them somebody has; by alphabet.
pub fn counts(counts: &BTreeMap<&str, (usize, usize)>, own: &str) -> Page {
    if counts.is_empty() {
        return Page(vec![Block::Text(vec![plain("Nothing is open: every record was closed with an answer.")])]);
    }
    let mut blocks = vec![Block::Text(vec![bold("Open records")])];
    blocks.extend(counts.iter().map(|(function, (open, taken))| {
        Block::Text(vec![plain(format!("{function}: {} open, {} of them taken", grouped(*open), grouped(*taken)))])
    }));
    // One that there is: whoever copies the line reads something.
    let one = counts.keys().next().map(|function| function.to_lowercase()).unwrap_or_default();
    blocks.push(Block::Aside(vec![code(format!("{own} open {one}")), plain(" lists those of a team.")]));
    Page(blocks)
}
