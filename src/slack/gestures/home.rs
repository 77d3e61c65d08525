//! Our page at home.

use serde_json::{Value, json};
use tracing::warn;

use crate::app::{advocates, council, open, own};
use crate::slack::blocks::content;
use crate::slack::desk::{Desk, DeskError, Reply};
use crate::slack::inbound::Actor;
use crate::texts::en;

/// Of how many functions the page lists what waits.
const MOST_WAITING: usize = 1;

/// Shows it to whoever opened it.
pub(in crate::slack) async fn answer(desk: &Desk, by: Actor) -> Reply {
    if let Err(error) = publish(desk, &by).await {
        // Opened again it comes anew: nothing is lost with it.
        warn!(%error, "a page at home could not be shown");
    }
    Reply::Ack(None)
}

pub(super) async fn publish(desk: &Desk, by: &Actor) -> Result<(), DeskError> {
    let who = desk.identity(&by.user, String::new());
    let (told, _) = own::told(&desk.store, &desk.in_force, desk.clock.now(), &who).await?;
    let reaches = en::Reaches {
        muted: own::is_muted(&desk.store, &who, desk.clock.now()).await?,
        subscribed: own::subscribed(&desk.store, &desk.in_force, &who).await?,
        functions: desk.in_force.routing.functions().iter().map(|function| (function.id.clone(), function.name.clone())).collect(),
    };
    let functions = desk.in_force.belongs_to(&who.user, &desk.directory.function_members());
    let open::Theirs { has, mut waits } = open::theirs(&desk.store, &desk.in_force, &who, &functions).await?;
    // A view holds 100 blocks.
    waits.truncate(MOST_WAITING);
    let (now, leads) = (desk.clock.now(), desk.in_force.leads(&who.user).next().is_some());
    let serves = advocates::theirs(&desk.store, &desk.in_force, now, &who).await?;
    let guest = desk.is_guest(&by.user).await;
    let pools = if guest { vec![] } else { advocates::pools(&desk.store, &desk.in_force, &who, &functions).await? };
    let pressing = if leads { council::pressing(&desk.store).await? } else { 0 };
    let council = Some(pressing).filter(|pressing| *pressing > 0);
    let page = en::home(
        &told,
        &en::Has { has, waits, serves, pools, council },
        &reaches,
        (&desk.in_force.command, &desk.in_force.own_command),
        &desk.off(),
    );
    let blocks = json!(content(&page)).get("blocks").cloned().unwrap_or_default();
    let arguments = json!({"user_id": by.user, "view": {"type": "home", "blocks": blocks}});
    desk.slack.ask::<Value>("views.publish", &arguments).await?;
    Ok(())
}
