//! Block Kit, held to as Slack holds to it: what is wrong with blocks and views, each fault in Slack's words with the
//! JSON pointer to it; what Slack fills in; what people can act on.
//!
//! Every block and element is a table in Slack's terms, with the address of its reference page; one walker reads them.
//!
//! | file | what |
//! |---|---|
//! | `scene` | where a check is, what it found |
//! | `shape` | the words of the tables |
//! | `walk` | the walker |
//! | `parts`, `rich`, `inputs`, `menus` | what blocks are made of |
//! | `data`, `blocks` | the blocks |
//! | `view` | modals and Home |
//! | `fill` | what Slack fills in, what people act on |
//!
//! Where sources differ, Slack's reference page counts more than the comments in its libraries. Sentences that are not
//! known from Slack's own answers are ours, in the same tone.
//!
//! The crate `slackblocks` knows the same limits. It is no dependency of ours, because it turns on `arbitrary_precision`
//! of `serde_json` for the whole program and tells only the first fault.
mod scene;
mod shape;
mod walk;

mod parts;
mod rich;

mod inputs;
mod menus;

mod data;

mod blocks;

mod view;

mod fill;

#[cfg(test)]
mod tests;

pub(crate) use fill::{choose_current, complete, elements};
pub(crate) use scene::Surface;
pub(crate) use view::{check_blocks, check_view};
