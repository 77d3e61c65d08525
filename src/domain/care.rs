//! Care: who has a record, what became of it, and whether the customer knows.
//!
//! A record is open until somebody takes it, and closed with an outcome and a reason; it may come back once. Who may do so by
//! their function is decided where functions are known.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::function::FunctionId;
use super::ids::{PersonNo, Seq};

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
    /// All of them.
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
    /// What the company believes, which it contradicts: closing takes a second signature then.
    pub belief: Option<Belief>,
    /// How it was not closed, in order.
    pub objections: Vec<Objection>,
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
    /// Who has taken it.
    pub fn taker(&self) -> Option<PersonNo> {
        if let State::Taken(taken) = &self.state { Some(taken.by) } else { None }
    }

    /// Whether its clock runs: somebody is to act, or what was planned is to be done.
    pub fn is_watched(&self) -> bool {
        self.closed().is_none_or(|closed| matches!(closed.outcome, Outcome::Planned(_)))
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
            .map(|belief| &belief.words)
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
        self.belief.iter_mut().for_each(|belief| belief.words.words.clear());
        for objection in &mut self.objections {
            objection.reason.iter_mut().chain(&mut objection.to.reason).for_each(|reason| reason.words.clear());
        }
        for back in &mut self.reopened {
            back.was.iter_mut().filter_map(|was| was.reason.as_mut()).for_each(|reason| reason.words.clear());
            back.reason.iter_mut().for_each(|reason| reason.words.clear());
        }
    }

    /// Why a step is not taken, if it is not; `heard`: whoever wants it told the record, or heard it too.
    pub fn refuses<W>(&self, step: &Step<W>, by: Option<PersonNo>, heard: bool) -> Option<WhyNot> {
        match &self.state {
            State::Open => match step {
                Step::Close(..) if self.belief.is_some() && by.is_some() => Some(WhyNot::Disputed),
                Step::Contradict(_) if self.belief.is_some() => Some(WhyNot::Before),
                Step::Take(_) | Step::Close(..) | Step::Contradict(_) | Step::Propose(..) => None,
                Step::Reach(level, _) => self.reached.filter(|(reached, _)| reached >= level).map(|_| WhyNot::Before),
                Step::GiveBack | Step::Extend(_) | Step::Warn => Some(WhyNot::NotYours),
                Step::Reopen(_) | Step::Answer(_) | Step::Ask(..) | Step::Agree | Step::NotYet(_) => Some(WhyNot::Open),
            },
            State::Taken(taken) => match step {
                Step::Take(_) if by == Some(taken.by) => Some(WhyNot::Before),
                Step::Take(_) | Step::Reach(..) => Some(WhyNot::TakenBy(taken.by)),
                Step::Close(..) if self.belief.is_some() && by.is_some() => Some(WhyNot::Disputed),
                Step::Contradict(_) if self.belief.is_some() => Some(WhyNot::Before),
                Step::GiveBack | Step::Extend(_) | Step::Warn if by.is_some() && by != Some(taken.by) => Some(WhyNot::NotYours),
                Step::Extend(_) if taken.extended >= EXTENSIONS => Some(WhyNot::Extended),
                Step::Warn if taken.warned => Some(WhyNot::Before),
                Step::Close(..) | Step::Contradict(_) | Step::Propose(..) | Step::GiveBack | Step::Extend(_) | Step::Warn => None,
                Step::Reopen(_) | Step::Answer(_) | Step::Ask(..) | Step::Agree | Step::NotYet(_) => Some(WhyNot::Open),
            },
            State::Proposed(proposal) => match step {
                // Whoever wants it closed does not sign for others.
                Step::Agree | Step::NotYet(_) if by.is_some() && (!proposal.asks(by) || by == proposal.closed.by) => Some(WhyNot::NotYours),
                Step::Ask(..) | Step::Agree | Step::NotYet(_) => None,
                Step::Contradict(_) => Some(WhyNot::Before),
                Step::Take(_) | Step::Close(..) | Step::Propose(..) | Step::Reach(..) => Some(WhyNot::Proposed),
                Step::GiveBack | Step::Extend(_) | Step::Warn => Some(WhyNot::NotYours),
                Step::Reopen(_) | Step::Answer(_) => Some(WhyNot::Open),
            },
            State::Closed(closed) => match step {
                Step::Agree if by.is_some() && by == self.signed => Some(WhyNot::Before),
                Step::Reopen(_) | Step::Answer(_) if by.is_some() && !heard => Some(WhyNot::NotYours),
                Step::Reopen(_) if by.is_some() && self.reopened.iter().any(|back| back.by.is_some()) => Some(WhyNot::CameBack),
                Step::Answer(knows) if self.knows.map(|(known, _)| known) == Some(*knows) => Some(WhyNot::Before),
                Step::Reopen(_) | Step::Answer(_) => None,
                Step::GiveBack | Step::Extend(_) | Step::Warn => Some(WhyNot::NotYours),
                _ => Some(WhyNot::Closed(closed.by)),
            },
        }
    }

    /// Takes a step, whether or not it is refused: what is in the log happened. Gives the words that nobody reads any more.
    pub fn takes(&mut self, step: Step<Kept>, by: Option<PersonNo>, at: Timestamp) -> Option<Kept> {
        match step {
            Step::Take(due) => {
                return self.stands(State::Taken(Taken { by: by?, due, extended: 0, warned: false }));
            }
            Step::GiveBack => return self.stands(State::Open),
            Step::Extend(due) => {
                if let State::Taken(taken) = &mut self.state {
                    taken.due = due;
                    taken.extended = taken.extended.saturating_add(1);
                    taken.warned = false;
                }
            }
            Step::Close(outcome, reason) => {
                self.knows = None;
                return self.stands(State::Closed(Closed { by, at, outcome, reason }));
            }
            Step::Reopen(reason) => return self.comes_back(by, at, reason),
            Step::Answer(knows) => self.knows = by.map(|by| (knows, by)),
            Step::Warn => {
                if let State::Taken(taken) = &mut self.state {
                    taken.warned = true;
                }
            }
            Step::Reach(level, n) => {
                self.reached = Some((level, n));
                if level >= Level::Lead {
                    self.again = Some(at);
                }
            }
            Step::Contradict(words) => {
                return self.belief.replace(Belief { by, words }).map(|before| before.words);
            }
            Step::Propose(outcome, reason) => {
                let closed = Closed { by, at, outcome, reason: Some(reason) };
                return self.stands(State::Proposed(Proposal { closed, asked: vec![], since: at }));
            }
            Step::Ask(function, n) => {
                if let State::Proposed(proposal) = &mut self.state {
                    proposal.asked.push((function, n));
                    proposal.since = at;
                }
            }
            Step::Agree => self.is_signed(by, at),
            Step::NotYet(reason) => return self.is_not_signed(by, reason),
        }
        None
    }

    /// It stands so from here on.
    fn stands(&mut self, state: State) -> Option<Kept> {
        match std::mem::replace(&mut self.state, state) {
            State::Closed(closed) => closed.reason,
            State::Proposed(proposal) => proposal.closed.reason,
            State::Open | State::Taken(_) => None,
        }
    }

    fn comes_back(&mut self, by: Option<PersonNo>, at: Timestamp, reason: Option<Kept>) -> Option<Kept> {
        let (was, gone) = match std::mem::take(&mut self.state) {
            State::Closed(closed) => (Some(closed), None),
            State::Proposed(proposal) => (None, proposal.closed.reason),
            State::Open | State::Taken(_) => (None, None),
        };
        self.reopened.push(Reopened { by, at, reason, was });
        self.reached = None;
        self.again = Some(at);
        gone
    }

    fn is_signed(&mut self, by: Option<PersonNo>, at: Timestamp) {
        match std::mem::take(&mut self.state) {
            State::Proposed(proposal) => {
                self.state = State::Closed(Closed { at, ..proposal.closed });
                self.signed = by;
                self.knows = None;
            }
            other => self.state = other,
        }
    }

    fn is_not_signed(&mut self, by: Option<PersonNo>, reason: Option<Kept>) -> Option<Kept> {
        match std::mem::take(&mut self.state) {
            State::Proposed(proposal) => {
                self.objections.push(Objection { by, reason, to: proposal.closed });
                None
            }
            other => {
                self.state = other;
                reason
            }
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
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DUE: Date = jiff::civil::date(2026, 12, 4);

    fn kept() -> Kept {
        Kept { words: "zebra".to_owned(), place: (Seq(1), 0) }
    }

    fn any_step() -> impl Strategy<Value = Step<Kept>> {
        prop_oneof![
            Just(Step::Take(DUE)),
            Just(Step::GiveBack),
            Just(Step::Extend(DUE)),
            Just(Step::Close(Outcome::Done, Some(kept()))),
            Just(Step::Reopen(Some(kept()))),
            Just(Step::Answer(Knows::Told)),
            Just(Step::Warn),
            Just(Step::Contradict(kept())),
            Just(Step::Propose(Outcome::Done, kept())),
            (0_u64..3).prop_map(|n| Step::Ask(FunctionId::parse("legal").unwrap(), PersonNo(n))),
            Just(Step::Agree),
            Just(Step::NotYet(Some(kept()))),
            Just(Step::Reach(Level::First, PersonNo(9))),
            Just(Step::Reach(Level::Chair, PersonNo(9))),
        ]
    }

    fn after(steps: &[(Step<Kept>, u64)]) -> Care {
        let mut care = Care::default();
        for (step, by) in steps {
            let by = Some(PersonNo(*by));
            assert_eq!(care.refuses(step, by, true), None, "{step:?}");
            care.takes(step.clone(), by, Timestamp::UNIX_EPOCH);
        }
        care
    }

    #[test]
    fn one_takes_it_and_the_other_reads_who_was_first() {
        let care = after(&[(Step::Take(DUE), 1)]);
        let why = |step: &Step<Kept>, by| care.refuses(step, Some(PersonNo(by)), false);
        assert_eq!(why(&Step::Take(DUE), 2), Some(WhyNot::TakenBy(PersonNo(1))));
        assert_eq!(why(&Step::Take(DUE), 1), Some(WhyNot::Before));
        assert_eq!(why(&Step::GiveBack, 2), Some(WhyNot::NotYours));
        assert_eq!(why(&Step::Close(Outcome::Done, Some(kept())), 2), None, "who may close is known elsewhere");
        assert_eq!(care.refuses(&Step::<Kept>::GiveBack, None, false), None, "by itself, when its day has passed");
    }

    #[test]
    fn more_time_is_given_twice() {
        let care = after(&[(Step::Take(DUE), 1), (Step::Extend(DUE), 1), (Step::Extend(DUE), 1)]);
        assert_eq!(care.refuses(&Step::<Kept>::Extend(DUE), Some(PersonNo(1)), false), Some(WhyNot::Extended));
        let again =
            after(&[(Step::Take(DUE), 1), (Step::Extend(DUE), 1), (Step::GiveBack, 1), (Step::Take(DUE), 1), (Step::Extend(DUE), 1)]);
        assert_eq!(again.refuses(&Step::<Kept>::Extend(DUE), Some(PersonNo(1)), false), None);
    }

    #[test]
    fn it_comes_back_once_for_those_who_heard_it_and_by_itself() {
        let closed =
            [(Step::Close(Outcome::Done, Some(kept())), 1), (Step::Reopen(Some(kept())), 2), (Step::Close(Outcome::Done, Some(kept())), 1)];
        let care = after(&closed);
        let reopen = Step::Reopen(Some(kept()));
        assert_eq!(after(&closed[..1]).refuses(&reopen, Some(PersonNo(3)), false), Some(WhyNot::NotYours));
        assert_eq!(care.refuses(&reopen, Some(PersonNo(2)), true), Some(WhyNot::CameBack));
        assert_eq!(care.refuses(&Step::<Kept>::Reopen(None), None, false), None, "by itself as often as it must");
        assert_eq!(after(&closed[..2]).refuses(&reopen, Some(PersonNo(2)), true), Some(WhyNot::Open));
    }

    proptest! {
        /// Whatever is refused or not: an open record has at most one who took it, a closed one has a reason, and words go.
        #[test]
        fn any_history_keeps_its_promises(steps in prop::collection::vec((any_step(), 0_u64..3, any::<bool>()), 0..30)) {
            let (mut care, mut taker) = (Care::default(), None);
            for (step, by, heard) in steps {
                let by = Some(PersonNo(by));
                let refused = care.refuses(&step, by, heard);
                match (&step, refused) {
                    (_, Some(_)) => continue,
                    (Step::Take(_), None) => { prop_assert_eq!(taker, None); taker = by; }
                    (Step::GiveBack, None) => { prop_assert_eq!(taker, by); taker = None; }
                    (Step::Close(..) | Step::Reopen(_) | Step::Propose(..), None) => taker = None,
                    (Step::Agree | Step::NotYet(_), None) => prop_assert!(matches!(&care.state, State::Proposed(p) if p.asks(by) && p.closed.by != by)),
                    (Step::Contradict(_) | Step::Ask(..), None) => {}
                    (Step::Extend(_), None) => prop_assert_eq!(taker, by),
                    (Step::Answer(_), None) => prop_assert!(heard),
                    (Step::Warn, None) => prop_assert!(taker.is_some()),
                    (Step::Reach(..), None) => prop_assert_eq!(taker, None),
                }
                care.takes(step, by, Timestamp::UNIX_EPOCH);
                prop_assert_eq!(care.taker(), taker);
            }
            prop_assert!(care.reopened.len() <= 1);
            care.forget();
            let words = format!("{care:?}");
            prop_assert!(!words.contains("zebra"), "{}", words);
        }
    }
}
