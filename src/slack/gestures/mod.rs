//! What people do, one file a gesture. No gesture calls another.
//!
//! In order, each using only those above it.

mod take;
mod view;
pub(super) mod listened;
mod backfill;
mod pause;
mod subscribe;
mod advocate;
pub(super) mod command;
pub(super) mod message;
pub(super) mod changed;
pub(super) mod reaction;
mod sent;
mod closing;
pub(super) mod form;
mod item;
pub(super) mod home;
pub(super) mod press;
