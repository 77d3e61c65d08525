//! The starting set of rules, held against posts as colleagues write them.

use std::collections::{BTreeMap, BTreeSet};

use regex_automata::meta::Regex;
use serde::Deserialize;

use super::expressions::{Expression, Expressions};
use super::fold::Folded;
use super::{Language, Rule, Tagger};
use crate::domain::function::FunctionId;

/// Written, with their labels, before the first rule; a label's first function is its lead.
const POSTS: &str = include_str!("../../../tests/data/posts-en.jsonl");
const RULES: &str = include_str!("../../../config/rules-en.toml");

const FUNCTIONS: [&str; 10] =
    ["product", "engineering", "design", "marketing", "sales", "finance", "support", "operations", "legal", "people"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    id: String,
    function: String,
    #[serde(default)]
    phrases: Vec<String>,
    #[serde(default)]
    regex: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    weight: Option<f64>,
    language: Option<String>,
}

#[derive(Deserialize)]
struct Post {
    text: String,
    functions: Vec<String>,
}

fn id(name: &str) -> FunctionId {
    FunctionId::parse(name).unwrap()
}

fn starting_set() -> Vec<Rule> {
    let rules = toml::from_str::<File>(RULES).unwrap().rule.into_iter().map(|table| Rule {
        phrases: table.phrases,
        regexes: table.regex,
        weight: table.weight.map_or_else(Default::default, |weight| weight.to_string().parse().unwrap()),
        unless: table.unless,
        language: table.language.as_deref().and_then(Language::parse),
        function: FunctionId::parse(&table.function).ok(),
        ..Rule::new(table.id, id("all"))
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
        let function = rule.function.as_ref().map_or("all", FunctionId::as_str);
        assert!(rule.id.starts_with(&format!("{function}.")), "{} speaks for {function}", rule.id);
        for phrase in &rule.phrases {
            let new = phrases.entry(function).or_default().insert(phrase);
            assert!(new, "{phrase:?} stands twice for {function}");
        }
    }
    phrases.remove("all");
    assert_eq!(phrases.keys().copied().collect::<BTreeSet<_>>(), BTreeSet::from(FUNCTIONS));
    assert!(phrases.values().all(|phrases| phrases.len() >= 35));
    Tagger::new(rules).unwrap();
}

#[test]
fn posts_of_colleagues_are_led_by_the_right_function() {
    let tagger = Tagger::new(starting_set()).unwrap();
    let (mut right, mut told, mut wrong) = (0, 0, Vec::new());
    for post in posts().into_iter().filter(|post| !post.functions.is_empty()) {
        let lead = tagger.tag(&tagger.read(&post.text)).into_iter().next().map(|tag| tag.function.to_string());
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
        assert_eq!(tagger.tag(&tagger.read(&post.text)), [], "{}", post.text);
    }
}

/// To ask those expressions alone of which a text holds the signs loses none of what all of them hit.
#[test]
fn signs_lose_nothing() {
    let all: Vec<String> = starting_set().into_iter().flat_map(|rule| rule.regexes).collect();
    let read = |text: &String| Expression::parse(text, 0).unwrap();
    let one_by_one: Vec<Regex> = all.iter().map(|text| Regex::new(text).unwrap()).collect();
    let (expressions, signs) = Expressions::new(all.iter().map(read).collect());
    let compiled = expressions.uncompiled();
    let mut hits = 0;
    for post in posts() {
        let text = Folded::of(&post.text);
        let held: Vec<usize> = signs.iter().enumerate().filter(|(_, sign)| text.as_str().contains(*sign)).map(|(n, _)| n).collect();
        let mut places: Vec<_> = expressions.places(&compiled, &text, &held).map(|(_, place)| (place.start, place.end)).collect();
        let mut expected: Vec<_> =
            one_by_one.iter().flat_map(|regex| regex.find_iter(text.as_str())).map(|m| (m.start(), m.end())).collect();
        places.sort_unstable();
        expected.sort_unstable();
        assert_eq!(places, expected, "{}", post.text);
        hits += places.len();
    }
    assert!(hits > 20, "{hits}");
}

mod learning {
    use proptest::prelude::*;

    use super::super::{Example, LEARNED, Learned, Lesson, OF_AN_EXAMPLE, PerMille, Rule, Said, Tagger, beside, probability};
    use crate::domain::function::FunctionId;
    use crate::domain::ids::FeedbackNo;

    fn id(name: &str) -> FunctionId {
        FunctionId::parse(name).unwrap()
    }

    fn tagger() -> Tagger {
        let mut bill = Rule::new("finance.bill", id("finance"));
        bill.phrases = vec!["bill".to_owned()];
        bill.weight = "2".parse().unwrap();
        Tagger::new(vec![bill]).unwrap()
    }

    /// A person's word on one function.
    fn lesson<'t>(no: u64, text: &'t str, function: &str, is: bool) -> Lesson<'t> {
        Lesson { of: Some(FeedbackNo(no)), text, says: vec![Said { function: id(function), is, weight: 1.0 }] }
    }

    fn functions() -> Vec<FunctionId> {
        ["finance", "legal", "design"].map(id).to_vec()
    }

    fn p(tagger: &Tagger, learned: &Learned, function: &str, text: &str) -> u16 {
        tagger
            .all_with(learned, &tagger.read(text))
            .into_iter()
            .find(|(known, _)| *known == id(function))
            .map_or(0, |(_, log_odds)| probability(log_odds).0)
    }

    #[test]
    fn nothing_learned_is_the_rules_alone() {
        let tagger = tagger();
        let learned = tagger.learn(&functions(), &[]);
        for text in ["the bill", "a bill and a contract", "", "請求書"] {
            let text = tagger.read(text);
            assert_eq!(tagger.tag_with(&learned, &text), tagger.tag(&text));
        }
    }

    #[test]
    fn a_lesson_is_learned_and_what_it_rests_on_is_shown() {
        let tagger = tagger();
        let lessons =
            [lesson(1, "the harbour master wants our seal", "legal", true), lesson(2, "the bill of the harbour", "finance", false)];
        let learned = tagger.learn(&functions(), &lessons);
        let tags = tagger.tag_with(&learned, &tagger.read("a harbour master asks for a seal"));
        assert_eq!(tags[0].function, id("legal"));
        assert!(tags[0].learned > 1000 && tags[0].evidence.iter().all(|found| found.rule == LEARNED && found.says > 0), "{tags:?}");
        assert!(p(&tagger, &learned, "finance", "the bill of the harbour") < p(&tagger, &Learned::default(), "finance", "the bill"));
        assert_eq!(tagger.tag_with(&learned, &tagger.read("lamps hum at night")), []);
    }

    #[test]
    fn japanese_is_learned_without_spaces() {
        let tagger = tagger();
        let learned = tagger
            .learn(&functions(), &[lesson(1, "配送が遅れて困っています", "design", true), lesson(2, "請求書が違う", "design", false)]);
        let tags = tagger.tag_with(&learned, &tagger.read("また配送が遅れて来ました"));
        assert_eq!(tags[0].function, id("design"));
        let words: Vec<&str> = tags[0].evidence.iter().map(|found| &"また配送が遅れて来ました"[found.span.range()]).collect();
        assert!(words.iter().any(|words| "配送が遅れて".contains(words)), "{words:?}");
    }

    /// The dual is exact: what lessons add is all that was learned.
    #[test]
    fn what_lessons_add_is_what_was_learned() {
        let tagger = tagger();
        let word = |n: usize| ["lamp", "harbour", "seal", "roof", "coffee"][n % 5];
        let texts: Vec<String> = (0..40).map(|n| format!("{} hums at night, the bill of {} room {n}", word(n), word(n / 7))).collect();
        let lessons: Vec<Lesson<'_>> = texts.iter().zip(1..).map(|(text, no)| lesson(no, text, "legal", no % 3 == 0)).collect();
        let learned = tagger.learn(&functions(), &lessons);
        let pulled = learned.pulled(&id("legal"));
        assert!(pulled.iter().all(|(no, pull)| (no.0 % 3 == 0) == (*pull > 0.0)), "each pulls its own way: {pulled:?}");
        let with_texts: Vec<(&str, f32)> =
            pulled.iter().map(|(no, pull)| (texts[usize::try_from(no.0).unwrap() - 1].as_str(), *pull)).collect();
        for text in ["the bill of a lamp that hums", "room 3", "nothing of it"] {
            let text = &tagger.read(text);
            let added: i32 = tagger.adds(&learned, &id("legal"), &with_texts, text).into_iter().map(i32::from).sum();
            let all = i32::from(tagger.learned_of(&learned, &id("legal"), text));
            assert!((added - all).abs() <= 40, "{}: {added} of {all}", text.text());
        }
    }

    #[test]
    fn one_lesson_has_a_bounded_say_and_a_lighter_one_less() {
        let tagger = tagger();
        let lessons: Vec<Lesson<'_>> = (1..60).map(|no| lesson(no, "the bill is wrong", "finance", true)).collect();
        let against = |weight: f32| {
            let mut lessons = lessons.clone();
            lessons.push(Lesson { of: None, text: "the bill is wrong", says: vec![Said { function: id("finance"), is: false, weight }] });
            p(&tagger, &tagger.learn(&functions(), &lessons), "finance", "the bill is wrong")
        };
        let (none, light, full) = (against(0.0), against(0.2), against(1.0));
        assert!(none >= light && light >= full && full > 900, "{none} {light} {full}");
    }

    #[test]
    fn examples_say_less_than_people_and_concern_nobody_else() {
        let tagger = tagger();
        let functions = functions();
        let example = Example { text: "the harbour master wants our seal".to_owned(), functions: vec![id("legal")] };
        let examples = std::slice::from_ref(&example);
        let says = beside(examples, &functions, [])[0].says.clone();
        assert_eq!(says.iter().map(|said| said.is).collect::<Vec<_>>(), [false, true, false]);
        assert!(says.iter().all(|said| said.weight < 1.0));
        let against = lesson(1, &example.text, "legal", false);
        let learned = tagger.learn(&functions, &beside(examples, &functions, [against]));
        assert!(p(&tagger, &learned, "legal", &example.text) < 500);
    }

    #[test]
    fn the_more_people_say_of_a_function_the_less_examples_count_there() {
        let functions = functions();
        let example = Example { text: "the harbour master wants our seal".to_owned(), functions: vec![id("legal")] };
        let weights = |said: u64| {
            let said = (1..=said).map(|no| lesson(no, "the bill is wrong", "finance", true));
            let lessons = beside(std::slice::from_ref(&example), &functions, said);
            lessons[0]
                .says
                .iter()
                .map(|said| (said.function.as_str().to_owned(), said.weight))
                .collect::<std::collections::BTreeMap<_, _>>()
        };
        assert_eq!(weights(0)["finance"].to_bits(), OF_AN_EXAMPLE.to_bits());
        assert_eq!(weights(200)["finance"].to_bits(), (OF_AN_EXAMPLE / 2.0).to_bits());
        assert!(weights(2000)["finance"] < OF_AN_EXAMPLE / 10.0);
        assert_eq!(weights(2000)["legal"].to_bits(), OF_AN_EXAMPLE.to_bits(), "nobody said anything of it");
    }

    /// Bit for bit, on every machine and in every version that keeps what companies were taught.
    #[test]
    fn the_same_lessons_give_the_same() {
        let tagger = tagger();
        let word = |n: usize| ["lamp", "harbour", "seal", "bill", "roof", "coffee", "lorry", "night", "colour"][n % 9];
        let texts: Vec<String> = (0..200).map(|n| format!("{} {} of the {}", word(n * n), word(n * 7 / 3), word(n / 5))).collect();
        let lessons: Vec<Lesson<'_>> = texts.iter().zip(1..).map(|(text, no)| lesson(no, text, "legal", no % 4 < 2)).collect();
        let learned = tagger.learn(&functions(), &lessons);
        let sure: Vec<PerMille> = texts.iter().take(8).map(|text| PerMille(p(&tagger, &learned, "legal", text))).collect();
        insta::assert_snapshot!(format!("{:?}", sure.iter().map(|p| p.0).collect::<Vec<_>>()), @"[622, 565, 585, 606, 604, 556, 535, 510]");
    }

    #[test]
    fn contradicting_lessons_leave_it_undecided() {
        let tagger = tagger();
        let lessons: Vec<Lesson<'_>> = (1..=20).map(|no| lesson(no, "the lamp hums", "design", no % 2 == 0)).collect();
        let learned = tagger.learn(&functions(), &lessons);
        assert!((350..650).contains(&p(&tagger, &learned, "design", "the lamp hums")));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn any_lessons_give_tags_that_hold_together(
            texts in prop::collection::vec("[a-eé請 .\u{1f389}]{0,30}", 1..12), marks in prop::collection::vec(any::<bool>(), 12), text in "[a-eé請 .]{0,40}",
        ) {
            let tagger = tagger();
            let lessons: Vec<Lesson<'_>> = texts.iter().zip(&marks).zip(1..).map(|((text, is), no)| lesson(no, text, "legal", *is)).collect();
            let learned = tagger.learn(&functions(), &lessons);
            for tag in tagger.tag_with(&learned, &tagger.read(&text)) {
                prop_assert!((300..1000).contains(&tag.p.0) && !tag.evidence.is_empty());
                prop_assert!(tag.evidence.iter().all(|found| text.get(found.span.range()).is_some_and(|words| !words.trim().is_empty())));
                prop_assert!(tag.evidence.is_sorted_by(|a, b| a.span.end <= b.span.start), "{:?}", tag.evidence);
            }
        }
    }
}
