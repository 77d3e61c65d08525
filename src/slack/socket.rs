//! Socket Mode without a hole: two lines, and the next one is open and has said hello before an old one goes.
//!
//! Rules: <https://docs.slack.dev/apis/events-api/using-socket-mode>. Each envelope is handled in a task of its own, so
//! that a slow one delays no other and a panic ends only itself; it is acknowledged when the desk says so.

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
use tokio::task::{JoinHandle, JoinSet};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tracing::{debug, error, info, warn};

use super::desk::{Desk, Reply};
use super::web::Slack;
use crate::clock::guard::{Stopwatch, within};
use crate::clock::{Baton, Clock};
use crate::config::{Address, Secret};
use crate::texts::en;

/// For connecting, for hello, for one write: real time.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long nothing was heard: ask whether the line is alive.
const PING: Duration = Duration::from_secs(10);
/// So long nothing at all was heard: the line is dead.
const SILENCE: Duration = Duration::from_secs(30);
/// So long an envelope may take; Slack gives up after three seconds.
const HANDLING: SignedDuration = SignedDuration::from_secs(10);
/// How many envelopes one line has in hand at most; then it reads no further.
const MOST_IN_HAND: usize = 512;
/// The largest frame: 1 MiB.
const LARGEST: usize = 1 << 20;
/// How long a line is expected to live where Slack does not say.
const USUAL_LIFE: u64 = 3_600;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The lines to Slack.
pub struct Lines {
    stop: watch::Sender<bool>,
    places: Vec<JoinHandle<()>>,
}

impl Lines {
    /// Opens two lines and keeps them; they stand half a life apart, so that they are never renewed together.
    pub fn open(slack: &Arc<Slack>, app_token: &Secret, desk: &Arc<Desk>, clock: &Clock) -> Self {
        let stop = watch::Sender::new(false);
        let places = [Stagger::None, Stagger::HalfALife].map(|stagger| {
            let place = Place {
                slack: Arc::clone(slack),
                app_token: app_token.clone(),
                desk: Arc::clone(desk),
                clock: clock.clone(),
                stop: stop.subscribe(),
            };
            clock.spawn(place.keep(stagger))
        });
        Self { stop, places: places.into() }
    }

    /// Takes no more envelopes, finishes and acknowledges those in hand, and closes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        for place in self.places {
            if place.await.is_err() {
                error!("a line to Slack ended in a panic");
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stagger {
    None,
    /// The first line of this place is renewed after half its life.
    HalfALife,
}

/// What a line tells its place.
enum News {
    Hello { life: SignedDuration },
    Leaving(String),
    Gone,
}

/// A frame of Slack's. What we can do without may be of any kind.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type", default)]
    name: String,
    #[serde(default)]
    reason: Value,
    #[serde(rename = "envelope_id")]
    id: Option<String>,
    #[serde(default)]
    payload: Value,
    #[serde(default)]
    accepts_response_payload: Value,
    #[serde(default)]
    debug_info: Value,
}

/// One place at the exchange, kept staffed.
struct Place {
    slack: Arc<Slack>,
    app_token: Secret,
    desk: Arc<Desk>,
    clock: Clock,
    stop: watch::Receiver<bool>,
}

impl Place {
    async fn keep(self, mut stagger: Stagger) {
        let mut lines = JoinSet::new();
        let mut failures = 0_u32;
        // Told when the next line has said hello: the one before may go then.
        let mut before: Option<watch::Sender<bool>> = None;
        while !*self.stop.borrow() {
            while lines.try_join_next().is_some() {}
            let (news_to, mut news) = mpsc::unbounded_channel();
            let (relieve, relieved) = watch::channel(false);
            self.open(&mut lines, news_to, relieved).await;
            if let Some(News::Hello { life }) = self.first(&mut news).await {
                failures = 0;
                if let Some(old) = before.replace(relieve) {
                    old.send_replace(true);
                }
                let renew = (stagger == Stagger::HalfALife).then(|| life / 2);
                stagger = Stagger::None;
                self.attend(&mut news, renew).await;
            } else {
                failures = failures.saturating_add(1);
                self.pause(failures).await;
            }
        }
        while lines.join_next().await.is_some() {}
    }

    async fn open(&self, lines: &mut JoinSet<()>, news: mpsc::UnboundedSender<News>, relieved: watch::Receiver<bool>) {
        match self.slack.open_line(&self.app_token).await {
            Ok(url) => {
                let line = Line { desk: Arc::clone(&self.desk), clock: self.clock.clone(), news, stop: self.stop.clone(), relieved };
                lines.spawn(self.clock.watch(line.run(url)));
            }
            Err(error) => warn!(%error, cure = en::cure_of_line(error.code()), "Slack gave no line; it is asked again"),
        }
    }

    /// The line's first word.
    async fn first(&self, news: &mut mpsc::UnboundedReceiver<News>) -> Option<News> {
        self.clock.away("hello", within(PATIENCE, news.recv())).await.flatten()
    }

    /// Until the line leaves or is gone, or is to be renewed.
    async fn attend(&self, news: &mut mpsc::UnboundedReceiver<News>, renew: Option<SignedDuration>) {
        let mut stop = self.stop.clone();
        let renewal = async {
            match renew {
                Some(after) => self.clock.sleep(after).await,
                None => std::future::pending().await,
            }
        };
        let gone = async {
            while let Some(word) = news.recv().await {
                match word {
                    News::Hello { .. } => {}
                    News::Gone => return,
                    News::Leaving(reason) => {
                        if reason == "link_disabled" {
                            error!("Socket Mode is switched off for this app: switch it on in its settings, under Socket Mode");
                        }
                        return;
                    }
                }
            }
        };
        tokio::select! {
            () = gone => {}
            () = renewal => debug!("renewing a line at half its life"),
            () = told(&mut stop) => {}
        }
    }

    /// 0.5 s, 1 s, ... 30 s, with jitter.
    async fn pause(&self, failures: u32) {
        let most = (500_u64 << failures.min(6)).min(30_000);
        let millis = most / 2 + fastrand::u64(0..=most / 2);
        let mut stop = self.stop.clone();
        tokio::select! {
            () = self.clock.sleep(SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))) => {}
            () = told(&mut stop) => {}
        }
    }
}

/// One line, from connecting to its end.
struct Line {
    desk: Arc<Desk>,
    clock: Clock,
    news: mpsc::UnboundedSender<News>,
    stop: watch::Receiver<bool>,
    relieved: watch::Receiver<bool>,
}

/// How a line stands.
#[derive(Default)]
struct Standing {
    /// We are told to stop: no more envelopes.
    stopping: bool,
    /// The next line is open: go when nothing is in hand.
    leaving: bool,
    /// We have said that we go; acknowledgements may fail now.
    said_close: bool,
}

impl Line {
    async fn run(self, url: String) {
        if let Some(socket) = self.connect(&url).await {
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
            within(Duration::from_secs(1), out.close()).await;
        }
        self.tell(News::Gone);
    }

    fn tell(&self, news: News) {
        // Nobody listens to a line that was relieved.
        drop(self.news.send(news));
    }

    async fn connect(&self, url: &str) -> Option<Socket> {
        // Slack's address is wss; plain ws goes to this machine alone, as for the Web API.
        if let Err(error) = Address::socket(url) {
            error!(%error, "Slack gave an address that is not taken");
            return None;
        }
        let config = WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
        // Boxed: a TLS handshake is a large future, and this one is held all the while a line connects.
        let connecting = within(PATIENCE, Box::pin(connect_async_with_config(url, Some(config), true)));
        match self.clock.away("connect", connecting).await {
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
        loop {
            if standing.stopping && in_hand.is_empty() {
                return;
            }
            if standing.leaving && !standing.said_close && in_hand.is_empty() {
                standing.said_close = true;
                send(out, Message::Close(None)).await;
            }
            let frame = within(PING, inn.next());
            tokio::select! {
                biased;
                Some(done) = in_hand.join_next() => if !acknowledge(out, done, &standing).await { return },
                frame = frame, if in_hand.len() < MOST_IN_HAND => match frame {
                    Some(Some(Ok(frame))) => {
                        heard = Stopwatch::start();
                        if !self.frame(frame, in_hand, &standing) { return }
                    }
                    Some(Some(Err(_)) | None) => return,
                    None if heard.elapsed() > SILENCE => return warn!("a line to Slack fell silent; another is opened"),
                    None => if !standing.said_close && !send(out, Message::Ping(Bytes::new())).await { return },
                },
                () = told(&mut relieved), if !standing.leaving => standing.leaving = true,
                () = told(&mut stop), if !standing.stopping => standing.stopping = true,
            }
        }
    }

    /// Takes a frame. `false`: the line has ended.
    fn frame(&self, frame: Message, in_hand: &mut JoinSet<Handled>, standing: &Standing) -> bool {
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

    fn envelope(&self, envelope: Envelope, in_hand: &mut JoinSet<Handled>, standing: &Standing) {
        match (envelope.name.as_str(), &envelope.id) {
            ("hello", _) => {
                let seconds = envelope.debug_info.get("approximate_connection_time").and_then(Value::as_u64).unwrap_or(USUAL_LIFE);
                let life = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(3_600));
                info!("a line to Slack is open");
                self.tell(News::Hello { life });
            }
            ("disconnect", _) => self.tell(News::Leaving(envelope.reason.as_str().unwrap_or_default().to_owned())),
            (_, Some(_)) if !standing.stopping => {
                let (desk, clock) = (Arc::clone(&self.desk), self.clock.clone());
                in_hand.spawn(self.clock.watch(async move {
                    let handled = clock.within(HANDLING, handle(&desk, envelope)).await;
                    if handled.is_none() {
                        error!("handling an envelope took too long; it is not acknowledged");
                    }
                    Handled { ack: handled.flatten(), _baton: clock.baton() }
                }));
            }
            // Not taken while stopping: it is sent again, to the next process.
            (_, Some(_)) => {}
            (kind, None) => debug!(kind, "a frame without an envelope's id was ignored"),
        }
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

/// `false`: the line has ended.
async fn acknowledge(out: &mut SplitSink<Socket, Message>, done: Result<Handled, tokio::task::JoinError>, standing: &Standing) -> bool {
    match done {
        Ok(Handled { ack: Some(ack), _baton }) => send(out, Message::text(ack)).await || standing.said_close,
        Ok(Handled { ack: None, .. }) => true,
        Err(_) => {
            error!("handling an envelope ended in a panic; it is not acknowledged");
            true
        }
    }
}

/// Until it is said, or nobody is there to say it.
async fn told(word: &mut watch::Receiver<bool>) {
    // The borrow must not live on: it holds a lock.
    drop(word.wait_for(|said| *said).await);
}

async fn send(out: &mut SplitSink<Socket, Message>, message: Message) -> bool {
    matches!(within(PATIENCE, out.send(message)).await, Some(Ok(())))
}
