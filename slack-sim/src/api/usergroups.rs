//! Groups of people. Source: <https://docs.slack.dev/reference/methods/usergroups.list>.
use super::reply::{Failure, Reply};
use crate::args::Args;
use crate::shapes;
use crate::state::State;
use crate::world::World;
use serde_json::{Value, json};

#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn list(_: &World, state: &mut State, args: &Args) -> Reply {
    let groups = state.usergroups.values().filter(|group| args.flag("include_disabled") || !group.disabled);
    let shown: Vec<Value> = groups
        .map(|group| {
            let mut fields = shapes::usergroup(state, group);
            if args.flag("include_count") {
                fields.insert("user_count".to_owned(), json!(group.members.len()));
            }
            if args.flag("include_users") {
                fields.insert("users".to_owned(), json!(group.members));
            }
            Value::Object(fields)
        })
        .collect();
    Ok(json!({"usergroups": shown}))
}

pub(super) fn users(_: &World, state: &mut State, args: &Args) -> Reply {
    let id = args.some("usergroup").ok_or_else(|| Failure::missing("usergroup"))?;
    let group = state.usergroups.get(&id).filter(|group| args.flag("include_disabled") || !group.disabled);
    Ok(json!({"users": group.ok_or("no_such_subteam")?.members}))
}
