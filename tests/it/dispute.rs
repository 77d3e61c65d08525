//! What contradicts the company is closed by two functions, and silence never agrees.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::world::{Company, World};

const MONDAY: &str = "2026-11-23T10:00:00+01:00[Europe/Berlin]";

/// Dana leads Finance, Mia Product and Raj Legal. Lee told something that Finance has read, and Mia says that it contradicts them.
async fn disputed() -> World {
    let mut world = World::without_bot(Company::default()).await;
    let function = |(id, lead): (&str, &str)| {
        let (lead, name) = (world.sim.person_id(lead).unwrap(), id[..1].to_uppercase() + &id[1..]);
        format!("[[function]]\nid = \"{id}\"\nname = \"{name}\"\nlead = \"{lead}\"\nchannel = \"#{id}-voice\"\n")
    };
    let all = [("finance", "dana"), ("product", "mia"), ("legal", "raj")].map(function).concat();
    world.company.functions = format!("[defaults]\nzone = \"Europe/Berlin\"\n{all}");
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the invoice shows the wrong VAT number").await;
    world.strikes(MONDAY).await;
    world.chooses("mia", "finance-voice", 1, "This contradicts us").await;
    assert!(world.sends("mia", &reason("our invoices are right")).await.ok);
    world
}

fn reason(words: &str) -> Value {
    json!({"reason": {"reason": words}})
}

async fn closes(world: &World, who: &str) {
    assert!(world.presses(who, "finance-voice", "close").await.ok);
    let form = json!({"outcome": {"outcome": "declined"}, "reason": {"reason": "the number is what the register says"}});
    assert!(world.sends(who, &form).await.ok);
}

fn digest(world: &World) -> String {
    world.channel("finance-voice").concat()
}

/// Who of the others was asked.
fn asked(world: &World) -> Vec<&'static str> {
    ["mia", "raj", "lee", "dana"]
        .into_iter()
        .filter(|who| world.told_directly(who).iter().any(|text| text.contains("wants to close")))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_it_takes_the_signature_of_another_function() {
    let world = disputed().await;
    assert_snapshot!(digest(&world), @r"
    What customers told us: Finance, Monday 23 November
    1 new.
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in #sales. It contradicts us, says @mia: “our invoices are right”.
    ");
    closes(&world, "dana").await;
    assert_snapshot!(digest(&world), @r"
    What customers told us: Finance, Monday 23 November
    1 new.
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in #sales. It contradicts us, says @mia: “our invoices are right”. To be closed: no. @dana: “the number is what the register says” Product is asked to sign.
    ");
    let [signer] = asked(&world)[..] else { panic!("{:?}", asked(&world)) };
    assert_ne!(signer, "dana");
    assert_snapshot!(world.told_directly(signer)[0], @r"
    “the invoice shows the wrong VAT number”
    Finance wants to close VOC-1. It contradicts us, says @mia: “our invoices are right”. @dana: no, “the number is what the register says”. Do you agree, for the customer?
    ");
    assert!(world.record(1).await.care.closed().is_none());
    assert!(world.presses(signer, &format!("@{signer}"), "agree").await.ok);
    assert_snapshot!(digest(&world), @r"
    What customers told us: Finance, Monday 23 November
    1 new.
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in #sales. It contradicts us, says @mia: “our invoices are right”. Closed: no. @dana: “the number is what the register says”
    ");
    assert_snapshot!(world.told_directly("lee").join("\n--\n"), @r"
    “the invoice shows the wrong VAT number”
    VOC-1 is closed: no. @dana (Finance): “the number is what the register says” Does the customer know?
    ");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_sign_says_why_and_it_stays_open() {
    let world = disputed().await;
    closes(&world, "dana").await;
    let signer = asked(&world)[0];
    assert!(world.presses(signer, &format!("@{signer}"), "not_yet").await.ok);
    assert!(world.sends(signer, &reason("the register is wrong, too")).await.ok);
    let shown = world.runs("lee", "sales", "/allears", "VOC-1").await;
    assert_snapshot!(shown.text(), @r"
    “the invoice shows the wrong VAT number”
    VOC-1, told by @lee in <#C0J7Y8EDD11>. Read by Finance.
    It contradicts us, says @mia: “our invoices are right”. @mia did not sign: “the register is wrong, too”. Nobody has taken it yet. Finance answers it. @dana holds it, as Finance's lead.
    ");
    assert!(world.told_directly("lee").is_empty());
    // It may be proposed again.
    closes(&world, "dana").await;
    assert!(matches!(world.record(1).await.care.state, allears::domain::care::State::Proposed(_)));
    world.end().await;
}

/// Three working days, then another function; three more, and it is open again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_never_agrees() {
    let world = disputed().await;
    closes(&world, "dana").await;
    assert_eq!(asked(&world).len(), 1);
    world.strikes("2026-11-25T18:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(asked(&world).len(), 1, "two working days");
    world.strikes("2026-11-26T10:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(asked(&world).len(), 2);
    world.strikes("2026-12-02T10:00:00+01:00[Europe/Berlin]").await;
    let care = world.record(1).await.care;
    assert!(matches!(care.state, allears::domain::care::State::Open), "{:?}", care.state);
    let late = asked(&world)[0];
    assert!(world.presses(late, &format!("@{late}"), "agree").await.ok);
    assert!(world.record(1).await.care.closed().is_none(), "the time to sign is over");
    world.end().await;
}

/// The function that answers it does not mark its own records, nor twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_marked_once_and_by_others() {
    let mut world = World::without_bot(Company::default()).await;
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the invoice shows the wrong VAT number").await;
    world.strikes(MONDAY).await;
    world.chooses("dana", "finance-voice", 1, "This contradicts us").await;
    assert!(world.sends("dana", &reason("our invoices are right")).await.ok);
    assert_snapshot!(world.form("dana")["blocks"][0]["text"]["text"].as_str().unwrap(), @"VOC-1 is yours to answer. That it contradicts you is for whoever told it, or for other teams, to say.");
    world.chooses("mia", "finance-voice", 1, "This contradicts us").await;
    assert!(world.sends("mia", &reason("our <!here> invoices are *right*")).await.ok);
    assert!(world.record(1).await.care.belief.is_some());
    assert!(!world.posts("finance-voice")[0].to_string().contains("This contradicts us"));
    world.end().await;
}
