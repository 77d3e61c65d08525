//! An app as small as one can be: it answers a command, opens a modal for a button, refuses a submission and takes the next.
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use slack_sim::Sim;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

/// A message with a button, as the app posts it.
pub(crate) fn record() -> Value {
    let button = json!({"type": "button", "action_id": "close", "text": {"type": "plain_text", "text": "Close..."}, "value": "VOC-42"});
    json!([
        {"type": "section", "text": {"type": "mrkdwn", "text": "the *invoice* shows the wrong *VAT number*"}},
        {"type": "actions", "block_id": "record", "elements": [button]},
    ])
}

fn modal() -> Value {
    let option = |text: &str| json!({"text": {"type": "plain_text", "text": text}, "value": text.to_lowercase()});
    json!({
        "type": "modal", "callback_id": "close", "title": {"type": "plain_text", "text": "Close VOC-42"},
        "submit": {"type": "plain_text", "text": "Close it"},
        "blocks": [
            {"type": "input", "block_id": "outcome", "label": {"type": "plain_text", "text": "What happened"}, "element": {
                "type": "radio_buttons", "action_id": "choice", "options": [option("Done"), option("Planned")]}},
            {"type": "input", "block_id": "why", "label": {"type": "plain_text", "text": "Why"}, "element": {
                "type": "plain_text_input", "action_id": "text", "multiline": true}},
        ],
    })
}

/// One call of the Web API, as any client makes it.
pub(crate) async fn call(sim: &Sim, method: &str, args: &Value) -> Value {
    let token = if method == "apps.connections.open" { sim.app_token() } else { sim.bot_token() };
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    crate::support::http(sim.port(), "POST", &format!("/api/{method}"), &headers, &args.to_string()).await.json()
}

/// Connects, and answers for as long as the test runs.
pub(crate) async fn start(sim: &Sim) {
    let opened = call(sim, "apps.connections.open", &json!({})).await;
    let (mut line, _) = connect_async(opened["url"].as_str().unwrap()).await.unwrap();
    let sim = sim.clone();
    tokio::runtime::Handle::current().spawn(async move {
        while let Some(Ok(frame)) = line.next().await {
            let Message::Text(text) = frame else { continue };
            let envelope: Value = serde_json::from_str(text.as_str()).unwrap();
            if let Some(id) = envelope.get("envelope_id") {
                let ack = match answer(&sim, &envelope["payload"]).await {
                    Some(payload) => json!({"envelope_id": id, "payload": payload}),
                    None => json!({"envelope_id": id}),
                };
                line.send(Message::text(ack.to_string())).await.unwrap();
            }
        }
    });
}

async fn answer(sim: &Sim, payload: &Value) -> Option<Value> {
    if payload.get("command").is_some() {
        return Some(json!({"text": format!("*Heard: VOC-43*, {}", payload["text"].as_str().unwrap())}));
    }
    match payload["type"].as_str().unwrap_or_default() {
        "block_actions" => {
            let open = json!({"trigger_id": payload["trigger_id"], "view": modal()});
            assert_eq!(call(sim, "views.open", &open).await["ok"], true);
            None
        }
        "view_submission" => {
            let why = payload.pointer("/view/state/values/why/text/value").and_then(Value::as_str).unwrap_or_default();
            if why.len() < 5 {
                return Some(json!({"response_action": "errors", "errors": {"why": "Say more, in words the customer may hear."}}));
            }
            let said = json!({"channel": "sales", "text": format!("Closed: {why}")});
            assert_eq!(call(sim, "chat.postMessage", &said).await["ok"], true);
            None
        }
        "event_callback" if payload["event"]["type"] == "app_home_opened" => {
            let blocks = json!([{"type": "header", "text": {"type": "plain_text", "text": "What you hold"}}]);
            let home = json!({"user_id": payload["event"]["user"], "view": {"type": "home", "blocks": blocks}});
            assert_eq!(call(sim, "views.publish", &home).await["ok"], true);
            None
        }
        _ => None,
    }
}
