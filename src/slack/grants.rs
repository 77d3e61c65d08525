//! Which scopes the bot was granted, and what is off without the others.
//!
//! Whoever installs an app may decline the scopes that its manifest calls optional; the bot goes without, and says so.

use std::collections::BTreeSet;
use std::time::Duration;

use super::web::tls;
use crate::clock::Clock;
use crate::config::{Address, Secret};
use crate::texts::en::grants;

/// How long Slack may take to say them.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much the bot needs a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is nothing without it.
    Must,
    /// Asked for wherever the bot reads in Slack at all, and not to be declined then.
    Reading,
    /// May be declined.
    Optional,
}

/// A scope that the bot can use: <https://docs.slack.dev/reference/scopes>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// As Slack calls it.
    pub name: &'static str,
    /// How much it is needed.
    pub need: Need,
}

const fn scope(name: &'static str, need: Need) -> Scope {
    Scope { name, need }
}

/// All scopes that the bot can use, in the order of the manifest.
pub const SCOPES: [Scope; 10] = [
    scope("commands", Need::Must),
    scope("chat:write", Need::Must),
    scope("channels:read", Need::Reading),
    scope("users:read", Need::Reading),
    scope("channels:history", Need::Optional),
    scope("groups:read", Need::Optional),
    scope("groups:history", Need::Optional),
    scope("app_mentions:read", Need::Optional),
    scope("im:history", Need::Optional),
    scope("reactions:read", Need::Optional),
];

/// Something that is off since its scope was not granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Off {
    /// The scope that is missing.
    pub scope: Scope,
}

impl Off {
    /// What is off, as the end of a sentence.
    pub fn what(self) -> &'static str {
        grants::off(self.scope.name)
    }

    /// What is off, and how it comes back: for Home and for admins.
    pub fn sentence(self) -> String {
        grants::off_with_cure(self.scope.name)
    }
}

/// The scopes that were granted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants {
    /// None: Slack did not say. All are assumed then, and each call finds out for itself.
    granted: Option<BTreeSet<String>>,
}

impl Grants {
    /// Asks Slack. It says the scopes of a token in a header, which slack-morphism does not hand on.
    pub async fn ask(api: &Address, bot_token: &Secret, clock: &Clock) -> Self {
        let asked = async {
            let client = reqwest::Client::builder().timeout(PATIENCE).tls_backend_preconfigured(tls(api).ok()?).build().ok()?;
            let answer = client.post(format!("{}/auth.test", api.as_str())).bearer_auth(bot_token.expose()).send().await.ok()?;
            Some(Self::of(answer.headers().get("x-oauth-scopes")?.to_str().ok()?))
        };
        clock.away("auth.test", asked).await.unwrap_or_default()
    }

    /// Those of Slack's header, such as `commands,chat:write`.
    pub fn of(header: &str) -> Self {
        let scopes = header.split(',').map(str::trim).filter(|scope| !scope.is_empty());
        Self { granted: Some(scopes.map(ToOwned::to_owned).collect()) }
    }

    /// Whether Slack said them.
    pub fn known(&self) -> bool {
        self.granted.is_some()
    }

    /// Whether a scope was granted, as far as we know.
    pub fn has(&self, scope: &str) -> bool {
        self.granted.as_ref().is_none_or(|granted| granted.contains(scope))
    }

    /// What is off, in the order of [`SCOPES`].
    pub fn off(&self) -> Vec<Off> {
        SCOPES.into_iter().filter(|scope| !self.has(scope.name)).map(|scope| Off { scope }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_granted_is_off_and_nothing_where_it_is_not_known() {
        let grants = Grants::of("commands, chat:write,users:read ,channels:read,channels:history,groups:read,groups:history,im:history");
        let off: Vec<&str> = grants.off().into_iter().map(|off| off.scope.name).collect();
        assert_eq!(off, ["app_mentions:read", "reactions:read"]);
        assert!(grants.has("commands") && !grants.has("reactions:read") && grants.known());
        assert_eq!(Grants::of("").off().len(), SCOPES.len());
        assert!(Grants::default().off().is_empty() && Grants::default().has("reactions:read") && !Grants::default().known());
    }

    #[test]
    fn each_scope_has_its_sentences() {
        for scope in SCOPES {
            assert!(!grants::what_for(scope.name).is_empty() && !Off { scope }.what().is_empty(), "{scope:?}");
        }
        let off = Off { scope: scope("reactions:read", Need::Optional) };
        insta::assert_snapshot!(off.sentence(), @"Without the scope reactions:read, I do not see reactions. To switch that on, an admin adds it under OAuth & Permissions of the Slack app, installs the app again, and restarts me.");
    }
}
