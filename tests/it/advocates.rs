//! Whose turn it is: who volunteers is told on Thursday, serves from Monday, and may leave it to others.

use allears::serve::Keep;
use insta::assert_snapshot;
use slack_sim::NewPerson;

use crate::world::{Company, World, kept};

const WEDNESDAY: &str = "2026-11-25T12:00:00+01:00[Europe/Berlin]";
const THURSDAY: &str = "2026-11-26T10:00:00+01:00[Europe/Berlin]";
const FRIDAY: &str = "2026-11-27T10:00:00+01:00[Europe/Berlin]";
const MONDAY: &str = "2026-11-30T09:05:00+01:00[Europe/Berlin]";
const TUESDAY: &str = "2026-12-01T12:00:00+01:00[Europe/Berlin]";

/// Dana leads Finance, Mia Product and Raj Legal. Ben, Ida and Noa work there as well, and it is Monday noon.
async fn company(keep: Keep) -> World {
    let begins = "2026-11-23T12:00:00+01:00[Europe/Berlin]";
    let mut world = World::without_bot(Company { keep, begins, allears: String::new(), ..Company::default() }).await;
    world.sim.add_people(["ben", "ida", "noa"]);
    world.company.functions = world.led_by(&[("finance", "dana"), ("product", "mia"), ("legal", "raj")]);
    world.start_bot().await.unwrap();
    world
}

async fn volunteers(world: &World, who: &[&str]) {
    for who in who {
        let told = world.runs(who, "sales", "/allears", "advocate join finance").await.text().to_owned();
        assert!(told.starts_with("You take turns as Finance's advocate from here on."), "{told}");
    }
}

/// Ben, Ida and Noa take turns; this week is Ben's, and he knows.
async fn three(keep: Keep) -> World {
    let world = company(keep).await;
    volunteers(&world, &["ben", "ida", "noa"]).await;
    world.strikes("2026-11-23T16:00:00+01:00[Europe/Berlin]").await;
    world
}

fn last(world: &World, who: &str) -> String {
    world.told_directly(who).pop().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turns_are_told_on_thursday_and_begin_on_monday() {
    let world = three(Keep::InMemory).await;
    assert_snapshot!(last(&world, "ben"), @"You are Finance's advocate this week: ten minutes a day, so that each record is taken, passed on or closed. You need not solve them. Nothing waits now.");
    world.strikes(WEDNESDAY).await;
    assert_eq!((world.told_directly("ida").len(), world.told_directly("ben").len()), (0, 1));
    world.strikes(THURSDAY).await;
    assert_snapshot!(last(&world, "ida"), @"You are Finance's advocate next week, from Monday 30 November: ten minutes a day, so that each record is taken, passed on or closed. You need not solve them.");
    assert!(world.presses("ida", "@ida", "turn_fine").await.ok);
    world.passes(5).await;
    world.heard("lee", "sales", "the invoice of april is wrong").await;
    world.heard("lee", "sales", "the refund of may is late").await;
    world.strikes(FRIDAY).await;
    assert_eq!(world.told_directly("ida").len(), 1, "once");
    world.strikes(MONDAY).await;
    assert_snapshot!(last(&world, "ida"), @r"
    Your week as Finance's advocate begins. 2 waiting. Start with VOC-1.
    2 records wait for Finance. Take one, pass it on, or close it.
    “the invoice of april is wrong”
    VOC-1
    “the refund of may is late”
    VOC-2
    ");
    world.strikes(TUESDAY).await;
    assert_eq!(world.told_directly("ben").len(), 1);
    assert_snapshot!(world.runs("ben", "sales", "/allears", "advocate").await.text(), @r"
    Advocates: in each team, whose turn it is for a week to see that records are taken, passed on or closed
    Finance: @ida; 3 take turns, you among them
    Legal: nobody takes turns yet
    Product: nobody takes turns yet
    /allears advocate shows whose turn it is in each team
    /allears advocate join finance lets you take turns there: a week now and then, ten minutes a day
    /allears advocate leave finance ends that, with no reason asked
    /allears pause until 2026-12-24 tells me that you are away until then: your turn waits for you
    ");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_digest_names_whose_turn_it_is_and_they_are_reminded_first() {
    let world = three(Keep::InMemory).await;
    world.heard("lee", "sales", "the invoice of april is wrong").await;
    let shown = world.runs("lee", "sales", "/allears", "VOC-1").await.text().to_owned();
    assert!(shown.contains("@ben holds it, as Finance's advocate this week."), "{shown}");
    world.strikes("2026-11-24T12:00:00+01:00[Europe/Berlin]").await;
    let digest = world.channel("finance-voice").concat();
    assert!(digest.contains("1 new. This week's advocate: @ben."), "{digest}");
    world.strikes(WEDNESDAY).await;
    let told = last(&world, "ben");
    assert!(told.contains("1 record waits for Finance. Take it, pass it on, or close it."), "{told}");
    assert_eq!(world.told_directly("dana").len(), 0);
    let shown = world.runs("lee", "sales", "/allears", "VOC-1").await.text().to_owned();
    assert!(shown.contains("@ben holds it, and was told that it waits."), "{shown}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_this_time_asks_the_next_and_keeps_the_place_in_the_line() {
    let (_folder, keep) = kept();
    let mut world = three(keep).await;
    world.strikes(THURSDAY).await;
    assert!(world.presses("ida", "@ida", "turn_not").await.ok);
    world.strikes(FRIDAY).await;
    assert!(last(&world, "noa").starts_with("You are Finance's advocate next week, from Monday 30 November"), "{}", last(&world, "noa"));
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.strikes(MONDAY).await;
    assert!(last(&world, "noa").starts_with("Your week as Finance's advocate begins. Nothing waits now."), "{}", last(&world, "noa"));
    world.strikes("2026-12-03T10:00:00+01:00[Europe/Berlin]").await;
    assert!(last(&world, "ida").starts_with("You are Finance's advocate next week, from Monday 7 December"), "{}", last(&world, "ida"));
    assert!(world.presses("ida", "@ida", "turn_not").await.ok, "a button of weeks ago: she has two of them");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_those_who_are_asked_to_swap_the_first_yes_wins() {
    let world = three(Keep::InMemory).await;
    world.strikes(THURSDAY).await;
    assert!(world.presses("ida", "@ida", "turn_swap").await.ok);
    world.passes(5).await;
    world.strikes(FRIDAY).await;
    assert_snapshot!(last(&world, "noa"), @"@ida asks whether you are Finance's advocate instead, in the week from Monday 30 November. The first who says yes is.");
    assert!(last(&world, "ben").contains("@ida asks whether you are Finance's advocate instead"), "{}", last(&world, "ben"));
    assert!(world.presses("noa", "@noa", "turn_take").await.ok);
    assert!(world.presses("ben", "@ben", "turn_take").await.ok);
    world.passes(5).await;
    let (noa, ben) = (world.seen_by("noa", "@bot").concat(), world.seen_by("ben", "@bot").concat());
    assert!(noa.contains("Thank you: you are Finance's advocate in that week."), "{noa}");
    assert!(ben.contains("@noa is Finance's advocate in that week by now"), "{ben}");
    world.strikes(MONDAY).await;
    assert!(last(&world, "noa").starts_with("Your week as Finance's advocate begins."), "{}", last(&world, "noa"));
    assert_eq!(world.told_directly("ida").len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_away_is_passed_over_and_guests_take_no_turns() {
    let world = three(Keep::InMemory).await;
    world.runs("ida", "sales", "/allears", "pause until 2026-12-20").await;
    world.strikes(THURSDAY).await;
    assert_eq!(world.told_directly("ida").len(), 0);
    assert!(last(&world, "noa").starts_with("You are Finance's advocate next week"), "{}", last(&world, "noa"));
    // She falls ill over the weekend.
    world.runs("noa", "sales", "/allears", "pause").await;
    world.strikes(MONDAY).await;
    world.strikes("2026-11-30T10:00:00+01:00[Europe/Berlin]").await;
    assert!(last(&world, "ben").starts_with("You are Finance's advocate this week"), "{}", last(&world, "ben"));
    world.sim.add_person(NewPerson::named("gus").guest());
    let refused = world.runs("gus", "sales", "/allears", "advocate join finance").await.text().to_owned();
    assert!(refused.starts_with("Guests take no turns"), "{refused}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_of_a_team_without_any_hears_of_it_beside_what_waits_and_once() {
    let world = company(Keep::InMemory).await;
    world.strikes(THURSDAY).await;
    assert_eq!(world.told_directly("dana").len(), 0, "nothing waits: nothing is said");
    world.heard("lee", "sales", "the invoice of april is wrong").await;
    world.strikes("2026-11-30T12:00:00+01:00[Europe/Berlin]").await;
    assert_snapshot!(last(&world, "dana"), @r"
    1 record waits for Finance. Take it, pass it on, or close it.
    “the invoice of april is wrong”
    VOC-1
    Finance has no advocates yet. An advocate sees for a week that each record is taken, passed on or closed: ten minutes a day. Three who take turns are enough, also from other teams. Ask them to type /allears advocate join finance. Until then I remind you.
    ");
    world.heard("lee", "sales", "the refund of may is late").await;
    world.strikes("2026-12-03T12:00:00+01:00[Europe/Berlin]").await;
    assert!(!last(&world, "dana").contains("no advocates"), "{}", last(&world, "dana"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_gets_a_sentence() {
    let world = three(Keep::InMemory).await;
    let says = async |who: &str, text: &str| world.runs(who, "sales", "/allears", text).await.text().to_owned();
    assert!(says("ben", "advocate join fincance").await.contains("Finance"), "{}", says("ben", "advocate join fincance").await);
    assert!(says("lee", "advocate leave finance").await.starts_with("You do not take turns in Finance."));
    assert!(says("ben", "advocate help").await.contains("/allears advocate join finance lets you take turns there"));
    assert!(says("ben", "advocate join").await.contains("/allears advocate join finance"), "how to");
    assert!(says("ben", "advocate leave finance").await.starts_with("You take no turns in Finance any more."));
    world.strikes(THURSDAY).await;
    let told = says("lee", "advocate").await;
    assert!(told.contains("Finance: @ben") && told.contains("2 take turns"), "{told}");
    world.end().await;
}

/// At home one sees where one may take turns, and begins and ends it with a press.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turns_are_taken_and_left_at_home() {
    let world = company(Keep::InMemory).await;
    let home = world.home_of("dana").await;
    assert!(home.contains("Nobody takes turns as Finance's advocate yet"), "{home}");
    assert!(!home.contains("Product's advocate"), "of one's own team alone: {home}");
    world.presses_at_home("dana", "pool_join", "finance").await;
    let home = world.sim.home("dana").unwrap().unwrap().to_string();
    assert!(home.contains("You take turns as Finance's advocate."), "{home}");
    world.presses_at_home("dana", "pool_leave", "finance").await;
    let home = world.sim.home("dana").unwrap().unwrap().to_string();
    assert!(home.contains("Nobody takes turns as Finance's advocate yet"), "{home}");
    world.end().await;
}
