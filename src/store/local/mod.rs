//! The store on one machine: a journal that is the truth, and sled that is read from.
//!
//! A change is answered when its line is on disk and can be read. All of it or none; offered twice, done once.
//! One thread writes: one line a change, one write, one sync and one batch a group. Whatever goes wrong beyond a
//! refusal ends the process, and the next start recovers. In order, each using only those above it:

mod disk;
mod fault;
mod line;
mod lines;
mod layout;
mod journal;
mod views;
mod guarded;
mod watchdog;
mod recover;
mod replay;
mod options;
mod opening;
mod writer;
mod scrub;
mod engine;
mod rebuild;
mod repair;
mod days;
mod dead_letters;
mod left_out;

pub use days::Kept;
pub use dead_letters::{Again, Asked, DeadLetter, DeadLetters, LetterName, NoLetterName};
pub use disk::FreeSpace;
pub use engine::LocalStore;
pub use fault::{Damage, Fatal, Notice, OpenError};
pub use left_out::LeftOutDays;
pub use options::{Limits, LocalOptions};
pub use rebuild::{Rebuilt, rebuild};
pub use repair::{RepairReport, repair};
pub use replay::{OnProgress, Progress};
pub use scrub::Scrubbed;

#[cfg(test)]
pub(in crate::store) mod tests;
