//! `allears manifest`: the Slack app, as this version needs it. Source: <https://docs.slack.dev/reference/app-manifest>.

use std::path::Path;

use anyhow::Context;

use super::document::{Item, Node, Setting, noted, set, text};
use super::say;
use crate::config::{Address, Config, Env, Transport};
use crate::slack::{Need, PASS_ON, SCOPES, SUBSCRIPTIONS, Scope, TELL};
use crate::texts::en::{grants, manifest as words};

/// Where Slack's requests come, unless the address says otherwise.
const PATH: &str = "/slack/events";
/// Characters of the longest address that Slack takes for a command.
const LONGEST: usize = 3_000;

/// Above the whole.
const HEAD: &str = "\
# The Slack app of All Ears. docs/slack.md says step by step what to do with it.
#
# Written by `allears manifest`; its options write it for requests in place of sockets (--http), for an app that reads no message
# (--minimal), and for a whole Enterprise Grid (--org).
";

/// What was asked for.
#[derive(Debug, clap::Args)]
pub(super) struct Asked {
    /// Slack sends requests to this address in place of Socket Mode; without a path, /slack/events is added
    #[arg(long, value_name = "URL")]
    http: Option<String>,
    /// Ask for no scope that reads: people tell by command, shortcut and form, and digests are posted; no more
    #[arg(long)]
    minimal: bool,
    /// For all workspaces of an Enterprise Grid
    #[arg(long)]
    org: bool,
    /// As JSON in place of YAML
    #[arg(long)]
    json: bool,
}

/// What the manifest is made of.
struct App {
    heard: String,
    allears: String,
    /// Where requests go; none: Socket Mode.
    url: Option<String>,
    reads: bool,
    org: bool,
}

/// Prints it. The commands are those of the configuration, where one is given.
pub(super) fn run(dir: Option<&Path>, asked: &Asked) -> anyhow::Result<()> {
    let url = asked.http.as_deref().map(request_url).transpose()?;
    let config = dir.map(|dir| Config::load_without_models(dir, &Env::process())).transpose()?;
    if let Some(config) = &config
        && (config.slack.transport == Transport::Http) != url.is_some()
    {
        say::aside(match config.slack.transport {
            Transport::Http => "allears.toml says transport = \"http\", and this manifest is for Socket Mode: add --http URL",
            Transport::Socket => "this manifest is for requests, and allears.toml says otherwise: set transport = \"http\" there",
        });
    }
    let (heard, allears) = match config {
        Some(config) => (config.slack.command, config.slack.admin_command),
        None => ("/heard".to_owned(), "/allears".to_owned()),
    };
    let manifest = App { heard, allears, url, reads: !asked.minimal, org: asked.org }.manifest();
    if asked.json {
        say::answer(&serde_json::to_string_pretty(&manifest.json())?);
    } else {
        say::answer(format!("{HEAD}{}", manifest.yaml()).trim_end());
    }
    Ok(())
}

/// The address that Slack sends to.
fn request_url(given: &str) -> anyhow::Result<String> {
    let expected = "--http takes the address where Slack reaches the bot, such as https://allears.example.com";
    let sealed = given.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    anyhow::ensure!(sealed, "{expected}: it begins with https://, since Slack's requests hold words");
    let address = Address::http(given).context(expected)?;
    let place = address.as_str().trim_start_matches("https://");
    let url = if place.contains('/') { address.to_string() } else { format!("{address}{PATH}") };
    anyhow::ensure!(url.len() <= LONGEST, "--http takes an address of at most {LONGEST} characters");
    Ok(url)
}

impl App {
    fn manifest(&self) -> Node {
        Node::Settings(vec![
            set("_metadata", Node::Settings(vec![set("major_version", Node::Number(2)), set("minor_version", Node::Number(1))])),
            set(
                "display_information",
                Node::Settings(vec![
                    set("name", text(words::NAME)),
                    set("description", text(words::DESCRIPTION)),
                    set("background_color", text("#1f3a5f")),
                    set("long_description", text(words::long_description(self.reads))),
                ]),
            ),
            set("features", self.features()),
            set("oauth_config", Node::Settings(vec![set("scopes", self.scopes())])),
            set("settings", self.settings()),
        ])
    }

    fn features(&self) -> Node {
        let home = vec![
            set("home_tab_enabled", Node::Flag(true)),
            noted("People write to the bot there, where it may read it.", "messages_tab_enabled", Node::Flag(self.reads)),
            set("messages_tab_read_only_enabled", Node::Flag(false)),
        ];
        let user = vec![
            noted("What people type in `/invite @allears`.", "display_name", text(words::BOT_NAME)),
            set("always_online", Node::Flag(true)),
        ];
        let shortcuts = [
            shortcut(words::PASS_ON, "message", PASS_ON, words::PASS_ON_DESCRIPTION),
            shortcut(words::TELL, "global", TELL, words::TELL_DESCRIPTION),
        ];
        let commands = [
            self.command(&self.heard, words::HEARD_DESCRIPTION, words::HEARD_HINT),
            self.command(&self.allears, words::ALLEARS_DESCRIPTION, words::ALLEARS_HINT),
        ];
        Node::Settings(vec![
            set("app_home", Node::Settings(home)),
            set("bot_user", Node::Settings(user)),
            set("shortcuts", list(shortcuts)),
            noted("The same as `command` and `admin_command` in allears.toml.", "slash_commands", list(commands)),
        ])
    }

    fn command(&self, command: &str, description: &str, hint: &str) -> Node {
        let mut settings = vec![set("command", text(command))];
        settings.extend(self.at("url"));
        settings.extend([set("description", text(description)), set("usage_hint", text(hint))]);
        settings.push(noted("Names and channels come apart from plain words.", "should_escape", Node::Flag(true)));
        Node::Settings(settings)
    }

    fn wanted(&self) -> impl Iterator<Item = Scope> {
        let reads = self.reads;
        SCOPES.into_iter().filter(move |scope| reads || scope.need == Need::Must)
    }

    fn scopes(&self) -> Node {
        let item = |scope: Scope| Item { note: grants::what_for(scope.name), node: text(scope.name) };
        let bot = self.wanted().map(item).collect();
        let optional: Vec<_> = self.wanted().filter(|scope| scope.need == Need::Optional).map(|scope| text(scope.name)).collect();
        let mut scopes = vec![set("bot", Node::List(bot))];
        if !optional.is_empty() {
            scopes.push(noted("May be declined: the bot goes without, and says what is off.", "bot_optional", list(optional)));
        }
        Node::Settings(scopes)
    }

    fn settings(&self) -> Node {
        let heard = SUBSCRIPTIONS.into_iter().filter(|on| on.scope.is_none_or(|needed| self.wanted().any(|scope| scope.name == needed)));
        let mut events: Vec<Setting> = self.at("request_url").into_iter().collect();
        events.push(set("bot_events", list(heard.map(|on| text(on.event)))));
        let mut interactivity = vec![set("is_enabled", Node::Flag(true))];
        interactivity.extend(self.at("request_url"));
        interactivity.extend(self.at("message_menu_options_url"));
        Node::Settings(vec![
            set("event_subscriptions", Node::Settings(events)),
            set("interactivity", Node::Settings(interactivity)),
            set("org_deploy_enabled", Node::Flag(self.org)),
            noted(
                "With Socket Mode the bot opens its connections itself: nothing of yours has to be reachable from outside.",
                "socket_mode_enabled",
                Node::Flag(self.url.is_none()),
            ),
            noted("What rotates once rotates for ever, and the bot cannot renew a token.", "token_rotation_enabled", Node::Flag(false)),
        ])
    }

    /// A setting that holds the address of requests; none with Socket Mode.
    fn at(&self, name: &'static str) -> Option<Setting> {
        self.url.as_ref().map(|url| set(name, text(url)))
    }
}

fn shortcut(name: &str, kind: &str, callback: &str, description: &str) -> Node {
    Node::Settings(vec![
        set("name", text(name)),
        set("type", text(kind)),
        set("callback_id", text(callback)),
        set("description", text(description)),
    ])
}

fn list(nodes: impl IntoIterator<Item = Node>) -> Node {
    Node::List(nodes.into_iter().map(|node| Item { note: "", node }).collect())
}
