//! The program as people run it: a process of its own, seen from outside.
use crate::support::{Answer, Line, http};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use tokio_tungstenite::connect_async;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/workspace.example.toml");

/// A running program; it is killed when the test ends.
struct Program {
    child: Child,
    port: u16,
    bot: String,
    app: String,
    /// Held open, since the program may say more.
    _says: BufReader<ChildStdout>,
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slack-sim"));
    command.args(options).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Program {
    /// Runs it on a free port, and reads what it prints.
    fn run(options: &[&str]) -> Self {
        let mut child = command(options).args(["--port", "0"]).spawn().unwrap();
        let mut says = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("Ctrl-C") {
            assert!(says.read_line(&mut said).unwrap() > 0, "it ended: {said}");
        }
        let after = |what: &str| said.lines().find_map(|line| line.strip_prefix(what)).unwrap().trim().to_owned();
        let page = after("page ");
        let port = page.strip_prefix("http://127.0.0.1:").unwrap().parse().unwrap();
        assert_eq!(after("Web API "), format!("{page}/api"));
        Self { child, port, bot: after("bot "), app: after("app "), _says: says }
    }

    async fn call(&self, method: &str, token: &str, args: &Value) -> Value {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        http(self.port, "POST", &format!("/api/{method}"), &headers, &args.to_string()).await.json()
    }

    async fn act(&self, path: &str, body: &Value) -> Answer {
        http(self.port, "POST", path, &[], &body.to_string()).await
    }

    async fn line(&self) -> Line {
        let opened = self.call("apps.connections.open", &self.app, &json!({})).await;
        let mut line = Line(connect_async(opened["url"].as_str().unwrap()).await.unwrap().0);
        assert_eq!(line.next().await["type"], "hello");
        line
    }
}

/// What it says when it does not start: one line.
fn refusal(options: &[&str]) -> String {
    let ended = command(options).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(!ended.status.success() && ended.stdout.is_empty(), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(said.starts_with("slack-sim: ") && !said.contains('\\'), "{said}");
    said
}

/// A file of this test's own.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("slack-sim-{}-{name}.toml", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

#[tokio::test]
async fn it_opens_the_example_and_ends_when_it_is_asked_to() {
    let mut program = Program::run(&["--workspace", EXAMPLE]);
    assert_eq!(program.call("auth.test", &program.bot, &json!({})).await["user"], "allears");
    let stories = http(program.port, "GET", "/sim/channels/customer-stories/messages", &[], "").await.json();
    assert!(stories[0]["text"].as_str().unwrap().contains("VAT"), "{stories}");
    // Somebody who never finishes a request, somebody who looks on, and an app that is connected.
    let mut half = TcpStream::connect(("127.0.0.1", program.port)).unwrap();
    half.write_all(b"POST /api/auth.test HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf").unwrap();
    let mut watching = TcpStream::connect(("127.0.0.1", program.port)).unwrap();
    watching.write_all(b"GET /sim/stream HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(watching.read(&mut [0; 64]).unwrap() > 0);
    let _line = program.line().await;
    assert!(Command::new("kill").args(["-TERM", &program.child.id().to_string()]).status().unwrap().success());
    let ended = program.child.wait().unwrap();
    assert!(ended.success(), "{ended}");
    drop(half);
}

#[tokio::test]
async fn its_clock_is_turned_over_http() {
    let program = Program::run(&["--by-hand", "2026-11-23T09:00:00Z"]);
    let now = async || http(program.port, "GET", "/sim/clock", &[], "").await.json()["now"].clone();
    assert_eq!(now().await, "2026-11-23T09:00:00Z");
    assert_eq!(program.act("/sim/clock", &json!({"advance": "PT25H"})).await.json()["now"], "2026-11-24T10:00:00Z");
    let said = program.act("/sim/message", &json!({"user": "lee", "channel": "sales", "text": "tomorrow"})).await.json();
    assert!(said["ts"].as_str().unwrap().starts_with("1795514400."), "{said}");
    for bad in [
        json!({"advance": "-PT1H"}),
        json!({"advance": "soon"}),
        json!({"advance": "PT900000000000S"}),
        json!({"advance": "PT2300000H"}),
        json!({}),
        json!(7),
    ] {
        let refused = program.act("/sim/clock", &bad).await;
        assert_eq!((refused.status, refused.json()["error"].as_str()), (400, Some("invalid_turn")), "{bad}");
    }
    assert_eq!(now().await, "2026-11-24T10:00:00Z");
    let tooth = program.act("/sim/faults", &json!({"on": "auth.test", "fault": {"slow": u64::MAX}, "times": 1})).await;
    assert_eq!(tooth.status, 200);
}

#[test]
fn what_cannot_be_is_told_in_one_sentence_with_its_cure() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let told = refusal(&["--port", &port]);
    assert!(told.contains(&port) && told.contains("--port"), "{told}");
    let told = refusal(&["--port", "0", "--workspace", "/nowhere/at-all.toml"]);
    assert!(told.contains("/nowhere/at-all.toml") && told.contains("--workspace"), "{told}");
    for moment in ["1970-01-01T00:00:00Z", "9999-12-30T00:00:00Z"] {
        let told = refusal(&["--port", "0", "--by-hand", moment]);
        assert!(told.contains("--by-hand") && told.contains("2286"), "{told}");
    }
    let told = refusal(&["--port", "0", "--app-url", "https://a.example/"]);
    assert!(told.contains("http://"), "{told}");
    for (at, (text, place, word)) in [
        ("[workspace]\nlabel = \"x\"", "line 2, column 1", "`label`"),
        ("[[channel]]\nname = 7", "line 2, column 8", "string"),
        ("[app]\nname = \"bot", "line 2, column", "string"),
        ("[[person]]\nname = \"lee\"\ntz = \"Mars/Olympus\"", "line 3, column 6", "Mars/Olympus"),
        ("limits = \"none\"\n[[fault]]\non = \"line\"\nfault = \"hang\"", "line 2, column 1", "\"line\""),
        ("\n[[message]]\nchannel = \"a\"\nby = \"lee\"\ntext = \"x\"", "line 2, column 1", "\"lee\""),
    ]
    .into_iter()
    .enumerate()
    {
        let file = Scratch::new(&at.to_string(), text);
        let told = refusal(&["--port", "0", "--workspace", file.path()]);
        assert!(told.contains(file.path()) && told.contains(place) && told.contains(word), "{told}");
    }
}

#[tokio::test]
async fn it_writes_down_who_comes_and_goes_when_it_is_asked_to() {
    let program = Program::run(&["--join-messages"]);
    for act in ["join", "leave"] {
        assert_eq!(program.act(&format!("/sim/{act}"), &json!({"user": "dana", "channel": "sales"})).await.status, 200);
    }
    let said = http(program.port, "GET", "/sim/channels/sales/messages", &[], "").await.json();
    assert_eq!((&said[0]["subtype"], &said[1]["subtype"]), (&json!("channel_join"), &json!("channel_leave")));
}

#[tokio::test]
async fn it_outlives_an_app_that_is_killed_and_delivers_again() {
    let program = Program::run(&["--by-hand", "2026-11-23T09:00:00Z"]);
    let mut killed = program.line().await;
    let say = async |text: &str| program.act("/sim/message", &json!({"user": "lee", "channel": "sales", "text": text})).await.status;
    assert_eq!(say("taken").await, 200);
    killed.take().await;
    assert_eq!(say("lost").await, 200);
    let lost = killed.next().await;
    assert_eq!(lost["payload"]["event"]["text"], "lost");
    // Cut without a handshake, in the middle of a frame.
    let stream = killed.0.get_mut();
    tokio::io::AsyncWriteExt::write_all(stream, &[0x81]).await.unwrap();
    drop(killed);
    let mut next = program.line().await;
    let again = loop {
        assert_eq!(program.act("/sim/clock", &json!({"advance": "PT1S"})).await.status, 200);
        let ping = async {
            next.0.send(tokio_tungstenite::tungstenite::Message::Ping("there?".into())).await.unwrap();
            // What came before the answer to the ping.
            loop {
                match next.0.next().await.unwrap().unwrap() {
                    tokio_tungstenite::tungstenite::Message::Text(text) => return Some(serde_json::from_str::<Value>(&text).unwrap()),
                    tokio_tungstenite::tungstenite::Message::Pong(_) => return None,
                    _ => {}
                }
            }
        };
        if let Some(envelope) = ping.await {
            break envelope;
        }
    };
    assert_eq!((&again["payload"]["event_id"], &again["retry_attempt"]), (&lost["payload"]["event_id"], &json!(1)));
    next.ack(&again, None).await;
    assert_eq!(say("and on it goes").await, 200);
    assert_eq!(next.take().await["payload"]["event"]["text"], "and on it goes");
}
