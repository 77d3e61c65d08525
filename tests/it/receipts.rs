//! Receipts: what their buttons do, and that what is taken back is gone wherever it stood.

use serde_json::json;
use slack_sim::{Fault, NewChannel};

use crate::world::{Company, World, kept};

const MONDAY: &str = "2026-11-23T09:00:00+01:00[Europe/Berlin]";

/// lee passed on something by the form, and reads the receipt in #sales.
async fn told() -> World {
    let world = World::open().await;
    tells(&world, "the invoice is wrong").await;
    world
}

async fn tells(world: &World, words: &str) {
    world.heard("lee", "sales", "").await;
    world.remember(words);
    assert!(world.sends("lee", &json!({"verbatim": {"verbatim": words}})).await.ok);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_takes_it_back() {
    let world = told().await;
    assert!(world.presses("lee", "sales", "undo").await.ok);
    assert_eq!(world.seen_by("lee", "sales"), ["VOC-1 is gone. Where it was posted already, it is shown as withdrawn."]);
    assert_eq!(world.record(1).await.verbatim, "");
    world.strikes(MONDAY).await;
    assert!(world.channel("finance-voice").is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_takes_it_out_of_what_was_posted() {
    let world = told().await;
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    assert!(world.channel("finance-voice")[0].contains("the invoice is wrong"));
    assert!(world.presses("lee", "sales", "undo").await.ok);
    let digest = world.channel("finance-voice");
    assert!(digest[0].ends_with("VOC-1 was withdrawn."), "{digest:?}");
    assert!(!world.posts("finance-voice")[0].to_string().contains("the invoice"), "nor in its blocks");
    world.end().await;
}

/// Slack takes no edit of the message any more: it is given up, and nothing waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_that_cannot_be_changed_any_more_stays() {
    let world = told().await;
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    world.sim.fail_next("chat.update", 1, Fault::Error("edit_window_closed".to_owned()));
    assert!(world.presses("lee", "sales", "undo").await.ok);
    assert!(world.channel("finance-voice")[0].contains("the invoice is wrong"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_is_shown_anew_though_slack_was_away_and_the_bot_too() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    tells(&world, "the invoice is wrong").await;
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    world.sim.fail_next("chat.update", 1, Fault::Status(503));
    assert!(world.presses("lee", "sales", "undo").await.ok);
    assert_eq!(world.store().outbox().await.unwrap().len(), 1);
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    assert!(world.channel("finance-voice")[0].ends_with("VOC-1 was withdrawn."), "{:?}", world.channel("finance-voice"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hidden_name_is_hidden_where_it_stood_and_can_be_shown_again() {
    let world = told().await;
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    assert!(world.presses("lee", "sales", "hide").await.ok);
    assert!(world.seen_by("lee", "sales")[0].starts_with("Heard: VOC-1, shown as a colleague"), "{:?}", world.seen_by("lee", "sales"));
    let post = world.posts("finance-voice")[0].to_string();
    assert!(
        post.contains("told by a colleague") && !post.contains("lee") && !post.contains(&world.sim.channel_id("sales").unwrap()),
        "{post}"
    );
    assert!(world.presses("lee", "sales", "show").await.ok);
    assert!(world.channel("finance-voice")[0].ends_with("told by @lee in #sales"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn teams_can_be_chosen_anew_and_a_new_team_reads_it_then() {
    let world = told().await;
    assert!(world.presses("lee", "sales", "teams").await.ok);
    assert!(world.sends("lee", &json!({"functions": {"functions": ["legal"]}})).await.ok);
    let receipt = world.seen_by("lee", "sales").pop().unwrap();
    assert!(receipt.contains("Legal leads, as you chose, and reads it"), "{receipt}");
    world.strikes(MONDAY).await;
    assert!(world.channel("finance-voice").is_empty());
    assert_eq!(world.channel("legal-voice").len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_can_be_edited_and_are_tagged_anew() {
    let world = told().await;
    assert!(world.presses("lee", "sales", "edit").await.ok);
    world.remember("the contract with the old name");
    assert!(
        world.sends("lee", &json!({"verbatim": {"verbatim": "the contract with the old name"}, "customer": {"customer": "Acme"}})).await.ok
    );
    let receipt = world.seen_by("lee", "sales").pop().unwrap();
    assert!(receipt.starts_with("Heard: VOC-1, shown as @lee, from Acme\nLegal leads (“contract”)"), "{receipt}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_whoever_told_it_can_change_it() {
    let world = told().await;
    let no = allears::domain::ids::FeedbackNo(1);
    for press in [
        allears::domain::press::Press::Undo(no),
        allears::domain::press::Press::Hide(no),
        allears::domain::press::Press::Edit(no),
        allears::domain::press::Press::Remove(no),
    ] {
        world.delivers(&world.pressed_by("mia", press.id(), &press.value())).await.expect("it is acknowledged");
        assert!(world.sim.modals("mia").unwrap().is_empty());
    }
    let record = world.record(1).await;
    assert!(!record.withdrawn && !record.hidden);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_press_that_comes_twice_or_too_late_or_makes_no_sense_does_no_harm() {
    let world = told().await;
    let twice = world.pressed_by("lee", "hide", "1");
    assert!(world.delivers(&twice).await.is_some());
    let mut again = twice.clone();
    again["envelope_id"] = json!("another-envelope");
    assert!(world.delivers(&again).await.is_some());
    assert!(world.record(1).await.hidden);
    for (id, value) in [("undo", "VOC-1"), ("undo", "404"), ("nothing", "1"), ("pass_on", "a b c"), ("keep", "T C 1.1 -"), ("edit", "")] {
        assert!(world.delivers(&world.pressed_by("lee", id, value)).await.is_some(), "{id} {value}");
    }
    assert!(!world.record(1).await.withdrawn);
    world.end().await;
}

/// Where a receipt cannot be shown in the channel it comes as a direct message.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_comes_directly_where_it_cannot_be_shown() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.add_channel(NewChannel::named("far").members(["lee"]));
    world.start_bot().await.unwrap();
    world.heard("lee", "far", "").await;
    assert!(world.sends("lee", &json!({"verbatim": {"verbatim": "the refund is late"}})).await.ok);
    assert!(world.told_directly("lee")[0].starts_with("Heard: VOC-1"), "{:?}", world.told_directly("lee"));
    world.end().await;
}
