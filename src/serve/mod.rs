//! The bot, put together: store, Slack, loops, and how it stops.

mod asking;
mod care_clock;
mod caretaker;
mod digest_clock;
mod learning;
mod model;
mod hints;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::{error, warn};

use asking::questions;
use care_clock::care;
use caretaker::Caretaker;
use digest_clock::digests;
use hints::hinting;
use learning::{begin, learning};
use model::Model;

use crate::app::{InForce, RollupPlan, intake};
use crate::clock::{Clock, guard};
use crate::config::{Address, Config, Reach, Rollup, Secrets};
use crate::domain::acts::{Act, Change};
use crate::domain::ids::TenantId;
use crate::domain::prudence::Prudence;
use crate::domain::routing::Schedule;
use crate::slack::{
    AuthTest, Backfills, CallError, CatchUp, Counters, DeadLetters, Delivery, Desk, Directory, Door, Ended, Ending, Exchange, Gaps, Grants,
    Guards, Home, Lines, Listened, Pace, SecondLook, Slack, SlackError, is_kept_already,
};
use crate::store::local::{self, LocalOptions, LocalStore};
use crate::store::memory::MemoryStore;
use crate::store::{CommitError, LeftOutInMemory, SharedLeftOuts, SharedStore};
use crate::texts::en;
use crate::web::{self, Health, Vitals};

/// How long the bot may take to stop; whoever stops it waits ten seconds.
const DRAIN: Duration = Duration::from_secs(9);

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
    /// Limits on real time.
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
    /// No connection to a language model can be made.
    #[error("a language model cannot be asked for hints: {0}; look at [hints] in allears.toml")]
    Hints(std::io::Error),
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
    left_outs: SharedLeftOuts,
    /// Where dead letters lie; none where they are not kept.
    letters: Option<Arc<local::DeadLetters>>,
    /// The data directory, which is ours until the store is closed.
    dir: Option<PathBuf>,
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
        let slack = Arc::new(Slack::new(&config.slack.api_url, &secrets, clock.clone())?);
        let who = slack.auth_test().await.map_err(|error| StartError::Auth { error_code: error.code().to_owned(), error })?;
        let (org_wide, home) = (who.is_enterprise_install, home(who, &config));
        let grants = granted(&config.slack.api_url, &secrets, &clock).await;
        let model =
            config.hints.as_ref().map(|hints| Model::of(hints, secrets.hints_key.clone())).transpose().map_err(StartError::Hints)?;
        let opened = open(keep, home.tenant.clone(), &clock, on_progress).await?;
        let in_force = Arc::new(take_up(config, &opened.store, &clock).await?);
        let directory = Arc::new(Directory::new(Arc::clone(&slack), clock.clone(), org_wide));
        let desk = Arc::new(Desk {
            clock: clock.clone(),
            store: Arc::clone(&opened.store),
            in_force,
            directory: Arc::clone(&directory),
            slack: Arc::clone(&slack),
            asides: Arc::default(),
            home,
            dead_letters: opened.dead_letters,
            left_outs: opened.left_outs,
            counters: Arc::default(),
            ending: Ending::default(),
            gaps: gaps(&secrets.reach),
            grants: Arc::clone(&grants),
            errands: Arc::default(),
            mended: Arc::default(),
            cared: Arc::default(),
            rescheduled: Arc::default(),
        });
        let caretaker = Caretaker { desk: Arc::clone(&desk), letters: opened.letters.clone() };
        let looked_up = caretaker.begin().await;
        let stop = watch::Sender::new(false);
        let delivery = Delivery::of(&desk);
        let (doubted, until, digests) = (delivery.begin().await, stop.subscribe(), digests(Arc::clone(&desk), stop.subscribe()));
        let learning = learning(Arc::clone(&desk), begin(&desk).await, stop.subscribe());
        let caring = caretaker.run(looked_up, stop.subscribe());
        let mut loops = vec![clock.spawn(digests), clock.spawn(caring), clock.spawn(async move { delivery.run(doubted, until).await })];
        loops.extend([clock.spawn(learning), clock.spawn(care(Arc::clone(&desk), stop.subscribe()))]);
        loops.extend(model.map(|model| clock.spawn(hinting(Arc::clone(&desk), model, stop.subscribe()))));
        loops.extend(readers(&desk, &clock, &stop));
        loops.extend(second_looks(opened.letters, &desk, &clock, stop.subscribe()));
        loops.extend(opened.dir.and_then(|dir| questions(&dir, &desk, stop.subscribe())));
        let ending = desk.ending.clone();
        let exchange = Exchange { slack, desk: Arc::clone(&desk), clock: clock.clone(), guards, ending: ending.clone() };
        let (lines, door) = ways_in(secrets.reach, exchange);
        if let Some(listener) = listener {
            let vitals = vitals(Arc::clone(&opened.store), Arc::clone(&desk.counters), lines.is_some());
            loops.push(clock.spawn(answering(web::serve(listener, vitals, door, stop.subscribe()))));
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

/// Answers over HTTP until it is stopped.
async fn answering(serving: impl Future<Output = std::io::Result<()>>) {
    if let Err(error) = serving.await {
        error!(%error, "health is not answered any more");
    }
}

/// What reads messages that stand in Slack: what was missed, and what was said before.
fn readers(desk: &Arc<Desk>, clock: &Clock, stop: &watch::Sender<bool>) -> [JoinHandle<()>; 2] {
    let pace = Arc::new(Pace::default());
    [
        clock.spawn(CatchUp::new(Arc::clone(desk), &pace, stop.subscribe()).run()),
        clock.spawn(Backfills::new(Arc::clone(desk), &pace, stop.subscribe()).run()),
    ]
}

/// What is in force by the configuration.
pub fn in_force(config: Config) -> InForce {
    let hash = config.hash();
    let rollup = config.rollup.zip(config.routing.functions().first()).map(|(Rollup { channel, day, at, zone }, first)| {
        let zone = zone.unwrap_or_else(|| first.digest.zone.clone());
        RollupPlan { channel, schedule: Schedule { at, zone, weekdays: [day].into(), holidays: [].into() } }
    });
    InForce {
        rollup,
        reminds: config.reminds,
        masking: config.masking,
        routing: config.routing,
        tagger: Arc::new(config.tagger),
        examples: config.examples,
        knowledge: RwLock::default(),
        recent: Mutex::default(),
        prudence: config.hints.map(|hints| Mutex::new(Prudence::of(hints.daily))),
        accounts: config.accounts,
        filter: Arc::new(config.filter),
        alarms: config.alarms,
        kinds: config.kinds,
        of_kinds: config.of_kinds,
        hash,
        command: config.slack.command,
        own_command: config.slack.admin_command,
        reaction: config.slack.reaction,
    }
}

/// Who we are.
fn home(who: AuthTest, config: &Config) -> Home {
    Home {
        tenant: TenantId::new(who.enterprise_id.as_deref().unwrap_or(&who.team_id)),
        team: who.team_id,
        enterprise: who.enterprise_id,
        user: who.user_id,
        admins: config.admins.clone(),
        listened: config.listen.iter().map(Listened::of).collect(),
    }
}

fn gaps(reach: &Reach) -> Gaps {
    match reach {
        Reach::Socket(_) => Gaps::by_lines(),
        Reach::Http(_) => Gaps::by_requests(),
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

/// Where dead letters are kept, they are looked at again when somebody asks.
fn second_looks(
    letters: Option<Arc<local::DeadLetters>>,
    desk: &Arc<Desk>,
    clock: &Clock,
    stop: watch::Receiver<bool>,
) -> Option<JoinHandle<()>> {
    let second_look = SecondLook { clock: clock.clone(), desk: Arc::clone(desk), letters: letters? };
    Some(clock.spawn(second_look.run(stop)))
}

async fn open(keep: Keep, tenant: TenantId, clock: &Clock, on_progress: local::OnProgress) -> Result<Opened, StartError> {
    let left_outs = Arc::new(LeftOutInMemory::default());
    let opened = |store| Opened { store, local: None, dead_letters: Arc::new(|_| {}), left_outs, letters: None, dir: None };
    let dir = match keep {
        Keep::InMemory => return Ok(opened(Arc::new(MemoryStore::default()))),
        Keep::Given(store) => return Ok(opened(store)),
        Keep::In(dir) => dir,
    };
    let options = LocalOptions { on_progress, ..LocalOptions::new(&dir, Some(tenant)) };
    let store = Arc::new(LocalStore::open(options, clock.clone()).await?);
    let (letters, left_outs) = (Arc::new(local::DeadLetters::of(&dir)), Arc::new(local::LeftOutDays::of(&dir)));
    // One at a time, as it must be; lines and envelopes bring them side by side.
    let (kept, clock) = (Mutex::new(Arc::clone(&letters)), clock.clone());
    let dead_letters: DeadLetters = Arc::new(move |frame| {
        if is_kept_already() {
            return;
        }
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = kept.keep(clock.now(), frame) {
            warn!(%error, "a dead letter could not be kept");
        }
    });
    let shared: SharedStore = Arc::<LocalStore>::clone(&store);
    Ok(Opened { store: shared, local: Some(store), dead_letters, left_outs, letters: Some(letters), dir: Some(dir) })
}

/// What is in force from here on, noted, with what was told last.
async fn take_up(config: Config, store: &SharedStore, clock: &Clock) -> Result<InForce, StartError> {
    let in_force = in_force(config);
    note_configuration(store, &in_force, clock).await?;
    if let Err(error) = intake::remember(store, &in_force).await {
        warn!(%error, "what was told last could not be read: who tells the same is not told of it");
    }
    Ok(in_force)
}

async fn note_configuration(store: &SharedStore, in_force: &InForce, clock: &Clock) -> Result<(), CommitError> {
    let act = Act::Configure {
        hash: in_force.hash.clone(),
        functions: in_force.ids(),
        merged: in_force.merged(),
        rollup: in_force.rollup.is_some(),
    };
    store.commit(Change::of_the_bot(clock.now(), vec![act])).await.map(|_| ())
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
