//! Our page at home.

use serde_json::{Value, json};
use tracing::warn;

use crate::app::own;
use crate::slack::blocks::content;
use crate::slack::desk::{Desk, DeskError, Reply};
use crate::slack::inbound::Actor;
use crate::texts::en;

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
    let page = en::home(&told, &reaches, (&desk.in_force.command, &desk.in_force.own_command), &desk.off());
    let blocks = json!(content(&page)).get("blocks").cloned().unwrap_or_default();
    let arguments = json!({"user_id": by.user, "view": {"type": "home", "blocks": blocks}});
    desk.slack.ask::<Value>("views.publish", &arguments).await?;
    Ok(())
}
