//! The part of `rules.toml` that tells what cannot wait: `[[urgent]]`.

use super::patterns::{self, Places};
use super::reader::{Kind, Table, Unfit};
use crate::domain::urgent::{Alarm, Alarms, Urgency};

/// What the file gave.
pub(super) struct Urgent {
    /// In the order of the file.
    pub(super) listed: Vec<Alarm>,
    /// The same, in force.
    pub(super) alarms: Alarms,
}

/// Reads them. `None` where one has a fault.
pub(super) fn read(root: &mut Table<'_>) -> Option<Urgent> {
    let read = root.tables("urgent", alarm);
    let tables = read.len();
    // As with rules: the readable ones are put in force even where others are not.
    let (listed, places): (Vec<Alarm>, Vec<Places>) = read.into_iter().flatten().unzip();
    match Alarms::new(&listed) {
        Ok(alarms) => (listed.len() == tables).then_some(Urgent { listed, alarms }),
        Err(faults) => {
            let tables: Vec<(&str, &Places)> = listed.iter().map(|alarm| alarm.id.as_str()).zip(&places).collect();
            patterns::tell(root.file(), "alarm", &tables, faults);
            None
        }
    }
}

fn alarm(table: &mut Table<'_>) -> Option<(Alarm, Places)> {
    let id = patterns::id(table, "alarm");
    let because = table.required("because", &BECAUSE);
    let patterns = patterns::read(table)?;
    let alarm = Alarm { id: id?, because: because?, phrases: patterns.phrases, regexes: patterns.regexes, unless: patterns.unless };
    Some((alarm, patterns.places))
}

const BECAUSE: Kind<Urgency> = Kind {
    expected: "\"churn\", \"outage\", \"security\" or \"legal\"",
    read: |value| match value.text()? {
        "churn" => Ok(Urgency::Churn),
        "outage" => Ok(Urgency::Outage),
        "security" => Ok(Urgency::Security),
        "legal" => Ok(Urgency::Legal),
        _ => Err(Unfit::Other),
    },
};
