//! What a message must hold to be heard, and what it is called where it is not.

use std::ops::Range;
use std::sync::Arc;

use proptest::prelude::*;

use super::super::tagging::{Example, Key, Learned, Names, Reader, Reason};
use super::*;

fn sign(id: &str, phrases: &[&str], says: Says) -> Sign {
    let phrases = phrases.iter().map(|&phrase| phrase.to_owned()).collect();
    Sign { id: id.to_owned(), phrases, regexes: Vec::new(), unless: Vec::new(), says }
}

fn weight(text: &str) -> Weight {
    text.parse().unwrap()
}

fn signs() -> Vec<Sign> {
    vec![
        sign("asks", &["customer asks", "kundin"], Says::Customer(weight("2"))),
        sign("they", &["they want"], Says::Customer(weight("1"))),
        sign("hint", &["price"], Says::Customer(weight("0.5"))),
        sign("thanks", &["thanks", "morning"], Says::Colleagues(weight("-0.25"), Chatter::Greeting)),
        sign("lunch", &["lunch", "standup"], Says::Colleagues(weight("-1"), Chatter::Logistics)),
    ]
}

fn filter() -> Filter {
    Filter::new(signs(), Strengths::default()).unwrap()
}

/// Takes the first word for a customer's name.
#[derive(Debug)]
struct First;

impl Names for First {
    fn places(&self, folded: &str) -> Vec<(usize, Range<usize>)> {
        folded.split(' ').next().filter(|word| !word.is_empty()).map(|word| (0, 0..word.len())).into_iter().collect()
    }
}

fn judged(filter: &Filter, text: &str, (account, tagged): (bool, bool)) -> Judgement {
    let reader = if account { Reader::default().with_names(Arc::new(First)) } else { Reader::default() };
    filter.judge(&Learned::default(), &reader.read(text), tagged)
}

/// A judgement as a line.
fn show(judgement: &Judgement, text: &str) -> String {
    let because = match judgement {
        Judgement::LeftOut(because) => return because.to_string(),
        Judgement::Heard(because) => because.iter().map(|because| match because {
            Because::Account => "account".to_owned(),
            Because::Tagged => "tagged".to_owned(),
            Because::Quote => "quote".to_owned(),
            Because::Learned => "learned".to_owned(),
            Because::Words(Evidence { rule, span, .. }) => format!("{}[{rule}]", &text[span.range()]),
        }),
    };
    format!("heard: {}", because.collect::<Vec<_>>().join(" "))
}

fn check(text: &str, expected: &str) {
    assert_eq!(show(&judged(&filter(), text, (false, false)), text), expected, "{text}");
}

#[test]
fn signs_add_up_to_the_threshold() {
    check("The  CUSTOMER asks for a Price", "heard: CUSTOMER asks[asks] Price[hint]");
    check("they want it today", "heard: they want[they]");
    check("the price is what it is", "no-sign");
    check("thanks, they want it today", "greeting");
    check("thanks, they want it at that price", "heard: they want[they] price[hint]");
    check("die Kundin kommt zum lunch, thanks", "logistics");
    check("die Kundin kommt zum lunch", "heard: Kundin[asks]");
}

#[test]
fn accounts_tags_and_quotes_speak_as_well() {
    let judged = |text: &str, account, tagged| show(&judged(&filter(), text, (account, tagged)), text);
    assert_eq!(judged("Acme at lunch", true, false), "heard: account");
    assert_eq!(judged("the export is slow", false, true), "heard: tagged");
    assert_eq!(judged("thanks, the export is slow", false, true), "heard: tagged");
    assert_eq!(judged("the export is slow, let us talk at standup", false, true), "logistics");
    assert_eq!(judged("from the mail:\n> it is slow\nwhat now", false, false), "heard: quote");
    assert_eq!(judged("-> and >, a > b\n>\n> 5", false, false), "no-sign");
    assert_eq!(judged("Acme is slow, they want more", true, true), "heard: account tagged they want[they]");
}

#[test]
fn each_kind_of_noise_has_its_name() {
    for (text, expected) in [
        ("", "emoji"),
        ("  \n", "emoji"),
        ("🎉🎉", "emoji"),
        (":tada: :wave::skin-tone-2: :+1:", "emoji"),
        ("?!", "emoji"),
        ("https://example.com/a?b=c", "link"),
        (" <https://example.com|> :eyes:", "link"),
        ("thanks", "greeting"),
        (":wave: morning everybody", "greeting"),
        ("lunch, thanks", "logistics"),
        ("who is it", "short"),
        ("承知しました", "short"),
        ("who was it this time", "no-sign"),
        ("at 10:30:00 then and not before", "no-sign"),
        ("明日の朝は会議室が変わりますのでお気をつけくださいと総務からお知らせがありました", "no-sign"),
    ] {
        check(text, expected);
    }
}

#[test]
fn of_two_kinds_of_noise_the_louder_is_told() {
    let says = |n: &str, kind| Says::Colleagues(weight(n), kind);
    let signs = vec![sign("a", &["aa"], says("-0.5", Chatter::Logistics)), sign("b", &["bb"], says("-1", Chatter::Greeting))];
    let filter = Filter::new(signs, Strengths::default()).unwrap();
    assert_eq!(judged(&filter, "aa bb", (false, false)), Judgement::LeftOut(LeftOutBecause::Greeting));
    assert_eq!(judged(&filter, "aa", (false, false)), Judgement::LeftOut(LeftOutBecause::Logistics));
}

#[test]
fn the_threshold_is_the_admins() {
    let all = Strengths { threshold: weight("-0.5"), ..Strengths::default() };
    let filter = Filter::new(signs(), all).unwrap();
    assert_eq!(judged(&filter, "who was it this time", (false, false)), Judgement::Heard(vec![]));
    assert_eq!(judged(&filter, "lunch", (false, false)), Judgement::LeftOut(LeftOutBecause::Logistics));
    assert_eq!(judged(&filter, "🎉", (false, false)), Judgement::LeftOut(LeftOutBecause::Emoji));
}

#[test]
fn what_is_wrong_with_signs_is_told_at_once() {
    let customer = Says::Customer(Weight::default());
    let faults = Filter::new(vec![sign("Ab", &["*"], customer), sign("a", &[], customer)], Strengths::default()).unwrap_err();
    let told: Vec<_> = faults.into_iter().map(|fault| (fault.index, fault.key, fault.reason)).collect();
    assert_eq!(told, [(0, Key::Id, Reason::BadId), (0, Key::Phrase(0), Reason::StarInside), (1, Key::Rule, Reason::NoPattern)]);
}

#[test]
fn names_of_reasons_stay() {
    use LeftOutBecause::{Emoji, Greeting, Link, Logistics, NoSign, Short};
    for because in [Emoji, Link, Greeting, Logistics, Short, NoSign] {
        assert_eq!(serde_json::to_value(because).unwrap(), because.name());
    }
}

/// So many examples of what colleagues say among themselves.
fn chatter(many: usize) -> Vec<Example> {
    let rooms = ["office", "cellar", "kitchen", "lobby", "workshop"];
    let says = CHATTER.iter().cycle().zip(rooms.iter().cycle()).take(many);
    says.map(|(text, room)| Example { text: format!("{text}, says the {room}"), functions: vec![] }).collect()
}

const CHATTER: [&str; 6] = [
    "the printer on the second floor is stuck",
    "who has the key of the cellar",
    "the lift is being mended until noon",
    "I am off tomorrow, ask Ilse",
    "there is cake in the kitchen",
    "the rota for december is up",
];

/// Each counts as one person's word.
fn rescued<'t>(texts: &[&'t str]) -> Vec<Rescued<'t>> {
    texts.iter().map(|text| Rescued { text, weight: 1.0 }).collect()
}

fn heard_with(learned: &Learned, text: &str) -> bool {
    matches!(filter().judge(learned, &Reader::default().read(text), false), Judgement::Heard(_))
}

#[test]
fn what_is_passed_on_teaches_and_chatter_stays_chatter() {
    let passed_on = ["the harbour master would rather have a paper list", "the harbour master says the seal is worn"];
    let learned = filter().learn(&chatter(ENOUGH_CHATTER), &rescued(&passed_on));
    for text in passed_on.into_iter().chain(["our harbour master lost the seal"]) {
        assert!(heard_with(&learned, text) && !heard_with(&Learned::default(), text), "{text}");
    }
    for text in CHATTER.into_iter().chain(["the printer is stuck again", "", "who is it", "there is a list in the kitchen"]) {
        assert!(!heard_with(&learned, text), "{text}");
    }
    assert!(heard_with(&learned, "they want cake in the kitchen"), "what was learned takes nothing away");
    let because = filter().judge(&learned, &Reader::default().read(passed_on[0]), false);
    assert_eq!(because, Judgement::Heard(vec![Because::Learned]));
}

#[test]
fn examples_alone_change_nothing() {
    let mut examples = chatter(ENOUGH_CHATTER);
    examples.push(Example { text: "the seal is worn".to_owned(), functions: vec![customer().unwrap()] });
    assert!(filter().learn(&examples, &[]).is_empty());
}

#[test]
fn few_examples_of_chatter_are_no_ground_to_learn_on() {
    let learn = |known: usize| filter().learn(&chatter(known), &rescued(&["the harbour master says the seal is worn"]));
    assert!(learn(ENOUGH_CHATTER - 1).is_empty() && !learn(ENOUGH_CHATTER).is_empty());
}

#[test]
fn rescues_count_no_more_than_the_chatter_that_is_known() {
    let text = "the harbour master says the seal is worn";
    let said = |weight: f32| {
        let learned = filter().learn(&chatter(ENOUGH_CHATTER), &[Rescued { text, weight }]);
        filter().tagger.learned_of(&learned, &customer().unwrap(), &Reader::default().read("our seal is worn"))
    };
    assert!(said(1.0) < said(100.0));
    assert_eq!(said(100.0), said(10_000.0));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_judged(text in "(\\PC|\n|:|>|customer asks|kundin|lunch| |https://){0,24}", account: bool, tagged: bool) {
        let judged = judged(&filter(), &text, (account, tagged));
        show(&judged, &text);
        prop_assert!(!matches!(judged, Judgement::Heard(because) if because.is_empty()));
    }
}
