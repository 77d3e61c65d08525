//! Installing the app and signing in. Source: <https://docs.slack.dev/reference/methods/oauth.v2.access> and
//! <https://docs.slack.dev/authentication/sign-in-with-slack>.
use super::caller::{Caller, Holder};
use super::reply::{Failure, Reply};
use crate::args::Args;
use crate::state::State;
use crate::state::tokens::{CLIENT_ID, CLIENT_SECRET};
use crate::world::World;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

/// Seconds that an id token is good for.
const ID_TOKEN_LIFE: i64 = 300;

pub(super) fn access(world: &World, state: &mut State, args: &Args, client: &(String, String)) -> Reply {
    let user = redeem(state, args, client)?;
    // The app is installed anew: its token counts again.
    state.tokens.revoked.remove(&world.install.bot_token);
    let scopes: Vec<&str> = world.install.scopes.iter().map(String::as_str).collect();
    let team = &state.team;
    let place = if team.org_wide { Value::Null } else { json!({"id": team.id, "name": team.name}) };
    Ok(json!({
        "app_id": team.app_id, "authed_user": {"id": user}, "scope": scopes.join(","), "token_type": "bot",
        "access_token": world.install.bot_token, "bot_user_id": team.bot_user, "team": place,
        "enterprise": team.enterprise, "is_enterprise_install": team.org_wide,
    }))
}

/// The id token is not signed (`alg` is `none`): who checks signatures must refuse it, who reads claims can.
pub(super) fn openid_token(world: &World, state: &mut State, args: &Args, client: &(String, String)) -> Reply {
    let user = redeem(state, args, client)?;
    let token = format!("xoxp-sim-{}", state.ids.secret());
    state.tokens.people.insert(token.clone(), user.clone());
    let now = world.seconds();
    let mut claims = claims(state, &user);
    let more = json!({
        "iss": "https://slack.com", "aud": CLIENT_ID, "exp": now + ID_TOKEN_LIFE, "iat": now, "auth_time": now,
        "nonce": args.some("nonce"),
    });
    claims.extend(crate::shapes::object(more));
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let id_token = format!("{}.{}.", part(&json!({"alg": "none", "typ": "JWT"})), part(&Value::Object(claims)));
    Ok(json!({"access_token": token, "token_type": "Bearer", "id_token": id_token}))
}

#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn user_info(_: &World, state: &mut State, _: &Args, caller: &Caller) -> Reply {
    let user = match &caller.holder {
        Holder::Person(user) => user.clone(),
        Holder::Bot | Holder::App => String::new(),
    };
    Ok(Value::Object(claims(state, &user)))
}

/// Takes a code; answers who consented.
fn redeem(state: &mut State, args: &Args, (id, secret): &(String, String)) -> Result<String, Failure> {
    if id != CLIENT_ID {
        return Err(Failure::from("invalid_client_id"));
    }
    if secret != CLIENT_SECRET {
        return Err(Failure::from("bad_client_secret"));
    }
    if args.some("grant_type").is_some_and(|kind| kind != "authorization_code") {
        return Err(Failure::from("invalid_grant_type"));
    }
    let code = state.tokens.codes.get_mut(&args.need("code", "invalid_code")?).ok_or("invalid_code")?;
    if code.used {
        return Err(Failure::from("code_already_used"));
    }
    code.used = true;
    Ok(code.user.clone())
}

fn claims(state: &State, user: &str) -> Map<String, Value> {
    let person = state.people.get(user);
    let name = person.map_or("", |person| person.real_name.as_str());
    let (given, family) = name.split_once(' ').unwrap_or((name, ""));
    let team = &state.team;
    let mut claims = crate::shapes::object(json!({
        "sub": user, "https://slack.com/user_id": user, "https://slack.com/team_id": team.id, "name": name, "given_name": given,
        "family_name": family, "locale": "en-US", "https://slack.com/team_name": team.name,
        "https://slack.com/team_domain": team.domain,
    }));
    if let Some(enterprise) = &team.enterprise {
        let of_the_grid = json!({"https://slack.com/enterprise_id": enterprise.id, "https://slack.com/enterprise_name": enterprise.name});
        claims.extend(crate::shapes::object(of_the_grid));
    }
    claims
}
