//! The app's manifest: valid by Slack's own schema in all its forms, and in step with what the bot uses.

use std::collections::BTreeSet;

use allears::slack::{Need, SCOPES, SUBSCRIPTIONS};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::program::{Place, SHIPPED, Said, ask};

/// Source: <https://github.com/slackapi/manifest-schema>.
const SCHEMA: &str = include_str!("../data/manifest-schema/manifest.schema.2.0.0.json");
const URL: &str = "https://allears.example.com/slack/events";

/// What the program prints, as JSON.
async fn manifest(options: &[&str]) -> Value {
    let said = ask(&[&["manifest", "--json"], options].concat(), b"").await;
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{options:?}");
    serde_json::from_str(&said.out).unwrap()
}

fn names(list: &Value) -> BTreeSet<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// All that does not fit Slack's schema.
fn faults(manifest: &Value) -> Vec<String> {
    let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    schema.iter_errors(manifest).map(|error| error.to_string()).collect()
}

#[tokio::test]
async fn each_form_fits_slacks_schema_and_is_the_same_as_yaml() {
    let choices: [&[&str]; 3] = [&["--http", URL], &["--minimal"], &["--org"]];
    for chosen in 0..8_usize {
        let options: Vec<&str> = (0..3).filter(|n| chosen & (1 << n) != 0).flat_map(|n| choices[n]).copied().collect();
        let json = manifest(&options).await;
        assert_eq!(faults(&json), Vec::<String>::new(), "{options:?}");
        let yaml = ask(&[&["manifest"], &options[..]].concat(), b"").await.out;
        assert_eq!(serde_yaml_ng::from_str::<Value>(&yaml).unwrap(), json, "{options:?}");
        let of = |path: &str| json.pointer(path).unwrap();
        assert_eq!(of("/settings/socket_mode_enabled"), &json!(!options.contains(&"--http")));
        assert_eq!(of("/settings/org_deploy_enabled"), &json!(options.contains(&"--org")));
        let scopes = names(of("/oauth_config/scopes/bot"));
        let optional = json.pointer("/oauth_config/scopes/bot_optional").map(names).unwrap_or_default();
        assert!(optional.is_subset(&scopes), "Slack wants optional scopes in both lists");
        let heard = names(of("/settings/event_subscriptions/bot_events"));
        let expected = SUBSCRIPTIONS.iter().filter(|on| on.scope.is_none_or(|scope| scopes.contains(scope))).map(|on| on.event);
        assert_eq!(heard, expected.collect(), "events that Slack would not send, or some that are missing");
    }
    // The control: the schema finds what is wrong.
    let mut wrong = manifest(&[]).await;
    wrong["features"]["shortcuts"][0]["name"] = json!("a name of more than twenty-four characters");
    assert_eq!(faults(&wrong).len(), 1);
}

#[tokio::test]
async fn the_shipped_manifest_is_what_the_program_prints() {
    let shipped = std::fs::read_to_string(format!("{SHIPPED}/manifest.yaml")).unwrap();
    assert_eq!(ask(&["manifest"], b"").await.out, shipped, "write it anew: allears manifest >config/manifest.yaml");
    assert_eq!(ask(&["manifest", "--config", SHIPPED], b"").await.out, shipped);
}

#[tokio::test]
async fn it_asks_for_each_scope_that_the_bot_uses_and_the_least_for_no_scope_that_reads() {
    let all = manifest(&[]).await;
    let of = |need: &[Need]| SCOPES.iter().filter(|scope| need.contains(&scope.need)).map(|scope| scope.name).collect::<BTreeSet<_>>();
    assert_eq!(names(&all["oauth_config"]["scopes"]["bot"]), of(&[Need::Must, Need::Reading, Need::Optional]));
    assert_eq!(names(&all["oauth_config"]["scopes"]["bot_optional"]), of(&[Need::Optional]));
    let least = manifest(&["--minimal"]).await;
    assert_eq!(least["oauth_config"]["scopes"], json!({"bot": ["commands", "chat:write"]}));
    assert_eq!(least["settings"]["event_subscriptions"]["bot_events"], json!(["app_home_opened", "app_uninstalled", "tokens_revoked"]));
    assert_eq!(least["features"]["app_home"]["messages_tab_enabled"], json!(false));
}

#[tokio::test]
async fn requests_have_one_address_for_commands_interactions_and_events() {
    for (given, expected) in [
        (URL, URL),
        ("https://allears.example.com", URL),
        ("https://allears.example.com/", URL),
        ("HTTPS://allears.example.com:8443/bots/allears/", "https://allears.example.com:8443/bots/allears"),
    ] {
        let manifest = manifest(&["--http", given]).await;
        let places = [
            "/features/slash_commands/0/url",
            "/features/slash_commands/1/url",
            "/settings/event_subscriptions/request_url",
            "/settings/interactivity/request_url",
            "/settings/interactivity/message_menu_options_url",
        ];
        for place in places {
            assert_eq!(manifest.pointer(place), Some(&json!(expected)), "{given} at {place}");
        }
    }
    assert!(!manifest(&[]).await.to_string().contains("url"));
}

#[tokio::test]
async fn an_address_without_sense_is_named() {
    let mut said = String::new();
    let long = format!("https://{}.example.com", "a".repeat(3_000));
    for given in [
        "",
        "allears.example.com",
        "http://allears.example.com",
        "http://127.0.0.1:8080",
        "https://",
        "https://me@x.y",
        "https://x.y?a",
        &long,
    ] {
        let Said { code, out, err } = ask(&["manifest", "--http", given], b"").await;
        assert_eq!((code, out.as_str()), (Some(1), ""), "{given}");
        said.push_str(&err);
    }
    assert_snapshot!(said, @"
    --http takes the address where Slack reaches the bot, such as https://allears.example.com: it begins with https://, since Slack's requests hold words
    --http takes the address where Slack reaches the bot, such as https://allears.example.com: it begins with https://, since Slack's requests hold words
    --http takes the address where Slack reaches the bot, such as https://allears.example.com: it begins with https://, since Slack's requests hold words
    --http takes the address where Slack reaches the bot, such as https://allears.example.com: it begins with https://, since Slack's requests hold words
    --http takes the address where Slack reaches the bot, such as https://allears.example.com: expected a host, perhaps a port and a path, without spaces, user names, ? or #
    --http takes the address where Slack reaches the bot, such as https://allears.example.com: expected a host, perhaps a port and a path, without spaces, user names, ? or #
    --http takes the address where Slack reaches the bot, such as https://allears.example.com: expected a host, perhaps a port and a path, without spaces, user names, ? or #
    --http takes an address of at most 3000 characters
    ");
}

#[tokio::test]
async fn its_commands_are_those_of_the_configuration_which_may_disagree_on_the_transport() {
    let place = Place::new();
    place.write("allears.toml", "[slack]\ncommand = \"/voice\"\nadmin_command = \"/ears\"\n");
    let said = place.ask(&["manifest", "--config", "config"]).await;
    assert!(said.code == Some(0) && said.err.is_empty(), "{said:?}");
    assert!(said.out.contains("command: \"/voice\"") && said.out.contains("command: \"/ears\"") && !said.out.contains("\"/heard\""));
    let other = place.ask(&["manifest", "--config", "config", "--http", URL]).await;
    assert_snapshot!(other.err, @r#"this manifest is for requests, and allears.toml says otherwise: set transport = "http" there"#);
    place.write("allears.toml", "[slack]\ntransport = \"http\"\n");
    assert_snapshot!(place.ask(&["manifest", "--config", "config"]).await.err, @r#"allears.toml says transport = "http", and this manifest is for Socket Mode: add --http URL"#);
    assert_eq!(place.ask(&["manifest", "--config", "nowhere"]).await.code, Some(1));
}
