//! The desk at which every delivery ends, from whichever transport: raw payload in, answer out.
//!
//! Nothing is acknowledged before it is durable. What cannot be kept is not acknowledged where Slack sends it again,
//! and is refused in words where it does not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use tracing::{error, warn};

use super::blocks::content;
use super::directory::{Card, Directory, Readers};
use super::inbound::{self, Command, Inbound, LeftAlone, Message};
use super::markup;
use crate::app::InForce;
use crate::app::intake::{self, TellError, Telling, Told};
use crate::clock::Clock;
use crate::domain::command::HeardCommand;
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Gesture, Identity, Origin, Source, Verbatim};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, TenantId, UserId};
use crate::domain::routing::ChannelRef;
use crate::store::{CommitError, SharedStore};
use crate::texts::en::{self, NotKept};
use crate::texts::page::Page;

/// Who we are, and what is ours.
#[derive(Debug, Clone)]
pub struct Home {
    /// The enterprise where there is one, else the workspace.
    pub tenant: TenantId,
    /// Our workspace.
    pub team: String,
    /// Our enterprise.
    pub enterprise: Option<String>,
    /// Our user.
    pub user: String,
    /// The command that tells, such as `/heard`.
    pub command: String,
    /// The channels that are listened to, as the configuration names them.
    pub listened: Vec<ChannelRef>,
}

/// Keeps what we could not read, for whoever runs the bot.
pub type DeadLetters = Arc<dyn Fn(&str) + Send + Sync>;

/// How many deliveries became what.
#[derive(Debug, Default)]
pub struct Counters {
    /// Records that were kept.
    pub heard: AtomicU64,
    /// Deliveries that had come before.
    pub duplicates: AtomicU64,
    /// Deliveries that were left alone on purpose.
    pub left_alone: AtomicU64,
    /// Deliveries that we could not read.
    pub unknown: AtomicU64,
    /// Deliveries that could not be kept.
    pub not_kept: AtomicU64,
    /// Lines to Slack that are open now.
    pub lines: AtomicU64,
}

/// What a delivery is answered with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reply {
    /// It is done with; perhaps with a message for the person.
    Ack(Option<Value>),
    /// Slack shall send it again.
    Silence,
}

/// The desk.
pub struct Desk {
    /// Time.
    pub clock: Clock,
    /// What is remembered.
    pub store: SharedStore,
    /// Functions and rules.
    pub in_force: Arc<InForce>,
    /// People and channels.
    pub directory: Arc<Directory>,
    /// Who we are.
    pub home: Home,
    /// Where unreadable deliveries go.
    pub dead_letters: DeadLetters,
    /// How many deliveries became what.
    pub counters: Arc<Counters>,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Desk {
    /// Answers a delivery.
    pub(super) async fn answer(&self, kind: &str, payload: &Value) -> Reply {
        match inbound::read(kind, payload) {
            Inbound::Command(command) => self.command(command).await,
            Inbound::Message(message) => self.message(message).await,
            Inbound::LeftAlone(why) => self.left_alone(why),
            Inbound::Unknown => {
                warn!(kind, "a delivery of a kind that is unknown here was put aside");
                count(&self.counters.unknown);
                (self.dead_letters)(&json!({"type": kind, "payload": payload}).to_string());
                Reply::Ack(None)
            }
        }
    }

    fn left_alone(&self, why: LeftAlone) -> Reply {
        count(&self.counters.left_alone);
        if why == LeftAlone::RateLimited {
            warn!("Slack left out events of the last minute: more than 30,000 an hour");
        }
        Reply::Ack(None)
    }

    async fn command(&self, command: Command) -> Reply {
        let page = if !self.is_ours(&command.team, command.enterprise.as_deref()) {
            self.refuse()
        } else if command.name == self.home.command {
            self.heard(command).await
        } else {
            en::unknown_command(&self.home.command)
        };
        Reply::Ack(Some(ephemeral(&page)))
    }

    fn refuse(&self) -> Page {
        count(&self.counters.left_alone);
        en::not_from_here()
    }

    fn is_ours(&self, team: &str, enterprise: Option<&str>) -> bool {
        team == self.home.team || (enterprise.is_some() && enterprise == self.home.enterprise.as_deref())
    }

    /// Somebody of another company: Slack Connect.
    fn is_stranger(&self, card: Option<&Card>, team: Option<&str>) -> bool {
        let team = card.and_then(|card| card.team.as_deref()).or(team);
        let enterprise = card.and_then(|card| card.enterprise.as_deref());
        card.is_some_and(|card| card.stranger) || team.is_some_and(|team| !self.is_ours(team, enterprise))
    }

    async fn heard(&self, command: Command) -> Page {
        let text = self.plain(&command.text).await;
        let verbatim = match HeardCommand::parse(&text) {
            HeardCommand::Tell(verbatim) => verbatim,
            HeardCommand::Help => return en::heard_help(&self.home.command),
            HeardCommand::TooLong(characters) => return en::too_long(characters),
        };
        let card = self.directory.person(&command.user).await;
        if self.is_stranger(card.as_ref(), None) {
            return self.refuse();
        }
        let name = card.map(|card| card.name).filter(|name| !name.is_empty()).unwrap_or(command.user_name);
        let telling = Telling {
            teller: self.identity(&command.user, name),
            teller_functions: self.functions_of(&command.user),
            key: DeliveryKey::command(&command.trigger),
            source: None,
            channel: ChannelId::new(&command.channel),
            origin: self.origin_of(&command.channel, &command.channel_name),
            gesture: Gesture::Command,
            verbatim,
        };
        self.tell_for_receipt(telling).await
    }

    async fn tell_for_receipt(&self, telling: Telling) -> Page {
        let (now, shown_as) = (self.clock.now(), Some(telling.teller.name.clone()).filter(|name| !name.is_empty()));
        match intake::tell(&self.store, &self.in_force, now, telling).await {
            Ok(told) => {
                self.count_told(&told);
                match told {
                    Told::Kept { no, record, .. } => en::receipt(&intake::receipt(&self.in_force, now, no, &record, shown_as)),
                    Told::Before(no) => en::heard_before(no),
                }
            }
            Err(fault) => en::not_kept(self.not_kept(&fault)),
        }
    }

    async fn message(&self, message: Message) -> Reply {
        // Only public channels are listened to; Slack calls private ones groups.
        if message.user == self.home.user || !matches!(message.channel_type.as_str(), "channel" | "") {
            return self.left_alone(LeftAlone::Event);
        }
        match self.directory.is_one_of(&message.channel, &self.home.listened).await {
            Ok(true) => {}
            Ok(false) => return self.left_alone(LeftAlone::Event),
            Err(error) => {
                warn!(%error, "a channel could not be looked up; its message is asked for again");
                return Reply::Silence;
            }
        }
        if self.directory.readers(&message.channel) == Readers::TheInvited {
            return self.left_alone(LeftAlone::Event);
        }
        let channel = ChannelId::new(&message.channel);
        let card = self.directory.person(&message.user).await;
        if self.is_stranger(card.as_ref(), message.author_team.as_deref()) {
            return self.left_alone(LeftAlone::Event);
        }
        let Ok(verbatim) = Verbatim::parse(&self.plain(&message.text).await) else { return self.left_alone(LeftAlone::Event) };
        let name = card.map(|card| card.name).unwrap_or_default();
        let telling = Telling {
            teller: self.identity(&message.user, name),
            teller_functions: self.functions_of(&message.user),
            key: DeliveryKey::event(&message.event_id),
            source: Some(Source { tenant: self.home.tenant.clone(), channel: channel.clone(), ts: message.ts }),
            channel,
            origin: if message.shared { Origin::External } else { self.origin_of(&message.channel, "") },
            gesture: Gesture::Listening,
            verbatim,
        };
        match intake::tell(&self.store, &self.in_force, self.clock.now(), telling).await {
            Ok(told) => {
                self.count_told(&told);
                Reply::Ack(None)
            }
            Err(fault) => {
                self.not_kept(&fault);
                Reply::Silence
            }
        }
    }

    fn count_told(&self, told: &Told) {
        count(match told {
            Told::Kept { .. } => &self.counters.heard,
            Told::Before(_) => &self.counters.duplicates,
        });
    }

    /// Says once in the log what went wrong, and gives what the person is told.
    fn not_kept(&self, fault: &TellError) -> NotKept {
        count(&self.counters.not_kept);
        let reference = format!("{:08x}", fastrand::u32(..));
        error!(reference, error = %fault, "a delivery could not be kept");
        match fault {
            TellError::Commit(CommitError::Full) => NotKept::Full,
            TellError::Commit(CommitError::Busy) => NotKept::Busy,
            TellError::Commit(CommitError::Stale(_) | CommitError::Refused(_) | CommitError::Unreadable(_) | CommitError::Closed)
            | TellError::Unreadable(_) => NotKept::Fault { reference },
        }
    }

    fn identity(&self, user: &str, name: String) -> Identity {
        Identity { tenant: self.home.tenant.clone(), user: UserId::new(user), name }
    }

    fn functions_of(&self, user: &str) -> Vec<FunctionId> {
        self.in_force.home(&UserId::new(user), &self.directory.function_members()).into_iter().collect()
    }

    /// Slack names private channels and direct messages by these words in commands.
    fn origin_of(&self, channel: &str, channel_name: &str) -> Origin {
        match channel_name {
            "directmessage" => Origin::Direct,
            name if name.starts_with("mpdm-") => Origin::Direct,
            "privategroup" => Origin::Private,
            _ if channel.starts_with('D') => Origin::Direct,
            _ => match self.directory.readers(channel) {
                Readers::Outsiders => Origin::External,
                Readers::TheInvited => Origin::Private,
                Readers::Everybody => Origin::Public,
            },
        }
    }

    /// What people see of a text: mentions by the names of those who are mentioned.
    async fn plain(&self, text: &str) -> String {
        let mut names = BTreeMap::new();
        for user in mentioned(text) {
            if let Some(card) = self.directory.person(&user).await {
                names.insert(user, card.name);
            }
        }
        markup::plain(text, |user| names.get(user).cloned())
    }
}

/// Ids of people who are mentioned; at most twenty are looked up.
fn mentioned(text: &str) -> BTreeSet<String> {
    let ids = text.split("<@").skip(1).filter_map(|rest| rest.split(['|', '>']).next());
    ids.filter(|id| id.len() <= 32).take(20).map(ToOwned::to_owned).collect()
}

/// An answer that only the person sees.
fn ephemeral(page: &Page) -> Value {
    let mut answer = json!(content(page));
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("response_type".to_owned(), "ephemeral".into());
    }
    answer
}
