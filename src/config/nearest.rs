//! The nearest known word for one that is not known.

pub(super) use crate::domain::nearest::nearest;
