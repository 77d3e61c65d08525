//! The grammar of what people type to the bot.

use jiff::civil::{Date, Time};

use super::feedback::{BadVerbatim, Verbatim};
use super::ids::FeedbackNo;
use super::nearest::nearest;
use super::topic::Topic;
use super::{subscription, urgent};

/// What somebody meant by `/heard ...`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeardCommand {
    /// A customer's words.
    Tell(Verbatim),
    /// Nothing: they want the form.
    Form,
    /// `help`.
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
        if text.trim().eq_ignore_ascii_case(urgent::MARK) {
            return Self::Form;
        }
        match Verbatim::parse(text) {
            Ok(words) => Self::Tell(words),
            Err(BadVerbatim::Blank) => Self::Form,
            Err(BadVerbatim::TooLong(n)) => Self::TooLong(n),
        }
    }
}

/// What somebody meant by `/allears ...`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllEarsCommand {
    /// How to use the bot.
    Help,
    /// What one command shows, and how to ask for more or less of it.
    HelpOn(Topic),
    /// What I told, and what became of it.
    Mine,
    /// What is open: in the function as it was typed; in each where nothing was.
    Open(String),
    /// How evenly the customer is carried.
    Spread,
    /// What the council looks at.
    Council,
    /// One record.
    Show(FeedbackNo),
    /// Why a record goes where it goes; without a number, how to ask.
    Why(Option<FeedbackNo>),
    /// Where a text would go; blank: how to ask.
    Try(String),
    /// What a function's next digest would say: the function as it was typed; nothing where it was left out.
    Digest(String),
    /// How the bot is, and what is off.
    Status,
    /// Names of customers that the list does not know.
    Customers,
    /// What the filter left out of this channel.
    LeftOut,
    /// Reading what was said in a channel before.
    Backfill(Backfill),
    /// Being left in peace.
    Pause(Pause),
    /// Reading a function's digest by direct message.
    Subscribe(Subscribe),
    /// Taking turns as advocate.
    Advocate(Advocate),
    /// A word that is none of these, and the one that is nearest.
    Unknown {
        /// As it was typed, cut short.
        word: String,
        /// The word that was perhaps meant.
        near: Option<&'static str>,
    },
}

/// What is to be done about reading older messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backfill {
    /// How to.
    Help,
    /// Look how much there is.
    Look {
        /// The channel, as the platform writes it: an id, or a name without `#`.
        channel: String,
        /// How many days back: 1 to 365.
        days: u16,
    },
    /// Stop the one that runs.
    Stop,
}

/// Whose peace somebody speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Their own: direct messages.
    Mine,
    /// That of the channel in which they say it: digests.
    OfChannel,
}

/// What is to be done about being left in peace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// How to.
    Help,
    /// It begins.
    Begin {
        /// Whose.
        whose: Whose,
        /// The first day on which it is over; none: until somebody ends it.
        until: Option<Date>,
    },
    /// It ends.
    End(Whose),
}

/// What is to be done about reading a function's digest by direct message. Functions are as they were typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subscribe {
    /// How to.
    Help,
    /// It comes from here on.
    Begin {
        /// Whose.
        function: String,
        /// At which time of day; none: the function's.
        at: Option<Time>,
        /// In which zone, as it was typed; none: that of whoever asks.
        zone: Option<String>,
    },
    /// It comes no more.
    End {
        /// Whose.
        function: String,
    },
}

/// What is to be done about taking turns as advocate. Functions are as they were typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advocate {
    /// How to.
    Help,
    /// Look whose turn it is.
    Look,
    /// Whoever says it takes turns there.
    Join(String),
    /// Whoever says it does not any more.
    Leave(String),
}

/// The most days that are read back.
pub const MOST_DAYS: u16 = 365;
/// How much of an unknown word is repeated.
const MOST_REPEATED: usize = 40;
/// The words that begin a command.
const WORDS: [&str; 18] = [
    "help",
    "mine",
    "open",
    "spread",
    "council",
    "advocate",
    "show",
    "why",
    "try",
    "digest",
    "status",
    "customers",
    "left-out",
    "backfill",
    "pause",
    "resume",
    "subscribe",
    "unsubscribe",
];

impl AllEarsCommand {
    /// Parses plain text. Nothing at all asks for help.
    pub fn parse(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let Some(first) = words.next() else { return Self::Help };
        let rest: Vec<&str> = words.collect();
        let word = first.to_lowercase();
        let wants_help = wants_help(&rest);
        if let Some(no) = number(first) {
            return if wants_help { Self::HelpOn(Topic::Show) } else { Self::Show(no) };
        }
        if let Some(topic) = Topic::of(&word).filter(|_| wants_help) {
            return Self::HelpOn(topic);
        }
        match word.as_str() {
            "help" => match rest.first() {
                Some(about) if !wants_help => Self::parse(&format!("{about} help")),
                _ => Self::Help,
            },
            "mine" => Self::Mine,
            "show" => rest.first().and_then(|no| number(no)).map_or(Self::HelpOn(Topic::Show), Self::Show),
            "why" => Self::Why(rest.first().and_then(|no| number(no))),
            // All of it as it was typed; who asks for help tries nothing.
            "try" if wants_help && rest.len() == 1 => Self::Try(String::new()),
            "try" => Self::Try(text.trim().get(first.len()..).unwrap_or_default().trim().to_owned()),
            "open" => Self::Open(rest.join(" ")),
            "spread" => Self::Spread,
            "council" => Self::Council,
            "advocate" | "advocates" => Self::Advocate(Advocate::parse(&rest)),
            "digest" => Self::Digest(rest.join(" ")),
            "status" => Self::Status,
            "customers" => Self::Customers,
            "left-out" | "leftout" => Self::LeftOut,
            "backfill" => Self::Backfill(Backfill::parse(&rest)),
            "pause" | "mute" => Self::Pause(Pause::begin(&rest)),
            "resume" | "unmute" => Self::Pause(Pause::end(&rest)),
            "subscribe" => Self::Subscribe(Subscribe::begin(&rest)),
            "unsubscribe" => Self::Subscribe(Subscribe::end(&rest)),
            _ => Self::Unknown { near: nearest(&word, WORDS), word: first.chars().take(MOST_REPEATED).collect() },
        }
    }
}

impl Backfill {
    fn parse(rest: &[&str]) -> Self {
        match rest {
            [stop] if stop.eq_ignore_ascii_case("stop") => Self::Stop,
            [channel, days] if !channel.trim_start_matches('#').is_empty() => match self::days(days) {
                Some(days) => Self::Look { channel: channel.trim_start_matches('#').to_owned(), days },
                None => Self::Help,
            },
            _ => Self::Help,
        }
    }
}

impl Advocate {
    fn parse(rest: &[&str]) -> Self {
        match rest {
            [] => Self::Look,
            [word, function @ ..] if !function.is_empty() && word.eq_ignore_ascii_case("join") => Self::Join(function.join(" ")),
            [word, function @ ..] if !function.is_empty() && word.eq_ignore_ascii_case("leave") => Self::Leave(function.join(" ")),
            _ => Self::Help,
        }
    }
}

impl Pause {
    fn begin(rest: &[&str]) -> Self {
        let (whose, rest) = Whose::first_of(rest);
        let until = match rest {
            [] => Some(None),
            [day] => day.parse().ok().map(Some),
            [until, day] if until.eq_ignore_ascii_case("until") => day.parse().ok().map(Some),
            _ => None,
        };
        until.map_or(Self::Help, |until| Self::Begin { whose, until })
    }

    fn end(rest: &[&str]) -> Self {
        match Whose::first_of(rest) {
            (whose, []) => Self::End(whose),
            _ => Self::Help,
        }
    }
}

impl Subscribe {
    /// `finance`, `finance at 8:30`, `customer success 8:30 in Europe/Berlin`.
    fn begin(rest: &[&str]) -> Self {
        let (rest, zone) = match rest {
            [rest @ .., word, zone] if word.eq_ignore_ascii_case("in") => (rest, Some((*zone).to_owned())),
            rest => (rest, None),
        };
        let (rest, at) = match rest {
            [rest @ .., word, last] if word.eq_ignore_ascii_case("at") => match subscription::time(last) {
                Some(at) => (rest, Some(at)),
                None => return Self::Help,
            },
            [rest @ .., last] if !rest.is_empty() && subscription::time(last).is_some() => (rest, subscription::time(last)),
            rest => (rest, None),
        };
        if rest.is_empty() || wants_help(rest) { Self::Help } else { Self::Begin { function: rest.join(" "), at, zone } }
    }

    fn end(rest: &[&str]) -> Self {
        if rest.is_empty() || wants_help(rest) { Self::Help } else { Self::End { function: rest.join(" ") } }
    }
}

fn wants_help(rest: &[&str]) -> bool {
    rest.first().is_some_and(|word| word.eq_ignore_ascii_case("help"))
}

impl Whose {
    fn first_of<'a>(rest: &'a [&'a str]) -> (Self, &'a [&'a str]) {
        match rest.split_first() {
            Some((here, rest)) if here.eq_ignore_ascii_case("here") => (Self::OfChannel, rest),
            _ => (Self::Mine, rest),
        }
    }
}

/// `90d`, or `90`.
fn days(text: &str) -> Option<u16> {
    let days: u16 = text.trim_end_matches(['d', 'D']).parse().ok()?;
    (1..=MOST_DAYS).contains(&days).then_some(days)
}

/// `VOC-42`, in any case, and with a full stop or a comma behind it.
fn number(word: &str) -> Option<FeedbackNo> {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let digits = word.get(..4).filter(|head| head.eq_ignore_ascii_case("voc-")).and_then(|_| word.get(4..))?;
    let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|no| all_digits && *no > 0).map(FeedbackNo)
}

/// The records that a text names, each once, in order.
pub fn numbers_in(text: &str) -> Vec<FeedbackNo> {
    let mut found = vec![];
    for no in text.split_whitespace().filter_map(number) {
        if !found.contains(&no) {
            found.push(no);
        }
    }
    found
}

/// Whether a message to the bot is something that it is asked, rather than what a customer said.
///
/// Better taken as feedback once too often: a question is short, names nobody who said it, and ends or begins as one.
pub fn is_question(text: &str) -> bool {
    const TALK: [&str; 14] =
        ["help", "hi", "hello", "hey", "hallo", "thanks", "thank you", "thx", "ok", "danke", "merci", "gracias", "salut", "hola"];
    const BEGIN: [&str; 12] = [
        "how do",
        "how can",
        "how does",
        "what is",
        "what are",
        "what can",
        "who are",
        "where do",
        "can you",
        "can i",
        "do you",
        "why do you",
    ];
    const SAID: [&str; 12] =
        [" said", " says", " asked", " asks", " wants", " told", "customer", "client", "kunde", "cliente", "fragt", "sagt"];
    let plain = text.trim().trim_end_matches(['.', '!', '…']).to_lowercase();
    if TALK.contains(&plain.as_str()) {
        return true;
    }
    let quoted = plain.contains(['"', '“', '„', '«', '「']);
    let short = plain.split_whitespace().count() <= 12;
    let reported = SAID.iter().any(|word| plain.contains(word)) || plain.contains(':');
    let asks = plain.ends_with(['?', '？']) && BEGIN.iter().any(|begin| plain.starts_with(begin));
    short && !quoted && !reported && asks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asks_for_the_form_help_for_help_and_all_else_is_told() {
        for text in ["", "  ", "\u{200B}"] {
            assert_eq!(HeardCommand::parse(text), HeardCommand::Form, "{text:?}");
        }
        for text in ["help", " HELP "] {
            assert_eq!(HeardCommand::parse(text), HeardCommand::Help, "{text:?}");
        }
        let told = HeardCommand::parse(" help me, said Acme's CFO ");
        assert_eq!(told, HeardCommand::Tell(Verbatim::parse("help me, said Acme's CFO").unwrap()));
        assert_eq!(HeardCommand::parse(&"a".repeat(40_001)), HeardCommand::TooLong(40_001));
    }

    #[test]
    fn words_for_the_bot_itself() {
        use AllEarsCommand as C;
        let begin = |whose, until: Option<&str>| C::Pause(Pause::Begin { whose, until: until.map(|day| day.parse().unwrap()) });
        let look = |channel: &str, days| C::Backfill(Backfill::Look { channel: channel.to_owned(), days });
        let subscribe = |function: &str, at: Option<&str>, zone: Option<&str>| {
            let (at, zone) = (at.map(|at| at.parse().unwrap()), zone.map(str::to_owned));
            C::Subscribe(Subscribe::Begin { function: function.to_owned(), at, zone })
        };
        for (text, meant) in [
            ("", C::Help),
            ("Mine", C::Mine),
            ("voc-42", C::Show(FeedbackNo(42))),
            ("show VOC-7.", C::Show(FeedbackNo(7))),
            ("why VOC-7?", C::Why(Some(FeedbackNo(7)))),
            ("why", C::Why(None)),
            ("why help", C::Why(None)),
            (" Try  the invoice\nis wrong ", C::Try("the invoice\nis wrong".to_owned())),
            ("try", C::Try(String::new())),
            ("try help", C::Try(String::new())),
            ("try help me, says Acme", C::Try("help me, says Acme".to_owned())),
            ("digest finance", C::Digest("finance".to_owned())),
            ("Digest  Customer  Success ", C::Digest("Customer Success".to_owned())),
            ("digest", C::Digest(String::new())),
            ("digst finance", C::Unknown { word: "digst".to_owned(), near: Some("digest") }),
            ("status", C::Status),
            ("customers", C::Customers),
            ("left-out", C::LeftOut),
            ("backfill", C::Backfill(Backfill::Help)),
            ("backfill #sales 90d", look("sales", 90)),
            ("backfill C012 7", look("C012", 7)),
            ("backfill #sales 0d", C::Backfill(Backfill::Help)),
            ("backfill #sales 366", C::Backfill(Backfill::Help)),
            ("backfill # 3", C::Backfill(Backfill::Help)),
            ("backfill stop", C::Backfill(Backfill::Stop)),
            ("pause", begin(Whose::Mine, None)),
            ("mute 2026-12-24", begin(Whose::Mine, Some("2026-12-24"))),
            ("pause Here until 2026-12-24", begin(Whose::OfChannel, Some("2026-12-24"))),
            ("pause here until Christmas", C::Pause(Pause::Help)),
            ("pause help", C::Pause(Pause::Help)),
            ("resume here", C::Pause(Pause::End(Whose::OfChannel))),
            ("unmute", C::Pause(Pause::End(Whose::Mine))),
            ("resume here now", C::Pause(Pause::Help)),
            ("subscribe", C::Subscribe(Subscribe::Help)),
            ("subscribe help", C::Subscribe(Subscribe::Help)),
            ("subscribe finance at noon", C::Subscribe(Subscribe::Help)),
            ("Subscribe finance", subscribe("finance", None, None)),
            ("subscribe customer success at 8:30", subscribe("customer success", Some("08:30"), None)),
            ("subscribe Finance 17 in Asia/Tokyo", subscribe("Finance", Some("17:00"), Some("Asia/Tokyo"))),
            ("unsubscribe customer success", C::Subscribe(Subscribe::End { function: "customer success".to_owned() })),
            ("unsubscribe", C::Subscribe(Subscribe::Help)),
            ("mien", C::Unknown { word: "mien".to_owned(), near: Some("mine") }),
            ("xyzzyx", C::Unknown { word: "xyzzyx".to_owned(), near: None }),
            ("VOC-0", C::Unknown { word: "VOC-0".to_owned(), near: None }),
        ] {
            assert_eq!(C::parse(text), meant, "{text:?}");
        }
    }

    #[test]
    fn help_is_of_all_or_of_one_command() {
        use AllEarsCommand as C;
        for (text, meant) in [
            ("mine help", C::HelpOn(Topic::Mine)),
            ("help mine", C::HelpOn(Topic::Mine)),
            ("help help", C::Help),
            ("help backfill", C::Backfill(Backfill::Help)),
            ("help frobnicate", C::Unknown { word: "frobnicate".to_owned(), near: None }),
            ("VOC-7 help", C::HelpOn(Topic::Show)),
            ("show seven", C::HelpOn(Topic::Show)),
            ("digest help", C::HelpOn(Topic::Digest)),
            ("HELP", C::Help),
        ] {
            assert_eq!(C::parse(text), meant, "{text:?}");
        }
        for topic in Topic::ALL {
            assert_eq!(C::parse(&format!("{} HELP", topic.word())), C::HelpOn(topic));
        }
    }

    #[test]
    fn records_are_named_in_any_text() {
        let found: Vec<u64> = numbers_in("see VOC-42, (voc-7) and VOC-42; not VOC- or VOC-1a or AVOC-3").iter().map(|no| no.0).collect();
        assert_eq!(found, [42, 7]);
    }

    #[test]
    fn only_what_is_surely_a_question_is_one() {
        for question in ["help", "Hi!", "how do I undo this?", "What can you do?", "can you post in threads?"] {
            assert!(is_question(question), "{question}");
        }
        for told in [
            "how does Acme get its invoice? they asked twice",
            "Acme: can we pay by card?",
            "do you have dark mode? \"we need it\"",
            "the invoice is wrong?",
            "help me, says the customer",
            "can I have the invoice as PDF, says Acme?",
        ] {
            assert!(!is_question(told), "{told}");
        }
    }
}
