//! People and channels, as Slack knows them: looked up when they are met, and remembered for a while.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::readers::{Channel, Readers};
use super::web::{CallError, Slack};
use crate::clock::Clock;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::routing::{ChannelRef, Members, Routing};

/// How long a person's name is remembered before it is looked up again.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(12);
/// How long a name may take to be looked up while somebody waits for an answer.
const PATIENCE: SignedDuration = SignedDuration::from_millis(1_000);
/// Statuses by which people say that they are away.
const AWAY: [&str; 2] = [":palm_tree:", ":face_with_thermometer:"];
/// Entries of a page: <https://docs.slack.dev/apis/web-api/pagination>.
const PAGE: u32 = 200;

/// Whether somebody can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// As far as Slack tells.
    Here,
    /// Not now, by their status.
    Away,
    /// Never: they left, or are no person.
    Gone,
}

/// A person, as Slack knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) name: String,
    /// Of another company: Slack Connect.
    pub(super) stranger: bool,
    /// Invited from outside, to a few channels.
    pub(super) guest: bool,
    /// Whether they can be reached.
    pub(super) presence: Presence,
    pub(super) team: Option<String>,
    /// On Enterprise Grid colleagues are of several workspaces.
    pub(super) enterprise: Option<String>,
    /// Their zone, by its IANA name.
    pub(super) zone: Option<String>,
}

/// A channel of the configuration that Slack does not show us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotResolved {
    /// As the configuration names it.
    pub channel: String,
}

/// People and channels.
pub struct Directory {
    slack: Arc<Slack>,
    clock: Clock,
    /// Whether the app is installed for a whole enterprise, so that lists are asked for workspace by workspace.
    org_wide: bool,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    people: BTreeMap<String, (Timestamp, Card)>,
    channels: BTreeMap<String, Channel>,
    members: BTreeMap<FunctionId, BTreeSet<UserId>>,
    teams: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Shown {
    channel: Channel,
}

/// A page of who is in a channel.
#[derive(Deserialize)]
struct SomeMembers {
    #[serde(default)]
    members: Vec<String>,
    response_metadata: Option<Cursor>,
}

impl SomeMembers {
    /// Where the next page begins; empty at the end.
    fn cursor(self) -> String {
        self.response_metadata.map(|meta| meta.next_cursor).unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Cursor {
    #[serde(default)]
    next_cursor: String,
}

/// A person, as Slack shows them.
#[derive(Deserialize)]
struct Answer {
    user: User,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    name: String,
    team_id: Option<String>,
    tz: Option<String>,
    #[serde(default)]
    is_stranger: bool,
    #[serde(default)]
    is_restricted: bool,
    #[serde(flatten)]
    nobody: Nobody,
    #[serde(default)]
    profile: Profile,
    #[serde(default, rename = "enterprise_user")]
    on_grid: OnGrid,
}

#[derive(Deserialize)]
struct Nobody {
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    is_bot: bool,
}

#[derive(Deserialize, Default)]
struct OnGrid {
    enterprise_id: Option<String>,
}

#[derive(Deserialize, Default)]
struct Profile {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    real_name: String,
    #[serde(default)]
    status_emoji: String,
}

impl Nobody {
    fn presence(&self, status: &str) -> Presence {
        match status {
            _ if self.deleted || self.is_bot => Presence::Gone,
            status if AWAY.contains(&status) => Presence::Away,
            _ => Presence::Here,
        }
    }
}

impl Directory {
    /// An empty one, of one workspace or of a whole enterprise.
    pub fn new(slack: Arc<Slack>, clock: Clock, org_wide: bool) -> Self {
        Self { slack, clock, org_wide, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks up all channels, and who is in those of functions whose members are the channel's.
    pub async fn refresh(&self, routing: &Routing) -> Result<(), CallError> {
        let teams = if self.org_wide { Some(self.slack.teams().await?) } else { None };
        let mut channels = BTreeMap::new();
        // A channel that is seen from two workspaces has one id.
        for team in teams.iter().flatten().map(Some).chain(teams.is_none().then_some(None)) {
            channels.extend(self.all_channels(team.map(String::as_str)).await?);
        }
        self.known().channels = channels;
        self.known().teams = teams.unwrap_or_default().into_iter().collect();
        for function in routing.functions().iter().filter(|function| function.members == Members::OfChannel) {
            let Some(channel) = self.channel(&function.channel) else { continue };
            match self.members(&channel).await {
                Ok(people) => drop(self.known().members.insert(function.id.clone(), people)),
                // Perhaps we are not in it yet: its digest says so when it is due.
                Err(CallError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether a workspace is one of the enterprise's that the app is in.
    pub(super) fn is_our_team(&self, team: &str) -> bool {
        self.known().teams.contains(team)
    }

    /// The workspaces of an enterprise that the app is in; none where it is in a single workspace.
    pub(super) fn teams(&self) -> BTreeSet<String> {
        self.known().teams.clone()
    }

    async fn all_channels(&self, team: Option<&str>) -> Result<BTreeMap<String, Channel>, CallError> {
        #[derive(Deserialize)]
        struct Page {
            #[serde(default)]
            channels: Vec<Channel>,
            response_metadata: Option<Cursor>,
        }
        let (mut all, mut cursor, mut types) = (BTreeMap::new(), String::new(), "public_channel,private_channel");
        loop {
            let arguments = json!({"team_id": team, "limit": PAGE, "cursor": cursor, "exclude_archived": true, "types": types});
            let page: Page = match self.slack.ask("conversations.list", &arguments).await {
                // Whoever installed the app may have declined to show it private channels.
                Err(CallError::Refused(code)) if code == "missing_scope" && types != "public_channel" => {
                    types = "public_channel";
                    continue;
                }
                // Nor any channel at all: the configuration names them by their ids then.
                Err(CallError::Refused(code)) if code == "missing_scope" => return Ok(all),
                answered => answered?,
            };
            all.extend(page.channels.into_iter().map(|channel| (channel.id.clone(), channel)));
            cursor = page.response_metadata.map(|meta| meta.next_cursor).unwrap_or_default();
            if cursor.is_empty() {
                return Ok(all);
            }
        }
    }

    /// Who is in a channel.
    pub(super) async fn members(&self, channel: &ChannelId) -> Result<BTreeSet<UserId>, CallError> {
        let (mut all, mut cursor) = (BTreeSet::new(), String::new());
        loop {
            let page = self.some_members(channel, &cursor).await?;
            all.extend(page.members.iter().map(|id| UserId::new(id)));
            cursor = page.cursor();
            if cursor.is_empty() {
                return Ok(all);
            }
        }
    }

    /// Whether somebody is in a channel; asks no further than where they are found.
    pub(super) async fn is_member(&self, channel: &ChannelId, user: &UserId) -> Result<bool, CallError> {
        let mut cursor = String::new();
        loop {
            let page = self.some_members(channel, &cursor).await?;
            let found = page.members.iter().any(|id| id == user.as_str());
            cursor = page.cursor();
            if found || cursor.is_empty() {
                return Ok(found);
            }
        }
    }

    async fn some_members(&self, channel: &ChannelId, cursor: &str) -> Result<SomeMembers, CallError> {
        self.slack.ask("conversations.members", &json!({"channel": channel.as_str(), "limit": PAGE, "cursor": cursor})).await
    }

    /// The id of a channel of the configuration, where Slack shows it to us.
    pub fn channel(&self, named: &ChannelRef) -> Option<ChannelId> {
        match named {
            ChannelRef::Id(id) => Some(ChannelId::new(id)),
            ChannelRef::Name(name) => {
                let is_it = |channel: &&Channel| channel.name == *name;
                self.known().channels.values().find(is_it).map(|channel| ChannelId::new(&channel.id))
            }
        }
    }

    /// A channel by its id, or by its name, with or without `#`.
    pub(super) fn find(&self, typed: &str) -> Option<ChannelId> {
        let name = typed.trim_start_matches('#');
        let known = self.known();
        let by_name = known.channels.values().find(|channel| channel.name == name);
        known.channels.get(name).or(by_name).map(|channel| ChannelId::new(&channel.id))
    }

    /// Which of those named a channel is. One that was made since it was last looked is looked up.
    pub(super) async fn which_of(&self, channel: &str, named: &[&ChannelRef]) -> Result<Option<usize>, CallError> {
        let which = |name: Option<&str>| {
            named.iter().position(|named| match named {
                ChannelRef::Id(id) => id == channel,
                ChannelRef::Name(wanted) => name == Some(wanted.as_str()),
            })
        };
        if let Some(known) = self.known().channels.get(channel) {
            return Ok(which(Some(&known.name)));
        }
        if named.is_empty() {
            return Ok(None);
        }
        match self.slack.ask::<Shown>("conversations.info", &json!({"channel": channel})).await {
            Ok(Shown { channel: found }) => {
                let which = which(Some(&found.name));
                self.known().channels.insert(channel.to_owned(), found);
                Ok(which)
            }
            Err(CallError::Refused(_)) => Ok(which(None)),
            Err(error) => Err(error),
        }
    }

    /// Somebody who was met lately.
    pub(super) fn known_card(&self, user: &str) -> Option<Card> {
        self.known().people.get(user).map(|(_, card)| card.clone())
    }

    /// The name of somebody who was met lately.
    pub(super) fn known_name(&self, user: &str) -> Option<String> {
        self.known().people.get(user).map(|(_, card)| card.name.clone())
    }

    /// Channels of the configuration that Slack does not show us.
    pub fn not_resolved(&self, named: &[&ChannelRef]) -> Vec<NotResolved> {
        let missing = named.iter().filter(|named| self.channel(named).is_none());
        missing.map(|named| NotResolved { channel: shown(named) }).collect()
    }

    /// Channels of the configuration that only the invited may read.
    pub fn private_among(&self, named: &[&ChannelRef]) -> Vec<String> {
        let is_private = |named: &&ChannelRef| self.channel(named).is_some_and(|id| self.readers(id.as_str()) == Some(Readers::TheInvited));
        named.iter().copied().filter(is_private).map(shown).collect()
    }

    /// What a public channel is called; none where it is private, or we do not know it.
    pub fn public_name(&self, channel: &ChannelId) -> Option<String> {
        let public = |channel: &&Channel| channel.readers() != Readers::TheInvited;
        self.known().channels.get(channel.as_str()).filter(public).map(|channel| channel.name.clone())
    }

    /// Who may read in a channel; none where we do not know it.
    pub(super) fn readers(&self, channel: &str) -> Option<Readers> {
        self.known().channels.get(channel).map(Channel::readers)
    }

    /// The same of a channel that may have come since it was last looked: what Slack does not show us is not for everybody.
    pub(super) async fn readers_of(&self, channel: &str) -> Result<Readers, CallError> {
        if let Some(known) = self.readers(channel) {
            return Ok(known);
        }
        match self.slack.ask::<Shown>("conversations.info", &json!({"channel": channel})).await {
            Ok(Shown { channel: found }) => {
                let readers = found.readers();
                self.known().channels.insert(channel.to_owned(), found);
                Ok(readers)
            }
            Err(CallError::Refused(_)) => Ok(Readers::TheInvited),
            Err(error) => Err(error),
        }
    }

    /// Who is in the channels of functions.
    pub(super) fn function_members(&self) -> BTreeMap<FunctionId, BTreeSet<UserId>> {
        self.known().members.clone()
    }

    /// A person; none where Slack does not know them or does not answer in time.
    pub(super) async fn person(&self, user: &str) -> Option<Card> {
        let now = self.clock.now();
        if let Some((at, card)) = self.known().people.get(user)
            && now.duration_since(*at) < REMEMBERED
        {
            return Some(card.clone());
        }
        let card = self.clock.within(PATIENCE, self.look_up(user)).await?.ok()?;
        self.known().people.insert(user.to_owned(), (now, card.clone()));
        Some(card)
    }

    async fn look_up(&self, user: &str) -> Result<Card, CallError> {
        let Answer { user } = self.slack.ask("users.info", &json!({"user": user})).await?;
        let names = [user.profile.display_name, user.name, user.profile.real_name];
        let name = names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default();
        Ok(Card {
            name,
            stranger: user.is_stranger,
            // Whom Slack calls ultra restricted it calls restricted too.
            guest: user.is_restricted,
            presence: user.nobody.presence(&user.profile.status_emoji),
            team: user.team_id,
            enterprise: user.on_grid.enterprise_id,
            zone: user.tz,
        })
    }
}

/// A channel as people write it.
pub(super) fn shown(named: &ChannelRef) -> String {
    match named {
        ChannelRef::Id(id) => id.clone(),
        ChannelRef::Name(name) => format!("#{name}"),
    }
}
