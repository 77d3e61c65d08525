//! User groups: a handle that stands for several people.
use crate::text::plain;
use serde::Deserialize;

/// A user group to add; start with [`NewUsergroup::named`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUsergroup {
    pub(crate) handle: String,
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) members: Vec<String>,
    #[serde(default)]
    pub(crate) disabled: bool,
}

impl NewUsergroup {
    /// A group with this handle, as in `@finance`, that nobody is in.
    pub fn named(handle: &str) -> Self {
        Self { handle: plain(handle).to_owned(), name: None, members: Vec::new(), disabled: false }
    }

    /// The name that people read; the handle when left out.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Its members, by name.
    #[must_use]
    pub fn members(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.members.extend(names.into_iter().map(|name| plain(name.as_ref()).to_owned()));
        self
    }

    /// Switched off.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
}

/// A user group as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Usergroup {
    pub(crate) id: String,
    pub(crate) handle: String,
    pub(crate) name: String,
    /// Ids, in the order they were given.
    pub(crate) members: Vec<String>,
    /// Seconds since 1970.
    pub(crate) created: i64,
    pub(crate) disabled: bool,
}
