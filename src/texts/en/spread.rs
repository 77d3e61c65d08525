//! How evenly the customer is carried.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::pieces::grouped;
use crate::domain::spread::{DAYS, Deed, STANDS, Share};
use crate::texts::page::{Block, Page, bold, code, plain};

/// How many weeks a chart shows.
const MOST_WEEKS: usize = 20;

/// What whoever asks did themselves.
#[derive(Debug, Clone)]
pub struct Own {
    /// How often they did what.
    pub deeds: BTreeMap<Deed, usize>,
    /// The command that tells, such as `/heard`.
    pub command: String,
}

/// What share of the people of functions did something.
#[derive(Debug, Clone)]
pub struct ShownBand {
    /// The functions, by alphabet; of several nobody reads the parts.
    pub functions: Vec<String>,
    /// The share.
    pub share: Share,
}

/// How evenly the company carries the customer.
#[derive(Debug, Clone)]
pub struct Company {
    /// What was reached of what is asked, in a hundred.
    pub reach: u8,
    /// As if so many teams carried it, in halves.
    pub halves: u16,
    /// Of so many.
    pub functions: u16,
    /// The same four weeks before.
    pub halves_before: Option<u16>,
    /// The team that told most of it, twice running.
    pub most_from: Option<String>,
    /// In how many teams one person closed most.
    pub heavy: Option<u16>,
}

/// In the company's week: how evenly, and what may help.
pub(super) fn sentence(company: &Company) -> String {
    let Company { reach, halves, functions, halves_before, .. } = company;
    let before = halves_before.map(|before| format!(" (4 weeks ago: {})", in_halves(before))).unwrap_or_default();
    format!("Reach {reach} %. Carried as if by {} of {functions} teams{before}.", in_halves(*halves))
}

/// What may help, where something does.
pub(super) fn hints(company: &Company) -> Vec<String> {
    let from = company
        .most_from
        .as_ref()
        .map(|from| format!("Most of what was told came from {from}, as the last time. Whoever else meets customers: what do they say?"));
    let heavy = company.heavy.filter(|heavy| *heavy > 0).map(|heavy| match heavy {
        1 => "In one team one person closed more than half; they know.".to_owned(),
        n => format!("In {n} teams one person closed more than half; they know."),
    });
    from.into_iter().chain(heavy).collect()
}

/// `6.5`, `5`.
fn in_halves(halves: u16) -> String {
    if halves.is_multiple_of(2) { (halves / 2).to_string() } else { format!("{}.5", halves / 2) }
}

/// To whoever asks.
///
/// `measured`: the Monday of the figures, and the shares that they may read; `company`: how evenly, and the reach of each
/// week, where everybody may read it; `opens`: from when on they may.
pub fn page(
    own: &Own,
    (measured, bands): (Option<Date>, &[ShownBand]),
    (company, weeks): (Option<&Company>, &[(Date, u32)]),
    opens: Option<Date>,
) -> Page {
    let mut blocks = vec![Block::Heading("How evenly the customer is carried".to_owned())];
    blocks.push(Block::Text(did(own)));
    if let Some(company) = company {
        blocks.push(Block::Text(vec![bold(sentence(company))]));
        blocks.extend(hints(company).into_iter().map(|hint| Block::Text(vec![plain(hint)])));
        if weeks.len() > 1 {
            let first = weeks.len().saturating_sub(MOST_WEEKS);
            let points = weeks.iter().skip(first).map(|(day, reach)| (day.strftime("%-d %b").to_string(), *reach)).collect();
            blocks.push(Block::Chart { title: "Reach in each week, in %".to_owned(), counts: "Reach in %".to_owned(), points });
        }
    }
    blocks.extend(bands.iter().map(band));
    if let Some(opens) = opens {
        let from = opens.strftime("%-d %B");
        blocks.push(Block::Aside(vec![plain(format!("From {from} on everybody reads how evenly the company carries the customer."))]));
    }
    blocks.push(Block::Aside(vec![plain(match measured {
        Some(day) => explained(day),
        None => "It is measured on Mondays, once there are days that count: people count, not records.".to_owned(),
    })]));
    Page(blocks)
}

fn did(own: &Own) -> Vec<crate::texts::page::Piece> {
    let Own { deeds, command } = own;
    if deeds.is_empty() {
        return vec![
            bold("You"),
            plain(", in the last four weeks: nothing yet. "),
            code(command),
            plain(" begins it. Only you read this line."),
        ];
    }
    let each: Vec<String> = deeds.iter().map(|(deed, n)| format!("{} {}", grouped(*n), name(*deed))).collect();
    vec![bold("You"), plain(format!(", in the last four weeks: {}. Only you read this line.", each.join(", ")))]
}

fn name(deed: Deed) -> &'static str {
    match deed {
        Deed::Told => "told",
        Deed::HeardToo => "heard too",
        Deed::Closed => "closed",
        Deed::Signed => "signed",
        Deed::Reopened => "brought back",
        Deed::Corrected => "corrected",
    }
}

fn band(band: &ShownBand) -> Block {
    let ShownBand { functions, share } = band;
    let (name, together) = match functions.as_slice() {
        [one] => (one.clone(), ""),
        [first @ .., last] => (format!("{} and {last}", first.join(", ")), ", together"),
        [] => (String::new(), ""),
    };
    let share = match share {
        Share::UnderAQuarter => "under a quarter".to_owned(),
        Share::AQuarterOrMore => "a quarter or more".to_owned(),
        Share::About(percent) => format!("about {percent} %"),
    };
    Block::Text(vec![bold(name), plain(format!("{together}: {share}"))])
}

fn explained(day: Date) -> String {
    let end = day.checked_sub(jiff::Span::new().days(STANDS)).unwrap_or(day);
    let end = end.yesterday().unwrap_or(end).strftime("%-d %B");
    format!(
        "Of each team: how many of its people told, closed, signed, brought back or corrected a record, or heard one too, in the {} weeks \
         up to {end}. A quarter of a team, and two at least, is full marks. People count, not records; nobody's own share is shown to \
         anybody else, and of few people nothing is.",
        DAYS / 7
    )
}
