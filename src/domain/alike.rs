//! Records that say the same.
//!
//! Two say the same where at least seven tenths of all the words in them stand in both (Jaccard's index of their sets of
//! words). Words are runs of letters and digits, small; where a script puts no spaces between words, pairs of characters.
//! Easy to explain, the same in every language, and blind to meaning: "the bill is wrong" and "the invoice is wrong" are two.
//!
//! Only records that share one of their rarest words are compared, which loses none (prefix filtering: Chaudhuri, Ganti,
//! Kaushik, 2006; Bayardo, Ma, Srikant, 2007), and of those most are told apart by 64 bits (bitmap filtering: Sandes,
//! Teodoro, Melo, 2020), so that a day of ten thousand takes milliseconds.

use std::cmp::Ordering;
use std::collections::VecDeque;

/// Of ten words so many are shared.
const SHARED_OF_TEN: usize = 7;
/// The most texts that stand together.
const MOST_TOGETHER: usize = 40;
/// A text is known by so many of its words; more would tell nothing new, and cost.
const MOST_WORDS: usize = 400;
/// How many of the texts that were told last are remembered.
const MOST_RECENT: usize = 1_000;
/// How many bits a word's number has.
const NUMBER: u32 = 48;

/// Puts texts together that say the same.
///
/// Gives for each of them the index of the first one that it says the same as, which may be its own. In the order given, so
/// that the first of a group is the first that was given.
pub fn groups<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Vec<usize> {
    let texts: Vec<_> = texts.into_iter().map(|text| words(text.as_ref())).collect();
    grouped(&texts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// The words of a text, as far as saying the same goes: read once, and compared later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording(Box<[Word]>);

impl Wording {
    /// Of a text.
    pub fn of(text: &str) -> Self {
        Self(words(text).into())
    }
}

/// As [`groups`], of texts whose words are known.
pub fn groups_of(all: &[&Wording]) -> Vec<usize> {
    grouped(&all.iter().map(|Wording(words)| &**words).collect::<Vec<_>>())
}

fn grouped(texts: &[&[Word]]) -> Vec<usize> {
    // All words lie side by side: a day of ten thousand is read from end to end.
    let mut words = texts.concat();
    let sets = sets(&mut words, texts.iter().map(|text| text.len()));
    let mut firsts = Firsts::of(&sets);
    let mut together = vec![0_usize; sets.len()];
    let mut groups = Vec::with_capacity(sets.len());
    for (at, set) in sets.iter().enumerate() {
        let mut group = at;
        // Words that share a box only make more to look at. A group that is full is not looked at again: where thousands say the same,
        // there are hundreds.
        let mut stays = |(first, glance): &(usize, Glance)| {
            if *first >= group || !set.glance.may_say_the_same_as(*glance) {
                return true;
            }
            let open = together.get(*first).is_some_and(|count| *count < MOST_TOGETHER);
            if open && sets.get(*first).is_some_and(|other| set.says_the_same_as(other)) {
                group = *first;
            }
            open
        };
        set.rarest().iter().for_each(|word| firsts.retain(*word, &mut stays));
        together.get_mut(group).into_iter().for_each(|count| *count += 1);
        if group == at {
            set.rarest().iter().for_each(|word| firsts.put(*word, (at, set.glance)));
        }
        groups.push(group);
    }
    groups
}

/// Whether two texts say the same; those without words say nothing.
pub fn says_the_same(one: &str, other: &str) -> bool {
    let (one, other) = (Set::new(words(one)), Set::new(words(other)));
    one.glance.words > 0 && one.says_the_same_as(&other)
}

/// The texts that were told last, each known by a name.
#[derive(Debug, Default)]
pub struct Recent<K> {
    /// Apart from the sets, so that a look over all of them touches little memory.
    glances: VecDeque<(K, Glance)>,
    sets: VecDeque<Set>,
}

impl<K: Copy + PartialEq> Recent<K> {
    /// Remembers a text, or another one by its name; the oldest is forgotten where there are too many.
    pub fn remember(&mut self, name: K, text: &str) {
        let set = Set::new(words(text));
        let glance = set.glance;
        if let Some(at) = self.place(name) {
            if let Some((_, before)) = self.glances.get_mut(at) {
                *before = glance;
            }
            if let Some(before) = self.sets.get_mut(at) {
                *before = set;
            }
            return;
        }
        if self.sets.len() >= MOST_RECENT {
            self.glances.pop_front();
            self.sets.pop_front();
        }
        self.glances.push_back((name, glance));
        self.sets.push_back(set);
    }

    /// The first text that was told before one and says the same, or the next one `after` another; none where it is not remembered, or
    /// has no words. One by one: the first is mostly all that is asked for, and a thousand may say the same.
    pub fn before(&self, name: K, after: Option<K>) -> Option<K> {
        let at = self.place(name)?;
        let set = self.sets.get(at).filter(|set| set.glance.words > 0)?;
        let from = after.and_then(|after| self.place(after)).map_or(0, |last| last + 1).min(at);
        let mut others = self.glances.range(from..at).zip(self.sets.range(from..at));
        let same = others.find(|((_, glance), other)| set.glance.may_say_the_same_as(*glance) && set.says_the_same_as(other));
        same.map(|((known, _), _)| *known)
    }

    fn place(&self, name: K) -> Option<usize> {
        self.glances.iter().rposition(|(known, _)| *known == name)
    }
}

/// A word: in the upper bits how often it is said, as far as they count, in the others its number. So the rarest come first.
///
/// Two words with one number are as good as never met; the worst is that two records stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Word(u64);

/// Where words are sorted by their numbers; one box may hold several.
#[derive(Debug, Clone, Copy)]
struct Boxes {
    /// Their count is two to the power of it.
    power: u32,
}

impl Boxes {
    /// About as many as there are words, within limits.
    fn for_words(words: usize) -> Self {
        Self { power: words.next_power_of_two().ilog2().clamp(4, 16) }
    }

    fn count(self) -> usize {
        1 << self.power
    }

    fn of(self, word: Word) -> usize {
        usize::try_from((word.0 << (u64::BITS - NUMBER)) >> (u64::BITS - self.power)).unwrap_or_default()
    }
}

/// The first texts of groups, by the boxes of their rarest words.
#[derive(Debug)]
struct Firsts {
    boxes: Boxes,
    /// Box by box, each with room for all that may come.
    all: Vec<(usize, Glance)>,
    /// Where each box begins, and where what is in it ends.
    filled: Vec<(usize, usize)>,
}

impl Firsts {
    /// None yet, of these texts.
    fn of(sets: &[Set<&[Word]>]) -> Self {
        let boxes = Boxes::for_words(sets.iter().map(|set| set.rarest().len()).sum());
        let mut room = vec![0_usize; boxes.count()];
        for word in sets.iter().flat_map(Set::rarest) {
            room.get_mut(boxes.of(*word)).into_iter().for_each(|room| *room += 1);
        }
        let mut all = 0;
        let filled = room.into_iter().map(|room| {
            all += room;
            (all - room, all - room)
        });
        let filled = filled.collect();
        Self { boxes, all: vec![(usize::MAX, Glance::default()); all], filled }
    }

    /// Looks at those whose rarest words share this one's box, and keeps some of them.
    fn retain(&mut self, word: Word, mut stays: impl FnMut(&(usize, Glance)) -> bool) {
        let Some((from, to)) = self.filled.get_mut(self.boxes.of(word)) else { return };
        let mut kept = *from;
        for at in *from..*to {
            if self.all.get(at).is_some_and(&mut stays) {
                self.all.swap(kept, at);
                kept += 1;
            }
        }
        *to = kept;
    }

    fn put(&mut self, word: Word, first: (usize, Glance)) {
        let Some((_, to)) = self.filled.get_mut(self.boxes.of(word)) else { return };
        self.all.get_mut(*to).into_iter().for_each(|place| *place = first);
        *to += 1;
    }
}

/// The words of a text: its own, or a stretch of those of all.
#[derive(Debug)]
struct Set<W = Vec<Word>> {
    /// Each once, in order.
    words: W,
    glance: Glance,
}

/// What a glance at a set shows.
#[derive(Debug, Clone, Copy, Default)]
struct Glance {
    /// How many words it has.
    words: usize,
    /// One bit for each word; some share one.
    bits: u64,
}

/// Any order of words will do, if it is the same for all sets: words that share a box are counted as one.
fn sets(all: &mut [Word], lengths: impl Iterator<Item = usize>) -> Vec<Set<&[Word]>> {
    let boxes = Boxes::for_words(all.len());
    let mut often = vec![0_u16; boxes.count()];
    for word in all.iter() {
        often.get_mut(boxes.of(*word)).into_iter().for_each(|count| *count = count.saturating_add(1));
    }
    for word in all.iter_mut() {
        word.0 |= u64::from(often.get(boxes.of(*word)).copied().unwrap_or_default()) << NUMBER;
    }
    let mut rest = all;
    let sets = lengths.map_while(|length| {
        let (words, others) = std::mem::take(&mut rest).split_at_mut_checked(length)?;
        rest = others;
        Some(Set::of(each_once(words)))
    });
    sets.collect()
}

/// The same words in order, each once.
fn each_once(words: &mut [Word]) -> &[Word] {
    words.sort_unstable();
    let (mut last, mut kept) = (None, 0);
    for at in 0..words.len() {
        let word = words.get(at).copied();
        if word != last {
            words.swap(kept, at);
            (last, kept) = (word, kept + 1);
        }
    }
    words.get(..kept).unwrap_or_default()
}

impl Glance {
    /// Of the words of two sets that say the same, each set's counted, so many stand in one alone at most.
    fn most_apart(self, other: Self) -> usize {
        (self.words + other.words) * (10 - SHARED_OF_TEN) / (10 + SHARED_OF_TEN)
    }

    /// Where one has so many more words, as many stand in it alone. Each bit that is set in one alone is a word at least that stands in
    /// one alone.
    fn may_say_the_same_as(self, other: Self) -> bool {
        let most = self.most_apart(other);
        let apart = || usize::try_from((self.bits ^ other.bits).count_ones());
        self.words.abs_diff(other.words) <= most && apart().is_ok_and(|apart| apart <= most)
    }
}

impl Set {
    fn new(mut words: Vec<Word>) -> Self {
        let many = each_once(&mut words).len();
        words.truncate(many);
        Self::of(words)
    }
}

impl<W: AsRef<[Word]>> Set<W> {
    /// Of words in order, each once.
    fn of(words: W) -> Self {
        let all = words.as_ref();
        let glance = Glance { words: all.len(), bits: all.iter().fold(0, |bits, word| bits | 1 << (word.0 % 64)) };
        Self { words, glance }
    }

    /// Of two sets that say the same, one of so many of the rarest words of each stands in both.
    fn rarest(&self) -> &[Word] {
        let all = self.words.as_ref();
        all.get(..all.len() - (all.len() * SHARED_OF_TEN).div_ceil(10) + 1).unwrap_or_default()
    }

    fn says_the_same_as(&self, other: &Self) -> bool {
        let most = self.glance.most_apart(other.glance);
        let (mut ours, mut theirs, mut apart) = (self.words.as_ref(), other.words.as_ref(), 0);
        while let ([our, more_of_ours @ ..], [their, more_of_theirs @ ..]) = (ours, theirs)
            && apart <= most
        {
            let order = our.cmp(their);
            ours = if order == Ordering::Greater { ours } else { more_of_ours };
            theirs = if order == Ordering::Less { theirs } else { more_of_theirs };
            apart += usize::from(order != Ordering::Equal);
        }
        apart + ours.len() + theirs.len() <= most
    }
}

fn words(text: &str) -> Vec<Word> {
    let mut words = if text.is_ascii() { ascii_words(text) } else { any_words(text) };
    words.truncate(MOST_WORDS);
    words
}

/// The same as [`any_words`], in a third of the time.
fn ascii_words(text: &str) -> Vec<Word> {
    // The text may end within a word.
    let bytes = text.bytes().chain([b' ']);
    let mut words = Vec::with_capacity(text.len().min(4 * MOST_WORDS) / 4);
    let mut letters = Letters::NONE;
    for byte in bytes {
        if byte.is_ascii_alphanumeric() {
            letters = letters.and(char::from(byte.to_ascii_lowercase()));
        } else if letters != Letters::NONE {
            words.push(letters.word());
            letters = Letters::NONE;
            if words.len() == MOST_WORDS {
                break;
            }
        }
    }
    words
}

fn any_words(text: &str) -> Vec<Word> {
    let mut words = vec![];
    for run in text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()).take(MOST_WORDS) {
        if run.chars().any(without_spaces) {
            let characters: Vec<char> = run.chars().take(MOST_WORDS).collect();
            words.extend(characters.windows(2).map(|pair| word(pair.iter().copied())));
        } else {
            words.push(word(run.chars().flat_map(char::to_lowercase)));
        }
    }
    words
}

fn word(characters: impl Iterator<Item = char>) -> Word {
    characters.fold(Letters::NONE, Letters::and).word()
}

/// What came of a word so far. The same on every machine, so that a digest is.
///
/// Each letter is multiplied in (Fibonacci hashing: Knuth, The Art of Computer Programming, volume 3, 6.4); in the end each
/// bit has a say in all others (the last steps of `MurmurHash3`: Appleby, <https://github.com/aappleby/smhasher>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letters(u64);

impl Letters {
    const NONE: Self = Self(0);

    fn and(self, letter: char) -> Self {
        Self((self.0.rotate_left(5) ^ u64::from(letter)).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn word(self) -> Word {
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        let mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
        Word((mixed ^ (mixed >> 33)) >> (u64::BITS - NUMBER))
    }
}

/// Whether a script of this character puts no spaces between words: Chinese, Japanese, Thai, Lao, Burmese, Khmer.
fn without_spaces(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Else a day on which ten thousand say the same would look at hundreds of full groups for each of them.
    #[test]
    fn who_is_not_kept_is_not_looked_at_again() {
        let word = [Word(1)];
        let sets = [0; 3].map(|_| Set::of(&word[..]));
        let mut firsts = Firsts::of(&sets);
        (0..2).for_each(|at| firsts.put(word[0], (at, Glance::default())));
        firsts.retain(word[0], |(at, _)| *at != 0);
        firsts.put(word[0], (2, Glance::default()));
        let mut seen = vec![];
        firsts.retain(word[0], |(at, _)| {
            seen.push(*at);
            true
        });
        assert_eq!(seen, [1, 2]);
    }

    #[test]
    fn what_was_told_before_and_says_the_same_is_found() {
        let mut recent = Recent::default();
        let texts =
            ["the invoice shows the wrong VAT number", "", "a refund is late", "请求退款太慢了", "The invoice shows the wrong VAT number!"];
        texts.iter().enumerate().for_each(|(n, text)| recent.remember(n, text));
        assert_eq!([4, 0, 1, 9].map(|name| recent.before(name, None)), [Some(0), None, None, None]);
        recent.remember(5, "");
        assert!(recent.before(5, None).is_none(), "no words say nothing");
        recent.remember(0, "the boat is late");
        assert!(recent.before(4, None).is_none(), "it says something else now");
        (2..4).for_each(|n| recent.remember(n, texts[0]));
        assert_eq!([None, Some(2), Some(3)].map(|last| recent.before(4, last)), [Some(2), Some(3), None], "one after the other");
        (10..10 + MOST_RECENT).for_each(|n| recent.remember(n, "something else"));
        assert!(recent.before(4, None).is_none() && recent.sets.len() == MOST_RECENT, "the oldest are forgotten");
    }

    /// Of two texts alone it is the same as in a digest.
    #[test]
    fn it_is_what_groups_say() {
        let texts = ["the invoice is wrong", "the invoice is wrong again", "an invoice", "the bill is wrong", "invoice the is wrong"];
        for (a, b) in texts.iter().flat_map(|a| texts.iter().map(move |b| (a, b))) {
            let mut recent = Recent::default();
            recent.remember(0, a);
            recent.remember(1, b);
            assert_eq!(recent.before(1, None).is_some(), groups([a, b])[1] == 0, "{a} / {b}");
            assert_eq!(says_the_same(a, b), groups([a, b])[1] == 0, "{a} / {b}");
        }
    }

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

    /// The definition, as it is said at the top of this file.
    fn plainly(text: &str) -> BTreeSet<String> {
        let mut words = vec![];
        for run in text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()).take(MOST_WORDS) {
            if run.chars().any(without_spaces) {
                let characters: Vec<char> = run.chars().take(MOST_WORDS).collect();
                words.extend(characters.windows(2).map(String::from_iter));
            } else {
                words.push(run.chars().flat_map(char::to_lowercase).collect());
            }
        }
        words.into_iter().take(MOST_WORDS).collect()
    }

    /// Each text beside all that came before.
    fn one_by_one(texts: &[String]) -> Vec<usize> {
        let sets: Vec<BTreeSet<String>> = texts.iter().map(|text| plainly(text)).collect();
        let mut groups: Vec<usize> = vec![];
        for (at, set) in sets.iter().enumerate() {
            let says_the_same = |first: &usize| {
                let (shared, all) = (set.intersection(&sets[*first]).count(), set.union(&sets[*first]).count());
                let together = groups.iter().filter(|group| *group == first).count();
                groups[*first] == *first && together < MOST_TOGETHER && shared > 0 && shared * 10 >= all * SHARED_OF_TEN
            };
            let first = (0..at).find(says_the_same);
            groups.push(first.unwrap_or(at));
        }
        groups
    }

    /// Texts of few words, so that many are nearly the same: short ones, long ones, and in several scripts.
    fn texts() -> impl Strategy<Value = Vec<String>> {
        let word = prop_oneof![8 => "[a-eA-E]{1,2}", 2 => "[0-9]", 1 => "[äÄß]e", 1 => "[請求書の金]{2,5}", 1 => "\u{212A}|k|🎉|--|"];
        let short = prop::collection::vec(word.clone(), 0..9).prop_map(|words| words.join(" "));
        let long = prop::collection::vec(word, 20..60).prop_map(|words| words.join(", "));
        let said = prop::collection::vec(prop_oneof![short, long], 1..12);
        // Each is said again, in nearly the same words or in the same.
        (said, prop::collection::vec((any::<prop::sample::Index>(), "[a-e]{0,1}"), 0..60)).prop_map(|(mut texts, again)| {
            for (which, more) in again {
                let text = format!("{} {more}", which.get(&texts));
                texts.push(text);
            }
            texts
        })
    }

    proptest! {
        /// Looking at the rarest words alone, and at bits of them, misses nobody.
        #[test]
        fn none_is_missed(texts in texts()) {
            prop_assert_eq!(groups(&texts), one_by_one(&texts));
        }

        #[test]
        fn words_are_the_same_by_byte_and_by_character(text in "[a-cA-C0-9 .,é]{0,40}") {
            let ascii: String = text.chars().filter(char::is_ascii).collect();
            prop_assert_eq!(ascii_words(&ascii), any_words(&ascii));
        }
    }

    #[test]
    fn a_text_is_known_by_its_first_words() {
        let words: Vec<String> = (0..MOST_WORDS).map(|n| format!("w{n}")).collect();
        let text = words.join(" ");
        assert_eq!(groups([text.clone(), format!("{text} {}", "and so on ".repeat(500))]), [0, 0]);
        assert_eq!(super::words(&text.repeat(9)).len(), MOST_WORDS);
    }
}
