//! How evenly the customer is carried: measured on Mondays, rounded, and nobody's share shown to another.

use insta::assert_snapshot;
use serde_json::json;
use slack_sim::{NewChannel, NewPerson};

use crate::world::{Company, World, logged};

/// Mondays at noon, the first one after the bot came.
fn monday(n: i64) -> String {
    let first = jiff::civil::date(2026, 11, 30);
    let day = first.checked_add(jiff::Span::new().weeks(n)).unwrap();
    format!("{day}T12:00:00+01:00[Europe/Berlin]")
}

/// Finance has six people, Product five, Legal and Sales two each: f1 to f6, p1 to p5, l1, l2, s1 and s2.
async fn company() -> World {
    company_with(None).await
}

/// The same, with these scopes alone.
async fn company_with(scopes: Option<Vec<&'static str>>) -> World {
    let allears = "[care]\nremind = false\n[rollup]\nchannel = \"#everybody\"\n".to_owned();
    let mut world = World::without_bot(Company { allears, scopes, ..Company::default() }).await;
    let teams = [("finance", 6), ("product", 5), ("legal", 2), ("sales", 2)];
    let function = |(id, people): (&str, usize)| {
        let names: Vec<String> = (1..=people).map(|n| format!("{}{n}", &id[..1])).collect();
        world.sim.add_people(names.iter().map(String::as_str));
        let ids: Vec<String> = names.iter().map(|name| world.sim.person_id(name).unwrap()).collect();
        let name = id[..1].to_uppercase() + &id[1..];
        let channel = if id == "sales" { "#sales".to_owned() } else { format!("#{id}-voice") };
        format!("[[function]]\nid = \"{id}\"\nname = \"{name}\"\nlead = {:?}\nmembers = {ids:?}\nchannel = {channel:?}\n", ids[0])
    };
    let functions = teams.map(function).concat();
    world.company.functions = format!("[defaults]\nzone = \"Europe/Berlin\"\n{functions}");
    world.sim.add_channel(NewChannel::named("everybody").members(["lee"]).with_bot());
    world.start_bot().await.unwrap();
    world
}

async fn asks(world: &World, who: &str) -> String {
    world.runs(who, "sales", "/allears", "spread").await.text().to_owned()
}

async fn weeks(world: &World, weeks: std::ops::RangeInclusive<i64>) {
    for n in weeks {
        world.strikes(&monday(n)).await;
    }
}

/// Two of Finance, one of Product and one of Legal tell something, each week anew where that is asked.
async fn some_tell(world: &World) {
    for who in ["f1", "f2", "p1", "l1"] {
        world.heard(who, "sales", &format!("the invoice of {who} is wrong")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_team_sees_its_own_for_eight_weeks_and_then_all_see_all() {
    let world = company().await;
    assert_snapshot!(asks(&world, "f3").await, @r"
    How evenly the customer is carried
    You, in the last four weeks: nothing yet. /heard begins it. Only you read this line.
    It is measured on Mondays, once there are days that count: people count, not records.
    ");
    some_tell(&world).await;
    weeks(&world, 0..=1).await;
    assert_snapshot!(asks(&world, "f1").await, @r"
    How evenly the customer is carried
    You, in the last four weeks: 1 told. Only you read this line.
    Finance: a quarter or more
    From 25 January on everybody reads how evenly the company carries the customer.
    Of each team: how many of its people told, closed, signed, brought back or corrected a record, or heard one too, in the 4 weeks up to 29 November. A quarter of a team, and two at least, is full marks. People count, not records; nobody's own share is shown to anybody else, and of few people nothing is.
    ");
    // Of two people nothing is said: they stand with the smallest others.
    for who in ["l1", "p2", "s2"] {
        let told = asks(&world, who).await;
        assert!(told.contains("Legal, Product and Sales, together: under a quarter") && !told.contains("Finance:"), "{told}");
    }
    assert!(!world.channel("everybody").concat().contains("Reach"));
    for n in 2..=8 {
        some_tell(&world).await;
        weeks(&world, n..=n).await;
    }
    assert_snapshot!(asks(&world, "lee").await, @r"
    How evenly the customer is carried
    You, in the last four weeks: nothing yet. /heard begins it. Only you read this line.
    Reach 50 %. Carried as if by 2.5 of 4 teams (4 weeks ago: 2.5).
    Reach in each week, in %: 30 Nov 50, 7 Dec 50, 14 Dec 50, 21 Dec 50, 28 Dec 50, 4 Jan 50, 11 Jan 50, 18 Jan 50, 25 Jan 50.
    Finance: a quarter or more
    Legal, Product and Sales, together: under a quarter
    Of each team: how many of its people told, closed, signed, brought back or corrected a record, or heard one too, in the 4 weeks up to 17 January. A quarter of a team, and two at least, is full marks. People count, not records; nobody's own share is shown to anybody else, and of few people nothing is.
    ");
    let week = world.channel("everybody").pop().unwrap();
    assert!(week.contains("Reach 50 %. Carried as if by 2.5 of 4 teams (4 weeks ago: 2.5)."), "{week}");
    world.end().await;
}

/// Whom it concerns reads it, and nobody else; it is asked once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_closes_most_of_a_team_reads_it_alone() {
    let world = company().await;
    assert!(world.runs("f2", "sales", "/allears", "advocate join finance").await.text().contains("You take turns"));
    for n in 1..=12 {
        world.heard("lee", "sales", &format!("the invoice number {n} is wrong")).await;
    }
    world.strikes("2026-11-23T12:00:00+01:00[Europe/Berlin]").await;
    for n in 1..=12 {
        let who = if n % 6 == 0 { "f3" } else { "f2" };
        world.runs(who, "sales", "/allears", &format!("VOC-{n}")).await;
        assert!(world.presses(who, "sales", "close").await.ok);
        let reason = json!({"outcome": {"outcome": "done"}, "reason": {"reason": "it is right now"}});
        assert!(world.sends(who, &reason).await.ok);
    }
    weeks(&world, 0..=1).await;
    let told = world.told_directly("f2").into_iter().filter(|told| told.contains("You closed")).collect::<Vec<_>>();
    assert_snapshot!(told.join("\n--\n"), @r"
    Your week as Finance's advocate begins. Nothing waits now.
    You closed 10 of the 12 that Finance closed in four weeks. Nobody else is told. Skip your next turn as advocate?
    ");
    assert!(world.presses("f2", "@f2", "turn_skip").await.ok);
    world.passes(5).await;
    assert!(world.seen_by("f2", "@bot").concat().contains("You are last in Finance's line now"), "{:?}", world.seen_by("f2", "@bot"));
    let people = ["f1", "f3", "f4", "p1", "l1", "s1", "lee"];
    let channels = ["everybody", "finance-voice", "product-voice", "legal-voice", "sales", "stories"];
    let others = people.iter().flat_map(|who| world.told_directly(who)).chain(channels.iter().flat_map(|channel| world.channel(channel)));
    let others: Vec<String> = others.collect();
    assert!(others.iter().all(|text| !text.contains("10 of the 12") && !text.contains("You closed")), "{others:?}");
    weeks(&world, 2..=4).await;
    assert_eq!(world.told_directly("f2").iter().filter(|told| told.contains("You closed")).count(), 1, "not each week that it holds");
    world.end().await;
}

/// Guests, programs and those who left are no colleagues; what was taken back is no deed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guests_do_not_count_and_what_is_taken_back_does_not_either() {
    let mut world = company().await;
    world.stop_bot().await;
    for n in 1..=14 {
        world.sim.add_person(NewPerson::named(&format!("g{n}")).guest());
    }
    let guests: Vec<String> = (1..=14).map(|n| world.sim.person_id(&format!("g{n}")).unwrap()).collect();
    let product = world.sim.person_id("p5").unwrap();
    world.company.functions =
        world.company.functions.replace(&format!("{product:?}]"), &format!("\"{}\", {product:?}]", guests.join("\", \"")));
    world.start_bot().await.unwrap();
    for who in ["p1", "p2", "p3", "g1", "f1"] {
        world.heard(who, "sales", &format!("the invoice of {who} is wrong")).await;
    }
    assert!(world.presses("f1", "sales", "undo").await.ok);
    weeks(&world, 0..=1).await;
    // Three of nine; with fourteen guests it would be four of twenty-three.
    assert!(asks(&world, "p3").await.contains("together: a quarter or more"), "{}", asks(&world, "p3").await);
    assert!(asks(&world, "f2").await.contains("Finance: under a quarter"), "{}", asks(&world, "f2").await);
    world.end().await;
}

/// Whom it concerns is named: else it counts for nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_heard_too_counts_until_it_is_taken_back() {
    let mut world = company().await;
    world.stop_bot().await;
    world.company.accounts = Some("name\nAcme\n".to_owned());
    world.start_bot().await.unwrap();
    world.heard("f1", "sales", "Acme says the invoice is wrong").await;
    weeks(&world, 0..=0).await;
    let own = async |n: &str| asks(&world, "p1").await.contains(&format!("in the last four weeks: {n}"));
    for _ in 0..2 {
        world.chooses("p1", "finance-voice", 1, "I heard this too").await;
        assert!(own("1 heard too.").await, "{}", asks(&world, "p1").await);
        assert!(world.presses("p1", "finance-voice", "not_heard").await.ok);
        assert!(own("nothing yet.").await, "{}", asks(&world, "p1").await);
    }
    world.end().await;
}

/// Whoever installed the app did not let it see people: all who are listed count.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_people_cannot_be_looked_up_all_who_are_listed_count() {
    let world = company_with(Some(vec!["commands", "chat:write", "channels:read", "channels:history", "im:history", "im:write"])).await;
    some_tell(&world).await;
    weeks(&world, 0..=1).await;
    assert!(asks(&world, "f1").await.contains("Finance: a quarter or more"), "{}", asks(&world, "f1").await);
    assert_eq!(logged(&["who is in which function could not be looked up"]), 0);
    world.end().await;
}
