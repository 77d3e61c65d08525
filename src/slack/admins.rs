//! Who administers, and what they are told.

use std::collections::BTreeSet;

use tracing::warn;

use super::desk::Desk;
use super::web::CallError;
use crate::config::Admin;
use crate::domain::acts::{Act, Change};
use crate::domain::ids::UserId;
use crate::domain::letter::{Alert, Note};

impl Desk {
    /// Everybody who administers, members of channels among them.
    pub(super) async fn admins(&self) -> Result<BTreeSet<UserId>, CallError> {
        let mut all = BTreeSet::new();
        for admin in &self.home.admins {
            match admin {
                Admin::Person(user) => drop(all.insert(user.clone())),
                Admin::MembersOf(named) => {
                    if let Some(channel) = self.directory.channel(named) {
                        match self.directory.members(&channel).await {
                            Ok(members) => all.extend(members),
                            // Those who are known by other names are told all the same.
                            Err(CallError::Refused(code)) => warn!(code, "who administers is not known in full"),
                            Err(error) => return Err(error),
                        }
                    }
                }
            }
        }
        Ok(all)
    }

    /// Whether somebody administers.
    pub(super) async fn is_admin(&self, user: &str) -> Result<bool, CallError> {
        for admin in &self.home.admins {
            let is = match admin {
                Admin::Person(person) => person.as_str() == user,
                Admin::MembersOf(named) => match self.directory.channel(named) {
                    Some(channel) => self.directory.is_member(&channel, &UserId::new(user)).await?,
                    None => false,
                },
            };
            if is {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Tells everybody who administers, by direct message.
    pub(super) async fn alert(&self, alert: Alert) {
        let told = match self.admins().await {
            Ok(admins) => {
                let write = |user: &UserId| {
                    let to = Some(self.identity(user.as_str(), String::new()));
                    Act::Write { to, note: Note::Alert(alert.clone()), until: None }
                };
                let acts: Vec<Act> = admins.iter().filter(|user| user.as_str() != self.home.user).map(write).collect();
                if acts.is_empty() {
                    return;
                }
                self.store.commit(Change::of_the_bot(self.clock.now(), acts)).await.map(|_| ()).map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = told {
            warn!(error, "admins could not be told of something that they must mend");
        }
    }
}
