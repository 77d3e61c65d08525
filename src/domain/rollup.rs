//! The rollup: the company's week, for everybody in one channel. It ranks nobody, and says no share of anybody.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::alike::groups_of;
use super::digest::New;
use super::function::FunctionId;
use super::ids::{FeedbackNo, Seq};
use super::kind::{Kind, Sentiment};
use super::letter::RollupDone;
use super::routing::Schedule;
use super::schedule::Past;
use super::views::Rolled;

/// How much of what customers said most it quotes.
pub const MOST_QUOTED: usize = 5;
/// How much praise it quotes.
const MOST_PRAISED: usize = 2;
/// How many weeks it looks back, itself among them.
pub const WEEKS: usize = 8;

/// A rollup that is to be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRollup {
    /// Of which local day.
    pub day: Date,
    /// The change after which it begins.
    pub from: Seq,
    /// The last record that the one before counted.
    pub last: FeedbackNo,
    /// How much was heard in the weeks before: up to which day, and how many records.
    pub weeks: Vec<(Date, u32)>,
    /// Whether its hour has passed by more than ten minutes.
    pub late: bool,
}

/// The rollup that is due, by the rules of digests.
pub fn due(now: Timestamp, schedule: &Schedule, rolled: &Rolled) -> Option<DueRollup> {
    let (day, late) = schedule.is_due(now, &Past { since: rolled.since, day: rolled.day, pause: None })?;
    Some(DueRollup { day, from: rolled.upto, last: rolled.last, weeks: rolled.weeks.clone(), late })
}

/// What a rollup says beside what is new.
#[derive(Debug, Clone, Default)]
pub struct Besides {
    /// How many records wait too long, by the function that answers them.
    pub waits: Vec<(FunctionId, u32)>,
    /// What was done because of customers.
    pub changed: Vec<FeedbackNo>,
}

/// Compiles a rollup of what is new up to `upto`.
///
/// A record counts in the week in which it was told, however often it changes its readers. What customers said most comes
/// first: those that say the same together, and whoever heard the same with them. Of records from where only some may read
/// nothing is quoted: they were meant for the functions that they concern.
pub fn compile(due: DueRollup, upto: Seq, new: &[New], Besides { waits, changed }: Besides) -> RollupDone {
    let DueRollup { day, from, last, mut weeks, late } = due;
    let mut told: BTreeMap<FeedbackNo, &New> = BTreeMap::new();
    for item in new.iter().filter(|item| item.seq > from && item.seq <= upto && item.no > last) {
        told.entry(item.no).or_insert(item);
    }
    let last = told.keys().next_back().copied().unwrap_or(last);
    let readers: BTreeSet<_> = told.values().flat_map(|item| &item.gist.functions).collect();
    let tellers: BTreeSet<_> = told.values().flat_map(|item| &item.gist.teller_functions).collect();
    let heard = count(told.len());
    let came_off = |how| count(told.values().filter(|item| item.gist.kind.map(Kind::sentiment) == Some(how)).count());
    let came_off = (came_off(Sentiment::Negative), came_off(Sentiment::Positive));
    weeks.push((day, heard));
    let old = weeks.len().saturating_sub(WEEKS);
    weeks.drain(..old);
    let (praise, told): (Vec<&New>, Vec<&New>) = told.into_values().partition(|item| item.gist.praise);
    let (quoted, said) = most_said(told);
    RollupDone {
        day,
        from,
        upto,
        last,
        heard,
        told_by: count(tellers.len()),
        read_by: count(readers.len()),
        quoted,
        said,
        weeks,
        late,
        waits,
        changed,
        praise: best(praise),
        came_off,
    }
}

/// The praise that was heard most, the newest first; of what everybody may read.
fn best(mut praise: Vec<&New>) -> Vec<FeedbackNo> {
    praise.retain(|item| item.gist.for_everybody);
    praise.sort_by_key(|item| (Reverse(item.gist.heard_too), Reverse(item.no)));
    praise.into_iter().take(MOST_PRAISED).map(|item| item.no).collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// One record for each of what was said most, and how often that was said in all.
fn most_said(told: Vec<&New>) -> (Vec<FeedbackNo>, Vec<u32>) {
    let open: Vec<&New> = told.into_iter().filter(|item| item.gist.for_everybody).collect();
    let times = |item: &New| 1 + item.gist.heard_too;
    let mut together: BTreeMap<usize, (usize, &New)> = BTreeMap::new();
    for (group, item) in groups_of(&open.iter().map(|item| &item.gist.wording).collect::<Vec<_>>()).into_iter().zip(&open) {
        let (sum, most) = together.entry(group).or_insert((0, item));
        *sum += times(item);
        if times(item) > times(most) {
            *most = item;
        }
    }
    let mut said: Vec<(usize, &New)> = together.into_values().collect();
    said.sort_by_key(|(times, item)| (Reverse(*times), Reverse(item.no)));
    said.truncate(MOST_QUOTED);
    said.into_iter().map(|(times, item)| (item.no, count(times))).unzip()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::feedback::Origin;
    use super::super::ids::PersonNo;
    use super::super::tagging::{PerMille, Tag};
    use super::super::views::{Record, a_record};
    use super::*;

    fn id(text: &str) -> FunctionId {
        FunctionId::parse(text).unwrap()
    }

    fn new(no: u64, text: &str, heard_too: u64) -> New {
        let tag =
            Tag { function: id(if no.is_multiple_of(2) { "finance" } else { "legal" }), p: PerMille(900), evidence: vec![], learned: 0 };
        let record = Record {
            verbatim: text.to_owned(),
            origin: Origin::Public,
            tags: vec![tag],
            teller_functions: vec![id("sales")],
            heard_too: (0..heard_too).map(PersonNo).collect(),
            ..a_record(no)
        };
        New { seq: Seq(no), no: FeedbackNo(no), functions: vec![], gist: record.into() }
    }

    fn due() -> DueRollup {
        DueRollup { day: date(2026, 11, 23), from: Seq(0), last: FeedbackNo(0), weeks: vec![], late: false }
    }

    #[test]
    fn what_is_said_most_comes_first_and_each_record_counts_once() {
        let all = [
            new(1, "a contract", 0),
            new(2, "the invoice of March is wrong", 0),
            new(3, "the Invoice of March is wrong.", 1),
            new(4, "a refund please", 1),
            new(4, "a refund please", 1),
        ];
        let done = compile(due(), Seq(9), &all, Besides::default());
        assert_eq!((done.heard, done.told_by, done.read_by), (4, 1, 2));
        assert_eq!((done.quoted, done.said), (vec![FeedbackNo(3), FeedbackNo(4), FeedbackNo(1)], vec![3, 2, 1]));
        assert_eq!(done.weeks, [(date(2026, 11, 23), 4)]);
    }

    #[test]
    fn what_was_counted_before_counts_no_more_and_eight_weeks_are_shown() {
        let weeks = (1..=9).map(|n| (date(2026, 9, n), 5)).collect();
        let again = DueRollup { from: Seq(2), last: FeedbackNo(3), weeks, ..due() };
        let all = [new(3, "told last week, and retagged", 0), new(4, "told now", 0), new(12, "told too late", 0)];
        let done = compile(again, Seq(9), &all, Besides::default());
        assert_eq!((done.heard, done.quoted), (1, vec![FeedbackNo(4)]));
        assert_eq!((done.weeks.len(), done.weeks[7]), (WEEKS, (date(2026, 11, 23), 1)));
    }

    #[test]
    fn it_counts_how_customers_came_off() {
        let of = |no, kind| New { gist: Record { kind: Some(kind), ..a_record(no) }.into(), ..new(no, "", 0) };
        let all = [of(1, Kind::Problem), of(2, Kind::Problem), of(3, Kind::Wish), of(4, Kind::Praise), new(5, "a contract", 0)];
        assert_eq!(compile(due(), Seq(9), &all, Besides::default()).came_off, (2, 1));
    }

    #[test]
    fn what_only_some_may_read_is_counted_and_not_quoted() {
        for origin in [Origin::Private, Origin::Direct] {
            let private = New { gist: Record { origin, ..a_record(1) }.into(), ..new(1, "", 0) };
            let done = compile(due(), Seq(9), &[private], Besides::default());
            assert_eq!((done.heard, done.quoted), (1, vec![]));
        }
    }
}
