//! What Slack fills in when it keeps blocks, and what people can act on in them.
use super::inputs::INPUTS;
use super::menus::MENUS;
use super::shape::{Fields, string};
use serde_json::{Map, Value, json};

/// Fills in what Slack does: a `block_id` for each block, an `action_id` for each element that people act on, `emoji` in
/// plain text and `verbatim` in mrkdwn. What is there stays.
pub(crate) fn complete(blocks: &mut Value, next_id: &mut dyn FnMut() -> String) {
    fill(blocks, true, next_id);
}

/// Chooses the conversation that is open in every menu that asks for it, where nothing else is chosen.
/// Source: <https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#conversations_select>.
pub(crate) fn choose_current(blocks: &mut Value, open: &str) {
    match blocks {
        Value::Array(items) => items.iter_mut().for_each(|item| choose_current(item, open)),
        Value::Object(fields) => {
            let initial = match string(fields, "type") {
                Some("conversations_select") => Some(("initial_conversation", json!(open))),
                Some("multi_conversations_select") => Some(("initial_conversations", json!([open]))),
                _ => None,
            };
            if let Some((name, value)) = initial
                && fields.get("default_to_current_conversation") == Some(&Value::Bool(true))
            {
                fields.entry(name).or_insert(value);
            }
            fields.values_mut().for_each(|inner| choose_current(inner, open));
        }
        _ => {}
    }
}

/// Every element that people act on, wherever it stands, with the `block_id` of the block around it.
pub(crate) fn elements(blocks: &Value) -> Vec<(&str, &Value)> {
    let mut found = Vec::new();
    gather(blocks, true, "", &mut found);
    found
}

/// Whether the value in this field is a block or a list of them.
fn holds_blocks(kind: Option<&str>, field: &str) -> bool {
    matches!((kind, field), (Some("container"), "child_blocks") | (Some("carousel"), "elements") | (Some("layout"), "fallback"))
        || matches!((kind, field), (None, "block"))
}

fn is_acted_on(kind: &str) -> bool {
    INPUTS.iter().chain(MENUS).any(|element| element.kind == kind)
}

fn fill(value: &mut Value, blocks: bool, next_id: &mut dyn FnMut() -> String) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, blocks, next_id)),
        Value::Object(fields) => {
            let kind = string(fields, "type").map(str::to_owned);
            match kind.as_deref() {
                _ if blocks => name(fields, "block_id", next_id),
                Some("plain_text") => default(fields, "emoji", true),
                Some("mrkdwn") => default(fields, "verbatim", false),
                Some(kind) if is_acted_on(kind) => name(fields, "action_id", next_id),
                _ => {}
            }
            for (field, inner) in fields.iter_mut() {
                fill(inner, holds_blocks(kind.as_deref(), field), next_id);
            }
        }
        _ => {}
    }
}

fn name(fields: &mut Fields, field: &str, next_id: &mut dyn FnMut() -> String) {
    if string(fields, field).is_none_or(str::is_empty) {
        fields.insert(field.to_owned(), json!(next_id()));
    }
}

fn default(fields: &mut Map<String, Value>, field: &str, value: bool) {
    fields.entry(field).or_insert(Value::Bool(value));
}

fn gather<'a>(value: &'a Value, blocks: bool, block_id: &'a str, found: &mut Vec<(&'a str, &'a Value)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, blocks, block_id, found)),
        Value::Object(fields) => {
            let kind = string(fields, "type");
            let block_id = if blocks { string(fields, "block_id").unwrap_or_default() } else { block_id };
            if !blocks && kind.is_some_and(is_acted_on) {
                found.push((block_id, value));
            }
            // Only old clients show the fallback of a layout.
            for (field, inner) in fields.iter().filter(|(field, _)| *field != "fallback") {
                gather(inner, holds_blocks(kind, field), block_id, found);
            }
        }
        _ => {}
    }
}
