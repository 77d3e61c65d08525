//! What people do, and what the app hears of it.
use crate::support::{Line, Office, act, call, http, line, office, office_with};
use jiff::SignedDuration;
use serde_json::{Value, json};
use slack_sim::{NewChannel, NewPerson, Sim};

#[tokio::test]
async fn a_message_arrives_as_slack_sends_it() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let said = sim.message("@lee", "#sales", "R&D <b> @dana in #sales, not #board").unwrap();
    let envelope = line.take().await;
    let (dana, sales, board) = (sim.person_id("dana").unwrap(), sim.channel_id("sales").unwrap(), sim.channel_id("board").unwrap());
    let payload = &envelope["payload"];
    assert_eq!(payload["type"], "event_callback");
    assert_eq!(payload["event_time"], 1_795_435_200);
    assert_eq!(payload["authorizations"][0]["user_id"], sim.bot_user());
    assert_eq!(payload["is_ext_shared_channel"], false);
    for field in ["team_id", "context_team_id", "api_app_id", "event_id", "event_context"] {
        assert!(payload[field].is_string(), "{field}");
    }
    let event = &payload["event"];
    assert_eq!(event["text"], format!("R&amp;D &lt;b&gt; <@{dana}> in <#{sales}|sales>, not <#{board}|>"));
    assert_eq!(event["user"], sim.person_id("lee").unwrap());
    assert_eq!((&event["ts"], &event["event_ts"]), (&json!(said.ts), &json!(said.ts)));
    assert_eq!((&event["channel"], &event["channel_type"]), (&json!(sales), &json!("channel")));
    assert!(event["client_msg_id"].is_string());
    assert_eq!(said.ts, "1795435200.000100");
}

#[tokio::test]
async fn a_mention_comes_twice_with_two_ids_and_one_ts() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    sim.message("lee", "sales", "@bot, hello").unwrap();
    let (message, mention) = (line.take().await, line.take().await);
    assert_eq!((&message["payload"]["event"]["type"], &mention["payload"]["event"]["type"]), (&json!("message"), &json!("app_mention")));
    assert_eq!(message["payload"]["event"]["ts"], mention["payload"]["event"]["ts"]);
    assert_ne!(message["payload"]["event_id"], mention["payload"]["event_id"]);
    // In a direct message there is no mention.
    sim.message("lee", "@bot", "@bot, hello").unwrap();
    sim.message("lee", "@bot", "and?").unwrap();
    let direct = line.take().await;
    assert_eq!(direct["payload"]["event"]["channel_type"], "im");
    assert_eq!(line.take().await["payload"]["event"]["text"], "and?");
}

#[tokio::test]
async fn the_app_hears_only_where_it_is() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    sim.message("dana", "board", "secret").unwrap();
    sim.message("dana", "random", "elsewhere").unwrap();
    sim.invite_bot("dana", "random").unwrap();
    let joined = line.take().await["payload"]["event"].clone();
    assert_eq!(joined["type"], "member_joined_channel");
    assert_eq!((&joined["user"], &joined["inviter"]), (&json!(sim.bot_user()), &json!(sim.person_id("dana").unwrap())));
    // Who writes in a public channel without being in it joins it.
    sim.message("lee", "random", "hi").unwrap();
    assert_eq!(line.take().await["payload"]["event"]["user"], sim.person_id("lee").unwrap());
    assert_eq!(line.take().await["payload"]["event"]["text"], "hi");
    assert_eq!(sim.message("lee", "board", "let me in").unwrap_err().error, "not_in_channel");
    assert_eq!(sim.message("lee", "archive", "late").unwrap_err().error, "is_archived");
}

#[tokio::test]
async fn who_comes_or_goes_may_leave_a_message() {
    let Office { sim, .. } = office_with(|builder| builder.join_messages(true)).await;
    let mut line = line(&sim).await;
    let (lee, dana, bot) = (sim.person_id("lee").unwrap(), sim.person_id("dana").unwrap(), sim.bot_user());
    sim.invite_bot("dana", "random").unwrap();
    assert_eq!(event(&mut line).await["type"], "member_joined_channel");
    let came = event(&mut line).await;
    assert_eq!((&came["type"], &came["subtype"], &came["channel_type"]), (&json!("message"), &json!("channel_join"), &json!("channel")));
    assert_eq!((&came["user"], &came["inviter"], &came["team"]), (&json!(bot), &json!(dana), &json!(sim.team_id())));
    assert_eq!(came["text"], format!("<@{bot}> has joined the channel"));
    for absent in ["bot_id", "client_msg_id", "blocks"] {
        assert!(came.get(absent).is_none(), "{absent}");
    }
    // That it is named in this is no mention.
    sim.message("lee", "random", "hi").unwrap();
    assert_eq!(event(&mut line).await["type"], "member_joined_channel");
    let came = event(&mut line).await;
    assert_eq!((&came["user"], came.get("inviter")), (&json!(lee), None));
    assert_eq!(event(&mut line).await["text"], "hi");
    assert_eq!(act(&sim, "/sim/leave", r#"{"user": "lee", "channel": "random"}"#).await.status, 200);
    assert_eq!(event(&mut line).await["type"], "member_left_channel");
    let went = event(&mut line).await;
    assert_eq!((&went["subtype"], &went["text"]), (&json!("channel_leave"), &json!(format!("<@{lee}> has left the channel"))));
    let history = call(&sim, "conversations.history", json!({"channel": sim.channel_id("random").unwrap()})).await;
    let subtypes: Vec<Option<&str>> = history["messages"].as_array().unwrap().iter().map(|one| one["subtype"].as_str()).collect();
    assert_eq!(subtypes, [Some("channel_leave"), None, Some("channel_join"), Some("channel_join"), Some("channel_join")]);
    // Of its own leaving it hears once: afterwards it is not there.
    sim.remove_bot("random").unwrap();
    assert_eq!(event(&mut line).await["type"], "member_left_channel");
    sim.message("lee", "sales", "next").unwrap();
    assert_eq!(event(&mut line).await["text"], "next");
}

#[tokio::test]
async fn edits_deletions_and_reactions_are_told() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let ts = sim.message("lee", "sales", "teh").unwrap().ts;
    line.take().await;
    sim.edit("lee", "sales", &ts, "the").unwrap();
    let changed = event(&mut line).await;
    assert_eq!((&changed["subtype"], &changed["message"]["text"]), (&json!("message_changed"), &json!("the")));
    assert_eq!((&changed["previous_message"]["text"], &changed["message"]["ts"]), (&json!("teh"), &json!(ts)));
    assert_eq!(changed["message"]["edited"]["user"], sim.person_id("lee").unwrap());
    sim.react("dana", "sales", &ts, "tada").unwrap();
    let reacted = event(&mut line).await;
    assert_eq!((&reacted["type"], &reacted["item"]["ts"]), (&json!("reaction_added"), &json!(ts)));
    assert_eq!(reacted["item_user"], sim.person_id("lee").unwrap());
    sim.unreact("dana", "sales", &ts, "tada").unwrap();
    assert_eq!(event(&mut line).await["type"], "reaction_removed");
    assert_eq!(sim.edit("dana", "sales", &ts, "mine").unwrap_err().error, "cant_update_message");
    sim.delete("lee", "sales", &ts).unwrap();
    let deleted = event(&mut line).await;
    assert_eq!((&deleted["subtype"], &deleted["deleted_ts"]), (&json!("message_deleted"), &json!(ts)));
    assert_eq!(deleted["previous_message"]["text"], "the");
    assert!(sim.messages("sales").unwrap().is_empty());
}

#[tokio::test]
async fn threads_broadcasts_and_tombstones() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let root = sim.message("lee", "sales", "root").unwrap().ts;
    let reply = sim.reply("dana", "sales", &root, "reply").unwrap().ts;
    sim.reply("lee", "sales", &reply, "a reply to a reply is one to its root").unwrap();
    let posted = json!({"channel": "sales", "text": "for all", "thread_ts": root, "reply_broadcast": true});
    call(&sim, "chat.postMessage", posted).await;
    line.take().await;
    assert_eq!(event(&mut line).await["thread_ts"], json!(root));
    assert_eq!(event(&mut line).await["thread_ts"], json!(root));
    let broadcast = event(&mut line).await;
    assert_eq!((&broadcast["subtype"], &broadcast["root"]["text"]), (&json!("thread_broadcast"), &json!("root")));
    let shown = sim.messages("sales").unwrap();
    assert_eq!((shown.len(), shown[0]["replies"].as_array().unwrap().len()), (1, 3));
    sim.delete("lee", "sales", &root).unwrap();
    let left = event(&mut line).await;
    assert_eq!((&left["message"]["subtype"], &left["message"]["ts"]), (&json!("tombstone"), &json!(root)));
    assert_eq!(sim.messages("sales").unwrap()[0]["replies"][0]["text"], "reply");
    // What is left of a message goes with its last reply.
    for reply in sim.messages("sales").unwrap()[0]["replies"].as_array().unwrap() {
        let ts = reply["ts"].as_str().unwrap();
        if reply["bot_id"].is_string() {
            assert_eq!(call(&sim, "chat.delete", json!({"channel": sim.channel_id("sales"), "ts": ts})).await["ok"], true);
        } else {
            let by = if reply["text"] == "reply" { "dana" } else { "lee" };
            sim.delete(by, "sales", ts).unwrap();
        }
    }
    assert!(sim.messages("sales").unwrap().is_empty());
}

#[tokio::test]
async fn people_of_other_companies_are_known_as_such() {
    let Office { sim, .. } = office().await;
    sim.add_person(NewPerson::named("guest").of_team("T0OTHER"));
    sim.add_channel(NewChannel::named("shared").members(["guest"]).with_bot().ext_shared());
    let mut line = line(&sim).await;
    sim.message("guest", "shared", "hello").unwrap();
    let envelope = line.take().await;
    assert_eq!(envelope["payload"]["is_ext_shared_channel"], true);
    let event = &envelope["payload"]["event"];
    assert_eq!((&event["user_team"], &event["source_team"]), (&json!("T0OTHER"), &json!("T0OTHER")));
    let shown = call(&sim, "users.info", json!({"user": event["user"]})).await;
    assert_eq!((&shown["user"]["is_stranger"], &shown["user"]["team_id"]), (&json!(true), &json!("T0OTHER")));
    let channel = call(&sim, "conversations.info", json!({"channel": event["channel"]})).await["channel"].clone();
    for (field, expected) in [
        ("is_shared", json!(true)),
        ("is_ext_shared", json!(true)),
        ("is_pending_ext_shared", json!(false)),
        ("shared_team_ids", json!([sim.team_id(), "T0OTHER"])),
        ("internal_team_ids", json!([sim.team_id()])),
        ("connected_team_ids", json!(["T0OTHER"])),
        ("pending_connected_team_ids", json!([])),
        ("conversation_host_id", json!(sim.team_id())),
    ] {
        assert_eq!(channel[field], expected, "{field}");
    }
    let own = call(&sim, "conversations.info", json!({"channel": sim.channel_id("sales").unwrap()})).await["channel"].clone();
    assert_eq!((&own["shared_team_ids"], &own["is_shared"]), (&json!([sim.team_id()]), &json!(false)));
    assert!(own.get("connected_team_ids").is_none() && own.get("conversation_host_id").is_none());
    // The event names the same team as the channel does.
    sim.share_outside("shared", false).unwrap();
    let gone = line.take().await["payload"]["event"].clone();
    assert_eq!(gone["previously_connected_team_id"], json!(["T0OTHER"]));
    sim.share_outside("sales", true).unwrap();
    let connected = line.take().await["payload"]["event"]["connected_team_id"].clone();
    let own = call(&sim, "conversations.info", json!({"channel": sim.channel_id("sales").unwrap()})).await["channel"].clone();
    assert_eq!(own["connected_team_ids"], json!([connected]));
}

#[tokio::test]
async fn a_grid_is_named_where_slack_names_it() {
    let Office { sim, .. } = office_with(|builder| builder.enterprise("Globular", false)).await;
    let mut line = line(&sim).await;
    sim.invite_bot("lee", "random").unwrap();
    let envelope = line.take().await;
    let grid = envelope["payload"]["enterprise_id"].clone();
    assert!(grid.as_str().unwrap().starts_with('E'));
    assert_eq!(
        (&envelope["payload"]["event"]["type"], &envelope["payload"]["event"]["enterprise"]),
        (&json!("member_joined_channel"), &grid)
    );
    let (shortcut, done) = tokio::join!(async { line.take().await["payload"].clone() }, sim.shortcut("lee", "heard", None));
    assert!(done.unwrap().ok);
    let team = json!({"id": sim.team_id(), "domain": "acme", "enterprise_id": grid, "enterprise_name": "Globular"});
    assert_eq!((&shortcut["team"], &shortcut["enterprise"]["id"]), (&team, &grid));
    let channel = call(&sim, "conversations.info", json!({"channel": sim.channel_id("random").unwrap()})).await["channel"].clone();
    assert_eq!(channel["enterprise_id"], grid);
}

#[tokio::test]
async fn other_apps_are_known_as_bots() {
    let Office { sim, .. } = office().await;
    sim.add_person(NewPerson::named("deploys").bot());
    let mut line = line(&sim).await;
    sim.message("deploys", "sales", "version 7 is out").unwrap();
    assert_eq!(event(&mut line).await["type"], "member_joined_channel");
    let posted = event(&mut line).await;
    assert_eq!(posted["user"], sim.person_id("deploys").unwrap());
    assert!(posted["bot_id"].as_str().unwrap().starts_with('B') && posted["bot_id"] != sim.bot_id());
    assert_eq!(posted["bot_profile"]["name"], "deploys");
}

/// Runs a command and answers it with `payload`: what the app got, and what the person sees.
async fn ask(sim: &Sim, line: &mut Line, channel: &str, payload: Option<Value>) -> (Value, slack_sim::Seen) {
    let (seen, envelope) = tokio::join!(sim.command("lee", channel, "/heard", "R&D, says @dana"), async {
        let envelope = line.next().await;
        line.ack(&envelope, payload).await;
        envelope
    });
    (envelope["payload"].clone(), seen.unwrap())
}

#[tokio::test]
async fn the_answer_to_a_command_is_what_the_person_sees() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let (command, seen) = ask(&sim, &mut line, "sales", Some(json!({"text": "Heard", "blocks": [{"type": "divider"}]}))).await;
    assert_eq!(seen.text(), "Heard");
    assert_eq!(seen.seen.as_ref().unwrap()["response_type"], "ephemeral");
    assert_eq!(sim.ephemerals("lee", Some("sales")).unwrap(), [seen.seen.unwrap()]);
    assert!(sim.ephemerals("dana", None).unwrap().is_empty());
    let dana = sim.person_id("dana").unwrap();
    assert_eq!(command["text"], format!("R&amp;D, says <@{dana}>"));
    assert_eq!((&command["command"], &command["user_name"]), (&json!("/heard"), &json!("lee")));
    assert_eq!((&command["channel_name"], &command["is_enterprise_install"]), (&json!("sales"), &json!("false")));
    assert_eq!((command.get("enterprise_id"), &command["team_domain"]), (None, &json!("acme")));
    let (direct, seen) = ask(&sim, &mut line, "@bot", None).await;
    assert_eq!((&direct["channel_name"], seen.ok, seen.seen), (&json!("directmessage"), true, None));
    sim.add_channel(NewChannel::named("board").members(["lee"]).private().with_bot());
    let (private, _) = ask(&sim, &mut line, "board", Some(json!({}))).await;
    assert_eq!(private["channel_name"], "privategroup");
    let (_, seen) = ask(&sim, &mut line, "sales", Some(json!({"text": "all", "response_type": "in_channel"}))).await;
    assert_eq!(seen.text(), "all");
    assert_eq!(sim.messages("sales").unwrap()[0]["subtype"], "bot_message");
}

#[tokio::test]
async fn a_command_that_fails_is_told_in_slacks_words() {
    let Office { sim, wire, .. } = office_with(|builder| builder.commands(["/heard"])).await;
    let seen = sim.command("lee", "sales", "/heard", "x").await.unwrap();
    assert_eq!((seen.ok, seen.error.as_deref()), (false, Some("dispatch_failed")));
    let mut line = line(&sim).await;
    let (seen, ()) = tokio::join!(sim.command("lee", "sales", "heard", "x"), async {
        line.next().await;
        wire.advance(SignedDuration::from_secs(3));
    });
    let seen = seen.unwrap();
    assert_eq!((seen.error.as_deref(), seen.text()), (Some("operation_timeout"), "/heard failed with the error \"operation_timeout\""));
    let seen = sim.command("lee", "sales", "/herd", "x").await.unwrap();
    assert_eq!((seen.error.as_deref(), seen.text()), (Some("unknown_command"), "/herd is not a valid command."));
    assert_eq!(sim.ephemerals("lee", Some("sales")).unwrap().len(), 3);
}

#[tokio::test]
async fn a_response_url_takes_five_answers_in_half_an_hour() {
    let Office { sim, time, .. } = office().await;
    let mut line = line(&sim).await;
    let (command, _) = ask(&sim, &mut line, "sales", Some(json!({"text": "wait"}))).await;
    let texts = || -> Vec<Value> { sim.ephemerals("lee", Some("sales")).unwrap().iter().map(|seen| seen["text"].clone()).collect() };
    for (answer, left) in [
        (json!({"text": "done", "replace_original": true}), vec!["done"]),
        (json!({"text": "more"}), vec!["done", "more"]),
        (json!({"delete_original": true}), vec!["done"]),
        (json!({"text": "for all", "response_type": "in_channel"}), vec!["done"]),
        (json!({"text": "last"}), vec!["done", "last"]),
    ] {
        let (status, body) = respond(&sim, &command, &answer).await;
        assert_eq!((status, body.as_str()), (200, "ok"), "{answer}");
        assert_eq!(texts(), left, "{answer}");
    }
    assert_eq!(sim.texts("sales").unwrap(), ["for all"]);
    let (status, body) = respond(&sim, &command, &json!({"text": "sixth"})).await;
    assert_eq!(status, 404);
    assert!(body.contains("used_url"), "{body}");
    line.take().await;
    let (command, _) = ask(&sim, &mut line, "sales", None).await;
    time.advance(SignedDuration::from_mins(31));
    let (status, body) = respond(&sim, &command, &json!({"text": "late"})).await;
    assert_eq!(status, 404);
    assert!(body.contains("expired_url"), "{body}");
}

async fn respond(sim: &Sim, command: &Value, answer: &Value) -> (u16, String) {
    let url = command["response_url"].as_str().unwrap();
    let path = url.strip_prefix(&sim.url()).unwrap();
    let done = http(sim.port(), "POST", path, &[("Content-Type", "application/json")], &answer.to_string()).await;
    (done.status, done.body)
}

async fn event(line: &mut Line) -> Value {
    line.take().await["payload"]["event"].clone()
}
