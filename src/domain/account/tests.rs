//! Customers in texts, in forms, and in lists with faults.

use proptest::prelude::*;

use super::*;

fn account(name: &str, aliases: &[&str]) -> Account {
    let aliases = aliases.iter().map(|&alias| alias.to_owned()).collect();
    Account { id: AccountId::of_name(name), name: name.to_owned(), aliases, segment: None, value: None, owner: None }
}

fn accounts(called: &[&[&str]]) -> Accounts {
    Accounts::new(called.iter().map(|called| account(called[0], &called[1..])).collect()).unwrap()
}

/// What is found, as `words[Name]`.
fn show(accounts: &Accounts, text: &str) -> String {
    let name = |id| &accounts.get(id).unwrap().name;
    let found = accounts.recognise(text);
    found.iter().map(|found| format!("{}[{}]", &text[found.span.range()], name(&found.account))).collect::<Vec<_>>().join(" ")
}

fn customers() -> Accounts {
    accounts(&[
        &["Acme", "ACME Corp", "Acme Corp. Europe"],
        &["Müller & Söhne", "Mueller"],
        &["Coca-Cola"],
        &["AT&T"],
        &["トヨタ自動車", "トヨタ"],
        &["O'Brien Ltd."],
        &["Acme Bank"],
        &["3M"],
    ])
}

#[test]
fn whole_words_are_found_the_longest_first() {
    let known = customers();
    for (text, expected) in [
        ("ACME says no", "ACME[Acme]"),
        ("Acme\u{2019}s CFO and acme", "Acme[Acme] acme[Acme]"),
        ("*Acme*, (acme) \"acme\"", "Acme[Acme] acme[Acme] acme[Acme]"),
        ("acme corp", "acme corp[Acme]"),
        ("Acme Corp. Europe, acme corp europe", "Acme Corp. Europe[Acme] acme corp[Acme]"),
        ("acme corporate", "acme[Acme]"),
        ("Acme Bank's card", "Acme Bank[Acme Bank]"),
        ("acme banking", "acme[Acme]"),
        ("MÜLLER  & söhne called", "MÜLLER  & söhne[Müller & Söhne]"),
        ("Coca Cola or coca-cola", "Coca Cola[Coca-Cola] coca-cola[Coca-Cola]"),
        ("at&t and AT&T's", "at&t[AT&T] AT&T[AT&T]"),
        ("本日トヨタ自動車とトヨタから", "トヨタ自動車[トヨタ自動車] トヨタ[トヨタ自動車]"),
        ("o\u{2019}brien ltd and O'Brien Ltd.", "o\u{2019}brien ltd[O'Brien Ltd.] O'Brien Ltd[O'Brien Ltd.]"),
        ("lee@acme.com", "acme[Acme]"),
        ("<@U1|acme> https://acme.example/acme", ""),
        ("Acmeology, macme, 13M, 3Ms", ""),
        ("", ""),
    ] {
        assert_eq!(show(&known, text), expected, "{text}");
    }
}

#[test]
fn a_name_that_begins_in_another_is_not_lost() {
    let known = accounts(&[&["New York Times"], &["York"], &["New"], &["New Yorker"]]);
    assert_eq!(show(&known, "new york times"), "new york times[New York Times]");
    assert_eq!(show(&known, "new york time"), "new[New] york[York]");
    assert_eq!(show(&known, "new yorkers"), "new[New]");
}

#[test]
fn people_who_type_meet_what_begins_so_first() {
    let known = accounts(&[&["Zeta Acme"], &["Placme"], &["Acme"], &["Brightwater", "Acre"], &["Ünal", "Acé"]]);
    let suggest = |typed: &str, most| known.suggest(typed, most).iter().map(|a| a.name.as_str()).collect::<Vec<_>>().join(", ");
    assert_eq!(suggest("AC", 9), "Ünal, Acme, Brightwater, Zeta Acme, Placme");
    assert_eq!(suggest("ac", 2), "Ünal, Acme");
    assert_eq!(suggest("acme ", 9), "Acme, Zeta Acme, Placme");
    assert_eq!(suggest("ü", 9), "Ünal");
    assert_eq!(suggest("q", 9), "");
    assert_eq!(suggest(" ", 3), "Acme, Brightwater, Placme");
    assert_eq!(suggest("a", 0), "");
}

#[test]
fn who_is_called_exactly_so() {
    let known = customers();
    let named = |text: &str| known.named(text).map(|account| account.name.as_str());
    assert_eq!(named(" acme  corp. "), Some("Acme"));
    assert_eq!(named("mueller"), Some("Müller & Söhne"));
    assert_eq!(named("acme c"), None);
    assert_eq!(named(""), None);
    assert_eq!(known.get(&AccountId::parse("at-t").unwrap()).map(|account| account.name.as_str()), Some("AT&T"));
    assert!(known.get(&AccountId::parse("gone").unwrap()).is_none());
}

#[test]
fn ids_are_made_of_names() {
    let id = |name: &str| AccountId::of_name(name).to_string();
    for (name, expected) in [
        ("Acme", "acme"),
        (" Acme Corp. ", "acme-corp"),
        ("O'Brien & Sons, Inc.", "obrien-sons-inc"),
        ("3M", "c-3m"),
        ("Nestlé", "nestle"),
        ("株式会社トヨタ", "c-ab67f570"),
        ("???", "c-7bcac794"),
        (&"a".repeat(64), &"a".repeat(64)),
    ] {
        assert_eq!(id(name), expected, "{name}");
    }
    assert_ne!(id("Müller"), id("Möller"));
    assert_ne!(id(&"a".repeat(65)), id(&"a".repeat(66)));
    assert_eq!(id("ACME corp"), id("Acme-Corp."), "as people read it, it is the same name");
}

#[test]
fn ids_are_short_and_plain() {
    for good in ["a", "acme-corp_2", &"a".repeat(64)] {
        assert!(AccountId::parse(good).is_ok(), "{good}");
    }
    for bad in ["", "Acme", "2acme", "a b", "é", &"a".repeat(65)] {
        assert_eq!(AccountId::parse(bad), Err(BadAccountId), "{bad}");
    }
    assert!(serde_json::from_str::<AccountId>("\"Acme\"").is_err());
    assert_eq!(serde_json::to_string(&AccountId::of_name("Acme")).unwrap(), "\"acme\"");
}

#[test]
fn every_fault_is_told_at_once() {
    let list = vec![account("Acme", &["A", "acme", "ACME corp"]), account("X", &["!!", "Acme Corp."]), account("acme", &[])];
    let told: Vec<_> = Accounts::new(list).unwrap_err().into_iter().map(|fault| (fault.index, fault.key, fault.reason)).collect();
    assert_eq!(
        told,
        [
            (0, Key::Alias(0), Reason::Short),
            (1, Key::Name, Reason::Short),
            (1, Key::Alias(0), Reason::Short),
            (1, Key::Alias(1), Reason::SameName(0)),
            (2, Key::Id, Reason::SameId(0)),
            (2, Key::Name, Reason::SameName(0)),
        ]
    );
}

#[test]
fn nobody_is_known_without_a_list() {
    let nobody = Accounts::default();
    assert!(nobody.is_empty() && nobody.recognise("Acme").is_empty() && nobody.suggest("", 9).is_empty());
    assert_eq!(nobody.named("Acme"), None);
}

/// The same question asked the slow way: at each place the longest of all names that stands there as whole words.
fn plainly(names: &[String], text: &str) -> Vec<String> {
    let folded = Folded::of(text);
    let text = folded.as_str();
    let (mut at, mut found) = (0, Vec::new());
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let stands = |name: &&String| text[at..].starts_with(*name) && !inside_word(text, at) && !inside_word(text, at + name.len());
        match names.iter().filter(stands).max_by_key(|name| name.len()) {
            Some(name) => {
                found.push(name.clone());
                at += name.len();
            }
            None => at += c.len_utf8(),
        }
    }
    found
}

/// Letters that fall into few names and many borders of words.
fn nearly() -> impl Strategy<Value = String> {
    "[ab é日'.-]{0,24}|\\PC{0,16}"
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(names in prop::collection::vec("[ab é日-]{1,5}|\\PC{1,6}", 0..12), text in nearly(), typed in nearly()) {
        let mut list: Vec<Account> = Vec::new();
        for name in names {
            list.push(account(&name, &[]));
            if Accounts::new(list.clone()).is_err() {
                list.pop();
            }
        }
        let names: Vec<String> = list.iter().map(|account| spelled(&account.name)).collect();
        let known = Accounts::new(list).unwrap();
        let found = known.recognise(&text);
        let found: Vec<String> = found.iter().map(|f| spelled(&known.get(&f.account).unwrap().name)).collect();
        prop_assert_eq!(found, plainly(&names, &text));
        prop_assert!(known.suggest(&typed, 5).len() <= 5);
        if let Some(account) = known.named(&typed) {
            prop_assert_eq!(spelled(&account.name), spelled(&typed));
            prop_assert!(known.suggest(&typed, 1) == [account]);
        }
    }

    #[test]
    fn spans_are_words_of_the_text(text in "\\PC*(acme|ACME|AcMe)\\PC*|\\PC*") {
        let mut last = 0;
        for found in customers().recognise(&text) {
            let words = text.get(found.span.range()).unwrap();
            prop_assert!(!words.trim().is_empty() && found.span.start >= last);
            last = found.span.end;
        }
    }

    #[test]
    fn any_name_makes_an_id(name in any::<String>()) {
        let id = AccountId::of_name(&name);
        prop_assert!(AccountId::parse(id.as_str()).is_ok(), "{}", id);
    }
}
