//! Why the bot ended by itself, and how Socket Mode comes back: for whoever runs it.

/// Slack takes the app-level token no more, by this name for the reason.
pub fn token_refused(code: &str) -> String {
    let cure = match code {
        "team_disabled" => "ask the owner of the workspace to switch it on again, then start again",
        "account_inactive" | "user_removed_from_team" => {
            "whoever made it may have left: have an admin make a new one, under Basic Information of your Slack app, set \
             SLACK_APP_TOKEN to it and start again"
        }
        _ => {
            "make a new one with the scope connections:write, under Basic Information of your Slack app, set SLACK_APP_TOKEN to it \
             and start again"
        }
    };
    format!("Slack refuses the app-level token ({code}), so nothing can come in, and I stopped; what was kept stays kept: {cure}")
}

/// The app was taken out of the workspace.
pub fn uninstalled() -> &'static str {
    "the app was taken out of the workspace, and I stopped; what was kept stays kept: install it again, set SLACK_BOT_TOKEN to its \
     new token and start again"
}

/// The bot's token was revoked.
pub fn tokens_revoked() -> &'static str {
    "the bot's token was revoked, and I stopped; what was kept stays kept: install the app again, set SLACK_BOT_TOKEN to its new \
     token and start again"
}

/// Socket Mode was switched off: for the log.
pub fn socket_mode_off() -> &'static str {
    "Socket Mode is switched off for this app: switch it on in its settings, under Socket Mode"
}
