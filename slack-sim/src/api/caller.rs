//! Who calls the Web API.

/// Who calls: the token itself, and whose it is.
pub(super) struct Caller {
    pub(super) token: String,
    pub(super) holder: Holder,
}

pub(super) enum Holder {
    Bot,
    App,
    /// A person's id.
    Person(String),
}
