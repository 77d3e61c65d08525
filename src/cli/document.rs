//! A document of settings that is written as YAML, with notes for whoever reads it, or as JSON.

use serde_json::{Map, Value};

/// A part of a document.
pub(super) enum Node {
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A small number.
    Number(u8),
    /// A list.
    List(Vec<Item>),
    /// Settings by their names, in order.
    Settings(Vec<Setting>),
}

/// An entry of a list, perhaps with a note above it.
pub(super) struct Item {
    pub(super) note: &'static str,
    pub(super) node: Node,
}

/// A setting, perhaps with a note above it.
pub(super) struct Setting {
    pub(super) note: &'static str,
    pub(super) name: &'static str,
    pub(super) node: Node,
}

/// A setting without a note.
pub(super) fn set(name: &'static str, node: Node) -> Setting {
    noted("", name, node)
}

/// A setting with a note.
pub(super) fn noted(above: &'static str, name: &'static str, node: Node) -> Setting {
    Setting { note: above, name, node }
}

/// A text.
pub(super) fn text(text: impl Into<String>) -> Node {
    Node::Text(text.into())
}

impl Node {
    /// As JSON.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Flag(flag) => Value::from(*flag),
            Self::Number(number) => Value::from(*number),
            Self::List(items) => items.iter().map(|item| item.node.json()).collect(),
            Self::Settings(all) => Value::Object(all.iter().map(|one| (one.name.to_owned(), one.node.json())).collect::<Map<_, _>>()),
        }
    }

    /// As YAML: two spaces a level, a line's end behind each line.
    pub(super) fn yaml(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        match self {
            Self::Text(text) if is_plain(text) => {
                out.push_str(text);
                out.push('\n');
            }
            // What JSON makes of them YAML takes too.
            Self::Text(_) | Self::Flag(_) | Self::Number(_) => {
                out.push_str(&self.json().to_string());
                out.push('\n');
            }
            Self::List(items) => {
                for Item { note, node } in items {
                    line(out, depth, note);
                    indent(out, depth);
                    out.push_str("- ");
                    // The first setting of an entry stands behind the dash.
                    let mut inner = String::new();
                    node.write(&mut inner, depth.saturating_add(1));
                    out.push_str(inner.trim_start());
                }
            }
            Self::Settings(all) => {
                for Setting { note, name, node } in all {
                    line(out, depth, note);
                    indent(out, depth);
                    out.push_str(name);
                    out.push(':');
                    let nested = matches!(node, Self::List(_) | Self::Settings(_));
                    out.push(if nested { '\n' } else { ' ' });
                    node.write(out, depth.saturating_add(1));
                }
            }
        }
    }
}

/// Whether YAML reads it as this text without quotes: one word, and none that means something else.
fn is_plain(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '-');
    let taken = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(':')
        && text.chars().all(word)
        && !taken.iter().any(|taken| text.eq_ignore_ascii_case(taken))
}

fn line(out: &mut String, depth: usize, note: &str) {
    if !note.is_empty() {
        indent(out, depth);
        out.push_str("# ");
        out.push_str(note);
        out.push('\n');
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}
