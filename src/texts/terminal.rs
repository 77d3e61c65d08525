//! Pages as text for a terminal, which words of people cannot steer.

use super::page::{Block, Line, Page, Piece, figures};
use crate::domain::ids::ChannelId;

/// A page as lines; `channel` says what people call a channel, where that is known.
pub fn text(page: &Page, channel: impl Fn(&ChannelId) -> Option<String>) -> String {
    let lines = page.0.iter().filter_map(|block| match block {
        Block::Heading(text) | Block::Pressable(text, _) => Some(safe(text)),
        Block::Text(line) => Some(words(line, &channel)),
        Block::Aside(line) => Some(format!("    {}", words(line, &channel))),
        Block::Quote(line) => Some(format!("  “{}”", words(line, &channel))),
        // Nothing can be pressed there.
        Block::Chart { title, points, .. } => Some(safe(&figures(title, points))),
        Block::Buttons(_) | Block::Menu(..) => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn words(line: &Line, channel: &impl Fn(&ChannelId) -> Option<String>) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Plain(text) | Piece::Bold(text) | Piece::Code(text) => safe(text),
        Piece::When { at: _, otherwise } => safe(otherwise),
        Piece::Channel(id) => format!("#{}", safe(&channel(id).unwrap_or_else(|| id.to_string()))),
        Piece::Link { label, url } => format!("{} ({})", safe(label), url.as_str()),
    };
    line.iter().map(piece).collect()
}

/// What a terminal would obey is shown as it is written; a line's end stays one.
fn safe(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::page::{bold, plain};

    #[test]
    fn words_of_people_do_not_steer_the_terminal() {
        let line = vec![
            plain("a\u{1b}[2Jb\r\u{9b}31m "),
            bold("c\nd "),
            Piece::Channel(ChannelId::new("C1")),
            Piece::Channel(ChannelId::new("C2")),
        ];
        let named = |id: &ChannelId| (id.as_str() == "C1").then(|| "sales".to_owned());
        let shown = text(&Page(vec![Block::Quote(line)]), named);
        assert_eq!(shown, "  “a\\u{1b}[2Jb\\r\\u{9b}31m c\nd #sales#C2”");
    }
}
