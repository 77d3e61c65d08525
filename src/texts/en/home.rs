//! The bot's page at home.

use super::advocates::{self, Pool, Serves};
use super::open::{self, Open};
use super::own::{Told, one_of_mine};
use super::subscriptions::{self, Subscription};
use crate::domain::function::FunctionId;
use crate::domain::press::Press;
use crate::texts::page::{Block, Button, Page, code, plain};

/// How many functions the page at home lists: a view holds 100 blocks.
const MOST_FUNCTIONS: usize = 30;
/// How many records of each kind it lists.
const MOST_OPEN: usize = 8;

fn what_reaches(reaches: &Reaches) -> Vec<Block> {
    let pressable = |text: String, label, press| Block::Pressable(text, Button { label, press });
    let mut blocks = vec![Block::Heading("What reaches you by direct message".to_owned())];
    blocks.push(if reaches.muted {
        pressable("Nothing for now, but answers to what you do.".to_owned(), "Write to me again", Press::Mute(false))
    } else {
        pressable("What concerns you, and the digests that you ask for here.".to_owned(), "Leave me in peace", Press::Mute(true))
    });
    for (id, name) in reaches.functions.iter().take(MOST_FUNCTIONS) {
        blocks.push(match reaches.subscribed.iter().find(|one| one.id == *id) {
            Some(one) => pressable(subscriptions::summary(one), "Stop", Press::Subscribe(id.clone(), false)),
            None => pressable(format!("{name}: not sent to you"), "Send it to me", Press::Subscribe(id.clone(), true)),
        });
    }
    blocks
}

/// What reaches somebody by direct message.
#[derive(Debug, Clone)]
pub struct Reaches {
    /// Whether nothing does for now but answers to what they do.
    pub muted: bool,
    /// The digests that do.
    pub subscribed: Vec<Subscription>,
    /// All functions, by id and name.
    pub functions: Vec<(FunctionId, String)>,
}

/// What somebody has taken, and what nobody has in their functions: its name, the first, and how many in all.
#[derive(Debug, Clone)]
pub struct Has {
    /// What they have taken.
    pub has: Vec<Open>,
    /// What nobody has.
    pub waits: Vec<(String, Vec<Open>, usize)>,
    /// The weeks that they serve as advocate.
    pub serves: Vec<Serves>,
    /// Where they take turns, or may.
    pub pools: Vec<Pool>,
    /// How many records the council looks at, where they lead a team.
    pub council: Option<usize>,
}

/// The bot's page at home: what somebody told, how to tell, and what reaches them.
pub fn home(told: &[Told], has: &Has, reaches: &Reaches, (command, own): (&str, &str), off: &[String]) -> Page {
    let mut blocks = vec![
        Block::Heading("Every team hears the customer".to_owned()),
        Block::Text(vec![
            plain("Tell what a customer said, and the teams that it concerns read it in their daily digest. Type "),
            code(format!("{command} what the customer said")),
            plain(", or:"),
        ]),
        Block::Buttons(vec![Button { label: "Tell what you heard", press: Press::Tell }]),
    ];
    if !has.has.is_empty() {
        blocks.push(Block::Heading("What you have".to_owned()));
        blocks.extend(open::lines(has.has.get(..MOST_OPEN).unwrap_or(&has.has), has.has.len()));
    }
    for (function, shown, all) in &has.waits {
        blocks.push(Block::Heading(format!("Waits for somebody in {function}")));
        blocks.extend(open::lines(shown.get(..MOST_OPEN).unwrap_or(shown), *all));
    }
    blocks.extend(advocates::at_home(&has.serves, &has.pools));
    if let Some(pressing) = has.council {
        let many = if pressing == 1 {
            "1 record contradicts us, or waits".to_owned()
        } else {
            format!("{pressing} records contradict us, or wait")
        };
        blocks.push(Block::Heading("The council".to_owned()));
        blocks.push(Block::Text(vec![plain(format!("{many} too long: ")), code(format!("{own} council")), plain(" shows them.")]));
    }
    if !told.is_empty() {
        blocks.push(Block::Heading("What you told".to_owned()));
        blocks.extend(told.iter().map(|told| Block::Text(one_of_mine(told))));
    }
    blocks.extend(what_reaches(reaches));
    blocks.push(Block::Aside(vec![code(format!("{own} help")), plain(" lists the rest.")]));
    if !off.is_empty() {
        blocks.push(Block::Heading("What is off".to_owned()));
        blocks.extend(off.iter().map(|off| Block::Text(vec![plain(off.clone())])));
    }
    Page(blocks)
}
