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
    let sound = |text| config.alarms.sound(text);
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

/// An alarm that is wrong costs the trust of those who hear it: of posts that were written for other ends, these alone sound.
#[test]
fn the_shipped_alarms_sound_seldom() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let config = Config::load(&dir, &Env::empty()).unwrap_or_else(|faults| panic!("{faults}"));
    let all = [include_str!("../../../tests/data/posts-en.jsonl"), include_str!("../../../tests/data/posts-filtered.jsonl")];
    let posts = all.iter().flat_map(|file| file.lines()).map(|line| serde_json::from_str::<Post>(line).expect("a post").text);
    let sounding: Vec<String> = posts.filter_map(|text| Some(format!("{:?}: {text}", config.alarms.sound(&text)?))).collect();
    assert_snapshot!(sounding.join("\n"), @"");
}

#[test]
fn the_shipped_alarms_know_what_cannot_wait_in_five_languages() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let config = Config::load(&dir, &Env::empty()).unwrap_or_else(|faults| panic!("{faults}"));
    for (text, expected) in [
        ("Acme says they won't renew in March unless the export works", Urgency::Churn),
        ("Nobody can log in at Brightwater since this morning", Urgency::Outage),
        ("they can see invoices of another company in their account", Urgency::Security),
        ("their lawyer will write to us about the refund", Urgency::Legal),
        ("Der Kunde will kündigen, wenn das nicht bis Freitag läuft", Urgency::Churn),
        ("Bei Nordlicht kann niemand arbeiten, Totalausfall seit acht", Urgency::Outage),
        ("Im Konto stehen Daten anderer Kunden", Urgency::Security),
        ("Sie haben einen Anwalt eingeschaltet", Urgency::Legal),
        ("Ils menacent, le client va résilier fin du mois", Urgency::Churn),
        ("Chez eux personne ne peut se connecter", Urgency::Outage),
        ("Le client parle d'une fuite de données", Urgency::Security),
        ("Nous allons recevoir une mise en demeure", Urgency::Legal),
        ("El cliente amenaza con irse si no baja el precio", Urgency::Churn),
        ("Desde ayer nadie puede entrar", Urgency::Outage),
        ("Ven datos de otros clientes", Urgency::Security),
        ("Dicen que su abogado nos va a escribir", Urgency::Legal),
        ("値上げなら解約を検討するとのこと", Urgency::Churn),
        ("朝から誰もログインできないそうです", Urgency::Outage),
        ("他のお客様のデータが見えると連絡がありました", Urgency::Security),
        ("弁護士に相談すると言われました", Urgency::Legal),
    ] {
        assert_eq!(config.alarms.sound(text), Some(expected), "{text}");
    }
}
