//! `accounts.csv`, as spreadsheets save it and as people break it.

use insta::assert_snapshot;

use super::{Dir, FUNCTIONS, in_accounts, with_accounts};
use crate::config::{Config, Env};

/// What a file gave, a line each.
fn read(text: &str) -> String {
    let config = with_accounts(text).unwrap_or_else(|faults| panic!("{faults}"));
    let accounts = config.accounts.all().iter();
    let lines = accounts.map(|a| format!("{} | {} | {:?} | {:?} {:?} {:?}", a.id, a.name, a.aliases, a.segment, a.value, a.owner));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_whole_list_is_read() {
    let text =
        "id,name,aliases,segment,value,owner\nacme,Acme,ACME Corp;Acme Europe,Enterprise,\"120,000 EUR\",U012AB3CD\n,Bolt & Co.,,,,\n";
    assert_snapshot!(read(text), @r#"
    acme | Acme | ["ACME Corp", "Acme Europe"] | Some("Enterprise") Some("120,000 EUR") Some(UserId("U012AB3CD"))
    bolt-co | Bolt & Co. | [] | None None None
    "#);
}

#[test]
fn spreadsheets_save_it_in_many_ways() {
    let plain = read("name,aliases\nAcme,ACME Corp;Acme Ltd\nBolt,\n");
    for text in [
        "\u{feff}name,aliases\r\nAcme,ACME Corp;Acme Ltd\r\nBolt,\r\n",
        "\n\nname,aliases\n\n  \nAcme,ACME Corp;Acme Ltd\n,,,\nBolt",
        "\"name\",\"aliases\"\n\"Acme\",\" ACME Corp ; Acme Ltd;\"\n\"Bolt\"",
        "Name;Aliases\nAcme;\"ACME Corp;Acme Ltd\"\nBolt;\n",
        "aliases\tNAME \nACME Corp;Acme Ltd\tAcme\n\tBolt\t\n",
        "name,,aliases,\nAcme,,ACME Corp;Acme Ltd,,\nBolt",
    ] {
        assert_eq!(read(text), plain, "{text:?}");
    }
}

#[test]
fn quotes_and_formulas_are_words() {
    assert_snapshot!(read("name,value\n\"Say \"\"Acme\"\", Inc.\",=1+1\nThe \"Bolt\" Co,\"@SUM(A1)\"\n+Plus,-5\n"), @r#"
    plus | +Plus | [] | None Some("-5") None
    say-acme-inc | Say "Acme", Inc. | [] | None Some("=1+1") None
    the-bolt-co | The "Bolt" Co | [] | None Some("@SUM(A1)") None
    "#);
}

#[test]
fn a_list_of_nobody_is_good() {
    for text in ["", "\n", "name\n", "id,name,aliases,segment,value,owner"] {
        assert_eq!(read(text), "", "{text:?}");
    }
}

#[test]
fn wrong_columns_are_said_and_nothing_else() {
    assert_snapshot!(in_accounts("id,nmae,alias,kitchen,id\nAcme Corp,,,"), @r#"
    accounts.csv:1:4: unknown column "nmae"; did you mean "name"?
    accounts.csv:1:9: unknown column "alias"; did you mean "aliases"?
    accounts.csv:1:15: unknown column "kitchen"; the first line names the columns, and this file knows id, name, aliases, segment, value, owner
    accounts.csv:1:23: the column "id" is there twice; delete one of the two
    "#);
    assert_snapshot!(in_accounts("\n id,owner\n"), @r#"accounts.csv:2:1: there is no column "name"; the first line names the columns"#);
    assert_snapshot!(in_accounts("xoxb-1234"), @r#"accounts.csv:1:1: unknown column (a token, not shown); the first line names the columns, and this file knows id, name, aliases, segment, value, owner"#);
}

#[test]
fn every_fault_of_every_line_is_said_at_its_cell() {
    let long = "x".repeat(101);
    let text = format!(
        "id,name,aliases,owner\nAcme,Acme,A;{long},lee\n\nbolt,,Bolty,\nc,\"Cu\nrl\",,USLACKBOT,more\nd,Dent,\"!;\",U012AB3CD\n,{long}\n"
    );
    assert_snapshot!(in_accounts(&text), @r#"
    accounts.csv:2:1: a customer's id is 1 to 64 lower-case letters, digits, - or _, and begins with a letter; or leave it out, and it is made of the name
    accounts.csv:2:11: expected at most 100 characters in one line
    accounts.csv:2:115: expected a person's id like "U012AB3CD" (in Slack: open the profile, then the menu, then "Copy member ID")
    accounts.csv:4:1: this customer has no name; write one, or delete the line
    accounts.csv:5:3: expected at most 100 characters in one line
    accounts.csv:6:6: USLACKBOT is a bot; name a person
    accounts.csv:6:16: no column is named above this cell; name it in the first line, or put a text that holds a separator in quotes
    accounts.csv:7:8: alias 1 is too short to be told from other words; write at least two letters, digits or symbols
    accounts.csv:8:2: expected at most 100 characters in one line
    "#);
}

#[test]
fn what_two_customers_share_is_said_with_both_lines() {
    let text = "id,name,aliases\nacme,Acme,\nbolt,Bolt,B;Bolts;ACME\nacme,Curl\n,Dent\n,dent.\n";
    assert_snapshot!(in_accounts(text), @r"
    accounts.csv:3:11: alias 1 is too short to be told from other words; write at least two letters, digits or symbols
    accounts.csv:3:11: two customers are called so, in line 2 and line 3: alias 3 is taken; change one
    accounts.csv:4:1: two customers have this id, in line 2 and line 4; change one
    accounts.csv:6:2: the names in line 5 and line 6 make the same id; give one of them an id of its own
    accounts.csv:6:2: two customers are called so, in line 5 and line 6: this name is taken; change one
    ");
}

#[test]
fn open_quotes_are_said_before_they_swallow_the_rest() {
    assert_snapshot!(in_accounts("name,value\nAcme,\"1\nBolt,2\n"), @r#"accounts.csv:2:6: a quote begins this cell and none ends it; write a " at its end"#);
    assert_snapshot!(in_accounts("name,value\n\"Acme,1\nBolt\",2\n\"Curl,3\nDent,\"4\"\n"), @r#"accounts.csv:4:1: the quotes of this cell do not fit; begin and end it with one, and write each " between them twice"#);
    assert_snapshot!(in_accounts("name,value\n\"Acme\" Inc,1\n"), @r#"accounts.csv:2:1: the quotes of this cell do not fit; begin and end it with one, and write each " between them twice"#);
    assert_snapshot!(in_accounts("name,value\nAcme, \"1,000\"\n"), @"accounts.csv:2:6: a space stands before the quote of this cell; take it away");
}

#[test]
fn a_list_that_was_exported_wrongly_does_not_fill_the_screen() {
    let text = (0..5000).fold("name,owner\n".to_owned(), |text, n| format!("{text}Customer {n},Lee\n"));
    let said = in_accounts(&text);
    assert_eq!(said.lines().count(), 101);
    assert!(said.ends_with("there is more wrong in this file; mend these first, and check again"), "{said}");
}

#[test]
fn no_fault_repeats_who_is_a_customer() {
    let said =
        in_accounts("id,name,aliases,owner\nSecretcorp,Secretcorp,S,Secretcorp\n,secretcorp,,Secretcorp\n,\"Secretcorp\nSecretcorp\"\n");
    assert!(!said.to_lowercase().contains("secretcorp"), "{said}");
}

#[test]
fn the_file_is_read_where_it_is_there() {
    let dir = Dir::new();
    dir.write("allears.toml", "");
    dir.write("functions.toml", FUNCTIONS);
    dir.write("rules.toml", "");
    assert_eq!(Config::load(dir.path(), &Env::empty()).expect("good").accounts.len(), 0);
    dir.write("accounts.csv", "name\nAcme\n");
    assert_eq!(Config::load(dir.path(), &Env::empty()).expect("good").accounts.len(), 1);
    dir.write("accounts.csv", b"name\nM\xfcller\n");
    assert_snapshot!(dir.faults(), @"config/accounts.csv:2:2: is not UTF-8 from here on; save the file as UTF-8");
}
