//! From a delivery to the gesture that it is.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tracing::warn;

use super::desk::{Desk, Reply, count};
use super::ending;
use super::gestures::{changed, command, form, home, message, press, reaction};
use super::inbound::{self, Ended, Inbound, Interaction, LeftAlone, Said};

impl Desk {
    /// Answers a delivery, from whichever transport: raw payload in, answer out.
    ///
    /// Nothing is acknowledged before it is durable. What cannot be kept is not acknowledged where Slack sends it again,
    /// and is refused in words where it does not.
    ///
    /// Boxed: each gesture's future is part of it, and each delivery holds one.
    pub(super) fn answer<'a>(&'a self, kind: &'a str, payload: &'a Value) -> BoxFuture<'a, Reply> {
        self.gesture(kind, payload).boxed()
    }

    async fn gesture(&self, kind: &str, payload: &Value) -> Reply {
        match inbound::read(kind, payload) {
            Inbound::Command(command) => command::answer(self, command).await,
            Inbound::Said(event_id, Said::New(message)) => message::answer(self, &event_id, message).await,
            Inbound::Said(event_id, Said::Edited(message, before)) => changed::edited(self, &event_id, message, &before).await,
            Inbound::Said(event_id, Said::Deleted { channel, ts, .. }) => changed::deleted(self, &event_id, &channel, &ts).await,
            Inbound::Mentioned(event_id, message) => message::mentioned(self, &event_id, message).await,
            Inbound::Reaction(reaction) => reaction::answer(self, reaction).await,
            Inbound::Home(by) => home::answer(self, by).await,
            Inbound::Interaction(interaction) => self.interaction(interaction).await,
            Inbound::Joined { user } => self.joined(&user),
            Inbound::Ended(ended) => self.ended(ended),
            Inbound::LeftAlone(why) => self.leave_alone(why),
            Inbound::Unknown => {
                warn!(kind, "a delivery of a kind that is unknown here was put aside");
                count(&self.counters.unknown);
                (self.dead_letters)(&json!({"type": kind, "payload": payload}).to_string());
                Reply::Ack(None)
            }
        }
    }

    async fn interaction(&self, interaction: Interaction) -> Reply {
        match interaction {
            Interaction::Pressed(pressed) => press::answer(self, pressed).await,
            Interaction::Submitted(sent) => form::submitted(self, sent).await,
            Interaction::Shortcut(shortcut) => form::shortcut(self, shortcut).await,
            Interaction::Suggest { by, id, typed } => form::suggest(self, &by, &id, &typed),
            Interaction::Closed => self.leave_alone(LeftAlone::Event),
        }
    }

    /// The bot stops, and keeps its data; whoever runs it reads why, and what to do.
    fn ended(&self, ended: Ended) -> Reply {
        self.ending.because(match ended {
            Ended::Uninstalled => ending::Ended::Uninstalled,
            Ended::Revoked => ending::Ended::TokensRevoked,
        });
        Reply::Ack(None)
    }

    /// Where we were invited, what waited for that may be posted. It is tried every ten minutes anyway, so that nothing is lost
    /// with the event.
    fn joined(&self, user: &str) -> Reply {
        if user == self.home.user {
            self.mended.notify_one();
        }
        self.leave_alone(LeftAlone::Event)
    }

    fn leave_alone(&self, why: LeftAlone) -> Reply {
        self.left_alone();
        if why == LeftAlone::RateLimited {
            self.gaps.missed();
            warn!("Slack left out events of the last minute: more than 30,000 an hour");
        }
        Reply::Ack(None)
    }
}
