//! Masking: what is personal or secret in customers' words is made unreadable before anything is kept.
//!
//! Letters and digits of it become `*` and all else stays, so that one sees what it was, and every place in the text stays.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex_automata::meta::Regex;
use serde::{Deserialize, Serialize};

/// What may be masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitive {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The number of a payment card, with its check digit (ISO/IEC 7812).
    Card,
    /// The number of a bank account, with its check digits (IBAN, ISO 13616).
    Account,
    /// A password or token of a program, by the way it begins.
    Secret,
}

impl Sensitive {
    /// All of them, those first whose shape says most.
    pub const ALL: [Self; 5] = [Self::Secret, Self::Account, Self::Email, Self::Card, Self::Phone];

    /// As the configuration names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Card => "card",
            Self::Account => "account",
            Self::Secret => "secret",
        }
    }

    fn places(self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::Email => found(&EMAIL, text).collect(),
            Self::Phone => found(&PHONE, text).filter(|place| is_alone(text, place) && is_phone(text.get(place.clone()))).collect(),
            Self::Card => found(&CARD, text).filter(|place| is_alone(text, place) && is_card(text.get(place.clone()))).collect(),
            Self::Account => found(&ACCOUNT, text).filter_map(|place| account(text, place)).collect(),
            Self::Secret => found(&SECRET, text).collect(),
        }
    }
}

/// What is masked; the default is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Masking(BTreeSet<Sensitive>);

impl FromIterator<Sensitive> for Masking {
    fn from_iter<I: IntoIterator<Item = Sensitive>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

impl Masking {
    /// A text with all of that masked, of as many bytes as before, and what was found.
    pub fn mask(&self, text: &str) -> (String, Vec<Sensitive>) {
        let (mut masked, mut kinds) = (text.to_owned(), vec![]);
        for kind in Sensitive::ALL.into_iter().filter(|kind| self.0.contains(kind)) {
            let places = kind.places(&masked);
            if !places.is_empty() {
                kinds.push(kind);
                masked = hidden(&masked, &places);
            }
        }
        (masked, kinds)
    }
}

/// A text with letters and digits of these places made unreadable: those of ASCII, of which all that is found is made.
fn hidden(text: &str, places: &[Range<usize>]) -> String {
    let is_in = |at: usize| places.iter().any(|place| place.contains(&at));
    text.char_indices().map(|(at, c)| if c.is_ascii_alphanumeric() && is_in(at) { '*' } else { c }).collect()
}

/// An expression of ours, which is one.
fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| regex(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}"));
static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| regex(r"(?:\+[0-9]|\(0|0[0-9])[0-9 ()./-]{5,22}[0-9]"));
static CARD: LazyLock<Option<Regex>> = LazyLock::new(|| regex(r"[2-6](?:[ -]?[0-9]){12,18}"));
static ACCOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| regex(r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}"));
static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?:xox[abeprs]-|xapp-|sk_live_|sk_test_|sk-|ghp_|gho_|github_pat_|glpat-|AKIA|AIza)[A-Za-z0-9_-]{12,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    )
});

fn found<'t>(regex: &'static LazyLock<Option<Regex>>, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    regex.iter().flat_map(move |regex| regex.find_iter(text)).map(|found| found.range())
}

/// Whether no letter or digit touches it: else it is part of something longer.
fn is_alone(text: &str, place: &Range<usize>) -> bool {
    let before = text.get(..place.start).and_then(|before| before.chars().next_back());
    let after = text.get(place.end..).and_then(|after| after.chars().next());
    !before.into_iter().chain(after).any(char::is_alphanumeric)
}

fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

/// From country code on 8 to 15 digits (ITU-T E.164); without one at least 9, or a date would be one.
fn is_phone(text: Option<&str>) -> bool {
    let Some(text) = text else { return false };
    let least = if text.starts_with('+') { 8 } else { 9 };
    (least..=15).contains(&digits(text).len())
}

/// Whether it is as long as numbers that begin so are (ISO/IEC 7812), and its last digit is the check digit of the others (Luhn).
fn is_card(text: Option<&str>) -> bool {
    let digits = text.map(digits).unwrap_or_default();
    let doubled = |(n, digit): (usize, &u32)| match (n % 2, digit * 2) {
        (0, _) => *digit,
        (_, twice) if twice > 9 => twice - 9,
        (_, twice) => twice,
    };
    let beginning = (digits.first(), digits.len());
    let has_length = matches!(beginning, (Some(4), 13 | 16 | 19) | (Some(2 | 5), 16) | (Some(3), 14..=16) | (Some(6), 16..=19));
    has_length && digits.iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0
}

/// An account's number at the beginning of a place: words in capitals may follow it.
fn account(text: &str, place: Range<usize>) -> Option<Range<usize>> {
    let before = text.get(..place.start)?.chars().next_back();
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let all = text.get(place.clone())?;
    let ends = all.char_indices().rev().map(|(at, c)| at + c.len_utf8());
    let good = |end: &usize| all.get(..*end).is_some_and(is_account);
    ends.filter(good).map(|end| place.start..place.start + end).find(|place| is_alone(text, place))
}

/// Whether it leaves 1 when divided by 97, with its first four moved to the end and letters as 10 to 35.
fn is_account(text: &str) -> bool {
    let bare: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    let turned = bare.iter().cycle().skip(4).take(bare.len());
    let rest = turned.filter_map(|c| c.to_digit(36)).fold(0, |rest, value| (rest * if value > 9 { 100 } else { 10 } + value) % 97);
    (15..=34).contains(&bare.len()) && rest == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mask(text: &str) -> String {
        Sensitive::ALL.into_iter().collect::<Masking>().mask(text).0
    }

    fn kinds(text: &str) -> Vec<Sensitive> {
        Sensitive::ALL.into_iter().collect::<Masking>().mask(text).1
    }

    #[test]
    fn what_is_personal_is_unreadable_and_what_it_was_stays_seen() {
        let all = [
            ("write to Lee.Park+x@acme-mail.co.uk, please", "write to ***.****+*@****-****.**.**, please"),
            ("call +49 (30) 901820-0 today", "call +** (**) ******-* today"),
            ("call 030 / 901 820 11.", "call *** / *** *** **."),
            ("his card 4111 1111 1111 1111 was refused", "his card **** **** **** **** was refused"),
            ("pay to DE89 3704 0044 0532 0130 00 NOW", "pay to **** **** **** **** **** ** NOW"),
            ("GB82WEST12345698765432", "**********************"),
            ("our token xoxb-123456789012-abcdefGHIJ leaked", "our token ****-************-********** leaked"),
        ];
        for (text, masked) in all {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn what_only_looks_so_stays() {
        for text in [
            "order 4111 1111 1111 1112 is late",
            "invoice 2026-11-23 of 01.02.2026, at 09:00",
            "it costs 1,234,567.89 or 0.123456789",
            "DE89 3704 0044 0532 0130 01 is wrong",
            "VOC-42 and version 10.11.12.13",
            "@lee said: ask sk-team, or AKIA",
            "1234567890123456",
        ] {
            assert_eq!((mask(text), kinds(text)), (text.to_owned(), vec![]), "{text}");
        }
    }

    #[test]
    fn only_what_was_asked_for_is_masked() {
        let masking: Masking = [Sensitive::Card].into_iter().collect();
        let (text, kinds) = masking.mask("4111111111111111 of lee@acme.test");
        assert_eq!((text.as_str(), kinds), ("**************** of lee@acme.test", vec![Sensitive::Card]));
        assert_eq!(Masking::default().mask("lee@acme.test").0, "lee@acme.test");
    }

    proptest! {
        /// Places stay, and what is no letter or digit is never touched.
        #[test]
        fn any_text_keeps_its_places(text in "(\\PC|[0-9 @.+-]|lee@acme\\.test|4111 1111 1111 1111|\\+49 30 901820){0,40}") {
            let masked = mask(&text);
            prop_assert_eq!(masked.len(), text.len());
            for (before, after) in text.chars().zip(masked.chars()) {
                prop_assert!(before == after || (before.is_ascii_alphanumeric() && after == '*'));
            }
        }
    }
}
