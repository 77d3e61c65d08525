//! A workspace as a file: who and what there is, the app in it, what goes wrong. TOML; every key may be left out.
use crate::builder::Builder;
use crate::delivery::http::Addresses;
use crate::faults::Rule;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::sim::Sim;
use crate::state::channels::NewChannel;
use crate::state::people::NewPerson;
use crate::state::usergroups::NewUsergroup;
use crate::world::{NewCommand, NewShortcut};
use serde::Deserialize;
use toml::Spanned;

/// A workspace that was read from a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workspace {
    #[serde(rename = "workspace")]
    about: About,
    app: App,
    limits: Limit,
    person: Vec<NewPerson>,
    usergroup: Vec<NewUsergroup>,
    channel: Vec<NewChannel>,
    message: Vec<Spanned<OneMessage>>,
    fault: Vec<Spanned<Rule>>,
    /// What it was read from, to tell where a mistake stands.
    #[serde(skip)]
    source: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct About {
    name: Option<String>,
    domain: Option<String>,
    enterprise: Option<String>,
    org_wide: bool,
    join_messages: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct App {
    name: Option<String>,
    home: Option<bool>,
    scopes: Option<Vec<String>>,
    events: Option<Vec<String>>,
    delayed_events: bool,
    /// One address for all that is delivered over HTTP.
    url: Option<String>,
    events_url: Option<String>,
    commands_url: Option<String>,
    interactions_url: Option<String>,
    signing_secret: Option<String>,
    command: Vec<NewCommand>,
    shortcut: Vec<NewShortcut>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Limit {
    #[default]
    Internal,
    Distributed,
    None,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneMessage {
    channel: String,
    by: String,
    text: String,
}

impl Workspace {
    /// Reads a file's text. Errors: what is wrong, with line and column, in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut read: Self = toml::from_str(text).map_err(|error| {
            let told = error.message().replace('\n', ", ");
            match error.span() {
                Some(span) => format!("{}: {told}", place(text, span.start)),
                None => told,
            }
        })?;
        for rule in &read.fault {
            let at = || place(text, rule.span().start);
            rule.get_ref().clone().checked().map_err(|why| format!("{}: {why}", at()))?;
        }
        text.clone_into(&mut read.source);
        Ok(read)
    }

    /// Four people and four channels, with the app in three of them.
    pub fn small_company() -> Self {
        let person = |name, real_name, tz| NewPerson::named(name).real_name(real_name).tz(tz);
        Self {
            person: vec![
                person("lee", "Lee Brandt", "Europe/Berlin"),
                person("dana", "Dana Okafor", "Europe/London"),
                person("sam", "Sam Rivera", "America/New_York"),
                person("mika", "Mika Tanaka", "Asia/Tokyo"),
            ],
            channel: vec![
                NewChannel::named("general").members(["lee", "dana", "sam", "mika"]).with_bot(),
                NewChannel::named("sales").members(["lee", "sam"]).with_bot(),
                NewChannel::named("support").members(["dana", "mika"]).with_bot(),
                NewChannel::named("board").members(["dana"]).private(),
            ],
            ..Self::default()
        }
    }

    /// What it says of the workspace and the app. Errors: an address is none.
    pub fn apply(&self, mut builder: Builder) -> Result<Builder, String> {
        let About { name, domain, enterprise, org_wide, join_messages } = &self.about;
        let name = name.as_deref().unwrap_or("Acme");
        let lower: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        builder = builder.workspace(name, domain.as_deref().unwrap_or(&lower));
        if let Some(enterprise) = enterprise {
            builder = builder.enterprise(enterprise, *org_wide);
        }
        builder = builder.join_messages(*join_messages);
        let App { name, home, scopes, events, delayed_events, signing_secret, command, shortcut, .. } = &self.app;
        if let Some(name) = name {
            builder = builder.bot_name(name);
        }
        if let Some(scopes) = scopes {
            builder = builder.scopes(scopes);
        }
        if let Some(events) = events {
            builder = builder.events(events);
        }
        builder = builder.delayed_events(*delayed_events);
        if let Some(secret) = signing_secret {
            builder = builder.signing_secret(secret);
        }
        builder = command.iter().cloned().fold(builder.home(home.unwrap_or(true)), Builder::command);
        builder = shortcut.iter().cloned().fold(builder, Builder::shortcut);
        builder = builder.limits(match self.limits {
            Limit::Internal => Limits::default(),
            Limit::Distributed => Limits::distributed(),
            Limit::None => Limits::none(),
        });
        Ok(match self.addresses()? {
            Some(addresses) => builder.deliver_to(addresses),
            None => builder,
        })
    }

    fn addresses(&self) -> Result<Option<Addresses>, String> {
        let App { url, events_url, commands_url, interactions_url, .. } = &self.app;
        let address = |own: &Option<String>| own.as_ref().or(url.as_ref()).map(|url| Addresses::parse(url)).transpose();
        let addresses =
            Addresses { events: address(events_url)?, commands: address(commands_url)?, interactions: address(interactions_url)? };
        let none = addresses.events.is_none() && addresses.commands.is_none() && addresses.interactions.is_none();
        Ok(Some(addresses).filter(|_| !none))
    }

    /// Brings in people, channels, what they said, and the faults. Errors: somebody or a channel is not there, and where the
    /// file says so.
    pub fn settle(&self, sim: &Sim) -> Result<(), Refusal> {
        for person in self.person.iter().cloned() {
            sim.add_person(person);
        }
        for group in self.usergroup.iter().cloned() {
            sim.add_usergroup(group);
        }
        for channel in self.channel.iter().cloned() {
            sim.add_channel(channel);
        }
        for message in &self.message {
            let OneMessage { channel, by, text } = message.get_ref();
            sim.message(by, channel, text).map_err(|refusal| {
                let message = format!("{}: {}", place(&self.source, message.span().start), refusal.message);
                Refusal { message, ..refusal }
            })?;
        }
        for rule in &self.fault {
            sim.fault(rule.get_ref().clone());
        }
        Ok(())
    }
}

/// Line and column of a byte.
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    format!("line {}, column {}", before.matches('\n').count() + 1, line.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_example_opens_as_it_says() {
        let read = Workspace::parse(include_str!("../workspace.example.toml")).unwrap();
        let sim = read.apply(Sim::builder()).unwrap().start().await.unwrap();
        read.settle(&sim).unwrap();
        assert_eq!(sim.texts("customer-stories").unwrap().len(), 1);
        assert!(sim.person_id("lee").is_some());
        assert_eq!(sim.faults_left(), 1);
    }

    #[tokio::test]
    async fn a_file_may_want_messages_of_who_joins() {
        for (told, messages) in [("", 1), ("join_messages = true", 2)] {
            let text = format!("[workspace]\n{told}\n[[person]]\nname = \"lee\"\n[[channel]]\nname = \"sales\"");
            let read = Workspace::parse(&text).unwrap();
            let sim = read.apply(Sim::builder()).unwrap().start().await.unwrap();
            read.settle(&sim).unwrap();
            sim.message("lee", "sales", "hello").unwrap();
            assert_eq!(sim.texts("sales").unwrap().len(), messages, "{told}");
        }
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, part) in [
            ("[workspace]\nnam = \"x\"", "line 2, column 1"),
            ("[[channel]]\nname = 7", "line 2"),
            ("[[channel]]\nmembers = [\"lee\"]", "name"),
            ("[[fault]]\non = \"line\"\nfault = \"hang\"", "line"),
            ("limits = \"many\"", "line 1"),
        ] {
            let told = Workspace::parse(text).unwrap_err();
            assert!(told.contains(part), "{told}");
        }
        let wrong = Workspace::parse("[app]\nurl = \"https://a.example\"").unwrap();
        assert!(wrong.apply(Sim::builder()).is_err());
    }
}
