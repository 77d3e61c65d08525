//! JSON lines with a `text`, as people give them to `tag`, `evaluate` and the demo.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context;
use serde_json::error::Category;
use serde_json::{Map, Value};

/// What a line should be.
pub(super) const EACH_LINE: &str = "each line is a JSON object such as {\"text\": \"the invoice is wrong\"}";
/// What a line with functions should be.
const EACH_LABELLED: &str = "each line is a JSON object such as {\"text\": \"the invoice is wrong\", \"functions\": [\"finance\"]}";

/// A text, and the names of the functions that it concerns.
#[derive(Debug)]
pub(super) struct Labelled {
    pub(super) text: String,
    pub(super) functions: Vec<String>,
}

/// The text of a line; else what is wrong with the line, to be said after its number.
pub(super) fn text_of(line: &[u8]) -> Result<String, String> {
    text(&mut fields(line)?)
}

/// Reads a file of texts with their functions, to the first bad line.
pub(super) fn labelled(path: &Path) -> anyhow::Result<Vec<Labelled>> {
    read(path, EACH_LABELLED, labelled_of)
}

/// Reads a file of texts, some of which may name their functions.
pub(super) fn labelled_or_not(path: &Path) -> anyhow::Result<Vec<Labelled>> {
    read(path, EACH_LINE, |line| {
        if fields(line)?.contains_key("functions") { labelled_of(line) } else { Ok(Labelled { text: text_of(line)?, functions: vec![] }) }
    })
}

fn read(path: &Path, each: &str, of: impl Fn(&[u8]) -> Result<Labelled, String>) -> anyhow::Result<Vec<Labelled>> {
    let mut all = vec![];
    let mut input = BufReader::new(File::open(path).with_context(|| format!("{} cannot be read", path.display()))?);
    for number in 1_u64.. {
        let mut line = vec![];
        if input.read_until(b'\n', &mut line).with_context(|| format!("{} cannot be read", path.display()))? == 0 {
            break;
        }
        let read = of(line.strip_suffix(b"\n").unwrap_or(&line));
        all.push(read.map_err(|why| anyhow::anyhow!("line {number} of {} {why}; {each}", path.display()))?);
    }
    Ok(all)
}

fn labelled_of(line: &[u8]) -> Result<Labelled, String> {
    let mut fields = fields(line)?;
    let text = text(&mut fields)?;
    let no_list = || "has \"functions\" that are no list of strings".to_owned();
    let functions = match fields.remove("functions") {
        Some(Value::Array(functions)) => functions,
        Some(_) => return Err(no_list()),
        None => return Err("has no \"functions\"".to_owned()),
    };
    let names = functions.into_iter().map(|name| if let Value::String(name) = name { Ok(name) } else { Err(no_list()) });
    Ok(Labelled { text, functions: names.collect::<Result<_, _>>()? })
}

fn fields(line: &[u8]) -> Result<Map<String, Value>, String> {
    serde_json::from_slice(line).map_err(|error| unlike(&error))
}

fn text(fields: &mut Map<String, Value>) -> Result<String, String> {
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
