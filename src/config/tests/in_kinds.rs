//! Of which kind something is, in `rules.toml`: faults, and what the shipped words make of posts.

use std::path::Path;

use insta::assert_snapshot;
use serde::Deserialize;

use super::{FUNCTIONS, in_rules, parse};
use crate::config::{Config, Env};
use crate::domain::kind::Kind;
use crate::domain::tagging::Learned;

#[test]
fn whole_words_of_a_kind_are_read() {
    let text = "[[kind]]\nid = \"good\"\nis = \"praise\"\nphrases = [\"love*\"]\nregex = [\"yay+\"]\nunless = [\"lovers\"]\n";
    let config = parse("", FUNCTIONS, text).expect("good");
    assert_snapshot!(format!("{:?}", config.kind_words), @r#"[KindWords { id: "good", is: Praise, language: None, phrases: ["love*"], regexes: ["yay+"], unless: ["lovers"] }]"#);
    let of = |text: &str| config.kinds.of(&Learned::default(), &config.tagger.read(text));
    assert_eq!((of("They love it"), of("book lovers")), (Some(Kind::Praise), None));
}

#[test]
fn missing_and_wrong_and_unknown_are_said() {
    let good = "[[kind]]\nid = \"a\"\nis = \"wish\"\nphrases = [\"a\"]\n";
    assert_snapshot!(in_rules("[[kind]]\n[[kind]]\nid = \"b\"\nis = \"anger\"\nweight = 2\n"), @r#"
    rules.toml:1:1: [[kind]] has no "id"; add it: a text in quotes
    rules.toml:1:1: [[kind]] has no "is"; add it: "problem", "wish", "question" or "praise"
    rules.toml:4:6: expected "problem", "wish", "question" or "praise", found "anger"
    rules.toml:5:1: unknown key "weight"; the kind "b" knows id, is, language, phrases, regex, unless
    "#);
    assert_snapshot!(in_rules(&format!("{good}{good}regex = [\"(\"]\n")), @r#"
    rules.toml:6:6: two kinds have the id "a", in line 2 and in line 6; rename one
    rules.toml:9:10: in the kind "a": not a regular expression: unclosed group
    "#);
}

#[derive(Deserialize)]
struct Post {
    text: String,
}

/// One of a kind.
#[derive(Deserialize)]
struct OfKind {
    text: String,
    kind: Kind,
}

fn shipped() -> Config {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    Config::load(&dir, &Env::empty()).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Praise is closed at once, and chatter is left out elsewhere: of posts that were written for other ends, these alone are.
#[test]
fn the_shipped_words_of_praise_are_found_seldom() {
    let config = shipped();
    let learned = config.kinds.learn(&config.of_kinds);
    let all = [include_str!("../../../tests/data/posts-en.jsonl"), include_str!("../../../tests/data/posts-filtered.jsonl")];
    let posts = all.iter().flat_map(|file| file.lines()).map(|line| serde_json::from_str::<Post>(line).expect("a post").text);
    let praise: Vec<String> = posts.filter(|text| config.kinds.of(&learned, &config.tagger.read(text)) == Some(Kind::Praise)).collect();
    assert_snapshot!(praise.join("\n"), @r#"
    customer loves the new bulk edit, "saves me an hour every friday"
    Tom says the new look is gorgeous, first tool his team didn't need a manual for
    Please thank Yusuf, the customer says he stayed late and was patience itself
    Hi all, a customer at the fair loved the packaging
    Eine Kundin hat sich bedankt, der Techniker war sehr freundlich
    La cliente est ravie de la formation
    "#);
}

#[test]
fn the_shipped_words_tell_kinds_in_five_languages() {
    let config = shipped();
    let learned = config.kinds.learn(&config.of_kinds);
    let mut unsure = vec![];
    for line in include_str!("../../../tests/data/posts-kinds.jsonl").lines() {
        let OfKind { text, kind } = serde_json::from_str(line).expect("a post");
        let told = config.kinds.tell(&learned, &config.tagger.read(&text)).expect("a kind");
        assert_eq!((told.is, told.evidence.is_empty()), (kind, false), "{text}");
        unsure.extend((!told.sure).then_some(text));
    }
    assert_snapshot!(unsure.join("\n"), @"
    They love how the reminders look on the phone
    Frau Sommer bedankt sich bei Olga, sie war sehr freundlich am Telefon
    ");
}
