//! What the clock does about records, and what people are written because of it: at most one message a day each, but for what
//! is urgent.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::advocates::{self, About, Pools};
use super::care::{self, came_back, disputed, stands};
use super::changes::ChangeError;
use super::in_force::InForce;
use super::records::{bare_customer_of, customer_of, identity, named, standing};
use super::undecided::Undecided;
use crate::domain::acts::{Act, Change, Today};
use crate::domain::advocates as advocate;
use crate::domain::advocates::{Duty, Turn};
use crate::domain::care::{Level, Outcome, State, Step};
use crate::domain::escalation::{self, Due, addressee, cosigner};
use crate::domain::feedback::{Identity, Verbatim};
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, PersonNo, Seq, TenantId, UserId};
use crate::domain::letter::Note;
use crate::domain::routing::{Function, Schedule};
use crate::domain::views::{News, Record, Unreadable};
use crate::store::{CommitError, SharedStore};
use crate::texts::en;
use crate::texts::en::today::MOST_EACH;
use crate::texts::page::Page;

/// How often it is looked while people work: what is urgent goes by the hour.
const SOON: SignedDuration = SignedDuration::from_mins(15);

/// Who we are among, and who is not there.
#[derive(Debug)]
pub struct Among<'a> {
    /// The enterprise where there is one, else the workspace.
    pub tenant: &'a TenantId,
    /// Those who answer for functions and are away, or are no people.
    pub away: &'a BTreeSet<UserId>,
    /// Those who have taken something and left.
    pub gone: &'a BTreeSet<UserId>,
}

/// What one person is to be written.
#[derive(Debug)]
struct Mail<'f> {
    to: Identity,
    /// By whose working days.
    schedule: &'f Schedule,
    /// The day of their last message.
    last: Option<Date>,
    due: Vec<FeedbackNo>,
    waits: Vec<(FeedbackNo, Level)>,
    signs: Vec<(FeedbackNo, FunctionId)>,
    turns: Vec<(FunctionId, Turn)>,
    urgent: bool,
}

/// What the clock is to do about records now, and who takes turns.
#[derive(Debug)]
pub struct Dues {
    records: Vec<(FeedbackNo, Record, Due)>,
    pools: Pools,
    /// What somebody has taken, at which revision, and who.
    taken: Vec<(FeedbackNo, Seq, UserId)>,
    /// What waits for the council.
    undecided: Vec<Undecided>,
}

impl Dues {
    /// Looks at all records whose clock runs.
    pub async fn of(store: &SharedStore, in_force: &InForce, now: Timestamp) -> Result<Self, Unreadable> {
        let watched = store.records(store.watched().await?).await?;
        let mut who: BTreeMap<PersonNo, Option<UserId>> = BTreeMap::new();
        for taker in watched.iter().filter_map(|(_, record)| record.care.taker()) {
            if let Entry::Vacant(unknown) = who.entry(taker) {
                unknown.insert(identity(store, taker).await?.map(|who| who.user));
            }
        }
        let has = |record: &Record| who.get(&record.care.taker()?)?.clone();
        let taken = watched.iter().filter_map(|(no, record)| Some((*no, record.revision, has(record)?))).collect();
        let undecided = watched.iter().filter(|_| in_force.reminds).filter_map(|(_, record)| Undecided::of(in_force, record)).collect();
        let due = watched.into_iter().filter_map(|(no, record)| {
            let due = escalation::due(&record, in_force.works(&record), now)?;
            let reminds = matches!(due, Due::Reach(_) | Due::Unanswered);
            (in_force.reminds || !reminds).then_some((no, record, due))
        });
        Ok(Self { records: due.collect(), pools: Pools::of(store).await?, taken, undecided })
    }

    /// Whether somebody who answers for a function or takes turns is to be written to, so that it matters who is there.
    pub fn reach_somebody(&self, in_force: &InForce, now: Timestamp) -> bool {
        let nobody = BTreeSet::new();
        let turns =
            |function: &Function| working_day(function, now).is_some_and(|day| !self.pools.due(&function.id, day, &nobody).is_empty());
        !self.undecided.is_empty()
            || self.records.iter().any(|(_, _, due)| matches!(due, Due::Reach(_) | Due::Ask))
            || in_force.routing.functions().iter().any(turns)
    }

    /// Those who have taken something.
    pub fn takers(&self) -> BTreeSet<UserId> {
        self.taken.iter().map(|(.., user)| user.clone()).collect()
    }

    /// Those who take turns.
    pub fn volunteers(&self) -> BTreeSet<UserId> {
        self.pools.users().cloned().collect()
    }
}

/// Does what the clock is to do about records, and writes to those who may be written to now. Gives to how many, and when to
/// look again.
pub async fn remind(
    store: &SharedStore,
    in_force: &InForce,
    now: Timestamp,
    (Dues { records, pools, taken, undecided }, among): (Dues, Among<'_>),
) -> Result<(usize, Option<Timestamp>), ChangeError> {
    let mut mails: BTreeMap<UserId, Mail<'_>> = BTreeMap::new();
    let away = with_muted(store, in_force, (&among, &pools), now).await?;
    turns(store, in_force, now, (&pools, &away), &mut mails).await?;
    chairs((store, in_force, now), &undecided, ((&pools, &away), among.tenant), &mut mails).await?;
    // Whoever left has nothing any more.
    for (no, revision, _) in taken.into_iter().filter(|(.., user)| among.gone.contains(user)) {
        by_itself(store, now, (no, revision), Step::GiveBack).await?;
    }
    for (no, record, due) in records {
        let schedule = in_force.works(&record);
        match due {
            Due::Reopen => by_itself(store, now, (no, record.revision), Step::Reopen(None)).await?,
            // Whom it concerns hears of it below.
            Due::AskAgain => by_itself(store, now, (no, record.revision), once_more(in_force)).await?,
            Due::GiveBack => by_itself(store, now, (no, record.revision), Step::GiveBack).await?,
            Due::Unanswered => by_itself(store, now, (no, record.revision), Step::Close(Outcome::Unanswered, None)).await?,
            Due::Lapse => by_itself(store, now, (no, record.revision), Step::NotYet(None)).await?,
            Due::Ask => {
                let lead = in_force.lead(&record);
                let asked = lead.and_then(|lead| cosigner(&in_force.routing, (no, &record), lead, &away));
                let Some((function, user)) = asked else {
                    by_itself(store, now, (no, record.revision), Step::NotYet(None)).await?;
                    continue;
                };
                let who = Identity { tenant: among.tenant.clone(), user: user.clone(), name: String::new() };
                mail(&mut mails, store, who, schedule).await?.signs.push((no, function.clone()));
            }
            Due::Warn => {
                let Some(taker) = record.care.taker() else { continue };
                let Some(who) = identity(store, taker).await? else { continue };
                mail(&mut mails, store, who, schedule).await?.due.push(no);
            }
            Due::Reach(level) => {
                let Some(function) = in_force.lead(&record) else { continue };
                let day = now.to_zoned(schedule.zone.clone()).date();
                let advocate = pools.on(&function.id, day).map(|who| &who.user);
                let user = addressee(&in_force.routing, (function, advocate), level, day, &away).clone();
                let who = Identity { tenant: among.tenant.clone(), user, name: String::new() };
                let mail = mail(&mut mails, store, who, schedule).await?;
                mail.waits.push((no, level));
                // Beside what they would not have had to be told.
                let nobody = (function.id.clone(), Turn::Nobody(day));
                if mail.to.user == function.lead && pools.may_tell_lead(&function.id, day) && !mail.turns.contains(&nobody) {
                    mail.turns.push(nobody);
                }
                mail.urgent |= record.urgent.is_some();
            }
        }
    }
    for (n, news) in store.news().await? {
        let schedule = match (news.nos.first(), news.heavy.first()) {
            (Some(no), _) => store.record(*no).await?.map(|record| in_force.works(&record)),
            (None, Some((function, _))) => in_force.routing.function(function).map(|function| &function.digest),
            (None, None) => None,
        };
        if let (Some(who), Some(schedule)) = (identity(store, n).await?, schedule) {
            mail(&mut mails, store, who, schedule).await?;
        }
    }
    let (written, next) = send(store, now, mails.into_values().collect()).await?;
    Ok((written, next.into_iter().chain(look_again(in_force, now)).min()))
}

/// Those who want to be left in peace are away, too.
async fn with_muted(
    store: &SharedStore,
    in_force: &InForce,
    (among, pools): (&Among<'_>, &Pools),
    now: Timestamp,
) -> Result<BTreeSet<UserId>, Unreadable> {
    let mut away = among.away.clone();
    let today = now.to_zoned(TimeZone::UTC).date();
    let functions = in_force.routing.functions().iter();
    let answer = functions.flat_map(|function| std::iter::once(&function.lead).chain(&function.deputy));
    let all: BTreeSet<UserId> = answer.chain(pools.users()).cloned().collect();
    for user in all {
        let known = store.known(among.tenant.clone(), user.clone()).await?;
        if known.and_then(|(_, person)| person.muted).is_some_and(|pause| pause.holds_on(today)) {
            away.insert(user);
        }
    }
    Ok(away)
}

/// The day that it is where a function is, if it works then.
fn working_day(function: &Function, now: Timestamp) -> Option<Date> {
    Some(now.to_zoned(function.digest.zone.clone()).date()).filter(|day| function.digest.works_on(*day))
}

/// What people are to be written about advocates.
async fn turns<'f>(
    store: &SharedStore,
    in_force: &'f InForce,
    now: Timestamp,
    (pools, away): (&Pools, &BTreeSet<UserId>),
    mails: &mut BTreeMap<UserId, Mail<'f>>,
) -> Result<(), ChangeError> {
    for function in in_force.routing.functions() {
        let Some(day) = working_day(function, now) else { continue };
        for due in pools.due(&function.id, day, away) {
            let (who, turn) = match due {
                advocate::Due::Tell(n, turn) => (pools.who(n).cloned(), turn),
                advocate::Due::Replace(monday) => {
                    let act = Act::Advocate { function: function.id.clone(), duty: Duty::NotThisTime(monday) };
                    store.commit(Change::of_the_bot(now, vec![act])).await?;
                    continue;
                }
            };
            if let Some(who) = who {
                mail(mails, store, who, &function.digest).await?.turns.push((function.id.clone(), turn));
            }
        }
    }
    Ok(())
}

/// Those in the council's chair are written that something waits for it, once a week.
async fn chairs<'f>(
    (store, in_force, now): (&SharedStore, &'f InForce, Timestamp),
    undecided: &[Undecided],
    ((pools, away), tenant): ((&Pools, &BTreeSet<UserId>), &TenantId),
    mails: &mut BTreeMap<UserId, Mail<'f>>,
) -> Result<(), ChangeError> {
    let Some(today) = in_force.routing.functions().iter().find_map(|function| working_day(function, now)) else { return Ok(()) };
    let monday = advocate::monday_of(today);
    for function in escalation::chairs(&in_force.routing, today) {
        if working_day(function, now).is_none() || pools.chaired(&function.id) == Some(monday) {
            continue;
        }
        let user = std::iter::once(&function.lead).chain(&function.deputy).find(|user| !away.contains(*user));
        let Some(user) = user.cloned() else { continue };
        let n = store.known(tenant.clone(), user.clone()).await?.map(|(n, _)| n);
        if undecided.iter().any(|one| one.is_for(function, n, monday)) {
            let who = Identity { tenant: tenant.clone(), user, name: String::new() };
            mail(mails, store, who, &function.digest).await?.turns.push((function.id.clone(), Turn::Chair(monday)));
        }
    }
    Ok(())
}

/// Whether the customer knows is asked once more where people are reminded.
fn once_more(in_force: &InForce) -> Step<Verbatim> {
    if in_force.reminds { Step::AskAgain } else { Step::AskNoMore }
}

async fn by_itself(
    store: &SharedStore,
    now: Timestamp,
    (no, revision): (FeedbackNo, Seq),
    step: Step<Verbatim>,
) -> Result<(), ChangeError> {
    let change = Change { expects: vec![(no, revision)], ..Change::of_the_bot(now, vec![Act::Care { no, step }]) };
    match store.commit(change).await {
        // Somebody was faster: what is to be done then is seen next time.
        Ok(_) | Err(CommitError::Stale(_) | CommitError::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn mail<'m, 'f>(
    mails: &'m mut BTreeMap<UserId, Mail<'f>>,
    store: &SharedStore,
    to: Identity,
    schedule: &'f Schedule,
) -> Result<&'m mut Mail<'f>, Unreadable> {
    let last = if mails.contains_key(&to.user) {
        None
    } else if let Some((n, _)) = store.known(to.tenant.clone(), to.user.clone()).await? {
        store.news_of(n).await?.and_then(|News { day, .. }| day)
    } else {
        None
    };
    let new = || Mail { to: to.clone(), schedule, last, due: vec![], waits: vec![], signs: vec![], turns: vec![], urgent: false };
    Ok(mails.entry(to.user.clone()).or_insert_with(new))
}

async fn send(store: &SharedStore, now: Timestamp, mails: Vec<Mail<'_>>) -> Result<(usize, Option<Timestamp>), ChangeError> {
    let (mut written, mut next) = (0, None);
    for Mail { to, schedule, last, mut due, waits, mut signs, mut turns, urgent } in mails {
        let not_on = last.filter(|_| !urgent);
        match schedule.may_write(now, not_on) {
            Some(at) if at > now => next = next.into_iter().chain([at]).min(),
            Some(_) => {
                // Of what somebody is asked to do by name each is to be seen; the rest is asked tomorrow.
                due.truncate(MOST_EACH);
                signs.truncate(MOST_EACH);
                turns.truncate(MOST_EACH);
                let day = now.to_zoned(schedule.zone.clone()).date();
                let act = Act::Today(Box::new(Today { to, day, due, waits, signs, turns, anyway: urgent }));
                written += usize::from(!store.commit(Change::of_the_bot(now, vec![act])).await?.duplicate);
            }
            None => {}
        }
    }
    Ok((written, next))
}

/// A while later, where somebody works then; else in the morning.
fn look_again(in_force: &InForce, now: Timestamp) -> Option<Timestamp> {
    let soon = now.checked_add(SOON).ok()?;
    in_force.routing.functions().iter().filter_map(|function| function.digest.may_write(soon, None)).min()
}

/// How somebody is asked whether the customer of a closed record knows.
async fn asks(store: &SharedStore, in_force: &InForce, record: &Record, to: PersonNo) -> Result<en::today::Asks, Unreadable> {
    if let Some((_, by)) = record.care.owner.filter(|(owner, _)| *owner == to && !record.is_heard_by(to)) {
        let by = if record.hidden && by == record.teller { None } else { named(store, by).await? };
        return Ok(en::today::Asks::Owner { by });
    }
    let looks_after = record.customer.as_ref().and_then(|customer| in_force.owner_of(customer));
    let is_them = identity(store, to).await?.is_some_and(|who| Some(&who.user) == looks_after);
    let may_ask_owner = looks_after.is_some() && !is_them && record.care.owner.is_none();
    Ok(en::today::Asks::Teller { again: record.care.asked_again, may_ask_owner })
}

/// What somebody reads of a day; none where nothing is left to say.
pub(super) async fn page(store: &SharedStore, in_force: &InForce, (note, to): (&Note, PersonNo)) -> Result<Option<Page>, Unreadable> {
    let Note::Today { told, due, waits, signs, turns, heavy, day } = note else { return Ok(None) };
    let turns = advocates::says(store, in_force, About { turns, heavy, day: *day }, to).await?;
    let mut today = en::today::Today { waits: vec![], signs: vec![], turns, due: vec![], told: vec![], own: in_force.own_command.clone() };
    for no in waits {
        let Some(record) = standing(store, *no).await?.filter(|record| record.care.state == State::Open) else {
            continue;
        };
        let (Some((level, _)), Some(function)) = (record.care.reached, in_force.lead(&record)) else { continue };
        today.waits.push(en::today::Waits {
            no: *no,
            level,
            function: function.name.clone(),
            id: function.id.clone(),
            verbatim: record.verbatim.clone(),
            customer: customer_of(in_force, &record),
            is_urgent: record.urgent.is_some(),
            came_back: came_back(store, &record).await?.is_some(),
        });
    }
    for no in signs {
        let Some(record) = standing(store, *no).await?.filter(|record| matches!(record.care.state, State::Proposed(_))) else { continue };
        today.signs.push(en::today::Signs {
            no: *no,
            function: in_force.lead(&record).map(|function| function.name.clone()).unwrap_or_default(),
            verbatim: record.verbatim.clone(),
            disputed: disputed(store, &record).await?,
            stands: stands(store, in_force, &record).await?,
        });
    }
    for no in due {
        if let Some(record) = standing(store, *no).await?
            && let Some(day) = care::due(&record)
        {
            today.due.push(en::today::Comes {
                no: *no,
                day,
                verbatim: record.verbatim.clone(),
                may_extend: record.care.state.may_extend(),
            });
        }
    }
    for no in told {
        if let Some(record) = standing(store, *no).await? {
            today.told.push(en::today::Story {
                no: *no,
                verbatim: record.verbatim.clone(),
                stands: stands(store, in_force, &record).await?,
                lead: in_force.lead(&record).map(|function| function.name.clone()),
                customer: bare_customer_of(in_force, &record),
                knows: record.care.knows.map(|(knows, _)| knows),
                may_come_back: !record.care.reopened.iter().any(|back| back.by.is_some()),
                asks: asks(store, in_force, &record, to).await?,
            });
        }
    }
    Ok(Some(en::today::today(&today)).filter(|page| !page.0.is_empty()))
}
