//! Who tells what a colleague told before reads so, and may join it instead of telling it twice.

use insta::assert_snapshot;
use slack_sim::NewChannel;

use crate::world::{Company, World, kept};

const SAID: &str = "the invoice shows the wrong VAT number for the third time";
const MONDAY: &str = "2026-11-23T09:05:00+01:00[Europe/Berlin]";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_tells_the_same_joins_it_and_counts_there() {
    let world = World::open().await;
    world.heard("lee", "sales", SAID).await;
    assert_snapshot!(world.heard("mia", "sales", "The invoice shows the wrong VAT number, for the third time!").await, @r"
    Heard: VOC-2, shown as @mia
    Finance leads (“invoice”, “VAT number”) and reads it <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>.
    VOC-1 says the same, told by @lee. If it is the same matter, join it: you count there as well, and VOC-2 goes.
    ");
    assert!(world.presses("mia", "sales", "join").await.ok);
    assert_snapshot!(world.seen_by("mia", "sales").pop().unwrap(), @"You are counted at VOC-1 now, and hear what becomes of it. VOC-2 is gone.");
    assert!(world.record(2).await.withdrawn);
    assert_snapshot!(world.heard("raj", "sales", SAID).await, @r"
    Heard: VOC-3, shown as @raj
    Finance leads (“invoice”, “VAT number”) and reads it <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>.
    VOC-1 says the same, told by @lee, and one more heard it. If it is the same matter, join it: you count there as well, and VOC-3 goes.
    ");
    world.strikes(MONDAY).await;
    assert_snapshot!(world.channel("finance-voice").concat(), @r"
    What customers told us: Finance, Monday 23 November
    2 new.
    “the invoice shows the wrong VAT number for the third time”
    VOC-1, told by @lee in #sales, 1 more heard it
    VOC-3 says the same.
    ");
    // What becomes of it reaches her, too.
    assert!(world.presses("dana", "finance-voice", "close").await.ok);
    assert!(world.sends("dana", &crate::acting::closing("done", "fixed", None)).await.ok);
    assert!(world.told_directly("mia").concat().contains("VOC-1 is closed: done."), "{:?}", world.told_directly("mia"));
    world.end().await;
}

/// They pressed too soon: it was another matter.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joined_something_else_takes_it_back_and_tells_it_anew() {
    let world = World::open().await;
    world.heard("lee", "sales", SAID).await;
    world.heard("mia", "sales", SAID).await;
    assert!(world.presses("mia", "sales", "join").await.ok);
    assert_eq!(world.record(1).await.heard_too.len(), 1);
    assert!(world.presses("mia", "sales", "not_heard").await.ok);
    assert_snapshot!(world.seen_by("mia", "sales").pop().unwrap(), @"VOC-1 does not count you any more. If it was another matter that you heard, tell it: it gets a number of its own.");
    assert!(world.record(1).await.heard_too.is_empty());
    assert!(world.record(2).await.withdrawn, "its words are gone");
    assert!(world.heard("mia", "sales", SAID).await.contains("VOC-1 says the same, told by @lee. If it is the same matter"));
    world.strikes(MONDAY).await;
    // The digest quotes the newer one, which says the same.
    world.runs("dana", "sales", "/allears", "VOC-1").await;
    assert!(world.presses_of("dana", "sales", 1, "close").await.ok);
    assert!(world.sends("dana", &crate::acting::closing("done", "fixed", None)).await.ok);
    assert_eq!((world.told_directly("lee").len(), world.told_directly("mia").len()), (1, 0), "what becomes of it is not theirs to hear");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_offered_where_it_is_another_matter() {
    let accounts = Some("name\nAcme\nHolt\n".to_owned());
    let world = World::of(Company { accounts, ..Company::default() }).await;
    world.sim.add_channel(NewChannel::named("secret").private().members(["lee", "mia"]).with_bot());
    let offers = |receipt: &str| receipt.contains("says the same");
    world.heard("lee", "sales", &format!("Acme says {SAID}")).await;
    assert!(!offers(&world.heard("lee", "sales", &format!("Acme says {SAID}")).await), "their own");
    assert!(!offers(&world.heard("mia", "sales", &format!("Holt says {SAID}")).await), "another customer's");
    assert!(!offers(&world.heard("mia", "sales", "Acme says that the boat leaves late").await), "other words");
    assert!(offers(&world.heard("mia", "sales", SAID).await), "nobody's customer may be that one");
    // Where not everybody may read it, it is not told of.
    world.heard("lee", "secret", "a contract about privacy of boats that nobody may read").await;
    assert_eq!(world.record(6).await.origin, allears::domain::feedback::Origin::Private);
    assert!(!offers(&world.heard("mia", "sales", "a contract about privacy of boats that nobody may read").await));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_offered_after_a_restart_and_not_what_was_closed() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    world.heard("lee", "sales", SAID).await;
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    assert!(world.heard("mia", "sales", SAID).await.contains("VOC-1 says the same"));
    assert!(world.presses("mia", "sales", "join").await.ok);
    world.strikes(MONDAY).await;
    assert!(world.presses_of("dana", "finance-voice", 1, "close").await.ok);
    assert!(world.sends("dana", &crate::acting::closing("done", "fixed", None)).await.ok);
    assert!(!world.heard("raj", "sales", SAID).await.contains("says the same"), "it has its answer");
    world.end().await;
}

/// Nothing is lost where the other one goes meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_joined_to_something_that_was_taken_back_stands() {
    let world = World::open().await;
    world.heard("lee", "sales", SAID).await;
    world.heard("mia", "sales", SAID).await;
    assert!(world.presses("lee", "sales", "undo").await.ok);
    assert!(world.presses("mia", "sales", "join").await.ok);
    assert!(!world.record(2).await.withdrawn);
    assert_snapshot!(world.seen_by("mia", "sales").pop().unwrap(), @r"
    Heard: VOC-2, shown as @mia
    Finance leads (“invoice”, “VAT number”) and reads it <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>.
    ");
    world.end().await;
}

/// What was edited meanwhile is compared as it stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_says_something_else_by_now_is_not_joined() {
    let world = World::open().await;
    let ts = world.says("lee", "stories", SAID).await;
    assert!(world.heard("mia", "sales", SAID).await.contains("VOC-1 says the same"));
    world.sim.edit("lee", "stories", &ts, "a refund for the boat is late").unwrap();
    world.settled().await;
    assert!(world.presses("mia", "sales", "join").await.ok);
    assert!(!world.record(2).await.withdrawn);
    assert!(!world.seen_by("mia", "sales").pop().unwrap().contains("says the same"));
    world.end().await;
}
