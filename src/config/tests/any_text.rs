//! Any text at all as a file: it is read or refused, and every place that is named exists.

use proptest::prelude::*;

use super::{FUNCTIONS, parse};

/// Lines that nearly are a configuration, so that more than the parser of TOML is met.
fn nearly() -> impl Strategy<Value = String> {
    let key = "(admins|slack|command|api_url|listen|channel|mode|chosen_by|function|id|name|was|members|lead|deputy|digest|zone|weekdays|holidays|rule|phrases|regex|weight|é|\"a b\")";
    let value = "([0-9]{1,4}|-?[0-9]\\.[0-9]{1,4}|\"[a-zé#/: ]{0,12}\"|\"(U|C)[0-9]{8}\"|\\[\\]|\\[\"finance\", 3\\]|\\{\\}|2026-02-[0-3][0-9]|[0-2][0-9]:[0-9]{2}:00|true|\"|\\.)";
    let line = prop_oneof![
        4 => (key, value).prop_map(|(key, value)| format!("{key} = {value}")),
        1 => key.prop_map(|key| format!("[{key}]")),
        1 => (key, key, value).prop_map(|(table, key, value)| format!("{table}.{key} = {value}")),
        1 => (key, key).prop_map(|(table, key)| format!("[{table}.{key}]")),
        2 => "(function|rule|listen)".prop_map(|key| format!("[[{key}]]")),
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
        let place = fault.place.expect("a place");
        let line = text.split('\n').nth(place.line - 1).unwrap_or_else(|| panic!("{fault} in {text:?}"));
        assert!((1..=line.chars().count() + 1).contains(&place.column), "{fault} in {text:?}");
        assert!(!fault.to_string().contains('\n'), "{fault:?}");
    }
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
}
