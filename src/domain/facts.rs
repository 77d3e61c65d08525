//! Facts: all that ever happened, in one log. Everything else is a view of it.
//!
//! People offer a [`Change`](super::acts::Change); the commit numbers it and keeps it as an [`Entry`]. What people said or are called
//! stands in an entry's `words` and nowhere else, so that it can be blanked while the fact stays.

mod parts;
mod heard;

pub use heard::Heard;
pub use parts::{DeliveryKey, Said, Version, Word};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::advocates::Duty;
use super::backfill::Backfill;
use super::care::Step;
use super::feedback::{Mode, Part, Source, Why};
use super::function::FunctionId;
use super::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq};
use super::letter::{DigestDone, Note, Posting, RollupDone, Tally};
use super::pause::Pause;
use super::spread::Spread;
use super::subscription::Hour;
use super::tagging::Tag;

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
        /// The messages of which they are made.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<Part>,
        /// Who said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<Said>,
    },
    /// The teller's name was hidden, or shown again.
    Hidden {
        /// Version.
        v: Version<1>,
        /// The record.
        no: FeedbackNo,
        /// Whether it is hidden.
        hidden: bool,
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
    /// Whoever did it heard the same.
    HeardToo {
        /// Version.
        v: Version<1>,
        /// The record.
        no: FeedbackNo,
    },
    /// Whoever did it takes back that they heard the same.
    NotHeard {
        /// Version.
        v: Version<1>,
        /// The record.
        no: FeedbackNo,
    },
    /// A function does not answer a record.
    NotOurs {
        /// Version.
        v: Version<1>,
        /// The record.
        no: FeedbackNo,
        /// The function.
        function: FunctionId,
        /// Whose turn it is now, where no other function is left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turn: Option<FunctionId>,
    },
    /// Somebody took a record, closed it, brought it back, or the like.
    Care {
        /// Version.
        v: Version<1>,
        /// The record.
        no: FeedbackNo,
        /// What was done.
        step: Step<Word>,
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
        /// Why.
        #[serde(default, skip_serializing_if = "Why::is_default")]
        why: Why,
    },
    /// A reply in a digest's thread was kept with a record, became another, or was taken away.
    Replied {
        /// Version.
        v: Version<1>,
        /// The record.
        no: FeedbackNo,
        /// The reply.
        source: Source,
        /// Its words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Word>,
    },
    /// Somebody reacted with the sign that passes a message on, or took the reaction away.
    Reacted {
        /// Version.
        v: Version<1>,
        /// The message.
        source: Source,
        /// When, as the platform numbers its events.
        at: String,
        /// Whether the reaction stands there.
        on: bool,
    },
    /// Something is to be said.
    Queued {
        /// Version.
        v: Version<1>,
        /// The letter.
        letter: LetterNo,
        /// To whom, where it is addressed to one person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<PersonNo>,
        /// What.
        note: Note,
        /// After which it is not said any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// A channel is listened to in another way than before.
    Listening {
        /// Version.
        v: Version<1>,
        /// The channel.
        channel: ChannelId,
        /// How.
        mode: Mode,
        /// Who chose it.
        chosen_by: PersonNo,
    },
    /// All that was said in a channel up to a message was looked at.
    CaughtUp {
        /// Version.
        v: Version<1>,
        /// The channel.
        channel: ChannelId,
        /// The message's timestamp.
        upto: String,
    },
    /// A reading of what was said in a channel before was begun, went on, or ended.
    Backfill {
        /// Version.
        v: Version<1>,
        /// How far it has come.
        #[serde(flatten)]
        backfill: Backfill,
    },
    /// Functions read no digests from here on, or read them again.
    Paused {
        /// Version.
        v: Version<1>,
        /// The functions.
        functions: Vec<FunctionId>,
        /// For how long; none: they read again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pause: Option<Pause>,
    },
    /// Whoever did it gets no direct messages from here on but answers, or gets them again.
    Muted {
        /// Version.
        v: Version<1>,
        /// For how long; none: they come again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pause: Option<Pause>,
    },
    /// Whoever did it reads a function's digest by direct message from here on, at another hour, or no more.
    Subscribed {
        /// Version.
        v: Version<1>,
        /// The function.
        function: FunctionId,
        /// When; none: no more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hour: Option<Hour>,
    },
    /// A digest was compiled, and queued where it has parts.
    Digest {
        /// Version.
        v: Version<1>,
        /// The letter; none where there was nothing to say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterNo>,
        /// For whom alone, where it is not for the function.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<PersonNo>,
        /// What it holds.
        #[serde(flatten)]
        done: DigestDone,
    },
    /// The company's week was compiled, and queued where there was something to say.
    Rollup {
        /// Version.
        v: Version<1>,
        /// The letter; none where nothing was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterNo>,
        /// What it holds.
        #[serde(flatten)]
        done: RollupDone,
        /// What became of records in it.
        #[serde(default, skip_serializing_if = "Tally::is_nothing")]
        became: Tally,
    },
    /// Something was done about the advocates of a function.
    Advocate {
        /// Version.
        v: Version<1>,
        /// The function.
        function: FunctionId,
        /// What.
        duty: Duty,
    },
    /// It was measured how evenly the customer is carried.
    Spread {
        /// Version.
        v: Version<1>,
        /// How evenly, as far as it may be said.
        shown: Spread,
        /// Who closed more than half of what a function closed: they are told, and nobody else.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        heavy: Vec<(PersonNo, FunctionId)>,
    },
    /// A part of a letter was posted.
    Posted {
        /// Version.
        v: Version<1>,
        /// Where.
        #[serde(flatten)]
        posting: Posting,
    },
    /// A letter waits for somebody to mend what the platform refuses it for.
    Refused {
        /// Version.
        v: Version<1>,
        /// The letter.
        letter: LetterNo,
        /// The part.
        part: u32,
        /// The platform's error code.
        code: String,
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
        /// Functions that are no longer there, each with the one that it was merged into.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        merged: Vec<(FunctionId, FunctionId)>,
        /// Whether the company's week is posted somewhere.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        rollup: bool,
    },
    /// A person was forgotten.
    Erased {
        /// Version.
        v: Version<1>,
        /// The number.
        person: PersonNo,
    },
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

    /// The last letter that it queues, if any.
    pub fn queued(&self) -> Option<LetterNo> {
        self.head.facts.iter().rev().find_map(|fact| match fact {
            Fact::Queued { letter, .. } => Some(*letter),
            Fact::Digest { letter, .. } | Fact::Rollup { letter, .. } => *letter,
            _ => None,
        })
    }

    /// A word of this entry as it was said; empty where it was blanked.
    pub fn word(&self, word: Word) -> &str {
        let word = usize::try_from(word.0).ok().and_then(|i| self.words.get(i)).map_or("", String::as_str);
        // A name may begin or end with a space, and is to be known again.
        if word.trim().is_empty() { "" } else { word }
    }
}
