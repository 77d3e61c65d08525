//! `rules.toml`: the words by which feedback is tagged. What the keys mean is said at [`Rule`].

use toml::de::DeValue;

use super::functions::Named;
use super::kinds::FUNCTION_ID;
use super::reader::{File, Kind, Table, Unfit, quoted};
use crate::domain::tagging::{Rule, Weight};

/// Reads the file. `None` where it is no TOML or a rule has a fault.
///
/// Whether the functions exist is checked where they are known: a file of functions that is no TOML has its own
/// faults, and a hundred more would hide them.
pub(super) fn read(file: &File<'_>, functions: Option<&Named>) -> Option<Vec<Rule>> {
    let rules = file.read(|root| root.tables("rule", |table| rule(table, functions)))?;
    rules.into_iter().collect()
}

fn rule(table: &mut Table<'_>, functions: Option<&Named>) -> Option<Rule> {
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
    let phrases = table.optional("phrases", &TEXTS);
    let regexes = table.optional("regex", &TEXTS);
    let weight = table.optional("weight", &WEIGHT);
    let unless = table.optional("unless", &TEXTS);
    let mut rule = Rule::new(id?, function?);
    rule.phrases = phrases.unwrap_or_default();
    rule.regexes = regexes.unwrap_or_default();
    rule.weight = weight.unwrap_or_default();
    rule.unless = unless.unwrap_or_default();
    Some(rule)
}

const TEXT: Kind<String> = Kind { expected: "a text in quotes", read: |value| Ok(value.text()?.to_owned()) };

const TEXTS: Kind<Vec<String>> = Kind { expected: "a list of texts like [\"invoice\", \"vat number\"]", read: |value| value.list(&TEXT) };

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
