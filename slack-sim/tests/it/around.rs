//! What happens around the app, and what it hears of it: channels, people, companies, its own installation.
use crate::support::{Line, Office, act, call, http, line, office, office_with};
use serde_json::{Value, json};
use slack_sim::{Change, NewChannel, NewPerson};

async fn event(line: &mut Line) -> Value {
    line.take().await["payload"]["event"].clone()
}

#[tokio::test]
async fn changes_of_channels_have_their_names_by_kind() {
    let Office { sim, .. } = office().await;
    sim.add_channel(NewChannel::named("deal").private().members(["lee"]).with_bot());
    let mut line = line(&sim).await;
    for (change, kinds) in [
        (json!({"archive": "sales"}), "channel_archive"),
        (json!({"unarchive": "sales"}), "channel_unarchive"),
        (json!({"rename": {"channel": "sales", "to": "sellers"}}), "channel_rename"),
        (json!({"archive": "deal"}), "group_archive"),
        (json!({"unarchive": "deal"}), "group_unarchive"),
        (json!({"rename": {"channel": "deal", "to": "big deal"}}), "group_rename"),
        // Of public channels the app hears wherever it is, of private ones where it is.
        (json!({"archive": "board"}), ""),
        (json!({"archive": "random"}), "channel_archive"),
        (json!({"create": "north"}), "channel_created"),
        (json!({"delete": "north"}), "channel_deleted"),
        (json!({"delete": "big deal"}), "group_deleted"),
    ] {
        assert_eq!(act(&sim, "/sim/change", &change.to_string()).await.status, 200, "{change}");
        if !kinds.is_empty() {
            assert_eq!(event(&mut line).await["type"], kinds, "{change}");
        }
    }
    assert_eq!(call(&sim, "chat.postMessage", json!({"channel": "north", "text": "x"})).await["error"], "channel_not_found");
    assert!(sim.message("lee", "big deal", "x").is_err());
    let nowhere = act(&sim, "/sim/change", r#"{"delete": "north"}"#).await;
    assert_eq!((nowhere.status, nowhere.json()["error"].as_str()), (404, Some("channel_not_found")));
    assert_eq!(act(&sim, "/sim/change", r#"{"create": "sellers"}"#).await.status, 409);
}

#[tokio::test]
async fn a_private_channel_that_is_shared_gets_another_id() {
    let Office { sim, .. } = office().await;
    let old = sim.add_channel(NewChannel::named("deal").private().members(["lee"]).with_bot());
    let mut line = line(&sim).await;
    let said = sim.message("lee", "deal", "before").unwrap();
    line.take().await;
    sim.change(&Change::ChangeId("deal".to_owned())).unwrap();
    let changed = event(&mut line).await;
    let new = sim.channel_id("deal").unwrap();
    assert_eq!(
        (&changed["type"], &changed["old_channel_id"], &changed["new_channel_id"]),
        (&json!("channel_id_changed"), &json!(old), &json!(new))
    );
    assert_ne!(old, new);
    assert_eq!(call(&sim, "conversations.info", json!({"channel": old})).await["error"], "channel_not_found");
    assert_eq!(call(&sim, "conversations.history", json!({"channel": new})).await["messages"][0]["ts"], said.ts);
    sim.message("lee", "deal", "after").unwrap();
    assert_eq!(event(&mut line).await["channel"], new);
}

#[tokio::test]
async fn somebody_who_leaves_the_company_is_told() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    sim.change(&Change::Deactivate("lee".to_owned())).unwrap();
    let changed = event(&mut line).await;
    assert_eq!(
        (&changed["type"], &changed["user"]["deleted"], &changed["user"]["name"]),
        (&json!("user_change"), &json!(true), &json!("lee"))
    );
    assert_eq!(sim.message("lee", "sales", "still here").unwrap_err().error, "account_inactive");
    let lee = json!({"user": sim.person_id("lee")});
    assert_eq!(call(&sim, "users.info", lee).await["user"]["deleted"], true);
}

#[tokio::test]
async fn shared_channels_name_the_companies() {
    let Office { sim, .. } = office().await;
    sim.add_person(NewPerson::named("guest").real_name("Gus Estevez").of_team("T0OTHER"));
    let shared = sim.add_channel(NewChannel::named("shared").members(["guest", "lee"]).with_bot().ext_shared());
    let pending = sim.add_channel(NewChannel::named("soon").with_bot().pending_ext_shared());
    let info = async |channel: &str| call(&sim, "conversations.info", json!({"channel": channel})).await["channel"].clone();
    let shown = info(&shared).await;
    assert_eq!((&shown["is_ext_shared"], &shown["is_pending_ext_shared"]), (&json!(true), &json!(false)));
    assert_eq!(shown["connected_team_ids"], json!(["T0OTHER"]));
    assert_eq!(shown["shared_team_ids"], json!([sim.team_id(), "T0OTHER"]));
    let shown = info(&pending).await;
    assert_eq!((&shown["is_ext_shared"], &shown["is_pending_ext_shared"]), (&json!(false), &json!(true)));
    assert_eq!(shown["pending_connected_team_ids"].as_array().unwrap().len(), 1);
    let shown = info(&sim.channel_id("sales").unwrap()).await;
    assert_eq!((&shown["is_pending_ext_shared"], shown.get("connected_team_ids")), (&json!(false), None));
    let mut line = line(&sim).await;
    sim.message("guest", "shared", "hello").unwrap();
    let said = event(&mut line).await;
    assert_eq!((&said["user_profile"]["real_name"], &said["user_profile"]["team"]), (&json!("Gus Estevez"), &json!("T0OTHER")));
    sim.message("lee", "shared", "hello").unwrap();
    assert_eq!(event(&mut line).await.get("user_profile"), None);
}

#[tokio::test]
async fn an_app_without_its_token_hears_only_that() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    assert_eq!(call(&sim, "auth.revoke", json!({})).await["revoked"], true);
    assert_eq!(event(&mut line).await["type"], "tokens_revoked");
    sim.message("lee", "sales", "does anybody hear me?").unwrap();
    sim.change(&Change::Uninstall).unwrap();
    assert_eq!(event(&mut line).await["type"], "app_uninstalled");
    let code = sim.oauth_code("lee").unwrap();
    let form = format!("client_id={}&client_secret={}&code={code}", sim.client_id(), sim.client_secret());
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(http(sim.port(), "POST", "/api/oauth.v2.access", &kind, &form).await.json()["ok"], true);
    sim.message("lee", "sales", "and now?").unwrap();
    assert_eq!(event(&mut line).await["text"], "and now?");
}

#[tokio::test]
async fn an_org_wide_install_belongs_to_no_team() {
    let Office { sim, .. } = office_with(|builder| builder.enterprise("Globular", true)).await;
    let code = sim.oauth_code("lee").unwrap();
    let form = format!("client_id={}&client_secret={}&code={code}", sim.client_id(), sim.client_secret());
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let granted = http(sim.port(), "POST", "/api/oauth.v2.access", &kind, &form).await.json();
    assert_eq!((&granted["team"], &granted["is_enterprise_install"]), (&Value::Null, &json!(true)));
    let enterprise = granted["enterprise"]["id"].as_str().unwrap();
    assert!(enterprise.starts_with('E') && granted["authed_user"]["id"].as_str().unwrap().starts_with('W'));
    let tested = call(&sim, "auth.test", json!({})).await;
    assert_eq!((&tested["team_id"], &tested["is_enterprise_install"]), (&json!(enterprise), &json!(true)));
    assert_eq!(call(&sim, "auth.teams.list", json!({})).await["teams"][0]["id"], sim.team_id());
    let view = json!({"user_id": sim.person_id("lee"), "view": {"type": "home", "blocks": [{"type": "divider"}]}});
    let view = call(&sim, "views.publish", view).await["view"].clone();
    assert_eq!((&view["app_installed_team_id"], &view["team_id"]), (&json!(enterprise), &json!(sim.team_id())));
}

#[tokio::test]
async fn only_what_the_app_subscribed_to_comes() {
    let events = ["message.channels", "member_joined_channel"];
    let Office { sim, .. } = office_with(|builder| builder.events(events)).await;
    sim.add_channel(NewChannel::named("deal").private().members(["lee"]).with_bot());
    let mut line = line(&sim).await;
    sim.message("lee", "@bot", "in a direct message").unwrap();
    sim.message("lee", "deal", "in a private channel").unwrap();
    let said = sim.message("lee", "sales", "hello @bot").unwrap();
    sim.react("dana", "sales", &said.ts, "eyes").unwrap();
    sim.invite_bot("dana", "random").unwrap();
    assert_eq!(event(&mut line).await["text"].as_str().unwrap().split(' ').next(), Some("hello"));
    assert_eq!(event(&mut line).await["type"], "member_joined_channel");
    assert_eq!(sim.events().len(), 2);
}

#[tokio::test]
async fn coming_and_going_may_leave_messages() {
    let Office { sim, .. } = office_with(|builder| builder.join_messages(true)).await;
    sim.add_channel(NewChannel::named("deal").private().members(["lee"]).with_bot());
    let mut line = line(&sim).await;
    let (lee, dana) = (sim.person_id("lee").unwrap(), sim.person_id("dana").unwrap());
    sim.message("lee", "random", "nobody here yet").unwrap();
    sim.invite_bot("lee", "random").unwrap();
    assert_eq!(event(&mut line).await["type"], "member_joined_channel");
    let joined = event(&mut line).await;
    assert_eq!((&joined["subtype"], &joined["user"], &joined["inviter"]), (&json!("channel_join"), &json!(sim.bot_user()), &json!(lee)));
    assert_eq!(joined["text"], format!("<@{}> has joined the channel", sim.bot_user()));
    let invite = json!({"user": "lee", "channel": "deal", "who": "dana"}).to_string();
    assert_eq!(act(&sim, "/sim/invite", &invite).await.status, 200);
    assert_eq!(event(&mut line).await["type"], "member_joined_channel", "no mention of the app");
    assert_eq!(event(&mut line).await["subtype"], "channel_join");
    assert_eq!(act(&sim, "/sim/leave", r#"{"user": "dana", "channel": "deal"}"#).await.status, 200);
    assert_eq!(event(&mut line).await["type"], "member_left_channel");
    let left = event(&mut line).await;
    assert_eq!((&left["subtype"], &left["text"]), (&json!("channel_leave"), &json!(format!("<@{dana}> has left the channel"))));
    let texts = sim.texts("random").unwrap();
    assert_eq!(texts[0], format!("<@{lee}> has joined the channel"));
    assert_eq!(texts.len(), 3);
    sim.remove_bot("random").unwrap();
    assert_eq!(event(&mut line).await["type"], "member_left_channel");
    assert_eq!(sim.texts("random").unwrap().len(), 4);
    let Office { sim, .. } = office().await;
    sim.invite_bot("dana", "random").unwrap();
    assert!(sim.texts("random").unwrap().is_empty(), "none unless it is asked for");
}
