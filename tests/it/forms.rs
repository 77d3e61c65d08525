//! The form: every way that opens it, what it asks, and that nothing typed into it is lost.

use allears::domain::feedback::{Customer, Gesture, Origin};
use serde_json::json;
use slack_sim::{Fault, NewChannel, NewPerson};

use crate::acting::{field, labels};
use crate::moody::{Does, Moody, hears};
use crate::world::{Company, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_alone_opens_the_form_and_its_receipt_stands_where_it_was_opened() {
    let world = World::open().await;
    assert_eq!(world.heard("lee", "sales", "").await, "");
    let form = world.form("lee");
    assert_eq!(
        labels(&form),
        ["What did the customer say?", "Which customer?", "Which teams does it concern?", "Can it wait for the digest?", "Your name"]
    );
    world.remember("the invoice of March is wrong");
    let sent =
        world.sends("lee", &json!({"verbatim": {"verbatim": "the invoice of March is wrong"}, "customer": {"customer": "Acme"}})).await;
    assert!(sent.ok, "{sent:?}");
    assert!(world.sim.modals("lee").unwrap().is_empty());
    let seen = world.seen_by("lee", "sales");
    assert_eq!(seen.len(), 1);
    assert!(seen[0].starts_with("Heard: VOC-1, shown as @lee, from Acme\nFinance leads (“invoice”)"), "{seen:?}");
    let record = world.record(1).await;
    assert_eq!((record.gesture, record.customer), (Gesture::Form, Some(Customer::Named("Acme".to_owned()))));
    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    assert!(world.channel("finance-voice")[0].contains("VOC-1, Acme, told by @lee in #sales"), "{:?}", world.channel("finance-voice"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shortcut_anywhere_and_home_open_it_too_and_the_receipt_is_a_direct_message() {
    let world = World::open().await;
    assert!(world.shortcut("lee", "heard_new", None).await.ok);
    assert!(world.sends("lee", &json!({"verbatim": {"verbatim": "the contract is odd"}})).await.ok);
    assert!(world.told_directly("lee")[0].starts_with("Heard: VOC-1"), "{:?}", world.told_directly("lee"));
    world.sim.open_home("lee").unwrap();
    world.settled().await;
    let home = world.sim.home("lee").unwrap().unwrap();
    let press = slack_sim::Press {
        user: "lee".to_owned(),
        view_id: home["id"].as_str().map(str::to_owned),
        action_id: "tell".to_owned(),
        ..Default::default()
    };
    assert!(world.press(&press).await.ok);
    assert!(world.sends("lee", &json!({"verbatim": {"verbatim": "the refund is late"}})).await.ok);
    world.passes(1).await;
    assert_eq!(world.records().await.len(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_may_be_chosen_and_the_name_hidden() {
    let world = World::open().await;
    world.heard("lee", "sales", "").await;
    let values = json!({
        "verbatim": {"verbatim": "the invoice is wrong"}, "functions": {"functions": ["legal", "finance"]}, "name": {"name": ["yes"]},
    });
    assert!(world.sends("lee", &values).await.ok);
    let seen = world.seen_by("lee", "sales").remove(0);
    assert!(seen.starts_with("Heard: VOC-1, shown as a colleague\nFinance leads (“invoice”)"), "{seen}");
    assert!(seen.ends_with("Legal reads along."), "{seen}");
    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    for channel in ["finance-voice", "legal-voice"] {
        let digest = world.channel(channel).concat();
        assert!(digest.ends_with("VOC-1, told by a colleague"), "{digest}");
        assert!(!digest.contains("lee") && !digest.contains("sales"), "{digest}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    world.heard("lee", "sales", "").await;
    let blank = world.sends("lee", &json!({"verbatim": {"verbatim": "\u{200B}\u{200B}"}})).await;
    assert_eq!(blank.errors["verbatim"], "Write what the customer said.");
    store.falls_into(hears, Does::Refuses);
    let full = world.sends("lee", &json!({"verbatim": {"verbatim": "the invoice is wrong"}})).await;
    assert!(full.errors["verbatim"].starts_with("Not kept: my disk is full. Keep this form open"), "{full:?}");
    store.is_well();
    assert!(world.sends("lee", &json!({"verbatim": {"verbatim": "the invoice is wrong"}})).await.ok);
    assert_eq!(world.records().await.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_slack_does_not_open_is_answered_with_the_other_way() {
    let world = World::open().await;
    world.sim.fail_next("views.open", 1, Fault::Error("internal_error".to_owned()));
    assert!(world.heard("lee", "sales", "").await.starts_with("Tell what a customer said"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_passed_on_with_its_words_and_teams_already_there() {
    let world = World::open().await;
    let ts = world.says("dana", "sales", "Acme says the *invoice* &amp; the PDF are wrong").await;
    assert!(world.shortcut("lee", "heard_from_message", Some(("sales", &ts))).await.ok);
    let form = world.form("lee");
    assert!(field(&form, "verbatim")["element"]["initial_value"].as_str().unwrap().contains("invoice"));
    let chosen: Vec<_> =
        field(&form, "functions")["element"]["initial_options"].as_array().unwrap().iter().map(|o| o["value"].clone()).collect();
    assert_eq!(chosen, ["finance", "product"]);
    assert!(world.sends("lee", &json!({})).await.ok);
    let record = world.record(1).await;
    assert_eq!((record.gesture, record.source.unwrap().ts, record.chosen), (Gesture::Shortcut, ts.clone(), false));
    assert!(world.seen_by("lee", "sales")[0].starts_with("Heard: VOC-1"));
    let taken = world.told_directly("dana");
    assert!(taken[0].starts_with("@lee passed on a message of yours in #sales"), "{taken:?}");
    // Again: it is there already.
    assert!(world.shortcut("mia", "heard_from_message", Some(("sales", &ts))).await.ok);
    assert_eq!(labels(&world.form("mia")), ["I have this already: it is VOC-1. Type /allears VOC-1 to see it."]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_is_taken_whole_as_one_record_that_keeps_who_said_what() {
    let world = World::open().await;
    let root = world.says("dana", "sales", "Acme called about the invoice").await;
    let reply = world.sim.reply("mia", "sales", &root, "they want it as a PDF").unwrap().ts;
    world.sim.reply("lee", "sales", &root, "and soon").unwrap();
    world.settled().await;
    assert!(world.shortcut("raj", "heard_from_message", Some(("sales", &reply))).await.ok);
    let form = world.form("raj");
    let words = "dana: Acme called about the invoice\nmia: they want it as a PDF\nlee: and soon";
    assert_eq!(field(&form, "verbatim")["element"]["initial_value"], words);
    assert!(world.sends("raj", &json!({})).await.ok);
    assert_eq!(world.record(1).await.verbatim, words);
    // What becomes of its messages becomes of it.
    world.sim.edit("mia", "sales", &reply, "they want it as a file").unwrap();
    world.settled().await;
    assert_eq!(world.record(1).await.verbatim, "dana: Acme called about the invoice\nmia: they want it as a file\nlee: and soon");
    world.sim.delete("mia", "sales", &reply).unwrap();
    world.settled().await;
    assert_eq!(world.record(1).await.verbatim, "dana: Acme called about the invoice\nlee: and soon");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_longer_than_a_field_is_taken_all_the_same() {
    let world = World::open().await;
    let root = world.says("dana", "sales", &format!("the invoice {}", "a ".repeat(1_500))).await;
    world.sim.reply("mia", "sales", &root, &"b ".repeat(1_000)).unwrap();
    world.settled().await;
    assert!(world.shortcut("lee", "heard_from_message", Some(("sales", &root))).await.ok);
    assert!(
        labels(&world.form("lee"))[0].starts_with("The thread is passed on whole, as it is: 2 messages, 5,0"),
        "{:?}",
        labels(&world.form("lee"))
    );
    assert!(world.sends("lee", &json!({})).await.ok);
    assert!(world.record(1).await.verbatim.chars().count() > 5_000);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_from_where_only_some_may_read_leave_only_if_somebody_says_so() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.add_channel(NewChannel::named("board").private().members(["lee", "dana"]).with_bot());
    world.start_bot().await.unwrap();
    let ts = world.says("dana", "board", "the invoice of the merger is wrong").await;
    assert!(world.records().await.is_empty());
    assert!(world.shortcut("lee", "heard_from_message", Some(("board", &ts))).await.ok);
    assert_eq!(labels(&world.form("lee")).last().unwrap(), "These words stand where only some people may read");
    assert!(!world.sends("lee", &json!({})).await.ok, "nobody said so");
    assert!(world.records().await.is_empty());
    assert!(world.sends("lee", &json!({"private": {"private": ["yes"]}})).await.ok);
    assert_eq!(world.record(1).await.origin, Origin::Private);
    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    let digest = world.channel("finance-voice").concat();
    assert!(digest.ends_with("told by @lee in a private channel"), "{digest}");
    let board = world.sim.channel_id("board").unwrap();
    assert!(!world.posts("finance-voice").iter().any(|post| post.to_string().contains(&board) || post.to_string().contains("board")));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_bot_is_not_a_member_the_message_alone_is_taken() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.add_channel(NewChannel::named("far").members(["lee", "dana"]));
    world.start_bot().await.unwrap();
    let root = world.says("dana", "far", "the invoice is wrong").await;
    world.sim.reply("lee", "far", &root, "again").unwrap();
    assert!(world.shortcut("lee", "heard_from_message", Some(("far", &root))).await.ok);
    assert!(labels(&world.form("lee"))[0].starts_with("I am not in this channel"), "{:?}", labels(&world.form("lee")));
    assert!(world.sends("lee", &json!({})).await.ok);
    assert_eq!(world.record(1).await.verbatim, "the invoice is wrong");
    assert!(world.told_directly("lee")[0].starts_with("Heard: VOC-1"), "no message can be shown where it is not a member");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_of_other_companies_wrote_is_not_taken() {
    let world = World::open().await;
    world.sim.share_outside("sales", true).unwrap();
    world.sim.add_person(NewPerson::named("guest").of_team("T0THERS"));
    let ts = world.says("guest", "sales", "your invoice is wrong").await;
    assert!(world.shortcut("lee", "heard_from_message", Some(("sales", &ts))).await.ok);
    assert!(labels(&world.form("lee"))[0].starts_with("Somebody of another company wrote this"), "{:?}", labels(&world.form("lee")));
    world.end().await;
}
