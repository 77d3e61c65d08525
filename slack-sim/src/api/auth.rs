//! Who the app is, and its way into Socket Mode. Source: <https://docs.slack.dev/reference/methods/auth.test>.
use super::caller::{Caller, Holder};
use super::reply::{Failure, Reply};
use crate::args::Args;
use crate::fields::object;
use crate::state::State;
use crate::world::World;
use serde_json::{Value, json};

/// Answers what it was asked, or the error that was asked for.
pub(super) fn api_test(_: &World, _: &mut State, args: &Args) -> Reply {
    let error = args.some("error");
    let args = args.clone().into_map();
    match error {
        Some(error) => Err(Failure { error, more: object(json!({"args": args})) }),
        None if args.is_empty() => Ok(json!({})),
        None => Ok(json!({"args": args})),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn test(_: &World, state: &mut State, _: &Args, caller: &Caller) -> Reply {
    let team = &state.team;
    let mut shown = object(json!({"url": url(&team.domain), "team": team.name, "team_id": team.id}));
    // A token for a whole enterprise belongs to no team: its id stands there, as others have seen it
    // (<https://github.com/onyx-dot-app/onyx/pull/6960>).
    if let Some(enterprise) = team.enterprise.as_ref().filter(|_| team.org_wide) {
        shown.extend(object(json!({"team": enterprise.name, "team_id": enterprise.id})));
    }
    match &caller.holder {
        Holder::App => return Ok(json!({"app_name": team.bot_name, "app_id": team.app_id})),
        Holder::Bot => shown.extend(object(json!({
            "user": team.bot_name, "user_id": team.bot_user, "bot_id": team.bot_id, "is_enterprise_install": team.org_wide,
        }))),
        Holder::Person(user) => {
            let name = state.people.get(user).map(|person| person.name.as_str());
            shown.extend(object(json!({"user": name, "user_id": user, "is_enterprise_install": team.org_wide})));
        }
    }
    if let Some(enterprise) = &team.enterprise {
        shown.insert("enterprise_id".to_owned(), json!(enterprise.id));
    }
    Ok(Value::Object(shown))
}

/// The teams for which the app is installed: here there is one. Source: <https://docs.slack.dev/reference/methods/auth.teams.list>.
#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn teams(_: &World, state: &mut State, _: &Args) -> Reply {
    let team = &state.team;
    Ok(json!({"teams": [{"id": team.id, "name": team.name}], "response_metadata": {"next_cursor": ""}}))
}

/// The token is worth nothing from now on. `test` only asks. Source: <https://docs.slack.dev/reference/events/tokens_revoked>,
/// which has a place for tokens of people and of bots, and none for the app's own.
#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn revoke(world: &World, state: &mut State, args: &Args, caller: &Caller) -> Reply {
    let only_asks = args.flag("test");
    match caller.holder {
        _ if only_asks => {}
        Holder::Bot => world.revoke_bot_token(state),
        Holder::App | Holder::Person(_) => {
            state.tokens.revoked.insert(caller.token.clone());
        }
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
    let mut shown = object(json!({
        "id": team.id, "name": team.name, "domain": team.domain, "url": url(&team.domain), "email_domain": "",
        "icon": {"image_default": true},
    }));
    if let Some(enterprise) = &team.enterprise {
        shown.extend(object(json!({"enterprise_id": enterprise.id, "enterprise_name": enterprise.name})));
    }
    Ok(json!({"team": shown}))
}

fn url(domain: &str) -> String {
    format!("https://{domain}.slack.com/")
}
