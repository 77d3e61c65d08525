//! What the bot asks and tells people by itself.

use super::pieces::{called, grouped, say};
use crate::domain::feedback::{MOST_CHARACTERS, Mode};
use crate::domain::ids::{ChannelId, FeedbackNo};
use crate::domain::letter::Asking;
use crate::domain::press::{Place, Press};
use crate::texts::page::{Block, Button, Line, Page, Piece, bold, code, plain};

/// Somebody reacted: is the message to be passed on?
pub fn asked(why: Asking, emoji: &str, place: &Place) -> Page {
    let why = match why {
        Asking::First => vec![
            plain("You reacted with "),
            code(format!(":{emoji}:")),
            plain(". With it you pass a message on to the teams that it concerns. Do you mean this one? After a yes I do not ask again."),
        ],
        Asking::Private => vec![
            plain("You reacted with "),
            code(format!(":{emoji}:")),
            plain(
                ", and only some people may read here. Shall these words go to the teams that they concern? This channel's name does not.",
            ),
        ],
    };
    let buttons =
        vec![Button { label: "Yes, pass it on", press: Press::PassOn(place.clone()) }, Button { label: "No", press: Press::LeaveIt }];
    Page(vec![Block::Text(why), Block::Buttons(buttons)])
}

/// It was not meant.
pub fn left() -> Page {
    say("Nothing was passed on.")
}

/// A message that was to be passed on is not there, or cannot be read.
pub fn no_message() -> Page {
    say(
        "I cannot read that message: it is gone, or I am not in its channel. Nothing was passed on. Type what was said behind the command instead.",
    )
}

/// Somebody of another company wrote it.
pub fn not_of_ours() -> Page {
    say("Somebody of another company wrote this, and I do not take their messages. Tell in your own words what they said.")
}

/// To the author of a message that somebody passed on.
pub fn taken(no: FeedbackNo, teller: Option<&str>, channel: Option<&ChannelId>, readers: &[String]) -> Page {
    let mut line: Line = vec![plain(format!("{} passed on a message of yours", capital(&called(teller))))];
    if let Some(channel) = channel {
        line.extend([plain(" in "), Piece::Channel(channel.clone())]);
    }
    line.extend([plain(" as what a customer said: "), bold(no.to_string())]);
    if !readers.is_empty() {
        line.push(plain(format!(", for {}", readers.join(", "))));
    }
    line.push(plain(". If you do not want that, remove it: it is gone everywhere then, and is not taken again."));
    Page(vec![Block::Text(line), Block::Buttons(vec![Button { label: "Remove it", press: Press::Remove(no) }])])
}

/// The author removed it.
pub fn removed(no: FeedbackNo) -> Page {
    say(format!("{no} is gone, and your message is not taken again."))
}

/// To a channel that is listened to from now on, or in another way.
pub fn listened(mode: Mode, chosen_by: Option<&str>, emoji: &str, own: &str) -> Page {
    let who = called(chosen_by);
    let line = match mode {
        Mode::All => vec![plain(format!(
            "{} asked me to listen here: each message that a colleague writes is passed on to the teams that it concerns, and its author \
             reads a receipt with Undo.",
            capital(&who)
        ))],
        Mode::Filtered => vec![
            plain(format!(
                "{} asked me to listen here: what a customer seems to have said is passed on to the teams that it concerns, and its \
                 author reads a receipt with Undo. The rest is left out. Of it I know for a week where it stands and who wrote it, but \
                 no words; members pass on what was left out by mistake with ",
                capital(&who)
            )),
            code(format!("{own} left-out")),
            plain("."),
        ],
        Mode::Reactions => vec![
            plain(format!("{} asked me to listen here for reactions alone: with ", capital(&who))),
            code(format!(":{emoji}:")),
            plain(" you pass a message on to the teams that it concerns. Nothing else here is kept."),
        ],
    };
    Page(vec![Block::Text(line)])
}

/// A direct message that is a question.
pub fn answered(command: &str, place: &Place) -> Page {
    Page(vec![
        Block::Text(vec![
            plain("Tell me what a customer said, here or with "),
            code(format!("{command} what the customer said")),
            plain(", and I pass it on to the teams that it concerns. "),
            code("/allears mine"),
            plain(" lists what you told and what became of it; "),
            code("/allears help"),
            plain(" the rest."),
        ]),
        Block::Text(vec![plain("Was your message what a customer said?")]),
        Block::Buttons(vec![Button { label: "Yes, pass it on", press: Press::Keep(place.clone()) }]),
    ])
}

/// A message to the bot that is too long.
pub fn too_long_here() -> Page {
    say(format!("That is more than {} characters, and I keep up to that. Nothing was kept. Tell it in parts.", grouped(MOST_CHARACTERS)))
}

/// A sentence's first letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
