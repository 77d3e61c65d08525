//! The channels that are listened to: each is told once how, and who chose it.

use tracing::warn;

use super::desk::{Desk, Listened};
use super::readers::Readers;
use crate::domain::acts::{Act, Change};
use crate::domain::feedback::Identity;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::views::{Listening, Unreadable};

impl Desk {
    /// Tells the channels that are listened to in another way than before. Private ones are not listened to, and what we
    /// post in a channel that is shared with others, they read too.
    pub async fn announce(&self) {
        for listened in &self.home.listened {
            let Some(channel) = self.directory.channel(&listened.channel) else { continue };
            if self.directory.readers(channel.as_str()) != Some(Readers::Everybody) {
                continue;
            }
            if self.is_told(&channel, listened).await.unwrap_or(false) {
                continue;
            }
            let chosen_by = self.whoever(&listened.chosen_by).await;
            let acts = vec![Act::Listen { channel, mode: listened.mode, chosen_by }];
            if let Err(error) = self.store.commit(Change::of_the_bot(self.clock.now(), acts)).await {
                warn!(%error, "a channel could not be told that it is listened to; it is tried again");
            }
        }
    }

    async fn is_told(&self, channel: &ChannelId, listened: &Listened) -> Result<bool, Unreadable> {
        let told = self.store.channel(channel.clone()).await?.listening;
        let known = self.store.known(self.home.tenant.clone(), listened.chosen_by.clone()).await?;
        let now = known.map(|(chosen_by, _)| Listening { mode: listened.mode, chosen_by });
        Ok(now.is_some() && told == now)
    }

    async fn whoever(&self, user: &UserId) -> Identity {
        let name = self.directory.person(user.as_str()).await.map(|card| card.name).unwrap_or_default();
        self.identity(user.as_str(), name)
    }
}
