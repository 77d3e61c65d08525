//! Whose turn it is in a team.

use jiff::civil::Date;

use super::pieces::{called, grouped, possessive, say};
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::press::{Choice, Press, TurnChoice};
use crate::texts::page::{Block, Button, Page, bold, code, plain};

/// What somebody is written about their turns.
#[derive(Debug, Clone)]
pub enum Says {
    /// A week is theirs.
    Next {
        /// The team.
        function: String,
        /// Its id.
        id: FunctionId,
        /// The week's Monday.
        monday: Date,
        /// What waits there, where the week is this one.
        begins: Option<Begins>,
    },
    /// Their week begins.
    Begins {
        /// The team.
        function: String,
        /// What waits there.
        begins: Begins,
    },
    /// Somebody asks them to serve a week instead.
    Asks {
        /// The team.
        function: String,
        /// Its id.
        id: FunctionId,
        /// The week's Monday.
        monday: Date,
        /// Who.
        who: Option<String>,
    },
    /// Nobody volunteers in the team that they lead.
    Nobody {
        /// The team.
        function: String,
        /// Its id.
        id: FunctionId,
    },
    /// They are in the council's chair.
    Chair {
        /// How many records wait for the council.
        waiting: usize,
        /// The team whose lead was in the chair before them this week, and did not decide.
        late: Option<String>,
    },
    /// They closed more than half of what the team closed; for them alone.
    Heavy {
        /// The team.
        function: String,
        /// Its id.
        id: FunctionId,
        /// How many they closed.
        own: u32,
        /// Of how many.
        all: u32,
        /// Whether they take turns there.
        may_skip: bool,
    },
}

/// What waits in a team.
#[derive(Debug, Clone)]
pub struct Begins {
    /// How many records nobody has taken.
    pub waiting: usize,
    /// How many open ones contradict the company.
    pub disputed: usize,
    /// The one to begin with.
    pub first: Option<FeedbackNo>,
}

/// The turns of a team, as one person reads them.
#[derive(Debug, Clone)]
pub struct Team {
    /// The team.
    pub function: String,
    /// This week's advocate.
    pub this: Option<String>,
    /// Next week's.
    pub next: Option<String>,
    /// How many volunteered.
    pub pool: usize,
    /// Whether whoever reads it did.
    pub own: bool,
}

/// A week that somebody serves.
#[derive(Debug, Clone)]
pub struct Serves {
    /// The team.
    pub function: String,
    /// Its id.
    pub id: FunctionId,
    /// The week's Monday.
    pub monday: Date,
    /// Whether it has begun.
    pub begun: bool,
}

/// Those who take turns in a team, as one person reads it.
#[derive(Debug, Clone)]
pub struct Pool {
    /// The team.
    pub function: String,
    /// Its id.
    pub id: FunctionId,
    /// How many take turns.
    pub people: usize,
    /// Whether they do.
    pub own: bool,
}

fn pool(pool: &Pool) -> Block {
    let Pool { function, id, people, own } = pool;
    let (text, label) = match (own, people) {
        (true, _) => (format!("You take turns as {of} advocate.", of = possessive(function)), "No more turns"),
        (false, 0) => (
            format!("Nobody takes turns as {of} advocate yet: ten minutes a day, a week now and then.", of = possessive(function)),
            "I take turns",
        ),
        (false, 1) => (
            format!("1 colleague takes turns as {of} advocate: ten minutes a day, a week now and then.", of = possessive(function)),
            "I take turns",
        ),
        (false, n) => (
            format!("{n} colleagues take turns as {of} advocate: ten minutes a day, a week now and then.", of = possessive(function)),
            "I take turns",
        ),
    };
    Block::Pressable(text, Button { label, press: Press::Pool(id.clone(), !own) })
}

/// On the page at home: the weeks that somebody serves, and where they may take turns.
pub(super) fn at_home(serves: &[Serves], pools: &[Pool]) -> Vec<Block> {
    if serves.is_empty() && pools.is_empty() {
        return vec![];
    }
    let one = |serves: &Serves| {
        let Serves { function, id, monday, begun } = serves;
        let when = if *begun { "this week".to_owned() } else { format!("the week {}", week(*monday)) };
        let press = |label, choice| Button { label, press: Press::Turn(id.clone(), *monday, choice) };
        let line = Block::Text(vec![bold(function.clone()), plain(format!(": {when}"))]);
        [line, Block::Buttons(vec![press("Swap", TurnChoice::Swap), press("Not this time", TurnChoice::NotThisTime)])]
    };
    let heading = if serves.is_empty() { "Advocates" } else { "Your turn as advocate" };
    let pools = pools.iter().take(MOST_POOLS).map(pool);
    std::iter::once(Block::Heading(heading.to_owned())).chain(serves.iter().flat_map(one)).chain(pools).collect()
}

/// Of how many teams the page at home says who takes turns: a view holds 100 blocks.
const MOST_POOLS: usize = 5;
/// What an advocate is there for.
const DUTY: &str = "ten minutes a day, so that each record is taken, passed on or closed. You need not solve them.";

fn week(monday: Date) -> String {
    format!("from Monday {}", monday.strftime("%-d %B"))
}

/// One of the things that somebody is written about their turns.
pub(super) fn says(says: &Says, own: &str) -> Vec<Block> {
    let button = |label, id: &FunctionId, monday: &Date, choice| Button { label, press: Press::Turn(id.clone(), *monday, choice) };
    match says {
        Says::Next { function, id, monday, begins } => {
            let when = if begins.is_some() { "this week".to_owned() } else { format!("next week, {}", week(*monday)) };
            let waits = begins.as_ref().map(|begins| format!(" {}", waits(begins))).unwrap_or_default();
            vec![
                Block::Text(vec![
                    bold(format!("You are {of} advocate {when}", of = possessive(function))),
                    plain(format!(": {DUTY}{waits}")),
                ]),
                Block::Buttons(vec![
                    button("Fine", id, monday, TurnChoice::Fine),
                    button("Swap", id, monday, TurnChoice::Swap),
                    button("Not this time", id, monday, TurnChoice::NotThisTime),
                ]),
            ]
        }
        Says::Begins { function, begins } => {
            let line =
                vec![bold(format!("Your week as {of} advocate begins.", of = possessive(function))), plain(format!(" {}", waits(begins)))];
            let first =
                begins.first.map(|no| Block::Buttons(vec![Button { label: "Open the first", press: Press::Item(no, Choice::Open) }]));
            std::iter::once(Block::Text(line)).chain(first).collect()
        }
        Says::Asks { function, id, monday, who } => vec![
            Block::Text(vec![plain(format!(
                "{} asks whether you are {of} advocate instead, in the week {}. The first who says yes is.",
                called(who.as_deref()),
                week(*monday),
                of = possessive(function)
            ))]),
            Block::Buttons(vec![button("I'll do it", id, monday, TurnChoice::TakeOver)]),
        ],
        Says::Nobody { function, id } => vec![Block::Text(vec![
            bold(format!("{function} has no advocates yet.")),
            plain(
                " An advocate sees for a week that each record is taken, passed on or closed: ten minutes a day. Three who take turns \
                 are enough, also from other teams. Ask them to type ",
            ),
            code(format!("{own} advocate join {id}")),
            plain(". Until then I remind you."),
        ])],
        Says::Chair { waiting, late } => in_the_chair(*waiting, late.as_deref(), own),
        Says::Heavy { function, id, own, all, may_skip } => {
            let line = format!(
                " of the {} that {function} closed in four weeks. Nobody else is told.",
                grouped(usize::try_from(*all).unwrap_or(0))
            );
            let asks = if *may_skip { " Skip your next turn as advocate?" } else { " You may leave the next ones to others." };
            let text = Block::Text(vec![bold(format!("You closed {own}")), plain(format!("{line}{asks}"))]);
            let skip = may_skip.then(|| Block::Buttons(vec![Button { label: "Skip it", press: Press::SkipTurn(id.clone()) }]));
            std::iter::once(text).chain(skip).collect()
        }
    }
}

fn in_the_chair(waiting: usize, late: Option<&str>, own: &str) -> Vec<Block> {
    let what = if waiting == 1 {
        "1 record waits too long or contradicts us. Decide who does what about it, and by when: ".to_owned()
    } else {
        format!("{} records wait too long or contradict us. Decide for each of them who does what, and by when: ", grouped(waiting))
    };
    let why = match late {
        None => "You are in the council's chair this week.".to_owned(),
        Some(team) => format!("You are in the council's chair now: {of} lead was, and did not come to it.", of = possessive(team)),
    };
    vec![Block::Text(vec![bold(why), plain(format!(" {what}")), code(format!("{own} council")), plain(".")])]
}

fn waits(begins: &Begins) -> String {
    let Begins { waiting, disputed, first } = begins;
    let disputed = if *disputed > 0 { format!(", {} disputed", grouped(*disputed)) } else { String::new() };
    let first = first.map(|no| format!(" Start with {no}.")).unwrap_or_default();
    match waiting {
        0 => "Nothing waits now.".to_owned(),
        n => format!("{} waiting{disputed}.{first}", grouped(*n)),
    }
}

/// The turns of all teams.
pub fn page(teams: &[Team], own: &str) -> Page {
    let mut blocks = vec![Block::Text(vec![
        bold("Advocates"),
        plain(": in each team, whose turn it is for a week to see that records are taken, passed on or closed"),
    ])];
    blocks.extend(teams.iter().map(|team| {
        let Team { function, this, next, pool, own } = team;
        let this = this.as_ref().map_or_else(|| "nobody this week".to_owned(), |who| called(Some(who)));
        let next = next.as_ref().map(|next| format!(", then {}", called(Some(next)))).unwrap_or_default();
        let yours = if *own { ", you among them" } else { "" };
        let pool = match pool {
            0 => return Block::Text(vec![bold(function.clone()), plain(": nobody takes turns yet")]),
            1 => format!("1 takes turns{yours}"),
            n => format!("{n} take turns{yours}"),
        };
        Block::Text(vec![bold(function.clone()), plain(format!(": {this}{next}; {pool}"))])
    }));
    blocks.extend(help(own).0);
    Page(blocks)
}

/// How to.
pub fn help(own: &str) -> Page {
    let line = |words: String, what: &str| Block::Text(vec![code(words), plain(format!(" {what}"))]);
    Page(vec![
        line(format!("{own} advocate"), "shows whose turn it is in each team"),
        line(format!("{own} advocate join finance"), "lets you take turns there: a week now and then, ten minutes a day"),
        line(format!("{own} advocate leave finance"), "ends that, with no reason asked"),
        line(format!("{own} pause until 2026-12-24"), "tells me that you are away until then: your turn waits for you"),
    ])
}

/// Somebody takes turns from here on.
pub fn joined(function: &str) -> Page {
    say(format!(
        "You take turns as {of} advocate from here on. I write to you on the Thursday before your week; nothing else to do.",
        of = possessive(function)
    ))
}

/// Somebody takes no turns any more.
pub fn left(function: &str) -> Page {
    say(format!("You take no turns in {function} any more. Thank you for those you took."))
}

/// Somebody does not take turns there.
pub fn not_in_pool(function: &str, own: &str, id: &FunctionId) -> Page {
    Page(vec![Block::Text(vec![
        plain(format!("You do not take turns in {function}. ")),
        code(format!("{own} advocate join {id}")),
        plain(" lets you."),
    ])])
}

/// Guests take no turns.
pub fn not_for_guests() -> Page {
    say("Guests take no turns as advocate: colleagues do. What you hear you can tell all the same.")
}

/// The week is somebody else's.
pub fn theirs(function: &str, who: Option<&str>) -> Page {
    match who {
        Some(who) => say(format!(
            "{} is {of} advocate in that week by now: there is nothing more for you to do.",
            called(Some(who)),
            of = possessive(function)
        )),
        None => say(format!("That week of {function} is not yours: there is nothing more for you to do.")),
    }
}

/// What became of a press about a week.
pub fn pressed(choice: TurnChoice, function: &str) -> Page {
    say(match choice {
        TurnChoice::Fine => format!("Thank you. On Monday I tell you what waits in {function}."),
        TurnChoice::Swap => {
            "I ask the others who take turns there; the first who says yes serves. Until then the week is yours.".to_owned()
        }
        TurnChoice::NotThisTime => "All right: the next one is asked. You keep your place in the line.".to_owned(),
        TurnChoice::TakeOver => format!("Thank you: you are {of} advocate in that week.", of = possessive(function)),
    })
}

/// Somebody skips their next turn.
pub fn skipped(function: &str) -> Page {
    say(format!("You are last in {of} line now: everybody else has a turn before you.", of = possessive(function)))
}

/// The function is not there any more.
pub fn gone() -> Page {
    say("That team is not there any more: there is nothing more for you to do.")
}
