//! Commands.

use serde_json::Value;

use super::{advocate, backfill, pause, subscribe, view};
use crate::app::intake::{self, Telling, Told};
use crate::app::letters::missed;
use crate::app::{council, open, own, preview, receipt_of, spread, why};
use crate::domain::command::{AllEarsCommand, HeardCommand};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Gesture, Identity, Verbatim};
use crate::domain::ids::ChannelId;
use crate::domain::views::Letter;
use crate::slack::desk::{Desk, DeskError, Listened, Reply, ephemeral};
use crate::slack::directory::shown;
use crate::slack::inbound::Command;
use crate::slack::readers::Readers;
use crate::slack::web::CallError;
use crate::texts::en;
use crate::texts::page::Page;

/// Answers a command.
pub(in crate::slack) async fn answer(desk: &Desk, command: Command) -> Reply {
    let page = if !desk.is_one_of_us(&command.by) {
        desk.left_alone();
        Some(en::not_from_here())
    } else if command.name == desk.in_force.command {
        heard(desk, command).await
    } else if command.name == desk.in_force.own_command {
        Some(own_command(desk, command).await)
    } else {
        Some(en::unknown_command(&desk.in_force.command))
    };
    Reply::Ack(page.as_ref().map(ephemeral))
}

/// `None`: the form is open, and there is nothing to say.
async fn heard(desk: &Desk, command: Command) -> Option<Page> {
    let text = desk.plain(&command.text).await;
    match HeardCommand::parse(&text) {
        HeardCommand::Tell(verbatim) => Some(tell(desk, command, verbatim).await),
        HeardCommand::Form => match open_form(desk, &command).await {
            Ok(_) => None,
            // The trigger may be too old, or Slack out of order: there is another way to tell.
            Err(_) => Some(en::heard_help(&desk.in_force.command)),
        },
        HeardCommand::Help => Some(en::heard_help(&desk.in_force.command)),
        HeardCommand::TooLong(characters) => Some(en::too_long(characters)),
    }
}

async fn open_form(desk: &Desk, command: &Command) -> Result<Value, CallError> {
    let origin = desk.origin_of(&command.channel, &command.channel_name);
    let about = view::About::new(&command.channel, None, origin);
    view::open(&desk.slack, &command.trigger, view::tell(&desk.in_force, &about, &view::Prefilled::default())).await
}

async fn tell(desk: &Desk, command: Command, verbatim: Verbatim) -> Page {
    let Some(teller) = desk.colleague(&command.by.user, None, &command.by.name).await else {
        desk.left_alone();
        return en::not_from_here();
    };
    let telling = Telling {
        teller_functions: desk.functions_of(&command.by.user),
        teller,
        key: DeliveryKey::command(&command.trigger),
        channel: ChannelId::new(&command.channel),
        origin: desk.origin_of(&command.channel, &command.channel_name),
        gesture: Gesture::Command,
        verbatim,
        message: None,
        customer: None,
        functions: vec![],
        hidden: false,
        urgent: false,
        reaction: None,
        receipt: None,
    };
    match keep(desk, telling).await {
        Ok(page) => page,
        Err(fault) => en::not_kept(desk.not_kept(&fault)),
    }
}

async fn keep(desk: &Desk, telling: Telling) -> Result<Page, DeskError> {
    let now = desk.clock.now();
    let told = intake::tell(&desk.store, &desk.in_force, now, telling).await?;
    desk.count_told(&told);
    Ok(match told {
        Told::Kept(no) => match receipt_of(&desk.store, &desk.in_force, now, no).await? {
            Some(receipt) => en::receipt(&receipt),
            None => en::heard_before(Some(no)),
        },
        Told::Before(no) => en::heard_before(no),
    })
}

async fn own_command(desk: &Desk, command: Command) -> Page {
    let text = desk.plain(&command.text).await;
    let who = desk.identity(&command.by.user, String::new());
    match own_page(desk, AllEarsCommand::parse(&text), (&command, &who)).await {
        Ok(page) => page,
        Err(fault) => en::not_kept(desk.not_kept(&fault)),
    }
}

async fn own_page(desk: &Desk, asked: AllEarsCommand, (command, who): (&Command, &Identity)) -> Result<Page, DeskError> {
    let in_force = &desk.in_force;
    Ok(match asked {
        AllEarsCommand::Help => en::help(&in_force.command, &in_force.own_command, &in_force.reaction),
        AllEarsCommand::HelpOn(topic) => en::help_on(topic, &in_force.command, &in_force.own_command),
        AllEarsCommand::Mine => {
            let (told, all) = own::told(&desk.store, in_force, desk.clock.now(), who).await?;
            en::mine(&told, all, &in_force.command)
        }
        AllEarsCommand::Open(typed) => open::page(&desk.store, in_force, &typed).await?,
        AllEarsCommand::Council => council::page(&desk.store, in_force, desk.clock.now()).await?,
        AllEarsCommand::Spread => {
            let home = desk.functions_of(who.user.as_str()).into_iter().next();
            spread::page(&desk.store, in_force, desk.clock.now(), (who, home.as_ref())).await?
        }
        AllEarsCommand::Show(no) => own::shown(&desk.store, in_force, desk.clock.now(), (no, who)).await?,
        AllEarsCommand::Why(None) => en::why::why_help(&in_force.own_command),
        AllEarsCommand::Why(Some(no)) => why::told(&desk.store, in_force, no).await?.unwrap_or_else(|| en::no_such(no)),
        AllEarsCommand::Try(text) if text.is_empty() => en::why::try_help(&in_force.own_command),
        AllEarsCommand::Try(text) => why::tried(&desk.store, in_force, &text).await?,
        AllEarsCommand::Digest(typed) => preview::page(&desk.store, in_force, desk.clock.now(), &typed).await?,
        AllEarsCommand::Status => status(desk, who).await?,
        AllEarsCommand::Customers if !desk.is_admin(who.user.as_str()).await? => en::admins_only(),
        AllEarsCommand::Customers => en::candidates(&own::candidates(&desk.store, in_force).await?),
        AllEarsCommand::Backfill(asked) => backfill::asked(desk, command, asked).await?,
        AllEarsCommand::Pause(asked) => pause::asked(desk, command, asked).await?,
        AllEarsCommand::Subscribe(asked) => subscribe::asked(desk, command, asked).await?,
        AllEarsCommand::Advocate(asked) => advocate::asked(desk, command, asked).await?,
        AllEarsCommand::LeftOut => left_out(desk, command).await?,
        AllEarsCommand::Unknown { word, near } => en::unknown_word(&in_force.own_command, &word, near),
    })
}

async fn left_out(desk: &Desk, command: &Command) -> Result<Page, DeskError> {
    let channel = ChannelId::new(&command.channel);
    match desk.may_not_look(&command.by.user, &channel).await? {
        Some(why_not) => Ok(why_not),
        None => desk.left_out_of(&channel).await,
    }
}

async fn status(desk: &Desk, who: &Identity) -> Result<Page, DeskError> {
    let waiting = desk.store.outbox().await?;
    let any = waiting.iter().any(|(_, letter)| letter.refused.is_some());
    // Where Slack does not say it, no more is named than anybody may read.
    let is_admin = any && desk.is_admin(who.user.as_str()).await.unwrap_or(false);
    let refused = waiting.iter().filter_map(|(_, letter)| refused(desk, letter, is_admin)).collect();
    let paused = own::paused(&desk.store, &desk.in_force, desk.clock.now()).await?;
    // A private channel that is listed by mistake is not listened to, and its name stays where it is.
    let is_open = |listened: &&Listened| {
        let id = desk.directory.channel(&listened.channel);
        id.is_some_and(|id| matches!(desk.directory.readers(id.as_str()), Some(Readers::Everybody | Readers::Outsiders)))
    };
    let listened = desk.home.listened.iter().filter(is_open).map(|listened| (shown(&listened.channel), listened.mode));
    let knowledge = desk.in_force.knowledge();
    let hinting = own::hinting(&desk.in_force, desk.clock.now());
    let taught = (knowledge.records, knowledge.influence.people(), knowledge.influence.held());
    Ok(en::status(&en::Status { listened: listened.collect(), paused, waiting: waiting.len(), refused, off: desk.off(), taught, hinting }))
}

/// A digest that waits to be mended. A private channel is named to admins alone, as is one that Slack does not show us.
fn refused(desk: &Desk, letter: &Letter, is_admin: bool) -> Option<en::alerts::Refused> {
    let (what, id, refusal) = (missed(&letter.content)?, letter.content.function(), letter.refused.as_ref()?);
    let Desk { in_force, directory, .. } = desk;
    let named = match id {
        Some(id) => in_force.routing.function(id).map(|function| &function.channel),
        None => in_force.rollup.as_ref().map(|plan| &plan.channel),
    };
    let readers = named.and_then(|named| directory.channel(named)).and_then(|id| directory.readers(id.as_str()));
    let is_open = matches!(readers, Some(Readers::Everybody | Readers::Outsiders));
    Some(en::alerts::Refused {
        what,
        function: in_force.name_of(id),
        since: refusal.since.to_zoned(in_force.zone_of(id)),
        code: refusal.code.clone(),
        channel: (is_admin || is_open).then(|| in_force.channel_of(id)),
    })
}
