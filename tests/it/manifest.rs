//! The app's manifest names what runs: no scope is missing, and its command is the one that the bot answers to.

use std::collections::BTreeSet;
use std::path::Path;

use allears::config::{Config, Env};

const MANIFEST: &str = include_str!("../../config/manifest.yaml");
/// `allears check --live` reports what is missing of the scopes in here.
const LOOK: &str = include_str!("../../src/slack/live.rs");

/// The manifest is flat and our own: the entries of a list are the lines that begin with a dash under its key.
fn entries<'a>(yaml: &'a str, key: &str) -> BTreeSet<&'a str> {
    let after = yaml.lines().map(str::trim).skip_while(|line| *line != format!("{key}:")).skip(1);
    let list = after.filter(|line| !line.starts_with('#')).take_while(|line| line.starts_with("- "));
    list.map(|line| line.trim_start_matches("- ")).collect()
}

#[test]
fn the_manifest_asks_for_every_scope_that_the_bot_needs() {
    let (_, scopes) = LOOK.split_once("const SCOPES").unwrap();
    let (scopes, _) = scopes.split_once("];").unwrap();
    let needed: BTreeSet<&str> =
        scopes.lines().filter_map(|line| line.trim().strip_prefix("(\"")).map(|line| line.split('"').next().unwrap()).collect();
    assert!(needed.contains("commands") && needed.len() >= 5, "the list was not found: {needed:?}");
    let (asked, optional) = (entries(MANIFEST, "bot"), entries(MANIFEST, "bot_optional"));
    assert_eq!(needed.difference(&asked).collect::<Vec<_>>(), Vec::<&&str>::new(), "scopes missing from the manifest");
    assert_eq!(needed.intersection(&optional).collect::<Vec<_>>(), Vec::<&&str>::new(), "scopes that must not be declined");
    assert_eq!(optional.difference(&asked).collect::<Vec<_>>(), Vec::<&&str>::new(), "Slack wants optional scopes in both lists");
}

#[test]
fn the_manifest_declares_the_shipped_command_and_no_other() {
    let config = Config::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config"), &Env::empty()).unwrap();
    let declared = entries(MANIFEST, "slash_commands");
    assert_eq!(declared, BTreeSet::from([format!("command: {}", config.slack.command).as_str()]));
    assert_eq!(MANIFEST.matches("- command:").count(), 1, "another command is declared");
}
