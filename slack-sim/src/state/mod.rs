//! Who and what there is: people, channels, messages, as plain state. No rule of delivery lives here.
pub(crate) mod asks;
pub(crate) mod channels;
pub(crate) mod inputs;
pub(crate) mod views;
pub(crate) mod files;
pub(crate) mod people;
pub(crate) mod tokens;
pub(crate) mod usergroups;

use crate::ids;
use crate::state::channels::{Channel, Kind, NewChannel};
use crate::state::files::Files;
use crate::state::inputs::Known;
use crate::state::people::{NewPerson, Person};
use crate::state::tokens::Tokens;
use crate::state::usergroups::{NewUsergroup, Usergroup};
use crate::state::views::{Owner, Views};
use crate::text::{Names, plain};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What only one person sees, until the page is left.
#[derive(Clone, Debug)]
pub(crate) struct Ephemeral {
    pub(crate) ts: String,
    pub(crate) channel: String,
    pub(crate) user: String,
    /// Slack's own words, not the app's.
    pub(crate) by_slack: bool,
    pub(crate) text: String,
    pub(crate) blocks: Option<Value>,
    pub(crate) thread_ts: Option<String>,
}

/// An Enterprise Grid that the workspace belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Enterprise {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// The workspace and the app in it.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    pub(crate) enterprise: Option<Enterprise>,
    /// Whether the app was installed for the whole enterprise.
    pub(crate) org_wide: bool,
    /// Whether who joins or leaves a channel leaves a message there.
    pub(crate) join_messages: bool,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) domain: String,
    pub(crate) app_id: String,
    pub(crate) bot_id: String,
    pub(crate) bot_user: String,
    pub(crate) bot_name: String,
}

impl Team {
    /// By whom views are owned.
    pub(crate) fn owner(&self) -> Owner {
        let installed = self.enterprise.as_ref().filter(|_| self.org_wide).map_or(&self.id, |enterprise| &enterprise.id);
        Owner { team: self.id.clone(), installed: installed.clone(), app: self.app_id.clone(), bot: self.bot_id.clone() }
    }

    /// An id of a person: in an enterprise they begin with `W`.
    pub(crate) fn person_id(&self, name: &str) -> String {
        ids::of_name(if self.enterprise.is_some() { "W" } else { "U" }, &name.to_lowercase())
    }
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) team: Team,
    pub(crate) ids: ids::Ids,
    pub(crate) people: BTreeMap<String, Person>,
    pub(crate) channels: BTreeMap<String, Channel>,
    pub(crate) ephemerals: Vec<Ephemeral>,
    pub(crate) views: Views,
    /// Options that the app suggested, by block, action and value.
    pub(crate) suggested: BTreeMap<(String, String, String), Value>,
    pub(crate) files: Files,
    /// By id.
    pub(crate) usergroups: BTreeMap<String, Usergroup>,
    pub(crate) tokens: Tokens,
    people_by_name: BTreeMap<String, String>,
    channels_by_name: BTreeMap<String, String>,
}

impl State {
    pub(crate) fn new(team: Team, ids: ids::Ids) -> Self {
        Self {
            team,
            ids,
            people: BTreeMap::new(),
            channels: BTreeMap::new(),
            ephemerals: Vec::new(),
            views: Views::default(),
            suggested: BTreeMap::new(),
            files: Files::default(),
            usergroups: BTreeMap::new(),
            tokens: Tokens::default(),
            people_by_name: BTreeMap::new(),
            channels_by_name: BTreeMap::new(),
        }
    }

    /// Adds or replaces; answers the id.
    pub(crate) fn add_person(&mut self, new: NewPerson) -> String {
        let id = self.team.person_id(&new.name);
        let person = Person {
            id: id.clone(),
            real_name: new.real_name.unwrap_or_else(|| capital(&new.name)),
            tz: new.tz,
            is_bot: new.is_bot,
            is_restricted: new.is_restricted,
            team_id: new.team_id.unwrap_or_else(|| self.team.id.clone()),
            deleted: new.deleted,
            name: new.name,
        };
        self.people_by_name.insert(person.name.to_lowercase(), id.clone());
        self.people.insert(id.clone(), person);
        id
    }

    /// Adds, or changes all but the messages of the one that has this name; answers the id. Unknown members become people.
    pub(crate) fn add_channel(&mut self, new: NewChannel, created: i64) -> String {
        let id = ids::of_name("C", &new.name.to_lowercase());
        let mut members: BTreeSet<String> = BTreeSet::new();
        for name in new.members {
            let known = self.person_named(&name).map(|person| person.id.clone());
            let id = known.unwrap_or_else(|| self.add_person(NewPerson::named(&name)));
            members.insert(id);
        }
        if new.with_bot {
            members.insert(self.team.bot_user.clone());
        }
        self.channels_by_name.insert(new.name.to_lowercase(), id.clone());
        let messages = self.channels.remove(&id).map(|old| old.messages).unwrap_or_default();
        let channel = Channel {
            id: id.clone(),
            name: new.name,
            kind: new.kind,
            is_ext_shared: new.is_ext_shared,
            is_pending_ext_shared: new.is_pending_ext_shared,
            is_archived: new.is_archived,
            topic: new.topic,
            members,
            created,
            messages,
        };
        self.channels.insert(id.clone(), channel);
        id
    }

    /// Adds or replaces; answers the id. Unknown members become people.
    pub(crate) fn add_usergroup(&mut self, new: NewUsergroup, created: i64) -> String {
        let id = ids::of_name("S", &new.handle.to_lowercase());
        let mut members = Vec::new();
        for name in &new.members {
            let known = self.person_named(name).map(|person| person.id.clone());
            members.push(known.unwrap_or_else(|| self.add_person(NewPerson::named(name))));
        }
        let name = new.name.unwrap_or_else(|| new.handle.clone());
        let group = Usergroup { id: id.clone(), handle: new.handle, name, members, created, disabled: new.disabled };
        self.usergroups.insert(id.clone(), group);
        id
    }

    /// The direct message between the bot and this person, opened when it is not there yet.
    pub(crate) fn direct(&mut self, user: &str, created: i64) -> String {
        let id = ids::of_name("D", user);
        let members = BTreeSet::from([user.to_owned(), self.team.bot_user.clone()]);
        self.channels.entry(id.clone()).or_insert_with(|| Channel {
            id: id.clone(),
            name: String::new(),
            kind: Kind::Direct,
            is_ext_shared: false,
            is_pending_ext_shared: false,
            is_archived: false,
            topic: String::new(),
            members,
            created,
            messages: BTreeMap::new(),
        });
        id
    }

    /// Gives a channel another id; answers it.
    pub(crate) fn change_channel_id(&mut self, old: &str) -> String {
        let new = ids::of_name("C", old);
        if let Some(mut channel) = self.channels.remove(old) {
            new.clone_into(&mut channel.id);
            self.channels.insert(new.clone(), channel);
        }
        for id in self.channels_by_name.values_mut().filter(|id| *id == old) {
            new.clone_into(id);
        }
        for seen in self.ephemerals.iter_mut().filter(|seen| seen.channel == old) {
            new.clone_into(&mut seen.channel);
        }
        new
    }

    /// Takes a channel away, with all that was said in it.
    pub(crate) fn remove_channel(&mut self, id: &str) {
        self.channels.remove(id);
        self.channels_by_name.retain(|_, known| known != id);
        self.ephemerals.retain(|seen| seen.channel != id);
    }

    /// Gives a channel another name; false when it is taken.
    pub(crate) fn rename_channel(&mut self, id: &str, new: &str) -> bool {
        let new = plain(new);
        if self.channels_by_name.contains_key(&new.to_lowercase()) {
            return false;
        }
        self.channels_by_name.retain(|_, known| known != id);
        self.channels_by_name.insert(new.to_lowercase(), id.to_owned());
        if let Some(channel) = self.channels.get_mut(id) {
            new.clone_into(&mut channel.name);
        }
        true
    }

    /// By name (an @ before it is tolerated) or id.
    pub(crate) fn person_named(&self, name: &str) -> Option<&Person> {
        let name = plain(name);
        let by_name = self.people_by_name.get(&name.to_lowercase());
        self.people.get(by_name.map_or(name, String::as_str))
    }

    /// By name (a # before it is tolerated) or id.
    pub(crate) fn channel_named(&self, name: &str) -> Option<&Channel> {
        let name = plain(name);
        let by_name = self.channels_by_name.get(&name.to_lowercase());
        self.channels.get(by_name.map_or(name, String::as_str))
    }
}

impl Names for State {
    fn person(&self, name: &str) -> Option<String> {
        self.people_by_name.get(&name.to_lowercase()).cloned()
    }

    fn channel(&self, name: &str) -> Option<(String, String)> {
        let channel = self.channels.get(self.channels_by_name.get(&name.to_lowercase())?)?;
        let shown = if channel.kind == Kind::Public { channel.name.clone() } else { String::new() };
        Some((channel.id.clone(), shown))
    }

    fn group(&self, name: &str) -> Option<String> {
        let mut groups = self.usergroups.values().filter(|group| !group.disabled);
        groups.find(|group| group.handle.eq_ignore_ascii_case(name)).map(|group| group.id.clone())
    }
}

impl Known for State {
    fn person_id(&self, name: &str) -> Option<String> {
        self.person_named(name).map(|person| person.id.clone())
    }

    fn channel_id(&self, name: &str) -> Option<String> {
        self.channel_named(name).map(|channel| channel.id.clone())
    }

    fn suggested(&self, block_id: &str, action_id: &str, value: &str) -> Option<Value> {
        self.suggested.get(&(block_id.to_owned(), action_id.to_owned(), value.to_owned())).cloned()
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
