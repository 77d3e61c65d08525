//! One line of Socket Mode, from the upgrade to its end; and an event's way down a line, with its retries.
use crate::hub::{Cargo, Farewell, Hub, Out, Seat, Waiting};
use crate::time::Rest;
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use jiff::SignedDuration;
use serde_json::Value;
use std::future::pending;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// Between two pings to a client.
const PING_EVERY: SignedDuration = SignedDuration::from_secs(5);
/// Between the warning and the request to leave, and between that and the end.
const GRACE: SignedDuration = SignedDuration::from_secs(10);
/// For the client's half of the close handshake.
const HANDSHAKE: SignedDuration = SignedDuration::from_secs(1);
/// Before each further attempt: nearly at once, a minute, five minutes
/// (<https://docs.slack.dev/apis/events-api/>; assumed to be the same in Socket Mode).
const RETRIES: [SignedDuration; 3] = [SignedDuration::from_secs(1), SignedDuration::from_secs(60), SignedDuration::from_secs(300)];
const LARGEST_FRAME: usize = 1 << 20;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Runs a line to its end.
pub(crate) async fn run(hub: Arc<Hub>, seat: Seat, upgrade: OnUpgrade) {
    let Seat { number, mut queue } = seat;
    if let Ok(upgraded) = upgrade.await {
        let config = WebSocketConfig::default().max_message_size(Some(LARGEST_FRAME)).max_frame_size(Some(LARGEST_FRAME));
        let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        tracing::debug!(line = number, "line opened");
        tokio::select! {
            () = hub.closed() => {}
            () = talk(&hub, number, &mut queue, &mut socket) => {}
        }
    }
    hub.gone(number);
}

/// What happens to a line by age alone.
struct Life {
    age: Age,
    until: Rest,
}

#[derive(Clone, Copy)]
enum Age {
    Young,
    Warned,
    Leaving,
    Closed,
}

impl Life {
    fn begin(hub: &Hub) -> Self {
        let until = hub.lifetime.map_or_else(|| -> Rest { Box::pin(pending()) }, |life| hub.wire.rest(life - GRACE));
        Self { age: Age::Young, until }
    }

    fn enter(&mut self, hub: &Hub, age: Age) {
        let span = if matches!(age, Age::Closed) { HANDSHAKE } else { GRACE };
        *self = Self { age, until: hub.wire.rest(span) };
    }
}

async fn talk(hub: &Hub, number: u64, queue: &mut UnboundedReceiver<Out>, socket: &mut Socket) {
    let mut ping = hub.wire.rest(PING_EVERY);
    let mut life = Life::begin(hub);
    loop {
        let went_well = tokio::select! {
            biased;
            out = queue.recv() => match out {
                // Flushed with the last one that is queued: a burst is one write.
                Some(Out::Frame(frame)) if queue.is_empty() => socket.send(frame).await,
                Some(Out::Frame(frame)) => socket.feed(frame).await,
                Some(Out::Leave) => {
                    life.enter(hub, Age::Leaving);
                    socket.flush().await
                }
                Some(Out::Close) => {
                    life.enter(hub, Age::Closed);
                    socket.close(None).await
                }
                Some(Out::Cut) | None => return,
            },
            frame = socket.next() => match frame {
                Some(Ok(frame)) => {
                    hub.heard(number, &frame);
                    Ok(())
                }
                Some(Err(_)) | None => return,
            },
            () = &mut ping => {
                ping = hub.wire.rest(PING_EVERY);
                socket.send(Message::Ping("keepalive".into())).await
            }
            () = &mut life.until => match grow_older(hub, number, &mut life) {
                Some(Out::Close) => socket.close(None).await,
                Some(_) => Ok(()),
                None => return,
            },
        };
        if went_well.is_err() {
            return;
        }
    }
}

/// The next step of a line's life: what its task has to do now, nothing when it is over.
fn grow_older(hub: &Hub, number: u64, life: &mut Life) -> Option<Out> {
    match life.age {
        Age::Young => {
            hub.farewell(Some(number), Farewell::Warning);
            life.enter(hub, Age::Warned);
            Some(Out::Leave)
        }
        Age::Warned => {
            // The farewell queues the leaving, and with it the time until the end.
            hub.farewell(Some(number), Farewell::RefreshRequested);
            life.until = Box::pin(pending());
            Some(Out::Leave)
        }
        Age::Leaving => {
            life.enter(hub, Age::Closed);
            Some(Out::Close)
        }
        Age::Closed => None,
    }
}

/// Sends an event, and again while it is not acknowledged. The first attempt is queued when this returns.
pub(crate) fn send_event(hub: &Arc<Hub>, payload: Arc<Value>) {
    let first = hub.send(Cargo::Event, &payload, 0);
    let hub = Arc::clone(hub);
    let tasks = hub.tasks.clone();
    drop(tasks.spawn(async move {
        tokio::select! {
            () = hub.closed() => {}
            () = insist(&hub, &payload, first) => {}
        }
    }));
}

async fn insist(hub: &Hub, payload: &Value, first: Option<Waiting>) {
    let mut waiting = first;
    for (attempt, pause) in (1..).zip(RETRIES) {
        if answered(hub, waiting).await {
            return;
        }
        hub.wire.rest(pause).await;
        waiting = hub.send(Cargo::Event, payload, attempt);
    }
    if !answered(hub, waiting).await {
        hub.lose(payload.clone());
    }
}

async fn answered(hub: &Hub, waiting: Option<Waiting>) -> bool {
    match waiting {
        Some(waiting) => hub.answer(waiting).await.is_some(),
        None => false,
    }
}
