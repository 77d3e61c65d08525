//! Installing the app, and signing in with Slack.
use crate::support::{Office, call, http, office};
use serde_json::{Value, json};
use slack_sim::Sim;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

async fn exchange(sim: &Sim, method: &str, form: &str) -> Value {
    http(sim.port(), "POST", &format!("/api/{method}"), &[FORM], form).await.json()
}

#[tokio::test]
async fn a_code_is_exchanged_once() {
    let Office { sim, .. } = office().await;
    let (id, secret) = (sim.client_id(), sim.client_secret());
    let code = sim.oauth_code("lee").unwrap();
    let good = format!("client_id={id}&client_secret={secret}&code={code}");
    for (form, error) in [
        (format!("client_secret={secret}&code={code}"), "invalid_client_id"),
        (format!("client_id=1.2&client_secret={secret}&code={code}"), "invalid_client_id"),
        (format!("client_id={id}&client_secret=x&code={code}"), "bad_client_secret"),
        (format!("client_id={id}&client_secret={secret}"), "invalid_code"),
        (format!("client_id={id}&client_secret={secret}&code=x"), "invalid_code"),
        (format!("{good}&grant_type=password"), "invalid_grant_type"),
    ] {
        assert_eq!(exchange(&sim, "oauth.v2.access", &form).await["error"], error, "{form}");
    }
    let granted = exchange(&sim, "oauth.v2.access", &good).await;
    assert_eq!((&granted["ok"], &granted["access_token"]), (&json!(true), &json!(sim.bot_token())));
    assert_eq!((&granted["token_type"], &granted["bot_user_id"]), (&json!("bot"), &json!(sim.bot_user())));
    assert_eq!(granted["team"], json!({"id": sim.team_id(), "name": "Acme"}));
    assert_eq!((&granted["enterprise"], &granted["is_enterprise_install"]), (&Value::Null, &json!(false)));
    assert_eq!(granted["authed_user"]["id"], sim.person_id("lee").unwrap());
    assert_eq!(exchange(&sim, "oauth.v2.access", &good).await["error"], "code_already_used");
    let kept = sim.calls_of("oauth.v2.access").pop().unwrap();
    assert!(!kept.args.contains_key("client_secret"), "no secret is kept");
}

#[tokio::test]
async fn a_client_may_show_itself_in_the_header_and_installing_again_revives_the_token() {
    let Office { sim, .. } = office().await;
    call(&sim, "auth.revoke", json!({})).await;
    assert_eq!(call(&sim, "auth.test", json!({})).await["error"], "token_revoked");
    let code = sim.oauth_code("dana").unwrap();
    // The two, joined by a colon, in base64.
    assert_eq!((sim.client_id(), sim.client_secret()), ("1111111111.2222222222", "sim-client-secret"));
    let basic = ("Authorization", "Basic MTExMTExMTExMS4yMjIyMjIyMjIyOnNpbS1jbGllbnQtc2VjcmV0");
    let granted = http(sim.port(), "POST", "/api/oauth.v2.access", &[basic, FORM], &format!("code={code}")).await.json();
    assert_eq!(granted["ok"], true, "{granted}");
    assert_eq!(call(&sim, "auth.test", json!({})).await["ok"], true);
    assert!(sim.oauth_code("nobody").is_err());
}

#[tokio::test]
async fn somebody_signs_in() {
    let Office { sim, .. } = office().await;
    let code = sim.oauth_code("lee").unwrap();
    let form = format!("client_id={}&client_secret={}&code={code}&nonce=n1", sim.client_id(), sim.client_secret());
    let granted = exchange(&sim, "openid.connect.token", &form).await;
    assert_eq!(granted["token_type"], "Bearer", "{granted}");
    let id_token: Vec<&str> = granted["id_token"].as_str().unwrap().split('.').collect();
    // {"alg":"none","typ":"JWT"}, some claims, and no signature.
    assert_eq!((id_token.len(), id_token[0], id_token[2]), (3, "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", ""));
    let bearer = format!("Bearer {}", granted["access_token"].as_str().unwrap());
    let headers = [("Authorization", bearer.as_str())];
    let who = http(sim.port(), "GET", "/api/openid.connect.userInfo", &headers, "").await.json();
    assert_eq!((&who["sub"], &who["name"]), (&json!(sim.person_id("lee").unwrap()), &json!("Lee Brandt")));
    assert_eq!((&who["given_name"], &who["https://slack.com/team_id"]), (&json!("Lee"), &json!(sim.team_id())));
    let posted = http(sim.port(), "POST", "/api/chat.postMessage", &headers, "").await.json();
    assert_eq!(posted["error"], "not_allowed_token_type");
    assert_eq!(call(&sim, "openid.connect.userInfo", json!({})).await["error"], "not_allowed_token_type");
}
