//! The first thing that comes to a channel says who the bot is, what comes there, and how to stop it.

use insta::assert_snapshot;

use crate::world::{Company, World, functions, kept};

const MONDAY: &str = "2026-11-23T09:05:00+01:00[Europe/Berlin]";
const TUESDAY: &str = "2026-11-24T09:05:00+01:00[Europe/Berlin]";
const WEDNESDAY: &str = "2026-11-25T09:05:00+01:00[Europe/Berlin]";
const INTRODUCED: &str = "This is new in this channel.";

impl World {
    /// How many messages of a channel say who the bot is.
    fn introductions(&self, channel: &str) -> usize {
        self.posts(channel).iter().filter(|post| post["text"].as_str().unwrap().contains(INTRODUCED)).count()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_digest_says_it_once_whatever_restarts_and_also_when_it_is_shown_anew() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    world.says("lee", "stories", "the invoice of april is wrong").await;
    world.strikes(MONDAY).await;
    let first = world.posts("finance-voice")[0]["text"].as_str().unwrap().to_owned();
    assert_snapshot!(world.named(first), @r"
    What customers told us: Finance, Monday 23 November
    1 new.
    “the invoice of april is wrong”
    VOC-1, told by @lee in #stories
    This is new in this channel. The admins of All Ears chose it for Finance. A digest comes when something is new, Monday to Friday at 09:00 (Europe/Berlin); what is urgent comes at once.
    Tell what you hear yourself: /heard. To stop what comes here: /allears pause here.
    ");
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the refund of may is late and long").await;
    world.strikes(TUESDAY).await;
    assert_eq!((world.posts("finance-voice").len(), world.introductions("finance-voice")), (2, 1));
    assert!(world.presses("lee", "stories", "undo").await.ok);
    world.passes(5).await;
    let anew = world.posts("finance-voice")[0]["text"].as_str().unwrap().to_owned();
    assert!(anew.contains("VOC-1 was withdrawn.") && anew.contains(INTRODUCED), "{anew}");
    world.end().await;
}

/// It is the channel that has to know, not the function.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_channel_reads_it_once_whichever_function_comes_there_first() {
    let (_folder, keep) = kept();
    let shared = functions(&[("product", "channel = \"#finance-voice\"")]);
    let mut world = World::of(Company { keep, functions: shared, ..Company::default() }).await;
    world.heard("lee", "sales", "urgent: the invoice of april is wrong").await;
    world.heard("lee", "sales", "the missing feature").await;
    world.strikes(MONDAY).await;
    assert_eq!((world.posts("finance-voice").len(), world.introductions("finance-voice")), (2, 1));
    assert!(world.posts("finance-voice")[0]["text"].as_str().unwrap().contains(INTRODUCED), "what is urgent comes first");
    // The function moves to another channel.
    world.stop_bot().await;
    world.company.functions = functions::<&str>(&[]);
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "another missing feature, that of may").await;
    world.strikes(TUESDAY).await;
    assert_eq!((world.posts("product-voice").len(), world.introductions("product-voice")), (1, 1));
    world.strikes(WEDNESDAY).await;
    world.end().await;
}
