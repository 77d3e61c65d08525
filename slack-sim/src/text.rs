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
        return (!url.ends_with("://")).then(|| (Piece::Link(url.to_owned()), url.len()));
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
    use proptest::prelude::*;

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
            ("https:// is no link", "https:// is no link"),
        ] {
            assert_eq!(encode(typed, &Few).text, sent, "{typed}");
        }
    }

    /// What people type that looks like a command to Slack, between anything else.
    fn typed() -> impl Strategy<Value = String> {
        let traps = vec![
            "@lee",
            "@lee.",
            "@here",
            "@channel",
            "@everyone",
            "#sales",
            "#board",
            "@nobody",
            "<@U1>",
            "<!channel>",
            "<!here|x>",
            "<!subteam^S1>",
            "<!date^1^{date}|x>",
            "<#C1|sales>",
            "&lt;!here&gt;",
            "&",
            "<",
            ">",
            "|",
            "(",
            ")",
            " ",
            "\n",
            "@",
            "#",
            "http://",
            "https://a.example/?a=1&b=<2>",
            "https://a.example|<!here>",
            "<https://a.example|click>",
            "mailto:lee@lee.example",
        ];
        let piece = prop_oneof![3 => proptest::sample::select(traps).prop_map(str::to_owned), 1 => any::<String>()];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    /// What was typed for one of Slack's control sequences, which stands without its angle brackets here.
    fn typed_for(control: &str) -> Option<String> {
        Some(match control {
            "@U1" => "@lee".to_owned(),
            "#C1|sales" => "#sales".to_owned(),
            "#C2|" => "#board".to_owned(),
            "!here" | "!channel" | "!everyone" => control.replace('!', "@"),
            url if (url.starts_with("http://") || url.starts_with("https://")) && !url.contains('|') => unescape(url)?,
            _ => return None,
        })
    }

    /// Nothing where an ampersand begins none of Slack's three entities, or an angle bracket is left.
    fn unescape(escaped: &str) -> Option<String> {
        let mut parts = escaped.split('&');
        let mut raw = parts.next()?.to_owned();
        for part in parts {
            let (entity, rest) = part.split_once(';')?;
            raw.push(["amp", "lt", "gt"].into_iter().zip("&<>".chars()).find(|(name, _)| *name == entity)?.1);
            raw.push_str(rest);
        }
        (!escaped.contains(['<', '>'])).then_some(raw)
    }

    /// Reads a text as Slack's clients do: nothing where something in it is live that nobody can have meant.
    fn read_back(text: &str) -> Option<String> {
        let mut parts = text.split('<');
        let mut raw = unescape(parts.next()?)?;
        for part in parts {
            let (control, rest) = part.split_once('>')?;
            raw.push_str(&typed_for(control)?);
            raw.push_str(&unescape(rest)?);
        }
        Some(raw)
    }

    /// What an element stands for.
    fn shown(element: &Value) -> Option<String> {
        let named = |name: &str| element.get(name)?.as_str();
        match element.get("type")?.as_str()? {
            "text" => named("text").map(str::to_owned),
            "link" => named("url").map(str::to_owned),
            "user" => typed_for(&format!("@{}", named("user_id")?)),
            "channel" if named("channel_id")? == "C1" => typed_for("#C1|sales"),
            "channel" => typed_for(&format!("#{}|", named("channel_id")?)),
            "broadcast" => typed_for(&format!("!{}", named("range")?)),
            _ => None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: if std::env::var_os("ALLEARS_LONG").is_some() { 200_000 } else { 2_000 },
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn only_what_was_meant_is_live(typed in typed()) {
            let Typed { text, elements } = encode(&typed, &Few);
            prop_assert_eq!(read_back(&text), Some(typed.clone()), "{}", text);
            prop_assert_eq!(elements.iter().map(shown).collect::<Option<String>>(), Some(typed));
        }
    }
}
