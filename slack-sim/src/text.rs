//! What a person types, as Slack hands it to an app: escaped, with live mentions and links.
use serde_json::{Value, json};

/// Who and what can be named in a text.
pub(crate) trait Names {
    /// The id of the person with this name.
    fn person(&self, name: &str) -> Option<String>;
    /// Id, and the name as it may be shown (nothing for a private channel), of the channel with this name.
    fn channel(&self, name: &str) -> Option<(String, String)>;
    /// The id of the user group with this handle.
    fn group(&self, name: &str) -> Option<String>;
}

/// A typed text in both of Slack's forms.
#[derive(Debug, PartialEq)]
pub(crate) struct Typed {
    /// The `text` of a message or a command.
    pub(crate) text: String,
    /// The elements of the `rich_text_section` that comes with a message.
    pub(crate) elements: Vec<Value>,
}

enum Piece {
    Plain(String),
    Person(String),
    Channel(String, String),
    Group(String),
    Everyone(&'static str),
    Link(String),
}

/// Without the @ or # that people write before a name.
pub(crate) fn plain(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix(['@', '#']).unwrap_or(name)
}

/// Escapes exactly `&`, `<` and `>`, as Slack does.
pub(crate) fn escape(raw: &str) -> String {
    raw.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Encodes a typed text.
pub(crate) fn encode(typed: &str, names: &impl Names) -> Typed {
    let pieces = pieces(typed, names);
    let text = pieces.iter().map(Piece::text).collect();
    let elements = pieces.iter().map(Piece::element).collect();
    Typed { text, elements }
}

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Plain(text) => escape(text),
            Self::Person(id) => format!("<@{id}>"),
            Self::Channel(id, name) => format!("<#{id}|{name}>"),
            Self::Group(id) => format!("<!subteam^{id}>"),
            Self::Everyone(range) => format!("<!{range}>"),
            Self::Link(url) => format!("<{}>", escape(url)),
        }
    }

    fn element(&self) -> Value {
        match self {
            Self::Plain(text) => json!({"type": "text", "text": text}),
            Self::Person(id) => json!({"type": "user", "user_id": id}),
            Self::Channel(id, _) => json!({"type": "channel", "channel_id": id}),
            Self::Group(id) => json!({"type": "usergroup", "usergroup_id": id}),
            Self::Everyone(range) => json!({"type": "broadcast", "range": range}),
            Self::Link(url) => json!({"type": "link", "url": url}),
        }
    }
}

fn pieces(typed: &str, names: &impl Names) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut left = typed;
    let mut at_word_start = true;
    while let Some(first) = left.chars().next() {
        let special = if at_word_start { special(left, names) } else { None };
        if let Some((piece, length)) = special {
            if !plain.is_empty() {
                out.push(Piece::Plain(std::mem::take(&mut plain)));
            }
            out.push(piece);
            left = left.get(length..).unwrap_or_default();
            at_word_start = false;
        } else {
            plain.push(first);
            at_word_start = !first.is_alphanumeric();
            left = left.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    if !plain.is_empty() {
        out.push(Piece::Plain(plain));
    }
    out
}

/// A mention or a link at the beginning of `left`, and how many bytes it takes.
fn special(left: &str, names: &impl Names) -> Option<(Piece, usize)> {
    if let Some(after) = left.strip_prefix('@') {
        return candidates(after).find_map(|name| {
            let piece = match name {
                "here" => Piece::Everyone("here"),
                "channel" => Piece::Everyone("channel"),
                "everyone" => Piece::Everyone("everyone"),
                _ => names.person(name).map(Piece::Person).or_else(|| names.group(name).map(Piece::Group))?,
            };
            Some((piece, 1 + name.len()))
        });
    }
    if let Some(after) = left.strip_prefix('#') {
        return candidates(after).find_map(|name| {
            let (id, shown) = names.channel(name)?;
            Some((Piece::Channel(id, shown), 1 + name.len()))
        });
    }
    if left.starts_with("https://") || left.starts_with("http://") {
        let url = left.split(|c: char| c.is_whitespace() || "<>|".contains(c)).next()?;
        let url = url.trim_end_matches(|c: char| ".,;:!?)'\"".contains(c));
        return Some((Piece::Link(url.to_owned()), url.len()));
    }
    None
}

/// The name that begins `after`, then the same without the punctuation at its end.
fn candidates(after: &str) -> impl Iterator<Item = &str> {
    let end = after.find(|c: char| !(c.is_alphanumeric() || "._-".contains(c))).unwrap_or(after.len());
    let name = after.get(..end).unwrap_or_default();
    let mut next = (!name.is_empty()).then_some(name);
    std::iter::from_fn(move || {
        let now = next?;
        next = now.strip_suffix(|c: char| "._-".contains(c)).filter(|shorter| !shorter.is_empty());
        Some(now)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Few;

    impl Names for Few {
        fn person(&self, name: &str) -> Option<String> {
            (name == "lee").then(|| "U1".to_owned())
        }
        fn channel(&self, name: &str) -> Option<(String, String)> {
            match name {
                "sales" => Some(("C1".to_owned(), "sales".to_owned())),
                "board" => Some(("C2".to_owned(), String::new())),
                _ => None,
            }
        }
        fn group(&self, name: &str) -> Option<String> {
            (name == "finance").then(|| "S1".to_owned())
        }
    }

    #[test]
    fn typed_text_becomes_what_slack_sends() {
        for (typed, sent) in [
            ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
            ("@lee, see #sales.", "<@U1>, see <#C1|sales>."),
            ("ask @lee.", "ask <@U1>."),
            ("in #board", "in <#C2|>"),
            ("@finance: look", "<!subteam^S1>: look"),
            ("mail lee@lee.example", "mail lee@lee.example"),
            ("@nobody #nowhere", "@nobody #nowhere"),
            ("<@U1> <!channel>", "&lt;@U1&gt; &lt;!channel&gt;"),
            ("@channel look", "<!channel> look"),
            ("(https://a.example/x?a=1&b=2).", "(<https://a.example/x?a=1&amp;b=2>)."),
            ("grüße 🎉 @lee", "grüße 🎉 <@U1>"),
            ("@", "@"),
        ] {
            assert_eq!(encode(typed, &Few).text, sent, "{typed}");
        }
    }
}
