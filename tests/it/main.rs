//! The tests of the whole: one binary, one file a feature, named as in `src/domain` and `src/app`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    reason = "a test says what it expects and stops where it is not so; here everything is a test"
)]

/// The program's own: in a year of a company a quarter of the time went into the usual one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod accounts;
mod acting;
mod advocates;
mod apart;
mod architecture;
mod backfill;
mod care;
mod catch_up;
mod cli;
mod clock;
mod dead_letters;
mod council;
mod customers;
mod delivery;
mod demo;
mod digest;
mod dispute;
mod envelopes;
mod escalation;
mod evaluation;
mod following;
mod forms;
mod grid;
mod grants;
mod hints;
mod http;
mod intake;
mod introduction;
mod item;
mod joining;
mod kill;
mod left_out;
mod listening;
mod manifest;
mod masking;
mod mentions;
mod moody;
mod noise;
mod once;
mod open;
mod own;
mod pacing;
mod pause;
mod praise;
mod previews;
mod program;
mod reactions;
mod receipts;
mod rollup;
mod safety;
mod samples;
mod schedule;
mod serve;
mod socket;
mod spread;
mod storm;
mod subscribe;
mod teaching;
mod urgent;
mod world;
mod year;
