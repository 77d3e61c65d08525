//! The signs and the filter of `rules.toml`: their faults, and what the shipped ones make of posts in five languages.

use std::path::Path;

use insta::assert_snapshot;
use serde::Deserialize;

use super::{FUNCTIONS, in_rules, parse};
use crate::config::{Config, Env};
use crate::domain::noise::{Judgement, LeftOutBecause, Rescued, Strengths};
use crate::domain::tagging::Learned;

const SIGN: &str = "[[sign]]\nid = \"says\"\nphrases = [\"customer says\"]\n";

#[test]
fn a_whole_sign_and_the_filter_are_read() {
    let text = format!(
        "{SIGN}regex = [\"clients? say\"]\nunless = [\"http client\"]\nweight = -1.5\nbecause = \"greeting\"\n[filter]\ntagged = 0.5\n"
    );
    let config = parse("", FUNCTIONS, &text).expect("good");
    assert_snapshot!(format!("{:?}", config.signs), @r#"[Sign { id: "says", phrases: ["customer says"], regexes: ["clients? say"], unless: ["http client"], says: Colleagues(Weight(-1500), Greeting) }]"#);
    assert_eq!(config.strengths, Strengths { tagged: "0.5".parse().expect("a weight"), ..Strengths::default() });
    assert_eq!(parse("", FUNCTIONS, "").expect("good").strengths, Strengths::default());
}

#[test]
fn missing_and_wrong_and_unknown_are_said() {
    assert_snapshot!(in_rules(r#"[filter]
threshold = 0
treshold = 1
[[sign]]
[[sign]]
id = "a"
phrases = "vat"
weight = 11
because = "lunch"
function = "finance"
"#), @r#"
    rules.toml:2:13: expected a weight like 1.5 (from -10 to 10, not 0, at most three decimals), found 0
    rules.toml:3:1: unknown key "treshold"; did you mean "threshold"?
    rules.toml:4:1: [[sign]] has no "id"; add it: a text in quotes
    rules.toml:7:11: expected a list of texts like ["invoice", "vat number"], found "vat"
    rules.toml:8:10: expected a weight like 1.5 (from -10 to 10, not 0, at most three decimals), found 11
    rules.toml:9:11: expected "greeting" or "logistics", found "lunch"
    rules.toml:10:1: unknown key "function"; the sign "a" knows id, weight, because, phrases, regex, unless
    "#);
}

#[test]
fn what_a_sign_leaves_out_has_a_reason_and_nothing_else_has() {
    assert_snapshot!(in_rules(&format!("{SIGN}weight = -1\n")), @r#"rules.toml:1:1: the sign "says" has no "because"; add it, since the weight is below 0: "greeting" or "logistics""#);
    assert_snapshot!(in_rules(&format!("{SIGN}because = \"greeting\"\n")), @r#"rules.toml:4:11: a sign that speaks for a customer leaves nothing out; delete "because", or set the weight below 0"#);
    assert_snapshot!(in_rules(&format!("{SIGN}weight = -1\nbecause = 1\n")), @r#"rules.toml:5:11: expected "greeting" or "logistics", found 1"#);
}

#[test]
fn what_the_filter_refuses_has_its_place_beside_faults_of_rules() {
    let rule = "[[rule]]\nid = \"a\"\nfunction = \"finance\"\nphrases = [\"*\"]\n";
    assert_snapshot!(in_rules(&format!("{rule}{SIGN}{SIGN}regex = [\"(\"]\n[[sign]]\nid = \"none\"\n")), @r#"
    rules.toml:4:12: in the rule "a": a * stands only at the end of a phrase, right after a letter or digit; use regex for the rest
    rules.toml:9:6: two signs have the id "says", in line 6 and in line 9; rename one
    rules.toml:11:10: in the sign "says": not a regular expression: unclosed group
    rules.toml:12:1: in the sign "none": there must be at least one entry in phrases or regex
    "#);
}

fn shipped() -> Config {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    Config::load(&dir, &Env::empty()).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn the_shipped_filter_says_its_defaults() {
    assert_eq!(shipped().strengths, Strengths::default());
}

/// Posts in five languages, and for what each is left out, if it is.
const POSTS: &str = include_str!("../../../tests/data/posts-filtered.jsonl");

#[derive(Deserialize)]
struct Post {
    text: String,
    left_out: Option<LeftOutBecause>,
}

/// The tagger's rules are English, and the list of customers is empty: signs alone carry the other four.
#[test]
fn the_shipped_signs_tell_customers_from_chatter_in_five_languages() {
    let config = shipped();
    for line in POSTS.lines() {
        let Post { text, left_out } = serde_json::from_str(line).expect("a post");
        let read = config.tagger.read(&text);
        match (config.filter.judge(&Learned::default(), &read, !config.tagger.tag(&read).is_empty()), left_out) {
            (Judgement::Heard(because), None) => assert!(!because.is_empty(), "{text}"),
            (Judgement::LeftOut(because), Some(expected)) => assert_eq!(because, expected, "{text}"),
            (judged, expected) => panic!("{text}: {judged:?}, not {expected:?}"),
        }
    }
}

/// Half of the chatter that ships, and many who pass on what customers say: chatter is as little a customer's as before.
#[test]
fn what_many_pass_on_does_not_let_chatter_in() {
    #[derive(Deserialize)]
    struct Voice {
        text: String,
        feedback: bool,
    }
    let config = shipped();
    let chatter: Vec<_> = config.examples.iter().filter(|example| example.functions.is_empty()).step_by(2).cloned().collect();
    let voices = include_str!("../../../tests/data/voices.jsonl").lines().map(|line| serde_json::from_str::<Voice>(line).expect("a post"));
    let said: Vec<String> = voices.filter(|voice| voice.feedback).map(|voice| voice.text).collect();
    for (apart, weight) in [(1, 1.0), (2, 10.0), (20, 50.0)] {
        let passed_on: Vec<_> = said.iter().step_by(apart).map(|text| Rescued { text, weight }).collect();
        let learned = config.filter.learn(&chatter, &passed_on);
        let judged = |text: &str| config.filter.judge(&learned, &config.tagger.read(text), false);
        for line in POSTS.lines() {
            let Post { text, left_out } = serde_json::from_str(line).expect("a post");
            if let Some(because) = left_out {
                assert_eq!(judged(&text), Judgement::LeftOut(because), "{text}");
            }
        }
    }
}
