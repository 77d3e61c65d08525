//! What is malformed, too large or too much.
use crate::support::{Office, call, http, office};
use serde_json::{Value, json};
use slack_sim::{Fault, Sim, decode_arguments};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// The error of a POST to chat.postMessage with this content type and body.
async fn error(sim: &Sim, kind: Option<&str>, body: &str) -> Value {
    let bearer = format!("Bearer {}", sim.bot_token());
    let mut headers = vec![("Authorization", bearer.as_str())];
    headers.extend(kind.map(|kind| ("Content-Type", kind)));
    let answer = http(sim.port(), "POST", "/api/chat.postMessage", &headers, body).await;
    assert_eq!(answer.status, 200, "{kind:?} {body:.80}");
    answer.json()["error"].clone()
}

#[tokio::test]
async fn a_body_that_cannot_be_read_has_slacks_error() {
    let Office { sim, .. } = office().await;
    let deep = format!("{{\"blocks\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
    for (kind, body, expected) in [
        (Some(JSON), "{\"channel\":", "invalid_json"),
        (Some(JSON), "nonsense", "invalid_json"),
        (Some(JSON), deep.as_str(), "invalid_json"),
        (Some(JSON), "[]", "json_not_object"),
        (Some(JSON), "\"text\"", "json_not_object"),
        (Some(FORM), "text=100%", "invalid_form_data"),
        (Some(FORM), "text=%zz", "invalid_form_data"),
        (Some(FORM), "files[0]=F1", "invalid_array_arg"),
        (Some(FORM), "{\"text\":1}", "invalid_arg_name"),
        (Some("application/x-www-form-urlencoded; charset=koi8-r"), "text=x", "invalid_charset"),
        (Some("multipart/form-data; boundary=cut"), "--cut\r\nContent-Dispo", "invalid_form_data"),
        (Some("multipart/form-data"), "x", "invalid_form_data"),
        (Some("application/xml"), "<text/>", "invalid_post_type"),
        (Some("junk"), "x", "invalid_post_type"),
        (None, "text=x", "missing_post_type"),
    ] {
        assert_eq!(error(&sim, kind, body).await, expected, "{kind:?} {body:.80}");
    }
    assert!(sim.calls_of("chat.postMessage").iter().all(|call| !call.ok));
}

#[test]
fn no_bytes_break_the_reader() {
    const PIECES: &[&[u8]] = &[
        b"--cut",
        b"--",
        b"\r\n",
        b"\r\n\r\n",
        b"Content-Disposition: form-data; name=",
        b"\"a\"",
        b"; filename=\"x\"",
        b"a=1",
        b"&",
        b"%",
        b"%4",
        b"%zz",
        b"=",
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b":",
        b"1e999",
        b"-0",
        b"\\ud800",
        b"\xff",
        b"\x00",
        "\u{202E}".as_bytes(),
        b"token",
        b";",
    ];
    let kinds =
        [None, Some(FORM), Some(JSON), Some("multipart/form-data; boundary=cut"), Some("multipart/form-data; boundary="), Some(";;=")];
    // Numbers that look like chance and are the same in every run.
    let mut state = 7_u64;
    let mut below = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % end
    };
    let mut read = 0;
    for _ in 0..20_000 {
        let body: Vec<u8> = (0..below(12)).flat_map(|_| PIECES[below(PIECES.len())].to_vec()).collect();
        let query = String::from_utf8_lossy(&body).into_owned();
        let query = (below(3) == 0).then_some(query.as_str());
        read += usize::from(decode_arguments(query, kinds[below(kinds.len())], &body).is_ok());
    }
    assert!((1_000..19_000).contains(&read), "{read} of 20,000 were read: chance reaches both ends");
}

#[tokio::test]
async fn arguments_may_come_in_parts() {
    let Office { sim, .. } = office().await;
    let part = |name: &str, value: &str| format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let body = [part("token", sim.bot_token()), part("channel", "sales"), part("text", "grüße & 100%"), "--cut--\r\n".to_owned()].concat();
    let kind = ("Content-Type", "multipart/form-data; boundary=\"cut\"");
    let answer = http(sim.port(), "POST", "/api/chat.postMessage?text=query", &[kind], &body).await;
    assert_eq!(answer.json()["message"]["text"], "grüße & 100%");
    let kept = sim.calls_of("chat.postMessage").pop().unwrap();
    assert!(!kept.args.contains_key("token"));
}

#[tokio::test]
async fn an_argument_of_the_wrong_kind_is_named() {
    let Office { sim, .. } = office().await;
    let sales = sim.channel_id("sales").unwrap();
    let refused = call(&sim, "chat.postMessage", json!({"channel": {"id": "C1"}, "text": ["x"]})).await;
    assert_eq!(refused["error"], "invalid_arguments");
    let told = json!(["[ERROR] must be a string [json-pointer:/channel]", "[ERROR] must be a string [json-pointer:/text]"]);
    assert_eq!(refused["response_metadata"]["messages"], told);
    for (method, args, error) in [
        ("chat.postMessage", json!({"channel": "sales", "text": "x", "blocks": 5}), "invalid_blocks_format"),
        ("chat.postMessage", json!({"channel": "sales", "text": "x", "attachments": "x"}), "invalid_attachments"),
        ("chat.postMessage", json!({"channel": "sales", "text": "x", "attachments": {"text": "x"}}), "invalid_attachments"),
        ("chat.postMessage", json!({"channel": "sales", "text": "x", "metadata": "x"}), "invalid_metadata_format"),
        ("users.list", json!({"limit": "many"}), "invalid_limit"),
        ("users.list", json!({"limit": -1}), "invalid_limit"),
        ("users.list", json!({"limit": 1.5}), "invalid_limit"),
        ("users.list", json!({"cursor": "bm9uc2Vuc2U="}), "invalid_cursor"),
        ("conversations.history", json!({"channel": sales, "oldest": "yesterday"}), "invalid_ts_oldest"),
        ("conversations.history", json!({"channel": sales, "latest": "1.2.3"}), "invalid_ts_latest"),
        ("conversations.replies", json!({"channel": sales, "ts": "1.0", "latest": "-1"}), "invalid_ts_latest"),
        ("reactions.add", json!({"channel": sales, "timestamp": "now", "name": "eyes"}), "bad_timestamp"),
        ("reactions.add", json!({"channel": sales, "timestamp": "1.000000", "name": ": :"}), "invalid_name"),
    ] {
        assert_eq!(call(&sim, method, args.clone()).await["error"], error, "{method} {args}");
    }
    let newer = json!({"channel": "sales", "text": "x", "unheard_of": {"a": [1]}, "team_id": "T1"});
    assert_eq!(call(&sim, "chat.postMessage", newer).await["ok"], true, "unknown arguments are tolerated");
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let Office { sim, .. } = office().await;
    let people = call(&sim, "users.list", json!({"limit": 1})).await["response_metadata"]["next_cursor"].clone();
    assert_eq!(call(&sim, "users.list", json!({"limit": 1, "cursor": people})).await["ok"], true);
    assert_eq!(call(&sim, "conversations.list", json!({"cursor": people})).await["error"], "invalid_cursor");
}

#[tokio::test]
async fn new_messages_do_not_shift_the_pages_of_a_history() {
    let Office { sim, .. } = office().await;
    let sales = sim.channel_id("sales").unwrap();
    for text in ["a", "b", "c"] {
        sim.message("lee", "sales", text).unwrap();
    }
    let first = call(&sim, "conversations.history", json!({"channel": sales, "limit": 2})).await;
    sim.message("lee", "sales", "d").unwrap();
    let next = json!({"channel": sales, "limit": 2, "cursor": first["response_metadata"]["next_cursor"]});
    let second = call(&sim, "conversations.history", next).await;
    assert_eq!((&second["messages"][0]["text"], &second["messages"][1]), (&json!("a"), &Value::Null));
}

#[tokio::test]
async fn strange_paths_are_answered() {
    let Office { sim, .. } = office().await;
    let answer = http(sim.port(), "POST", "/api/chat.postMessage/../../etc", &[], "").await.json();
    assert_eq!((&answer["error"], &answer["req_method"]), (&json!("unknown_method"), &json!("chat.postMessage/../../etc")));
    let answer = http(sim.port(), "POST", "/api/a%2Fb", &[], "").await.json();
    assert_eq!(answer["req_method"], "a/b");
    for path in ["/api/", "/sim/files/..%2F..%2Fetc", "/files-pri/F1", "/upload/a/b", "/nothing"] {
        let status = http(sim.port(), "POST", path, &[], "").await.status;
        assert!([403, 404, 405].contains(&status), "{path}: {status}");
    }
    for (method, path, status, error) in [
        ("PUT", "/sim/message", 405, "method_not_allowed"),
        ("DELETE", "/sim/people", 405, "method_not_allowed"),
        ("GET", "/sim/message", 405, "method_not_allowed"),
        ("POST", "/", 405, "method_not_allowed"),
        ("GET", "/sim/channels/%ff/messages", 400, "invalid_address"),
        ("GET", "/sim/channels/a%2Fb%00/messages", 404, "channel_not_found"),
        ("POST", "/sim/no/such/thing", 404, "not_found"),
    ] {
        let answer = http(sim.port(), method, path, &[], "").await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(error)), "{method} {path}");
        assert_eq!(answer.head.contains("\r\nallow: "), status == 405, "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_harms_nobody() {
    let Office { sim, .. } = office().await;
    let long = format!("channel=sales&text={}", "x".repeat(3 << 20));
    assert_eq!(error(&sim, Some(FORM), &long).await, "msg_too_long");
    let body = "x".repeat(10 << 20);
    let mut stream = TcpStream::connect(("127.0.0.1", sim.port())).await.unwrap();
    let head = format!("POST /api/chat.postMessage HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    let (mut from, mut to) = stream.split();
    let sent = async {
        // It may hang up before all is sent.
        drop(to.write_all(head.as_bytes()).await);
        drop(to.write_all(body.as_bytes()).await);
    };
    let mut answer = [0; 12];
    let (read, ()) = tokio::join!(from.read_exact(&mut answer), sent);
    assert_eq!((read.is_ok(), &answer), (true, b"HTTP/1.1 413"));
    assert_eq!(call(&sim, "auth.test", json!({})).await["ok"], true);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_words_everywhere() {
    let Office { sim, .. } = office().await;
    let body = "x".repeat(10 << 20);
    for path in ["/api/chat.postMessage", "/api/nonsense", "/sim/message", "/sim/faults", "/commands/T1/1/x"] {
        let answer = sent_in_full(&sim, "POST", path, &body).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        let told: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!((&told["ok"], &told["error"]), (&json!(false), &json!("request_too_large")), "{path}");
        assert!(told["message"].as_str().unwrap().contains("4 MiB"), "{path}");
    }
    // Such a refusal on purpose stays without words.
    sim.fail_next("auth.test", 1, Fault::Status(413));
    let answer = http(sim.port(), "POST", "/api/auth.test", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (413, "upstream failure"));
    // Where no body is expected none is read.
    let answer = sent_in_full(&sim, "GET", "/link", &body).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 426"), "{answer}");
    assert_eq!(call(&sim, "auth.test", json!({})).await["ok"], true);
}

/// What comes back to a large body; the other side may hang up before all is sent.
async fn sent_in_full(sim: &Sim, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", sim.port())).await.unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    let (mut from, mut to) = stream.split();
    let sending = async {
        drop(to.write_all(head.as_bytes()).await);
        drop(to.write_all(body.as_bytes()).await);
    };
    let mut answer = Vec::new();
    let reading = async { drop(from.read_to_end(&mut answer).await) };
    tokio::join!(sending, reading);
    String::from_utf8(answer).unwrap()
}

/// Half of what this process may open, for each connection has two ends here.
fn connections() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).and_then(|line| line.split_whitespace().nth(3));
    let files = files.and_then(|number| number.parse::<usize>().ok()).unwrap_or(1_024);
    (files / 2).saturating_sub(200).clamp(100, 2_000)
}

#[tokio::test]
async fn thousands_may_look_on_at_once() {
    let Office { sim, .. } = office().await;
    let mut streams = Vec::new();
    for _ in 0..connections() {
        let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", sim.port())).await.unwrap());
        stream.write_all(b"GET /sim/stream HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        read_until(&mut stream, "\"hello\"").await;
        streams.push(stream);
    }
    let said = sim.message("lee", "sales", "hello, all").unwrap();
    for stream in &mut streams {
        read_until(stream, &said.ts).await;
    }
    sim.clone().stop().await;
    for stream in &mut streams {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
    }
}

async fn read_until(stream: &mut BufReader<TcpStream>, what: &str) {
    let mut line = String::new();
    while !line.contains(what) {
        line.clear();
        assert!(stream.read_line(&mut line).await.unwrap() > 0, "it ended before {what}");
    }
}

#[tokio::test]
async fn two_thousand_connections_at_once_are_served() {
    let Office { sim, .. } = office().await;
    let mut streams = Vec::new();
    for _ in 0..connections() {
        streams.push(TcpStream::connect(("127.0.0.1", sim.port())).await.unwrap());
    }
    let request =
        format!("POST /api/auth.test HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\r\n", sim.bot_token());
    for stream in &mut streams {
        stream.write_all(request.as_bytes()).await.unwrap();
    }
    for mut stream in streams {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains("\"ok\":true"), "{answer}");
    }
}

#[tokio::test]
async fn a_file_may_have_ten_mebibytes() {
    let Office { sim, .. } = office().await;
    let args = json!({"filename": "film.mp4", "length": 10 << 20});
    let announced = call(&sim, "files.getUploadURLExternal", args).await;
    let path = announced["upload_url"].as_str().unwrap().strip_prefix(&sim.url()).unwrap().to_owned();
    let answer = http(sim.port(), "POST", &path, &[], &"x".repeat(10 << 20)).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "OK - 10485760"));
}

#[tokio::test]
async fn names_may_hold_slashes_and_signs() {
    let Office { sim, .. } = office().await;
    let name = "a/b?c#d %25 <i>";
    sim.add_channel(slack_sim::NewChannel::named(name).members(["x/y"]).with_bot());
    sim.message("x/y", name, "hello").unwrap();
    for path in ["/sim/channels/a%2Fb%3Fc%23d%20%2525%20%3Ci%3E/messages", "/sim/channels/a%2Fb%3Fc%23d%20%2525%20%3Ci%3E/messages?limit=1"]
    {
        assert_eq!(http(sim.port(), "GET", path, &[], "").await.json()[0]["text"], "hello", "{path}");
    }
    assert_eq!(http(sim.port(), "GET", "/sim/people/x%2Fy/views", &[], "").await.json()["modals"], json!([]));
    assert_eq!(call(&sim, "chat.postMessage", json!({"channel": name, "text": "x"})).await["ok"], true);
}
