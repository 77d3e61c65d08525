//! The care for records: who has them, what became of them, whether the customer knows.

use jiff::civil::Date;

use super::pieces::{called, possessive, say, shortened};
use crate::domain::care::{Knows, Outcome, WhyNot};
use crate::domain::ids::FeedbackNo;
use crate::domain::press::{Choice, Press};
use crate::texts::page::{Block, Button, Line, Page, Piece, bold, plain};
use crate::texts::quote::clip;

/// How many characters of a reason a digest shows.
const MOST_OF_WHY: usize = 600;

/// How a record stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// Nobody has taken it.
    Open {
        /// The function that answers it.
        lead: Option<String>,
        /// It came back: by whom, and why.
        back: Option<(Option<String>, Option<String>)>,
        /// Since when it waits, where that is too long.
        waits: Option<Date>,
        /// What the council decided last, and who said it.
        decided: Option<(Option<String>, String)>,
    },
    /// Somebody has it.
    Taken {
        /// Who.
        by: Option<String>,
        /// Until when.
        due: Date,
        /// What the council decided last, and who said it.
        decided: Option<(Option<String>, String)>,
    },
    /// It is to be closed, once somebody else signs.
    Proposed {
        /// By whom.
        by: Option<String>,
        /// What became of it.
        outcome: Outcome,
        /// Why.
        reason: String,
        /// Which function is asked to sign; none so far.
        asks: Option<String>,
    },
    /// It is closed.
    Closed {
        /// By whom.
        by: Option<String>,
        /// What became of it.
        outcome: Outcome,
        /// Why; none where nobody answered.
        reason: Option<String>,
    },
}

/// Who has a record that nobody has taken.
#[derive(Debug, Clone)]
pub struct Held {
    /// Who.
    pub who: Option<String>,
    /// Why it is theirs.
    pub holds: Holds,
    /// The function that answers it.
    pub function: String,
}

/// Why a record that nobody has taken is somebody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// They were told that it waits.
    Reached,
    /// They are this week's advocate.
    Advocate,
    /// They lead the function.
    Lead,
}

/// Who has a record that nobody has taken.
pub(super) fn held(held: &Held) -> String {
    let Held { who, holds, function } = held;
    let who = called(who.as_deref());
    match holds {
        Holds::Reached => format!("{who} holds it, and was told that it waits."),
        Holds::Advocate => format!("{who} holds it, as {of} advocate this week.", of = possessive(function)),
        Holds::Lead if held.who.is_none() => format!("{of} lead holds it.", of = possessive(function)),
        Holds::Lead => format!("{who} holds it, as {of} lead.", of = possessive(function)),
    }
}

/// A customer agreed to be a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Who asked them.
    pub by: Option<String>,
    /// When.
    pub on: Date,
}

/// That a customer agreed to be a reference, if they did.
pub(super) fn reference(reference: Option<&Reference>) -> Option<Piece> {
    let Reference { by, on } = reference?;
    Some(plain(format!(" The customer agrees to be a reference: {} asked, on {}.", called(by.as_deref()), day(*on))))
}

/// Whether the customer of a closed record knows, where that is known.
pub(super) fn knows(knows: Option<Knows>) -> Option<Piece> {
    match knows? {
        Knows::Told => Some(plain(" The customer knows.")),
        Knows::NoNeed => Some(plain(" The customer need not hear of it.")),
    }
}

/// What one may say of a customer who praises.
pub(super) fn refer_button(no: FeedbackNo, stands: &Stands, reference: Option<&Reference>) -> Option<Button> {
    let is_praise = matches!(stands, Stands::Closed { outcome: Outcome::Thanked, .. });
    is_praise.then(|| match reference {
        None => button("They'd be a reference", no, Choice::Refer(true)),
        Some(_) => button("No reference after all", no, Choice::Refer(false)),
    })
}

/// A record contradicts what the company believes.
#[derive(Debug, Clone)]
pub struct Dispute {
    /// Who says so.
    pub by: Option<String>,
    /// What the company believes.
    pub belief: String,
    /// Who did not sign last that it is closed, and why.
    pub objection: Option<(Option<String>, String)>,
}

/// Why it was closed, on one line.
pub(super) fn why(reason: &str) -> String {
    let one_line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = clip(&one_line, MOST_OF_WHY);
    if shown.len() < one_line.len() { format!("{shown}…") } else { one_line }
}

/// A day as people say it.
pub(super) fn day(day: Date) -> String {
    day.strftime("%A %-d %B").to_string()
}

/// What became of a record, in a few words.
pub(super) fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Planned(by) => format!("planned, by {}", day(by)),
        Outcome::Intended => "it works as intended".to_owned(),
        Outcome::Declined => "no".to_owned(),
        Outcome::Unanswered => "nobody answered".to_owned(),
        Outcome::Thanked => "praise".to_owned(),
    }
}

/// How a record stands, as a line of its own.
pub(super) fn standing(stands: &Stands) -> Line {
    let mut line = in_full(stands);
    if let Stands::Open { decided: Some((by, words)), .. } | Stands::Taken { decided: Some((by, words)), .. } = stands {
        line.push(plain(format!(" {}, for the council: “{}”", called(by.as_deref()), why(words))));
    }
    line
}

fn in_full(stands: &Stands) -> Line {
    match stands {
        Stands::Open { waits: Some(since), .. } => vec![bold("It waits."), plain(format!(" Nobody has taken it since {}.", day(*since)))],
        Stands::Open { lead, back: None, waits: None, .. } => {
            vec![plain(
                lead.as_ref()
                    .map_or_else(|| "Nobody answers it yet.".to_owned(), |lead| format!("Nobody has taken it yet. {lead} answers it.")),
            )]
        }
        Stands::Open { back: Some((by, Some(reason))), .. } => {
            vec![bold("It came back."), plain(format!(" {}: “{}”", called(by.as_deref()), why(reason)))]
        }
        Stands::Open { back: Some((_, None)), .. } => {
            vec![bold("It came back."), plain(" What was planned was not done by its day.")]
        }
        Stands::Proposed { by, outcome: what, reason, asks } => {
            let asks =
                asks.as_ref().map_or_else(|| "Another team is asked to sign.".to_owned(), |asks| format!("{asks} is asked to sign."));
            let says = format!(" {}: “{}” {asks}", called(by.as_deref()), why(reason));
            vec![bold(format!("To be closed: {}.", outcome(*what))), plain(says)]
        }
        Stands::Taken { by, due, .. } => vec![plain(format!("{} has it, until {}.", called(by.as_deref()), day(*due)))],
        Stands::Closed { outcome: Outcome::Thanked, .. } => vec![bold("Praise"), plain(": thank you. Nobody has to answer.")],
        Stands::Closed { by, outcome: what, reason } => {
            let reason = reason.as_ref().map(|reason| plain(format!(" {}: “{}”", called(by.as_deref()), why(reason))));
            std::iter::once(bold(format!("Closed: {}.", outcome(*what)))).chain(reason).collect()
        }
    }
}

/// The same behind what is said of a record; nothing while it is as it came, since the buttons say so.
pub(super) fn beside(disputed: Option<&Dispute>, stands: &Stands) -> Line {
    let mut line = contradicts(disputed);
    if !matches!(stands, Stands::Open { back: None, waits: None, decided: None, .. }) {
        line.extend(standing(stands));
    }
    if !line.is_empty() {
        line.insert(0, plain(". "));
    }
    line
}

/// What a record contradicts, if anything.
pub(super) fn contradicts(disputed: Option<&Dispute>) -> Line {
    let Some(Dispute { by, belief, objection }) = disputed else { return vec![] };
    let objection = objection.as_ref().map(|(by, reason)| plain(format!("{} did not sign: “{}”. ", called(by.as_deref()), why(reason))));
    let says = plain(format!(", says {}: “{}”. ", called(by.as_deref()), shortened(belief)));
    [bold("It contradicts us"), says].into_iter().chain(objection).collect()
}

/// The same in a few words, for a line that says more.
pub(super) fn in_short(stands: &Stands) -> Option<String> {
    match stands {
        Stands::Open { waits: Some(since), .. } => Some(format!("waits since {}", day(*since))),
        Stands::Open { back: None, .. } => None,
        Stands::Open { back: Some(_), .. } => Some("came back".to_owned()),
        Stands::Proposed { .. } => Some("waits for a second signature".to_owned()),
        Stands::Taken { by, .. } => Some(format!("{} has it", called(by.as_deref()))),
        Stands::Closed { outcome: Outcome::Thanked, .. } => Some("praise".to_owned()),
        Stands::Closed { outcome: what, .. } => Some(format!("closed: {}", outcome(*what))),
    }
}

/// What anybody may do about it.
pub(super) fn buttons(no: FeedbackNo, stands: &Stands) -> Vec<Button> {
    let take = Button { label: "I'll take it", press: Press::Item(no, Choice::Take) };
    let close = Button { label: "Close...", press: Press::Item(no, Choice::Close) };
    match stands {
        Stands::Open { .. } => vec![take, close],
        Stands::Taken { .. } => vec![close],
        Stands::Proposed { .. } | Stands::Closed { .. } => vec![],
    }
}

/// What whoever has it may do beside that, and whether they may have more time.
pub(super) fn own_buttons(no: FeedbackNo, has: Option<bool>) -> Vec<Button> {
    let Some(may_extend) = has else { return vec![] };
    let extend = may_extend.then(|| button("5 more days", no, Choice::Extend));
    extend.into_iter().chain([button("Give it back", no, Choice::GiveBack)]).collect()
}

pub(super) fn button(label: &'static str, no: FeedbackNo, choice: Choice) -> Button {
    Button { label, press: Press::Item(no, choice) }
}

/// To a guest.
pub fn not_for_guests(no: FeedbackNo) -> Page {
    say(format!("Guests read {no}, and colleagues of this company act on it. Ask one of them."))
}

/// To whoever took a record, or has it for longer.
pub fn yours(no: FeedbackNo, due: Option<Date>, may_extend: bool) -> Page {
    let until = due.map(|due| format!(" until {}", day(due))).unwrap_or_default();
    let text = format!("You have {no}{until}, and everybody who reads it sees that. Close it with an answer, or give it back.");
    let mut buttons = vec![button("Close...", no, Choice::Close)];
    buttons.extend(own_buttons(no, Some(may_extend)));
    Page(vec![Block::Text(vec![plain(text)]), Block::Buttons(buttons)])
}

/// To whoever gave a record back.
pub fn given_back(no: FeedbackNo, lead: Option<&str>) -> Page {
    say(lead
        .map_or_else(|| format!("{no} waits for somebody to take it."), |lead| format!("{no} waits in {lead} for somebody to take it.")))
}

/// To whoever closed a record.
pub fn closed(no: FeedbackNo) -> Page {
    say(format!("{no} is closed. Whoever told it, or heard it too, hears of it."))
}

/// To whoever closed a record that contradicts what the company believes.
pub fn proposed(no: FeedbackNo) -> Page {
    say(format!("{no} contradicts what we believe, so that another team signs before it is closed. I ask them for you."))
}

/// To whoever said what a record contradicts.
pub fn disputed_now(no: FeedbackNo) -> Page {
    say(format!("Noted, for all who read {no}. Closing it takes the signature of a second team now."))
}

/// To somebody of the team that answers a record, who says that it contradicts them.
pub fn contradicts_others(no: FeedbackNo) -> Page {
    say(format!("{no} is yours to answer. That it contradicts you is for whoever told it, or for other teams, to say."))
}

/// To whoever said that a record is no praise.
pub fn needs_answer(no: FeedbackNo) -> Page {
    say(format!("{no} is open now: somebody who reads it takes it, or closes it with an answer."))
}

/// To whoever did not sign.
pub fn objected(no: FeedbackNo) -> Page {
    say(format!("{no} stays open, with your reason for all who read it."))
}

/// To whoever brought a record back.
pub fn reopened(no: FeedbackNo) -> Page {
    say(format!("{no} is open again, and stands in the next digest with your reason."))
}

/// To whoever said whether the customer knows.
pub fn noted(no: FeedbackNo, knows: Knows) -> Page {
    say(match knows {
        Knows::Told => format!("Noted: the customer knows what became of {no}. Thank you for telling them."),
        Knows::NoNeed => format!("Noted: the customer need not hear of {no}."),
    })
}

/// To whoever asked somebody to tell the customer.
pub fn asked_owner(no: FeedbackNo, who: &str) -> Page {
    say(format!("I ask {}, who looks after the customer, to tell them what became of {no}.", called(Some(who))))
}

/// To whoever wanted somebody to be asked to tell the customer, and nobody looks after them.
pub fn no_owner(no: FeedbackNo) -> Page {
    say(format!("The list of customers names nobody here who looks after that of {no}. Tell them yourself, or ask whoever knows them."))
}

/// To whoever said that a customer agrees to be a reference.
pub fn refers(no: FeedbackNo, agrees: bool) -> Page {
    say(if agrees {
        format!("Noted, with your name and today's day, for all who read {no}: the customer agrees to be a reference.")
    } else {
        format!("Noted: the customer of {no} is no reference.")
    })
}

/// To whoever said so where nobody knows who the customer is.
pub fn no_customer(no: FeedbackNo) -> Page {
    say(format!("{no} names no customer yet. Whoever told it can add the name with Edit on the receipt; then say so again."))
}

/// To somebody who does not lead a team, or leads the one that it is about.
pub fn for_council(no: FeedbackNo) -> Page {
    say(format!("That is for the council to decide on {no}: those who lead teams, and of what contradicts a team those who lead others."))
}

/// To whoever gave a record to somebody, for the council.
pub fn decided(no: FeedbackNo, to: &str, due: Date) -> Page {
    say(format!("{} has {no} until {}, and the next digest says what you decided.", called(Some(to)), day(due)))
}

/// To whoever said, for the council, that a record contradicts nothing.
pub fn lifted(no: FeedbackNo) -> Page {
    say(format!("{no} contradicts nothing any more, with your reason for all who read it: its team may close it alone."))
}

/// What the council may do about a record.
pub(super) fn council_buttons(no: FeedbackNo, stands: &Stands, disputed: bool) -> Vec<Button> {
    let open = matches!(stands, Stands::Open { .. } | Stands::Taken { .. });
    let decide = open.then(|| button("Decide...", no, Choice::Decide));
    let lift = (disputed && !matches!(stands, Stands::Closed { .. })).then(|| button("It contradicts nothing...", no, Choice::Lift));
    decide.into_iter().chain(lift).collect()
}

/// To somebody who may not close a record.
pub fn not_for_you(no: FeedbackNo) -> Page {
    say(format!("{no} is closed by those who answer it: the team that leads it, or whoever has taken it. You may take it yourself first."))
}

/// To somebody who wants a record back that was closed long ago.
pub fn too_late(no: FeedbackNo) -> Page {
    say(format!("{no} was closed more than ten working days ago. Tell it anew: it gets a number of its own."))
}

/// To somebody who wants what cannot be any more, since the record stands otherwise.
pub fn not_so(no: FeedbackNo, why: WhyNot, by: Option<&str>, due: Option<Date>) -> Page {
    let until = due.map(|due| format!(" until {}", day(due))).unwrap_or_default();
    say(match why {
        WhyNot::TakenBy(_) => format!("{} was first, and has {no}{until}. If you know more, tell them.", called(by)),
        WhyNot::Closed(_) => format!("{} has closed {no} already. Look at it to read how.", called(by)),
        WhyNot::NotYours => format!("Only whoever it belongs to may do that with {no}."),
        WhyNot::Open => format!("{no} is open: there is nothing to bring back."),
        WhyNot::CameBack => format!("{no} came back once already. Tell it anew if it is still so: it gets a number of its own."),
        WhyNot::Extended => format!("You had more time for {no} twice already. Close it with what is known, or give it back."),
        WhyNot::Disputed => {
            format!("{no} was just said to contradict what we believe, so that closing it takes a second signature. Close it once more.")
        }
        WhyNot::Proposed => format!("{no} is to be closed already, and waits for a second signature."),
        WhyNot::Before => format!("{no} is so already."),
    })
}
