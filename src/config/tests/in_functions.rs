//! Faults of `functions.toml`.

use insta::assert_snapshot;

use super::{FUNCTIONS, faults, in_function, in_functions, parse};
use crate::domain::routing::{ChannelRef, Members};

/// A second function, from line 8.
fn and(id: &str, more: &str) -> String {
    format!(
        "{FUNCTIONS}[[function]]\nid = \"{id}\"\nname = \"Other\"\nchannel = \"#finance-voice\"\nlead = \"U00000002\"\nzone = \"UTC\"\n{more}"
    )
}

#[test]
fn a_whole_function_is_read() {
    let lines = "deputy = \"W00000002\"\nwas = [\"billing\"]\nmembers = [\"U00000003\"]\ndigest = \"08:30\"\nweekdays = [\"sat\"]\nholidays = [2026-12-25]\n";
    let config = parse("", &format!("{FUNCTIONS}{lines}"), "").expect("good");
    let function = config.routing.functions().first().expect("a function");
    assert_eq!(function.channel, ChannelRef::Name("finance-voice".to_owned()));
    assert!(matches!(&function.members, Members::Listed(people) if people.len() == 1));
    assert_eq!(function.digest.at.to_string(), "08:30:00");
    assert_eq!(function.digest.zone.iana_name(), Some("Europe/Berlin"));
    assert_eq!(function.digest.weekdays.iter().map(|day| day.after_monday()).collect::<Vec<_>>(), [5]);
    assert_eq!(function.digest.holidays.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-12-25"]);
}

#[test]
fn a_functions_own_hours_go_before_the_shared_ones() {
    let shared = "[defaults]\ndigest = \"07:00\"\nzone = \"UTC\"\nweekdays = [\"sun\"]\nholidays = [2026-01-01]\n";
    let function = "[[function]]\nid = \"a\"\nname = \"A\"\nchannel = \"C00000001\"\nlead = \"U00000001\"\n";
    let own = "digest = \"08:00\"\nzone = \"Asia/Tokyo\"\nweekdays = [\"mon\"]\nholidays = []\n";
    let config = parse("", &format!("{shared}{function}{own}{}", function.replace("\"a\"", "\"b\"")), "").expect("good");
    let hours: Vec<String> = config.routing.functions().iter().map(|f| format!("{:?}", f.digest)).collect();
    assert_snapshot!(hours.join("\n"), @r#"
    Schedule { at: 08:00:00, zone: TimeZone(TZif("Asia/Tokyo")), weekdays: {Day(0)}, holidays: {} }
    Schedule { at: 07:00:00, zone: TimeZone(UTC), weekdays: {Day(6)}, holidays: {2026-01-01} }
    "#);
}

#[test]
fn two_functions_may_share_a_channel() {
    assert!(parse("", &and("sales", ""), "").is_ok());
}

#[test]
fn none_at_all_is_refused() {
    assert_snapshot!(in_functions(""), @"functions.toml:1:1: there is no function, so nobody would read anything; begin with [[function]]; the file that ships with All Ears has ten to start from");
    assert_snapshot!(in_functions("function = []\n"), @"functions.toml:1:12: there is no function, so nobody would read anything; begin with [[function]]; the file that ships with All Ears has ten to start from");
}

#[test]
fn one_pair_of_brackets_is_not_enough() {
    assert_snapshot!(in_functions("[function]\nid = \"finance\"\n"), @"functions.toml:1:1: expected tables that each begin with [[function]], found a table; use two brackets");
}

#[test]
fn missing_keys_are_said_at_their_table() {
    assert_snapshot!(in_functions(r#"[defaults]
zone = "UTC"

[[function]]

[[function]]
id = "sales"
"#), @r##"
    functions.toml:4:1: [[function]] has no "id"; add it: an id like "finance" (1 to 32 of a-z, 0-9, - and _, beginning with a letter)
    functions.toml:4:1: [[function]] has no "name"; add it: a name of 1 to 80 characters in one line, like "Finance"
    functions.toml:4:1: [[function]] has no "channel"; add it: a channel like "#finance-voice" or its id like "C012AB3CD"
    functions.toml:4:1: [[function]] has no "lead"; add it: a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID")
    functions.toml:6:1: the function "sales" has no "name"; add it: a name of 1 to 80 characters in one line, like "Finance"
    functions.toml:6:1: the function "sales" has no "channel"; add it: a channel like "#finance-voice" or its id like "C012AB3CD"
    functions.toml:6:1: the function "sales" has no "lead"; add it: a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID")
    "##);
}

#[test]
fn a_zone_is_said_somewhere() {
    let function = FUNCTIONS.replace("zone = \"Europe/Berlin\"\n", "");
    assert_snapshot!(in_functions(&function), @r#"functions.toml:2:1: the function "finance" has no "zone"; add it here or in [defaults]: a time zone like "Europe/Berlin""#);
    // A shared zone with a fault is one fault, not one for each function besides.
    assert_snapshot!(in_functions(&format!("[defaults]\nzone = 1\n{function}")), @r#"functions.toml:2:8: expected a time zone like "Europe/Berlin", found 1"#);
}

#[test]
fn values_are_checked_one_by_one() {
    let text = r#"[[function]]
id = "Finance"
name = " "
channel = "finance-voice"
lead = "@dana"
deputy = "C012AB3CD"
members = "everybody"
was = "billing"
digest = "9 o'clock"
zone = "UTC"
weekdays = "mon"
holidays = 2026-12-25
"#;
    assert_snapshot!(in_functions(text), @r##"
    functions.toml:2:6: expected an id like "finance" (1 to 32 of a-z, 0-9, - and _, beginning with a letter), found "Finance"
    functions.toml:3:8: expected a name of 1 to 80 characters in one line, like "Finance", found " "
    functions.toml:4:11: expected a channel like "#finance-voice" or its id like "C012AB3CD", found "finance-voice"
    functions.toml:5:8: expected a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID"), found "@dana"
    functions.toml:6:10: expected a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID"), found "C012AB3CD"
    functions.toml:7:11: expected "channel" or a list of people's ids like ["U012AB3CD"], found "everybody"
    functions.toml:8:7: expected a list of ids like ["billing"], found "billing"
    functions.toml:9:10: expected a time like "09:00", found "9 o'clock"
    functions.toml:11:12: expected a list of days like ["mon", "tue"], found "mon"
    functions.toml:12:12: expected a list of days like [2026-12-25], found 2026-12-25 without quotes
    "##);
}

#[test]
fn times_are_hours_and_minutes() {
    for good in ["00:00", "09:05", "23:59"] {
        assert!(parse("", &format!("{FUNCTIONS}digest = \"{good}\""), "").is_ok(), "{good}");
    }
    for bad in ["\"24:00\"", "\"9:00\"", "\"09:60\"", "\"09:00:00\"", "\"+9:00\"", "\"0900\"", "\"\"", "09:00:00", "9"] {
        assert!(in_function(&format!("digest = {bad}")).starts_with("functions.toml:8:10: expected a time like"), "{bad}");
    }
    assert_snapshot!(in_function("digest = 09:00:00\n"), @r#"functions.toml:8:10: expected a time like "09:00", found 09:00:00 without quotes"#);
}

#[test]
fn zones_are_known_ones() {
    let zone = |zone: &str| in_functions(&FUNCTIONS.replace("Europe/Berlin", zone));
    assert_snapshot!(zone("Europe/Berln"), @r#"functions.toml:7:8: unknown time zone "Europe/Berln"; did you mean "Europe/Berlin"?"#);
    assert_snapshot!(zone("new_york"), @r#"functions.toml:7:8: unknown time zone "new_york"; did you mean "America/New_York"?"#);
    assert_snapshot!(zone("our office"), @r#"functions.toml:7:8: unknown time zone "our office"; write its IANA name, like "Europe/Berlin""#);
    assert_snapshot!(zone(""), @r#"functions.toml:7:8: unknown time zone ""; write its IANA name, like "Europe/Berlin""#);
}

#[test]
fn weekdays_are_not_empty() {
    assert_snapshot!(in_function("weekdays = []\n"), @"functions.toml:8:12: there is no day in it, so nothing would ever be read; name at least one");
    assert_snapshot!(in_function("weekdays = [\"mon\", \"Tuesday\", 3]\n"), @r#"
    functions.toml:8:20: expected a day: "mon", "tue", "wed", "thu", "fri", "sat" or "sun", found "Tuesday"
    functions.toml:8:31: expected a day: "mon", "tue", "wed", "thu", "fri", "sat" or "sun", found 3
    "#);
}

#[test]
fn holidays_are_dates() {
    assert_snapshot!(in_function("holidays = [\"2026-12-25\", 2026-12-25T09:00:00,\n  2026-12-26]\n"), @r#"
    functions.toml:8:13: expected a day like 2026-12-25, without quotes and without a time, found "2026-12-25"
    functions.toml:8:27: expected a day like 2026-12-25, without quotes and without a time, found 2026-12-25T09:00:00 without quotes
    "#);
    assert_snapshot!(in_function("holidays = [2026-02-30]\n"), @"functions.toml:8:13: this is no TOML: invalid date, expected day between 01 and 28");
    assert_snapshot!(in_function("holidays = [2026-13-01]\n"), @"functions.toml:8:13: this is no TOML: invalid date, expected month between 01 and 12");
}

#[test]
fn people_are_people() {
    assert_snapshot!(in_function("members = [\"U012AB3CD\", \"USLACKBOT\", \"U1\", \"B012AB3CD\"]\n"), @r#"
    functions.toml:8:25: USLACKBOT is a bot; name a person
    functions.toml:8:38: expected a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID"), found "U1"
    functions.toml:8:44: expected a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID"), found "B012AB3CD"
    "#);
    assert_snapshot!(in_function("members = []\n"), @r#"functions.toml:8:11: nobody is listed; name somebody, or write "channel""#);
    assert_snapshot!(in_function("deputy = \"U00000001\"\n"), @r#"functions.toml:8:10: the deputy is the lead; name somebody else, or leave "deputy" out"#);
}

#[test]
fn channels_are_named_as_slack_names_them() {
    let channel = |name: &str| parse("", &FUNCTIONS.replace("#finance-voice", name), "").is_ok();
    for good in ["#a", "#finance_voice.2", "#größe", "#声", "C012AB3CD", "G012AB3CD"] {
        assert!(channel(good), "{good}");
    }
    for bad in ["#", "", "#Finance", "#two words", "#a#b", "#<!here>", "@dana", "U012AB3CD", "c012ab3cd", "finance"] {
        assert!(!channel(bad), "{bad}");
    }
}

#[test]
fn one_id_is_one_function() {
    assert_snapshot!(in_functions(&and("finance", "")), @r#"functions.toml:9:6: two functions have the id "finance", in line 3 and in line 9; rename one"#);
}

#[test]
fn a_merged_function_is_no_longer_there() {
    assert_snapshot!(in_functions(&and("sales", "was = [\"finance\"]\n")), @r#"functions.toml:14:8: "finance" is also the id of a function, in line 3; a function that was merged is no longer there; delete one of the two"#);
    assert_snapshot!(in_functions(&and("sales", "was = [\"old\", \"sales\"]\n")), @r#"functions.toml:14:15: "sales" is also the id of a function, in line 9; a function that was merged is no longer there; delete one of the two"#);
    let twice = and("sales", "was = [\"billing\"]\n").replace("zone = \"Europe/Berlin\"", "was = [\"billing\"]\nzone = \"UTC\"");
    assert_snapshot!(in_functions(&twice), @r#"functions.toml:15:8: "billing" was merged into "finance" already, in line 7; keep one of them"#);
}

#[test]
fn unknown_keys_name_their_table() {
    assert_snapshot!(in_function(r##"chanel = "#a"
colour = "red"
[defaults]
hour = "09:00"
[[functions]]
"##), @r#"
    functions.toml:8:1: unknown key "chanel"; did you mean "channel"?
    functions.toml:9:1: unknown key "colour"; the function "finance" knows id, name, was, channel, members, lead, deputy, digest, zone, weekdays, holidays, tag_at
    functions.toml:11:1: unknown key "hour"; [defaults] knows digest, zone, weekdays, holidays
    functions.toml:12:3: unknown key "functions"; did you mean "function"?
    "#);
}

#[test]
fn places_are_counted_in_characters() {
    let one_line = "function = [{ name = \"Größe 声\", id = 7, channel = \"#a\", lead = \"U00000001\", zone = \"UTC\" }]";
    assert_snapshot!(in_functions(one_line), @r#"functions.toml:1:38: expected an id like "finance" (1 to 32 of a-z, 0-9, - and _, beginning with a letter), found 7"#);
}

#[test]
fn how_sure_the_tagger_must_be_is_said_for_each_function() {
    let config = parse("", &format!("{FUNCTIONS}tag_at = 0.8\n"), "").unwrap();
    assert_eq!(config.routing.functions()[0].tag_at.0, 800);
    for wrong in ["0.04", "0.96", "1", "\"0.5\"", "-0.5", "0.1234"] {
        assert!(in_function(&format!("tag_at = {wrong}\n")).contains("expected a probability like 0.5"), "{wrong}");
    }
}

#[test]
fn all_files_are_checked_at_once() {
    let said = faults(
        "[web]\nlisten = 8080\n[slack\n",
        &format!("{FUNCTIONS}digest = \"noon\"\nweekdays = []\n"),
        "[[rule]]\nid = \"vat\"\nfunction = \"finanze\"\n\n[[rule]]\nid = \"late\"\nfunction = \"operations\"\nphrases = [\"late\"]\n",
    );
    assert_snapshot!(said, @r#"
    allears.toml:3:7: this is no TOML: unclosed table, expected `]`
    functions.toml:8:10: expected a time like "09:00", found "noon"
    functions.toml:9:12: there is no day in it, so nothing would ever be read; name at least one
    rules.toml:1:1: in the rule "vat": there must be at least one entry in phrases or regex
    rules.toml:3:12: there is no function "finanze"; did you mean "finance"?
    rules.toml:7:12: there is no function "operations"; there are finance
    "#);
}
