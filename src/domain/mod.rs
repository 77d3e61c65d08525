//! What is decided. Pure and synchronous: no Slack, no store, no clock, no files, no threads.
//!
//! In order, each using only those above it.

pub mod alike;
pub mod nearest;
pub mod prudence;
pub mod function;
pub mod ids;
pub mod tagging;
pub mod routing;
pub mod account;
pub mod noise;
pub mod teaching;
pub mod evaluation;
pub mod urgent;
pub mod kind;
pub mod left_out;
pub mod masking;
pub mod feedback;
pub mod backfill;
pub mod pause;
pub mod subscription;
pub mod spread;
pub mod advocates;
pub mod care;
pub mod letter;
pub mod facts;
pub mod acts;
pub mod views;
pub mod follow;
pub mod commit;
pub mod fold;
pub mod schedule;
pub mod escalation;
pub mod digest;
pub mod rollup;
pub mod topic;
pub mod command;
pub mod press;
