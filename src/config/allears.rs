//! `allears.toml`: the bot itself. Where Slack is, where the store is, what is listened to, who are admins.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::address::Address;
use super::embeddings::embeddings;
use super::env::Env;
use super::fault::Fault;
use super::hints::{Hints, hints};
use super::kinds::{CHANNEL, PATH, PERSON, TIME, WEEKDAY, ZONE, channel, is_person};
use super::nearest::nearest;
use super::reader::{File, Kind, Table, Unfit, quoted};
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use toml::de::DeValue;

use crate::domain::feedback::Mode;
use crate::domain::ids::UserId;
use crate::domain::masking::{Masking, Sensitive};
use crate::domain::routing::{ChannelRef, Day};

/// How what happens in Slack reaches the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Socket Mode: the bot opens the connections; nothing of it has to be reachable.
    Socket,
    /// Signed requests to `/slack/events`; a proxy in front brings TLS.
    Http,
}

/// How the bot meets Slack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slack {
    /// How what happens reaches the bot.
    pub transport: Transport,
    /// The command by which everybody tells, with its slash.
    pub command: String,
    /// The command for admins, with its slash.
    pub admin_command: String,
    /// The emoji by which a message is taken, by name and without colons.
    pub reaction: String,
    /// Where Slack's Web API is.
    pub api_url: Address,
}

/// Where things are remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// The data directory; a relative path begins where the process was started.
    pub data: PathBuf,
}

/// What is served over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// Where health is asked for, and where Slack's requests come without Socket Mode.
    pub listen: SocketAddr,
}

/// What the log says, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// The least urgent lines that are written.
    pub level: LogLevel,
    /// How a line looks.
    pub format: LogFormat,
}

/// How urgent a line of the log is; from the most urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Something is broken.
    Error,
    /// Something may need a person.
    Warn,
    /// What happens, in large.
    Info,
    /// What happens, in small.
    Debug,
    /// Everything.
    Trace,
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// A channel whose messages are heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// Which.
    pub channel: ChannelRef,
    /// What of it.
    pub mode: Mode,
    /// Who decided so: the channel is told.
    pub chosen_by: UserId,
    /// Whether people of another company, who share the channel, are heard as well.
    pub outsiders: bool,
}

/// Where and when the company's week is posted.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollup {
    /// Where.
    pub channel: ChannelRef,
    /// On which day.
    pub day: Day,
    /// At which time of day.
    pub at: Time,
    /// In which zone; none: that of the first function.
    pub zone: Option<TimeZone>,
}

/// Who may administer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admin {
    /// One person.
    Person(UserId),
    /// Whoever is in a channel.
    MembersOf(ChannelRef),
}

/// All of `allears.toml`, with what the environment overrides.
pub(super) struct AllEars {
    pub(super) admins: Vec<Admin>,
    pub(super) slack: Slack,
    pub(super) store: Store,
    pub(super) web: Web,
    pub(super) listen: Vec<Listen>,
    pub(super) rollup: Option<Rollup>,
    pub(super) reminds: bool,
    pub(super) masking: Masking,
    pub(super) hints: Option<Hints>,
    /// The directory of a model that knows what words mean.
    pub(super) embeddings: Option<PathBuf>,
    pub(super) log: Log,
}

/// What is masked unless the file says otherwise: what has check digits, or begins as nothing else does.
const SURE: [Sensitive; 3] = [Sensitive::Card, Sensitive::Account, Sensitive::Secret];

const MASKED: Kind<Masking> = Kind { expected: "a list like [\"card\", \"email\"]", read: |value| value.list(&SENSITIVE) };

const SENSITIVE: Kind<Sensitive> = Kind {
    expected: "\"email\", \"phone\", \"card\", \"account\" or \"secret\"",
    read: |value| {
        let name = value.text()?;
        Sensitive::ALL.into_iter().find(|kind| kind.name() == name).ok_or(Unfit::Other)
    },
};

/// Reads the file. Faults of a value leave its default in place: the whole is thrown away where there is a fault.
pub(super) fn read(file: &File<'_>) -> Option<AllEars> {
    file.read(|root| AllEars {
        admins: root.optional("admins", &ADMINS).unwrap_or_default(),
        slack: root.table("slack", slack),
        store: root.table("store", |table| Store { data: table.optional("data", &PATH).unwrap_or_else(|| "data".into()) }),
        web: root.table("web", |table| Web {
            listen: table.optional("listen", &SOCKET).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
        }),
        listen: listen(root),
        rollup: root.table("rollup", rollup),
        reminds: root.table("care", |table| table.optional("remind", &FLAG).unwrap_or(true)),
        masking: root.table("privacy", |table| table.optional("mask", &MASKED).unwrap_or_else(|| SURE.into_iter().collect())),
        hints: root.table("hints", hints),
        embeddings: root.table("embeddings", embeddings),
        log: root.table("log", |table| Log {
            level: table.optional("level", &LEVEL).unwrap_or(LogLevel::Info),
            format: table.optional("format", &FORMAT).unwrap_or(LogFormat::Text),
        }),
    })
}

/// Puts what the environment says over what the file said; it is checked where there is no file as well.
pub(super) fn override_from(env: &Env, allears: Option<&mut AllEars>) -> Vec<Fault> {
    let api_url = env
        .get("SLACK_API_URL")
        .and_then(|url| url.map(|url| Address::http(&url)).transpose().map_err(|why| why.to_string()))
        .map_err(|why| Fault::of_all("SLACK_API_URL", why));
    let data = env.get("ALLEARS_DATA").map_err(|why| Fault::of_all("ALLEARS_DATA", why));
    let faults = [api_url.as_ref().err(), data.as_ref().err()].into_iter().flatten().cloned().collect();
    if let (Some(allears), Ok(api_url), Ok(data)) = (allears, api_url, data) {
        if let Some(api_url) = api_url {
            allears.slack.api_url = api_url;
        }
        if let Some(data) = data {
            allears.store.data = data.into();
        }
    }
    faults
}

fn slack(table: &mut Table<'_>) -> Slack {
    let slack = Slack {
        transport: table.optional("transport", &TRANSPORT).unwrap_or(Transport::Socket),
        command: table.optional("command", &COMMAND).unwrap_or_else(|| "/heard".to_owned()),
        admin_command: table.optional("admin_command", &COMMAND).unwrap_or_else(|| "/allears".to_owned()),
        reaction: table.optional("reaction", &EMOJI).unwrap_or_else(|| "postbox".to_owned()),
        api_url: table.optional("api_url", &API_URL).unwrap_or_else(Address::slack),
    };
    if slack.command == slack.admin_command {
        let (at, command) = (table.place("admin_command"), &slack.command);
        table.file().fault(at, format!("command and admin_command are both {command:?}; give them two names"));
    }
    slack
}

fn listen(root: &mut Table<'_>) -> Vec<Listen> {
    let mut lines: BTreeMap<ChannelRef, usize> = BTreeMap::new();
    let heard = root.tables("listen", |table| {
        let channel = table.required("channel", &CHANNEL);
        let mode = table.required("mode", &MODE);
        let chosen_by = table.required("chosen_by", &PERSON);
        let outsiders = table.optional("outsiders", &FLAG).unwrap_or(false);
        let (channel, file, at) = (channel?, table.file(), table.place("channel"));
        if let Some(line) = lines.insert(channel.clone(), file.line(at)) {
            file.fault(at, format!("this channel is listed twice, here and in line {line}; keep one of them"));
        }
        Some(Listen { channel, mode: mode?, chosen_by: chosen_by?, outsiders })
    });
    heard.into_iter().flatten().collect()
}

/// `None`: nowhere, as where no channel is named.
fn rollup(table: &mut Table<'_>) -> Option<Rollup> {
    let channel = table.optional("channel", &CHANNEL);
    let day = table.optional("day", &WEEKDAY);
    let at = table.optional("at", &TIME);
    let zone = table.optional("zone", &ZONE);
    let names_no_channel = !table.has("channel");
    if names_no_channel && ["day", "at", "zone"].iter().any(|key| table.has(key)) {
        table.lacks("channel", ", so that it is known where", &CHANNEL);
    }
    let (monday, ten) = (Day::from(Weekday::Monday), Time::constant(10, 0, 0, 0));
    Some(Rollup { channel: channel?, day: day.unwrap_or(monday), at: at.unwrap_or(ten), zone })
}

const ADMINS: Kind<Vec<Admin>> = Kind { expected: "a list like [\"U012AB3CD\", \"#allears-admins\"]", read: |value| value.list(&ADMIN) };

const ADMIN: Kind<Admin> = Kind {
    expected: "a person's id like \"U012AB3CD\", or a channel like \"#allears-admins\" or its id like \"C012AB3CD\"",
    read: |value| {
        let text = value.text()?;
        if is_person(text) {
            return Ok(Admin::Person(UserId::new(text)));
        }
        channel(text).map(Admin::MembersOf).ok_or(Unfit::Other)
    },
};

const TRANSPORTS: [(&str, Transport); 2] = [("socket", Transport::Socket), ("http", Transport::Http)];

const TRANSPORT: Kind<Transport> = Kind { expected: "\"socket\" or \"http\"", read: |value| one_of(&TRANSPORTS, value.text()?) };

const COMMAND: Kind<String> = Kind {
    expected: "a command like \"/heard\" (a slash, then 1 to 31 of a-z, 0-9, - and _)",
    read: |value| {
        let text = value.text()?;
        let good = text.strip_prefix('/').is_some_and(|name| {
            let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
            (1..=31).contains(&name.len()) && name.bytes().all(letter)
        });
        if good { Ok(text.to_owned()) } else { Err(Unfit::Other) }
    },
};

const EMOJI: Kind<String> = Kind {
    expected: "an emoji's name like \"postbox\" (1 to 100 of a-z, 0-9, _, +, - and ')",
    read: |value| {
        let text = value.text()?;
        let name = text.strip_prefix(':').and_then(|text| text.strip_suffix(':')).unwrap_or(text);
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'+' | b'-' | b'\'');
        let good = (1..=100).contains(&name.len()) && name.bytes().all(letter);
        if good { Ok(name.to_owned()) } else { Err(Unfit::Other) }
    },
};

const API_URL: Kind<Address> = Kind {
    expected: "an address like \"https://slack.com/api\"",
    read: |value| Address::http(value.text()?).map_err(|why| Unfit::Because(why.to_string())),
};

const SOCKET: Kind<SocketAddr> =
    Kind { expected: "an IP address and a port like \"127.0.0.1:8080\"", read: |value| value.text()?.parse().map_err(|_| Unfit::Other) };

const MODES: [(&str, Mode); 3] = [("all", Mode::All), ("filtered", Mode::Filtered), ("reactions", Mode::Reactions)];

const MODE: Kind<Mode> = Kind { expected: "\"all\", \"filtered\" or \"reactions\"", read: |value| one_of(&MODES, value.text()?) };

const FLAG: Kind<bool> = Kind {
    expected: "true or false, without quotes",
    read: |value| match value.raw() {
        DeValue::Boolean(flag) => Ok(*flag),
        _ => Err(Unfit::Other),
    },
};

const LEVELS: [(&str, LogLevel); 5] = [
    ("error", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("debug", LogLevel::Debug),
    ("trace", LogLevel::Trace),
];

const LEVEL: Kind<LogLevel> =
    Kind { expected: "a level: \"error\", \"warn\", \"info\", \"debug\" or \"trace\"", read: |value| one_of(&LEVELS, value.text()?) };

const FORMATS: [(&str, LogFormat); 2] = [("text", LogFormat::Text), ("json", LogFormat::Json)];

const FORMAT: Kind<LogFormat> = Kind { expected: "a format: \"text\" or \"json\"", read: |value| one_of(&FORMATS, value.text()?) };

fn one_of<T: Copy>(words: &[(&'static str, T)], text: &str) -> Result<T, Unfit> {
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    match nearest(text, words.iter().map(|(word, _)| *word)) {
        Some(near) => Err(Unfit::Because(format!("unknown word {}; did you mean \"{near}\"?", quoted(text)))),
        None => Err(Unfit::Other),
    }
}
