//! An admin lets older messages of a channel be read: how much there is, begin, stop, and how far it has come.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Zoned};

use crate::config::{Address, Secret};
use crate::domain::acts::{Act, Change};
use crate::domain::backfill::{Backfill, Step};
use crate::domain::command::Backfill as Asked;
use crate::domain::facts::DeliveryKey;
use crate::domain::ids::ChannelId;
use crate::slack::desk::{Desk, DeskError};
use crate::slack::errands::Look;
use crate::slack::history::{moment_of, ts_of};
use crate::slack::inbound::{Command, Pressed};
use crate::slack::readers::Readers;
use crate::texts::en;
use crate::texts::page::Page;

/// `/allears backfill ...`.
pub(super) async fn asked(desk: &Desk, command: &Command, asked: Asked) -> Result<Page, DeskError> {
    if !desk.is_admin(&command.by.user).await? {
        return Ok(en::admins_only());
    }
    match asked {
        Asked::Help => help(desk).await,
        Asked::Look { channel, days } => Ok(look(desk, command, &channel, days)),
        Asked::Stop => stop(desk, command).await,
    }
}

async fn help(desk: &Desk) -> Result<Page, DeskError> {
    let own = &desk.in_force.own_command;
    let Some(under_way) = desk.store.backfilling().await? else { return Ok(en::backfill::help(own, None)) };
    let zone = desk.in_force.routing.functions().first().map_or(TimeZone::UTC, |function| function.digest.zone.clone());
    let upto: Option<Zoned> = moment_of(&under_way.backfill.upto).map(|upto| upto.to_zoned(zone));
    Ok(en::backfill::help(own, upto.as_ref().map(|upto| (&under_way.backfill, upto))))
}

fn look(desk: &Desk, command: &Command, channel: &str, days: u16) -> Page {
    let own = &desk.in_force.own_command;
    let Some(channel) = desk.directory.find(channel) else { return en::backfill::no_such_channel(own) };
    if desk.directory.readers(channel.as_str()) == Some(Readers::TheInvited) {
        return en::backfill::not_public();
    }
    let answer = command.response_url.as_ref().filter(|url| Address::http(url).is_ok());
    let Some(answer) = answer else { return en::backfill::help(own, None) };
    if desk.errands.look(Look { channel: channel.clone(), days, answer: Secret::new(answer.clone()) }) {
        en::backfill::looking(&channel, days)
    } else {
        en::backfill::one_at_a_time(own)
    }
}

async fn stop(desk: &Desk, command: &Command) -> Result<Page, DeskError> {
    let Some(under_way) = desk.store.backfilling().await? else { return Ok(en::backfill::none_runs()) };
    let acts = vec![Act::Backfill(Backfill { step: Step::Stopped, ..under_way.backfill })];
    let by = Some(desk.identity(&command.by.user, String::new()));
    let keys = vec![DeliveryKey::command(&command.trigger)];
    desk.store.commit(Change { at: desk.clock.now(), by, keys, expects: vec![], acts }).await?;
    Ok(en::backfill::stopped())
}

/// Whoever looked presses *Begin*.
pub(super) async fn begin(desk: &Desk, pressed: &Pressed, channel: ChannelId, days: u16) -> Result<Page, DeskError> {
    if !desk.is_admin(&pressed.by.user).await? {
        return Ok(en::admins_only());
    }
    if desk.directory.readers(channel.as_str()) == Some(Readers::TheInvited) {
        return Ok(en::backfill::not_public());
    }
    let (now, own) = (desk.clock.now(), &desk.in_force.own_command);
    let from = now.checked_sub(SignedDuration::from_hours(i64::from(days) * 24)).unwrap_or(now);
    let begun = Backfill { channel: channel.clone(), from: ts_of(from), upto: ts_of(now), taken: 0, step: Step::Begun };
    let by = Some(desk.identity(&pressed.by.user, pressed.by.name.clone()));
    let keys = vec![DeliveryKey::press(&pressed.key)];
    let committed = desk.store.commit(Change { at: now, by, keys, expects: vec![], acts: vec![Act::Backfill(begun)] }).await?;
    if committed.duplicate && committed.seq.0 == 0 {
        return Ok(en::backfill::one_at_a_time(own));
    }
    desk.errands.begin();
    Ok(en::backfill::begun(&channel, days, own))
}
