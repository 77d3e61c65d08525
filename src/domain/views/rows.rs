//! The rows.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::keys::{Sheet, Stretch};
use super::record::Record;
use super::spreads::{Deeds, Measured};
use super::traits::Row;
use crate::domain::advocates::Advocates;
use crate::domain::backfill::Backfill;
use crate::domain::feedback::{Identity, Mode, Source};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, TenantId, UserId};
use crate::domain::letter::{Content, Posting, Tally};
use crate::domain::pause::Pause;
use crate::domain::subscription::Hour;
use crate::domain::teaching::Taught;

/// Binds a row's type to its key and table.
macro_rules! rows {
    ($($table:literal $row:ident by $key:ty),* $(,)?) => {
        $(impl Row for $row {
            type Key = $key;
            const TABLE: u8 = $table;
        })*
        /// The tables, so that a test sees that none shares its byte with another.
        #[cfg(test)]
        const TABLES: &[u8] = &[$($table),*];
    };
}

rows! {
    b'm' Counters by (),
    b'r' Record by FeedbackNo,
    b's' Told by Source,
    b't' Register by Sheet,
    b'v' Reacted by (Source, PersonNo),
    b'd' Delivered by String,
    b'e' DeliveredIn by (u64, Stretch),
    b'f' Reading by FunctionId,
    b'a' Arrivals by Stretch,
    b'l' Letter by LetterNo,
    b'o' InOutbox by LetterNo,
    b'x' Redrawing by (LetterNo, u64),
    b'w' PostedIn by FeedbackNo,
    b'p' Person by PersonNo,
    b'u' Known by (TenantId, UserId),
    b'c' Listening by ChannelId,
    b'h' CaughtUp by ChannelId,
    b'n' Candidate by String,
    b'b' Backfilling by (),
    b'i' Introduced by ChannelId,
    b'g' Rolled by (),
    b'k' Subscription by (PersonNo, FunctionId),
    b'y' Taught by FeedbackNo,
    b'z' News by PersonNo,
    b'q' Watched by Sheet,
    b'j' Deeds by (u64, Stretch),
    b'$' Measured by (),
    b'@' Advocates by FunctionId,
}

/// What was given last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// The last record.
    pub feedback: FeedbackNo,
    /// The last person.
    pub person: PersonNo,
    /// The last letter.
    pub letter: LetterNo,
    /// The hash of the configuration in force.
    pub config: Option<String>,
    /// The last change that taught the tagger something, or took something back.
    pub taught: Seq,
    /// What became of all records.
    pub tally: Tally,
}

/// What became of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The records that hold words of it, or held them; the newest last.
    pub nos: Vec<FeedbackNo>,
    /// Whether nothing of it may be taken any more.
    pub closed: bool,
}

/// Who told which record, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// On this sheet.
    pub tellers: Vec<(FeedbackNo, PersonNo)>,
}

/// A customer's name that somebody typed and the list does not know, by its small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// As it was typed last.
    pub name: String,
    /// The records that it stands in.
    pub nos: Vec<FeedbackNo>,
}

/// A person's reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reacted {
    /// When, as the platform numbers its events.
    pub at: String,
    /// Whether it stands there.
    pub on: bool,
}

/// How a channel is listened to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listening {
    /// How.
    pub mode: Mode,
    /// Who chose it.
    pub chosen_by: PersonNo,
}

/// A channel has read who the bot is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduced {
    /// In the first letter that came there.
    pub letter: LetterNo,
}

/// How far a channel was looked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaughtUp {
    /// The last message's timestamp.
    pub upto: String,
}

/// The reading of older messages that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backfilling {
    /// Who began it.
    pub by: PersonNo,
    /// How far it has come.
    pub backfill: Backfill,
}

impl Backfilling {
    /// Whether a step is one of this reading.
    pub fn is_of(&self, step: &Backfill) -> bool {
        self.backfill.channel == step.channel && self.backfill.from == step.from
    }
}

/// A delivery that was handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// By which change.
    pub seq: Seq,
    /// The record that it made.
    pub no: Option<FeedbackNo>,
}

/// Deliveries that were handled in one hour, so that they can be forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredIn {
    /// Their keys.
    pub keys: Vec<String>,
}

/// How far a function has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Since when it is there: no digest is due for an hour before.
    pub since: Timestamp,
    /// The last change that its digests cover.
    pub upto: Seq,
    /// The local day of its last digest, also of one that had nothing to say.
    pub day: Option<Date>,
    /// The change in which it last had its turn at what no rule fitted.
    pub turn: Seq,
    /// The functions that were merged into it: it reads what they left.
    pub was: Vec<FunctionId>,
    /// When urgent records last reached it at once, the last few.
    pub urgent: Vec<Timestamp>,
    /// It reads none for now, and who chose so.
    pub paused: Option<(Pause, PersonNo)>,
}

/// How far the company's weeks have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rolled {
    /// Since when there are rollups: none is due for an hour before.
    pub since: Timestamp,
    /// The last change that they cover.
    pub upto: Seq,
    /// The last record that they count.
    pub last: FeedbackNo,
    /// The local day of the last one.
    pub day: Option<Date>,
    /// How many records each of the last weeks brought.
    pub weeks: Vec<(Date, u32)>,
    /// What had become of records by then.
    pub tally: Tally,
}

/// How far somebody has read a function's digest by direct message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// When they read.
    pub hour: Hour,
    /// Since when: no digest is due for an hour before.
    pub since: Timestamp,
    /// The last change that their digests cover.
    pub upto: Seq,
    /// The local day of the last one.
    pub day: Option<Date>,
}

/// Records that became new for some functions, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrivals {
    /// In this stretch of the log.
    pub new: Vec<Arrival>,
}

/// A record became new for some functions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// In which change.
    pub seq: Seq,
    /// The record.
    pub no: FeedbackNo,
    /// For whom.
    pub functions: Vec<FunctionId>,
}

/// A letter: what is to be said where, as numbers; rendered when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// What it holds.
    pub content: Content,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// After which it is not sent any more.
    pub until: Option<Timestamp>,
    /// The next part to send; all were sent where it is the number of parts.
    pub next_part: u32,
    /// Where its first part stands: the thread of the others.
    pub root: Option<Posting>,
    /// What the platform refuses it for, until that is mended.
    pub refused: Option<Refusal>,
    /// The error codes of which whoever can mend them was told.
    pub told: Vec<String>,
    /// The error code for which it was given up.
    pub failed: Option<String>,
}

/// The platform refuses a letter until somebody mends the cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The platform's error code.
    pub code: String,
    /// Since when it is refused, for whatever.
    pub since: Timestamp,
}

/// A letter that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InOutbox {}

/// A posted part of a digest that waits to be shown anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redrawing {}

/// Where a record was posted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostedIn {
    /// Parts of letters.
    pub places: Vec<Posting>,
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who they are; none once they were forgotten.
    pub identity: Option<Identity>,
    /// Where their words stand in the log: change and index of the first of three.
    pub words: Vec<(Seq, u32)>,
    /// Whether they know what the reaction does that passes a message on.
    pub knows_reaction: bool,
    /// They get no direct messages for now but answers to what they do.
    pub muted: Option<Pause>,
}

/// Records whose clock runs, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// On this sheet.
    pub nos: Vec<FeedbackNo>,
}

/// What became of records, that somebody who told or heard them has not read yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// The records.
    pub nos: Vec<FeedbackNo>,
    /// The local day of the last message: there is one a day.
    pub day: Option<Date>,
    /// The functions of which they closed more than half, and when that was measured.
    pub heavy: Vec<(FunctionId, Date)>,
    /// Of which of them they were told, and when that was measured.
    pub heavy_told: Vec<(FunctionId, Date)>,
}

/// A person's number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The number.
    pub n: PersonNo,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_tables_share_a_byte() {
        assert_eq!(TABLES.iter().collect::<BTreeSet<_>>().len(), TABLES.len());
    }
}
