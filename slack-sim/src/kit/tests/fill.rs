//! What Slack fills in, what people act on, and that no JSON at all makes the checker stumble.
use super::examples::{example, plain};
use super::{Surface, check_blocks};
use crate::kit::{check_view, complete, elements};
use serde_json::{Value, json};

fn completed(mut blocks: Value) -> Value {
    let mut count = 0;
    complete(&mut blocks, &mut || {
        count += 1;
        format!("id{count}")
    });
    blocks
}

#[test]
fn what_is_missing_is_filled_in() {
    let blocks = json!([
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": {"type": "image", "image_url": "u", "alt_text": "a"}},
        {"type": "actions", "block_id": "mine", "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": "x"}},
            {"type": "button", "text": {"type": "plain_text", "text": "y", "emoji": false}, "action_id": "own"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
    ]);
    let filled = json!([
        {"type": "section", "block_id": "id1", "text": {"type": "mrkdwn", "text": "x", "verbatim": false},
            "accessory": {"type": "image", "image_url": "u", "alt_text": "a"}},
        {"type": "actions", "block_id": "mine", "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": "x", "emoji": true}, "action_id": "id2"},
            {"type": "button", "text": {"type": "plain_text", "text": "y", "emoji": false}, "action_id": "own"}]},
        {"type": "rich_text", "block_id": "id3",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
    ]);
    assert_eq!(completed(blocks), filled);
}

#[test]
fn nested_blocks_are_filled_in_and_stay_valid() {
    let card = json!({"type": "card", "title": {"type": "plain_text", "text": "T"},
        "actions": [{"type": "button", "text": {"type": "plain_text", "text": "x"}}]});
    let image = json!({"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"});
    let blocks = completed(json!([
        {"type": "carousel", "elements": [card]},
        {"type": "container", "title": {"type": "plain_text", "text": "T"}, "icon": image, "child_blocks": [image]},
        {"type": "layout", "label": "L", "rows": [{"items": [{"block": {"type": "divider"}}]}], "fallback": [{"type": "divider"}]},
    ]));
    for named in ["/0", "/0/elements/0", "/1", "/1/child_blocks/0", "/2", "/2/rows/0/items/0/block", "/2/fallback/0"] {
        assert!(blocks.pointer(&format!("{named}/block_id")).is_some(), "{named}");
    }
    assert!(blocks.pointer("/0/elements/0/actions/0/action_id").is_some());
    assert_eq!(check_blocks(&blocks, Surface::Message), [""; 0]);
}

#[test]
fn elements_are_found_with_their_block() {
    let button = |id: &str| json!({"type": "button", "action_id": id, "text": plain("x")});
    let row = |block: &str, id: &str| json!({"type": "actions", "block_id": block, "elements": [button(id)]});
    let blocks = json!([
        row("row", "a"),
        {"type": "section", "block_id": "beside", "text": plain("x"), "accessory": button("b")},
        {"type": "input", "block_id": "asked", "label": plain("x"), "element": {"type": "users_select", "action_id": "c"}},
        {"type": "context_actions", "block_id": "below", "elements": [{"type": "feedback_buttons", "action_id": "d"}]},
        {"type": "carousel", "block_id": "car", "elements": [{"type": "card", "block_id": "card", "actions": [button("e")]}]},
        {"type": "container", "block_id": "box", "child_blocks": [row("inner", "f")]},
        {"type": "layout", "block_id": "grid", "rows": [{"items": [{"block": row("laid", "g")}]}],
            "fallback": [{"type": "section", "block_id": "old", "accessory": button("none")}]},
        {"type": "data_table", "block_id": "data", "rows": [[{"type": "action_cell", "element": button("h")}]]},
    ]);
    let found: Vec<(&str, &str)> =
        elements(&blocks).into_iter().map(|(block, element)| (block, element["action_id"].as_str().unwrap())).collect();
    let expected =
        [("row", "a"), ("beside", "b"), ("asked", "c"), ("below", "d"), ("card", "e"), ("inner", "f"), ("laid", "g"), ("data", "h")];
    assert_eq!(found, expected);
}

/// Small numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn any(&mut self, depth: u32) -> Value {
        let words = ["", "x", "é", "type", "section", "https://", "-", "2026-13-01"];
        match self.below(if depth == 0 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.below(u64::MAX >> 31)),
            3 => json!(-1.5),
            4 => json!(words[usize::try_from(self.below(8)).unwrap()]),
            5 => (0..self.below(4)).map(|_| self.any(depth - 1)).collect(),
            _ => ["type", "text", "elements"]
                .iter()
                .map(|name| ((*name).to_owned(), self.any(depth - 1)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }

    /// Replaces something somewhere in it.
    fn spoil(&mut self, value: &mut Value) {
        let here = self.below(4) == 0;
        match value {
            Value::Object(fields) if !here && !fields.is_empty() => {
                let at = usize::try_from(self.below(u64::try_from(fields.len()).unwrap())).unwrap();
                self.spoil(fields.values_mut().nth(at).unwrap());
            }
            Value::Array(items) if !here && !items.is_empty() => {
                let at = usize::try_from(self.below(u64::try_from(items.len()).unwrap())).unwrap();
                self.spoil(&mut items[at]);
            }
            other => *other = self.any(3),
        }
    }
}

#[test]
fn no_json_makes_it_stumble() {
    let names = ["section", "rich_text", "container", "layout", "plan", "data_table", "bar", "pie", "static_select grouped", "checkboxes"];
    let mut dice = Dice(7);
    for name in names {
        for _ in 0..300 {
            let (surface, block) = example(name);
            let mut blocks = json!([block]);
            dice.spoil(&mut blocks);
            dice.spoil(&mut blocks);
            let before = blocks.clone();
            drop(check_blocks(&blocks, surface));
            drop(check_view(&json!({"type": "modal", "blocks": blocks})));
            let _: usize = elements(&blocks).len();
            let once = completed(before);
            assert_eq!(completed(once.clone()), once, "what is filled in once stays");
        }
    }
}
