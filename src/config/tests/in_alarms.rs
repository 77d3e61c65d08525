//! What cannot wait, in `rules.toml`: faults, and what the shipped alarms make of posts.

use std::path::Path;

use insta::assert_snapshot;
use serde::Deserialize;

use super::{FUNCTIONS, in_rules, parse};
use crate::config::{Config, Env};
use crate::domain::urgent::Urgency;

#[test]
fn a_whole_alarm_is_read() {
    let text =
        "[[urgent]]\nid = \"leave\"\nbecause = \"churn\"\nphrases = [\"will leave\"]\nregex = [\"quits?\"]\nunless = [\"the office\"]\n";
    let config = parse("", FUNCTIONS, text).expect("good");
    assert_snapshot!(format!("{:?}", config.urgent), @r#"[Alarm { id: "leave", because: Churn, phrases: ["will leave"], regexes: ["quits?"], unless: ["the office"] }]"#);
    let sound = |text| config.alarms.sound(&config.tagger.read(text));
    assert_eq!((sound("They quit"), sound("they will leave the office")), (Some(Urgency::Churn), None));
}

#[test]
fn missing_and_wrong_and_unknown_are_said() {
    let good = "[[urgent]]\nid = \"a\"\nbecause = \"legal\"\nphrases = [\"a\"]\n";
    assert_snapshot!(in_rules("[[urgent]]\n[[urgent]]\nid = \"b\"\nbecause = \"anger\"\nweight = 2\n"), @r#"
    rules.toml:1:1: [[urgent]] has no "id"; add it: a text in quotes
    rules.toml:1:1: [[urgent]] has no "because"; add it: "churn", "outage", "security" or "legal"
    rules.toml:4:11: expected "churn", "outage", "security" or "legal", found "anger"
    rules.toml:5:1: unknown key "weight"; the alarm "b" knows id, because, phrases, regex, unless
    "#);
    assert_snapshot!(in_rules(&format!("{good}{good}regex = [\"(\"]\n")), @r#"
    rules.toml:6:6: two alarms have the id "a", in line 2 and in line 6; rename one
    rules.toml:9:10: in the alarm "a": not a regular expression: unclosed group
    "#);
}

#[derive(Deserialize)]
struct Post {
    text: String,
}

/// One that cannot wait, and why.
#[derive(Deserialize)]
struct Sounding {
    text: String,
    urgent: Urgency,
}

/// An alarm that is wrong costs the trust of those who hear it: of posts that were written for other ends, these alone sound.
#[test]
fn the_shipped_alarms_sound_seldom() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let config = Config::load(&dir, &Env::empty()).unwrap_or_else(|faults| panic!("{faults}"));
    let all = [include_str!("../../../tests/data/posts-en.jsonl"), include_str!("../../../tests/data/posts-filtered.jsonl")];
    let posts = all.iter().flat_map(|file| file.lines()).map(|line| serde_json::from_str::<Post>(line).expect("a post").text);
    let sounding: Vec<String> =
        posts.filter_map(|text| Some(format!("{:?}: {text}", config.alarms.sound(&config.tagger.read(&text))?))).collect();
    assert_snapshot!(sounding.join("\n"), @"");
}

#[test]
fn the_shipped_alarms_know_what_cannot_wait_in_five_languages() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let config = Config::load(&dir, &Env::empty()).unwrap_or_else(|faults| panic!("{faults}"));
    for line in include_str!("../../../tests/data/posts-urgent.jsonl").lines() {
        let Sounding { text, urgent } = serde_json::from_str(line).expect("a post");
        assert_eq!(config.alarms.sound(&config.tagger.read(&text)), Some(urgent), "{text}");
    }
}

/// Whoever answers for privacy and security reads it, and no team whose turn it happens to be.
#[test]
fn data_and_accounts_at_risk_concern_legal() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let config = Config::load(&dir, &Env::empty()).unwrap_or_else(|faults| panic!("{faults}"));
    let posts = include_str!("../../../tests/data/posts-urgent.jsonl").lines();
    let posts = posts.map(|line| serde_json::from_str(line).expect("a post"));
    for Sounding { text, .. } in posts.filter(|post: &Sounding| post.urgent == Urgency::Security) {
        let tags = config.tagger.tag(&config.tagger.read(&text));
        assert!(tags.iter().any(|tag| tag.function.as_str() == "legal"), "{text}: {tags:?}");
    }
}

/// Customers and colleagues use cards and accounts of their own every day, and ask what would be if others did.
#[test]
fn cards_and_accounts_in_use_are_no_alarm() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let config = Config::load(&dir, &Env::empty()).unwrap_or_else(|faults| panic!("{faults}"));
    let texts = [
        "People use our account page every day",
        "somebody used our card reader at the fair",
        "people used their accounts more in May",
        "They are using our cards abroad and love it",
        "A new manager took over our account in May",
        "people are using our accounts to pay their suppliers",
        "They asked what happens if somebody used our account",
        "Can a colleague of theirs use our account?",
        "He paid with his card and waits for the receipt",
        "Jemand hat mit seiner Karte bezahlt",
        "Was passiert, falls jemand mein Konto benutzt?",
        "Quelqu'un a payé avec sa carte",
        "Alguien pagó con su tarjeta",
        "カードを使えません",
        "Why can't I transfer my money into someone else's account?",
    ];
    for text in texts {
        assert_eq!(config.alarms.sound(&config.tagger.read(text)), None, "{text}");
    }
}
