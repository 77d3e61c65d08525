//! The part of `rules.toml` that tells of which kind something is: `[[kind]]`.

use super::patterns::{self, Patterns, Places};
use super::reader::{Kind as Read, Table, Unfit};
use crate::domain::kind::{Kind, KindWords, Kinds};
use crate::domain::tagging::Language;

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
    let language = table.optional_or("language", &LANGUAGE, || None);
    let patterns = patterns::read(table)?;
    let Patterns { phrases, regexes, unless, places } = patterns;
    Some((KindWords { id: id?, is: is?, language: language?, phrases, regexes, unless }, places))
}

const IS: Read<Kind> = Read {
    expected: "\"problem\", \"wish\", \"question\" or \"praise\"",
    read: |value| {
        let name = value.text()?;
        Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or(Unfit::Other)
    },
};

const LANGUAGE: Read<Option<Language>> = Read {
    expected: "\"en\", \"de\", \"fr\", \"es\" or \"ja\"",
    read: |value| Language::parse(value.text()?).map(Some).ok_or(Unfit::Other),
};
