//! Faults of `rules.toml`.

use insta::assert_snapshot;

use super::{FUNCTIONS, faults, in_rules, parse};

const RULE: &str = "[[rule]]\nid = \"vat\"\nfunction = \"finance\"\nphrases = [\"vat number\"]\n";

#[test]
fn a_rule_against_all_silences_every_function() {
    let rule = |id: &str, function: &str, weight: &str| {
        format!("[[rule]]\nid = \"{id}\"\nfunction = \"{function}\"\nphrases = [\"{id}\"]\nweight = {weight}\n")
    };
    let config = parse("", FUNCTIONS, &(rule("bill", "finance", "2") + &rule("standup", "*", "-3"))).unwrap();
    assert_eq!(config.tagger.tag(&config.tagger.read("the bill is wrong")).len(), 1);
    assert_eq!(config.tagger.tag(&config.tagger.read("standup: who has the bill")), []);
    let fault = in_rules(&rule("standup", "*", "1"));
    assert!(fault.ends_with("a rule of all functions can only speak against them; give it a weight below 0"), "{fault}");
}

#[test]
fn a_rule_may_be_of_one_language() {
    let rule =
        |language: &str| format!("[[rule]]\nid = \"a\"\nfunction = \"finance\"\nphrases = [\"gift\"]\nweight = 2\nlanguage = {language}\n");
    let config = parse("", FUNCTIONS, &rule("\"de\"")).unwrap();
    assert_eq!(config.tagger.tag(&config.tagger.read("Gift: wer zahlt das")).len(), 1);
    assert_eq!(config.tagger.tag(&config.tagger.read("what a gift that was")), []);
    assert!(
        in_rules(&rule("\"nl\"")).ends_with("expected \"en\", \"de\", \"fr\", \"es\" or \"ja\", found \"nl\""),
        "{}",
        in_rules(&rule("\"nl\""))
    );
}

#[test]
fn a_whole_rule_is_read() {
    let more = "regex = [\"vat-\\\\d+\"]\nunless = [\"no vat\"]\nweight = -1.25\n";
    let config = parse("", FUNCTIONS, &format!("{RULE}{more}")).expect("good");
    assert_snapshot!(format!("{:?}", config.rules), @r#"[Rule { id: "vat", function: Some(finance), phrases: ["vat number"], regexes: ["vat-\\d+"], weight: Weight(-1250), unless: ["no vat"], language: None }]"#);
}

#[test]
fn functions_that_are_not_there_are_said() {
    let rule = |function: &str| format!("[[rule]]\nid = \"a\"\nfunction = \"{function}\"\nphrases = [\"a\"]\n");
    assert_snapshot!(in_rules(&rule("finanec")), @r#"rules.toml:3:12: there is no function "finanec"; did you mean "finance"?"#);
    assert_snapshot!(in_rules(&rule("kitchen")), @r#"rules.toml:3:12: there is no function "kitchen"; there are finance"#);
    assert_snapshot!(in_rules(&rule("The Kitchen")), @r#"rules.toml:3:12: expected an id like "finance" (1 to 32 of a-z, 0-9, - and _, beginning with a letter), found "The Kitchen""#);
    assert_snapshot!(faults("", &format!("{FUNCTIONS}was = [\"billing\"]\n"), &rule("billing")), @r#"rules.toml:3:12: the function "billing" was merged into "finance"; write "finance""#);
}

#[test]
fn functions_are_looked_for_among_those_with_other_faults_too() {
    assert_snapshot!(faults("", &FUNCTIONS.replace("U00000001", "dana"), RULE), @r#"functions.toml:6:8: expected a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID"), found "dana""#);
}

#[test]
fn functions_of_a_file_that_is_no_toml_are_not_missed() {
    assert_snapshot!(faults("", "[[function]\n", RULE), @"functions.toml:1:12: this is no TOML: unclosed array table, expected `]`");
}

#[test]
fn missing_and_wrong_and_unknown_are_said() {
    assert_snapshot!(in_rules(r#"[[rule]]
[[rule]]
id = 3
function = 3
phrases = "vat"
regex = [1]
weight = "1"
unles = []
[[rules]]
"#), @r#"
    rules.toml:1:1: [[rule]] has no "id"; add it: a text in quotes
    rules.toml:1:1: [[rule]] has no "function"; add it: an id like "finance" (1 to 32 of a-z, 0-9, - and _, beginning with a letter)
    rules.toml:3:6: expected a text in quotes, found 3
    rules.toml:4:12: expected an id like "finance" (1 to 32 of a-z, 0-9, - and _, beginning with a letter), found 3
    rules.toml:5:11: expected a list of texts like ["invoice", "vat number"], found "vat"
    rules.toml:6:10: expected a text in quotes, found 1
    rules.toml:7:10: expected a weight like 1.5 (from -10 to 10, not 0, at most three decimals), found "1"
    rules.toml:8:1: unknown key "unles"; did you mean "unless"?
    rules.toml:9:3: unknown key "rules"; did you mean "rule"?
    "#);
}

#[test]
fn what_the_tagger_refuses_has_its_place() {
    let text = format!(
        "{RULE}\n{RULE}\n[[rule]]\nid = \"Late fee\"\nfunction = \"finance\"\nphrases = [\"late fee\",\n  \"*\", \"a * b\"]\nregex = [\"late (fee\", \".*\"]\nunless = [\"\"]\n[[rule]]\nid = \"none\"\nfunction = \"finance\"\n[[rule]]\nid = 3\n"
    );
    assert_snapshot!(in_rules(&text), @r#"
    rules.toml:7:6: two rules have the id "vat", in line 2 and in line 7; rename one
    rules.toml:12:6: in the rule "Late fee": an id is 1 to 64 lower-case letters, digits, dots, - or _, and begins with a letter
    rules.toml:15:3: in the rule "Late fee": a * stands only at the end of a phrase, right after a letter or digit; use regex for the rest
    rules.toml:15:8: in the rule "Late fee": a * stands only at the end of a phrase, right after a letter or digit; use regex for the rest
    rules.toml:16:10: in the rule "Late fee": not a regular expression: unclosed group
    rules.toml:16:23: in the rule "Late fee": the regular expression matches the empty text
    rules.toml:17:11: in the rule "Late fee": a phrase needs at least one letter, digit or symbol
    rules.toml:18:1: in the rule "none": there must be at least one entry in phrases or regex
    rules.toml:21:1: [[rule]] has no "function"; add it: an id like "finance" (1 to 32 of a-z, 0-9, - and _, beginning with a letter)
    rules.toml:22:6: expected a text in quotes, found 3
    "#);
}

#[test]
fn weights_are_small_numbers() {
    for good in ["1", "1.5", "-2", "+0.125", "10", "-10.0", "1_0"] {
        assert!(parse("", FUNCTIONS, &format!("{RULE}weight = {good}\n")).is_ok(), "{good}");
    }
    for bad in ["0", "0.0", "10.001", "-11", "1e1", "inf", "nan", "0.1234", "0x1", "true", "\"1\""] {
        let said = in_rules(&format!("{RULE}weight = {bad}\n"));
        assert!(said.starts_with("rules.toml:5:10: expected a weight like 1.5"), "{bad}: {said}");
    }
}
