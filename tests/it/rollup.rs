//! The company's week, in one channel for everybody.

use insta::assert_snapshot;
use slack_sim::{NewChannel, NewPerson};

use crate::world::{Company, World, kept, logged};

const MONDAY: &str = "2026-11-23T10:05:00+01:00[Europe/Berlin]";
const NEXT: &str = "2026-11-30T10:05:00+01:00[Europe/Berlin]";
const THIRD: &str = "2026-12-07T10:05:00+01:00[Europe/Berlin]";

/// A company whose week is posted in #everybody.
async fn with_a_week(rollup: &str) -> (tempfile::TempDir, World) {
    let (folder, keep) = kept();
    let company = Company::default();
    let allears = format!("{}[rollup]\nchannel = \"#everybody\"\n{rollup}", company.allears);
    let mut world = World::without_bot(Company { allears, keep, ..company }).await;
    world.sim.add_channel(NewChannel::named("everybody").members(["lee", "dana"]).with_bot());
    world.start_bot().await.unwrap();
    (folder, world)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_monday_at_ten_it_says_how_much_was_heard_and_what_was_said_most() {
    let (_folder, mut world) = with_a_week("").await;
    for text in ["the invoice of March is wrong", "the Invoice of March is wrong.", "a contract without an end"] {
        world.heard("lee", "sales", text).await;
    }
    world.strikes("2026-11-23T09:59:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("everybody"), Vec::<String>::new());
    world.strikes(MONDAY).await;
    let first = world.posts("everybody")[0]["text"].as_str().unwrap().to_owned();
    assert_snapshot!(world.named(first), @r"
    What customers told us this week, Monday 23 November
    3 records heard, for 2 teams to read.
    What was said most
    “the invoice of March is wrong”
    VOC-1, told by @lee, heard 2 times. Finance leads.
    “a contract without an end”
    VOC-3, told by @lee. Legal leads.
    This is new in this channel. The admins of All Ears chose it for the company's week. It comes Monday at 10:00 (Europe/Berlin), unless there is nothing to say.
    Tell what you hear yourself: /heard. To stop what comes here, ask one of them.
    ");
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.strikes(NEXT).await;
    assert_eq!(world.channel("everybody").len(), 1, "nothing was told in that week");
    world.heard("lee", "sales", "the refund of may is late").await;
    world.strikes(THIRD).await;
    let third = world.channel("everybody").pop().unwrap();
    assert!(third.contains("1 record heard") && third.contains("Heard in each week: 23 Nov 3, 30 Nov 0, 7 Dec 1."), "{third}");
    let blocks = world.posts("everybody")[1]["blocks"].to_string();
    assert!(blocks.contains("data_visualization"), "{blocks}");
    world.end().await;
}

/// What was meant for the teams that it concerns is not for everybody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_in_private_is_counted_and_not_quoted() {
    let (_folder, world) = with_a_week("").await;
    world.sim.add_channel(NewChannel::named("closed").private().members(["lee"]).with_bot());
    world.heard("lee", "closed", "the invoice of a secret customer is wrong").await;
    world.strikes(MONDAY).await;
    let told = world.channel("everybody").concat();
    assert!(told.contains("1 record heard") && !told.contains("secret"), "{told}");
    assert!(world.channel("finance-voice").concat().contains("secret"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_goes_from_it_too() {
    let (_folder, world) = with_a_week("").await;
    world.says("lee", "stories", "the invoice of april is wrong").await;
    world.strikes(MONDAY).await;
    assert!(world.presses("lee", "stories", "undo").await.ok);
    world.passes(5).await;
    let told = world.channel("everybody").concat();
    assert!(told.contains("VOC-1 was withdrawn.") && !told.contains("april"), "{told}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_day_hour_and_zone_are_its_own_and_it_comes_once_after_downtime() {
    let (_folder, mut world) = with_a_week("day = \"fri\"\nat = \"16:30\"\nzone = \"Asia/Tokyo\"\n").await;
    world.heard("lee", "sales", "the invoice of april is wrong").await;
    world.strikes("2026-11-27T16:29:00+09:00[Asia/Tokyo]").await;
    assert_eq!(world.channel("everybody"), Vec::<String>::new());
    world.strikes("2026-11-27T16:31:00+09:00[Asia/Tokyo]").await;
    let told = world.channel("everybody");
    assert!(told.len() == 1 && told[0].starts_with("What customers told us this week, Friday 27 November"), "{told:?}");
    world.heard("lee", "sales", "the refund of may is late").await;
    world.stop_bot().await;
    world.strikes("2026-12-12T12:00:00+01:00[Europe/Berlin]").await;
    world.start_bot().await.unwrap();
    world.passes(60).await;
    let told = world.channel("everybody");
    assert!(told.len() == 2 && told[1].starts_with("What customers told us this week, Friday 11 December"), "{told:?}");
    assert!(told[1].contains("This comes late.") && !told[0].contains("late."), "{told:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_cannot_be_posted_admins_are_told_and_it_comes_when_that_is_mended() {
    let (_folder, mut world) = with_a_week("").await;
    world.sim.add_person(NewPerson::named("boss"));
    world.stop_bot().await;
    world.company.allears = format!("admins = [{:?}]\n{}", world.sim.person_id("boss").unwrap(), world.company.allears);
    world.start_bot().await.unwrap();
    world.sim.remove_bot("everybody").unwrap();
    world.heard("lee", "sales", "the invoice of april is wrong").await;
    world.strikes(MONDAY).await;
    let alert = world.told_directly("boss").concat();
    assert!(alert.contains("The company's week of Monday 23 November cannot be posted. I am not in #everybody."), "{alert}");
    assert!(logged(&["cannot be posted", "the company"]) >= 1);
    let status = world.runs("boss", "sales", "/allears", "status").await.text().to_owned();
    assert!(status.contains("Everybody: the week of Monday 23 November waits since"), "{status}");
    world.sim.invite_bot("lee", "everybody").unwrap();
    world.passes(60).await;
    assert_eq!(world.channel("everybody").len(), 1);
    world.end().await;
}

/// Whatever was told that week: how much was closed, how, and how many customers know.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_became_of_records_is_counted_for_that_week() {
    let (_folder, world) = with_a_week("").await;
    for text in ["the invoice of march is wrong", "the refund for the boat is late", "the VAT number moved house"] {
        world.heard("lee", "sales", text).await;
    }
    world.strikes(MONDAY).await;
    for (no, outcome) in [(1, "declined"), (2, "done")] {
        let of = serde_json::json!(no.to_string());
        let shown = world.runs("dana", "finance-voice", "/allears", &format!("VOC-{no}")).await;
        assert!(shown.seen.unwrap()["blocks"].to_string().contains(&of.to_string()));
        assert!(world.presses("dana", "finance-voice", "close").await.ok);
        let form = serde_json::json!({"outcome": {"outcome": outcome}, "reason": {"reason": "so it is"}});
        assert!(world.sends("dana", &form).await.ok);
        world.strikes(if no == 1 { "2026-11-24T12:00:00+01:00[Europe/Berlin]" } else { "2026-11-25T12:00:00+01:00[Europe/Berlin]" }).await;
    }
    assert!(world.presses("lee", "@lee", "customer_told").await.ok);
    world.strikes(NEXT).await;
    let second = world.channel("everybody").pop().unwrap();
    assert!(second.contains("Nothing new was told. 2 were closed (1 with a no), 1 customer told."), "{second}");
    world.strikes(THIRD).await;
    assert_eq!(world.channel("everybody").len(), 2, "nothing became of anything in the third");
    world.end().await;
}
