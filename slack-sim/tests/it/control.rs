//! The control API, the page, and who is kept out.
use crate::support::{Office, act, http, line, office, office_with};
use serde_json::{Value, json};
use slack_sim::Sim;

async fn get(sim: &Sim, path: &str) -> Value {
    http(sim.port(), "GET", path, &[], "").await.json()
}

#[tokio::test]
async fn a_day_through_the_control_api() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let said = act(&sim, "/sim/message", r##"{"user":"@lee","channel":"#sales","text":"hello"}"##).await.json();
    assert_eq!(said["ok"], true);
    line.take().await;
    let ts = said["ts"].as_str().unwrap();
    let reply = json!({"user": "dana", "channel": "sales", "text": "hi", "thread_ts": ts}).to_string();
    assert_eq!(act(&sim, "/sim/message", &reply).await.status, 200);
    let edit = json!({"user": "lee", "channel": "sales", "ts": ts, "text": "hello all"}).to_string();
    assert_eq!(act(&sim, "/sim/edit", &edit).await.status, 200);
    let react = json!({"user": "dana", "channel": "sales", "ts": ts, "name": "wave"}).to_string();
    assert_eq!(act(&sim, "/sim/react", &react).await.status, 200);
    assert_eq!(act(&sim, "/sim/react", &react).await.status, 409);
    let shown = get(&sim, "/sim/channels/sales/messages").await;
    assert_eq!((&shown[0]["text"], &shown[0]["replies"][0]["text"]), (&json!("hello all"), &json!("hi")));
    assert_eq!(shown[0]["reactions"][0]["name"], "wave");
    assert_eq!(get(&sim, "/sim/channels/%23sales/messages?limit=1").await.as_array().unwrap().len(), 1);
    for _ in 0..3 {
        line.take().await;
    }
    let (answer, ()) =
        tokio::join!(act(&sim, "/sim/command", r#"{"user":"lee","channel":"sales","command":"/heard","text":"x"}"#), async {
            let envelope = line.next().await;
            line.ack(&envelope, Some(json!({"text": "Heard"}))).await;
        });
    let answer = answer.json();
    assert_eq!((&answer["ok"], &answer["seen"]["text"]), (&json!(true), &json!("Heard")));
    assert_eq!(get(&sim, "/sim/people/lee/ephemeral?channel=sales").await[0]["text"], "Heard");
    let gone = json!({"user": "lee", "channel": "sales", "ts": ts}).to_string();
    assert_eq!(act(&sim, "/sim/delete", &gone).await.status, 200);
    let people = get(&sim, "/sim/people").await;
    let names: Vec<&str> = people.as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["bot", "dana", "lee"]);
    let channels = get(&sim, "/sim/channels").await;
    let sales = channels.as_array().unwrap().iter().find(|channel| channel["name"] == "sales").unwrap();
    assert_eq!((&sales["bot_is_member"], &sales["members"]), (&json!(true), &sales["members"]));
    assert_eq!(get(&sim, "/sim/calls").await[0]["method"], "apps.connections.open");
    assert_eq!(act(&sim, "/sim/press", "{}").await.status, 400);
}

#[tokio::test]
async fn a_file_is_shared_and_can_be_fetched() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let file = json!({"name": "a/b <x>.png", "content": "iVBORw=="});
    let said = json!({"user": "lee", "channel": "sales", "text": "", "file": file}).to_string();
    assert_eq!(act(&sim, "/sim/message", &said).await.status, 200);
    let event = line.take().await["payload"]["event"].clone();
    assert_eq!((&event["subtype"], &event["files"][0]["name"]), (&json!("file_share"), &json!("a/b <x>.png")));
    let path = format!("/sim/files/{}", event["files"][0]["id"].as_str().unwrap());
    let head = http(sim.port(), "HEAD", &path, &[], "").await.head;
    assert!(head.contains("content-type: image/png") && head.contains("nosniff") && head.contains("sandbox"), "{head}");
    let bad = said.replace("iVBORw==", "%%%");
    assert_eq!(act(&sim, "/sim/message", &bad).await.json()["error"], "invalid_file");
}

#[tokio::test]
async fn lines_are_asked_to_go_and_cut_from_outside() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    assert_eq!(act(&sim, "/sim/lines", r#"{"farewell": "refresh_requested"}"#).await.status, 200);
    assert_eq!(line.next().await["reason"], "refresh_requested");
    assert_eq!(act(&sim, "/sim/lines", r#""cut""#).await.status, 200);
    assert_eq!(sim.lines(), 0);
    assert_eq!(act(&sim, "/sim/lines", r#"{"farewell": "nonsense"}"#).await.status, 400);
}

#[tokio::test]
async fn the_wire_is_shown_without_tokens() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    crate::support::call(&sim, "chat.postMessage", json!({"channel": "sales", "text": "hello", "token": sim.bot_token()})).await;
    line.take().await;
    crate::wire::probe(&sim, &mut line).await;
    let all = get(&sim, "/sim/traffic").await;
    let kinds: Vec<(&str, &str)> =
        all.as_array().unwrap().iter().map(|one| (one["kind"].as_str().unwrap(), one["name"].as_str().unwrap())).collect();
    // The event is queued while the call is still answered.
    assert_eq!(kinds, [("call", "apps.connections.open"), ("envelope", "message"), ("call", "chat.postMessage"), ("ack", "ack")]);
    assert_eq!(all[2]["answer"]["ok"], true);
    let told = get(&sim, "/sim/transcript").await.to_string();
    assert!(told.contains("hello") && !told.contains(sim.bot_token()) && !told.contains(sim.app_token()));
    let newest = all[3]["n"].as_u64().unwrap();
    assert_eq!(get(&sim, &format!("/sim/traffic?after={newest}")).await, json!([]));
}

#[tokio::test]
async fn mistakes_are_told_in_a_sentence() {
    let Office { sim, .. } = office().await;
    for (path, body, status, error, part) in [
        ("/sim/message", r#"{"user":"nobody","channel":"sales","text":"x"}"#, 404, "user_not_found", "nobody"),
        ("/sim/message", r#"{"user":"lee","channel":"nowhere","text":"x"}"#, 404, "channel_not_found", "nowhere"),
        ("/sim/message", r#"{"user":"lee","channel":"sales","text":"  "}"#, 400, "no_text", "text"),
        ("/sim/message", "{\"user\":\"lee\",\n\"channel\"}", 400, "invalid_json", "line 2 column 10"),
        ("/sim/message", "", 400, "invalid_json", "line 1 column 0"),
        ("/sim/message", r#"{"user":"lee","channel":"sales"}"#, 400, "invalid_json", "`text`"),
        ("/sim/message", r#"{"user":"lee","channel":"sales","text":"x","threadts":"1"}"#, 400, "invalid_json", "threadts"),
        ("/sim/edit", r#"{"user":"lee","channel":"sales","ts":"1.2","text":"x"}"#, 404, "message_not_found", "1.2"),
        ("/sim/nonsense", "{}", 404, "not_found", "README"),
    ] {
        let answer = act(&sim, path, body).await;
        let told = answer.json();
        assert_eq!((answer.status, told["error"].as_str().unwrap()), (status, error), "{body}");
        assert_eq!(told["ok"], false);
        assert!(told["message"].as_str().unwrap().contains(part), "{told}");
    }
}

#[tokio::test]
async fn foreign_pages_and_names_are_refused() {
    let extra = axum::Router::new().route("/demo/clock", axum::routing::post(|| async { "turned" }));
    let Office { sim, .. } = office_with(|builder| builder.extra_routes(extra)).await;
    let own = format!("http://127.0.0.1:{}", sim.port());
    let other_port = format!("http://127.0.0.1:{}", sim.port().wrapping_add(1));
    let body = r#"{"user":"lee","channel":"sales","text":"x"}"#;
    for (headers, status) in [
        (vec![("Origin", own.as_str())], 200),
        (vec![("Origin", "https://evil.example")], 403),
        (vec![("Origin", "null")], 403),
        (vec![("Origin", other_port.as_str())], 403),
        (vec![("Host", "evil.example")], 403),
    ] {
        let path_and_body = [("/sim/message", body), ("/demo/clock", "")];
        for (path, body) in path_and_body {
            assert_eq!(http(sim.port(), "POST", path, &headers, body).await.status, status, "{path} {headers:?}");
        }
        assert_eq!(http(sim.port(), "GET", "/", &headers, "").await.status, status, "{headers:?}");
    }
    assert_eq!(sim.texts("sales").unwrap(), ["x"]);
}

#[tokio::test]
async fn the_page_brings_everything_and_lets_nothing_in() {
    let Office { sim, .. } = office_with(|builder| builder.page_banner_script("export const bar = 1;")).await;
    let page = http(sim.port(), "GET", "/", &[], "").await;
    assert!(page.head.contains("content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';"), "{}", page.head);
    assert!(!page.body.contains("http://") && !page.body.contains("https://"), "the page asks for something from elsewhere");
    for path in between(&page.body, "<link rel=\"stylesheet\" href=\"", "\"") {
        let style = http(sim.port(), "GET", path, &[], "").await;
        assert!(style.status == 200 && style.head.contains("text/css") && !style.body.contains("url("), "{path}");
    }
    assert_eq!(http(sim.port(), "GET", "/extra.js", &[], "").await.body, "export const bar = 1;");
}

/// From the page on, along every import.
#[tokio::test]
async fn every_module_of_the_page_is_served_and_makes_text_alone() {
    let Office { sim, .. } = office().await;
    let mut waiting = vec!["/page.js".to_owned(), "/gallery.js".to_owned()];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let module = http(sim.port(), "GET", &path, &[], "").await;
        assert!(module.status == 200 && module.head.contains("text/javascript"), "{path}: {}", module.head);
        assert!(module.head.contains("x-content-type-options: nosniff"), "{path}: {}", module.head);
        // The library can set markup; nobody may ask it to.
        if path.starts_with("/vendor/") {
            continue;
        }
        assert!(module.body.len() > 300, "{path}");
        for danger in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTML", "document.write", "srcdoc", "eval(", "Function(", "import("]
        {
            assert!(!module.body.contains(danger), "{danger} in {path}");
        }
        for import in between(&module.body, " from \"", "\"") {
            let own = import.trim_start_matches('.');
            assert!(own.starts_with('/'), "{path} imports {import}");
            waiting.push(own.to_owned());
        }
    }
    assert!(seen.len() > 40 && seen.contains("/kit.js") && seen.contains("/vendor/preact.js"), "{seen:?}");
}

/// What stands between two signs, each time.
fn between<'a>(text: &'a str, left: &str, right: &str) -> Vec<&'a str> {
    text.split(left).skip(1).filter_map(|rest| rest.split(right).next()).collect()
}

#[tokio::test]
async fn the_stream_ticks_when_something_changes() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let Office { sim, .. } = office().await;
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", sim.port())).await.unwrap();
    stream.write_all(b"GET /sim/stream HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut seen = String::new();
    let mut said = false;
    while !seen.contains(r#""what":"message""#) {
        let mut part = [0; 1024];
        let length = stream.read(&mut part).await.unwrap();
        assert!(length > 0, "{seen}");
        seen.push_str(std::str::from_utf8(&part[..length]).unwrap());
        if seen.contains("hello") && !said {
            said = true;
            sim.message("lee", "sales", "tick").unwrap();
        }
    }
    // A page that listens does not keep the workspace from ending.
    sim.stop().await;
}
