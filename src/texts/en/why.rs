//! Why a text goes where it goes: what speaks, what was learned, and who said what.

use jiff::Zoned;
use jiff::civil::Date;

use super::pieces::{called, quoted, say, shortened, when};
use crate::domain::ids::FeedbackNo;
use crate::domain::kind::Kind;
use crate::domain::tagging::PerMille;
use crate::texts::page::{Block, Line, Page, bold, plain};

/// How many things that somebody said are listed: a message holds 50 blocks.
const MOST_SAID: usize = 25;

/// What speaks for a function.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The function.
    pub function: String,
    /// How sure the tagger is.
    pub p: PerMille,
    /// The words that decided, those of one rule together, each with its weight.
    pub words: Vec<(Vec<String>, By, i16)>,
    /// What was learned adds in all.
    pub learned: i16,
    /// What adds most to that, strongest first.
    pub moved: Vec<Moved>,
}

/// How words are known that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// By a rule, by its id.
    Rule(String),
    /// Learned from examples and from people.
    Learned,
    /// A language model pointed at them.
    Hint,
}

/// What was learned from something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// From the examples of the configuration.
    ByExamples(i16),
    /// From what colleagues said of a record.
    By(FeedbackNo, i16),
}

/// What somebody said of a record's functions.
#[derive(Debug, Clone)]
pub struct Saying {
    /// Who; none where that is hidden or not known.
    pub who: Option<String>,
    /// When.
    pub at: Zoned,
    /// What.
    pub what: What,
    /// Whether it counts less, since its teller teaches more than counts in full.
    pub counts_less: bool,
}

/// What can be said of a record's functions.
#[derive(Debug, Clone)]
pub enum What {
    /// These are all its functions.
    All(Vec<String>),
    /// It concerns this one.
    Is(String),
    /// It does not concern this one.
    IsNot(String),
}

/// The whole story of a record's tags.
#[derive(Debug, Clone)]
pub struct Story {
    /// The record.
    pub no: FeedbackNo,
    /// When it was heard.
    pub heard: Zoned,
    /// Its tags, strongest first.
    pub reasons: Vec<Reason>,
    /// Whose turn it was, where it has none.
    pub turn: Option<String>,
    /// Whether a person chose them.
    pub chosen: bool,
    /// What people said, oldest first.
    pub said: Vec<Saying>,
    /// The digests that it stands in: function and day.
    pub posted: Vec<(String, Date)>,
}

/// Of which kind a text sounds.
#[derive(Debug, Clone)]
pub struct Sounds {
    /// The kind.
    pub is: Kind,
    /// Whether that is sure enough to act on.
    pub sure: bool,
    /// The words that decided.
    pub words: Vec<String>,
}

/// Where a text would go; nothing of it is kept. `likeliest` where nobody is sure enough.
pub fn trial(text: &str, reasons: &[Reason], likeliest: Option<(String, PerMille)>, sounds: Option<&Sounds>) -> Page {
    let mut blocks = vec![Block::Text(vec![plain(format!("“{}”", shortened(text)))])];
    match (reasons.first(), likeliest) {
        (Some(lead), _) => {
            let others: Vec<&str> = reasons.iter().skip(1).map(|reason| reason.function.as_str()).collect();
            let mut line = vec![bold(&lead.function), plain(" would lead")];
            if !others.is_empty() {
                line.push(plain(format!("; {} would read along", others.join(", "))));
            }
            line.push(plain(". Nothing was kept."));
            blocks.push(Block::Text(line));
        }
        (None, likeliest) => {
            let near = likeliest.map_or_else(String::new, |(function, p)| format!(" The likeliest is {function}, {}.", percent(p)));
            blocks.push(Block::Text(vec![plain(format!(
                "No function is sure enough, so that it would go to one team in turn.{near} Nothing was kept."
            ))]));
        }
    }
    blocks.extend(reasons.iter().map(|reason| Block::Text(reason_line(reason))));
    blocks.extend(sounds.map(|sounds| Block::Text(vec![plain(of_kind(sounds))])));
    blocks.extend((!reasons.is_empty()).then(weights));
    Page(blocks)
}

fn of_kind(Sounds { is, sure, words }: &Sounds) -> String {
    let words = if words.is_empty() { String::new() } else { format!(": {}", quoted(words)) };
    match (is, sure) {
        (Kind::Problem, _) => format!("It sounds like a problem{words}."),
        (Kind::Wish, _) => format!("It sounds like a wish{words}."),
        (Kind::Question, _) => format!("It sounds like a question{words}."),
        (Kind::Praise, true) => format!("It sounds like praise{words}. That is thanked, and nobody has to answer it."),
        (Kind::Praise, false) => format!("It may be praise{words}. That is not sure enough to be thanked and closed."),
    }
}

/// How to try a text.
pub fn try_help(own: &str) -> Page {
    say(format!("Type {own} try and what a customer might say: I show where it would go and why, and keep nothing."))
}

/// How to ask for a record's story.
pub fn why_help(own: &str) -> Page {
    say(format!("Type {own} why and a record's number, such as VOC-42: I tell why it went where it went."))
}

/// Why a record goes where it goes.
pub fn story(story: &Story) -> Page {
    let Story { no, heard, reasons, turn, chosen, said, posted } = story;
    let mut blocks = vec![Block::Text(vec![bold(format!("Why {no} goes where it goes")), plain(". Heard "), when(heard), plain(".")])];
    blocks.extend(reasons.iter().map(|reason| Block::Text(reason_line(reason))));
    if reasons.is_empty() {
        let whose = turn.as_deref().map_or_else(String::new, |turn| format!(" It was the turn of {turn}."));
        blocks.push(Block::Text(vec![plain(format!("No function was sure enough, so that it went to one team in turn.{whose}"))]));
    }
    if *chosen {
        blocks.push(Block::Text(vec![plain("Colleagues chose its teams; no guess overwrites that.")]));
    }
    let first = said.len().saturating_sub(MOST_SAID);
    if first > 0 {
        blocks.push(Block::Text(vec![plain(format!("{first} earlier words on its teams are not shown."))]));
    }
    blocks.extend(said.iter().skip(first).map(|saying| Block::Text(saying_line(saying))));
    if !posted.is_empty() {
        let each: Vec<String> = posted.iter().map(|(function, day)| format!("{function}, {}", day.strftime("%-d %B"))).collect();
        blocks.push(Block::Text(vec![plain(format!("It stands in the digests of {}.", each.join("; ")))]));
    }
    blocks.extend(reasons.iter().any(|reason| !reason.words.is_empty()).then(weights));
    Page(blocks)
}

fn reason_line(reason: &Reason) -> Line {
    let Reason { function, p, words, learned, moved } = reason;
    let mut line = vec![bold(function)];
    if words.is_empty() {
        line.push(plain(": a colleague chose it."));
        return line;
    }
    let words_of = |(words, by, says): &(Vec<String>, By, i16)| {
        let by = match by {
            By::Rule(rule) => format!("rule {rule}"),
            By::Learned => "learned".to_owned(),
            By::Hint => "a language model's hint".to_owned(),
        };
        format!("{} {} ({by})", quoted(words), weight(*says))
    };
    line.push(plain(format!(", {}: {}.", percent(*p), words.iter().map(words_of).collect::<Vec<_>>().join(", "))));
    if *learned != 0 {
        line.push(plain(format!(" What was learned adds {}", weight(*learned))));
        let each: Vec<String> = moved
            .iter()
            .map(|moved| match moved {
                Moved::ByExamples(says) => format!("the examples {}", weight(*says)),
                Moved::By(no, says) => format!("what colleagues said of {no} {}", weight(*says)),
            })
            .collect();
        line.push(plain(if each.is_empty() { ".".to_owned() } else { format!("; today most of it: {}.", each.join(", ")) }));
    }
    line
}

fn saying_line(saying: &Saying) -> Line {
    let Saying { who, at, what, counts_less } = saying;
    let said = match what {
        What::All(functions) if functions.is_empty() => "said that it concerns no team".to_owned(),
        What::All(functions) => format!("chose {}", functions.join(", ")),
        What::Is(function) => format!("agreed with {function}"),
        What::IsNot(function) => format!("said that it is not for {function}"),
    };
    let less = if *counts_less { " It counts less, since they teach more than counts in full." } else { "" };
    let who = who.as_deref().map_or_else(|| "A colleague".to_owned(), |who| called(Some(who)));
    vec![plain(format!("{who} {said}, ")), when(at), plain(format!(".{less}"))]
}

fn weights() -> Block {
    Block::Aside(vec![plain("Numbers are weights: 1.5 is enough for a team, and what is below 0 speaks against it.")])
}

/// `+1.5`, `-0.3`.
fn weight(thousandths: i16) -> String {
    format!("{:+.1}", f64::from(thousandths) / 1000.0)
}

fn percent(p: PerMille) -> String {
    format!("{} %", (p.0 + 5) / 10)
}
