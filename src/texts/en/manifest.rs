//! What people read of the app in Slack itself: its name, its commands, its shortcuts. Slack limits their lengths:
//! <https://docs.slack.dev/reference/app-manifest>.

/// The app.
pub const NAME: &str = "All Ears";
/// What people type in `/invite @allears`.
pub const BOT_NAME: &str = "allears";
/// In one line.
pub const DESCRIPTION: &str = "Every team hears the customer";
/// The shortcut on a message.
pub const PASS_ON: &str = "Pass on to the teams";
/// Below it.
pub const PASS_ON_DESCRIPTION: &str = "Record what a customer said and route it";
/// The shortcut everywhere.
pub const TELL: &str = "Tell what you heard";
/// Below it.
pub const TELL_DESCRIPTION: &str = "Open the form";
/// The command that tells.
pub const HEARD_DESCRIPTION: &str = "Share what a customer said";
/// Behind it.
pub const HEARD_HINT: &str = "[what the customer said] or help";
/// The other command.
pub const ALLEARS_DESCRIPTION: &str = "What you told, and settings";
/// Behind it.
pub const ALLEARS_HINT: &str = "[help | mine | VOC-42 | left-out | status]";

/// What it does, for the app that reads in channels, and for the one that reads nowhere.
pub fn long_description(reads: bool) -> String {
    let reach = if reads {
        "It reads only channels to which it was invited, and keeps only what people told it or what was said in the channels that \
         your admins chose."
    } else {
        "It reads no message in Slack: it knows only what people tell it."
    };
    format!(
        "All Ears takes in what customers say wherever a colleague hears it, tags it with the functions of the company that it \
         concerns, and posts a daily digest to the channel of each function, so that hearing the customer is everyone's daily work. \
         Everything is kept in a folder that your company runs itself. {reach}"
    )
}
