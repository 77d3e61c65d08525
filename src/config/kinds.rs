//! The kinds of values that more than one table holds: Slack's ids, channels, directories, times, days.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::{Date, Time};
use jiff::tz::{self, TimeZone};
use toml::de::DeValue;

use super::nearest::nearest;
use super::reader::{Kind, Unfit, quoted};
use crate::domain::function::FunctionId;
use crate::domain::ids::UserId;
use crate::domain::routing::{ChannelRef, Day};

/// A person's id, by its shape: Slack alone knows whether the person exists.
pub(super) const PERSON: Kind<UserId> = Kind {
    expected: "a person's id like \"U012AB3CD\" (in Slack: open the profile, then the menu, then \"Copy member ID\")",
    read: |value| person(value.text()?),
};

/// A channel by name or by id.
pub(super) const CHANNEL: Kind<ChannelRef> = Kind {
    expected: "a channel like \"#finance-voice\" or its id like \"C012AB3CD\"",
    read: |value| channel(value.text()?).ok_or(Unfit::Other),
};

/// A directory.
pub(super) const PATH: Kind<PathBuf> = Kind {
    expected: "a directory like \"data\"",
    read: |value| {
        let text = value.text()?;
        let good = !text.trim().is_empty() && !text.contains('\0');
        if good { Ok(text.into()) } else { Err(Unfit::Other) }
    },
};

/// A function's stable id.
pub(super) const FUNCTION_ID: Kind<FunctionId> = Kind {
    expected: "an id like \"finance\" (1 to 32 of a-z, 0-9, - and _, beginning with a letter)",
    read: |value| FunctionId::parse(value.text()?).map_err(|_| Unfit::Other),
};

/// Functions' ids, each with its first byte in the file.
pub(super) const FUNCTION_IDS: Kind<Vec<(FunctionId, usize)>> =
    Kind { expected: "a list of ids like [\"billing\"]", read: |value| value.list(&PLACED_ID) };

const PLACED_ID: Kind<(FunctionId, usize)> =
    Kind { expected: FUNCTION_ID.expected, read: |value| Ok(((FUNCTION_ID.read)(value)?, value.at)) };

/// A time of day, to the minute.
pub(super) const TIME: Kind<Time> = Kind { expected: "a time like \"09:00\"", read: |value| time(value.text()?).ok_or(Unfit::Other) };

/// A time zone by its IANA name.
pub(super) const ZONE: Kind<TimeZone> = Kind {
    expected: "a time zone like \"Europe/Berlin\"",
    read: |value| {
        let name = value.text()?;
        TimeZone::get(name).map_err(|_| Unfit::Because(unknown_zone(name)))
    },
};

/// Working days.
pub(super) const WEEKDAYS: Kind<BTreeSet<Day>> = Kind {
    expected: "a list of days like [\"mon\", \"tue\"]",
    read: |value| {
        let days: BTreeSet<Day> = value.list(&WEEKDAY)?;
        if days.is_empty() {
            return Err(Unfit::Because("there is no day in it, so nothing would ever be read; name at least one".to_owned()));
        }
        Ok(days)
    },
};

/// A day of the week.
pub(super) const WEEKDAY: Kind<Day> = Kind {
    expected: "a day: \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\" or \"sun\"",
    read: |value| Day::parse(value.text()?).ok_or(Unfit::Other),
};

/// Days of the calendar.
pub(super) const DATES: Kind<BTreeSet<Date>> = Kind { expected: "a list of days like [2026-12-25]", read: |value| value.list(&DATE) };

const DATE: Kind<Date> = Kind {
    expected: "a day like 2026-12-25, without quotes and without a time",
    read: |value| match value.raw() {
        DeValue::Datetime(at) if at.time.is_none() && at.offset.is_none() => {
            let date = at.date.ok_or(Unfit::Other)?;
            let numbers = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
            let (Ok(year), Ok(month), Ok(day)) = numbers else { return Err(Unfit::Other) };
            Date::new(year, month, day).map_err(|_| Unfit::Because(format!("the calendar has no {date}")))
        }
        _ => Err(Unfit::Other),
    },
};

/// A name that people read.
pub(super) const NAME: Kind<String> = Kind {
    expected: "a name of 1 to 80 characters in one line, like \"Finance\"",
    read: |value| {
        let name = value.text()?.trim();
        let good = (1..=80).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if good { Ok(name.to_owned()) } else { Err(Unfit::Other) }
    },
};

/// A person's id, by its shape.
pub(super) fn person(text: &str) -> Result<UserId, Unfit> {
    match text {
        "USLACKBOT" => Err(Unfit::Because("USLACKBOT is a bot; name a person".to_owned())),
        text if is_person(text) => Ok(UserId::new(text)),
        _ => Err(Unfit::Other),
    }
}

/// Whether a text has the shape of a person's id.
pub(super) fn is_person(text: &str) -> bool {
    is_slack_id(text, &['U', 'W'])
}

/// A channel's id, or a name that begins with `#`.
pub(super) fn channel(text: &str) -> Option<ChannelRef> {
    if let Some(name) = text.strip_prefix('#') {
        return is_channel_name(name).then(|| ChannelRef::Name(name.to_owned()));
    }
    is_slack_id(text, &['C', 'G']).then(|| ChannelRef::Id(text.to_owned()))
}

/// Slack's ids: a letter that says what it is, then capital letters and digits.
fn is_slack_id(text: &str, begins: &[char]) -> bool {
    text.strip_prefix(begins)
        .is_some_and(|rest| (7..=30).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
}

/// Slack's channel names: no capitals, no spaces, no marks but a few, at most 80 characters of any script.
fn is_channel_name(name: &str) -> bool {
    let bad =
        |c: char| c.is_whitespace() || c.is_uppercase() || c.is_control() || (c.is_ascii_punctuation() && !matches!(c, '-' | '_' | '.'));
    (1..=80).contains(&name.chars().count()) && !name.chars().any(bad)
}

fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two = |digits: &str| (digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?;
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

fn unknown_zone(name: &str) -> String {
    let database = tz::db();
    if database.is_definitively_empty() {
        return "this machine knows no time zones; install its package \"tzdata\"".to_owned();
    }
    let names: Vec<String> = database.available().map(|name| name.to_string()).collect();
    // Some systems keep copies of all zones under these names.
    let offered = || names.iter().map(String::as_str).filter(|name| !name.starts_with("posix/") && !name.starts_with("right/"));
    let city = |zone: &&str| zone.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(name));
    let next = match offered().filter(city).min().or_else(|| nearest(name, offered())) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "write its IANA name, like \"Europe/Berlin\"".to_owned(),
    };
    format!("unknown time zone {}; {next}", quoted(name))
}
