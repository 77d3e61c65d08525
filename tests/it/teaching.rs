//! Teaching: what people say of tags decides where alike words go from then on, and what is taken back is unlearned.

use insta::assert_snapshot;
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

/// Slack's dates as the text that stands there where they cannot be shown.
fn dated(text: &str) -> String {
    let mut out = String::new();
    for (n, part) in text.split("<!date^").enumerate() {
        match (n, part.split_once('|').and_then(|(_, rest)| rest.split_once('>'))) {
            (0, _) | (_, None) => out.push_str(part),
            (_, Some((otherwise, rest))) => out.extend([otherwise, rest]),
        }
    }
    out
}

/// A text without its figures: they change with each tuning of how the tagger learns.
fn without_figures(text: &str) -> String {
    let figure = |word: &str| word.strip_prefix(['+', '-']).unwrap_or(word).trim_end_matches([',', '.', ';']).parse::<f32>().is_ok();
    let word =
        |word: &str| if figure(word) && (word.starts_with(['+', '-']) || word.len() == 2) { "N".to_owned() } else { word.to_owned() };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_can_be_tried_and_nothing_is_kept() {
    let world = World::open().await;
    let tried = async |text: &str| {
        world.remember(text);
        world.runs("lee", "sales", "/allears", &format!("try {text}")).await.text().to_owned()
    };
    assert_snapshot!(tried("the invoice as PDF shows the wrong VAT number").await, @r"
    “the invoice as PDF shows the wrong VAT number”
    Finance would lead; Product would read along. Nothing was kept.
    Finance, 82 %: “invoice”, “VAT number” +3.0 (rule finance.invoice).
    Product, 53 %: “PDF” +1.6 (rule product.missing).
    Numbers are weights: 1.5 is enough for a team, and what is below 0 speaks against it.
    ");
    assert_snapshot!(tried("the brochure smells of fish").await, @r"
    “the brochure smells of fish”
    No function is sure enough, so that it would go to one team in turn. Nothing was kept.
    ");
    teaches(&world, "lee", WORDS, &["legal"]).await;
    assert_snapshot!(without_figures(&tried("their brochure smells of tar").await), @r"
    “their brochure smells of tar”
    Legal would lead. Nothing was kept.
    Legal, N %: “brochure” N (learned), “smells” N (learned). What was learned adds N today most of it: what colleagues said of VOC-1 N
    Numbers are weights: 1.5 is enough for a team, and what is below 0 speaks against it.
    ");
    assert_eq!(world.records().await.len(), 1, "what is tried is not kept");
    assert_snapshot!(world.runs("lee", "sales", "/allears", "try").await.text(), @"Type /allears try and what a customer might say: I show where it would go and why, and keep nothing.");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_tells_its_whole_story() {
    let world = World::open().await;
    teaches(&world, "lee", WORDS, &["legal"]).await;
    assert!(world.presses("lee", "sales", "hide").await.ok);
    world.heard("raj", "sales", "an invoice and a brochure that smells of fish").await;
    world.strikes(MONDAY).await;
    world.chooses("dana", "legal-voice", 2, "I heard this too").await;
    world.chooses("mia", "finance-voice", 2, "Not ours").await;
    let why = async |no: u64| dated(world.runs("lee", "sales", "/allears", &format!("why VOC-{no}")).await.text());
    assert_snapshot!(why(1).await, @r"
    Why VOC-1 goes where it goes. Heard Sunday 22 November, 17:00 UTC.
    Legal: a colleague chose it.
    Colleagues chose its teams; no guess overwrites that.
    A colleague chose Legal, Sunday 22 November, 17:00 UTC.
    It stands in the digests of Legal, 23 November.
    ");
    assert_snapshot!(without_figures(&why(2).await), @r"
    Why VOC-2 goes where it goes. Heard Sunday N November, 17:00 UTC.
    Legal, N %: “brochure” N (learned), “smells” N (learned), “fish” N (learned). What was learned adds N today most of it: what colleagues said of VOC-1 N
    Colleagues chose its teams; no guess overwrites that.
    @mia said that it is not for Finance, Monday N November, 08:02 UTC.
    @dana agreed with Legal, Monday N November, 08:02 UTC.
    It stands in the digests of Finance, N November; Legal, N November.
    Numbers are weights: 1.5 is enough for a team, and what is below 0 speaks against it.
    ");
    let learned = async || world.runs("lee", "sales", "/allears", "status").await.text().to_owned();
    let before = learned().await;
    assert!(before.contains("I learned from 2 records, on whose teams 3 colleagues said something."), "{before}");
    // What is taken back was never said.
    assert!(world.presses("dana", "legal-voice", "not_heard").await.ok);
    let why_now = why(2).await;
    assert!(why_now.contains("@mia said that it is not for Finance") && !why_now.contains("agreed"), "{why_now}");
    assert_snapshot!(why(3).await, @"There is no VOC-3, or it was withdrawn.");
    let after = learned().await;
    assert!(after.contains("I learned from 2 records, on whose teams 2 colleagues said something."), "{after}");
    world.end().await;
}
