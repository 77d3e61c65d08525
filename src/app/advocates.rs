//! Advocates: whose turn it is in each function, and what they are written.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::changes::ChangeError;
use super::in_force::InForce;
use super::records::{identity, named};
use super::spread::own_load;
use super::undecided::undecided;
use crate::domain::acts::{Act, Change};
use crate::domain::advocates::{Advocates, Due, Duty, WhyNot, monday_of, next_monday};
use crate::domain::care::State;
use crate::domain::commit::Refused;
use crate::domain::escalation::chair;
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::Identity;
use crate::domain::function::FunctionId;
use crate::domain::ids::{PersonNo, UserId};
use crate::domain::routing::Function;
use crate::domain::views::Unreadable;
use crate::store::{CommitError, SharedStore};
use crate::texts::en;
use crate::texts::en::advocates::{Begins, Says, Serves, Team};
use crate::texts::page::Page;

/// The advocates of all functions, and who they are.
#[derive(Debug)]
pub struct Pools {
    of: BTreeMap<FunctionId, Advocates>,
    people: BTreeMap<PersonNo, Identity>,
}

impl Pools {
    /// As they stand.
    pub async fn of(store: &SharedStore) -> Result<Self, Unreadable> {
        let of: BTreeMap<FunctionId, Advocates> = store.advocates().await?.into_iter().collect();
        let mut people = BTreeMap::new();
        let all = of.values().flat_map(|one| one.pool.iter().map(|one| one.who).chain(one.weeks.iter().map(|week| week.who)));
        for n in all.collect::<BTreeSet<_>>() {
            people.extend(identity(store, n).await?.map(|who| (n, who)));
        }
        Ok(Self { of, people })
    }

    /// All who volunteered.
    pub fn users(&self) -> impl Iterator<Item = &UserId> {
        self.people.values().map(|who| &who.user)
    }

    /// The advocate of a function in the week of a day.
    pub fn on(&self, function: &FunctionId, day: Date) -> Option<&Identity> {
        self.people.get(&self.of.get(function)?.on(day)?)
    }

    /// What the clock does about a function's advocates on a day on which it works.
    pub(super) fn due(&self, function: &FunctionId, day: Date, away: &BTreeSet<UserId>) -> Vec<Due> {
        let away = self.people.iter().filter(|(_, who)| away.contains(&who.user)).map(|(n, _)| *n).collect();
        self.of.get(function).map_or_else(Vec::new, |advocates| advocates.due(day, &away))
    }

    /// Whether a function's lead may be told on that day that nobody takes turns.
    pub(super) fn may_tell_lead(&self, function: &FunctionId, day: Date) -> bool {
        self.of.get(function).is_none_or(|advocates| advocates.may_tell_lead(day))
    }

    /// The last week in which a function's lead was told that they are in the council's chair.
    pub(super) fn chaired(&self, function: &FunctionId) -> Option<Date> {
        self.of.get(function)?.chaired
    }

    /// How many take turns in a function, and whether somebody is among them.
    fn pool(&self, function: &FunctionId, user: &UserId) -> (usize, bool) {
        let pool = self.of.get(function).map_or(&[][..], |advocates| &advocates.pool);
        (pool.len(), pool.iter().any(|one| self.who(one.who).is_some_and(|one| one.user == *user)))
    }

    /// Who somebody is.
    pub(super) fn who(&self, n: PersonNo) -> Option<&Identity> {
        self.people.get(&n)
    }
}

/// The advocate of a function in the week of a day: what they are called.
pub async fn name_on(store: &SharedStore, function: &FunctionId, day: Date) -> Result<Option<String>, Unreadable> {
    named(store, store.advocates_of(function.clone()).await?.on(day)).await
}

/// What became of a wish about advocates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// It is so, now or before.
    Done,
    /// They did not volunteer there.
    NotInPool,
    /// The week is somebody else's by now.
    Theirs(Option<String>),
    /// The function is not there any more.
    Gone,
}

/// Does what somebody wants about the advocates of a function.
pub async fn wish(
    store: &SharedStore,
    now: Timestamp,
    (who, key): (&Identity, &DeliveryKey),
    function: &FunctionId,
    duty: Duty,
) -> Result<Became, ChangeError> {
    let acts = vec![Act::Advocate { function: function.clone(), duty }];
    let change = Change { at: now, by: Some(who.clone()), keys: vec![key.clone()], expects: vec![], acts };
    Ok(match store.commit(change).await {
        Ok(_) => Became::Done,
        Err(CommitError::Refused(Refused::Advocate(WhyNot::NotYours(n)))) => Became::Theirs(named(store, n).await?),
        Err(CommitError::Refused(Refused::Advocate(WhyNot::NotInPool | WhyNot::Before))) => Became::NotInPool,
        Err(CommitError::Refused(Refused::NoFunction)) => Became::Gone,
        Err(error) => return Err(error.into()),
    })
}

/// The turns of all functions, as whoever asks reads them.
pub async fn page(store: &SharedStore, in_force: &InForce, now: Timestamp, who: &Identity) -> Result<Page, Unreadable> {
    let pools = Pools::of(store).await?;
    let mut teams = vec![];
    for function in in_force.routing.functions() {
        let day = now.to_zoned(function.digest.zone.clone()).date();
        let name = |day: Date| pools.on(&function.id, day).map(|who| who.name.clone());
        let (people, own) = pools.pool(&function.id, &who.user);
        teams.push(Team { function: function.name.clone(), this: name(day), next: name(next_monday(day)), pool: people, own });
    }
    teams.sort_by(|a, b| a.function.cmp(&b.function));
    Ok(en::advocates::page(&teams, &in_force.own_command))
}

/// The weeks to come, and this one, that somebody serves, by function.
pub async fn theirs(store: &SharedStore, in_force: &InForce, now: Timestamp, who: &Identity) -> Result<Vec<Serves>, Unreadable> {
    let pools = Pools::of(store).await?;
    let mut serves = vec![];
    for function in in_force.routing.functions() {
        let day = now.to_zoned(function.digest.zone.clone()).date();
        for monday in [monday_of(day), next_monday(day)] {
            if pools.on(&function.id, monday).is_some_and(|on| on.user == who.user) {
                serves.push(Serves { function: function.name.clone(), id: function.id.clone(), monday, begun: monday <= day });
            }
        }
    }
    Ok(serves)
}

/// The pools of somebody's functions, and those that they volunteered in.
pub async fn pools(
    store: &SharedStore,
    in_force: &InForce,
    who: &Identity,
    belongs: &[FunctionId],
) -> Result<Vec<en::advocates::Pool>, Unreadable> {
    let pools = Pools::of(store).await?;
    let mut all = vec![];
    for function in in_force.routing.functions() {
        let (people, own) = pools.pool(&function.id, &who.user);
        if own || belongs.contains(&function.id) {
            all.push(en::advocates::Pool { function: function.name.clone(), id: function.id.clone(), people, own });
        }
    }
    Ok(all)
}

/// What somebody is to be written about their turns, on which day.
pub(super) struct About<'n> {
    pub(super) turns: &'n [(FunctionId, Duty)],
    /// The functions of which they closed most, and when that was measured.
    pub(super) heavy: &'n [(FunctionId, Date)],
    pub(super) day: Date,
}

/// What somebody is written about their turns.
pub(super) async fn says(
    store: &SharedStore,
    in_force: &InForce,
    About { turns, heavy, day }: About<'_>,
    reader: PersonNo,
) -> Result<Vec<Says>, Unreadable> {
    let advocates: BTreeMap<FunctionId, Advocates> = store.advocates().await?.into_iter().collect();
    let mut says = vec![];
    for (id, duty) in turns {
        let (Some(function), Some(of)) = (in_force.routing.function(id), advocates.get(id)) else { continue };
        let of_week = |monday: Date| of.week(monday);
        let holds = |monday: Date| of_week(monday).is_some_and(|week| week.who == reader && !week.not.contains(&reader));
        let (name, id) = (function.name.clone(), function.id.clone());
        match *duty {
            Duty::Assign(monday, _) if holds(monday) => {
                let begins = if monday == monday_of(day) { Some(begins(store, in_force, function).await?) } else { None };
                says.push(Says::Next { function: name, id, monday, begins });
            }
            Duty::Begin(monday) if holds(monday) => {
                says.push(Says::Begins { function: name, begins: begins(store, in_force, function).await? });
            }
            Duty::Ask(monday, _) => {
                if let Some(week) = of_week(monday).filter(|week| week.swaps) {
                    says.push(Says::Asks { function: name, id, monday, who: named(store, Some(week.who)).await? });
                }
            }
            Duty::Chair(monday) => {
                let waiting = undecided(store, in_force, (function, reader, monday)).await?;
                let first = chair(&in_force.routing, monday);
                let late = first.filter(|first| first.id != function.id).map(|first| first.name.clone());
                says.extend((waiting > 0).then_some(Says::Chair { waiting, late }));
            }
            Duty::TellLead(_) if of.pool.is_empty() => says.push(Says::Nobody { function: name, id }),
            _ => {}
        }
    }
    for (id, monday) in heavy {
        let Some(function) = in_force.routing.function(id) else { continue };
        if let Some((own, all)) = own_load(store, in_force, (id, *monday), reader).await? {
            let may_skip = advocates.get(&function.id).is_some_and(|of| of.has(reader));
            says.push(Says::Heavy { function: function.name.clone(), id: function.id.clone(), own, all, may_skip });
        }
    }
    Ok(says)
}

/// What waits in a function as a week begins.
async fn begins(store: &SharedStore, in_force: &InForce, function: &Function) -> Result<Begins, Unreadable> {
    let mut theirs = store.records(store.watched().await?).await?;
    theirs.retain(|(_, record)| record.care.closed().is_none() && in_force.lead(record).is_some_and(|lead| lead.id == function.id));
    let disputed = theirs.iter().filter(|(_, record)| record.care.belief.is_some()).count();
    theirs.retain(|(_, record)| record.care.state == State::Open);
    let first = theirs.iter().min_by_key(|(no, record)| (record.urgent.is_none(), *no)).map(|(no, _)| *no);
    Ok(Begins { waiting: theirs.len(), disputed, first })
}
