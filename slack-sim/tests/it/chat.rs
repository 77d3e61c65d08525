//! What the app writes, and what Slack does not take.
use crate::support::{Office, call, office};
use serde_json::{Value, json};

#[tokio::test]
async fn markdown_stands_alone_and_has_its_own_length() {
    let Office { sim, .. } = office().await;
    let block = |length: usize| json!({"type": "markdown", "text": "x".repeat(length)});
    for (args, error) in [
        (json!({"markdown_text": "*x*", "text": "x"}), json!("markdown_text_conflict")),
        (json!({"markdown_text": "*x*", "blocks": [{"type": "divider"}]}), json!("markdown_text_conflict")),
        (json!({"markdown_text": "x".repeat(12_001)}), json!("msg_too_long")),
        (json!({"markdown_text": "x".repeat(12_000)}), Value::Null),
        (json!({"markdown_text": "*x*", "text": ""}), Value::Null),
        (json!({"text": "x", "blocks": [block(6_000), block(6_001)]}), json!("msg_blocks_too_long")),
        (json!({"text": "x", "blocks": [block(6_000), block(6_000)]}), Value::Null),
    ] {
        for method in ["chat.postMessage", "chat.postEphemeral"] {
            let mut args = args.clone();
            args["channel"] = json!("sales");
            args["user"] = json!(sim.person_id("lee"));
            assert_eq!(call(&sim, method, args.clone()).await["error"], error, "{method} {args:.100}");
        }
    }
}

#[tokio::test]
async fn attachments_are_kept_as_they_are() {
    let Office { sim, .. } = office().await;
    let one = json!([{"color": "#ff0000", "text": "old but good", "fields": [{"title": "t", "value": 1}]}]);
    let posted = call(&sim, "chat.postMessage", json!({"channel": "sales", "attachments": one})).await;
    assert_eq!(posted["message"]["attachments"], one);
    let many = vec![json!({"text": "x"}); 101];
    let refused = call(&sim, "chat.postMessage", json!({"channel": "sales", "text": "x", "attachments": many})).await;
    assert_eq!(refused["error"], "too_many_attachments");
    let place = |more: Value| {
        let mut args = json!({"channel": posted["channel"], "ts": posted["ts"]});
        args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        args
    };
    let kept = call(&sim, "chat.update", place(json!({"text": "new"}))).await;
    assert_eq!((&kept["text"], &kept["message"]["attachments"]), (&json!("new"), &one));
    let gone = call(&sim, "chat.update", place(json!({"text": "new", "attachments": []}))).await;
    assert_eq!(gone["message"].get("attachments"), None);
}

#[tokio::test]
async fn an_update_has_limits_of_its_own() {
    let Office { sim, .. } = office().await;
    sim.invite_bot("lee", "random").unwrap();
    let posted = call(&sim, "chat.postMessage", json!({"channel": "random", "text": "x"})).await;
    let update = |text: &str| json!({"channel": posted["channel"], "ts": posted["ts"], "text": text});
    assert_eq!(call(&sim, "chat.update", update(&"ä".repeat(4_001))).await["error"], "msg_too_long");
    assert_eq!(call(&sim, "chat.update", update(&"ä".repeat(4_000))).await["ok"], true);
    assert_eq!(call(&sim, "chat.update", update("")).await["error"], "no_text");
    let named = json!({"channel": "random", "ts": posted["ts"], "text": "x"});
    assert_eq!(call(&sim, "chat.update", named).await["error"], "channel_not_found", "an id is asked for");
    sim.archive("random", true).unwrap();
    assert_eq!(call(&sim, "chat.update", update("y")).await["error"], "is_inactive");
}

#[tokio::test]
async fn a_reply_names_its_thread() {
    let Office { sim, .. } = office().await;
    let root = sim.message("lee", "sales", "root").unwrap().ts;
    let first = call(&sim, "chat.postMessage", json!({"channel": "sales", "text": "1", "thread_ts": root})).await;
    let second = json!({"channel": "sales", "text": "2", "thread_ts": first["ts"], "reply_broadcast": true});
    let second = call(&sim, "chat.postMessage", second).await;
    assert_eq!((&second["message"]["thread_ts"], &second["message"]["subtype"]), (&json!(root), &json!("thread_broadcast")));
    let sales = sim.channel_id("sales").unwrap();
    let link = call(&sim, "chat.getPermalink", json!({"channel": sales, "message_ts": first["ts"]})).await;
    assert!(link["permalink"].as_str().unwrap().ends_with(&format!("?thread_ts={root}&cid={sales}")), "{link}");
    assert_eq!(call(&sim, "chat.getPermalink", json!({"channel": sales, "message_ts": "1.0"})).await["error"], "message_not_found");
}
