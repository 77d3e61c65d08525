//! Praise: shown, thanked, and nobody has to answer it; whoever sees that it is none says so.

use insta::assert_snapshot;
use slack_sim::NewChannel;

use crate::world::{Company, World};

const MONDAY: &str = "2026-11-23T09:05:00+01:00[Europe/Berlin]";
const KINDS: &str = r#"
[[kind]]
id = "good"
is = "praise"
phrases = ["love*", "thank you"]
[[kind]]
id = "bad"
is = "problem"
phrases = ["but", "wrong"]
[[kind]]
id = "want"
is = "wish"
phrases = ["wish*"]
"#;

/// The usual company on a Sunday evening, with a week for everybody, reminders, and words of kinds.
async fn company() -> World {
    let usual = Company::default();
    let allears = "[rollup]\nchannel = \"#everybody\"\n".to_owned();
    let mut world = World::without_bot(Company { allears, rules: format!("{}{KINDS}", usual.rules), ..usual }).await;
    world.sim.add_channel(NewChannel::named("everybody").members(["lee"]).with_bot());
    world.start_bot().await.unwrap();
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn praise_is_shown_last_and_thanked_and_reminds_nobody() {
    let world = company().await;
    world.heard("lee", "sales", "they wish for an invoice in English").await;
    world.heard("lee", "sales", "they love the invoice but the refund is wrong").await;
    assert_snapshot!(world.heard("lee", "sales", "they love the new invoice").await, @r"
    Heard: VOC-3, shown as @lee
    It is praise: its teams read it, and nobody has to answer. If it needs an answer, say so in the digest's menu.
    Finance leads (“invoice”) and reads it <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>.
    ");
    world.strikes(MONDAY).await;
    assert_snapshot!(world.channel("finance-voice").concat(), @r"
    What customers told us: Finance, Monday 23 November
    3 new.
    “they love the invoice but the refund is wrong”
    VOC-2, told by @lee in #sales
    “they wish for an invoice in English”
    VOC-1, a wish, told by @lee in #sales
    “they love the new invoice”
    VOC-3, told by @lee in #sales. Praise: thank you. Nobody has to answer.
    ");
    for day in ["2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21"] {
        world.strikes(&format!("{day}T12:00:00+01:00[Europe/Berlin]")).await;
    }
    let all = world.channel("finance-voice").concat();
    assert!(!all.contains("VOC-3, told by @lee in #sales. It waits."), "{all}");
    assert!(world.told_directly("lee").concat().lines().all(|line| !line.contains("VOC-3")), "{:?}", world.told_directly("lee"));
    assert_snapshot!(world.channel("everybody")[0], @"
    What customers told us this week, Monday 23 November
    3 records heard, for 1 team to read. In 1 of them something is wrong for the customer; 1 is praise.
    Some of what was said
    “they love the invoice but the refund is wrong”
    VOC-2, told by @lee. Finance leads.
    “they wish for an invoice in English”
    VOC-1, told by @lee. Finance leads.
    What they liked
    “they love the new invoice”
    VOC-3, told by @lee. Finance leads.
    This is new in this channel. The admins of All Ears chose it for the company's week. It comes Monday at 10:00 (Europe/Berlin), unless there is nothing to say.
    Tell what you hear yourself: /heard. To stop what comes here, ask one of them.
    ");
    world.end().await;
}

/// Its menu has the most that one can have: Slack takes five choices, and no message with a sixth.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn praise_that_was_said_in_a_channel_comes_with_all_that_may_be_done_about_it() {
    let usual = Company::default();
    let world = World::of(Company { rules: format!("{}{KINDS}", usual.rules), ..usual }).await;
    world.says("lee", "stories", "they love the new invoice").await;
    world.strikes(MONDAY).await;
    let digests = world.posts("finance-voice");
    let menu: Vec<&str> = digests[0]["blocks"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|block| block["elements"].as_array().into_iter().flatten())
        .flat_map(|element| element["options"].as_array().into_iter().flatten())
        .filter_map(|option| option["text"]["text"].as_str())
        .collect();
    assert_eq!(menu, ["I heard this too", "Not ours", "Why here?", "It needs an answer", "Open original"]);
    assert!(digests[0]["blocks"].to_string().contains("They'd be a reference"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_praise_is_open_as_any_other() {
    let world = company().await;
    world.heard("lee", "sales", "thank you for the third reminder of the same invoice").await;
    world.strikes(MONDAY).await;
    let told = world.chooses("dana", "finance-voice", 1, "It needs an answer").await;
    assert_eq!(told, "VOC-1 is open now: somebody who reads it takes it, or closes it with an answer.");
    assert!(world.record(1).await.care.closed().is_none());
    let shown = world.channel("finance-voice").concat();
    assert!(!shown.contains("Praise") && shown.contains("VOC-1"), "{shown}");
    assert!(world.presses("dana", "finance-voice", "take").await.ok);
    assert!(world.record(1).await.care.taker().is_some());
    // Spread knows whoever told it, and nobody who closed it.
    let spread = world.runs("lee", "sales", "/allears", "spread").await.text().to_owned();
    assert!(spread.contains("1 told.") && !spread.contains("closed"), "{spread}");
    world.end().await;
}
