//! Changes to offer, and stores to offer them to.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::domain::acts::{Act, Change, Editing, Hearing};
use crate::domain::facts::{DeliveryKey, Entry};
use crate::domain::feedback::{Gesture, Identity, Origin, Source, Verbatim};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, TenantId, UserId};
use crate::domain::tagging::{Evidence, PerMille, Span, Tag};
use crate::store::local::disk::Disk;
use crate::store::local::layout::Header;
use crate::store::local::line::decode;
use crate::store::local::lines::Lines;
use crate::store::local::options::{LocalOptions, Machine};
use crate::store::local::{LocalStore, OpenError};

pub(crate) fn tenant() -> TenantId {
    TenantId::new("E1")
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

pub(crate) fn function(id: &str) -> FunctionId {
    FunctionId::parse(id).unwrap()
}

pub(crate) fn source(n: u64) -> Source {
    Source { tenant: tenant(), channel: ChannelId::new("C1"), ts: format!("17900000{n:02}.000100") }
}

pub(crate) fn tag(id: &str, end: u32) -> Tag {
    let evidence = vec![Evidence { rule: "r1".to_owned(), span: Span { start: 0, end }, says: 0 }];
    Tag { function: function(id), p: PerMille(800), evidence, learned: 0 }
}

pub(crate) fn somebody(user: &str, name: &str) -> Identity {
    Identity { tenant: tenant(), user: UserId::new(user), name: name.to_owned() }
}

pub(crate) fn hearing(text: &str) -> Hearing {
    Hearing {
        verbatim: Verbatim::parse(text).unwrap(),
        source: None,
        channel: ChannelId::new("C1"),
        origin: Origin::Public,
        gesture: Gesture::Command,
        teller_functions: vec![function("sales")],
        thread: None,
        parts: vec![],
        author: None,
        tags: vec![tag("finance", 3)],
        chosen: false,
        customer: None,
        hidden: false,
        urgent: None,
        masked: vec![],
        kind: None,
        is_fresh: true,
        turns: vec![],
        receipt: None,
        until: None,
    }
}

pub(crate) fn editing(no: FeedbackNo, verbatim: Verbatim, tags: Vec<Tag>) -> Editing {
    Editing { no, verbatim, parts: vec![], tags, customer: None }
}

/// Somebody tells something, known by a key.
pub(crate) fn told(key: &str, text: &str) -> Change {
    let by = Some(somebody("U1", "Ada"));
    Change { at: at(0), by, keys: vec![DeliveryKey::event(key)], expects: vec![], acts: vec![Act::Hear(Box::new(hearing(text)))] }
}

pub(crate) fn change(acts: Vec<Act>) -> Change {
    Change::of_the_bot(at(0), acts)
}

pub(crate) fn options(dir: &Path) -> LocalOptions {
    let mut options = LocalOptions::new(dir, Some(tenant()));
    options.limits.lock_wait = Duration::from_secs(5);
    options
}

pub(crate) async fn open(options: LocalOptions) -> Result<LocalStore, OpenError> {
    let dir = options.dir.clone();
    let machine = Machine { die: Arc::new(|why| panic!("{why}")), ..Machine::real(&dir, options.free.clone()) };
    LocalStore::open_on(machine, options, Clock::system()).await
}

/// Closes a store and waits until another may open its directory.
pub(crate) async fn shut(store: LocalStore) {
    store.close().await;
    drop(store);
}

/// All that stands in a journal.
pub(in crate::store::local) fn log_of(disk: &dyn Disk) -> Vec<Entry> {
    let mut log = vec![];
    for name in disk.names("journal").unwrap() {
        let file = disk.open(&format!("journal/{name}")).unwrap();
        let (_, start) = Header::read(&*file).unwrap().unwrap();
        let mut lines = Lines::from(&*file, start);
        while let Some(line) = lines.next().unwrap() {
            log.push(decode(line.bytes).unwrap());
        }
    }
    log
}

/// Whether the long check runs.
#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not configuration")]
pub(crate) fn long() -> bool {
    std::env::var("ALLEARS_LONG").is_ok()
}
