//! A simulated Slack workspace: Web API, delivery to the app, a control API and a page, on one loopback port.
//!
//! It knows nothing of the bot that it tests and shares no types with it. From the ground up, each module uses only those
//! above it:
//!
//! | module | what |
//! |---|---|
//! | `locks`, `fields`, `time`, `ids` | small things: locks, JSON objects, time as it is given from outside, ids that look like Slack's |
//! | `text` | typed text as Slack sends it |
//! | `refusal` | why an act cannot be |
//! | `faults`, `limits`, `ticks`, `traffic`, `calls` | what goes wrong on purpose; how often may be called; what changed; what passed on the wire |
//! | `kit` | Block Kit: what is wrong, what is filled in |
//! | `faults`, `calls` | what goes wrong on purpose; what was called |
//! | `args` | arguments of calls, in every form |
//! | `inputs`, `views`, `asks` | what people put into elements; modals and Home; triggers and addresses for answers |
//! | `files`, `usergroups`, `tokens` | what was uploaded; groups of people; who may call |
//! | `state` | people, channels, messages |
//! | `scheduled` | messages that wait for their time |
//! | `shapes`, `events` | state as Slack's JSON; payloads of events |
//! | `cargo`, `hub`, `line`, `http`, `delivery` | what is delivered, by Socket Mode or by signed requests, with retries |
//! | `looks` | what people and tests look at |
//! | `world` | the workspace as it runs |
//! | `acts`, `answers`, `commands`, `interactions`, `modals`, `changes` | what people do, and what comes of it |
//! | `api` | what the app calls |
//! | `control`, `page`, `server` | what people and tests call; the page; the port |
//! | `sim` | the handle |
//! | `builder`, `wire` | how it opens; what a test does to the wire |
mod fields;
mod locks;

mod time;

mod ids;
mod text;

mod refusal;

mod kit;

mod calls;
mod faults;
mod limits;
mod ticks;
mod traffic;

mod args;

mod asks;
mod inputs;
mod views;

mod files;
mod tokens;
mod usergroups;

mod state;

mod scheduled;

mod shapes;

mod events;

mod cargo;
mod hub;
mod line;

mod http;

mod delivery;

mod looks;
mod world;

mod acts;
mod answers;
mod changes;
mod commands;
mod interactions;
mod modals;

mod api;

mod control;
mod page;
mod server;

mod sim;

mod builder;
mod wire;

#[doc(hidden)]
pub use args::decode_arguments;
pub use builder::Builder;
pub use calls::Call;
pub use commands::Seen;
pub use faults::{Change, Fault, Rule};
pub use http::Addresses;
pub use hub::Farewell;
pub use interactions::{Outcome, Press};
pub use limits::Limits;
pub use refusal::Refusal;
pub use sim::Sim;
pub use state::{NewChannel, NewPerson, Person};
pub use time::{HandTime, Rest, SystemTime, Time};
pub use usergroups::NewUsergroup;
pub use wire::RawFrame;
pub use world::{NewCommand, NewShortcut, Posted, ShortcutKind};
