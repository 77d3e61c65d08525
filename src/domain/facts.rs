//! Facts: all that ever happened, in one log. Everything else is a view of it.
//!
//! People offer a [`Change`]; the commit numbers it and keeps it as an [`Entry`]. What people said or are called
//! stands in an entry's `words` and nowhere else, so that it can be blanked while the fact stays.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::feedback::{Gesture, Identity, Origin, Source, Verbatim};
use super::function::FunctionId;
use super::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq};
use super::tagging::Tag;

/// What a delivery is known by when it comes again: the event's id, or the trigger of a command.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryKey(String);

impl DeliveryKey {
    /// An event, by its id.
    pub fn event(id: &str) -> Self {
        Self(format!("event:{id}"))
    }

    /// A command, by its trigger, which is good for one use.
    pub fn command(trigger: &str) -> Self {
        Self(format!("command:{trigger}"))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes back what [`Self::as_str`] gave.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// What somebody wants to have happened: all of it, or nothing.
#[derive(Debug, Clone)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// Who; nobody where the bot acts by itself.
    pub by: Option<Identity>,
    /// What the delivery is known by. A change with a known key changes nothing.
    pub keys: Vec<DeliveryKey>,
    /// Revisions of records on which the caller decided.
    pub expects: Vec<(FeedbackNo, Seq)>,
    /// What happens, in order.
    pub acts: Vec<Act>,
}

impl Change {
    /// Something that the bot does by itself.
    pub fn of_the_bot(at: Timestamp, acts: Vec<Act>) -> Self {
        Self { at, by: None, keys: vec![], expects: vec![], acts }
    }
}

/// What may happen. Becomes a [`Fact`] when it is committed.
#[derive(Debug, Clone)]
pub enum Act {
    /// Somebody told what a customer said.
    Hear(Box<Hearing>),
    /// The words of a record are others now.
    Edit {
        /// The record.
        no: FeedbackNo,
        /// The new words; the old ones are blanked.
        verbatim: Verbatim,
        /// What they concern.
        tags: Vec<Tag>,
    },
    /// A record concerns other functions.
    Retag {
        /// The record.
        no: FeedbackNo,
        /// All its tags, strongest first.
        tags: Vec<Tag>,
    },
    /// A record is taken back: its words go.
    Withdraw(FeedbackNo),
    /// A message is taken back, whether or not it was heard yet.
    WithdrawSource(Source),
    /// A function's digest of one local day.
    Digest(DigestDone),
    /// A part of a letter stands in a channel.
    Posted(Posting),
    /// A part of a letter can never be delivered.
    Failed {
        /// The letter.
        letter: LetterNo,
        /// The part, from nought.
        part: u32,
        /// The platform's error code; no words.
        why: String,
    },
    /// The configuration in force, where it is another than before.
    Configure {
        /// Of everything in it but secrets.
        hash: String,
        /// Ids of the functions, in order.
        functions: Vec<FunctionId>,
    },
    /// A person is forgotten: their id and name go, their number stays.
    Erase(PersonNo),
}

/// Something heard, before it has a number.
#[derive(Debug, Clone)]
pub struct Hearing {
    /// The customer's words.
    pub verbatim: Verbatim,
    /// The message that they stand in; none for a command.
    pub source: Option<Source>,
    /// The channel in which the teller was.
    pub channel: ChannelId,
    /// Who may read there.
    pub origin: Origin,
    /// What the teller did.
    pub gesture: Gesture,
    /// The teller's functions at that time.
    pub teller_functions: Vec<FunctionId>,
    /// What the words concern, strongest first.
    pub tags: Vec<Tag>,
    /// Who takes turns at what no rule fits, in the order of the configuration.
    pub turns: Vec<FunctionId>,
}

/// A digest that was compiled: which records stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestDone {
    /// Whose.
    pub function: FunctionId,
    /// Of which local day.
    pub day: Date,
    /// The change after which it begins.
    pub from: Seq,
    /// The last change that it covers.
    pub upto: Seq,
    /// The records of each message: the digest itself, then its thread. Empty: nothing to say, nothing posted.
    pub parts: Vec<Vec<FeedbackNo>>,
    /// Whether the hour had passed when it was compiled.
    pub late: bool,
}

/// Where a part of a letter stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The letter.
    pub letter: LetterNo,
    /// The part, from nought.
    pub part: u32,
    /// The channel.
    pub channel: ChannelId,
    /// The message's timestamp there.
    pub ts: String,
}

/// An index into the words of the same entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Word(pub u32);

/// The version of a kind of fact: reads its own number and no other, so that a newer line is never misread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Version<const N: u8>;

impl<const N: u8> Serialize for Version<N> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(N)
    }
}

impl<'de, const N: u8> Deserialize<'de> for Version<N> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let found = u64::deserialize(from)?;
        if found == u64::from(N) {
            Ok(Self)
        } else {
            Err(serde::de::Error::custom(format_args!("version {found} of a fact is unknown here")))
        }
    }
}

/// One thing that happened, never rewritten. Each kind has one version so far; whoever makes a second reads the first as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "k", rename_all = "snake_case")]
pub enum Fact {
    /// A record came to be.
    Heard(Heard),
    /// A record's words became others.
    Edited {
        /// Version.
        v: Version<1>,
        /// The record.
        no: FeedbackNo,
        /// The new words.
        verbatim: Word,
        /// What they concern.
        tags: Vec<Tag>,
    },
    /// A record's tags became others.
    Retagged {
        /// Version.
        v: Version<1>,
        /// The record.
        no: FeedbackNo,
        /// All its tags.
        tags: Vec<Tag>,
    },
    /// A record or a message was taken back.
    Withdrawn {
        /// Version.
        v: Version<1>,
        /// The record; none where the message had not been heard yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        no: Option<FeedbackNo>,
        /// The message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Source>,
    },
    /// A digest was compiled, and queued where it has parts.
    Digest {
        /// Version.
        v: Version<1>,
        /// The letter; none where there was nothing to say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterNo>,
        /// What it holds.
        #[serde(flatten)]
        done: DigestDone,
    },
    /// A part of a letter was posted.
    Posted {
        /// Version.
        v: Version<1>,
        /// Where.
        #[serde(flatten)]
        posting: Posting,
    },
    /// A letter was given up at a part.
    Failed {
        /// Version.
        v: Version<1>,
        /// The letter.
        letter: LetterNo,
        /// The part.
        part: u32,
        /// The platform's error code.
        why: String,
    },
    /// A person was met, or is called otherwise now.
    Person {
        /// Version.
        v: Version<1>,
        /// The number.
        n: PersonNo,
        /// Tenant, user id and name, in this order from here on.
        words: Word,
    },
    /// Another configuration came into force.
    Config {
        /// Version.
        v: Version<1>,
        /// Of everything in it but secrets.
        hash: String,
        /// Ids of the functions, in order.
        functions: Vec<FunctionId>,
    },
    /// A person was forgotten.
    Erased {
        /// Version.
        v: Version<1>,
        /// The number.
        person: PersonNo,
    },
}

/// How a record came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Version.
    pub v: Version<1>,
    /// Its number.
    pub no: FeedbackNo,
    /// The customer's words.
    pub verbatim: Word,
    /// The message that they stand in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The channel in which the teller was.
    pub channel: ChannelId,
    /// Who may read there.
    pub origin: Origin,
    /// What the teller did.
    pub gesture: Gesture,
    /// The teller's functions at that time.
    pub teller_functions: Vec<FunctionId>,
    /// What the words concern, strongest first.
    pub tags: Vec<Tag>,
    /// Whose turn it was, where no rule fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<FunctionId>,
}

/// A change as it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What is kept for ever.
    pub head: Head,
    /// What people said or are called. A blanked word is spaces.
    pub words: Vec<String>,
}

/// The part of an entry that holds no words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its place in the log.
    pub seq: Seq,
    /// The first place of the write that it was part of.
    pub group: Seq,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonNo>,
    /// What the delivery is known by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<DeliveryKey>,
    /// What happened, in order.
    pub facts: Vec<Fact>,
}

impl Entry {
    /// The record that it made, if any.
    pub fn made(&self) -> Option<FeedbackNo> {
        self.head.facts.iter().find_map(|fact| if let Fact::Heard(heard) = fact { Some(heard.no) } else { None })
    }

    /// A word of this entry as it was said; empty where it was blanked.
    pub fn word(&self, word: Word) -> &str {
        let word = usize::try_from(word.0).ok().and_then(|i| self.words.get(i)).map_or("", String::as_str);
        // A name may begin or end with a space, and is to be known again.
        if word.trim().is_empty() { "" } else { word }
    }
}
