//! What the exchange keeps: the open lines and whose turn it is, tickets, who waits for which acknowledgement.
use crate::ids::Ids;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;

/// What is written to a line, in order.
#[derive(Debug)]
pub(crate) enum Out {
    Frame(Message),
    /// The line ends soon: the time until it is closed begins.
    Leave,
    /// The close handshake.
    Close,
    /// No handshake: the connection is cut.
    Cut,
    /// The line stays open, and from here on neither reads nor writes.
    Freeze,
}

/// Why Slack asks an app to leave a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Farewell {
    /// About ten seconds before the end.
    Warning,
    /// Now: open another one.
    RefreshRequested,
    /// Socket Mode was switched off: no other line will open.
    LinkDisabled,
}

impl Farewell {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::RefreshRequested => "refresh_requested",
            Self::LinkDisabled => "link_disabled",
        }
    }
}

pub(crate) struct Line {
    pub(crate) queue: mpsc::UnboundedSender<Out>,
    pub(crate) leaving: bool,
    pub(crate) frozen: bool,
    pub(crate) pongs: BTreeMap<Vec<u8>, oneshot::Sender<()>>,
}

pub(crate) struct Board {
    pub(crate) ids: Ids,
    pub(crate) lines: BTreeMap<u64, Line>,
    /// The line that had the last turn.
    pub(crate) turn: u64,
    pub(crate) count: u64,
    pub(crate) tickets: BTreeMap<String, Timestamp>,
    pub(crate) waiting: BTreeMap<String, oneshot::Sender<Value>>,
    pub(crate) lost: Vec<Value>,
    pub(crate) disabled: bool,
    /// Envelopes that nobody waits for any more.
    pub(crate) given_up: BTreeSet<String>,
    pub(crate) late: BTreeSet<String>,
    pub(crate) strays: BTreeSet<String>,
}

impl Board {
    pub(crate) fn new(ids: Ids) -> Self {
        Self {
            ids,
            lines: BTreeMap::new(),
            turn: 0,
            count: 0,
            tickets: BTreeMap::new(),
            waiting: BTreeMap::new(),
            lost: Vec::new(),
            disabled: false,
            given_up: BTreeSet::new(),
            late: BTreeSet::new(),
            strays: BTreeSet::new(),
        }
    }

    /// The line after the one that had the last turn; one that was told to leave only when there is no other.
    pub(crate) fn next_line(&mut self) -> Option<&mut Line> {
        let staying = self.lines.values().any(|line| !line.leaving);
        let fit = |line: &Line| !(staying && line.leaving);
        let turn = self.turn;
        let later = self.lines.iter().find(|(number, line)| **number > turn && fit(line));
        let (number, _) = later.or_else(|| self.lines.iter().find(|(_, line)| fit(line)))?;
        self.turn = *number;
        self.lines.get_mut(&self.turn)
    }
}

impl Line {
    pub(crate) fn freeze(&mut self) {
        self.frozen = true;
        // What waits for a pong waits no longer.
        self.pongs.clear();
        drop(self.queue.send(Out::Freeze));
    }
}
