//! Directories and disks that are not as they should be, and limits that are reached.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use super::sim::SimDisk;
use super::support::*;
use crate::clock::Clock;
use crate::domain::acts::{Act, Change, Editing, Hearing};
use crate::domain::feedback::{Customer, Gesture, Verbatim, Why};
use crate::domain::follow::{Message, Words, compose};
use crate::domain::ids::{FeedbackNo, PersonNo, Seq, TenantId};
use crate::domain::views::Unreadable;
use crate::store::local::options::{LocalOptions, Machine};
use crate::store::local::views::{OpenRows, Rows};
use crate::store::local::{Fatal, LocalStore, Notice, OpenError, rebuild};
use crate::store::rows::{Base, Pair, Written};
use crate::store::{CommitError, Store};

#[tokio::test]
async fn a_held_directory_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(options(dir.path())).await.unwrap();
    let mut second = options(dir.path());
    second.limits.lock_wait = Duration::ZERO;
    let refused = open(second.clone()).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("another instance holds {}: stop it, or give this one a data directory of its own", dir.path().display())
    );
    assert!(matches!(rebuild(&second, &Clock::system()), Err(OpenError::Held(_))));
    shut(store).await;
    shut(open(second).await.unwrap()).await;
}

#[tokio::test]
async fn waits_for_the_instance_before_it() {
    let disk = SimDisk::new(1);
    let machine =
        |disk: &SimDisk| Machine { disk: Arc::new(disk.clone()), rows: Arc::new(disk.clone()), die: Arc::new(|why| panic!("{why}")) };
    let lock = crate::store::local::disk::Disk::lock(&disk, "lock").unwrap();
    let opening = LocalStore::open_on(machine(&disk), options(Path::new("/simulated")), Clock::system());
    let free = async {
        tokio::task::yield_now().await;
        drop(lock);
    };
    let (opened, ()) = tokio::join!(opening, free);
    shut(opened.unwrap()).await;
}

#[tokio::test]
async fn another_workspace_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    shut(open(options(dir.path())).await.unwrap()).await;
    let mut other = options(dir.path());
    other.tenant = Some(TenantId::new("E2"));
    let refused = open(other.clone()).await.unwrap_err().to_string();
    assert!(refused.contains("belongs to workspace E1, not to E2"), "{refused}");
    other.tenant = None;
    shut(open(other).await.unwrap()).await;
}

#[tokio::test]
async fn a_tool_finds_nothing_where_nothing_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut tool = options(&dir.path().join("store"));
    tool.tenant = None;
    assert!(matches!(open(tool).await, Err(OpenError::Nothing(_))));
}

#[tokio::test]
async fn a_newer_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    shut(open(options(dir.path())).await.unwrap()).await;
    let format = dir.path().join("format");
    assert_eq!(std::fs::read_to_string(&format).unwrap(), "1\n");
    std::fs::write(&format, "2\n").unwrap();
    let refused = open(options(dir.path())).await.unwrap_err();
    assert!(matches!(refused, OpenError::Newer { .. }), "{refused}");
    // A power cut left it empty.
    std::fs::write(&format, "").unwrap();
    shut(open(options(dir.path())).await.unwrap()).await;
    assert_eq!(std::fs::read_to_string(&format).unwrap(), "1\n");
}

#[tokio::test]
async fn an_unknown_fact_is_refused_and_nothing_is_cut() {
    for (from, to) in [("\"k\":\"heard\"", "\"k\":\"sung\""), ("\"v\":1", "\"v\":2")] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(options(dir.path())).await.unwrap();
        store.commit(told("e1", "words")).await.unwrap();
        shut(store).await;
        std::fs::remove_dir_all(dir.path().join("views")).unwrap();
        let file = dir.path().join("journal/00000000000000000001.jsonl");
        let newer = resealed(&std::fs::read_to_string(&file).unwrap(), from, to);
        std::fs::write(&file, &newer).unwrap();
        let refused = open(options(dir.path())).await.unwrap_err();
        assert!(matches!(&refused, OpenError::Newer { .. }), "{refused}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), newer);
    }
}

/// A journal whose last line says something else, with a good checksum.
fn resealed(journal: &str, from: &str, to: &str) -> String {
    let (header, line) = journal.trim_end().split_once('\n').unwrap();
    let (head, words) = line[18..].split_once('\t').unwrap();
    let head = head.replace(from, to);
    format!("{header}\n{:08x} {} {head}\t{words}\n", crc32fast::hash(head.as_bytes()), &line[9..17])
}

#[tokio::test]
async fn a_place_that_cannot_be_written_to_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a-file");
    std::fs::File::create(&file).unwrap().write_all(b"x").unwrap();
    let refused = open(options(&file)).await.unwrap_err();
    assert!(refused.to_string().contains("must be a directory that this user may write to"), "{refused}");
    let refused = open(options(&file.join("below"))).await.unwrap_err();
    assert!(matches!(refused, OpenError::Unusable { .. }), "{refused}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let store = open(options(&data)).await.unwrap();
    store.commit(told("e1", "words")).await.unwrap();
    shut(store).await;
    let mode = |path: &str| std::fs::metadata(data.join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(""), mode("journal")], [0o700, 0o700]);
    assert_eq!([mode("lock"), mode("format"), mode("journal/00000000000000000001.jsonl")], [0o600, 0o600, 0o600]);
}

#[tokio::test]
async fn blanked_words_are_spaces_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(options(dir.path())).await.unwrap();
    store.commit(told("e1", "confidential \"words\"")).await.unwrap();
    store.commit(told("e2", "others stay")).await.unwrap();
    let file = dir.path().join("journal/00000000000000000001.jsonl");
    let before = std::fs::read_to_string(&file).unwrap();
    assert!(before.contains("confidential") && before.contains("Ada"));
    store.commit(change(vec![Act::Withdraw { no: FeedbackNo(1), why: Why::Undone }])).await.unwrap();
    store.commit(change(vec![Act::Erase(PersonNo(1))])).await.unwrap();
    let after = std::fs::read_to_string(&file).unwrap();
    assert!(!after.contains("confidential") && !after.contains("Ada") && !after.contains("U1") && after.contains("others stay"));
    // Offsets stay, heads stay, and no checksum tells what it was.
    for (old, new) in before.lines().zip(after.lines()).skip(1).take(1) {
        assert_eq!((old.len(), old.split('\t').next().unwrap()[18..].len()), (new.len(), new.split('\t').next().unwrap()[18..].len()));
        assert_eq!(old[..8], new[..8]);
        assert_ne!(old[9..17], new[9..17]);
    }
    assert!(store.lingering_since().unwrap().is_some());
    shut(store).await;
    let store = open(options(dir.path())).await.unwrap();
    assert_eq!(store.notices(), [Notice::Renewed]);
    assert_eq!(store.lingering_since(), Ok(None));
    shut(store).await;
    for file in files_below(dir.path()) {
        let bytes = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(!bytes.contains("confidential") && !bytes.contains("Ada"), "{}", file.display());
    }
    shut(open(options(dir.path())).await.unwrap()).await;
}

/// A record of a thread of two messages, told of a customer by name, with a reply; the words of all of them begin alike.
fn told_of(n: u64, words: &str) -> Vec<Change> {
    let messages = [n, n + 1].map(|n| Message { ts: source(n).ts, edited: None, author: String::new(), text: format!("{words}-said-{n}") });
    let Words { verbatim, parts } = compose(&messages).unwrap();
    let customer = Some(Customer::Named(format!("{words}-customer")));
    let hearing = Hearing { source: Some(source(n)), verbatim, parts, customer, gesture: Gesture::Reaction, ..hearing("-") };
    let by = |acts| Change { by: Some(somebody("U1", "Ada")), ..change(acts) };
    let reacted = Act::React { source: source(n), at: "1790000000.000100".to_owned(), on: true };
    let reply = Act::Reply { no: FeedbackNo(n), source: source(n + 50), words: Some(parsed(&format!("{words}-reply"))) };
    // Every second number is left out, so that a record has the number of its first message.
    vec![by(vec![reacted, Act::Hear(Box::new(hearing))]), by(vec![reply]), told(&format!("stays-{n}"), "stays")]
}

fn parsed(text: &str) -> Verbatim {
    Verbatim::parse(text).unwrap()
}

/// Words, names of customers and replies go at once from journal and rows, and from all files when the views are folded.
#[tokio::test]
async fn what_was_taken_back_is_in_no_file() {
    let no = FeedbackNo;
    let customer = |name: &str| Some(Customer::Named(name.to_owned()));
    let anew = |n, customer| Act::Edit(Box::new(Editing { customer, ..editing(no(n), parsed("stays"), vec![]) }));
    let off = |second| Act::React { source: source(7), at: format!("1790000{second}.000100"), on: false };
    let reply = |n, words: Option<&str>| Act::Reply { no: no(n), source: source(n + 50), words: words.map(parsed) };
    let taken_back: Vec<Vec<Act>> = vec![
        vec![Act::Withdraw { no: no(1), why: Why::Undone }],
        vec![Act::Withdraw { no: no(3), why: Why::ByAuthor }],
        vec![Act::WithdrawSource(source(5)), Act::WithdrawSource(source(6))],
        vec![off("300")],
        vec![anew(9, customer("stays-too")), reply(9, Some("stays as well"))],
        vec![anew(11, None), reply(11, None)],
        vec![anew(13, customer("gone-again")), Act::WithdrawSource(source(63))],
        vec![anew(13, customer("stays-last"))],
    ];
    let dir = tempfile::tempdir().unwrap();
    let store = open(options(dir.path())).await.unwrap();
    for change in (1..15).step_by(2).flat_map(|n| told_of(n, "gone")) {
        assert!(!store.commit(change).await.unwrap().duplicate);
    }
    let journal = || String::from_utf8(std::fs::read(dir.path().join("journal/00000000000000000001.jsonl")).unwrap()).unwrap();
    for what in ["gone-said-14", "gone-customer", "gone-reply"] {
        assert!(journal().contains(what), "{what}");
    }
    for acts in taken_back {
        // Deleted message by message: what one act leaves the next one takes.
        for act in acts {
            let change = Change { by: Some(somebody("U1", "Ada")), ..change(vec![act.clone()]) };
            assert!(!store.commit(change).await.unwrap().duplicate, "{act:?}");
        }
    }
    let rows = store.views().scan(&[1], &[255], usize::MAX).unwrap();
    let rows: String = rows.iter().map(|(_, row)| String::from_utf8_lossy(row)).collect();
    for (place, text) in [("the journal", journal()), ("the rows", rows)] {
        let found = text.match_indices("gone").map(|(at, _)| text[at..].chars().take(20).collect::<String>());
        assert_eq!(found.collect::<Vec<_>>(), Vec::<String>::new(), "in {place}");
        for word in ["stays-too", "stays as well", "stays-last"] {
            assert!(text.contains(word), "{word} is not in {place}");
        }
    }
    shut(store).await;
    rebuild(&options(dir.path()), &Clock::system()).unwrap();
    for file in files_below(dir.path()) {
        assert!(!String::from_utf8_lossy(&std::fs::read(&file).unwrap()).contains("gone"), "{}", file.display());
    }
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn damaged_views_are_moved_aside_and_folded_anew() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(options(dir.path())).await.unwrap();
    for n in 0..100 {
        store.commit(told(&format!("e{n}"), "words")).await.unwrap();
    }
    shut(store).await;
    for file in files_below(&dir.path().join("views")) {
        let length = std::fs::metadata(&file).unwrap().len();
        std::fs::write(&file, vec![0xA5; usize::try_from(length).unwrap()]).unwrap();
    }
    let store = open(options(dir.path())).await.unwrap();
    assert!(matches!(store.notices(), [Notice::Aside { .. }]), "{:?}", store.notices());
    assert_eq!(store.record(FeedbackNo(100)).await.unwrap().unwrap().verbatim, "words");
    assert_eq!(*store.newest().borrow(), Seq(100));
    shut(store).await;
}

/// Views that do as a test says.
struct Odd {
    open: fn() -> Result<(), Unreadable>,
    gate: Option<Arc<Mutex<mpsc::Receiver<()>>>>,
    rows: SimDisk,
}

struct Gated(Arc<dyn Rows>, Option<Arc<Mutex<mpsc::Receiver<()>>>>);

impl Base for Gated {
    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Unreadable> {
        self.0.value(key)
    }
    fn scan(&self, from: &[u8], below: &[u8], most: usize) -> Result<Vec<Pair>, Unreadable> {
        self.0.scan(from, below, most)
    }
}

impl Rows for Gated {
    fn apply(&self, batch: Written) -> Result<(), Unreadable> {
        if let Some(gate) = &self.1 {
            // Ends when the test lets go of the other side.
            assert!(gate.lock().unwrap().recv().is_err());
        }
        self.0.apply(batch)
    }
    fn flush(&self) -> Result<(), Unreadable> {
        self.0.flush()
    }
}

impl OpenRows for Odd {
    fn wait_until_closed(&self, _: &Path) -> Result<(), Unreadable> {
        Ok(())
    }

    fn open(&self, folder: &Path) -> Result<Arc<dyn Rows>, Unreadable> {
        (self.open)()?;
        Ok(Arc::new(Gated(OpenRows::open(&self.rows, folder)?, self.gate.clone())))
    }
}

/// A store whose views wait at a gate, with what it would have died of.
fn gated() -> (Machine, mpsc::Sender<()>, mpsc::Receiver<Fatal>) {
    let disk = SimDisk::new(1);
    let (open_gate, gate) = mpsc::channel();
    let (die, deaths) = mpsc::channel();
    let rows = Arc::new(Odd { open: || Ok(()), gate: Some(Arc::new(Mutex::new(gate))), rows: disk.clone() });
    let die = Arc::new(move |why| drop(die.send(why)));
    (Machine { disk: Arc::new(disk), rows, die }, open_gate, deaths)
}

#[tokio::test]
async fn views_that_do_not_open_in_time_end_the_process_and_are_moved_aside() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(options(dir.path())).await.unwrap();
    store.commit(told("e1", "words")).await.unwrap();
    shut(store).await;
    let mut hasty: LocalOptions = options(dir.path());
    hasty.limits.views_open = Duration::from_millis(5);
    let (die, deaths) = mpsc::channel();
    let hangs = Odd {
        open: || {
            std::thread::park_timeout(Duration::from_secs(1));
            Err(Unreadable("late".to_owned()))
        },
        gate: None,
        rows: SimDisk::new(1),
    };
    let die = Arc::new(move |why| drop(die.send(why)));
    let machine = Machine { rows: Arc::new(hangs), die, ..Machine::real(dir.path(), None) };
    assert!(matches!(LocalStore::open_on(machine, hasty, Clock::system()).await, Err(OpenError::Ended(_))));
    assert_eq!(deaths.recv().unwrap(), Fatal::Stuck("open the views"));
    let store = open(options(dir.path())).await.unwrap();
    assert!(matches!(store.notices(), [Notice::Aside { .. }]), "{:?}", store.notices());
    assert_eq!(store.record(FeedbackNo(1)).await.unwrap().unwrap().verbatim, "words");
    shut(store).await;
    let store = open(options(dir.path())).await.unwrap();
    assert!(store.notices().is_empty());
    shut(store).await;
}

#[tokio::test]
async fn a_step_that_hangs_ends_the_process() {
    let (machine, open_gate, deaths) = gated();
    let mut options = options(Path::new("/simulated"));
    // Long enough for a step that is only slow, on a machine that does much else.
    options.limits.step = Duration::from_millis(400);
    let store = Arc::new(LocalStore::open_on(machine, options, Clock::system()).await.unwrap());
    let commit = Clock::system().spawn({
        let store = Arc::clone(&store);
        async move { store.commit(told("e1", "words")).await }
    });
    let death = tokio::task::spawn_blocking(move || deaths.recv().unwrap()).await.unwrap();
    // On a busy machine an earlier step may have been slow enough already.
    assert!(matches!(death, Fatal::Stuck(_)), "{death:?}");
    drop(open_gate);
    commit.await.unwrap().unwrap();
    store.close().await;
}

#[tokio::test]
async fn more_than_may_wait_are_told_to_come_again() {
    let (machine, open_gate, _deaths) = gated();
    let mut options = options(Path::new("/simulated"));
    options.limits.waiting = 2;
    let store = Arc::new(LocalStore::open_on(machine, options, Clock::system()).await.unwrap());
    // The writer stands at the gate with the first group; then two wait, and no more may.
    let mut waiting = vec![];
    let busy = loop {
        let mut offer = store.commit(told(&format!("e{}", waiting.len()), "words"));
        match futures_util::poll!(&mut offer) {
            std::task::Poll::Pending => waiting.push(offer),
            std::task::Poll::Ready(answer) => break answer,
        }
    };
    assert_eq!(busy, Err(CommitError::Busy));
    drop(open_gate);
    for offer in waiting {
        offer.await.unwrap();
    }
    store.commit(told("last", "words")).await.unwrap();
    store.close().await;
    assert_eq!(store.commit(told("after", "words")).await, Err(CommitError::Closed));
}

/// Words are never blanked by the write that they came with: half done, it could not be told from a torn write.
#[tokio::test]
async fn what_takes_back_words_of_its_own_group_waits_for_the_next() {
    let (machine, open_gate, _deaths) = gated();
    let disk = Arc::clone(&machine.disk);
    let store = LocalStore::open_on(machine, options(Path::new("/simulated")), Clock::system()).await.unwrap();
    let offers = [
        told("e1", "stands at the gate"),
        told("e2", "comes and goes"),
        told("e3", "stays"),
        change(vec![Act::Withdraw { no: FeedbackNo(1), why: Why::Undone }]),
        change(vec![Act::Withdraw { no: FeedbackNo(2), why: Why::Undone }]),
        told("e4", "comes after"),
    ];
    let mut answers: Vec<_> = offers.into_iter().map(|offer| store.commit(offer)).collect();
    for answer in &mut answers {
        assert!(futures_util::poll!(answer).is_pending());
    }
    drop(open_gate);
    for answer in answers {
        answer.await.unwrap();
    }
    store.close().await;
    let log = log_of(&*disk);
    assert!(log[3].head.group > Seq(1) && log[4].head.group > Seq(2), "{:?}", log.iter().map(|entry| entry.head.group).collect::<Vec<_>>());
    assert_eq!(log[1].words.last().unwrap().trim(), "");
}

#[tokio::test]
async fn files_of_the_journal_have_an_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(dir.path());
    options.limits.segment_bytes = 4096;
    let store = open(options.clone()).await.unwrap();
    for n in 0..60 {
        store.commit(told(&format!("e{n}"), &format!("words {n}"))).await.unwrap();
    }
    store.commit(change(vec![Act::Withdraw { no: FeedbackNo(3), why: Why::Undone }])).await.unwrap();
    shut(store).await;
    let files = files_below(&dir.path().join("journal"));
    assert!(files.len() > 5, "{}", files.len());
    assert!(files.iter().all(|file| std::fs::metadata(file).unwrap().len() < 5000));
    assert!(files.iter().all(|file| !std::fs::read_to_string(file).unwrap().contains("words 2\"")));
    std::fs::remove_dir_all(dir.path().join("views")).unwrap();
    let store = open(options).await.unwrap();
    assert_eq!(*store.newest().borrow(), Seq(61));
    shut(store).await;
}

/// sled's deadlock in one thread: insert, change and delete again and again (`engines.md`, fault 2).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_locks_sled_up_does_not_lock_us_up() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(options(dir.path())).await.unwrap());
    let (records, rounds) = if long() { (10_000, 4) } else { (600, 2) };
    let work = async {
        for round in 0..rounds {
            in_groups(records, |n| told(&format!("e{round}-{n}"), "words that come and go"), &store).await;
            let first = FeedbackNo(u64::from(records * round));
            let no = |n: u32| FeedbackNo(first.0 + u64::from(n) + 1);
            let anew = Verbatim::parse("other words").unwrap();
            in_groups(records, |n| change(vec![Act::Edit(Box::new(editing(no(n), anew.clone(), vec![])))]), &store).await;
            in_groups(records, |n| change(vec![Act::Withdraw { no: no(n), why: Why::Undone }]), &store).await;
        }
    };
    let limit = Duration::from_secs(if long() { 300 } else { 40 });
    crate::clock::guard::within(limit, work).await.expect("the writer hangs");
    store.close().await;
}

async fn in_groups(records: u32, of: impl Fn(u32) -> Change, store: &LocalStore) {
    let all: Vec<u32> = (0..records).collect();
    for group in all.chunks(100) {
        for answer in futures_util::future::join_all(group.iter().map(|n| store.commit(of(*n)))).await {
            answer.unwrap();
        }
    }
}
