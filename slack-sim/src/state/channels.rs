//! Channels and the messages in them, as plain state.
use crate::text::plain;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The company that a channel is shared with when nobody of another one is in it.
pub(crate) const OTHER_TEAM: &str = "T0OTHERCO1";

/// Who may see a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    #[default]
    Public,
    Private,
    /// A direct message between the bot and one person.
    #[serde(skip)]
    Direct,
}

/// A channel to add; start with [`NewChannel::named`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark that Slack sets for itself")]
pub struct NewChannel {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) kind: Kind,
    #[serde(default, rename = "external")]
    pub(crate) is_ext_shared: bool,
    #[serde(default, rename = "pending")]
    pub(crate) is_pending_ext_shared: bool,
    #[serde(default, rename = "archived")]
    pub(crate) is_archived: bool,
    #[serde(default)]
    pub(crate) members: Vec<String>,
    #[serde(default, rename = "app")]
    pub(crate) with_bot: bool,
    #[serde(default)]
    pub(crate) topic: String,
}

impl NewChannel {
    /// A public channel that nobody is in.
    pub fn named(name: &str) -> Self {
        Self {
            name: plain(name).to_owned(),
            kind: Kind::Public,
            is_ext_shared: false,
            is_pending_ext_shared: false,
            is_archived: false,
            members: Vec::new(),
            with_bot: false,
            topic: String::new(),
        }
    }

    /// What it is for, as people read it above the messages.
    #[must_use]
    pub fn topic(mut self, topic: &str) -> Self {
        topic.clone_into(&mut self.topic);
        self
    }

    /// Seen by its members only.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.kind = Kind::Private;
        self
    }

    /// Shared with another company (Slack Connect).
    #[must_use]
    pub fn ext_shared(mut self) -> Self {
        self.is_ext_shared = true;
        self
    }

    /// Another company was invited to it, and has not accepted yet.
    #[must_use]
    pub fn pending_ext_shared(mut self) -> Self {
        self.is_pending_ext_shared = true;
        self
    }

    /// Closed for new messages.
    #[must_use]
    pub fn archived(mut self) -> Self {
        self.is_archived = true;
        self
    }

    /// Its first members, by name; no event tells of them.
    #[must_use]
    pub fn members(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.members.extend(names.into_iter().map(|name| plain(name.as_ref()).to_owned()));
        self
    }

    /// The bot is in it from the start; no event tells of it.
    #[must_use]
    pub fn with_bot(mut self) -> Self {
        self.with_bot = true;
        self
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: String,
    /// Empty for a direct message.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) is_ext_shared: bool,
    pub(crate) is_pending_ext_shared: bool,
    pub(crate) is_archived: bool,
    pub(crate) members: BTreeSet<String>,
    pub(crate) topic: String,
    /// Seconds since 1970.
    pub(crate) created: i64,
    /// By ts, which sorts as text: ten digits, a dot, six digits.
    pub(crate) messages: BTreeMap<String, Message>,
}

impl Channel {
    /// As events call it.
    pub(crate) fn channel_type(&self) -> &'static str {
        match self.kind {
            Kind::Public => "channel",
            Kind::Private => "group",
            Kind::Direct => "im",
        }
    }

    /// The other end of a direct message.
    pub(crate) fn partner(&self, bot: &str) -> Option<&str> {
        if self.kind == Kind::Direct { self.members.iter().map(String::as_str).find(|id| *id != bot) } else { None }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// A person's id; also another app's bot.
    Person(String),
    /// The app, by the Web API.
    App,
    /// The app, by a `response_url` or an answer in the channel: Slack names no user then.
    AppAside,
    /// What is left where a message with replies was deleted.
    Nobody,
}

#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) ts: String,
    pub(crate) author: Author,
    pub(crate) text: String,
    pub(crate) blocks: Option<Value>,
    pub(crate) metadata: Option<Value>,
    pub(crate) thread_ts: Option<String>,
    pub(crate) subtype: Option<&'static str>,
    /// Who edited it last, and at which ts.
    pub(crate) edited: Option<(String, String)>,
    /// Name, and who reacted, in order.
    pub(crate) reactions: Vec<(String, Vec<String>)>,
    pub(crate) client_msg_id: Option<String>,
    /// Of the message that a thread hangs on: the ts of each reply.
    pub(crate) replies: Vec<String>,
    /// Fields that are shown as they are: attachments, files, a name and an icon of its own.
    pub(crate) more: Map<String, Value>,
}

impl Message {
    pub(crate) fn new(ts: String, author: Author, text: String) -> Self {
        Self {
            ts,
            author,
            text,
            blocks: None,
            metadata: None,
            thread_ts: None,
            subtype: None,
            edited: None,
            reactions: Vec::new(),
            client_msg_id: None,
            replies: Vec::new(),
            more: Map::new(),
        }
    }

    /// Says that somebody came or went.
    pub(crate) fn is_passage(&self) -> bool {
        matches!(self.subtype, Some("channel_join" | "channel_leave"))
    }

    /// Shown in the channel itself, not only in a thread.
    pub(crate) fn in_channel(&self) -> bool {
        self.thread_ts.is_none() || self.subtype == Some("thread_broadcast")
    }
}
