//! Asking the bot that runs.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use super::protocol::{Ask, Request, Said, VERSION, socket_in};
use crate::clock::guard;

/// How long the bot may take for a line of its answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why the bot did not answer. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody answers there.
    #[error("{} is in use, but the bot does not answer there: it starts or ends, so try again; its log says more", .0.display())]
    NotThere(PathBuf),
    /// The path is longer than that of a socket may be.
    #[error("{} is too long for a socket, so the bot cannot be asked while it runs: stop it first, or give it a shorter data directory", .0.display())]
    TooLong(PathBuf),
    /// The socket may not be used.
    #[error("{} cannot be used ({why}): run this as the bot's user", path.display())]
    Unusable {
        /// The socket.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// The answer broke off.
    #[error("the bot ended before it had answered: try again")]
    BrokenOff,
    /// Nothing came for a minute.
    #[error("the bot does not answer within a minute: its log says more")]
    Slow,
    /// It answered something else.
    #[error("what the bot answers makes no sense: use its own program to ask it")]
    Nonsense,
}

/// A question that was put, and its answer as it comes.
#[derive(Debug)]
pub struct Talk(BufReader<UnixStream>);

impl Talk {
    /// Asks the bot that holds this data directory.
    pub async fn ask(dir: &Path, ask: &Ask) -> Result<Self, AskError> {
        let path = socket_in(dir);
        let mut stream = match UnixStream::connect(&path).await {
            Ok(stream) => stream,
            Err(why) => {
                return Err(match why.kind() {
                    ErrorKind::NotFound | ErrorKind::ConnectionRefused => AskError::NotThere(dir.to_owned()),
                    ErrorKind::InvalidInput => AskError::TooLong(path),
                    _ => AskError::Unusable { path, why },
                });
            }
        };
        let request = json!(Request { version: VERSION.to_owned(), ask: json!(ask) });
        let line = format!("{request}\n");
        let sent = guard::within(PATIENCE, stream.write_all(line.as_bytes())).await.ok_or(AskError::Slow)?;
        sent.map_err(|_| AskError::BrokenOff)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// The next line of the answer. The last one [ends](Said::ends) it.
    pub async fn next(&mut self) -> Result<Said, AskError> {
        let mut line = vec![];
        let read = guard::within(PATIENCE, self.0.read_until(b'\n', &mut line)).await.ok_or(AskError::Slow)?;
        if read.is_err() || !line.ends_with(b"\n") {
            return Err(AskError::BrokenOff);
        }
        serde_json::from_slice(&line).map_err(|_| AskError::Nonsense)
    }
}
