//! Faults of `allears.toml`.

use insta::assert_snapshot;

use super::{FUNCTIONS, in_allears, parse};
use crate::config::{Address, Config, Env, Text, Texts};
use crate::domain::feedback::Mode;

#[test]
fn the_rollup_is_read_and_its_faults_are_said() {
    let config = parse("[rollup]\nchannel = \"#general\"\n", FUNCTIONS, "").expect("good");
    let rollup = config.rollup.expect("a rollup");
    assert_eq!((rollup.at.to_string(), rollup.day.after_monday(), rollup.zone), ("10:00:00".to_owned(), 0, None));
    assert!(parse("[rollup]\n", FUNCTIONS, "").expect("good").rollup.is_none());
    assert_snapshot!(in_allears("[rollup]\nday = \"monday\"\nat = \"10\"\nzone = \"Berlin\"\nchanel = \"#x\"\n"), @r##"
    allears.toml:1:1: [rollup] has no "channel"; add it, so that it is known where: a channel like "#finance-voice" or its id like "C012AB3CD"
    allears.toml:2:7: expected a day: "mon", "tue", "wed", "thu", "fri", "sat" or "sun", found "monday"
    allears.toml:3:6: expected a time like "09:00", found "10"
    allears.toml:4:8: unknown time zone "Berlin"; did you mean "Europe/Berlin"?
    allears.toml:5:1: unknown key "chanel"; did you mean "channel"?
    "##);
}

#[test]
fn an_empty_file_is_good() {
    assert!(parse("", FUNCTIONS, "").is_ok());
}

#[test]
fn no_toml_is_said_with_every_place() {
    assert_snapshot!(in_allears(r#"[slack]
command = "/heard
api_url = 
[web
listen = 3
"#), @r#"
    allears.toml:2:18: this is no TOML: invalid basic string, expected `"`
    allears.toml:3:11: this is no TOML: string values must be quoted, expected literal string
    allears.toml:4:5: this is no TOML: unclosed table, expected `]`
    "#);
}

#[test]
fn nothing_is_said_twice() {
    // Here the parser reports one of its errors two times.
    assert_snapshot!(in_allears("={\0"), @r"
    allears.toml:1:1: this is no TOML: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`
    allears.toml:1:3: this is no TOML: invalid unquoted key, expected letters, numbers, `-`, `_`
    allears.toml:1:4: this is no TOML: unclosed inline table, expected `}`
    allears.toml:1:4: this is no TOML: invalid literal string, expected `'`
    ");
}

#[test]
fn a_key_twice_is_refused() {
    assert_snapshot!(in_allears(r#"[web]
listen = "127.0.0.1:1"
listen = "127.0.0.1:2"
"#), @"allears.toml:3:1: this key or table is there twice; delete one of the two");
}

#[test]
fn unknown_keys_get_the_nearest_or_all() {
    assert_snapshot!(in_allears(r#"admin = []
[slack]
comand = "/heard"
speed = 9
[stroe]
data = "data"
[colours]
"#), @r#"
    allears.toml:1:1: unknown key "admin"; did you mean "admins"?
    allears.toml:3:1: unknown key "comand"; did you mean "command"?
    allears.toml:4:1: unknown key "speed"; [slack] knows transport, command, admin_command, reaction, api_url
    allears.toml:5:2: unknown key "stroe"; did you mean "store"?
    allears.toml:7:2: unknown key "colours"; this file knows admins, slack, store, web, listen, rollup, care, privacy, hints, embeddings, log
    "#);
}

#[test]
fn a_transport_is_one_of_two() {
    assert_snapshot!(in_allears("[slack]\ntransport = \"https\"\n"), @r#"allears.toml:2:13: unknown word "https"; did you mean "http"?"#);
    assert_snapshot!(in_allears("[slack]\ntransport = 7\n"), @r#"allears.toml:2:13: expected "socket" or "http", found 7"#);
}

#[test]
fn wrong_types_are_said() {
    assert_snapshot!(in_allears(r##"admins = "U012AB3CD"
slack = 3
web = [1]
listen = { channel = "#sales" }
[log]
level = true
format = 2026-12-25
[store]
data = {}
"##), @r##"
    allears.toml:1:10: expected a list like ["U012AB3CD", "#allears-admins"], found "U012AB3CD"
    allears.toml:2:9: expected a table that begins with [slack], found 3
    allears.toml:3:7: expected a table that begins with [web], found a list
    allears.toml:4:10: expected tables that each begin with [[listen]], found a table; use two brackets
    allears.toml:6:9: expected a level: "error", "warn", "info", "debug" or "trace", found true
    allears.toml:7:10: expected a format: "text" or "json", found 2026-12-25 without quotes
    allears.toml:9:8: expected a directory like "data", found a table
    "##);
}

#[test]
fn lists_of_tables_take_tables_alone() {
    assert_snapshot!(in_allears("listen = [1, \"#sales\"]\n"), @r##"
    allears.toml:1:11: expected a table that begins with [[listen]], found 1
    allears.toml:1:14: expected a table that begins with [[listen]], found "#sales"
    "##);
}

#[test]
fn values_out_of_range_are_said() {
    assert_snapshot!(in_allears(r#"[slack]
command = "heard"
admin_command = "/All Ears"
[store]
data = " "
[web]
listen = "localhost:99999"
[log]
level = "information"
format = "jsn"
"#), @r#"
    allears.toml:2:11: expected a command like "/heard" (a slash, then 1 to 31 of a-z, 0-9, - and _), found "heard"
    allears.toml:3:17: expected a command like "/heard" (a slash, then 1 to 31 of a-z, 0-9, - and _), found "/All Ears"
    allears.toml:5:8: expected a directory like "data", found " "
    allears.toml:7:10: expected an IP address and a port like "127.0.0.1:8080", found "localhost:99999"
    allears.toml:9:9: expected a level: "error", "warn", "info", "debug" or "trace", found "information"
    allears.toml:10:10: unknown word "jsn"; did you mean "json"?
    "#);
}

#[test]
fn admins_are_people_and_channels() {
    let config = parse("admins = [\"U012AB3CD\", \"W012AB3CD\", \"C012AB3CD\", \"#admins\"]", FUNCTIONS, "");
    assert_eq!(config.expect("good").admins.len(), 4);
    assert_snapshot!(in_allears("admins = [\"lee\",\n  \"@dana\", 7, \"u012ab3cd\",\n  \"#Admins\"]"), @r##"
    allears.toml:1:11: expected a person's id like "U012AB3CD", or a channel like "#allears-admins" or its id like "C012AB3CD", found "lee"
    allears.toml:2:3: expected a person's id like "U012AB3CD", or a channel like "#allears-admins" or its id like "C012AB3CD", found "@dana"
    allears.toml:2:12: expected a person's id like "U012AB3CD", or a channel like "#allears-admins" or its id like "C012AB3CD", found 7
    allears.toml:2:15: expected a person's id like "U012AB3CD", or a channel like "#allears-admins" or its id like "C012AB3CD", found "u012ab3cd"
    allears.toml:3:3: expected a person's id like "U012AB3CD", or a channel like "#allears-admins" or its id like "C012AB3CD", found "#Admins"
    "##);
}

#[test]
fn one_command_cannot_be_both() {
    assert_snapshot!(in_allears("[slack]\ncommand = \"/allears\"\n"), @r#"allears.toml:1:1: command and admin_command are both "/allears"; give them two names"#);
}

#[test]
fn a_channel_is_heard_whole_or_in_part() {
    let listen = |mode: &str| format!("[[listen]]\nchannel = \"#{mode}\"\nmode = \"{mode}\"\nchosen_by = \"U012AB3CD\"\n");
    let all = ["all", "filtered", "reactions"].map(listen).concat();
    let modes: Vec<Mode> = parse(&all, FUNCTIONS, "").expect("good").listen.iter().map(|listen| listen.mode).collect();
    assert_eq!(modes, [Mode::All, Mode::Filtered, Mode::Reactions]);
    assert_snapshot!(in_allears(&["filterd", "some"].map(listen).concat()), @r#"
    allears.toml:3:8: unknown word "filterd"; did you mean "filtered"?
    allears.toml:7:8: expected "all", "filtered" or "reactions", found "some"
    "#);
}

#[test]
fn the_reaction_is_an_emojis_name() {
    let reaction = |name: &str| parse(&format!("[slack]\nreaction = \"{name}\"\n"), FUNCTIONS, "").map(|config| config.slack.reaction);
    for good in ["ear", "+1", "e-mail", "8ball", "acme_voice", "rock'n'roll", &"a".repeat(100)] {
        assert_eq!(reaction(good).as_deref(), Ok(good));
        assert_eq!(reaction(&format!(":{good}:")).as_deref(), Ok(good));
    }
    assert_eq!(parse("", FUNCTIONS, "").expect("good").slack.reaction, "postbox");
    for bad in ["", "::", ":ear", "ear:", "Ear", "two words", "ear::skin-tone-2", "👂", &"a".repeat(101)] {
        assert!(reaction(bad).is_err(), "{bad}");
    }
    assert_snapshot!(in_allears("[slack]\nreaction = \"Ear\"\n"), @r#"allears.toml:2:12: expected an emoji's name like "postbox" (1 to 100 of a-z, 0-9, _, +, - and '), found "Ear""#);
}

#[test]
fn a_listened_channel_says_all() {
    assert_snapshot!(in_allears(r#"[[listen]]

[[listen]]
channel = "sales"
mode = "all"
chosen_by = "dana"
"#), @r##"
    allears.toml:1:1: [[listen]] has no "channel"; add it: a channel like "#finance-voice" or its id like "C012AB3CD"
    allears.toml:1:1: [[listen]] has no "mode"; add it: "all", "filtered" or "reactions"
    allears.toml:1:1: [[listen]] has no "chosen_by"; add it: a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID")
    allears.toml:4:11: expected a channel like "#finance-voice" or its id like "C012AB3CD", found "sales"
    allears.toml:6:13: expected a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID"), found "dana"
    "##);
}

#[test]
fn a_channel_is_listed_once() {
    let twice = "[[listen]]\nchannel = \"#sales\"\nmode = \"all\"\nchosen_by = \"U012AB3CD\"\n".repeat(2);
    assert_snapshot!(in_allears(&twice), @"allears.toml:6:11: this channel is listed twice, here and in line 2; keep one of them");
}

#[test]
fn a_token_in_a_file_is_not_repeated() {
    let said = in_allears(
        r#"[slack]
bot_token = "xoxb-1-secret"
slack = "xapp-1-secret"
xoxb-1-secret = 1
command = "xoxb-1-secret"
api_url = "https://xoxb-1-secret@slack.com"
"#,
    );
    assert!(!said.contains("1-secret"), "{said}");
    assert_snapshot!(said, @r#"
    allears.toml:2:1: unknown key "bot_token"; secrets come from the environment; set SLACK_BOT_TOKEN and its like there
    allears.toml:3:1: unknown key "slack"; secrets come from the environment; set SLACK_BOT_TOKEN and its like there
    allears.toml:4:1: unknown key (a token, not shown); secrets come from the environment; set SLACK_BOT_TOKEN and its like there
    allears.toml:5:11: expected a command like "/heard" (a slash, then 1 to 31 of a-z, 0-9, - and _), found (a token, not shown)
    allears.toml:6:11: expected a host, perhaps a port and a path, without spaces, user names, ? or #
    "#);
}

#[test]
fn only_safe_addresses_are_taken() {
    let good = [
        "https://slack.com/api",
        "HTTPS://slack.com",
        "http://127.0.0.1:7070/api/",
        "http://127.9.9.9",
        "http://localhost:80",
        "http://[::1]:9",
        "https://[2001:db8::1]/api",
    ];
    for address in good {
        assert!(Address::http(address).is_ok(), "{address}");
    }
    let bad = [
        "",
        "slack.com",
        "ftp://slack.com",
        "https://",
        "https:///api",
        "https://slack.com:0",
        "https://slack.com:port",
        "https://slack.com:99999",
        "https://slack .com",
        "http://slack.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1@evil.example",
        "http://127.0.0.1:80@evil.example",
        "http://evil.example#@127.0.0.1",
        "http://evil.example\\@127.0.0.1",
        "http://127.1",
        "http://[::1",
        "http://[::1]evil.example",
        "http://[::ffff:10.0.0.1]",
        "https://user:word@slack.com",
        "https://slack.com/api@evil.example",
        "https://slack.com/api\\evil",
        "https://slack.com/api?a=1",
        "https://slack.com/api#a",
        "ws://127.0.0.1",
    ];
    for address in bad {
        assert!(Address::http(address).is_err(), "{address}");
    }
}

#[test]
fn sockets_keep_their_ticket() {
    let address = "wss://wss-primary.slack.com/link/?ticket=1-2&app_id=3";
    assert_eq!(Address::socket(address).expect("good").as_str(), address);
    assert!(Address::socket("ws://127.0.0.1:7070/socket?ticket=1").is_ok());
    for bad in ["ws://slack.com/?ticket=1", "https://slack.com", "wss://slack.com/?a=#b", "ws://evil.example?@127.0.0.1"] {
        assert!(Address::socket(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_unsafe_address_is_said() {
    assert_snapshot!(in_allears("[slack]\napi_url = \"http://slack.com/api\"\n"), @"allears.toml:2:11: plain http:// would send tokens unencrypted, and is taken only to 127.0.0.1, [::1] or localhost; use https://");
    assert_snapshot!(in_allears("[slack]\napi_url = \"slack.com\"\n"), @"allears.toml:2:11: expected an address that begins with https://");
}

fn with_env(env: &Env) -> Result<Config, String> {
    let texts = Texts {
        allears: Text { name: "allears.toml", text: "" },
        functions: Text { name: "functions.toml", text: FUNCTIONS },
        rules: Text { name: "rules.toml", text: "" },
        rules_of: &[],
        accounts: None,
        examples: None,
    };
    Config::parse(&texts, env).map_err(|faults| faults.to_string())
}

#[test]
fn the_environment_overrides() {
    let env = Env::given([("SLACK_API_URL", "http://127.0.0.1:7070/api/"), ("ALLEARS_DATA", "/srv/allears")]);
    let config = with_env(&env).expect("good");
    assert_eq!(config.slack.api_url.as_str(), "http://127.0.0.1:7070/api");
    assert_eq!(config.store.data.to_str(), Some("/srv/allears"));
}

#[test]
fn the_environment_is_checked_as_the_files_are() {
    let env = Env::given([("SLACK_API_URL", "http://slack.com/api"), ("ALLEARS_DATA", " ")]);
    assert_snapshot!(with_env(&env).expect_err("faults"), @r"
    SLACK_API_URL: plain http:// would send tokens unencrypted, and is taken only to 127.0.0.1, [::1] or localhost; use https://
    ALLEARS_DATA: is set but empty; give it a value or unset it
    ");
}

#[test]
fn whom_to_ask_for_hints_is_said_whole() {
    assert_snapshot!(in_allears("[hints]\ndaily = 9\n"), @r#"allears.toml:1:1: [hints] has no "url"; add it, so that it is known whom to ask: an address like "https://models.example.com/v1""#);
    assert_snapshot!(in_allears("[hints]\nurl = \"https://a.example/v1\"\n"), @r#"allears.toml:1:1: [hints] has no "model"; add it, so that it is known which one to ask for: the name of a model (1 to 100 letters, digits and marks, without spaces)"#);
    assert_snapshot!(in_allears("[hints]\nurl = \"http://a.example\"\nmodel = \"a b\"\ndaily = 0\nseconds = \"20\"\nkey = 1\n"), @r#"
    allears.toml:2:7: plain http:// would send tokens unencrypted, and is taken only to 127.0.0.1, [::1] or localhost; use https://
    allears.toml:3:9: expected the name of a model (1 to 100 letters, digits and marks, without spaces), found "a b"
    allears.toml:4:9: expected a number from 1 to 100000, found 0
    allears.toml:5:11: expected a number of seconds from 1 to 60, found "20"
    allears.toml:6:1: unknown key "key"; [hints] knows url, model, daily, seconds
    "#);
    let hints = |text: &str| parse(text, FUNCTIONS, "").expect("good").hints;
    assert_eq!(hints("[hints]\n"), None);
    let asked = hints("[hints]\nurl = \"http://127.0.0.1:9/v1/\"\nmodel = \"a\"\n").unwrap();
    assert_eq!((asked.url.as_str(), asked.daily, asked.seconds), ("http://127.0.0.1:9/v1", 200, 20));
}
