//! What is wrong with the configuration, each with its place: all of it at once, so that one round of
//! mending is enough.

use std::fmt;

/// A place in a file, as editors count: from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from one.
    pub line: usize,
    /// The column in characters, from one.
    pub column: usize,
}

impl Place {
    /// Where the byte `at` of a text stands. A place past the end is the end.
    pub(super) fn of(text: &str, at: usize) -> Self {
        let before = text.get(..text.floor_char_boundary(at)).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or(before);
        Self { line: before.matches('\n').count().saturating_add(1), column: line.chars().count().saturating_add(1) }
    }
}

/// One thing that is wrong, and what to do about it. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file as it was named, or the environment variable.
    pub file: String,
    /// Where in the file; none where the whole file or a variable is at fault.
    pub place: Option<Place>,
    /// What is wrong, in a sentence for whoever edits the file.
    pub message: String,
}

impl Fault {
    /// A fault of a whole file or of an environment variable.
    pub(super) fn of_all(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: None, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(Place { line, column }) => write!(f, "{}:{line}:{column}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// All that is wrong, by file and place; never empty. Displayed as one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// `Ok` with the value where nothing was found to be wrong.
    ///
    /// The faults come file by file; within a file they are put in the order of their places.
    pub(super) fn or<T>(found: Vec<Vec<Fault>>, value: Option<T>) -> Result<T, Self> {
        let mut all = Vec::new();
        for mut file in found {
            file.sort_by_key(|fault| fault.place);
            all.append(&mut file);
        }
        if value.is_none() && all.is_empty() {
            // Never a refusal without a reason.
            all.push(Fault::of_all("the configuration", "cannot be used, and All Ears cannot say why; please report it"));
        }
        match value {
            Some(value) if all.is_empty() => Ok(value),
            Some(_) | None => Err(Self(all)),
        }
    }

    /// The faults, by file and place.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.0.iter()
    }

    /// The faults of both, these first.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
