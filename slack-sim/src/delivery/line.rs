//! One line of Socket Mode, from the upgrade to its end.
use crate::delivery::board::{Farewell, Out};
use crate::delivery::hub::{Hub, Seat};
use crate::time::Rest;
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use jiff::SignedDuration;
use std::future::pending;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Between two pings to a client.
const PING_EVERY: SignedDuration = SignedDuration::from_secs(5);
/// Pings in a row that a client may leave without any sign of life; at the next one it is cut off, 35 seconds after the
/// first silence began. Slack does not publish its figure: half a minute is what its own clients give the server. Counted in pings,
/// so that a clock that leaps cuts nobody off.
const MOST_UNANSWERED: u32 = 6;
/// How long a client may leave a frame unread that fills all buffers in between.
const STUCK: SignedDuration = SignedDuration::from_secs(30);
/// Between the warning and the request to leave, and between that and the end.
const GRACE: SignedDuration = SignedDuration::from_secs(10);
/// For the client's half of the close handshake.
const HANDSHAKE: SignedDuration = SignedDuration::from_secs(1);
const LARGEST_FRAME: usize = 1 << 20;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Runs a line to its end.
pub(crate) async fn run(hub: Arc<Hub>, seat: Seat, upgrade: OnUpgrade) {
    let Seat { number, mut queue, lifetime } = seat;
    if let Ok(upgraded) = upgrade.await {
        let config = WebSocketConfig::default().max_message_size(Some(LARGEST_FRAME)).max_frame_size(Some(LARGEST_FRAME));
        let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        tracing::debug!(line = number, "line opened");
        tokio::select! {
            () = hub.closed() => {}
            () = hold(&hub, (number, lifetime), &mut queue, &mut socket) => {}
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
    fn begin(hub: &Hub, lifetime: Option<SignedDuration>) -> Self {
        let until = lifetime.map_or_else(|| -> Rest { Box::pin(pending()) }, |life| hub.wire.rest(life - GRACE));
        Self { age: Age::Young, until }
    }

    fn enter(&mut self, hub: &Hub, age: Age) {
        let span = if matches!(age, Age::Closed) { HANDSHAKE } else { GRACE };
        *self = Self { age, until: hub.wire.rest(span) };
    }
}

/// How a line that talks ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Over,
    Frozen,
}

/// Holds the socket: while it talks, and when it is frozen. Its waits are given up before that, or a clock that rings them
/// would never see them end.
async fn hold(hub: &Hub, seat: (u64, Option<SignedDuration>), queue: &mut UnboundedReceiver<Out>, socket: &mut Socket) {
    if talk(hub, seat, queue, socket).await == End::Frozen {
        frozen(queue).await;
    }
}

async fn talk(
    hub: &Hub,
    (number, lifetime): (u64, Option<SignedDuration>),
    queue: &mut UnboundedReceiver<Out>,
    socket: &mut Socket,
) -> End {
    let mut ping = hub.wire.rest(PING_EVERY);
    let mut life = Life::begin(hub, lifetime);
    let mut unanswered = 0;
    loop {
        let went_well = tokio::select! {
            biased;
            out = queue.recv() => match out {
                // Flushed with the last one that is queued: a burst is one write.
                Some(Out::Frame(frame)) if queue.is_empty() => written(hub, socket.send(frame)).await,
                Some(Out::Frame(frame)) => written(hub, socket.feed(frame)).await,
                Some(Out::Leave) => {
                    life.enter(hub, Age::Leaving);
                    written(hub, socket.flush()).await
                }
                Some(Out::Close) => {
                    life.enter(hub, Age::Closed);
                    written(hub, socket.close(None)).await
                }
                Some(Out::Cut) | None => {
                    // What was queued before has left; an error is an end too.
                    drop(written(hub, socket.flush()).await);
                    return End::Over;
                }
                Some(Out::Freeze) => return End::Frozen,
            },
            frame = socket.next() => match frame {
                Some(Ok(frame)) => {
                    unanswered = 0;
                    hub.heard(number, &frame);
                    Ok(())
                }
                Some(Err(_)) | None => return End::Over,
            },
            () = &mut ping => {
                if unanswered == MOST_UNANSWERED {
                    return End::Over;
                }
                unanswered += 1;
                ping = hub.wire.rest(PING_EVERY);
                written(hub, socket.send(Message::Ping("keepalive".into()))).await
            }
            () = &mut life.until => match grow_older(hub, number, &mut life) {
                Some(Out::Close) => written(hub, socket.close(None)).await,
                Some(_) => Ok(()),
                None => return End::Over,
            },
        };
        if went_well.is_err() {
            return End::Over;
        }
    }
}

/// A write, unless the client reads nothing for too long. The wait begins only where the write has to wait.
async fn written(hub: &Hub, writing: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    tokio::select! {
        biased;
        done = writing => done,
        () = async { hub.wire.rest(STUCK).await } => Err(Error::ConnectionClosed),
    }
}

/// The socket is held, and nothing passes, until the line is cut or the simulator ends.
async fn frozen(queue: &mut UnboundedReceiver<Out>) {
    while !matches!(queue.recv().await, Some(Out::Cut) | None) {}
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
