//! How something reaches the app: down a line of Socket Mode or by a signed request, and again where it did not.
use crate::cargo::{Answer, Attempt, Cargo, Failure};
use crate::faults::{Fault, Faults};
use crate::http::Http;
use crate::hub::{Hub, Waiting as OnLine};
use crate::locks::lock;
use jiff::SignedDuration;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tokio::task::JoinHandle;

/// Before each further attempt: nearly at once, a minute, five minutes
/// (<https://docs.slack.dev/apis/events-api/>; assumed to be the same in Socket Mode).
const RETRIES: [SignedDuration; 3] = [SignedDuration::from_secs(1), SignedDuration::from_secs(60), SignedDuration::from_secs(300)];
/// With delayed events: so many more, an hour apart.
const DELAYED: (usize, SignedDuration) = (24, SignedDuration::from_hours(1));
/// How long an event that is held back waits for another one to overtake it.
const HELD: SignedDuration = SignedDuration::from_secs(1);

/// Something on its way.
pub(crate) enum Waiting {
    Line(Option<OnLine>),
    Http(JoinHandle<Answer>),
}

pub(crate) struct Delivery {
    pub(crate) hub: Arc<Hub>,
    /// Where the app takes requests; nothing in Socket Mode.
    pub(crate) http: Option<Arc<Http>>,
    faults: Arc<Mutex<Faults>>,
    held: Mutex<Vec<Arc<Value>>>,
    /// Whether an event comes hourly for a day after the three retries.
    delayed: bool,
}

impl Delivery {
    pub(crate) fn new(hub: Arc<Hub>, http: Option<Http>, faults: Arc<Mutex<Faults>>, delayed: bool) -> Self {
        Self { hub, http: http.map(Arc::new), faults, held: Mutex::default(), delayed }
    }

    /// On its way when this returns.
    pub(crate) fn send(&self, cargo: Cargo, payload: &Arc<Value>, attempt: Attempt) -> Waiting {
        let Some(http) = &self.http else { return Waiting::Line(self.hub.send(cargo, payload, attempt)) };
        let (http, payload, hub) = (Arc::clone(http), Arc::clone(payload), Arc::clone(&self.hub));
        hub.count();
        Waiting::Http(self.hub.tasks.spawn(async move {
            let answer = http.post(cargo, &payload, attempt).await;
            hub.count();
            answer
        }))
    }

    /// What the app says to it, within Slack's patience.
    pub(crate) async fn answer(&self, waiting: Waiting) -> Answer {
        let failure = |error, reason| Failure { error, reason, again: true };
        match waiting {
            Waiting::Line(None) => Err(failure("dispatch_failed", "connection_failed")),
            Waiting::Line(Some(waiting)) => {
                let ack = self.hub.answer(waiting).await.ok_or_else(|| failure("operation_timeout", "timeout"))?;
                Ok(ack.get("payload").cloned().unwrap_or_default())
            }
            Waiting::Http(posting) => posting.await.unwrap_or_else(|_| Err(failure("dispatch_failed", "unknown_error"))),
        }
    }

    /// Sends an event, and again while it is not acknowledged. The first attempt is on its way when this returns, unless a
    /// fault says otherwise. `other` gives the same event under another id.
    pub(crate) fn event(self: &Arc<Self>, payload: Arc<Value>, other: impl FnOnce(&Value) -> Arc<Value>) {
        let kind = payload.pointer("/event/type").and_then(Value::as_str).unwrap_or_default();
        let fault = lock(&self.faults).take(&format!("event:{kind}"));
        match fault {
            Some(Fault::Lost) => return,
            Some(Fault::Late) => return self.hold(payload),
            Some(Fault::Twice) => self.insist(Arc::clone(&payload)),
            Some(Fault::OtherId) => self.insist(other(&payload)),
            _ => {}
        }
        self.insist(payload);
        self.release();
    }

    fn hold(self: &Arc<Self>, payload: Arc<Value>) {
        lock(&self.held).push(payload);
        let (this, rest) = (Arc::clone(self), self.hub.wire.rest(HELD));
        drop(self.hub.tasks.spawn(async move {
            rest.await;
            this.release();
        }));
    }

    /// Sends what was held back.
    fn release(self: &Arc<Self>) {
        let held = std::mem::take(&mut *lock(&self.held));
        for payload in held {
            self.insist(payload);
        }
    }

    /// Sends something, and again while it is not acknowledged.
    pub(crate) fn insist(self: &Arc<Self>, payload: Arc<Value>) {
        let first = self.send(Cargo::Event, &payload, Attempt::default());
        let this = Arc::clone(self);
        drop(self.hub.tasks.spawn(async move {
            tokio::select! {
                () = this.hub.closed() => {}
                () = this.until_taken(&payload, first) => {}
            }
        }));
    }

    async fn until_taken(&self, payload: &Arc<Value>, first: Waiting) {
        let mut waiting = first;
        let (hours, hour) = DELAYED;
        let later = std::iter::repeat_n(hour, if self.delayed { hours } else { 0 });
        for (number, pause) in (1..).zip(RETRIES.into_iter().chain(later)) {
            let Err(failure) = self.answer(waiting).await else { return };
            if !failure.again {
                return self.hub.lose(Value::clone(payload));
            }
            self.hub.wire.rest(pause).await;
            waiting = self.send(Cargo::Event, payload, Attempt { number, reason: failure.reason });
        }
        if self.answer(waiting).await.is_err() {
            self.hub.lose(Value::clone(payload));
        }
    }
}
