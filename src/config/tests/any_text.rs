//! Any text at all as a file: it is read or refused, and every place that is named exists.

use proptest::prelude::*;

use super::{FUNCTIONS, parse, with_accounts};
use crate::config::Fault;

/// Lines that nearly are a configuration, so that more than the parser of TOML is met.
fn nearly() -> impl Strategy<Value = String> {
    let key = "(admins|slack|command|api_url|listen|channel|mode|chosen_by|function|id|name|was|members|lead|deputy|tag_at|digest|zone|weekdays|holidays|rule|phrases|regex|weight|because|threshold|é|\"a b\")";
    let value = "([0-9]{1,4}|-?[0-9]\\.[0-9]{1,4}|\"[a-zé#/: ]{0,12}\"|\"(U|C)[0-9]{8}\"|\\[\\]|\\[\"finance\", 3\\]|\\{\\}|2026-02-[0-3][0-9]|[0-2][0-9]:[0-9]{2}:00|true|\"|\\.)";
    let line = prop_oneof![
        4 => (key, value).prop_map(|(key, value)| format!("{key} = {value}")),
        1 => key.prop_map(|key| format!("[{key}]")),
        1 => (key, key, value).prop_map(|(table, key, value)| format!("{table}.{key} = {value}")),
        1 => (key, key).prop_map(|(table, key)| format!("[{table}.{key}]")),
        2 => "(function|rule|listen|sign)".prop_map(|key| format!("[[{key}]]")),
        1 => "\\PC{0,12}",
    ];
    prop::collection::vec(line, 0..24).prop_map(|lines| lines.join("\n"))
}

fn every_place_exists(allears: &str, functions: &str, rules: &str) {
    let Err(faults) = parse(allears, functions, rules) else { return };
    assert!(faults.iter().count() > 0);
    for fault in &faults {
        let text = match &*fault.file {
            "allears.toml" => allears,
            "functions.toml" => functions,
            _ => rules,
        };
        exists(fault, text);
    }
}

fn exists(fault: &Fault, text: &str) {
    let place = fault.place.expect("a place");
    let line = text.split('\n').nth(place.line - 1).unwrap_or_else(|| panic!("{fault} in {text:?}"));
    assert!((1..=line.chars().count() + 1).contains(&place.column), "{fault} in {text:?}");
    assert!(!fault.to_string().contains('\n'), "{fault:?}");
}

/// Cells that nearly are a list of customers.
fn nearly_a_list() -> impl Strategy<Value = String> {
    let cell = "(id|name|aliases|owner|Acme|acme|Bolt;B|\"|\"a, b\"|\"\"\"|=1|U012AB3CD|é|\\PC{0,4})";
    prop::collection::vec((cell, "(,|,|;|\t|\n|\r\n)"), 0..24)
        .prop_map(|cells| cells.into_iter().map(|(cell, end)| cell + end.as_str()).collect::<String>())
        .prop_flat_map(|body| prop_oneof![Just(body.clone()), Just(format!("name,aliases,id,owner\n{body}"))])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        every_place_exists(&text, FUNCTIONS, "");
        every_place_exists("", &text, "");
        every_place_exists("", FUNCTIONS, &text);
    }

    #[test]
    fn nearly_a_configuration_is_read_or_refused(text in nearly()) {
        every_place_exists(&text, FUNCTIONS, "");
        every_place_exists("", &text, "");
        every_place_exists("", FUNCTIONS, &text);
        every_place_exists(&text, &text, &text);
    }

    #[test]
    fn any_list_is_read_or_refused(text in prop_oneof![any::<String>(), nearly_a_list()]) {
        if let Err(faults) = with_accounts(&text) {
            assert!(faults.iter().count() > 0);
            faults.iter().for_each(|fault| exists(fault, &text));
        }
    }
}
