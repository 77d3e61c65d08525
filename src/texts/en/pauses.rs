//! Being left in peace.

use jiff::civil::Date;

use super::pieces::{called, say};
use crate::domain::pause::Pause;
use crate::texts::page::{Block, Page, code, plain};

/// How to.
pub fn help(own: &str) -> Page {
    let line = |words: String, what: &str| Block::Text(vec![code(words), plain(format!(" {what}"))]);
    Page(vec![
        line(format!("{own} pause here"), "in a team's channel: no digest comes until somebody resumes it; what is told meanwhile is kept"),
        line(format!("{own} pause here until 2026-12-24"), "the same until that day"),
        line(format!("{own} resume here"), "the digest comes again, with all that was told meanwhile"),
        line(format!("{own} pause"), "no direct messages for you but answers to what you do; a day works here too"),
        line(format!("{own} resume"), "direct messages come again"),
    ])
}

/// The digests of functions rest, or come again: to their channel.
pub fn of_functions(functions: &[String], who: Option<&str>, pause: Option<Pause>, own: &str) -> Page {
    let (who, what) = (called(who), functions.join(" and "));
    let line = match pause {
        Some(pause) => vec![
            plain(format!("{who} paused the digest of {what}{}. What is told meanwhile is kept. ", until(pause))),
            code(format!("{own} resume here")),
            plain(" lets it come again."),
        ],
        None => vec![plain(format!("{who} resumed the digest of {what}. The next one brings all that was told meanwhile."))],
    };
    Page(vec![Block::Text(line)])
}

/// The same, to whoever asked.
pub fn done_here(pause: Option<Pause>) -> Page {
    match pause {
        Some(pause) => say(format!("No digest comes here{}. The channel is told that you paused it.", until(pause))),
        None => say("The digest comes here again. The channel is told that you resumed it."),
    }
}

/// A channel without a digest.
pub fn no_digest_here() -> Page {
    say("No digest comes to this channel. Ask in the channel of your team.")
}

/// To a person: their own direct messages.
pub fn done_for_me(pause: Option<Pause>, own: &str) -> Page {
    Page(vec![Block::Text(match pause {
        Some(pause) => vec![
            plain(format!("I write to you directly no more{}, but for answers to what you do. ", until(pause))),
            code(format!("{own} resume")),
            plain(" lets me write again."),
        ],
        None => vec![plain("I write to you directly again.")],
    })])
}

/// It is as they want it already.
pub fn as_it_is() -> Page {
    say("It is so already: nothing was changed.")
}

/// A day that has passed.
pub fn day_has_passed(day: Date) -> Page {
    say(format!("{} has passed. Name a day to come, such as 2026-12-24.", day.strftime("%-d %B %Y")))
}

/// For whoever asks how the bot is.
pub fn in_status(function: &str, who: Option<&str>, pause: Pause) -> String {
    format!("{function} is paused by {}{}.", called(who), until(pause))
}

/// For whoever looks at a preview.
pub(super) fn in_preview(pause: Pause) -> String {
    format!("Its digests are paused{}.", until(pause))
}

fn until(pause: Pause) -> String {
    pause.until.map(|day| format!(" until {}", day.strftime("%A %-d %B %Y"))).unwrap_or_default()
}
