//! Apps as authors. Source: <https://docs.slack.dev/reference/methods/bots.info>.
use super::reply::{Failure, Reply};
use crate::args::Args;
use crate::ids::of_name;
use crate::state::State;
use crate::world::World;
use serde_json::json;

pub(super) fn info(_: &World, state: &mut State, args: &Args) -> Reply {
    let bot = args.some("bot").ok_or_else(|| Failure::missing("bot"))?;
    let team = &state.team;
    let mut bots = state.people.values().filter(|person| person.is_bot);
    // The app's own ids are made from its name as it was given, those of others from their handle.
    let id = |name: &str, own: bool| if own { team.bot_id.clone() } else { of_name("B", name) };
    let person = bots.find(|person| id(&person.name, person.id == team.bot_user) == bot).ok_or("bot_not_found")?;
    let app = if person.id == team.bot_user { team.app_id.clone() } else { of_name("A", &person.name) };
    Ok(json!({"bot": {
        "id": bot, "deleted": person.deleted, "name": person.name, "updated": 0, "app_id": app, "user_id": person.id, "icons": {},
    }}))
}
