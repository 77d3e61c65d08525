//! Teaching: what people say of tags decides where alike words go from then on, and what is taken back is unlearned.

use serde_json::json;

use crate::world::{Company, World, kept};

const MONDAY: &str = "2026-11-23T09:02:00+01:00[Europe/Berlin]";
const WORDS: &str = "the brochure smells of fish";

/// Somebody tells something by the form, and says which functions it concerns.
async fn teaches(world: &World, who: &str, words: &str, functions: &[&str]) {
    world.heard(who, "sales", "").await;
    world.remember(words);
    let form = json!({"verbatim": {"verbatim": words}, "functions": {"functions": functions}});
    assert!(world.sends(who, &form).await.ok);
}

/// The functions of a record, the lead first.
async fn functions(world: &World, no: u64) -> Vec<String> {
    world.record(no).await.tags.iter().map(|tag| tag.function.to_string()).collect()
}

/// The words of a record that decided, as its receipt and its digest show them.
async fn decided(world: &World, no: u64) -> Vec<String> {
    let record = world.record(no).await;
    let spans = record.tags.iter().flat_map(|tag| &tag.evidence).map(|evidence| evidence.span.range());
    spans.map(|span| record.verbatim[span].to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chosen_teams_teach_and_the_words_that_taught_are_shown() {
    let world = World::open().await;
    world.heard("raj", "sales", WORDS).await;
    assert_eq!(functions(&world, 1).await, Vec::<String>::new(), "no rule knows it");
    teaches(&world, "lee", WORDS, &["legal"]).await;
    let receipt = world.heard("raj", "sales", "another brochure that smells of fish").await;
    assert!(receipt.contains("Legal leads (“brochure”, “smells”, “fish”)"), "{receipt}");
    assert_eq!(decided(&world, 3).await, ["brochure", "smells", "fish"]);
    world.heard("raj", "sales", "they wonder about our holidays").await;
    assert_eq!(functions(&world, 4).await, Vec::<String>::new(), "other words were not taught");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_before_stays_as_it_is() {
    let world = World::open().await;
    world.heard("raj", "sales", "the invoice smells of fish").await;
    teaches(&world, "lee", "the invoice smells of haddock", &["legal"]).await;
    teaches(&world, "dana", "the invoice smells of herring", &["legal"]).await;
    assert_eq!(functions(&world, 1).await, ["finance"]);
    assert_eq!(functions(&world, 2).await, ["legal"], "a person's choice is never overwritten");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_ours_teaches_against_a_rule() {
    let world = World::open().await;
    let tellings = ["who weighs cod at dawn", "she counts crates by hand", "a boat left without ice", "nobody sells bait on sundays"];
    for telling in tellings {
        world.heard("lee", "sales", &format!("missing feature: the harbour master says {telling}")).await;
    }
    world.strikes(MONDAY).await;
    for no in 1..=3 {
        world.chooses("raj", "product-voice", no, "Not ours").await;
    }
    world.heard("lee", "sales", "missing feature: the harbour master says gulls steal his bread").await;
    assert_eq!(functions(&world, 4).await, ["product"], "it was told before");
    assert_eq!(functions(&world, 5).await, Vec::<String>::new());
    world.heard("lee", "sales", "the harbour master's contract is wrong").await;
    assert_eq!(functions(&world, 6).await, ["legal"], "of others nothing was said");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_is_unlearned() {
    let world = World::open().await;
    teaches(&world, "lee", WORDS, &["legal"]).await;
    assert!(world.presses("lee", "sales", "undo").await.ok);
    world.heard("raj", "sales", WORDS).await;
    assert_eq!(functions(&world, 2).await, Vec::<String>::new());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_teams_later_teach_the_contrary() {
    let world = World::open().await;
    teaches(&world, "lee", WORDS, &["legal"]).await;
    assert!(world.presses("lee", "sales", "teams").await.ok);
    assert!(world.sends("lee", &json!({"functions": {"functions": ["product"]}})).await.ok);
    world.heard("raj", "sales", WORDS).await;
    assert_eq!(functions(&world, 2).await, ["product"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_known_after_a_restart_before_anything_is_heard() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    teaches(&world, "lee", WORDS, &["legal"]).await;
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.heard("raj", "sales", WORDS).await;
    assert_eq!(functions(&world, 2).await, ["legal"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn examples_teach_before_anybody_does() {
    let example = |text: &str, function: &str| json!({"text": text, "functions": [function]}).to_string();
    let examples = [example(WORDS, "legal"), example("brochures that smell of tar", "legal"), example("the lamp hums", "product")];
    let world = World::of(Company { examples: Some(examples.join("\n")), ..Company::default() }).await;
    world.heard("raj", "sales", "our brochure smells of fish again").await;
    assert_eq!(functions(&world, 1).await, ["legal"]);
    world.end().await;
}
