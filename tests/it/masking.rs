//! What is personal in customers' words is unreadable before anything is kept, and the teller is told.

use serde_json::json;

use crate::world::{Company, World, kept};

/// A company that masks all that can be.
async fn masking() -> (tempfile::TempDir, World) {
    let (folder, keep) = kept();
    let company = Company::default();
    let allears = format!("{}[privacy]\nmask = [\"email\", \"phone\", \"card\", \"account\", \"secret\"]\n", company.allears);
    (folder, World::of(Company { allears, keep, ..company }).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_it_is_kept_and_the_teller_reads_that() {
    let (folder, mut world) = masking().await;
    let receipt = world.heard("lee", "sales", "the invoice went to zebra@acme.test, his card 4111 1111 1111 1111 was refused").await;
    assert!(receipt.contains("I masked what looks like an e-mail address and a card number: nobody reads it here."), "{receipt}");
    assert_eq!(world.record(1).await.verbatim, "the invoice went to *****@****.****, his card **** **** **** **** was refused");
    // Edits and replies, too.
    let ts = world.says("lee", "stories", "the refund of a boat is late").await;
    world.sim.edit("lee", "stories", &ts, "the refund of a boat is late, call +49 30 9018200").unwrap();
    world.settled().await;
    assert_eq!(world.record(2).await.verbatim, "the refund of a boat is late, call +** ** *******");
    world.strikes("2026-11-23T09:05:00+01:00[Europe/Berlin]").await;
    assert!(world.presses("lee", "stories", "edit").await.ok);
    assert!(world.sends("lee", &json!({"verbatim": {"verbatim": "the refund of zebra@acme.test is late"}})).await.ok);
    assert_eq!(world.record(2).await.verbatim, "the refund of *****@****.**** is late");
    assert!(!world.channel("finance-voice").concat().contains("zebra"));
    world.stop_bot().await;
    let mut files = vec![folder.path().to_owned()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(5).any(|window| window == b"zebra"), "{}", path.display());
        }
    }
    world.start_bot().await.unwrap();
    world.end().await;
}

/// What has check digits is masked unless the configuration says otherwise; what has none is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn card_numbers_are_masked_without_being_asked_for() {
    let world = World::open().await;
    world.heard("lee", "sales", "card 4111 1111 1111 1111 of lee@acme.test").await;
    assert_eq!(world.record(1).await.verbatim, "card **** **** **** **** of lee@acme.test");
    world.end().await;
}
