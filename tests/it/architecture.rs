//! The floor plan of the house, held to: **a module uses only the modules declared above it.**
//!
//! The source is parsed, not searched: every path that the code names (in `use`, in types and expressions, inside
//! macros) is followed through imports and re-exports to the module that holds the thing, and the order of the `mod`
//! lines judges. What a path does not name, such as the type that a method returns, is not seen; the compiler's own
//! privacy holds there.
//!
//! Tests inside `src` (`#[cfg(test)]`) may use everything. Each rule has a fixture that breaks it, in [`fixtures`].

mod fixtures;
mod lookup;
mod rules;
mod source;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use self::rules::{Fault, broken};
use self::source::House;

/// A file may have so many lines, its tests apart.
const MOST_LINES: usize = 400;

/// `main.rs` only starts things.
const MOST_LINES_OF_MAIN: usize = 60;

/// Files that may be longer, each with its reason. Better is to split them.
const LONGER: [(&str, &str); 0] = [];

#[test]
fn every_module_uses_only_the_modules_declared_above_it() {
    let files = files_under("src");
    let house = House::read(&files).unwrap_or_else(|faults| panic!("{}", told(&faults)));
    let faults = broken(&house);
    assert!(faults.is_empty(), "{}", told(&faults));
}

#[test]
fn no_file_is_too_long() {
    let mut files = files_under("src");
    files.extend(files_under("slack-sim/src"));
    let faults: Vec<_> = files.iter().filter_map(|(file, text)| too_long(file, text)).collect();
    assert!(faults.is_empty(), "{}", told(&faults));
}

/// The fault of a file that is too long. Files of tests may be.
fn too_long(file: &str, text: &str) -> Option<Fault> {
    let tests = file.contains("/tests/") || file.ends_with("/tests.rs");
    let lines = if tests { 0 } else { source::lines_without_tests(text) };
    let most = if file == "src/main.rs" { MOST_LINES_OF_MAIN } else { MOST_LINES };
    let may = lines <= most || LONGER.iter().any(|(longer, _)| *longer == file);
    (!may).then(|| Fault { file: file.to_owned(), line: most + 1, rule: format!("{lines} lines without tests, at most {most}: split it") })
}

/// All Rust files under a folder of the repository, by their path from its root.
fn files_under(folder: &str) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeMap::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

fn told(faults: &[Fault]) -> String {
    faults.iter().fold(format!("the house is broken in {} places:\n", faults.len()), |mut told, fault| {
        writeln!(told, "{fault}").unwrap();
        told
    })
}
