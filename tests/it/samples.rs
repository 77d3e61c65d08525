//! Payloads that Slack sent go through the whole bot: each is acknowledged, and none does harm.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::world::World;

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files(&path, all);
        } else if path.extension().is_some_and(|end| end == "json") {
            all.push(path);
        }
    }
}

/// What kind of delivery a file is, by the folder in which it lies.
fn kind(path: &Path) -> Option<&'static str> {
    let folder = path.parent()?.file_name()?.to_str()?;
    Some(match folder {
        "events" | "events-inner" => "events_api",
        "interactions" if path.to_str()?.contains("slash_command") => "slash_commands",
        "interactions" => "interactive",
        _ => return None,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_acknowledged_and_none_does_harm() {
    let world = World::open().await;
    let mut all = vec![];
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/slack"), &mut all);
    all.sort();
    let mut sent = 0;
    for (n, (path, kind)) in all.iter().filter_map(|path| Some((path, kind(path)?))).enumerate() {
        let mut payload: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        if path.to_str().unwrap().contains("events-inner") {
            payload = json!({"type": "event_callback", "event_id": format!("Ev{n}"), "team_id": "T1", "event": payload});
        }
        let envelope = json!({"envelope_id": format!("sample-{n}"), "type": kind, "accepts_response_payload": true, "payload": payload});
        assert!(world.delivers(&envelope).await.is_some(), "{} is not acknowledged", path.display());
        sent += 1;
    }
    assert!(sent > 200, "{sent} files");
    assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with("Heard: VOC-"));
    world.strikes("2026-11-23T09:05:00+01:00[Europe/Berlin]").await;
    world.end().await;
}
