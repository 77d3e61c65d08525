//! Previews of digests.

use jiff::Zoned;

use super::pauses::in_preview;
use super::pieces::{possessive, when};
use crate::domain::pause::Pause;
use crate::texts::page::{Block, Line, Page, code, plain};
use crate::texts::quote::clip;

/// The most blocks of an answer: <https://docs.slack.dev/reference/block-kit/blocks>.
const MOST_BLOCKS: usize = 50;
/// How much of what somebody typed is repeated.
const MOST_REPEATED: usize = 60;

/// When the digest comes of which somebody sees a preview.
#[derive(Debug, Clone)]
pub enum Comes {
    /// At this moment, in the function's zone.
    At(Zoned),
    /// Its hour has come: as soon as the bot runs.
    AtOnce,
    /// When the function's pause is over.
    AfterPause(Pause),
    /// On no day of the next year.
    Never,
}

/// A digest's first message, with a line on top that says what it is.
pub fn preview(function: &str, comes: &Comes, Page(mut digest): Page) -> Page {
    let mut line = vec![plain(format!("A preview of {of} next digest, as it would be now. ", of = possessive(function)))];
    line.extend(real_one(comes));
    line.push(plain(" Nothing was posted, and only you see this."));
    let mut blocks = vec![Block::Aside(line)];
    if digest.len() >= MOST_BLOCKS {
        digest.truncate(MOST_BLOCKS.saturating_sub(2));
        digest.push(Block::Aside(vec![plain("The rest has no room in a preview.")]));
    }
    blocks.append(&mut digest);
    Page(blocks)
}

fn real_one(comes: &Comes) -> Line {
    match comes {
        Comes::At(at) => vec![plain("The real one comes "), when(at), plain(".")],
        Comes::AtOnce => vec![plain("The real one is due, and comes at once.")],
        Comes::AfterPause(pause) => vec![plain(in_preview(*pause))],
        Comes::Never => vec![plain("The real one comes on no day of the next year: an admin can mend its working days.")],
    }
}

/// There is nothing to preview.
pub fn nothing_new(function: &str, comes: &Comes) -> Page {
    let mut line = vec![plain(format!("Nothing is new for {function} since its last digest, so there is no preview. "))];
    line.extend(match comes {
        Comes::At(at) => vec![plain("The next one comes "), when(at), plain(", if something is told until then.")],
        Comes::AtOnce | Comes::AfterPause(_) | Comes::Never => real_one(comes),
    });
    Page(vec![Block::Text(line)])
}

/// A function that is not there. `command`: what its name was typed behind, such as `/allears digest`.
pub fn no_such(command: &str, typed: &str, near: Option<&str>, all: &[String]) -> Page {
    let shown = clip(typed, MOST_REPEATED);
    let mut line = vec![plain(format!("I do not know the team “{shown}{}”. ", if shown.len() < typed.len() { "…" } else { "" }))];
    if let Some(near) = near {
        line.extend([plain("Did you mean "), code(format!("{command} {near}")), plain("? ")]);
    }
    line.push(plain(format!("These are all: {}.", all.join(", "))));
    Page(vec![Block::Text(line)])
}

/// Nobody said whose digest.
pub fn whose(own: &str, all: &[String]) -> Page {
    let example = all.first().map_or("finance", String::as_str);
    let line = vec![
        plain("Say whose digest you want to see, such as "),
        code(format!("{own} digest {example}")),
        plain(format!(". These are all: {}.", all.join(", "))),
    ];
    Page(vec![Block::Text(line)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_never_has_more_blocks_than_an_answer_may() {
        for blocks in [1, 49, 50, 60] {
            let digest = Page(vec![Block::Heading("A".to_owned()); blocks]);
            let Page(shown) = preview("Finance", &Comes::AtOnce, digest);
            assert_eq!(shown.len(), (blocks + 1).min(MOST_BLOCKS), "{blocks}");
        }
    }
}
