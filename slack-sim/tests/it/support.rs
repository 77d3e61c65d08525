//! A client that knows HTTP and websockets, and nothing else.
use futures_util::{SinkExt, StreamExt};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use slack_sim::{HandTime, Limits, NewChannel, NewPerson, Sim};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// In real time; passed by far only where something is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// A workspace with two clocks that stand still.
pub(crate) struct Office {
    pub(crate) sim: Sim,
    pub(crate) time: HandTime,
    pub(crate) wire: HandTime,
}

/// Lee and Dana in #sales with the bot, Dana alone in the private #board, nobody in #archive.
pub(crate) async fn office() -> Office {
    office_with(|builder| builder).await
}

pub(crate) async fn office_with(more: impl FnOnce(slack_sim::Builder) -> slack_sim::Builder) -> Office {
    let noon: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let (time, wire) = (HandTime::at(noon), HandTime::at(noon));
    // Clocks that stand still give no call back: limits are for the tests of limits.
    let builder = Sim::builder().bot_name("bot").time(Arc::new(time.clone())).wire(Arc::new(wire.clone())).limits(Limits::none());
    let sim = more(builder).start().await.unwrap();
    sim.add_person(NewPerson::named("lee").real_name("Lee Brandt").tz("Europe/Berlin"));
    sim.add_people(["dana"]);
    sim.add_channel(NewChannel::named("sales").members(["lee", "dana"]).with_bot());
    sim.add_channel(NewChannel::named("board").members(["dana"]).private());
    sim.add_channel(NewChannel::named("archive").with_bot().archived());
    sim.add_channel(NewChannel::named("random"));
    Office { sim, time, wire }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// One request on a connection of its own.
pub(crate) async fn http(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        write!(head, "Host: 127.0.0.1:{port}\r\n").unwrap();
    }
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.unwrap();
    let all = String::from_utf8(all).unwrap();
    // A connection that broke before the answer has neither.
    let (head, body) = all.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap());
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

/// A call of the Web API with the bot's token and JSON arguments.
pub(crate) async fn call(sim: &Sim, method: &str, args: Value) -> Value {
    let bearer = format!("Bearer {}", sim.bot_token());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    http(sim.port(), "POST", &format!("/api/{method}"), &headers, &args.to_string()).await.json()
}

/// A POST of the control API.
pub(crate) async fn act(sim: &Sim, path: &str, body: &str) -> Answer {
    http(sim.port(), "POST", path, &[("Content-Type", "application/json")], body).await
}

/// A line of Socket Mode.
pub(crate) struct Line(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

pub(crate) async fn ticket_url(sim: &Sim) -> Value {
    let bearer = format!("Bearer {}", sim.app_token());
    let headers = [("Authorization", bearer.as_str())];
    http(sim.port(), "POST", "/api/apps.connections.open", &headers, "").await.json()
}

/// A line whose hello was not read yet.
pub(crate) async fn connect(sim: &Sim) -> Line {
    let opened = ticket_url(sim).await;
    Line(connect_async(opened["url"].as_str().unwrap()).await.unwrap().0)
}

/// A line that said hello.
pub(crate) async fn line(sim: &Sim) -> Line {
    let mut line = connect(sim).await;
    assert_eq!(line.next().await["type"], "hello");
    line
}

impl Line {
    /// The next text frame; pings are answered on the way.
    #[expect(clippy::disallowed_methods, reason = "a guard: a frame that never comes is a failure, not a test that hangs")]
    pub(crate) async fn next(&mut self) -> Value {
        tokio::time::timeout(PATIENCE, self.next_text()).await.unwrap()
    }

    async fn next_text(&mut self) -> Value {
        loop {
            match self.0.next().await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(text.as_str()).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next text frame, turning the wire's clock by a second again and again until it comes.
    pub(crate) async fn next_turning(&mut self, wire: &HandTime) -> Value {
        let turning = async {
            loop {
                for _ in 0..200 {
                    tokio::task::yield_now().await;
                }
                wire.advance(SignedDuration::from_secs(1));
            }
        };
        tokio::select! {
            biased;
            frame = self.next() => frame,
            () = turning => unreachable!(),
        }
    }

    /// The next envelope, acknowledged.
    pub(crate) async fn take(&mut self) -> Value {
        let envelope = self.next().await;
        self.ack(&envelope, None).await;
        envelope
    }

    pub(crate) async fn ack(&mut self, envelope: &Value, payload: Option<Value>) {
        let mut ack = json!({"envelope_id": envelope["envelope_id"]});
        if let Some(payload) = payload {
            ack["payload"] = payload;
        }
        self.0.send(Message::text(ack.to_string())).await.unwrap();
    }

    /// Reads to the end: whether the close handshake was made.
    pub(crate) async fn end(&mut self) -> bool {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(_)) | Err(Error::ConnectionClosed)) | None => return true,
                Some(Ok(_)) => {}
                Some(Err(_)) => return false,
            }
        }
    }
}
