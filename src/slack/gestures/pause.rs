//! Somebody wants to be left in peace, or not any more.

use crate::domain::acts::{Act, Change};
use crate::domain::command::{Pause as Asked, Whose};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::Identity;
use crate::domain::function::FunctionId;
use crate::domain::ids::ChannelId;
use crate::domain::pause::Pause;
use crate::slack::desk::{Desk, DeskError};
use crate::slack::inbound::Command;
use crate::texts::en::{self, pauses};
use crate::texts::page::Page;

/// Answers it.
pub(super) async fn asked(desk: &Desk, command: &Command, asked: Asked) -> Result<Page, DeskError> {
    let (whose, pause) = match asked {
        Asked::Help => return Ok(pauses::help(&desk.in_force.own_command)),
        Asked::Begin { whose, until } => (whose, Some(Pause { until })),
        Asked::End(whose) => (whose, None),
    };
    let now = desk.clock.now();
    if let Some(day) = pause.and_then(|pause| pause.until).filter(|day| *day <= now.to_zoned(jiff::tz::TimeZone::UTC).date()) {
        return Ok(pauses::day_has_passed(day));
    }
    let Some(who) = desk.colleague(&command.by.user, None, &command.by.name).await else { return Ok(en::not_from_here()) };
    let act = match whose {
        Whose::Mine => Act::Mute(pause),
        Whose::OfChannel => {
            let channel = ChannelId::new(&command.channel);
            let functions = reading_in(desk, &channel);
            if functions.is_empty() {
                return Ok(pauses::no_digest_here());
            }
            Act::Pause { functions, channel, pause }
        }
    };
    Ok(if commit(desk, command, who, act).await? { said(desk, whose, pause) } else { pauses::as_it_is() })
}

fn said(desk: &Desk, whose: Whose, pause: Option<Pause>) -> Page {
    match whose {
        Whose::Mine => pauses::done_for_me(pause, &desk.in_force.own_command),
        Whose::OfChannel => pauses::done_here(pause),
    }
}

/// The functions whose digest comes to a channel.
fn reading_in(desk: &Desk, channel: &ChannelId) -> Vec<FunctionId> {
    let functions = desk.in_force.routing.functions().iter();
    let there = functions.filter(|function| desk.directory.channel(&function.channel).as_ref() == Some(channel));
    there.map(|function| function.id.clone()).collect()
}

/// `false`: it was so already.
async fn commit(desk: &Desk, command: &Command, who: Identity, act: Act) -> Result<bool, DeskError> {
    let keys = vec![DeliveryKey::command(&command.trigger)];
    let change = Change { at: desk.clock.now(), by: Some(who), keys, expects: vec![], acts: vec![act] };
    let committed = desk.store.commit(change).await?;
    // The same command that comes again is answered as the first time.
    Ok(!committed.duplicate || committed.seq.0 > 0)
}
