//! What a row and its key are, and where rows are read and written.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The shape of all rows together. Another number on disk: the views are folded again, never migrated.
pub const VERSION: u8 = 14;

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
