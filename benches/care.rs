//! A tick of the care clock, and the page at home of a lead, beside a floor of the same run: `cargo bench -p allears --bench care`.
//!
//! A store holds 10,000 open records, then 20,000 closed ones before them as well: nothing is to grow with those. The tick
//! looks at all whose clock runs, where none has anything due, and where all have. The page is that of a lead in whose
//! function 500 wait. The floor is what none can do without: the open records read and decoded once. Figures are
//! reported, and asserted nowhere: the goals stand beside them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench prints figures for people, and stops where it cannot be set up"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use allears::app::reminders::Dues;
use allears::app::{InForce, advocates, council, open, own};
use allears::clock::Clock;
use allears::clock::guard::Stopwatch;
use allears::config::{Config, Env};
use allears::domain::acts::{Act, Change, Hearing};
use allears::domain::care::{Outcome, Step};
use allears::domain::facts::DeliveryKey;
use allears::domain::feedback::{Gesture, Identity, Origin, Verbatim};
use allears::domain::function::FunctionId;
use allears::domain::ids::{ChannelId, FeedbackNo, TenantId, UserId};
use allears::domain::tagging::{PerMille, Tag};
use allears::serve::in_force;
use allears::slack::block_kit;
use allears::store::SharedStore;
use allears::store::local::{LocalOptions, LocalStore};
use allears::texts::en;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const OPEN: u64 = 10_000;
const CLOSED: u64 = 20_000;
/// How many wait in the lead's function.
const THEIRS: u64 = 500;
const ROUNDS: usize = 31;

fn main() {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(async {
        for closed in [0, CLOSED] {
            measure(closed).await;
        }
    });
}

async fn measure(closed: u64) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let in_force = in_force(Config::load(&dir, &Env::empty()).unwrap_or_else(|faults| panic!("{faults}")));
    let folder = tempfile::tempdir().unwrap();
    let local = Arc::new(LocalStore::open(LocalOptions::new(folder.path(), Some(tenant())), Clock::system()).await.unwrap());
    let store: SharedStore = Arc::<LocalStore>::clone(&local);
    fill(&store, &in_force, closed).await;
    println!("{OPEN} open records, {closed} closed before them:");

    let floor = timed(async || store.records(store.watched().await.unwrap()).await.unwrap()).await;
    let idle = timed(async || tick(&store, &in_force, told_at()).await).await;
    let busy = timed(async || tick(&store, &in_force, "2026-12-21T12:00:00Z".parse().unwrap()).await).await;
    let home = timed(async || home(&store, &in_force).await).await;
    floor.print("floor: open rows read", "");
    idle.print("tick, nothing is due", "goal: under 50 ms");
    busy.print("tick, all are due", "");
    home.print("home of a lead", "goal: under 100 ms");
    let to_floor = |times: &Times| times.at(50).as_secs_f64() / floor.at(50).as_secs_f64();
    println!("  to the floor            {:>8.2} times; home {:.2} times", to_floor(&idle), to_floor(&home));
    drop(store);
    local.close().await;
}

async fn tick(store: &SharedStore, in_force: &InForce, now: Timestamp) -> bool {
    Dues::of(store, in_force, now).await.unwrap().reach_somebody(in_force, now)
}

/// The page at home as it is sent; gives its length.
async fn home(store: &SharedStore, in_force: &InForce) -> usize {
    let (who, now) = (person("lead"), told_at());
    let functions = [in_force.ids()[0].clone()];
    let (told, _) = own::told(store, in_force, now, &who).await.unwrap();
    let muted = own::is_muted(store, &who, now).await.unwrap();
    let subscribed = own::subscribed(store, in_force, &who).await.unwrap();
    let open::Theirs { has, waits } = open::theirs(store, in_force, &who, &functions).await.unwrap();
    let serves = advocates::theirs(store, in_force, now, &who).await.unwrap();
    let council = Some(council::pressing(store).await.unwrap());
    let reaches = en::Reaches { muted, subscribed, functions: vec![] };
    let pools = advocates::pools(store, in_force, &who, &functions).await.unwrap();
    let page = en::home(&told, &en::Has { has, waits, serves, pools, council }, &reaches, ("/heard", "/allears"), &[]);
    block_kit(&page).to_string().len()
}

async fn fill(store: &SharedStore, in_force: &InForce, closed: u64) {
    let act = Act::Configure { hash: in_force.hash.clone(), functions: in_force.ids(), merged: in_force.merged(), rollup: false };
    store.commit(Change::of_the_bot(told_at(), vec![act])).await.unwrap();
    let functions = in_force.ids();
    let telling = (0..closed + OPEN).map(|n| {
        let change = told(n, &functions, closed);
        let store = Arc::clone(store);
        async move { store.commit(change).await.unwrap().no.unwrap() }
    });
    let nos: Vec<FeedbackNo> = stream::iter(telling).buffered(512).collect().await;
    let closing = nos.into_iter().take(usize::try_from(closed).unwrap()).map(|no| {
        let reason = Verbatim::parse("it is right now").unwrap();
        let acts = vec![Act::Care { no, step: Step::Close(Outcome::Done, Some(reason)) }];
        let change = Change { at: told_at(), by: Some(person("closer")), keys: vec![], expects: vec![], acts };
        // Long ago: whoever told it was asked whether the customer knows, too.
        let asked = Change::of_the_bot(told_at(), vec![Act::Care { no, step: Step::AskAgain }]);
        let store = Arc::clone(store);
        async move {
            store.commit(change).await.unwrap();
            store.commit(asked).await.unwrap()
        }
    });
    let closed: Vec<_> = stream::iter(closing).buffered(512).collect().await;
    drop(closed);
}

fn told(n: u64, functions: &[FunctionId], closed: u64) -> Change {
    let others = functions.len() - 1;
    let theirs = n >= closed && n < closed + THEIRS;
    let function = if theirs { &functions[0] } else { &functions[1 + usize::try_from(n).unwrap() % others] };
    let tag = Tag { function: function.clone(), p: PerMille(800), evidence: vec![], learned: 0 };
    let text = format!("customer {n} says that the invoice of march shows the wrong number, for the third time this quarter");
    let hearing = Hearing {
        verbatim: Verbatim::parse(&text).unwrap(),
        source: None,
        thread: None,
        parts: vec![],
        channel: ChannelId::new("C1"),
        origin: Origin::Public,
        gesture: Gesture::Command,
        teller_functions: vec![],
        author: None,
        tags: vec![tag],
        chosen: false,
        customer: None,
        hidden: false,
        kind: None,
        urgent: None,
        masked: vec![],
        is_fresh: true,
        turns: vec![],
        receipt: None,
        until: None,
    };
    let keys = vec![DeliveryKey::command(&format!("{n}.1"))];
    let by = Some(person(&format!("U{}", n % 200)));
    Change { at: told_at(), by, keys, expects: vec![], acts: vec![Act::Hear(Box::new(hearing))] }
}

/// A Monday at ten.
fn told_at() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

fn person(name: &str) -> Identity {
    Identity { tenant: tenant(), user: UserId::new(name), name: name.to_owned() }
}

fn tenant() -> TenantId {
    TenantId::new("E0123456789")
}

struct Times(Vec<Duration>);

async fn timed<T>(step: impl AsyncFn() -> T) -> Times {
    let mut times = vec![];
    for _ in 0..ROUNDS {
        let watch = Stopwatch::start();
        let made = step().await;
        times.push(watch.elapsed());
        drop(made);
    }
    times.sort_unstable();
    Times(times)
}

impl Times {
    /// So many in a hundred took less.
    fn at(&self, percent: usize) -> Duration {
        self.0[self.0.len() * percent / 100]
    }

    fn print(&self, what: &str, beside: &str) {
        let [least, middle, most] = [0, 50, 90].map(|percent| self.at(percent).as_secs_f64() * 1e3);
        println!("  {what:<24}{middle:>8.2} ms   ({least:.2} at least, {most:.2} p90) {beside}");
    }
}
