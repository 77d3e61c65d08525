//! The bot, put together: store, Slack, loops, and how it stops.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::{error, info, warn};

use crate::app::{InForce, digest};
use crate::clock::{Clock, guard};
use crate::config::{Address, Config, Listen, Reach, Secrets};
use crate::domain::facts::{Act, Change};
use crate::domain::ids::TenantId;
use crate::domain::routing::ChannelRef;
use crate::domain::schedule;
use crate::slack::{
    CallError, Counters, DeadLetters, Delivery, Desk, Directory, Door, Ended, Ending, Exchange, Grants, Guards, Home, Lines, Slack,
    SlackError, unheard,
};
use crate::store::local::{self, LocalOptions, LocalStore};
use crate::store::memory::MemoryStore;
use crate::store::{CommitError, SharedStore};
use crate::texts::en;
use crate::web::{self, Health, Vitals};

/// How long the bot may take to stop; whoever stops it waits ten seconds.
const DRAIN: Duration = Duration::from_secs(9);
/// How long until something that failed for now is tried again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// How often people and channels are looked up anew, and old dead letters are thrown away.
const REFRESH: SignedDuration = SignedDuration::from_hours(1);

/// Where things are remembered.
#[derive(Clone)]
pub enum Keep {
    /// Nowhere: all is forgotten when the process ends.
    InMemory,
    /// In a data directory.
    In(PathBuf),
    /// In a store that the caller has opened, and closes: an engine that this crate does not know, or one that is
    /// watched. What cannot be read is counted and logged there, and kept nowhere.
    Given(SharedStore),
}

/// What a bot is made of.
pub struct Setup {
    /// The configuration.
    pub config: Config,
    /// Tokens.
    pub secrets: Secrets,
    /// Time.
    pub clock: Clock,
    /// Where things are remembered.
    pub keep: Keep,
    /// Where health is answered; none: nowhere.
    pub listen: Option<SocketAddr>,
    /// Told while the journal is folded.
    pub on_progress: local::OnProgress,
    /// How long lines to Slack may keep us waiting, on real time.
    pub guards: Guards,
}

/// Why the bot did not start. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No connection can be made.
    #[error(transparent)]
    Slack(#[from] SlackError),
    /// Slack does not know us.
    #[error("{error}: {}", en::cure_at_start(.error_code))]
    Auth {
        /// What Slack answered.
        error: CallError,
        /// Its name for the reason, where it gave one.
        error_code: String,
    },
    /// The store did not open.
    #[error(transparent)]
    Store(#[from] local::OpenError),
    /// The store did not take the configuration.
    #[error("the configuration in force could not be noted: {0}")]
    Commit(#[from] CommitError),
    /// Health cannot be answered there.
    #[error("{0} cannot be listened on ({1}): change `listen` under [web] in allears.toml, or end what listens there")]
    Listen(SocketAddr, std::io::Error),
}

/// A bot that runs.
pub struct Bot {
    stop: watch::Sender<bool>,
    /// None where Slack's requests come over HTTP.
    lines: Option<Lines>,
    ending: Ending,
    grants: Arc<Grants>,
    address: Option<SocketAddr>,
    loops: Vec<JoinHandle<()>>,
    store: SharedStore,
    local: Option<Arc<LocalStore>>,
}

/// Tells the bot's store apart from how it is opened.
struct Opened {
    store: SharedStore,
    local: Option<Arc<LocalStore>>,
    dead_letters: DeadLetters,
    sweep: Arc<dyn Fn() + Send + Sync>,
}

impl Bot {
    /// Starts a bot. It is connected, and hears, shortly after.
    pub async fn start(setup: Setup) -> Result<Self, StartError> {
        let Setup { config, secrets, clock, keep, listen, on_progress, guards } = setup;
        let listener = match listen {
            Some(at) => Some(TcpListener::bind(at).await.map_err(|error| StartError::Listen(at, error))?),
            None => None,
        };
        let address = listener.as_ref().and_then(|listener| listener.local_addr().ok());
        let hash = config.hash();
        let in_force = Arc::new(InForce { routing: config.routing, tagger: config.tagger, hash });
        let slack = Arc::new(Slack::new(&config.slack.api_url, &secrets, clock.clone())?);
        let who = slack.auth_test().await.map_err(|error| StartError::Auth { error_code: error.code().to_owned(), error })?;
        let grants = granted(&config.slack.api_url, &secrets, &clock).await;
        let tenant = TenantId::new(who.enterprise_id.as_deref().unwrap_or(&who.team_id));
        let opened = open(keep, tenant.clone(), &clock, on_progress).await?;
        note_configuration(&opened.store, &in_force, &clock).await?;

        let directory = Arc::new(Directory::new(Arc::clone(&slack), clock.clone(), who.is_enterprise_install));
        let looked_up = look_up_first(&directory, &in_force, &config.listen).await;
        let home = Home {
            tenant,
            team: who.team_id,
            enterprise: who.enterprise_id,
            user: who.user_id,
            command: config.slack.command,
            listened: config.listen.iter().map(|listen| listen.channel.clone()).collect(),
        };
        let counters = Arc::new(Counters::default());
        let desk = Desk {
            clock: clock.clone(),
            store: Arc::clone(&opened.store),
            in_force: Arc::clone(&in_force),
            directory: Arc::clone(&directory),
            home,
            dead_letters: opened.dead_letters,
            counters: Arc::clone(&counters),
        };
        let (stop, ending) = (watch::Sender::new(false), Ending::default());
        let delivery =
            Delivery::new(clock.clone(), Arc::clone(&opened.store), Arc::clone(&in_force), Arc::clone(&directory), Arc::clone(&slack));
        let caretaker = Caretaker { clock: clock.clone(), directory, in_force: Arc::clone(&in_force), sweep: opened.sweep };
        let until = stop.subscribe();
        let mut loops = vec![
            clock.spawn(digests(clock.clone(), Arc::clone(&opened.store), Arc::clone(&in_force), stop.subscribe())),
            clock.spawn(caretaker.run(looked_up, stop.subscribe())),
            clock.spawn(async move { delivery.run(until).await }),
        ];
        let exchange = Exchange { slack, desk: Arc::new(desk), clock: clock.clone(), guards, ending: ending.clone(), on_notice: unheard() };
        let (lines, door) = ways_in(secrets.reach, exchange);
        if let Some(listener) = listener {
            let vitals = vitals(Arc::clone(&opened.store), Arc::clone(&counters), lines.is_some());
            let serving = web::serve(listener, vitals, door, stop.subscribe());
            loops.push(clock.spawn(async move {
                if let Err(error) = serving.await {
                    error!(%error, "health is not answered any more");
                }
            }));
        }
        Ok(Self { stop, lines, ending, grants, loops, address, store: opened.store, local: opened.local })
    }

    /// Where it answers over HTTP, if anywhere.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// The scopes that it was granted.
    pub fn grants(&self) -> &Arc<Grants> {
        &self.grants
    }

    /// What it remembers.
    pub fn store(&self) -> &SharedStore {
        &self.store
    }

    /// Waits until the bot can do nothing any more, and gives the reason: it is to be stopped then. For ever where that never
    /// comes.
    pub async fn ended(&self) -> Ended {
        self.ending.said().await
    }

    /// Takes nothing more, finishes and acknowledges what is in hand, and ends. `false`: not all of it in time; what
    /// was not acknowledged comes again, and what waits in the outbox is sent by the next process.
    pub async fn stop(self) -> bool {
        self.stop.send_replace(true);
        let Self { lines, loops, local, .. } = self;
        let drained = guard::within(DRAIN, async move {
            if let Some(lines) = lines {
                lines.close().await;
            }
            for task in loops {
                if task.await.is_err() {
                    error!("a loop ended in a panic");
                }
            }
        });
        let in_time = drained.await.is_some();
        if let Some(local) = local {
            local.close().await;
        }
        in_time
    }
}

/// The scopes that were granted; whoever runs the bot is told what is off.
async fn granted(api: &Address, secrets: &Secrets, clock: &Clock) -> Arc<Grants> {
    let grants = Grants::ask(api, &secrets.bot_token, clock).await;
    if !grants.known() {
        warn!("Slack did not say which scopes were granted; all are assumed");
    }
    for off in grants.off() {
        warn!(scope = off.scope.name, what = off.what(), "something is off, since its scope was not granted");
    }
    Arc::new(grants)
}

/// How what happens in Slack comes in: down lines that we open, or by requests to a door.
fn ways_in(reach: Reach, exchange: Exchange) -> (Option<Lines>, Option<Arc<Door>>) {
    match reach {
        Reach::Socket(app_token) => (Some(Lines::open(exchange, app_token)), None),
        Reach::Http(secret) => (None, Some(Arc::new(Door::new(exchange.desk, exchange.clock, secret)))),
    }
}

async fn open(keep: Keep, tenant: TenantId, clock: &Clock, on_progress: local::OnProgress) -> Result<Opened, StartError> {
    let opened = |store| Opened { store, local: None, dead_letters: Arc::new(|_| {}), sweep: Arc::new(|| {}) };
    let dir = match keep {
        Keep::InMemory => return Ok(opened(Arc::new(MemoryStore::default()))),
        Keep::Given(store) => return Ok(opened(store)),
        Keep::In(dir) => dir,
    };
    let options = LocalOptions { on_progress, ..LocalOptions::new(&dir, Some(tenant)) };
    let store = Arc::new(LocalStore::open(options, clock.clone()).await?);
    let letters = Arc::new(local::DeadLetters::of(&dir));
    // One at a time, as it must be; lines and envelopes bring them side by side.
    let (kept, keeps_time) = (Mutex::new(Arc::clone(&letters)), clock.clone());
    let dead_letters: DeadLetters = Arc::new(move |frame| {
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = kept.keep(keeps_time.now(), frame) {
            warn!(%error, "a dead letter could not be kept");
        }
    });
    let clock = clock.clone();
    let sweep = Arc::new(move || {
        if let Err(error) = letters.sweep(clock.now()) {
            warn!(%error, "old dead letters could not be thrown away");
        }
    });
    let shared: SharedStore = Arc::<LocalStore>::clone(&store);
    Ok(Opened { store: shared, local: Some(store), dead_letters, sweep })
}

async fn note_configuration(store: &SharedStore, in_force: &InForce, clock: &Clock) -> Result<(), CommitError> {
    let act = Act::Configure { hash: in_force.hash.clone(), functions: in_force.ids() };
    store.commit(Change::of_the_bot(clock.now(), vec![act])).await.map(|_| ())
}

/// `false`: Slack did not answer.
async fn look_up(directory: &Directory, in_force: &InForce) -> bool {
    let looked_up = directory.refresh(&in_force.routing).await;
    if let Err(error) = &looked_up {
        warn!(%error, "channels could not be looked up; they are tried again");
    }
    looked_up.is_ok()
}

/// As [`look_up`]; whoever runs the bot is told what is unknown.
async fn look_up_first(directory: &Directory, in_force: &InForce, listen: &[Listen]) -> bool {
    let looked_up = look_up(directory, in_force).await;
    if looked_up {
        say_unresolved(directory, in_force, listen);
    }
    looked_up
}

/// Whoever runs the bot is told which channels it cannot see, and what to do.
fn say_unresolved(directory: &Directory, in_force: &InForce, listen: &[Listen]) {
    let functions = in_force.routing.functions().iter().map(|function| &function.channel);
    let named: Vec<&ChannelRef> = functions.chain(listen.iter().map(|listen| &listen.channel)).collect();
    for missing in directory.not_resolved(&named) {
        warn!(
            channel = missing.channel,
            cure = en::cure("channel_not_found", &missing.channel),
            "a channel of the configuration is unknown"
        );
    }
    let listened: Vec<&ChannelRef> = listen.iter().map(|listen| &listen.channel).collect();
    for private in directory.private_among(&listened) {
        warn!(cure = en::not_public(&private), "a channel of the configuration is not listened to");
    }
}

/// The digest clock: queues what is due, then sleeps until the next function reads.
async fn digests(clock: Clock, store: SharedStore, in_force: Arc<InForce>, mut stop: watch::Receiver<bool>) {
    loop {
        let now = clock.now();
        let wake = match digest::queue_due(&store, &in_force, now).await {
            Ok(0) => schedule::next(now, &in_force.routing),
            Ok(queued) => {
                info!(queued, "digests queued");
                schedule::next(now, &in_force.routing)
            }
            Err(error) => {
                error!(%error, "digests could not be queued; they are tried again");
                now.checked_add(AGAIN_AFTER).ok()
            }
        };
        let Some(wake) = wake else { return };
        tokio::select! {
            () = clock.sleep_until(wake) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// What is looked after while the bot runs.
struct Caretaker {
    clock: Clock,
    directory: Arc<Directory>,
    in_force: Arc<InForce>,
    sweep: Arc<dyn Fn() + Send + Sync>,
}

impl Caretaker {
    /// Looks up people and channels anew, soon where they are not known yet, and throws away old dead letters.
    async fn run(self, mut looked_up: bool, mut stop: watch::Receiver<bool>) {
        loop {
            let sweep = Arc::clone(&self.sweep);
            self.clock.blocking("sweep dead letters", move || sweep()).await;
            tokio::select! {
                () = self.clock.sleep(if looked_up { REFRESH } else { AGAIN_AFTER }) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            looked_up = look_up(&self.directory, &self.in_force).await;
        }
    }
}

fn vitals(store: SharedStore, counters: Arc<Counters>, by_lines: bool) -> Vitals {
    Arc::new(move || {
        let (store, counters) = (Arc::clone(&store), Arc::clone(&counters));
        async move {
            let outbox = store.outbox().await;
            let lines = counters.lines.load(Ordering::Relaxed);
            let of = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
            Health {
                ok: (lines > 0 || !by_lines) && outbox.is_ok(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                lines,
                newest: store.newest().borrow().0,
                outbox: outbox.map_or(0, |letters| u64::try_from(letters.len()).unwrap_or(u64::MAX)),
                heard: of(&counters.heard),
                duplicates: of(&counters.duplicates),
                unknown: of(&counters.unknown),
                not_kept: of(&counters.not_kept),
            }
        }
        .boxed()
    })
}
