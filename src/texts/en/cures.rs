//! What whoever runs the bot is told to do.

use crate::texts::page::{Line, Piece, code, plain};

/// A channel that is not listened to, though the configuration says so: for whoever runs the bot.
pub fn not_public(channel: &str) -> String {
    format!("{channel} is private, and only public channels are listened to: take it out of allears.toml")
}

/// Why Slack does not take what is to be posted in a channel, and what mends it: each without its full stop.
pub(super) struct Cure {
    pub(super) why: Line,
    pub(super) step: Line,
}

/// What there is to say of an error code of Slack's; empty where it gave no good answer at all.
pub(super) fn cure_in(error_code: &str, channel: &Piece) -> Cure {
    let here = || channel.clone();
    let another = || vec![plain("name another channel in "), code("functions.toml")];
    let (why, step) = match error_code {
        "not_in_channel" => {
            (vec![plain("I am not in "), here()], vec![plain("invite me: type "), code("/invite @allears"), plain(" in "), here()])
        }
        "channel_not_found" => (
            vec![plain("I cannot see "), here()],
            vec![plain("correct its name in the configuration, invite me if it is private, or see whether it is archived")],
        ),
        "shared_with_others" => (vec![here(), plain(" is shared with another company, and nothing is posted there")], another()),
        "is_archived" => (vec![here(), plain(" is archived")], another()),
        known if known.starts_with("restricted_action") => (
            vec![plain("I may not post in "), here()],
            vec![plain("let apps post there, in the channel's settings, or "), plain("name another channel in "), code("functions.toml")],
        ),
        "missing_scope" => (vec![plain("a scope is missing")], vec![plain("install the app again from the manifest")]),
        "invalid_auth" | "token_revoked" | "token_expired" | "account_inactive" | "not_authed" => {
            (vec![plain("Slack refuses the bot's token")], vec![plain("set a new "), code("SLACK_BOT_TOKEN")])
        }
        "invalid_blocks" | "invalid_blocks_format" | "msg_too_long" | "msg_blocks_too_long" | "no_text" | "metadata_too_large" => (
            vec![plain("Slack does not take it as it is ("), code(error_code), plain(")")],
            vec![plain("report it: that is a fault of mine")],
        ),
        "" => (
            vec![plain("Slack gave no good answer")],
            vec![plain("look whether this machine reaches Slack, and run "), code("allears check --live")],
        ),
        other => (vec![plain("Slack answered "), code(other), plain(" for "), here()], vec![plain("run "), code("allears check --live")]),
    };
    Cure { why, step }
}

/// The same for the log of whoever runs the bot.
pub fn cure(error_code: &str, channel: &str) -> String {
    let Cure { why, step } = cure_in(error_code, &plain(channel));
    // To be invited says itself why.
    if error_code == "not_in_channel" { as_text(&step) } else { format!("{}: {}", as_text(&why), as_text(&step)) }
}

fn as_text(line: &Line) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Plain(text) | Piece::Bold(text) | Piece::Code(text) => text.clone(),
        Piece::When { otherwise, .. } => otherwise.clone(),
        Piece::Channel(id) => id.to_string(),
        Piece::Link { label, .. } => label.clone(),
    };
    line.iter().map(piece).collect()
}

/// Slack does not take us at the start.
pub fn cure_at_start(error_code: &str) -> &'static str {
    match error_code {
        "" => "look whether this machine reaches Slack, then start again",
        "invalid_auth" | "not_authed" | "token_revoked" | "token_expired" | "account_inactive" => {
            "set SLACK_BOT_TOKEN to the bot's token, under OAuth & Permissions of your Slack app"
        }
        _ => "run allears check --live",
    }
}

/// Slack opens no line for Socket Mode.
pub fn cure_of_line(error_code: &str) -> &'static str {
    match error_code {
        "" => "look whether this machine reaches Slack, then try again",
        "missing_scope" => "give the app-level token the scope connections:write, under Basic Information of your Slack app",
        "invalid_auth" | "not_authed" | "not_allowed_token_type" => {
            "set SLACK_APP_TOKEN to the app-level token, under Basic Information of your Slack app"
        }
        _ => "switch Socket Mode on in the settings of your Slack app",
    }
}
