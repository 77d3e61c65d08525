//! Sentence embeddings: what a text means, as far as somebody knows what its words mean.
//!
//! A text's meaning is the mean of its tokens' vectors, scaled to length one: a third block beside words and letters, by which texts are
//! alike that share no word. A mean is linear, so what each token says of it for a function can be told exactly, and is shown.

use std::fmt;
use std::ops::Range;

use super::number::{dot, scale};

/// How much a text's meaning weighs beside its words, and its letters, each of which weighs 1.
pub(super) const MEANING: f32 = 1.0;

/// Knows what tokens mean, each as a vector: those that say the like are near each other.
///
/// The same text must give the same at any time and on every machine, since what is learned rests on it.
pub trait Embeds: fmt::Debug + Send + Sync {
    /// How many numbers a vector has.
    fn dimensions(&self) -> usize;

    /// The tokens of a text as rules read it, in order; what nobody knows the meaning of is none.
    fn tokens(&self, folded: &str) -> Vec<Token>;

    /// Adds a token's vector to a sum of so many dimensions. (No slice is handed out, so that vectors may be kept in any form.)
    fn add(&self, token: u32, sum: &mut [f32]);
}

/// A piece of a text that means something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// By which its vector is known.
    pub id: u32,
    /// Where it stands, in bytes of the folded text.
    pub place: Range<usize>,
}

/// What a text means. The default is nothing: nobody knows.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    tokens: Vec<Token>,
    /// Of length one, or empty.
    vector: Vec<f32>,
    /// What the sum of the tokens' vectors was multiplied by.
    scale: f32,
}

impl Meaning {
    /// Reads a folded text.
    pub(super) fn of(embeds: &dyn Embeds, folded: &str) -> Self {
        let tokens = embeds.tokens(folded);
        let mut vector = vec![0.0; embeds.dimensions()];
        for token in &tokens {
            embeds.add(token.id, &mut vector);
        }
        let scale = scale(std::iter::once(dot(&vector, &vector)));
        // Nothing, or too much to be a number: nobody knows.
        if scale == 0.0 {
            return Self::default();
        }
        for number in &mut vector {
            *number *= scale;
        }
        Self { tokens, vector, scale }
    }

    /// As a vector of length one; empty where nobody knows.
    pub(super) fn vector(&self) -> &[f32] {
        &self.vector
    }

    /// What each of its tokens says by these weights, in log-odds.
    pub(super) fn shares(&self, embeds: &dyn Embeds, weights: &[f32]) -> impl Iterator<Item = (Range<usize>, f32)> {
        let mut of_one = vec![0.0; self.vector.len()];
        self.tokens.iter().map(move |token| {
            of_one.fill(0.0);
            embeds.add(token.id, &mut of_one);
            (token.place.clone(), dot(&of_one, weights) * self.scale * MEANING)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{LEARNED, Learned, Lesson, Reader, Rule, Said, Tagger};
    use super::*;
    use crate::domain::function::FunctionId;
    use crate::domain::ids::FeedbackNo;

    /// Words by what they mean: those of one line are near each other.
    const ALIKE: [&[&str]; 3] =
        [&["bill", "invoice", "payment", "charge"], &["crash", "freezes", "outage"], &["contract", "lawyer", "請求書"]];

    #[derive(Debug)]
    struct MadeUp;

    impl Embeds for MadeUp {
        fn dimensions(&self) -> usize {
            ALIKE.len() + 1
        }

        fn tokens(&self, folded: &str) -> Vec<Token> {
            let words = ALIKE.iter().zip(0..).flat_map(|(words, line)| words.iter().zip(0..).map(move |(word, n)| (*word, line * 10 + n)));
            let mut found: Vec<Token> = words
                .flat_map(|(word, id)| folded.match_indices(word).map(move |(at, word)| Token { id, place: at..at + word.len() }))
                .collect();
            found.sort_by_key(|token| token.place.start);
            found
        }

        fn add(&self, token: u32, sum: &mut [f32]) {
            let line = usize::try_from(token / 10).unwrap();
            sum[line] += 0.9;
            // Near, and not the same.
            sum[ALIKE.len()] += f32::from(u8::try_from(token % 10).unwrap()) * 0.1;
        }
    }

    /// Knows of nothing what it means.
    #[derive(Debug)]
    struct Blank;

    impl Embeds for Blank {
        fn dimensions(&self) -> usize {
            256
        }

        fn tokens(&self, _: &str) -> Vec<Token> {
            vec![]
        }

        fn add(&self, _: u32, _: &mut [f32]) {}
    }

    /// Vectors that are no numbers to reckon with.
    #[derive(Debug)]
    struct Huge;

    impl Embeds for Huge {
        fn dimensions(&self) -> usize {
            2
        }

        fn tokens(&self, folded: &str) -> Vec<Token> {
            vec![Token { id: 0, place: 0..folded.len() }, Token { id: 1, place: 7_000..9_000 }]
        }

        fn add(&self, token: u32, sum: &mut [f32]) {
            sum.fill(if token == 0 { f32::MAX } else { f32::NAN });
        }
    }

    const TAUGHT: [(&str, &str); 6] = [
        ("the bill came twice", "finance"),
        ("that bill has a wrong date", "finance"),
        ("it froze: a crash on start", "engineering"),
        ("crash after the update", "engineering"),
        ("our contract ends in May", "legal"),
        ("a contract without signature", "legal"),
    ];

    fn id(name: &str) -> FunctionId {
        FunctionId::parse(name).unwrap()
    }

    fn functions() -> Vec<FunctionId> {
        ["finance", "engineering", "legal"].map(id).to_vec()
    }

    fn lessons() -> Vec<Lesson<'static>> {
        let says = |of: &str| functions().into_iter().map(|function| Said { is: function == id(of), function, weight: 1.0 }).collect();
        TAUGHT.into_iter().zip(1..).map(|((text, of), no)| Lesson { of: Some(FeedbackNo(no)), text, says: says(of) }).collect()
    }

    fn tagger() -> Tagger {
        let mut date = Rule::new("legal.date", id("legal"));
        date.phrases = vec!["date".to_owned()];
        Tagger::new(vec![date]).unwrap()
    }

    /// Beside the rules alone, for each function: what was learned.
    fn learned_of(tagger: &Tagger, learned: &Learned, text: &str) -> Vec<i16> {
        functions().iter().map(|function| tagger.learned_of(learned, function, &tagger.read(text))).collect()
    }

    #[test]
    fn a_word_that_was_never_seen_means_what_its_neighbours_do() {
        let (plain, knowing) = (tagger(), tagger().with_reader(Reader::default().with_embeddings(Arc::new(MadeUp))));
        let [plainly, knowingly] = [&plain, &knowing].map(|tagger| tagger.learn(&functions(), &lessons()));
        let text = "An Invoice is missing";
        assert_eq!(plain.tag_with(&plainly, &plain.read(text)), [], "no word of it was taught");
        let tags = knowing.tag_with(&knowingly, &knowing.read(text));
        let shown: Vec<_> = tags.iter().map(|tag| (tag.function.as_str(), tag.evidence.as_slice())).collect();
        let [("finance", [evidence])] = shown.as_slice() else { panic!("{tags:?}") };
        assert_eq!((evidence.rule.as_str(), &text[evidence.span.range()]), (LEARNED, "Invoice"), "the word that decided is shown");
        assert!(evidence.says > 300 && tags[0].learned > 300, "{tags:?}");
        assert_eq!(knowing.tag_with(&knowingly, &knowing.read("lamps hum at night")), [], "what nobody knows means nothing");
        let tags = knowing.tag_with(&knowingly, &knowing.read("また請求書が届いた"));
        assert_eq!((tags.len(), &tags[0].function), (1, &id("legal")), "Japanese as well: {tags:?}");
    }

    /// A mean is linear: nothing that it says for a function is unaccounted for.
    #[test]
    fn what_the_tokens_say_is_what_the_text_says() {
        let folded = "the invoice, a crash, and the lawyer asks for a charge";
        let meaning = Meaning::of(&MadeUp, folded);
        assert!((dot(meaning.vector(), meaning.vector()) - 1.0).abs() < 1e-6);
        let weights = [0.7, -0.4, 0.1, 0.3];
        let shares: Vec<_> = meaning.shares(&MadeUp, &weights).collect();
        let words: Vec<&str> = shares.iter().map(|(place, _)| &folded[place.clone()]).collect();
        assert_eq!(words, ["invoice", "crash", "lawyer", "charge"]);
        let all: f32 = shares.iter().map(|(_, says)| says).sum();
        assert!((all - dot(meaning.vector(), &weights) * MEANING).abs() < 1e-6);
    }

    /// The dual is exact with meanings too: what lessons add is all that was learned.
    #[test]
    fn what_lessons_add_is_what_was_learned() {
        let tagger = tagger().with_reader(Reader::default().with_embeddings(Arc::new(MadeUp)));
        let learned = tagger.learn(&functions(), &lessons());
        for (text, of) in [("an invoice", "finance"), ("it freezes, and the date", "engineering"), ("a bill of a lawyer", "legal")] {
            let pulled = learned.pulled(&id(of));
            let with_texts: Vec<(&str, f32)> =
                pulled.iter().map(|(no, pull)| (TAUGHT[usize::try_from(no.0).unwrap() - 1].0, *pull)).collect();
            let added: i32 = tagger.adds(&learned, &id(of), &with_texts, &tagger.read(text)).into_iter().map(i32::from).sum();
            let all = i32::from(tagger.learned_of(&learned, &id(of), &tagger.read(text)));
            assert!(all > 200 && (added - all).abs() <= 20, "{text}: {added} of {all}");
        }
    }

    /// A change here changes what every company's tagger decides.
    #[test]
    fn bits_are_what_they_were() {
        let texts = ["an invoice is missing", "freezes at the lawyer's", "the bill came twice, dated in May", ""];
        let all = |tagger: &Tagger| {
            let learned = tagger.learn(&functions(), &lessons());
            let pulls = functions().into_iter().flat_map(|function| learned.pulled(&function)).map(|(_, pull)| pull.to_bits());
            let bits = pulls.fold(0_u32, |all, bits| all.rotate_left(5) ^ bits);
            format!("{bits:08x} {:?}", texts.map(|text| learned_of(tagger, &learned, text)))
        };
        insta::assert_snapshot!(all(&tagger()), @"813c0723 [[432, 59, 108], [539, 575, -253], [1697, -436, -63], [179, 183, 145]]");
        assert_eq!(
            all(&tagger()),
            all(&tagger().with_reader(Reader::default().with_embeddings(Arc::new(Blank)))),
            "where nobody knows, all is as without"
        );
        let knowing = || tagger().with_reader(Reader::default().with_embeddings(Arc::new(MadeUp)));
        insta::assert_snapshot!(all(&knowing()), @"c3aefdac [[1476, -444, -484], [-283, 907, 320], [2348, -809, -619], [107, 109, 79]]");
        assert_eq!(all(&knowing()), all(&knowing()));
    }

    #[test]
    fn what_is_no_number_means_nothing() {
        let odd = tagger().with_reader(Reader::default().with_embeddings(Arc::new(Huge)));
        let (learned, plainly) = (odd.learn(&functions(), &lessons()), tagger().learn(&functions(), &lessons()));
        for (text, _) in TAUGHT {
            assert_eq!(odd.tag_with(&learned, &odd.read(text)), tagger().tag_with(&plainly, &tagger().read(text)));
        }
    }

    #[test]
    fn names_mean_nothing() {
        let knowing = tagger().with_reader(Reader::default().with_embeddings(Arc::new(MadeUp)));
        let learned = knowing.learn(&functions(), &lessons());
        assert!(learned_of(&knowing, &learned, "the invoice")[0] > 300);
        let [named, other] = ["@invoice asks", "@lamp asks"].map(|text| learned_of(&knowing, &learned, text));
        assert_eq!(named, other);
    }
}
