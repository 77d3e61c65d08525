//! Who there is. Source: <https://docs.slack.dev/reference/methods/users.info>.
use super::conversations::page;
use super::reply::Reply;
use crate::args::Args;
use crate::shapes;
use crate::state::{Person, State};
use crate::world::World;
use serde_json::{Value, json};

pub(super) fn info(world: &World, state: &mut State, args: &Args) -> Reply {
    let now = world.time.now();
    let person = state.people.get(&args.need("user", "user_not_found")?).ok_or("user_not_found")?;
    let mut shown = shapes::person(state, person, now);
    if let (true, Some(fields)) = (args.flag("include_locale"), shown.as_object_mut()) {
        fields.insert("locale".to_owned(), json!("en-US"));
    }
    Ok(json!({"user": shown}))
}

pub(super) fn list(world: &World, state: &mut State, args: &Args) -> Reply {
    let now = world.time.now();
    let people: Vec<&Person> = state.people.values().collect();
    let mut reply = page(args, &people, 1000, "members", |person| shapes::person(state, person, now))?;
    if let Some(fields) = reply.as_object_mut() {
        fields.insert("cache_ts".to_owned(), Value::from(now.as_second()));
    }
    Ok(reply)
}
