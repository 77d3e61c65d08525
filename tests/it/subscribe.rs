//! Reading another team's digest by direct message, at an hour of one's own.

use allears::domain::acts::{Act, Change};
use allears::domain::feedback::Identity;
use allears::domain::function::FunctionId;
use allears::domain::ids::{PersonNo, TenantId, UserId};
use allears::domain::subscription::Hour;
use insta::assert_snapshot;
use slack_sim::{Fault, NewPerson, Rule};

use crate::world::{Company, World, functions, kept};

const MONDAY: &str = "2026-11-23T09:05:00+01:00[Europe/Berlin]";
const TUESDAY: &str = "2026-11-24T09:05:00+01:00[Europe/Berlin]";
const WEDNESDAY: &str = "2026-11-25T09:05:00+01:00[Europe/Berlin]";

impl World {
    async fn asks_for(&self, who: &str, text: &str) -> String {
        self.runs(who, "sales", "/allears", text).await.text().to_owned()
    }

    /// The digests that somebody got.
    fn digests_of(&self, who: &str) -> Vec<String> {
        self.told_directly(who).into_iter().filter(|text| text.starts_with("What customers told us")).collect()
    }
}

/// Words that no other text of a test has.
fn own(n: usize) -> String {
    (0..40).map(|word| format!("w{word}x{n}")).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_comes_at_ones_own_hour_and_zone_with_what_was_told_since() {
    let (_folder, keep) = kept();
    let mut world = World::without_bot(Company { keep, ..Company::default() }).await;
    world.sim.add_person(NewPerson::named("yuki").tz("Asia/Tokyo"));
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", &format!("invoice {}", own(1))).await;
    let answer = world.asks_for("yuki", "subscribe Finance at 8:30").await;
    assert_snapshot!(answer, @"Finance's digest comes to you by direct message, when something is new: the first <!date^1795390200^{date_short_pretty} at {time}|Monday 23 November, 08:30 JST>. To end it: /allears unsubscribe finance.");
    world.heard("lee", "sales", &format!("invoice {}", own(2))).await;
    // 8:30 in Tokyo is half past midnight in Berlin; on Sunday nobody works.
    world.strikes("2026-11-23T00:29:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.digests_of("yuki"), Vec::<String>::new());
    world.strikes("2026-11-23T00:30:10+01:00[Europe/Berlin]").await;
    let digests = world.digests_of("yuki");
    assert_eq!(digests.len(), 1, "{digests:?}");
    assert!(digests[0].contains("VOC-2") && !digests[0].contains("VOC-1"), "what was told since: {digests:?}");
    assert!(digests[0].ends_with("You asked for this digest. To end it: /allears unsubscribe finance."), "{digests:?}");
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.strikes(MONDAY).await;
    assert_eq!((world.digests_of("yuki").len(), world.channel("finance-voice").len()), (1, 1), "the channel has its own");
    assert!(world.asks_for("yuki", "subscribe").await.contains("You read Finance at 08:30 (Asia/Tokyo)."));
    // Another hour neither repeats nor skips.
    world.heard("lee", "sales", &format!("invoice {}", own(3))).await;
    world.asks_for("yuki", "subscribe finance at 17:00 in Europe/Berlin").await;
    world.strikes("2026-11-23T17:01:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.digests_of("yuki").len(), 1, "Monday is done");
    world.strikes("2026-11-24T17:01:00+01:00[Europe/Berlin]").await;
    let digests = world.digests_of("yuki");
    assert!(digests.len() == 2 && digests[1].contains("VOC-3") && !digests[1].contains("VOC-2"), "{digests:?}");
    assert_eq!(world.asks_for("yuki", "unsubscribe finance").await, "Finance's digest comes to you no more.");
    world.heard("lee", "sales", &format!("invoice {}", own(4))).await;
    world.strikes("2026-11-25T17:01:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.digests_of("yuki").len(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_one_goes_on_in_its_thread_and_what_is_taken_back_goes_there_too() {
    let world = World::open().await;
    world.asks_for("dana", "subscribe finance in Europe/Berlin").await;
    world.says("lee", "stories", &format!("invoice {}", own(0))).await;
    for n in 1..12 {
        world.heard("lee", "sales", &format!("invoice {}", own(n))).await;
    }
    world.strikes(MONDAY).await;
    let posts = world.posts("@dana");
    let texts: Vec<&str> = posts.iter().filter_map(|post| post["text"].as_str()).collect();
    assert!(texts[0].contains("12 new.") && texts[1].starts_with("More for Finance") && texts[1].contains("VOC-1"), "{texts:?}");
    assert_eq!(posts[1]["thread_ts"], posts[0]["ts"]);
    assert!(world.presses("lee", "stories", "undo").await.ok);
    world.passes(30).await;
    let thread = world.posts("@dana")[1]["text"].as_str().unwrap().to_owned();
    assert!(thread.contains("VOC-1 was withdrawn."), "{thread}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_left_in_peace_gets_it_afterwards_all_at_once() {
    let world = World::open().await;
    world.asks_for("dana", "subscribe finance in Europe/Berlin").await;
    world.asks_for("dana", "pause until 2026-11-25").await;
    world.heard("lee", "sales", &format!("invoice {}", own(1))).await;
    world.strikes(MONDAY).await;
    world.heard("lee", "sales", &format!("invoice {}", own(2))).await;
    world.strikes(TUESDAY).await;
    assert_eq!(world.digests_of("dana"), Vec::<String>::new());
    world.strikes(WEDNESDAY).await;
    let digests = world.digests_of("dana");
    assert!(digests.len() == 1 && digests[0].contains("VOC-1") && digests[0].contains("VOC-2"), "{digests:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_at_home_begins_and_ends_it_and_direct_messages() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.add_person(NewPerson::named("anna").tz("Europe/Berlin"));
    world.start_bot().await.unwrap();
    assert!(world.home_of("anna").await.contains("Finance: not sent to you"));
    world.presses_at_home("anna", "subscribe", "finance").await;
    let home = world.sim.home("anna").unwrap().unwrap().to_string();
    assert!(home.contains("Finance at 09:00"), "{home}");
    world.heard("lee", "sales", &format!("invoice {}", own(1))).await;
    world.strikes(MONDAY).await;
    let digests = world.digests_of("anna");
    assert!(digests.len() == 1 && digests[0].contains("w1x1"), "words, though they stand in the channel: {digests:?}");
    world.presses_at_home("anna", "mute", "-").await;
    assert!(world.sim.home("anna").unwrap().unwrap().to_string().contains("Nothing for now, but answers to what you do."));
    world.presses_at_home("anna", "unmute", "-").await;
    world.presses_at_home("anna", "unsubscribe", "finance").await;
    assert!(world.home_of("anna").await.contains("Finance: not sent to you"));
    world.end().await;
}

/// Nobody may speak for a team by its digest that came to them alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_menu_has_what_one_may_do_alone() {
    let world = World::open().await;
    world.asks_for("dana", "subscribe legal in Europe/Berlin").await;
    world.heard("lee", "sales", "the contract is unclear").await;
    world.strikes(MONDAY).await;
    let blocks = world.posts("@dana")[0]["blocks"].to_string();
    assert!(blocks.contains("I heard this too") && !blocks.contains("Not ours"), "{blocks}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_is_answered() {
    let world = World::open().await;
    let asks = async |text: &str| world.asks_for("dana", text).await;
    assert_snapshot!(asks("subscribe finanse").await, @"I do not know the team “finanse”. Did you mean /allears subscribe Finance? These are all: Finance, Product, Legal.");
    assert_snapshot!(asks("subscribe finance at 8:30 in Berlin").await, @"I do not know the zone “Berlin”. Name one like Europe/Berlin or America/New_York: /allears subscribe finance at 8:30 in Europe/Berlin.");
    assert_eq!(asks("unsubscribe finance").await, "Finance's digest did not come to you. Nothing was changed.");
    let help = asks("subscribe finance at noon").await;
    assert!(help.starts_with("/allears subscribe finance that team's digest comes to you"), "{help}");
    assert!(world.store().subscriptions().await.unwrap().is_empty());
    world.end().await;
}

/// A function that merges takes its readers along, and a zone that is known no more gives way to the function's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mergers_and_lost_zones_cost_nobody_a_digest() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    world.asks_for("dana", "subscribe legal in Europe/Berlin").await;
    world.asks_for("mia", "subscribe finance in Europe/Berlin").await;
    // As one that a database of zones has dropped since.
    let raj = Identity {
        tenant: TenantId::new(&world.sim.team_id()),
        user: UserId::new(&world.sim.person_id("raj").unwrap()),
        name: "raj".to_owned(),
    };
    let lost = Hour { at: jiff::civil::time(9, 0, 0, 0), zone: "Mars/Base".to_owned() };
    let act = Act::Subscribe { function: FunctionId::parse("finance").unwrap(), hour: Some(lost) };
    let change = Change { by: Some(raj), ..Change::of_the_bot(world.clock.now(), vec![act]) };
    world.store().commit(change).await.unwrap();
    world.heard("lee", "sales", "the contract is unclear").await;
    world.stop_bot().await;
    let all = functions(&[("finance", "channel = \"#finance-voice\"\nwas = [\"legal\"]")]);
    let legal = all.find("[[function]]\nid = \"legal\"").unwrap();
    all[..legal].clone_into(&mut world.company.functions);
    world.company.rules = world.company.rules.replace("function = \"legal\"", "function = \"finance\"");
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the refund of may is late").await;
    world.strikes(MONDAY).await;
    for who in ["dana", "mia", "raj"] {
        let digests = world.digests_of(who);
        assert!(digests.len() == 1 && digests[0].contains("VOC-1") && digests[0].contains("VOC-2"), "{who}: {digests:?}");
        assert_eq!(world.asks_for(who, "unsubscribe finance").await, "Finance's digest comes to you no more.");
    }
    assert!(world.store().subscriptions().await.unwrap().is_empty());
    world.end().await;
}

/// The answer to the first message was lost: it may come twice, and says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_cannot_be_looked_for_says_that_it_may_be_a_repeat() {
    let world = World::open().await;
    world.asks_for("dana", "subscribe legal in Europe/Berlin").await;
    world.heard("lee", "sales", "the contract is unclear").await;
    world.strikes("2026-11-23T08:59:00+01:00[Europe/Berlin]").await;
    world.sim.fault(Rule::on("chat.postMessage", Fault::AnswerLost).times(2));
    world.strikes(MONDAY).await;
    let digests = world.digests_of("dana");
    assert!(digests.len() == 2 && digests[1].ends_with("This may be a repeat."), "{digests:?}");
    assert!(world.store().person(PersonNo(1)).await.unwrap().is_some());
    world.end().await;
}
