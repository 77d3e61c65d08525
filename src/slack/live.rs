//! A look at Slack as it is: tokens, scopes, channels. Posts nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::directory::{Directory, shown};
use super::grants::{Grants, Need};
use super::web::{CallError, Slack};
use crate::clock::Clock;
use crate::config::{Address, Reach, Secrets};
use crate::domain::routing::{ChannelRef, Routing};
use crate::texts::en;

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
    let grants = Grants::ask(api, &secrets.bot_token, &Clock::system()).await;
    found.extend(scopes(&grants, !listened.is_empty()));
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

/// What must be there, and what is off.
fn scopes(grants: &Grants, listens: bool) -> Vec<Finding> {
    if !grants.known() {
        return vec![finding("the bot's scopes", Some("Slack did not say them; try again".to_owned()))];
    }
    let (mut needed, mut off) = (vec![], vec![]);
    for missing in grants.off() {
        let must = missing.scope.need == Need::Must || (listens && missing.scope.name == "channels:history");
        if must { needed.push(missing) } else { off.push(missing) }
    }
    let named: Vec<String> = needed.iter().map(|missing| format!("{} ({})", missing.scope.name, missing.what())).collect();
    let cure = (!named.is_empty()).then(|| format!("missing {}: update the app from the manifest and install it again", named.join(", ")));
    let off = off.into_iter().map(|off| finding(format!("without the scope {} {}", off.scope.name, off.what()), None));
    std::iter::once(finding("the bot's scopes", cure)).chain(off).collect()
}
