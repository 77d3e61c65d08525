//! What people read in the year, written down for whoever wants to read it as they did: `ALLEARS_YEAR_READ=FOLDER`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Year;
use super::company::{PEOPLE, person};
use super::promises::channels;

/// How many people's pages at home are written down: each function has two people who lead it, and the rest are members.
const HOMES: usize = 40;

impl Year {
    /// Writes it down, where somebody asks for it.
    pub(super) async fn writes_down(&self) {
        let Some(folder) = std::env::var_os("ALLEARS_YEAR_READ").map(PathBuf::from) else { return };
        std::fs::create_dir_all(&folder).unwrap();
        for place in channels() {
            write(&folder, &place, &self.world.posts(&place));
        }
        for who in (0..PEOPLE).map(person) {
            let place = format!("@{who}");
            write(&folder, &place, &self.world.sim.messages(&place).unwrap_or_default());
            write(&folder, &format!("alone-{who}"), &self.world.sim.ephemerals(&who, None).unwrap());
        }
        for who in (0..HOMES).filter(|n| !self.gone.contains(n)).map(person) {
            self.world.home_of(&who).await;
            let home = self.world.sim.home(&who).unwrap().unwrap();
            write(&folder, &format!("home-{who}"), &[home]);
        }
    }
}

/// Messages, or a page, each as what stands in its blocks.
fn write(folder: &Path, name: &str, messages: &[Value]) {
    let mut all = String::new();
    for message in messages {
        let at = message["ts"].as_str().unwrap_or_default();
        writeln!(all, "---- {at}").unwrap();
        match message["blocks"].as_array() {
            Some(blocks) => blocks.iter().for_each(|block| writeln!(all, "{}", words(block).trim()).unwrap()),
            None => writeln!(all, "{}", message["text"].as_str().unwrap_or_default()).unwrap(),
        }
    }
    if !all.is_empty() {
        std::fs::write(folder.join(format!("{name}.txt")), all).unwrap();
    }
}

/// What people read of a part of a page; buttons and choices stand in brackets.
fn words(part: &Value) -> String {
    match part {
        Value::Object(fields) => match (&fields.get("type").and_then(Value::as_str), fields.get("text")) {
            (Some("button"), Some(label)) => format!(" [{}]", words(label)),
            (Some("user" | "channel"), _) => {
                let id = fields.get("user_id").or_else(|| fields.get("channel_id"));
                format!("@{}", id.and_then(Value::as_str).unwrap_or("?"))
            }
            (_, Some(Value::String(text))) => text.clone(),
            (kind, _) => {
                let inner: Vec<String> = ["text", "elements", "fields", "options", "accessory"]
                    .into_iter()
                    .filter_map(|name| Some(words(fields.get(name)?)))
                    .collect();
                let line = if *kind == Some("rich_text_section") { "\n" } else { "" };
                if fields.contains_key("options") { format!(" [..{}]", inner.concat()) } else { inner.concat() + line }
            }
        },
        Value::Array(parts) => parts
            .iter()
            .map(|part| {
                let option = part.get("value").is_some() && part.get("type").is_none();
                if option { format!(" | {}", words(part)) } else { words(part) }
            })
            .collect(),
        _ => String::new(),
    }
}
