//! State as Slack's JSON shows it: messages, channels, people.
use crate::ids::of_name;
use crate::state::channels::{Author, Channel, Kind, Message, OTHER_TEAM};
use crate::state::files::File;
use crate::state::people::Person;
use crate::state::usergroups::Usergroup;
use crate::state::{Ephemeral, State, Team};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(crate) use crate::fields::object;

/// How much of a message's metadata is shown. Slack keeps the payload back unless it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metadata {
    TypeOnly,
    Full,
}

/// A message as history gives it.
pub(crate) fn message(state: &State, channel: &Channel, message: &Message, metadata: Metadata) -> Map<String, Value> {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("type", json!("message"));
    if let Some(subtype) = message.subtype {
        put("subtype", json!(subtype));
    }
    let by = if message.is_passage() { who_passed(state, &message.author) } else { author(state, channel, &message.author) };
    for (key, value) in by {
        put(&key, value);
    }
    put("ts", json!(message.ts));
    put("text", json!(message.text));
    if let Some(id) = &message.client_msg_id {
        put("client_msg_id", json!(id));
    }
    if let Some(blocks) = &message.blocks {
        put("blocks", blocks.clone());
    }
    if let Some(all) = &message.metadata {
        let kind_only = json!({"event_type": all.get("event_type")});
        put("metadata", if metadata == Metadata::Full { all.clone() } else { kind_only });
    }
    if let Some((user, ts)) = &message.edited {
        put("edited", json!({"user": user, "ts": ts}));
    }
    if !message.reactions.is_empty() {
        put("reactions", reactions(message));
    }
    for (key, value) in thread(state, channel, message) {
        put(key, value);
    }
    out.extend(message.more.clone());
    out
}

fn author(state: &State, channel: &Channel, author: &Author) -> Map<String, Value> {
    let team = &state.team;
    let fields = match author {
        Author::Person(id) if state.people.get(id).is_some_and(|person| person.is_bot) => other_app(state, id),
        Author::Person(id) => {
            let home = state.people.get(id).map_or(&team.id, |person| &person.team_id);
            let stranger = state.people.get(id).filter(|person| person.team_id != team.id);
            if let (true, Some(person)) = (channel.is_ext_shared, stranger) {
                let profile = json!({
                    "name": person.name, "real_name": person.real_name, "display_name": person.name, "team": home,
                    "is_restricted": person.is_restricted, "is_ultra_restricted": false,
                });
                json!({"user": id, "team": home, "user_team": home, "source_team": home, "user_profile": profile})
            } else if channel.is_ext_shared || home != &team.id {
                json!({"user": id, "team": home, "user_team": home, "source_team": home})
            } else {
                json!({"user": id, "team": home})
            }
        }
        Author::App => json!({
            "user": team.bot_user, "team": team.id, "bot_id": team.bot_id, "app_id": team.app_id, "bot_profile": bot_profile(team),
        }),
        Author::AppAside => json!({"bot_id": team.bot_id, "app_id": team.app_id, "username": team.bot_name}),
        Author::Nobody => json!({"user": "USLACKBOT", "hidden": true}),
    };
    object(fields)
}

/// Who came or went: nobody wrote that, and of a bot Slack names the user alone.
fn who_passed(state: &State, author: &Author) -> Map<String, Value> {
    let Author::Person(id) = author else { return Map::new() };
    let home = state.people.get(id).map_or(&state.team.id, |person| &person.team_id);
    object(json!({"user": id, "team": home}))
}

/// The fields of a message by another app's bot user.
fn other_app(state: &State, id: &str) -> Value {
    let team = &state.team;
    let name = state.people.get(id).map_or("", |person| person.name.as_str());
    let (bot, app) = (of_name("B", name), of_name("A", name));
    let profile = json!({"id": bot, "deleted": false, "name": name, "updated": 0, "app_id": app, "team_id": team.id, "icons": {}});
    json!({"user": id, "team": team.id, "bot_id": bot, "app_id": app, "bot_profile": profile})
}

fn bot_profile(team: &Team) -> Value {
    json!({"id": team.bot_id, "deleted": false, "name": team.bot_name, "updated": 0, "app_id": team.app_id, "team_id": team.id, "icons": {}})
}

fn thread(state: &State, channel: &Channel, message: &Message) -> Vec<(&'static str, Value)> {
    if let Some(root) = &message.thread_ts {
        let parent = channel.messages.get(root).and_then(|root| user_of(state, &root.author));
        let mut out = vec![("thread_ts", json!(root))];
        out.extend(parent.map(|user| ("parent_user_id", json!(user))));
        return out;
    }
    if message.replies.is_empty() {
        return Vec::new();
    }
    let mut users: Vec<&str> = Vec::new();
    for reply in message.replies.iter().filter_map(|ts| channel.messages.get(ts)) {
        if let Some(user) = user_of(state, &reply.author)
            && !users.contains(&user)
        {
            users.push(user);
        }
    }
    vec![
        ("thread_ts", json!(message.ts)),
        ("reply_count", json!(message.replies.len())),
        ("reply_users_count", json!(users.len())),
        ("reply_users", json!(users)),
        ("latest_reply", json!(message.replies.last())),
        ("is_locked", json!(false)),
        ("subscribed", json!(message.author == Author::App)),
    ]
}

fn user_of<'a>(state: &'a State, author: &'a Author) -> Option<&'a str> {
    match author {
        Author::Person(id) => Some(id),
        Author::App => Some(&state.team.bot_user),
        Author::AppAside | Author::Nobody => None,
    }
}

/// A message's reactions, as history and reactions.get list them.
pub(crate) fn reactions(message: &Message) -> Value {
    let one = |(name, users): &(String, Vec<String>)| json!({"name": name, "users": users, "count": users.len()});
    message.reactions.iter().map(one).collect()
}

/// What only one person sees, in the shape of a message.
pub(crate) fn ephemeral(state: &State, seen: &Ephemeral) -> Value {
    let mut out = json!({
        "type": "message", "ts": seen.ts, "channel": seen.channel, "user": seen.user, "text": seen.text,
        "response_type": "ephemeral", "is_ephemeral": true,
    });
    let Some(fields) = out.as_object_mut() else { return out };
    if seen.by_slack {
        fields.insert("username".to_owned(), json!("Slackbot"));
    } else {
        fields.insert("username".to_owned(), json!(state.team.bot_name));
        fields.insert("bot_id".to_owned(), json!(state.team.bot_id));
    }
    if let Some(blocks) = &seen.blocks {
        fields.insert("blocks".to_owned(), blocks.clone());
    }
    if let Some(thread_ts) = &seen.thread_ts {
        fields.insert("thread_ts".to_owned(), json!(thread_ts));
    }
    out
}

/// A channel as conversations.info gives it.
pub(crate) fn channel(state: &State, channel: &Channel) -> Value {
    if let Some(user) = channel.partner(&state.team.bot_user) {
        return json!({
            "id": channel.id, "created": channel.created, "is_im": true, "is_org_shared": false, "user": user,
            "is_archived": false, "is_user_deleted": false, "context_team_id": state.team.id,
        });
    }
    let private = channel.kind == Kind::Private;
    let invited: &[&str] = if channel.is_pending_ext_shared { &[OTHER_TEAM] } else { &[] };
    let mut shown = json!({
        "id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": channel.created,
        "creator": channel.members.first(), "is_channel": !private, "is_group": private, "is_im": false, "is_mpim": false,
        "is_private": private, "is_archived": channel.is_archived, "is_general": channel.name == "general",
        "is_member": channel.members.contains(&state.team.bot_user), "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared, "is_org_shared": false, "is_pending_ext_shared": channel.is_pending_ext_shared,
        "pending_shared": invited, "pending_connected_team_ids": invited, "previous_names": [], "unlinked": 0,
        "num_members": channel.members.len(), "context_team_id": state.team.id, "shared_team_ids": [state.team.id],
        "topic": {"value": channel.topic, "creator": "", "last_set": 0}, "purpose": {"value": "", "creator": "", "last_set": 0},
    });
    if let (true, Some(fields)) = (channel.is_ext_shared, shown.as_object_mut()) {
        let (own, others) = (&state.team.id, connected_teams(state, channel));
        let all: Vec<&String> = std::iter::once(own).chain(&others).collect();
        fields.extend(object(json!({
            "shared_team_ids": all, "internal_team_ids": [own], "connected_team_ids": others, "conversation_host_id": own,
        })));
    }
    if let (Some(enterprise), Some(fields)) = (&state.team.enterprise, shown.as_object_mut()) {
        fields.insert("enterprise_id".to_owned(), json!(enterprise.id));
    }
    shown
}

/// The teams of other companies that share a channel: those of its members, or one when nobody of another team is in it.
pub(crate) fn connected_teams(state: &State, channel: &Channel) -> Vec<String> {
    let teams = channel.members.iter().filter_map(|id| state.people.get(id)).map(|person| &person.team_id);
    let others: BTreeSet<String> = teams.filter(|team| **team != state.team.id).cloned().collect();
    if others.is_empty() { vec![OTHER_TEAM.to_owned()] } else { others.into_iter().collect() }
}

/// A person as users.info gives it.
pub(crate) fn person(state: &State, person: &Person, now: jiff::Timestamp) -> Value {
    let offset = now.in_tz(&person.tz).map_or(0, |there| there.offset().seconds());
    let mut shown = json!({
        "id": person.id, "team_id": person.team_id, "name": person.name, "real_name": person.real_name, "deleted": person.deleted,
        "tz": person.tz, "tz_label": person.tz, "tz_offset": offset, "color": "9f69e7", "updated": 0,
        "is_admin": false, "is_owner": false, "is_primary_owner": false, "is_restricted": person.is_restricted,
        "is_ultra_restricted": false, "is_bot": person.is_bot, "is_app_user": false, "has_2fa": false,
        "is_stranger": person.team_id != state.team.id,
        "profile": {
            "real_name": person.real_name, "real_name_normalized": person.real_name, "display_name": person.name,
            "display_name_normalized": person.name, "team": person.team_id, "status_text": "", "status_emoji": "",
        },
    });
    if let (Some(enterprise), Some(fields)) = (&state.team.enterprise, shown.as_object_mut()) {
        let of_the_grid = json!({
            "id": person.id, "enterprise_id": enterprise.id, "enterprise_name": enterprise.name, "is_admin": false, "is_owner": false,
            "is_primary_owner": false, "teams": [person.team_id],
        });
        fields.insert("enterprise_user".to_owned(), of_the_grid);
    }
    shown
}

/// A channel's name as commands and interactions give it: Slack keeps the names of private places back.
pub(crate) fn shown_name(channel: &Channel) -> &str {
    match channel.kind {
        Kind::Public => &channel.name,
        Kind::Private => "privategroup",
        Kind::Direct => "directmessage",
    }
}

/// A user group as usergroups.list gives it.
pub(crate) fn usergroup(state: &State, group: &Usergroup) -> Map<String, Value> {
    let (made, gone) = (group.created, if group.disabled { group.created } else { 0 });
    object(json!({
        "id": group.id, "team_id": state.team.id, "is_usergroup": true, "is_subteam": true, "name": group.name, "description": "",
        "handle": group.handle, "is_external": false, "date_create": made, "date_update": made, "date_delete": gone,
        "auto_type": null, "created_by": "USLACKBOT", "updated_by": "USLACKBOT", "deleted_by": null,
        "prefs": {"channels": [], "groups": []},
    }))
}

/// A file as files.info gives it; `base` is where this server answers.
pub(crate) fn file(state: &State, file: &File, base: &str) -> Value {
    let (mimetype, filetype, pretty) = file.kind();
    let mut shares: Map<String, Value> = Map::new();
    let (mut channels, mut groups, mut ims) = (Vec::new(), Vec::new(), Vec::new());
    for (id, ts) in &file.shares {
        let Some(channel) = state.channels.get(id) else { continue };
        let (list, side) = match channel.kind {
            Kind::Public => (&mut channels, "public"),
            Kind::Private => (&mut groups, "private"),
            Kind::Direct => (&mut ims, "private"),
        };
        list.push(id);
        let share = json!({"ts": ts, "channel_name": channel.name, "team_id": state.team.id, "reply_users": [], "reply_count": 0});
        let places = shares.entry(side).or_insert_with(|| json!({}));
        if let Some(places) = places.as_object_mut() {
            places.insert(id.clone(), json!([share]));
        }
    }
    let path = encoded(&file.name);
    let address = format!("{base}/files-pri/{}/{path}", file.id);
    let mut out = json!({
        "id": file.id, "created": file.created, "timestamp": file.created, "name": file.name, "title": file.title,
        "mimetype": mimetype, "filetype": filetype, "pretty_type": pretty, "user": file.user, "user_team": state.team.id,
        "editable": false, "size": file.length, "mode": "hosted", "is_external": false, "external_type": "",
        "is_public": !channels.is_empty(), "public_url_shared": false, "display_as_bot": false, "username": "",
        "url_private": address, "url_private_download": address, "media_display_type": "unknown",
        "permalink": format!("https://{}.slack.com/files/{}/{}/{path}", state.team.domain, file.user, file.id),
        "is_starred": false, "has_rich_preview": false, "file_access": "visible", "comments_count": 0,
        "channels": channels, "groups": groups, "ims": ims, "shares": shares,
    });
    if let (Some(alt), Some(fields)) = (&file.alt_txt, out.as_object_mut()) {
        fields.insert("alt_txt".to_owned(), json!(alt));
    }
    out
}

/// A file's name as a part of an address: what is not plain becomes a dash.
fn encoded(name: &str) -> String {
    let plain = |sign: char| if sign.is_ascii_alphanumeric() || "._-".contains(sign) { sign } else { '-' };
    let path: String = name.chars().map(plain).collect();
    if path.is_empty() { "file".to_owned() } else { path }
}
