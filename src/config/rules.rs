//! `rules.toml`: the words by which feedback is tagged, and those by which it is known. What the keys mean is said at
//! [`Rule`], [`Sign`](crate::domain::noise::Sign) and [`Alarm`](crate::domain::urgent::Alarm).

use super::alarms::{self, Urgent};
use super::functions::Named;
use super::kinds::FUNCTION_ID;
use super::patterns::{self, Places, WEIGHT};
use super::reader::{File, Kind, Table, Unfit};
use super::signs::{self, Noise};
use crate::domain::tagging::{Language, Rule, Tagger, Weight};

/// What the file gave.
pub(super) struct Rules {
    /// In the order of the file.
    pub(super) listed: Vec<Rule>,
    /// The same, in force.
    pub(super) tagger: Tagger,
    /// The signs and the filter.
    pub(super) noise: Noise,
    /// What cannot wait.
    pub(super) urgent: Urgent,
}

/// Reads the file. `None` where it is no TOML or a rule or sign has a fault.
///
/// Whether the functions exist is checked where they are known: a file of functions that is no TOML has its own
/// faults, and a hundred more would hide them.
pub(super) fn read(file: &File<'_>, functions: Option<&Named>) -> Option<Rules> {
    let (read, noise, urgent) =
        file.read(|root| (root.tables("rule", |table| rule(table, functions)), signs::read(root), alarms::read(root)))?;
    let tables = read.len();
    // The readable ones are put in force even where others are not, so that their faults are found in the same round.
    let (rules, places): (Vec<Rule>, Vec<Places>) = read.into_iter().flatten().unzip();
    match Tagger::new(rules.clone()) {
        Ok(tagger) if rules.len() == tables => Some(Rules { listed: rules, tagger, noise: noise?, urgent: urgent? }),
        Ok(_) => None,
        Err(faults) => {
            let tables: Vec<(&str, &Places)> = rules.iter().map(|rule| rule.id.as_str()).zip(&places).collect();
            patterns::tell(file, "rule", &tables, faults);
            None
        }
    }
}

fn rule(table: &mut Table<'_>, functions: Option<&Named>) -> Option<(Rule, Places)> {
    let id = patterns::id(table, "rule");
    let function = table.required("function", &FUNCTION_ID);
    if let (Some(id), Some(functions)) = (&function, functions)
        && let Err(why) = functions.check(id)
    {
        table.file().fault(table.place("function"), why);
    }
    let weight = table.optional_or("weight", &WEIGHT, Weight::default);
    let language = table.optional("language", &LANGUAGE);
    let patterns = patterns::read(table)?;
    let (id, function, weight) = (id?, function?, weight?);
    let rule = Rule { id, function, phrases: patterns.phrases, regexes: patterns.regexes, weight, unless: patterns.unless, language };
    Some((rule, patterns.places))
}

const LANGUAGE: Kind<Language> =
    Kind { expected: "\"en\", \"de\", \"fr\", \"es\" or \"ja\"", read: |value| Language::parse(value.text()?).ok_or(Unfit::Other) };
