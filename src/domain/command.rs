//! The grammar of what people type behind the bot's commands.

use super::feedback::{BadVerbatim, Verbatim};

/// What somebody meant by `/heard ...`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeardCommand {
    /// A customer's words.
    Tell(Verbatim),
    /// `help`, or nothing at all.
    Help,
    /// Too many characters.
    TooLong(usize),
}

impl HeardCommand {
    /// Parses plain text, free of the chat platform's markup.
    pub fn parse(text: &str) -> Self {
        if text.trim().eq_ignore_ascii_case("help") {
            return Self::Help;
        }
        match Verbatim::parse(text) {
            Ok(words) => Self::Tell(words),
            Err(BadVerbatim::Blank) => Self::Help,
            Err(BadVerbatim::TooLong(n)) => Self::TooLong(n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_help_ask_for_help_and_all_else_is_told() {
        for text in ["", "  ", "help", " HELP ", "\u{200B}"] {
            assert_eq!(HeardCommand::parse(text), HeardCommand::Help, "{text:?}");
        }
        let told = HeardCommand::parse(" help me, said Acme's CFO ");
        assert_eq!(told, HeardCommand::Tell(Verbatim::parse("help me, said Acme's CFO").unwrap()));
        assert_eq!(HeardCommand::parse(&"a".repeat(40_001)), HeardCommand::TooLong(40_001));
    }
}
