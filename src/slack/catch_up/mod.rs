//! What was said while nobody listened is heard afterwards, once.
//!
//! For each channel a fact says up to where all that was said in it is known to be heard (`CaughtUp`). After a gap the
//! channel is read from there to now; what was heard live is known by its message and passed over. The fact is committed
//! when a channel is through, so that a process that dies in the middle begins again from the same place.
//!
//! In order, each using only those above it.

mod channel;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::watch;
use tracing::{debug, info, warn};

use channel::{NotCaughtUp, Scope};

use super::desk::{Desk, DeskError};
use super::gaps::Reached;
use super::history::ts_of;
use super::reader::{Pace, Reader, Unread};
use super::readers::Readers;
use crate::domain::acts::{Act, Change};
use crate::domain::feedback::Mode;
use crate::domain::ids::ChannelId;

/// How often the place moves on up to which all is heard, and channels are tried again that could not be read.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How far behind now it stays. Slack sends a delivery that fails for the last time after about six minutes, so that what was
/// said before has reached us, or is known to be missing; and its clock may be another than ours.
const BEHIND: SignedDuration = SignedDuration::from_hours(1);

/// How soon a channel is tried again that could not be read.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Looks for what was missed.
pub struct CatchUp {
    desk: Arc<Desk>,
    reader: Reader,
    /// Channels that were read since something may have been missed.
    sure: BTreeSet<ChannelId>,
    /// Why a channel could not be read, so that it is said once.
    said: BTreeMap<ChannelId, String>,
    stop: watch::Receiver<bool>,
}

impl CatchUp {
    /// For the channels of a desk, at a pace, until it is told to stop.
    pub fn new(desk: Arc<Desk>, pace: &Arc<Pace>, stop: watch::Receiver<bool>) -> Self {
        let reader = Reader::new((&desk.slack, &desk.clock), pace, stop.clone());
        Self { desk, reader, sure: BTreeSet::new(), said: BTreeMap::new(), stop }
    }

    /// Runs until it is told to stop: reads when what is said reaches us again, and moves on while it does.
    pub async fn run(mut self) {
        let (desk, mut stop) = (Arc::clone(&self.desk), self.stop.clone());
        let mut wait = EVERY;
        loop {
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                () = desk.gaps.back() => {}
                () = desk.clock.sleep(wait) => {}
            }
            match desk.gaps.look() {
                Reached::Nothing => continue,
                Reached::NotAll => self.sure.clear(),
                Reached::All => {}
            }
            match self.look().await {
                Ok(all) => wait = if all { EVERY } else { AGAIN_AFTER },
                Err(_) => return,
            }
        }
    }

    /// Reads the channels that are not sure, and moves on in the others. Gives whether all are sure now. An error: it was told
    /// to stop.
    async fn look(&mut self) -> Result<bool, Unread> {
        let channels = self.channels();
        for (id, scope) in &channels {
            let looked =
                if self.sure.contains(id) { self.move_on(id).await.map_err(NotCaughtUp::from) } else { self.read(id, *scope).await };
            match looked {
                Ok(()) => drop(self.said.remove(id)),
                Err(NotCaughtUp::Unread(Unread::Stopped)) => return Err(Unread::Stopped),
                Err(why) => self.say(id, &why),
            }
        }
        let listened = self.desk.home.listened.iter().map(|listened| &listened.channel);
        let unknown = self.desk.directory.not_resolved(&listened.collect::<Vec<_>>());
        Ok(unknown.is_empty() && channels.keys().all(|id| self.sure.contains(id)))
    }

    /// The channels that are listened to; and those of functions, where people answer digests.
    fn channels(&self) -> BTreeMap<ChannelId, Scope> {
        let desk = &self.desk;
        let functions = desk.in_force.routing.functions().iter().filter_map(|function| desk.directory.channel(&function.channel));
        let listened = desk.home.listened.iter().filter(|listened| matches!(listened.mode, Mode::All | Mode::Filtered));
        let listened = listened.filter_map(|listened| desk.directory.channel(&listened.channel));
        let listened = listened.filter(|id| desk.directory.readers(id.as_str()) != Some(Readers::TheInvited));
        functions.map(|id| (id, Scope::OurThreads)).chain(listened.map(|id| (id, Scope::Everything))).collect()
    }

    async fn read(&mut self, id: &ChannelId, scope: Scope) -> Result<(), NotCaughtUp> {
        let found = channel::catch_up(&self.desk, &mut self.reader, id, scope).await?;
        self.sure.insert(id.clone());
        if let Some(found) = found {
            info!(channel = %id, "read what was said meanwhile: {found}");
        }
        Ok(())
    }

    fn say(&mut self, id: &ChannelId, why: &NotCaughtUp) {
        let text = why.to_string();
        if self.said.get(id) == Some(&text) {
            debug!(channel = %id, error = %why, "a channel still cannot be read");
        } else {
            warn!(channel = %id, error = %why, "what was said in a channel meanwhile could not be read; it is tried again");
            self.said.insert(id.clone(), text);
        }
    }

    /// While all that is said reaches us, what was said an hour ago was heard. Where a gap would not be noticed the place
    /// stays, so that the next start looks for what was lost. Where nothing was kept since, the next reading has nothing to
    /// pass over, and no fact is needed.
    async fn move_on(&mut self, id: &ChannelId) -> Result<(), DeskError> {
        let (now, store) = (self.desk.clock.now(), &self.desk.store);
        let Some(upto) = now.checked_sub(BEHIND).ok().filter(|_| self.desk.gaps.are_noticed()).map(ts_of) else { return Ok(()) };
        let Some(before) = store.channel(id.clone()).await?.caught_up else { return Ok(()) };
        let since = store.told_from(self.desk.source(id.as_str(), &before.upto), 2).await?;
        if since.iter().any(|(source, _)| source.ts > before.upto && source.ts <= upto) {
            let act = Act::CaughtUp { channel: id.clone(), upto };
            store.commit(Change::of_the_bot(now, vec![act])).await?;
        }
        Ok(())
    }
}
