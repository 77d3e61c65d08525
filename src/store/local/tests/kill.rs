//! The process is killed while it commits: what it had answered is there afterwards.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::join_all;

use super::sim::Dice;
use super::support::*;
use crate::store::Store;
use crate::store::local::LocalStore;

/// Tells the child where to write; without it the child's test does nothing.
const DIR: &str = "ALLEARS_TEST_CHILD_DIR";
/// Makes the child answer before it writes: the control.
const TOO_EARLY: &str = "ALLEARS_TEST_CHILD_ANSWERS_TOO_EARLY";
/// What a line of the child begins with; the test harness prints others.
const ANSWERED: &str = "answered ";

#[expect(clippy::disallowed_methods, reason = "how a test tells its child what to do")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The child: commits until it is killed, and says what was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_that_is_killed() {
    let Some(dir) = variable(DIR).map(PathBuf::from) else { return };
    let too_early = variable(TOO_EARLY).is_some();
    let store = Arc::new(LocalStore::open(options(&dir), crate::clock::Clock::system()).await.unwrap());
    let first = store.newest().borrow().0;
    say("ready");
    for round in 0_u64.. {
        let group = (0..16).map(|n| {
            let (store, key) = (Arc::clone(&store), format!("{first}-{round}-{n}"));
            async move {
                if too_early {
                    say(&key);
                    // Nobody is asked again before the line is read and the kill is on its way.
                    std::future::pending::<()>().await;
                }
                store.commit(told(&key, &format!("words of {key}"))).await.unwrap();
                say(&key);
            }
            .boxed()
        });
        join_all(group).await;
    }
}

/// One write for a line, so that none is cut by the kill.
fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{ANSWERED}{what}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn start(dir: &Path, too_early: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "store::local::tests::kill::child_that_is_killed", "--nocapture", "--test-threads=1"]);
    command.env(DIR, dir).stdout(Stdio::piped()).stderr(Stdio::null());
    if too_early {
        command.env(TOO_EARLY, "yes");
    }
    command.spawn().unwrap()
}

/// Lets a child answer `most` times or a few more, kills it, and gives what it had answered.
fn answered_before_the_kill(dir: &Path, most: u64, too_early: bool) -> Vec<String> {
    let mut child = start(dir, too_early);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut answered = vec![];
    for line in lines.by_ref() {
        // The harness may have begun the line.
        let line = line.unwrap();
        if let Some((_, what)) = line.split_once(ANSWERED) {
            answered.push(what.to_owned());
        }
        if answered.len() as u64 > most {
            break;
        }
    }
    child.kill().unwrap();
    // What it said before it died counts too.
    answered.extend(lines.map_while(Result::ok).filter_map(|line| line.split_once(ANSWERED).map(|(_, what)| what.to_owned())));
    child.wait().unwrap();
    answered.retain(|what| what != "ready");
    answered
}

/// Which of the answered are not there, once each.
async fn lost(dir: &Path, answered: &[String]) -> Vec<String> {
    let store = open(options(dir)).await.unwrap();
    let mut lost = vec![];
    for key in answered {
        // What is there is a duplicate; what is not would be kept now.
        let again = store.commit(told(key, &format!("words of {key}"))).await.unwrap();
        let there = again.duplicate && store.record(again.no.unwrap()).await.unwrap().unwrap().verbatim == format!("words of {key}");
        if !there {
            lost.push(key.clone());
        }
    }
    shut(store).await;
    let keys: Vec<String> = log_of(&crate::store::local::disk::RealDisk::new(dir))
        .into_iter()
        .flat_map(|entry| entry.head.keys)
        .map(|key| key.as_str().to_owned())
        .collect();
    let once: std::collections::BTreeSet<&String> = keys.iter().collect();
    assert_eq!(once.len(), keys.len(), "something was done twice");
    lost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_outlives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let (mut dice, kills) = (Dice::new(11), if long() { 100 } else { 10 });
    let mut all = vec![];
    for kill in 0..kills {
        let most = dice.below(600);
        let answered = answered_before_the_kill(dir.path(), most, false);
        assert!(answered.len() as u64 >= most, "the child ended by itself");
        all.extend(answered);
        assert_eq!(lost(dir.path(), &all).await, Vec::<String>::new(), "kill {kill}");
    }
}

/// The control: a child that answers before it writes is seen to lose.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_before_the_write_is_seen_as_loss() {
    let dir = tempfile::tempdir().unwrap();
    let answered = answered_before_the_kill(dir.path(), 10, true);
    assert_eq!(lost(dir.path(), &answered).await, answered);
}
