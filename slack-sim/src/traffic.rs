//! What passed between the app and Slack, in order: calls and their answers, envelopes, acknowledgements, requests over HTTP.
use crate::locks::lock;
use crate::ticks::{Tick, Ticks};
use crate::time::Time;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

/// Entries that are kept.
const MOST: usize = 2_000;

/// Whose word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// From the app to Slack.
    In,
    /// From Slack to the app.
    Out,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A call of the Web API.
    Call,
    /// A frame of Socket Mode with an envelope, or a farewell.
    Envelope,
    /// The acknowledgement of one.
    Ack,
    /// A signed request to the app.
    Http,
    /// A later answer of the app to a command or a press.
    ResponseUrl,
}

/// One thing that passed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Passed {
    /// Grows by one.
    pub(crate) n: u64,
    /// By the workspace's clock.
    pub(crate) at: Timestamp,
    pub(crate) way: Way,
    pub(crate) kind: Kind,
    /// The method, the type of the event, the command.
    pub(crate) name: String,
    pub(crate) ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// Of HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    pub(crate) body: Arc<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<Value>,
}

/// The newest entries.
pub(crate) struct Traffic {
    kept: Mutex<Kept>,
    time: Arc<dyn Time>,
    ticks: Ticks,
}

#[derive(Default)]
struct Kept {
    count: u64,
    entries: VecDeque<Passed>,
}

impl Traffic {
    pub(crate) fn new(time: Arc<dyn Time>, ticks: Ticks) -> Self {
        Self { kept: Mutex::default(), time, ticks }
    }

    /// Keeps one that went well; what else there is to say of it is set by `more`.
    pub(crate) fn keep(&self, way: Way, kind: Kind, name: &str, more: impl FnOnce(&mut Passed)) {
        let mut kept = self.kept();
        kept.count += 1;
        let at = self.time.now();
        let body = Arc::new(Value::Null);
        let mut passed =
            Passed { n: kept.count, at, way, kind, name: name.to_owned(), ok: true, error: None, status: None, body, answer: None };
        more(&mut passed);
        if kept.entries.len() >= MOST {
            kept.entries.pop_front();
        }
        kept.entries.push_back(passed);
        drop(kept);
        self.ticks.send(Tick { what: "traffic", ..Tick::default() });
    }

    /// Those after number `after`, at most the newest `most`, oldest first.
    pub(crate) fn after(&self, after: u64, most: usize) -> Vec<Passed> {
        let kept = self.kept();
        let newer: Vec<Passed> = kept.entries.iter().rev().take_while(|passed| passed.n > after).take(most).cloned().collect();
        drop(kept);
        newer.into_iter().rev().collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        lock(&self.kept)
    }
}
