//! Keys as bytes.

use super::traits::RowKey;
use crate::domain::feedback::Source;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq, TenantId, UserId};

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

/// A sheet of the register of records: 64 of them, in one row for the same reason. Each record writes its sheet anew, so that larger
/// ones cost every record more than they spare whoever reads all sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sheet(u64);

impl Sheet {
    /// The sheet on which a record stands.
    pub fn of(no: FeedbackNo) -> Self {
        Self(no.0 / 64)
    }

    /// The sheet before it, if there is one.
    pub fn before(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }
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

number_keys!(Seq, FeedbackNo, LetterNo, PersonNo, Stretch, Sheet);

impl RowKey for ChannelId {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_str().as_bytes());
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok().map(Self::new)
    }
}

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

/// Pairs of numbers, one behind the other.
macro_rules! pair_keys {
    ($($pair:ty),*) => {
        $(impl RowKey for $pair {
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
                self.1.write(out);
            }
            fn read(bytes: &[u8]) -> Option<Self> {
                let (first, second) = bytes.split_at_checked(8)?;
                Some((RowKey::read(first)?, RowKey::read(second)?))
            }
        })*
    };
}

pair_keys!((u64, Stretch), (LetterNo, u64));

impl RowKey for (PersonNo, FunctionId) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        let (person, function) = bytes.split_at_checked(8)?;
        Some((RowKey::read(person)?, RowKey::read(function)?))
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

impl RowKey for (Source, PersonNo) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        out.push(0);
        self.1.write(out);
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        let (source, person) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
        Some((Source::read(source.strip_suffix(&[0])?)?, PersonNo::read(person)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_from_their_bytes() {
        fn there_and_back<K: RowKey + PartialEq + std::fmt::Debug>(key: &K) {
            let mut bytes = vec![];
            key.write(&mut bytes);
            assert_eq!(K::read(&bytes).as_ref(), Some(key));
        }
        let source = Source { tenant: TenantId::new("E1"), channel: ChannelId::new("C1"), ts: "1.2".to_owned() };
        there_and_back(&Seq(300));
        there_and_back(&(u64::MAX, Stretch::of(Seq(1000))));
        there_and_back(&Sheet::of(FeedbackNo(70_000)));
        there_and_back(&(TenantId::new("T1"), UserId::new("U1")));
        there_and_back(&source);
        there_and_back(&(source, PersonNo(0)));
        there_and_back(&ChannelId::new("C1"));
        there_and_back(&FunctionId::parse("finance").unwrap());
        there_and_back(&(PersonNo(7), FunctionId::parse("finance").unwrap()));
    }
}
