//! Fifty thousand customers: `cargo bench -p allears --bench accounts`.
//!
//! `recognise` reads a thousand posts an iteration, about 170 characters each, so that its item/s are posts a second on
//! one core. Its floor folds the same posts and looks for nobody. `suggest` is one keystroke in a form.

use allears::domain::account::{Account, AccountId, Accounts};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

const CUSTOMERS: usize = 50_000;
const POSTS: usize = 1000;

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

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

/// Customers of two words, each with an alias.
fn customers() -> Vec<Account> {
    let mut words = Words(1);
    let account = |n: usize| {
        let name = format!("{} {n}", words.words(2));
        let aliases = vec![format!("{} {n} Holding", words.word())];
        Account { id: AccountId::of_name(&name), name, aliases, segment: None, value: None, owner: None }
    };
    (0..CUSTOMERS).map(account).collect()
}

fn known(customers: Vec<Account>) -> Accounts {
    Accounts::new(customers).unwrap_or_default()
}

/// Posts; one in four names a customer.
fn posts() -> Vec<String> {
    let customers = customers();
    let mut words = Words(2);
    let post = |n: usize| {
        let name = customers.get(n * 7).filter(|_| n.is_multiple_of(4)).map_or("", |account| account.name.as_str());
        format!("{} {name} {}", words.words(14), words.words(14))
    };
    (0..POSTS).map(post).collect()
}

#[divan::bench]
fn build(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(customers).bench_values(known);
}

#[divan::bench]
fn recognise_nobody(bencher: Bencher<'_, '_>) {
    let (known, posts) = (known(customers().into_iter().take(1).collect()), posts());
    bencher.counter(ItemsCount::new(POSTS)).bench_local(|| posts.iter().map(|post| known.recognise(black_box(post)).len()).sum::<usize>());
}

#[divan::bench]
fn recognise(bencher: Bencher<'_, '_>) {
    let (known, posts) = (known(customers()), posts());
    bencher.counter(ItemsCount::new(POSTS)).bench_local(|| posts.iter().map(|post| known.recognise(black_box(post)).len()).sum::<usize>());
}

/// A post as long as the chat platform takes, in a script in which a name may begin at each character.
#[divan::bench]
fn recognise_unspaced(bencher: Bencher<'_, '_>) {
    let (known, post) = (known(customers()), "請求書が届かない".repeat(5000));
    bencher.bench_local(|| known.recognise(black_box(&post)).len());
}

/// What one name begins with, what few hold, and what nobody holds.
#[divan::bench(args = ["contain", "ngin", "7 hol", "qqq"])]
fn suggest(bencher: Bencher<'_, '_>, typed: &str) {
    let known = known(customers());
    bencher.bench_local(|| known.suggest(black_box(typed), 20).len());
}
