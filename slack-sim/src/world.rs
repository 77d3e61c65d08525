//! The workspace as it runs: its state, the lines to the app, its clocks, and who watches.
use crate::calls::Calls;
use crate::delivery::Delivery;
use crate::delivery::http::{Addresses, Http};
use crate::delivery::hub::Hub;
use crate::faults::Faults;
use crate::kit;
use crate::limits::{Buckets, Heard};
pub(crate) use crate::locks::lock;
use crate::scheduled::Scheduled;
use crate::shapes;
use crate::state::asks::{Asks, Origin, TRIGGER_LIFE, Trigger};
use crate::state::channels::{Author, Message};
use crate::state::people::Person;
use crate::state::{Ephemeral, State};
use crate::ticks::{Tick, Ticks};
use crate::time::Time;
use crate::traffic::Traffic;
use crate::{events, refusal::Refusal};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::broadcast;

/// Events that are remembered for a repetition.
const REMEMBERED: usize = 10_000;

/// What the app may do and how it shows who it is.
#[derive(Clone, Debug)]
pub(crate) struct Install {
    pub(crate) bot_token: String,
    pub(crate) app_token: String,
    pub(crate) signing_secret: String,
    pub(crate) scopes: BTreeSet<String>,
    /// Slash commands that were registered; when there are none, every command goes to the app.
    pub(crate) commands: Vec<NewCommand>,
    pub(crate) shortcuts: Vec<NewShortcut>,
    /// Whether it has a Home tab.
    pub(crate) home: bool,
    /// The events that it subscribed to; all when nothing stands here.
    pub(crate) events: Option<BTreeSet<String>>,
}

impl Install {
    /// Whether a slash command goes to the app.
    pub(crate) fn knows(&self, command: &str) -> bool {
        self.commands.is_empty() || self.commands.iter().any(|known| known.command == command)
    }

    /// Whether events of this subscription go to the app.
    fn subscribed(&self, event: &str) -> bool {
        self.events.as_ref().is_none_or(|events| events.contains(event))
    }
}

/// A slash command that the app registered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCommand {
    /// With its slash, such as `/heard`.
    pub command: String,
    /// What it does, in a few words.
    #[serde(default)]
    pub description: String,
    /// What may stand behind it.
    #[serde(default)]
    pub usage_hint: String,
}

/// Where a shortcut is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortcutKind {
    /// Anywhere.
    Global,
    /// In the menu of each message.
    Message,
}

/// A shortcut that the app registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewShortcut {
    /// What people read.
    pub name: String,
    /// Where they read it.
    #[serde(rename = "type")]
    pub kind: ShortcutKind,
    /// By which the app knows it.
    pub callback_id: String,
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
    pub(crate) delivery: Arc<Delivery>,
    /// The workspace's clock.
    pub(crate) time: Arc<dyn Time>,
    pub(crate) install: Install,
    /// The port of everything.
    pub(crate) port: u16,
    pub(crate) faults: Arc<Mutex<Faults>>,
    pub(crate) calls: Mutex<Calls>,
    pub(crate) traffic: Arc<Traffic>,
    pub(crate) asks: Mutex<Asks>,
    pub(crate) limits: Mutex<Buckets>,
    pub(crate) scheduled: Scheduled,
    events: Mutex<VecDeque<Arc<Value>>>,
    ticks: Ticks,
}

/// What a world is made from.
pub(crate) struct Making {
    pub(crate) state: State,
    pub(crate) delivery: Delivery,
    pub(crate) time: Arc<dyn Time>,
    pub(crate) install: Install,
    pub(crate) port: u16,
    pub(crate) faults: Arc<Mutex<Faults>>,
    pub(crate) traffic: Arc<Traffic>,
    pub(crate) ticks: Ticks,
}

impl World {
    pub(crate) fn new(making: Making) -> Self {
        let Making { state, delivery, time, install, port, faults, traffic, ticks } = making;
        Self {
            state: Mutex::new(state),
            hub: Arc::clone(&delivery.hub),
            delivery: Arc::new(delivery),
            time,
            install,
            port,
            faults,
            calls: Mutex::default(),
            traffic,
            asks: Mutex::default(),
            limits: Mutex::default(),
            scheduled: Scheduled::default(),
            events: Mutex::default(),
            ticks,
        }
    }

    /// From here on the app takes requests there.
    pub(crate) fn deliver_to(&self, addresses: Addresses) {
        let clocks = (Arc::clone(&self.time), Arc::clone(&self.hub.wire));
        self.delivery.deliver_to(Http::new(addresses, self.install.signing_secret.clone(), clocks, Arc::clone(&self.traffic)));
        self.tick("line", "");
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
    pub(crate) fn tick(&self, what: &'static str, channel: &str) {
        self.ticks.send(Tick { what, channel: channel.to_owned(), ..Tick::default() });
    }

    /// As [`World::tick`], of one message.
    pub(crate) fn tick_message(&self, channel: &str, ts: &str) {
        self.ticks.send(Tick { what: "message", channel: channel.to_owned(), ts: ts.to_owned(), user: String::new() });
    }

    /// As [`World::tick`], of what only one person sees.
    pub(crate) fn tick_for(&self, what: &'static str, channel: &str, user: &str) {
        self.ticks.send(Tick { what, channel: channel.to_owned(), ts: String::new(), user: user.to_owned() });
    }

    pub(crate) fn watch(&self) -> broadcast::Receiver<Tick> {
        self.ticks.watch()
    }

    /// Tells the app of an event in a channel, when it is there and may hear it.
    pub(crate) fn announce(&self, state: &mut State, channel: &str, event: &Value) {
        let Some(there) = state.channels.get(channel) else { return };
        if there.members.contains(&state.team.bot_user) {
            self.tell(state, Some(channel), event);
        }
    }

    /// Tells the app of an event that it may hear wherever it is.
    pub(crate) fn tell(&self, state: &mut State, channel: Option<&str>, event: &Value) {
        let event_id = state.ids.event();
        let channel = channel.and_then(|id| state.channels.get(id));
        let Install { scopes, bot_token, .. } = &self.install;
        // Without its token an app is not installed: it hears of that, and of nothing else.
        let installed = !state.tokens.revoked.contains(bot_token) || events::ends_the_install(event);
        if !installed || !events::heard_with(scopes, channel, event) || !self.install.subscribed(&events::subscription(channel, event)) {
            return;
        }
        match lock(&self.limits).event(self.time.now()) {
            Heard::Yes => {}
            Heard::No => return,
            Heard::Told(minute) => return self.delivery.insist(Arc::new(events::rate_limited(state, minute))),
        }
        let payload = Arc::new(events::callback(state, channel, event, &event_id, self.seconds()));
        self.remember(Arc::clone(&payload));
        self.delivery.event(payload, |payload| events::under_another_id(payload, &state.ids.event()));
    }

    /// A permission to open a modal, for what this person just did.
    pub(crate) fn trigger(&self, state: &mut State, user: &str, origin: Origin) -> String {
        let id = state.ids.trigger();
        let now = self.hub.wire.now();
        let trigger = Trigger { until: now + TRIGGER_LIFE, used: false, user: user.to_owned(), origin };
        lock(&self.asks).add_trigger(&id, trigger, now);
        id
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
    pub(crate) fn put(&self, state: &mut State, channel_id: &str, mut message: Message) -> Posted {
        let ts = message.ts.clone();
        complete(state, &mut message.blocks);
        if let Some(channel) = state.channels.get_mut(channel_id) {
            if let Some(root) = message.thread_ts.as_ref().and_then(|root| channel.messages.get_mut(root)) {
                root.replies.push(ts.clone());
            }
            channel.messages.insert(ts.clone(), message);
        }
        self.announce_message(state, channel_id, &ts);
        self.tick_message(channel_id, &ts);
        Posted { channel: channel_id.to_owned(), ts }
    }

    /// Shows somebody what only they see; answers it in the shape of a message.
    pub(crate) fn whisper(&self, state: &mut State, mut seen: Ephemeral) -> Value {
        complete(state, &mut seen.blocks);
        let shown = shapes::ephemeral(state, &seen);
        self.tick_for("ephemeral", &seen.channel, &seen.user);
        state.ephemerals.push(seen);
        shown
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
        self.note(state, channel_id, user, Passage::Joined { inviter });
        self.tick("channel", channel_id);
    }

    /// The message that somebody came or went, where the workspace has such messages.
    /// Source: <https://docs.slack.dev/reference/events/message/channel_join>.
    pub(crate) fn note(&self, state: &mut State, channel_id: &str, user: &str, passage: Passage<'_>) {
        if !state.team.join_messages {
            return;
        }
        let (subtype, done, inviter) = match passage {
            Passage::Joined { inviter } => ("channel_join", "joined", inviter),
            Passage::Left => ("channel_leave", "left", None),
        };
        let text = format!("<@{user}> has {done} the channel");
        let mut message = Message::new(self.next_ts(state), Author::Person(user.to_owned()), text);
        message.subtype = Some(subtype);
        if let Some(inviter) = inviter {
            message.more.insert("inviter".to_owned(), Value::from(inviter));
        }
        drop(self.put(state, channel_id, message));
    }
}

/// Somebody comes or goes.
#[derive(Clone, Copy)]
pub(crate) enum Passage<'a> {
    Joined { inviter: Option<&'a str> },
    Left,
}

/// Fills in what Slack does when it keeps blocks.
pub(crate) fn complete(state: &mut State, blocks: &mut Option<Value>) {
    if let Some(blocks) = blocks {
        kit::complete(blocks, &mut || state.ids.part());
    }
}

/// The id of a channel by its name or id.
pub(crate) fn channel_id(state: &State, name: &str) -> Result<String, Refusal> {
    state.channel_named(name).map(|channel| channel.id.clone()).ok_or_else(|| Refusal::no_channel(name))
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
