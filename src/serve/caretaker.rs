//! What is looked after while the bot runs: the directory, the channels, what is kept for a week.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::watch;
use tracing::warn;

use crate::domain::routing::ChannelRef;
use crate::slack::Desk;
use crate::store::local::DeadLetters;
use crate::texts::en;

/// How often people and channels are looked up anew, and old dead letters are thrown away.
const REFRESH: SignedDuration = SignedDuration::from_hours(1);
/// How long until Slack is asked again that did not answer.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// What is looked after while the bot runs.
pub(super) struct Caretaker {
    pub(super) desk: Arc<Desk>,
    pub(super) letters: Option<Arc<DeadLetters>>,
}

impl Caretaker {
    /// Looks up people and channels for the first time. `false`: Slack did not answer.
    pub(super) async fn begin(&self) -> bool {
        let looked_up = self.look_up().await;
        if looked_up {
            self.say_unresolved();
        }
        looked_up
    }

    /// Looks up people and channels anew, soon where they are not known yet, and throws away old dead letters.
    pub(super) async fn run(self, mut looked_up: bool, mut stop: watch::Receiver<bool>) {
        let clock = &self.desk.clock;
        loop {
            if looked_up {
                self.desk.announce().await;
            }
            self.sweep().await;
            tokio::select! {
                () = clock.sleep(if looked_up { REFRESH } else { AGAIN_AFTER }) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            looked_up = self.look_up().await;
        }
    }

    async fn sweep(&self) {
        let (clock, left_outs) = (&self.desk.clock, Arc::clone(&self.desk.left_outs));
        let now = clock.now();
        if let Some(Err(error)) = clock.blocking("sweep left out", move || left_outs.sweep(now)).await {
            warn!(%error, "where messages were left out could not be forgotten");
        }
        let Some(letters) = self.letters.clone() else { return };
        if let Some(Err(error)) = clock.blocking("sweep dead letters", move || letters.sweep(now)).await {
            warn!(%error, "old dead letters could not be thrown away");
        }
    }

    /// `false`: Slack did not answer.
    async fn look_up(&self) -> bool {
        let looked_up = self.desk.directory.refresh(&self.desk.in_force.routing).await;
        if let Err(error) = &looked_up {
            warn!(%error, "channels could not be looked up; they are tried again");
        }
        looked_up.is_ok()
    }

    /// Whoever runs the bot is told which channels it cannot see, and what to do.
    fn say_unresolved(&self) {
        let Desk { directory, in_force, home, .. } = self.desk.as_ref();
        let functions = in_force.routing.functions().iter().map(|function| &function.channel);
        let listened: Vec<&ChannelRef> = home.listened.iter().map(|listened| &listened.channel).collect();
        let named: Vec<&ChannelRef> = functions.chain(listened.iter().copied()).collect();
        for missing in directory.not_resolved(&named) {
            let cure = en::cure("channel_not_found", &missing.channel);
            warn!(channel = missing.channel, cure, "a channel of the configuration is unknown");
        }
        for private in directory.private_among(&listened) {
            warn!(cure = en::not_public(&private), "a channel of the configuration is not listened to");
        }
    }
}
