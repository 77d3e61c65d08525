//! The methods: whose token each takes, which scopes it needs, how often it may be called, what it does.
//! Scopes and tiers stand on each method's page, <https://docs.slack.dev/reference/methods>.
use super::caller::Caller;
use super::reply::Reply;
use super::{auth, bots, chat, conversations, files, oauth, reactions, scheduled, usergroups, users, views};
use crate::args::Args;
use crate::limits::Tier;
use crate::state::State;
use crate::world::World;

/// Whose token a method takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Bot,
    App,
    /// Of the bot or of the app.
    Either,
    /// Of a person who signed in.
    Person,
    /// None at all.
    Nobody,
}

/// Which scopes a method needs.
#[derive(Clone, Copy)]
pub(super) enum Scopes {
    None,
    /// Any one of these.
    One(&'static [&'static str]),
    /// One for each kind of conversation: `channels:`, `groups:`, `im:` and `mpim:` with this ending.
    OfKind(&'static str),
}

impl Scopes {
    /// Every scope that helps.
    pub(super) fn all(self) -> Vec<&'static str> {
        match self {
            Self::None => Vec::new(),
            Self::One(scopes) => scopes.to_vec(),
            Self::OfKind("read") => vec!["channels:read", "groups:read", "im:read", "mpim:read"],
            Self::OfKind(_) => vec!["channels:history", "groups:history", "im:history", "mpim:history"],
        }
    }
}

/// What a method does.
pub(super) enum Run {
    Plain(fn(&World, &mut State, &Args) -> Reply),
    AsCaller(fn(&World, &mut State, &Args, &Caller) -> Reply),
    /// With the client's id and secret.
    AsClient(fn(&World, &mut State, &Args, &(String, String)) -> Reply),
}

pub(super) struct Method {
    pub(super) name: &'static str,
    pub(super) token: Token,
    pub(super) scopes: Scopes,
    pub(super) tier: Tier,
    pub(super) run: Run,
}

const fn method(name: &'static str, scopes: Scopes, tier: Tier, run: fn(&World, &mut State, &Args) -> Reply) -> Method {
    Method { name, token: Token::Bot, scopes, tier, run: Run::Plain(run) }
}

const WRITE: Scopes = Scopes::One(&["chat:write"]);
const READ: Scopes = Scopes::OfKind("read");
const HISTORY: Scopes = Scopes::OfKind("history");
const USERS: Scopes = Scopes::One(&["users:read"]);
const REACT: Scopes = Scopes::One(&["reactions:write"]);
const UPLOAD: Scopes = Scopes::One(&["files:write"]);
const GROUPS: Scopes = Scopes::One(&["usergroups:read"]);

pub(super) static METHODS: &[Method] = &[
    Method { name: "api.test", token: Token::Nobody, scopes: Scopes::None, tier: Tier::Four, run: Run::Plain(auth::api_test) },
    Method { name: "auth.test", token: Token::Either, scopes: Scopes::None, tier: Tier::Special, run: Run::AsCaller(auth::test) },
    method("auth.teams.list", Scopes::None, Tier::Two, auth::teams),
    Method { name: "auth.revoke", token: Token::Either, scopes: Scopes::None, tier: Tier::Three, run: Run::AsCaller(auth::revoke) },
    Method {
        name: "apps.connections.open",
        token: Token::App,
        scopes: Scopes::None,
        tier: Tier::Three,
        run: Run::Plain(auth::open_connection),
    },
    Method { name: "oauth.v2.access", token: Token::Nobody, scopes: Scopes::None, tier: Tier::Special, run: Run::AsClient(oauth::access) },
    Method {
        name: "openid.connect.token",
        token: Token::Nobody,
        scopes: Scopes::None,
        tier: Tier::Special,
        run: Run::AsClient(oauth::openid_token),
    },
    Method {
        name: "openid.connect.userInfo",
        token: Token::Person,
        scopes: Scopes::None,
        tier: Tier::Special,
        run: Run::AsCaller(oauth::user_info),
    },
    method("team.info", Scopes::One(&["team:read"]), Tier::Three, auth::team_info),
    method("bots.info", USERS, Tier::Three, bots::info),
    method("chat.postMessage", WRITE, Tier::Post, chat::post_message),
    method("chat.update", WRITE, Tier::Three, chat::update),
    method("chat.delete", WRITE, Tier::Three, chat::delete),
    method("chat.postEphemeral", WRITE, Tier::Ephemeral, chat::post_ephemeral),
    method("chat.getPermalink", Scopes::None, Tier::Special, chat::get_permalink),
    method("chat.scheduleMessage", WRITE, Tier::Three, scheduled::schedule),
    method("chat.deleteScheduledMessage", WRITE, Tier::Three, scheduled::delete),
    method("chat.scheduledMessages.list", Scopes::None, Tier::Three, scheduled::list),
    method("conversations.list", READ, Tier::Two, conversations::list),
    method("conversations.info", READ, Tier::Three, conversations::info),
    method("conversations.members", READ, Tier::Four, conversations::members),
    method("conversations.history", HISTORY, Tier::History, conversations::history),
    method("conversations.replies", HISTORY, Tier::History, conversations::replies),
    method("conversations.open", Scopes::One(&["im:write"]), Tier::Three, conversations::open),
    method("conversations.join", Scopes::One(&["channels:join"]), Tier::Three, conversations::join),
    method("users.conversations", READ, Tier::Three, conversations::of_user),
    method("users.info", USERS, Tier::Four, users::info),
    method("users.list", USERS, Tier::Two, users::list),
    method("users.profile.get", Scopes::One(&["users.profile:read"]), Tier::Four, users::profile),
    method("usergroups.list", GROUPS, Tier::Two, usergroups::list),
    method("usergroups.users.list", GROUPS, Tier::Two, usergroups::users),
    method("reactions.add", REACT, Tier::Three, reactions::add),
    method("reactions.remove", REACT, Tier::Two, reactions::remove),
    method("reactions.get", Scopes::One(&["reactions:read"]), Tier::Three, reactions::get),
    method("files.getUploadURLExternal", UPLOAD, Tier::Four, files::get_upload_url),
    method("files.completeUploadExternal", UPLOAD, Tier::Four, files::complete),
    method("files.info", Scopes::One(&["files:read"]), Tier::Four, files::info),
    method("views.open", Scopes::None, Tier::Four, views::open),
    method("views.push", Scopes::None, Tier::Four, views::push),
    method("views.publish", Scopes::None, Tier::Four, views::publish),
    method("views.update", Scopes::None, Tier::Four, views::update),
];
