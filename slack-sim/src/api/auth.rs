//! Who the app is, and its way into Socket Mode. Source: <https://docs.slack.dev/reference/methods/auth.test>.
use super::methods::{Caller, Holder};
use super::reply::{Failure, Reply};
use crate::args::Args;
use crate::state::State;
use crate::world::World;
use serde_json::{Value, json};

/// Answers what it was asked, or the error that was asked for.
pub(super) fn api_test(_: &World, _: &mut State, args: &Args) -> Reply {
    let error = args.some("error");
    let args = args.clone().into_map();
    match error {
        Some(error) => Err(Failure { error, more: crate::shapes::object(json!({"args": args})) }),
        None if args.is_empty() => Ok(json!({})),
        None => Ok(json!({"args": args})),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn test(_: &World, state: &mut State, _: &Args, caller: &Caller) -> Reply {
    let team = &state.team;
    Ok(match caller.holder {
        Holder::App => json!({"app_name": team.bot_name, "app_id": team.app_id}),
        Holder::Bot | Holder::Person(_) => json!({
            "url": url(&team.domain), "team": team.name, "team_id": team.id, "user": team.bot_name, "user_id": team.bot_user,
            "bot_id": team.bot_id, "is_enterprise_install": false,
        }),
    })
}

/// The token is worth nothing from now on. `test` only asks.
#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn revoke(_: &World, state: &mut State, args: &Args, caller: &Caller) -> Reply {
    let only_asks = args.flag("test");
    if !only_asks {
        state.tokens.revoked.insert(caller.token.clone());
    }
    Ok(json!({"revoked": !only_asks}))
}

pub(super) fn open_connection(world: &World, state: &mut State, _: &Args) -> Reply {
    // Which error Slack gives while Socket Mode is off is not documented; this one stands in its list.
    let ticket = world.hub.ticket().ok_or_else(|| Failure::from("access_denied"))?;
    let app_id = &state.team.app_id;
    Ok(json!({"url": format!("ws://127.0.0.1:{}/link/?ticket={ticket}&app_id={app_id}", world.port)}))
}

pub(super) fn team_info(_: &World, state: &mut State, args: &Args) -> Reply {
    let team = &state.team;
    if args.some("team").is_some_and(|asked| asked != team.id) {
        return Err(Failure::from("team_not_found"));
    }
    let shown: Value = json!({
        "id": team.id, "name": team.name, "domain": team.domain, "url": url(&team.domain), "email_domain": "",
        "icon": {"image_default": true},
    });
    Ok(json!({"team": shown}))
}

fn url(domain: &str) -> String {
    format!("https://{domain}.slack.com/")
}
