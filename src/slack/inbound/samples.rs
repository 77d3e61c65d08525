//! Payloads that Slack sent, and what each is to us: a table beside them states it, file by file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Ended, Inbound, Interaction, LeftAlone, Said, read};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/slack")
}

/// The envelope's kind and payload of a file, by the folder in which it lies. `None`: it is no delivery.
fn delivery(name: &str, value: Value) -> Option<(&'static str, Value)> {
    let folder = name.split('/').nth(1)?;
    Some(match folder {
        "events" => ("events_api", value),
        "events-inner" => ("events_api", json!({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": value})),
        "interactions" if name.contains("slash_command") => ("slash_commands", value),
        "interactions" => ("interactive", value),
        "socket-mode" => {
            let kind = ["events_api", "interactive", "slash_commands"].into_iter().find(|kind| value["type"] == *kind)?;
            (kind, value["payload"].clone())
        }
        _ => return None,
    })
}

/// What a delivery is to us, in a word.
fn effect(inbound: &Inbound) -> &'static str {
    match inbound {
        Inbound::Command(_) => "command",
        Inbound::Said(_, Said::New(_)) => "said",
        Inbound::Said(_, Said::Edited(..)) => "edited",
        Inbound::Said(_, Said::Deleted { .. }) => "deleted",
        Inbound::Mentioned(..) => "mention",
        Inbound::Reaction(reaction) if reaction.on => "reaction",
        Inbound::Reaction(_) => "reaction taken away",
        Inbound::Home(_) => "home opened",
        Inbound::Interaction(Interaction::Pressed(_)) => "press",
        Inbound::Interaction(Interaction::Submitted(_)) => "form",
        Inbound::Interaction(Interaction::Shortcut(shortcut)) if shortcut.message.is_some() => "shortcut on a message",
        Inbound::Interaction(Interaction::Shortcut(_)) => "shortcut",
        Inbound::Interaction(Interaction::Suggest { .. }) => "suggestions asked for",
        Inbound::Interaction(Interaction::Closed) => "form closed",
        Inbound::Joined { .. } => "joined",
        Inbound::Ended(Ended::Uninstalled) => "uninstalled",
        Inbound::Ended(Ended::Revoked) => "token revoked",
        Inbound::LeftAlone(LeftAlone::Bot) => "left alone: a bot's",
        Inbound::LeftAlone(LeftAlone::Notice) => "left alone: nobody's words",
        Inbound::LeftAlone(LeftAlone::Hidden) => "left alone: hidden",
        Inbound::LeftAlone(LeftAlone::Event) => "left alone",
        Inbound::LeftAlone(LeftAlone::RateLimited) => "rate limited",
        Inbound::Unknown => "dead letter",
    }
}

fn files(folder: &Path, under: &Path, all: &mut BTreeMap<String, Value>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, under, all);
        } else if path.extension().is_some_and(|end| end == "json") && path.parent() != Some(under) {
            let name = path.strip_prefix(under).unwrap().display().to_string();
            all.insert(name, serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap());
        }
    }
}

#[test]
fn each_has_the_effect_that_the_table_states() {
    let (folder, mut all) = (folder(), BTreeMap::new());
    files(&folder, &folder, &mut all);
    assert!(all.len() > 200, "{} files", all.len());
    let found = all.into_iter().filter_map(|(name, value)| {
        let (kind, payload) = delivery(&name, value)?;
        Some(format!("{name}: {}", effect(&read(kind, &payload))))
    });
    let found: Vec<String> = found.collect();
    let table = std::fs::read_to_string(folder.join("effects.txt")).unwrap();
    let stated: Vec<&str> = table.lines().collect();
    let differ: Vec<&String> = found.iter().filter(|line| !stated.contains(&line.as_str())).collect();
    assert!(differ.is_empty(), "not as the table states:\n{}", differ.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n"));
    assert_eq!(found.len(), stated.len(), "the table states files that are not there");
}
