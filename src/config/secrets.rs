//! Secrets: from the environment or from files that it names, never from the configuration's files, never shown.

use std::fmt;
use std::fs;

use super::allears::Transport;
use super::env::Env;
use super::fault::{Fault, Faults};

/// A text that is never shown: no `Display`, no `Serialize`, and `Debug` says only that it is there.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Something that is good for whoever knows it.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// What `serve` needs to speak with Slack.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The bot's token, `xoxb-...`: calls the Web API.
    pub bot_token: Secret,
    /// What the way from Slack to the bot needs.
    pub reach: Reach,
    /// The key of the language model that is asked for hints, where it needs one.
    pub hints_key: Option<Secret>,
}

/// What the way from Slack to the bot needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Socket Mode: the app-level token, `xapp-...`, opens its lines.
    Socket(Secret),
    /// Requests: the signing secret proves that they come from Slack.
    Http(Secret),
}

/// One secret: its variable, how it must begin, and where Slack shows it.
struct Wanted {
    variable: &'static str,
    begins: &'static str,
    found_at: &'static str,
}

const BOT_TOKEN: Wanted =
    Wanted { variable: "SLACK_BOT_TOKEN", begins: "xoxb-", found_at: "the bot's token (\"OAuth & Permissions\" of your Slack app)" };
const APP_TOKEN: Wanted =
    Wanted { variable: "SLACK_APP_TOKEN", begins: "xapp-", found_at: "the app-level token (\"Basic Information\" of your Slack app)" };
const SIGNING_SECRET: Wanted =
    Wanted { variable: "SLACK_SIGNING_SECRET", begins: "", found_at: "the signing secret (\"Basic Information\" of your Slack app)" };
const HINTS_KEY: Wanted =
    Wanted { variable: "ALLEARS_HINTS_KEY", begins: "", found_at: "the key of the language model that is asked for hints" };

impl Secrets {
    /// Reads `SLACK_BOT_TOKEN`, `ALLEARS_HINTS_KEY` where it is set, and for this transport `SLACK_APP_TOKEN` or `SLACK_SIGNING_SECRET`, or the files that the same
    /// names with `_FILE` at the end point to. What the other transport needs is left alone.
    ///
    /// Fails with every fault at once: not set, set twice, empty, of another kind, or an unreadable file.
    pub fn load(env: &Env, transport: Transport) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut needed = |wanted: &Wanted| match find(wanted, env) {
            Ok(None) => {
                faults.push(Fault::of_all(
                    wanted.variable,
                    format!("not set; set it to {}, or set {}_FILE to a file that holds it", wanted.found_at, wanted.variable),
                ));
                None
            }
            Ok(found) => found,
            Err(fault) => {
                faults.push(fault);
                None
            }
        };
        let bot_token = needed(&BOT_TOKEN);
        let reach = match transport {
            Transport::Socket => needed(&APP_TOKEN).map(Reach::Socket),
            Transport::Http => needed(&SIGNING_SECRET).map(Reach::Http),
        };
        let hints_key = find(&HINTS_KEY, env).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let secrets = bot_token.zip(reach).map(|(bot_token, reach)| Self { bot_token, reach, hints_key });
        Faults::or(vec![faults], secrets)
    }
}

/// The secret, `None` where neither of its variables is set.
fn find(wanted: &Wanted, env: &Env) -> Result<Option<Secret>, Fault> {
    let Wanted { variable, begins, found_at } = wanted;
    let in_file = format!("{variable}_FILE");
    let direct = env.get(variable).map_err(|why| Fault::of_all(variable, why))?;
    let path = env.get(&in_file).map_err(|why| Fault::of_all(&in_file, why))?;
    let (from, text) = match (direct, path) {
        (Some(_), Some(_)) => {
            return Err(Fault::of_all(variable, format!("set as well as {in_file}; unset one of them")));
        }
        (Some(text), None) => ((*variable).to_owned(), text),
        (None, Some(path)) => {
            let text = read(&path).map_err(|why| Fault::of_all(&in_file, why))?;
            (in_file, text)
        }
        (None, None) => return Ok(None),
    };
    if !text.starts_with(begins) {
        return Err(Fault::of_all(&from, format!("does not begin with {begins}; it must be {found_at}")));
    }
    if !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err(Fault::of_all(&from, format!("has spaces or odd characters in it; it must be {found_at}")));
    }
    Ok(Some(Secret(text)))
}

/// The trimmed content of a secret's file. Errors name the path and never the content.
fn read(path: &str) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| format!("cannot read {path} ({}); mend the path or its rights", error.kind()))?;
    // The error of a text that is not UTF-8 would hold the bytes: it is dropped.
    let text = String::from_utf8(bytes).map_err(|_| format!("{path} is not UTF-8; write the secret to it again"))?;
    match text.trim() {
        "" => Err(format!("{path} is empty; write the secret to it")),
        text => Ok(text.to_owned()),
    }
}
