//! A look at Slack as it is: tokens, scopes, channels. Posts nothing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::directory::{Directory, shown};
use super::web::{CallError, Slack};
use crate::clock::Clock;
use crate::config::{Address, Reach, Secrets};
use crate::domain::routing::{ChannelRef, Routing};
use crate::texts::en;

/// What the bot cannot do without, and what for. The same list as in the app's manifest.
const SCOPES: &[(&str, &str)] = &[
    ("commands", "the command that tells"),
    ("chat:write", "posting digests"),
    ("channels:read", "finding channels by name"),
    ("channels:history", "hearing the channels that are listened to"),
    ("users:read", "the names of those who tell"),
];

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub what: String,
    /// What to do, where it is not right.
    pub cure: Option<String>,
}

fn finding(what: impl Into<String>, cure: Option<String>) -> Finding {
    Finding { what: what.into(), cure }
}

/// Looks at everything that the bot needs from Slack.
pub async fn look(slack: &Arc<Slack>, api: &Address, secrets: &Secrets, routing: &Routing, listened: &[ChannelRef]) -> Vec<Finding> {
    let (what, org_wide) = match slack.auth_test().await {
        Ok(who) => (finding(format!("the bot's token, for workspace {}", who.team), None), who.is_enterprise_install),
        Err(error) => return vec![finding("the bot's token", Some(format!("{error}; {}", en::cure_at_start(error.code()))))],
    };
    let mut found = vec![what];
    found.push(scopes(api, secrets).await);
    found.push(match &secrets.reach {
        Reach::Http(_) => finding("the signing secret, for requests to /slack/events: only a request of Slack's proves it", None),
        Reach::Socket(app_token) => match slack.open_line(app_token).await {
            Ok(_) => finding("the app-level token, for Socket Mode", None),
            Err(error) => finding("the app-level token", Some(format!("{error}; {}", en::cure_of_line(error.code())))),
        },
    });
    let directory = Directory::new(Arc::clone(slack), Clock::system(), org_wide);
    if let Err(error) = directory.refresh(routing).await {
        found.push(finding("the list of channels", Some(error.to_string())));
    }
    let channels: BTreeSet<&ChannelRef> = routing.functions().iter().map(|function| &function.channel).chain(listened).collect();
    for named in channels {
        found.push(channel(slack, &directory, named).await);
    }
    found
}

async fn channel(slack: &Slack, directory: &Directory, named: &ChannelRef) -> Finding {
    #[derive(Deserialize)]
    struct Answer {
        channel: Channel,
    }
    #[derive(Deserialize)]
    struct Channel {
        #[serde(default)]
        is_member: bool,
        #[serde(default)]
        is_archived: bool,
    }
    let written = shown(named);
    let code = match directory.channel(named) {
        None => Some("channel_not_found".to_owned()),
        Some(id) => match slack.ask::<Answer>("conversations.info", &json!({"channel": id.as_str()})).await {
            Ok(Answer { channel: Channel { is_archived: true, .. } }) => Some("is_archived".to_owned()),
            Ok(Answer { channel: Channel { is_member: false, .. } }) => Some("not_in_channel".to_owned()),
            Ok(_) => None,
            Err(CallError::Refused(code)) => Some(code),
            Err(error) => return finding(format!("channel {written}"), Some(format!("{error}; try again"))),
        },
    };
    finding(format!("channel {written}"), code.map(|code| en::cure(&code, &written)))
}

/// Slack says the scopes of a token in a header, which slack-morphism does not hand on.
async fn scopes(api: &Address, secrets: &Secrets) -> Finding {
    let granted = async {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().ok()?;
        let asked = client.post(format!("{}/auth.test", api.as_str())).bearer_auth(secrets.bot_token.expose());
        let answer = asked.send().await.ok()?;
        Some(answer.headers().get("x-oauth-scopes")?.to_str().ok()?.to_owned())
    };
    let Some(granted) = granted.await else { return finding("the bot's scopes", Some("Slack did not say them; try again".to_owned())) };
    let granted: BTreeSet<&str> = granted.split(',').map(str::trim).collect();
    let missing: Vec<String> =
        SCOPES.iter().filter(|(scope, _)| !granted.contains(scope)).map(|(scope, what)| format!("{scope} ({what})")).collect();
    let cure =
        (!missing.is_empty()).then(|| format!("missing {}: update the app from the manifest and install it again", missing.join(", ")));
    finding("the bot's scopes", cure)
}
