//! The checker against tables: what is valid with every field, each limit at both edges, each rule broken once.
mod examples;
mod fill;
mod limits;
mod rules;
mod views;

use super::{Surface, check_blocks};
use serde_json::{Value, json};

/// What is wrong with one block.
fn faults(surface: Surface, block: &Value) -> Vec<String> {
    check_blocks(&json!([block]), surface)
}

/// A fault as it is told for the first block.
fn told(sentence: &str, pointer: &str) -> String {
    format!("[ERROR] {sentence} [json-pointer:/blocks/0{pointer}]")
}

/// The value with something else at a pointer; the field need not be there yet.
fn with(mut value: Value, pointer: &str, new: Value) -> Value {
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
    match value.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {parent}")) {
        Value::Object(fields) => drop(fields.insert(field.to_owned(), new)),
        Value::Array(items) => items[field.parse::<usize>().expect("an index")] = new,
        other => panic!("{parent} holds {other}"),
    }
    value
}

/// The value without the field at a pointer.
fn without(mut value: Value, pointer: &str) -> Value {
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
    let fields = value.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    assert!(fields.remove(field).is_some(), "{pointer} was not there");
    value
}
