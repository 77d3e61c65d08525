//! Letters as pages: rendered when they are sent, from what is known then.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::digest::{Edition, Reader};
use super::in_force::InForce;
use super::records::{identity, name, names, receipt_of, shown_teller, standing};
use super::{digest, reminders, rollup, urgent};
use crate::domain::feedback::{Identity, Origin};
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo};
use crate::domain::letter::{Alert, Answer, Content, DigestDone, Note, Posting, Reach};
use crate::domain::press::Place;
use crate::domain::routing::Schedule;
use crate::domain::views::{Letter, Record, Unreadable};
use crate::store::SharedStore;
use crate::texts::en;
use crate::texts::en::alerts::{Fate, Missed, Undelivered};
use crate::texts::page::Page;

/// Where a page goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where {
    /// To a channel of the configuration: that of this letter's function.
    Function,
    /// Into a channel.
    Channel(ChannelId),
    /// To one person: by direct message, or shown to them alone.
    Person(Identity, Reach),
    /// In place of a message that stands there.
    InPlace(Posting),
}

/// What a letter says now, and where it goes; `channel`: where that is, for what a function reads. `None`: there is nothing
/// to say any more.
pub async fn page(
    store: &SharedStore,
    in_force: &InForce,
    now: Timestamp,
    (no, letter, part): (LetterNo, &Letter, u32),
    channel: Option<&ChannelId>,
) -> Result<Option<(Where, Page)>, Unreadable> {
    let page = match &letter.content {
        Content::Digest(done) => digest::page(store, in_force, Edition::of_channel(no, done), part).await?,
        Content::DigestFor(done, n) => return for_one(store, in_force, (no, letter, part), (done, *n)).await,
        Content::Rollup(done, tally) => rollup::page(store, in_force, (done, *tally)).await?,
        Content::Note(Note::Urgent { no: record, function }, _) => {
            let Some(page) = urgent::page(store, in_force, no, (*record, function)).await? else { return Ok(None) };
            page
        }
        Content::Note(note, to) => return self::note(store, in_force, now, note, *to).await,
    };
    Ok(Some((Where::Function, introduced(store, in_force, (no, letter, part), channel, page).await?)))
}

/// A digest for one person: its first message to them, the others into its thread there.
async fn for_one(
    store: &SharedStore,
    in_force: &InForce,
    (no, letter, part): (LetterNo, &Letter, u32),
    (done, n): (&DigestDone, PersonNo),
) -> Result<Option<(Where, Page)>, Unreadable> {
    let Some(who) = identity(store, n).await? else { return Ok(None) };
    let page = digest::page(store, in_force, Edition { no, done, reader: Reader::Person(n) }, part).await?;
    let to = letter.root.as_ref().map_or(Where::Person(who, Reach::Direct), |root| Where::Channel(root.channel.clone()));
    Ok(Some((to, page)))
}

/// The same with who we are below it, where nothing came to its channel before.
async fn introduced(
    store: &SharedStore,
    in_force: &InForce,
    (no, letter, part): (LetterNo, &Letter, u32),
    channel: Option<&ChannelId>,
    Page(mut blocks): Page,
) -> Result<Page, Unreadable> {
    let (Some((of, schedule)), Some(channel)) = (comes(in_force, &letter.content).filter(|_| part == 0), channel) else {
        return Ok(Page(blocks));
    };
    if store.channel(channel.clone()).await?.introduced.is_none_or(|introduced| introduced.letter == no) {
        blocks.extend(en::introduction(&en::Introduction {
            of,
            at: schedule.at,
            zone: schedule.zone.iana_name().map(ToOwned::to_owned),
            weekdays: schedule.weekdays.clone(),
            command: in_force.command.clone(),
            own: in_force.own_command.clone(),
        }));
    }
    Ok(Page(blocks))
}

/// What comes to the channel of a letter, and when.
fn comes<'f>(in_force: &'f InForce, content: &Content) -> Option<(en::Of, &'f Schedule)> {
    if let Content::Rollup(..) = content {
        return in_force.rollup.as_ref().map(|plan| (en::Of::Company, &plan.schedule));
    }
    let function = in_force.routing.function(content.function()?)?;
    Some((en::Of::Function(function.name.clone()), &function.digest))
}

async fn note(
    store: &SharedStore,
    in_force: &InForce,
    now: Timestamp,
    note: &Note,
    n: Option<PersonNo>,
) -> Result<Option<(Where, Page)>, Unreadable> {
    let (to, muted) = match n {
        Some(n) => addressee(store, n, now).await?,
        None => (None, false),
    };
    let person = |reach: &Reach| to.clone().map(|who| Where::Person(who, reach.clone()));
    Ok(match note {
        Note::Redraw { letter, part } => return redraw(store, in_force, *letter, *part).await,
        // Said above, with the channel that it goes to.
        Note::Urgent { .. } => None,
        Note::Receipt { no, reach } => {
            let receipt = receipt_of(store, in_force, now, *no).await?;
            person(reach).zip(receipt.map(|receipt| en::receipt(&receipt)))
        }
        Note::Known { no, reach } => person(reach).zip(Some(en::heard_before(*no))),
        Note::Asked { source, why, reach } => {
            let thread = if let Reach::Only(spot) = reach { spot.thread.clone() } else { None };
            let place = Place { source: source.clone(), thread };
            person(reach).zip(Some(en::asked(*why, &in_force.reaction, &place)))
        }
        // Whoever wants to be left in peace is written only what answers them.
        Note::Taken { .. } | Note::Today { .. } if muted => None,
        Note::Taken { no } => match standing(store, *no).await? {
            Some(record) => person(&Reach::Direct).zip(Some(taken(store, in_force, *no, &record).await?)),
            None => None,
        },
        Note::Today { .. } => match n {
            Some(n) => person(&Reach::Direct).zip(reminders::page(store, in_force, (note, n)).await?),
            None => None,
        },
        Note::Answered { with: Answer::Help, source, reach } => {
            person(reach).zip(Some(en::answered(&in_force.command, &Place { source: source.clone(), thread: None })))
        }
        Note::Answered { with: Answer::TooLong, reach, .. } => person(reach).zip(Some(en::too_long_here())),
        Note::Paused { channel, functions, pause, by } => {
            let functions: Vec<String> = functions.iter().map(|id| in_force.name(id)).collect();
            let page = en::pauses::of_functions(&functions, name(store, *by).await?.as_deref(), *pause, &in_force.own_command);
            Some((Where::Channel(channel.clone()), page))
        }
        Note::Listened { channel } => listened(store, in_force, channel).await?,
        Note::Backfilled(backfill) => person(&Reach::Direct).zip(Some(en::backfill::ended(backfill))),
        Note::Alert(Alert::NoSockets) => person(&Reach::Direct).zip(Some(en::alerts::no_sockets())),
        Note::Alert(Alert::Undelivered { letter, code, dropped }) => {
            person(&Reach::Direct).zip(undelivered(store, in_force, (*letter, code, *dropped)).await?)
        }
    })
}

/// Who somebody is, and whether they want to be left in peace.
async fn addressee(store: &SharedStore, n: PersonNo, now: Timestamp) -> Result<(Option<Identity>, bool), Unreadable> {
    let Some(person) = store.person(n).await? else { return Ok((None, false)) };
    let today = now.to_zoned(TimeZone::UTC).date();
    Ok((person.identity, person.muted.is_some_and(|pause| pause.holds_on(today))))
}

/// Nothing where it was posted meanwhile, or is refused for something else by now, which was told as well.
async fn undelivered(
    store: &SharedStore,
    in_force: &InForce,
    (no, code, dropped): (LetterNo, &str, bool),
) -> Result<Option<Page>, Unreadable> {
    let Some(letter) = store.letter(no).await? else { return Ok(None) };
    let Some(what) = missed(&letter.content) else { return Ok(None) };
    let function = letter.content.function();
    let fate = if dropped {
        Fate::Dropped { shows: letter.content.shows(0).first().copied(), own: in_force.own_command.clone() }
    } else {
        let Some(until) = letter.until.filter(|_| letter.refused.as_ref().is_some_and(|refused| refused.code == code)) else {
            return Ok(None);
        };
        Fate::Tried(until.to_zoned(in_force.zone_of(function)).date())
    };
    Ok(Some(en::alerts::undelivered(&Undelivered {
        what,
        function: in_force.name_of(function),
        code: code.to_owned(),
        channel: in_force.channel_of(function),
        fate,
    })))
}

/// What a function's channel does not get; none where a letter does not go to one.
pub fn missed(content: &Content) -> Option<Missed> {
    match content {
        Content::Digest(done) => Some(Missed::Digest(done.day)),
        Content::Note(Note::Urgent { no, .. }, _) => Some(Missed::Urgent(*no)),
        Content::Rollup(done, _) => Some(Missed::Rollup(done.day)),
        Content::DigestFor(..) | Content::Note(..) => None,
    }
}

async fn taken(store: &SharedStore, in_force: &InForce, no: FeedbackNo, record: &Record) -> Result<Page, Unreadable> {
    let teller = shown_teller(store, record).await?;
    let readers = names(in_force, record);
    // The author was there, and may know the channel.
    let channel = (record.origin != Origin::Direct).then_some(&record.channel);
    Ok(en::taken(no, teller.as_deref(), channel, &readers))
}

async fn listened(store: &SharedStore, in_force: &InForce, channel: &ChannelId) -> Result<Option<(Where, Page)>, Unreadable> {
    let Some(listening) = store.channel(channel.clone()).await?.listening else { return Ok(None) };
    let chosen_by = name(store, listening.chosen_by).await?;
    let page = en::listened(listening.mode, chosen_by.as_deref(), &in_force.reaction, &in_force.own_command);
    Ok(Some((Where::Channel(channel.clone()), page)))
}

/// A posted part of what a function reads, as its records stand now.
async fn redraw(store: &SharedStore, in_force: &InForce, no: LetterNo, part: u32) -> Result<Option<(Where, Page)>, Unreadable> {
    let Some(letter) = store.letter(no).await? else { return Ok(None) };
    let first = letter.content.shows(part).first().copied();
    let Some(first) = first else { return Ok(None) };
    let posted = store.posted_in(first).await?.into_iter().find(|posting| posting.letter == no && posting.part == part);
    let Some(posting) = posted else { return Ok(None) };
    let page = match &letter.content {
        Content::Digest(done) => digest::page(store, in_force, Edition::of_channel(no, done), part).await?,
        Content::DigestFor(done, n) => digest::page(store, in_force, Edition { no, done, reader: Reader::Person(*n) }, part).await?,
        Content::Rollup(done, tally) => rollup::page(store, in_force, (done, *tally)).await?,
        Content::Note(Note::Urgent { no: record, function }, _) => urgent::anew(store, in_force, no, (*record, function)).await?,
        Content::Note(..) => return Ok(None),
    };
    let page = introduced(store, in_force, (no, &letter, part), Some(&posting.channel), page).await?;
    Ok(Some((Where::InPlace(posting), page)))
}
