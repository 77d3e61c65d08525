//! The desk: who we are, and what every gesture needs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tracing::error;

use super::asides::Asides;
use super::blocks::content;
use super::directory::{Card, Directory, Presence};
use super::ending::Ending;
use super::errands::Errands;
use super::gaps::Gaps;
use super::grants::{Grants, Off};
use super::inbound::Actor;
use super::markup;
use super::readers::Readers;
use super::web::{CallError, Slack};
use crate::app::InForce;
use crate::app::changes::ChangeError;
use crate::app::follow::FollowError;
use crate::app::intake::{TellError, Told};
use crate::clock::Clock;
use crate::config::{Admin, Listen};
use crate::domain::feedback::{Identity, Mode, Origin, Source};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, TenantId, UserId};
use crate::domain::routing::ChannelRef;
use crate::domain::views::Unreadable;
use crate::store::{CommitError, SharedLeftOuts, SharedStore};
use crate::texts::en::NotKept;
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
    /// Who administers.
    pub admins: Vec<Admin>,
    /// The channels that are listened to, as the configuration names them.
    pub listened: Vec<Listened>,
}

/// A channel that is listened to.
#[derive(Debug, Clone)]
pub struct Listened {
    /// Which.
    pub channel: ChannelRef,
    /// How.
    pub mode: Mode,
    /// Who chose it.
    pub chosen_by: UserId,
    /// Whether people of another company are heard there.
    pub outsiders: bool,
}

impl Listened {
    /// As the configuration has it.
    pub fn of(listen: &Listen) -> Self {
        let Listen { channel, mode, chosen_by, outsiders } = listen.clone();
        Self { channel, mode, chosen_by, outsiders }
    }
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
    /// Slack, to be asked, and for forms.
    pub slack: Arc<Slack>,
    /// What is said in passing.
    pub asides: Arc<Asides>,
    /// Who we are.
    pub home: Home,
    /// Where unreadable deliveries go.
    pub dead_letters: DeadLetters,
    /// What the filter left out.
    pub left_outs: SharedLeftOuts,
    /// How many deliveries became what.
    pub counters: Arc<Counters>,
    /// Told where nothing can come from Slack any more.
    pub ending: Ending,
    /// What may not have reached us.
    pub gaps: Gaps,
    /// Which scopes were granted.
    pub grants: Arc<Grants>,
    /// What admins ask for.
    pub errands: Arc<Errands>,
    /// Told where somebody may have mended what letters wait for.
    pub mended: Arc<Notify>,
    /// Told when a record was taken, closed or brought back.
    pub cared: Arc<Notify>,
    /// Told when somebody reads at another hour than before.
    pub rescheduled: Arc<Notify>,
}

/// Why a delivery could not be done with.
#[derive(Debug, thiserror::Error)]
pub(super) enum DeskError {
    #[error(transparent)]
    Tell(#[from] TellError),
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error(transparent)]
    Follow(#[from] FollowError),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("what was left out cannot be read: {0}")]
    LeftOuts(#[from] std::io::Error),
}

impl DeskError {
    /// What the store refused, if that is it.
    fn commit(&self) -> Option<&CommitError> {
        match self {
            Self::Tell(TellError::Commit(error))
            | Self::Change(ChangeError::Commit(error))
            | Self::Follow(FollowError::Commit(error))
            | Self::Commit(error) => Some(error),
            Self::Tell(TellError::Unreadable(_))
            | Self::Change(ChangeError::Unreadable(_))
            | Self::Follow(FollowError::Unreadable(_))
            | Self::Unreadable(_)
            | Self::Call(_)
            | Self::LeftOuts(_) => None,
        }
    }
}

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Desk {
    /// Whether somebody belongs to this company, as far as their delivery says it.
    pub(super) fn is_one_of_us(&self, by: &Actor) -> bool {
        self.is_ours(&by.team, by.enterprise.as_deref())
    }

    fn is_ours(&self, team: &str, enterprise: Option<&str>) -> bool {
        team == self.home.team
            || self.directory.is_our_team(team)
            || (enterprise.is_some() && enterprise == self.home.enterprise.as_deref())
    }

    /// Somebody of another company: Slack Connect.
    pub(super) fn is_stranger(&self, card: Option<&Card>, team: Option<&str>) -> bool {
        let team = card.and_then(|card| card.team.as_deref()).or(team);
        let enterprise = card.and_then(|card| card.enterprise.as_deref());
        card.is_some_and(|card| card.stranger) || team.is_some_and(|team| !self.is_ours(team, enterprise))
    }

    /// Who somebody is, unless they are of another company. `name` stands in where Slack does not tell theirs.
    pub(super) async fn colleague(&self, user: &str, team: Option<&str>, name: &str) -> Option<Identity> {
        let card = self.directory.person(user).await;
        if self.is_stranger(card.as_ref(), team) {
            return None;
        }
        let name = card.map(|card| card.name).filter(|name| !name.is_empty()).unwrap_or_else(|| name.to_owned());
        Some(self.identity(user, name))
    }

    /// Whether somebody is a guest, as far as Slack tells.
    pub(super) async fn is_guest(&self, user: &str) -> bool {
        self.directory.person(user).await.is_some_and(|card| card.guest)
    }

    /// Whether somebody left, or is no person, as far as Slack tells.
    pub(super) async fn is_gone(&self, user: &str) -> bool {
        self.directory.person(user).await.is_some_and(|card| card.presence == Presence::Gone)
    }

    /// Of these people, those who left.
    pub async fn gone(&self, people: BTreeSet<UserId>) -> BTreeSet<UserId> {
        let all = join_all(people.into_iter().map(async |user| (self.is_gone(user.as_str()).await, user))).await;
        all.into_iter().filter(|(gone, _)| *gone).map(|(_, user)| user).collect()
    }

    /// Those who answer for functions, and others, who cannot be reached now.
    pub async fn away(&self, mut others: BTreeSet<UserId>) -> BTreeSet<UserId> {
        let functions = self.in_force.routing.functions().iter();
        others.extend(functions.flat_map(|function| std::iter::once(&function.lead).chain(&function.deputy)).cloned());
        let cards = join_all(others.into_iter().map(async |user| (self.directory.person(user.as_str()).await, user))).await;
        cards
            .into_iter()
            .filter(|(card, _)| card.as_ref().is_some_and(|card| card.presence != Presence::Here))
            .map(|(_, user)| user)
            .collect()
    }

    pub(super) fn identity(&self, user: &str, name: String) -> Identity {
        Identity { tenant: self.home.tenant.clone(), user: UserId::new(user), name }
    }

    pub(super) fn functions_of(&self, user: &str) -> Vec<FunctionId> {
        self.in_force.home(&UserId::new(user), &self.directory.function_members()).into_iter().collect()
    }

    pub(super) fn source(&self, channel: &str, ts: &str) -> Source {
        Source { tenant: self.home.tenant.clone(), channel: ChannelId::new(channel), ts: ts.to_owned() }
    }

    /// How a channel is listened to, if it is.
    pub(super) async fn mode_of(&self, channel: &str) -> Result<Option<Mode>, CallError> {
        Ok(self.listened(channel).await?.map(|listened| listened.mode))
    }

    /// Whether an admin lets people of another company be heard in a channel.
    pub(super) async fn hears_outsiders(&self, channel: &str) -> Result<bool, CallError> {
        Ok(self.listened(channel).await?.is_some_and(|listened| listened.outsiders))
    }

    async fn listened(&self, channel: &str) -> Result<Option<&Listened>, CallError> {
        let named: Vec<&ChannelRef> = self.home.listened.iter().map(|listened| &listened.channel).collect();
        let which = self.directory.which_of(channel, &named).await?;
        Ok(which.and_then(|which| self.home.listened.get(which)))
    }

    /// Who may read where something was done: Slack names private channels and direct messages by these words.
    pub(super) fn origin_of(&self, channel: &str, named: &str) -> Origin {
        match named {
            "directmessage" | "im" | "mpim" => Origin::Direct,
            name if name.starts_with("mpdm-") => Origin::Direct,
            "privategroup" | "group" => Origin::Private,
            _ if channel.starts_with('D') => Origin::Direct,
            // Slack names a channel by its own name only where it is public.
            named => match self.directory.readers(channel) {
                Some(readers) => origin(readers),
                None if named.is_empty() => Origin::Private,
                None => Origin::Public,
            },
        }
    }

    /// The same of a place that Slack does not describe: one that we may not look at is private.
    pub(super) async fn origin_at(&self, channel: &str) -> Result<Origin, CallError> {
        if channel.starts_with('D') {
            return Ok(Origin::Direct);
        }
        self.directory.readers_of(channel).await.map(origin)
    }

    /// What people see of a text: mentions by the names of those who are mentioned.
    pub(super) async fn plain(&self, text: &str) -> String {
        // All at once: somebody waits.
        let cards = join_all(mentioned(text).into_iter().map(async |user| (self.directory.person(&user).await, user))).await;
        let names: BTreeMap<String, String> = cards.into_iter().filter_map(|(card, user)| Some((user, card?.name))).collect();
        markup::plain(text, |user| names.get(user).cloned())
    }

    /// The same at once: of people who were not met lately, no name.
    pub(super) fn plain_at_once(&self, text: &str) -> String {
        markup::plain(text, |user| self.directory.known_name(user))
    }

    /// A text without the mentions of us.
    pub(super) fn without_us(&self, text: &str) -> String {
        text.replace(&format!("<@{}>", self.home.user), " ")
    }

    pub(super) fn mentions_us(&self, text: &str) -> bool {
        text.contains(&format!("<@{}>", self.home.user)) || text.contains(&format!("<@{}|", self.home.user))
    }

    pub(super) fn count_told(&self, told: &Told) {
        count(match told {
            Told::Kept(_) => &self.counters.heard,
            Told::Before(_) => &self.counters.duplicates,
        });
    }

    /// Says once in the log what went wrong, and gives what the person is told.
    pub(super) fn not_kept(&self, fault: &DeskError) -> NotKept {
        count(&self.counters.not_kept);
        let reference = format!("{:08x}", fastrand::u32(..));
        error!(reference, error = %fault, "a delivery could not be kept");
        match fault.commit() {
            Some(CommitError::Full) => NotKept::Full,
            Some(CommitError::Busy) => NotKept::Busy,
            Some(CommitError::Stale(_) | CommitError::Refused(_) | CommitError::Unreadable(_) | CommitError::Closed) | None => {
                NotKept::Fault { reference }
            }
        }
    }

    /// An event that is done with, or that Slack shall send again.
    pub(super) fn done(&self, outcome: Result<(), DeskError>) -> Reply {
        match outcome {
            Ok(()) => Reply::Ack(None),
            Err(fault) => {
                self.not_kept(&fault);
                // Slack may give up before it can be kept.
                self.gaps.missed();
                Reply::Silence
            }
        }
    }

    /// What is off, since its scope was not granted, and how it comes back.
    pub(super) fn off(&self) -> Vec<String> {
        self.grants.off().into_iter().map(Off::sentence).collect()
    }

    pub(super) fn left_alone(&self) {
        count(&self.counters.left_alone);
    }
}

fn origin(readers: Readers) -> Origin {
    match readers {
        Readers::Outsiders => Origin::External,
        Readers::TheInvited => Origin::Private,
        Readers::Everybody => Origin::Public,
    }
}

/// Ids of people who are mentioned; at most twenty are looked up.
fn mentioned(text: &str) -> BTreeSet<String> {
    let ids = text.split("<@").skip(1).filter_map(|rest| rest.split(['|', '>']).next());
    ids.filter(|id| id.len() <= 32).take(20).map(ToOwned::to_owned).collect()
}

/// An answer that only the person sees.
pub(super) fn ephemeral(page: &Page) -> Value {
    let mut answer = json!(content(page));
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("response_type".to_owned(), "ephemeral".into());
    }
    answer
}
