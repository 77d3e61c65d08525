//! The whole program as a process, beside its floors in one run: `cargo bench -p allears --bench receipt`.
//!
//! A receipt takes a request to the simulator, an envelope to the bot, a commit, and the way back. Its floors are what
//! it cannot do without: the simulator's answer to a command that no app has, and one commit of the store alone, on the
//! same disk. The ratio is that of a receipt to their sum. Figures are reported, and asserted nowhere: the goals stand
//! beside them.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints, and stops where it cannot be set up")]

#[path = "../tests/it/program.rs"]
#[expect(dead_code, reason = "shared with the tests, which use more of it")]
mod program;

use std::sync::Arc;
use std::time::Duration;

use allears::app::InForce;
use allears::app::intake::{self, Telling};
use allears::clock::{Clock, guard};
use allears::config::{Config, Env};
use allears::domain::acts::{Act, Change};
use allears::domain::facts::DeliveryKey;
use allears::domain::feedback::{Gesture, Identity, Origin, Verbatim};
use allears::domain::ids::{ChannelId, TenantId, UserId};
use allears::store::local::{LocalOptions, LocalStore};
use allears::store::{SharedStore, Store};
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use slack_sim::Sim;

use program::{Http, Place, Running, allears, number, workspace};

const RECORDS: u64 = 100_000;
const STARTS: usize = 5;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let size = std::fs::metadata(env!("CARGO_BIN_EXE_allears")).unwrap().len();
        println!("binary                 {:>8.1} MB   goal: under 15", megabytes(size));
        receipts().await;
        a_full_store().await;
    });
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "figures for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Durations in order, and what people ask of them.
struct Times(Vec<Duration>);

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    fn at(&self, percent: usize) -> Duration {
        self.0.get((self.0.len() * percent / 100).min(self.0.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    fn print(&self, what: &str, goal: &str) {
        let [p50, p99] = [50, 99].map(|percent| self.at(percent).as_secs_f64() * 1e3);
        println!("{what:<22} {p50:>8.2} ms p50, {p99:>8.2} ms p99   {goal}");
    }
}

/// `/heard` over the demo's control API, by so many people at once.
async fn told(port: u16, command: &str, at_once: usize, each: usize) -> Times {
    let people = (0..at_once).map(|person| async move {
        let (mut page, mut times) = (Http::to(port).await, Vec::with_capacity(each));
        for n in 0..each {
            let text = format!("Customer {person} says that invoice {n} shows the wrong VAT number, for the third time this quarter");
            let body = serde_json::json!({"user": "lee", "channel": "sales", "command": command, "text": text}).to_string();
            let watch = guard::Stopwatch::start();
            let (status, seen) = page.ask("POST /sim/command", "", &body).await;
            times.push(watch.elapsed());
            let read = seen.pointer("/seen/text").and_then(serde_json::Value::as_str).unwrap_or_default();
            assert!(status == 200 && (command != "/heard" || number(read).is_some()), "{status} {seen}");
        }
        times
    });
    Times::of(join_all(people).await.concat())
}

async fn receipts() {
    let mut demo = Running::start(allears(&["demo", "--port", "0"]), b"");
    demo.has_said("Ctrl-C ends", 1).await;
    let port = demo.rest_of("open http://127.0.0.1:").parse().unwrap();
    told(port, "/heard", 1, 100).await;
    let answer = told(port, "/nobody", 1, 2_000).await;
    let commit = commits(2_000).await;
    let one = told(port, "/heard", 1, 2_000).await;
    let many = told(port, "/heard", 64, 100).await;
    answer.print("floor: the simulator", "");
    commit.print("floor: one commit", "");
    one.print("receipt, 1 at a time", "goal: p99 under 20");
    many.print("receipt, 64 at a time", "");
    for percent in [50, 99] {
        let floor = answer.at(percent) + commit.at(percent);
        println!("receipt to floors      {:>8.2} times, p{percent}", one.at(percent).as_secs_f64() / floor.as_secs_f64());
    }
    demo.signal("TERM");
    demo.ends().await;
}

/// The store alone: one change after the other.
async fn commits(most: u64) -> Times {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(LocalOptions::new(folder.path(), Some(TenantId::new("T1"))), Clock::system()).await.unwrap();
    let mut times = vec![];
    for n in 0..most {
        let act = Act::Configure { hash: format!("{n:064}"), functions: vec![], merged: vec![], rollup: false };
        let change = Change::of_the_bot(Clock::system().now(), vec![act]);
        let watch = guard::Stopwatch::start();
        store.commit(change).await.unwrap();
        times.push(watch.elapsed());
    }
    store.close().await;
    Times::of(times)
}

/// A bot that remembers much: how soon it answers, and what it takes when it has nothing to do.
async fn a_full_store() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    fill(&place, &sim).await;
    let (mut starts, mut idle) = (vec![], 0);
    for _ in 0..STARTS {
        let watch = guard::Stopwatch::start();
        let bot = Running::start(place.program_with(&sim, &["serve"]), b"");
        while number(sim.command("lee", "sales", "/heard", "the invoice is wrong").await.unwrap().text()).is_none() {
            guard::within(Duration::from_millis(1), std::future::pending::<()>()).await;
        }
        starts.push(watch.elapsed());
        // Time to come to rest: no output tells of it.
        guard::within(Duration::from_secs(3), std::future::pending::<()>()).await;
        idle = idle.max(resident(bot.id()));
        bot.signal("TERM");
        bot.ends().await;
    }
    let each: Vec<String> = starts.iter().map(|took: &Duration| took.as_millis().to_string()).collect();
    let median = Times::of(starts).at(50).as_secs_f64() * 1e3;
    println!("with {RECORDS} records:");
    println!("start to first receipt {median:>8.0} ms   goal: under 300   (in order: {})", each.join(", "));
    println!("idle memory            {:>8.1} MB   goal: under 60    (the most of {STARTS} starts)", megabytes(idle));
}

/// Tells so much before the bot is there.
async fn fill(place: &Place, sim: &Sim) {
    let tenant = TenantId::new(&sim.team_id());
    let config = Config::load(&place.path("config"), &Env::empty()).unwrap();
    let hash = config.hash();
    let in_force = InForce {
        reminds: true,
        masking: allears::domain::masking::Masking::default(),
        routing: config.routing,
        tagger: Arc::new(config.tagger),
        examples: vec![],
        knowledge: std::sync::RwLock::default(),
        recent: std::sync::Mutex::default(),
        prudence: None,
        accounts: config.accounts,
        filter: Arc::new(config.filter),
        rollup: None,
        alarms: config.alarms,
        kinds: config.kinds,
        of_kinds: config.of_kinds,
        hash,
        command: config.slack.command,
        own_command: config.slack.admin_command,
        reaction: config.slack.reaction,
    };
    let clock = Clock::system();
    let local = Arc::new(LocalStore::open(LocalOptions::new(&place.path("data"), Some(tenant.clone())), clock.clone()).await.unwrap());
    let store: SharedStore = Arc::<LocalStore>::clone(&local);
    let act = Act::Configure { hash: in_force.hash.clone(), functions: in_force.ids(), merged: in_force.merged(), rollup: false };
    store.commit(Change::of_the_bot(clock.now(), vec![act])).await.unwrap();
    let telling = (0..RECORDS).map(|n| {
        let (store, in_force, tenant, now) = (&store, &in_force, &tenant, clock.now());
        async move { intake::tell(store, in_force, now, telling(tenant, n)).await.unwrap() }
    });
    let told = stream::iter(telling).buffer_unordered(256).count().await;
    assert_eq!(u64::try_from(told).unwrap(), RECORDS);
    local.close().await;
}

fn telling(tenant: &TenantId, n: u64) -> Telling {
    let words = format!(
        "Customer {n} says that the invoice for the second quarter shows the wrong VAT number again, and asks whether the \
         contract lets them wait with the payment until a corrected one has come by mail"
    );
    let user = UserId::new(&format!("U{:08}", n % 500));
    Telling {
        teller: Identity { tenant: tenant.clone(), user, name: format!("colleague {}", n % 500) },
        teller_functions: vec![],
        key: DeliveryKey::command(&format!("{n}.bench")),
        message: None,
        customer: None,
        functions: vec![],
        hidden: false,
        urgent: false,
        reaction: None,
        receipt: None,
        channel: ChannelId::new("C1"),
        origin: Origin::Public,
        gesture: Gesture::Command,
        verbatim: Verbatim::parse(&words).unwrap(),
    }
}

/// What a process holds in memory, in bytes.
fn resident(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    kilobytes.and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or(0) * 1024
}
