//! Somebody takes turns as advocate, or says something about one.

use crate::app::advocates::{self, Became};
use crate::app::preview;
use crate::domain::advocates::Duty;
use crate::domain::command::Advocate as Asked;
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::Identity;
use crate::domain::function::FunctionId;
use crate::domain::press::TurnChoice;
use crate::domain::routing::Function;
use crate::slack::desk::{Desk, DeskError};
use crate::slack::inbound::{Command, Pressed};
use crate::texts::en::{self, advocates as says};
use crate::texts::page::Page;

/// Answers it.
pub(super) async fn asked(desk: &Desk, command: &Command, asked: Asked) -> Result<Page, DeskError> {
    let own = &desk.in_force.own_command;
    let (typed, duty) = match asked {
        Asked::Help => return Ok(says::help(own)),
        Asked::Look => {
            let who = desk.identity(&command.by.user, String::new());
            return Ok(advocates::page(&desk.store, &desk.in_force, desk.clock.now(), &who).await?);
        }
        Asked::Join(function) => (function, Duty::Join),
        Asked::Leave(function) => (function, Duty::Leave),
    };
    let Some(who) = desk.colleague(&command.by.user, None, &command.by.name).await else { return Ok(en::not_from_here()) };
    if desk.is_guest(&command.by.user).await {
        return Ok(says::not_for_guests());
    }
    let function = match preview::find(&desk.in_force, &typed) {
        Ok(function) => function,
        Err(near) => {
            let names: Vec<String> = desk.in_force.routing.functions().iter().map(|function| function.name.clone()).collect();
            let word = if duty == Duty::Join { "join" } else { "leave" };
            return Ok(en::previews::no_such(&format!("{own} advocate {word}"), &typed, near.map(|near| near.name.as_str()), &names));
        }
    };
    does(desk, (who, DeliveryKey::command(&command.trigger)), function, duty, |function| match duty {
        Duty::Join => says::joined(function),
        _ => says::left(function),
    })
    .await
}

/// A press about a week.
pub(super) async fn turn(desk: &Desk, pressed: &Pressed, id: &FunctionId, duty: (Duty, Option<TurnChoice>)) -> Result<Page, DeskError> {
    let Some(function) = desk.in_force.routing.function(id) else { return Ok(says::gone()) };
    let Some(who) = desk.colleague(&pressed.by.user, None, &pressed.by.name).await else { return Ok(en::not_from_here()) };
    let (duty, choice) = duty;
    if desk.is_guest(&pressed.by.user).await {
        return Ok(says::not_for_guests());
    }
    does(desk, (who, DeliveryKey::press(&pressed.key)), function, duty, |function| match (choice, duty) {
        (Some(choice), _) => says::pressed(choice, function),
        (None, Duty::Join) => says::joined(function),
        (None, Duty::Leave) => says::left(function),
        (None, _) => says::skipped(function),
    })
    .await
}

async fn does(
    desk: &Desk,
    (who, key): (Identity, DeliveryKey),
    function: &Function,
    duty: Duty,
    done: impl FnOnce(&str) -> Page,
) -> Result<Page, DeskError> {
    let became = advocates::wish(&desk.store, desk.clock.now(), (&who, &key), &function.id, duty).await?;
    // Others may have to be asked at once.
    desk.cared.notify_one();
    Ok(match became {
        Became::Done => done(&function.name),
        Became::NotInPool => says::not_in_pool(&function.name, &desk.in_force.own_command, &function.id),
        Became::Theirs(who) => says::theirs(&function.name, who.as_deref()),
        Became::Gone => says::gone(),
    })
}
