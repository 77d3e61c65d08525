//! The digest: what one function reads for one local day.

use std::collections::BTreeSet;

use super::function::FunctionId;
use super::ids::{FeedbackNo, Seq};
use super::letter::DigestDone;
use super::schedule::Due;
use super::views::Record;

/// How many records the digest itself shows in full.
pub const IN_FULL: usize = 5;
/// How many more it shows as one line each.
pub const AS_LINES: usize = 5;
/// How many records one message of its thread holds.
pub const IN_THREAD: usize = 15;

/// A record that became new for some functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// In which change.
    pub seq: Seq,
    /// Its number.
    pub no: FeedbackNo,
    /// For whom.
    pub functions: Vec<FunctionId>,
    /// The record as it stands now.
    pub record: Record,
}

/// Compiles all digests that are due, in one pass over what is new up to `upto`.
///
/// A digest covers the changes after its `from`, up to and with `upto`; each record stands in it once. Newest first;
/// what the function told itself comes last. One with nothing to say has no parts, and is done all the same.
pub fn compile(due: Vec<Due>, upto: Seq, new: &[New]) -> Vec<DigestDone> {
    let mut rows: Vec<(Due, Vec<&New>)> = due.into_iter().map(|due| (due, vec![])).collect();
    for item in new.iter().filter(|item| item.seq <= upto) {
        for (due, items) in &mut rows {
            if item.seq > due.from && item.functions.contains(&due.function) {
                items.push(item);
            }
        }
    }
    rows.into_iter().map(|(due, items)| done(due, upto, items)).collect()
}

fn done(due: Due, upto: Seq, mut items: Vec<&New>) -> DigestDone {
    let told_itself = |item: &New| item.record.teller_functions.contains(&due.function);
    items.sort_by_key(|item| (told_itself(item), std::cmp::Reverse(item.no)));
    let mut seen = BTreeSet::new();
    let numbers: Vec<FeedbackNo> = items.iter().map(|item| item.no).filter(|no| seen.insert(*no)).collect();
    let (first, rest) = numbers.split_at(numbers.len().min(IN_FULL + AS_LINES));
    let first = (!first.is_empty()).then(|| first.to_vec());
    let parts = first.into_iter().chain(rest.chunks(IN_THREAD).map(<[FeedbackNo]>::to_vec)).collect();
    DigestDone { function: due.function, day: due.day, from: due.from, upto, parts, late: due.late }
}

#[cfg(test)]
mod tests {
    use super::super::views::a_record;
    use super::*;

    fn id(text: &str) -> FunctionId {
        FunctionId::parse(text).unwrap()
    }

    fn new(seq: u64, functions: &[&str], told_by: &[&str]) -> New {
        let record = Record { teller_functions: told_by.iter().map(|f| id(f)).collect(), ..a_record(seq) };
        New { seq: Seq(seq), no: FeedbackNo(seq), functions: functions.iter().map(|f| id(f)).collect(), record }
    }

    fn due(function: &str, from: u64) -> Due {
        Due { function: id(function), day: "2026-11-23".parse().unwrap(), from: Seq(from), late: false }
    }

    fn parts(done: &DigestDone) -> Vec<Vec<u64>> {
        done.parts.iter().map(|part| part.iter().map(|no| no.0).collect()).collect()
    }

    #[test]
    fn each_function_reads_what_is_new_since_its_last() {
        let all = [new(1, &["finance"], &[]), new(2, &["finance", "legal"], &[]), new(3, &["legal"], &[]), new(4, &["finance"], &[])];
        let done = compile(vec![due("finance", 1), due("legal", 0), due("sales", 0)], Seq(3), &all);
        assert_eq!(done.iter().map(parts).collect::<Vec<_>>(), [vec![vec![2]], vec![vec![3, 2]], vec![]]);
        assert!(done.iter().all(|done| done.upto == Seq(3)));
    }

    #[test]
    fn what_a_function_told_itself_comes_last_and_each_record_stands_once() {
        let all = [new(1, &["finance"], &[]), new(2, &["finance"], &["finance"]), new(3, &["finance"], &[]), new(3, &["finance"], &[])];
        assert_eq!(parts(&compile(vec![due("finance", 0)], Seq(9), &all)[0]), [[3, 1, 2]]);
    }

    #[test]
    fn more_than_ten_go_to_the_thread() {
        let all: Vec<New> = (1..=30).map(|n| new(n, &["finance"], &[])).collect();
        let parts = parts(&compile(vec![due("finance", 0)], Seq(30), &all)[0]);
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [10, 15, 5]);
        assert_eq!(parts.concat(), (1..=30).rev().collect::<Vec<_>>());
    }
}
