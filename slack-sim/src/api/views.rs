//! Modals and Home, as the app opens and changes them. Source: <https://docs.slack.dev/reference/methods/views.open> and its
//! neighbours.
use super::reply::{Failure, Reply};
use crate::args::Args;
use crate::asks::{Origin, Trigger};
use crate::fields::text;
use crate::kit;
use crate::state::State;
use crate::views::Which;
use crate::world::{World, lock};
use serde_json::{Value, json};

/// Bytes of the largest view.
const LARGEST: usize = 250_000;

pub(super) fn open(world: &World, state: &mut State, args: &Args) -> Reply {
    let mut view = view(state, args, "modal")?;
    let trigger = exchange(world, args)?;
    if let (Origin::Conversation(open), Some(blocks)) = (&trigger.origin, view.get_mut("blocks")) {
        kit::choose_current(blocks, open);
    }
    let State { views, ids, team, .. } = state;
    let shown = views.open(ids, &team.owner(), &trigger.user, view)?;
    world.tick_for("view", "", &trigger.user);
    Ok(json!({"view": shown}))
}

pub(super) fn push(world: &World, state: &mut State, args: &Args) -> Reply {
    let view = view(state, args, "modal")?;
    let trigger = exchange(world, args)?;
    // Only what was done in a modal may put another on it.
    if trigger.origin != Origin::Modal {
        return Err(Failure::from("invalid_trigger_id"));
    }
    let State { views, ids, team, .. } = state;
    let shown = views.push(ids, &team.owner(), &trigger.user, view)?;
    world.tick_for("view", "", &trigger.user);
    Ok(json!({"view": shown}))
}

pub(super) fn update(world: &World, state: &mut State, args: &Args) -> Reply {
    let given = |name: &str| args.text(name).filter(|text| !text.is_empty());
    let which = Which { id: given("view_id"), external_id: given("external_id"), hash: given("hash") };
    let kind = state.views.find(&which).map(|view| view.text("type").to_owned()).ok_or("not_found")?;
    let view = view(state, args, &kind)?;
    let State { views, ids, team, .. } = state;
    let shown = views.update(ids, &team.owner(), &which, view)?;
    let user = views.find(&which).map(|view| view.user.clone()).unwrap_or_default();
    world.tick_for(if kind == "home" { "home" } else { "view" }, "", &user);
    Ok(json!({"view": shown}))
}

pub(super) fn publish(world: &World, state: &mut State, args: &Args) -> Reply {
    let user = args.need("user_id", "user_not_found")?;
    if !state.people.contains_key(&user) {
        return Err(Failure::from("user_not_found"));
    }
    if !world.install.home {
        return Err(Failure::from("not_enabled"));
    }
    let view = view(state, args, "home")?;
    let hash = args.text("hash").filter(|hash| !hash.is_empty());
    let State { views, ids, team, .. } = state;
    let shown = views.publish(ids, &team.owner(), (&user, hash), view)?;
    world.tick_for("home", "", &user);
    Ok(json!({"view": shown}))
}

fn exchange(world: &World, args: &Args) -> Result<Trigger, &'static str> {
    let now = world.hub.wire.now();
    let id = args.text("trigger_id").filter(|id| !id.is_empty()).or_else(|| args.text("interactivity_pointer"));
    lock(&world.asks).exchange(&id.ok_or("invalid_trigger_id")?, now)
}

/// The view that is given, checked, with all its ids.
fn view(state: &mut State, args: &Args, kind: &str) -> Result<Value, Failure> {
    let view = args.json("view", "invalid_arguments")?.ok_or("invalid_arguments")?;
    if view.to_string().len() > LARGEST {
        return Err(Failure::from("view_too_large"));
    }
    if text(&view, "type") != kind {
        return Err(Failure::arguments(&[format!("[ERROR] must be a valid enum value: {kind} [json-pointer:/view/type]")]));
    }
    crate::modals::checked(state, view).map_err(|wrong| Failure::arguments(&wrong))
}
