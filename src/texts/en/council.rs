//! The council of those who lead teams.

use super::open::{Open, lines};
use super::pieces::{possessive, shortened};
use crate::domain::ids::FeedbackNo;
use crate::texts::page::{Block, Page, bold, plain};

/// How many records of each list are shown: a message holds 50 blocks.
pub const MOST: usize = 8;

/// The first records of a list, and how many there are.
pub type Listed = (Vec<Open>, usize);

/// What the council looks at.
#[derive(Debug, Clone)]
pub struct Lists {
    /// Whose lead chairs it this week.
    pub chair: Option<String>,
    /// What contradicts the company, or waits too long.
    pub pressing: Listed,
    /// What no rule fits and nobody has taken.
    pub unreached: Listed,
    /// What was told in the last seven days, praise apart.
    pub heard: Listed,
    /// The praise of the last seven days.
    pub praise: Listed,
}

/// Something that was done because of a customer.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The record.
    pub no: FeedbackNo,
    /// Who said it.
    pub customer: Option<String>,
    /// What.
    pub verbatim: String,
    /// What was done.
    pub reason: String,
}

/// What the council looks at.
pub fn page(lists: &Lists) -> Page {
    let Lists { chair, pressing, unreached, heard, praise } = lists;
    let chair = chair.as_ref().map(|chair| format!(" This week {of} lead is in the chair.", of = possessive(chair))).unwrap_or_default();
    let mut blocks = vec![Block::Text(vec![
        bold("The council"),
        plain(format!(
            ": those who lead teams, a week each in the chair.{chair} They decide on what waits too long, and on what contradicts us: Open, then Decide."
        )),
    ])];
    let all = [
        ("Contradicts us, or waits too long", pressing, "Nothing does."),
        ("Fits no team, and nobody has taken it", unreached, "Nothing is left."),
        ("Heard in the last seven days", heard, "Nothing was told."),
        ("Praise in the last seven days", praise, "None was told."),
    ];
    for (title, (shown, all), nothing) in all {
        blocks.push(Block::Heading(title.to_owned()));
        if shown.is_empty() {
            blocks.push(Block::Text(vec![plain(nothing)]));
        }
        blocks.extend(lines(shown, *all));
    }
    Page(blocks)
}

/// In the company's week: what was done because of customers.
pub(super) fn changed(changed: &[Changed]) -> Vec<Block> {
    if changed.is_empty() {
        return vec![];
    }
    let one = |changed: &Changed| {
        let Changed { no, customer, verbatim, reason } = changed;
        let customer = customer.as_ref().map(|customer| format!(", {customer}")).unwrap_or_default();
        Block::Text(vec![bold(no.to_string()), plain(format!("{customer}: “{}” Done: “{}”", shortened(verbatim), shortened(reason)))])
    };
    std::iter::once(Block::Text(vec![bold("Changed because of customers")])).chain(changed.iter().map(one)).collect()
}

/// In the company's week: what waits too long, by team, and whose lead chairs the council.
pub(super) fn waits(overdue: &[(String, u32)], chair: Option<&str>) -> Option<String> {
    let each: Vec<String> = overdue.iter().map(|(function, n)| format!("{function} {n}")).collect();
    let waits = if each.is_empty() { String::new() } else { format!("Waiting too long: {}. ", each.join(", ")) };
    let chair = chair
        .filter(|_| !each.is_empty())
        .map(|chair| format!("This week {of} lead chairs the council.", of = possessive(chair)))
        .unwrap_or_default();
    Some(format!("{waits}{chair}")).filter(|text| !text.is_empty())
}
