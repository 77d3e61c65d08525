//! The care for records: who takes them, how they are closed, how they come back.

use jiff::Timestamp;
use jiff::civil::Date;

use super::changes::{ChangeError, TRIES};
use super::in_force::InForce;
use super::records::{name, named, standing};
use crate::domain::acts::{Act, Change};
use crate::domain::care::{COMES_BACK_WITHIN, Closed, DUE_IN, EXTENDED_BY, Knows, Level, Objection, Outcome, State, Step, WhyNot};
use crate::domain::commit::Refused;
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Identity, Verbatim};
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, PersonNo};
use crate::domain::routing::Schedule;
use crate::domain::views::{Record, Unreadable};
use crate::store::{CommitError, SharedStore};
use crate::texts::en;
use crate::texts::en::care::{Dispute, Reference, Stands};
use crate::texts::page::Page;

/// What somebody wants to do.
#[derive(Debug, Clone)]
pub enum Wish {
    /// Take it.
    Take,
    /// Give it back.
    GiveBack,
    /// Have it for longer.
    Extend,
    /// Close it.
    Close(Outcome, Verbatim),
    /// Bring it back.
    Reopen(Verbatim),
    /// Say whether the customer knows.
    Answer(Knows),
    /// Say what it contradicts.
    Contradict(Verbatim),
    /// Sign that it is closed.
    Agree,
    /// Say why not.
    NotYet(Verbatim),
    /// Ask whoever looks after the customer to tell them.
    AskOwner(Identity),
    /// Say that the customer agrees to be a reference, or does not after all.
    Refer(bool),
    /// Say that it is no praise.
    NeedsAnswer,
    /// Give it to somebody, for the council: to whom, until when, and what changes.
    Decide(Identity, Date, Verbatim),
    /// Say, for the council, why it contradicts nothing.
    Lift(Verbatim),
}

/// What became of a wish.
#[derive(Debug, Clone)]
pub enum Became {
    /// It is so, now or before.
    Done(Box<Record>),
    /// It stands otherwise, and how.
    Not(WhyNot, Box<Record>),
    /// Only those who answer for it may.
    NotForYou,
    /// Only those who lead a function may.
    ForCouncil,
    /// The day for it has passed.
    TooLate,
    /// Nobody knows which customer said it.
    NoCustomer,
    /// It is not there any more.
    Gone,
}

/// Who wants something.
#[derive(Debug)]
pub struct By<'a> {
    /// Who.
    pub who: &'a Identity,
    /// What the delivery is known by.
    pub key: &'a DeliveryKey,
    /// The functions that they belong to.
    pub belongs: &'a [FunctionId],
}

/// Does what somebody wants, if it is theirs to do. Whoever asks twice gets the same answer.
pub async fn step(
    (store, in_force): (&SharedStore, &InForce),
    now: Timestamp,
    By { who, key, belongs }: By<'_>,
    no: FeedbackNo,
    wish: &Wish,
) -> Result<Became, ChangeError> {
    let mut tried = 0;
    loop {
        let Some(record) = standing(store, no).await? else { return Ok(Became::Gone) };
        let n = store.known(who.tenant.clone(), who.user.clone()).await?.map(|(n, _)| n);
        let acts = match decided((in_force, &record), who, no, wish) {
            Some(Ok(act)) => vec![act],
            Some(Err(became)) => return Ok(became),
            None => match planned((in_force, &record), now, (n, belongs), wish) {
                Ok(step) => vec![Act::Care { no, step }],
                Err(became) => return Ok(became),
            },
        };
        let change = Change { at: now, by: Some(who.clone()), keys: vec![key.clone()], expects: vec![(no, record.revision)], acts };
        tried += 1;
        match store.commit(change).await {
            Ok(_) => break,
            Err(CommitError::Stale(_)) if tried < TRIES => {}
            Err(CommitError::Refused(Refused::Care(_, why))) => return Ok(Became::Not(why, Box::new(record))),
            Err(CommitError::Refused(Refused::NoRecord(_))) => return Ok(Became::Gone),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(standing(store, no).await?.map_or(Became::Gone, |record| Became::Done(Box::new(record))))
}

/// What goes to somebody else or is the council's, if a wish is that: those who lead a function are the council, and nobody
/// judges their own.
fn decided((in_force, record): (&InForce, &Record), who: &Identity, no: FeedbackNo, wish: &Wish) -> Option<Result<Act, Became>> {
    let (act, of_others) = match wish {
        Wish::Decide(to, due, words) => (Act::Decide { no, who: to.clone(), due: *due, words: words.clone() }, false),
        Wish::Lift(words) => (Act::Care { no, step: Step::Lift(words.clone()) }, true),
        Wish::AskOwner(to) => return Some(Ok(Act::AskOwner { no, who: to.clone() })),
        _ => return None,
    };
    let lead = in_force.lead(record).map(|lead| &lead.id);
    let may = in_force.leads(&who.user).any(|function| !of_others || Some(&function.id) != lead);
    Some(if may { Ok(act) } else { Err(Became::ForCouncil) })
}

/// The step that a wish is, with its day by the working days of the function that answers it.
fn planned(
    (in_force, record): (&InForce, &Record),
    now: Timestamp,
    (n, belongs): (Option<PersonNo>, &[FunctionId]),
    wish: &Wish,
) -> Result<Step<Verbatim>, Became> {
    let schedule = in_force.works(record);
    let today = now.to_zoned(schedule.zone.clone()).date();
    let later = |from: Date, days| schedule.working_days_after(from, days).unwrap_or(from);
    Ok(match wish {
        Wish::Take => Step::Take(later(today, DUE_IN)),
        Wish::GiveBack => Step::GiveBack,
        Wish::Extend => match &record.care.state {
            State::Taken(taken) => Step::Extend(later(taken.due.max(today), EXTENDED_BY)),
            State::Open | State::Proposed(_) | State::Closed(_) => Step::Extend(today),
        },
        Wish::Close(outcome, reason) => {
            let answers = in_force.lead(record).is_none_or(|lead| belongs.contains(&lead.id));
            let reached = record.care.reached.map(|(_, n)| n);
            if !answers && (n.is_none() || (record.care.taker() != n && reached != n)) {
                return Err(Became::NotForYou);
            }
            if record.care.belief.is_some() { Step::Propose(*outcome, reason.clone()) } else { Step::Close(*outcome, Some(reason.clone())) }
        }
        Wish::Reopen(reason) => {
            if record.care.closed().is_some_and(|closed| !may_come_back(schedule, closed, now)) {
                return Err(Became::TooLate);
            }
            Step::Reopen(Some(reason.clone()))
        }
        Wish::Answer(knows) => Step::Answer(*knows),
        Wish::Contradict(belief) => {
            let heard = n.is_some_and(|n| record.is_heard_by(n));
            if !heard && in_force.lead(record).is_some_and(|lead| belongs.contains(&lead.id)) {
                return Err(Became::NotForYou);
            }
            Step::Contradict(belief.clone())
        }
        Wish::Agree => Step::Agree,
        Wish::NeedsAnswer => Step::NotPraise,
        Wish::Refer(true) if record.customer.is_none() => return Err(Became::NoCustomer),
        Wish::Refer(agrees) => Step::Refer(*agrees),
        Wish::NotYet(reason) => Step::NotYet(Some(reason.clone())),
        // Seen to before.
        Wish::Decide(..) | Wish::Lift(_) | Wish::AskOwner(_) => return Err(Became::ForCouncil),
    })
}

fn may_come_back(schedule: &Schedule, closed: &Closed, now: Timestamp) -> bool {
    let day = |at: Timestamp| at.to_zoned(schedule.zone.clone()).date();
    schedule.working_days_after(day(closed.at), COMES_BACK_WITHIN).is_none_or(|last| day(now) <= last)
}

/// How a record stands, as everybody may read it.
pub(super) async fn stands(store: &SharedStore, in_force: &InForce, record: &Record) -> Result<Stands, Unreadable> {
    Ok(match &record.care.state {
        State::Open => Stands::Open {
            lead: in_force.lead(record).map(|function| function.name.clone()),
            back: came_back(store, record).await?,
            decided: decision(store, record).await?,
            waits: record
                .care
                .reached
                .filter(|(level, _)| *level >= Level::Lead)
                .map(|_| record.care.open_since(record.heard_at).to_zoned(in_force.works(record).zone.clone()).date()),
        },
        State::Taken(taken) => Stands::Taken { by: name(store, taken.by).await?, due: taken.due, decided: decision(store, record).await? },
        State::Proposed(proposal) => Stands::Proposed {
            by: named(store, proposal.closed.by).await?,
            outcome: proposal.closed.outcome,
            reason: proposal.closed.reason.as_ref().map(|reason| reason.words.clone()).unwrap_or_default(),
            asks: proposal.asked.last().map(|(function, _)| in_force.name(function)),
        },
        State::Closed(closed) => Stands::Closed {
            by: named(store, closed.by).await?,
            outcome: closed.outcome,
            reason: closed.reason.as_ref().map(|reason| reason.words.clone()),
        },
    })
}

/// What the council decided last, and who said it for the council.
async fn decision(store: &SharedStore, record: &Record) -> Result<Option<(Option<String>, String)>, Unreadable> {
    let Some(decision) = &record.care.decision else { return Ok(None) };
    Ok(Some((named(store, decision.by).await?, decision.words.words.clone())))
}

/// What a record contradicts, who says so, and who did not sign last that it is closed.
pub(super) async fn disputed(store: &SharedStore, record: &Record) -> Result<Option<Dispute>, Unreadable> {
    let Some(belief) = &record.care.belief else { return Ok(None) };
    let last = record.care.objections.last().filter(|_| record.care.closed().is_none());
    let objection = match last {
        Some(Objection { by, reason: Some(reason), .. }) => Some((named(store, *by).await?, reason.words.clone())),
        Some(Objection { reason: None, .. }) | None => None,
    };
    Ok(Some(Dispute { by: named(store, belief.by).await?, belief: belief.words.words.clone(), objection }))
}

/// Who asked the customer to be a reference, and when, where they agreed.
pub(super) async fn reference(store: &SharedStore, in_force: &InForce, record: &Record) -> Result<Option<Reference>, Unreadable> {
    let Some((by, at)) = record.care.reference else { return Ok(None) };
    let on = at.to_zoned(in_force.works(record).zone.clone()).date();
    Ok(Some(Reference { by: name(store, by).await?, on }))
}

/// Why it came back last, and who brought it; none where it never did.
pub(super) async fn came_back(store: &SharedStore, record: &Record) -> Result<Option<(Option<String>, Option<String>)>, Unreadable> {
    let Some(back) = record.care.reopened.last() else { return Ok(None) };
    let by = named(store, back.by).await?;
    Ok(Some((by, back.reason.as_ref().map(|reason| reason.words.clone()))))
}

/// When something taken is due, as its function writes days.
pub(super) fn due(record: &Record) -> Option<Date> {
    if let State::Taken(taken) = &record.care.state { Some(taken.due) } else { None }
}

/// What whoever pressed reads.
pub async fn answer(store: &SharedStore, in_force: &InForce, no: FeedbackNo, wish: &Wish, became: Became) -> Result<Page, Unreadable> {
    Ok(match became {
        Became::Gone => en::gone(no),
        Became::NotForYou if matches!(wish, Wish::Contradict(_)) => en::care::contradicts_others(no),
        Became::NotForYou => en::care::not_for_you(no),
        Became::ForCouncil => en::care::for_council(no),
        Became::TooLate => en::care::too_late(no),
        Became::NoCustomer => en::care::no_customer(no),
        Became::Done(record) => match wish {
            Wish::Take | Wish::Extend => en::care::yours(no, due(&record), record.care.state.may_extend()),
            Wish::GiveBack => en::care::given_back(no, in_force.lead(&record).map(|function| function.name.as_str())),
            Wish::Close(..) if record.care.closed().is_none() => en::care::proposed(no),
            Wish::Close(..) | Wish::Agree => en::care::closed(no),
            Wish::NeedsAnswer => en::care::needs_answer(no),
            Wish::Contradict(_) => en::care::disputed_now(no),
            Wish::NotYet(_) => en::care::objected(no),
            Wish::Decide(to, due, _) => en::care::decided(no, &to.name, *due),
            Wish::Lift(_) => en::care::lifted(no),
            Wish::AskOwner(to) => en::care::asked_owner(no, &to.name),
            Wish::Refer(agrees) => en::care::refers(no, *agrees),
            Wish::Reopen(_) => en::care::reopened(no),
            Wish::Answer(knows) => en::care::noted(no, *knows),
        },
        Became::Not(why, record) => {
            let by = match why {
                WhyNot::TakenBy(by) | WhyNot::Closed(Some(by)) => name(store, by).await?,
                _ => None,
            };
            en::care::not_so(no, why, by.as_deref(), due(&record))
        }
    })
}
