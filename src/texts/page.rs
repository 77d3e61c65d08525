//! A message before any chat platform: blocks of pieces. Words of people are plain pieces, whatever they hold.

use jiff::Timestamp;

use crate::domain::ids::ChannelId;
use crate::domain::press::Press;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Plain(String),
    /// Text that stands out.
    Bold(String),
    /// Something to type, or a name of the program's own.
    Code(String),
    /// A moment, shown to each reader in their own time.
    When {
        /// The moment.
        at: Timestamp,
        /// What stands there where it cannot be shown so.
        otherwise: String,
    },
    /// A channel, by its name.
    Channel(ChannelId),
    /// Something to follow.
    Link {
        /// What stands there.
        label: String,
        /// Where it leads.
        url: WebAddress,
    },
}

/// Where a link may lead: to a page by https, by an address without what would end it where markup is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress(String);

impl WebAddress {
    /// `None`: it is no such address.
    pub fn parse(text: &str) -> Option<Self> {
        let beyond = text.strip_prefix("https://")?;
        let odd = |c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '|' | '"' | '\\' | '^' | '`');
        (!beyond.starts_with(['/', '.']) && !beyond.is_empty() && !text.contains(odd)).then(|| Self(text.to_owned()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Pieces in a row.
pub type Line = Vec<Piece>;

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// What the message is about.
    Heading(String),
    /// A paragraph.
    Text(Line),
    /// What a customer said.
    Quote(Line),
    /// An aside, in small letters.
    Aside(Line),
    /// Figures in a row, each with its name: at most twenty, of at most 20 characters each.
    Chart {
        /// What they are: at most 50 characters.
        title: String,
        /// What one of them counts: at most 20 characters.
        counts: String,
        /// The figures.
        points: Vec<(String, u32)>,
    },
    /// Things to press, in a row.
    Buttons(Vec<Button>),
    /// Things to press in a row, and behind them more behind one button: at most five.
    Menu(Vec<Button>, Vec<Button>),
    /// A paragraph of people's words and nothing else, with something to press beside it.
    Pressable(String, Button),
}

/// Something to press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What stands on it: at most 75 characters.
    pub label: &'static str,
    /// What it does.
    pub press: Press,
}

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page(pub Vec<Block>);

/// A plain piece.
pub fn plain(text: impl Into<String>) -> Piece {
    Piece::Plain(text.into())
}

/// A bold piece.
pub fn bold(text: impl Into<String>) -> Piece {
    Piece::Bold(text.into())
}

/// Something to type.
pub fn code(text: impl Into<String>) -> Piece {
    Piece::Code(text.into())
}

/// A chart in words.
pub fn figures(title: &str, points: &[(String, u32)]) -> String {
    let each: Vec<String> = points.iter().map(|(label, value)| format!("{label} {value}")).collect();
    format!("{title}: {}.", each.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_by_https_are_linked() {
        let good = "https://acme.slack.com/archives/C1/p1795366800000001?thread_ts=1.1&cid=C1";
        assert_eq!(WebAddress::parse(good).as_ref().map(WebAddress::as_str), Some(good));
        for bad in [
            "",
            "https://",
            "http://acme.test",
            "javascript:alert(1)",
            "https:///x",
            "https://a.test|b",
            "https://a.test/ b",
            "https://a.test/>",
        ] {
            assert_eq!(WebAddress::parse(bad), None, "{bad}");
        }
    }
}
