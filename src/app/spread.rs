//! How evenly the customer is carried: measured on Mondays, and shown as far as it may be.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, time};
use jiff::{SignedDuration, Timestamp};

use super::changes::ChangeError;
use super::in_force::InForce;
use crate::domain::acts::{Act, Change};
use crate::domain::feedback::Identity;
use crate::domain::function::FunctionId;
use crate::domain::ids::{PersonNo, TenantId, UserId};
use crate::domain::routing::{Day, Schedule};
use crate::domain::schedule::Past;
use crate::domain::spread::{self, Band, Counted, DAYS, Deed, Done, Load, Spread, WEEKS_APART, measure};
use crate::domain::views::{Measured, Unreadable};
use crate::store::SharedStore;
use crate::texts::en;
use crate::texts::en::spread::{Company, Own, ShownBand};
use crate::texts::page::Page;

/// The people of each function: those who are at home there.
pub type Homes = BTreeMap<FunctionId, BTreeSet<UserId>>;

/// When it is measured: Mondays at six, by the company's week, else by the first function.
fn schedule(in_force: &InForce) -> Option<Schedule> {
    let of_week = in_force.rollup.as_ref().map(|plan| &plan.schedule);
    let zone = of_week.or_else(|| in_force.routing.functions().first().map(|first| &first.digest))?.zone.clone();
    Some(Schedule { at: time(6, 0, 0, 0), zone, weekdays: [Day::from(jiff::civil::Weekday::Monday)].into(), holidays: [].into() })
}

/// The Monday that is to be measured, if one is, and when to ask again.
pub async fn due(store: &SharedStore, in_force: &InForce, now: Timestamp) -> Result<(Option<Date>, Option<Timestamp>), Unreadable> {
    let Some(schedule) = schedule(in_force) else { return Ok((None, None)) };
    let since = store.readings().await?.into_iter().map(|(_, reading)| reading.since).min();
    let measured = store.measured().await?;
    let day = measured.and_then(|measured| measured.weeks.last().map(|last| last.day));
    let due = since.and_then(|since| schedule.is_due(now, &Past { since, day, pause: None }));
    // Not before there is a day that counts.
    let counts = |day: &Date| since.is_some_and(|since| spread::window(*day).1 > since);
    Ok((due.map(|(day, _)| day).filter(counts), schedule.next(now)))
}

/// Measures a week. `homes`: who is at home in each function now, without guests.
pub async fn measured(
    store: &SharedStore,
    in_force: &InForce,
    now: Timestamp,
    (monday, tenant, homes): (Date, &TenantId, &Homes),
) -> Result<(), ChangeError> {
    let (from, upto) = spread::window(monday);
    let done = store.done(from, upto).await?;
    let mut at_home: BTreeMap<PersonNo, &FunctionId> = BTreeMap::new();
    let (mut counted, mut heavy) = (vec![], vec![]);
    for function in in_force.routing.functions() {
        let mut people = BTreeSet::new();
        let users = homes.get(&function.id).into_iter().flatten();
        let mut unmet = 0;
        for user in users {
            match store.known(tenant.clone(), user.clone()).await? {
                Some((n, _)) => drop(people.insert(n)),
                None => unmet += 1,
            }
        }
        at_home.extend(people.iter().map(|n| (*n, &function.id)));
        let team = Counted::of(function.id.clone(), &people, unmet, &done);
        let load = load(in_force, &done, &function.id).filter(|_| team.shares());
        heavy.extend(load.map(|load| load.subject()));
        counted.push(team);
    }
    let mut told: BTreeMap<FunctionId, u32> = BTreeMap::new();
    for Done { by, .. } in done.iter().filter(|done| done.deed == Deed::Told) {
        if let Some(function) = at_home.get(by) {
            *told.entry((*function).clone()).or_default() += 1;
        }
    }
    if let Some(shown) = measure(monday, &counted, &told, heavy.len()) {
        store.commit(Change::of_the_bot(now, vec![Act::Measure { shown, heavy }])).await?;
    }
    Ok(())
}

/// Who closed more than half of what a function closed.
fn load(in_force: &InForce, done: &[Done], function: &FunctionId) -> Option<Load> {
    let leads = |done: &&Done| {
        let lead = done.functions.iter().find_map(|id| in_force.routing.function(id));
        done.deed == Deed::Closed && lead.is_some_and(|lead| lead.id == *function)
    };
    let closers: Vec<PersonNo> = done.iter().filter(leads).map(|done| done.by).collect();
    Load::heavy(function, &closers)
}

/// How many of how many somebody closed in the weeks of that Monday, for themselves alone.
pub(super) async fn own_load(
    store: &SharedStore,
    in_force: &InForce,
    (function, monday): (&FunctionId, Date),
    reader: PersonNo,
) -> Result<Option<(u32, u32)>, Unreadable> {
    let (from, upto) = spread::window(monday);
    let load = load(in_force, &store.done(from, upto).await?, function);
    Ok(load.and_then(|load| load.told_to(reader)))
}

/// What was measured for the week of a day, as far as everybody may read it: not in the first weeks.
pub(super) fn for_all(in_force: &InForce, measured: Option<&Measured>, day: Date) -> Option<Company> {
    let measured = measured?;
    let of_week = |day: Date| measured.weeks.iter().rev().find(move |week| week.day <= day && days(week.day, day) < 7);
    let now = of_week(day).filter(|week| days(measured.since, week.day) >= WEEKS_APART * 7)?;
    let before = now.day.checked_sub(jiff::Span::new().days(DAYS)).ok().and_then(of_week);
    let last = now.day.checked_sub(jiff::Span::new().days(7)).ok().and_then(of_week);
    let twice = now.source.clone().filter(|source| last.is_some_and(|last| last.source.as_ref() == Some(source)));
    Some(Company {
        reach: now.reach,
        halves: now.halves,
        functions: now.functions,
        halves_before: before.map(|before| before.halves),
        most_from: twice.map(|source| in_force.name(&source)),
        heavy: now.heavy,
    })
}

fn days(from: Date, to: Date) -> i64 {
    to.since(from).map_or(0, |span| i64::from(span.get_days()))
}

fn shown(in_force: &InForce, band: &Band) -> ShownBand {
    let mut functions: Vec<String> = band.functions.iter().map(|id| in_force.name(id)).collect();
    functions.sort();
    ShownBand { functions, share: band.share }
}

/// What somebody reads who asks: what they did themselves; the share of their own function; and from the ninth week on how
/// evenly the company carries the customer.
pub async fn page(
    store: &SharedStore,
    in_force: &InForce,
    now: Timestamp,
    (who, home): (&Identity, Option<&FunctionId>),
) -> Result<Page, Unreadable> {
    let mut own: BTreeMap<Deed, usize> = BTreeMap::new();
    if let Some((n, _)) = store.known(who.tenant.clone(), who.user.clone()).await? {
        let from = now.checked_sub(SignedDuration::from_hours(DAYS * 24)).unwrap_or(now);
        // Today counts as well.
        let upto = now.checked_add(SignedDuration::from_hours(24)).unwrap_or(now);
        for done in store.done(from, upto).await?.into_iter().filter(|done| done.by == n) {
            *own.entry(done.deed).or_default() += 1;
        }
    }
    let measured = store.measured().await?;
    let last = measured.as_ref().and_then(|measured| measured.weeks.last());
    let company = last.and_then(|last| for_all(in_force, measured.as_ref(), last.day));
    let theirs = |band: &&Band| home.is_some_and(|home| band.functions.iter().any(|id| names(in_force, id, home)));
    let mut bands: Vec<ShownBand> = last.map_or(vec![], |last| {
        let seen = last.bands.iter().filter(|band| company.is_some() || theirs(band));
        seen.map(|band| shown(in_force, band)).collect()
    });
    bands.sort_by(|a, b| a.functions.cmp(&b.functions));
    let weeks = if company.is_some() { measured.iter().flat_map(|measured| &measured.weeks).map(point).collect() } else { vec![] };
    let open_on = measured.as_ref().filter(|_| company.is_none()).and_then(|measured| opens(measured.since));
    Ok(en::spread::page(
        &Own { deeds: own, command: in_force.command.clone() },
        (last.map(|last| last.day), &bands),
        (company.as_ref(), &weeks),
        open_on,
    ))
}

fn names(in_force: &InForce, id: &FunctionId, home: &FunctionId) -> bool {
    in_force.routing.function(id).is_some_and(|function| function.id == *home)
}

fn point(week: &Spread) -> (Date, u32) {
    (week.day, u32::from(week.reach))
}

/// The Monday from which on everybody reads it.
fn opens(since: Date) -> Option<Date> {
    since.checked_add(jiff::Span::new().weeks(WEEKS_APART)).ok()
}
