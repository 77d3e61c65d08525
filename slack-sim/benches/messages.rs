//! A thousand messages, each heard and acknowledged over Socket Mode, beside their floor in the same run:
//! `cargo bench -p slack-sim --bench messages`.
//!
//! The floor is what cannot be done without: a thousand frames as large as the events over a websocket that knows nothing
//! of Slack, each answered by a frame as large as an acknowledgement. Figures are reported, and asserted nowhere: the goal
//! stands beside them.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints, and stops where it cannot be set up")]

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use slack_sim::{NewChannel, Sim};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

const MESSAGES: usize = 1_000;
const ROUNDS: usize = 5;
const TEXT: &str = "The customer says that the invoice shows the wrong VAT number, for the third time this quarter";

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (mut by_handle, mut over_http, mut floor) = (vec![], vec![], vec![]);
        let (mut event, mut ack) = (0, 0);
        for _ in 0..ROUNDS {
            let sim = workspace().await;
            let mut line = connected(&sim).await;
            let took;
            (took, event, ack) = timed(&mut line, async { said(&sim).await }).await;
            by_handle.push(took);
            over_http.push(timed(&mut line, said_over_http(&sim)).await.0);
            // The last acknowledgement is read by then; the client answers pings only while it reads.
            tokio::select! {
                _ = sim.probe() => {}
                frame = next(&mut line) => panic!("nothing was said, and yet there came {frame}"),
            }
            assert!(sim.lost_events().is_empty() && sim.late_acks().is_empty(), "each event is acknowledged in time");
            assert!(sim.stray_acks().is_empty(), "and once");
            sim.stop().await;
            floor.push(echoed(event, ack).await);
        }
        println!("{MESSAGES} messages, events of {event} bytes, acknowledgements of {ack}; the median of {ROUNDS} rounds");
        let floor = print("floor: frames alone", floor, "");
        for (what, times, goal) in
            [("said by the handle", by_handle, "goal: under 2000 ms"), ("said over HTTP", over_http, "goal: under 2000 ms")]
        {
            let took = print(what, times, goal);
            println!("{:<22} {:>8.1} times", "to the floor", took.as_secs_f64() / floor.as_secs_f64());
        }
    });
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "figures for people")]
fn print(what: &str, mut times: Vec<Duration>, goal: &str) -> Duration {
    times.sort_unstable();
    let took = times.get(times.len() / 2).copied().unwrap_or_default();
    println!("{what:<22} {:>8.1} ms, {:>7.0} events/s   {goal}", took.as_secs_f64() * 1e3, MESSAGES as f64 / took.as_secs_f64());
    took
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}

async fn workspace() -> Sim {
    let sim = Sim::start().await.unwrap();
    sim.add_people(["lee"]);
    sim.add_channel(NewChannel::named("sales").members(["lee"]).with_bot());
    sim
}

/// A line that said hello.
async fn connected(sim: &Sim) -> Socket {
    let head = format!("Authorization: Bearer {}\r\n", sim.app_token());
    let opened = Http::to(sim.port()).await.post("/api/apps.connections.open", &head, "").await;
    let url = opened.get("url").and_then(Value::as_str).unwrap().to_owned();
    let mut line = connect_async(url).await.unwrap().0;
    assert!(next(&mut line).await.contains("hello"), "hello comes first");
    line
}

async fn next(line: &mut Socket) -> String {
    loop {
        if let Message::Text(text) = line.next().await.unwrap().unwrap() {
            return text.as_str().to_owned();
        }
    }
}

/// From the first message to the last acknowledgement; and the bytes of an event and of an acknowledgement.
async fn timed(line: &mut Socket, saying: impl Future<Output = ()>) -> (Duration, usize, usize) {
    let began = now();
    let ((), sizes) = tokio::join!(saying, async {
        let mut sizes = (0, 0);
        for _ in 0..MESSAGES {
            let event = next(line).await;
            let envelope: Value = serde_json::from_str(&event).unwrap();
            let ack = json!({"envelope_id": envelope.get("envelope_id")}).to_string();
            sizes = (event.len(), ack.len());
            line.send(Message::text(ack)).await.unwrap();
        }
        sizes
    });
    (began.elapsed(), sizes.0, sizes.1)
}

async fn said(sim: &Sim) {
    for _ in 0..MESSAGES {
        sim.message("lee", "sales", TEXT).unwrap();
        tokio::task::yield_now().await;
    }
}

async fn said_over_http(sim: &Sim) {
    let mut page = Http::to(sim.port()).await;
    let body = json!({"user": "lee", "channel": "sales", "text": TEXT}).to_string();
    for _ in 0..MESSAGES {
        let said = page.post("/sim/message", "", &body).await;
        assert_eq!(said.get("ok"), Some(&json!(true)), "{said}");
    }
}

/// Frames of one size to a client that answers each with a frame of another.
async fn echoed(event: usize, ack: usize) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let (server, client) = tokio::join!(async { accept_async(listener.accept().await.unwrap().0).await.unwrap() }, connect_async(url));
    let ((mut to_client, mut from_client), mut client) = (server.split(), client.unwrap().0);
    let (event, ack) = ("e".repeat(event), "a".repeat(ack));
    let began = now();
    tokio::join!(
        async {
            for _ in 0..MESSAGES {
                to_client.send(Message::text(event.as_str())).await.unwrap();
            }
        },
        async {
            for _ in 0..MESSAGES {
                next(&mut client).await;
                client.send(Message::text(ack.as_str())).await.unwrap();
            }
        },
        async {
            for _ in 0..MESSAGES {
                from_client.next().await.unwrap().unwrap();
            }
        }
    );
    began.elapsed()
}

/// One connection that is kept.
struct Http(BufStream<TcpStream>);

impl Http {
    async fn to(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufStream::new(stream))
    }

    async fn post(&mut self, path: &str, head: &str, body: &str) -> Value {
        let request = format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len());
        self.0.write_all(request.as_bytes()).await.unwrap();
        self.0.flush().await.unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        self.0.read_exact(&mut answer).await.unwrap();
        serde_json::from_slice(&answer).unwrap()
    }
}
