//! Names that the app's manifest and the bot share: of shortcuts, and of the events that are subscribed to.

/// The shortcut on a message: *Pass on to the teams*.
pub const PASS_ON: &str = "heard_from_message";
/// The global shortcut that opens the form.
pub const TELL: &str = "heard_new";

/// An event that the app subscribes to: <https://docs.slack.dev/reference/events>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscription {
    /// As Slack calls it.
    pub event: &'static str,
    /// The scope without which Slack does not send it; none: it needs none.
    pub scope: Option<&'static str>,
}

const fn on(event: &'static str, scope: Option<&'static str>) -> Subscription {
    Subscription { event, scope }
}

/// All of them.
pub const SUBSCRIPTIONS: [Subscription; 15] = [
    on("app_home_opened", None),
    on("app_mention", Some("app_mentions:read")),
    on("app_uninstalled", None),
    on("channel_archive", Some("channels:read")),
    on("channel_deleted", Some("channels:read")),
    on("channel_id_changed", Some("channels:read")),
    on("channel_rename", Some("channels:read")),
    on("member_joined_channel", Some("channels:read")),
    on("member_left_channel", Some("channels:read")),
    on("message.channels", Some("channels:history")),
    on("message.groups", Some("groups:history")),
    on("message.im", Some("im:history")),
    on("reaction_added", Some("reactions:read")),
    on("reaction_removed", Some("reactions:read")),
    on("tokens_revoked", None),
];
