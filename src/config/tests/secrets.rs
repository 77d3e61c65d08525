//! Secrets: where they come from, and that nobody sees them.

use insta::assert_snapshot;

use super::{Dir, FUNCTIONS};
use crate::config::{Config, Env, Reach, Secrets, Text, Texts, Transport};

const BOT: &str = "xoxb-1-very-secret";
const APP: &str = "xapp-1-very-secret";

fn load<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Secrets, String> {
    load_for(Transport::Socket, variables)
}

fn load_for<'a>(transport: Transport, variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Secrets, String> {
    Secrets::load(&Env::given(variables), transport).map_err(|faults| {
        let said = format!("{faults}");
        assert!(!said.contains("very-secret") && !format!("{faults:?}").contains("very-secret"), "{said}");
        said
    })
}

#[test]
fn they_come_from_the_environment() {
    let secrets = load([("SLACK_BOT_TOKEN", BOT), ("SLACK_APP_TOKEN", " xapp-1-very-secret\n")]).expect("good");
    assert_eq!(secrets.bot_token.expose(), BOT);
    let Reach::Socket(app) = secrets.reach else { panic!("{:?}", secrets.reach) };
    assert_eq!(app.expose(), APP);
}

#[test]
fn requests_over_http_need_the_signing_secret_in_place_of_the_app_token() {
    let secrets = load_for(Transport::Http, [("SLACK_BOT_TOKEN", BOT), ("SLACK_SIGNING_SECRET", "very-secret")]).expect("good");
    let Reach::Http(signing) = secrets.reach else { panic!("{:?}", secrets.reach) };
    assert_eq!(signing.expose(), "very-secret");
    assert_snapshot!(load_for(Transport::Http, [("SLACK_BOT_TOKEN", BOT), ("SLACK_APP_TOKEN", APP)]).expect_err("faults"), @r#"SLACK_SIGNING_SECRET: not set; set it to the signing secret ("Basic Information" of your Slack app), or set SLACK_SIGNING_SECRET_FILE to a file that holds it"#);
    assert_snapshot!(load_for(Transport::Http, [("SLACK_BOT_TOKEN", BOT), ("SLACK_SIGNING_SECRET", "")]).expect_err("faults"), @"SLACK_SIGNING_SECRET: is set but empty; give it a value or unset it");
}

#[test]
fn they_come_from_files() {
    let dir = Dir::new();
    let (bot, app) = (dir.write("bot", "xoxb-1-very-secret\n"), dir.write("app", APP));
    let signing = dir.write("signing", "  8f742231b10e8888abcd99yyyzzz85a5\n");
    let variables = [("SLACK_BOT_TOKEN_FILE", &*bot), ("SLACK_APP_TOKEN_FILE", &*app), ("SLACK_SIGNING_SECRET_FILE", &*signing)];
    let secrets = load(variables).expect("good");
    assert_eq!(secrets.bot_token.expose(), BOT);
    let (Reach::Socket(found) | Reach::Http(found)) = secrets.reach;
    assert_eq!(found.expose(), APP);
    let (Reach::Socket(found) | Reach::Http(found)) = load_for(Transport::Http, variables).expect("good").reach;
    assert_eq!(found.expose(), "8f742231b10e8888abcd99yyyzzz85a5");
}

#[test]
fn none_is_said_with_where_to_find_it() {
    assert_snapshot!(load([]).expect_err("faults"), @r#"
    SLACK_BOT_TOKEN: not set; set it to the bot's token ("OAuth & Permissions" of your Slack app), or set SLACK_BOT_TOKEN_FILE to a file that holds it
    SLACK_APP_TOKEN: not set; set it to the app-level token ("Basic Information" of your Slack app), or set SLACK_APP_TOKEN_FILE to a file that holds it
    "#);
}

#[test]
fn of_another_kind_is_said_and_not_shown() {
    let swapped = [("SLACK_BOT_TOKEN", APP), ("SLACK_APP_TOKEN", BOT), ("SLACK_SIGNING_SECRET", "very-secret very")];
    assert_snapshot!(load(swapped).expect_err("faults"), @r#"
    SLACK_BOT_TOKEN: does not begin with xoxb-; it must be the bot's token ("OAuth & Permissions" of your Slack app)
    SLACK_APP_TOKEN: does not begin with xapp-; it must be the app-level token ("Basic Information" of your Slack app)
    "#);
    assert_snapshot!(load_for(Transport::Http, swapped).expect_err("faults"), @r#"
    SLACK_BOT_TOKEN: does not begin with xoxb-; it must be the bot's token ("OAuth & Permissions" of your Slack app)
    SLACK_SIGNING_SECRET: has spaces or odd characters in it; it must be the signing secret ("Basic Information" of your Slack app)
    "#);
}

#[test]
fn empty_and_twice_are_said() {
    let variables = [("SLACK_BOT_TOKEN", ""), ("SLACK_APP_TOKEN", APP), ("SLACK_APP_TOKEN_FILE", "/app")];
    assert_snapshot!(load(variables).expect_err("faults"), @r"
    SLACK_BOT_TOKEN: is set but empty; give it a value or unset it
    SLACK_APP_TOKEN: set as well as SLACK_APP_TOKEN_FILE; unset one of them
    ");
}

#[test]
fn files_with_faults_are_named_and_not_shown() {
    let dir = Dir::new();
    let paths = [dir.write("a", " \n"), dir.write("b", b"xapp-1-very-secret\xff"), dir.write("c", "")];
    std::fs::remove_file(&paths[2]).expect("removed");
    let variables = [("SLACK_BOT_TOKEN_FILE", &*paths[0]), ("SLACK_APP_TOKEN_FILE", &*paths[1]), ("SLACK_SIGNING_SECRET_FILE", &*paths[2])];
    let said = dir.shown(&load(variables).expect_err("faults"));
    assert_snapshot!(said, @r"
    SLACK_BOT_TOKEN_FILE: config/a is empty; write the secret to it
    SLACK_APP_TOKEN_FILE: config/b is not UTF-8; write the secret to it again
    ");
    let said = dir.shown(&load_for(Transport::Http, variables).expect_err("faults"));
    assert_snapshot!(said, @r"
    SLACK_BOT_TOKEN_FILE: config/a is empty; write the secret to it
    SLACK_SIGNING_SECRET_FILE: cannot read config/c (entity not found); mend the path or its rights
    ");
    let swapped = dir.write("d", "very-secret");
    let said = load([("SLACK_BOT_TOKEN_FILE", &*swapped), ("SLACK_APP_TOKEN", APP)]).expect_err("faults");
    assert_snapshot!(said, @r#"SLACK_BOT_TOKEN_FILE: does not begin with xoxb-; it must be the bot's token ("OAuth & Permissions" of your Slack app)"#);
}

#[test]
fn nobody_sees_them() {
    let variables = [
        ("SLACK_BOT_TOKEN", BOT),
        ("SLACK_APP_TOKEN", APP),
        ("SLACK_SIGNING_SECRET", "very-secret"),
        ("ALLEARS_HINTS_KEY", "very-secret-too"),
    ];
    let env = Env::given(variables);
    let texts = Texts {
        allears: Text { name: "allears.toml", text: "" },
        functions: Text { name: "functions.toml", text: FUNCTIONS },
        rules: Text { name: "rules.toml", text: "" },
        rules_of: &[],
        accounts: None,
        examples: None,
    };
    let config = Config::parse(&texts, &env).expect("good");
    let secrets = Secrets::load(&env, config.slack.transport).expect("good");
    assert_snapshot!(format!("{secrets:?}"), @"Secrets { bot_token: (secret), reach: Socket((secret)), hints_key: Some((secret)) }");
    for shown in [format!("{config:?}"), format!("{secrets:#?}"), format!("{env:?}")] {
        assert!(!shown.contains("very-secret"), "{shown}");
    }
}
