//! The tagger as command-line tools ask it: with a company's rules or with none, and with what a file of corrections teaches.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, ensure};

use super::lines::{Labelled, labelled};
use super::say;
use crate::config::{Config, Env};
use crate::domain::evaluation::Judged;
use crate::domain::function::FunctionId;
use crate::domain::kind::{Kinds, Told};
use crate::domain::tagging::{Example, Learned, Lesson, Passage, Said, Tag, Tagger, beside};
use crate::domain::urgent::Alarms;

/// From so many corrections on it is said that learning takes a while.
const MANY: usize = 2000;

/// What the tagger is made of.
#[derive(Debug, clap::Args)]
pub(super) struct Training {
    /// Learn from these corrections first, in order: JSON lines with a "text" and all its "functions"
    #[arg(long, value_name = "FILE.jsonl")]
    pub(super) corrections: Option<PathBuf>,
    /// Use the functions that this file names, with no rules: one name a line, or JSON lines with "functions"
    #[arg(long, value_name = "FILE")]
    functions_from: Option<PathBuf>,
}

/// A tagger, what it learned, and what its functions are called.
pub(super) struct Trained {
    tagger: Tagger,
    learned: Learned,
    /// By their place; ids of their own where names are no ids.
    ids: Vec<FunctionId>,
    names: Vec<String>,
    alarms: Option<Alarms>,
    kinds: Option<(Arc<Kinds>, Learned)>,
    examples: Vec<Example>,
}

impl Trained {
    /// As asked, with nothing learned yet.
    pub(super) fn new(dir: &Path, asked: &Training) -> anyhow::Result<Self> {
        let learned = Learned::default();
        let Some(names) = &asked.functions_from else {
            let Config { routing, tagger, alarms, kinds, examples, of_kinds, .. } = Config::load(dir, &Env::process())?;
            let ids: Vec<FunctionId> = routing.functions().iter().map(|function| function.id.clone()).collect();
            let names = ids.iter().map(ToString::to_string).collect();
            let kinds_learned = kinds.learn(&of_kinds);
            let mut trained = Self { tagger, learned, ids, names, alarms: Some(alarms), kinds: Some((kinds, kinds_learned)), examples };
            trained.learn(&[]);
            return Ok(trained);
        };
        let names = names_in(names)?;
        let ids = (0..names.len()).filter_map(|n| FunctionId::parse(&format!("f{n}")).ok()).collect();
        let tagger = Tagger::new(vec![]).map_err(|_| anyhow::anyhow!("no rules cannot be wrong"))?;
        Ok(Self { tagger, learned, ids, names, alarms: None, kinds: None, examples: vec![] })
    }

    /// As asked, with all that the corrections teach.
    pub(super) fn with_corrections(dir: &Path, asked: &Training) -> anyhow::Result<Self> {
        let mut trained = Self::new(dir, asked)?;
        if let Some(path) = &asked.corrections {
            let corrections = labelled(path)?;
            trained.say_unknown(&corrections, path);
            if corrections.len() >= MANY {
                say::aside(&format!("Learning from {} corrections; this may take half a minute.", corrections.len()));
            }
            trained.learn(&corrections);
        }
        Ok(trained)
    }

    /// Learns from the examples that ship and from these; what they say of other functions says nothing.
    pub(super) fn learn(&mut self, corrections: &[Labelled]) {
        let all = self.ids.iter().zip(&self.names);
        let says = |labels: &[String]| {
            all.clone().map(|(id, name)| Said { function: id.clone(), is: labels.contains(name), weight: 1.0 }).collect()
        };
        let corrections =
            corrections.iter().map(|correction| Lesson { of: None, text: &correction.text, says: says(&correction.functions) });
        self.learned = self.tagger.learn(&self.ids, &beside(&self.examples, &self.ids, corrections));
    }

    /// Says which functions of a file are not known.
    pub(super) fn say_unknown(&self, labelled: &[Labelled], path: &Path) {
        let named = labelled.iter().flat_map(|labelled| &labelled.functions);
        let unknown: BTreeSet<&str> = named.map(String::as_str).filter(|name| !self.names.iter().any(|known| known == name)).collect();
        if !unknown.is_empty() {
            let unknown = unknown.into_iter().collect::<Vec<_>>().join(", ");
            say::aside(&format!("{} names functions that are not there: {unknown}. What it says of them is left out.", path.display()));
        }
    }

    /// Reads a text, to be judged.
    pub(super) fn read<'t>(&self, text: &'t str) -> Passage<'t> {
        self.tagger.read(text)
    }

    /// The functions that a text concerns.
    pub(super) fn tag(&self, text: &Passage<'_>) -> Vec<Tag> {
        self.tagger.tag_with(&self.learned, text)
    }

    /// Of which kind a text is, where there are rules.
    pub(super) fn kind_of(&self, text: &Passage<'_>) -> Option<Told> {
        self.kinds.as_ref().and_then(|(kinds, learned)| kinds.tell(learned, text))
    }

    /// What cannot wait, where there are rules.
    pub(super) fn alarms(&self) -> Option<&Alarms> {
        self.alarms.as_ref()
    }

    /// What a function is called.
    pub(super) fn name<'n>(&'n self, id: &'n FunctionId) -> &'n str {
        self.place(id).and_then(|n| self.names.get(n)).map_or(id.as_str(), String::as_str)
    }

    /// What the functions are called, in order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Judges a text whose functions are known.
    pub(super) fn judge(&self, labelled: &Labelled) -> Judged {
        let mut log_odds = vec![i32::MIN; self.ids.len()];
        let text = self.read(&labelled.text);
        for (id, speaks) in self.tagger.all_with(&self.learned, &text) {
            self.place(&id).and_then(|n| log_odds.get_mut(n)).into_iter().for_each(|of| *of = speaks);
        }
        let labels = labelled.functions.iter().filter_map(|name| self.names.iter().position(|known| known == name)).collect();
        Judged { labels, tags: self.tag(&text).iter().filter_map(|tag| self.place(&tag.function)).collect(), log_odds }
    }

    fn place(&self, id: &FunctionId) -> Option<usize> {
        self.ids.iter().position(|known| known == id)
    }
}

/// The names that a file gives, each once.
fn names_in(path: &Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut names: Vec<String> = if lines().next().is_some_and(|line| line.starts_with('{')) {
        labelled(path)?.into_iter().flat_map(|labelled| labelled.functions).collect()
    } else {
        lines().map(str::to_owned).collect()
    };
    let mut known = BTreeSet::new();
    names.retain(|name| known.insert(name.clone()));
    ensure!(!names.is_empty(), "{} names no functions; write one name a line", path.display());
    Ok(names)
}
