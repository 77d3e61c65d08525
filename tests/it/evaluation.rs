//! Measuring the tagger on the command line, and teaching it from files.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::program::{Place, Said};

/// Lines such as `lamp hums: product`, as JSON; nobody behind the colon is what no customer said.
fn lines(texts: &[&str]) -> String {
    let line = |text: &&str| {
        let (text, functions) = text.split_once(": ").unwrap_or_else(|| (text.trim_end_matches(':'), ""));
        let functions: Vec<&str> = functions.split_whitespace().collect();
        json!({"text": text, "functions": functions}).to_string() + "\n"
    };
    texts.iter().map(line).collect()
}

/// A place with texts to measure on, and corrections that teach some of them.
fn place() -> Place {
    let place = Place::new();
    let texts = [
        "an invoice: finance",
        "a contract: legal",
        "this lamp hums: product",
        "the roof drips: product legal",
        "lunch:",
        "an invoice joke:",
    ];
    std::fs::write(place.path("texts.jsonl"), lines(&texts)).unwrap();
    let taught = [
        "my lamp hums loudly: product",
        "lamp that hums: product",
        "our lamp hums: product",
        "a roof drips: product legal",
        "lunch at noon:",
    ];
    std::fs::write(place.path("taught.jsonl"), lines(&taught)).unwrap();
    place
}

#[tokio::test]
async fn evaluate_tells_how_right_the_rules_are() {
    let Said { code, out, err } = place().ask(&["evaluate", "texts.jsonl"]).await;
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_snapshot!(out, @r"
    function  precision  recall     F1  texts
    finance       50.0%  100.0%   66.7%      1
    product           -    0.0%    0.0%      2
    legal        100.0%   50.0%   66.7%      2
    in total      66.7%   40.0%   50.0%      5
    the surest function is right, of 4 texts that concern one     50.0%
    nothing is tagged, of 2 texts that concern none               50.0%
    the surest function is right, of the surest 25 % of all texts 100.0%
    the surest function is right, of the surest 50 % of all texts  66.7%
    the surest function is right, of the surest 70 % of all texts  50.0%
    the surest function is right, of the surest 90 % of all texts  40.0%
    the surest function is right, of the surest 100 % of all texts  33.3%
    probabilities are off by, on average                          16.7%

    most often mistaken
        2  product went to nobody
    ");
}

#[tokio::test]
async fn evaluate_shows_the_curve_of_learning() {
    let said = place().ask(&["evaluate", "texts.jsonl", "--corrections", "taught.jsonl", "--json"]).await;
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let curve: Vec<_> = report["curve"].as_array().unwrap().iter().map(|point| point["corrections"].as_u64().unwrap()).collect();
    assert_eq!(curve, [0, 5]);
    let before = report["curve"][0]["total"]["right"].as_u64().unwrap();
    assert!(report["total"]["right"].as_u64().unwrap() > before, "{report}");
    assert_eq!(report["curve"][1]["total"], report["total"]);
    assert_eq!((report["texts"].as_u64(), report["chatter"].as_u64()), (Some(6), Some(2)));
}

#[tokio::test]
async fn tag_learns_from_corrections_first_and_says_what_it_rests_on() {
    let said = place().ask(&["tag", "--corrections", "taught.jsonl", "a lamp hums"]).await;
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(answer["functions"][0]["name"], "product", "{answer}");
    assert!(answer["functions"][0]["learned"].as_f64().unwrap() > 0.0, "{answer}");
    assert_eq!(answer["functions"][0]["evidence"][0]["rule"], "learned");
}

/// Another company's functions, by names that are no ids of ours: no rules then.
#[tokio::test]
async fn other_functions_are_learned_by_their_names() {
    let place = place();
    let card = "{\"text\": \"I lost my card\", \"functions\": [\"Card lost?\"]}\n{\"text\": \"my rate is wrong\", \"functions\": [\"exchange_rate\"]}\n";
    std::fs::write(place.path("cards.jsonl"), card).unwrap();
    std::fs::write(place.path("names.txt"), "Card lost?\nexchange_rate\n\n").unwrap();
    for names in ["names.txt", "cards.jsonl"] {
        let said = place
            .ask(&["tag", "--functions-from", names, "--corrections", "cards.jsonl", "where is the card that I lost", "an invoice"])
            .await;
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        let answers: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers[0]["functions"][0]["name"], "Card lost?", "{answers:?}");
        assert_eq!(answers[1]["untagged"], true, "no rule of ours is asked");
    }
}

#[tokio::test]
async fn rules_are_explained() {
    let place = place();
    let rule = "[[rule]]\nid = \"legal.paper\"\nfunction = \"legal\"\nphrases = [\"invoice\"]\nweight = 1\n";
    let rules = std::fs::read_to_string(place.path("config/rules.toml")).unwrap() + rule;
    place.write("rules.toml", &rules);
    let said = place.ask(&["tag", "--explain-rules", "texts.jsonl"]).await;
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert_snapshot!(said.out, @r"
    rule          weight  texts   right
    finance.word     3.0      2   50.0%
    legal.paper      1.0      2    0.0%
    legal.word       3.0      1  100.0%

    One rule never hit: product.word

    the same words, for different functions
        2  finance.word and legal.paper
    ");
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_with_its_line() {
    let place = place();
    let mut said = String::new();
    for text in ["", "{\"text\": \"a\"}\n", "{\"text\": \"a\", \"functions\": [1]}\n", "{\"text\": \"a\", \"functions\": []}\nnope\n"] {
        std::fs::write(place.path("bad.jsonl"), text).unwrap();
        let answer = place.ask(&["evaluate", "bad.jsonl"]).await;
        assert_eq!((answer.code, answer.out.as_str()), (Some(1), ""));
        said.push_str(&answer.err);
    }
    std::fs::write(place.path("bad.jsonl"), "\n").unwrap();
    said.push_str(&place.ask(&["tag", "--functions-from", "bad.jsonl", "a"]).await.err);
    said.push_str(&place.ask(&["tag", "--corrections", "gone.jsonl", "a"]).await.err);
    std::fs::write(place.path("bad.jsonl"), lines(&["a lamp: product billing", "a roof: billing"])).unwrap();
    let unknown = place.ask(&["tag", "--corrections", "bad.jsonl", "a lamp"]).await;
    assert_eq!(unknown.code, Some(0), "functions that are gone are no reason to learn nothing");
    said.push_str(&unknown.err);
    assert_snapshot!(said, @r#"
    bad.jsonl holds no texts
    line 1 of bad.jsonl has no "functions"; each line is a JSON object such as {"text": "the invoice is wrong", "functions": ["finance"]}
    line 1 of bad.jsonl has "functions" that are no list of strings; each line is a JSON object such as {"text": "the invoice is wrong", "functions": ["finance"]}
    line 2 of bad.jsonl is no JSON from byte 2 on (expected ident); each line is a JSON object such as {"text": "the invoice is wrong", "functions": ["finance"]}
    bad.jsonl names no functions; write one name a line
    gone.jsonl cannot be read: No such file or directory (os error 2)
    bad.jsonl names functions that are not there: billing. What it says of them is left out.
    "#);
}
