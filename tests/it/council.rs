//! The council: what waits too long or contradicts the company, who decides on it, and what everybody reads of it.

use insta::assert_snapshot;
use serde_json::{Value, json};
use slack_sim::{NewChannel, NewPerson};

use crate::world::{Company, World};

/// Dana leads Finance, Mia Product and Raj Legal; Lee tells. It is Monday.
async fn company(words: &[&str]) -> World {
    let begins = "2026-11-23T11:00:00+01:00[Europe/Berlin]";
    let allears = "[rollup]\nchannel = \"#everybody\"\n".to_owned();
    let mut world = World::without_bot(Company { allears, begins, ..Company::default() }).await;
    world.sim.add_channel(NewChannel::named("everybody").members(["lee"]).with_bot());
    world.company.functions = world.led_by(&[("finance", "dana"), ("product", "mia"), ("legal", "raj")]);
    world.start_bot().await.unwrap();
    for words in words {
        world.heard("lee", "sales", words).await;
    }
    world
}

/// Each working day of so many weeks at noon.
async fn weeks(world: &World, weeks: std::ops::Range<i64>) {
    for n in weeks.start * 7..weeks.end * 7 {
        let day = jiff::civil::date(2026, 11, 23).checked_add(jiff::Span::new().days(n)).unwrap();
        world.strikes(&format!("{day}T12:00:00+01:00[Europe/Berlin]")).await;
    }
}

async fn council(world: &World, who: &str) -> String {
    world.named(world.runs(who, "sales", "/allears", "council").await.text().to_owned())
}

/// Presses a button below the record as this person sees it.
async fn presses(world: &World, who: &str, action: &str) {
    world.runs(who, "sales", "/allears", "VOC-1").await;
    assert!(world.presses(who, "sales", action).await.ok);
}

fn decides(world: &World, who: &str, day: &str) -> Value {
    let who = world.sim.person_id(who).unwrap();
    json!({"reason": {"reason": "the page says what is on the invoice"}, "who": {"who": who}, "day": {"day": day}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_too_long_is_decided_on_and_everybody_reads_what_changes() {
    let world = company(&["the invoice shows the wrong VAT number", "nobody knows what this is about"]).await;
    assert_snapshot!(council(&world, "mia").await, @r"
    The council: those who lead teams, a week each in the chair. This week Product's lead is in the chair. They decide on what waits too long, and on what contradicts us: Open, then Decide.
    Contradicts us, or waits too long
    Nothing does.
    Fits no team, and nobody has taken it
    VOC-2: “nobody knows what this is about” told by @lee
    Heard in the last seven days
    VOC-2: “nobody knows what this is about” told by @lee
    VOC-1: “the invoice shows the wrong VAT number” told by @lee
    Praise in the last seven days
    None was told.
    ");
    weeks(&world, 1..2).await;
    let week = world.channel("everybody").pop().unwrap_or_default();
    assert!(!week.contains("Waiting too long"), "{week}");
    weeks(&world, 2..3).await;
    assert_snapshot!(council(&world, "mia").await, @r"
    The council: those who lead teams, a week each in the chair. This week Finance's lead is in the chair. They decide on what waits too long, and on what contradicts us: Open, then Decide.
    Contradicts us, or waits too long
    VOC-1: “the invoice shows the wrong VAT number” told by @lee (waits since Monday 23 November)
    VOC-2: “nobody knows what this is about” told by @lee (waits since Monday 23 November)
    Fits no team, and nobody has taken it
    VOC-2: “nobody knows what this is about” told by @lee (waits since Monday 23 November)
    Heard in the last seven days
    Nothing was told.
    Praise in the last seven days
    None was told.
    ");
    let week = world.channel("everybody").pop().unwrap();
    assert!(week.contains("Waiting too long: Finance 2"), "{week}");
    presses(&world, "mia", "decide").await;
    assert!(world.sends("mia", &decides(&world, "lee", "2026-12-18")).await.ok);
    assert!(world.record(1).await.care.taker().is_some());
    assert_snapshot!(world.runs("raj", "sales", "/allears", "VOC-1").await.text().replace(&world.sim.channel_id("sales").unwrap(), "sales"), @r"
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in <#sales>. Read by Finance.
    @lee has it, until Friday 18 December. @mia, for the council: “the page says what is on the invoice”
    ");
    weeks(&world, 3..4).await;
    let digests = world.channel("finance-voice").concat();
    assert!(digests.contains("@mia, for the council: “the page says what is on the invoice”"), "{digests}");
    let told = world.told_directly("lee").concat();
    assert!(told.contains("VOC-1: @lee has it, until Friday 18 December. @mia, for the council: "), "{told}");
    assert!(told.contains("VOC-1 is due Friday 18 December."), "{told}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_those_who_lead_decide_and_only_others_lift_what_contradicts_a_team() {
    let world = company(&["the invoice shows the wrong VAT number"]).await;
    presses(&world, "lee", "close").await;
    weeks(&world, 1..2).await;
    world.chooses("mia", "finance-voice", 1, "This contradicts us").await;
    assert!(world.sends("mia", &json!({"reason": {"reason": "our invoices are right"}})).await.ok);
    let shown = world.runs("lee", "sales", "/allears", "VOC-1").await;
    assert!(!format!("{:?}", shown.seen).contains("lift"), "Lee leads nothing");
    presses(&world, "dana", "lift").await;
    let sent = world.sends("dana", &json!({"reason": {"reason": "they are right"}})).await;
    assert!(world.form("dana").to_string().contains("That is for the council to decide on VOC-1"), "{sent:?}");
    assert!(world.record(1).await.care.belief.is_some());
    presses(&world, "raj", "lift").await;
    assert!(world.sends("raj", &json!({"reason": {"reason": "both are right: it is another invoice"}})).await.ok);
    assert!(world.record(1).await.care.belief.is_none());
    let digest = world.channel("finance-voice").concat();
    assert!(digest.contains("@raj, for the council: “both are right: it is another invoice”"), "{digest}");
    assert!(!digest.contains("It contradicts us"), "{digest}");
    // Its team closes it alone now.
    presses(&world, "dana", "close").await;
    let close = json!({"outcome": {"outcome": "done"}, "reason": {"reason": "the other one is right, too"}});
    assert!(world.sends("dana", &close).await.ok);
    assert!(world.record(1).await.care.closed().is_some());
    weeks(&world, 2..3).await;
    let week = world.channel("everybody").pop().unwrap();
    assert!(
        week.contains("Changed because of customers\nVOC-1: “the invoice shows the wrong VAT number” Done: “the other one is right, too”"),
        "{week}"
    );
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_in_the_form_stays_at_its_field() {
    let world = company(&["the invoice shows the wrong VAT number"]).await;
    world.sim.add_person(NewPerson::named("gus").guest());
    presses(&world, "mia", "decide").await;
    for (who, day, wrong) in
        [("gus", "2026-12-18", "Choose a colleague who works here"), ("lee", "2026-11-01", "Choose a day that is still to come")]
    {
        let sent = world.sends("mia", &decides(&world, who, day)).await;
        assert!(!sent.ok || world.form("mia").to_string().contains(wrong), "{who}: {sent:?}");
        assert!(world.record(1).await.care.taker().is_none());
    }
    let mut blank = decides(&world, "lee", "2026-12-18");
    blank["reason"]["reason"] = json!("   ");
    world.sends("mia", &blank).await;
    assert!(world.record(1).await.care.taker().is_none());
    assert!(world.sends("mia", &decides(&world, "lee", "2026-12-18")).await.ok);
    assert!(world.record(1).await.care.taker().is_some());
    world.end().await;
}

/// Closed on a Monday before the week is told: it stands in that one, and not in the next one as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changed_is_told_in_one_week_alone() {
    let world = company(&["the invoice shows the wrong VAT number"]).await;
    world.strikes("2026-11-30T08:00:00+01:00[Europe/Berlin]").await;
    presses(&world, "dana", "close").await;
    assert!(world.sends("dana", &json!({"outcome": {"outcome": "done"}, "reason": {"reason": "it is right now"}})).await.ok);
    world.strikes("2026-11-30T10:05:00+01:00[Europe/Berlin]").await;
    world.heard("lee", "sales", "the refund of may is late").await;
    world.strikes("2026-12-07T10:05:00+01:00[Europe/Berlin]").await;
    let told = world.channel("everybody");
    let changed: Vec<bool> = told.iter().map(|week| week.contains("Changed because of customers")).collect();
    assert_eq!(changed, [true, false], "{told:?}");
    world.end().await;
}

/// Whoever is in the chair reads it on Monday; what they have not decided by Wednesday is the next lead's. Each hears of it once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_in_the_chair_hear_what_waits_for_them_and_the_next_from_thursday_on() {
    let world = company(&["the invoice shows the wrong VAT number"]).await;
    world.strikes("2026-11-24T09:05:00+01:00[Europe/Berlin]").await;
    let chair = |world: &World| {
        let told = |who: &str| world.told_directly(who).into_iter().filter(|text| text.contains("in the council's chair")).count();
        ["dana", "mia", "raj"].map(told)
    };
    assert_eq!(chair(&world), [0, 0, 0], "nothing waits for them");
    world.chooses("mia", "finance-voice", 1, "This contradicts us").await;
    assert!(world.sends("mia", &json!({"reason": {"reason": "our invoices are right"}})).await.ok);
    for day in ["24", "25"] {
        world.strikes(&format!("2026-11-{day}T12:00:00+01:00[Europe/Berlin]")).await;
    }
    assert_eq!(chair(&world), [0, 1, 0]);
    assert_snapshot!(world.told_directly("mia").into_iter().find(|text| text.contains("chair")).unwrap(), @"You are in the council's chair this week. 1 record waits too long or contradicts us. Decide who does what about it, and by when: /allears council.");
    for day in ["26", "27"] {
        world.strikes(&format!("2026-11-{day}T12:00:00+01:00[Europe/Berlin]")).await;
    }
    assert_eq!(chair(&world), [0, 1, 1]);
    assert_snapshot!(world.told_directly("raj").into_iter().find(|text| text.contains("chair")).unwrap(), @"You are in the council's chair now: Product's lead was, and did not come to it. 1 record waits too long or contradicts us. Decide who does what about it, and by when: /allears council.");
    // Nobody judges their own: it is Finance's, whose lead is in the chair in the third week.
    for day in ["2026-12-07", "2026-12-08"] {
        world.strikes(&format!("{day}T12:00:00+01:00[Europe/Berlin]")).await;
    }
    assert_eq!(chair(&world)[0], 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_who_left_is_given_a_record() {
    let world = company(&["the invoice shows the wrong VAT number"]).await;
    weeks(&world, 1..3).await;
    presses(&world, "mia", "decide").await;
    world.sim.change(&slack_sim::Change::Deactivate("raj".to_owned())).unwrap();
    world.sim.add_person(NewPerson::named("robo").bot());
    for who in ["raj", "robo"] {
        let refused = world.sends("mia", &decides(&world, who, "2026-12-18")).await;
        assert!(format!("{refused:?}").contains("Choose a colleague who works here"), "{refused:?}");
    }
    world.end().await;
}
