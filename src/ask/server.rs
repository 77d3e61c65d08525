//! Answering while the bot runs.

use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join;
use futures_util::stream::FuturesUnordered;
use jiff::SignedDuration;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tracing::{debug, error, warn};

use super::answer::{Desk, answer};
use super::protocol::{Ask, MOST_BYTES, Request, Said, VERSION, socket_in};
use crate::clock::guard;

/// How long a question may take to come, and a line of the answer to be taken.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many are answered at once; others wait.
const AT_ONCE: usize = 8;
/// How many lines of an answer may wait to be taken.
const AHEAD: usize = 4;
/// How long it waits after the system gave no connection.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(1);
/// The folder in which the socket is made.
const NEW: &str = "ask.new";

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// A socket's path may have about a hundred bytes.
    #[error("the path of the data directory is too long for a socket: shorten it to 95 bytes")]
    TooLong,
    /// The system refuses.
    #[error(transparent)]
    Refused(#[from] io::Error),
}

/// The socket of a data directory.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

impl Socket {
    /// Opens the socket, in place of one that a killed bot has left. Only for whoever holds the store's lock.
    ///
    /// It is made in a folder that nobody else may enter, and stands in the data directory only once nobody else may use
    /// it.
    pub fn open(dir: &Path) -> Result<Self, SocketError> {
        let (path, folder) = (socket_in(dir), dir.join(NEW));
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
        let opened = Self::open_in(&folder, &path);
        std::fs::remove_dir_all(&folder)?;
        Ok(Self { listener: opened?, path })
    }

    fn open_in(folder: &Path, path: &Path) -> Result<UnixListener, SocketError> {
        let new = folder.join("s");
        let listener = std::os::unix::net::UnixListener::bind(&new)
            .map_err(|error| if error.kind() == ErrorKind::InvalidInput { SocketError::TooLong } else { error.into() })?;
        listener.set_nonblocking(true)?;
        std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o600))?;
        let listener = UnixListener::from_std(listener)?;
        std::fs::rename(&new, path)?;
        Ok(listener)
    }

    /// Answers until it is told to stop, then takes the socket away; an answer under way breaks off.
    pub async fn answer(self, desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
        let clock = desk.clock.clone();
        let mut talks: FuturesUnordered<JoinHandle<()>> = FuturesUnordered::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept(), if talks.len() < AT_ONCE => accepted,
                Some(talked) = talks.next() => {
                    if talked.is_err() {
                        error!("answering a command-line tool ended in a panic");
                    }
                    continue;
                }
                _ = stop.wait_for(|stop| *stop) => break,
            };
            match accepted {
                Ok((stream, _)) => talks.push(clock.spawn(talk(stream, Arc::clone(&desk), stop.clone()))),
                Err(error) => {
                    warn!(%error, "a command-line tool could not be let in");
                    tokio::select! {
                        () = clock.sleep(AGAIN_AFTER) => {}
                        _ = stop.wait_for(|stop| *stop) => break,
                    }
                }
            }
        }
        // Whoever holds the store's lock next makes it anew.
        if let Err(error) = std::fs::remove_file(&self.path) {
            warn!(%error, "the socket of the command-line tools could not be taken away");
        }
        while talks.next().await.is_some() {}
    }
}

/// One question and its answer.
async fn talk(stream: UnixStream, desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = hear(stream, &desk) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn hear(stream: UnixStream, desk: &Desk) {
    let (read, mut write) = stream.into_split();
    let mut line = vec![];
    let mut read = BufReader::new(read.take(MOST_BYTES));
    let heard = guard::within(PATIENCE, read.read_until(b'\n', &mut line)).await;
    if !matches!(heard, Some(Ok(_))) || line.is_empty() {
        debug!("a command-line tool connected and asked nothing");
        return;
    }
    let (out, mut lines) = mpsc::channel(AHEAD);
    let answering = async {
        match understood(&line) {
            Ok(ask) => answer(desk, &ask, out).await,
            // Nobody may listen any more, and need not.
            Err(why) => drop(out.send(Said::Refused(why)).await),
        }
    };
    let saying = async move {
        while let Some(said) = lines.recv().await {
            let line = format!("{}\n", json!(said));
            let taken = guard::within(PATIENCE, write.write_all(line.as_bytes())).await;
            if !matches!(taken, Some(Ok(()))) {
                debug!("a command-line tool went before it was answered");
                return;
            }
        }
    };
    join(answering, saying).await;
}

/// The question of a line, or why it is refused: in our words alone.
fn understood(line: &[u8]) -> Result<Ask, String> {
    const NO_QUESTION: &str = "that is no question that the bot knows: ask it with `allears`";
    let whole = line.ends_with(b"\n");
    let request: Option<Request> = serde_json::from_slice(line).ok().filter(|_| whole);
    let Request { version, ask } = request.ok_or_else(|| NO_QUESTION.to_owned())?;
    if version != VERSION {
        // As a version looks, so that nothing else travels back.
        let theirs: String = version.chars().filter(|c| c.is_ascii_alphanumeric() || ".+-".contains(*c)).take(40).collect();
        return Err(format!(
            "the bot that runs is version {VERSION}, and this program is {theirs}: ask it with its own program, or start it anew with this one"
        ));
    }
    serde_json::from_value(ask).map_err(|_| NO_QUESTION.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::DigestAsked;

    #[test]
    fn only_a_whole_question_of_the_same_version_is_understood() {
        let ask = Ask::Digest(DigestAsked { function: "finance".to_owned(), day: None, json: true });
        let line = |version: &str, ask: serde_json::Value| format!("{}\n", json!({"version": version, "ask": ask}));
        let good = line(VERSION, json!(ask));
        assert_eq!(understood(good.as_bytes()), Ok(ask));
        assert!(understood(good.trim_end().as_bytes()).is_err(), "cut off");
        for bad in ["\n", "{}\n", "[]\n", "\u{0}\n", &line(VERSION, json!("secrets")), &line(VERSION, json!({"digest": {}}))] {
            assert!(understood(bad.as_bytes()).unwrap_err().starts_with("that is no question"), "{bad}");
        }
        let newer = understood(line("9.0.0 <@U1>", json!({"who_knows": 1})).as_bytes()).unwrap_err();
        assert!(newer.starts_with(&format!("the bot that runs is version {VERSION}, and this program is 9.0.0U1: ")), "{newer}");
    }
}
