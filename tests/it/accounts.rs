//! Customers: recognised in what they said, suggested in the form, and those that the list does not know.

use allears::domain::feedback::Customer;
use insta::assert_snapshot;
use serde_json::json;
use slack_sim::Press;

use crate::world::{Company, World};

const ACCOUNTS: &str = "id,name,aliases,segment\nacme,Acme Corp,Acme;ACM,Enterprise\nholt,Holt & Sons,Holt,\n";

async fn with_accounts() -> World {
    let mut world = World::without_bot(Company { accounts: Some(ACCOUNTS.to_owned()), ..Company::default() }).await;
    let lee = world.sim.person_id("lee").unwrap();
    world.company.allears = format!("admins = [\"{lee}\"]\n{}", world.company.allears);
    world.start_bot().await.unwrap();
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_is_recognised_and_shown() {
    let world = with_accounts().await;
    let receipt = world.heard("lee", "sales", "acme's CFO says the invoice is wrong").await;
    assert!(receipt.starts_with("Heard: VOC-1, shown as @lee, from Acme Corp (Enterprise)\n"), "{receipt}");
    world.heard("lee", "sales", "the Holtville office wants an invoice").await;
    assert_eq!(world.record(2).await.customer, None, "whole words alone");
    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    let digest = world.channel("finance-voice").concat();
    assert!(digest.contains("VOC-1, Acme Corp (Enterprise), told by @lee in #sales"), "{digest}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_suggests_customers_and_takes_any_name() {
    let world = with_accounts().await;
    world.heard("lee", "sales", "").await;
    let view_id = world.form("lee")["id"].as_str().map(str::to_owned);
    let typed = |text: &str| Press {
        user: "lee".to_owned(),
        view_id: view_id.clone(),
        block_id: "customer".to_owned(),
        action_id: "customer".to_owned(),
        value: Some(json!(text)),
        ..Press::default()
    };
    let suggested = async |text: &str| {
        let answer = world.patiently(world.sim.suggest(&typed(text))).await.unwrap().unwrap();
        let options = answer["options"].as_array().unwrap().iter();
        options.map(|option| option["text"]["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(suggested("ac").await, ["Acme Corp", "ac (not on the list)"]);
    assert_eq!(suggested("Globex").await, ["Globex (not on the list)"]);
    let values = json!({"verbatim": {"verbatim": "the invoice is wrong"}, "customer": {"customer": "as:Globex"}});
    assert!(world.sends("lee", &values).await.ok);
    assert_eq!(world.record(1).await.customer, Some(Customer::Named("Globex".to_owned())));
    assert_snapshot!(world.runs("lee", "sales", "/allears", "customers").await.text(), @r"
    Customers whom colleagues named, and the list does not know
    Globex (1)
    Add those that are customers, or their names as aliases, to accounts.csv, and start me again.
    ");
    let refused = world.runs("mia", "sales", "/allears", "customers").await.text().to_owned();
    assert_eq!(refused, "That is for admins. They are named under admins in allears.toml: ask one of them.");
    assert!(world.presses("lee", "sales", "undo").await.ok);
    assert_eq!(world.runs("lee", "sales", "/allears", "customers").await.text(), "Every customer whom somebody named is on the list.");
    world.end().await;
}
