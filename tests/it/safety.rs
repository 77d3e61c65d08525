//! What must hold of everything that is posted, whatever people write: nothing is live, and Slack takes it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use slack_sim::NewPerson;

use crate::envelopes::command;
use crate::world::World;

const MONDAY: &str = "2026-11-23T09:00:00+01:00[Europe/Berlin]";

/// As they come from Slack: live, and as people who mean harm type them.
const ATTACKS: &[&str] = &[
    "<!channel> the invoice",
    "<!here|here> the invoice",
    "<!everyone> the invoice",
    "<@U00000001> and <@ULEE|lee> the invoice",
    "<!subteam^S0GROUP> and <!subteam^S0GROUP|@leads> the invoice",
    "<!date^1392734382^{date}|now> the invoice",
    "<https://evil.test|your bank> the invoice",
    "<mailto:ceo@acme.test|the CEO> the invoice",
    "*bold* _slant_ ~struck~ `code` ```block``` the invoice",
    "&gt; a quote\n&gt;&gt;&gt; and more: the invoice\n\n\n• end",
    "&lt;!channel&gt; &lt;@U00000001&gt; the invoice",
    "&amp;lt;!channel&amp;gt; the invoice",
    "<<!channel>> <!<!here>> the invoice <!channel",
    "<!channel|<!here>> <#C404|<!channel>> the invoice",
    "@channel @here @everyone #general the invoice :tada: http://evil.test",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_of_people_are_never_live_in_a_digest_or_a_receipt() {
    let world = World::open().await;
    for (n, attack) in (1..).zip(ATTACKS) {
        let ack = world.delivers(&command(&world, n, &json!({"text": attack}))).await.unwrap();
        assert_inert(&world, &ack["payload"]);
    }
    world.strikes(MONDAY).await;
    world.passes(1).await;
    let posts = world.posts("finance-voice");
    assert_eq!(posts.len(), 2, "a digest and its thread");
    for post in posts {
        assert_inert(&world, &post);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_people_are_never_live_either() {
    let world = World::open().await;
    for (n, name) in (1..).zip(["here", "<!channel>", "*_~`", "a|b>c", "x".repeat(80).as_str()]) {
        let user = world.sim.add_person(NewPerson::named(name));
        let ack = world.delivers(&command(&world, n, &json!({"user_id": user, "text": "the invoice is wrong"}))).await.unwrap();
        assert_inert(&world, &ack["payload"]);
    }
    world.strikes(MONDAY).await;
    assert_inert(&world, &world.posts("finance-voice")[0]);
    world.end().await;
}

/// Attacks on whoever reads: in words, customers' names and people's names, in full, as lines and in the thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attacks_are_words_and_nothing_else() {
    let world = World::open().await;
    let attacks: Vec<&str> = include_str!("../data/attacks.txt").lines().collect();
    for (n, attack) in (1..).zip(&attacks) {
        let name: String = attack.chars().take(70).collect();
        let user = world.sim.add_person(NewPerson::named(&format!("attacker-{n}")).real_name(&name));
        let ack = world.delivers(&command(&world, n, &json!({"user_id": user, "text": format!("{attack} {n} invoice")}))).await.unwrap();
        assert_inert(&world, &ack["payload"]);
    }
    for attack in attacks.iter().take(6) {
        world.heard("lee", "sales", "").await;
        let name: String = attack.chars().take(60).collect();
        assert!(
            world.sends("lee", &json!({"verbatim": {"verbatim": format!("{name}: an invoice")}, "customer": {"customer": name}})).await.ok
        );
    }
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    let posts = world.posts("finance-voice");
    assert_eq!(posts.iter().flat_map(numbers).collect::<BTreeSet<_>>().len(), attacks.len() + 6);
    for post in &posts {
        assert_fits(post);
        assert_inert(&world, post);
    }
    for call in world.sim.calls_of("chat.postMessage") {
        let live = ["unfurl_links", "unfurl_media", "link_names"].map(|field| call.args[field].clone());
        assert_eq!(live, [Value::Bool(false), Value::Bool(false), Value::Bool(false)], "no preview of what a customer wrote");
    }
    world.end().await;
}

/// Five hundred records of the oddest words, in one digest: Slack takes all of it, and each record stands in it once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_of_anything_stays_within_the_limits() {
    let world = World::open().await;
    let mut chance = fastrand::Rng::with_seed(7);
    let extremes =
        ["invoice".repeat(5_714), "🎉 invoice 🎉".repeat(99), format!("{}invoice", "שלום ".repeat(900)), "```invoice".to_owned()];
    let texts = extremes.into_iter().chain(std::iter::repeat_with(|| odd(&mut chance)));
    let told: Vec<Value> = (1..=500).zip(texts).map(|(n, text)| command(&world, n, &json!({"text": text}))).collect();
    for some in told.chunks(50) {
        futures_util::future::join_all(some.iter().map(|envelope| world.sim.deliver(envelope))).await;
    }
    world.strikes(MONDAY).await;
    // A channel takes one message a second.
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    let posts = world.posts("finance-voice");
    let mut seen = BTreeSet::new();
    for post in &posts {
        assert_fits(post);
        assert_inert(&world, post);
        for no in numbers(post) {
            assert!(seen.insert(no), "VOC-{no} stands there twice");
        }
    }
    assert_eq!(seen, (1..=500).collect::<BTreeSet<u64>>());
    world.end().await;
}

/// Something that names an invoice, in words that no customer ever used.
fn odd(chance: &mut fastrand::Rng) -> String {
    const PIECES: &[&str] = &[
        "invoice",
        " ",
        "\n",
        "&amp;",
        "&lt;",
        "&gt;",
        "<!channel>",
        "*",
        "_",
        "`",
        "👩‍👩‍👧‍👦",
        "🎉",
        "שלום",
        "\u{202E}",
        "\u{0}",
        "ẞ",
        "e\u{301}\u{301}",
        "\t",
        "…",
        "“",
        "日本語",
        "|",
        "\\",
        "\"",
        "VAT number",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];
    let pieces = 1 << chance.u32(0..10);
    let words: String = (0..pieces).map(|_| chance.choice(PIECES).copied().unwrap_or_default()).collect();
    format!("{words} invoice")
}

/// Slack's limits: <https://docs.slack.dev/reference/block-kit/blocks>.
fn assert_fits(post: &Value) {
    let text = post["text"].as_str().unwrap();
    assert!((1..=4_000).contains(&text.chars().count()), "the text");
    let blocks = post["blocks"].as_array().unwrap();
    assert!((1..=50).contains(&blocks.len()), "{} blocks", blocks.len());
    each(&post["blocks"], &mut |part| {
        let most = if part["type"] == "header" { 150 } else { 3_000 };
        if let Some(text) = part["text"].as_str() {
            assert!((1..=most).contains(&text.chars().count()), "{part}");
        }
    });
}

/// Only our own channels and dates are live: no mention, no link, no markup out of somebody's words.
fn assert_inert(world: &World, post: &Value) {
    let ours = ["sales", "stories"].map(|name| format!("<#{}>", world.sim.channel_id(name).unwrap()));
    let without_ours = |text: &str| {
        let text = ours.iter().fold(text.to_owned(), |text, channel| text.replace(channel, ""));
        text.split_once("<!date^1795420800^")
            .map_or_else(|| text.clone(), |(before, date)| format!("{before}{}", date.split_once('>').unwrap().1))
    };
    let text = without_ours(post["text"].as_str().unwrap());
    assert!(!text.contains(['<', '>']), "{text}");
    each(&post["blocks"], &mut |part| match part["type"].as_str() {
        Some("mrkdwn") => {
            let text = without_ours(part["text"].as_str().unwrap());
            assert!(!text.contains(['<', '>']), "{text}");
            assert_eq!(part["verbatim"], true, "else Slack makes links and mentions of plain words: {part}");
        }
        // What stands on buttons is ours alone.
        Some(
            "rich_text" | "rich_text_section" | "rich_text_quote" | "text" | "channel" | "date" | "header" | "plain_text" | "context"
            | "actions" | "button" | "overflow" | "section",
        )
        | None => {}
        Some(other) => panic!("a live {other}"),
    });
}

/// The records that a message shows.
fn numbers(post: &Value) -> Vec<u64> {
    let mut found = vec![];
    each(&post["blocks"], &mut |part| {
        let text = part["text"].as_str().unwrap_or_default();
        let lines = if text.ends_with("the same.") { text.split(", ").collect() } else { vec![text] };
        let digits = lines.into_iter().filter_map(|line| line.strip_prefix("VOC-")?.split(|c: char| !c.is_ascii_digit()).next());
        found.extend(digits.map(|no| no.parse::<u64>().unwrap()));
    });
    found
}

/// Calls with every object inside.
fn each(value: &Value, visit: &mut impl FnMut(&Value)) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| each(one, visit)),
        Value::Object(fields) => {
            visit(value);
            fields.values().for_each(|one| each(one, visit));
        }
        _ => {}
    }
}
