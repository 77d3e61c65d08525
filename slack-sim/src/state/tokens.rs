//! Who may call: tokens that were given out or taken back, and the codes they are exchanged for.
use std::collections::{BTreeMap, BTreeSet};

/// What the app shows when it exchanges a code.
pub(crate) const CLIENT_ID: &str = "1111111111.2222222222";
pub(crate) const CLIENT_SECRET: &str = "sim-client-secret";

/// A code that a person's consent gave.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    /// Who consented.
    pub(crate) user: String,
    pub(crate) used: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) codes: BTreeMap<String, Code>,
    /// Whose each token of a person is.
    pub(crate) people: BTreeMap<String, String>,
    pub(crate) revoked: BTreeSet<String>,
}
