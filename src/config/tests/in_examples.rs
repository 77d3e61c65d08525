//! `examples.jsonl`: what people write into it, and what is wrong with it.

use insta::assert_snapshot;

use super::{Config, FUNCTIONS, Faults, parse_all};

fn with_examples(text: &str) -> Result<Config, Faults> {
    parse_all("", FUNCTIONS, "", [None, Some(text)])
}

fn in_examples(text: &str) -> String {
    with_examples(text).expect_err("a fault").to_string()
}

#[test]
fn examples_are_read_in_order_and_may_concern_nobody() {
    let config =
        with_examples("{\"text\": \"the bill is wrong\", \"functions\": [\"finance\"]}\n\n{\"functions\": [], \"text\": \"lunch?\"}\r\n")
            .unwrap();
    let examples: Vec<_> = config.examples.iter().map(|example| (example.text.as_str(), example.functions.len())).collect();
    assert_eq!(examples, [("the bill is wrong", 1), ("lunch?", 0)]);
    assert_ne!(config.hash(), with_examples("").unwrap().hash());
}

#[test]
fn an_example_of_a_kind_alone_says_nothing_of_functions() {
    let text = "{\"text\": \"they love it\", \"kind\": \"praise\"}\n{\"text\": \"a bill\", \"functions\": [], \"kind\": \"wish\"}\n";
    let config = with_examples(text).unwrap();
    let kinds: Vec<_> = config.of_kinds.iter().map(|example| (example.text.as_str(), example.is.name())).collect();
    assert_eq!((config.examples.len(), kinds), (1, vec![("they love it", "praise"), ("a bill", "wish")]));
    assert_ne!(config.hash(), with_examples(&text.replace("praise", "wish")).unwrap().hash());
}

#[test]
fn each_fault_has_its_place() {
    const EACH: &str = "each line is a JSON object such as {\"text\": \"the invoice is wrong\", \"functions\": [\"finance\"], \"kind\": \"problem\"}, with one of the two at least";
    let text = "{\"text\": \"a bill\", \"functions\": [\"finance\", \"finanse\"]}\nbills\n{\"text\": \"a bill\"}\n{\"text\": \" \", \"functions\": []}\n{\"text\": \"a\", \"functions\": \"finance\"}\n{\"text\": \"a\", \"functions\": [], \"x\": 1}\n{\"text\": \"a\", \"functions\": [\"Finance\"]}\n{\"text\": \"a";
    assert_snapshot!(in_examples(text).replace(EACH, "..."), @r#"
    examples.jsonl:1:45: there is no function "finanse"; did you mean "finance"?
    examples.jsonl:2:1: this is no JSON: expected value; ...
    examples.jsonl:3:1: this example has neither functions nor a kind; ...
    examples.jsonl:4:1: this example has no words; ...
    examples.jsonl:5:36: invalid type: string "finance", expected a sequence; ...
    examples.jsonl:6:34: unknown field `x`, expected one of `text`, `functions`, `kind`; ...
    examples.jsonl:7:38: a function's id is 1 to 32 lower-case letters, digits, - or _, and begins with a letter; ...
    examples.jsonl:8:11: this is no JSON: EOF while parsing a string; ...
    "#);
}

#[test]
fn a_file_of_another_kind_is_not_told_line_by_line() {
    let told = in_examples(&"<html>\n".repeat(1000));
    assert_eq!(told.lines().count(), 101);
    assert!(told.contains("there is more wrong in this file"), "{told}");
    let many = in_examples(&"{\"text\": \"a bill\", \"functions\": []}\n".repeat(20_001));
    assert_snapshot!(many, @"examples.jsonl:20001:1: there are more than 20000 examples; leave some out");
}
