//! A file of the configuration, read key by key: what is asked for is known, the rest is a fault.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Place};
use super::nearest::nearest;

/// One file that is being read, and what was found to be wrong with it.
pub(super) struct File<'t> {
    name: &'t str,
    text: &'t str,
    faults: RefCell<Vec<Fault>>,
}

impl<'t> File<'t> {
    /// A file by the name that faults give it. A byte order mark is no part of the text.
    pub(super) fn new(name: &'t str, text: &'t str) -> Self {
        Self { name, text: text.strip_prefix('\u{feff}').unwrap_or(text), faults: RefCell::default() }
    }

    /// Reads the whole file. `None` where it is no TOML: then nothing else is said about it, since keys that were
    /// swallowed by a missing quote would be called missing.
    pub(super) fn read<T>(&self, read: impl FnOnce(&mut Table<'_>) -> T) -> Option<T> {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        if errors.is_empty() {
            return Some(Table::read(self, "this file", 0, Some(document.get_ref()), read));
        }
        for error in errors {
            // The parser's own words speak of the format, not of what stands there.
            let said = match error.message() {
                "duplicate key" => "this key or table is there twice; delete one of the two".to_owned(),
                said => format!("this is no TOML: {}", one_line(said)),
            };
            self.fault(error.span().map_or(self.text.len(), |span| span.start), said);
        }
        None
    }

    /// The whole text, for what is no TOML.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Notes a fault at a byte of the text.
    pub(super) fn fault(&self, at: usize, message: impl Into<String>) {
        let place = Some(Place::of(self.text, at));
        let fault = Fault { file: self.name.to_owned(), place, message: message.into() };
        let mut faults = self.faults.borrow_mut();
        // A parser that stumbles says the same twice.
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }

    /// The line of a byte of the text, from one.
    pub(super) fn line(&self, at: usize) -> usize {
        Place::of(self.text, at).line
    }

    /// How many faults were found so far.
    pub(super) fn count(&self) -> usize {
        self.faults.borrow().len()
    }

    /// All that was found.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults.into_inner()
    }
}

/// A sentence in one line: the faults are one line each.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How one kind of value is read, in one place with what is said where something else stands.
pub(super) struct Kind<T> {
    /// What was expected, as the end of "expected ...".
    pub(super) expected: &'static str,
    /// Reads the value.
    pub(super) read: fn(Value<'_>) -> Result<T, Unfit>,
}

/// Why a value could not be read.
pub(super) enum Unfit {
    /// It is something else than what was expected.
    Other,
    /// For a reason that needs a sentence of its own.
    Because(String),
    /// For reasons that are noted already.
    Told,
}

/// A value, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Value<'f> {
    file: &'f File<'f>,
    found: &'f DeValue<'f>,
    /// Its first byte.
    pub(super) at: usize,
}

impl<'f> Value<'f> {
    fn new(file: &'f File<'f>, value: &'f Spanned<DeValue<'f>>) -> Self {
        Self { file, found: value.get_ref(), at: value.span().start }
    }

    /// Reads it as this kind; `None` where that is a fault, which is noted.
    pub(super) fn read<T>(self, kind: &Kind<T>) -> Option<T> {
        match (kind.read)(self) {
            Ok(value) => return Some(value),
            Err(Unfit::Other) => self.fault(format!("expected {}, found {}", kind.expected, self.shown())),
            Err(Unfit::Because(why)) => self.fault(why),
            Err(Unfit::Told) => {}
        }
        None
    }

    /// Its text.
    pub(super) fn text(self) -> Result<&'f str, Unfit> {
        self.found.as_str().ok_or(Unfit::Other)
    }

    /// The value as the file has it, for what is neither text nor list.
    pub(super) fn raw(self) -> &'f DeValue<'f> {
        self.found
    }

    /// Its entries, each with its place.
    pub(super) fn entries(self) -> Result<impl Iterator<Item = Self>, Unfit> {
        let entries = self.found.as_array().ok_or(Unfit::Other)?;
        Ok(entries.iter().map(move |entry| Self::new(self.file, entry)))
    }

    /// All entries as this kind, each fault noted.
    pub(super) fn list<T, C: FromIterator<T>>(self, kind: &Kind<T>) -> Result<C, Unfit> {
        let read: Vec<Option<T>> = self.entries()?.map(|entry| entry.read(kind)).collect();
        read.into_iter().collect::<Option<C>>().ok_or(Unfit::Told)
    }

    /// Notes a fault at this value.
    pub(super) fn fault(self, message: impl Into<String>) {
        self.file.fault(self.at, message);
    }

    /// What stands there, short enough for a sentence.
    fn shown(self) -> String {
        match self.found {
            DeValue::String(text) => quoted(text),
            DeValue::Integer(number) => shortened(&number.to_string()),
            DeValue::Float(number) => shortened(&number.to_string()),
            DeValue::Boolean(yes) => yes.to_string(),
            DeValue::Datetime(time) => format!("{time} without quotes"),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        }
    }
}

/// Whether a text may be a token of Slack's.
fn looks_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("xox") || text.contains("xapp-")
}

/// A text of the file as sentences repeat it: in quotes and not too long. A token that strayed there is not repeated.
pub(super) fn quoted(text: &str) -> String {
    if looks_secret(text) { "(a token, not shown)".to_owned() } else { format!("{:?}", shortened(text)) }
}

/// At most 40 characters of a text.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// A table of a file. Asking for a key makes it known; what is left over in the end is unknown.
pub(super) struct Table<'f> {
    file: &'f File<'f>,
    /// As sentences name it.
    name: String,
    /// The first byte of its heading.
    pub(super) at: usize,
    keys: Option<&'f DeTable<'f>>,
    known: Vec<&'static str>,
}

impl<'f> Table<'f> {
    /// Reads a table with `read`, then refuses what `read` did not ask for.
    fn read<T>(file: &'f File<'f>, name: &str, at: usize, keys: Option<&'f DeTable<'f>>, read: impl FnOnce(&mut Self) -> T) -> T {
        let mut table = Self { file, name: name.to_owned(), at, keys, known: Vec::new() };
        let value = read(&mut table);
        table.refuse_unknown();
        value
    }

    fn get(&mut self, key: &'static str) -> Option<Value<'f>> {
        self.known.push(key);
        Some(Value::new(self.file, self.keys?.get(key)?))
    }

    /// Gives it a better name for sentences.
    pub(super) fn call(&mut self, name: String) {
        self.name = name;
    }

    /// Whether a key is there, whatever its value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.is_some_and(|keys| keys.contains_key(key))
    }

    /// The first byte of a key's value, or else of the table.
    pub(super) fn place(&self, key: &str) -> usize {
        self.keys.and_then(|keys| keys.get(key)).map_or(self.at, |value| value.span().start)
    }

    /// The file that it stands in.
    pub(super) fn file(&self) -> &'f File<'f> {
        self.file
    }

    /// The value of a key that must be there.
    pub(super) fn required<T>(&mut self, key: &'static str, kind: &Kind<T>) -> Option<T> {
        if let Some(value) = self.get(key) {
            return value.read(kind);
        }
        self.lacks(key, "", kind);
        None
    }

    /// The value of a key that may be left out.
    pub(super) fn optional<T>(&mut self, key: &'static str, kind: &Kind<T>) -> Option<T> {
        self.get(key)?.read(kind)
    }

    /// The value of a key, or a default where it is left out; `None` where it has a fault.
    pub(super) fn optional_or<T>(&mut self, key: &'static str, kind: &Kind<T>, default: impl FnOnce() -> T) -> Option<T> {
        match self.get(key) {
            Some(value) => value.read(kind),
            None => Some(default()),
        }
    }

    /// Notes that a key is missing.
    pub(super) fn lacks<T>(&self, key: &str, where_to: &str, kind: &Kind<T>) {
        self.file.fault(self.at, format!("{} has no \"{key}\"; add it{where_to}: {}", self.name, kind.expected));
    }

    /// A table inside this one; an empty one where it is left out.
    pub(super) fn table<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        let (mut at, mut keys) = (self.at, None);
        if let Some(value) = self.get(key) {
            at = value.at;
            keys = value.found.as_table();
            if keys.is_none() {
                value.fault(format!("expected a table that begins with [{key}], found {}", value.shown()));
            }
        }
        Table::read(self.file, &format!("[{key}]"), at, keys, read)
    }

    /// The tables of a list, each of which begins with `[[key]]`.
    pub(super) fn tables<T>(&mut self, key: &'static str, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Ok(entries) = value.entries() else {
            value.fault(format!("expected tables that each begin with [[{key}]], found {}; use two brackets", value.shown()));
            return Vec::new();
        };
        let mut all = Vec::new();
        for entry in entries {
            match entry.found.as_table() {
                Some(keys) => all.push(Table::read(self.file, &format!("[[{key}]]"), entry.at, Some(keys), &mut read)),
                None => entry.fault(format!("expected a table that begins with [[{key}]], found {}", entry.shown())),
            }
        }
        all
    }

    fn refuse_unknown(&self) {
        let Some(keys) = self.keys else { return };
        for (key, value) in keys.iter().filter(|(key, _)| !self.known.contains(&key.get_ref().as_ref())) {
            let secret =
                ["token", "secret"].iter().any(|word| key.get_ref().contains(word)) || value.get_ref().as_str().is_some_and(looks_secret);
            let next = match nearest(key.get_ref(), self.known.iter().copied()) {
                _ if secret => "secrets come from the environment; set SLACK_BOT_TOKEN and its like there".to_owned(),
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("{} knows {}", self.name, self.known.join(", ")),
            };
            self.file.fault(key.span().start, format!("unknown key {}; {next}", quoted(key.get_ref())));
        }
    }
}
