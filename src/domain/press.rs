//! The grammar of buttons: what a press means, as an id and a value that hold no words.

use jiff::civil::Date;

use super::care::Knows;
use super::command::MOST_DAYS;
use super::feedback::Source;
use super::function::FunctionId;
use super::ids::{ChannelId, FeedbackNo, TenantId};

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// Opens the empty form.
    Tell,
    /// Opens the form with a record's words.
    Edit(FeedbackNo),
    /// Opens the form with a record's functions.
    Teams(FeedbackNo),
    /// Hides the teller's name.
    Hide(FeedbackNo),
    /// Shows the teller's name again.
    Show(FeedbackNo),
    /// Takes a record back.
    Undo(FeedbackNo),
    /// Takes a record back, since whoever told it heard another one too.
    Join(FeedbackNo, FeedbackNo),
    /// Takes a record back that was made of one's own message.
    Remove(FeedbackNo),
    /// Passes on the message of which somebody was asked.
    PassOn(Place),
    /// Does not.
    LeaveIt,
    /// Takes words as feedback that looked like a question.
    Keep(Place),
    /// Begins to read what was said in a channel in so many days before.
    Backfill {
        /// The channel.
        channel: ChannelId,
        /// How many days back.
        days: u16,
    },
    /// Passes on a message that the filter left out.
    Rescue(Place),
    /// Does something about a record in a digest.
    Item(FeedbackNo, Choice),
    /// Reads a function's digest by direct message, or no more.
    Subscribe(FunctionId, bool),
    /// Gets no direct messages but answers, or gets them again.
    Mute(bool),
    /// Does something about a week as advocate of a function, known by its Monday.
    Turn(FunctionId, Date, TurnChoice),
    /// Takes turns as advocate of a function from here on, or no more.
    Pool(FunctionId, bool),
    /// Goes to the end of the line of a function's advocates.
    SkipTurn(FunctionId),
}

/// What one can do about a week as advocate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnChoice {
    /// Serve it.
    Fine,
    /// Ask the others to.
    Swap,
    /// Leave it to the next.
    NotThisTime,
    /// Serve it instead of whoever asked.
    TakeOver,
}

/// What one can do about a record in a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Look at all of it.
    Open,
    /// Say that a customer told them the same.
    HeardToo,
    /// Take that back.
    NotHeard,
    /// Say that a function does not answer it.
    NotOurs(FunctionId),
    /// Ask why a function reads it.
    Why(FunctionId),
    /// Go to the message that it was made of.
    Original,
    /// Take it.
    Take,
    /// Give back what one has taken.
    GiveBack,
    /// Have it for longer.
    Extend,
    /// Open the form that closes it.
    Close,
    /// Open the form that brings it back.
    Reopen,
    /// Open the form that says what it contradicts.
    Contradict,
    /// Sign that it is closed.
    Agree,
    /// Open the form that says why not.
    NotYet,
    /// Say that it is no praise, so that somebody is to answer it.
    NeedsAnswer,
    /// Open the form in which the council gives it to somebody.
    Decide,
    /// Open the form in which the council says why it contradicts nothing.
    Lift,
    /// Say whether the customer knows what became of it.
    Answer(Knows),
    /// Ask whoever looks after the customer to tell them.
    AskOwner,
    /// Say that the customer agrees to be a reference, or does not after all.
    Refer(bool),
}

impl Choice {
    /// Whether guests may not: what they do would stand in the name of the company.
    pub fn is_for_colleagues(&self) -> bool {
        !matches!(self, Self::Open | Self::Why(_) | Self::Original)
    }

    /// Whether it opens a form.
    pub fn opens(&self) -> bool {
        matches!(self, Self::Close | Self::Reopen | Self::Contradict | Self::NotYet | Self::Decide | Self::Lift)
    }
}

/// What all choices in menus are known by; which one it is stands in its value.
pub const MENU: &str = "menu";

/// A message, and the thread that it is a reply in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The message.
    pub source: Source,
    /// The first message of its thread.
    pub thread: Option<String>,
}

impl Press {
    /// What the button is known by.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Tell => "tell",
            Self::Edit(_) => "edit",
            Self::Teams(_) => "teams",
            Self::Hide(_) => "hide",
            Self::Show(_) => "show",
            Self::Undo(_) => "undo",
            Self::Join(..) => "join",
            Self::Remove(_) => "remove",
            Self::PassOn(_) => "pass_on",
            Self::LeaveIt => "leave_it",
            Self::Keep(_) => "keep",
            Self::Backfill { .. } => "backfill",
            Self::Rescue(_) => "rescue",
            Self::Item(_, Choice::Open) => "open",
            Self::Item(_, Choice::HeardToo) => "heard_too",
            Self::Item(_, Choice::NotHeard) => "not_heard",
            Self::Item(_, Choice::NotOurs(_)) => "not_ours",
            Self::Item(_, Choice::Why(_)) => "why",
            Self::Item(_, Choice::Original) => "original",
            Self::Item(_, Choice::Take) => "take",
            Self::Item(_, Choice::GiveBack) => "give_back",
            Self::Item(_, Choice::Extend) => "extend",
            Self::Item(_, Choice::Close) => "close",
            Self::Item(_, Choice::Reopen) => "reopen",
            Self::Item(_, Choice::Contradict) => "contradict",
            Self::Item(_, Choice::Agree) => "agree",
            Self::Item(_, Choice::NotYet) => "not_yet",
            Self::Item(_, Choice::NeedsAnswer) => "needs_answer",
            Self::Item(_, Choice::Decide) => "decide",
            Self::Item(_, Choice::Lift) => "lift",
            Self::Item(_, Choice::AskOwner) => "ask_owner",
            Self::Item(_, Choice::Refer(true)) => "refer",
            Self::Item(_, Choice::Refer(false)) => "refer_not",
            Self::Item(_, Choice::Answer(Knows::Told)) => "customer_told",
            Self::Item(_, Choice::Answer(Knows::NoNeed)) => "no_need",
            Self::Subscribe(_, true) => "subscribe",
            Self::Subscribe(_, false) => "unsubscribe",
            Self::Turn(.., TurnChoice::Fine) => "turn_fine",
            Self::Turn(.., TurnChoice::Swap) => "turn_swap",
            Self::Turn(.., TurnChoice::NotThisTime) => "turn_not",
            Self::Turn(.., TurnChoice::TakeOver) => "turn_take",
            Self::SkipTurn(_) => "turn_skip",
            Self::Pool(_, true) => "pool_join",
            Self::Pool(_, false) => "pool_leave",
            Self::Mute(true) => "mute",
            Self::Mute(false) => "unmute",
        }
    }

    /// What it carries as a choice in a menu: at most 75 characters.
    pub fn in_menu(&self) -> String {
        format!("{} {}", self.id(), self.value())
    }

    /// What it carries.
    pub fn value(&self) -> String {
        match self {
            Self::Tell | Self::LeaveIt | Self::Mute(_) => "-".to_owned(),
            Self::Subscribe(function, _) | Self::Pool(function, _) | Self::SkipTurn(function) => function.to_string(),
            Self::Turn(function, monday, _) => format!("{function} {monday}"),
            Self::Item(no, Choice::NotOurs(function) | Choice::Why(function)) => format!("{} {function}", no.0),
            Self::Edit(no) | Self::Teams(no) | Self::Hide(no) | Self::Show(no) | Self::Undo(no) | Self::Remove(no) | Self::Item(no, _) => {
                no.0.to_string()
            }
            Self::Join(no, other) => format!("{} {}", no.0, other.0),
            Self::Backfill { channel, days } => format!("{channel} {days}"),
            Self::PassOn(place) | Self::Keep(place) | Self::Rescue(place) => {
                let Place { source: Source { tenant, channel, ts }, thread } = place;
                format!("{tenant} {channel} {ts} {}", thread.as_deref().unwrap_or("-"))
            }
        }
    }

    /// Reads a press. `None` where no button of ours carries that.
    pub fn parse(id: &str, value: &str) -> Option<Self> {
        let no = || value.parse().ok().map(FeedbackNo);
        Some(match id {
            "tell" => Self::Tell,
            "edit" => Self::Edit(no()?),
            "teams" => Self::Teams(no()?),
            "hide" => Self::Hide(no()?),
            "show" => Self::Show(no()?),
            "undo" => Self::Undo(no()?),
            "join" => {
                let (no, other) = value.split_once(' ')?;
                Self::Join(FeedbackNo(no.parse().ok()?), FeedbackNo(other.parse().ok()?))
            }
            "remove" => Self::Remove(no()?),
            "pass_on" => Self::PassOn(place(value)?),
            "leave_it" => Self::LeaveIt,
            "keep" => Self::Keep(place(value)?),
            "backfill" => {
                let (channel, days) = value.split_once(' ')?;
                Self::Backfill { channel: ChannelId::new(channel), days: days.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days))? }
            }
            "rescue" => Self::Rescue(place(value)?),
            "subscribe" | "unsubscribe" => Self::Subscribe(FunctionId::parse(value).ok()?, id == "subscribe"),
            "mute" | "unmute" => Self::Mute(id == "mute"),
            "pool_join" | "pool_leave" => Self::Pool(FunctionId::parse(value).ok()?, id == "pool_join"),
            "turn_skip" => Self::SkipTurn(FunctionId::parse(value).ok()?),
            "turn_fine" => turn(value, TurnChoice::Fine)?,
            "turn_swap" => turn(value, TurnChoice::Swap)?,
            "turn_not" => turn(value, TurnChoice::NotThisTime)?,
            "turn_take" => turn(value, TurnChoice::TakeOver)?,
            "open" => Self::Item(no()?, Choice::Open),
            "heard_too" => Self::Item(no()?, Choice::HeardToo),
            "not_heard" => Self::Item(no()?, Choice::NotHeard),
            "original" => Self::Item(no()?, Choice::Original),
            "take" => Self::Item(no()?, Choice::Take),
            "give_back" => Self::Item(no()?, Choice::GiveBack),
            "extend" => Self::Item(no()?, Choice::Extend),
            "close" => Self::Item(no()?, Choice::Close),
            "reopen" => Self::Item(no()?, Choice::Reopen),
            "contradict" => Self::Item(no()?, Choice::Contradict),
            "agree" => Self::Item(no()?, Choice::Agree),
            "not_yet" => Self::Item(no()?, Choice::NotYet),
            "needs_answer" => Self::Item(no()?, Choice::NeedsAnswer),
            "decide" => Self::Item(no()?, Choice::Decide),
            "lift" => Self::Item(no()?, Choice::Lift),
            "ask_owner" => Self::Item(no()?, Choice::AskOwner),
            "refer" | "refer_not" => Self::Item(no()?, Choice::Refer(id == "refer")),
            "customer_told" => Self::Item(no()?, Choice::Answer(Knows::Told)),
            "no_need" => Self::Item(no()?, Choice::Answer(Knows::NoNeed)),
            "not_ours" | "why" => {
                let (no, function) = value.split_once(' ')?;
                let (no, function) = (FeedbackNo(no.parse().ok()?), FunctionId::parse(function).ok()?);
                Self::Item(no, if id == "why" { Choice::Why(function) } else { Choice::NotOurs(function) })
            }
            MENU => {
                let (id, value) = value.split_once(' ').filter(|(id, _)| *id != MENU)?;
                Self::parse(id, value)?
            }
            _ => return None,
        })
    }
}

fn turn(value: &str, choice: TurnChoice) -> Option<Press> {
    let (function, monday) = value.split_once(' ')?;
    Some(Press::Turn(FunctionId::parse(function).ok()?, monday.parse().ok()?, choice))
}

fn place(value: &str) -> Option<Place> {
    let parts: Vec<&str> = value.split(' ').collect();
    let [tenant, channel, ts, thread] = parts.try_into().ok()?;
    let source = Source { tenant: TenantId::new(tenant), channel: ChannelId::new(channel), ts: ts.to_owned() };
    Some(Place { source, thread: (thread != "-").then(|| thread.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presses_come_back_from_what_buttons_carry() {
        let source = Source { tenant: TenantId::new("T1"), channel: ChannelId::new("C1"), ts: "1.2".to_owned() };
        let (no, place) = (FeedbackNo(42), Place { source: source.clone(), thread: Some("1.1".to_owned()) });
        let alone = Place { source, thread: None };
        let all = [
            Press::Tell,
            Press::Edit(no),
            Press::Teams(no),
            Press::Hide(no),
            Press::Show(no),
            Press::Undo(no),
            Press::Remove(no),
            Press::Join(no, FeedbackNo(7)),
            Press::PassOn(place.clone()),
            Press::Rescue(place),
            Press::Item(no, Choice::Open),
            Press::Item(no, Choice::HeardToo),
            Press::Item(no, Choice::NotHeard),
            Press::Item(no, Choice::NotOurs(FunctionId::parse("finance").unwrap())),
            Press::Item(no, Choice::Why(FunctionId::parse("finance").unwrap())),
            Press::Item(no, Choice::Original),
            Press::Item(no, Choice::Take),
            Press::Item(no, Choice::GiveBack),
            Press::Item(no, Choice::Extend),
            Press::Item(no, Choice::Close),
            Press::Item(no, Choice::Reopen),
            Press::Item(no, Choice::Contradict),
            Press::Item(no, Choice::Agree),
            Press::Item(no, Choice::NotYet),
            Press::Item(no, Choice::Answer(Knows::Told)),
            Press::Item(no, Choice::Answer(Knows::NoNeed)),
            Press::Item(no, Choice::AskOwner),
            Press::Item(no, Choice::Refer(true)),
            Press::Item(no, Choice::Refer(false)),
            Press::LeaveIt,
            Press::Subscribe(FunctionId::parse("finance").unwrap(), true),
            Press::Subscribe(FunctionId::parse("finance").unwrap(), false),
            Press::Pool(FunctionId::parse("finance").unwrap(), true),
            Press::Pool(FunctionId::parse("finance").unwrap(), false),
            Press::Mute(true),
            Press::Mute(false),
            Press::Keep(alone),
            Press::Backfill { channel: ChannelId::new("C1"), days: 90 },
        ];
        for press in all {
            assert_eq!(Press::parse(press.id(), &press.value()).as_ref(), Some(&press));
            assert_eq!(Press::parse(MENU, &press.in_menu()), Some(press));
        }
    }

    #[test]
    fn guests_look_and_do_nothing() {
        let finance = FunctionId::parse("finance").unwrap();
        for looks in [Choice::Open, Choice::Original, Choice::Why(finance.clone())] {
            assert!(!looks.is_for_colleagues(), "{looks:?}");
        }
        for does in [Choice::HeardToo, Choice::NotHeard, Choice::NotOurs(finance), Choice::Take] {
            assert!(does.is_for_colleagues(), "{does:?}");
        }
    }

    #[test]
    fn what_no_button_of_ours_carries_is_none() {
        for (id, value) in [
            ("edit", "VOC-1"),
            ("edit", ""),
            ("keep", "T1 C1"),
            ("backfill", "C1 0"),
            ("backfill", "C1 366"),
            ("backfill", "90"),
            ("other", "1"),
            ("not_ours", "1"),
            ("why", "1 No Such"),
            ("subscribe", "No Such"),
            ("menu", "menu menu undo 1"),
            ("menu", "undo"),
            ("", ""),
        ] {
            assert_eq!(Press::parse(id, value), None, "{id} {value}");
        }
    }
}
