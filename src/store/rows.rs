//! Rows as bytes: a table's byte and the key, then a version byte and the row.
//!
//! An engine gives sorted bytes ([`Base`]); rows are read from any of them, and an [`Overlay`] gathers what a change
//! writes before it is durable. Overlays stand on overlays: a group of changes, and one change in it.

use std::collections::BTreeMap;

use crate::domain::views::{ReadViews, Row, RowKey, Unreadable, VERSION, Views};

/// Bytes by bytes, sorted.
pub trait Base {
    /// The value of a key.
    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Unreadable>;
    /// Up to `most` pairs with keys from `from` on and below `below`, in order.
    fn scan(&self, from: &[u8], below: &[u8], most: usize) -> Result<Vec<Pair>, Unreadable>;
}

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

fn key_bytes<R: Row>(key: &R::Key) -> Vec<u8> {
    let mut bytes = vec![R::TABLE];
    key.write(&mut bytes);
    bytes
}

fn row_bytes<R: Row>(row: &R) -> Result<Vec<u8>, Unreadable> {
    postcard::to_extend(row, vec![VERSION]).map_err(|e| Unreadable(format!("a row cannot be written: {e}")))
}

fn read_row<R: Row>(bytes: &[u8]) -> Result<R, Unreadable> {
    let table = char::from(R::TABLE);
    match bytes.split_first() {
        Some((&VERSION, row)) => postcard::from_bytes(row).map_err(|e| Unreadable(format!("a row of table {table} is damaged: {e}"))),
        _ => Err(Unreadable(format!("a row of table {table} has another version"))),
    }
}

impl<B: Base> ReadViews for B {
    fn get<R: Row>(&self, key: &R::Key) -> Result<Option<R>, Unreadable> {
        self.value(&key_bytes::<R>(key))?.as_deref().map(read_row).transpose()
    }

    fn range<R: Row>(&self, from: &R::Key, below: &R::Key, most: usize) -> Result<Vec<(R::Key, R)>, Unreadable> {
        let pairs = self.scan(&key_bytes::<R>(from), &key_bytes::<R>(below), most)?;
        pairs.iter().map(|(key, row)| Ok((read_key::<R>(key)?, read_row(row)?))).collect()
    }
}

fn read_key<R: Row>(bytes: &[u8]) -> Result<R::Key, Unreadable> {
    let key = bytes.split_first().and_then(|(_, key)| R::Key::read(key));
    key.ok_or_else(|| Unreadable(format!("a key of table {} is damaged", char::from(R::TABLE))))
}

/// All rows of a table, in order. Only for tables that stay small.
pub fn all<R: Row>(base: &impl Base) -> Result<Vec<(R::Key, R)>, Unreadable> {
    let pairs = base.scan(&[R::TABLE], &[R::TABLE.saturating_add(1)], usize::MAX)?;
    pairs.iter().map(|(key, row)| Ok((read_key::<R>(key)?, read_row(row)?))).collect()
}

impl Base for BTreeMap<Vec<u8>, Vec<u8>> {
    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Unreadable> {
        Ok(self.get(key).cloned())
    }

    fn scan(&self, from: &[u8], below: &[u8], most: usize) -> Result<Vec<Pair>, Unreadable> {
        if from >= below {
            return Ok(vec![]);
        }
        let range = self.range::<[u8], _>((std::ops::Bound::Included(from), std::ops::Bound::Excluded(below)));
        Ok(range.take(most).map(|(key, value)| (key.clone(), value.clone())).collect())
    }
}

/// What was written since, over what is there. `None`: removed.
pub type Written = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Rows that are written over a base, which stays as it is.
pub struct Overlay<'a, B> {
    base: &'a B,
    written: Written,
}

impl<'a, B: Base> Overlay<'a, B> {
    /// Nothing written yet.
    pub fn over(base: &'a B) -> Self {
        Self { base, written: Written::new() }
    }

    /// What was written.
    pub fn into_written(self) -> Written {
        self.written
    }

    /// Takes over what a layer above has written.
    pub fn merge(&mut self, layer: Written) {
        self.written.extend(layer);
    }
}

impl<B: Base> Base for Overlay<'_, B> {
    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Unreadable> {
        self.written.get(key).map_or_else(|| self.base.value(key), |value| Ok(value.clone()))
    }

    fn scan(&self, from: &[u8], below: &[u8], most: usize) -> Result<Vec<Pair>, Unreadable> {
        if from >= below {
            return Ok(vec![]);
        }
        let ours = self.written.range::<[u8], _>((std::ops::Bound::Included(from), std::ops::Bound::Excluded(below)));
        let ours: Written = ours.map(|(key, value)| (key.clone(), value.clone())).collect();
        // Each of ours may hide one of theirs, so that many more are asked for.
        let theirs = self.base.scan(from, below, most.saturating_add(ours.len()))?;
        let mut both: Written = theirs.into_iter().map(|(key, value)| (key, Some(value))).collect();
        both.extend(ours);
        Ok(both.into_iter().filter_map(|(key, value)| Some((key, value?))).take(most).collect())
    }
}

impl<B: Base> Views for Overlay<'_, B> {
    fn put<R: Row>(&mut self, key: &R::Key, row: &R) -> Result<(), Unreadable> {
        self.written.insert(key_bytes::<R>(key), Some(row_bytes(row)?));
        Ok(())
    }

    fn remove<R: Row>(&mut self, key: &R::Key) {
        self.written.insert(key_bytes::<R>(key), None);
    }
}
