//! What the year says of itself: how much people got, what became of records, and how well they were tagged.
#![expect(clippy::print_stdout, reason = "says its figures to whoever asks for them")]

use std::collections::{BTreeMap, BTreeSet};

use allears::clock::guard::Stopwatch;
use allears::domain::care::{Outcome, State};
use allears::domain::ids::PersonNo;
use allears::domain::letter::DigestDone;
use jiff::civil::Date;

use super::Year;
use super::company::{BEGINS, PEOPLE, Saying, now};
use crate::world::log;

/// A digest, of the records that somebody has judged.
#[derive(Debug, Clone, Copy)]
struct Shown {
    day: Date,
    records: usize,
    /// Of those, how many should not have stood there.
    wrong: usize,
    /// How many stood there since it was this function's turn to read what nothing speaks for, and how many of them were wrong.
    by_turn: usize,
    wrong_by_turn: usize,
}

/// Where records stood, and where they should have.
#[derive(Debug, Default)]
pub(super) struct Tags {
    digests: Vec<Shown>,
    /// The functions that each record reached, by what they were then.
    reached: BTreeMap<u64, BTreeSet<usize>>,
    /// How often somebody said that a record is not theirs, by quarter.
    not_ours: BTreeMap<i64, usize>,
    /// How often a teller chose the teams of what nothing spoke for, by quarter.
    chosen: BTreeMap<i64, usize>,
}

impl Tags {
    /// A digest was compiled; gives the records that should not stand in it. What nobody has judged is left out.
    pub(super) fn note(
        &mut self,
        done: &DigestDone,
        said: &[Saying],
        mergers: &BTreeMap<usize, usize>,
        by_turn: impl Fn(u64) -> bool,
    ) -> Vec<u64> {
        let judged = |no: &u64| !of(said, *no).functions.is_empty();
        let records: Vec<u64> = done.parts.iter().flatten().map(|no| no.0).filter(judged).collect();
        if records.is_empty() {
            return vec![];
        }
        let function = number_of(done.function.as_str());
        let right = |no: &u64| of(said, *no).functions.iter().any(|one| now(mergers, *one) == now(mergers, function));
        let wrong: Vec<u64> = records.iter().copied().filter(|no| !right(no)).collect();
        let count = |nos: &[u64]| nos.iter().filter(|no| by_turn(**no)).count();
        let (by_turn, wrong_by_turn) = (count(&records), count(&wrong));
        self.digests.push(Shown { day: done.day, records: records.len(), wrong: wrong.len(), by_turn, wrong_by_turn });
        for no in records {
            self.reached.entry(no).or_default().insert(function);
        }
        wrong
    }

    /// Somebody said that a record is not theirs.
    pub(super) fn note_not_ours(&mut self, day: Date) {
        *self.not_ours.entry(quarter(day)).or_default() += 1;
    }

    /// A teller chose the teams of a record.
    pub(super) fn note_chosen(&mut self, day: Date) {
        *self.chosen.entry(quarter(day)).or_default() += 1;
    }

    /// How many of the records that stood in some digest missed a function that should have read them.
    fn missed(&self, said: &[Saying], mergers: &BTreeMap<usize, usize>) -> usize {
        let missed = |(no, reached): &(&u64, &BTreeSet<usize>)| {
            let reached: BTreeSet<usize> = reached.iter().map(|one| now(mergers, *one)).collect();
            of(said, **no).functions.iter().any(|one| !reached.contains(&now(mergers, *one)))
        };
        self.reached.iter().filter(missed).count()
    }

    fn says(self, said: &[Saying], mergers: &BTreeMap<usize, usize>) {
        assert!(!self.digests.is_empty(), "no digest was looked at");
        let mut wrong: Vec<usize> = self.digests.iter().map(|shown| shown.wrong).collect();
        wrong.sort_unstable();
        let at = |percent: usize| wrong[(wrong.len() * percent / 100).min(wrong.len() - 1)];
        println!("wrong records in a digest: median {}, p90 {}, most {}", at(50), at(90), at(100));
        for quarter in 0..=self.digests.iter().map(|shown| quarter(shown.day)).max().unwrap() {
            let of_it: Vec<Shown> = self.digests.iter().copied().filter(|shown| self::quarter(shown.day) == quarter).collect();
            let said = |of: &BTreeMap<i64, usize>| of.get(&quarter).copied().unwrap_or(0);
            sum(&format!("quarter {}", quarter + 1), &of_it, (said(&self.not_ours), said(&self.chosen)));
        }
        sum("all", &self.digests, (self.not_ours.values().sum(), self.chosen.values().sum()));
        println!("{} of {} records missed a function", self.missed(said, mergers), self.reached.len());
    }
}

/// Says of some digests how many of their records were wrong.
fn sum(what: &str, digests: &[Shown], (not_ours, chosen): (usize, usize)) {
    let sum = |of: fn(&Shown) -> usize| digests.iter().map(of).sum::<usize>();
    let [records, wrong, by_turn, wrong_by_turn] =
        [sum(|shown| shown.records), sum(|shown| shown.wrong), sum(|shown| shown.by_turn), sum(|shown| shown.wrong_by_turn)];
    let hundredths = wrong * 100 / digests.len().max(1);
    println!(
        "{what}: {} digests, wrong {}.{:02} a digest; {} by their words, {} of them wrong; {by_turn} by turn, {wrong_by_turn} of them \
         wrong; not ours, said {not_ours} times; teams, chosen {chosen} times",
        digests.len(),
        hundredths / 100,
        hundredths % 100,
        records - by_turn,
        wrong - wrong_by_turn,
    );
}

/// The quarter of the company's year, from naught.
fn quarter(day: Date) -> i64 {
    i64::from((day - BEGINS).get_days()) / 91
}

/// What stands behind the number of a record.
fn of(said: &[Saying], no: u64) -> &Saying {
    &said[usize::try_from(no).unwrap() - 1]
}

/// A function by its id.
pub(super) fn number_of(id: &str) -> usize {
    id[1..].parse().unwrap()
}

impl Year {
    /// How records stand at the end.
    async fn became(&self) -> BTreeMap<&'static str, usize> {
        let mut became = BTreeMap::new();
        for no in 1..=self.told() {
            let care = self.world.record(no).await.care;
            let how = match &care.state {
                State::Open if care.reached.is_some() => "waits",
                State::Open => "open",
                State::Taken(_) => "taken",
                State::Proposed(_) => "proposed",
                State::Closed(closed) if closed.outcome == Outcome::Unanswered => "unanswered",
                State::Closed(_) => "closed",
            };
            let also =
                [("disputed", care.belief.is_some()), ("decided", care.decision.is_some()), ("came back", !care.reopened.is_empty())];
            for how in also.into_iter().filter(|(_, so)| *so).map(|(how, _)| how).chain([how]) {
                *became.entry(how).or_default() += 1;
            }
        }
        became
    }

    /// Says how long the days took so far: it should not grow faster than they do.
    pub(super) fn says_how_long(&self, days: i64, lived: Stopwatch) {
        let (letters, log) = (self.last_letter.0, log().lock().unwrap().len() / 1_000_000);
        println!("{days} days in {} s: {} records, {letters} letters, {log} MB of log", lived.elapsed().as_secs(), self.told());
    }

    /// Says all figures.
    pub(super) async fn says(&mut self, days: i64) {
        let weeks = usize::try_from(days / 7).unwrap().max(1);
        let mut by_person: BTreeMap<PersonNo, usize> = BTreeMap::new();
        for ((n, _), messages) in &self.letters {
            *by_person.entry(*n).or_default() += messages;
        }
        // In hundredths, for each week.
        let mut all: Vec<usize> = by_person.values().map(|messages| messages * 100 / weeks).collect();
        all.resize(PEOPLE.max(all.len()), 0);
        all.sort_unstable();
        let (median, most) = (all[all.len() / 2], all[all.len() - 1]);
        println!("{:?}", self.became().await);
        println!("{days} days, {} records; messages a person in 100 weeks: median {median}, most {most}", self.told());
        println!("that they heard a record too, {} took back", self.taken_back);
        assert!(median <= 200, "people get too much");
        std::mem::take(&mut self.tags).says(&self.said, &self.mergers);
    }
}
