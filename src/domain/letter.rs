//! Letters: what the bot is to say by itself, as numbers; rendered when it is sent, so that no word waits.

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::advocates::Duty;
use super::backfill::Backfill;
use super::feedback::Source;
use super::function::FunctionId;
use super::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq};
use super::pause::Pause;

/// How long a digest is tried before it is dropped, with whoever can mend it told: a week.
pub const DIGEST_LIVES: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long an urgent record is worth saying at once: by then it stands in the digest.
pub const URGENT_LIVES: SignedDuration = SignedDuration::from_hours(24);
/// How long the news of something that must be mended is worth telling: a week.
pub const ALERT_LIVES: SignedDuration = SignedDuration::from_hours(7 * 24);

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

/// A rollup that was compiled: the company's week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollupDone {
    /// Of which local day.
    pub day: Date,
    /// The change after which it begins.
    pub from: Seq,
    /// The last change that it covers.
    pub upto: Seq,
    /// The last record that it counts.
    pub last: FeedbackNo,
    /// How many records were told. None: nothing is posted.
    pub heard: u32,
    /// By people of how many functions.
    pub told_by: u32,
    /// How many functions they concern.
    pub read_by: u32,
    /// A record for each of what customers said most.
    pub quoted: Vec<FeedbackNo>,
    /// How often each of these was said.
    pub said: Vec<u32>,
    /// How many records each of the last weeks brought, by the day of its rollup, this one last.
    pub weeks: Vec<(Date, u32)>,
    /// Whether the hour had passed when it was compiled.
    pub late: bool,
    /// How many records waited too long then, by the function that answers them.
    #[serde(default)]
    pub waits: Vec<(FunctionId, u32)>,
    /// What was done because of customers in that week.
    #[serde(default)]
    pub changed: Vec<FeedbackNo>,
    /// The best of praise.
    #[serde(default)]
    pub praise: Vec<FeedbackNo>,
    /// In how many of those that were told the customer came off badly, and in how many well, as far as that could be told.
    #[serde(default)]
    pub came_off: (u32, u32),
}

/// What became of records: how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Were closed, however.
    pub closed: u64,
    /// Of these, will not be done.
    pub declined: u64,
    /// Of these, nobody answered.
    pub unanswered: u64,
    /// Were answered, and the customer was told so.
    pub told: u64,
}

impl Tally {
    /// What came to it since then.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            closed: self.closed.saturating_sub(before.closed),
            declined: self.declined.saturating_sub(before.declined),
            unanswered: self.unanswered.saturating_sub(before.unanswered),
            told: self.told.saturating_sub(before.told),
        }
    }

    /// Whether it is nothing.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
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

/// A place in a channel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    /// The channel.
    pub channel: ChannelId,
    /// The first message of the thread, where it is in one.
    pub thread: Option<String>,
}

/// How something reaches one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// By a direct message.
    Direct,
    /// In a channel, shown to them alone.
    Only(Spot),
}

/// What a letter says, other than a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// To whoever told it: it is kept, and who reads it.
    Receipt {
        /// The record.
        no: FeedbackNo,
        /// Where they read it.
        reach: Reach,
    },
    /// To whoever told it: it was kept before, or is not taken.
    Known {
        /// The record, where there is one.
        no: Option<FeedbackNo>,
        /// Where they read it.
        reach: Reach,
    },
    /// To whoever reacted: whether the message is to be passed on.
    Asked {
        /// The message.
        source: Source,
        /// Why they are asked.
        why: Asking,
        /// Where they read it.
        reach: Reach,
    },
    /// To the author of a message that somebody else passed on.
    Taken {
        /// The record.
        no: FeedbackNo,
    },
    /// To somebody who asked something, or whose words could not be taken as feedback.
    Answered {
        /// What is answered.
        with: Answer,
        /// The message that it answers.
        source: Source,
        /// Where they read it.
        reach: Reach,
    },
    /// To one person, at most once a day but for what is urgent: what waits for them, and what became of what they told.
    Today {
        /// What they told or heard, that was closed or came back.
        told: Vec<FeedbackNo>,
        /// What they have, whose day comes.
        due: Vec<FeedbackNo>,
        /// What nobody has taken.
        waits: Vec<FeedbackNo>,
        /// What is closed once they sign.
        signs: Vec<FeedbackNo>,
        /// Their turns as advocate, by function.
        #[serde(default)]
        turns: Vec<(FunctionId, Duty)>,
        /// The functions of which they closed more than half, and when that was measured.
        #[serde(default)]
        heavy: Vec<(FunctionId, Date)>,
        /// Of which local day.
        day: Date,
    },
    /// To a channel: that it is listened to, how, and who chose so.
    Listened {
        /// The channel.
        channel: ChannelId,
    },
    /// To a channel: that no digests of functions come to it, or come again, and who chose so.
    Paused {
        /// The channel.
        channel: ChannelId,
        /// The functions.
        functions: Vec<FunctionId>,
        /// For how long; none: they come again.
        pause: Option<Pause>,
        /// Who.
        by: PersonNo,
    },
    /// To a function's channel: a record that cannot wait for the digest.
    Urgent {
        /// The record.
        no: FeedbackNo,
        /// Whose channel.
        function: FunctionId,
    },
    /// A part of what was posted in a function's channel is shown anew, as its records stand.
    Redraw {
        /// The letter.
        letter: LetterNo,
        /// The part, from nought.
        part: u32,
    },
    /// To an admin or a lead: something that needs them.
    Alert(Alert),
    /// To whoever began it: a reading of older messages has ended.
    Backfilled(Backfill),
}

/// Why somebody who reacted is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asking {
    /// It is their first time.
    First,
    /// The message stands where only some may read.
    Private,
}

/// What a message to the bot is answered with where it is not taken as feedback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// How to use the bot, and an offer to take the words as feedback all the same.
    Help,
    /// They are too many characters.
    TooLong,
}

/// What whoever can mend it is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// Socket Mode was switched off for the app.
    NoSockets,
    /// What a function should read is refused by the platform, or was dropped.
    Undelivered {
        /// The letter.
        letter: LetterNo,
        /// The platform's error code; empty where it never answered well.
        code: String,
        /// Whether it is not tried any more.
        dropped: bool,
    },
}

/// What a letter holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// A digest, for its function's channel.
    Digest(DigestDone),
    /// The same, for one person who asked for it.
    DigestFor(DigestDone, PersonNo),
    /// The company's week, for its channel, and what became of records in it.
    Rollup(RollupDone, Tally),
    /// Something else, and to whom it is addressed, where that is a person.
    Note(Note, Option<PersonNo>),
}

impl Content {
    /// Of how many messages it is.
    pub fn parts(&self) -> usize {
        match self {
            Self::Digest(done) | Self::DigestFor(done, _) => done.parts.len(),
            Self::Rollup(..) | Self::Note(..) => 1,
        }
    }

    /// The records that one of its messages shows, as far as it is shown anew when they change.
    pub fn shows(&self, part: u32) -> Vec<FeedbackNo> {
        match self {
            Self::Digest(done) | Self::DigestFor(done, _) => {
                usize::try_from(part).ok().and_then(|part| done.parts.get(part)).cloned().unwrap_or_default()
            }
            Self::Rollup(done, _) if part == 0 => done.quoted.iter().chain(&done.changed).chain(&done.praise).copied().collect(),
            Self::Note(Note::Urgent { no, .. }, _) if part == 0 => vec![*no],
            Self::Rollup(..) | Self::Note(..) => vec![],
        }
    }

    /// The function in whose channel it is read, if any.
    pub fn function(&self) -> Option<&FunctionId> {
        match self {
            Self::Digest(done) => Some(&done.function),
            Self::Note(Note::Urgent { function, .. }, _) => Some(function),
            Self::DigestFor(..) | Self::Rollup(..) | Self::Note(..) => None,
        }
    }

    /// Whether it is posted in a channel that the configuration names.
    pub fn is_for_a_channel(&self) -> bool {
        self.function().is_some() || matches!(self, Self::Rollup(..))
    }
}
