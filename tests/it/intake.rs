//! Telling by command: what the teller reads, and what is kept.

use allears::domain::feedback::{Gesture, Origin};
use insta::assert_snapshot;
use serde_json::json;
use slack_sim::{NewChannel, NewPerson};

use crate::envelopes::command;
use crate::moody::{Does, Moody, hears};
use crate::world::{Company, World, functions};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_tells_reads_a_receipt_at_once() {
    let world = World::open().await;
    let receipt = world.heard("lee", "sales", "Acme's CFO says the invoice PDF shows the wrong VAT number").await;
    assert_snapshot!(receipt, @r"
    Heard: VOC-1, shown as @lee
    Finance leads (“invoice”, “VAT number”) and reads it <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>. Product reads along.
    ");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_names_all_who_read_along() {
    let world = World::open().await;
    let three = world.heard("lee", "sales", "the contract says refunds come as a PDF, and they do not").await;
    assert_snapshot!(three, @r"
    Heard: VOC-1, shown as @lee
    Finance leads (“refunds”) and reads it <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>. Legal and Product read along.
    ");
    let one = world.heard("lee", "sales", "the contract is hard to read").await;
    assert_snapshot!(one, @r"
    Heard: VOC-2, shown as @lee
    Legal leads (“contract”) and reads it <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>.
    ");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_rule_fits_goes_to_all_in_turn() {
    let world = World::open().await;
    let first = world.heard("lee", "sales", "the coffee at your stand was wonderful").await;
    assert_snapshot!(first, @r"
    Heard: VOC-1, shown as @lee
    No rule fits these words, so they go to one team in turn. Finance reads them <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>.
    ");
    for n in 0..5 {
        // What a rule fits takes nobody's turn.
        world.heard("mia", "sales", "about the contract").await;
        world.heard("mia", "sales", &format!("the weather is number {n}")).await;
    }
    let mut turns = vec![];
    for no in world.records().await.into_keys() {
        turns.extend(world.record(no).await.turn.map(|function| function.to_string()));
    }
    assert_eq!(turns, ["finance", "product", "legal", "finance", "product", "legal"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn help_is_answered_with_how_to_tell_and_nothing_with_the_form() {
    let world = World::open().await;
    let help = world.heard("lee", "sales", "help").await;
    assert_snapshot!(help, @r"
    Tell what a customer said, in their own words where you can:
    /heard Acme's CFO says the invoice shows the wrong VAT number
    I pass it on to the teams that it concerns. Each reads it in the daily digest of its channel, with your name, or without it where you hide it. One thing at a time works best.
    /heard alone opens a form. In a thread, where commands cannot be typed, use the message's menu: Pass on to the teams.
    ");
    assert_eq!(world.heard("lee", "sales", " HELP ").await, help);
    for (n, nothing) in (1..).zip(["", "   ", "\u{200B}\u{FEFF}", "\u{7}\u{1}", "\u{202E}"]) {
        assert_eq!(world.heard("lee", "sales", nothing).await, "", "{nothing:?}");
        assert_eq!(world.sim.calls_of("views.open").len(), n, "{nothing:?}");
    }
    assert!(world.records().await.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_may_be_many_but_not_without_end() {
    let world = World::open().await;
    let longest = "ä".repeat(40_000);
    assert!(world.heard("lee", "sales", &longest).await.starts_with("Heard: VOC-1,"));
    let one_more = world.heard("lee", "sales", &"ä".repeat(40_001)).await;
    assert_snapshot!(one_more, @"That is 40,001 characters, and I keep up to 40,000. Nothing was kept. Shorten it, or tell it in parts.");
    assert_eq!(world.records().await.into_values().collect::<Vec<_>>(), [longest]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_characters_are_kept_as_far_as_they_can_be_read() {
    let world = World::open().await;
    for text in ["🎉🎉", "the bell\u{7} rang\u{0}", "החשבונית שגויה", "\u{202E}an invoice backwards\u{202C}", "two\nlines\tand a tab"]
    {
        world.heard("lee", "sales", text).await;
    }
    let kept: Vec<String> = world.records().await.into_values().collect();
    assert_eq!(kept, ["🎉🎉", "the bell rang", "החשבונית שגויה", "an invoice backwards", "two\nlines\tand a tab"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_without_end_is_not_repeated_whole() {
    let world = World::open().await;
    let receipt = world.heard("lee", "sales", &format!("invoice{} is wrong", "e".repeat(39_000))).await;
    assert!(receipt.starts_with("Heard: VOC-1, shown as @lee\nFinance leads (“invoiceee"), "{receipt:.100}");
    assert!(receipt.chars().count() < 300, "{} characters", receipt.chars().count());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn markup_of_the_platform_becomes_what_people_see() {
    let world = World::open().await;
    world.sim.add_channel(NewChannel::named("board").private().members(["dana"]));
    let (dana, sales, board) =
        (world.sim.person_id("dana").unwrap(), world.sim.channel_id("sales").unwrap(), world.sim.channel_id("board").unwrap());
    let text = format!("R&amp;D: 1 &lt; 2, <@{dana}> in <#{sales}|sales> and <#{board}|> <!here> <https://acme.test|their page> <@U404>");
    world.tells(&command(&world, 1, &json!({"text": text}))).await;
    assert_snapshot!(world.record(1).await.verbatim, @"R&D: 1 < 2, @dana in #sales and a private channel @here their page (https://acme.test) @somebody");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn origin_gesture_and_function_of_the_teller_are_kept() {
    let world = World::without_bot(Company::default()).await;
    world.sim.add_channel(NewChannel::named("deal").private().members(["dana", "lee"]));
    world.sim.add_channel(NewChannel::named("with-acme").members(["dana"]).with_bot().ext_shared());
    let mut world = world;
    world.start_bot().await.unwrap();
    for (who, channel) in [("dana", "sales"), ("dana", "deal"), ("dana", "@bot"), ("dana", "with-acme"), ("lee", "sales")] {
        world.heard(who, channel, "the invoice is wrong").await;
    }
    let mut kept = vec![];
    for no in 1..=5 {
        let record = world.record(no).await;
        assert_eq!(record.gesture, Gesture::Command);
        kept.push((record.origin, record.teller_functions.iter().map(ToString::to_string).collect::<Vec<_>>()));
    }
    let finance = || vec!["finance".to_owned()];
    let origins = [Origin::Public, Origin::Private, Origin::Direct, Origin::External].map(|origin| (origin, finance()));
    assert_eq!(kept[..4], origins);
    assert_eq!(kept[4], (Origin::Public, vec![]), "who is in many functions' channels has no home");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_whom_slack_does_not_know_is_heard_all_the_same() {
    let world = World::open().await;
    let named = world.tells(&command(&world, 1, &json!({"user_id": "U404", "user_name": "kim"}))).await;
    assert!(named.starts_with("Heard: VOC-1, shown as @kim\n"), "{named}");
    let nameless = world.tells(&command(&world, 2, &json!({"user_id": "U405", "user_name": null, "text": "a refund, please"}))).await;
    assert!(nameless.starts_with("Heard: VOC-2, shown as a colleague\n"), "{nameless}");
    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    assert_snapshot!(world.channel("finance-voice").join("\n\n"), @r"
    What customers told us: Finance, Monday 23 November
    2 new.
    “a refund, please”
    VOC-2, told by a colleague in #sales
    “the invoice is wrong”
    VOC-1, told by @kim in #sales
    ");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_was_known_stays_when_slack_does_not_say_it() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.strikes("2026-11-23T07:00:00+01:00[Europe/Berlin]").await;
    world.sim.fail_next("users.info", 1, slack_sim::Fault::Error("user_not_found".to_owned()));
    world.tells(&command(&world, 1, &json!({"user_name": null, "text": "a refund, please"}))).await;
    world.strikes("2026-11-23T09:00:00+01:00[Europe/Berlin]").await;
    assert_snapshot!(world.channel("finance-voice").join("\n\n"), @r"
    What customers told us: Finance, Monday 23 November
    2 new.
    “a refund, please”
    VOC-2, told by @lee in #sales
    “the invoice is wrong”
    VOC-1, told by @lee in #sales
    ");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_other_companies_are_refused_and_nothing_is_kept() {
    let world = World::open().await;
    world.sim.add_person(NewPerson::named("guest").of_team("T0THERS"));
    let refused = world.tells(&command(&world, 1, &json!({"team_id": "T0THERS"}))).await;
    assert_snapshot!(refused, @"I only take what people of this company tell me. Nothing was kept. Ask a colleague here to pass it on.");
    assert_eq!(world.heard("guest", "sales", "the invoice is wrong").await, refused);
    assert!(world.records().await.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_command_is_answered_with_the_known_one() {
    let world = World::open().await;
    let seen = world.runs("lee", "sales", "/herd", "the invoice is wrong").await;
    assert_snapshot!(seen.text(), @"I do not know that command. To tell what a customer said: /heard what the customer said.");
    assert!(world.records().await.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_command_twice_is_one_record_and_the_same_receipt() {
    let world = World::open().await;
    let envelope = command(&world, 1, &json!({}));
    let first = world.tells(&envelope).await;
    assert!(first.starts_with("Heard: VOC-1,"), "{first}");
    assert_eq!(world.tells(&envelope).await, first);
    assert_eq!(world.records().await.len(), 1);
    assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with("Heard: VOC-2,"), "the same words are told anew");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_tells_while_the_disk_is_full_is_told_so_and_can_try_again() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    store.falls_into(hears, Does::Refuses);
    let refused = world.heard("lee", "sales", "the invoice is wrong").await;
    assert_snapshot!(refused, @"Not kept: my disk is full. Try again in a few minutes; if it stays so, tell whoever runs me.");
    assert!(world.records().await.is_empty());
    store.is_well();
    assert!(world.heard("lee", "sales", "the invoice is wrong").await.starts_with("Heard: VOC-1,"));
    world.end().await;
}

/// While a change is not durable, its number is a secret.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_number_is_told_before_it_is_kept() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    store.falls_into(hears, Does::Holds);
    let seen = world.runs("lee", "sales", "/heard", "the invoice is wrong").await;
    assert_eq!(seen.error.as_deref(), Some("operation_timeout"), "{}", seen.text());
    store.is_well();
    world.settled().await;
    assert_eq!(world.records().await.len(), 1);
    // What Slack no longer waited for was acknowledged all the same.
    assert_eq!((world.sim.late_acks().len(), world.sim.stray_acks().len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_without_members_of_its_own_lists_whom_it_wants() {
    let listed = |world: &World| format!("channel = \"#finance-voice\"\nmembers = [\"{}\"]", world.sim.person_id("raj").unwrap());
    let mut world = World::without_bot(Company::default()).await;
    world.company.functions = functions(&[("finance", listed(&world)), ("legal", "channel = \"#legal-voice\"".to_owned())]);
    world.start_bot().await.unwrap();
    world.heard("raj", "sales", "the invoice is wrong").await;
    let home = world.record(1).await.teller_functions;
    assert_eq!(home.iter().map(ToString::to_string).collect::<Vec<_>>(), ["finance"], "listed goes before a channel");
    world.end().await;
}
