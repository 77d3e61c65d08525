//! What cannot wait.

use super::care;
use super::digests::{Words, menu, whose};
use super::pieces::say;
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::urgent::Urgency;
use crate::texts::page::{Block, Page, bold, plain};
use crate::texts::quote::quote;

/// How many characters of a record are shown.
const MOST: usize = 600;

/// Why a record cannot wait, in a few words.
pub(super) fn because(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Teller => "the colleague who told it says that it cannot wait",
        Urgency::Churn => "the customer may leave",
        Urgency::Outage => "the customer cannot work",
        Urgency::Security => "data or an account may be at risk",
        Urgency::Legal => "the customer speaks of legal steps",
    }
}

/// To a function's channel, at once.
pub fn at_once(no: FeedbackNo, function: (&str, &FunctionId), urgency: Urgency, words: &Words) -> Page {
    let mut line = vec![bold(no.to_string()), plain(", ")];
    line.extend(whose(words));
    line.extend(care::beside(words.disputed.as_ref(), &words.stands));
    Page(vec![
        Block::Text(vec![bold(format!("Urgent for {}", function.0)), plain(format!(": {}.", because(urgency)))]),
        Block::Quote(quote(&words.verbatim, &words.tags, MOST)),
        Block::Text(line),
        Block::Menu(care::buttons(no, &words.stands), menu(no, function.1, words)),
    ])
}

/// In its place, where it was taken back.
pub fn withdrawn(no: FeedbackNo) -> Page {
    say(format!("{no} was urgent, and was withdrawn."))
}

/// In its place, where others read it now.
pub fn moved(no: FeedbackNo, to: &[String]) -> Page {
    say(if to.is_empty() {
        format!("{no} was urgent here. Every team has passed it on, so that the council sees it.")
    } else {
        format!("{no} was urgent here, and concerns others now: {}.", to.join(", "))
    })
}
