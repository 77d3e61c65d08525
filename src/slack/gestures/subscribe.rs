//! Somebody reads a function's digest by direct message, or not any more.

use jiff::tz::TimeZone;

use crate::app::digest::own_schedule;
use crate::app::own;
use crate::app::preview;
use crate::domain::acts::{Act, Change};
use crate::domain::command::Subscribe as Asked;
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::Identity;
use crate::domain::function::FunctionId;
use crate::domain::routing::Function;
use crate::domain::subscription::Hour;
use crate::slack::desk::{Desk, DeskError};
use crate::slack::inbound::Command;
use crate::texts::en::{self, subscriptions};
use crate::texts::page::Page;

/// Answers it.
pub(super) async fn asked(desk: &Desk, command: &Command, asked: Asked) -> Result<Page, DeskError> {
    let own = &desk.in_force.own_command;
    let (typed, when) = match asked {
        Asked::Help => return Ok(subscriptions::help(own, &theirs(desk, &command.by.user).await?)),
        Asked::Begin { function, at, zone } => (function, Some((at, zone))),
        Asked::End { function } => (function, None),
    };
    let Some(who) = desk.colleague(&command.by.user, None, &command.by.name).await else { return Ok(en::not_from_here()) };
    let function = match preview::find(&desk.in_force, &typed) {
        Ok(function) => function,
        Err(near) => return Ok(no_such(desk, if when.is_some() { "subscribe" } else { "unsubscribe" }, (&typed, near))),
    };
    let key = DeliveryKey::command(&command.trigger);
    let Some((at, zone)) = when else {
        let ended = end(desk, who, key, &function.id).await?;
        return Ok(subscriptions::ended(&function.name, ended));
    };
    let zone = match zone {
        Some(zone) if TimeZone::get(&zone).is_err() => return Ok(subscriptions::no_such_zone(own, &zone)),
        Some(zone) => Some(zone),
        None => desk.directory.person(who.user.as_str()).await.and_then(|card| card.zone),
    };
    begin(desk, who, key, (function, Hour { at: at.unwrap_or(function.digest.at), zone: zone_of(function, zone) })).await
}

/// Somebody's zone, where the database knows it; else the function's.
fn zone_of(function: &Function, zone: Option<String>) -> String {
    let known = zone.filter(|zone| TimeZone::get(zone).is_ok());
    known.unwrap_or_else(|| function.digest.zone.iana_name().unwrap_or("UTC").to_owned())
}

async fn begin(desk: &Desk, who: Identity, key: DeliveryKey, (function, hour): (&Function, Hour)) -> Result<Page, DeskError> {
    let act = Act::Subscribe { function: function.id.clone(), hour: Some(hour.clone()) };
    commit(desk, who, key, act).await?;
    let schedule = own_schedule(&function.digest, &hour);
    let next = schedule.next(desk.clock.now()).map(|next| next.to_zoned(schedule.zone.clone()));
    Ok(subscriptions::begun(&desk.in_force.own_command, &function.name, &function.id, next.as_ref()))
}

/// `false`: they did not read it.
async fn end(desk: &Desk, who: Identity, key: DeliveryKey, function: &FunctionId) -> Result<bool, DeskError> {
    let ids = own::subscribed_ids(&desk.store, &desk.in_force, &who, function).await?;
    for id in &ids {
        commit(desk, who.clone(), key.clone(), Act::Subscribe { function: id.clone(), hour: None }).await?;
    }
    Ok(!ids.is_empty())
}

async fn commit(desk: &Desk, who: Identity, key: DeliveryKey, act: Act) -> Result<(), DeskError> {
    desk.store.commit(Change { at: desk.clock.now(), by: Some(who), keys: vec![key], expects: vec![], acts: vec![act] }).await?;
    // The digest clock may sleep until a later hour.
    desk.rescheduled.notify_one();
    Ok(())
}

/// What somebody reads by direct message.
pub(super) async fn theirs(desk: &Desk, user: &str) -> Result<Vec<subscriptions::Subscription>, DeskError> {
    let who = desk.identity(user, String::new());
    Ok(own::subscribed(&desk.store, &desk.in_force, &who).await?)
}

/// A press on the page at home: the function's digest at their hour of the day, or no more.
pub(super) async fn press(desk: &Desk, (user, key): (&str, DeliveryKey), function: &FunctionId, on: bool) -> Result<(), DeskError> {
    let Some(who) = desk.colleague(user, None, "").await else { return Ok(()) };
    let Some(function) = desk.in_force.routing.function(function) else { return Ok(()) };
    if on {
        let zone = desk.directory.person(user).await.and_then(|card| card.zone);
        begin(desk, who, key, (function, Hour { at: function.digest.at, zone: zone_of(function, zone) })).await?;
    } else {
        end(desk, who, key, &function.id).await?;
    }
    Ok(())
}

fn no_such(desk: &Desk, word: &str, (typed, near): (&str, Option<&Function>)) -> Page {
    let names: Vec<String> = desk.in_force.routing.functions().iter().map(|function| function.name.clone()).collect();
    en::previews::no_such(&format!("{} {word}", desk.in_force.own_command), typed, near.map(|near| near.name.as_str()), &names)
}
