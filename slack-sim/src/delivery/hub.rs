//! The exchange of Socket Mode: which lines are open, whose turn it is, who waits for which acknowledgement.
//! Source of the rules: <https://docs.slack.dev/apis/events-api/using-socket-mode>.
use crate::delivery::board::{Board, Farewell, Line, Out};
use crate::delivery::cargo::{ACK_LIMIT, Attempt, Cargo, subject};
use crate::faults::{Fault, Faults};
use crate::ids::Ids;
use crate::locks::lock;
use crate::time::{Rest, Time, within};
use crate::traffic::{Kind, Traffic, Way};
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_tungstenite::tungstenite::Message;

/// Lines that one app may have open.
const MOST_LINES: usize = 10;
/// How long a ticket opens a line.
const TICKET_LIFE: SignedDuration = SignedDuration::from_secs(30);

/// The life of a line that asks for a short one by `debug_reconnects=true`.
const SHORT_LIFE: SignedDuration = SignedDuration::from_secs(360);

/// An envelope as it stands on the wire.
#[derive(Serialize)]
struct Envelope<'a> {
    #[serde(rename = "envelope_id")]
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    payload: &'a Value,
    accepts_response_payload: bool,
    retry_attempt: u32,
    retry_reason: &'static str,
}

/// An envelope on its way: the acknowledgement that may come, and the end of Slack's patience.
pub(crate) struct Waiting {
    envelope_id: String,
    ack: oneshot::Receiver<Value>,
    limit: Rest,
}

/// A place for one connection. It has its `hello` waiting in the queue before the client knows that it is connected.
pub(crate) struct Seat {
    pub(crate) number: u64,
    pub(crate) queue: mpsc::UnboundedReceiver<Out>,
    /// How long it lives before it is told to go.
    pub(crate) lifetime: Option<SignedDuration>,
}

pub(crate) struct Hub {
    board: Mutex<Board>,
    /// Of the sockets and the acknowledgements, not of the workspace.
    pub(crate) wire: Arc<dyn Time>,
    lifetime: Option<SignedDuration>,
    pub(crate) tasks: Handle,
    app_id: String,
    faults: Arc<Mutex<Faults>>,
    traffic: Arc<Traffic>,
    frames: AtomicU64,
    closing: watch::Sender<bool>,
}

/// What a hub is made from.
pub(crate) struct Making {
    pub(crate) app_id: String,
    pub(crate) seed: u64,
    pub(crate) wire: Arc<dyn Time>,
    pub(crate) lifetime: Option<SignedDuration>,
    pub(crate) faults: Arc<Mutex<Faults>>,
    pub(crate) traffic: Arc<Traffic>,
}

impl Hub {
    pub(crate) fn new(making: Making) -> Self {
        let Making { app_id, seed, wire, lifetime, faults, traffic } = making;
        let board = Board::new(Ids::new(seed.rotate_left(7)));
        Self {
            board: Mutex::new(board),
            wire,
            lifetime,
            tasks: Handle::current(),
            app_id,
            faults,
            traffic,
            frames: AtomicU64::new(0),
            closing: watch::Sender::new(false),
        }
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        lock(&self.board)
    }

    /// A ticket for one connection; nothing when Socket Mode is off.
    pub(crate) fn ticket(&self) -> Option<String> {
        let now = self.wire.now();
        let mut board = self.board();
        if board.disabled {
            return None;
        }
        let ticket = board.ids.secret();
        board.tickets.insert(ticket.clone(), now + TICKET_LIFE);
        drop(board);
        Some(ticket)
    }

    /// A seat for who comes with a good ticket. One too many gets a seat whose first words are a farewell.
    pub(crate) fn admit(&self, ticket: &str, short: bool) -> Option<Seat> {
        let lifetime = if short { Some(SHORT_LIFE) } else { self.lifetime };
        let now = self.wire.now();
        let (queue, seat) = mpsc::unbounded_channel();
        let mut board = self.board();
        board.tickets.remove(ticket).filter(|until| now <= *until)?;
        board.count += 1;
        let number = board.count;
        let open = board.lines.len();
        if open >= MOST_LINES {
            self.write(&queue, &self.disconnect("too_many_websockets", open));
            drop(queue.send(Out::Close));
        } else {
            self.write(&queue, &self.hello(open + 1, lifetime));
            let line = Line { queue, leaving: false, frozen: false, pongs: BTreeMap::new() };
            board.lines.insert(number, line);
        }
        drop(board);
        Some(Seat { number, queue: seat, lifetime })
    }

    fn hello(&self, connections: usize, lifetime: Option<SignedDuration>) -> Value {
        let life = lifetime.map_or(3600, |life| life.as_secs());
        json!({
            "type": "hello", "num_connections": connections, "connection_info": {"app_id": self.app_id},
            "debug_info": {
                "host": "applink-sim", "build_number": 1, "approximate_connection_time": life,
                "started": self.wire.now().to_string(),
            },
        })
    }

    fn disconnect(&self, reason: &str, connections: usize) -> Value {
        json!({
            "type": "disconnect", "reason": reason, "num_connections": connections,
            "debug_info": {"host": "applink-sim"}, "connection_info": {"app_id": self.app_id},
        })
    }

    fn write(&self, queue: &mpsc::UnboundedSender<Out>, frame: &Value) {
        self.push(queue, Message::text(frame.to_string()));
    }

    fn push(&self, queue: &mpsc::UnboundedSender<Out>, frame: Message) {
        // Counted when it is queued: from here on it is under way. An error says that the line has just ended.
        self.frames.fetch_add(1, Ordering::SeqCst);
        drop(queue.send(Out::Frame(frame)));
    }

    /// One envelope to one line, in turn; nothing when no line is open.
    pub(crate) fn send(&self, cargo: Cargo, payload: &Arc<Value>, attempt: Attempt) -> Option<Waiting> {
        let mut board = self.board();
        let envelope_id = board.ids.uuid();
        let envelope = Envelope {
            id: &envelope_id,
            kind: cargo.kind(),
            payload,
            accepts_response_payload: cargo.takes_answer(),
            retry_attempt: attempt.number,
            retry_reason: attempt.reason,
        };
        // Nothing in a payload keeps it from being written: its keys are text.
        let frame = serde_json::to_string(&envelope).unwrap_or_default();
        let waiting = self.hand_over(&mut board, envelope_id, frame);
        drop(board);
        self.traffic.keep(Way::Out, Kind::Envelope, &subject(payload), |passed| {
            passed.ok = waiting.is_some();
            passed.error = waiting.is_none().then(|| "no line is open".to_owned());
            passed.body = Arc::clone(payload);
        });
        waiting
    }

    /// An envelope just as it is. Without an `envelope_id` nobody can acknowledge it, and nothing is waited for.
    pub(crate) fn send_as_is(&self, envelope: &Value) -> Option<Waiting> {
        if let Some(id) = envelope.get("envelope_id").and_then(Value::as_str) {
            return self.hand_over(&mut self.board(), id.to_owned(), envelope.to_string());
        }
        if let Some(line) = self.board().next_line() {
            self.write(&line.queue, envelope);
        }
        None
    }

    fn hand_over(&self, board: &mut Board, envelope_id: String, frame: String) -> Option<Waiting> {
        let line = board.next_line()?;
        let fault = lock(&self.faults).take("line");
        if fault == Some(Fault::HalfOpen) {
            line.freeze();
        }
        self.push(&line.queue, Message::text(frame));
        if fault == Some(Fault::Cut) {
            drop(line.queue.send(Out::Cut));
        }
        let (sender, ack) = oneshot::channel();
        board.waiting.insert(envelope_id.clone(), sender);
        Some(Waiting { envelope_id, ack, limit: self.wire.rest(ACK_LIMIT) })
    }

    /// A frame of any bytes to one line; false when none is open.
    pub(crate) fn push_frame(&self, frame: Message) -> bool {
        let mut board = self.board();
        let line = board.next_line();
        let open = line.is_some();
        if let Some(line) = line {
            self.push(&line.queue, frame);
        }
        drop(board);
        open
    }

    /// The whole acknowledgement; nothing when it does not come within Slack's patience.
    pub(crate) async fn answer(&self, waiting: Waiting) -> Option<Value> {
        let Waiting { envelope_id, ack, limit } = waiting;
        let answer = within(limit, ack).await.and_then(Result::ok);
        if answer.is_none() {
            let mut board = self.board();
            if board.waiting.remove(&envelope_id).is_some() {
                board.given_up.insert(envelope_id);
            }
        }
        answer
    }

    /// What a client said on a line.
    pub(crate) fn heard(&self, number: u64, frame: &Message) {
        match frame {
            Message::Text(text) => {
                self.frames.fetch_add(1, Ordering::SeqCst);
                self.acknowledged(text.as_str());
            }
            Message::Binary(_) => {
                self.frames.fetch_add(1, Ordering::SeqCst);
            }
            Message::Pong(payload) => {
                let mut board = self.board();
                let pong = board.lines.get_mut(&number).and_then(|line| line.pongs.remove(payload.as_ref()));
                drop(board);
                if let Some(pong) = pong {
                    // An error says that the probe was given up.
                    let _ = pong.send(());
                }
            }
            Message::Ping(_) | Message::Close(_) | Message::Frame(_) => {}
        }
    }

    fn acknowledged(&self, text: &str) {
        let Ok(ack) = serde_json::from_str::<Value>(text) else {
            self.board().strays.insert("not JSON".to_owned());
            return;
        };
        let id = ack.get("envelope_id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut board = self.board();
        let waiting = board.waiting.remove(&id);
        if waiting.is_none() {
            let came_late = board.given_up.remove(&id);
            if came_late { &mut board.late } else { &mut board.strays }.insert(id);
        }
        drop(board);
        let expected = waiting.is_some();
        self.traffic.keep(Way::In, Kind::Ack, "ack", |passed| {
            passed.ok = expected;
            passed.error = (!expected).then(|| "nobody waits for it".to_owned());
            passed.body = Arc::new(ack.clone());
        });
        drop(waiting.map(|waiting| waiting.send(ack)));
    }

    /// A line is over.
    pub(crate) fn gone(&self, number: u64) {
        if self.board().lines.remove(&number).is_some() {
            tracing::debug!(line = number, "line closed");
        }
    }

    /// Says farewell on one line, or on all.
    pub(crate) fn farewell(&self, which: Option<u64>, why: Farewell) {
        let mut board = self.board();
        board.disabled |= why == Farewell::LinkDisabled;
        let open = board.lines.len();
        self.traffic.keep(Way::Out, Kind::Envelope, "disconnect", |passed| {
            passed.body = Arc::new(self.disconnect(why.reason(), open));
        });
        for (number, line) in &mut board.lines {
            if which.is_none_or(|one| one == *number) {
                self.write(&line.queue, &self.disconnect(why.reason(), open));
                if why != Farewell::Warning && !line.leaving {
                    line.leaving = true;
                    drop(line.queue.send(Out::Leave));
                }
            }
        }
    }

    /// Socket Mode is on again.
    pub(crate) fn enable(&self) {
        self.board().disabled = false;
    }

    /// Cuts every connection without a word.
    pub(crate) fn cut(&self) {
        let lines = std::mem::take(&mut self.board().lines);
        for line in lines.into_values() {
            drop(line.queue.send(Out::Cut));
        }
    }

    /// Every open line goes on, and neither reads nor writes.
    pub(crate) fn freeze(&self) {
        for line in self.board().lines.values_mut() {
            line.freeze();
        }
    }

    /// Counts something that passed beside the lines, so that a probe sees it.
    pub(crate) fn count(&self) {
        self.frames.fetch_add(1, Ordering::SeqCst);
    }

    /// How many lines are open.
    pub(crate) fn lines(&self) -> usize {
        self.board().lines.len()
    }

    /// Envelope ids that were acknowledged twice, or never given.
    pub(crate) fn strays(&self) -> Vec<String> {
        self.board().strays.iter().cloned().collect()
    }

    /// Envelope ids that were acknowledged when nobody waited any more.
    pub(crate) fn late(&self) -> Vec<String> {
        self.board().late.iter().cloned().collect()
    }

    /// Events whose last attempt failed.
    pub(crate) fn lost(&self) -> Vec<Value> {
        self.board().lost.clone()
    }

    pub(crate) fn lose(&self, payload: Value) {
        tracing::info!("an event was given up after its last attempt");
        self.board().lost.push(payload);
    }

    /// A ping behind all that is queued on every line, and its pong; then the frames counted so far.
    pub(crate) async fn probe(&self) -> u64 {
        let pongs = self.ping_all();
        // A line that ends drops its bells: an error is an answer too.
        drop(join_all(pongs).await);
        self.frames.load(Ordering::SeqCst)
    }

    fn ping_all(&self) -> Vec<oneshot::Receiver<()>> {
        let mut board = self.board();
        board.count += 1;
        let payload = format!("probe-{}", board.count).into_bytes();
        let ping = |line: &mut Line| {
            let (bell, pong) = oneshot::channel();
            line.pongs.insert(payload.clone(), bell);
            drop(line.queue.send(Out::Frame(Message::Ping(payload.clone().into()))));
            pong
        };
        board.lines.values_mut().filter(|line| !line.frozen).map(ping).collect()
    }

    /// Ends all that runs.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
        self.cut();
    }

    /// Ends when the simulator is stopped.
    pub(crate) async fn closed(&self) {
        // An error says that the hub is gone, which cannot be while it is borrowed.
        drop(self.closing.subscribe().wait_for(|closing| *closing).await);
    }
}
