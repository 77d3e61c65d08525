//! What each of Slack's scopes is for, and what is off without it: for the manifest, for Home, and for whoever runs the bot.

/// What a scope is for; empty where it is none of ours.
pub fn what_for(scope: &str) -> &'static str {
    match scope {
        "commands" => "People tell with a command, a shortcut or the form.",
        "chat:write" => "Digests are posted, and people are answered.",
        "app_mentions:read" => "People tell by mentioning the bot in a channel.",
        "channels:read" => "Channels are found by their names; members of a function are those of its channel; shared ones are known.",
        "channels:history" => "Channels that are listened to, reactions there; a digest whose posting is in doubt is looked for.",
        "groups:read" => "The same as channels:read for private channels.",
        "groups:history" => "Mentions and reactions in private channels; a digest whose posting is in doubt is looked for there.",
        "im:history" => "People tell in a direct message to the bot.",
        "reactions:read" => "People tell with a reaction.",
        "users:read" => "The names of those who tell, and whether they are of your company.",
        _ => "",
    }
}

/// What is off without a scope; empty where it is none of ours.
pub fn off(scope: &str) -> &'static str {
    match scope {
        "commands" => "nobody can tell with a command, a shortcut or the form",
        "chat:write" => "I cannot post digests or answer anybody",
        "app_mentions:read" => "I do not hear it when somebody mentions me",
        "channels:read" => "I do not find channels by their names, and do not know who is in them or which are shared with other companies",
        "channels:history" => "I hear no public channel, follow no edits there, and may post a digest twice where Slack's answer was lost",
        "groups:read" => "I do not find private channels by their names, and do not know who is in them",
        "groups:history" => "I follow nothing in private channels, and may post a digest there twice where Slack's answer was lost",
        "im:history" => "I do not hear direct messages",
        "reactions:read" => "I do not see reactions",
        "users:read" => "I do not know people's names, nor who is of another company",
        _ => "",
    }
}

/// What is off without a scope, and how it comes back.
pub fn off_with_cure(scope: &str) -> String {
    format!(
        "Without the scope {scope}, {}. To switch that on, an admin adds it under OAuth & Permissions of the Slack app, installs the \
         app again, and restarts me.",
        off(scope)
    )
}
