//! The part of `rules.toml` that tells of which kind something is: `[[kind]]`.

use super::patterns::{self, Places};
use super::reader::{Kind as Read, Table, Unfit};
use crate::domain::kind::{Kind, KindWords, Kinds};

/// What the file gave.
pub(super) struct Told {
    /// In the order of the file.
    pub(super) listed: Vec<KindWords>,
    /// The same, in force.
    pub(super) kinds: Kinds,
}

/// Reads them. `None` where one has a fault.
pub(super) fn read(root: &mut Table<'_>) -> Option<Told> {
    let read = root.tables("kind", words);
    let tables = read.len();
    // As with rules: the readable ones are put in force even where others are not.
    let (listed, places): (Vec<KindWords>, Vec<Places>) = read.into_iter().flatten().unzip();
    match Kinds::new(&listed) {
        Ok(kinds) => (listed.len() == tables).then_some(Told { listed, kinds }),
        Err(faults) => {
            let tables: Vec<(&str, &Places)> = listed.iter().map(|words| words.id.as_str()).zip(&places).collect();
            patterns::tell(root.file(), "kind", &tables, faults);
            None
        }
    }
}

fn words(table: &mut Table<'_>) -> Option<(KindWords, Places)> {
    let id = patterns::id(table, "kind");
    let is = table.required("is", &IS);
    let patterns = patterns::read(table)?;
    let words = KindWords { id: id?, is: is?, phrases: patterns.phrases, regexes: patterns.regexes, unless: patterns.unless };
    Some((words, patterns.places))
}

const IS: Read<Kind> = Read {
    expected: "\"problem\", \"wish\", \"question\" or \"praise\"",
    read: |value| match value.text()? {
        "problem" => Ok(Kind::Problem),
        "wish" => Ok(Kind::Wish),
        "question" => Ok(Kind::Question),
        "praise" => Ok(Kind::Praise),
        _ => Err(Unfit::Other),
    },
};
