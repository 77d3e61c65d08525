//! `[hints]` in `allears.toml`: a language model that is asked where the tagger is unsure.

use toml::de::DeValue;

use super::address::Address;
use super::reader::{Kind, Table, Unfit};

/// A language model that is asked for hints, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hints {
    /// Where it is asked: `/chat/completions` is put behind it.
    pub url: Address,
    /// By which name it knows the model.
    pub model: String,
    /// How often a day it is asked at most.
    pub daily: u32,
    /// How many seconds it may take.
    pub seconds: u32,
}

/// Reads the table; without an address nobody is asked.
pub(super) fn hints(table: &mut Table<'_>) -> Option<Hints> {
    let url = table.optional("url", &URL);
    let model = table.optional("model", &MODEL);
    let daily = table.optional("daily", &TIMES);
    let seconds = table.optional("seconds", &SECONDS);
    let (has_url, has_model) = (table.has("url"), table.has("model"));
    if !has_url && ["model", "daily", "seconds"].iter().any(|key| table.has(key)) {
        table.lacks("url", ", so that it is known whom to ask", &URL);
    }
    if has_url && !has_model {
        table.lacks("model", ", so that it is known which one to ask for", &MODEL);
    }
    Some(Hints { url: url?, model: model?, daily: daily.unwrap_or(200), seconds: seconds.unwrap_or(20) })
}

const URL: Kind<Address> = Kind {
    expected: "an address like \"https://models.example.com/v1\"",
    read: |value| Address::http(value.text()?).map_err(|why| Unfit::Because(why.to_string())),
};

const MODEL: Kind<String> = Kind {
    expected: "the name of a model (1 to 100 letters, digits and marks, without spaces)",
    read: |value| {
        let text = value.text()?;
        let good = (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if good { Ok(text.to_owned()) } else { Err(Unfit::Other) }
    },
};

const TIMES: Kind<u32> = Kind { expected: "a number from 1 to 100000", read: |value| number(value.raw(), 100_000) };

const SECONDS: Kind<u32> = Kind { expected: "a number of seconds from 1 to 60", read: |value| number(value.raw(), 60) };

fn number(value: &DeValue<'_>, most: u32) -> Result<u32, Unfit> {
    let DeValue::Integer(number) = value else { return Err(Unfit::Other) };
    let number = u32::from_str_radix(number.as_str(), number.radix()).map_err(|_| Unfit::Other)?;
    if (1..=most).contains(&number) { Ok(number) } else { Err(Unfit::Other) }
}
