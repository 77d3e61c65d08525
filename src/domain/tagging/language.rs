//! Languages: in which a text may be written, so that rules of others leave it alone.
//!
//! By the small words that no sentence does without, and by letters. A text that mixes two is of both, and one that says
//! nothing is of all: a rule that is not asked misses more than one that is asked in vain.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::fold::{Folded, is_unspaced};
use super::grams::words;

/// A language that rules are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Japanese.
    Ja,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::En, Self::De, Self::Fr, Self::Es, Self::Ja];

    /// By its ISO 639 code: `en`, `de`, `fr`, `es` or `ja`.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// Its ISO 639 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::Ja => "ja",
        }
    }

    /// The language of most of a text's small words; `None` where nothing tells.
    pub fn of(text: &str) -> Option<Self> {
        let counts = counts(&Folded::of(text));
        let most = counts.iter().copied().max().filter(|most| *most > 0)?;
        Self::ALL.into_iter().zip(counts).find(|(_, count)| *count == most).map(|(language, _)| language)
    }

    fn place(self) -> usize {
        match self {
            Self::En => 0,
            Self::De => 1,
            Self::Fr => 2,
            Self::Es => 3,
            Self::Ja => 4,
        }
    }
}

/// The languages in which a text may be written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Languages([bool; 5]);

impl Languages {
    /// Those that have a third as many of its small words as the one that has most; all where none has any.
    pub(super) fn of(text: &Folded) -> Self {
        let counts = counts(text);
        let most = counts.iter().copied().max().unwrap_or_default();
        Self(counts.map(|count| most == 0 || count * 3 >= most))
    }

    /// Whether a rule of this language, or of none, is to be asked.
    pub(super) fn has(self, language: Option<Language>) -> bool {
        language.is_none_or(|language| self.0.get(language.place()).copied().unwrap_or(true))
    }
}

/// How many small words of each language a text has; of Japanese, pairs of its own letters.
fn counts(text: &Folded) -> [u32; 5] {
    let mut counts = [0; 5];
    for word in words(text.as_str()) {
        let Some(word) = text.as_str().get(word) else { continue };
        if word.starts_with(is_unspaced) {
            // Other scripts without spaces have none of these.
            let kana = word.chars().filter(|c| matches!(c, '\u{3041}'..='\u{30fa}')).count();
            if let Some(count) = counts.last_mut() {
                *count += u32::try_from(kana / 2).unwrap_or(u32::MAX);
            }
        } else if word.len() <= LONGEST
            && let Ok(known) = SMALL.binary_search_by_key(&packed(word), |(small, _)| *small)
            && let Some((_, languages)) = SMALL.get(known)
        {
            counts.iter_mut().zip(languages).for_each(|(count, has)| *count += u32::from(*has));
        }
    }
    counts
}

/// The longest small word, in bytes: longer ones need no look.
const LONGEST: usize = 8;

/// Small words as folded texts have them, packed, in order, and whose they are.
static SMALL: LazyLock<Vec<(u64, [bool; 4])>> = LazyLock::new(|| {
    let mut small: BTreeMap<u64, [bool; 4]> = BTreeMap::new();
    for (language, list) in [EN, DE, FR, ES].into_iter().enumerate() {
        for word in list.split_whitespace() {
            small.entry(packed(word)).or_default().get_mut(language).into_iter().for_each(|has| *has = true);
        }
    }
    small.into_iter().collect()
});

/// A word of [`LONGEST`] bytes at most as one number: found among the small ones in a fraction of the time.
fn packed(word: &str) -> u64 {
    word.bytes().fold(0, |packed, byte| packed << 8 | u64::from(byte))
}

const EN: &str = "the a an and or but of to in on at for with from by about as is are was were be been being has have had do does did \
    doesnt didnt dont cant wont isnt wasnt it its he she they them their his her him we our us you your i my me that this these those \
    there what which who how why when where if so not no just still only too very than then again because after before says said asks \
    asked wants told would could should will can may out up over into every any some all more most other one";
const DE: &str = "der die das den dem des ein eine einen einem einer eines und oder aber von zu zum zur im am an auf fur für mit aus bei \
    nach vor über unter als ist sind war waren sein hat haben hatte wird werden wurde würde kann können konnte muss müssen soll es er sie \
    wir ihr ihre ihren ihm ihn uns unser unsere euer eure ich mir mich mein meine dass dies diese dieser was wer wie warum wann wo \
    wenn nicht kein keine keinen nur noch schon sehr mehr auch so dann wieder weil seit bis ob sagt meint fragt will habe bin man sich \
    alle jeder jede da doch mal immer jetzt";
const FR: &str = "le la les l un une des du de d et ou mais a au aux en dans sur pour par avec sans chez est sont etait etaient etre ete a \
    ont avait avoir il elle ils elles on nous vous je j me m mon ma mes notre nos votre vos son sa ses leur leurs ce c cet cette ces qui \
    que qu quoi dont ou comment pourquoi quand si ne n pas plus rien jamais tres trop aussi encore toujours deja alors car depuis apres \
    avant dit demande veut peut fait faire tout tous toute chaque meme lui y quel quelle moi";
const ES: &str = "el la los las un una unos unas y o pero de del al a en con por para sin sobre entre es son era eran ser sido fue esta \
    estan estaba han ha habia hay tiene tienen le les lo se me mi mis nos nuestro nuestra su sus tu te yo ella ellos usted ustedes que \
    quien como cuando donde porque si no ni nada nunca muy mas tan tambien todavia ya siempre entonces desde despues antes dice dicen \
    pregunta quiere puede hace todo todos toda cada mismo ese esa este esto eso cual algo solo";

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<&'static str> {
        let languages = Languages::of(&Folded::of(text));
        Language::ALL.into_iter().filter(|language| languages.has(Some(*language))).map(Language::code).collect()
    }

    #[test]
    fn small_words_tell() {
        assert_eq!(of("the invoice is wrong and they told us twice"), ["en"]);
        assert_eq!(of("Rechnung 4711"), ["en", "de", "fr", "es", "ja"]);
        assert_eq!(of("\u{8acb}\u{6c42}\u{66f8}\u{306e}\u{5b9b}\u{540d}\u{304c}\u{9055}\u{3046}"), ["ja"]);
        assert_eq!(of("der Kunde sagt: the app is down since the last update"), ["en", "de"], "a text may mix two");
        assert!(Languages::of(&Folded::of("the invoice is wrong")).has(None), "a rule of no language is always asked");
    }

    #[test]
    fn small_words_are_short_enough_to_be_packed() {
        for word in [EN, DE, FR, ES].into_iter().flat_map(str::split_whitespace) {
            assert!(word.len() <= LONGEST, "{word}");
        }
    }

    #[test]
    fn codes_lead_back() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.code()), Some(language));
        }
        assert_eq!(Language::parse("EN"), None);
        assert_eq!((Language::of("the bill is not ours"), Language::of("4711")), (Some(Language::En), None));
    }
}
