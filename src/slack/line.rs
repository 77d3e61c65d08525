//! One line of Socket Mode, from connecting to its end: frames in, acknowledgements out.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tracing::{debug, error, info, warn};

use super::desk::{Desk, Reply};
use crate::clock::guard::{Stopwatch, within};
use crate::clock::{Baton, Clock};
use crate::config::Address;

/// For closing: so long a peer may take to say goodbye.
const PARTING: Duration = Duration::from_secs(1);
/// So long an envelope may take; Slack gives up after three seconds.
const HANDLING: SignedDuration = SignedDuration::from_secs(10);
/// How long a line that is not needed any more waits for Slack's request to go, which ends the deliveries on it. From the
/// warning it is about ten seconds.
const LINGER: SignedDuration = SignedDuration::from_secs(15);
/// How many envelopes one line has in hand at most; then it reads no further.
const MOST_IN_HAND: usize = 512;
/// The largest frame: 1 MiB.
const LARGEST: usize = 1 << 20;
/// How long a line is expected to live where Slack does not say.
const USUAL_LIFE: u64 = 3_600;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long, on real time, a line may keep us waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guards {
    /// For connecting, for hello, for one write.
    pub patience: Duration,
    /// So long nothing was heard: ask whether the line is alive.
    pub ping: Duration,
    /// So long nothing at all was heard: the line is dead.
    pub silence: Duration,
}

impl Default for Guards {
    fn default() -> Self {
        Self::USUAL
    }
}

impl Guards {
    /// A half-open line is found within 40 seconds: it is silent for so long, and at the worst the last ping waits to be
    /// written.
    const USUAL: Self = Self { patience: Duration::from_secs(10), ping: Duration::from_secs(10), silence: Duration::from_secs(30) };
}

const _: () = assert!(Guards::USUAL.silence.as_secs() + Guards::USUAL.patience.as_secs() <= 40);

/// What a line tells its place.
pub(super) enum News {
    Hello { life: SignedDuration },
    Leaving(Farewell),
    Gone,
}

/// Why Slack asks us to leave a line: <https://docs.slack.dev/apis/events-api/using-socket-mode>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Farewell {
    /// It will end in some ten seconds.
    Warning,
    /// Now: nothing more is delivered on it. Also any reason that we do not know.
    Refresh,
    /// Socket Mode was switched off.
    LinkDisabled,
}

impl Farewell {
    fn read(reason: &Value) -> Self {
        match reason.as_str() {
            Some("warning") => Self::Warning,
            Some("link_disabled") => Self::LinkDisabled,
            _ => Self::Refresh,
        }
    }
}

/// A frame of Slack's. What we can do without may be of any kind.
#[derive(Deserialize)]
pub(super) struct Envelope {
    #[serde(rename = "type", default)]
    pub(super) name: String,
    #[serde(default)]
    reason: Value,
    #[serde(rename = "envelope_id")]
    id: Option<String>,
    #[serde(default)]
    pub(super) payload: Value,
    #[serde(default)]
    accepts_response_payload: Value,
    #[serde(default)]
    debug_info: Value,
}

/// One line.
pub(super) struct Line {
    pub(super) desk: Arc<Desk>,
    pub(super) clock: Clock,
    pub(super) guards: Guards,
    pub(super) news: mpsc::UnboundedSender<News>,
    pub(super) stop: watch::Receiver<bool>,
    /// Told when the next line has said hello; its other end is gone when this one is to go at once.
    pub(super) relieved: watch::Receiver<bool>,
}

/// Whether anybody needs a line.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Need {
    #[default]
    Needed,
    /// The next line is open: this one waits for Slack to ask it to go.
    Lingers,
    /// It has waited long enough.
    Overdue,
}

/// How a line stands.
#[derive(Default)]
struct Standing {
    /// We are told to stop: no more envelopes.
    stopping: bool,
    need: Need,
    /// Slack has asked us to leave: it delivers nothing more here.
    asked: bool,
    /// We have said that we go. What comes now could not be acknowledged any more.
    said_close: bool,
}

impl Standing {
    fn takes_envelopes(&self) -> bool {
        !self.stopping && !self.said_close
    }

    /// It is time to go, when nothing is in hand.
    fn leaves(&self) -> bool {
        match self.need {
            Need::Needed => false,
            Need::Lingers => self.asked,
            Need::Overdue => true,
        }
    }
}

impl Line {
    pub(super) async fn run(self, url: String) {
        if let Some(socket) = self.connect(url).await {
            let counters = Arc::clone(&self.desk.counters);
            counters.lines.fetch_add(1, Ordering::Relaxed);
            self.desk.gaps.line_opened(self.clock.now());
            let (mut out, mut inn) = socket.split();
            let mut in_hand = JoinSet::new();
            self.serve(&mut out, &mut inn, &mut in_hand).await;
            counters.lines.fetch_sub(1, Ordering::Relaxed);
            self.desk.gaps.line_gone(self.clock.now());
            // What was begun is finished, though its acknowledgement is lost: Slack sends it again.
            while in_hand.join_next().await.is_some() {}
            within(PARTING, out.close()).await;
        }
        self.tell(News::Gone);
    }

    fn tell(&self, news: News) {
        // Nobody listens to a line that was relieved.
        drop(self.news.send(news));
    }

    async fn connect(&self, url: String) -> Option<Socket> {
        // Slack's address is wss; plain ws goes to this machine alone, as for the Web API.
        if let Err(error) = Address::socket(&url) {
            error!(%error, "Slack gave an address that is not taken");
            return None;
        }
        let (clock, patience, mut stop) = (self.clock.clone(), self.guards.patience, self.stop.clone());
        // A task of its own: where we are told to stop meanwhile, it is left to end by itself.
        let connecting = self.clock.spawn(async move {
            let config = WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
            // Boxed: a TLS handshake is a large future.
            let connecting = within(patience, Box::pin(connect_async_with_config(url, Some(config), true)));
            (clock.away("connect", connecting).await, clock.baton())
        });
        let (connected, _baton) = tokio::select! {
            connected = connecting => connected.ok()?,
            () = told(&mut stop) => return None,
        };
        match connected {
            Some(Ok((socket, _))) => Some(socket),
            // The error may hold the address, which holds a ticket.
            Some(Err(_)) => {
                warn!("a line to Slack could not be connected");
                None
            }
            None => {
                warn!("a line to Slack took too long to connect");
                None
            }
        }
    }

    async fn serve(&self, out: &mut SplitSink<Socket, Message>, inn: &mut SplitStream<Socket>, in_hand: &mut JoinSet<Handled>) {
        let (mut standing, mut heard) = (Standing::default(), Stopwatch::start());
        let (mut relieved, mut stop) = (self.relieved.clone(), self.stop.clone());
        let mut lingered = std::pin::pin!(self.lingered());
        loop {
            if standing.stopping && in_hand.is_empty() {
                return;
            }
            if standing.leaves() && !standing.said_close && in_hand.is_empty() {
                standing.said_close = true;
                self.send(out, Message::Close(None)).await;
            }
            let frame = within(self.next_look(heard), inn.next());
            tokio::select! {
                biased;
                Some(done) = in_hand.join_next() => if !self.acknowledge(out, done).await { return },
                frame = frame, if in_hand.len() < MOST_IN_HAND => match frame {
                    Some(Some(Ok(frame))) => {
                        heard = Stopwatch::start();
                        if !self.frame(frame, in_hand, &mut standing) { return }
                    }
                    Some(Some(Err(_)) | None) => return,
                    None if heard.elapsed() >= self.guards.silence => return warn!("a line to Slack fell silent; another is opened"),
                    None => if !standing.said_close && !self.send(out, Message::Ping(Bytes::new())).await { return },
                },
                () = told(&mut relieved), if standing.need == Need::Needed => standing.need = Need::Lingers,
                () = &mut lingered, if standing.need != Need::Overdue => standing.need = Need::Overdue,
                () = told(&mut stop), if !standing.stopping => standing.stopping = true,
            }
        }
    }

    /// Until the line is asked whether it is alive, or is dead.
    fn next_look(&self, heard: Stopwatch) -> Duration {
        self.guards.ping.min(self.guards.silence.saturating_sub(heard.elapsed()))
    }

    /// Until this line was relieved, and then has lingered long enough, or the next one is relieved too.
    async fn lingered(&self) {
        let mut relieved = self.relieved.clone();
        told(&mut relieved).await;
        tokio::select! {
            () = self.clock.sleep(LINGER) => {}
            () = async { while relieved.changed().await.is_ok() {} } => {}
        }
    }

    /// Takes a frame. `false`: the line has ended.
    fn frame(&self, frame: Message, in_hand: &mut JoinSet<Handled>, standing: &mut Standing) -> bool {
        match frame {
            Message::Text(text) => {
                if let Ok(envelope) = serde_json::from_str::<Envelope>(&text) {
                    self.envelope(envelope, in_hand, standing);
                } else {
                    warn!("a frame that is no envelope was put aside");
                    (self.desk.dead_letters)(&text);
                }
            }
            Message::Close(_) => return false,
            // Pings are answered by tungstenite; binary frames are nothing of Slack's.
            Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
        }
        true
    }

    fn envelope(&self, envelope: Envelope, in_hand: &mut JoinSet<Handled>, standing: &mut Standing) {
        match (envelope.name.as_str(), &envelope.id) {
            ("hello", _) => {
                let seconds = envelope.debug_info.get("approximate_connection_time").and_then(Value::as_u64).unwrap_or(USUAL_LIFE);
                let life = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(3_600));
                info!("a line to Slack is open");
                self.tell(News::Hello { life });
            }
            ("disconnect", _) => {
                let why = Farewell::read(&envelope.reason);
                standing.asked |= why != Farewell::Warning;
                self.tell(News::Leaving(why));
            }
            (_, Some(_)) if standing.takes_envelopes() => {
                let (desk, clock) = (Arc::clone(&self.desk), self.clock.clone());
                in_hand.spawn(self.clock.watch(async move {
                    let handled = clock.within(HANDLING, handle(&desk, envelope)).await;
                    if handled.is_none() {
                        error!("handling an envelope took too long; it is not acknowledged");
                    }
                    Handled { ack: handled.flatten(), _baton: clock.baton() }
                }));
            }
            // Not taken: it is sent again, to another line or to the next process.
            (_, Some(_)) => {}
            (kind, None) => debug!(kind, "a frame without an envelope's id was ignored"),
        }
    }

    /// `false`: the line has ended.
    async fn acknowledge(&self, out: &mut SplitSink<Socket, Message>, done: Result<Handled, JoinError>) -> bool {
        match done {
            Ok(Handled { ack: Some(ack), _baton }) => self.send(out, Message::text(ack)).await,
            Ok(Handled { ack: None, .. }) => true,
            Err(_) => {
                error!("handling an envelope ended in a panic; it is not acknowledged");
                true
            }
        }
    }

    async fn send(&self, out: &mut SplitSink<Socket, Message>, message: Message) -> bool {
        matches!(within(self.guards.patience, out.send(message)).await, Some(Ok(())))
    }
}

/// What became of an envelope, on its way from its task to its line.
struct Handled {
    ack: Option<String>,
    _baton: Baton,
}

/// The acknowledgement of an envelope; none where Slack shall send it again.
async fn handle(desk: &Desk, envelope: Envelope) -> Option<String> {
    match desk.answer(&envelope.name, &envelope.payload).await {
        Reply::Ack(Some(answer)) if envelope.accepts_response_payload == true => {
            Some(json!({"envelope_id": envelope.id, "payload": answer}).to_string())
        }
        Reply::Ack(_) => Some(json!({"envelope_id": envelope.id}).to_string()),
        Reply::Silence => None,
    }
}

/// Until it is said, or nobody is there to say it.
pub(super) async fn told(word: &mut watch::Receiver<bool>) {
    // The borrow must not live on: it holds a lock.
    drop(word.wait_for(|said| *said).await);
}
