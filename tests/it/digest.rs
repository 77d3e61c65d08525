//! Digests: when they come, and what stands in them.

use allears::domain::acts::{Act, Change};
use allears::domain::feedback::Why;
use allears::domain::ids::FeedbackNo;
use insta::assert_snapshot;
use jiff::Timestamp;
use slack_sim::{Fault, NewChannel};

use crate::world::{Company, World, functions};

const MONDAY: &str = "2026-11-23T09:00:00+01:00[Europe/Berlin]";
const TUESDAY: &str = "2026-11-24T09:00:00+01:00[Europe/Berlin]";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_function_reads_its_digest_at_its_hour() {
    let world = World::open().await;
    world.heard("lee", "sales", "Acme's CFO says the invoice PDF shows the wrong VAT number").await;
    world.says("mia", "stories", "Luma asks for a new contract").await;
    world.strikes("2026-11-23T08:59:59+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("finance-voice"), Vec::<String>::new());
    world.strikes(MONDAY).await;
    assert_snapshot!(world.channel("finance-voice").join("\n\n"), @r"
    What customers told us: Finance, Monday 23 November
    1 new.
    “Acme's CFO says the invoice PDF shows the wrong VAT number”
    VOC-1, told by @lee in #sales
    ");
    assert_snapshot!(world.channel("legal-voice").join("\n\n"), @r"
    What customers told us: Legal, Monday 23 November
    1 new.
    “Luma asks for a new contract”
    VOC-2, told by @mia in #stories
    ");
    world.strikes("2026-11-27T23:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("finance-voice").len(), 1, "nothing on days with nothing");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_stand_in_full_five_as_lines_and_the_rest_in_the_thread() {
    let world = World::open().await;
    for n in 1..=27 {
        world.heard("lee", "sales", &format!("invoice number {n} is wrong")).await;
    }
    world.strikes(MONDAY).await;
    world.passes(2).await;
    assert_snapshot!(world.channel("finance-voice").join("\n\n"), @r"
    What customers told us: Finance, Monday 23 November
    27 new.
    “invoice number 27 is wrong”
    VOC-27, told by @lee in #sales
    “invoice number 26 is wrong”
    VOC-26, told by @lee in #sales
    “invoice number 25 is wrong”
    VOC-25, told by @lee in #sales
    “invoice number 24 is wrong”
    VOC-24, told by @lee in #sales
    “invoice number 23 is wrong”
    VOC-23, told by @lee in #sales
    VOC-22: “invoice number 22 is wrong” told by @lee
    VOC-21: “invoice number 21 is wrong” told by @lee
    VOC-20: “invoice number 20 is wrong” told by @lee
    VOC-19: “invoice number 19 is wrong” told by @lee
    VOC-18: “invoice number 18 is wrong” told by @lee
    17 more in the thread.
    --
    More for Finance, Monday 23 November (1 of 2)
    VOC-17: “invoice number 17 is wrong” told by @lee
    VOC-16: “invoice number 16 is wrong” told by @lee
    VOC-15: “invoice number 15 is wrong” told by @lee
    VOC-14: “invoice number 14 is wrong” told by @lee
    VOC-13: “invoice number 13 is wrong” told by @lee
    VOC-12: “invoice number 12 is wrong” told by @lee
    VOC-11: “invoice number 11 is wrong” told by @lee
    VOC-10: “invoice number 10 is wrong” told by @lee
    VOC-9: “invoice number 9 is wrong” told by @lee
    VOC-8: “invoice number 8 is wrong” told by @lee
    VOC-7: “invoice number 7 is wrong” told by @lee
    VOC-6: “invoice number 6 is wrong” told by @lee
    VOC-5: “invoice number 5 is wrong” told by @lee
    VOC-4: “invoice number 4 is wrong” told by @lee
    VOC-3: “invoice number 3 is wrong” told by @lee
    --
    More for Finance, Monday 23 November (2 of 2)
    VOC-2: “invoice number 2 is wrong” told by @lee
    VOC-1: “invoice number 1 is wrong” told by @lee
    ");
    let quotes = world.posts("finance-voice")[0]["blocks"].to_string().matches("rich_text_quote").count();
    assert_eq!(quotes, 5);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_comes_first_and_what_a_function_told_itself_last() {
    let world = World::open().await;
    for (who, n) in [("dana", 1), ("raj", 2), ("dana", 3), ("raj", 4)] {
        world.heard(who, "sales", &format!("refund {n} is late")).await;
    }
    world.strikes(MONDAY).await;
    let digest = world.channel("finance-voice").join("\n");
    let order: Vec<&str> = digest.lines().filter_map(|line| line.split(',').next().filter(|no| no.starts_with("VOC-"))).collect();
    assert_eq!(order, ["VOC-4", "VOC-2", "VOC-3", "VOC-1"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_deciding_words_are_bold_and_only_they() {
    let world = World::open().await;
    world.heard("lee", "sales", "their invoice has no *bold* VAT number").await;
    world.strikes(MONDAY).await;
    let quote = &world.posts("finance-voice")[0]["blocks"][2]["elements"][0]["elements"];
    let pieces: Vec<(&str, bool)> =
        quote.as_array().unwrap().iter().map(|piece| (piece["text"].as_str().unwrap(), piece["style"]["bold"] == true)).collect();
    assert_eq!(pieces, [("their ", false), ("invoice", true), (" has no *bold* ", false), ("VAT number", true)]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_rule_fits_says_that_it_came_by_turn() {
    let world = World::open().await;
    world.heard("lee", "sales", "the coffee at your stand was wonderful").await;
    world.strikes(MONDAY).await;
    assert_snapshot!(world.channel("finance-voice").join("\n\n"), @r"
    What customers told us: Finance, Monday 23 November
    1 new.
    “the coffee at your stand was wonderful”
    VOC-1, told by @lee in #sales. No rule fits these words: it is your team's turn to read them
    ");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_words_are_cut_between_words_and_say_so() {
    let world = World::open().await;
    for n in 1..=6 {
        world.heard("lee", "sales", &format!("invoice {n}: {}", "again and ".repeat(200))).await;
    }
    world.strikes(MONDAY).await;
    let digest = world.channel("finance-voice").join("\n");
    let quote = digest.lines().find(|line| line.starts_with('“')).unwrap();
    assert!(quote.contains("again and… (1410 more characters)”"), "{quote}");
    let line = digest.lines().find(|line| line.starts_with("VOC-1:")).unwrap();
    assert_snapshot!(line, @"VOC-1: “invoice 1: again and again and again and again and again and again and again and again and…” told by @lee");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weekends_and_holidays_wait_for_the_next_working_day() {
    let functions = functions(&[("finance", "channel = \"#finance-voice\"\nholidays = [2026-11-23]")]);
    let world = World::of(Company { functions, begins: "2026-11-20T10:00:00+01:00[Europe/Berlin]", ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice of Friday").await;
    world.strikes("2026-11-21T10:00:00+01:00[Europe/Berlin]").await;
    world.heard("lee", "sales", "the invoice of Saturday").await;
    world.strikes("2026-11-24T08:59:59+01:00[Europe/Berlin]").await;
    assert!(world.channel("finance-voice").is_empty());
    world.strikes(TUESDAY).await;
    assert_snapshot!(world.channel("finance-voice").join("\n\n"), @r"
    What customers told us: Finance, Tuesday 24 November
    2 new.
    “the invoice of Saturday”
    VOC-2, told by @lee in #sales
    “the invoice of Friday”
    VOC-1, told by @lee in #sales
    ");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_that_was_missed_is_posted_once_and_says_that_it_is_late() {
    let (_folder, keep) = crate::world::kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.stop_bot().await;
    world.strikes("2026-11-25T11:30:00+01:00[Europe/Berlin]").await;
    world.start_bot().await.unwrap();
    assert_snapshot!(world.channel("finance-voice").join("\n\n"), @r"
    What customers told us: Finance, Wednesday 25 November
    1 new. Late: this was due <!date^1795593600^{date_short_pretty} at {time}|Wednesday 25 November, 09:00 CET>.
    “the invoice is wrong”
    VOC-1, told by @lee in #sales
    ");
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.strikes("2026-11-26T23:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("finance-voice").len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_back_repeats_nothing() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.strikes(MONDAY).await;
    world.hand.jump_to(at("2026-11-23T08:30:00+01:00[Europe/Berlin]")).await.unwrap();
    world.heard("lee", "sales", "a refund is late").await;
    world.strikes("2026-11-23T10:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("finance-voice").len(), 1);
    world.strikes(TUESDAY).await;
    let digests = world.channel("finance-voice");
    assert_eq!(digests.len(), 2);
    assert!(digests[1].contains("VOC-2") && !digests[1].contains("VOC-1"), "{digests:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_forward_brings_one_digest() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.hand.jump_to(at("2026-12-09T12:00:00+01:00[Europe/Berlin]")).await.unwrap();
    world.settled().await;
    let digests = world.channel("finance-voice");
    assert_eq!(digests.len(), 1);
    assert!(digests[0].starts_with("What customers told us: Finance, Wednesday 9 December\n1 new. Late:"), "{digests:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_functions_may_share_a_channel() {
    let both = functions(&["finance", "legal"].map(|id| (id, "channel = \"#finance-voice\"")));
    let world = World::of(Company { functions: both, ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice does not fit the contract").await;
    world.strikes(MONDAY).await;
    world.passes(1).await;
    let heads: Vec<String> = world.channel("finance-voice").iter().map(|post| post.lines().next().unwrap().to_owned()).collect();
    assert_eq!(heads, ["What customers told us: Finance, Monday 23 November", "What customers told us: Legal, Monday 23 November"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_function_reads_on_its_own_clock() {
    let zones = [
        ("finance", "channel = \"#finance-voice\"\nzone = \"Asia/Tokyo\""),
        ("legal", "channel = \"#legal-voice\"\nzone = \"America/New_York\"\ndigest = \"08:15\""),
    ];
    let world = World::of(Company { functions: functions(&zones), ..Company::default() }).await;
    let receipt = world.heard("lee", "sales", "the invoice does not fit the contract").await;
    assert!(receipt.contains("09:00 JST"), "{receipt}");
    let count = || (world.channel("finance-voice").len(), world.channel("legal-voice").len());
    for (moment, digests) in [
        ("2026-11-23T08:59:59+09:00[Asia/Tokyo]", (0, 0)),
        ("2026-11-23T09:00:00+09:00[Asia/Tokyo]", (1, 0)),
        ("2026-11-23T08:14:59-05:00[America/New_York]", (1, 0)),
        ("2026-11-23T08:15:00-05:00[America/New_York]", (1, 1)),
    ] {
        world.strikes(moment).await;
        assert_eq!(count(), digests, "{moment}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_withdrawn_before_it_is_posted_says_no_more_than_that() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.heard("lee", "sales", "the refund is late").await;
    world.withdraws(1).await;
    world.sim.fail_next("chat.postMessage", 1, Fault::RateLimited(30));
    world.strikes(MONDAY).await;
    world.heard("lee", "sales", "told after the digest was compiled: a refund").await;
    world.withdraws(2).await;
    world.strikes("2026-11-23T09:00:30+01:00[Europe/Berlin]").await;
    assert_snapshot!(world.channel("finance-voice").join("\n\n"), @r"
    What customers told us: Finance, Monday 23 November
    1 new.
    VOC-2 was withdrawn.
    ");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_channel_is_never_named() {
    let world = World::open().await;
    let hidden = world.sim.add_channel(NewChannel::named("layoffs").private().members(["dana"]));
    world.heard("dana", "layoffs", "the invoice is wrong").await;
    world.heard("dana", "sales", "as #layoffs said, the refund is late").await;
    world.strikes(MONDAY).await;
    assert_snapshot!(world.channel("finance-voice").join("\n\n"), @r"
    What customers told us: Finance, Monday 23 November
    2 new.
    “as a private channel said, the refund is late”
    VOC-2, told by @dana in #sales
    “the invoice is wrong”
    VOC-1, told by @dana in a private channel
    ");
    let all = world.posts("finance-voice")[0].to_string();
    assert!(!all.contains("layoffs") && !all.contains(&hidden), "{all}");
    world.end().await;
}

fn at(moment: &str) -> Timestamp {
    moment.parse::<jiff::Zoned>().unwrap().timestamp()
}

impl World {
    /// A record is taken back, as a later version lets people do.
    async fn withdraws(&self, no: u64) {
        let change = Change::of_the_bot(self.clock.now(), vec![Act::Withdraw { no: FeedbackNo(no), why: Why::Undone }]);
        self.store().commit(change).await.unwrap();
        self.settled().await;
    }
}
