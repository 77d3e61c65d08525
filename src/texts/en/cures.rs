//! What whoever runs the bot is told to do.

/// A channel that is not listened to, though the configuration says so: for whoever runs the bot.
pub fn not_public(channel: &str) -> String {
    format!("{channel} is private, and only public channels are listened to: take it out of allears.toml")
}

/// A letter could not be delivered, and will not be tried again: for the log of whoever runs the bot.
pub fn cure(error_code: &str, channel: &str) -> String {
    match error_code {
        "not_in_channel" => format!("invite me: type /invite @allears in {channel}"),
        "channel_not_found" => format!(
            "I cannot see {channel}: correct its name in the configuration, invite me if it is private, or see whether it is archived"
        ),
        "shared_with_others" => {
            format!("{channel} is shared with another company, and nothing is posted there: name another channel in functions.toml")
        }
        "is_archived" => format!("{channel} is archived: name another channel in functions.toml"),
        "missing_scope" => "a scope is missing: install the app again from the manifest".to_owned(),
        "invalid_auth" | "token_revoked" | "account_inactive" | "not_authed" => {
            "Slack refuses the bot's token: set a new SLACK_BOT_TOKEN".to_owned()
        }
        other => format!("Slack answered {other} for {channel}: run allears check --live"),
    }
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
