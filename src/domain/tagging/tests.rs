//! The starting set of rules, held against posts as colleagues write them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Rule, Tagger};
use crate::domain::function::FunctionId;

/// Written, with their labels, before the first rule; a label's first function is its lead.
const POSTS: &str = include_str!("../../../tests/data/posts-en.jsonl");
const RULES: &str = include_str!("../../../config/rules.toml");

const FUNCTIONS: [&str; 10] =
    ["product", "engineering", "design", "marketing", "sales", "finance", "support", "operations", "legal", "people"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Table>,
    #[serde(rename = "filter")]
    _filter: IgnoredAny,
    #[serde(rename = "sign")]
    _sign: IgnoredAny,
    #[serde(rename = "urgent")]
    _urgent: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    id: String,
    function: FunctionId,
    #[serde(default)]
    phrases: Vec<String>,
    #[serde(default)]
    regex: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    weight: Option<f64>,
}

#[derive(Deserialize)]
struct Post {
    text: String,
    functions: Vec<String>,
}

fn starting_set() -> Vec<Rule> {
    let rules = toml::from_str::<File>(RULES).unwrap().rule.into_iter().map(|table| Rule {
        phrases: table.phrases,
        regexes: table.regex,
        weight: table.weight.map_or_else(Default::default, |weight| weight.to_string().parse().unwrap()),
        unless: table.unless,
        ..Rule::new(table.id, table.function)
    });
    rules.collect()
}

fn posts() -> Vec<Post> {
    POSTS.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_starting_set_is_in_order() {
    let rules = starting_set();
    let mut phrases = BTreeMap::<_, BTreeSet<_>>::new();
    for rule in &rules {
        assert!(rule.id.starts_with(&format!("{}.", rule.function)), "{} speaks for {}", rule.id, rule.function);
        for phrase in &rule.phrases {
            let new = phrases.entry(rule.function.as_str()).or_default().insert(phrase);
            assert!(new, "{phrase:?} stands twice for {}", rule.function);
        }
    }
    assert_eq!(phrases.keys().copied().collect::<BTreeSet<_>>(), BTreeSet::from(FUNCTIONS));
    assert!(phrases.values().all(|phrases| phrases.len() >= 35));
    Tagger::new(rules).unwrap();
}

#[test]
fn posts_of_colleagues_are_led_by_the_right_function() {
    let tagger = Tagger::new(starting_set()).unwrap();
    let (mut right, mut told, mut wrong) = (0, 0, Vec::new());
    for post in posts().into_iter().filter(|post| !post.functions.is_empty()) {
        let lead = tagger.tag(&post.text).into_iter().next().map(|tag| tag.function.to_string());
        told += 1;
        if lead.as_ref() == post.functions.first() {
            right += 1;
        } else {
            wrong.push((lead, post.text));
        }
    }
    assert!(right * 100 >= told * 80, "{right} of {told}; {wrong:#?}");
}

#[test]
fn chatter_is_left_alone() {
    let tagger = Tagger::new(starting_set()).unwrap();
    for post in posts().into_iter().filter(|post| post.functions.is_empty()) {
        assert_eq!(tagger.tag(&post.text), [], "{}", post.text);
    }
}
