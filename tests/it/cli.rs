//! The command line, as a newcomer and as whoever runs the bot meet it.

use std::process::Command;
use std::time::Duration;

use allears::clock::guard::Stopwatch;
use insta::assert_snapshot;
use serde_json::Value;
use slack_sim::{Farewell, Fault, NewChannel, Rule, Sim};

use crate::program::{Http, Place, Running, SHIPPED, Said, ask, number, remembered, until, workspace};

/// Its exit code, and the first line of what it said beside the answer.
fn refused(said: &Said) -> (Option<i32>, &str) {
    (said.code, said.err.lines().next().unwrap_or_default())
}

#[tokio::test]
async fn help_names_each_command_and_the_first_step() {
    let Said { code, out, err } = ask(&["--help"], b"").await;
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for command in ["demo", "serve", "check", "manifest", "tag", "evaluate", "digest", "health", "dead-letters", "rebuild", "repair"] {
        assert!(out.contains(&format!("\n  {command} ")), "{command} is not explained in\n{out}");
        let help = ask(&[command, "--help"], b"").await;
        assert!(help.code == Some(0) && help.out.contains(&format!("Usage: allears {command}")), "{help:?}");
    }
    assert!(out.contains("First steps:\n  allears demo "), "{out}");
    assert_eq!(ask(&["--version"], b"").await.out, format!("allears {}\n", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn without_a_command_it_shows_its_help_and_a_misspelt_one_is_named() {
    let nothing = ask(&[], b"").await;
    assert_eq!(nothing.code, Some(2));
    assert!(nothing.err.contains("First steps:"), "{nothing:?}");
    let misspelt = ask(&["chek"], b"").await;
    assert_eq!(misspelt.code, Some(2));
    assert!(misspelt.err.contains("a similar subcommand exists: 'check'"), "{misspelt:?}");
    let no_replay = ask(&["demo", "--exit"], b"").await;
    assert!(no_replay.code == Some(2) && no_replay.err.contains("--replay <FILE>"), "{no_replay:?}");
    let demo = ask(&["demo", "--config", "mine"], b"").await;
    assert_eq!(refused(&demo), (Some(1), "the demo brings its own company and reads no configuration: leave --config out"));
}

#[tokio::test]
async fn tag_says_who_would_read_a_text_and_why() {
    let said = ask(&["tag", "--config", SHIPPED, "the invoice is wrong", "", " \t", "🎉"], b"").await;
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let lines: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["functions"][0]["name"], "finance");
    assert!(lines[0]["functions"][0]["evidence"][0]["words"].as_str().unwrap().starts_with("invoice"), "{}", lines[0]);
    let untagged: Vec<&Value> = lines.iter().map(|line| &line["untagged"]).collect();
    assert_eq!(untagged, [false, true, true, true]);
}

#[tokio::test]
async fn tag_answers_ten_thousand_lines_in_order() {
    let place = Place::new();
    let words = ["invoice", "feature", "contract"];
    let line = |n: usize| format!("{{\"id\": {n}, \"text\": \"the {} {n}\"}}", words[n % 3]);
    let input = (0..10_000).map(line).collect::<Vec<_>>().join("\n");
    let said = Running::start(place.program(&["tag"]), input.as_bytes()).ends().await;
    assert_eq!((said.code, said.out.lines().count()), (Some(0), 10_000));
    for (n, line) in said.out.lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["functions"][0]["name"], ["finance", "product", "legal"][n % 3], "line {n}");
    }
    assert_eq!(ask(&["tag", "--config", SHIPPED], b"").await, Said { code: Some(0), out: String::new(), err: String::new() });
}

#[tokio::test]
async fn tag_answers_whoever_waits_and_stops_when_nobody_reads_on() {
    let place = Place::new();
    let mut asked = Running::open(place.program(&["tag"]));
    for times in 1..3 {
        asked.tell("{\"text\": \"the invoice\"}\n");
        asked.has_said("finance", times).await;
    }
    asked.end_input();
    assert_eq!(asked.ends().await.code, Some(0));

    let mut first = Command::new("/bin/sh");
    first.args(["-c", "{ \"$0\" tag --config \"$1\"; echo \"ended with $?\" >&2; } | head -n 1", env!("CARGO_BIN_EXE_allears"), SHIPPED]);
    let said = Running::start(first, "{\"text\": \"the invoice\"}\n".repeat(10_000).as_bytes()).ends().await;
    assert_eq!((said.out.lines().count(), said.err.as_str()), (1, "ended with 0\n"));
}

#[tokio::test]
async fn tag_names_a_bad_line_and_answers_those_before_it() {
    let (mut refusals, place) = (String::new(), Place::new());
    let config = place.path("config").to_str().unwrap().to_owned();
    for bad in [&b"nope"[..], b"", b"{\"txt\": 1}", b"{\"text\": 1}", b"{\"text\": \"cut", b"{\"text\": \"na\xefve\"}", b"[]"] {
        let input = [b"{\"text\": \"a\"}\r\n", bad, b"\n{\"text\": \"b\"}\n"].concat();
        let said = ask(&["tag", "--config", &config], &input).await;
        assert_eq!((said.code, said.out.lines().count()), (Some(1), 1), "{said:?}");
        assert!(said.err.ends_with("; each line is a JSON object such as {\"text\": \"the invoice is wrong\"}\n"), "{said:?}");
        refusals.push_str(said.err.split("; each line").next().unwrap());
        refusals.push('\n');
    }
    assert_snapshot!(refusals, @r#"
    line 2 of standard input is no JSON from byte 2 on (expected ident)
    line 2 of standard input is blank
    line 2 of standard input has no "text"
    line 2 of standard input has a "text" that is no string
    line 2 of standard input is no JSON from byte 13 on (EOF while parsing a string)
    line 2 of standard input is no JSON from byte 13 on (invalid unicode code point)
    line 2 of standard input is no JSON object
    "#);
}

#[tokio::test]
async fn check_finds_the_shipped_configuration_right_and_names_every_fault_of_a_broken_one() {
    let shipped = ask(&["check", "--config", SHIPPED], b"").await;
    assert_eq!(shipped.code, Some(0), "{shipped:?}");
    assert!(shipped.out.contains("is right: 10 functions, "), "{shipped:?}");

    let place = Place::new();
    place.write("allears.toml", "[slak]\n[log]\nlevel = \"loud\"\n");
    place.write("functions.toml", "[[function]]\nid = \"finance\"\nname = \"Finance\"\n");
    std::fs::remove_file(place.path("config/rules.toml")).unwrap();
    let broken = place.ask(&["check"]).await;
    assert_eq!((broken.code, broken.out.as_str()), (Some(1), ""));
    assert_snapshot!(broken.err, @r##"
    config/allears.toml:1:2: unknown key "slak"; did you mean "slack"?
    config/allears.toml:3:9: expected a level: "error", "warn", "info", "debug" or "trace", found "loud"
    config/functions.toml:1:1: the function "finance" has no "channel"; add it: a channel like "#finance-voice" or its id like "C012AB3CD"
    config/functions.toml:1:1: the function "finance" has no "lead"; add it: a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID")
    config/functions.toml:1:1: the function "finance" has no "zone"; add it here or in [defaults]: a time zone like "Europe/Berlin"
    config/rules.toml: there is no such file; copy the one that ships with All Ears
    "##);

    let nowhere = place.ask(&["check", "--config", "elsewhere"]).await;
    assert_eq!(refused(&nowhere), (Some(1), "elsewhere: there is no such directory; name the one that holds allears.toml"));
}

/// What `check --live` finds, and that it posted nothing.
async fn looked_at(place: &Place, sim: &Sim) -> String {
    let said = Running::start(place.program_with(sim, &["check", "--live"]), b"").ends().await;
    let acts = |call: &slack_sim::Call| call.method.starts_with("chat.") || call.method == "conversations.join";
    assert!(!sim.calls().iter().any(acts), "{:?}", sim.calls());
    let to_mend = said.out.lines().filter(|line| line.starts_with("to mend: ")).count();
    let verdict = if to_mend == 0 { String::new() } else { format!("{to_mend} to mend; nothing was posted\n") };
    assert_eq!((said.code, said.err), (Some(i32::from(to_mend > 0)), verdict));
    said.out.replace(&sim.channel_id("finance-voice").unwrap(), "C_FINANCE")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_live_says_that_all_is_well() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    assert_snapshot!(looked_at(&place, &sim).await, @r"
    config is right: 3 functions, 3 rules, 0 customers, 1 channel listened to.
    ok: the bot's token, for workspace Acme
    ok: the bot's scopes
    ok: the app-level token, for Socket Mode
    ok: channel #finance-voice
    ok: channel #legal-voice
    ok: channel #product-voice
    ok: channel #stories
    ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_live_names_each_cure() {
    let (place, sim) = (Place::new(), workspace(Sim::builder().scopes(["commands", "chat:write", "channels:read"])).await);
    sim.remove_bot("legal-voice").unwrap();
    sim.archive("finance-voice", true).unwrap();
    sim.add_channel(NewChannel::named("sales-voice").private());
    let function = |id: &str, channel: &str| {
        format!("[[function]]\nid = \"{id}\"\nname = \"{id}\"\nchannel = \"{channel}\"\nlead = \"U00000001\"\nzone = \"UTC\"\n")
    };
    let by_id = sim.channel_id("finance-voice").unwrap();
    let all = [("finance", by_id.as_str()), ("product", "#finance-voice"), ("legal", "#legal-voice"), ("sales", "#sales-voice")];
    place.write("functions.toml", &all.map(|(id, channel)| function(id, channel)).concat());
    assert_snapshot!(looked_at(&place, &sim).await, @r"
    config is right: 4 functions, 3 rules, 0 customers, 1 channel listened to.
    ok: the bot's token, for workspace Acme
    to mend: the bot's scopes: missing channels:history (I hear no public channel, follow no edits there, and may post a digest twice where Slack's answer was lost): update the app from the manifest and install it again
    ok: without the scope users:read I do not know people's names, nor who is of another company
    ok: without the scope groups:read I do not find private channels by their names, and do not know who is in them
    ok: without the scope groups:history I follow nothing in private channels, and may post a digest there twice where Slack's answer was lost
    ok: without the scope app_mentions:read I do not hear it when somebody mentions me
    ok: without the scope im:history I do not hear direct messages
    ok: without the scope reactions:read I do not see reactions
    ok: the app-level token, for Socket Mode
    to mend: channel C_FINANCE: C_FINANCE is archived: name another channel in functions.toml
    to mend: channel #finance-voice: I cannot see #finance-voice: correct its name in the configuration, invite me if it is private, or see whether it is archived
    to mend: channel #legal-voice: invite me: type /invite @allears in #legal-voice
    to mend: channel #sales-voice: I cannot see #sales-voice: correct its name in the configuration, invite me if it is private, or see whether it is archived
    ok: channel #stories
    ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_live_tells_the_two_tokens_apart() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let mut found = String::new();
    for (variable, wrong) in [("SLACK_BOT_TOKEN", "xoxb-of-another-app"), ("SLACK_APP_TOKEN", "xapp-of-another-app")] {
        let mut command = place.program_with(&sim, &["check", "--live"]);
        command.env(variable, wrong);
        let said = Running::start(command, b"").ends().await;
        assert!(!(said.out.clone() + &said.err).contains(wrong), "a token is shown: {said:?}");
        found.extend(said.out.lines().filter(|line| line.starts_with("to mend")).map(|line| format!("{line}\n")));
    }
    assert_snapshot!(found, @r"
    to mend: the bot's token: Slack answered invalid_auth; set SLACK_BOT_TOKEN to the bot's token, under OAuth & Permissions of your Slack app
    to mend: the app-level token: Slack answered invalid_auth; set SLACK_APP_TOKEN to the app-level token, under Basic Information of your Slack app
    ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_says_what_it_lacks() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let none = place.ask(&["serve"]).await;
    assert_eq!(none.code, Some(1));
    assert_snapshot!(none.err, @r#"
    SLACK_BOT_TOKEN: not set; set it to the bot's token ("OAuth & Permissions" of your Slack app), or set SLACK_BOT_TOKEN_FILE to a file that holds it
    SLACK_APP_TOKEN: not set; set it to the app-level token ("Basic Information" of your Slack app), or set SLACK_APP_TOKEN_FILE to a file that holds it
    "#);

    let mut command = place.program_with(&sim, &["serve"]);
    command.env("SLACK_BOT_TOKEN", "xoxb-of-another-app");
    let wrong = Running::start(command, b"").ends().await;
    assert_eq!(wrong.code, Some(1));
    assert_snapshot!(wrong.err, @"Slack answered invalid_auth: set SLACK_BOT_TOKEN to the bot's token, under OAuth & Permissions of your Slack app");
    assert!(!place.path("data").exists(), "it began a store for a workspace that does not know it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_takes_its_tokens_from_files_and_tells_nobody() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    std::fs::write(place.path("bot"), format!("{}\n", sim.bot_token())).unwrap();
    std::fs::write(place.path("app"), sim.app_token()).unwrap();
    let mut command = place.program(&["serve"]);
    command.envs([("SLACK_API_URL", sim.api_url().as_str()), ("SLACK_BOT_TOKEN_FILE", "bot"), ("SLACK_APP_TOKEN_FILE", "app")]);
    let mut bot = Running::start(command, b"");
    bot.has_said("a line to Slack is open", 2).await;
    let receipt = sim.command("lee", "sales", "/heard", "the invoice is wrong").await.unwrap();
    assert_eq!(number(receipt.text()), Some(1), "{receipt:?}");
    bot.signal("TERM");
    let said = bot.ends().await;
    for secret in [sim.bot_token(), sim.app_token(), "ticket=", "the invoice is wrong"] {
        assert!(!said.err.contains(secret), "{secret} stands in the log:\n{}", said.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_tells_nobody_well_and_not_well_apart() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let nobody = place.ask(&["health"]).await;
    let at = format!("127.0.0.1:{}", place.port);
    let expected = format!("nobody answers on {at}: is the bot running, with the same configuration?");
    assert_eq!(refused(&nobody), (Some(1), expected.as_str()));

    let bot = place.bot(&sim).await;
    sim.command("lee", "sales", "/heard", "the invoice is wrong").await.unwrap();
    let well = place.ask(&["health"]).await;
    assert_eq!(well.code, Some(0), "{well:?}");
    let health: Value = serde_json::from_str(&well.out).unwrap();
    assert_eq!((&health["ok"], &health["lines"], &health["heard"]), (&true.into(), &2.into(), &1.into()));
    assert_eq!(Http::to(place.port).await.ask("GET /healthz", "", "").await, (200, health));

    sim.farewell(Farewell::LinkDisabled);
    sim.drop_lines();
    until("no line is open", || sim.lines() == 0).await;
    let ill = place.ask(&["health"]).await;
    assert_eq!(refused(&ill), (Some(1), "not well: no line to Slack is open; the bot's log says why"));
    assert_eq!(Http::to(place.port).await.ask("GET /healthz", "", "").await.0, 503);
    bot.signal("INT");
    assert_eq!(bot.ends().await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_not_fooled_by_a_stranger() {
    let (mut place, sim) = (Place::new(), workspace(Sim::builder()).await);
    place.port = sim.port();
    place.write("allears.toml", &format!("[web]\nlisten = \"0.0.0.0:{}\"\n", sim.port()));
    let stranger = place.ask(&["health"]).await;
    let expected = format!("what answers on 127.0.0.1:{} is not All Ears", sim.port());
    assert_eq!(refused(&stranger), (Some(1), expected.as_str()));
}

/// Both signals, while people tell: nobody who read a number was told wrong, and what was not answered was not lost by us.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_finishes_what_is_in_hand() {
    for signal in ["TERM", "INT"] {
        let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
        let bot = place.bot(&sim).await;
        let texts: Vec<String> = (0..64).map(|n| format!("invoice {n}")).collect();
        let telling = texts.iter().map(|text| sim.command("lee", "sales", "/heard", text));
        let telling = futures_util::future::join_all(telling);
        let stopping = async {
            until("the first was told", || !sim.ephemerals("lee", None).unwrap().is_empty()).await;
            let since = Stopwatch::start();
            bot.signal(signal);
            (bot.ends().await, since.elapsed())
        };
        let (receipts, (said, took)) = futures_util::future::join(telling, stopping).await;
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert!(said.err.contains("stopping") && said.err.trim_end().ends_with("stopped"), "{said:?}");
        let kept = remembered(&place.path("data")).await;
        for (text, receipt) in texts.iter().zip(&receipts) {
            let Some(no) = number(receipt.as_ref().unwrap().text()) else { continue };
            assert_eq!(kept.get(&no), Some(text), "after {signal}");
        }
        assert_eq!((sim.lines(), sim.late_acks(), sim.stray_acks()), (0, vec![], vec![]));
    }
}

/// A stop that comes while the start still waits, here for a Slack that answers slowly.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_during_the_start_counts() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    sim.fail_next("auth.test", 1, Fault::Slow(60_000));
    let bot = Running::start(place.program_with(&sim, &["serve"]), b"");
    until("it asks who it is", || !sim.calls_of("auth.test").is_empty()).await;
    bot.signal("TERM");
    let said = bot.ends().await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.trim_end().ends_with("stopped before the start was done"), "{said:?}");
}

/// Another that holds the store is waited for, as after an update; whoever loses patience need not wait as long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_bot_takes_over_and_can_be_stopped_while_it_waits() {
    let (mut place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let first = place.bot(&sim).await;
    place.listen_elsewhere();
    // Each asks twice: who it is, and what it was granted.
    let waits = async |asked: usize| {
        let second = Running::start(place.program_with(&sim, &["serve"]), b"");
        until("it knows who it is, and asks for the store", || sim.calls_of("auth.test").len() == asked).await;
        second
    };
    let impatient = waits(4).await;
    let since = Stopwatch::start();
    impatient.signal("TERM");
    assert_eq!(impatient.ends().await.code, Some(0));
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());

    let mut patient = waits(6).await;
    first.signal("TERM");
    assert_eq!(first.ends().await.code, Some(0));
    patient.has_said("a line to Slack is open", 2).await;
    let receipt = sim.command("lee", "sales", "/heard", "the invoice is wrong").await.unwrap();
    assert_eq!(number(receipt.text()), Some(1));
}

const JOURNAL: &str = "data/journal/00000000000000000001.jsonl";

/// How many changes stand in the journal; its first line tells of the file.
fn lines(place: &Place) -> usize {
    std::fs::read_to_string(place.path(JOURNAL)).unwrap().lines().count() - 1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rebuild_and_repair_need_a_store_that_nobody_holds() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let nothing = "data holds no store yet: the first `allears serve` begins it; ALLEARS_DATA names another directory";
    for command in ["rebuild", "repair"] {
        assert_eq!(refused(&place.ask(&[command]).await), (Some(1), nothing));
        assert!(!place.path("data").exists(), "{command} made a directory");
    }
    let bot = place.bot(&sim).await;
    for command in ["rebuild", "repair"] {
        let held = place.ask(&[command]).await;
        let expected = "another instance holds data: stop it, or give this one a data directory of its own";
        assert_eq!(refused(&held), (Some(1), expected));
    }
    sim.command("lee", "sales", "/heard", "the invoice is wrong").await.unwrap();
    bot.signal("TERM");
    bot.ends().await;
    let rebuilt = place.ask(&["rebuild"]).await;
    assert_eq!(
        (rebuilt.code, rebuilt.out.as_str()),
        (Some(0), format!("data: the views were folded anew from {} changes.\n", lines(&place)).as_str())
    );
    assert_eq!(remembered(&place.path("data")).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repair_saves_what_a_damaged_journal_still_says() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let bot = place.bot(&sim).await;
    for text in ["the invoice is wrong", "a feature is missing", "the contract is long"] {
        sim.command("lee", "sales", "/heard", text).await.unwrap();
    }
    bot.signal("TERM");
    bot.ends().await;
    let healthy = place.ask(&["repair"]).await;
    assert_eq!(healthy.code, Some(0), "{healthy:?}");
    let all = lines(&place);
    assert!(healthy.out.starts_with(&format!("Nothing was damaged: all {all} changes were kept.")), "{healthy:?}");

    let file = place.path(JOURNAL);
    let damaged = std::fs::read_to_string(&file).unwrap().replacen("a feature", "@ feature", 1);
    // The first line tells of the file; the change of this number is one in the middle.
    let lost = damaged.lines().skip(1).position(|line| line.contains("@ feature")).unwrap() + 1;
    std::fs::write(&file, damaged.replacen(&format!("\"seq\":{lost}"), &format!("\"sex\":{lost}"), 1)).unwrap();
    let refusal = Running::start(place.program_with(&sim, &["serve"]), b"").ends().await;
    assert_eq!(refusal.code, Some(1));
    assert!(refusal.err.contains("is damaged at byte ") && refusal.err.contains("run `allears repair`"), "{refusal:?}");
    let repaired = place.ask(&["repair"]).await;
    assert_eq!(repaired.code, Some(0));
    assert!(
        repaired.out.contains(&format!("{} changes were kept. The damaged journal stays at data/journal.damaged-", all - 1)),
        "{repaired:?}"
    );
    assert!(repaired.out.contains(&format!("changes {lost} to {lost} are lost")), "{repaired:?}");

    let bot = place.bot(&sim).await;
    let receipt = sim.command("lee", "sales", "/heard", "the invoice is wrong again").await.unwrap();
    bot.signal("TERM");
    assert_eq!(bot.ends().await.code, Some(0));
    let kept = remembered(&place.path("data")).await;
    assert_eq!(kept.get(&number(receipt.text()).unwrap()).unwrap(), "the invoice is wrong again");
    assert!(kept.values().any(|words| words == "the contract is long"), "{kept:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_ends_with_the_cure_where_slack_takes_the_app_token_no_more_and_keeps_what_it_has() {
    let (place, sim) = (Place::new(), workspace(Sim::builder()).await);
    let bot = place.bot(&sim).await;
    let told = sim.command("lee", "sales", "/heard", "invoice 1").await.unwrap();
    assert_eq!(number(told.text()), Some(1));
    sim.fault(Rule::on("apps.connections.open", Fault::Error("token_revoked".to_owned())));
    sim.refresh_lines();
    let said = bot.ends().await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_snapshot!(said.err.lines().last().unwrap(), @"Slack refuses the app-level token (token_revoked), so nothing can come in, and I stopped; what was kept stays kept: make a new one with the scope connections:write, under Basic Information of your Slack app, set SLACK_APP_TOKEN to it and start again");
    assert_eq!(remembered(&place.path("data")).await.len(), 1);
}
