//! How often the app may call.
use crate::support::{Answer, Office, call, http, line, office_with};
use jiff::SignedDuration;
use serde_json::{Value, json};
use slack_sim::{Limits, NewChannel, Sim};

/// A call with the bot's token and JSON arguments, whole.
async fn asked(sim: &Sim, method: &str, args: &Value) -> Answer {
    let bearer = format!("Bearer {}", sim.bot_token());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    http(sim.port(), "POST", &format!("/api/{method}"), &headers, &args.to_string()).await
}

/// The seconds of a refusal that is as it should be.
fn wait(refused: &Answer) -> i64 {
    assert_eq!((refused.status, refused.json()), (429, json!({"ok": false, "error": "ratelimited"})));
    let line = refused.head.lines().find(|line| line.starts_with("retry-after: ")).unwrap();
    line.trim_start_matches("retry-after: ").trim().parse().unwrap()
}

#[tokio::test]
async fn a_channel_takes_a_short_burst_and_then_one_message_a_second() {
    let Office { sim, time, .. } = office_with(|builder| builder.limits(Limits::default())).await;
    sim.add_channel(NewChannel::named("finance").with_bot());
    let sales = sim.channel_id("sales").unwrap();
    for name in ["sales", "#sales", sales.as_str(), "sales", "#sales"] {
        assert_eq!(call(&sim, "chat.postMessage", json!({"channel": name, "text": "x"})).await["ok"], true);
    }
    let refused = asked(&sim, "chat.postMessage", &json!({"channel": sales, "text": "one too many"})).await;
    assert_eq!(wait(&refused), 1);
    assert_eq!(sim.texts("sales").unwrap().len(), 5, "what was refused was not done");
    let kept = sim.calls_of("chat.postMessage").pop().unwrap();
    assert_eq!((kept.status, kept.error.as_deref()), (429, Some("ratelimited")));
    assert_eq!(call(&sim, "chat.postMessage", json!({"channel": "finance", "text": "x"})).await["ok"], true);
    assert_eq!(call(&sim, "auth.test", json!({})).await["ok"], true);
    time.advance(SignedDuration::from_secs(1));
    assert_eq!(call(&sim, "chat.postMessage", json!({"channel": sales, "text": "again"})).await["ok"], true);
    assert_eq!(wait(&asked(&sim, "chat.postMessage", &json!({"channel": sales, "text": "x"})).await), 1);
    assert_eq!(sim.texts("sales").unwrap().last().unwrap(), "again");
}

#[tokio::test]
async fn each_method_has_its_tier() {
    let Office { sim, time, .. } = office_with(|builder| builder.limits(Limits::default())).await;
    let (sales, lee) = (sim.channel_id("sales").unwrap(), sim.person_id("lee").unwrap());
    let here = json!({"channel": sales});
    for (method, args, figure, seconds) in [
        ("users.list", json!({}), 20, 3),
        ("conversations.list", json!({}), 20, 3),
        ("conversations.info", here.clone(), 50, 2),
        ("conversations.history", here.clone(), 50, 2),
        ("users.info", json!({"user": lee}), 100, 1),
        ("conversations.members", here, 100, 1),
    ] {
        for _ in 0..figure {
            assert_eq!(asked(&sim, method, &args).await.status, 200, "{method}");
        }
        let told = wait(&asked(&sim, method, &args).await);
        assert_eq!(told, seconds, "{method}");
        time.advance(SignedDuration::from_secs(told - 1) + SignedDuration::from_millis(100));
        let soon = asked(&sim, method, &args).await.status;
        time.advance(SignedDuration::from_millis(900));
        assert_eq!(asked(&sim, method, &args).await.status, 200, "{method} after {told} s; before that {soon}");
    }
}

#[tokio::test]
async fn the_workspace_has_a_limit_of_its_own() {
    let few = Limits { posts: 7, ..Limits::default() };
    let Office { sim, time, .. } = office_with(|builder| builder.limits(few)).await;
    for name in ["a", "b", "c"] {
        sim.add_channel(NewChannel::named(name).with_bot());
    }
    for name in ["a", "a", "a", "b", "b", "b", "c"] {
        assert_eq!(asked(&sim, "chat.postMessage", &json!({"channel": name, "text": "x"})).await.status, 200);
    }
    let seconds = wait(&asked(&sim, "chat.postMessage", &json!({"channel": "c", "text": "x"})).await);
    assert_eq!(seconds, 9, "a seventh of a minute, in whole seconds");
    time.advance(SignedDuration::from_secs(seconds));
    assert_eq!(asked(&sim, "chat.postMessage", &json!({"channel": "c", "text": "x"})).await.status, 200);
}

#[tokio::test]
async fn a_distributed_app_reads_little() {
    let Office { sim, time, .. } = office_with(|builder| builder.limits(Limits::distributed())).await;
    let sales = sim.channel_id("sales").unwrap();
    let root = sim.message("lee", "sales", "first").unwrap().ts;
    for number in 0..20 {
        sim.message("lee", "sales", &number.to_string()).unwrap();
    }
    let args = json!({"channel": sales, "limit": 100, "ts": root});
    let page = asked(&sim, "conversations.history", &args).await.json();
    assert_eq!(page["messages"].as_array().unwrap().len(), 15);
    assert_eq!(page["has_more"], true);
    assert_eq!(wait(&asked(&sim, "conversations.history", &args).await), 60);
    assert_eq!(asked(&sim, "conversations.replies", &args).await.status, 200, "each method counts for itself");
    time.advance(SignedDuration::from_secs(60));
    assert_eq!(asked(&sim, "conversations.history", &args).await.status, 200);
}

#[tokio::test]
async fn who_calls_is_asked_first_and_arguments_last() {
    let Office { sim, .. } = office_with(|builder| builder.limits(Limits { channel_burst: 1, ..Limits::default() })).await;
    let post = json!({"channel": "sales", "text": "x"});
    assert_eq!(asked(&sim, "chat.postMessage", &post).await.status, 200);
    let stranger = [("Authorization", "Bearer xoxb-wrong"), ("Content-Type", "application/json")];
    let answer = http(sim.port(), "POST", "/api/chat.postMessage", &stranger, &post.to_string()).await;
    assert_eq!((answer.status, &answer.json()["error"]), (200, &json!("invalid_auth")));
    wait(&asked(&sim, "chat.postMessage", &json!({"channel": "sales"})).await);
    assert_eq!(asked(&sim, "chat.postMessage", &json!({"channel": "random"})).await.json()["error"], "no_text");
}

#[tokio::test]
async fn limits_can_be_switched_off() {
    let Office { sim, .. } = office_with(|builder| builder.limits(Limits::none())).await;
    for _ in 0..30 {
        assert_eq!(asked(&sim, "users.list", &json!({})).await.status, 200);
    }
}

#[tokio::test]
async fn an_app_that_hears_too_much_is_told_so_once_a_minute() {
    let few = Limits { events: 3, ..Limits::default() };
    let Office { sim, time, .. } = office_with(|builder| builder.limits(few)).await;
    let mut line = line(&sim).await;
    for text in ["1", "2", "3", "4", "5"] {
        sim.message("lee", "sales", text).unwrap();
    }
    for text in ["1", "2", "3"] {
        assert_eq!(line.take().await["payload"]["event"]["text"], text);
    }
    let told = line.take().await["payload"].clone();
    assert_eq!((&told["type"], &told["minute_rate_limited"]), (&json!("app_rate_limited"), &json!(1_795_435_200)));
    assert_eq!((told.get("event"), told.get("event_id"), &told["team_id"]), (None, None, &json!(sim.team_id())));
    time.advance(SignedDuration::from_secs(61));
    sim.message("lee", "sales", "6").unwrap();
    assert_eq!(line.take().await["payload"]["minute_rate_limited"], 1_795_435_260);
    time.advance(SignedDuration::from_mins(60));
    sim.message("lee", "sales", "7").unwrap();
    assert_eq!(line.take().await["payload"]["event"]["text"], "7");
}

#[tokio::test]
async fn a_message_takes_so_many_reactions() {
    let Office { sim, .. } = office_with(|builder| builder).await;
    let ts = sim.message("lee", "sales", "vote").unwrap().ts;
    let react = async |name: String| {
        let args = json!({"channel": sim.channel_id("sales"), "timestamp": ts, "name": name});
        call(&sim, "reactions.add", args).await["error"].clone()
    };
    for number in 0..23 {
        assert_eq!(react(format!("a{number}")).await, Value::Null);
    }
    assert_eq!(react("a23".to_owned()).await, "too_many_reactions");
    for number in 0..27 {
        sim.react(if number < 20 { "dana" } else { "lee" }, "sales", &ts, &format!("b{number}")).unwrap();
    }
    assert_eq!(sim.react("lee", "sales", &ts, "one-more").unwrap_err().error, "too_many_emoji");
    sim.react("lee", "sales", &ts, "a1").unwrap();
}
