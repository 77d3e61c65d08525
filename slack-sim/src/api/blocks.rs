//! The first checks of Block Kit: an array of objects that name their type, not too many, not too long.
//! Limits from the reference of each block, <https://docs.slack.dev/reference/block-kit/blocks>.
use super::reply::Failure;
use serde_json::{Map, Value, json};

/// Blocks of one message.
const MOST_IN_MESSAGE: usize = 50;

/// Checks the blocks of a message; what is wrong stands in `response_metadata.messages`, with the path to it.
pub(super) fn check(blocks: &Value) -> Result<(), Failure> {
    let Some(all) = blocks.as_array() else { return Err(Failure::from("invalid_blocks_format")) };
    let mut wrong = Vec::new();
    if all.len() > MOST_IN_MESSAGE {
        wrong.push(format!("[ERROR] no more than {MOST_IN_MESSAGE} items allowed [json-pointer:/blocks]"));
    }
    for (at, block) in all.iter().enumerate() {
        let path = format!("/blocks/{at}");
        check_block(block, &path, &mut wrong);
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let mut more = Map::new();
    more.insert("response_metadata".to_owned(), json!({"messages": wrong}));
    Err(Failure { error: "invalid_blocks".to_owned(), more })
}

fn check_block(block: &Value, path: &str, wrong: &mut Vec<String>) {
    match block.get("type").and_then(Value::as_str) {
        None => wrong.push(format!("[ERROR] missing required field: type [json-pointer:{path}]")),
        Some("header") => length(block, "/text/text", (1, 150), path, wrong),
        Some("section") => {
            if block.get("text").is_some() {
                length(block, "/text/text", (1, 3000), path, wrong);
            } else if block.get("fields").is_none() {
                wrong.push(format!("[ERROR] missing required field: text or fields [json-pointer:{path}]"));
            }
            items(block, "fields", 10, path, wrong);
            let fields = block.get("fields").and_then(Value::as_array).map_or(0, Vec::len);
            for field in 0..fields {
                length(block, &format!("/fields/{field}/text"), (1, 2000), path, wrong);
            }
        }
        Some("context") => items(block, "elements", 10, path, wrong),
        Some("actions") => items(block, "elements", 25, path, wrong),
        Some(_) => {}
    }
}

fn items(block: &Value, name: &str, most: usize, path: &str, wrong: &mut Vec<String>) {
    if block.get(name).and_then(Value::as_array).is_some_and(|all| all.len() > most) {
        wrong.push(format!("[ERROR] no more than {most} items allowed [json-pointer:{path}/{name}]"));
    }
}

fn length(block: &Value, pointer: &str, (least, most): (usize, usize), path: &str, wrong: &mut Vec<String>) {
    let Some(text) = block.pointer(pointer).and_then(Value::as_str) else {
        wrong.push(format!("[ERROR] missing required field [json-pointer:{path}{pointer}]"));
        return;
    };
    let length = text.chars().count();
    if length < least {
        wrong.push(format!("[ERROR] must be more than {} characters [json-pointer:{path}{pointer}]", least - 1));
    }
    if length > most {
        wrong.push(format!("[ERROR] must be less than {} characters [json-pointer:{path}{pointer}]", most + 1));
    }
}
