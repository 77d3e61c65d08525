//! Presses, shortcuts, modals and Home: what the app gets, and what people see.
use crate::support::{Line, Office, call, http, line, office, office_with};
use crate::wire::probe;
use jiff::SignedDuration;
use serde_json::{Value, json};
use slack_sim::{NewShortcut, Outcome, Press, ShortcutKind, Sim};

fn button(action_id: &str) -> Value {
    json!({"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Take"}, "value": "VOC-42"})
}

fn modal(more: &Value) -> Value {
    let mut view = json!({
        "type": "modal", "callback_id": "close", "title": {"type": "plain_text", "text": "Close"}, "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [
            {"type": "input", "block_id": "why", "label": {"type": "plain_text", "text": "Why"},
             "element": {"type": "plain_text_input", "action_id": "text", "max_length": 10}},
            {"type": "actions", "block_id": "more", "elements": [button("again")]},
        ],
    });
    view.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    view
}

/// Runs what a person does while the app takes one interaction and answers it with `payload`.
async fn taken<T>(line: &mut Line, payload: Option<Value>, doing: impl Future<Output = T>) -> (Value, T) {
    let (out, envelope) = tokio::join!(doing, async {
        let envelope = line.next().await;
        line.ack(&envelope, payload).await;
        envelope
    });
    (envelope, out)
}

fn press(user: &str, ts: &str, action_id: &str) -> Press {
    let channel = Some("sales".to_owned());
    Press { user: user.to_owned(), channel, ts: Some(ts.to_owned()), action_id: action_id.to_owned(), ..Press::default() }
}

async fn posted(sim: &Sim, line: &mut Line, blocks: Value) -> String {
    let posted = call(sim, "chat.postMessage", json!({"channel": "sales", "text": "digest", "blocks": blocks})).await;
    assert_eq!(posted["ok"], true, "{posted}");
    line.take().await;
    posted["ts"].as_str().unwrap().to_owned()
}

/// A modal that Lee opened by a shortcut.
async fn opened(sim: &Sim, line: &mut Line, view: Value) -> Value {
    let (envelope, _) = taken(line, None, sim.shortcut("lee", "heard", None)).await;
    let opened = call(sim, "views.open", json!({"trigger_id": envelope["payload"]["trigger_id"], "view": view})).await;
    assert_eq!(opened["ok"], true, "{opened}");
    opened["view"].clone()
}

fn id(view: &Value) -> &str {
    view["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_press_tells_who_where_and_what() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let ts = posted(&sim, &mut line, json!([{"type": "actions", "block_id": "b", "elements": [button("take")]}])).await;
    let pressing = press("dana", &ts, "take");
    let (envelope, done) = taken(&mut line, None, sim.press(&pressing)).await;
    assert!(done.unwrap().ok);
    assert_eq!((&envelope["type"], &envelope["accepts_response_payload"]), (&json!("interactive"), &json!(false)));
    let payload = &envelope["payload"];
    assert_eq!((&payload["type"], &payload["user"]["username"]), (&json!("block_actions"), &json!("dana")));
    assert_eq!(
        payload["container"],
        json!({"type": "message", "message_ts": ts, "channel_id": sim.channel_id("sales"), "is_ephemeral": false})
    );
    assert_eq!((&payload["channel"]["name"], &payload["message"]["text"]), (&json!("sales"), &json!("digest")));
    assert_eq!((&payload["enterprise"], &payload["is_enterprise_install"]), (&json!(null), &json!(false)));
    let action = &payload["actions"][0];
    assert_eq!((&action["action_id"], &action["block_id"], &action["value"]), (&json!("take"), &json!("b"), &json!("VOC-42")));
    assert!(sim.press(&press("dana", &ts, "nonsense")).await.unwrap_err().error == "action_not_found");
    assert!(sim.press(&press("dana", "1.000001", "take")).await.unwrap_err().error == "message_not_found");
}

#[tokio::test]
async fn a_press_that_is_not_taken_is_told_to_who_pressed() {
    let Office { sim, wire, .. } = office().await;
    let mut line = line(&sim).await;
    let ts = posted(&sim, &mut line, json!([{"type": "actions", "elements": [button("take")]}])).await;
    let pressing = press("dana", &ts, "take");
    let (done, ()) = tokio::join!(sim.press(&pressing), async {
        line.next().await;
        wire.advance(SignedDuration::from_secs(3));
    });
    assert_eq!(done.unwrap().error.as_deref(), Some("operation_timeout"));
    sim.drop_lines();
    assert_eq!(sim.press(&pressing).await.unwrap().error.as_deref(), Some("dispatch_failed"));
}

#[tokio::test]
async fn a_pressed_message_can_be_replaced_by_its_address() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let ts = posted(&sim, &mut line, json!([{"type": "actions", "elements": [button("take")]}])).await;
    let pressing = press("dana", &ts, "take");
    let (envelope, _) = taken(&mut line, None, sim.press(&pressing)).await;
    let url = envelope["payload"]["response_url"].as_str().unwrap();
    assert!(url.contains("/actions/"), "{url}");
    let path = url.strip_prefix(&sim.url()).unwrap();
    let answer = json!({"replace_original": true, "text": "taken by dana"}).to_string();
    let done = http(sim.port(), "POST", path, &[("Content-Type", "application/json")], &answer).await;
    assert_eq!(done.body, "ok");
    assert_eq!(sim.texts("sales").unwrap(), ["taken by dana"]);
    // What only one person sees has its address too, and no message in the payload.
    let blocks = json!([{"type": "actions", "elements": [button("undo")]}]);
    let dana = sim.person_id("dana").unwrap();
    call(&sim, "chat.postEphemeral", json!({"channel": "sales", "user": dana, "text": "Heard", "blocks": blocks})).await;
    let seen = sim.ephemerals("dana", None).unwrap()[0]["ts"].as_str().unwrap().to_owned();
    line.take().await;
    let pressing = press("dana", &seen, "undo");
    let (envelope, _) = taken(&mut line, None, sim.press(&pressing)).await;
    assert_eq!((&envelope["payload"]["container"]["is_ephemeral"], envelope["payload"].get("message")), (&json!(true), None));
    let path = envelope["payload"]["response_url"].as_str().unwrap().strip_prefix(&sim.url()).unwrap().to_owned();
    http(sim.port(), "POST", &path, &[("Content-Type", "application/json")], r#"{"delete_original": true}"#).await;
    assert!(sim.ephemerals("dana", None).unwrap().is_empty());
    assert!(sim.press(&press("lee", &seen, "undo")).await.is_err(), "it was never lee's");
}

#[tokio::test]
async fn shortcuts_open_modals_for_who_used_them() {
    let Office { sim, wire, .. } = office().await;
    let mut line = line(&sim).await;
    let said = sim.message("lee", "sales", "the invoice is wrong").unwrap();
    line.take().await;
    let (envelope, done) = taken(&mut line, None, sim.shortcut("dana", "pass_on", Some(("sales", &said.ts)))).await;
    assert!(done.unwrap().ok);
    let payload = &envelope["payload"];
    assert_eq!((&payload["type"], &payload["callback_id"]), (&json!("message_action"), &json!("pass_on")));
    assert_eq!((&payload["message"]["text"], &payload["message_ts"]), (&json!("the invoice is wrong"), &json!(said.ts)));
    let open = json!({"trigger_id": payload["trigger_id"], "view": modal(&json!({}))});
    let view = call(&sim, "views.open", open.clone()).await["view"].clone();
    assert_eq!((&view["type"], &view["previous_view_id"], &view["root_view_id"]), (&json!("modal"), &json!(null), &view["id"]));
    assert_eq!(call(&sim, "views.open", open).await["error"], "exchanged_trigger_id");
    assert_eq!((sim.modals("dana").unwrap().len(), sim.modals("lee").unwrap().len()), (1, 0));
    let (late, _) = taken(&mut line, None, sim.shortcut("lee", "heard", None)).await;
    assert_eq!((&late["payload"]["type"], late["payload"].get("channel")), (&json!("shortcut"), None));
    wire.advance(SignedDuration::from_secs(4));
    let open = json!({"trigger_id": late["payload"]["trigger_id"], "view": modal(&json!({}))});
    assert_eq!(call(&sim, "views.open", open).await["error"], "expired_trigger_id");
}

#[tokio::test]
async fn only_registered_shortcuts_are_offered() {
    let pass_on = NewShortcut { name: "Pass on".to_owned(), kind: ShortcutKind::Message, callback_id: "pass_on".to_owned() };
    let Office { sim, .. } = office_with(|builder| builder.shortcut(pass_on)).await;
    assert_eq!(sim.shortcut("lee", "pass_on", None).await.unwrap_err().error, "shortcut_not_found");
}

#[tokio::test]
async fn a_submission_is_checked_sent_and_answered() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let view = opened(&sim, &mut line, modal(&json!({"private_metadata": "VOC-42"}))).await;
    // What Slack's own client refuses never reaches the app.
    for (typed, part) in [("", "required"), ("far too long", "10")] {
        let refused = sim.submit("lee", id(&view), &json!({"why": {"text": typed}})).await.unwrap();
        assert!(!refused.ok && refused.errors["why"].contains(part), "{refused:?}");
    }
    let good = json!({"why": {"text": "fixed"}});
    let errors = json!({"response_action": "errors", "errors": {"why": "Say more."}});
    let (envelope, refused) = taken(&mut line, Some(errors), sim.submit("lee", id(&view), &good)).await;
    assert_eq!(envelope["accepts_response_payload"], true);
    let shown = &envelope["payload"]["view"];
    assert_eq!(shown["state"]["values"]["why"]["text"], json!({"type": "plain_text_input", "value": "fixed"}));
    assert_eq!((&shown["private_metadata"], &envelope["payload"]["response_urls"]), (&json!("VOC-42"), &json!([])));
    assert_eq!(refused.unwrap().errors["why"], "Say more.");
    assert_eq!(sim.modals("lee").unwrap().len(), 1);
    let stranger = json!({"response_action": "errors", "errors": {"nowhere": "x"}});
    let (_, trouble) = taken(&mut line, Some(stranger), sim.submit("lee", id(&view), &good)).await;
    assert_eq!(trouble.unwrap().error.as_deref(), Some("invalid_response"));
    let changed = json!({"response_action": "update", "view": modal(&json!({"callback_id": "second"}))});
    let (_, done) = taken(&mut line, Some(changed), sim.submit("lee", id(&view), &good)).await;
    assert!(done.unwrap().ok);
    let now = sim.modals("lee").unwrap();
    assert_eq!((&now[0]["callback_id"], &now[0]["state"]["values"]["why"]["text"]["value"]), (&json!("second"), &json!("fixed")));
    let pushed = json!({"response_action": "push", "view": modal(&json!({"callback_id": "third"}))});
    taken(&mut line, Some(pushed), sim.submit("lee", id(&view), &good)).await.1.unwrap();
    let third = sim.modals("lee").unwrap()[1].clone();
    assert_eq!((&third["previous_view_id"], &third["root_view_id"]), (&view["id"], &view["id"]));
    assert!(sim.submit("lee", id(&view), &good).await.is_err(), "a modal below another one was sent off");
    let (_, done) = taken(&mut line, Some(json!({})), sim.submit("lee", id(&third), &good)).await;
    assert!(done.unwrap().ok);
    assert_eq!(sim.modals("lee").unwrap().len(), 1, "an empty answer closes the topmost");
    let clear = json!({"response_action": "clear"});
    taken(&mut line, Some(clear), sim.submit("lee", id(&view), &good)).await.1.unwrap();
    assert!(sim.modals("lee").unwrap().is_empty());
}

#[tokio::test]
async fn a_chosen_conversation_takes_answers_where_the_menu_asks_for_it() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let menu = |block: &str, kind: &str, more: Value| {
        let mut element = json!({"type": kind, "action_id": "where"});
        element.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"type": "input", "block_id": block, "optional": true, "label": {"type": "plain_text", "text": "Where"}, "element": element})
    };
    let enabled = json!({"response_url_enabled": true});
    let blocks = json!([
        menu("asks", "conversations_select", enabled.clone()),
        menu("empty", "conversations_select", enabled.clone()),
        menu("silent", "conversations_select", json!({})),
        menu("channel", "channels_select", enabled),
    ]);
    let view = opened(&sim, &mut line, modal(&json!({"blocks": blocks}))).await;
    let chosen = json!({"asks": {"where": "random"}, "silent": {"where": "sales"}, "channel": {"where": "sales"}});
    let (envelope, done) = taken(&mut line, Some(json!({})), sim.submit("lee", id(&view), &chosen)).await;
    assert!(done.unwrap().ok);
    let urls = envelope["payload"]["response_urls"].as_array().unwrap().clone();
    let (random, sales) = (sim.channel_id("random").unwrap(), sim.channel_id("sales").unwrap());
    let shown: Vec<_> = urls.iter().map(|url| (url["block_id"].as_str().unwrap(), url["channel_id"].as_str().unwrap())).collect();
    assert_eq!(shown, [("asks", random.as_str()), ("channel", sales.as_str())]);
    assert!(urls.iter().all(|url| url["action_id"] == "where"));
    let path = urls[0]["response_url"].as_str().unwrap().strip_prefix(&sim.url()).unwrap();
    for answer in [json!({"text": "for all", "response_type": "in_channel"}), json!({"text": "for lee"})] {
        assert_eq!(http(sim.port(), "POST", path, &[("Content-Type", "application/json")], &answer.to_string()).await.body, "ok");
    }
    assert_eq!(sim.texts("random").unwrap(), ["for all"]);
    assert_eq!(sim.ephemerals("lee", Some("random")).unwrap()[0]["text"], "for lee");
    assert!(sim.texts("sales").unwrap().is_empty());
}

#[tokio::test]
async fn a_menu_may_begin_with_the_conversation_that_is_open() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let (sales, random) = (sim.channel_id("sales").unwrap(), sim.channel_id("random").unwrap());
    let menu = |block: &str, kind: &str, initial: Value| {
        let mut element = json!({"type": kind, "action_id": "where", "default_to_current_conversation": true});
        element.as_object_mut().unwrap().extend(initial.as_object().unwrap().clone());
        json!({"type": "input", "block_id": block, "optional": true, "label": {"type": "plain_text", "text": "Where"}, "element": element})
    };
    let blocks = json!([
        menu("one", "conversations_select", json!({})),
        menu("more", "multi_conversations_select", json!({})),
        menu("set", "conversations_select", json!({"initial_conversation": random})),
    ]);
    let view = modal(&json!({"blocks": blocks}));
    let (command, _) = taken(&mut line, None, sim.command("lee", "sales", "/heard", "")).await;
    let opening = json!({"trigger_id": command["payload"]["trigger_id"], "view": view});
    let shown = call(&sim, "views.open", opening).await["view"].clone();
    let (envelope, _) = taken(&mut line, None, sim.submit("lee", id(&shown), &json!({}))).await;
    let values = &envelope["payload"]["view"]["state"]["values"];
    assert_eq!(values["one"]["where"]["selected_conversation"], sales);
    assert_eq!(values["more"]["where"]["selected_conversations"], json!([sales]));
    assert_eq!(values["set"]["where"]["selected_conversation"], random);
    // A global shortcut says nothing of where somebody is.
    let shown = opened(&sim, &mut line, view).await;
    let (envelope, _) = taken(&mut line, None, sim.submit("lee", id(&shown), &json!({}))).await;
    assert_eq!(envelope["payload"]["view"]["state"]["values"]["one"]["where"]["selected_conversation"], Value::Null);
}

#[tokio::test]
async fn views_are_pushed_updated_and_held_to_their_hash() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let view = opened(&sim, &mut line, modal(&json!({"external_id": "mine"}))).await;
    let pressing = Press { user: "lee".to_owned(), view_id: Some(id(&view).to_owned()), action_id: "again".to_owned(), ..Press::default() };
    let (envelope, _) = taken(&mut line, None, sim.press(&pressing)).await;
    let payload = &envelope["payload"];
    assert_eq!((&payload["container"]["view_id"], payload.get("response_url")), (&view["id"], None));
    let push = json!({"trigger_id": payload["trigger_id"], "view": modal(&json!({}))});
    assert_eq!(call(&sim, "views.push", push).await["view"]["previous_view_id"], view["id"]);
    let update = |hash: &Value| json!({"external_id": "mine", "hash": hash, "view": modal(&json!({"external_id": "mine"}))});
    let updated = call(&sim, "views.update", update(&view["hash"])).await;
    assert_eq!(updated["ok"], true, "{updated}");
    assert_eq!(call(&sim, "views.update", update(&view["hash"])).await["error"], "hash_conflict");
    assert_eq!(call(&sim, "views.update", json!({"view_id": "V0", "view": modal(&json!({}))})).await["error"], "not_found");
    let (shortcut, _) = taken(&mut line, None, sim.shortcut("lee", "heard", None)).await;
    let push = json!({"trigger_id": shortcut["payload"]["trigger_id"], "view": modal(&json!({}))});
    assert_eq!(call(&sim, "views.push", push).await["error"], "invalid_trigger_id", "a shortcut is used outside of modals");
}

#[tokio::test]
async fn wrong_views_are_refused_with_the_place() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let (envelope, _) = taken(&mut line, None, sim.shortcut("lee", "heard", None)).await;
    let trigger_id = &envelope["payload"]["trigger_id"];
    for (view, part) in [
        (modal(&json!({"title": {"type": "plain_text", "text": "x".repeat(25)}})), "json-pointer:/view/title/text"),
        (modal(&json!({"submit": null})), "submit"),
        (json!({"type": "home", "blocks": []}), "json-pointer:/view/type"),
        (modal(&json!({"blocks": [{"type": "nonsense"}]})), "json-pointer:/view/blocks/0"),
    ] {
        let refused = call(&sim, "views.open", json!({"trigger_id": trigger_id, "view": view})).await;
        assert_eq!(refused["error"], "invalid_arguments", "{refused}");
        assert!(refused["response_metadata"]["messages"].to_string().contains(part), "{refused}");
    }
    let large = modal(&json!({"blocks": [{"type": "section", "text": {"type": "plain_text", "text": "x".repeat(250_001)}}]}));
    assert_eq!(call(&sim, "views.open", json!({"trigger_id": trigger_id, "view": large})).await["error"], "view_too_large");
    let fine = call(&sim, "views.open", json!({"trigger_id": trigger_id, "view": modal(&json!({}))})).await;
    assert_eq!(fine["ok"], true, "a refused view used the trigger up");
}

#[tokio::test]
async fn closing_is_told_to_who_asked_for_it() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let quiet = opened(&sim, &mut line, modal(&json!({}))).await;
    sim.close("lee", id(&quiet), false).await.unwrap();
    let heard = opened(&sim, &mut line, modal(&json!({"notify_on_close": true}))).await;
    let (envelope, done) = taken(&mut line, None, sim.close("lee", id(&heard), false)).await;
    done.unwrap();
    assert_eq!((&envelope["payload"]["type"], &envelope["payload"]["is_cleared"]), (&json!("view_closed"), &json!(false)));
    assert_eq!(envelope["payload"]["view"]["id"], heard["id"]);
    let heard = opened(&sim, &mut line, modal(&json!({"notify_on_close": true}))).await;
    let (envelope, _) = taken(&mut line, None, sim.close("lee", id(&heard), true)).await;
    assert_eq!(envelope["payload"]["is_cleared"], true);
    assert!(sim.modals("lee").unwrap().is_empty());
}

#[tokio::test]
async fn suggested_options_can_be_chosen() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let select = json!({"type": "external_select", "action_id": "account", "min_query_length": 1});
    let ts = posted(&sim, &mut line, json!([{"type": "actions", "block_id": "b", "elements": [select]}])).await;
    let mut asking = press("lee", &ts, "account");
    asking.value = Some(json!("ac"));
    assert_eq!(sim.press(&asking).await.unwrap_err().error, "invalid_value");
    let acme = json!({"text": {"type": "plain_text", "text": "Acme"}, "value": "ac"});
    let (envelope, shown) = taken(&mut line, Some(json!({"options": [acme]})), sim.suggest(&asking)).await;
    let payload = &envelope["payload"];
    assert_eq!(
        (&payload["type"], &payload["value"], &envelope["accepts_response_payload"]),
        (&json!("block_suggestion"), &json!("ac"), &json!(true))
    );
    assert_eq!(shown.unwrap().unwrap()["options"], json!([acme]));
    let (envelope, done) = taken(&mut line, None, sim.press(&asking)).await;
    assert_eq!(done.unwrap(), Outcome { ok: true, ..Outcome::default() });
    assert_eq!(envelope["payload"]["actions"][0]["selected_option"], acme);
}

#[tokio::test]
async fn home_is_opened_and_published() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    sim.open_home("lee").unwrap();
    let opened = line.take().await["payload"]["event"].clone();
    assert_eq!((&opened["type"], &opened["tab"], opened.get("view")), (&json!("app_home_opened"), &json!("home"), None));
    let lee = &opened["user"];
    let home = json!({"type": "home", "blocks": [{"type": "actions", "elements": [button("mine")]}]});
    let view = call(&sim, "views.publish", json!({"user_id": lee, "view": home})).await["view"].clone();
    assert_eq!(sim.home("lee").unwrap().unwrap()["id"], view["id"]);
    sim.open_home("lee").unwrap();
    assert_eq!(line.take().await["payload"]["event"]["view"]["id"], view["id"]);
    let stale = json!({"user_id": lee, "view": home, "hash": "0"});
    assert_eq!(call(&sim, "views.publish", stale).await["error"], "hash_conflict");
    let pressing = Press { user: "lee".to_owned(), view_id: Some(id(&view).to_owned()), action_id: "mine".to_owned(), ..Press::default() };
    let (envelope, _) = taken(&mut line, None, sim.press(&pressing)).await;
    assert_eq!(envelope["payload"]["view"]["type"], "home");
    assert!(sim.press(&Press { user: "dana".to_owned(), ..pressing }).await.is_err(), "it is lee's Home");
    probe(&sim, &mut line).await;
}

#[tokio::test]
async fn an_org_wide_install_names_no_team() {
    let Office { sim, .. } = office_with(|builder| builder.enterprise("Globular", true)).await;
    let mut line = line(&sim).await;
    sim.message("lee", "sales", "hello").unwrap();
    let event = line.take().await["payload"].clone();
    assert!(event["event"]["user"].as_str().unwrap().starts_with('W'));
    assert!(event["enterprise_id"].as_str().unwrap().starts_with('E'));
    let installed = &event["authorizations"][0];
    assert_eq!((&installed["team_id"], &installed["is_enterprise_install"]), (&json!(null), &json!(true)));
    let (shortcut, _) = taken(&mut line, None, sim.shortcut("lee", "heard", None)).await;
    let payload = &shortcut["payload"];
    assert_eq!(
        (&payload["team"], &payload["enterprise"]["name"], &payload["is_enterprise_install"]),
        (&json!(null), &json!("Globular"), &json!(true))
    );
    let (command, _) = taken(&mut line, None, sim.command("lee", "sales", "/heard", "x")).await;
    assert_eq!(
        (&command["payload"]["enterprise_name"], &command["payload"]["is_enterprise_install"]),
        (&json!("Globular"), &json!("true"))
    );
}

#[tokio::test]
async fn the_address_of_a_press_keeps_meaning_the_message() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let ts = posted(&sim, &mut line, json!([{"type": "actions", "elements": [button("take")]}])).await;
    let (envelope, _) = taken(&mut line, None, sim.press(&press("dana", &ts, "take"))).await;
    let path = envelope["payload"]["response_url"].as_str().unwrap().strip_prefix(&sim.url()).unwrap().to_owned();
    for answer in [json!({"text": "only for dana"}), json!({"text": "taken", "replace_original": true})] {
        assert_eq!(http(sim.port(), "POST", &path, &[], &answer.to_string()).await.body, "ok");
    }
    assert_eq!(sim.texts("sales").unwrap(), ["taken"]);
    assert_eq!(sim.ephemerals("dana", None).unwrap()[0]["text"], "only for dana");
}
