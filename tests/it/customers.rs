//! The customer hears what became of it: whoever told it is asked, once more after a week, or whoever looks after them; and one
//! who praises may agree to be a reference.

use insta::assert_snapshot;
use slack_sim::{Change, NewPerson};

use crate::world::{Company, World};

const MONDAY: &str = "2026-11-23T09:05:00+01:00[Europe/Berlin]";

/// Mia looks after Acme, Lee told what they said and Finance has read it. Holt has nobody.
async fn company(begins: &'static str, words: &[&str]) -> World {
    company_that("remind = true", begins, words).await
}

async fn company_that(reminds: &str, begins: &'static str, words: &[&str]) -> World {
    let usual = Company::default();
    let rules = format!("{}[[kind]]\nid = \"good\"\nis = \"praise\"\nphrases = [\"love*\"]\n", usual.rules);
    let allears = format!("[care]\n{reminds}\n");
    let mut world = World::without_bot(Company { allears, rules, begins, ..usual }).await;
    let mia = world.sim.person_id("mia").unwrap();
    world.company.accounts = Some(format!("id,name,aliases,segment,owner\nacme,Acme Corp,Acme,Enterprise,{mia}\nholt,Holt,,,\n"));
    world.start_bot().await.unwrap();
    for words in words {
        world.heard("lee", "sales", words).await;
    }
    world.strikes(MONDAY).await;
    world
}

async fn read(words: &str) -> World {
    company("2026-11-22T18:00:00+01:00[Europe/Berlin]", &[words]).await
}

async fn on(world: &World, day: &str) {
    world.strikes(&format!("2026-{day}T09:31:00+01:00[Europe/Berlin]")).await;
}

fn last(world: &World, who: &str) -> String {
    world.told_directly(who).pop().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_told_it_is_asked_once_more_after_five_working_days_and_then_in_peace() {
    let world = read("Holt says the invoice shows the wrong VAT number").await;
    world.closes("dana", 1, "done", "fixed in the template").await;
    assert!(last(&world, "lee").ends_with("Does Holt know?"), "{}", last(&world, "lee"));
    on(&world, "11-27").await;
    assert_eq!(world.told_directly("lee").len(), 1);
    on(&world, "11-30").await;
    assert_snapshot!(last(&world, "lee"), @r"
    “Holt says the invoice shows the wrong VAT number”
    VOC-1 is closed: done. @dana (Finance): “fixed in the template” Does Holt know by now? I do not ask again.
    ");
    assert!(world.store().watched().await.unwrap().is_empty());
    for day in ["12-01", "12-07", "12-14"] {
        on(&world, day).await;
    }
    assert_eq!(world.told_directly("lee").len(), 2);
    assert!(world.reads_of("lee", "@bot", 1, "customer_told").await.starts_with("Noted: the customer knows"));
    let shown = world.runs("raj", "sales", "/allears", "VOC-1").await.text().to_owned();
    assert!(shown.contains("fixed in the template” The customer knows."), "{shown}");
    world.end().await;
}

/// What they hear is no reminder; that it is asked once more is one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_is_reminded_it_is_asked_once() {
    let words = "Holt says the invoice shows the wrong VAT number";
    let world = company_that("remind = false", "2026-11-22T18:00:00+01:00[Europe/Berlin]", &[words]).await;
    world.closes("dana", 1, "done", "fixed in the template").await;
    assert!(last(&world, "lee").ends_with("Does Holt know?"), "{}", last(&world, "lee"));
    for day in ["11-30", "12-01", "12-14"] {
        on(&world, day).await;
    }
    assert_eq!(world.told_directly("lee").len(), 1);
    assert!(!world.record(1).await.care.is_watched(), "its clock has stopped");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_said_that_the_customer_knows_is_not_asked_again() {
    let world = read("Holt says the invoice shows the wrong VAT number").await;
    world.closes("dana", 1, "done", "fixed in the template").await;
    world.reads_of("lee", "@bot", 1, "no_need").await;
    assert!(world.store().watched().await.unwrap().is_empty());
    on(&world, "11-30").await;
    assert_eq!(world.told_directly("lee").len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_looks_after_the_customer_is_asked_to_tell_them() {
    let world = read("Acme says the invoice shows the wrong VAT number").await;
    world.closes("dana", 1, "done", "fixed in the template").await;
    assert_snapshot!(world.reads_of("lee", "@bot", 1, "ask_owner").await, @"I ask @mia, who looks after the customer, to tell them what became of VOC-1.");
    assert_snapshot!(last(&world, "mia"), @r"
    “Acme says the invoice shows the wrong VAT number”
    VOC-1 is closed: done. @dana (Finance): “fixed in the template” You look after Acme Corp: @lee asks you to tell them.
    ");
    assert!(!world.sim.messages("@mia").unwrap().last().unwrap()["blocks"].to_string().contains("reopen"), "that is for who told it");
    assert_snapshot!(world.reads_of("lee", "@bot", 1, "ask_owner").await, @"I ask @mia, who looks after the customer, to tell them what became of VOC-1.");
    // Whoever was asked last is asked once more.
    on(&world, "11-30").await;
    assert_eq!((world.told_directly("lee").len(), world.told_directly("mia").len()), (1, 2));
    assert_snapshot!(world.reads_of("mia", "@bot", 1, "customer_told").await, @"Noted: the customer knows what became of VOC-1. Thank you for telling them.");
    world.end().await;
}

/// A hidden name stays hidden from whoever is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hides_their_name_asks_as_a_colleague() {
    let world = read("Acme says the invoice shows the wrong VAT number").await;
    assert!(world.presses("lee", "sales", "hide").await.ok);
    world.closes("dana", 1, "done", "fixed in the template").await;
    world.reads_of("lee", "@bot", 1, "ask_owner").await;
    assert!(last(&world, "mia").contains("You look after Acme Corp: a colleague asks you to tell them."), "{}", last(&world, "mia"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_asked_who_left_or_is_not_there() {
    let world = read("Acme says the invoice shows the wrong VAT number").await;
    world.closes("dana", 1, "done", "fixed in the template").await;
    world.sim.change(&Change::Deactivate("mia".to_owned())).unwrap();
    on(&world, "11-24").await;
    assert_snapshot!(world.reads_of("lee", "@bot", 1, "ask_owner").await, @"The list of customers names nobody here who looks after that of VOC-1. Tell them yourself, or ask whoever knows them.");
    assert_eq!(world.told_directly("mia").len(), 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_praises_may_be_a_reference() {
    let begins = "2026-11-22T18:00:00+01:00[Europe/Berlin]";
    let world = company(begins, &["Acme love the new invoice", "they love that invoices come early"]).await;
    assert_snapshot!(world.reads_of("mia", "finance-voice", 2, "refer").await, @"VOC-2 names no customer yet. Whoever told it can add the name with Edit on the receipt; then say so again.");
    assert_snapshot!(world.reads_of("mia", "finance-voice", 1, "refer").await, @"Noted, with your name and today's day, for all who read VOC-1: the customer agrees to be a reference.");
    assert_snapshot!(world.channel("finance-voice").concat(), @r"
    What customers told us: Finance, Monday 23 November
    2 new.
    “they love that invoices come early”
    VOC-2, told by @lee in #sales. Praise: thank you. Nobody has to answer.
    “Acme love the new invoice”
    VOC-1, Acme Corp (Enterprise), told by @lee in #sales. Praise: thank you. Nobody has to answer. The customer agrees to be a reference: @mia asked, on Monday 23 November.
    ");
    let council = world.named(world.runs("dana", "sales", "/allears", "council").await.text().to_owned());
    assert!(council.contains("told by @lee (praise, agrees to be a reference)"), "{council}");
    assert_snapshot!(world.reads_of("lee", "finance-voice", 1, "refer_not").await, @"Noted: the customer of VOC-1 is no reference.");
    assert!(!world.channel("finance-voice").concat().contains("to be a reference"));
    world.sim.add_person(NewPerson::named("gil").guest());
    assert_snapshot!(world.reads_of("gil", "finance-voice", 1, "refer").await, @"Guests read VOC-1, and colleagues of this company act on it. Ask one of them.");
    world.end().await;
}
