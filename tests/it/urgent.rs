//! What cannot wait goes to its functions at once, a few a day, and stands first in the digest.

use insta::assert_snapshot;
use serde_json::json;

use crate::world::{Company, World, functions, kept};

const MONDAY: &str = "2026-11-23T09:05:00+01:00[Europe/Berlin]";
const TUESDAY: &str = "2026-11-24T09:05:00+01:00[Europe/Berlin]";

const ALARM: &str = "[[urgent]]\nid = \"leave\"\nbecause = \"churn\"\nphrases = [\"will leave us\"]\n";

/// A company with an alarm.
fn alarmed() -> Company {
    let company = Company::default();
    Company { rules: format!("{}{ALARM}", company.rules), ..company }
}

/// Words that no other text of a test has.
fn own(n: usize) -> String {
    (0..40).map(|word| format!("w{word}x{n}")).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_wait_is_said_at_once_and_is_a_number_in_the_digest() {
    let world = World::of(alarmed()).await;
    let receipt = world.heard("lee", "sales", "they will leave us over the wrong invoice").await;
    assert!(receipt.contains("It is urgent, so its teams are told at once"), "{receipt}");
    world.heard("lee", "sales", "the refund for may is late").await;
    assert_snapshot!(world.channel("finance-voice").concat(), @r"
    Urgent for Finance: the customer may leave.
    “they will leave us over the wrong invoice”
    VOC-1, told by @lee in #sales
    ");
    world.strikes(MONDAY).await;
    let told = world.channel("finance-voice");
    assert_snapshot!(told[1], @r"
    What customers told us: Finance, Monday 23 November
    2 new.
    VOC-1 stands in this channel already.
    “the refund for may is late”
    VOC-2, told by @lee in #sales
    ");
    world.end().await;
}

/// A digest of nothing but numbers that stand there already would be noise.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_with_nothing_else_does_not_come() {
    let world = World::of(alarmed()).await;
    world.heard("lee", "sales", "they will leave us over the wrong invoice").await;
    world.strikes(MONDAY).await;
    assert_eq!(world.channel("finance-voice").len(), 1, "{:?}", world.channel("finance-voice"));
    world.heard("lee", "sales", "the refund for may is late").await;
    world.strikes(TUESDAY).await;
    let digest = world.channel("finance-voice").pop().unwrap();
    assert!(digest.contains("1 new.") && !digest.contains("VOC-1"), "{digest}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_a_day_reach_a_function_and_the_fourth_waits_for_the_digest() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..alarmed() }).await;
    for n in 0..3 {
        world.heard("lee", "sales", &format!("urgent: invoice {}", own(n))).await;
        world.passes(2).await;
    }
    // The count outlives the bot.
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", &format!("urgent: invoice {}", own(3))).await;
    world.heard("lee", "sales", &format!("urgent: contract {}", own(4))).await;
    world.passes(60).await;
    assert_eq!((world.channel("finance-voice").len(), world.channel("legal-voice").len()), (3, 1), "each function has its own");
    world.strikes(MONDAY).await;
    let digest = world.channel("finance-voice").pop().unwrap();
    assert!(digest.contains("VOC-4, urgent, told by @lee") && digest.contains("VOC-1 stands in this channel already."), "{digest}");
    world.strikes("2026-11-23T18:01:00+01:00[Europe/Berlin]").await;
    world.heard("lee", "sales", &format!("urgent: invoice {}", own(5))).await;
    world.passes(5).await;
    assert!(world.channel("finance-voice").pop().unwrap().starts_with("Urgent for Finance"), "a day later there is room again");
    world.strikes(TUESDAY).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_that_share_a_channel_are_told_once() {
    let shared = functions(&[("product", "channel = \"#finance-voice\"")]);
    let world = World::of(Company { functions: shared, ..alarmed() }).await;
    world.heard("lee", "sales", "urgent: the invoice PDF is a missing feature").await;
    world.passes(60).await;
    assert_eq!(world.channel("finance-voice").len(), 1, "{:?}", world.channel("finance-voice"));
    world.strikes(MONDAY).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_rule_fits_alarms_whose_turn_it_is() {
    let world = World::of(alarmed()).await;
    world.heard("lee", "sales", "they will leave us").await;
    world.passes(5).await;
    let all = ["finance-voice", "product-voice", "legal-voice"].map(|channel| world.channel(channel).len());
    assert_eq!(all.iter().sum::<usize>(), 1, "{all:?}");
    world.strikes(MONDAY).await;
    world.end().await;
}

/// The mark alone says nothing yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_with_nothing_behind_it_opens_the_form() {
    let world = World::open().await;
    assert_eq!(world.heard("lee", "sales", "Urgent: ").await, "");
    assert_eq!(world.sim.modals("lee").unwrap().len(), 1);
    assert!(world.records().await.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_box_on_the_form_says_it_too() {
    let world = World::open().await;
    world.shortcut("lee", "heard_new", None).await;
    let sent = world.sends("lee", &json!({"verbatim": {"verbatim": "the invoice is wrong"}, "urgent": {"urgent": ["yes"]}})).await;
    assert!(sent.ok, "{sent:?}");
    world.passes(5).await;
    let told = world.channel("finance-voice").concat();
    assert!(told.starts_with("Urgent for Finance: the colleague who told it says that it cannot wait."), "{told}");
    world.strikes(MONDAY).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_is_gone_from_where_it_was_said_at_once() {
    let world = World::of(alarmed()).await;
    world.says("lee", "stories", "they will leave us over the wrong invoice").await;
    world.passes(5).await;
    assert!(world.presses("lee", "stories", "undo").await.ok);
    world.passes(5).await;
    let told = world.channel("finance-voice").concat();
    assert!(told.starts_with("VOC-1 was urgent, and was withdrawn."), "{told}");
    world.strikes(MONDAY).await;
    assert_eq!(world.channel("finance-voice").len(), 1, "{:?}", world.channel("finance-voice"));
    world.end().await;
}

/// Whoever is to read it after all reads it at once too: chosen by hand, or next in turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_it_after_all_is_told_at_once_as_well() {
    let world = World::of(alarmed()).await;
    world.heard("lee", "sales", "they will leave us over the wrong invoice").await;
    world.passes(5).await;
    assert!(world.presses("lee", "sales", "teams").await.ok);
    assert!(world.sends("lee", &json!({"functions": {"functions": ["finance", "legal"]}})).await.ok);
    world.passes(5).await;
    let all = ["finance-voice", "product-voice", "legal-voice"].map(|channel| world.channel(channel).len());
    assert_eq!(all, [1, 0, 1]);
    assert!(world.channel("legal-voice").concat().starts_with("Urgent for Legal: the customer may leave."));
    world.heard("lee", "sales", "will leave us").await;
    world.passes(5).await;
    let said = |channel: &str| world.channel(channel).iter().any(|text| text.contains("VOC-2"));
    let (first, who) =
        [("finance-voice", "dana"), ("product-voice", "raj"), ("legal-voice", "mia")].into_iter().find(|(c, _)| said(c)).unwrap();
    world.chooses(who, first, 2, "Not ours").await;
    world.passes(5).await;
    let told = ["finance-voice", "product-voice", "legal-voice"].map(said);
    assert_eq!(told.iter().filter(|told| **told).count(), 2, "{told:?}");
    world.end().await;
}

/// Corrected a day later it is no news that cannot wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_at_once_of_what_was_heard_the_day_before() {
    let world = World::of(alarmed()).await;
    world.heard("lee", "sales", "they will leave us over the wrong invoice").await;
    world.strikes(TUESDAY).await;
    assert!(world.presses("lee", "sales", "teams").await.ok);
    assert!(world.sends("lee", &json!({"functions": {"functions": ["finance", "legal"]}})).await.ok);
    world.passes(5).await;
    assert_eq!(world.channel("legal-voice"), Vec::<String>::new());
    world.end().await;
}

/// A function that rests is not alarmed, and neither is anybody by what was said days ago.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_rests_is_not_alarmed_and_nobody_is_by_what_is_old() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..alarmed() }).await;
    world.runs("dana", "finance-voice", "/allears", "pause here").await;
    world.heard("lee", "sales", "they will leave us over the wrong invoice").await;
    world.passes(60).await;
    assert_eq!(world.channel("finance-voice").len(), 1, "{:?}", world.channel("finance-voice"));
    world.runs("dana", "finance-voice", "/allears", "resume here").await;
    world.stop_bot().await;
    world.says("lee", "stories", "they will leave us over the contract").await;
    world.strikes("2026-11-24T07:00:00+01:00[Europe/Berlin]").await;
    world.start_bot().await.unwrap();
    world.passes(120).await;
    assert_eq!(world.channel("legal-voice"), Vec::<String>::new());
    world.strikes(TUESDAY).await;
    let digest = world.channel("legal-voice").concat();
    assert!(digest.contains("VOC-2, urgent, told by @lee"), "{digest}");
    world.end().await;
}

/// Whoever can mend it is told, and it is said once that is done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_cannot_be_said_whoever_can_mend_it_is_told() {
    let mut world = World::without_bot(alarmed()).await;
    world.company.functions = world.company.functions.replace("U00000001", &world.sim.person_id("lee").unwrap());
    world.sim.remove_bot("finance-voice").unwrap();
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "they will leave us over the wrong invoice").await;
    world.passes(30).await;
    let alert = world.told_directly("lee").concat();
    assert!(alert.contains("Urgent word for Finance (VOC-1) cannot be posted. I am not in #finance-voice."), "{alert}");
    assert!(world.runs("lee", "sales", "/allears", "status").await.text().contains("Finance: the urgent VOC-1 waits since"));
    world.sim.invite_bot("lee", "finance-voice").unwrap();
    world.passes(60).await;
    assert!(world.channel("finance-voice").concat().contains("Urgent for Finance"), "{:?}", world.channel("finance-voice"));
    world.strikes(MONDAY).await;
    world.end().await;
}
