//! JSON lines with a `text`, as people give them to `tag` and to the demo.

use serde_json::error::Category;
use serde_json::{Map, Value};

/// What a line should be.
pub(super) const EACH_LINE: &str = "each line is a JSON object such as {\"text\": \"the invoice is wrong\"}";

/// The text of a line; else what is wrong with the line, to be said after its number.
pub(super) fn text_of(line: &[u8]) -> Result<String, String> {
    let mut fields: Map<String, Value> = serde_json::from_slice(line).map_err(|error| unlike(&error))?;
    match fields.remove("text") {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err("has a \"text\" that is no string".to_owned()),
        None => Err("has no \"text\"".to_owned()),
    }
}

fn unlike(error: &serde_json::Error) -> String {
    let said = error.to_string();
    // The library counts lines within what it was given, which is always the first.
    let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
    match error.classify() {
        Category::Data => "is no JSON object".to_owned(),
        Category::Eof if error.column() == 0 => "is blank".to_owned(),
        Category::Syntax | Category::Eof | Category::Io => format!("is no JSON from byte {} on ({what})", error.column()),
    }
}
