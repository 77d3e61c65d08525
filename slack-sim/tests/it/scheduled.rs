//! Messages that wait for their time.
use crate::support::{Office, call, line, office};
use jiff::SignedDuration;
use serde_json::{Value, json};

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn a_message_appears_when_its_time_has_come() {
    let Office { sim, time, .. } = office().await;
    let mut line = line(&sim).await;
    let now = sim.now().as_second();
    let answer = call(&sim, "chat.scheduleMessage", json!({"channel": "sales", "text": "later", "post_at": now + 60})).await;
    assert_eq!((&answer["ok"], &answer["post_at"]), (&json!(true), &json!(now + 60)), "{answer}");
    assert_eq!((&answer["message"]["text"], &answer["message"]["type"]), (&json!("later"), &json!("delayed_message")));
    let sooner = json!({"channel": "sales", "text": "sooner", "post_at": (now + 30).to_string()});
    assert_eq!(call(&sim, "chat.scheduleMessage", sooner).await["ok"], true);
    assert!(sim.texts("sales").unwrap().is_empty());
    for (seconds, text) in [(30, "sooner"), (30, "later")] {
        time.advance(SignedDuration::from_secs(seconds));
        let event = line.take().await["payload"]["event"].clone();
        assert_eq!((&event["text"], &event["bot_id"]), (&json!(text), &json!(sim.bot_id())));
        assert!(event["ts"].as_str().unwrap().starts_with(&sim.now().as_second().to_string()), "{event}");
    }
    assert_eq!(sim.texts("sales").unwrap(), ["sooner", "later"]);
    assert_eq!(call(&sim, "chat.scheduledMessages.list", json!({})).await["scheduled_messages"], json!([]));
}

#[tokio::test]
async fn what_slack_does_not_take_is_refused() {
    let Office { sim, .. } = office().await;
    let now = sim.now().as_second();
    for (channel, text, post_at, error) in [
        ("sales", "x", json!(now), "time_in_past"),
        ("sales", "x", json!(now + 120 * DAY + 1), "time_too_far"),
        ("sales", "x", json!("soon"), "invalid_time"),
        ("sales", "x", json!(null), "invalid_arguments"),
        ("sales", "", json!(now + 60), "no_text"),
        ("random", "x", json!(now + 60), "not_in_channel"),
        ("archive", "x", json!(now + 60), "is_archived"),
        ("nowhere", "x", json!(now + 60), "channel_not_found"),
    ] {
        let args = json!({"channel": channel, "text": text, "post_at": post_at});
        assert_eq!(call(&sim, "chat.scheduleMessage", args.clone()).await["error"], error, "{args}");
    }
    let at = |seconds: i64| json!({"channel": "sales", "text": "x", "post_at": now + seconds});
    assert_eq!(call(&sim, "chat.scheduleMessage", at(120 * DAY)).await["ok"], true);
    for number in 0..30 {
        assert_eq!(call(&sim, "chat.scheduleMessage", at(1_000 + number)).await["ok"], true);
    }
    assert_eq!(call(&sim, "chat.scheduleMessage", at(1_299)).await["error"], "restricted_too_many");
    assert_eq!(call(&sim, "chat.scheduleMessage", at(1_300)).await["ok"], true, "30 within five minutes, not 31");
}

#[tokio::test]
async fn the_list_has_pages_and_what_waits_can_be_cancelled() {
    let Office { sim, time, .. } = office().await;
    let now = sim.now().as_second();
    let lee = sim.person_id("lee").unwrap();
    let mut ids = Vec::new();
    for (number, channel) in ["sales", lee.as_str(), "sales"].iter().enumerate() {
        let args = json!({"channel": channel, "text": number.to_string(), "post_at": now + 60 + i64::try_from(number).unwrap()});
        ids.push(call(&sim, "chat.scheduleMessage", args).await["scheduled_message_id"].clone());
    }
    let sales = sim.channel_id("sales").unwrap();
    let of_sales = call(&sim, "chat.scheduledMessages.list", json!({"channel": sales, "limit": 1})).await;
    assert_eq!(of_sales["scheduled_messages"][0]["id"], ids[0]);
    assert_eq!(of_sales["scheduled_messages"][0]["channel_id"], sales);
    let next = json!({"channel": sales, "limit": 1, "cursor": of_sales["response_metadata"]["next_cursor"]});
    assert_eq!(call(&sim, "chat.scheduledMessages.list", next).await["scheduled_messages"][0]["id"], ids[2]);
    let between = json!({"oldest": now + 61, "latest": now + 61});
    let between = call(&sim, "chat.scheduledMessages.list", between).await;
    let texts: Vec<&Value> = between["scheduled_messages"].as_array().unwrap().iter().map(|one| &one["text"]).collect();
    assert_eq!(texts, ["1"]);
    assert_eq!(call(&sim, "chat.scheduledMessages.list", json!({"channel": "C0"})).await["error"], "invalid_channel");
    let cancel = json!({"channel": sales, "scheduled_message_id": ids[0]});
    assert_eq!(call(&sim, "chat.deleteScheduledMessage", cancel.clone()).await["ok"], true);
    assert_eq!(call(&sim, "chat.deleteScheduledMessage", cancel).await["error"], "invalid_scheduled_message_id");
    let mut line = line(&sim).await;
    time.advance(SignedDuration::from_secs(120));
    assert_eq!([line.take().await, line.take().await].map(|sent| sent["payload"]["event"]["text"].clone()), ["1", "2"]);
}

#[tokio::test]
async fn metadata_and_closed_channels_keep_a_message_from_being_posted() {
    let Office { sim, time, .. } = office().await;
    let now = sim.now().as_second();
    let metadata = json!({"event_type": "t", "event_payload": {}});
    let with = json!({"channel": "sales", "text": "with metadata", "post_at": now + 10, "metadata": metadata});
    let lee = sim.person_id("lee").unwrap();
    sim.invite_bot("lee", "random").unwrap();
    for args in [
        with,
        json!({"channel": "random", "text": "to a channel that closes", "post_at": now + 10}),
        json!({"channel": lee, "text": "after them", "post_at": now + 11}),
    ] {
        assert_eq!(call(&sim, "chat.scheduleMessage", args).await["ok"], true);
    }
    sim.archive("random", true).unwrap();
    let mut line = line(&sim).await;
    time.advance(SignedDuration::from_secs(20));
    assert_eq!(line.take().await["payload"]["event"]["text"], "after them");
    assert!(sim.texts("sales").unwrap().is_empty() && sim.texts("random").unwrap().is_empty());
}
