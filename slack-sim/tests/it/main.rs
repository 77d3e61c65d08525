//! The simulated workspace, seen from outside: by a plain HTTP client and a plain websocket client.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]
#![expect(clippy::tests_outside_test_module, reason = "this whole crate is tests")]

mod api;
mod control;
mod faults;
mod http;
mod modals;
mod people;
mod support;
mod wire;
