//! What a function's digest would say: asked in Slack, and on the command line with the bot running and without.

use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use allears::clock::{Clock, guard};
use allears::serve::Keep;
use insta::assert_snapshot;
use serde_json::{Value, json};
use slack_sim::Sim;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::program::{Place, Running, Said, until, workspace};
use crate::world::{Company, World};

impl World {
    async fn previews(&self, who: &str, text: &str) -> String {
        self.named(self.runs(who, "sales", "/allears", text).await.text().to_owned())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_says_what_the_next_digest_would_and_posts_nothing() {
    let world = World::open().await;
    assert_snapshot!(world.previews("raj", "digest finance").await, @"Nothing is new for Finance since its last digest, so there is no preview. The next one comes <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>, if something is told until then.");
    world.heard("lee", "sales", "the invoice is wrong").await;
    assert_snapshot!(world.previews("raj", "digest Finance").await, @r"
    A preview of Finance's next digest, as it would be now. The real one comes <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>. Nothing was posted, and only you see this.
    What customers told us: Finance, Monday 23 November
    1 new.
    “the invoice is wrong”
    VOC-1, told by @lee in #sales
    ");
    assert_eq!(world.seen_by("raj", "sales").len(), 2, "it is shown to nobody but who asked");
    assert!(world.seen_by("dana", "sales").is_empty() && world.channel("finance-voice").is_empty());

    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    let posted = world.channel("finance-voice");
    assert_eq!(posted.len(), 1, "asking kept nothing");
    assert!(posted[0].contains("VOC-1"), "{posted:?}");
    let after = world.previews("raj", "digest finance").await;
    assert!(after.starts_with("Nothing is new for Finance since its last digest"), "{after}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_is_the_digest_with_a_line_on_top() {
    let world = World::open().await;
    for n in 1..=12 {
        world.heard("lee", "sales", &format!("invoice {n} is wrong")).await;
    }
    let preview = world.previews("raj", "digest finance").await;
    let (top, digest) = preview.split_once('\n').unwrap();
    assert!(top.starts_with("A preview of Finance's next digest") && digest.ends_with("2 more in the thread."), "{preview}");
    world.strikes("2026-11-23T09:00:10+01:00[Europe/Berlin]").await;
    let posted = world.channel("finance-voice").remove(0);
    assert_eq!(posted.split_once("\n--\n").map(|(first, _thread)| first), Some(digest));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_team_that_is_not_there_gets_the_nearest_and_the_list() {
    let world = World::open().await;
    assert_snapshot!(world.previews("raj", "digest finanse").await, @"I do not know the team “finanse”. Did you mean /allears digest Finance? These are all: Finance, Product, Legal.");
    assert_snapshot!(world.previews("raj", "digest <!channel> people of the moon").await, @"I do not know the team “&lt;!channel&gt; people of the moon”. These are all: Finance, Product, Legal.");
    assert_snapshot!(world.previews("raj", "digest").await, @"Say whose digest you want to see, such as /allears digest Finance. These are all: Finance, Product, Legal.");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_names_no_private_channel() {
    let world = World::of(Company::default()).await;
    world.sim.add_channel(slack_sim::NewChannel::named("layoffs").private().members(["dana"]));
    world.heard("dana", "layoffs", "the invoice is wrong").await;
    let preview = world.previews("raj", "digest finance").await;
    assert!(preview.contains("told by @dana in a private channel") && !preview.contains("layoffs"), "{preview}");
    world.end().await;
}

/// A bot that was told something for finance, and for nobody else. No digest comes while a test runs.
async fn told(place: &Place, sim: &Sim) -> Running {
    let hour = Clock::system().now().to_zoned(jiff::tz::TimeZone::UTC).hour();
    let functions = std::fs::read_to_string(place.path("config/functions.toml")).unwrap();
    let later = format!("[defaults]\ndigest = \"{:02}:30\"\n", (hour + 12) % 24);
    place.write("functions.toml", &functions.replace("[defaults]\n", &later));
    let bot = place.bot(sim).await;
    for n in 1..=12 {
        sim.command("lee", "sales", "/heard", &format!("invoice {n} is \u{1b}[2Jwrong")).await.unwrap();
    }
    bot
}

const NEXT: &[&str] = &["digest", "--function", "finance"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_says_the_same_with_the_bot_running_and_without() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let bot = told(&place, &sim).await;
    let socket = place.path("data/ask");
    let meta = std::fs::metadata(&socket).unwrap();
    assert!(meta.file_type().is_socket() && meta.permissions().mode() & 0o777 == 0o600, "{meta:?}");
    assert!(!place.path("data/ask.new").exists());

    let running = place.ask(NEXT).await;
    assert_eq!(running.code, Some(0), "{running:?}");
    assert!(running.out.starts_with("What customers told us: finance, ") && running.out.contains("told by @lee in #sales"), "{running:?}");
    assert!(running.out.contains("2 more in the thread.\n\nMore for finance, "), "{running:?}");
    assert!(!running.out.contains('\u{1b}'), "{running:?}");
    assert!(
        running.err.starts_with("A preview of what finance would read") && running.err.ends_with("Nothing was posted.\n"),
        "{running:?}"
    );
    let nothing = place.ask(&["digest", "--function", "LEGAL"]).await;
    assert!(nothing.code == Some(0) && nothing.out.is_empty() && nothing.err.starts_with("Nothing is new for legal; "), "{nothing:?}");
    let json = place.ask(&[NEXT, &["--json"]].concat()).await;
    let messages: Vec<Value> = json.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(messages.len(), 2, "{json:?}");
    for message in &messages {
        assert!(message["blocks"].as_array().is_some_and(|blocks| !blocks.is_empty()) && message["text"].is_string(), "{message}");
    }
    assert_eq!(messages[0]["blocks"][0]["type"], "header");

    bot.signal("TERM");
    let said = bot.ends().await;
    assert!(said.code == Some(0) && !said.err.contains("invoice"), "{said:?}");
    assert!(!socket.exists(), "a clean stop leaves no socket");
    let stopped = place.ask(&[NEXT, &["--json"]].concat()).await;
    let again: Vec<Value> = stopped.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((stopped.code, again), (Some(0), messages));
    let text = place.ask(NEXT).await;
    assert_eq!(text.out.replace(&sim.channel_id("sales").unwrap(), "sales"), running.out);
    assert!(!format!("{:?}", sim.calls_of("chat.postMessage")).contains("invoice"), "it posted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_cannot_be_answered_is_refused_in_words() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let ask = async |arguments: &[&str]| {
        let Said { code, out, err } = place.ask(&[&["digest"], arguments].concat()).await;
        (code, format!("{out}{err}"))
    };
    assert_eq!(ask(&["--function", "finance"]).await.0, Some(1), "no store");
    assert!(!place.path("data").exists());
    let bot = place.bot(&sim).await;
    for running in [true, false] {
        if !running {
            bot.signal("TERM");
            until("it has stopped", || !place.path("data/ask").exists()).await;
        }
        let (code, said) = ask(&["--function", "finanse"]).await;
        assert_eq!(
            (code, said.as_str()),
            (Some(1), "there is no such function; did you mean \"finance\"? These are all: finance, product, legal\n")
        );
        let (code, said) = ask(&["--function", "moon"]).await;
        assert_eq!((code, said.as_str()), (Some(1), "there is no such function. These are all: finance, product, legal\n"));
        let (code, said) = ask(&["--function", "finance", "--day", "2001-01-01"]).await;
        assert_eq!(
            (code, said.as_str()),
            (Some(0), "finance had no digest on 2001-01-01: nothing was new then, or it did not read on that day\n")
        );
        let (code, said) = ask(&["--function", "finance", "--day", "9000-01-01"]).await;
        assert!(code == Some(1) && said.starts_with("9000-01-01 has not come for finance, where it is "), "{said}");
        assert_eq!(ask(&["--function", "finance", "--day", "yesterday"]).await.0, Some(2));
    }
}

/// Told in another year, so that the day has passed whenever this runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_past_digest_is_shown_as_it_was_compiled_with_its_records_as_they_stand() {
    let place = Place::new();
    let keep = Keep::In(place.path("data"));
    let mut world = World::of(Company { keep, begins: "2024-11-17T18:00:00+01:00[Europe/Berlin]", ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.heard("lee", "sales", "the refund is late").await;
    world.strikes("2024-11-18T09:00:10+01:00[Europe/Berlin]").await;
    world.heard("lee", "sales", "an invoice of Monday").await;
    world.delivers(&world.pressed_by("lee", "undo", "2")).await.unwrap();
    world.strikes("2024-11-21T09:00:10+01:00[Europe/Berlin]").await;
    world.stop_bot().await;
    let on = async |day: &str| place.ask(&[NEXT, &["--day", day]].concat()).await;
    let sales = world.sim.channel_id("sales").unwrap();
    assert_snapshot!(on("2024-11-18").await.out.replace(&sales, "sales"), @r"
    What customers told us: finance, Monday 18 November
    2 new.
    VOC-2 was withdrawn.
      “the invoice is wrong”
    VOC-1, told by @lee in #sales
    ");
    assert_snapshot!(on("2024-11-19").await.out.replace(&sales, "sales"), @r"
    What customers told us: finance, Tuesday 19 November
    1 new.
      “an invoice of Monday”
    VOC-3, told by @lee in #sales
    ");
    for nothing in ["2024-11-20", "2024-11-17", "2020-01-01"] {
        let said = on(nothing).await;
        let expected = format!("finance had no digest on {nothing}: nothing was new then, or it did not read on that day\n");
        assert_eq!((said.code, said.out.as_str(), said.err), (Some(0), "", expected));
    }
    world.start_bot().await.unwrap();
    world.end().await;
}

/// What the bot answers to these bytes, the line's end among them.
async fn sent(socket: &Path, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(socket).await.unwrap();
    // It may have been refused before all was written.
    drop(stream.write_all(bytes).await);
    drop(stream.shutdown().await);
    let mut answer = vec![];
    drop(stream.read_to_end(&mut answer).await);
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_and_silence_hurt_nobody_and_another_version_is_refused() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let bot = told(&place, &sim).await;
    let socket = place.path("data/ask");
    // Who says nothing, and stays.
    let mut silent = vec![];
    for _ in 0..4 {
        silent.push(UnixStream::connect(&socket).await.unwrap());
    }
    let nonsense = "{\"refused\":\"that is no question that the bot knows: ask it with `allears`\"}\n";
    for bytes in [&b"\n"[..], b"GET / HTTP/1.1\r\n\r\n", b"{\"version\":1}\n", b"\xff\xfe\n", b"{\"cut off\"", &vec![b'x'; 200_000]] {
        let answer = sent(&socket, bytes).await;
        assert!(answer == nonsense || bytes.len() > 100_000 && answer.is_empty(), "{answer}");
    }
    assert_eq!(sent(&socket, b"").await, "");
    let other = json!({"version": "0.0.1", "ask": {"digest": {"function": "finance", "day": null, "json": false}}});
    let refused = sent(&socket, format!("{other}\n").as_bytes()).await;
    let expected = format!(
        "the bot that runs is version {}, and this program is 0.0.1: ask it with its own program, or start it anew with this one",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(serde_json::from_str::<Value>(&refused).unwrap(), json!({"refused": expected}));
    // Who asks and goes.
    let good = json!({"version": env!("CARGO_PKG_VERSION"), "ask": {"digest": {"function": "finance", "day": null, "json": true}}});
    for _ in 0..20 {
        let mut stream = UnixStream::connect(&socket).await.unwrap();
        stream.write_all(format!("{good}\n").as_bytes()).await.unwrap();
    }
    assert_eq!(place.ask(NEXT).await.code, Some(0));
    // Who connected and stays is let go after five seconds.
    for mut stream in silent {
        let end = guard::within(Duration::from_secs(15), stream.read(&mut [0; 8])).await;
        assert_eq!(end.expect("let go").unwrap(), 0);
    }
    assert_eq!(sim.command("lee", "sales", "/heard", "invoice 99").await.map(|seen| seen.text().starts_with("Heard: ")), Ok(true));
    bot.signal("TERM");
    let said = bot.ends().await;
    assert!(said.code == Some(0) && !said.err.contains("panic"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_bot_leaves_is_in_nobodys_way() {
    let (mut place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let bot = told(&place, &sim).await;
    let socket = place.path("data/ask");
    bot.kill();
    assert!(socket.exists(), "the test means nothing");
    let alone = place.ask(NEXT).await;
    assert!(alone.code == Some(0) && alone.out.contains("VOC-12"), "{alone:?}");
    // As one leaves it that was killed while it made the socket.
    std::fs::create_dir(place.path("data/ask.new")).unwrap();
    std::fs::write(place.path("data/ask.new/s"), "").unwrap();
    place.listen_elsewhere();
    let bot = place.bot(&sim).await;
    let running = place.ask(NEXT).await;
    assert!(running.code == Some(0) && running.out.contains("told by @lee in #sales"), "the bot did not answer: {running:?}");
    drop(bot);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_path_is_too_long_the_bot_runs_without_the_socket() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let deep = place.path(&"d".repeat(100));
    let mut command = place.program_with(&sim, &["serve"]);
    command.env("ALLEARS_DATA", &deep);
    let mut bot = Running::start(command, b"");
    bot.has_said("a line to Slack is open", 2).await;
    bot.has_said("the path of the data directory is too long for a socket", 1).await;
    let mut command = place.program(NEXT);
    command.env("ALLEARS_DATA", &deep);
    let said = Running::start(command, b"").ends().await;
    assert!(said.code == Some(1) && said.err.contains("is too long for a socket"), "{said:?}");
    bot.signal("TERM");
    assert_eq!(bot.ends().await.code, Some(0));
}
