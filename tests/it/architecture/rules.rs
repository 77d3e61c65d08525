//! The rules of the house, each as an absence.

use std::collections::BTreeSet;
use std::fmt;

use super::lookup::{Found, Target};
use super::source::{House, Module, Place};

/// What the domain may use of other crates. Each of these is pure: it reads no clock, no file and no socket.
const CRATES_OF_DOMAIN: [&str; 11] =
    ["alloc", "core", "daachorse", "jiff", "regex_automata", "regex_filtered", "serde", "smol_str", "std", "strsim", "thiserror"];

/// What the domain may not use of the standard library.
const NOT_IN_DOMAIN: [&str; 8] = ["env", "fs", "io", "net", "os", "process", "thread", "time"];

/// Things that the domain does not know to exist.
const UNKNOWN_TO_DOMAIN: [&str; 4] = ["clock", "slack", "store", "tokio"];

/// Which crate may be named where. A crate that stands in one room can be changed there.
const ROOMS: [(&str, &[&str]); 10] = [
    ("anyhow", &["cli", "main"]),
    ("axum", &["web", "demo"]),
    ("clap", &["cli", "main"]),
    ("indicatif", &["cli", "demo"]),
    ("safetensors", &["config"]),
    ("slack_morphism", &["slack"]),
    ("slack_sim", &["demo"]),
    ("sled", &["store"]),
    ("tokenizers", &["config"]),
    ("tokio_tungstenite", &["slack"]),
];

/// Words that occur in one file alone: only the delivery loop posts.
const WORDS: [(&str, &str); 5] = [
    ("chat.postMessage", "src/slack/delivery/calls.rs"),
    ("chat.postEphemeral", "src/slack/delivery/calls.rs"),
    ("chat.update", "src/slack/delivery/calls.rs"),
    ("SlackApiChatPostMessageRequest", "src/slack/delivery/calls.rs"),
    ("chat_post_message", "src/slack/delivery/calls.rs"),
];

/// One rule, broken at one place.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) rule: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.rule)
    }
}

/// Every place where the house breaks a rule, in the order of files and lines.
pub(super) fn broken(house: &House) -> Vec<Fault> {
    let mut all = Vec::new();
    for module in house.modules.values() {
        let mut faults = BTreeSet::new();
        for import in &module.imports {
            let target = house.follow_import(module, import);
            let own = matches!(&target, Target::Ours(found) if found.owner.starts_with(&module.place));
            if import.public && own {
                continue; // What a module shows of its children's is no use of theirs.
            }
            if let (Target::Ours(found), None) = (&target, &import.name) {
                faults.extend(glob(house, module, found).map(|rule| (import.line, rule)));
            }
            faults.extend(judged(house, module, &target).map(|rule| (import.line, rule)));
        }
        for (path, line) in &module.paths {
            let target = house.follow(module, path);
            faults.extend(judged(house, module, &target).map(|rule| (*line, rule)));
        }
        faults.extend(in_words(module));
        if is_under(module, "domain") {
            faults.extend(in_domain(module));
        }
        all.extend(faults.into_iter().map(|(line, rule)| Fault { file: module.file.clone(), line, rule }));
    }
    all
}

/// What is wrong with a module's naming a thing.
fn judged(house: &House, from: &Module, target: &Target) -> Option<String> {
    match target {
        Target::Ours(found) => {
            let walked = found.way.iter().filter(|place| !from.place.starts_with(place));
            walked.chain([&found.owner]).find_map(|place| below(house, from, place))
        }
        Target::Outside(path) => outside(from, path),
        Target::Nowhere => None,
    }
}

/// Whether a module may use another: what breaks the order, if something does.
fn below(house: &House, from: &Module, to: &Place) -> Option<String> {
    let shared = from.place.iter().zip(to).take_while(|(from, to)| from == to).count();
    let above = house.modules.get(&from.place[..shared])?;
    let floor = |place: &Place| place.get(shared).map(|name| above.children.iter().position(|child| child == name));
    let says = |wrong: &str| Some(format!("`{}` uses `{}`, {wrong} ({})", shown(&from.place), shown(to), above.file));
    match (floor(&from.place), floor(to)) {
        // Siblings, or modules of siblings.
        (Some(from), Some(to)) if to >= from => says("which is declared below it"),
        // A child uses what its parent's file holds itself.
        (Some(Some(child)), None) if above.body.is_some_and(|body| child < body) => {
            says("whose own items stand below its children: declare the child behind them, or move them into a child above")
        }
        // A parent's own items use a child.
        (None, Some(Some(child))) if above.body.is_some_and(|body| child >= body) => says("its child, declared behind its own items"),
        _ => None,
    }
}

/// A glob uses all that it brings in: what the module shows, and to its children all that it imports.
fn glob(house: &House, from: &Module, found: &Found) -> Option<String> {
    let module = house.modules.get(&found.owner).filter(|_| found.whole)?;
    let inside = from.place.starts_with(&module.place);
    let brought = module.imports.iter().filter(|import| import.public || inside);
    brought.map(|import| house.follow_import(module, import)).find_map(|target| judged(house, from, &target))
}

/// What is wrong with naming another crate.
fn outside(from: &Module, path: &[String]) -> Option<String> {
    let name = path.first()?;
    if let Some((_, rooms)) = ROOMS.iter().find(|(room, _)| room == name)
        && !rooms.iter().any(|room| is_under(from, room))
    {
        return Some(format!("`{}` names `{name}`, which only {} may", shown(&from.place), rooms.join(" and ")));
    }
    if !is_under(from, "domain") {
        return None;
    }
    if !CRATES_OF_DOMAIN.contains(&name.as_str()) {
        return Some(format!("the domain may not use the crate `{name}`"));
    }
    let part = path.get(1).filter(|part| name == "std" && NOT_IN_DOMAIN.contains(&part.as_str()));
    part.map(|part| format!("the domain is pure: it may not use `std::{part}`"))
}

/// Words that belong to one file.
fn in_words(module: &Module) -> impl Iterator<Item = (usize, String)> {
    module.words.iter().filter_map(|(word, line)| {
        let word = word.trim_matches('"');
        let (word, file) = WORDS.iter().find(|(only, file)| *only == word && *file != module.file)?;
        Some((*line, format!("`{word}` stands in {file} alone: only the delivery loop posts")))
    })
}

/// What is wrong in a module of the domain besides the crates it uses.
fn in_domain(module: &Module) -> Vec<(usize, String)> {
    let asyncs = module.asyncs.iter().map(|line| (*line, "the domain is synchronous".to_owned()));
    let nows = module.paths.iter().filter(|(path, _)| path.last().is_some_and(|name| name == "now"));
    let nows =
        nows.map(|(path, line)| (*line, format!("the domain reads no clock, but `{}` does: take `now` as an argument", path.join("::"))));
    let words = module.words.iter().filter_map(|(word, line)| {
        let known = words_of(word).into_iter().find(|word| UNKNOWN_TO_DOMAIN.contains(&word.as_str()))?;
        Some((*line, format!("the domain does not know that a {known} exists, but names `{word}`")))
    });
    asyncs.chain(nows).chain(words).collect()
}

/// `SlackTs`, `slack_ts` and `SLACK_TS` in words: `slack`, `ts`. A text is not an identifier, and has none.
fn words_of(name: &str) -> Vec<String> {
    if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Vec::new();
    }
    let mut words = vec![String::new()];
    let mut small = false;
    for c in name.chars() {
        if c == '_' || c.is_uppercase() && small {
            words.push(String::new());
        }
        small = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c != '_') {
            word.extend(c.to_lowercase());
        }
    }
    words
}

fn is_under(module: &Module, room: &str) -> bool {
    module.place.first().is_some_and(|first| first == room)
}

fn shown(place: &[String]) -> String {
    if place.is_empty() { "crate".to_owned() } else { place.join("::") }
}
