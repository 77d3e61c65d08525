//! Groups of people, and apps as authors.
use crate::support::{Office, call, line, office};
use serde_json::{Value, json};
use slack_sim::NewUsergroup;

#[tokio::test]
async fn a_group_is_listed_and_can_be_named_in_a_text() {
    let Office { sim, .. } = office().await;
    let id = sim.add_usergroup(NewUsergroup::named("@finance").name("Finance").members(["lee", "dana"]));
    let off = sim.add_usergroup(NewUsergroup::named("gone").disabled());
    let (lee, dana) = (sim.person_id("lee").unwrap(), sim.person_id("dana").unwrap());
    let listed = call(&sim, "usergroups.list", json!({"include_users": true, "include_count": true})).await;
    let group = &listed["usergroups"][0];
    assert_eq!((&group["id"], &group["handle"], &group["name"]), (&json!(id), &json!("finance"), &json!("Finance")));
    assert_eq!((&group["users"], &group["user_count"]), (&json!([lee, dana]), &json!(2)));
    assert_eq!(listed["usergroups"].as_array().unwrap().len(), 1);
    let all = call(&sim, "usergroups.list", json!({"include_disabled": true})).await;
    assert_eq!((all["usergroups"].as_array().unwrap().len(), all["usergroups"][0].get("users")), (2, None));
    assert_eq!(call(&sim, "usergroups.users.list", json!({"usergroup": id})).await["users"], json!([lee, dana]));
    for (args, error) in [
        (json!({"usergroup": "S0"}), json!("no_such_subteam")),
        (json!({"usergroup": off}), json!("no_such_subteam")),
        (json!({"usergroup": off, "include_disabled": true}), Value::Null),
        (json!({}), json!("invalid_arguments")),
    ] {
        assert_eq!(call(&sim, "usergroups.users.list", args.clone()).await["error"], error, "{args}");
    }
    let mut line = line(&sim).await;
    sim.message("lee", "sales", "ask @finance, not @gone").unwrap();
    let event = line.take().await["payload"]["event"].clone();
    assert_eq!(event["text"], format!("ask <!subteam^{id}>, not @gone"));
}

#[tokio::test]
async fn an_author_can_be_looked_up() {
    let Office { sim, .. } = office().await;
    let found = call(&sim, "bots.info", json!({"bot": sim.bot_id()})).await;
    assert_eq!((&found["bot"]["name"], &found["bot"]["user_id"]), (&json!("bot"), &json!(sim.bot_user())));
    assert_eq!(call(&sim, "bots.info", json!({"bot": "B0"})).await["error"], "bot_not_found");
    assert_eq!(call(&sim, "bots.info", json!({})).await["error"], "invalid_arguments");
    let lee = sim.person_id("lee").unwrap();
    let profile = call(&sim, "users.profile.get", json!({"user": lee})).await["profile"].clone();
    assert_eq!((&profile["real_name"], &profile["display_name"]), (&json!("Lee Brandt"), &json!("lee")));
    assert_eq!(call(&sim, "users.profile.get", json!({"user": "U0"})).await["error"], "user_not_found");
    let team = call(&sim, "team.info", json!({})).await;
    assert_eq!((&team["team"]["id"], &team["team"]["domain"]), (&json!(sim.team_id()), &json!("acme")));
    assert_eq!(call(&sim, "team.info", json!({"team": "T0"})).await["error"], "team_not_found");
    let echoed = call(&sim, "api.test", json!({"error": "my_error", "a": "1"})).await;
    assert_eq!((&echoed["ok"], &echoed["error"], &echoed["args"]["a"]), (&json!(false), &json!("my_error"), &json!("1")));
}
