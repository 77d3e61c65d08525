//! The configuration: three files and the environment, parsed once into types.
//!
//! Whatever is wrong is found at once, each fault with its file, line and column and the next step ([`Faults`]).
//! A [`Config`] that exists is good: nobody after this module checks it again. Secrets are no part of it
//! ([`Secrets`]), so that the commands which do not speak with Slack run without them.
//!
//! In order, each using only those above it.

mod nearest;

mod fault;

mod env;

mod address;

mod reader;

mod kinds;

mod allears;

mod secrets;

mod functions;

mod rules;

use std::fs;
use std::io;
use std::path::Path;

use crate::domain::routing::Routing;
use crate::domain::tagging::{Rule, Tagger};

pub use address::{Address, BadAddress};
pub use allears::{Admin, Listen, Log, LogFormat, LogLevel, Mode, Slack, Store, Transport, Web};
pub use env::Env;
pub use fault::{Fault, Faults, Place};
pub use secrets::{Reach, Secret, Secrets};

/// All that the files and the environment say, secrets apart.
#[derive(Debug)]
pub struct Config {
    /// How the bot meets Slack.
    pub slack: Slack,
    /// Who may administer, as listed; perhaps nobody.
    pub admins: Vec<Admin>,
    /// Where things are remembered.
    pub store: Store,
    /// What is served over HTTP.
    pub web: Web,
    /// The channels that are listened to, as listed, each once.
    pub listen: Vec<Listen>,
    /// What the log says.
    pub log: Log,
    /// The functions.
    pub routing: Routing,
    /// The words by which feedback is tagged, in the order of the file; each names a function of `routing`.
    pub rules: Vec<Rule>,
    /// The same rules, in force.
    pub tagger: Tagger,
}

/// A file's text, and the name that faults give it.
#[derive(Debug, Clone, Copy)]
pub struct Text<'t> {
    /// Such as `config/functions.toml`.
    pub name: &'t str,
    /// The whole text.
    pub text: &'t str,
}

/// The three files.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'t> {
    /// The bot itself.
    pub allears: Text<'t>,
    /// The functions.
    pub functions: Text<'t>,
    /// The tagging rules.
    pub rules: Text<'t>,
}

impl Config {
    /// Reads `allears.toml`, `functions.toml` and `rules.toml` in a directory, and what the environment overrides
    /// (`SLACK_API_URL`, `ALLEARS_DATA`).
    ///
    /// Fails with every fault at once, a file that is missing or unreadable among them.
    pub fn load(dir: &Path, env: &Env) -> Result<Self, Faults> {
        if !dir.is_dir() {
            let name = dir.display().to_string();
            let missing = Fault::of_all(&name, "there is no such directory; name the one that holds allears.toml");
            return Err(Faults::from(missing));
        }
        let files = ["allears.toml", "functions.toml", "rules.toml"].map(|name| {
            let path = dir.join(name);
            let shown = path.display().to_string();
            let text = read(&path, &shown);
            (shown, text)
        });
        let [allears, functions, rules] = files.each_ref().map(|(name, text)| (name.as_str(), text.as_deref()));
        parse([allears, functions, rules], env)
    }

    /// Parses three texts as [`Config::load`] does three files.
    pub fn parse(texts: &Texts<'_>, env: &Env) -> Result<Self, Faults> {
        parse([texts.allears, texts.functions, texts.rules].map(|text| (text.name, Ok(text.text))), env)
    }
}

fn parse(texts: [(&str, Result<&str, &Fault>); 3], env: &Env) -> Result<Config, Faults> {
    let mut unread: [Vec<Fault>; 3] = texts.map(|(_, text)| text.err().cloned().into_iter().collect());
    let files = texts.map(|(name, text)| text.ok().map(|text| reader::File::new(name, text)));
    let [allears_file, functions_file, rules_file] = &files;
    let mut allears = allears_file.as_ref().and_then(allears::read);
    let overridden = allears::override_from(env, allears.as_mut());
    let functions = functions_file.as_ref().and_then(functions::read);
    let rules = rules_file.as_ref().and_then(|file| rules::read(file, functions.as_ref().map(|read| &read.named)));

    let mut faults = Vec::new();
    for (unread, file) in unread.iter_mut().zip(files) {
        let mut found = std::mem::take(unread);
        found.extend(file.map(reader::File::into_faults).unwrap_or_default());
        faults.push(found);
    }
    faults.push(overridden);
    let routing = functions.and_then(|functions| functions.routing);
    let config = allears.zip(routing).zip(rules).map(|((allears, routing), rules)| {
        let allears::AllEars { admins, slack, store, web, listen, log } = allears;
        let rules::Rules { rules, tagger } = rules;
        Config { slack, admins, store, web, listen, log, routing, rules, tagger }
    });
    Faults::or(faults, config)
}

/// The text of a file; where there is none, why and what to do.
fn read(path: &Path, name: &str) -> Result<String, Fault> {
    let bytes = fs::read(path).map_err(|error| {
        Fault::of_all(
            name,
            match error.kind() {
                io::ErrorKind::NotFound => "there is no such file; copy the one that ships with All Ears".to_owned(),
                kind => format!("cannot be read ({kind}); mend its rights or put a file there"),
            },
        )
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..good).unwrap_or_default()).into_owned();
        Fault {
            file: name.to_owned(),
            place: Some(Place::of(&before, good)),
            message: "is not UTF-8 from here on; save the file as UTF-8".to_owned(),
        }
    })
}

// Behind what it stands on.
mod fingerprint;

#[cfg(test)]
mod tests;
