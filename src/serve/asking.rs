//! What command-line tools ask while the bot runs.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::warn;

use crate::ask;
use crate::slack::Desk;

/// Answers them over the socket of the data directory; without it, where there can be none, the bot runs all the same.
pub(super) fn questions(dir: &Path, desk: &Arc<Desk>, stop: watch::Receiver<bool>) -> Option<JoinHandle<()>> {
    let socket = match ask::Socket::open(dir) {
        Ok(socket) => socket,
        Err(error) => {
            warn!(%error, "command-line tools cannot ask while the bot runs");
            return None;
        }
    };
    let directory = Arc::clone(&desk.directory);
    let asked = ask::Desk {
        store: Arc::clone(&desk.store),
        in_force: Arc::clone(&desk.in_force),
        clock: desk.clock.clone(),
        channels: Arc::new(move |channel| directory.public_name(channel)),
    };
    Some(desk.clock.spawn(socket.answer(Arc::new(asked), stop)))
}
