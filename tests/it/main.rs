//! The tests of the whole: one binary, one file a feature, named as in `src/domain` and `src/app`.

#![expect(
    clippy::indexing_slicing,
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    reason = "a test says what it expects and stops where it is not so; here everything is a test"
)]

mod architecture;
mod cli;
mod clock;
mod demo;
mod digest;
mod intake;
mod kill;
mod manifest;
mod program;
mod world;
