//! A fingerprint of what is in force: the same where, and only where, people would meet the same bot.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Config;
use super::allears::{Admin, Listen, Rollup};
use super::embeddings::Embeddings;
use crate::domain::account::Account;
use crate::domain::feedback::Mode;
use crate::domain::kind::KindWords;
use crate::domain::noise::{Chatter, Says, Sign, Strengths};
use crate::domain::routing::{ChannelRef, Function, Members};
use crate::domain::tagging::{Language, Rule, Weight};
use crate::domain::urgent::Alarm;

impl Config {
    /// A fingerprint of what is in force, for the log of facts: 64 lower-case hexadecimal digits.
    ///
    /// It stays the same when comments, order of keys or spelling of defaults change, and when the bot moves to
    /// another machine; it changes with anything that people could notice.
    pub fn hash(&self) -> String {
        of(self)
    }
}

/// SHA-256, in 64 lower-case hexadecimal digits, over a canonical JSON text.
///
/// The form is lists alone, since the order of an object's keys is up to a library. What differs from machine to
/// machine (addresses, the data directory, the log) is left out: the same files in force there are the same here. Of embeddings it
/// holds the name of their directory and how long their file is: to hash all of it at each start would take seconds.
fn of(config: &Config) -> String {
    let mut canonical = json!([
        1,
        [config.slack.command, config.slack.admin_command, config.slack.reaction],
        config.admins.iter().map(admin).collect::<Vec<_>>(),
        config.listen.iter().map(listen).collect::<Vec<_>>(),
        config.rollup.as_ref().map(rollup),
        config.reminds,
        format!("{:?}", config.masking),
        config.hints.as_ref().map(|hints| json!([hints.model, hints.daily])),
        config.routing.functions().iter().map(function).collect::<Vec<_>>(),
        config.rules.iter().map(rule).collect::<Vec<_>>(),
        strengths(config.strengths),
        config.signs.iter().map(sign).collect::<Vec<_>>(),
        config.urgent.iter().map(alarm).collect::<Vec<_>>(),
        config.kind_words.iter().map(kind).collect::<Vec<_>>(),
        config.accounts.all().iter().map(account).collect::<Vec<_>>(),
        config.examples.iter().map(|example| json!([example.text, example.functions])).collect::<Vec<_>>(),
        config.of_kinds.iter().map(|example| json!([example.text, example.is])).collect::<Vec<_>>(),
    ]);
    // Where there are none, nothing is said of them: companies without keep the fingerprint that they had.
    if let (Some(Embeddings { name, bytes }), Some(parts)) = (&config.embeddings, canonical.as_array_mut()) {
        parts.push(json!(["embeddings", name, bytes]));
    }
    Sha256::digest(canonical.to_string()).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn channel(channel: &ChannelRef) -> Value {
    match channel {
        ChannelRef::Id(id) => json!(["id", id]),
        ChannelRef::Name(name) => json!(["name", name]),
    }
}

fn admin(admin: &Admin) -> Value {
    match admin {
        Admin::Person(person) => json!(["person", person]),
        Admin::MembersOf(members) => json!(["channel", channel(members)]),
    }
}

fn listen(Listen { channel: heard, mode, chosen_by, outsiders }: &Listen) -> Value {
    let mode = match mode {
        Mode::All => "all",
        Mode::Filtered => "filtered",
        Mode::Reactions => "reactions",
    };
    json!([channel(heard), mode, chosen_by, outsiders])
}

fn rollup(rollup: &Rollup) -> Value {
    let Rollup { channel: posted_in, day, at, zone } = rollup;
    json!([channel(posted_in), day.after_monday(), at.to_string(), zone.as_ref().and_then(|zone| zone.iana_name())])
}

fn function(function: &Function) -> Value {
    let Function { id, name, was, channel: reads_in, members, lead, deputy, digest, tag_at } = function;
    let members = match members {
        Members::Listed(people) => json!(["listed", people]),
        Members::OfChannel => json!(["channel"]),
    };
    let weekdays: Vec<i8> = digest.weekdays.iter().map(|day| day.after_monday()).collect();
    let holidays: Vec<String> = digest.holidays.iter().map(ToString::to_string).collect();
    let hours = json!([digest.at.to_string(), digest.zone.iana_name(), weekdays, holidays]);
    json!([id, name, was, channel(reads_in), members, lead, deputy, hours, tag_at])
}

fn rule(rule: &Rule) -> Value {
    let Rule { id, function, phrases, regexes, weight, unless, language } = rule;
    json!([id, function, phrases, regexes, weight.thousandths(), unless, language.map(Language::code)])
}

fn strengths(strengths: Strengths) -> Value {
    let Strengths { threshold, account, tagged, quote } = strengths;
    json!([threshold, account, tagged, quote].map(Weight::thousandths))
}

fn sign(sign: &Sign) -> Value {
    let Sign { id, phrases, regexes, unless, says } = sign;
    let says = match says {
        Says::Customer(weight) => json!([weight.thousandths()]),
        Says::Colleagues(weight, Chatter::Greeting) => json!([weight.thousandths(), "greeting"]),
        Says::Colleagues(weight, Chatter::Logistics) => json!([weight.thousandths(), "logistics"]),
    };
    json!([id, phrases, regexes, unless, says])
}

fn alarm(alarm: &Alarm) -> Value {
    let Alarm { id, because, phrases, regexes, unless } = alarm;
    json!([id, because, phrases, regexes, unless])
}

fn kind(words: &KindWords) -> Value {
    let KindWords { id, is, language, phrases, regexes, unless } = words;
    json!([id, is, language.map(Language::code), phrases, regexes, unless])
}

fn account(account: &Account) -> Value {
    let Account { id, name, aliases, segment, value, owner } = account;
    json!([id, name, aliases, segment, value, owner])
}
