//! The page in a real browser. Needs Chromium and `ChromeDriver`: `scripts/check browser` installs them where they are missing.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]
#![expect(clippy::tests_outside_test_module, reason = "this whole crate is tests")]

mod app;
mod chrome;
#[path = "../it/support.rs"]
#[expect(dead_code, reason = "the browser needs its plain HTTP client alone")]
mod support;

use app::call;
use chrome::{Browser, DESK, NIGHT, PHONE};
use serde_json::{Value, json};
use slack_sim::{Limits, NewChannel, NewCommand, NewPerson, NewShortcut, ShortcutKind, Sim};
use thirtyfour::prelude::*;

/// Lee and Dana in #sales with the app.
async fn office() -> Sim {
    let heard = NewCommand {
        command: "/heard".to_owned(),
        description: "Share what a customer said".to_owned(),
        usage_hint: "[what the customer said]".to_owned(),
    };
    let pass_on = NewShortcut { name: "Pass on to the teams".to_owned(), kind: ShortcutKind::Message, callback_id: "pass_on".to_owned() };
    let builder = Sim::builder().bot_name("allears").workspace("Tandem", "tandem").command(heard).shortcut(pass_on);
    let sim = builder.limits(Limits::none()).start().await.unwrap();
    sim.add_person(NewPerson::named("lee").real_name("Lee Park").tz("Europe/Berlin"));
    sim.add_person(NewPerson::named("dana").real_name("Dana Fischer"));
    sim.add_channel(NewChannel::named("sales").members(["lee", "dana"]).with_bot().topic("What we sell, and to whom"));
    sim.add_channel(NewChannel::named("quiet").members(["lee"]));
    sim
}

fn at(sim: &Sim, who: &str, channel: &str) -> String {
    format!("{}/#channel={channel}&as={who}", sim.url())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: scripts/check browser"]
async fn a_command_is_completed_and_answered_for_one_person() {
    let sim = office().await;
    app::start(&sim).await;
    let browser = Browser::open(&at(&sim, "lee", "sales"), DESK).await;
    let field = browser.find("#main .composer textarea").await;
    field.send_keys("/he").await.unwrap();
    browser.find_with("[role=option]", "Share what a customer said").await;
    field.send_keys(Key::Tab + "").await.unwrap();
    field.send_keys("the invoice is wrong".to_owned() + Key::Enter).await.unwrap();
    browser.find_with(".message.ephemeral", "Only visible to you").await;
    browser.find_with(".message.ephemeral strong, .message.ephemeral b", "Heard: VOC-43").await;
    browser.picture("receipt").await;
    browser.find_with(".message.ephemeral button", "Dismiss message").await.click().await.unwrap();
    assert!(browser.gone(".message.ephemeral").await);
    assert!(sim.ephemerals("lee", None).unwrap().is_empty());
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: scripts/check browser"]
async fn a_button_opens_a_modal_that_is_filled_in() {
    let sim = office().await;
    app::start(&sim).await;
    let posted = json!({"channel": "sales", "text": "the invoice shows the wrong VAT number", "blocks": app::record()});
    assert_eq!(call(&sim, "chat.postMessage", &posted).await["ok"], true);
    let browser = Browser::open(&at(&sim, "lee", "sales"), DESK).await;
    browser.find_with("button", "Close...").await.click().await.unwrap();
    browser.find_with("[role=dialog] h2", "Close VOC-42").await;
    let send = browser.find_with("[role=dialog] button", "Close it").await;
    // Slack's own client asks for what is required.
    send.click().await.unwrap();
    browser.find_with("[role=dialog]", "This field is required.").await;
    browser.find_with("[role=dialog] label", "Done").await.click().await.unwrap();
    let why = browser.find("[role=dialog] textarea").await;
    why.send_keys("no").await.unwrap();
    send.click().await.unwrap();
    browser.find_with("[role=dialog]", "Say more, in words the customer may hear.").await;
    assert_eq!(why.prop("value").await.unwrap().as_deref(), Some("no"), "what was typed is gone");
    browser.picture("modal").await;
    why.send_keys(", we fixed the template").await.unwrap();
    send.click().await.unwrap();
    browser.find_with(".message", "Closed: no, we fixed the template").await;
    assert!(browser.gone("[role=dialog]").await);
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: scripts/check browser"]
async fn people_talk_react_answer_and_are_seen_at_once() {
    let sim = office().await;
    app::start(&sim).await;
    let browser = Browser::open(&at(&sim, "lee", "sales"), DESK).await;
    browser.write("hello from the page").await;
    let mine = browser.find_with(".message", "hello from the page").await;
    let said = sim.messages("sales").unwrap()[0].clone();
    let ts = said["ts"].as_str().unwrap();
    // What others do shows without a reload.
    sim.reply("dana", "sales", ts, "hello back").unwrap();
    sim.react("dana", "sales", ts, "tada").unwrap();
    browser.find_with(".replies", "1 reply").await.click().await.unwrap();
    browser.find_with("#thread .message, .pane .message", "hello back").await;
    browser.find(".reactions button").await.click().await.unwrap();
    browser.find_with(".reactions button.mine", "2").await;
    assert_eq!(sim.messages("sales").unwrap()[0]["reactions"][0]["count"], 2);
    mine.focus().await.unwrap();
    sim.message("dana", "quiet", "is anybody here?").unwrap();
    browser.find_with("#side button.fresh", "quiet").await;
    assert_eq!(browser.find("#side button.fresh .dot").await.attr("aria-label").await.unwrap().as_deref(), Some("Unread"));
    // The Home of the app, as it publishes it when it is opened.
    browser.find_with("#side button", "allears").await.click().await.unwrap();
    browser.find("#tab-home").await.click().await.unwrap();
    browser.find_with("#tab-panel", "What you hold").await;
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: scripts/check browser"]
async fn nothing_that_anybody_wrote_is_ever_run() {
    const TRAPS: [&str; 7] = [
        "<script>window.pwned = 1</script>",
        "<img src=x onerror=\"window.pwned = 1\">",
        "<svg onload=window.pwned=1>",
        "javascript:window.pwned=1",
        "\"><iframe srcdoc=\"<script>parent.pwned=1</script>\">",
        "{{constructor.constructor('window.pwned=1')()}}",
        "<https://a.example|<img src=x onerror=window.pwned=1>>",
    ];
    let sim = office().await;
    for trap in TRAPS {
        sim.add_person(NewPerson::named(&format!("p{}", trap.len())).real_name(trap));
        sim.message(&format!("p{}", trap.len()), "sales", trap).unwrap();
        sim.share_file("lee", "sales", trap, (&format!("{trap}.html"), b"<script>parent.pwned=1</script>")).unwrap();
        let text = |kind: &str| json!({"type": kind, "text": trap});
        let rich = json!({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "text", "text": trap}, {"type": "link", "url": "javascript:window.pwned=1", "text": trap},
        ]}]});
        let blocks = json!([
            {"type": "header", "text": text("plain_text")},
            {"type": "section", "text": text("mrkdwn"), "fields": [text("mrkdwn")]},
            {"type": "context", "elements": [text("mrkdwn"), {"type": "image", "image_url": "https://a.example/x.png", "alt_text": trap}]},
            {"type": "markdown", "text": format!("# {trap}\n[x](javascript:window.pwned=1) ![x](x)\n{trap}")},
            rich,
            {"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": text("plain_text"), "url": "https://a.example/\"onclick=\"x"}]},
        ]);
        let posted = call(&sim, "chat.postMessage", &json!({"channel": "sales", "text": trap, "blocks": blocks})).await;
        assert_eq!(posted["ok"], true, "{posted}");
    }
    sim.add_channel(NewChannel::named("x<img src=x onerror=window.pwned=1>").members(["lee"]).topic(TRAPS[1]).with_bot());
    let browser = Browser::open(&at(&sim, "lee", "sales"), DESK).await;
    browser.find_with(".message", "constructor").await;
    browser.find_with("#side button", "onerror").await.click().await.unwrap();
    browser.find_with("#main h2", "onerror").await;
    assert_eq!(browser.ask("return window.pwned ?? null").await, Value::Null, "a message ran a script");
    let bad = "return [...document.querySelectorAll('script:not([src]), iframe, [onerror], [onload], a[href^=javascript]')].length";
    assert_eq!(browser.ask(bad).await, 0);
    let foreign =
        "return performance.getEntriesByType('resource').map((one) => one.name).filter((name) => !name.startsWith(location.origin))";
    assert_eq!(browser.ask(foreign).await, json!([]), "something was asked for from elsewhere");
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: scripts/check browser"]
async fn ten_thousand_messages_are_read_a_few_at_a_time() {
    let sim = office().await;
    for number in 0..10_000 {
        sim.message(if number % 3 == 0 { "lee" } else { "dana" }, "sales", &format!("message {number}")).unwrap();
    }
    let browser = Browser::open(&at(&sim, "lee", "sales"), DESK).await;
    browser.find_with(".message", "message 9999").await;
    let shown = "return document.querySelectorAll('#main .message').length";
    assert!(browser.ask(shown).await.as_u64().unwrap() <= 150);
    for _ in 0..10 {
        browser.ask("document.querySelector('#main [role=log]').scrollTop = 0").await;
        // Two frames: the page looks at where it stands, and draws.
        browser
            .page
            .execute_async(
                "const [done] = arguments; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)))",
                vec![],
            )
            .await
            .unwrap();
    }
    let first = "return document.querySelector('#main .message .body').textContent";
    let first = browser.ask(first).await;
    let number: u32 = first.as_str().unwrap().trim_start_matches("message ").parse().unwrap();
    assert!(number < 9_900, "nothing earlier came: {first}");
    assert!(browser.ask(shown).await.as_u64().unwrap() <= 150, "what is far away stays in the page");
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: scripts/check browser"]
async fn the_main_views_fit_by_day_by_night_and_on_a_phone() {
    let sim = office().await;
    app::start(&sim).await;
    sim.message("dana", "sales", "A customer said: `500` on *export*, see https://a.example/x?y=1&z=2 :tada:").unwrap();
    sim.message("lee", "sales", &"Donaudampfschifffahrtsgesellschaft".repeat(12)).unwrap();
    sim.message("dana", "sales", "שלום לכולם, החשבונית שגויה").unwrap();
    let posted = json!({"channel": "sales", "text": "record", "blocks": app::record()});
    call(&sim, "chat.postMessage", &posted).await;
    let browser = Browser::open(&at(&sim, "lee", "sales"), DESK).await;
    for (look, name) in [(DESK, "day"), (NIGHT, "night"), (PHONE, "phone")] {
        browser.show(look).await;
        browser.find_with("button", "Close...").await;
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.ask(wide).await, 0, "{name}: the page is wider than its window");
        browser.picture(name).await;
    }
    browser.show(DESK).await;
    let body = browser.find("body").await;
    body.send_keys(Key::Control + "k").await.unwrap();
    browser.find("[role=dialog] input").await.send_keys("qui".to_owned() + Key::Enter).await.unwrap();
    browser.find_with("#main h2", "quiet").await;
    browser.page.goto(format!("{}/gallery", sim.url())).await.unwrap();
    browser.find("svg").await;
    browser.picture("gallery").await;
    browser.end().await;
}
