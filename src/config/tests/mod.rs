//! What people read when the configuration is wrong, and that what we ship is right.

mod any_text;
mod files;
mod in_accounts;
mod in_alarms;
mod in_embeddings;
mod in_kinds;
mod in_allears;
mod in_examples;
mod in_functions;
mod in_rules;
mod in_signs;
mod secrets;
mod shipped;

use std::path::Path;

use tempfile::TempDir;

use super::{Config, Env, Faults, Text, Texts};

/// The least that is a good `functions.toml`.
const FUNCTIONS: &str = r##"
[[function]]
id = "finance"
name = "Finance"
channel = "#finance-voice"
lead = "U00000001"
zone = "Europe/Berlin"
"##;

fn parse(allears: &str, functions: &str, rules: &str) -> Result<Config, Faults> {
    parse_all(allears, functions, rules, [None; 2])
}

/// The last two are customers and examples.
fn parse_all(allears: &str, functions: &str, rules: &str, [accounts, examples]: [Option<&str>; 2]) -> Result<Config, Faults> {
    let texts = Texts {
        allears: Text { name: "allears.toml", text: allears },
        functions: Text { name: "functions.toml", text: functions },
        rules: Text { name: "rules.toml", text: rules },
        rules_of: &[],
        accounts: accounts.map(|text| Text { name: "accounts.csv", text }),
        examples: examples.map(|text| Text { name: "examples.jsonl", text }),
    };
    Config::parse(&texts, &Env::empty())
}

/// The faults of three files, as people read them.
fn faults(allears: &str, functions: &str, rules: &str) -> String {
    parse(allears, functions, rules).expect_err("a fault").to_string()
}

/// The faults of an `allears.toml` beside good files.
fn in_allears(text: &str) -> String {
    faults(text, FUNCTIONS, "")
}

/// The faults of a `functions.toml` beside good files.
fn in_functions(text: &str) -> String {
    faults("", text, "")
}

/// The faults that lines at the end of a good function make. They begin at line 8.
fn in_function(lines: &str) -> String {
    in_functions(&format!("{FUNCTIONS}{lines}"))
}

/// The faults of a `rules.toml` beside good files.
fn in_rules(text: &str) -> String {
    faults("", FUNCTIONS, text)
}

/// An `accounts.csv` beside good files.
fn with_accounts(text: &str) -> Result<Config, Faults> {
    parse_all("", FUNCTIONS, "", [Some(text), None])
}

/// The faults of an `accounts.csv` beside good files.
fn in_accounts(text: &str) -> String {
    with_accounts(text).expect_err("a fault").to_string()
}

/// A directory of a test's own, gone when the test is over.
struct Dir(TempDir);

impl Dir {
    fn new() -> Self {
        Self(TempDir::new().expect("a directory"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    /// A text with this directory called `config`.
    fn shown(&self, text: &str) -> String {
        text.replace(self.path().to_str().expect("a path in UTF-8"), "config")
    }

    /// The faults of the files there.
    fn faults(&self) -> String {
        self.shown(&Config::load(self.path(), &Env::empty()).expect_err("a fault").to_string())
    }
}
