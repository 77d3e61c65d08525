//! `functions.toml`: the departments of the company, who answers for each, and when and where each reads.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use toml::de::DeValue;

use super::kinds::{CHANNEL, DATES, FUNCTION_ID, FUNCTION_IDS, NAME, PERSON, TIME, WEEKDAYS, ZONE};
use super::nearest::nearest;
use super::reader::{File, Kind, Table, Unfit, quoted};
use crate::domain::function::FunctionId;
use crate::domain::ids::UserId;
use crate::domain::routing::{Day, Function, Members, Routing, Schedule};
use crate::domain::tagging::{PerMille, TAGGED, Weight};

/// What the file gave.
pub(super) struct Functions {
    /// All functions; `None` where one has a fault, or there is none.
    pub(super) routing: Option<Routing>,
    /// The ids that other files may name, those of functions with other faults too.
    pub(super) named: Named,
}

/// Ids of functions, live and merged.
#[derive(Default)]
pub(super) struct Named {
    /// Of the functions there are, each with its line.
    live: BTreeMap<FunctionId, usize>,
    /// Of functions that were merged into another, each with that other and its line.
    was: BTreeMap<FunctionId, (FunctionId, usize)>,
}

impl Named {
    /// Whether a function is there; else a sentence that says so, with the nearest there is.
    pub(super) fn check(&self, id: &FunctionId) -> Result<(), String> {
        if self.live.contains_key(id) {
            return Ok(());
        }
        if let Some((into, _)) = self.was.get(id) {
            return Err(format!("the function \"{id}\" was merged into \"{into}\"; write \"{into}\""));
        }
        let live = || self.live.keys().map(FunctionId::as_str);
        Err(match nearest(id.as_str(), live()) {
            Some(near) => format!("there is no function {}; did you mean \"{near}\"?", quoted(id.as_str())),
            None => format!("there is no function {}; there are {}", quoted(id.as_str()), live().collect::<Vec<_>>().join(", ")),
        })
    }

    fn add_live(&mut self, id: &FunctionId, table: &Table<'_>) {
        let (file, at) = (table.file(), table.place("id"));
        if let Some(first) = self.live.get(id) {
            let here = file.line(at);
            file.fault(at, format!("two functions have the id \"{id}\", in line {first} and in line {here}; rename one"));
        } else {
            self.live.insert(id.clone(), file.line(at));
        }
    }
}

/// When functions read, as `[defaults]` and each function may say it.
#[derive(Clone)]
struct Hours {
    at: Option<Time>,
    zone: Option<TimeZone>,
    /// A zone with a fault is said, and is not called missing as well.
    zone_is_said: bool,
    weekdays: Option<BTreeSet<Day>>,
    holidays: Option<BTreeSet<Date>>,
}

impl Hours {
    fn read(table: &mut Table<'_>) -> Self {
        Self {
            at: table.optional("digest", &TIME),
            zone: table.optional("zone", &ZONE),
            zone_is_said: table.has("zone"),
            weekdays: table.optional("weekdays", &WEEKDAYS),
            holidays: table.optional("holidays", &DATES),
        }
    }

    /// The schedule that a function has: its own word, else the shared one, else ours.
    fn or(self, shared: &Self, table: &Table<'_>) -> Option<Schedule> {
        if !self.zone_is_said && !shared.zone_is_said {
            table.lacks("zone", " here or in [defaults]", &ZONE);
        }
        let shared = shared.clone();
        Some(Schedule {
            at: self.at.or(shared.at).unwrap_or(Time::constant(9, 0, 0, 0)),
            zone: self.zone.or(shared.zone)?,
            weekdays: self.weekdays.or(shared.weekdays).unwrap_or_else(Day::monday_to_friday),
            holidays: self.holidays.or(shared.holidays).unwrap_or_default(),
        })
    }
}

/// Reads the file. `None` where it is no TOML.
pub(super) fn read(file: &File<'_>) -> Option<Functions> {
    file.read(|root| {
        let shared = root.table("defaults", Hours::read);
        let mut named = Named::default();
        let mut merged = Vec::new();
        let faults_before = file.count();
        let functions = root.tables("function", |table| {
            let function = function(table, &shared, &mut named);
            merged.extend(function.id.zip(function.was));
            function.whole
        });
        if functions.is_empty() && file.count() == faults_before {
            let next = "begin with [[function]]; the file that ships with All Ears has ten to start from";
            file.fault(root.place("function"), format!("there is no function, so nobody would read anything; {next}"));
        }
        for (into, was) in merged {
            check_merged(&mut named, file, &into, was);
        }
        let routing = functions.into_iter().collect::<Option<Vec<_>>>().and_then(Routing::new);
        Functions { routing, named }
    })
}

/// What one `[[function]]` gave: its ids as far as they could be read, and the whole where all could.
struct Read {
    id: Option<FunctionId>,
    was: Option<Vec<(FunctionId, usize)>>,
    whole: Option<Function>,
}

fn function(table: &mut Table<'_>, shared: &Hours, named: &mut Named) -> Read {
    let id = table.required("id", &FUNCTION_ID);
    if let Some(id) = &id {
        table.call(format!("the function \"{id}\""));
        named.add_live(id, table);
    }
    let name = table.required("name", &NAME);
    let was = table.optional_or("was", &FUNCTION_IDS, Vec::new);
    let channel = table.required("channel", &CHANNEL);
    let members = table.optional("members", &MEMBERS).unwrap_or(Members::OfChannel);
    let lead = table.required("lead", &PERSON);
    let deputy = table.optional("deputy", &PERSON);
    if deputy.is_some() && deputy == lead {
        let fault = "the deputy is the lead; name somebody else, or leave \"deputy\" out";
        table.file().fault(table.place("deputy"), fault);
    }
    let digest = Hours::read(table).or(shared, table);
    let tag_at = table.optional_or("tag_at", &PROBABILITY, || TAGGED);
    let parts = (id.clone(), name, was.clone(), channel, lead, digest.zip(tag_at));
    let whole = match parts {
        (Some(id), Some(name), Some(was), Some(channel), Some(lead), Some((digest, tag_at))) => {
            let was = was.into_iter().map(|(id, _)| id).collect();
            Some(Function { id, name, was, channel, members, lead, deputy, digest, tag_at })
        }
        _ => None,
    };
    Read { id, was, whole }
}

/// Notes the ids of functions that were merged into one: none may live on, or be merged twice.
fn check_merged(named: &mut Named, file: &File<'_>, into: &FunctionId, was: Vec<(FunctionId, usize)>) {
    for (old, at) in was {
        if let Some(line) = named.live.get(&old) {
            let next = "a function that was merged is no longer there; delete one of the two";
            file.fault(at, format!("\"{old}\" is also the id of a function, in line {line}; {next}"));
        } else if let Some((other, line)) = named.was.get(&old) {
            file.fault(at, format!("\"{old}\" was merged into \"{other}\" already, in line {line}; keep one of them"));
        } else {
            named.was.insert(old, (into.clone(), file.line(at)));
        }
    }
}

/// From 0.05 to 0.95: below, everything would be tagged, and above, nothing.
const PROBABILITY: Kind<PerMille> = Kind {
    expected: "a probability like 0.5 (from 0.05 to 0.95, at most three decimals)",
    read: |value| {
        let DeValue::Float(number) = value.raw() else { return Err(Unfit::Other) };
        let weight: Weight = number.as_str().parse().map_err(|_| Unfit::Other)?;
        let p = u16::try_from(weight.thousandths()).map_err(|_| Unfit::Other)?;
        if (50..=950).contains(&p) { Ok(PerMille(p)) } else { Err(Unfit::Other) }
    },
};

const MEMBERS: Kind<Members> = Kind {
    expected: "\"channel\" or a list of people's ids like [\"U012AB3CD\"]",
    read: |value| {
        if let Ok(word) = value.text() {
            return if word == "channel" { Ok(Members::OfChannel) } else { Err(Unfit::Other) };
        }
        let people: BTreeSet<UserId> = value.list(&PERSON)?;
        if people.is_empty() {
            return Err(Unfit::Because("nobody is listed; name somebody, or write \"channel\"".to_owned()));
        }
        Ok(Members::Listed(people))
    },
};
