//! The tests of the whole: one binary, one file a feature, named as in `src/domain` and `src/app`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    reason = "a test says what it expects and stops where it is not so; here everything is a test"
)]

mod architecture;
mod cli;
mod clock;
mod delivery;
mod demo;
mod digest;
mod envelopes;
mod grants;
mod grid;
mod http;
mod intake;
mod kill;
mod listening;
mod manifest;
mod moody;
mod program;
mod safety;
mod serve;
mod socket;
mod world;
