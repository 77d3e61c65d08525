//! Files from the first call to the last.
use crate::support::{Office, act, call, http, line, office};
use serde_json::{Value, json};
use slack_sim::Sim;

/// Announces a file and uploads its bytes; answers its id.
async fn uploaded(sim: &Sim, name: &str, bytes: &str) -> String {
    let announced = call(sim, "files.getUploadURLExternal", json!({"filename": name, "length": bytes.len()})).await;
    let (path, id) = (path_of(sim, &announced["upload_url"]), announced["file_id"].as_str().unwrap().to_owned());
    let answer = http(sim.port(), "POST", &path, &[("Content-Type", "application/octet-stream")], bytes).await;
    assert_eq!((answer.status, answer.body), (200, format!("OK - {}", bytes.len())));
    id
}

fn path_of(sim: &Sim, url: &Value) -> String {
    url.as_str().unwrap().strip_prefix(&sim.url()).unwrap().to_owned()
}

#[tokio::test]
async fn a_file_is_announced_uploaded_and_shared() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    let sales = sim.channel_id("sales").unwrap();
    let id = uploaded(&sim, "voices march.csv", "a,b\n1,2\n").await;
    assert_eq!(call(&sim, "files.info", json!({"file": id})).await["error"], "file_not_found", "it is not complete yet");
    let args = json!({"files": [{"id": id, "title": "Voices"}], "channel_id": sales, "initial_comment": "Here it is"});
    let done = call(&sim, "files.completeUploadExternal", args.clone()).await;
    assert_eq!((&done["ok"], &done["files"][0]["id"], &done["files"][0]["title"]), (&json!(true), &json!(id), &json!("Voices")));
    let event = line.take().await["payload"]["event"].clone();
    assert_eq!((&event["subtype"], &event["text"]), (&json!("file_share"), &json!("Here it is")));
    let file = &event["files"][0];
    for (key, value) in [
        ("name", json!("voices march.csv")),
        ("mimetype", json!("text/csv")),
        ("filetype", json!("csv")),
        ("size", json!(8)),
        ("user", json!(sim.bot_user())),
        ("mode", json!("hosted")),
        ("channels", json!([sales])),
        ("is_public", json!(true)),
    ] {
        assert_eq!(file[key], value, "{key}");
    }
    assert_eq!(file["shares"]["public"][&sales][0]["ts"], event["ts"]);
    let shown = call(&sim, "conversations.history", json!({"channel": sales})).await;
    assert_eq!(shown["messages"][0]["files"][0]["id"], json!(id));
    assert_eq!(call(&sim, "files.info", json!({"file": id})).await["file"]["title"], "Voices");
    assert_eq!(call(&sim, "files.completeUploadExternal", args).await["error"], "file_not_found", "it is complete");

    let looked = http(sim.port(), "GET", &format!("/sim/files/{id}"), &[], "").await;
    assert_eq!((looked.status, looked.body.as_str()), (200, "a,b\n1,2\n"));
    assert!(looked.head.contains("content-type: text/csv") && looked.head.contains("nosniff"), "{}", looked.head);
    let private = path_of(&sim, &file["url_private"]);
    assert_eq!(http(sim.port(), "GET", &private, &[], "").await.status, 403);
    let bearer = format!("Bearer {}", sim.bot_token());
    assert_eq!(http(sim.port(), "GET", &private, &[("Authorization", &bearer)], "").await.body, "a,b\n1,2\n");
    assert_eq!(http(sim.port(), "GET", "/sim/files/F0", &[], "").await.status, 404);
}

#[tokio::test]
async fn bytes_may_come_in_parts_and_only_once() {
    let Office { sim, .. } = office().await;
    let announced = call(&sim, "files.getUploadURLExternal", json!({"filename": "a.png", "length": 3})).await;
    let path = path_of(&sim, &announced["upload_url"]);
    let kind = ("Content-Type", "multipart/form-data; boundary=cut");
    let body = "--cut\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nnot this\r\n--cut\r\nContent-Disposition: form-data; \
                name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--cut--\r\n";
    assert_eq!(http(sim.port(), "POST", &path, &[kind], "--cut\r\nrubbish").await.status, 400);
    assert_eq!(http(sim.port(), "POST", &path, &[kind], body).await.status, 200);
    assert_eq!(http(sim.port(), "POST", &path, &[kind], body).await.status, 404);
    let id = announced["file_id"].as_str().unwrap();
    assert_eq!(http(sim.port(), "GET", &format!("/sim/files/{id}"), &[], "").await.body, "PNG");
}

#[tokio::test]
async fn a_file_can_be_shared_in_a_thread_with_a_person_or_with_nobody() {
    let Office { sim, .. } = office().await;
    let (sales, lee) = (sim.channel_id("sales").unwrap(), sim.person_id("lee").unwrap());
    let root = sim.message("lee", "sales", "send it").unwrap().ts;
    let id = uploaded(&sim, "a.txt", "x").await;
    let args = json!({"files": json!([{"id": id}]).to_string(), "channel_id": sales, "thread_ts": root});
    assert_eq!(call(&sim, "files.completeUploadExternal", args).await["files"][0]["title"], "a.txt");
    let thread = call(&sim, "conversations.replies", json!({"channel": sales, "ts": root})).await;
    assert_eq!(thread["messages"][1]["files"][0]["id"], json!(id));
    let id = uploaded(&sim, "b.txt", "x").await;
    call(&sim, "files.completeUploadExternal", json!({"files": [{"id": id}], "channels": lee})).await;
    let direct = sim.messages("@lee").unwrap();
    assert_eq!((&direct[0]["files"][0]["id"], &direct[0]["files"][0]["is_public"]), (&json!(id), &json!(false)));
    let id = uploaded(&sim, "c.txt", "x").await;
    let kept = call(&sim, "files.completeUploadExternal", json!({"files": [{"id": id}]})).await;
    assert_eq!((&kept["ok"], &kept["files"][0]["channels"]), (&json!(true), &json!([])));
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_named_and_changes_nothing() {
    let Office { sim, .. } = office().await;
    for (args, error) in [
        (json!({"length": 1}), "invalid_arguments"),
        (json!({"filename": "a"}), "invalid_arguments"),
        (json!({"filename": "a", "length": "long"}), "invalid_arguments"),
        (json!({"filename": "a", "length": 0}), "missing_argument"),
        (json!({"filename": "a", "length": 1, "alt_txt": "x".repeat(1_001)}), "alt_txt_too_large"),
    ] {
        assert_eq!(call(&sim, "files.getUploadURLExternal", args.clone()).await["error"], error, "{args:.100}");
    }
    let id = uploaded(&sim, "a.txt", "x").await;
    let empty = call(&sim, "files.getUploadURLExternal", json!({"filename": "b", "length": 1})).await["file_id"].clone();
    let files = json!([{"id": id}]);
    let random = sim.channel_id("random").unwrap();
    for (args, error) in [
        (json!({}), "invalid_arguments"),
        (json!({"files": []}), "invalid_arguments"),
        (json!({"files": [{"title": "no id"}]}), "invalid_arguments"),
        (json!({"files": [{"id": "F0"}]}), "file_not_found"),
        (json!({"files": [{"id": empty}]}), "file_not_found"),
        (json!({"files": files, "channel_id": "C0"}), "channel_not_found"),
        (json!({"files": files, "channel_id": "sales"}), "channel_not_found"),
        (json!({"files": files, "channel_id": random}), "not_in_channel"),
        (json!({"files": files, "channel_id": random, "blocks": "{"}), "not_in_channel"),
        (json!({"files": files, "blocks": "{"}), "invalid_blocks"),
        (json!({"files": files, "channels": vec!["C1"; 101].join(",")}), "channels_limit_exceeded"),
    ] {
        assert_eq!(call(&sim, "files.completeUploadExternal", args.clone()).await["error"], error, "{args:.100}");
    }
    let sales = sim.channel_id("sales").unwrap();
    let done = call(&sim, "files.completeUploadExternal", json!({"files": files, "channel_id": sales})).await;
    assert_eq!(done["files"][0]["channels"], json!([sales]), "it can still be completed");
    assert_eq!(act(&sim, "/upload/nothing", "x").await.status, 404);
}

#[tokio::test]
async fn a_shared_file_is_told_to_who_may_read_files() {
    let Office { sim, .. } = office().await;
    let mut line = line(&sim).await;
    sim.share_file("lee", "sales", "", ("a.txt", b"x")).unwrap();
    let said = line.take().await["payload"]["event"].clone();
    let told = line.take().await["payload"]["event"].clone();
    assert_eq!((&told["type"], &told["file_id"]), (&json!("file_shared"), &said["files"][0]["id"]));
    assert_eq!((&told["file"]["id"], &told["user_id"]), (&told["file_id"], &json!(sim.person_id("lee"))));
    assert_eq!(told["channel_id"], json!(sim.channel_id("sales")));
    let id = uploaded(&sim, "b.txt", "x").await;
    call(&sim, "files.completeUploadExternal", json!({"files": [{"id": id}], "channel_id": sim.channel_id("sales")})).await;
    line.take().await;
    let told = line.take().await["payload"]["event"].clone();
    assert_eq!((&told["file_id"], &told["user_id"]), (&json!(id), &json!(sim.bot_user())));
}
