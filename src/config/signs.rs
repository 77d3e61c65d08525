//! The part of `rules.toml` that tells customers' words from chatter: `[filter]` and the signs.

use super::patterns::{self, Places, WEIGHT};
use super::reader::{Kind, Table, Unfit};
use crate::domain::noise::{Chatter, Filter, Says, Sign, Strengths};
use crate::domain::tagging::Weight;

/// What the file gave.
pub(super) struct Noise {
    /// What counts beside the signs.
    pub(super) strengths: Strengths,
    /// In the order of the file.
    pub(super) signs: Vec<Sign>,
    /// The same, in force.
    pub(super) filter: Filter,
}

/// Reads both. `None` where one has a fault.
pub(super) fn read(root: &mut Table<'_>) -> Option<Noise> {
    let strengths = root.table("filter", strengths);
    let read = root.tables("sign", sign);
    let tables = read.len();
    // As with rules: the readable ones are put in force even where others are not.
    let (signs, places): (Vec<Sign>, Vec<Places>) = read.into_iter().flatten().unzip();
    match Filter::new(signs.clone(), strengths) {
        Ok(filter) => (signs.len() == tables).then_some(Noise { strengths, signs, filter }),
        Err(faults) => {
            let tables: Vec<(&str, &Places)> = signs.iter().map(|sign| sign.id.as_str()).zip(&places).collect();
            patterns::tell(root.file(), "sign", &tables, faults);
            None
        }
    }
}

/// A fault leaves the default in place: the whole is thrown away where there is one.
fn strengths(table: &mut Table<'_>) -> Strengths {
    let ours = Strengths::default();
    let mut weight = |key, ours| table.optional(key, &WEIGHT).unwrap_or(ours);
    Strengths {
        threshold: weight("threshold", ours.threshold),
        account: weight("account", ours.account),
        tagged: weight("tagged", ours.tagged),
        quote: weight("quote", ours.quote),
    }
}

fn sign(table: &mut Table<'_>) -> Option<(Sign, Places)> {
    let id = patterns::id(table, "sign");
    let weight = table.optional_or("weight", &WEIGHT, Weight::default);
    let because = table.optional("because", &CHATTER);
    let says = weight.and_then(|weight| match (weight.thousandths() < 0, because) {
        (true, Some(because)) => Some(Says::Colleagues(weight, because)),
        (false, None) if !table.has("because") => Some(Says::Customer(weight)),
        (true, None) => {
            // One with a fault is said, and is not called missing as well.
            if !table.has("because") {
                table.lacks("because", ", since the weight is below 0", &CHATTER);
            }
            None
        }
        (false, _) => {
            let wrong = "a sign that speaks for a customer leaves nothing out; delete \"because\", or set the weight below 0";
            table.file().fault(table.place("because"), wrong);
            None
        }
    });
    let patterns = patterns::read(table)?;
    let sign = Sign { id: id?, phrases: patterns.phrases, regexes: patterns.regexes, unless: patterns.unless, says: says? };
    Some((sign, patterns.places))
}

const CHATTER: Kind<Chatter> = Kind {
    expected: "\"greeting\" or \"logistics\"",
    read: |value| match value.text()? {
        "greeting" => Ok(Chatter::Greeting),
        "logistics" => Ok(Chatter::Logistics),
        _ => Err(Unfit::Other),
    },
};
