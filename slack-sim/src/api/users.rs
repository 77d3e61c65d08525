//! Who there is. Source: <https://docs.slack.dev/reference/methods/users.info>.
use super::conversations::{List, page};
use super::reply::Reply;
use crate::args::Args;
use crate::shapes;
use crate::state::State;
use crate::state::people::Person;
use crate::world::World;
use serde_json::{Value, json};

pub(super) fn info(world: &World, state: &mut State, args: &Args) -> Reply {
    let person = state.people.get(&args.need("user", "user_not_found")?).ok_or("user_not_found")?;
    Ok(json!({"user": shown(world, state, person, args)}))
}

pub(super) fn list(world: &World, state: &mut State, args: &Args) -> Reply {
    let people: Vec<&Person> = state.people.values().collect();
    let list = List::new("members", 1000);
    let mut reply = page(args, &people, list, |person| &person.id, |person| shown(world, state, person, args))?;
    if let Some(fields) = reply.as_object_mut() {
        fields.insert("cache_ts".to_owned(), Value::from(world.seconds()));
    }
    Ok(reply)
}

/// Of the bot when nobody is named.
pub(super) fn profile(world: &World, state: &mut State, args: &Args) -> Reply {
    let user = args.some("user").unwrap_or_else(|| state.team.bot_user.clone());
    let person = state.people.get(&user).ok_or("user_not_found")?;
    let shown = shapes::person(state, person, world.time.now());
    Ok(json!({"profile": shown.get("profile")}))
}

fn shown(world: &World, state: &State, person: &Person, args: &Args) -> Value {
    let mut shown = shapes::person(state, person, world.time.now());
    if let (true, Some(fields)) = (args.flag("include_locale"), shown.as_object_mut()) {
        fields.insert("locale".to_owned(), json!("en-US"));
    }
    shown
}
