//! What the year says of itself: how much people got, what became of records, and how well they were tagged.
#![expect(clippy::print_stdout, reason = "says its figures to whoever asks for them")]

use std::collections::{BTreeMap, BTreeSet};

use allears::domain::care::{Outcome, State};
use allears::domain::ids::PersonNo;
use allears::domain::letter::DigestDone;

use super::Year;
use super::company::{PEOPLE, Saying, now};

/// Where records stood, and where they should have.
#[derive(Debug, Default)]
pub(super) struct Tags {
    /// How many records stood in each digest that should not have.
    wrong: Vec<usize>,
    /// How many stood in digests.
    shown: usize,
    /// The functions that each record reached, by what they were then.
    reached: BTreeMap<u64, BTreeSet<usize>>,
}

impl Tags {
    /// A digest was compiled. What nobody has judged is left out.
    pub(super) fn note(&mut self, done: &DigestDone, said: &[Saying], mergers: &BTreeMap<usize, usize>) {
        let judged = |no: &u64| !of(said, *no).functions.is_empty();
        let records: Vec<u64> = done.parts.iter().flatten().map(|no| no.0).filter(judged).collect();
        if records.is_empty() {
            return;
        }
        let function = number_of(done.function.as_str());
        let right = |no: &u64| of(said, *no).functions.iter().any(|one| now(mergers, *one) == now(mergers, function));
        self.wrong.push(records.iter().filter(|no| !right(no)).count());
        self.shown += records.len();
        for no in records {
            self.reached.entry(no).or_default().insert(function);
        }
    }

    /// How many of the records that stood in some digest missed a function that should have read them.
    fn missed(&self, said: &[Saying], mergers: &BTreeMap<usize, usize>) -> usize {
        let missed = |(no, reached): &(&u64, &BTreeSet<usize>)| {
            let reached: BTreeSet<usize> = reached.iter().map(|one| now(mergers, *one)).collect();
            of(said, **no).functions.iter().any(|one| !reached.contains(&now(mergers, *one)))
        };
        self.reached.iter().filter(missed).count()
    }

    fn says(mut self, said: &[Saying], mergers: &BTreeMap<usize, usize>) {
        assert!(!self.wrong.is_empty(), "no digest was looked at");
        self.wrong.sort_unstable();
        let (digests, wrong) = (self.wrong.len(), self.wrong.iter().sum::<usize>());
        let hundredths = wrong * 100 / digests;
        let at = |percent: usize| self.wrong[(digests * percent / 100).min(digests - 1)];
        println!(
            "{digests} digests of {} records; wrong in one of them: mean {}.{:02}, median {}, p90 {}, most {}",
            self.shown,
            hundredths / 100,
            hundredths % 100,
            at(50),
            at(90),
            at(100)
        );
        let missed = self.missed(said, mergers);
        println!("{wrong} of {} were wrong; {missed} of {} records missed a function", self.shown, self.reached.len());
    }
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
        assert!(median <= 200, "people get too much");
        std::mem::take(&mut self.tags).says(&self.said, &self.mergers);
    }
}
