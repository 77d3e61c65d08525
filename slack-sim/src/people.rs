//! Somebody with an account, and how one is made.
use crate::text::plain;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Somebody with an account in the workspace, a bot included.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// `U` (in an enterprise `W`) and ten characters, the same for the same name in every run.
    pub id: String,
    /// The handle, as in `@lee`.
    pub name: String,
    /// The full name.
    pub real_name: String,
    /// IANA time zone.
    pub tz: String,
    /// Not a human.
    pub is_bot: bool,
    /// A guest.
    pub is_restricted: bool,
    /// The person's own team: another one than the workspace's for people of other companies.
    pub team_id: String,
    /// Deactivated.
    pub deleted: bool,
}

/// A person to add; start with [`NewPerson::named`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    pub(crate) name: String,
    pub(crate) real_name: Option<String>,
    #[serde(default = "utc", deserialize_with = "time_zone")]
    pub(crate) tz: String,
    #[serde(default, rename = "bot")]
    pub(crate) is_bot: bool,
    #[serde(default, rename = "guest")]
    pub(crate) is_restricted: bool,
    #[serde(rename = "team")]
    pub(crate) team_id: Option<String>,
    #[serde(default)]
    pub(crate) deleted: bool,
}

fn utc() -> String {
    "Etc/UTC".to_owned()
}

/// A name that is in the time zone database; where it stands in a file, the file's reader knows.
fn time_zone<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let name = String::deserialize(from)?;
    match jiff::tz::TimeZone::get(&name) {
        Ok(_) => Ok(name),
        Err(_) => Err(D::Error::custom(format!("there is no time zone {name:?}"))),
    }
}

impl NewPerson {
    /// A human of this workspace, in UTC.
    pub fn named(name: &str) -> Self {
        Self {
            name: plain(name).to_owned(),
            real_name: None,
            tz: utc(),
            is_bot: false,
            is_restricted: false,
            team_id: None,
            deleted: false,
        }
    }

    /// The full name; the handle with a capital when left out.
    #[must_use]
    pub fn real_name(mut self, name: &str) -> Self {
        self.real_name = Some(name.to_owned());
        self
    }

    /// The IANA time zone.
    #[must_use]
    pub fn tz(mut self, tz: &str) -> Self {
        tz.clone_into(&mut self.tz);
        self
    }

    /// Another app's bot user.
    #[must_use]
    pub fn bot(mut self) -> Self {
        self.is_bot = true;
        self
    }

    /// A guest.
    #[must_use]
    pub fn guest(mut self) -> Self {
        self.is_restricted = true;
        self
    }

    /// Somebody of another company (Slack Connect).
    #[must_use]
    pub fn of_team(mut self, team_id: &str) -> Self {
        self.team_id = Some(team_id.to_owned());
        self
    }

    /// Deactivated.
    #[must_use]
    pub fn deleted(mut self) -> Self {
        self.deleted = true;
        self
    }
}
