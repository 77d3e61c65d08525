//! Commands that tell something and ask for nothing but their name.

/// A command that needs no more than its name: its help tells what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// What I told.
    Mine,
    /// What is open.
    Open,
    /// How evenly the customer is carried.
    Spread,
    /// What the council looks at.
    Council,
    /// One record.
    Show,
    /// What a digest would say.
    Digest,
    /// How the bot is.
    Status,
    /// Names that the list does not know.
    Customers,
    /// What was left out of a channel.
    LeftOut,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 9] =
        [Self::Mine, Self::Open, Self::Spread, Self::Council, Self::Show, Self::Digest, Self::Status, Self::Customers, Self::LeftOut];

    /// The word that asks for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Open => "open",
            Self::Spread => "spread",
            Self::Council => "council",
            Self::Show => "show",
            Self::Digest => "digest",
            Self::Status => "status",
            Self::Customers => "customers",
            Self::LeftOut => "left-out",
        }
    }

    /// The one that a word asks for, in small letters.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.word() == word)
    }
}
