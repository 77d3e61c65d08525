//! What rules and signs have in common: an id, phrases, regular expressions, a weight, and how faults of theirs are said.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::reader::{File, Kind, Table, Unfit, one_line, quoted};
use crate::domain::tagging::{Key, Reason, RuleFault, Weight};

/// What one table looks for.
pub(super) struct Patterns {
    pub(super) phrases: Vec<String>,
    pub(super) regexes: Vec<String>,
    pub(super) unless: Vec<String>,
    /// Where they stand.
    pub(super) places: Places,
}

/// Where the parts of a table stand: first bytes.
pub(super) struct Places {
    at: usize,
    id: usize,
    phrases: Vec<usize>,
    regexes: Vec<usize>,
    unless: Vec<usize>,
}

/// Reads an id, and calls the table by it: `what` is "rule" or "sign".
pub(super) fn id(table: &mut Table<'_>, what: &str) -> Option<String> {
    let id = table.required("id", &TEXT);
    if let Some(id) = &id {
        table.call(format!("the {what} {}", quoted(id)));
    }
    id
}

/// Reads what the table looks for.
pub(super) fn read(table: &mut Table<'_>) -> Option<Patterns> {
    let phrases = table.optional_or("phrases", &TEXTS, Vec::new);
    let regexes = table.optional_or("regex", &TEXTS, Vec::new);
    let unless = table.optional_or("unless", &TEXTS, Vec::new);
    let (phrases, placed_phrases) = phrases?.into_iter().unzip();
    let (regexes, placed_regexes) = regexes?.into_iter().unzip();
    let (unless, placed_unless) = unless?.into_iter().unzip();
    let (at, id) = (table.at, table.place("id"));
    let places = Places { at, id, phrases: placed_phrases, regexes: placed_regexes, unless: placed_unless };
    Some(Patterns { phrases, regexes, unless, places })
}

impl Places {
    fn place_of(&self, fault: &RuleFault) -> usize {
        let place = match fault.key {
            Key::Rule => None,
            Key::Id => Some(&self.id),
            Key::Phrase(n) => self.phrases.get(n),
            Key::Regex(n) => self.regexes.get(n),
            Key::Unless(n) => self.unless.get(n),
        };
        *place.unwrap_or(&self.at)
    }
}

/// Says the faults of tables, given each with its id in the order in which they were put in force.
pub(super) fn tell(file: &File<'_>, what: &str, tables: &[(&str, &Places)], faults: Vec<RuleFault>) {
    // The line in which each id is given first.
    let lines: BTreeMap<&str, usize> = tables.iter().rev().map(|(id, places)| (*id, file.line(places.id))).collect();
    for fault in faults {
        let Some((id, places)) = tables.get(fault.index) else { continue };
        let shown = quoted(id);
        let said = match (&fault.reason, lines.get(id)) {
            // Where the other stands in another file, its line would mislead.
            (Reason::SameId, Some(first)) if *first != file.line(places.id) => {
                format!("two {what}s have the id {shown}, in line {first} and in line {}; rename one", file.line(places.id))
            }
            (reason, _) => format!("in the {what} {shown}: {}", one_line(&reason.to_string())),
        };
        file.fault(places.place_of(&fault), said);
    }
}

const TEXT: Kind<String> = Kind { expected: "a text in quotes", read: |value| Ok(value.text()?.to_owned()) };

/// Texts, each with its first byte in the file.
const TEXTS: Kind<Vec<(String, usize)>> =
    Kind { expected: "a list of texts like [\"invoice\", \"vat number\"]", read: |value| value.list(&PLACED_TEXT) };

const PLACED_TEXT: Kind<(String, usize)> = Kind { expected: TEXT.expected, read: |value| Ok(((TEXT.read)(value)?, value.at)) };

/// A weight.
pub(super) const WEIGHT: Kind<Weight> = Kind {
    expected: "a weight like 1.5 (from -10 to 10, not 0, at most three decimals)",
    read: |value| {
        let text = match value.raw() {
            DeValue::Float(number) => number.as_str(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => return Err(Unfit::Other),
        };
        text.parse().map_err(|_| Unfit::Other)
    },
};
