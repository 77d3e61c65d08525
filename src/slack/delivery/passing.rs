//! What is said in passing: each once, and what Slack does not take is dropped.

use tokio::sync::watch;
use tracing::debug;

use super::asides::{Aside, Queue, To};
use super::blocks::content;
use super::calls;
use super::courier::Courier;
use super::pace::Turn;
use super::web::CallError;

impl Courier {
    /// Says what waits in a queue, one after the other, until it is told to stop.
    pub(super) async fn say_in_passing(&self, queue: &Queue, mut stop: watch::Receiver<bool>) {
        loop {
            while let Some(aside) = queue.next(self.now()) {
                if let Err(error) = self.say(aside, &mut stop).await {
                    debug!(%error, "something said in passing was dropped");
                }
            }
            tokio::select! {
                () = queue.more() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// An answer goes at once, since somebody waits for it; a receipt takes its turn.
    async fn say(&self, Aside { to, page, until }: Aside, stop: &mut watch::Receiver<bool>) -> Result<(), CallError> {
        let slack = &self.desk.slack;
        let (user, spot) = match &to {
            To::Answer { url, replace } => return slack.respond(url, content(&page), *replace).await,
            To::Only(user, spot) => (user, spot),
        };
        loop {
            let wait = match calls::take_turn(slack, &Turn::Show) {
                Ok(()) => match calls::show(slack, user, spot, &page).await {
                    Err(CallError::RateLimited(Some(asked))) => asked,
                    said => return said.map(|_| ()),
                },
                Err(wait) => wait,
            };
            let too_late = self.now().checked_add(wait).is_ok_and(|then| then > until);
            if too_late || self.stops_within(wait, stop).await {
                return Err(CallError::RateLimited(Some(wait)));
            }
        }
    }
}
