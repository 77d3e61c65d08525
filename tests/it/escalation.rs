//! What nobody takes reaches one person after the other; what is taken comes to its day; nobody is written to twice a day.

use allears::serve::Keep;
use insta::assert_snapshot;
use serde_json::json;

use crate::world::{Company, World, kept};

/// So many working days after the Monday on which it is told, at noon in Berlin.
fn day(n: usize) -> String {
    let days = ["11-23", "11-24", "11-25", "11-26", "11-27", "11-30", "12-01", "12-02", "12-03", "12-04", "12-07", "12-08", "12-09"];
    let more = ["12-10", "12-11", "12-14", "12-15", "12-16", "12-17", "12-18", "12-21", "12-22", "12-23"];
    format!("2026-{}T12:00:00+01:00[Europe/Berlin]", days.iter().chain(&more).nth(n).unwrap())
}

/// Dana leads Finance, Mia Product and Raj Legal; Lee tells.
async fn company(keep: Keep) -> World {
    let mut world = World::without_bot(Company {
        keep,
        begins: "2026-11-23T11:00:00+01:00[Europe/Berlin]",
        allears: String::new(),
        ..Company::default()
    })
    .await;
    world.company.functions = world.led_by(&[("finance", "dana"), ("product", "mia"), ("legal", "raj")]);
    world.start_bot().await.unwrap();
    world
}

async fn told(words: &[&str]) -> World {
    let world = company(Keep::InMemory).await;
    for words in words {
        world.heard("lee", "sales", words).await;
    }
    world
}

/// How many messages each of them got.
fn written(world: &World) -> [usize; 4] {
    ["lee", "dana", "mia", "raj"].map(|who| world.told_directly(who).len())
}

async fn passes_days(world: &World, days: std::ops::RangeInclusive<usize>) {
    for n in days {
        world.strikes(&day(n)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_takes_reaches_its_lead_then_another_and_then_all_read_that_nobody_answered() {
    let world = told(&["the invoice shows the wrong VAT number", "a refund for the boat is late"]).await;
    passes_days(&world, 1..=1).await;
    assert_eq!(written(&world), [0, 0, 0, 0]);
    passes_days(&world, 2..=4).await;
    assert_eq!(written(&world), [0, 1, 0, 0]);
    assert_snapshot!(world.told_directly("dana")[0], @r"
    2 records wait for Finance. Take one, pass it on, or close it.
    “the invoice shows the wrong VAT number”
    VOC-1
    “a refund for the boat is late”
    VOC-2
    Finance has no advocates yet. An advocate sees for a week that each record is taken, passed on or closed: ten minutes a day. Three who take turns are enough, also from other teams. Ask them to type /allears advocate join finance. Until then I remind you.
    ");
    passes_days(&world, 5..=5).await;
    assert_snapshot!(world.told_directly("dana")[1], @r"
    2 records wait for Finance. Nobody has taken them for five working days, and the digest says so. Take one, ask a colleague to, or close it.
    “the invoice shows the wrong VAT number”
    VOC-1
    “a refund for the boat is late”
    VOC-2
    ");
    passes_days(&world, 6..=6).await;
    assert_snapshot!(world.channel("finance-voice").last().unwrap(), @r"
    What customers told us: Finance, Tuesday 1 December
    2 wait too long or came back.
    “a refund for the boat is late”
    VOC-2, told by @lee in #sales. It waits. Nobody has taken it since Monday 23 November.
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in #sales. It waits. Nobody has taken it since Monday 23 November.
    ");
    passes_days(&world, 7..=10).await;
    assert_eq!(written(&world)[..2], [0, 2]);
    let chair = if written(&world)[2] == 1 { "mia" } else { "raj" };
    assert_snapshot!(world.told_directly(chair)[0], @r"
    2 records wait for Finance. Nobody has taken them for ten working days. You lead another team and it is your turn: ask them what they need, or decide who does what by when.
    “the invoice shows the wrong VAT number”
    VOC-1
    “a refund for the boat is late”
    VOC-2
    ");
    passes_days(&world, 11..=15).await;
    assert_eq!(written(&world).iter().sum::<usize>(), 4, "{:?}", written(&world));
    passes_days(&world, 16..=20).await;
    assert_snapshot!(world.told_directly("lee").join("\n--\n"), @r"
    What became of what you told
    “the invoice shows the wrong VAT number”
    VOC-1 is closed: nobody answered.
    “a refund for the boat is late”
    VOC-2 is closed: nobody answered.
    ");
    assert!(world.store().watched().await.unwrap().is_empty());
    world.end().await;
}

/// Whoever takes it ends that; its own clock runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_comes_to_its_day_and_waits_again_after_it() {
    let world = told(&["the invoice shows the wrong VAT number"]).await;
    passes_days(&world, 1..=2).await;
    assert!(world.presses("dana", "@dana", "take").await.ok);
    passes_days(&world, 3..=9).await;
    assert_eq!(written(&world), [0, 1, 0, 0]);
    passes_days(&world, 10..=10).await;
    assert_snapshot!(world.told_directly("dana")[1], @r"
    “the invoice shows the wrong VAT number”
    VOC-1 is due Wednesday 9 December. Close it with what is known by then, or give it back.
    ");
    assert!(world.presses("dana", "@dana", "extend").await.ok);
    passes_days(&world, 11..=14).await;
    assert_eq!(written(&world), [0, 2, 0, 0]);
    passes_days(&world, 15..=17).await;
    assert_eq!(written(&world), [0, 3, 0, 0], "its new day comes, too");
    passes_days(&world, 18..=18).await;
    assert_eq!(world.record(1).await.care.taker(), None, "its day has passed");
    assert_eq!(written(&world)[1..].iter().sum::<usize>(), 4, "it has waited since it was told: {:?}", written(&world));
    world.end().await;
}

/// Who left cannot answer: it waits for somebody else, and not until its day.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_has_who_leaves_is_open_again() {
    let world = told(&["the invoice shows the wrong VAT number"]).await;
    passes_days(&world, 1..=2).await;
    assert!(world.presses("dana", "@dana", "take").await.ok);
    assert!(world.record(1).await.care.taker().is_some());
    world.sim.change(&slack_sim::Change::Deactivate("dana".to_owned())).unwrap();
    passes_days(&world, 3..=4).await;
    assert_eq!(world.record(1).await.care.taker(), None);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_planned_and_not_done_comes_back_and_its_teller_hears() {
    let world = told(&["the invoice shows the wrong VAT number"]).await;
    passes_days(&world, 1..=1).await;
    assert!(world.presses("dana", "finance-voice", "close").await.ok);
    let form = json!({"outcome": {"outcome": "planned"}, "reason": {"reason": "with the next release"}, "day": {"day": "2026-12-01"}});
    assert!(world.sends("dana", &form).await.ok);
    assert_eq!(written(&world), [1, 0, 0, 0]);
    passes_days(&world, 2..=6).await;
    assert_eq!(written(&world), [2, 0, 0, 0], "asked once more whether the customer knows");
    passes_days(&world, 7..=8).await;
    assert_snapshot!(world.told_directly("lee")[2], @r"
    “the invoice shows the wrong VAT number”
    VOC-1: It came back. What was planned was not done by its day.
    ");
    assert_snapshot!(world.channel("finance-voice").last().unwrap(), @r"
    What customers told us: Finance, Thursday 3 December
    1 waits too long or came back.
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in #sales. It came back. What was planned was not done by its day.
    ");
    world.end().await;
}

/// One message a day, whatever comes together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_concerns_one_person_comes_in_one_message() {
    let world = told(&["the invoice of may is wrong", "the contract is too long"]).await;
    world.heard("dana", "sales", "the privacy of boats is at risk").await;
    passes_days(&world, 1..=1).await;
    world.strikes("2026-11-24T18:00:00+01:00[Europe/Berlin]").await;
    assert!(world.presses("raj", "legal-voice", "take").await.ok);
    passes_days(&world, 2..=2).await;
    assert_eq!(written(&world)[1], 1);
    world.strikes("2026-11-25T13:00:00+01:00[Europe/Berlin]").await;
    // Raj closes what Dana told after she had today's message.
    for no in [2, 3] {
        assert!(world.runs("raj", "legal-voice", "/allears", &format!("VOC-{no}")).await.text().contains(&format!("VOC-{no}")));
        assert!(world.presses("raj", "legal-voice", "close").await.ok);
        let form = json!({"outcome": {"outcome": "done"}, "reason": {"reason": "it is shorter now"}});
        assert!(world.sends("raj", &form).await.ok);
    }
    assert_eq!(written(&world)[1], 1, "not twice a day");
    passes_days(&world, 3..=3).await;
    assert_snapshot!(world.told_directly("dana")[1], @r"
    “the privacy of boats is at risk”
    VOC-3 is closed: done. @raj (Legal): “it is shorter now” Does the customer know?
    ");
    world.end().await;
}

/// Each step comes once, whenever the bot dies and however its clock jumps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_come_once_through_restarts_and_downtime() {
    let (_folder, keep) = kept();
    let mut world = company(keep).await;
    world.heard("lee", "sales", "the invoice shows the wrong VAT number").await;
    for n in 1..=6 {
        world.strikes(&day(n)).await;
        world.stop_bot().await;
        world.start_bot().await.unwrap();
    }
    assert_eq!(written(&world), [0, 2, 0, 0]);
    world.stop_bot().await;
    world.strikes(&day(12)).await;
    world.start_bot().await.unwrap();
    assert_eq!(written(&world).iter().sum::<usize>(), 3, "only the furthest step: {:?}", written(&world));
    world.end().await;
}

/// Who is away, or wants to be left in peace, is passed over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_who_is_left_in_peace_is_passed_over() {
    let world = told(&["the invoice shows the wrong VAT number"]).await;
    world.runs("dana", "@bot", "/allears", "pause").await;
    passes_days(&world, 1..=2).await;
    assert_eq!(written(&world).iter().sum::<usize>(), 1 + world.told_directly("dana").len(), "{:?}", written(&world));
    assert!(world.told_directly("dana").iter().all(|text| !text.contains("waits for Finance")));
    world.end().await;
}

/// Urgent ones go by working hours, and do not wait for tomorrow.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn urgent_ones_reach_somebody_within_hours() {
    let world = company(Keep::InMemory).await;
    world.heard("lee", "sales", "urgent: they leave us over the invoice").await;
    world.strikes("2026-11-23T12:50:00+01:00[Europe/Berlin]").await;
    assert_eq!(written(&world), [0, 0, 0, 0]);
    world.strikes("2026-11-23T13:16:00+01:00[Europe/Berlin]").await;
    assert_snapshot!(world.told_directly("dana")[0], @r"
    1 record waits for Finance. Take it, pass it on, or close it.
    “they leave us over the invoice”
    VOC-1, urgent
    Finance has no advocates yet. An advocate sees for a week that each record is taken, passed on or closed: ten minutes a day. Three who take turns are enough, also from other teams. Ask them to type /allears advocate join finance. Until then I remind you.
    ");
    world.strikes("2026-11-23T15:16:00+01:00[Europe/Berlin]").await;
    assert_eq!(written(&world), [0, 2, 0, 0]);
    world.strikes("2026-11-24T09:00:30+01:00[Europe/Berlin]").await;
    assert_eq!(written(&world)[1], 2);
    world.end().await;
}
