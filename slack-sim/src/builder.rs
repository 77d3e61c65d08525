//! How a workspace opens.
use crate::delivery::Delivery;
use crate::delivery::http::Addresses;
use crate::delivery::hub::{self, Hub};
use crate::ids::{Ids, of_name};
use crate::limits::{Buckets, Limits};
use crate::sim::Sim;
use crate::state::people::NewPerson;
use crate::state::{Enterprise, State, Team};
use crate::ticks::Ticks;
use crate::time::{SystemTime, Time};
use crate::traffic::Traffic;
use crate::world::{self, Install, NewCommand, NewShortcut, World, lock};
use crate::{api, server};
use axum::Router;
use jiff::SignedDuration;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// A workspace that is about to open. Everything has a default.
#[must_use]
pub struct Builder {
    port: u16,
    name: String,
    domain: String,
    bot_name: String,
    scopes: Option<Vec<String>>,
    commands: Vec<NewCommand>,
    shortcuts: Vec<NewShortcut>,
    home: bool,
    enterprise: Option<(String, bool)>,
    join_messages: bool,
    events: Option<Vec<String>>,
    delayed_events: bool,
    addresses: Option<Addresses>,
    signing_secret: String,
    time: Arc<dyn Time>,
    wire: Arc<dyn Time>,
    lifetime: Option<SignedDuration>,
    seed: Option<u64>,
    limits: Limits,
    extra: Router,
    banner: Option<&'static str>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            port: 0,
            name: "Acme".to_owned(),
            domain: "acme".to_owned(),
            bot_name: "bot".to_owned(),
            scopes: None,
            commands: Vec::new(),
            shortcuts: Vec::new(),
            home: true,
            enterprise: None,
            join_messages: false,
            events: None,
            delayed_events: false,
            addresses: None,
            signing_secret: "sim-signing-secret".to_owned(),
            time: Arc::new(SystemTime),
            wire: Arc::new(SystemTime),
            lifetime: None,
            seed: None,
            limits: Limits::default(),
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
        let named = |name: &str| NewCommand { command: name.to_owned(), ..NewCommand::default() };
        self.commands.extend(commands.into_iter().map(|name| named(name.as_ref())));
        self
    }

    /// A slash command with what people read of it.
    pub fn command(mut self, command: NewCommand) -> Self {
        self.commands.push(command);
        self
    }

    /// A shortcut that the app registered; while there is none, every shortcut goes to the app.
    pub fn shortcut(mut self, shortcut: NewShortcut) -> Self {
        self.shortcuts.push(shortcut);
        self
    }

    /// Whether the app has a Home tab; it has one when left out.
    pub fn home(mut self, home: bool) -> Self {
        self.home = home;
        self
    }

    /// The workspace belongs to an Enterprise Grid of this name; `org_wide`: the app was installed for all of it, so that
    /// interactions name no team.
    pub fn enterprise(mut self, name: &str, org_wide: bool) -> Self {
        self.enterprise = Some((name.to_owned(), org_wide));
        self
    }

    /// The events that the app subscribed to, as its manifest names them: `message.channels`, `message.groups`, `message.im`,
    /// `app_mention` and so on. All that its scopes allow when left out.
    pub fn events(mut self, events: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.events = Some(events.into_iter().map(|event| event.as_ref().to_owned()).collect());
        self
    }

    /// Whether an event that no attempt delivered comes hourly for a day more, as a switch in an app's settings says. Off when
    /// left out.
    pub fn delayed_events(mut self, delayed: bool) -> Self {
        self.delayed_events = delayed;
        self
    }

    /// Whether who joins or leaves a channel leaves a message there (`channel_join`, `channel_leave`); not when left out.
    pub fn join_messages(mut self, join_messages: bool) -> Self {
        self.join_messages = join_messages;
        self
    }

    /// The app takes signed requests there; Socket Mode when left out. See also [`Sim::deliver_to`].
    pub fn deliver_to(mut self, addresses: Addresses) -> Self {
        self.addresses = Some(addresses);
        self
    }

    /// What requests are signed with.
    pub fn signing_secret(mut self, secret: &str) -> Self {
        secret.clone_into(&mut self.signing_secret);
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

    /// How often the app may call, on the workspace's clock; Slack's limits when left out.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
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
        let state = self.state(seed);
        let (faults, ticks) = (Arc::new(Mutex::default()), Ticks::new());
        let traffic = Arc::new(Traffic::new(Arc::clone(&self.time), ticks.clone()));
        let hub = Hub::new(hub::Making {
            app_id: state.team.app_id.clone(),
            seed,
            wire: self.wire,
            lifetime: self.lifetime,
            faults: Arc::clone(&faults),
            traffic: Arc::clone(&traffic),
        });
        let delivery = Delivery::new(Arc::new(hub), Arc::clone(&faults), self.delayed_events);
        let scopes = self.scopes.unwrap_or_else(|| api::all_scopes().into_iter().map(str::to_owned).collect());
        let install = Install {
            bot_token: "xoxb-sim-bot".to_owned(),
            app_token: "xapp-sim-app".to_owned(),
            signing_secret: self.signing_secret,
            scopes: scopes.into_iter().collect(),
            commands: self.commands,
            shortcuts: self.shortcuts,
            home: self.home,
            events: self.events.map(|events| events.into_iter().collect()),
        };
        let world = World::new(world::Making { state, delivery, time: self.time, install, port, faults, traffic, ticks });
        let world = Arc::new(world);
        if let Some(addresses) = self.addresses {
            world.deliver_to(addresses);
        }
        *lock(&world.limits) = Buckets::new(self.limits);
        drop(world.hub.tasks.spawn(api::post_what_is_due(Arc::clone(&world))));
        let server = server::start(listener, Arc::clone(&world), self.extra, self.banner);
        Ok(Sim::running(world, server))
    }

    fn state(&self, seed: u64) -> State {
        let (enterprise, org_wide) = match &self.enterprise {
            Some((name, org_wide)) => (Some(Enterprise { id: of_name("E", name), name: name.clone() }), *org_wide),
            None => (None, false),
        };
        let mut team = Team {
            enterprise,
            org_wide,
            join_messages: self.join_messages,
            id: of_name("T", &self.domain),
            name: self.name.clone(),
            domain: self.domain.clone(),
            app_id: of_name("A", &self.bot_name),
            bot_id: of_name("B", &self.bot_name),
            bot_user: String::new(),
            bot_name: self.bot_name.clone(),
        };
        team.bot_user = team.person_id(&self.bot_name);
        let mut state = State::new(team, Ids::new(seed));
        state.add_person(NewPerson::named(&self.bot_name).bot());
        state
    }
}

impl Sim {
    /// Begins a workspace.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// A workspace with every default, on a free port.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }
}
