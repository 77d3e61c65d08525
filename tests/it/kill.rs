//! The whole program is killed while people tell, again and again: whoever read a number can rely on it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use slack_sim::{Rest, Sim, SystemTime, Time};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::program::{Place, Running, glance, number, remembered, until, workspace};

/// A wire on which Slack's minutes between two attempts are seconds, and its three seconds for an answer are one.
struct Hasty;

impl Time for Hasty {
    fn now(&self) -> Timestamp {
        SystemTime.now()
    }
    fn rest(&self, span: SignedDuration) -> Rest {
        SystemTime.rest(span / if span > SignedDuration::from_secs(10) { 30 } else { 3 })
    }
}

/// What people were answered: the number, and the words that it stands for.
type Receipt = (u64, String);

/// People who tell without a pause until they are stopped; each text once.
struct Crowd {
    tellers: JoinSet<()>,
    receipts: mpsc::UnboundedReceiver<Receipt>,
    messages: Vec<String>,
}

impl Crowd {
    fn of(sim: &Sim, tellers: usize) -> Self {
        let (read, receipts) = mpsc::unbounded_channel();
        let next = Arc::new(AtomicU64::new(0));
        let mut crowd = Self { tellers: JoinSet::new(), receipts, messages: vec![] };
        for _ in 0..tellers {
            let (sim, read, next) = (sim.clone(), read.clone(), Arc::clone(&next));
            crowd.tellers.spawn(async move {
                loop {
                    let text = format!("invoice {} is wrong", next.fetch_add(1, Ordering::Relaxed));
                    let seen = sim.command("lee", "sales", "/heard", &text).await.unwrap();
                    match number(seen.text()) {
                        Some(no) => drop(read.send((no, text))),
                        // Nobody is there to answer.
                        None => glance().await,
                    }
                }
            });
        }
        crowd
    }

    /// Somebody says something in the channel that is listened to.
    fn says(&mut self, sim: &Sim) {
        let text = format!("contract {} is long", self.messages.len());
        sim.message("dana", "stories", &text).unwrap();
        self.messages.push(text);
    }

    /// So many receipts more.
    async fn read(&mut self, most: usize) -> Vec<Receipt> {
        let mut read = vec![];
        while read.len() < most {
            read.push(self.receipts.recv().await.unwrap());
        }
        read
    }
}

/// What is not as it was promised to those who read a number.
fn broken_promises(receipts: &[Receipt], kept: &BTreeMap<u64, String>) -> Vec<String> {
    let mut broken = vec![];
    let mut numbers = BTreeSet::new();
    for (no, words) in receipts {
        if !numbers.insert(no) {
            broken.push(format!("{no} was given twice"));
        }
        match kept.get(no) {
            None => broken.push(format!("{no} is lost")),
            Some(other) if other != words => broken.push(format!("{no} says something else")),
            Some(_) => {}
        }
    }
    let dense = kept.keys().copied().eq((1..).take(kept.len()));
    broken.extend((!dense).then(|| "numbers are left out".to_owned()));
    let once: BTreeSet<&String> = kept.values().collect();
    broken.extend((once.len() < kept.len()).then(|| "something is kept twice".to_owned()));
    broken
}

fn kills() -> u64 {
    if std::env::var_os("ALLEARS_LONG").is_some() { 30 } else { 3 }
}

/// What was written down so far, words and all.
pub(crate) fn journal(data: &Path) -> String {
    let files = std::fs::read_dir(data.join("journal")).unwrap();
    files.map(|file| String::from_utf8_lossy(&std::fs::read(file.unwrap().path()).unwrap()).into_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_promised_outlives_every_kill() {
    let (place, sim) = (Place::new(), workspace(Sim::builder().wire(Arc::new(Hasty))).await);
    let data = place.path("data");
    let (mut crowd, mut receipts) = (Crowd::of(&sim, 8), vec![]);
    for _ in 0..kills() {
        let bot = Running::start(place.program_with(&sim, &["serve"]), b"");
        for _ in 0..fastrand::u64(1..8) {
            crowd.says(&sim);
            receipts.extend(crowd.read(fastrand::usize(1..20)).await);
        }
        crowd.says(&sim);
        bot.kill();
    }
    let bot = place.bot(&sim).await;
    receipts.extend(crowd.read(1).await);
    crowd.tellers.shutdown().await;
    while let Ok(receipt) = crowd.receipts.try_recv() {
        receipts.push(receipt);
    }
    let come_again = || {
        let journal = journal(&data);
        crowd.messages.iter().all(|text| journal.contains(text.as_str()))
    };
    until("every message came again and was kept", come_again).await;
    bot.signal("TERM");
    assert_eq!(bot.ends().await.code, Some(0));

    assert_eq!(place.ask(&["rebuild"]).await.code, Some(0));
    let kept = remembered(&data).await;
    assert_eq!(broken_promises(&receipts, &kept), Vec::<String>::new());
    for message in &crowd.messages {
        assert_eq!(kept.values().filter(|words| *words == message).count(), 1, "{message}");
    }
    assert_eq!(sim.lost_events(), Vec::<serde_json::Value>::new(), "the simulator gave up too early for this test to mean anything");
}

/// The control: a bot that had lost what it told last would be found out, by the loss and by the number that it gives again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_taken_from_the_journal_is_found_out() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let data = place.path("data");
    let tell = async |text: &str| {
        let seen = sim.command("lee", "sales", "/heard", text).await.unwrap();
        (number(seen.text()).unwrap(), text.to_owned())
    };
    let bot = place.bot(&sim).await;
    let mut receipts = vec![tell("invoice 1").await, tell("invoice 2").await];
    bot.kill();
    assert_eq!(broken_promises(&receipts, &remembered(&data).await), Vec::<String>::new());

    let file = data.join("journal/00000000000000000001.jsonl");
    let whole = std::fs::read_to_string(&file).unwrap();
    let without_last = whole.split_inclusive('\n').take_while(|line| !line.contains("invoice 2"));
    std::fs::write(&file, without_last.collect::<String>()).unwrap();
    assert_eq!(broken_promises(&receipts, &remembered(&data).await), ["2 is lost"]);

    let bot = place.bot(&sim).await;
    receipts.push(tell("invoice 3").await);
    bot.kill();
    assert_eq!(broken_promises(&receipts, &remembered(&data).await), ["2 says something else", "2 was given twice"]);
}
