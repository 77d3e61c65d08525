//! Colleagues: who is at home in which function, without guests, programs, and those who left.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;

use super::desk::Desk;
use super::web::CallError;
use crate::domain::function::FunctionId;
use crate::domain::ids::UserId;
use crate::domain::routing::Members;

/// Entries of a page, which Slack recommends not to exceed: <https://docs.slack.dev/reference/methods/users.list>.
const PAGE: u32 = 200;

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    members: Vec<Member>,
    #[serde(default)]
    response_metadata: Cursor,
}

#[derive(Deserialize, Default)]
struct Cursor {
    #[serde(default)]
    next_cursor: String,
}

#[derive(Deserialize)]
struct Member {
    id: String,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    is_bot: bool,
    #[serde(flatten)]
    from_outside: FromOutside,
}

#[derive(Deserialize)]
struct FromOutside {
    #[serde(default)]
    is_restricted: bool,
    #[serde(default)]
    is_stranger: bool,
}

impl Member {
    fn is_colleague(&self) -> bool {
        !self.deleted && !self.is_bot && !self.from_outside.is_restricted && !self.from_outside.is_stranger
    }
}

impl Desk {
    /// The people of each function, each at home in one at most.
    pub async fn homes(&self) -> Result<BTreeMap<FunctionId, BTreeSet<UserId>>, CallError> {
        let colleagues = match self.colleagues().await {
            Ok(colleagues) => Some(colleagues),
            // Whoever installed the app may have declined to show us people: all who are listed or in a channel count then.
            Err(CallError::Refused(_)) => None,
            Err(error) => return Err(error),
        };
        let counts = |user: &UserId| colleagues.as_ref().is_none_or(|colleagues| colleagues.contains(user.as_str()));
        let in_channels = self.directory.function_members();
        let listed = self.in_force.routing.functions().iter().filter_map(|function| match &function.members {
            Members::Listed(people) => Some(people),
            Members::OfChannel => None,
        });
        let everybody: BTreeSet<&UserId> = listed.flatten().chain(in_channels.values().flatten()).collect();
        let mut homes: BTreeMap<FunctionId, BTreeSet<UserId>> = BTreeMap::new();
        for user in everybody.into_iter().filter(|user| counts(user)) {
            if let Some(home) = self.in_force.home(user, &in_channels) {
                homes.entry(home).or_default().insert(user.clone());
            }
        }
        Ok(homes)
    }

    /// Everybody of the company, in all of its workspaces.
    async fn colleagues(&self) -> Result<BTreeSet<String>, CallError> {
        let teams = self.directory.teams();
        let mut all = BTreeSet::new();
        for team in teams.iter().map(|team| Some(team.as_str())).chain(teams.is_empty().then_some(None)) {
            let mut cursor = String::new();
            loop {
                let arguments = json!({"team_id": team, "limit": PAGE, "cursor": cursor});
                let page: Page = self.slack.ask("users.list", &arguments).await?;
                all.extend(page.members.into_iter().filter(Member::is_colleague).map(|member| member.id));
                cursor = page.response_metadata.next_cursor;
                if cursor.is_empty() {
                    break;
                }
            }
        }
        Ok(all)
    }
}
