//! Help on one command: what it shows, how to read it, and how to ask for more or less.

use crate::domain::topic::Topic;
use crate::texts::page::{Block, Page, code, plain};

/// Help on one command. `command` tells, such as `/heard`; `own` is the bot's other one, such as `/allears`.
pub fn help_on(topic: Topic, command: &str, own: &str) -> Page {
    let (asks, aside) = match topic {
        Topic::Mine => mine(command),
        Topic::Open => open(),
        Topic::Spread => spread(),
        Topic::Council => council(),
        Topic::Show => show(),
        Topic::Digest => digest(),
        Topic::Status => status(),
        Topic::Customers => customers(),
        Topic::LeftOut => left_out(),
    };
    let asks = asks.into_iter().map(|(words, what)| Block::Text(vec![code(format!("{own} {words}")), plain(format!(" {what}"))]));
    Page(asks.chain(aside.into_iter().map(|text| Block::Aside(vec![plain(text)]))).collect())
}

/// What one may type and what that shows, and what there is to know beside it.
type Help = (Vec<(&'static str, &'static str)>, Vec<String>);

fn mine(command: &str) -> Help {
    let shows = "lists the last 20 things that you told, newest first, and what became of each: who reads it, who has it, how it ended.";
    (vec![("mine", shows)], vec![format!("Only you see the list. What you pass on with {command} stands in it at once.")])
}

fn open() -> Help {
    let of_one = "lists what is open in one team, the oldest first. Open shows one, with what you can do about it.";
    (
        vec![("open", "counts what is open in each team, and how much of it somebody has taken."), ("open finance", of_one)],
        vec!["What several teams read is counted in the first of them, which answers it.".to_owned()],
    )
}

fn spread() -> Help {
    let shows = "shows how evenly the company carries the customer. It is measured on Mondays, over four weeks that ended a week ago.";
    let reach = "Reach: of each team, how many people told, closed, signed, brought back or corrected a record, or heard one too. All is \
                 reached with a quarter of each team, and two at least.";
    let carried = "Carried as if by 6.5 of 10 teams: it is spread as evenly as if so many teams did the same, and the others nothing.";
    let whose = "It counts people, not records. Your own line is for you alone; of others only whole teams are shown.";
    (vec![("spread", shows)], [reach, carried, whose].map(str::to_owned).into())
}

fn council() -> Help {
    let shows = "lists what contradicts us or waits too long, what fits no team, what was heard in seven days, and praise.";
    let who = "Those who lead teams are in the chair in turn, a week each, and decide on the first list: Open, then Decide. Everybody \
               may read it.";
    (vec![("council", shows)], vec![who.to_owned()])
}

fn show() -> Help {
    let shows = "shows one record: what was said, who reads it, who has it, what became of it, and what you can do.";
    (vec![("VOC-42", shows), ("why VOC-42", "tells why it went where it went.")], vec![])
}

fn digest() -> Help {
    let shows = "shows you, and nobody else, what that team's next digest would say now. Nothing is posted, and nothing is lost from it.";
    (vec![("digest finance", shows), ("subscribe finance", "sends it to you each day that it comes.")], vec![])
}

fn status() -> Help {
    let shows = "says to which channels I listen, who is paused, what I learned, what waits to be posted, and what is off and why.";
    (vec![("status", shows)], vec!["A digest that cannot be posted stands here, with what mends it.".to_owned()])
}

fn customers() -> Help {
    let shows = "lists the customers whom colleagues named and the list does not know, with how often; for admins.";
    let list = "The list is accounts.csv in the configuration: a name, other names, a segment, a value, who looks after them.";
    (vec![("customers", shows)], vec![list.to_owned()])
}

fn left_out() -> Help {
    let shows = "lists what I left out of this channel in seven days, and why. Pass it on takes one after all, and I learn from it.";
    let whose = "Only where a channel is listened to for what customers said, and not for everything. No words of it are kept.";
    (vec![("left-out", shows)], vec![whose.to_owned()])
}
