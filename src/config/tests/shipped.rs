//! The files that ship: good as they are, with every key and every default in its place.

use std::collections::BTreeSet;
use std::path::Path;

use insta::assert_snapshot;

use super::{FUNCTIONS, in_allears, in_functions, parse, with_accounts};
use crate::config::{Config, Env};
use crate::domain::function::FunctionId;

const ALLEARS: &str = include_str!("../../../config/allears.toml");
const SHIPPED: &str = include_str!("../../../config/functions.toml");

/// The text with its commented-out keys in force: `# was = []` becomes `was = []`.
fn uncommented(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("# ") {
        Some(key) if key.starts_with("[[") || key.split_once(" = ").is_some_and(|(key, _)| is_key(key)) => key.to_owned(),
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn is_key(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// The keys that tables of a text give, as `table.key`.
fn keys(text: &str) -> BTreeSet<String> {
    let mut table = String::new();
    let mut all = BTreeSet::new();
    for line in text.lines() {
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']).to_owned();
            all.insert(table.clone());
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| is_key(key)) {
            all.insert(if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") });
        }
    }
    all
}

/// The keys that the reader knows, as it lists them itself to whoever asks for one that is not there.
fn known(tables: &[(&str, &str)], said: impl Fn(&str) -> String) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (table, heading) in tables {
        let said = said(&format!("{heading}\nqqqqqqqqqqqqqqqq = 1\n"));
        let list = said.lines().find_map(|line| line.split_once(" knows ")).expect("a list of keys").1;
        all.extend(list.split(", ").map(|key| if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }));
    }
    all
}

#[test]
fn the_shipped_files_are_good() {
    let config = parse(ALLEARS, SHIPPED, "").expect("good");
    let ids: Vec<&str> = config.routing.functions().iter().map(|function| function.id.as_str()).collect();
    assert_snapshot!(ids.join(" "), @"product engineering design marketing sales finance support operations legal people");
}

#[test]
fn the_shipped_directory_is_good() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let config = Config::load(&dir, &Env::empty()).unwrap_or_else(|faults| panic!("{faults}"));
    let spoken_for: BTreeSet<&str> = config.rules.iter().filter_map(|rule| rule.function.as_ref()).map(FunctionId::as_str).collect();
    assert_eq!(spoken_for.len(), config.routing.functions().len(), "every function has a rule");
    let slow = config.rules.iter().filter(|rule| rule.regexes.iter().any(|text| text.contains(r"\d")));
    assert_eq!(slow.map(|rule| rule.id.as_str()).collect::<Vec<_>>(), [""; 0], "digits of every script are slow to find");
}

#[test]
fn the_example_of_a_list_of_customers_is_good() {
    let config = with_accounts(include_str!("../../../config/accounts.example.csv")).expect("good");
    let names: Vec<&str> = config.accounts.all().iter().map(|account| account.name.as_str()).collect();
    assert_eq!(names, ["Acme", "Brightwater", "Holt & Sons"]);
}

#[test]
fn what_is_commented_out_is_good_too() {
    // A model is nothing that ships.
    let text = uncommented(ALLEARS).replace("dir = \"models/words\"\n", "");
    let config = parse(&text, &uncommented(SHIPPED), "").expect("good");
    assert_eq!(config.listen.len(), 1);
    assert!(config.routing.functions().iter().any(|function| function.deputy.is_some()));
}

#[test]
fn every_known_key_is_documented_and_no_other() {
    let tables = [
        ("", ""),
        ("slack", "[slack]"),
        ("store", "[store]"),
        ("web", "[web]"),
        ("listen", "[[listen]]"),
        ("rollup", "[rollup]"),
        ("care", "[care]"),
        ("privacy", "[privacy]"),
        ("hints", "[hints]"),
        ("embeddings", "[embeddings]"),
        ("log", "[log]"),
    ];
    assert_eq!(keys(&uncommented(ALLEARS)), known(&tables, in_allears));
    let tables = [("", ""), ("defaults", "[defaults]"), ("function", "[[function]]")];
    let mut known = known(&tables, in_functions);
    // They are documented once, where they are shared.
    for shared in ["digest", "zone", "weekdays", "holidays"] {
        assert!(known.remove(&format!("function.{shared}")), "{shared}");
    }
    assert_eq!(keys(&uncommented(SHIPPED)), known);
}

#[test]
fn every_documented_default_is_the_one_in_force() {
    let [shipped, bare] = [ALLEARS, ""].map(|text| format!("{:?}", parse(text, FUNCTIONS, "").expect("good")));
    assert_eq!(shipped, bare);
    let without = |keys: &[&str]| {
        let text = uncommented(SHIPPED);
        let kept: Vec<&str> = text.lines().filter(|line| !keys.iter().any(|key| line.starts_with(key))).collect();
        kept.join("\n")
    };
    let all = parse("", &without(&["deputy"]), "").expect("good");
    let bare = parse("", &without(&["deputy", "tag_at", "was", "members", "digest", "weekdays", "holidays"]), "").expect("good");
    assert_eq!(format!("{all:?}"), format!("{bare:?}"));
}

#[test]
fn the_fingerprint_is_of_what_people_could_notice() {
    let hash = |allears: &str, functions: &str, rules: &str| parse(allears, functions, rules).expect("good").hash();
    let plain = hash("", FUNCTIONS, "");
    assert_snapshot!(plain, @"f99653739fb7633a0c0ec18a59c10cedc8dd1173fc895eb48fc455d4a86f9ffd");
    let same = [
        hash(ALLEARS, FUNCTIONS, ""),
        hash("[web]\nlisten = \"0.0.0.0:1\"\n[store]\ndata = \"/srv\"\n[log]\nlevel = \"debug\"\n", FUNCTIONS, ""),
        hash("", &format!("# a comment\n{FUNCTIONS}digest = \"09:00\"\nmembers = \"channel\"\n"), ""),
    ];
    assert!(same.iter().all(|hash| *hash == plain), "{same:?}");
    let rule = "[[rule]]\nid = \"a\"\nfunction = \"finance\"\nphrases = [\"a\"]\n";
    let others = BTreeSet::from([
        plain,
        hash("admins = [\"U012AB3CD\"]", FUNCTIONS, ""),
        hash("[slack]\ncommand = \"/tell\"", FUNCTIONS, ""),
        hash("", &format!("{FUNCTIONS}digest = \"10:00\"\n"), ""),
        hash("", &format!("{FUNCTIONS}holidays = [2026-12-25]\n"), ""),
        hash("", &FUNCTIONS.replace("Berlin", "Paris"), ""),
        hash("[rollup]\nchannel = \"#general\"\n", FUNCTIONS, ""),
        hash("[rollup]\nchannel = \"#general\"\nat = \"11:00\"\n", FUNCTIONS, ""),
        hash("", FUNCTIONS, rule),
        hash("", FUNCTIONS, &format!("{rule}weight = 2\n")),
        hash("[slack]\nreaction = \"ear\"", FUNCTIONS, ""),
        hash("", FUNCTIONS, "[filter]\nthreshold = 1.5\n"),
        hash("", FUNCTIONS, "[[sign]]\nid = \"a\"\nphrases = [\"a\"]\n"),
        hash("", FUNCTIONS, "[[sign]]\nid = \"a\"\nphrases = [\"a\"]\nweight = 1.5\n"),
        hash("", FUNCTIONS, "[[urgent]]\nid = \"a\"\nbecause = \"churn\"\nphrases = [\"a\"]\n"),
        hash("", FUNCTIONS, "[[urgent]]\nid = \"a\"\nbecause = \"legal\"\nphrases = [\"a\"]\n"),
        hash("", FUNCTIONS, "[[kind]]\nid = \"a\"\nis = \"praise\"\nphrases = [\"a\"]\n"),
        hash("", FUNCTIONS, "[[kind]]\nid = \"a\"\nis = \"wish\"\nphrases = [\"a\"]\n"),
        hash("[hints]\nurl = \"https://a.example\"\nmodel = \"a\"\n", FUNCTIONS, ""),
        hash("[hints]\nurl = \"https://a.example\"\nmodel = \"b\"\n", FUNCTIONS, ""),
        with_accounts("name\nAcme\n").expect("good").hash(),
        with_accounts("name,segment\nAcme,Enterprise\n").expect("good").hash(),
    ]);
    assert_eq!(others.len(), 22);
}
