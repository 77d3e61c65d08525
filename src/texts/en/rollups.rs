//! The company's week.

use jiff::civil::Date;

use super::council::{self, Changed};
use super::pieces::{called, grouped};
use super::spread::{Company, hints, sentence};
use crate::domain::ids::FeedbackNo;
use crate::domain::letter::Tally;
use crate::domain::tagging::Tag;
use crate::texts::page::{Block, Page, bold, plain};
use crate::texts::quote::quote;

/// How many characters of a record are shown.
const MOST: usize = 300;

/// The company's week.
#[derive(Debug, Clone)]
pub struct Rollup {
    /// Of which day.
    pub day: Date,
    /// Whether its hour had passed.
    pub late: bool,
    /// How many records were told.
    pub heard: u32,
    /// In how many of them the customer came off badly, and in how many well.
    pub came_off: (u32, u32),
    /// What became of records, also of those told before.
    pub tally: Tally,
    /// By people of how many functions.
    pub told_by: u32,
    /// How many functions they concern.
    pub read_by: u32,
    /// How evenly the customer is carried, where everybody may read it.
    pub spread: Option<Company>,
    /// What was done because of customers.
    pub changed: Vec<Changed>,
    /// How many records waited too long, by team and by alphabet.
    pub waits: Vec<(String, u32)>,
    /// Whose lead chairs the council that week.
    pub chair: Option<String>,
    /// The best of praise.
    pub praise: Vec<Quoted>,
    /// What customers said most.
    pub quoted: Vec<Quoted>,
    /// How many records each of the last weeks brought, by the day of its rollup.
    pub weeks: Vec<(Date, u32)>,
}

/// Something that customers said.
#[derive(Debug, Clone)]
pub struct Quoted {
    /// A record of it.
    pub no: FeedbackNo,
    /// How often it was said.
    pub said: u32,
    /// What.
    pub says: Says,
}

/// What the company's week says of a record.
#[derive(Debug, Clone)]
pub enum Says {
    /// It was taken back.
    Withdrawn,
    /// What the customer said.
    Words {
        /// The words.
        verbatim: String,
        /// Their tags.
        tags: Vec<Tag>,
        /// Who said it.
        customer: Option<String>,
        /// Who told it.
        told_by: Option<String>,
        /// Which function leads.
        leads: Option<String>,
    },
}

/// The company's week.
pub fn rollup(rollup: &Rollup) -> Page {
    let mut blocks = vec![Block::Heading(format!("What customers told us this week, {}", rollup.day.strftime("%A %-d %B")))];
    let heard = heard(rollup.heard, rollup.told_by, rollup.read_by);
    let mut line = vec![plain(heard), plain(came_off(rollup.heard, rollup.came_off)), plain(became(rollup.tally))];
    if rollup.late {
        line.push(plain(" This comes late."));
    }
    blocks.push(Block::Text(line));
    blocks.extend(council::waits(&rollup.waits, rollup.chair.as_deref()).map(|waits| Block::Text(vec![plain(waits)])));
    if let Some(spread) = &rollup.spread {
        let said: Vec<String> = std::iter::once(sentence(spread)).chain(hints(spread)).collect();
        blocks.push(Block::Text(vec![plain(said.join(" "))]));
    }
    if rollup.weeks.len() > 1 {
        let points = rollup.weeks.iter().map(|(day, heard)| (day.strftime("%-d %b").to_string(), *heard)).collect();
        blocks.push(Block::Chart { title: "Heard in each week".to_owned(), counts: "Records".to_owned(), points });
    }
    blocks.extend(council::changed(&rollup.changed));
    if !rollup.quoted.is_empty() {
        let often = rollup.quoted.iter().any(|quoted| quoted.said > 1);
        blocks.push(Block::Text(vec![bold(if often { "What was said most" } else { "Some of what was said" })]));
    }
    blocks.extend(rollup.quoted.iter().flat_map(quoted));
    if !rollup.praise.is_empty() {
        blocks.push(Block::Text(vec![bold("What they liked")]));
        blocks.extend(rollup.praise.iter().flat_map(quoted));
    }
    Page(blocks)
}

fn heard(heard: u32, told_by: u32, read_by: u32) -> String {
    if heard == 0 {
        return "Nothing new was told.".to_owned();
    }
    let many = |n: u32, one: &str| format!("{} {one}{}", grouped(usize::try_from(n).unwrap_or(usize::MAX)), if n == 1 { "" } else { "s" });
    let told_by = if told_by == 0 { String::new() } else { format!(", told by people of {}", many(told_by, "team")) };
    format!("{} heard{told_by}, for {} to read.", many(heard, "record"), many(read_by, "team"))
}

/// How customers came off in what was told, as far as their words say it.
fn came_off(heard: u32, (badly, well): (u32, u32)) -> String {
    let many = |n: u32| grouped(usize::try_from(n).unwrap_or(usize::MAX));
    let praise = format!("{} {} praise", many(well), if well == 1 { "is" } else { "are" });
    match (badly, well) {
        (0, 0) => String::new(),
        (0, _) if heard == 1 => " It is praise.".to_owned(),
        (_, 0) if heard == 1 => " Something is wrong for the customer.".to_owned(),
        (0, _) => format!(" {praise}."),
        (_, 0) => format!(" In {} of them something is wrong for the customer.", many(badly)),
        _ => format!(" In {} of them something is wrong for the customer; {praise}.", many(badly)),
    }
}

/// What became of records, if anything did.
fn became(tally: Tally) -> String {
    let many = |n: u64| grouped(usize::try_from(n).unwrap_or(usize::MAX));
    let Tally { closed, declined, unanswered, told } = tally;
    if tally.is_nothing() {
        return String::new();
    }
    let of: Vec<String> = [(declined, "with a no"), (unanswered, "unanswered")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{} {what}", many(n)))
        .collect();
    let of = if of.is_empty() { String::new() } else { format!(" ({})", of.join(", ")) };
    let told = if told > 0 { format!(", {} {} told", many(told), if told == 1 { "customer" } else { "customers" }) } else { String::new() };
    format!(" {} {} closed{of}{told}.", many(closed), if closed == 1 { "was" } else { "were" })
}

fn quoted(quoted: &Quoted) -> Vec<Block> {
    let Quoted { no, said, says } = quoted;
    let Says::Words { verbatim, tags, customer, told_by, leads } = says else {
        return vec![Block::Text(vec![bold(no.to_string()), plain(" was withdrawn.")])];
    };
    let customer = customer.as_ref().map(|customer| format!("{customer}, ")).unwrap_or_default();
    let said = if *said > 1 { format!(", heard {said} times") } else { String::new() };
    let leads = leads.as_ref().map(|leads| format!(". {leads} leads")).unwrap_or_default();
    let line = format!(", {customer}told by {}{said}{leads}.", called(told_by.as_deref()));
    vec![Block::Quote(quote(verbatim, tags, MOST)), Block::Text(vec![bold(no.to_string()), plain(line)])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_record_nobody_says_in_one_of_them() {
        assert_eq!(came_off(1, (1, 0)), " Something is wrong for the customer.");
        assert_eq!(came_off(1, (0, 1)), " It is praise.");
        assert_eq!(came_off(3, (1, 1)), " In 1 of them something is wrong for the customer; 1 is praise.");
        assert_eq!(came_off(2, (0, 2)), " 2 are praise.");
        assert_eq!(came_off(1, (0, 0)), "");
    }
}
