//! Small houses, each of which breaks one rule: without them nobody knows that a rule can fail.

use std::collections::BTreeMap;

use super::rules::broken;
use super::source::House;
use super::{MOST_LINES, MOST_LINES_OF_MAIN, too_long};

/// Everything that is wrong with a house of these files.
fn faults(files: &[(&str, &str)]) -> Vec<String> {
    let files: BTreeMap<_, _> = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    let faults = House::read(&files).map_or_else(|faults| faults, |house| broken(&house));
    faults.iter().map(ToString::to_string).collect()
}

/// Three floors; `low` has two rooms and shows one of them.
fn three_floors_and(files: &[(&str, &str)]) -> Vec<String> {
    let mut house = BTreeMap::from([
        ("src/lib.rs", "pub mod low;\npub mod middle;\npub mod high;"),
        ("src/low/mod.rs", "mod cellar;\npub mod stairs;\npub use cellar::Wine;"),
        ("src/low/cellar.rs", "pub struct Wine;\npub(crate) enum Kind { Red }"),
        ("src/low/stairs.rs", "use super::cellar::Kind;\npub fn down() { drop(Kind::Red); }"),
        ("src/middle.rs", "use crate::low::{self, Wine, stairs::down as go};\npub fn dine(_: Wine) { go(); low::stairs::down(); }"),
        ("src/high.rs", "pub struct Roof;\npub mod parts { pub struct Tile; }\n#[cfg(test)]\nmod tests { use crate::low::*; }"),
    ]);
    house.extend(files.iter().copied());
    faults(&house.into_iter().collect::<Vec<_>>())
}

/// Exactly one fault, at this place, that says this.
#[track_caller]
fn one(faults: &[String], place: &str, says: &str) {
    assert!(
        matches!(faults, [one] if one.starts_with(place) && one.contains(says)),
        "not one fault at {place} that says {says:?}: {faults:#?}"
    );
}

#[test]
fn a_good_house_stands() {
    assert_eq!(three_floors_and(&[]), Vec::<String>::new());
}

#[test]
fn a_floor_uses_no_floor_above_itself_however_it_says_so() {
    for (says, line) in [
        ("use crate::high::Roof;", 1),
        ("use crate::high::Roof as Top;", 1),
        ("use crate::high;", 1),
        ("\nuse crate::{high::{Roof}, low::Wine};", 2),
        ("use super::high::Roof;", 1),
        ("use super::high::*;", 1),
        ("use crate as house;\nfn f(_: house::high::Roof) {}", 2),
        ("use crate::*;\nfn f(_: high::Roof) {}", 2),
        ("fn f(_: crate::high::Roof) {}", 1),
        ("fn f() -> Vec<super::high::Roof> { Vec::new() }", 1),
        ("fn f() { drop(crate::high::Roof); }", 1),
        ("fn f() {\n    use crate::high::Roof;\n}", 2),
        ("fn f() {\n\n    println!(\"{}\", g(crate::high::Roof));\n}", 3),
        ("macro_rules! m { () => { $crate::high::Roof } }", 1),
        ("#[derive(crate::high::Roof)]\nstruct S;", 1),
        ("impl From<crate::high::parts::Tile> for u8 {}", 1),
        ("pub use crate::high::Roof;", 1),
    ] {
        let faults = three_floors_and(&[("src/middle.rs", says)]);
        one(&faults, &format!("src/middle.rs:{line}:"), "which is declared below it (src/lib.rs)");
    }
}

#[test]
fn siblings_go_one_way() {
    let faults = three_floors_and(&[("src/low/cellar.rs", "use super::stairs::down;\npub struct Wine;\npub(crate) enum Kind { Red }")]);
    one(&faults, "src/low/cellar.rs:1:", "`low::cellar` uses `low::stairs`, which is declared below it (src/low/mod.rs)");
}

#[test]
fn what_a_parent_shows_of_later_siblings_is_theirs() {
    let parent = ("src/low/mod.rs", "mod stairs;\nmod cellar;\npub use cellar::Wine;");
    for says in ["use super::Wine;", "use super::*;", "fn f(_: crate::low::Wine) {}"] {
        let faults = three_floors_and(&[parent, ("src/low/stairs.rs", &format!("{says} pub fn down() {{}}")), ("src/middle.rs", "")]);
        one(&faults, "src/low/stairs.rs:1:", "`low::stairs` uses `low::cellar`, which is declared below it");
    }
}

#[test]
fn a_floor_above_hides_nothing_by_showing_it_again() {
    let high = ("src/high.rs", "pub use crate::low::Wine;");
    let faults = three_floors_and(&[high, ("src/middle.rs", "use crate::high::Wine;")]);
    one(&faults, "src/middle.rs:1:", "`middle` uses `high`");
}

#[test]
fn a_child_and_its_parents_own_items_go_one_way() {
    let child = "use super::House;\npub fn f(_: House) {}";
    let parent = "mod part;\npub struct House;\nimpl House { fn f() { part::f(Self) } }";
    let house = |parent| faults(&[("src/lib.rs", "mod top;"), ("src/top/mod.rs", parent), ("src/top/part.rs", child)]);
    let faults = house(parent);
    assert!(
        !faults.is_empty() && faults.iter().all(|fault| fault.starts_with("src/top/part.rs:1: `top::part` uses `top`, whose own items")),
        "{faults:#?}"
    );
    let parent = "pub struct House;\nimpl House { fn f() { part::f(Self) } }\nmod part;";
    let faults = house(parent);
    one(&faults, "src/top/mod.rs:2:", "`top` uses `top::part`, its child, declared behind its own items");
    let parent = "pub struct House;\nmod part;";
    assert_eq!(house(parent), Vec::<String>::new());
}

#[test]
fn every_file_belongs_to_the_house() {
    one(&three_floors_and(&[("src/attic.rs", "")]), "src/attic.rs:1:", "no module declares this file");
    let lib = ("src/lib.rs", "mod low; mod middle; mod high;\n#[path = \"elsewhere.rs\"]\nmod odd;");
    one(&three_floors_and(&[lib]), "src/lib.rs:2:", "there is no file for the module `odd`");
    one(&three_floors_and(&[("src/high.rs", "fn {")]), "src/high.rs:1:", "does not parse");
}

/// What is wrong with a domain that says this.
fn domain(says: &str) -> Vec<String> {
    faults(&[("src/lib.rs", "pub mod domain;"), ("src/domain.rs", says)])
}

#[test]
fn the_domain_is_pure() {
    assert_eq!(domain("use std::collections::BTreeMap;\nuse serde::Serialize;\nfn f(_: jiff::Timestamp) {}"), Vec::<String>::new());
    for part in ["env", "fs", "net", "process", "thread", "time"] {
        one(&domain(&format!("use std::{part};")), "src/domain.rs:1:", "the domain is pure");
    }
    one(&domain("use std as s;\nfn f() { s::fs::remove_file(\"\"); }"), "src/domain.rs:2:", "may not use `std::fs`");
    one(&domain("use fastrand::Rng;"), "src/domain.rs:1:", "the domain may not use the crate `fastrand`");
    one(&domain("fn f() { fastrand::bool(); }"), "src/domain.rs:1:", "the domain may not use the crate `fastrand`");
    one(&domain("fn f() { g!(fastrand::bool()); }"), "src/domain.rs:1:", "the domain may not use the crate `fastrand`");
}

#[test]
fn the_domain_is_synchronous() {
    for says in [
        "async fn f() {}",
        "fn f() { drop(async {}); }",
        "trait T { async fn f(); }",
        "fn f() { g!(async {}); }",
        "fn f() { drop(async || {}); }",
    ] {
        one(&domain(says), "src/domain.rs:1:", "the domain is synchronous");
    }
}

#[test]
fn the_domain_reads_no_clock() {
    one(
        &domain("use jiff::Timestamp;\n\nfn f() { Timestamp::now(); }"),
        "src/domain.rs:3:",
        "the domain reads no clock, but `Timestamp::now` does",
    );
    one(&domain("use jiff::Zoned as Z;\nfn f() { g!(Z::now()); }"), "src/domain.rs:2:", "the domain reads no clock");
}

#[test]
fn the_domain_knows_no_slack_no_store_and_no_clock() {
    for says in ["struct SlackTs;", "fn store_of() {}", "const CLOCK: u8 = 0;", "fn f() { g!(tokio); }"] {
        one(&domain(says), "src/domain.rs:1:", "the domain does not know that a ");
    }
    assert_eq!(domain("/// Slack's clock, in a store.\nfn restored() -> &'static str { \"slack\" }"), Vec::<String>::new());
}

#[test]
fn each_crate_stays_in_its_room() {
    for (name, room) in [("anyhow", "cli and main"), ("slack_morphism", "slack"), ("sled", "store"), ("axum", "web and demo")] {
        let says = format!("use {name}::Result;");
        one(&three_floors_and(&[("src/middle.rs", &says)]), "src/middle.rs:1:", &format!("which only {room} may"));
    }
    let main = ("src/main.rs", "fn main() -> anyhow::Result<()> { allears::cli::run() }");
    assert_eq!(three_floors_and(&[main]), Vec::<String>::new());
    one(&three_floors_and(&[("src/main.rs", "use sled::Db;\nfn main() {}")]), "src/main.rs:1:", "`main` names `sled`");
}

#[test]
fn only_the_delivery_loop_posts() {
    for says in
        ["fn f() {\n g(\"chat.postMessage\") }", "\nuse slack::SlackApiChatPostMessageRequest;\n", "fn f() {\n g.chat_post_message() }"]
    {
        let faults = three_floors_and(&[("src/high.rs", &format!("pub struct Roof;\npub mod parts {{}}\n{says}"))]);
        let posts: Vec<_> = faults.into_iter().filter(|fault| fault.contains("only the delivery loop posts")).collect();
        assert!(!posts.is_empty(), "{says}");
    }
}

#[test]
fn files_are_short_and_tests_in_them_do_not_count() {
    let long = "fn f() {}\n".repeat(MOST_LINES);
    let tests = format!("{long}#[cfg(test)]\nmod tests {{\n{long}}}\n");
    assert!(too_long("src/high.rs", &tests).is_none());
    assert!(too_long("src/high.rs", &format!("{long}fn g() {{}}\n")).is_some());
    assert!(too_long("src/high/tests/story.rs", &format!("{long}fn g() {{}}\n")).is_none());
    let main = "fn f() {}\n".repeat(MOST_LINES_OF_MAIN);
    assert!(too_long("src/main.rs", &main).is_none());
    assert!(too_long("src/main.rs", &format!("{main}fn main() {{}}\n")).is_some());
}
