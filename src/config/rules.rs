//! `rules.toml`: the words by which feedback is tagged. What the keys mean is said at [`Rule`].

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::functions::Named;
use super::kinds::FUNCTION_ID;
use super::reader::{File, Kind, Table, Unfit, one_line, quoted};
use crate::domain::tagging::{Key, Reason, Rule, RuleFault, Tagger, Weight};

/// What the file gave.
pub(super) struct Rules {
    /// In the order of the file.
    pub(super) rules: Vec<Rule>,
    /// The same, in force.
    pub(super) tagger: Tagger,
}

/// A rule, and where its parts stand: first bytes.
struct Placed {
    rule: Rule,
    at: usize,
    id: usize,
    phrases: Vec<usize>,
    regexes: Vec<usize>,
    unless: Vec<usize>,
}

/// Reads the file. `None` where it is no TOML or a rule has a fault.
///
/// Whether the functions exist is checked where they are known: a file of functions that is no TOML has its own
/// faults, and a hundred more would hide them.
pub(super) fn read(file: &File<'_>, functions: Option<&Named>) -> Option<Rules> {
    let read = file.read(|root| root.tables("rule", |table| rule(table, functions)))?;
    let tables = read.len();
    // The readable ones are put in force even where others are not, so that their faults are found in the same round.
    let placed: Vec<Placed> = read.into_iter().flatten().collect();
    let rules: Vec<Rule> = placed.iter().map(|placed| placed.rule.clone()).collect();
    match Tagger::new(rules.clone()) {
        Ok(tagger) => (rules.len() == tables).then_some(Rules { rules, tagger }),
        Err(faults) => {
            let lines = first_lines(file, &placed);
            for fault in faults {
                if let Some(placed) = placed.get(fault.index) {
                    file.fault(placed.place_of(&fault), said(&fault, file, placed, &lines));
                }
            }
            None
        }
    }
}

impl Placed {
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

/// The line in which each id is given first.
fn first_lines<'r>(file: &File<'_>, placed: &'r [Placed]) -> BTreeMap<&'r str, usize> {
    placed.iter().rev().map(|placed| (placed.rule.id.as_str(), file.line(placed.id))).collect()
}

fn said(fault: &RuleFault, file: &File<'_>, placed: &Placed, lines: &BTreeMap<&str, usize>) -> String {
    let id = quoted(&placed.rule.id);
    match (&fault.reason, lines.get(placed.rule.id.as_str())) {
        (Reason::SameId, Some(first)) => {
            format!("two rules have the id {id}, in line {first} and in line {}; rename one", file.line(placed.id))
        }
        (reason, _) => format!("in the rule {id}: {}", one_line(&reason.to_string())),
    }
}

fn rule(table: &mut Table<'_>, functions: Option<&Named>) -> Option<Placed> {
    let id = table.required("id", &TEXT);
    if let Some(id) = &id {
        table.call(format!("the rule {}", quoted(id)));
    }
    let function = table.required("function", &FUNCTION_ID);
    if let (Some(id), Some(functions)) = (&function, functions)
        && let Err(why) = functions.check(id)
    {
        table.file().fault(table.place("function"), why);
    }
    let phrases = table.optional_or("phrases", &TEXTS, Vec::new);
    let regexes = table.optional_or("regex", &TEXTS, Vec::new);
    let weight = table.optional_or("weight", &WEIGHT, Weight::default);
    let unless = table.optional_or("unless", &TEXTS, Vec::new);
    let (phrase_texts, phrases) = phrases?.into_iter().unzip();
    let (regex_texts, regexes) = regexes?.into_iter().unzip();
    let (unless_texts, unless) = unless?.into_iter().unzip();
    let (id, function, weight) = (id?, function?, weight?);
    let rule = Rule { id, function, phrases: phrase_texts, regexes: regex_texts, weight, unless: unless_texts };
    Some(Placed { rule, at: table.at, id: table.place("id"), phrases, regexes, unless })
}

const TEXT: Kind<String> = Kind { expected: "a text in quotes", read: |value| Ok(value.text()?.to_owned()) };

/// Texts, each with its first byte in the file.
const TEXTS: Kind<Vec<(String, usize)>> =
    Kind { expected: "a list of texts like [\"invoice\", \"vat number\"]", read: |value| value.list(&PLACED_TEXT) };

const PLACED_TEXT: Kind<(String, usize)> = Kind { expected: TEXT.expected, read: |value| Ok(((TEXT.read)(value)?, value.at)) };

const WEIGHT: Kind<Weight> = Kind {
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
