//! English.
//!
//! In order, each using only those above it.

pub mod ending;
pub mod grants;
pub mod manifest;
mod pieces;
mod receipts;
pub mod care;
pub mod advocates;
pub mod today;
mod digests;
pub mod urgent;
mod introduction;
pub mod open;
pub mod council;
pub mod spread;
pub mod rollups;
pub mod pauses;
pub mod previews;
mod asks;
pub mod forms;
pub mod backfill;
mod cures;
pub mod alerts;
pub mod subscriptions;
pub mod hints;
mod own;
mod home;
pub mod why;
mod left_out;
mod topics;

pub use asks::{answered, asked, left, listened, no_message, not_of_ours, removed, taken, too_long_here};
pub use cures::{cure, cure_at_start, cure_of_line, not_public};
pub use digests::{Counted, Digest, Item, Says, Why, Words, digest, heard_too, not_heard, not_ours, original, told_by, why};
pub use home::{Has, Reaches, home};
pub use introduction::{Introduction, Of, introduction};
pub use left_out::{LeftOut, cannot_be_passed_on, left_out, members_only, not_filtered};
pub use own::{
    Became, HowHeard, Shown as ShownRecord, Status, Told, admins_only, candidates, help, mine, no_such, shown, status, unknown_word,
};
pub use pieces::GOES_ON;
pub use receipts::{
    Because, NotKept, Reader, Receipt, Same, Shown, gone, heard_before, heard_help, joined, not_from_here, not_kept, not_yours, receipt,
    too_long, too_long_to_edit, undone, unknown_command, unknown_press,
};
pub use topics::help_on;
