//! What command-line tools ask: of the bot that runs, over a socket in its data directory, or of the store where no bot
//! holds it. Both get the same answer from the same code.
//!
//! The socket is a unix socket for the bot's user alone, made by whoever holds the store's lock. One line goes in, with
//! the program's version and a question; lines come out, for people or programs to read, and one that ends them. Another
//! version is refused in words. A new question is a variant of [`Ask`] and a file of its own beside `digest.rs`.
//!
//! In order, each using only those above it.

mod protocol;
mod digest;
mod answer;
mod client;
mod server;

pub use answer::{Desk, answer};
pub use client::{AskError, Talk};
pub use protocol::{Ask, DigestAsked, Said, VERSION};
pub use server::{Socket, SocketError};
