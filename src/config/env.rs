//! The environment, as the configuration reads it: the process's own, or one given by hand.

use std::collections::BTreeMap;
use std::fmt;

/// Environment variables. Tests and the demo give their own; only `serve` and the commands read the process's.
#[derive(Clone)]
pub struct Env(Source);

#[derive(Clone)]
enum Source {
    Process,
    Given(BTreeMap<String, String>),
}

impl Env {
    /// The environment of this process.
    pub fn process() -> Self {
        Self(Source::Process)
    }

    /// An environment with these variables alone.
    pub fn given<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(Source::Given(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }

    /// An environment with nothing in it.
    pub fn empty() -> Self {
        Self::given([])
    }

    /// The value of a variable, trimmed; `None` where it is not set. The error is a sentence without the value.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>, String> {
        let value = match &self.0 {
            Source::Process => process_variable(name)?,
            Source::Given(variables) => variables.get(name).cloned(),
        };
        match value.as_deref().map(str::trim) {
            None => Ok(None),
            Some("") => Err("is set but empty; give it a value or unset it".to_owned()),
            Some(value) => Ok(Some(value.to_owned())),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the process's environment")]
fn process_variable(name: &str) -> Result<Option<String>, String> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        // The error holds the value: it is dropped, since the value may be a secret.
        Err(std::env::VarError::NotUnicode(_)) => Err("is not UTF-8; set it again".to_owned()),
    }
}

/// Names and values may be secrets, so neither is shown.
impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}
