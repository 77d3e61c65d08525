//! Modals and the Home tab.
use super::examples::{example, plain};
use super::{Surface, check_blocks, with, without};
use crate::kit::check_view;
use serde_json::{Value, json};

fn modal() -> Value {
    json!({"type": "modal", "title": plain("Say it"), "close": plain("Close"), "submit": plain("Send"), "private_metadata": "x",
        "callback_id": "say", "external_id": "one", "clear_on_close": true, "notify_on_close": true,
        "blocks": [example("plain_text_input").1]})
}

fn home() -> Value {
    json!({"type": "home", "private_metadata": "x", "callback_id": "home", "external_id": "two", "blocks": [example("datepicker").1]})
}

fn told(sentence: &str, pointer: &str) -> String {
    format!("[ERROR] {sentence} [json-pointer:/view{pointer}]")
}

#[test]
fn whole_views_are_valid() {
    assert_eq!(check_view(&modal()), [""; 0]);
    assert_eq!(check_view(&home()), [""; 0]);
    let plain_modal = with(without(modal(), "/submit"), "/blocks", json!([{"type": "divider"}]));
    assert_eq!(check_view(&plain_modal), [""; 0]);
}

#[test]
fn fields_of_a_view_have_limits() {
    for (pointer, least, most) in [
        ("/title/text", 1, 24),
        ("/close/text", 1, 24),
        ("/submit/text", 1, 24),
        ("/private_metadata", 0, 3000),
        ("/callback_id", 0, 255),
        ("/external_id", 0, 255),
    ] {
        let of = |length| check_view(&with(modal(), pointer, json!("é".repeat(length))));
        assert_eq!(of(least), [""; 0], "{pointer}");
        assert_eq!(of(most), [""; 0], "{pointer}");
        assert_eq!(of(most + 1), [told(&format!("must be less than {} characters", most + 1), pointer)]);
    }
    let of = |count| check_view(&with(home(), "/blocks", Value::Array(vec![json!({"type": "divider"}); count])));
    assert_eq!(of(0), [told("must provide at least 1 items", "/blocks")]);
    assert_eq!((of(1), of(100)), (vec![], vec![]));
    assert_eq!(of(101), [told("no more than 100 items allowed", "/blocks")]);
}

#[test]
fn rules_of_views_are_kept() {
    let submit = "must define `submit` to use an `input` block in modals";
    assert_eq!(check_view(&without(modal(), "/submit")), [told(submit, "/blocks/0/input")]);
    assert_eq!(check_view(&without(modal(), "/title")), [told("missing required field: title", "")]);
    assert_eq!(check_view(&without(home(), "/blocks")), [told("missing required field: blocks", "")]);
    assert_eq!(check_view(&without(home(), "/type")), [told("missing required field: type", "")]);
    assert_eq!(check_view(&with(modal(), "/type", json!("dialog"))), [told("unsupported type: dialog", "/type")]);
    assert_eq!(check_view(&with(modal(), "/title", json!("Say it"))), [told("must provide an object", "/title")]);
    assert_eq!(check_view(&with(modal(), "/notify_on_close", json!(1))), [told("must provide a boolean", "/notify_on_close")]);
    assert_eq!(check_view(&with(modal(), "/submit_disabled", json!(true))), [told("invalid additional property: submit_disabled", "")]);
    assert_eq!(check_view(&with(home(), "/title", plain("Home"))), [told("invalid additional property: title", "")]);
    let markdown = json!({"type": "markdown", "text": "x"});
    assert_eq!(check_view(&with(home(), "/blocks/0", markdown)), [told("unsupported type: markdown", "/blocks/0/type")]);
    assert_eq!(check_view(&json!("modal")), [told("must provide an object", "")]);
}

#[test]
fn one_element_takes_the_focus() {
    let (_, first) = example("plain_text_input");
    let second = with(first.clone(), "/block_id", json!("second"));
    let both = with(modal(), "/blocks", json!([first, second]));
    let sentence = "only one element can be focused on load";
    assert_eq!(check_view(&both), [told(sentence, "/blocks/1/element/focus_on_load")]);
    assert_eq!(check_blocks(&both["blocks"], Surface::Message), [""; 0]);
}
