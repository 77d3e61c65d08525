//! The steps of the care for a record: which are refused, and what each comes to.

use jiff::Timestamp;
use jiff::civil::Date;

use super::state::{
    Belief, Care, Closed, Decision, EXTENSIONS, Kept, Level, Objection, Outcome, Proposal, Reopened, State, Step, Taken, WhyNot,
};
use crate::domain::ids::PersonNo;

impl Care {
    /// Why a step is not taken, if it is not; `heard`: whoever wants it told the record, or heard it too.
    pub fn refuses<W>(&self, step: &Step<W>, by: Option<PersonNo>, heard: bool) -> Option<WhyNot> {
        match (&self.state, step) {
            (State::Open | State::Taken(_) | State::Proposed(_), Step::Lift(_)) => return self.belief.is_none().then_some(WhyNot::Before),
            (State::Open | State::Taken(_), Step::Decide(..)) => return None,
            (State::Open | State::Taken(_) | State::Proposed(_), Step::NotPraise) => return Some(WhyNot::Before),
            (State::Proposed(_), Step::Decide(..)) => return Some(WhyNot::Proposed),
            (_, Step::Refer(agrees)) => return (self.reference.is_some() == *agrees).then_some(WhyNot::Before),
            _ => {}
        }
        match &self.state {
            State::Open => match step {
                Step::Close(..) if self.belief.is_some() && by.is_some() => Some(WhyNot::Disputed),
                Step::Contradict(_) if self.belief.is_some() => Some(WhyNot::Before),
                Step::Take(_) | Step::Close(..) | Step::Contradict(_) | Step::Propose(..) => None,
                Step::Reach(level, _) => self.reached.filter(|(reached, _)| reached >= level).map(|_| WhyNot::Before),
                Step::GiveBack | Step::Extend(_) | Step::Warn => Some(WhyNot::NotYours),
                _ => Some(WhyNot::Open),
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
                _ => Some(WhyNot::Open),
            },
            State::Proposed(proposal) => match step {
                // Whoever wants it closed does not sign for others.
                Step::Agree | Step::NotYet(_) if by.is_some() && (!proposal.asks(by) || by == proposal.closed.by) => Some(WhyNot::NotYours),
                Step::Ask(..) | Step::Agree | Step::NotYet(_) => None,
                Step::Contradict(_) => Some(WhyNot::Before),
                Step::Take(_) | Step::Close(..) | Step::Propose(..) | Step::Reach(..) => Some(WhyNot::Proposed),
                Step::GiveBack | Step::Extend(_) | Step::Warn => Some(WhyNot::NotYours),
                _ => Some(WhyNot::Open),
            },
            State::Closed(closed) => match step {
                Step::NotPraise => (closed.outcome != Outcome::Thanked).then_some(WhyNot::Closed(closed.by)),
                Step::Agree if by.is_some() && by == self.signed => Some(WhyNot::Before),
                Step::Reopen(_) | Step::AskOwner(_) if by.is_some() && !heard => Some(WhyNot::NotYours),
                Step::Answer(_) if by.is_some_and(|by| !heard && !self.asks_owner(by)) => Some(WhyNot::NotYours),
                Step::Reopen(_) if by.is_some() && self.reopened.iter().any(|back| back.by.is_some()) => Some(WhyNot::CameBack),
                Step::Answer(knows) if self.knows.map(|(known, _)| known) == Some(*knows) => Some(WhyNot::Before),
                Step::AskOwner(n) if self.asks_owner(*n) || self.knows.is_some() => Some(WhyNot::Before),
                Step::AskAgain | Step::AskNoMore if !self.is_to_be_told() => Some(WhyNot::Before),
                Step::Reopen(_) | Step::Answer(_) | Step::AskOwner(_) | Step::AskAgain | Step::AskNoMore => None,
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
            Step::Extend(due) => self.has_more_time(due),
            Step::Close(outcome, reason) => {
                self.nobody_knows();
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
            Step::Decide(who, due, words) => {
                // One that waits for a signature, by the same change, goes on waiting: its reason is not lost.
                if matches!(self.state, State::Open | State::Taken(_)) {
                    self.state = State::Taken(Taken { by: who, due, extended: 0, warned: false });
                }
                self.again = Some(at);
                return self.is_decided(by, words);
            }
            Step::NotPraise => {
                self.again = Some(at);
                return self.stands(State::Open);
            }
            Step::Lift(words) => {
                self.lifted.extend(self.belief.take());
                return self.is_decided(by, words);
            }
            Step::AskOwner(n) => self.owner = Some((n, by)),
            Step::AskAgain | Step::AskNoMore => self.asked_again = true,
            Step::Refer(agrees) => self.reference = by.filter(|_| agrees).map(|by| (by, at)),
        }
        None
    }

    /// No customer knows how it is closed from here on.
    fn nobody_knows(&mut self) {
        (self.knows, self.owner, self.asked_again) = (None, None, false);
    }

    fn is_decided(&mut self, by: Option<PersonNo>, words: Kept) -> Option<Kept> {
        self.decision.replace(Decision { by, words }).map(|before| before.words)
    }

    fn has_more_time(&mut self, due: Date) {
        if let State::Taken(taken) = &mut self.state {
            taken.due = due;
            taken.extended = taken.extended.saturating_add(1);
            taken.warned = false;
        }
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
                self.nobody_knows();
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::state::*;
    use super::*;
    use crate::domain::function::FunctionId;
    use crate::domain::ids::Seq;
    use jiff::civil::Date;

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
            (0_u64..3).prop_map(|n| Step::Decide(PersonNo(n), DUE, kept())),
            Just(Step::Lift(kept())),
            Just(Step::NotPraise),
            (0_u64..3).prop_map(|n| Step::AskOwner(PersonNo(n))),
            Just(Step::AskAgain),
            Just(Step::AskNoMore),
            any::<bool>().prop_map(Step::Refer),
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
    fn the_council_gives_it_to_somebody_and_lifts_what_it_contradicts() {
        let disputed = [(Step::Contradict(kept()), 2)];
        let close = Step::Close(Outcome::Done, Some(kept()));
        assert_eq!(after(&disputed).refuses(&close, Some(PersonNo(1)), false), Some(WhyNot::Disputed));
        let lifted = after(&[disputed[0].clone(), (Step::Lift(kept()), 3)]);
        assert_eq!(lifted.refuses(&close, Some(PersonNo(1)), false), None);
        assert_eq!(lifted.refuses(&Step::Lift(kept()), Some(PersonNo(3)), false), Some(WhyNot::Before));
        let decided = after(&[(Step::Take(DUE), 1), (Step::Decide(PersonNo(4), DUE, kept()), 3)]);
        assert_eq!((decided.taker(), decided.again), (Some(PersonNo(4)), Some(Timestamp::UNIX_EPOCH)));
        let proposed = after(&[disputed[0].clone(), (Step::Propose(Outcome::Done, kept()), 1)]);
        assert_eq!(proposed.refuses(&Step::Decide(PersonNo(4), DUE, kept()), Some(PersonNo(3)), false), Some(WhyNot::Proposed));
        // Both by one change: no word is lost sight of.
        let mut both = proposed;
        both.takes(Step::Decide(PersonNo(4), DUE, kept()), Some(PersonNo(3)), Timestamp::UNIX_EPOCH);
        assert_eq!(both.places().count(), 3, "{both:?}");
    }

    #[test]
    fn the_customer_is_told_by_whoever_heard_it_or_looks_after_them() {
        let closed = (Step::Close(Outcome::Done, Some(kept())), 1);
        let told = Step::<Kept>::Answer(Knows::Told);
        let care = after(&[closed.clone(), (Step::AskOwner(PersonNo(7)), 2)]);
        assert_eq!(care.refuses(&told, Some(PersonNo(7)), false), None);
        assert_eq!(care.refuses(&told, Some(PersonNo(6)), false), Some(WhyNot::NotYours));
        assert_eq!(care.refuses(&Step::<Kept>::AskOwner(PersonNo(7)), Some(PersonNo(2)), true), Some(WhyNot::Before));
        assert!(care.is_watched());
        let asked = after(&[closed.clone(), (Step::AskAgain, 1)]);
        assert!(!asked.is_watched(), "once more, and no more");
        assert!(!after(&[closed.clone(), (Step::AskNoMore, 1)]).is_watched());
        assert_eq!(asked.refuses(&Step::<Kept>::AskAgain, None, false), Some(WhyNot::Before));
        let known = after(&[closed.clone(), (told, 2)]);
        assert!(!known.is_watched());
        let anew = after(&[closed.clone(), (Step::AskOwner(PersonNo(7)), 2), (Step::AskAgain, 1), (Step::Reopen(Some(kept())), 2), closed]);
        assert_eq!((anew.owner, anew.is_watched()), (None, true), "another answer is to be told anew");
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
                    (Step::Contradict(_) | Step::Ask(..) | Step::Refer(_), None) => {}
                    (Step::Decide(n, ..), None) => taker = Some(*n),
                    (Step::NotPraise, None) => prop_assert!(false, "nothing here is praise"),
                    (Step::Lift(_), None) => prop_assert!(care.belief.is_some()),
                    (Step::Extend(_), None) => prop_assert_eq!(taker, by),
                    (Step::Answer(_), None) => prop_assert!(heard || by.is_some_and(|by| care.asks_owner(by))),
                    (Step::AskOwner(_), None) => prop_assert!(heard),
                    (Step::AskAgain | Step::AskNoMore, None) => prop_assert!(care.closed().is_some()),
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
