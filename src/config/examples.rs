//! `examples.jsonl`: posts with their functions, from which the tagger learns before anybody corrects it. The file may be left out.

use serde::Deserialize;
use serde_json::error::Category;

use super::functions::Named;
use super::reader::{File, one_line};
use crate::domain::function::FunctionId;
use crate::domain::kind::{Kind, OfKind};
use crate::domain::tagging::Example;

/// How many faults are told: a file of another kind would tell one for each of its lines.
const TOLD: usize = 100;
/// The most examples: more would take longer to learn than whoever waits for the start has patience.
const MOST: usize = 20_000;
/// What a line should be.
const EACH: &str = "each line is a JSON object such as {\"text\": \"the invoice is wrong\", \"functions\": [\"finance\"], \"kind\": \"problem\"}, with one of the two at least";

/// A line as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    text: String,
    /// Without them it says something of its kind alone.
    functions: Option<Vec<FunctionId>>,
    kind: Option<Kind>,
}

/// What the file gave.
#[derive(Default)]
pub(super) struct Examples {
    /// In the order of the file.
    pub(super) all: Vec<Example>,
    /// Those whose kind it says, in the same order.
    pub(super) of_kinds: Vec<OfKind>,
}

/// Reads the file. `None` where something is wrong with it.
pub(super) fn read(file: &File<'_>, functions: Option<&Named>) -> Option<Examples> {
    let (mut examples, mut read, mut at) = (Examples::default(), 0, 0);
    for line in file.text().split_inclusive('\n') {
        let begin = at;
        at += line.len();
        if line.trim().is_empty() {
            continue;
        }
        if file.count() >= TOLD || read >= MOST {
            let more = if read >= MOST { "there are more than 20000 examples; leave some out" } else { MORE };
            file.fault(begin, more);
            return None;
        }
        read += 1;
        let Some(Line { text, functions, kind }) = example(file, begin, line.trim_end(), functions) else { continue };
        examples.of_kinds.extend(kind.map(|is| OfKind { text: text.clone(), is }));
        examples.all.extend(functions.map(|functions| Example { text, functions }));
    }
    (file.count() == 0).then_some(examples)
}

const MORE: &str = "there is more wrong in this file; mend these first, and check again";

fn example(file: &File<'_>, at: usize, line: &str, functions: Option<&Named>) -> Option<Line> {
    let read: Line = serde_json::from_str(line)
        .map_err(|error| {
            let said = error.to_string();
            // The library counts lines within what it was given, which is always the first.
            let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
            let what = if error.classify() == Category::Data { one_line(what) } else { format!("this is no JSON: {}", one_line(what)) };
            file.fault(at + error.column().saturating_sub(1), format!("{what}; {EACH}"));
        })
        .ok()?;
    if read.text.trim().is_empty() {
        file.fault(at, format!("this example has no words; {EACH}"));
    }
    if read.functions.is_none() && read.kind.is_none() {
        file.fault(at, format!("this example has neither functions nor a kind; {EACH}"));
    }
    for id in read.functions.iter().flatten() {
        if let Some(Err(why)) = functions.map(|functions| functions.check(id)) {
            let place = line.rfind(&format!("\"{id}\"")).unwrap_or_default();
            file.fault(at + place, why);
        }
    }
    Some(read)
}
