//! A record as it stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::alike::Wording;
use crate::domain::care::{Care, Outcome};
use crate::domain::feedback::{Customer, Gesture, Origin, Part, Source};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, PersonNo, Seq};
use crate::domain::kind::Kind;
use crate::domain::masking::Sensitive;
use crate::domain::spread::Deed;
use crate::domain::tagging::Tag;
use crate::domain::urgent::Urgency;

/// A record as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its revision: the last change that touched it.
    pub revision: Seq,
    /// When it was heard.
    pub heard_at: Timestamp,
    /// Whether it was taken back; then its words are gone.
    pub withdrawn: bool,
    /// The customer's words.
    pub verbatim: String,
    /// Where its words stand in the log: change and index.
    pub words: Vec<(Seq, u32)>,
    /// What the words concern, strongest first.
    pub tags: Vec<Tag>,
    /// Whose turn it was, where no rule fitted.
    pub turn: Option<FunctionId>,
    /// Who told it.
    pub teller: Option<PersonNo>,
    /// The teller's functions at that time.
    pub teller_functions: Vec<FunctionId>,
    /// The message that the words stand in.
    pub source: Option<Source>,
    /// The channel in which the teller was.
    pub channel: ChannelId,
    /// Who may read there.
    pub origin: Origin,
    /// What the teller did.
    pub gesture: Gesture,
    /// The first message of the thread that the message is a reply in.
    pub thread: Option<String>,
    /// The messages of which the words are made.
    pub parts: Vec<Part>,
    /// Who wrote the message, where that is not the teller.
    pub author: Option<PersonNo>,
    /// Whether a person chose the functions.
    pub chosen: bool,
    /// Who said it.
    pub customer: Option<Customer>,
    /// Whether the teller's name is hidden, and with it the channel.
    pub hidden: bool,
    /// Why it cannot wait, if it cannot.
    pub urgent: Option<Urgency>,
    /// Of which kind it is, where that is known.
    pub kind: Option<Kind>,
    /// What was made unreadable in its words.
    pub masked: Vec<Sensitive>,
    /// What colleagues said of it in the threads of digests.
    pub replies: Vec<Reply>,
    /// Who heard the same, in order.
    pub heard_too: Vec<PersonNo>,
    /// The functions that do not answer it, and who said so.
    pub declined: Vec<(FunctionId, Option<PersonNo>)>,
    /// Who has it, and what became of it.
    pub care: Care,
}

/// What digests and rollups weigh of a record. A day has many, so that the rest of each is dropped as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gist {
    /// The customer's words, to be compared with others.
    pub wording: Wording,
    /// The functions that read it, the lead first.
    pub functions: Vec<FunctionId>,
    /// The teller's functions at that time.
    pub teller_functions: Vec<FunctionId>,
    /// How many heard the same.
    pub heard_too: usize,
    /// Of which kind it is, where that is known.
    pub kind: Option<Kind>,
    /// Why it cannot wait, if it cannot.
    pub urgent: Option<Urgency>,
    /// Whether it is news again.
    pub again: bool,
    /// Whether it is praise, which nobody has to answer.
    pub praise: bool,
    /// Whether everybody may read it.
    pub for_everybody: bool,
}

impl From<Record> for Gist {
    fn from(record: Record) -> Self {
        Self {
            functions: record.functions().cloned().collect(),
            heard_too: record.heard_too.len(),
            kind: record.kind,
            urgent: record.urgent,
            again: record.care.again.is_some(),
            praise: record.is_praise(),
            for_everybody: record.is_for_everybody(),
            wording: Wording::of(&record.verbatim),
            teller_functions: record.teller_functions,
        }
    }
}

/// What a colleague said of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The message.
    pub source: Source,
    /// Who.
    pub by: Option<PersonNo>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub words: String,
    /// Where the words stand in the log: change and index.
    pub place: (Seq, u32),
}

impl Record {
    /// Whether somebody told it, or heard the same.
    pub fn is_heard_by(&self, n: PersonNo) -> bool {
        self.teller == Some(n) || self.heard_too.contains(&n)
    }

    /// Whether everybody may read it, and not only those whom it concerns.
    pub fn is_for_everybody(&self) -> bool {
        matches!(self.origin, Origin::Public | Origin::External)
    }

    /// Whether it is praise, which nobody has to answer.
    pub fn is_praise(&self) -> bool {
        self.care.closed().is_some_and(|closed| closed.outcome == Outcome::Thanked)
    }

    /// Whether what somebody did for it still stands: it was neither taken back nor undone since.
    pub fn still_has(&self, n: PersonNo, deed: Deed) -> bool {
        let closed = self.care.closed();
        let stands = match deed {
            Deed::Told => self.teller == Some(n),
            Deed::HeardToo => self.heard_too.contains(&n) && self.customer.is_some(),
            Deed::Closed => closed.is_some_and(|closed| closed.by == Some(n)),
            Deed::Signed => closed.is_some() && self.care.signed == Some(n),
            Deed::Reopened => self.care.reopened.iter().any(|back| back.by == Some(n)),
            Deed::Corrected => self.chosen,
        };
        stands && !self.withdrawn
    }

    /// The functions that read it, the lead first: those of its tags, else the one whose turn it was.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionId> {
        let turn = self.turn.iter().filter(|_| self.tags.is_empty());
        self.tags.iter().map(|tag| &tag.function).chain(turn)
    }
}

/// A record of a command, with nothing remarkable.
#[cfg(test)]
pub(in crate::domain) fn a_record(seq: u64) -> Record {
    Record {
        revision: Seq(seq),
        heard_at: Timestamp::UNIX_EPOCH,
        withdrawn: false,
        verbatim: "words".to_owned(),
        words: vec![],
        tags: vec![],
        turn: None,
        teller: None,
        teller_functions: vec![],
        source: None,
        channel: ChannelId::new("C1"),
        origin: Origin::Public,
        gesture: Gesture::Command,
        thread: None,
        parts: vec![],
        author: None,
        chosen: false,
        customer: None,
        hidden: false,
        urgent: None,
        kind: None,
        masked: vec![],
        replies: vec![],
        heard_too: vec![],
        declined: vec![],
        care: Care::default(),
    }
}
