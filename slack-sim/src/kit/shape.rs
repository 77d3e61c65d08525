//! The words in which blocks, elements and their parts are described.
//!
//! A table of these reads like Slack's reference: `need("text", Plain(150))` is a required `plain_text` object of 1 to 150
//! characters. Lengths are in characters; numbers are the least and the most that pass.
use super::scene::{Scene, Surface};
use serde_json::{Map, Value};

/// The fields of a JSON object.
pub(super) type Fields = Map<String, Value>;

/// What a value has to be.
#[derive(Clone, Copy)]
pub(super) enum Check {
    Flag,
    /// A string of so many characters.
    Chars(usize, usize),
    /// A string that a test takes; otherwise the sentence.
    Form(fn(&str) -> bool, &'static str),
    /// One of these strings.
    Among(&'static [&'static str]),
    Number,
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// A `plain_text` object of at most so many characters.
    Plain(usize),
    /// A `plain_text` or `mrkdwn` object of at most so many characters.
    Text(usize),
    /// A list of so many items.
    List(usize, usize, &'static Self),
    /// An object of this one kind, which has no `type`.
    Bare(&'static Object),
    /// An object that names one of these kinds in its `type`.
    Kind(&'static [&'static Object]),
}

/// A field of an object.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) needed: bool,
    pub(super) check: Check,
}

/// A field that has to be there.
pub(super) const fn need(name: &'static str, check: Check) -> Field {
    Field { name, needed: true, check }
}

/// A field that may be there.
pub(super) const fn may(name: &'static str, check: Check) -> Field {
    Field { name, needed: false, check }
}

/// What several fields of an object owe each other.
pub(super) enum Rule {
    /// One of these at least.
    Either(&'static [&'static str]),
    /// Not both of these.
    NotBoth(&'static str, &'static str),
    /// The first only with the second.
    Needs(&'static str, &'static str),
    /// Whatever else there is to say.
    Also(for<'a> fn(&'a Fields, &mut Scene<'a>)),
}

/// The field by which an object is found again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Id {
    Block,
    Action,
    None,
}

impl Id {
    pub(super) const fn field(self) -> Option<&'static str> {
        match self {
            Self::Block => Some("block_id"),
            Self::Action => Some("action_id"),
            Self::None => None,
        }
    }
}

/// An object: a block, an element or a part of one.
pub(super) struct Object {
    /// What stands in its `type`; empty for one without.
    pub(super) kind: &'static str,
    pub(super) id: Id,
    /// Where it may be shown.
    pub(super) on: &'static [Surface],
    pub(super) fields: &'static [Field],
    pub(super) rules: &'static [Rule],
}

const EVERYWHERE: &[Surface] = &[Surface::Message, Surface::Modal, Surface::Home];

/// A block: it has a `type` and may have a `block_id`.
pub(super) const fn block(kind: &'static str, fields: &'static [Field]) -> Object {
    Object { kind, id: Id::Block, on: EVERYWHERE, fields, rules: &[] }
}

/// An element that people act on: it has a `type` and may have an `action_id`.
pub(super) const fn element(kind: &'static str, fields: &'static [Field]) -> Object {
    Object { kind, id: Id::Action, on: EVERYWHERE, fields, rules: &[] }
}

/// Something with a `type` that nobody acts on.
pub(super) const fn part(kind: &'static str, fields: &'static [Field]) -> Object {
    Object { kind, id: Id::None, on: EVERYWHERE, fields, rules: &[] }
}

/// An object without a `type`.
pub(super) const fn bare(fields: &'static [Field]) -> Object {
    part("", fields)
}

impl Object {
    /// The same, for these surfaces alone.
    pub(super) const fn on(self, on: &'static [Surface]) -> Self {
        Self { on, ..self }
    }

    /// The same, with rules.
    pub(super) const fn rules(self, rules: &'static [Rule]) -> Self {
        Self { rules, ..self }
    }
}

/// The text in a string field, when there is one.
pub(super) fn string<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

/// The items in a list field; none when there is no list.
pub(super) fn list<'a>(fields: &'a Fields, name: &str) -> &'a [Value] {
    fields.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
