//! Questions and who answers them.

use tokio::sync::mpsc;
use tracing::error;

use super::digest::{self, Fault, Out};
use super::protocol::{Ask, Said};

pub use super::digest::Desk;

/// Answers a question into a channel, line by line; the last line ends it. Stops where nobody listens any more.
pub async fn answer(desk: &Desk, ask: &Ask, out: mpsc::Sender<Said>) {
    let answered = match ask {
        Ask::Digest(asked) => digest::digest(desk, asked, &Out(&out)).await,
    };
    let last = match answered {
        Ok(last) => last,
        Err(Fault::Gone) => return,
        Err(Fault::Unreadable(fault)) => {
            error!(%fault, "a question of a command-line tool could not be answered");
            Said::Refused(format!("the store cannot be read ({fault}): start the bot anew, or stop it and run `allears rebuild`"))
        }
    };
    // Nobody may listen any more, and need not.
    drop(out.send(last).await);
}
