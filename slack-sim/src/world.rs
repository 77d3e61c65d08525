//! The workspace as it runs: its state, the lines to the app, its clocks, and who watches.
use crate::calls::Calls;
use crate::faults::Faults;
use crate::hub::Hub;
use crate::limits::Buckets;
use crate::scheduled::Scheduled;
use crate::state::{Message, Person, State};
use crate::time::Time;
use crate::{events, line, refusal::Refusal};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// Events that are remembered for a repetition.
const REMEMBERED: usize = 10_000;
/// Ticks that a slow page may be behind before it has to look at all again.
const TICKS: usize = 1024;

/// What the app may do and how it shows who it is.
#[derive(Clone, Debug)]
pub(crate) struct Install {
    pub(crate) bot_token: String,
    pub(crate) app_token: String,
    pub(crate) scopes: BTreeSet<String>,
    /// Slash commands that were registered; when there are none, every command goes to the app.
    pub(crate) commands: BTreeSet<String>,
}

/// An address for later answers to one command.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    pub(crate) channel: String,
    pub(crate) user: String,
    pub(crate) until: jiff::Timestamp,
    pub(crate) uses: u8,
    pub(crate) original: Option<Original>,
}

/// What an answer to a `response_url` may replace or delete.
#[derive(Clone, Debug)]
pub(crate) enum Original {
    Ephemeral(String),
    Message(String),
}

/// A permission to open a modal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trigger {
    /// On the wire's clock.
    pub(crate) until: jiff::Timestamp,
    pub(crate) used: bool,
}

/// Where a message now stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Posted {
    /// The channel's id.
    pub channel: String,
    /// The message's id in it.
    pub ts: String,
}

pub(crate) struct World {
    state: Mutex<State>,
    pub(crate) hub: Arc<Hub>,
    /// The workspace's clock.
    pub(crate) time: Arc<dyn Time>,
    pub(crate) install: Install,
    /// The port of everything.
    pub(crate) port: u16,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) calls: Mutex<Calls>,
    pub(crate) limits: Mutex<Buckets>,
    pub(crate) scheduled: Scheduled,
    pub(crate) hooks: Mutex<BTreeMap<String, Hook>>,
    pub(crate) triggers: Mutex<BTreeMap<String, Trigger>>,
    events: Mutex<VecDeque<Arc<Value>>>,
    ticks: broadcast::Sender<Value>,
}

impl World {
    pub(crate) fn new(state: State, hub: Arc<Hub>, time: Arc<dyn Time>, install: Install, port: u16) -> Self {
        Self {
            state: Mutex::new(state),
            hub,
            time,
            install,
            port,
            faults: Mutex::default(),
            calls: Mutex::default(),
            limits: Mutex::default(),
            scheduled: Scheduled::default(),
            hooks: Mutex::default(),
            triggers: Mutex::default(),
            events: Mutex::default(),
            ticks: broadcast::Sender::new(TICKS),
        }
    }

    /// The state, locked: what changes and what is told of it happen under one lock, so that events are in order.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Where this server answers.
    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Whole seconds of the workspace's clock.
    pub(crate) fn seconds(&self) -> i64 {
        self.time.now().as_second()
    }

    pub(crate) fn next_ts(&self, state: &mut State) -> String {
        state.ids.ts(self.time.now())
    }

    /// Tells the pages that something is new: what, and in which channel.
    pub(crate) fn tick(&self, what: &str, channel: &str) {
        // An error says that nobody looks.
        drop(self.ticks.send(json!({"what": what, "channel": channel})));
    }

    pub(crate) fn watch(&self) -> broadcast::Receiver<Value> {
        self.ticks.subscribe()
    }

    /// Tells the app of an event, when it is in the channel.
    pub(crate) fn announce(&self, state: &mut State, channel: &str, event: &Value) {
        let event_id = state.ids.event();
        let Some(channel) = state.channels.get(channel) else { return };
        if !channel.members.contains(&state.team.bot_user) {
            return;
        }
        let payload = Arc::new(events::callback(state, channel, event, &event_id, self.seconds()));
        self.remember(Arc::clone(&payload));
        line::send_event(&self.hub, payload);
    }

    fn remember(&self, payload: Arc<Value>) {
        let mut events = lock(&self.events);
        if events.len() >= REMEMBERED {
            events.pop_front();
        }
        events.push_back(payload);
    }

    /// The payloads of the newest events, oldest first.
    pub(crate) fn events(&self) -> Vec<Arc<Value>> {
        lock(&self.events).iter().cloned().collect()
    }

    /// Puts a message where it belongs and tells the app of it.
    pub(crate) fn put(&self, state: &mut State, channel_id: &str, message: Message) -> Posted {
        let ts = message.ts.clone();
        if let Some(channel) = state.channels.get_mut(channel_id) {
            if let Some(root) = message.thread_ts.as_ref().and_then(|root| channel.messages.get_mut(root)) {
                root.replies.push(ts.clone());
            }
            channel.messages.insert(ts.clone(), message);
        }
        self.announce_message(state, channel_id, &ts);
        self.tick("message", channel_id);
        Posted { channel: channel_id.to_owned(), ts }
    }

    /// Tells the app of a message, under new event ids each time.
    pub(crate) fn announce_message(&self, state: &mut State, channel_id: &str, ts: &str) {
        let Some(channel) = state.channels.get(channel_id) else { return };
        let Some(message) = channel.messages.get(ts) else { return };
        let posted = events::posted(state, channel, message);
        let mentioned = events::names_the_app(state, channel, message).then(|| events::mentioned(state, channel, message));
        self.announce(state, channel_id, &posted);
        if let Some(mentioned) = mentioned {
            self.announce(state, channel_id, &mentioned);
        }
    }

    /// Somebody comes in; the app is told when it is there, or when it is who came.
    pub(crate) fn join(&self, state: &mut State, channel_id: &str, user: &str, inviter: Option<&str>) {
        let ts = self.next_ts(state);
        let Some(channel) = state.channels.get_mut(channel_id) else { return };
        if !channel.members.insert(user.to_owned()) {
            return;
        }
        if let Some(channel) = state.channels.get(channel_id) {
            let event = events::joined(state, channel, user, inviter, &ts);
            self.announce(state, channel_id, &event);
        }
        self.tick("channel", channel_id);
    }
}

/// What a test broke while it held a lock is still state: a poisoned lock is entered.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A person who can act.
pub(crate) fn person<'a>(state: &'a State, name: &str) -> Result<&'a Person, Refusal> {
    let person = state.person_named(name).ok_or_else(|| Refusal::no_person(name))?;
    if person.deleted {
        let sentence = format!("@{} is deactivated and can do nothing.", person.name);
        return Err(Refusal::new(403, "account_inactive", sentence));
    }
    Ok(person)
}

/// The channel that somebody means: a channel's name or id, or the bot's name for their direct message with it.
pub(crate) fn place(state: &mut State, user: &str, name: &str, created: i64) -> Result<String, Refusal> {
    let bot = state.team.bot_user.clone();
    let means_bot = state.person_named(name).is_some_and(|person| person.id == bot);
    if !name.trim().starts_with('@')
        && let Some(channel) = state.channel_named(name)
    {
        return Ok(channel.id.clone());
    }
    if means_bot {
        return Ok(state.direct(user, created));
    }
    if name.trim().starts_with('@') && state.person_named(name).is_some() {
        let sentence = "Only direct messages with the bot are simulated.";
        return Err(Refusal::new(400, "channel_not_found", sentence));
    }
    Err(Refusal::no_channel(name))
}
