//! The demo in a real browser, as a newcomer meets it. Needs Chromium and `ChromeDriver`: `scripts/check browser`.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![expect(clippy::tests_outside_test_module, reason = "this whole crate is tests")]

#[path = "../../slack-sim/tests/browser/chrome.rs"]
#[expect(dead_code, reason = "the demo is looked at by day, at a desk")]
mod chrome;

use allears::demo::{Demo, Options};
use chrome::{Browser, DESK};

/// A sentence is told, its receipt read, the clock turned, and it stands in the digest of the team that it concerns.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Chromium: scripts/check browser"]
async fn a_newcomer_tells_and_reads_it_next_morning() {
    // The bot's HTTP client is built with TLS, and the WebDriver client uses the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let demo = Demo::start(&Options { stories: true, ..Options::default() }).await.unwrap();
    let browser = Browser::open(&format!("{}/#channel=sales&as=lee", demo.url()), DESK).await;
    browser.find_with("#banner .clock", "Sunday 22 November 2026, 18:00").await;
    browser.write("/heard Acme says the invoice shows the wrong VAT number").await;
    browser.find_with(".message.ephemeral", "Only visible to you").await;
    browser.find_with(".message.ephemeral", "Heard: VOC-").await;
    browser.find_with("#banner button", "Next morning").await.click().await.unwrap();
    browser.find_with("#banner .clock", "Monday 23 November 2026, 09:00").await;
    let finance = format!("{}/?dana#channel=finance-voice&as=dana", demo.url());
    browser.page.goto(finance).await.unwrap();
    browser.find_with(".message", "What customers told us").await;
    browser.find_with(".message strong, .message b", "invoice").await;
    browser.picture("demo").await;
    browser.end().await;
    assert!(demo.stop().await, "the bot did not stop in time");
}
