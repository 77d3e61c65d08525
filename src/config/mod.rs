//! The configuration: three files, a list of customers and the environment, parsed once into types.
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

mod hints;

mod embeddings;

mod allears;

mod secrets;

mod functions;

mod patterns;

mod signs;

mod alarms;
mod kind_words;

mod rules;

mod accounts;
mod examples;

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use embeddings::Mounted;

use crate::domain::account::Accounts;
use crate::domain::kind::{KindWords, Kinds, OfKind};
use crate::domain::masking::Masking;
use crate::domain::noise::{Filter, Sign, Strengths};
use crate::domain::routing::Routing;
use crate::domain::tagging::{Example, Language, Reader, Rule, Tagger};
use crate::domain::urgent::{Alarm, Alarms};

pub use address::{Address, BadAddress};
pub use allears::{Admin, Listen, Log, LogFormat, LogLevel, Rollup, Slack, Store, Transport, Web};
pub use embeddings::Embeddings;
pub use env::Env;
pub use fault::{Fault, Faults, Place};
pub use hints::Hints;
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
    /// Where and when the company's week is posted; nowhere where nothing stands here.
    pub rollup: Option<Rollup>,
    /// Whether people are reminded of what nobody has taken.
    pub reminds: bool,
    /// What is made unreadable in customers' words.
    pub masking: Masking,
    /// A language model that is asked for hints; none where nothing stands here.
    pub hints: Option<Hints>,
    /// What knows what words mean, for the tagger; nothing where none stands here.
    pub embeddings: Option<Embeddings>,
    /// What the log says.
    pub log: Log,
    /// The functions.
    pub routing: Routing,
    /// The words by which feedback is tagged, in the order of the file; each names a function of `routing`.
    pub rules: Vec<Rule>,
    /// The same rules, in force.
    pub tagger: Tagger,
    /// What counts beside the signs below.
    pub strengths: Strengths,
    /// The words by which customers' words are told from chatter, in the order of the file.
    pub signs: Vec<Sign>,
    /// The same signs, in force: asked in the channels that are heard in part.
    pub filter: Filter,
    /// The words by which it is told what cannot wait, in the order of the file.
    pub urgent: Vec<Alarm>,
    /// The same, in force.
    pub alarms: Alarms,
    /// The words by which it is told of which kind something is, in the order of the file.
    pub kind_words: Vec<KindWords>,
    /// The same, in force.
    pub kinds: Arc<Kinds>,
    /// The customers that are known by name; perhaps none.
    pub accounts: Arc<Accounts>,
    /// Texts from which the tagger learns before anybody corrects it, in the order of the file; perhaps none.
    pub examples: Vec<Example>,
    /// Those of them whose kind is known.
    pub of_kinds: Vec<OfKind>,
}

/// A file's text, and the name that faults give it.
#[derive(Debug, Clone, Copy)]
pub struct Text<'t> {
    /// Such as `config/functions.toml`.
    pub name: &'t str,
    /// The whole text.
    pub text: &'t str,
}

/// The three files, and those that may be left out.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'t> {
    /// The bot itself.
    pub allears: Text<'t>,
    /// The functions.
    pub functions: Text<'t>,
    /// The tagging rules.
    pub rules: Text<'t>,
    /// Rules of one language each; perhaps none.
    pub rules_of: &'t [(Language, Text<'t>)],
    /// The customers; a company without a list has none.
    pub accounts: Option<Text<'t>>,
    /// The examples for the tagger; perhaps none.
    pub examples: Option<Text<'t>>,
}

impl Config {
    /// Reads `allears.toml`, `functions.toml` and `rules.toml` in a directory, rules of single languages (`rules-de.toml`), `accounts.csv` and
    /// `examples.jsonl` where there are such, and what the environment overrides (`SLACK_API_URL`, `ALLEARS_DATA`).
    ///
    /// Fails with every fault at once, a file that is missing or unreadable among them.
    pub fn load(dir: &Path, env: &Env) -> Result<Self, Faults> {
        Self::read(dir, env, Models::Read)
    }

    /// The same without the model that `[embeddings]` names, for whoever tags nothing: it may be large, and health is asked for often.
    pub fn load_without_models(dir: &Path, env: &Env) -> Result<Self, Faults> {
        Self::read(dir, env, Models::Left)
    }

    fn read(dir: &Path, env: &Env, models: Models) -> Result<Self, Faults> {
        if !dir.is_dir() {
            let name = dir.display().to_string();
            let missing = Fault::of_all(&name, "there is no such directory; name the one that holds allears.toml");
            return Err(Faults::from(missing));
        }
        let found = |name| {
            let path = dir.join(name);
            let shown = path.display().to_string();
            let text = read(&path, &shown);
            (shown, text)
        };
        let files = ["allears.toml", "functions.toml", "rules.toml"].map(found);
        let maybe = |name| is_there(&dir.join(name)).then(|| found(name));
        let others = ["accounts.csv", "examples.jsonl"].map(maybe);
        let rules_of = Language::ALL.map(|language| maybe(rules_file(language)).map(|file| (language, file)));
        let rules_of = rules_of.iter().flatten().map(|(language, file)| (*language, Read::from(file))).collect();
        parse(files.each_ref().map(Read::from), rules_of, others.each_ref().map(|other| other.as_ref().map(Read::from)), env, models)
    }

    /// Parses texts as [`Config::load`] does files.
    pub fn parse(texts: &Texts<'_>, env: &Env) -> Result<Self, Faults> {
        parse(
            [texts.allears, texts.functions, texts.rules].map(Read::from),
            texts.rules_of.iter().map(|(language, text)| (*language, Read::from(*text))).collect(),
            [texts.accounts, texts.examples].map(|text| text.map(Read::from)),
            env,
            Models::Read,
        )
    }
}

/// Whether models that the configuration names are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Models {
    Read,
    Left,
}

/// A file's text, or why there is none.
#[derive(Clone, Copy)]
struct Read<'t> {
    name: &'t str,
    text: Result<&'t str, &'t Fault>,
}

impl<'t> From<Text<'t>> for Read<'t> {
    fn from(text: Text<'t>) -> Self {
        Self { name: text.name, text: Ok(text.text) }
    }
}

impl<'t> From<&'t (String, Result<String, Fault>)> for Read<'t> {
    fn from((name, text): &'t (String, Result<String, Fault>)) -> Self {
        Self { name, text: text.as_deref() }
    }
}

/// The file that holds the rules of a language.
fn rules_file(language: Language) -> &'static str {
    match language {
        Language::En => "rules-en.toml",
        Language::De => "rules-de.toml",
        Language::Fr => "rules-fr.toml",
        Language::Es => "rules-es.toml",
        Language::Ja => "rules-ja.toml",
    }
}

/// Of each language at most one.
type RulesOf<'t> = Vec<(Language, Read<'t>)>;

fn parse(texts: [Read<'_>; 3], rules_of: RulesOf<'_>, others: [Option<Read<'_>>; 2], env: &Env, models: Models) -> Result<Config, Faults> {
    let files = texts.map(|read| read.text.ok().map(|text| reader::File::new(read.name, text)));
    let other_files = others.map(|read| read.and_then(|read| Some(reader::File::new(read.name, read.text.ok()?))));
    let [accounts_file, examples_file] = &other_files;
    let [allears_file, functions_file, rules_file] = &files;
    let mut allears = allears_file.as_ref().and_then(allears::read);
    let overridden = allears::override_from(env, allears.as_mut());
    let functions = functions_file.as_ref().and_then(functions::read);
    let of_languages: Vec<_> =
        rules_of.iter().map(|(language, read)| (*language, read.text.ok().map(|text| reader::File::new(read.name, text)))).collect();
    let rules = rules_file.as_ref().and_then(|file| rules::read(file, &of_languages, functions.as_ref().map(|read| &read.named)));
    let known = accounts_file.as_ref().map_or_else(|| Some(Accounts::default()), accounts::read);
    let named = functions.as_ref().map(|read| &read.named);
    let examples = examples_file.as_ref().map_or_else(|| Some(examples::Examples::default()), |file| examples::read(file, named));

    let mut faults = Vec::new();
    // A file that may be left out and was is no file to have faults.
    let other_files = others.into_iter().zip(other_files).filter_map(|(read, file)| Some((read?, file)));
    let of_languages = rules_of.into_iter().zip(of_languages).map(|((_, read), (_, file))| (read, file));
    for (read, file) in texts.into_iter().zip(files).chain(of_languages).chain(other_files) {
        let unread = read.text.err().cloned();
        faults.push(unread.into_iter().chain(file.map(reader::File::into_faults).unwrap_or_default()).collect());
    }
    faults.push(overridden);
    let mounted = mounted(allears.as_ref(), models).unwrap_or_else(|found| {
        faults.push(found);
        None
    });
    let routing = functions.and_then(|functions| functions.routing);
    let parts = allears.zip(routing).zip(rules).zip(known.zip(examples));
    let config = parts.map(|(((allears, routing), rules), others)| put_together(allears, routing, rules, others, mounted));
    Faults::or(faults, config)
}

/// All of it, since each part is good.
fn put_together(
    allears: allears::AllEars,
    routing: Routing,
    rules: rules::Rules,
    (accounts, examples): (Accounts, examples::Examples),
    mounted: Option<Mounted>,
) -> Config {
    let allears::AllEars { admins, slack, store, web, listen, rollup, reminds, masking, hints, embeddings: _, log } = allears;
    let rules::Rules { listed: rules, tagger, noise: signs::Noise { strengths, signs, filter }, urgent, told } = rules;
    let kind_words::Told { listed: kind_words, kinds } = told;
    let alarms::Urgent { listed: urgent, alarms } = urgent;
    let accounts = Arc::new(accounts);
    let reader = Reader::default().with_names(Arc::<Accounts>::clone(&accounts));
    let (embeddings, reader) = match mounted {
        Some(Mounted { known_as, embeds }) => (Some(known_as), reader.with_embeddings(embeds)),
        None => (None, reader),
    };
    let (tagger, kinds, filter) = (tagger.with_reader(reader.clone()), kinds.with_reader(reader.clone()), filter.with_reader(reader));
    let thresholds = routing.functions().iter().map(|function| (function.id.clone(), function.tag_at)).collect();
    Config {
        slack,
        admins,
        store,
        web,
        listen,
        rollup,
        reminds,
        masking,
        hints,
        embeddings,
        log,
        routing,
        rules,
        tagger: tagger.with_thresholds(thresholds),
        strengths,
        signs,
        filter,
        urgent,
        alarms,
        kind_words,
        kinds: Arc::new(kinds),
        accounts,
        examples: examples.all,
        of_kinds: examples.of_kinds,
    }
}

/// The model that the file names, where it names one and it is to be read.
fn mounted(allears: Option<&allears::AllEars>, models: Models) -> Result<Option<Mounted>, Vec<Fault>> {
    let dir = allears.and_then(|allears| allears.embeddings.as_deref()).filter(|_| models == Models::Read);
    dir.map(embeddings::load).transpose()
}

/// Whether something stands at a path. What cannot be looked at is there: reading it says why it cannot be.
fn is_there(path: &Path) -> bool {
    !matches!(fs::symlink_metadata(path), Err(error) if error.kind() == io::ErrorKind::NotFound)
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
