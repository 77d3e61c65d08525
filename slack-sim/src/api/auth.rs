//! Who the app is, and its way into Socket Mode.
use super::reply::{Failure, Reply};
use crate::args::Args;
use crate::state::State;
use crate::world::World;
use serde_json::{Value, json};

#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn api_test(_: &World, _: &mut State, args: &Args) -> Reply {
    let args = args.clone().into_map();
    Ok(if args.is_empty() { json!({}) } else { json!({"args": args}) })
}

#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn test(_: &World, state: &mut State, _: &Args) -> Reply {
    let team = &state.team;
    Ok(json!({
        "url": url(&team.domain), "team": team.name, "team_id": team.id, "user": team.bot_name, "user_id": team.bot_user,
        "bot_id": team.bot_id, "is_enterprise_install": false,
    }))
}

/// As [`test`], for the app's own token.
#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn test_app(state: &State) -> Reply {
    Ok(json!({"app_name": state.team.bot_name, "app_id": state.team.app_id}))
}

pub(super) fn open_connection(world: &World, state: &mut State, _: &Args) -> Reply {
    // Which error Slack gives while Socket Mode is off is not documented; this one stands in its list.
    let ticket = world.hub.ticket().ok_or_else(|| Failure::from("access_denied"))?;
    let app_id = &state.team.app_id;
    Ok(json!({"url": format!("ws://127.0.0.1:{}/link/?ticket={ticket}&app_id={app_id}", world.port)}))
}

#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn team_info(_: &World, state: &mut State, _: &Args) -> Reply {
    let team = &state.team;
    let shown: Value = json!({
        "id": team.id, "name": team.name, "domain": team.domain, "url": url(&team.domain), "email_domain": "",
        "icon": {"image_default": true},
    });
    Ok(json!({"team": shown}))
}

fn url(domain: &str) -> String {
    format!("https://{domain}.slack.com/")
}
