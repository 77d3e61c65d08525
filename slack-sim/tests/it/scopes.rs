//! What the app may do, by its scopes.
use crate::support::{Office, call, http, line, office_with};
use serde_json::{Value, json};
use slack_sim::{NewChannel, NewPerson, Sim};

/// An office with the bot in a private channel and in a direct message; the ids of a public channel, of that one, and of
/// the direct message.
async fn office(scopes: &[&str]) -> (Sim, [String; 3]) {
    let Office { sim, .. } = office_with(|builder| builder.scopes(scopes)).await;
    let secret = sim.add_channel(NewChannel::named("secret").private().members(["lee"]).with_bot());
    let direct = sim.message("lee", "@bot", "hello").unwrap().channel;
    let sales = sim.channel_id("sales").unwrap();
    (sim, [sales, secret, direct])
}

#[tokio::test]
async fn each_kind_of_conversation_has_its_own() {
    const KINDS: [&str; 3] = ["channels", "groups", "im"];
    for (held, prefix) in KINDS.iter().enumerate() {
        for (ending, methods) in
            [("read", &["conversations.info", "conversations.members"][..]), ("history", &["conversations.history"][..])]
        {
            let scope = format!("{prefix}:{ending}");
            let (sim, places) = office(&[&scope]).await;
            for (asked, place) in places.iter().enumerate() {
                for method in methods {
                    let answer = call(&sim, method, json!({"channel": place})).await;
                    if asked == held {
                        assert_eq!(answer["ok"], true, "{method} with {scope}: {answer}");
                    } else {
                        let needed = format!("{}:{ending}", KINDS[asked]);
                        assert_eq!((&answer["error"], &answer["needed"]), (&json!("missing_scope"), &json!(needed)), "{method}");
                        assert_eq!(answer["provided"], scope);
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn lists_need_the_scope_of_every_type() {
    let (sim, _) = office(&["channels:read", "im:read"]).await;
    for (types, missing) in [
        ("public_channel", None),
        ("public_channel,im", None),
        ("", None),
        ("private_channel", Some("groups:read")),
        ("public_channel,private_channel,im", Some("groups:read")),
        ("mpim", Some("mpim:read")),
    ] {
        for method in ["conversations.list", "users.conversations"] {
            let answer = call(&sim, method, json!({"types": types})).await;
            assert_eq!(answer.get("needed").and_then(Value::as_str), missing, "{method} {types}: {answer}");
            assert_eq!(answer["ok"], missing.is_none());
        }
    }
    assert_eq!(call(&sim, "conversations.list", json!({"types": "secret"})).await["error"], "invalid_types");
}

#[tokio::test]
async fn some_arguments_and_places_need_more() {
    let (sim, _) = office(&["chat:write"]).await;
    let named = json!({"channel": "sales", "text": "x", "username": "Ghost", "icon_emoji": ":ghost:"});
    assert_eq!(call(&sim, "chat.postMessage", named.clone()).await["needed"], "chat:write.customize");
    assert_eq!(call(&sim, "chat.postMessage", json!({"channel": "random", "text": "x"})).await["error"], "not_in_channel");
    let (sim, _) = office(&["chat:write", "chat:write.customize", "chat:write.public"]).await;
    let message = call(&sim, "chat.postMessage", named).await["message"].clone();
    assert_eq!((&message["username"], &message["icons"]["emoji"]), (&json!("Ghost"), &json!(":ghost:")));
    assert_eq!((&message["subtype"], message.get("user")), (&json!("bot_message"), None));
    assert_eq!(call(&sim, "chat.postMessage", json!({"channel": "random", "text": "x"})).await["ok"], true);
    assert_eq!(call(&sim, "chat.postMessage", json!({"channel": "board", "text": "x"})).await["error"], "channel_not_found");
}

#[tokio::test]
async fn every_answer_says_what_there_is_and_what_was_needed() {
    let (sim, _) = office(&["chat:write", "channels:read"]).await;
    let bearer = format!("Bearer {}", sim.bot_token());
    let headers = [("Authorization", bearer.as_str())];
    for (method, accepted) in [
        ("chat.postMessage", "x-accepted-oauth-scopes: chat:write\r\n"),
        ("conversations.history", "x-accepted-oauth-scopes: channels:history,groups:history,im:history,mpim:history\r\n"),
    ] {
        let head = http(sim.port(), "POST", &format!("/api/{method}"), &headers, "").await.head + "\r\n";
        assert!(head.contains(accepted), "{head}");
        assert!(head.contains("x-oauth-scopes: channels:read,chat:write\r\n"), "{head}");
    }
}

#[tokio::test]
async fn a_token_can_lose_its_worth() {
    let Office { sim, .. } = office_with(|builder| builder).await;
    assert_eq!(call(&sim, "auth.revoke", json!({"test": true})).await["revoked"], false);
    assert_eq!(call(&sim, "auth.test", json!({})).await["ok"], true);
    let mut line = line(&sim).await;
    assert_eq!(call(&sim, "auth.revoke", json!({})).await["revoked"], true);
    let told = line.take().await["payload"]["event"].clone();
    assert_eq!((&told["type"], &told["tokens"]), (&json!("tokens_revoked"), &json!({"oauth": [], "bot": [sim.bot_user()]})));
    for method in ["auth.test", "chat.postMessage", "auth.revoke", "users.list"] {
        assert_eq!(call(&sim, method, json!({})).await["error"], "token_revoked", "{method}");
    }
    let Office { sim, .. } = office_with(|builder| builder).await;
    sim.add_person(NewPerson::named("bot").bot().deleted());
    assert_eq!(call(&sim, "auth.test", json!({})).await["error"], "account_inactive");
}
