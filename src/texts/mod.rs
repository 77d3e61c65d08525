//! Every sentence the bot says, in one place, so that they can be read, reviewed and translated together.
//!
//! Sentences are built of [`page`]s that know no chat platform: what a customer said is a piece like any other, and
//! cannot become markup. In order, each using only those above it.

pub mod page;
pub mod quote;
pub mod terminal;
pub mod en;
