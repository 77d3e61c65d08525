//! `rules.toml` and the rules of single languages: the words by which feedback is tagged, and those by which it is known. What the keys mean is said at
//! [`Rule`], [`Sign`](crate::domain::noise::Sign) and [`Alarm`](crate::domain::urgent::Alarm).

use super::alarms::{self, Urgent};
use super::functions::Named;
use super::kind_words::{self, Told};
use super::kinds::FUNCTION_ID;
use super::patterns::{self, Places, WEIGHT};
use super::reader::{File, Kind, Table, Unfit};
use super::signs::{self, Noise};
use crate::domain::function::FunctionId;
use crate::domain::tagging::{Language, Rule, RuleFault, Tagger, Weight};

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
    /// Of which kind something is.
    pub(super) told: Told,
}

/// Reads `rules.toml` and the rules of single languages. `None` where one is no TOML or a rule or sign has a fault.
///
/// Whether the functions exist is checked where they are known: a file of functions that is no TOML has its own
/// faults, and a hundred more would hide them.
pub(super) fn read(file: &File<'_>, of_languages: &[(Language, Option<File<'_>>)], functions: Option<&Named>) -> Option<Rules> {
    let (read, noise, (urgent, told)) = file.read(|root| {
        let rules = root.tables("rule", |table| rule(table, functions, None));
        (rules, signs::read(root), (alarms::read(root), kind_words::read(root)))
    })?;
    let mut files = vec![(file, read)];
    for (language, file) in of_languages {
        let file = file.as_ref()?;
        files.push((file, file.read(|root| root.tables("rule", |table| rule(table, functions, Some(*language))))?));
    }
    let whole = files.iter().all(|(_, read)| read.iter().all(Option::is_some));
    // The readable ones are put in force even where others are not, so that their faults are found in the same round.
    let read: Vec<(&File<'_>, Vec<(Rule, Places)>)> =
        files.into_iter().map(|(file, read)| (file, read.into_iter().flatten().collect())).collect();
    let listed: Vec<Rule> = read.iter().flat_map(|(_, rules)| rules).map(|(rule, _)| rule.clone()).collect();
    match Tagger::new(listed.clone()) {
        Ok(tagger) => whole.then_some(Rules { listed, tagger, noise: noise?, urgent: urgent?, told: told? }),
        Err(faults) => {
            tell(&read, &faults);
            None
        }
    }
}

/// Says the faults of rules in the files in which they stand.
fn tell(read: &[(&File<'_>, Vec<(Rule, Places)>)], faults: &[RuleFault]) {
    let mut first = 0;
    for (file, rules) in read {
        let end = first + rules.len();
        let here = faults.iter().filter(|fault| (first..end).contains(&fault.index));
        let here = here.map(|fault| RuleFault { index: fault.index - first, ..fault.clone() }).collect();
        let tables: Vec<(&str, &Places)> = rules.iter().map(|(rule, places)| (rule.id.as_str(), places)).collect();
        patterns::tell(file, "rule", &tables, here);
        first = end;
    }
}

/// A rule; of a file's language where it does not say its own.
fn rule(table: &mut Table<'_>, functions: Option<&Named>, of_file: Option<Language>) -> Option<(Rule, Places)> {
    let id = patterns::id(table, "rule");
    let function = table.required("function", &OF);
    if let (Some(Some(id)), Some(functions)) = (&function, functions)
        && let Err(why) = functions.check(id)
    {
        table.file().fault(table.place("function"), why);
    }
    let weight = table.optional_or("weight", &WEIGHT, Weight::default);
    let language = table.optional("language", &LANGUAGE).or(of_file);
    let patterns = patterns::read(table)?;
    let (id, function, weight) = (id?, function?, weight?);
    let rule = Rule { id, function, phrases: patterns.phrases, regexes: patterns.regexes, weight, unless: patterns.unless, language };
    Some((rule, patterns.places))
}

/// A function, or none for all of them.
const OF: Kind<Option<FunctionId>> = Kind {
    expected: FUNCTION_ID.expected,
    read: |value| if value.text()? == "*" { Ok(None) } else { (FUNCTION_ID.read)(value).map(Some) },
};

const LANGUAGE: Kind<Language> =
    Kind { expected: "\"en\", \"de\", \"fr\", \"es\" or \"ja\"", read: |value| Language::parse(value.text()?).ok_or(Unfit::Other) };
