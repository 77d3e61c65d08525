//! Tagging beside its floors, in one run: `cargo bench -p allears --bench tagging`.
//!
//! A row of `posts` handles a thousand posts an iteration, about 170 characters each, so that its item/s are posts a
//! second on one core: reading every byte once, finding all phrases with no regard to words, and tagging with the same
//! phrases; then with the rules that ship, and with what was learned on top of them. Divide a row by its floor for the ratio.
//! The rows of `length` are linear where MB/s stay the same; those of `learn` learn so many corrections of all ten functions. Where they
//! are told with embeddings, those are made up, of 256 dimensions: what a model's own tokenizer takes is not in it.

use std::sync::Arc;

use allears::domain::function::FunctionId;
use allears::domain::tagging::{Embeds, Learned, Lesson, Reader, Rule, Said, Tagger, Token};
use daachorse::DoubleArrayAhoCorasick;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

const FUNCTIONS: [&str; 10] =
    ["product", "engineering", "design", "marketing", "sales", "finance", "support", "operations", "legal", "people"];
const POSTS: usize = 1000;
const PHRASES: usize = 500;

fn main() {
    divan::main();
}

/// Words out of syllables, in an order that is the same in every run.
struct Words(u64);

impl Words {
    fn pick(&mut self, below: u64) -> u64 {
        // Knuth's linear congruential generator; its upper half is even enough for a bench.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 16] = ["ba", "re", "in", "to", "con", "ver", "al", "is", "mo", "ta", "per", "si", "lo", "un", "ed", "ing"];
        let syllables = 1 + self.pick(3);
        (0..syllables).filter_map(|_| SYLLABLES.get(usize::try_from(self.pick(16)).ok()?)).copied().collect()
    }

    /// So many words; capitals, commas and ends of sentences now and then.
    fn text(&mut self, words: u64) -> String {
        let mut text = String::new();
        for _ in 0..words {
            let word = self.word();
            match self.pick(12) {
                0 => text.push_str(&word.to_uppercase()),
                1 => text.push_str(&(word + ",")),
                2 => text.push_str(&(word + ".")),
                _ => text.push_str(&word),
            }
            text.push(' ');
        }
        text
    }
}

/// Phrases of two words, as rules mostly have them; one in five may go on.
fn phrases() -> Vec<String> {
    let mut words = Words(1);
    (0..PHRASES).map(|n| format!("{} {}{}", words.word(), words.word(), if n % 5 == 0 { "*" } else { "" })).collect()
}

fn rules() -> Vec<Rule> {
    let functions = FUNCTIONS.iter().filter_map(|id| FunctionId::parse(id).ok()).cycle();
    let phrases = phrases();
    let rules = phrases.chunks(10).zip(functions).enumerate().map(|(n, (phrases, function))| {
        let mut rule = Rule::new(format!("rule-{n}"), function);
        rule.phrases = phrases.to_vec();
        rule
    });
    rules.collect()
}

/// The same rules, each with a regular expression and something that silences it.
fn rules_of_every_kind() -> Vec<Rule> {
    let mut words = Words(2);
    let mut rules = rules();
    for rule in &mut rules {
        rule.regexes = vec![format!(r"\b{}(?:ed|ing)? (?:\w+ )?{}\b", words.word(), words.word())];
        rule.unless = vec![format!("{} {}", words.word(), words.word())];
    }
    rules
}

fn posts() -> Vec<String> {
    let mut words = Words(3);
    (0..POSTS).map(|_| words.text(35)).collect()
}

#[expect(clippy::expect_used, reason = "a bench that cannot be set up has nothing to measure")]
fn tagger(rules: Vec<Rule>) -> Tagger {
    Tagger::new(rules).expect("the bench's rules are good")
}

fn tag_all(bencher: Bencher<'_, '_>, rules: Vec<Rule>) {
    let tagger = tagger(rules);
    over_posts(bencher, |post| tagger.tag(&tagger.read(post)).len());
}

fn over_posts(bencher: Bencher<'_, '_>, mut each: impl FnMut(&str) -> usize) {
    let posts = posts();
    bencher
        .counter(ItemsCount::new(posts.len()))
        .counter(BytesCount::new(posts.iter().map(String::len).sum::<usize>()))
        .bench_local(|| posts.iter().map(|post| each(black_box(post))).sum::<usize>());
}

#[divan::bench_group]
#[expect(clippy::expect_used, reason = "a bench that cannot be set up has nothing to measure")]
mod posts {
    use super::{Bencher, DoubleArrayAhoCorasick, over_posts, phrases, rules, rules_of_every_kind, tag_all};

    #[divan::bench]
    fn a_floor_read_bytes(bencher: Bencher<'_, '_>) {
        over_posts(bencher, |post| post.bytes().map(usize::from).sum());
    }

    #[divan::bench]
    fn b_floor_find_phrases(bencher: Bencher<'_, '_>) {
        let phrases = phrases();
        let automaton =
            DoubleArrayAhoCorasick::<u32>::new(phrases.iter().map(|phrase| phrase.trim_end_matches('*'))).expect("500 phrases fit");
        over_posts(bencher, |post| automaton.find_overlapping_iter(post.to_ascii_lowercase()).count());
    }

    #[divan::bench]
    fn c_tag_500_phrases(bencher: Bencher<'_, '_>) {
        tag_all(bencher, rules());
    }

    #[divan::bench]
    fn d_tag_500_phrases_50_regexes(bencher: Bencher<'_, '_>) {
        tag_all(bencher, rules_of_every_kind());
    }
}

/// So many lessons on all ten functions.
fn learned(tagger: &Tagger, lessons: usize) -> Learned {
    let functions: Vec<FunctionId> = FUNCTIONS.iter().filter_map(|id| FunctionId::parse(id).ok()).collect();
    let mut words = Words(5);
    let texts: Vec<String> = (0..lessons).map(|_| words.text(20)).collect();
    let says =
        |n: usize| functions.iter().enumerate().map(|(at, id)| Said { function: id.clone(), is: n % 10 == at, weight: 1.0 }).collect();
    let lessons: Vec<Lesson<'_>> = texts.iter().enumerate().map(|(n, text)| Lesson { of: None, text, says: says(n) }).collect();
    tagger.learn(&functions, &lessons)
}

/// The configuration that ships.
#[expect(clippy::expect_used, reason = "a bench that cannot be set up has nothing to measure")]
fn shipped() -> Tagger {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    allears::config::Config::load(&dir, &allears::config::Env::given([])).expect("what ships is good").tagger
}

/// What colleagues write, in five languages: the posts on which the tagger is measured.
#[divan::bench]
#[expect(clippy::expect_used, reason = "a bench that cannot be set up has nothing to measure")]
fn posts_of_colleagues_with_the_shipped_rules(bencher: Bencher<'_, '_>) {
    let tagger = shipped();
    let text = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok()?.get("text")?.as_str().map(str::to_owned);
    let posts: Vec<String> = include_str!("../tests/data/voices.jsonl").lines().map(|line| text(line).expect("a post")).collect();
    bencher
        .counter(ItemsCount::new(posts.len()))
        .counter(BytesCount::new(posts.iter().map(String::len).sum::<usize>()))
        .bench_local(|| posts.iter().map(|post| tagger.tag(&tagger.read(black_box(post))).len()).sum::<usize>());
}

#[divan::bench]
fn posts_with_the_shipped_rules(bencher: Bencher<'_, '_>) {
    let tagger = shipped();
    over_posts(bencher, |post| tagger.tag(&tagger.read(post)).len());
}

#[divan::bench]
fn posts_with_the_shipped_rules_and_2000_lessons(bencher: Bencher<'_, '_>) {
    let tagger = shipped();
    let learned = learned(&tagger, 2000);
    over_posts(bencher, |post| tagger.tag_with(&learned, &tagger.read(post)).len());
}

#[divan::bench]
fn posts_with_the_shipped_rules_2000_lessons_and_embeddings(bencher: Bencher<'_, '_>) {
    let tagger = shipped().with_reader(Reader::default().with_embeddings(Arc::new(MadeUp::new())));
    let learned = learned(&tagger, 2000);
    over_posts(bencher, |post| tagger.tag_with(&learned, &tagger.read(post)).len());
}

/// Embeddings of 256 dimensions for a thousand words, and a vector for each word, known or not.
#[derive(Debug)]
struct MadeUp(Vec<f32>);

impl MadeUp {
    fn new() -> Self {
        let mut words = Words(6);
        Self((0..1000 * 256).map(|_| f32::from(u8::try_from(words.pick(256)).unwrap_or_default()) - 127.5).collect())
    }
}

impl Embeds for MadeUp {
    fn dimensions(&self) -> usize {
        256
    }

    fn tokens(&self, folded: &str) -> Vec<Token> {
        let mut at = 0;
        let tokens = folded.split_inclusive(' ').map(|word| {
            let place = at..at + word.trim_end().len();
            at += word.len();
            Token { id: word.bytes().fold(0, |id: u32, byte| (id * 31 + u32::from(byte)) % 1000), place }
        });
        tokens.collect()
    }

    fn add(&self, token: u32, sum: &mut [f32]) {
        let vector = self.0.chunks(256).nth(usize::try_from(token).unwrap_or_default()).unwrap_or_default();
        sum.iter_mut().zip(vector).for_each(|(sum, number)| *sum += number);
    }
}

#[divan::bench(args = [1000, 50_000], sample_count = 3, sample_size = 1)]
fn learn_with_embeddings(bencher: Bencher<'_, '_>, lessons: usize) {
    let tagger = tagger(rules()).with_reader(Reader::default().with_embeddings(Arc::new(MadeUp::new())));
    bencher.bench_local(|| learned(&tagger, lessons));
}

#[divan::bench(args = [1000, 50_000], sample_count = 3, sample_size = 1)]
fn learn(bencher: Bencher<'_, '_>, lessons: usize) {
    let tagger = tagger(rules());
    bencher.bench_local(|| learned(&tagger, lessons));
}

/// One post of so many words: 500, 5,000 and 40,000 characters or so.
#[divan::bench(args = [100, 1000, 8000])]
fn length(bencher: Bencher<'_, '_>, words: u64) {
    let tagger = tagger(rules_of_every_kind());
    let post = Words(4).text(words);
    bencher.counter(BytesCount::of_str(&post)).bench_local(|| tagger.tag(&tagger.read(black_box(&post))));
}
