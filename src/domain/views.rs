//! Views: what the log of facts comes to, as rows that can be looked up. May be thrown away and folded again.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::facts::{DigestDone, Posting};
use super::feedback::{Gesture, Identity, Origin, Source};
use super::function::FunctionId;
use super::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, TenantId, UserId};
use super::tagging::Tag;

/// The shape of all rows together. Another number on disk: the views are folded again, never migrated.
pub const VERSION: u8 = 1;

/// The views cannot be read: the engine failed, or what it gave is no row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the views cannot be read: {0}")]
pub struct Unreadable(pub String);

/// A kind of row.
pub trait Row: Serialize + DeserializeOwned {
    /// What it is looked up by.
    type Key: RowKey;
    /// The first byte of its keys; unique.
    const TABLE: u8;
}

/// A key, as bytes that sort as the keys do.
pub trait RowKey: Sized {
    /// Appends the bytes.
    fn write(&self, out: &mut Vec<u8>);
    /// Reads the bytes back.
    fn read(bytes: &[u8]) -> Option<Self>;
}

/// Rows that can be read.
pub trait ReadViews {
    /// One row.
    fn get<R: Row>(&self, key: &R::Key) -> Result<Option<R>, Unreadable>;
    /// Up to `most` rows with keys from `from` on and below `below`, in order.
    fn range<R: Row>(&self, from: &R::Key, below: &R::Key, most: usize) -> Result<Vec<(R::Key, R)>, Unreadable>;
}

/// Rows that can be written.
pub trait Views: ReadViews {
    /// Puts a row in its place.
    fn put<R: Row>(&mut self, key: &R::Key, row: &R) -> Result<(), Unreadable>;
    /// Removes a row, if it is there.
    fn remove<R: Row>(&mut self, key: &R::Key);
}

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
    b'd' Delivered by String,
    b'e' DeliveredIn by (u64, Stretch),
    b'f' Reading by FunctionId,
    b'a' Arrivals by Stretch,
    b'l' Letter by LetterNo,
    b'o' InOutbox by LetterNo,
    b'w' PostedIn by FeedbackNo,
    b'p' Person by PersonNo,
    b'u' Known by (TenantId, UserId),
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
}

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
}

impl Record {
    /// The functions that read it, the lead first: those of its tags, else the one whose turn it was.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionId> {
        let turn = self.turn.iter().filter(|_| self.tags.is_empty());
        self.tags.iter().map(|tag| &tag.function).chain(turn)
    }
}

/// What became of a message: the record, or none where it was taken back before it was heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The record.
    pub no: Option<FeedbackNo>,
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

/// A stretch of the log, 16 changes long: what is only ever read in order has one row for all of them, since a row of
/// its own for each change costs the engine more than the rest of the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch(u64);

impl Stretch {
    /// The stretch in which a change stands.
    pub fn of(seq: Seq) -> Self {
        Self(seq.0 / 16)
    }

    /// The stretch after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
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
    pub digest: DigestDone,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// The next part to send; all were sent where it is the number of parts.
    pub next_part: u32,
    /// Where its first part stands: the thread of the others.
    pub root: Option<Posting>,
    /// The error code for which it was given up.
    pub failed: Option<String>,
}

/// A letter that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InOutbox {}

/// Where a record was posted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostedIn {
    /// Parts of letters.
    pub places: Vec<Posting>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who they are; none once they were forgotten.
    pub identity: Option<Identity>,
    /// Where their words stand in the log: change and index of the first of three.
    pub words: Vec<(Seq, u32)>,
}

/// A person's number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The number.
    pub n: PersonNo,
}

impl RowKey for () {
    fn write(&self, _: &mut Vec<u8>) {}
    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.is_empty().then_some(())
    }
}

impl RowKey for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_be_bytes());
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_be_bytes)
    }
}

/// Numbers are their eight bytes, the high ones first.
macro_rules! number_keys {
    ($($number:ident),*) => {
        $(impl RowKey for $number {
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }
            fn read(bytes: &[u8]) -> Option<Self> {
                u64::read(bytes).map(Self)
            }
        })*
    };
}

number_keys!(Seq, FeedbackNo, LetterNo, PersonNo, Stretch);

impl RowKey for String {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok().map(ToOwned::to_owned)
    }
}

impl RowKey for FunctionId {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_str().as_bytes());
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        Self::parse(std::str::from_utf8(bytes).ok()?).ok()
    }
}

impl RowKey for (u64, Stretch) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        let (number, stretch) = bytes.split_at_checked(8)?;
        Some((u64::read(number)?, Stretch::read(stretch)?))
    }
}

/// Ids hold no NUL, so that one between them keeps them apart.
fn parts<const N: usize>(bytes: &[u8]) -> Option<[&str; N]> {
    let parts: Vec<&str> = std::str::from_utf8(bytes).ok()?.split('\0').collect();
    parts.try_into().ok()
}

impl RowKey for (TenantId, UserId) {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{}\0{}", self.0, self.1).as_bytes());
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        let [tenant, user] = parts(bytes)?;
        Some((TenantId::new(tenant), UserId::new(user)))
    }
}

impl RowKey for Source {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{}\0{}\0{}", self.tenant, self.channel, self.ts).as_bytes());
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        let [tenant, channel, ts] = parts(bytes)?;
        Some(Self { tenant: TenantId::new(tenant), channel: ChannelId::new(channel), ts: ts.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_tables_share_a_byte() {
        assert_eq!(TABLES.iter().collect::<BTreeSet<_>>().len(), TABLES.len());
    }

    #[test]
    fn keys_come_back_from_their_bytes() {
        fn there_and_back<K: RowKey + PartialEq + std::fmt::Debug>(key: &K) {
            let mut bytes = vec![];
            key.write(&mut bytes);
            assert_eq!(K::read(&bytes).as_ref(), Some(key));
        }
        there_and_back(&Seq(300));
        there_and_back(&(u64::MAX, Stretch::of(Seq(1000))));
        there_and_back(&(TenantId::new("T1"), UserId::new("U1")));
        there_and_back(&Source { tenant: TenantId::new("E1"), channel: ChannelId::new("C1"), ts: "1.2".to_owned() });
        there_and_back(&FunctionId::parse("finance").unwrap());
    }
}
