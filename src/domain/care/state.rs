//! How a record stands, and what may be done about it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::function::FunctionId;
use crate::domain::ids::{PersonNo, Seq};

/// Within how many working days whoever takes a record closes it.
pub const DUE_IN: u16 = 10;
/// How many working days more they may have, each time.
pub const EXTENDED_BY: u16 = 5;
/// How often they may.
pub const EXTENSIONS: u8 = 2;
/// For how many working days a closed record may come back.
pub const COMES_BACK_WITHIN: u16 = 10;
/// The most characters of a reason: it is read aloud to a customer.
pub const MOST_OF_REASON: usize = 1_000;

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is done.
    Done,
    /// It will be, by this day.
    Planned(Date),
    /// It is as it is meant to be.
    Intended,
    /// It will not be done.
    Declined,
    /// Nobody answered, for as long as that may be.
    Unanswered,
    /// It was praise: nobody has to answer.
    Thanked,
}

/// Whether the customer knows the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Knows {
    /// Somebody told them.
    Told,
    /// There is no need to.
    NoNeed,
}

/// Whom a record that nobody has taken has reached; each is further than those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Whoever is first to be reminded in the function that answers it.
    First,
    /// Its lead.
    Lead,
    /// The lead of another function, in turn.
    Chair,
    /// That of another function once more, before it is closed as unanswered.
    Council,
}

/// What is done about a record; `W` is how words are held, as they were said or as the log keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step<W> {
    /// Somebody takes it, until this day.
    Take(Date),
    /// They give it back; by itself where their day has passed.
    GiveBack,
    /// They have it until this day instead.
    Extend(Date),
    /// It is closed.
    Close(Outcome, Option<W>),
    /// It comes back: with the reason of whoever told or heard it, or by itself where what was planned is not done.
    Reopen(Option<W>),
    /// Somebody says whether the customer knows.
    Answer(Knows),
    /// Whoever has it was told that its day comes.
    Warn,
    /// Somebody was told that nobody has taken it.
    Reach(Level, PersonNo),
    /// It contradicts what the company believes, in these words.
    Contradict(W),
    /// It is to be closed, which takes a second signature.
    Propose(Outcome, W),
    /// Somebody of this function is asked to sign.
    Ask(FunctionId, PersonNo),
    /// They sign.
    Agree,
    /// They do not, for this reason; by itself where nobody who was asked answers.
    NotYet(Option<W>),
    /// The council gives it to somebody until this day, and says what changes.
    Decide(PersonNo, Date, W),
    /// It is no praise: somebody is to answer it.
    NotPraise,
    /// The council says why it does not contradict the company: one function may close it again.
    Lift(W),
    /// Whoever looks after the customer is asked to tell them.
    AskOwner(PersonNo),
    /// Whoever told it is asked once more whether the customer knows.
    AskAgain,
    /// Nobody is, since nobody is reminded: its clock stops all the same.
    AskNoMore,
    /// The customer agrees to be a reference, or does not after all.
    Refer(bool),
}

/// Words, and where they stand in the log: change and index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The words; empty once they were blanked.
    pub words: String,
    /// Where they stand.
    pub place: (Seq, u32),
}

/// Somebody has a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Who.
    pub by: PersonNo,
    /// Until when.
    pub due: Date,
    /// How often they asked for more time.
    pub extended: u8,
    /// Whether they were told that the day comes.
    pub warned: bool,
}

/// A record was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// By whom.
    pub by: Option<PersonNo>,
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, in words that the customer may hear; none where nobody answered.
    pub reason: Option<Kept>,
}

/// A record contradicts what the company believes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Belief {
    /// Who says so.
    pub by: Option<PersonNo>,
    /// What the company believes.
    pub words: Kept,
}

/// What the council decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who decided it, for the council.
    pub by: Option<PersonNo>,
    /// What changes, or why it contradicts nothing.
    pub words: Kept,
}

/// A record was not closed, since nobody signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Who.
    pub by: Option<PersonNo>,
    /// Why; none where nobody who was asked answered.
    pub reason: Option<Kept>,
    /// How it was to be closed.
    pub to: Closed,
}

/// A record is to be closed, which takes a second signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// How.
    pub closed: Closed,
    /// Who was asked to sign, in order, and for which function.
    pub asked: Vec<(FunctionId, PersonNo)>,
    /// When the last of them was.
    pub since: Timestamp,
}

/// A record came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopened {
    /// By whom; nobody where what was planned was not done.
    pub by: Option<PersonNo>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<Kept>,
    /// How it had been closed.
    pub was: Option<Closed>,
}

/// Where a record stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Nobody has taken it.
    #[default]
    Open,
    /// Somebody has.
    Taken(Taken),
    /// It is to be closed, once somebody else signs.
    Proposed(Proposal),
    /// It is closed.
    Closed(Closed),
}

/// What is known of the care for a record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Care {
    /// Where it stands.
    pub state: State,
    /// How it came back, in order.
    pub reopened: Vec<Reopened>,
    /// Whether the customer knows the outcome, and who said so.
    pub knows: Option<(Knows, PersonNo)>,
    /// Who looks after the customer and was asked to tell them, and by whom.
    pub owner: Option<(PersonNo, Option<PersonNo>)>,
    /// Whether it was asked once more if the customer knows.
    pub asked_again: bool,
    /// Who asked the customer to be a reference, and when; they agreed.
    pub reference: Option<(PersonNo, Timestamp)>,
    /// What the company believes, which it contradicts: closing takes a second signature then.
    pub belief: Option<Belief>,
    /// What the council said it does not contradict after all.
    pub lifted: Vec<Belief>,
    /// How it was not closed, in order.
    pub objections: Vec<Objection>,
    /// What the council decided last.
    pub decision: Option<Decision>,
    /// Who signed.
    pub signed: Option<PersonNo>,
    /// Whom it has reached while nobody took it.
    pub reached: Option<(Level, PersonNo)>,
    /// When it became news again that stood in digests before: it came back, or waits too long.
    pub again: Option<Timestamp>,
}

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// It was done before.
    Before,
    /// Somebody else has it.
    TakenBy(PersonNo),
    /// Whoever wants that does not have it.
    NotYours,
    /// It is closed already, by whom.
    Closed(Option<PersonNo>),
    /// It is open.
    Open,
    /// It came back once, which is how often it may.
    CameBack,
    /// It contradicts what the company believes, so that somebody else must sign.
    Disputed,
    /// It waits for a signature.
    Proposed,
    /// There was more time twice, which is how often there may be.
    Extended,
}

impl Proposal {
    /// Whether somebody was asked to sign.
    pub fn asks(&self, n: Option<PersonNo>) -> bool {
        self.asked.iter().any(|(_, asked)| Some(*asked) == n)
    }
}

impl State {
    /// Whether whoever has taken it may have more time.
    pub fn may_extend(&self) -> bool {
        matches!(self, Self::Taken(taken) if taken.extended < EXTENSIONS)
    }
}

impl Care {
    /// That of praise, which is closed at once.
    pub fn thanked(at: Timestamp) -> Self {
        let closed = Closed { by: None, at, outcome: Outcome::Thanked, reason: None };
        Self { state: State::Closed(closed), ..Self::default() }
    }

    /// Whether somebody who looks after the customer was asked to tell them.
    pub fn asks_owner(&self, n: PersonNo) -> bool {
        self.owner.is_some_and(|(owner, _)| owner == n)
    }

    /// Who has taken it.
    pub fn taker(&self) -> Option<PersonNo> {
        if let State::Taken(taken) = &self.state { Some(taken.by) } else { None }
    }

    /// How it is to be closed, where that takes a signature.
    pub fn proposal(&self) -> Option<&Proposal> {
        if let State::Proposed(proposal) = &self.state { Some(proposal) } else { None }
    }

    /// Since when somebody is to take a record that was heard then: since it came back last, if it did.
    pub fn open_since(&self, heard_at: Timestamp) -> Timestamp {
        self.reopened.last().map_or(heard_at, |back| back.at)
    }

    /// Whether its clock runs: somebody is to act, what was planned is to be done, or it is to be asked once more whether the
    /// customer knows.
    pub fn is_watched(&self) -> bool {
        self.closed().is_none_or(|closed| matches!(closed.outcome, Outcome::Planned(_))) || self.is_to_be_told()
    }

    /// Whether a customer is to hear how it was closed, and nobody said yet that they did.
    pub fn is_to_be_told(&self) -> bool {
        let answered = |closed: &Closed| !matches!(closed.outcome, Outcome::Unanswered | Outcome::Thanked);
        self.closed().is_some_and(answered) && self.knows.is_none() && !self.asked_again
    }

    /// How it was closed, if it is.
    pub fn closed(&self) -> Option<&Closed> {
        if let State::Closed(closed) = &self.state { Some(closed) } else { None }
    }

    /// Its words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.kept().map(|kept| kept.words.as_str())
    }

    /// Where its words stand in the log.
    pub fn places(&self) -> impl Iterator<Item = (Seq, u32)> {
        self.kept().map(|kept| kept.place)
    }

    fn kept(&self) -> impl Iterator<Item = &Kept> {
        let closed = self.closed().into_iter().chain(self.reopened.iter().filter_map(|back| back.was.as_ref()));
        let came_back = self.reopened.iter().filter_map(|back| back.reason.as_ref());
        let proposed = if let State::Proposed(proposal) = &self.state { proposal.closed.reason.as_ref() } else { None };
        let disputed = self
            .belief
            .iter()
            .chain(&self.lifted)
            .map(|belief| &belief.words)
            .chain(self.decision.iter().map(|decision| &decision.words))
            .chain(self.objections.iter().flat_map(|objection| objection.reason.iter().chain(&objection.to.reason)));
        closed.filter_map(|closed| closed.reason.as_ref()).chain(came_back).chain(proposed).chain(disputed)
    }

    /// Its words go.
    pub fn forget(&mut self) {
        if let State::Closed(closed) = &mut self.state {
            closed.reason.iter_mut().for_each(|reason| reason.words.clear());
        }
        if let State::Proposed(proposal) = &mut self.state {
            proposal.closed.reason.iter_mut().for_each(|reason| reason.words.clear());
        }
        self.belief.iter_mut().chain(&mut self.lifted).for_each(|belief| belief.words.words.clear());
        self.decision.iter_mut().for_each(|decision| decision.words.words.clear());
        for objection in &mut self.objections {
            objection.reason.iter_mut().chain(&mut objection.to.reason).for_each(|reason| reason.words.clear());
        }
        for back in &mut self.reopened {
            back.was.iter_mut().filter_map(|was| was.reason.as_mut()).for_each(|reason| reason.words.clear());
            back.reason.iter_mut().for_each(|reason| reason.words.clear());
        }
    }
}

impl<W> Step<W> {
    /// The same with its words held in another way.
    pub fn map<V>(self, with: impl FnOnce(W) -> V) -> Step<V> {
        match self {
            Self::Take(due) => Step::Take(due),
            Self::GiveBack => Step::GiveBack,
            Self::Extend(due) => Step::Extend(due),
            Self::Close(outcome, reason) => Step::Close(outcome, reason.map(with)),
            Self::Reopen(reason) => Step::Reopen(reason.map(with)),
            Self::Answer(knows) => Step::Answer(knows),
            Self::Warn => Step::Warn,
            Self::Reach(level, n) => Step::Reach(level, n),
            Self::Contradict(words) => Step::Contradict(with(words)),
            Self::Propose(outcome, reason) => Step::Propose(outcome, with(reason)),
            Self::Ask(function, n) => Step::Ask(function, n),
            Self::Agree => Step::Agree,
            Self::NotYet(reason) => Step::NotYet(reason.map(with)),
            Self::Decide(who, due, words) => Step::Decide(who, due, with(words)),
            Self::NotPraise => Step::NotPraise,
            Self::Lift(reason) => Step::Lift(with(reason)),
            Self::AskOwner(n) => Step::AskOwner(n),
            Self::AskAgain => Step::AskAgain,
            Self::AskNoMore => Step::AskNoMore,
            Self::Refer(agrees) => Step::Refer(agrees),
        }
    }
}
