//! That nothing can come from Slack any more, whatever the bot does.

use tokio::sync::watch;

use crate::texts::en::ending;

/// Why the bot can do nothing any more. Its text is for whoever runs the bot, the cure last.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    /// Slack takes the app-level token no more, by this name for the reason.
    #[error("{}", ending::token_refused(.0))]
    TokenRefused(String),
    /// The app was taken out of the workspace.
    #[error("{}", ending::uninstalled())]
    Uninstalled,
    /// The bot's token was revoked.
    #[error("{}", ending::tokens_revoked())]
    TokensRevoked,
}

/// Where it is said that the bot can do nothing any more. Clones are the same place; the first reason stands.
#[derive(Debug, Clone)]
pub struct Ending(watch::Sender<Option<Ended>>);

impl Default for Ending {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Ending {
    /// Says it.
    pub fn because(&self, why: Ended) {
        self.0.send_if_modified(|said| {
            let first = said.is_none();
            if first {
                *said = Some(why);
            }
            first
        });
    }

    /// Waits until it is said; for ever where it never is.
    pub async fn said(&self) -> Ended {
        let mut said = self.0.subscribe();
        let why = said.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        match why {
            Some(why) => why,
            // Nobody is left to say it, which cannot be while it is borrowed.
            None => std::future::pending().await,
        }
    }
}
