//! A simulated Slack workspace: Web API, Socket Mode and a page, on one loopback port.
//!
//! It knows nothing of the bot that it tests and shares no types with it. From the ground up, each module uses only those
//! above it:
//!
//! | module | what |
//! |---|---|
//! | `time` | time as it is given from outside |
//! | `ids` | ids that look like Slack's |
//! | `text` | typed text as Slack sends it |
//! | `refusal` | why an act cannot be |
//! | `faults`, `calls` | what goes wrong on purpose; what was called |
//! | `args` | arguments of calls, in every form |
//! | `state` | people, channels, messages |
//! | `shapes` | state as Slack's JSON |
//! | `events` | payloads of events |
//! | `hub`, `line` | Socket Mode: who is connected, what is under way; one connection |
//! | `looks` | what people and tests look at |
//! | `world` | the workspace as it runs |
//! | `acts`, `commands` | what people do |
//! | `api` | what the app calls |
//! | `control`, `trouble`, `page`, `server` | what people and tests call; what goes wrong on purpose; the page; the port |
//! | `sim` | the handle |
//! | `builder`, `wire` | how it opens; what a test does to the wire |
mod time;

mod ids;
mod text;

mod refusal;

mod calls;
mod faults;

mod args;

mod state;

mod shapes;

mod events;

mod hub;
mod line;

mod looks;
mod world;

mod acts;
mod commands;

mod api;

mod control;
mod trouble;
mod page;
mod server;

mod sim;

mod builder;
mod wire;

pub use builder::Builder;
pub use calls::Call;
pub use commands::Seen;
pub use faults::Fault;
pub use hub::Farewell;
pub use refusal::Refusal;
pub use sim::Sim;
pub use state::{NewChannel, NewPerson, Person};
pub use time::{HandTime, Rest, SystemTime, Time};
pub use wire::RawFrame;
pub use world::Posted;
