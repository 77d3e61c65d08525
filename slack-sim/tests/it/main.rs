//! The simulated workspace, seen from outside: by a plain HTTP client and a plain websocket client.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]
#![expect(clippy::tests_outside_test_module, reason = "this whole crate is tests")]

mod any_input;
mod api;
mod around;
mod chat;
mod control;
mod faults;
mod files;
mod http;
mod input;
mod limits;
mod modals;
mod oauth;
mod people;
mod program;
mod scheduled;
mod scopes;
mod support;
mod usergroups;
mod wire;
