//! Somebody takes a record, closes it with a reason; whoever told it hears of it, and may bring it back.

use insta::assert_snapshot;
use serde_json::{Value, json};
use slack_sim::{NewPerson, Press};

use crate::acting::closing;
use crate::world::{Company, World, kept};

const MONDAY: &str = "2026-11-23T09:05:00+01:00[Europe/Berlin]";
const TUESDAY: &str = "2026-11-24T09:05:00+01:00[Europe/Berlin]";

/// lee told something, which Finance has read. lee and dana are in its channel, mia and raj are not.
async fn read() -> World {
    let world = World::open().await;
    told(&world, "the invoice shows the wrong VAT number").await;
    world
}

async fn told(world: &World, words: &str) {
    world.heard("lee", "sales", words).await;
    world.strikes(MONDAY).await;
}

fn digest(world: &World) -> String {
    world.channel("finance-voice").concat()
}

fn reopening(reason: &str) -> Value {
    json!({"reason": {"reason": reason}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_takes_it_everybody_sees_that_and_the_other_reads_who_was_first() {
    let world = read().await;
    assert_snapshot!(world.reads_of("dana", "finance-voice", 1, "take").await, @"You have VOC-1 until Monday 7 December, and everybody who reads it sees that. Close it with an answer, or give it back.");
    assert_snapshot!(world.reads_of("mia", "finance-voice", 1, "close").await, @"");
    assert_snapshot!(digest(&world), @r"
    What customers told us: Finance, Monday 23 November
    1 new.
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in #sales. @dana has it, until Monday 7 December.
    ");
    world.end().await;
}

/// Both saw the button.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_press_at_once_one_wins() {
    let world = read().await;
    let both = world.posts("finance-voice")[0].clone();
    let press = |who: &str| {
        let block = both["blocks"].as_array().unwrap().iter().find(|block| block.to_string().contains("\"take\"")).unwrap();
        Press {
            user: who.to_owned(),
            channel: Some("finance-voice".to_owned()),
            ts: both["ts"].as_str().map(str::to_owned),
            block_id: block["block_id"].as_str().unwrap().to_owned(),
            action_id: "take".to_owned(),
            ..Press::default()
        }
    };
    let (dana, lee) = (press("dana"), press("lee"));
    let (one, other) = world.patiently(async { tokio::join!(world.sim.press(&dana), world.sim.press(&lee)) }).await;
    // Where the digest was shown anew in between, the button was gone before the other could press it.
    let pressed = usize::from(one.is_ok()) + usize::from(other.is_ok());
    world.passes(5).await;
    let read = [world.seen_by("dana", "finance-voice"), world.seen_by("lee", "finance-voice")].concat().join("\n");
    assert_eq!((read.matches("You have VOC-1").count(), read.matches("was first").count()), (1, pressed - 1), "{read}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_it_may_give_it_back_or_have_five_days_more_twice() {
    let world = read().await;
    world.reads_of("dana", "finance-voice", 1, "take").await;
    assert_snapshot!(world.reads_of("dana", "finance-voice", 1, "extend").await, @"You have VOC-1 until Monday 14 December, and everybody who reads it sees that. Close it with an answer, or give it back.");
    assert_snapshot!(world.reads_of("dana", "finance-voice", 1, "extend").await, @"You have VOC-1 until Monday 21 December, and everybody who reads it sees that. Close it with an answer, or give it back.");
    assert_snapshot!(world.reads_of("dana", "finance-voice", 1, "give_back").await, @"VOC-1 waits in Finance for somebody to take it.");
    assert_eq!(world.record(1).await.care.taker(), None);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_needs_a_reason_which_everybody_reads_and_the_teller_hears() {
    let world = read().await;
    assert!(world.presses_of("dana", "finance-voice", 1, "close").await.ok);
    assert_snapshot!(crate::acting::labels(&world.form("dana")).join("\n"), @r"
    VOC-1: “the invoice shows the wrong VAT number”
    What happened?
    Why, in words that the customer may hear?
    By when, if it is planned?
    ");
    let blank = world.sends("dana", &closing("done", "\u{200b}", None)).await;
    assert!(format!("{:?}", blank.errors).contains("Write why."), "{blank:?}");
    assert!(world.sends("dana", &closing("done", "The number comes from the <!channel> contract *now*", None)).await.ok);
    assert_snapshot!(digest(&world), @r"
    What customers told us: Finance, Monday 23 November
    1 new.
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in #sales. Closed: done. @dana: “The number comes from the &lt;!channel&gt; contract *now*”
    ");
    assert_snapshot!(world.told_directly("lee").join("\n--\n"), @r"
    “the invoice shows the wrong VAT number”
    VOC-1 is closed: done. @dana (Finance): “The number comes from the &lt;!channel&gt; contract *now*” Does the customer know?
    ");
    let blocks = world.posts("finance-voice")[0]["blocks"].to_string();
    assert!(!blocks.contains("\"take\"") && !blocks.contains("\"type\":\"broadcast\""), "{blocks}");
    world.end().await;
}

/// A plan has a day, which is still to come.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_planned_needs_a_day_to_come() {
    let world = read().await;
    assert!(world.presses_of("dana", "finance-voice", 1, "close").await.ok);
    for (day, says) in [(None, "Choose the day"), (Some("2026-11-22"), "still to come"), (Some("2031-01-01"), "within two years")] {
        let sent = world.sends("dana", &closing("planned", "it is being built", day)).await;
        assert!(format!("{:?}", sent.errors).contains(says), "{day:?} {sent:?}");
    }
    assert!(world.sends("dana", &closing("planned", "it is being built", Some("2026-12-24"))).await.ok);
    assert!(digest(&world).contains("Closed: planned, by Thursday 24 December. @dana: “it is being built”"), "{}", digest(&world));
    world.end().await;
}

/// Checked when the form is sent, not by the button: the digest shows it to everybody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_those_who_answer_it_close_it() {
    let world = read().await;
    assert!(world.presses_of("mia", "finance-voice", 1, "close").await.ok);
    assert!(world.sends("mia", &closing("declined", "not worth it", None)).await.ok);
    assert_snapshot!(world.form("mia")["blocks"][0]["text"]["text"].as_str().unwrap(), @"VOC-1 is closed by those who answer it: the team that leads it, or whoever has taken it. You may take it yourself first.");
    assert!(world.record(1).await.care.closed().is_none());
    // Whoever takes it may.
    world.reads_of("mia", "finance-voice", 1, "take").await;
    world.closes("mia", 1, "declined", "our partner does that").await;
    assert!(digest(&world).contains("Closed: no. @mia: “our partner does that”"), "{}", digest(&world));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guests_read_and_do_not_act() {
    let world = read().await;
    world.sim.add_person(NewPerson::named("gus").guest());
    world.sim.add_channel(slack_sim::NewChannel::named("finance-voice").members(["gus"]).with_bot());
    assert_snapshot!(world.reads_of("gus", "finance-voice", 1, "take").await, @"Guests read VOC-1, and colleagues of this company act on it. Ask one of them.");
    assert_snapshot!(world.chooses("gus", "finance-voice", 1, "I heard this too").await, @"Guests read VOC-1, and colleagues of this company act on it. Ask one of them.");
    assert!(world.chooses("gus", "finance-voice", 1, "Why here?").await.contains("is here since"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_teller_says_that_the_customer_knows_or_brings_it_back_once() {
    let world = read().await;
    world.closes("dana", 1, "done", "fixed in the template").await;
    assert_snapshot!(world.reads_of("lee", "@bot", 1, "customer_told").await, @"Noted: the customer knows what became of VOC-1. Thank you for telling them.");
    assert!(world.presses_of("lee", "@bot", 1, "reopen").await.ok);
    assert!(world.sends("lee", &reopening("it shows the old number again")).await.ok);
    assert_snapshot!(digest(&world), @r"
    What customers told us: Finance, Monday 23 November
    1 waits too long or came back.
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in #sales. It came back. @lee: “it shows the old number again”
    ");
    world.strikes(TUESDAY).await;
    assert_snapshot!(world.channel("finance-voice")[1], @r"
    What customers told us: Finance, Tuesday 24 November
    1 waits too long or came back.
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in #sales. It came back. @lee: “it shows the old number again”
    ");
    world.closes("dana", 1, "done", "now for good").await;
    world.strikes("2026-11-25T09:05:00+01:00[Europe/Berlin]").await;
    assert!(world.presses_of("lee", "@bot", 1, "reopen").await.ok);
    assert!(world.sends("lee", &reopening("no")).await.ok);
    assert_snapshot!(world.form("lee")["blocks"][0]["text"]["text"].as_str().unwrap(), @"VOC-1 came back once already. Tell it anew if it is still so: it gets a number of its own.");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_comes_back_for_ten_working_days() {
    let world = read().await;
    world.closes("dana", 1, "done", "fixed").await;
    world.strikes("2026-12-08T12:00:00+01:00[Europe/Berlin]").await;
    assert!(world.presses_of("lee", "@bot", 1, "reopen").await.ok);
    assert!(world.sends("lee", &reopening("not at all")).await.ok);
    assert_snapshot!(world.form("lee")["blocks"][0]["text"]["text"].as_str().unwrap(), @"VOC-1 was closed more than ten working days ago. Tell it anew: it gets a number of its own.");
    world.end().await;
}

/// At most once a day, between nine and five on working days; who closed it needs no news of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_come_together_once_a_day_in_working_hours() {
    let world = World::open().await;
    for words in ["the invoice of may is wrong", "a refund for the boat is late", "the VAT number moved house"] {
        world.heard("lee", "sales", words).await;
    }
    world.heard("dana", "sales", "an invoice came on paper").await;
    world.strikes(MONDAY).await;
    world.chooses("mia", "finance-voice", 1, "I heard this too").await;
    world.closes("dana", 1, "done", "may is right now").await;
    assert_eq!((world.told_directly("lee").len(), world.told_directly("mia").len()), (1, 1));
    world.closes("dana", 2, "intended", "boats take longer").await;
    world.strikes("2026-11-23T18:00:00+01:00[Europe/Berlin]").await;
    world.closes("dana", 3, "declined", "it has to").await;
    world.closes("dana", 4, "done", "by mail now").await;
    assert_eq!(world.told_directly("lee").len(), 1, "one a day");
    assert!(world.told_directly("dana").is_empty(), "who closed it knows");
    world.strikes("2026-11-24T08:59:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.told_directly("lee").len(), 1);
    world.strikes("2026-11-24T09:00:30+01:00[Europe/Berlin]").await;
    assert_snapshot!(world.told_directly("lee")[1], @r"
    What became of what you told
    “a refund for the boat is late”
    VOC-2 is closed: it works as intended. @dana (Finance): “boats take longer” Does the customer know?
    “the VAT number moved house”
    VOC-3 is closed: no. @dana (Finance): “it has to” Does the customer know?
    ");
    world.end().await;
}

/// It was closed in the evening, and they took it back before they heard.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_back_that_they_heard_it_reads_no_news_of_it() {
    let world = read().await;
    for who in ["mia", "raj"] {
        world.chooses(who, "finance-voice", 1, "I heard this too").await;
    }
    world.strikes("2026-11-23T18:00:00+01:00[Europe/Berlin]").await;
    world.closes("dana", 1, "done", "fixed in the template").await;
    assert!(world.presses("mia", "finance-voice", "not_heard").await.ok);
    world.strikes(TUESDAY).await;
    assert_eq!((world.told_directly("raj").len(), world.told_directly("mia").len()), (1, 0));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_wait_over_the_weekend_and_a_restart_and_come_once() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    told(&world, "the invoice is wrong").await;
    world.strikes("2026-11-27T18:00:00+01:00[Europe/Berlin]").await;
    world.closes("dana", 1, "done", "right now").await;
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.strikes("2026-11-29T12:00:00+01:00[Europe/Berlin]").await;
    assert!(world.told_directly("lee").is_empty(), "a weekend");
    world.strikes("2026-11-30T09:01:00+01:00[Europe/Berlin]").await;
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.strikes("2026-12-01T12:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.told_directly("lee").len(), 1);
    world.end().await;
}

/// Whoever is left in peace reads of it where they look.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_lists_what_became_of_it() {
    let world = read().await;
    world.runs("lee", "@bot", "/allears", "pause here").await;
    world.closes("dana", 1, "intended", "two numbers are needed by law").await;
    let asked = world.runs("lee", "sales", "/allears", "mine").await;
    assert!(format!("{asked:?}").contains("Closed: it works as intended. @dana: “two numbers are needed by law”"), "{asked:?}");
    let asked = world.runs("raj", "sales", "/allears", "VOC-1").await;
    assert!(format!("{asked:?}").contains("two numbers are needed by law"), "{asked:?}");
    world.end().await;
}

/// What is taken back takes its reasons along.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_takes_the_reasons_too() {
    let (folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    told(&world, "the invoice is wrong").await;
    world.closes("dana", 1, "done", "mended by the zebrafinch").await;
    assert!(world.presses_of("lee", "@bot", 1, "reopen").await.ok);
    assert!(world.sends("lee", &reopening("the zebrafinch flew off")).await.ok);
    let undo = world.runs("lee", "sales", "/allears", "VOC-1").await;
    assert!(format!("{undo:?}").contains("undo"), "{undo:?}");
    assert!(world.presses("lee", "sales", "undo").await.ok);
    assert!(!digest(&world).contains("zebrafinch"));
    world.stop_bot().await;
    let journal = std::fs::read_dir(folder.path().join("journal")).into_iter().flatten().flatten();
    let left = journal.filter_map(|file| std::fs::read_to_string(file.path()).ok()).any(|text| text.contains("zebrafinch"));
    assert!(!left, "nor in the log");
    world.start_bot().await.unwrap();
    world.end().await;
}
