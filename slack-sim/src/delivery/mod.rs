//! How something reaches the app: down a line of Socket Mode or by a signed request, and again where it did not.
pub(crate) mod cargo;
pub(crate) mod board;
pub(crate) mod hub;
pub(crate) mod line;
pub(crate) mod http;

use crate::delivery::cargo::{Answer, Attempt, Cargo, Failure};
use crate::delivery::http::Http;
use crate::delivery::hub::{Hub, Waiting as OnLine};
use crate::faults::{Fault, Faults};
use crate::locks::lock;
use crate::time::{SystemTime, Time as _, within};
use jiff::SignedDuration;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Before each further attempt: nearly at once, a minute, five minutes
/// (<https://docs.slack.dev/apis/events-api/>; assumed to be the same in Socket Mode).
const RETRIES: [SignedDuration; 3] = [SignedDuration::from_secs(1), SignedDuration::from_secs(60), SignedDuration::from_secs(300)];
/// With delayed events: so many more, an hour apart.
const DELAYED: (usize, SignedDuration) = (24, SignedDuration::from_hours(1));
/// How long an event that is held back waits for another one to overtake it.
const HELD: SignedDuration = SignedDuration::from_secs(1);

/// How long, on real time, a request may be under way until nobody waits for it any more to see whether all is quiet.
const MOST_QUIET: SignedDuration = SignedDuration::from_secs(2);

/// Something on its way.
pub(crate) enum Waiting {
    Line(Option<OnLine>),
    Http(JoinHandle<(Answer, UnderWay)>),
}

/// Counts a request as under way, until who waits for its answer has it.
pub(crate) struct UnderWay(watch::Sender<usize>);

impl UnderWay {
    fn begin(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

pub(crate) struct Delivery {
    pub(crate) hub: Arc<Hub>,
    /// Where the app takes requests; nothing in Socket Mode.
    http: Mutex<Option<Arc<Http>>>,
    /// How many requests are not answered yet.
    under_way: watch::Sender<usize>,
    faults: Arc<Mutex<Faults>>,
    held: Mutex<Vec<Arc<Value>>>,
    /// Whether an event comes hourly for a day after the three retries.
    delayed: bool,
}

impl Delivery {
    pub(crate) fn new(hub: Arc<Hub>, faults: Arc<Mutex<Faults>>, delayed: bool) -> Self {
        Self { hub, http: Mutex::default(), under_way: watch::Sender::new(0), faults, held: Mutex::default(), delayed }
    }

    /// From here on the app takes requests there.
    pub(crate) fn deliver_to(&self, http: Http) {
        *lock(&self.http) = Some(Arc::new(http));
    }

    pub(crate) fn http(&self) -> Option<Arc<Http>> {
        lock(&self.http).clone()
    }

    /// Ends when no request is under way and nothing is about to be sent; or when one hangs, since an app that waits for a
    /// clock that stands still must not stop it.
    pub(crate) async fn quiet(&self) {
        let mut under_way = self.under_way.subscribe();
        let quiet = async {
            // An error says that the delivery is gone, which cannot be while it is borrowed.
            while under_way.wait_for(|count| *count == 0).await.is_ok() && self.hub.wire.ringing() > 0 {
                tokio::task::yield_now().await;
            }
        };
        // Nothing says that it was in vain: whoever looks then sees what there is.
        let _ = within(SystemTime.rest(MOST_QUIET), quiet).await;
    }

    /// On its way when this returns.
    pub(crate) fn send(&self, cargo: Cargo, payload: &Arc<Value>, attempt: Attempt) -> Waiting {
        let Some(http) = self.http() else { return Waiting::Line(self.hub.send(cargo, payload, attempt)) };
        let (payload, hub, under_way) = (Arc::clone(payload), Arc::clone(&self.hub), UnderWay::begin(&self.under_way));
        hub.count();
        Waiting::Http(self.hub.tasks.spawn(async move {
            let answer = http.post(cargo, &payload, attempt).await;
            hub.count();
            (answer, under_way)
        }))
    }

    /// What the app says to it, within Slack's patience.
    pub(crate) async fn answer(&self, waiting: Waiting) -> Answer {
        self.answer_under_way(waiting).await.0
    }

    /// As [`Self::answer`]; a request counts as under way until who waited has gone on, and drops what says so.
    async fn answer_under_way(&self, waiting: Waiting) -> (Answer, Option<UnderWay>) {
        let failure = |error, reason| Err(Failure { error, reason, again: true });
        match waiting {
            Waiting::Line(None) => (failure("dispatch_failed", "connection_failed"), None),
            Waiting::Line(Some(waiting)) => {
                let ack = self.hub.answer(waiting).await;
                let payload = |ack: Value| Ok(ack.get("payload").cloned().unwrap_or_default());
                (ack.map_or_else(|| failure("operation_timeout", "timeout"), payload), None)
            }
            Waiting::Http(posting) => match posting.await {
                Ok((answer, under_way)) => (answer, Some(under_way)),
                Err(_) => (failure("dispatch_failed", "unknown_error"), None),
            },
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
        let (this, mut rest) = (Arc::clone(self), self.hub.wire.rest(HELD));
        drop(self.hub.tasks.spawn(async move {
            (&mut rest).await;
            this.release();
            drop(rest);
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
            let (answer, under_way) = self.answer_under_way(waiting).await;
            let Err(failure) = answer else { return };
            if !failure.again {
                return self.hub.lose(Value::clone(payload));
            }
            let mut rest = self.hub.wire.rest(pause);
            drop(under_way);
            (&mut rest).await;
            waiting = self.send(Cargo::Event, payload, Attempt { number, reason: failure.reason });
            drop(rest);
        }
        if self.answer(waiting).await.is_err() {
            self.hub.lose(Value::clone(payload));
        }
    }
}
