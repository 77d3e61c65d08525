//! The handle by which tests and demonstrations hold a running workspace.
use crate::acts::transcript;
use crate::calls::Call;
use crate::commands::Seen;
use crate::control::ephemerals;
use crate::faults::Fault;
use crate::hub::{Farewell, Hub};
use crate::ids::{Ids, of_name};
use crate::refusal::Refusal;
use crate::state::{NewChannel, NewPerson, State, Team};
use crate::time::{SystemTime, Time};
use crate::world::{Install, Posted, World, lock, looked_at};
use crate::{api, line, server};
use axum::Router;
use jiff::SignedDuration;
use serde_json::Value;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// A workspace that is about to open. Everything has a default.
#[must_use]
pub struct Builder {
    port: u16,
    name: String,
    domain: String,
    bot_name: String,
    scopes: Option<Vec<String>>,
    commands: Vec<String>,
    time: Arc<dyn Time>,
    wire: Arc<dyn Time>,
    lifetime: Option<SignedDuration>,
    seed: Option<u64>,
    extra: Router,
    banner: Option<&'static str>,
}

impl Builder {
    fn new() -> Self {
        Self {
            port: 0,
            name: "Acme".to_owned(),
            domain: "acme".to_owned(),
            bot_name: "bot".to_owned(),
            scopes: None,
            commands: Vec::new(),
            time: Arc::new(SystemTime),
            wire: Arc::new(SystemTime),
            lifetime: None,
            seed: None,
            extra: Router::new(),
            banner: None,
        }
    }

    /// The port on 127.0.0.1; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The workspace's name and the first part of its address.
    pub fn workspace(mut self, name: &str, domain: &str) -> Self {
        name.clone_into(&mut self.name);
        domain.clone_into(&mut self.domain);
        self
    }

    /// The handle of the app's bot user.
    pub fn bot_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.bot_name);
        self
    }

    /// The scopes of the bot token; all that there are when left out.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.scopes = Some(scopes.into_iter().map(|scope| scope.as_ref().to_owned()).collect());
        self
    }

    /// The slash commands that the app registered, such as `/heard`; when left out, every command goes to the app.
    pub fn commands(mut self, commands: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.commands = commands.into_iter().map(|name| name.as_ref().to_owned()).collect();
        self
    }

    /// The workspace's clock: message ids, `response_url`, slow answers.
    pub fn time(mut self, time: Arc<dyn Time>) -> Self {
        self.time = time;
        self
    }

    /// The clock of sockets, acknowledgements, retries and triggers.
    pub fn wire(mut self, wire: Arc<dyn Time>) -> Self {
        self.wire = wire;
        self
    }

    /// How long a line lives before Slack asks the app to open another; for ever when left out. Over ten seconds.
    pub fn lifetime(mut self, lifetime: SignedDuration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// What ids of events, envelopes and tickets are made from; the workspace's clock at the start when left out. Two runs
    /// with one seed give the same event ids: a bot that keeps its store takes the second run's events for repeats.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Routes that are served beside the simulator's, behind the same guard against foreign pages.
    pub fn extra_routes(mut self, routes: Router) -> Self {
        self.extra = self.extra.merge(routes);
        self
    }

    /// A JavaScript module that the page loads from `/extra.js`, to add its own bar to `#banner`.
    pub fn page_banner_script(mut self, script: &'static str) -> Self {
        self.banner = Some(script);
        self
    }

    /// Opens it. Inside a tokio runtime. Errors: the port is taken.
    pub async fn start(self) -> io::Result<Sim> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        let port = listener.local_addr()?.port();
        let clock_seed = u64::try_from(self.time.now().as_microsecond()).unwrap_or_default();
        let seed = self.seed.unwrap_or(clock_seed);
        let bot_user = of_name("U", &self.bot_name.to_lowercase());
        let team = Team {
            id: of_name("T", &self.domain),
            name: self.name,
            domain: self.domain,
            app_id: of_name("A", &self.bot_name),
            bot_id: of_name("B", &self.bot_name),
            bot_user,
            bot_name: self.bot_name.clone(),
        };
        let app_id = team.app_id.clone();
        let mut state = State::new(team, Ids::new(seed));
        state.add_person(NewPerson::named(&self.bot_name).bot());
        let scopes = self.scopes.unwrap_or_else(|| api::all_scopes().into_iter().map(str::to_owned).collect());
        let install = Install {
            bot_token: "xoxb-sim-bot".to_owned(),
            app_token: "xapp-sim-app".to_owned(),
            scopes: scopes.into_iter().collect(),
            commands: self.commands.into_iter().collect(),
        };
        let hub = Arc::new(Hub::new(app_id, seed, self.wire, self.lifetime));
        let world = Arc::new(World::new(state, hub, self.time, install, port));
        let server = server::start(listener, Arc::clone(&world), self.extra, self.banner);
        Ok(Sim(Arc::new(Running { world, server: Mutex::new(Some(server)) })))
    }
}

/// A running workspace. Clones hold the same one; it ends with the last of them.
#[derive(Clone)]
pub struct Sim(Arc<Running>);

struct Running {
    world: Arc<World>,
    server: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.world.hub.close();
    }
}

/// Where it is, and who the app is in it.
impl Sim {
    /// Begins a workspace.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// A workspace with every default, on a free port.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    fn world(&self) -> &World {
        &self.0.world
    }

    /// The port of everything.
    pub fn port(&self) -> u16 {
        self.world().port
    }

    /// The page's address, such as `http://127.0.0.1:7071`, without a slash at its end.
    pub fn url(&self) -> String {
        self.world().base()
    }

    /// The Web API's address, without a slash at its end.
    pub fn api_url(&self) -> String {
        format!("{}/api", self.world().base())
    }

    /// The token of the bot (`xoxb-`).
    pub fn bot_token(&self) -> &str {
        &self.world().install.bot_token
    }

    /// The token of the app (`xapp-`).
    pub fn app_token(&self) -> &str {
        &self.world().install.app_token
    }

    /// The id of the bot's user.
    pub fn bot_user(&self) -> String {
        self.world().state().team.bot_user.clone()
    }

    /// The id of the bot as an author (`B`).
    pub fn bot_id(&self) -> String {
        self.world().state().team.bot_id.clone()
    }

    /// The workspace's id.
    pub fn team_id(&self) -> String {
        self.world().state().team.id.clone()
    }

    /// The moment it is in the workspace.
    pub fn now(&self) -> jiff::Timestamp {
        self.world().time.now()
    }

    /// Ends it, and comes back when the port is free.
    pub async fn stop(self) {
        self.world().hub.close();
        let server = lock(&self.0.server).take();
        if let Some(server) = server {
            // An error says that the server was ended in another way.
            drop(server.await);
        }
    }
}

/// Who and what there is.
impl Sim {
    /// Adds a person, or replaces the one with this name; answers the id, which a name keeps in every run.
    pub fn add_person(&self, person: NewPerson) -> String {
        let id = self.world().state().add_person(person);
        self.world().tick("people", "");
        id
    }

    /// Adds people with nothing but names.
    pub fn add_people(&self, names: impl IntoIterator<Item = impl AsRef<str>>) {
        for name in names {
            self.add_person(NewPerson::named(name.as_ref()));
        }
    }

    /// Adds a channel, or changes the one with this name and keeps its messages; answers the id. No event tells of it.
    pub fn add_channel(&self, channel: NewChannel) -> String {
        let created = self.world().seconds();
        let id = self.world().state().add_channel(channel, created);
        self.world().tick("channel", &id);
        id
    }

    /// The id of a person, by name.
    pub fn person_id(&self, name: &str) -> Option<String> {
        self.world().state().person_named(name).map(|person| person.id.clone())
    }

    /// The id of a channel, by name.
    pub fn channel_id(&self, name: &str) -> Option<String> {
        self.world().state().channel_named(name).map(|channel| channel.id.clone())
    }

    /// Somebody invites the bot to a channel; the bot hears of it.
    pub fn invite_bot(&self, by: &str, channel: &str) -> Result<(), Refusal> {
        let world = self.world();
        let mut state = world.state();
        let (by, channel) = world.enter(&mut state, by, channel)?;
        let bot = state.team.bot_user.clone();
        world.join(&mut state, &channel, &bot, Some(&by));
        drop(state);
        Ok(())
    }

    /// Takes the bot out of a channel, archives it, shares it: any change that `change` makes, without an event.
    fn change_channel(&self, name: &str, change: impl FnOnce(&mut crate::state::Channel, &str)) -> Result<(), Refusal> {
        let world = self.world();
        let mut state = world.state();
        let bot = state.team.bot_user.clone();
        let id = state.channel_named(name).ok_or_else(|| Refusal::no_channel(name))?.id.clone();
        if let Some(channel) = state.channels.get_mut(&id) {
            change(channel, &bot);
        }
        drop(state);
        world.tick("channel", &id);
        Ok(())
    }

    /// Takes the bot out of a channel; no event tells of it yet.
    pub fn remove_bot(&self, channel: &str) -> Result<(), Refusal> {
        self.change_channel(channel, |channel, bot| {
            channel.members.remove(bot);
        })
    }

    /// Archives a channel or opens it again; no event tells of it yet.
    pub fn archive(&self, channel: &str, archived: bool) -> Result<(), Refusal> {
        self.change_channel(channel, |channel, _| channel.is_archived = archived)
    }

    /// Shares a channel with another company, or no longer; no event tells of it yet.
    pub fn share_outside(&self, channel: &str, shared: bool) -> Result<(), Refusal> {
        self.change_channel(channel, |channel, _| channel.is_ext_shared = shared)
    }
}

/// What people do. Each call comes back when its events are queued to the app; a command when it is answered.
impl Sim {
    /// Somebody runs a slash command; answers what they see.
    pub async fn command(&self, user: &str, channel: &str, command: &str, text: &str) -> Result<Seen, Refusal> {
        self.world().command(user, channel, command, text).await
    }

    /// Somebody says something.
    pub fn message(&self, user: &str, channel: &str, text: &str) -> Result<Posted, Refusal> {
        self.world().say(user, channel, text, None)
    }

    /// Somebody answers in the thread of a message.
    pub fn reply(&self, user: &str, channel: &str, thread_ts: &str, text: &str) -> Result<Posted, Refusal> {
        self.world().say(user, channel, text, Some(thread_ts))
    }

    /// Somebody edits their message.
    pub fn edit(&self, user: &str, channel: &str, ts: &str, text: &str) -> Result<Posted, Refusal> {
        self.world().edit(user, channel, ts, text)
    }

    /// Somebody deletes their message.
    pub fn delete(&self, user: &str, channel: &str, ts: &str) -> Result<Posted, Refusal> {
        self.world().delete(user, channel, ts)
    }

    /// Somebody reacts to a message, with or without colons around the name.
    pub fn react(&self, user: &str, channel: &str, ts: &str, name: &str) -> Result<Posted, Refusal> {
        self.world().react(user, channel, ts, (name, false))
    }

    /// Somebody takes a reaction back.
    pub fn unreact(&self, user: &str, channel: &str, ts: &str, name: &str) -> Result<Posted, Refusal> {
        self.world().react(user, channel, ts, (name, true))
    }
}

/// What can be read.
impl Sim {
    /// A channel's messages as Slack's history gives them, with all metadata, oldest first; replies under `replies`. A
    /// person's name with an @ means the bot's direct message with them.
    pub fn messages(&self, channel: &str) -> Result<Vec<Value>, Refusal> {
        let state = self.world().state();
        let channel = looked_at(&state, channel)?;
        Ok(channel.map_or_else(Vec::new, |channel| transcript(&state, channel, usize::MAX)))
    }

    /// The texts of a channel's messages, oldest first, without threads.
    pub fn texts(&self, channel: &str) -> Result<Vec<String>, Refusal> {
        let text = |message: &Value| message.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(self.messages(channel)?.iter().map(text).collect())
    }

    /// What only this person sees, oldest first; in one channel when one is given.
    pub fn ephemerals(&self, user: &str, channel: Option<&str>) -> Result<Vec<Value>, Refusal> {
        ephemerals(self.world(), user, channel)
    }

    /// What the app called, oldest first: the newest ten thousand.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.world().calls).all()
    }

    /// As [`Sim::calls`], of one method.
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.method == method).collect()
    }

    /// Methods that the app called and the simulator does not know.
    pub fn unknown_methods(&self) -> Vec<String> {
        lock(&self.world().calls).unknown()
    }

    /// Modals and Home as the app left them, by view id.
    pub fn views(&self) -> Vec<Value> {
        self.world().state().views.values().cloned().collect()
    }

    /// The payloads of the newest ten thousand events, oldest first.
    pub fn events(&self) -> Vec<Value> {
        self.world().events().iter().map(|payload| Value::clone(payload)).collect()
    }

    /// Events that were given up after their last attempt.
    pub fn lost_events(&self) -> Vec<Value> {
        self.world().hub.lost()
    }

    /// What was acknowledged though nobody waited for it: too late, twice, or unknown.
    pub fn stray_acks(&self) -> Vec<String> {
        self.world().hub.strays()
    }
}

/// A frame of any bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawFrame {
    /// A text frame; the bytes need not be UTF-8.
    Text(Vec<u8>),
    /// A binary frame.
    Binary(Vec<u8>),
}

/// What the wire does, and what goes wrong on it.
impl Sim {
    /// How many lines are open.
    pub fn lines(&self) -> usize {
        self.world().hub.lines()
    }

    /// Sends a ping through every open line, waits for each pong or the line's end, and answers how many frames were sent
    /// and received so far, pings and pongs left out. Two equal answers with nothing to do in between: nothing is under way.
    pub async fn probe(&self) -> u64 {
        self.world().hub.probe().await
    }

    /// Asks the app to leave every open line for a new one; each is closed ten seconds of the wire's clock later.
    pub fn refresh_lines(&self) {
        self.world().hub.farewell(None, Farewell::RefreshRequested);
    }

    /// Says any farewell on every open line. After [`Farewell::LinkDisabled`] no line opens until [`Sim::enable_link`].
    pub fn farewell(&self, why: Farewell) {
        self.world().hub.farewell(None, why);
    }

    /// Socket Mode is on again.
    pub fn enable_link(&self) {
        self.world().hub.enable();
    }

    /// Cuts every connection without a word.
    pub fn drop_lines(&self) {
        self.world().hub.cut();
    }

    /// Sends a frame of any bytes down the next line; false when none is open.
    pub fn push_frame(&self, frame: RawFrame) -> bool {
        let frame = match frame {
            RawFrame::Text(bytes) => Frame::message(bytes, OpCode::Data(Data::Text), true),
            RawFrame::Binary(bytes) => Frame::message(bytes, OpCode::Data(Data::Binary), true),
        };
        self.world().hub.push_frame(Message::Frame(frame))
    }

    /// Sends an envelope just as it is down the next line; answers the whole acknowledgement, nothing when none comes within
    /// three seconds of the wire's clock, or the envelope has no `envelope_id`.
    pub async fn deliver(&self, envelope: &Value) -> Option<Value> {
        let waiting = self.world().hub.send_as_is(envelope)?;
        self.world().hub.answer(waiting).await
    }

    /// Sends the newest event again, with the same event id; false when there is none.
    pub fn repeat_last_event(&self) -> bool {
        let last = self.world().events().pop();
        let repeated = last.is_some();
        if let Some(payload) = last {
            line::send_event(&self.0.world.hub, payload);
        }
        repeated
    }

    /// Sends the event with this id again; false when it is not remembered.
    pub fn repeat_event(&self, event_id: &str) -> bool {
        let events = self.world().events();
        let known = events.into_iter().find(|event| event.get("event_id").and_then(Value::as_str) == Some(event_id));
        let repeated = known.is_some();
        if let Some(payload) = known {
            line::send_event(&self.0.world.hub, payload);
        }
        repeated
    }

    /// Tells the app of a message once more, under another event id.
    pub fn repeat_message(&self, channel: &str, ts: &str) -> Result<(), Refusal> {
        let world = self.world();
        let mut state = world.state();
        let channel = looked_at(&state, channel)?.ok_or_else(|| Refusal::no_channel(channel))?;
        if !channel.messages.contains_key(ts) {
            return Err(Refusal::no_message(ts));
        }
        let id = channel.id.clone();
        world.announce_message(&mut state, &id, ts);
        drop(state);
        Ok(())
    }

    /// The next `times` calls of a method go wrong.
    pub fn fail_next(&self, method: &str, times: u32, fault: Fault) {
        lock(&self.world().faults).add(method, times, fault);
    }

    /// How many calls are still to go wrong.
    pub fn faults_left(&self) -> u32 {
        lock(&self.world().faults).left()
    }
}
