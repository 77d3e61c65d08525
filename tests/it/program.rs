//! The program as people run it: a process with its arguments, its environment, and what it says.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a harness stops where things are not as expected")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use allears::clock::{Clock, guard};
use allears::domain::ids::FeedbackNo;
use allears::store::Store;
use allears::store::local::{LocalOptions, LocalStore};
use serde_json::Value;
use slack_sim::{Builder, NewChannel, Sim};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// Generous: only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often something is looked at that does not tell by itself.
const GLANCE: Duration = Duration::from_millis(20);

/// The configuration that ships with the program.
pub(crate) const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config");

/// What a command said, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pipe {
    Out,
    Err,
}

/// A process that runs. It is killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    lines: mpsc::UnboundedReceiver<(Pipe, String)>,
    said: Vec<(Pipe, String)>,
}

impl Running {
    /// Starts it, and writes to its input what it is to read.
    pub(crate) fn start(command: Command, input: &[u8]) -> Self {
        let mut running = Self::open(command);
        let (mut stdin, input) = (running.child.stdin.take().unwrap(), input.to_owned());
        // An error says that it ended before it had read all.
        std::thread::spawn(move || drop(stdin.write_all(&input)));
        running
    }

    /// Starts it; its input stays open.
    pub(crate) fn open(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (say, lines) = mpsc::unbounded_channel();
        listen(Pipe::Out, child.stdout.take().unwrap(), say.clone());
        listen(Pipe::Err, child.stderr.take().unwrap(), say);
        Self { child, lines, said: vec![] }
    }

    /// Writes to its input.
    pub(crate) fn tell(&mut self, text: &str) {
        self.child.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// The end of its input.
    pub(crate) fn end_input(&mut self) {
        drop(self.child.stdin.take());
    }

    /// The next line that it says; none once it has ended.
    pub(crate) async fn hears(&mut self) -> Option<String> {
        let heard = self.lines.recv().await?;
        self.said.push(heard.clone());
        Some(heard.1)
    }

    /// Waits until so many lines with these words were said.
    pub(crate) async fn has_said(&mut self, words: &str, times: usize) {
        while self.said.iter().filter(|(_, line)| line.contains(words)).count() < times {
            let heard = guard::within(PATIENCE, self.lines.recv()).await.flatten();
            let heard = heard.unwrap_or_else(|| panic!("{words:?} was not said {times} times, but\n{}", self.all()));
            self.said.push(heard);
        }
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ends(mut self) -> Said {
        while let Some(heard) =
            guard::within(PATIENCE, self.lines.recv()).await.unwrap_or_else(|| panic!("it does not end:\n{}", self.all()))
        {
            self.said.push(heard);
        }
        let code = self.child.wait().unwrap().code();
        Said { code, out: self.lines_of(Pipe::Out), err: self.lines_of(Pipe::Err) }
    }

    /// Kills it, as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Kills it; gives all that it had said by then.
    pub(crate) async fn killed(mut self) -> String {
        self.child.kill().unwrap();
        while self.hears().await.is_some() {}
        self.child.wait().unwrap();
        self.all()
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.id());
        assert!(Command::new("/bin/sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// The rest of the first line with these words.
    pub(crate) fn rest_of(&self, words: &str) -> String {
        let line = self.said.iter().find_map(|(_, line)| line.split_once(words));
        line.unwrap_or_else(|| panic!("nobody said {words:?}")).1.to_owned()
    }

    /// All that was read of it so far.
    pub(crate) fn all(&self) -> String {
        self.said.iter().flat_map(|(_, line)| [line.as_str(), "\n"]).collect()
    }

    fn lines_of(&self, from: Pipe) -> String {
        self.said.iter().filter(|(whose, _)| *whose == from).flat_map(|(_, line)| [line.as_str(), "\n"]).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error says that it has ended.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn listen(from: Pipe, pipe: impl Read + Send + 'static, say: mpsc::UnboundedSender<(Pipe, String)>) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            drop(say.send((from, String::from_utf8_lossy(&line).into_owned())));
        }
    });
}

/// The program with these arguments, in an empty environment.
pub(crate) fn allears(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allears"));
    command.env_clear().args(arguments);
    command
}

/// What it says to these arguments and this input.
pub(crate) async fn ask(arguments: &[&str], input: &[u8]) -> Said {
    Running::start(allears(arguments), input).ends().await
}

/// A folder with a configuration, and a data directory to be made in it.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    /// Where health is asked for.
    pub(crate) port: u16,
}

impl Place {
    /// Three functions, each found by one word; `#stories` is listened to.
    pub(crate) fn new() -> Self {
        let mut place = Self { folder: tempfile::tempdir().unwrap(), port: 0 };
        std::fs::create_dir(place.path("config")).unwrap();
        place.listen_elsewhere();
        let function =
            |id: &str| format!("[[function]]\nid = \"{id}\"\nname = \"{id}\"\nchannel = \"#{id}-voice\"\nlead = \"U00000001\"\n");
        let functions: String = ["finance", "product", "legal"].into_iter().map(function).collect();
        place.write("functions.toml", &format!("[defaults]\nzone = \"UTC\"\n{functions}"));
        let rule =
            |id: &str, word: &str| format!("[[rule]]\nid = \"{id}.word\"\nfunction = \"{id}\"\nphrases = [\"{word}*\"]\nweight = 3.0\n");
        place.write("rules.toml", &(rule("finance", "invoice") + &rule("product", "feature") + &rule("legal", "contract")));
        place
    }

    /// The next bot answers about its health on a port that is free now.
    pub(crate) fn listen_elsewhere(&mut self) {
        self.port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let listen = "[[listen]]\nchannel = \"#stories\"\nmode = \"all\"\nchosen_by = \"U00000001\"\n";
        self.write("allears.toml", &format!("[web]\nlisten = \"127.0.0.1:{}\"\n{listen}", self.port));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of the configuration.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path("config").join(name), text).unwrap();
    }

    /// The program in this place, with nothing in its environment.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = allears(arguments);
        command.current_dir(self.folder.path());
        command
    }

    /// The same, with a workspace to speak with.
    pub(crate) fn program_with(&self, sim: &Sim, arguments: &[&str]) -> Command {
        let mut command = self.program(arguments);
        let api = sim.api_url();
        command.envs([("SLACK_API_URL", api.as_str()), ("SLACK_BOT_TOKEN", sim.bot_token()), ("SLACK_APP_TOKEN", sim.app_token())]);
        command
    }

    /// What the program says in this place.
    pub(crate) async fn ask(&self, arguments: &[&str]) -> Said {
        Running::start(self.program(arguments), b"").ends().await
    }

    /// A bot that hears.
    pub(crate) async fn bot(&self, sim: &Sim) -> Running {
        let mut bot = Running::start(self.program_with(sim, &["serve"]), b"");
        bot.has_said("a line to Slack is open", 2).await;
        bot
    }
}

/// A workspace in which the bot of a [`Place`] is at home.
pub(crate) async fn workspace(builder: Builder) -> Sim {
    let sim = builder.commands(["/heard"]).start().await.unwrap();
    sim.add_people(["lee", "dana"]);
    for channel in ["stories", "sales", "finance-voice", "product-voice", "legal-voice"] {
        sim.add_channel(NewChannel::named(channel).members(["lee", "dana"]).with_bot());
    }
    sim
}

/// Waits until it is so.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let waited = guard::Stopwatch::start();
    while !is_so() {
        assert!(waited.elapsed() < PATIENCE, "not in time: {what}");
        glance().await;
    }
}

/// A moment of real time: what another process does, no clock of ours knows.
pub(crate) async fn glance() {
    guard::within(GLANCE, std::future::pending::<()>()).await;
}

/// The number in a receipt.
pub(crate) fn number(receipt: &str) -> Option<u64> {
    let rest = receipt.strip_prefix("Heard: VOC-")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// All that a store remembers, by number: opened when no bot holds it.
pub(crate) async fn remembered(data: &Path) -> BTreeMap<u64, String> {
    let store = LocalStore::open(LocalOptions::new(data, None), Clock::system()).await.unwrap();
    let upto = *store.newest().borrow();
    let mut records = BTreeMap::new();
    // Numbers are dense, and no change gives more than one: a gap does not end the search.
    for no in 1..=upto.0 {
        if let Some(record) = store.record(FeedbackNo(no)).await.unwrap() {
            records.insert(no, record.verbatim);
        }
    }
    store.close().await;
    records
}

/// One connection over HTTP, as a page keeps it.
pub(crate) struct Http {
    stream: tokio::io::BufReader<TcpStream>,
    host: String,
}

impl Http {
    /// To a port of this machine.
    pub(crate) async fn to(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: tokio::io::BufReader::new(stream), host: format!("127.0.0.1:{port}") }
    }

    /// The status and what is answered; `headers` are whole lines.
    pub(crate) async fn ask(&mut self, line: &str, headers: &str, body: &str) -> (u16, Value) {
        let (host, length) = (&self.host, body.len());
        let request = format!("{line} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let (mut status, mut length) = (0, 0);
        loop {
            let mut header = String::new();
            self.stream.read_line(&mut header).await.unwrap();
            if let Some(rest) = header.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().unwrap();
            }
            if let Some(rest) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = rest.trim().parse().unwrap();
            }
            if header.trim().is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).await.unwrap();
        (status, serde_json::from_slice(&answer).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&answer).into_owned())))
    }
}
