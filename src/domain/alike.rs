//! Records that say the same.
//!
//! Two say the same where at least seven tenths of all the words in them stand in both (Jaccard's index of their sets of
//! words). Words are runs of letters and digits, small; where a script puts no spaces between words, pairs of characters.
//! Easy to explain, the same in every language, and blind to meaning: "the bill is wrong" and "the invoice is wrong" are two.
//!
//! Only records that share one of their rarest words are compared, which loses none (prefix filtering: Chaudhuri, Ganti,
//! Kaushik, 2006; Bayardo, Ma, Srikant, 2007), so that a day of ten thousand takes moments.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Of ten words so many are shared.
const SHARED_OF_TEN: usize = 7;
/// The most texts that stand together.
const MOST_TOGETHER: usize = 40;
/// A text is known by so many of its words; more would tell nothing new, and cost.
const MOST_WORDS: usize = 400;

/// The words of a text, as numbers: each once, in order.
type Words = Vec<u64>;

/// Puts texts together that say the same.
///
/// Gives for each of them the index of the first one that it says the same as, which may be its own. In the order given, so
/// that the first of a group is the first that was given.
pub fn groups<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Vec<usize> {
    let sets: Vec<Words> = texts.into_iter().map(|text| words(text.as_ref())).collect();
    let mut often: BTreeMap<u64, usize> = BTreeMap::new();
    for word in sets.iter().flatten() {
        *often.entry(*word).or_default() += 1;
    }
    let mut firsts_with: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut together: BTreeMap<usize, usize> = BTreeMap::new();
    let mut groups = Vec::with_capacity(sets.len());
    for (at, set) in sets.iter().enumerate() {
        let rare = rarest(set, &often);
        let candidates: BTreeSet<usize> = rare.iter().filter_map(|word| firsts_with.get(word)).flatten().copied().collect();
        let is_same = |first: &usize| {
            together.get(first).is_none_or(|count| *count < MOST_TOGETHER) && sets.get(*first).is_some_and(|other| say_the_same(set, other))
        };
        let group = candidates.into_iter().find(is_same).unwrap_or(at);
        *together.entry(group).or_default() += 1;
        if group == at {
            for word in rare {
                firsts_with.entry(word).or_default().push(at);
            }
        }
        groups.push(group);
    }
    groups
}

/// Of two sets that say the same, one of so many of the rarest words of each stands in both.
fn rarest(set: &Words, often: &BTreeMap<u64, usize>) -> Words {
    let mut words: Vec<(usize, u64)> = set.iter().map(|word| (often.get(word).copied().unwrap_or(0), *word)).collect();
    words.sort_unstable();
    words.truncate(set.len() - (set.len() * SHARED_OF_TEN).div_ceil(10) + 1);
    words.into_iter().map(|(_, word)| word).collect()
}

fn say_the_same(a: &Words, b: &Words) -> bool {
    let shared = a.iter().filter(|word| b.binary_search(word).is_ok()).count();
    shared > 0 && shared * 10 >= (a.len() + b.len() - shared) * SHARED_OF_TEN
}

fn words(text: &str) -> Words {
    let mut words = vec![];
    for run in text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()).take(MOST_WORDS) {
        if run.chars().any(without_spaces) {
            let characters: Vec<char> = run.chars().take(MOST_WORDS).collect();
            words.extend(characters.windows(2).map(|pair| number(pair.iter().copied())));
        } else {
            words.push(number(run.chars().flat_map(char::to_lowercase)));
        }
    }
    words.truncate(MOST_WORDS);
    words.sort_unstable();
    words.dedup();
    words
}

/// A word as a number. Two words with one number are as good as never met; the worst is that two records stand together.
fn number(characters: impl Iterator<Item = char>) -> u64 {
    let mut hasher = DefaultHasher::new();
    characters.for_each(|c| c.hash(&mut hasher));
    hasher.finish()
}

/// Whether a script of this character puts no spaces between words: Chinese, Japanese, Thai, Lao, Burmese, Khmer.
fn without_spaces(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_says_the_same_stands_together_in_any_script() {
        let texts = [
            "The invoice PDF shows the wrong VAT number",
            "they wait for the refund",
            "the invoice pdf shows the wrong VAT number again!",
            "請求書の金額が間違っています",
            "請求書の金額が間違っています。",
            "",
            "",
            "🎉",
        ];
        assert_eq!(groups(texts), [0, 1, 0, 3, 3, 5, 6, 7]);
        assert_eq!(groups(["invoice number 1 is wrong", "invoice number 2 is wrong"]), [0, 1], "numbers tell things apart");
    }

    #[test]
    fn a_group_does_not_grow_for_ever() {
        let found = groups(std::iter::repeat_n("the invoice is wrong", 100));
        assert_eq!(found.iter().filter(|group| **group == 0).count(), MOST_TOGETHER);
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 3);
    }

    proptest! {
        /// Looking at the rarest words alone misses nobody.
        #[test]
        fn none_is_missed(texts in prop::collection::vec("([a-e]{1,2} ){0,9}", 1..30)) {
            let found = groups(texts.iter().map(String::as_str));
            let sets: Vec<_> = texts.iter().map(|text| words(text)).collect();
            for (at, group) in found.iter().enumerate() {
                let first = (0..at).find(|other| found[*other] == *other && say_the_same(&sets[at], &sets[*other]));
                prop_assert_eq!(*group, first.unwrap_or(at));
            }
        }
    }
}
