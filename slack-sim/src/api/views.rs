//! Modals and Home, first form: what the app opens is taken and kept; nobody fills it in yet.
//! Source: <https://docs.slack.dev/reference/methods/views.open>.
use super::reply::{Failure, Reply};
use crate::args::Args;
use crate::kit;
use crate::state::State;
use crate::world::{World, lock};
use serde_json::{Value, json};

pub(super) fn open(world: &World, state: &mut State, args: &Args) -> Reply {
    exchange(world, &args.need("trigger_id", "invalid_trigger_id")?)?;
    let view = view(args)?;
    let id = state.ids.thing("V");
    let kept = keep(state, view, &id, &id);
    Ok(json!({"view": kept}))
}

pub(super) fn publish(_: &World, state: &mut State, args: &Args) -> Reply {
    let user = args.need("user_id", "user_not_found")?;
    let view = view(args)?;
    if !state.people.contains_key(&user) {
        return Err(Failure::from("user_not_found"));
    }
    let id = format!("V0{user}");
    same_hash(state, &id, args)?;
    let kept = keep(state, view, &id, &id);
    Ok(json!({"view": kept}))
}

pub(super) fn update(_: &World, state: &mut State, args: &Args) -> Reply {
    let id = args.need("view_id", "not_found")?;
    let view = view(args)?;
    if !state.views.contains_key(&id) {
        return Err(Failure::from("not_found"));
    }
    same_hash(state, &id, args)?;
    let kept = keep(state, view, &id, &id);
    Ok(json!({"view": kept}))
}

/// A trigger opens one modal, soon after it was given.
fn exchange(world: &World, trigger_id: &str) -> Result<(), &'static str> {
    let now = world.hub.wire.now();
    let mut triggers = lock(&world.triggers);
    let trigger = triggers.get_mut(trigger_id).ok_or("invalid_trigger_id")?;
    if trigger.used {
        return Err("exchanged_trigger_id");
    }
    if now > trigger.until {
        return Err("expired_trigger_id");
    }
    trigger.used = true;
    drop(triggers);
    Ok(())
}

fn view(args: &Args) -> Result<Value, Failure> {
    let view = args.json("view", "invalid_arguments")?.ok_or("invalid_arguments")?;
    Failure::of_kit("invalid_arguments", &kit::check_view(&view))?;
    Ok(view)
}

fn same_hash(state: &State, id: &str, args: &Args) -> Result<(), &'static str> {
    let Some(given) = args.text("hash").filter(|hash| !hash.is_empty()) else { return Ok(()) };
    let kept = state.views.get(id).and_then(|view| view.get("hash")).and_then(Value::as_str);
    if kept.is_none_or(|kept| kept == given) { Ok(()) } else { Err("hash_conflict") }
}

fn keep(state: &mut State, mut view: Value, id: &str, root: &str) -> Value {
    let hash = state.ids.thing("");
    if let Some(fields) = view.as_object_mut() {
        let team = &state.team;
        let more = json!({
            "id": id, "root_view_id": root, "previous_view_id": null, "team_id": team.id, "app_id": team.app_id,
            "bot_id": team.bot_id, "app_installed_team_id": team.id, "hash": hash, "state": {"values": {}},
        });
        fields.extend(crate::shapes::object(more));
    }
    state.views.insert(id.to_owned(), view.clone());
    view
}
