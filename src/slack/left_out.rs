//! What the filter left out: kept by where it stands, and shown to those who may read there.

use std::io;
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::SignedDuration;
use tracing::{debug, warn};

use super::desk::{Desk, DeskError};
use super::history;
use super::inbound::Message;
use crate::app::left_out::Waiting;
use crate::domain::feedback::{Mode, Origin, Verbatim};
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::left_out::LeftOut;
use crate::domain::noise::LeftOutBecause;
use crate::domain::press::Place;
use crate::texts::en;
use crate::texts::page::{Page, WebAddress};

/// How many messages a list shows.
const MOST: usize = 10;
/// How long a link may take while somebody waits for the list.
const PATIENCE: SignedDuration = SignedDuration::from_millis(1_500);

impl Desk {
    /// The filter left a message out, that says this: a colleague may look at it within the week. None of it is kept that
    /// nobody could pass on.
    pub(super) async fn leave_out(&self, message: &Message, text: &str, why: LeftOutBecause) {
        debug!(channel = message.channel, why = why.name(), "a message was left out");
        if Verbatim::parse(text).is_err() || self.colleague(&message.user, message.author_team.as_deref(), "").await.is_none() {
            return;
        }
        let now = self.clock.now();
        let left_out = LeftOut {
            at: history::moment_of(&message.ts).unwrap_or(now),
            channel: ChannelId::new(&message.channel),
            ts: message.ts.clone(),
            thread: message.thread.clone().filter(|thread| *thread != message.ts),
            author: UserId::new(&message.user),
            why,
        };
        let left_outs = Arc::clone(&self.left_outs);
        let kept = self.clock.blocking("left out", move || left_outs.keep(now, &left_out)).await;
        if let Some(Err(error)) = kept {
            warn!(%error, "where a message was left out could not be kept");
        }
    }

    /// Why somebody may not look through what was left out of a channel.
    pub(super) async fn may_not_look(&self, user: &str, channel: &ChannelId) -> Result<Option<Page>, DeskError> {
        let is_filtered = self.mode_of(channel.as_str()).await? == Some(Mode::Filtered);
        // What has become private since is not listened to any more.
        if !is_filtered || !matches!(self.origin_at(channel.as_str()).await?, Origin::Public | Origin::External) {
            return Ok(Some(en::not_filtered()));
        }
        let is_member = self.directory.is_member(channel, &UserId::new(user)).await?;
        Ok((!is_member).then(en::members_only))
    }

    /// What was left out of a channel and waits to be looked through.
    pub(super) async fn left_out_of(&self, channel: &ChannelId) -> Result<Page, DeskError> {
        let (left_outs, asked) = (Arc::clone(&self.left_outs), channel.clone());
        let kept = self.clock.blocking("left out", move || left_outs.of_channel(&asked)).await;
        let kept = kept.unwrap_or_else(|| Err(io::Error::other("the reader panicked")))?;
        let mut waiting = Waiting::among(&self.store, &self.home.tenant, kept, self.clock.now());
        let (mut shown, mut all) = (vec![], false);
        while !all && shown.len() < MOST {
            let mut more = vec![];
            while shown.len() + more.len() < MOST && !all {
                match waiting.next().await? {
                    Some(next) => more.push(next),
                    None => all = true,
                }
            }
            shown.extend(join_all(more.into_iter().map(|(place, left_out)| self.as_shown(place, left_out))).await.into_iter().flatten());
        }
        all = all || waiting.next().await?.is_none();
        Ok(en::left_out(&shown, all))
    }

    /// With its link, where Slack gives it soon. `None`: it is gone.
    async fn as_shown(&self, place: Place, left_out: LeftOut) -> Option<en::LeftOut> {
        let LeftOut { at, channel, ts, why, thread: _, author: _ } = left_out;
        let asked = self.clock.within(PATIENCE, history::permalink(&self.slack, channel.as_str(), &ts)).await;
        let link = match asked {
            Some(Ok(found)) => WebAddress::parse(&found?),
            Some(Err(_)) | None => None,
        };
        Some(en::LeftOut { at, why, place, link })
    }
}
