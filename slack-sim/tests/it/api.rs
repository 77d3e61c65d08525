//! The Web API as official clients call it.
use crate::support::{Office, call, http, line, office, office_with};
use serde_json::{Value, json};
use slack_sim::{Fault, NewChannel, NewPerson};

#[tokio::test]
async fn a_call_may_come_in_every_form() {
    let Office { sim, .. } = office().await;
    let bearer = format!("Bearer {}", sim.bot_token());
    let auth = ("Authorization", bearer.as_str());
    let in_body = format!("token={}", sim.bot_token());
    for (method, path, headers, body) in [
        ("POST", "/api/auth.test", vec![auth], ""),
        ("POST", "/api/auth.test", vec![auth, ("Content-Type", "application/json;charset=utf-8")], ""),
        ("POST", "/api/auth.test", vec![auth, ("Content-Type", "application/json")], "{}"),
        ("GET", "/api/auth.test", vec![auth], ""),
        ("POST", "/api/auth.test", vec![("Content-Type", "application/x-www-form-urlencoded")], in_body.as_str()),
    ] {
        let answer = http(sim.port(), method, path, &headers, body).await;
        let who = answer.json();
        assert_eq!((answer.status, &who["ok"]), (200, &json!(true)), "{method} {body}");
        assert_eq!((&who["user"], &who["user_id"]), (&json!("bot"), &json!(sim.bot_user())));
        assert_eq!(who["bot_id"], sim.bot_id());
        assert!(answer.head.contains("x-oauth-scopes: ") && answer.head.contains("chat:write"), "{}", answer.head);
    }
    let form = "channel=%23sales&text=hi&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D\
                &metadata=%7B%22event_type%22%3A%22d%22%2C%22event_payload%22%3A%7B%22k%22%3A1%7D%7D&team_id=T1";
    let headers = [auth, ("Content-Type", "application/x-www-form-urlencoded")];
    let posted = http(sim.port(), "POST", "/api/chat.postMessage", &headers, form).await.json();
    assert_eq!(posted["message"]["blocks"][0]["type"], "divider");
    assert_eq!(posted["message"]["metadata"]["event_payload"]["k"], 1);
    let path = format!("/api/conversations.info?channel={}", posted["channel"].as_str().unwrap());
    assert_eq!(http(sim.port(), "GET", &path, &[auth], "").await.json()["channel"]["name"], "sales");
}

#[tokio::test]
async fn refusals_have_slacks_names() {
    let Office { sim, .. } = office_with(|builder| builder.scopes(["chat:write", "users:read"])).await;
    let headers = [("Authorization", "Bearer xoxb-wrong")];
    let none = http(sim.port(), "POST", "/api/auth.test", &[], "").await.json();
    let wrong = http(sim.port(), "POST", "/api/auth.test", &headers, "").await.json();
    assert_eq!((&none["error"], &wrong["error"]), (&json!("not_authed"), &json!("invalid_auth")));
    assert_eq!(call(&sim, "apps.connections.open", json!({})).await["error"], "not_allowed_token_type");
    let refused = call(&sim, "conversations.list", json!({})).await;
    assert_eq!(refused["error"], "missing_scope");
    assert_eq!(refused["needed"], "channels:read,groups:read,im:read,mpim:read");
    assert_eq!(refused["provided"], "chat:write,users:read");
    assert_eq!(call(&sim, "chat.postMassage", json!({})).await["error"], "unknown_method");
    assert_eq!(sim.unknown_methods(), ["chat.postMassage"]);
    assert_eq!(call(&sim, "users.info", json!({"user": "U0NOBODY"})).await["error"], "user_not_found");
}

#[tokio::test]
async fn a_post_is_refused_where_slack_refuses_it() {
    let Office { sim, .. } = office().await;
    let many: Vec<Value> = (0..51).map(|_| json!({"type": "divider"})).collect();
    let long = "ä".repeat(3001);
    for (args, error) in [
        (json!({"channel": "nowhere", "text": "x"}), "channel_not_found"),
        (json!({"text": "x"}), "channel_not_found"),
        (json!({"channel": "board", "text": "x"}), "channel_not_found"),
        (json!({"channel": "random", "text": "x"}), "not_in_channel"),
        (json!({"channel": "archive", "text": "x"}), "is_archived"),
        (json!({"channel": "sales"}), "no_text"),
        (json!({"channel": "sales", "text": "", "blocks": "[]"}), "no_text"),
        (json!({"channel": "sales", "text": "ä".repeat(40_001)}), "msg_too_long"),
        (json!({"channel": "sales", "text": "x", "blocks": many}), "invalid_blocks"),
        (json!({"channel": "sales", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": long}}]}), "invalid_blocks"),
        (json!({"channel": "sales", "text": "x", "blocks": "{"}), "invalid_blocks_format"),
        (json!({"channel": "sales", "text": "x", "metadata": {"event_type": "t"}}), "invalid_metadata_format"),
        (json!({"channel": "sales", "text": "x", "thread_ts": "1.000001"}), "thread_not_found"),
    ] {
        assert_eq!(call(&sim, "chat.postMessage", args.clone()).await["error"], error, "{args:.200}");
    }
    let fits = json!({"channel": "sales", "text": "ä".repeat(40_000)});
    assert_eq!(call(&sim, "chat.postMessage", fits).await["ok"], true);
    let refused = call(
        &sim,
        "chat.postMessage",
        json!({"channel": "sales", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": ""}}]}),
    )
    .await;
    let said = refused["response_metadata"]["messages"][0].as_str().unwrap();
    assert_eq!(said, "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]");
    assert_eq!(refused["errors"][0], "must be more than 0 characters [json-pointer:/blocks/0/text/text]");
}

#[tokio::test]
async fn cursors_lead_through_every_list() {
    let Office { sim, .. } = office().await;
    for number in 0..7 {
        sim.add_channel(NewChannel::named(&format!("team-{number}")).members(["lee"]).with_bot());
        sim.add_person(NewPerson::named(&format!("person-{number}")));
        sim.message("lee", "sales", &number.to_string()).unwrap();
    }
    let sales = sim.channel_id("sales").unwrap();
    for (method, list, all) in [
        ("conversations.list", "channels", 10),
        ("users.conversations", "channels", 9),
        ("users.list", "members", 10),
        ("conversations.members", "members", 3),
        ("conversations.history", "messages", 7),
    ] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = call(&sim, method, json!({"limit": 2, "cursor": cursor, "channel": sales})).await;
            let items = page[list].as_array().unwrap_or_else(|| panic!("{method}: {page}"));
            assert!(items.len() <= 2);
            seen.extend(items.iter().map(ToString::to_string));
            page["response_metadata"]["next_cursor"].as_str().unwrap().clone_into(&mut cursor);
            if cursor.is_empty() {
                break;
            }
        }
        assert_eq!(seen.len(), all, "{method}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all, "{method} gave something twice");
    }
    assert_eq!(call(&sim, "users.list", json!({"cursor": "junk"})).await["error"], "invalid_cursor");
}

#[tokio::test]
async fn history_is_newest_first_and_within_bounds() {
    let Office { sim, .. } = office().await;
    let said: Vec<String> = ["a", "b", "c"].iter().map(|text| sim.message("lee", "sales", text).unwrap().ts).collect();
    sim.reply("dana", "sales", &said[0], "in the thread").unwrap();
    let sales = sim.channel_id("sales").unwrap();
    let texts = |page: &Value| -> Vec<String> {
        page["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect()
    };
    let all = call(&sim, "conversations.history", json!({"channel": sales})).await;
    assert_eq!(texts(&all), ["c", "b", "a"]);
    assert_eq!(all["messages"][2]["reply_count"], 1);
    let after = call(&sim, "conversations.history", json!({"channel": sales, "oldest": said[0]})).await;
    assert_eq!(texts(&after), ["c", "b"]);
    let between = json!({"channel": sales, "oldest": said[0], "latest": said[1], "inclusive": true});
    assert_eq!(texts(&call(&sim, "conversations.history", between).await), ["b", "a"]);
    let thread = call(&sim, "conversations.replies", json!({"channel": sales, "ts": said[0]})).await;
    assert_eq!(texts(&thread), ["a", "in the thread"]);
    let random = sim.channel_id("random").unwrap();
    assert_eq!(call(&sim, "conversations.history", json!({"channel": random})).await["error"], "not_in_channel");
}

#[tokio::test]
async fn metadata_is_shown_only_when_asked_for() {
    let Office { sim, .. } = office().await;
    let metadata = json!({"event_type": "digest", "event_payload": {"key": "finance 2026-11-23"}});
    call(&sim, "chat.postMessage", json!({"channel": "sales", "text": "digest", "metadata": metadata})).await;
    let sales = sim.channel_id("sales").unwrap();
    let short = call(&sim, "conversations.history", json!({"channel": sales})).await;
    assert_eq!(short["messages"][0]["metadata"], json!({"event_type": "digest"}));
    for asked in [json!(true), json!("true"), json!(1)] {
        let full = call(&sim, "conversations.history", json!({"channel": sales, "include_all_metadata": asked})).await;
        assert_eq!(full["messages"][0]["metadata"], metadata);
    }
}

#[tokio::test]
async fn a_person_gets_a_direct_message() {
    let Office { sim, .. } = office().await;
    let lee = sim.person_id("lee").unwrap();
    let posted = call(&sim, "chat.postMessage", json!({"channel": lee, "text": "only you"})).await;
    assert!(posted["channel"].as_str().unwrap().starts_with('D'), "{posted}");
    assert_eq!(call(&sim, "conversations.open", json!({"users": lee})).await["channel"]["id"], posted["channel"]);
    assert_eq!(sim.texts("@lee").unwrap(), ["only you"]);
    assert_eq!(call(&sim, "chat.postMessage", json!({"channel": "U0NOBODY", "text": "x"})).await["error"], "channel_not_found");
    let shown = call(&sim, "users.info", json!({"user": lee})).await;
    assert_eq!((&shown["user"]["tz"], &shown["user"]["tz_offset"]), (&json!("Europe/Berlin"), &json!(3600)));
}

#[tokio::test]
async fn only_its_own_messages_can_be_changed() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let posted = call(&sim, "chat.postMessage", json!({"channel": "sales", "text": "frist", "blocks": [{"type": "divider"}]})).await;
    let own = line.take().await["payload"]["event"].clone();
    assert_eq!((&own["bot_id"], &own["user"]), (&json!(sim.bot_id()), &json!(sim.bot_user())));
    assert_eq!(own.get("client_msg_id"), None);
    let (channel, ts) = (&posted["channel"], &posted["ts"]);
    let updated = call(&sim, "chat.update", json!({"channel": channel, "ts": ts, "text": "first"})).await;
    assert_eq!((&updated["text"], updated["message"].get("blocks")), (&json!("first"), None));
    let changed = line.take().await["payload"]["event"].clone();
    assert_eq!((&changed["subtype"], &changed["previous_message"]["text"]), (&json!("message_changed"), &json!("frist")));
    assert_eq!(changed["message"]["ts"], *ts);
    let theirs = sim.message("lee", "sales", "mine").unwrap().ts;
    line.take().await;
    let update = json!({"channel": channel, "ts": theirs, "text": "x"});
    assert_eq!(call(&sim, "chat.update", update.clone()).await["error"], "cant_update_message");
    assert_eq!(call(&sim, "chat.delete", update).await["error"], "cant_delete_message");
    assert_eq!(call(&sim, "chat.delete", json!({"channel": channel, "ts": ts})).await["ok"], true);
    let deleted = line.take().await["payload"]["event"].clone();
    assert_eq!((&deleted["subtype"], &deleted["deleted_ts"]), (&json!("message_deleted"), ts));
    assert_eq!(sim.texts("sales").unwrap(), ["mine"]);
}

#[tokio::test]
async fn ephemerals_permalinks_reactions_and_joining() {
    let Office { sim, .. } = office().await;
    let (sales, random) = (sim.channel_id("sales").unwrap(), sim.channel_id("random").unwrap());
    let (lee, ts) = (sim.person_id("lee").unwrap(), sim.message("lee", "sales", "hm").unwrap().ts);
    call(&sim, "chat.postEphemeral", json!({"channel": sales, "user": lee, "text": "psst"})).await;
    assert_eq!(sim.ephemerals("lee", Some("sales")).unwrap()[0]["text"], "psst");
    let nobody = json!({"channel": sales, "user": "U0NOBODY", "text": "psst"});
    assert_eq!(call(&sim, "chat.postEphemeral", nobody).await["error"], "user_not_in_channel");
    let link = call(&sim, "chat.getPermalink", json!({"channel": sales, "message_ts": ts})).await;
    assert_eq!(link["permalink"], format!("https://acme.slack.com/archives/{sales}/p{}", ts.replace('.', "")));
    let thumb = json!({"channel": sales, "timestamp": ts, "name": "thumbsup"});
    for (method, ok, error) in [
        ("reactions.add", true, json!(null)),
        ("reactions.add", false, json!("already_reacted")),
        ("reactions.remove", true, json!(null)),
        ("reactions.remove", false, json!("no_reaction")),
    ] {
        let answer = call(&sim, method, thumb.clone()).await;
        assert_eq!((&answer["ok"], &answer["error"]), (&json!(ok), &error), "{method}");
    }
    sim.react("dana", "sales", &ts, ":eyes:").unwrap();
    let got = call(&sim, "reactions.get", json!({"channel": sales, "timestamp": ts, "full": true})).await;
    assert_eq!(got["message"]["reactions"][0]["name"], "eyes");
    assert_eq!(call(&sim, "conversations.join", json!({"channel": random})).await["channel"]["is_member"], true);
    assert_eq!(call(&sim, "conversations.join", json!({"channel": random})).await["warning"], "already_in_channel");
}

#[tokio::test]
async fn faults_come_as_often_as_they_are_ordered() {
    let Office { sim, .. } = office().await;
    let post = || call(&sim, "chat.postMessage", json!({"channel": "sales", "text": "x"}));
    sim.fail_next("chat.postMessage", 2, Fault::Error("fatal_error".to_owned()));
    sim.fail_next("chat.postMessage", 1, Fault::RateLimited(30));
    assert_eq!(post().await["error"], "fatal_error");
    assert_eq!(call(&sim, "auth.test", json!({})).await["ok"], true);
    assert_eq!(post().await["error"], "fatal_error");
    let bearer = format!("Bearer {}", sim.bot_token());
    let headers = [("Authorization", bearer.as_str())];
    let limited = http(sim.port(), "POST", "/api/chat.postMessage", &headers, "").await;
    assert_eq!(limited.status, 429);
    assert!(limited.head.contains("retry-after: 30"), "{}", limited.head);
    assert!(sim.texts("sales").unwrap().is_empty());
    sim.fail_next("chat.postMessage", 1, Fault::AnswerLost);
    sim.fail_next("chat.postMessage", 1, Fault::Status(503));
    let form = [headers[0], ("Content-Type", "application/x-www-form-urlencoded")];
    let args = "channel=sales&text=x";
    assert_eq!(http(sim.port(), "POST", "/api/chat.postMessage", &form, args).await.status, 502);
    assert_eq!(sim.texts("sales").unwrap(), ["x"], "what was done is done");
    assert_eq!(http(sim.port(), "POST", "/api/chat.postMessage", &form, args).await.status, 503);
    assert_eq!(sim.faults_left(), 0);
    assert_eq!(post().await["ok"], true);
    let calls = sim.calls_of("chat.postMessage");
    assert_eq!(calls.iter().filter(|call| call.ok).count(), 1);
    assert!(calls.iter().all(|call| !call.args.contains_key("token")));
}

#[tokio::test]
async fn a_trigger_opens_one_modal() {
    let Office { sim, wire, .. } = office().await;
    let mut line = line(&sim).await;
    let view = json!({"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]});
    for (late, errors) in
        [(0, [json!(null), json!("exchanged_trigger_id")]), (4, [json!("expired_trigger_id"), json!("expired_trigger_id")])]
    {
        let (_, trigger) = tokio::join!(sim.command("lee", "sales", "/form", ""), async {
            let envelope = line.take().await;
            envelope["payload"]["trigger_id"].clone()
        });
        wire.advance(jiff::SignedDuration::from_secs(late));
        for error in errors {
            let opened = call(&sim, "views.open", json!({"trigger_id": trigger, "view": view.to_string()})).await;
            assert_eq!(opened["error"], error);
        }
    }
    assert_eq!(sim.views().len(), 1);
}
