//! What readers of a digest do about a record in it.

use allears::domain::feedback::Origin;
use insta::assert_snapshot;
use slack_sim::NewChannel;

use crate::world::{Company, World, functions};

const MONDAY: &str = "2026-11-23T09:00:30+01:00[Europe/Berlin]";
const TUESDAY: &str = "2026-11-24T09:00:30+01:00[Europe/Berlin]";

/// Finance reads something on Monday, which stands in its channel then.
async fn read(words: &str) -> World {
    let world = World::open().await;
    world.heard("lee", "sales", words).await;
    world.strikes(MONDAY).await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_heard_it_too_is_counted_once_and_the_digest_says_so() {
    let world = read("the invoice is wrong").await;
    assert_eq!(world.chooses("dana", "finance-voice", 1, "I heard this too").await, "Noted: you heard VOC-1 too. The digest says so.");
    assert_eq!(world.chooses("dana", "finance-voice", 1, "I heard this too").await, "You are counted for VOC-1 already.");
    world.chooses("mia", "finance-voice", 1, "I heard this too").await;
    assert_eq!(world.chooses("lee", "finance-voice", 1, "I heard this too").await, "You are counted for VOC-1 already.", "who told it");
    world.strikes("2026-11-23T09:01:00+01:00[Europe/Berlin]").await;
    assert!(world.channel("finance-voice")[0].ends_with("told by @lee in #sales, 2 more heard it"), "{:?}", world.channel("finance-voice"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_heard_something_else_takes_it_back_and_the_digest_says_so() {
    let world = read("the invoice is wrong").await;
    world.chooses("mia", "finance-voice", 1, "I heard this too").await;
    // Twice, so that there are two buttons.
    for _ in 0..2 {
        world.chooses("dana", "finance-voice", 1, "I heard this too").await;
        world.passes(1).await;
    }
    world.strikes("2026-11-23T09:01:00+01:00[Europe/Berlin]").await;
    assert!(world.channel("finance-voice")[0].ends_with("2 more heard it"), "{:?}", world.channel("finance-voice"));
    for _ in 0..2 {
        assert!(world.presses("dana", "finance-voice", "not_heard").await.ok);
        world.passes(1).await;
    }
    let answers = world.seen_by("dana", "finance-voice");
    assert_snapshot!(answers[0], @"VOC-1 does not count you any more. If it was another matter that you heard, tell it: it gets a number of its own.");
    assert_eq!(answers, vec![answers[0].clone(); 2], "in place of what they take back; twice, the same");
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    assert!(world.channel("finance-voice")[0].ends_with("told by @lee in #sales, 1 more heard it"), "{:?}", world.channel("finance-voice"));
    assert_eq!(world.chooses("dana", "finance-voice", 1, "I heard this too").await, "Noted: you heard VOC-1 too. The digest says so.");
    assert!(world.presses("lee", "sales", "undo").await.ok);
    assert!(world.presses("dana", "finance-voice", "not_heard").await.ok);
    assert_eq!(world.seen_by("dana", "finance-voice").pop().unwrap(), "VOC-1 is not there any more. Nothing was changed.");
    world.end().await;
}

/// Answers go when Slack is loaded anew; the record's page stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_shows_whoever_heard_it_too_that_they_did() {
    let world = read("the invoice is wrong").await;
    world.chooses("dana", "finance-voice", 1, "I heard this too").await;
    world.chooses("lee", "finance-voice", 1, "I heard this too").await;
    let offers = async |who: &str| format!("{:?}", world.runs(who, "sales", "/allears", "VOC-1").await).contains("not_heard");
    assert_eq!((offers("dana").await, offers("mia").await, offers("lee").await), (true, false, false));
    let all = world.sim.ephemerals("lee", None).unwrap();
    assert!(!all.iter().any(|seen| seen.to_string().contains("not_heard")), "who told it has Undo: {all:?}");
    assert!(world.presses("dana", "sales", "not_heard").await.ok);
    assert!(world.record(1).await.heard_too.is_empty());
    assert!(!offers("dana").await);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_ours_goes_to_the_others_and_then_to_whose_turn_it_is() {
    let world = read("the invoice and the contract are wrong").await;
    let answer = world.chooses("dana", "finance-voice", 1, "Not ours").await;
    assert_eq!(answer, "Thank you: I learn from that. VOC-1 goes on. Legal reads it.");
    world.strikes("2026-11-23T09:01:00+01:00[Europe/Berlin]").await;
    assert!(
        world.channel("finance-voice")[0].ends_with("VOC-1 is not ours, says @dana. Legal reads it next."),
        "{:?}",
        world.channel("finance-voice")
    );
    let answer = world.chooses("raj", "legal-voice", 1, "Not ours").await;
    assert_eq!(answer, "Thank you: I learn from that. VOC-1 goes on. Product reads it.", "neither of those that declined it");
    world.strikes(TUESDAY).await;
    assert!(world.channel("product-voice")[0].contains("No rule fits these words"), "{:?}", world.channel("product-voice"));
    let answer = world.chooses("mia", "product-voice", 1, "Not ours").await;
    assert_eq!(answer, "Thank you: I learn from that. Every team has passed VOC-1 on, so that the council sees it.");
    let shown = world.runs("lee", "sales", "/allears", "VOC-1").await.text().to_owned();
    assert!(shown.contains(". Every team has passed it on."), "{shown}");
    assert!(world.runs("lee", "sales", "/allears", "council").await.text().contains("VOC-1"), "somebody sees it");
    let record = world.record(1).await;
    assert_eq!((record.functions().count(), record.declined.len(), record.chosen), (0, 3, true));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_it_is_here_is_said_in_words() {
    let world = read("the invoice has the wrong VAT number").await;
    assert_snapshot!(world.chooses("dana", "finance-voice", 1, "Why here?").await, @"VOC-1 is here since these words speak for Finance: “invoice”, “VAT number”. If that is wrong, choose Not ours: I learn from it.");
    world.heard("lee", "sales", "the coffee at your stand was wonderful").await;
    world.strikes(TUESDAY).await;
    assert_snapshot!(world.chooses("dana", "finance-voice", 2, "Why here?").await, @"No rule fits the words of VOC-2, so that it goes to one team in turn. It was the turn of Finance.");
    world.end().await;
}

/// Only where everybody may read who reads the digest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_original_is_opened_where_everybody_may_read_it() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.add_channel(NewChannel::named("board").private().members(["lee"]).with_bot());
    world.start_bot().await.unwrap();
    let ts = world.says("lee", "stories", "the invoice is wrong").await;
    world.says("lee", "board", "@bot the refund of the merger is late").await;
    world.heard("lee", "sales", "a refund is due").await;
    assert_eq!(world.record(2).await.origin, Origin::Private);
    world.strikes(MONDAY).await;
    let answer = world.chooses("dana", "finance-voice", 1, "Open original").await;
    assert!(answer.starts_with("VOC-1 was said here: <https://") && answer.contains(&ts.replace('.', "")), "{answer}");
    let digest = world.posts("finance-voice")[0].to_string();
    assert_eq!(digest.matches("Open original").count(), 1, "{digest}");
    // Whoever makes such a press up is shown nothing.
    let answer = world.delivers(&world.pressed_by("dana", "menu", "original 2")).await;
    assert!(answer.is_some());
    assert!(!world.sim.calls_of("chat.getPermalink").iter().any(|call| call.arg("channel") == world.sim.channel_id("board").as_deref()));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_is_opened_for_whoever_presses_it() {
    let world = World::open().await;
    for n in 1..=6 {
        world.heard("lee", "sales", &format!("invoice number {n} is wrong")).await;
    }
    world.strikes(MONDAY).await;
    let digest = world.posts("finance-voice").remove(0);
    let line = digest["blocks"].as_array().unwrap().iter().find(|block| block["type"] == "section").unwrap();
    assert_eq!((&line["accessory"]["action_id"], &line["accessory"]["value"]), (&"open".into(), &"1".into()));
    let press = slack_sim::Press {
        user: "dana".to_owned(),
        channel: Some("finance-voice".to_owned()),
        ts: digest["ts"].as_str().map(str::to_owned),
        block_id: line["block_id"].as_str().unwrap_or_default().to_owned(),
        action_id: "open".to_owned(),
        ..slack_sim::Press::default()
    };
    assert!(world.press(&press).await.ok);
    assert!(
        world.seen_by("dana", "finance-voice")[0].starts_with("“invoice number 1 is wrong”"),
        "{:?}",
        world.seen_by("dana", "finance-voice")
    );
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_that_say_the_same_stand_together_and_the_most_heard_come_first() {
    let world = World::open().await;
    for words in
        ["the invoice of March shows the wrong VAT number", "a refund is late", "The invoice of March shows the wrong VAT number again"]
    {
        world.heard("lee", "sales", words).await;
    }
    world.strikes(MONDAY).await;
    assert_snapshot!(world.channel("finance-voice").concat(), @r"
    What customers told us: Finance, Monday 23 November
    3 new.
    “The invoice of March shows the wrong VAT number again”
    VOC-3, told by @lee in #sales
    VOC-1 says the same.
    “a refund is late”
    VOC-2, told by @lee in #sales
    ");
    world.end().await;
}

/// Two functions that share a channel: what both read is quoted once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_quoted_once_in_a_channel() {
    let shared = [("finance", "channel = \"#legal-voice\"".to_owned()), ("legal", "channel = \"#legal-voice\"".to_owned())];
    let world = World::of(Company { functions: functions(&shared), ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice and the contract are wrong").await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.strikes(MONDAY).await;
    let digests = world.channel("legal-voice");
    assert_eq!(digests.concat().matches("the invoice and the contract are wrong").count(), 1, "{digests:?}");
    assert!(digests[1].contains("VOC-1 stands in this channel already."), "{digests:?}");
    // Also when both are shown anew.
    world.chooses("dana", "legal-voice", 2, "I heard this too").await;
    world.delivers(&world.pressed_by("lee", "hide", "1")).await.unwrap();
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("legal-voice").concat().matches("the invoice and the contract are wrong").count(), 1);
    world.end().await;
}
