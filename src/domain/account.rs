//! Accounts: the customers that a company knows, found in verbatims and by what people type.
//!
//! One sorted list of folded names answers all three questions that are asked (what does this text name, who is called
//! so, who may be meant), so that fifty thousand customers need no second machine in memory beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::ids::UserId;
use super::tagging::fold::{Folded, inside_word};
use super::tagging::{Names, Span};

/// The stable id of a customer: lower-case letters, digits, `-` and `_`, at most 64, beginning with a letter.
///
/// Names change; ids stay in the log of facts for ever.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct AccountId(SmolStr);

/// Why a text is no [`AccountId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a customer's id is 1 to 64 lower-case letters, digits, - or _, and begins with a letter")]
pub struct BadAccountId;

/// The longest id, in bytes.
const LONGEST_ID: usize = 64;
/// The digits that stand for what an id cannot spell, with their hyphen.
const DIGITS: usize = 9;

impl AccountId {
    /// Parses an id.
    pub fn parse(text: &str) -> Result<Self, BadAccountId> {
        let good = text.len() <= LONGEST_ID
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
        if good { Ok(Self(text.into())) } else { Err(BadAccountId) }
    }

    /// The id of a customer that has none of its own: `acme-corp` for "Acme Corp.", the same at every start.
    ///
    /// Where the grammar of ids cannot spell the name (other scripts, a name too long), digits made of the whole name
    /// keep two such names apart; where it begins with no letter, `c-` stands before it.
    pub fn of_name(name: &str) -> Self {
        let spelled = spelled(name);
        let mut slug = String::new();
        for c in spelled.chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if c != '\'' && !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(slug.trim_end_matches('-').len());
        if !slug.starts_with(|c: char| c.is_ascii_lowercase()) {
            slug.insert_str(0, if slug.is_empty() { "c" } else { "c-" });
        }
        let lossy = spelled.chars().any(|c| !c.is_ascii() && c.is_alphanumeric()) || slug == "c";
        if lossy || slug.len() > LONGEST_ID {
            // All of it is ASCII by now, so that it can be cut anywhere.
            slug.truncate(LONGEST_ID - DIGITS);
            slug = format!("{}-{:08x}", slug.trim_end_matches('-'), digits(&spelled));
        }
        Self(slug.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = SmolStr::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// FNV-1a, 32 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>): ids must be the same on every machine for ever,
/// which the standard library's hash does not promise.
fn digits(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A customer, as the company's own list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Stable; stays in the log.
    pub id: AccountId,
    /// What people read.
    pub name: String,
    /// What people call it besides.
    pub aliases: Vec<String>,
    /// What kind of customer it is, in the company's words; shown and nothing else.
    pub segment: Option<String>,
    /// What it is worth, in the company's words, such as `120,000 EUR`; shown and nothing else.
    pub value: Option<String>,
    /// Who of the company looks after it.
    pub owner: Option<UserId>,
}

/// A customer that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub account: AccountId,
    /// The words that name it.
    pub span: Span,
}

/// Where in an account a fault lies: the part and, in lists, the entry counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Its `id`.
    Id,
    /// Its `name`.
    Name,
    /// One of its `aliases`.
    Alias(usize),
}

/// What is wrong with an account. Others are named by their place in the order given, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Another account before it has the id.
    #[error("another customer has this id already")]
    SameId(usize),
    /// Another account before it is called so.
    #[error("another customer is called so already")]
    SameName(usize),
    /// Too little is left once marks and white space are gone to tell it from other words.
    #[error("a customer is called by at least two letters, digits or symbols")]
    Short,
}

/// An account that cannot be used, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("account {index}: {reason}")]
pub struct AccountFault {
    /// Which account, counted from 0 in the order given.
    pub index: usize,
    /// Where in it.
    pub key: Key,
    /// What is wrong.
    pub reason: Reason,
}

/// All customers that a company knows. Built once, asked from any thread.
#[derive(Debug, Default)]
pub struct Accounts {
    /// By name as people would look for it.
    all: Vec<Account>,
    /// Where in `all` each stands.
    by_id: BTreeMap<AccountId, usize>,
    /// All names and aliases, ascending, each once.
    names: Vec<Name>,
}

/// What an account is called, folded.
#[derive(Debug)]
struct Name {
    /// Its first bytes, which tell most names apart without a look elsewhere in memory.
    key: u64,
    words: Box<str>,
    /// Where in `all` it stands.
    account: usize,
    /// Where in `names` the longest other name stands that this one begins with.
    shorter: Option<usize>,
}

impl Names for Accounts {
    fn places(&self, folded: &str) -> Vec<(usize, Range<usize>)> {
        if self.names.is_empty() { vec![] } else { self.names_in(folded).map(|(name, place)| (name.account, place)).collect() }
    }
}

impl Accounts {
    /// Takes accounts, or says everything that is wrong with them, in their order.
    ///
    /// Ids are unique, and no two accounts are called alike; the same name twice in one account is no fault.
    pub fn new(mut accounts: Vec<Account>) -> Result<Self, Vec<AccountFault>> {
        let faults = faults(&accounts);
        if !faults.is_empty() {
            return Err(faults);
        }
        accounts.sort_by_cached_key(|account| (spelled(&account.name), account.id.clone()));
        let by_id = accounts.iter().enumerate().map(|(n, account)| (account.id.clone(), n)).collect();
        let called = accounts.iter().enumerate().flat_map(|(n, account)| account.called().map(move |(_, text)| (spelled(text), n)));
        // As a map first, so that an alias that repeats the name stands there once.
        let called: BTreeMap<String, usize> = called.collect();
        let mut names: Vec<Name> = Vec::with_capacity(called.len());
        for (words, account) in called {
            let mut shorter = names.len().checked_sub(1);
            while let Some(name) = shorter.and_then(|at| names.get(at))
                && !words.starts_with(&*name.words)
            {
                shorter = name.shorter;
            }
            names.push(Name { key: key(&words), words: words.into(), account, shorter });
        }
        Ok(Self { all: accounts, by_id, names })
    }

    /// All of them, by name.
    pub fn all(&self) -> &[Account] {
        &self.all
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The account with this id; `None` where it is no longer in the list.
    pub fn get(&self, id: &AccountId) -> Option<&Account> {
        self.all.get(*self.by_id.get(id)?)
    }

    /// The account that is called exactly so, in any capitals and with any spaces.
    pub fn named(&self, text: &str) -> Option<&Account> {
        let words = spelled(text);
        let at = self.names.binary_search_by(|name| (*name.words).cmp(&words)).ok()?;
        self.all.get(self.names.get(at)?.account)
    }

    /// The accounts that a text names, in its order, without overlaps: of names that begin at the same place the longest.
    ///
    /// A name is whole words, read as tagging rules read theirs: capitals, hyphens and emphasis make no difference,
    /// "Acme's" names Acme and "Acmeology" does not. Scripts that put no space between words have no such edges.
    pub fn recognise(&self, verbatim: &str) -> Vec<Found> {
        if self.names.is_empty() {
            return Vec::new();
        }
        let folded = Folded::of(verbatim);
        let found = self.names_in(folded.as_str()).filter_map(|(name, place)| {
            let (account, span) = (self.all.get(name.account)?, folded.span(verbatim, place)?);
            Some(Found { account: account.id.clone(), span })
        });
        found.collect()
    }

    /// The names that stand in a folded text, each with its place.
    fn names_in<'n>(&'n self, text: &'n str) -> impl Iterator<Item = (&'n Name, Range<usize>)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            loop {
                let c = text.get(at..)?.chars().next()?;
                let Some(name) = self.name_at(text, at) else {
                    at += c.len_utf8();
                    continue;
                };
                let place = at..at + name.words.len();
                at = place.end;
                return Some((name, place));
            }
        })
    }

    /// The longest name that stands at a place of a folded text.
    fn name_at(&self, text: &str, at: usize) -> Option<&Name> {
        if inside_word(text, at) {
            return None;
        }
        let rest = text.get(at..)?;
        // Whatever name the rest begins with, the last name that sorts before the rest begins with it too.
        let sought = (key(rest), rest);
        let mut last = self.names.partition_point(|name| (name.key, &*name.words) <= sought).checked_sub(1);
        while let Some(name) = last.and_then(|at| self.names.get(at)) {
            if rest.starts_with(&*name.words) && !inside_word(text, at + name.words.len()) {
                return Some(name);
            }
            last = name.shorter;
        }
        None
    }

    /// At most so many accounts that a person who has typed this much may mean: those that are called by something that
    /// begins so, then those with a word that begins so, then those that hold it anywhere.
    ///
    /// Each in the alphabet of the name or alias that fits. Nothing typed suggests the first by name.
    pub fn suggest(&self, typed: &str, most: usize) -> Vec<&Account> {
        let typed = spelled(typed);
        if typed.is_empty() {
            return self.all.iter().take(most).collect();
        }
        let first = self.names.partition_point(|name| *name.words < *typed);
        let begin = self.names.iter().skip(first).take_while(|name| name.words.starts_with(&typed));
        let begins_word = |name: &&Name| name.words.match_indices(&typed).any(|(at, _)| !inside_word(&name.words, at));
        let hold_word = self.names.iter().filter(begins_word);
        let hold = self.names.iter().filter(|name| name.words.contains(&typed));
        let mut seen = BTreeSet::new();
        let fit = begin.chain(hold_word).chain(hold).filter(|name| seen.insert(name.account));
        fit.take(most).filter_map(|name| self.all.get(name.account)).collect()
    }
}

impl Account {
    /// All that it is called: its name, then its aliases.
    fn called(&self) -> impl Iterator<Item = (Key, &str)> {
        let aliases = self.aliases.iter().enumerate().map(|(n, alias)| (Key::Alias(n), alias.as_str()));
        std::iter::once((Key::Name, self.name.as_str())).chain(aliases)
    }
}

/// The first eight bytes of a text as a number that sorts as they do.
fn key(text: &str) -> u64 {
    text.bytes().chain(std::iter::repeat(0)).take(8).fold(0, |key, byte| key << 8 | u64::from(byte))
}

/// A name as it is looked for. People end "Acme Inc." with its dot or without.
fn spelled(name: &str) -> String {
    Folded::of(name).as_str().trim().trim_end_matches(['.', ',', ' ']).to_owned()
}

fn faults(accounts: &[Account]) -> Vec<AccountFault> {
    let mut ids = BTreeMap::new();
    let mut taken = BTreeMap::new();
    let mut faults = Vec::new();
    for (index, account) in accounts.iter().enumerate() {
        let first = *ids.entry(&account.id).or_insert(index);
        if first != index {
            faults.push(AccountFault { index, key: Key::Id, reason: Reason::SameId(first) });
        }
        for (key, text) in account.called() {
            let words = spelled(text);
            let said = words.contains(|c: char| c.is_alphanumeric() || !c.is_ascii());
            if !said || words.chars().nth(1).is_none() {
                faults.push(AccountFault { index, key, reason: Reason::Short });
                continue;
            }
            let first = *taken.entry(words).or_insert(index);
            if first != index {
                faults.push(AccountFault { index, key, reason: Reason::SameName(first) });
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests;
