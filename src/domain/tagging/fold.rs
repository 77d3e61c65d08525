//! A text as rules read it: one spelling for what people type in many ways, with the way back to their own words.

use std::ops::Range;

use super::tag::Span;

/// A text in lower case, one space between words, without markup, and where each of its bytes came from.
///
/// Phrases of rules are folded by the same code, so that both sides agree whatever is folded.
#[derive(Debug, Default)]
pub(in crate::domain) struct Folded {
    text: String,
    /// For each byte of `text`: where the character that it came from begins in the original.
    origin: Vec<u32>,
    /// Where sentences end, in bytes of `text`, ascending.
    ends: Vec<usize>,
}

/// How far a mention such as `<@U012AB3CD|lee>` may reach, in bytes, before a `<` is taken for itself.
const LONGEST_MENTION: usize = 100;

impl Folded {
    /// Reads a text; what lies beyond the first 4 GiB is not read.
    pub(in crate::domain) fn of(original: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(original.len()), origin: Vec::with_capacity(original.len()), ends: Vec::new() };
        let mut at = 0;
        while let Some(rest) = original.get(at..)
            && let Some(c) = rest.chars().next()
            && let Ok(origin) = u32::try_from(at)
        {
            at += if let Some(length) = folded.link(rest) {
                folded.space(origin);
                length
            } else {
                folded.read(c, rest, origin);
                c.len_utf8()
            };
        }
        folded
    }

    /// The same with a comma and spaces in these places, so that words on their two sides are no neighbours: what stood there is
    /// nobody's words any more.
    pub(super) fn without(mut self, places: &[Range<usize>]) -> Self {
        for place in places {
            let length = place.len();
            if length > 0 && self.text.get(place.clone()).is_some() {
                self.text.replace_range(place.clone(), &format!(",{:1$}", "", length - 1));
            }
        }
        self
    }

    /// The folded text.
    pub(in crate::domain) fn as_str(&self) -> &str {
        &self.text
    }

    /// Which sentence a byte of the folded text belongs to, counted from 0.
    pub(in crate::domain) fn sentence(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end <= at)
    }

    /// Whether a place lies between two characters of one word.
    pub(in crate::domain) fn inside_word(&self, at: usize) -> bool {
        inside_word(&self.text, at)
    }

    /// Where the word that a place lies in ends.
    pub(in crate::domain) fn word_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let length = rest.find(|c| !joins(c)).unwrap_or(rest.len());
        if self.inside_word(at) { at + length } else { at }
    }

    /// The person's own words behind a stretch of the folded text; `None` where only white space stands.
    pub(in crate::domain) fn span(&self, original: &str, stretch: Range<usize>) -> Option<Span> {
        let words = self.text.get(stretch.clone())?;
        let from = stretch.start + (words.len() - words.trim_start().len());
        let last = stretch.start + words.trim_end().len();
        let start = *self.origin.get(from)?;
        let last = *self.origin.get(last.checked_sub(1)?)?;
        let length = original.get(usize::try_from(last).ok()?..)?.chars().next()?.len_utf8();
        let end = last.checked_add(u32::try_from(length).ok()?)?;
        (start < end).then_some(Span { start, end })
    }

    /// The length of a link's address or a mention, if one begins here: what it spells is nobody's words.
    fn link(&self, rest: &str) -> Option<usize> {
        let bytes = rest.as_bytes();
        let starts = |prefix: &str| bytes.get(..prefix.len()).is_some_and(|b| b.eq_ignore_ascii_case(prefix.as_bytes()));
        match bytes.first()? {
            b'h' | b'H' if starts("http://") || starts("https://") => {
                let within_word = self.text.chars().next_back().is_some_and(joins);
                let length = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '|')).unwrap_or(rest.len());
                (!within_word).then_some(length)
            }
            b'<' if matches!(bytes.get(1), Some(b'@' | b'#' | b'!')) => {
                let end = bytes.iter().take(LONGEST_MENTION).position(|b| *b == b'>')?;
                Some(end + 1)
            }
            _ => None,
        }
    }

    fn read(&mut self, c: char, rest: &str, origin: u32) {
        match narrow(c) {
            c if c.is_ascii_alphanumeric() => self.push(c.to_ascii_lowercase(), origin),
            '\n' | '\r' => {
                self.space(origin);
                self.end_sentence();
            }
            // Slack's emphasis and quotes are put around words, never between what they say.
            '*' | '_' | '~' | '`' | '<' | '>' => self.space(origin),
            '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '\u{b4}' => self.apostrophe(rest, c.len_utf8(), origin),
            '-' | '\u{2010}' | '\u{2011}' => self.hyphen(rest, c.len_utf8(), origin),
            c if c.is_whitespace() || c.is_control() => {
                let ended = self.text.ends_with(['.', '!', '?', '…']);
                self.space(origin);
                if ended {
                    self.end_sentence();
                }
            }
            '。' => {
                self.push('。', origin);
                self.end_sentence();
            }
            'ß' | 'ẞ' => self.spell("ss", origin),
            'œ' | 'Œ' => self.spell("oe", origin),
            'æ' | 'Æ' => self.spell("ae", origin),
            c if invisible(c) || is_accent(c) => {}
            c => c.to_lowercase().for_each(|lower| self.push(bare(lower), origin)),
        }
    }

    /// People type "cant" as often as "can't": both are read as the former.
    fn apostrophe(&mut self, rest: &str, length: usize, origin: u32) {
        let mut after = rest.get(length..).unwrap_or_default().chars();
        let negates = self.text.ends_with('n') && matches!(after.next(), Some('t' | 'T'));
        if !negates || after.next().is_some_and(joins) {
            self.push('\'', origin);
        }
    }

    /// "Follow-up" is read as "follow up"; 2026-11 and -5 stay what they are.
    fn hyphen(&mut self, rest: &str, length: usize, origin: u32) {
        let before = self.text.chars().next_back().filter(|c| joins(*c));
        let after = rest.get(length..).unwrap_or_default().chars().next().filter(|c| joins(*c));
        match (before, after) {
            (Some(before), Some(after)) if !(before.is_numeric() && after.is_numeric()) => self.space(origin),
            _ => self.push('-', origin),
        }
    }

    fn spell(&mut self, letters: &str, origin: u32) {
        letters.chars().for_each(|c| self.push(c, origin));
    }

    fn push(&mut self, c: char, origin: u32) {
        self.text.push(c);
        self.origin.resize(self.text.len(), origin);
    }

    fn space(&mut self, origin: u32) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.push(' ', origin);
        }
    }

    fn end_sentence(&mut self) {
        if self.ends.last() != Some(&self.text.len()) {
            self.ends.push(self.text.len());
        }
    }
}

/// Where the names of those stand whom a text mentions, folded or not, as in `@lee.park`; an e-mail address mentions nobody.
pub fn mentions(text: &str) -> Vec<Range<usize>> {
    let begins = |at: usize| !text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(joins);
    let mentions = text.match_indices('@').filter(|(at, _)| begins(*at)).map(|(at, _)| {
        let rest = text.get(at..).unwrap_or_default();
        at + 1..at + rest.find(char::is_whitespace).unwrap_or(rest.len())
    });
    mentions.collect()
}

/// Whether a place in folded text lies between two characters of one word.
pub(in crate::domain) fn inside_word(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    match (at.checked_sub(1).and_then(|before| bytes.get(before)), bytes.get(at)) {
        (Some(before), Some(after)) if before.is_ascii() && after.is_ascii() => {
            before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric()
        }
        (Some(_), Some(_)) => {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at..).and_then(|text| text.chars().next());
            before.is_some_and(joins) && after.is_some_and(joins)
        }
        _ => false,
    }
}

/// Whether a character makes one word with its neighbours. Scripts that put no space between words have no such
/// edges to respect: a phrase of theirs may stand anywhere.
pub(super) fn joins(c: char) -> bool {
    // Most letters are ASCII: they are told without a look into tables.
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() && !is_unspaced(c) }
}

/// Whether a character is of a script that puts no space between words.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// The plain form of the wide Latin letters, digits and signs that East Asian keyboards type.
fn narrow(c: char) -> char {
    let plain = match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32),
        _ => None,
    };
    plain.unwrap_or(c)
}

/// A letter without its accent: people leave accents out as often as not. German umlauts are letters of their own, and stay.
fn bare(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' => 'o',
        'ù' | 'ú' | 'û' => 'u',
        'ý' | 'ÿ' => 'y',
        c => c,
    }
}

/// Accents that stand behind their letter, as some keyboards send them: grave, acute, circumflex, tilde, cedilla.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{303}' | '\u{327}')
}

/// What is never met in folded text, though an expression may look for it.
pub(super) fn is_folded_away(c: char) -> bool {
    bare(c) != c || is_accent(c) || matches!(c, 'ß' | 'œ' | 'æ')
}

/// Characters that take no room and must not break a word: soft hyphens, joiners, marks of direction, variants.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(original: &str, expected: &str) {
        assert_eq!(Folded::of(original).as_str(), expected, "{original:?}");
    }

    #[test]
    fn one_spelling_for_many() {
        check("The  INVOICE\u{a0}is\n\nwrong", "the invoice is wrong");
        check("can\u{2019}t CAN'T cant", "cant cant cant");
        check("Acme's aren't-it isn'table", "acme's arent it isn'table");
        check("follow-up on 2026-11-22, -5 %", "follow up on 2026-11-22, -5 %");
        check("the *billing* _address_", "the billing address ");
        check("ÜBER Ｖａｔ İ", "über vat i\u{307}");
        check("re\u{ad}fund re\u{200b}fund", "refund refund");
        check("RÉGLÉ reçu se\u{f1}or cœur Größe e\u{301}te\u{301}", "regle recu senor coeur grösse ete");
    }

    #[test]
    fn addresses_and_mentions_are_not_words() {
        check("see https://a.example/invoice?x=1 now", "see now");
        check("see <HTTPS://a.example/invoice|the page> now", "see |the page now");
        check("<@U012AB3CD> and <#C1|finance> and <!here> said", "and and said");
        check("price <# 5 units", "price # 5 units");
    }

    #[test]
    fn spans_lead_back_to_the_words() {
        let original = "They  said: “I CAN\u{2019}T  *pay*” — ok";
        let folded = Folded::of(original);
        let at = folded.as_str().find("cant pay").unwrap();
        let span = folded.span(original, at..at + "cant pay".len()).unwrap();
        assert_eq!(&original[span.range()], "CAN\u{2019}T  *pay");
        assert_eq!(folded.span(original, 4..5), None, "white space is nobody's words");
    }

    #[test]
    fn sentences_end_at_marks_and_lines() {
        let folded = Folded::of("One 3.5 two. Three\nfour? five。six");
        let sentence = |word| folded.sentence(folded.as_str().find(word).unwrap());
        assert_eq!(["one", "two", "three", "four", "five", "six"].map(sentence), [0, 0, 1, 2, 3, 4],);
    }

    #[test]
    fn words_end_where_their_script_says() {
        let folded = Folded::of("refunding café 請求書");
        assert!(folded.inside_word(3));
        assert!(!folded.inside_word(0) && !folded.inside_word(9));
        assert_eq!(folded.word_end(6), 9);
        let invoice = folded.as_str().find('書').unwrap();
        assert!(!folded.inside_word(invoice), "Japanese puts no space between words");
    }
}
