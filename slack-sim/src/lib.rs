//! A simulated Slack workspace: Web API, delivery to the app, a control API and a page, on one loopback port.
//!
//! It knows nothing of the bot that it tests and shares no types with it. From the ground up, each module uses only those
//! above it:
//!
//! | module | what |
//! |---|---|
//! | `fields`, `locks`, `time`, `ids` | small things: JSON objects, locks, time as it is given from outside, ids that look like Slack's |
//! | `text` | typed text as Slack sends it |
//! | `refusal` | why an act cannot be |
//! | `kit` | Block Kit: what is wrong, what is filled in |
//! | `faults`, `limits`, `ticks`, `traffic`, `calls` | what goes wrong on purpose; how often may be called; what changed; what passed on the wire |
//! | `args` | arguments of calls, in every form |
//! | `state` | who and what there is: people, channels, messages, files, views, triggers |
//! | `scheduled` | messages that wait for their time |
//! | `shapes`, `events` | state as Slack's JSON; payloads of events |
//! | `delivery` | what reaches the app, by Socket Mode or by signed requests, with retries |
//! | `looks` | what people and tests look at |
//! | `world` | the workspace as it runs |
//! | `acts` | what people do, and what comes of it |
//! | `api` | what the app calls |
//! | `control`, `page`, `server` | what people and tests call; the page; the port |
//! | `sim` | the handle |
//! | `builder`, `wire`, `workspace` | how it opens; what a test does to the wire; a workspace as a file |
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
mod state;
mod scheduled;
mod shapes;
mod events;
mod delivery;
mod looks;
mod world;
mod acts;
mod api;
mod control;
mod page;
mod server;
mod sim;
mod builder;
mod wire;
mod workspace;

pub use acts::commands::Seen;
pub use acts::interactions::{Outcome, Press};
pub use args::decode_arguments;
pub use builder::Builder;
pub use calls::Call;
pub use delivery::board::Farewell;
pub use delivery::http::Addresses;
pub use faults::{Change, Fault, Rule};
pub use limits::Limits;
pub use refusal::Refusal;
pub use sim::Sim;
pub use state::channels::NewChannel;
pub use state::people::{NewPerson, Person};
pub use state::usergroups::NewUsergroup;
pub use time::{HandTime, Rest, SystemTime, Time};
pub use wire::RawFrame;
pub use workspace::Workspace;
pub use world::{NewCommand, NewShortcut, Posted, ShortcutKind};
