//! The digest: what one function reads for one local day.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::alike::groups_of;
use super::function::FunctionId;
use super::ids::{FeedbackNo, Seq};
use super::letter::DigestDone;
use super::schedule::Due;
use super::views::Gist;

/// How much the digest itself shows in full; records that say the same count once.
pub const IN_FULL: usize = 5;
/// How much more it shows as one line each.
pub const AS_LINES: usize = 5;
/// How much one message of its thread shows.
pub const IN_THREAD: usize = 15;
/// How many messages its thread has: nobody reads on for ever.
pub const MOST_IN_THREAD: usize = 20;

/// A record that became new for some functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// In which change.
    pub seq: Seq,
    /// Its number.
    pub no: FeedbackNo,
    /// For whom.
    pub functions: Vec<FunctionId>,
    /// What is weighed of it, as it stands now.
    pub gist: Gist,
}

/// Compiles all digests that are due, in one pass over what is new up to `upto`.
///
/// A digest covers the changes after its `from`, up to and with `upto`; each record stands in it once, beside those that
/// say the same. Urgent ones first, then those that wait too long or came back, then the most heard, then the newest; what
/// the function told itself comes behind them, and praise last. One with nothing to say has no parts, and is done all the
/// same. Its last part may hold more than a message shows: the rest is a number.
pub fn compile(due: Vec<Due>, upto: Seq, new: &[New]) -> Vec<DigestDone> {
    let same = groups_of(&new.iter().map(|item| &item.gist.wording).collect::<Vec<_>>());
    let mut rows: Vec<(Due, Vec<(usize, &New)>)> = due.into_iter().map(|due| (due, vec![])).collect();
    let mut readers: BTreeMap<FunctionId, Vec<(usize, Seq)>> = BTreeMap::new();
    for (at, (due, _)) in rows.iter().enumerate() {
        readers.entry(due.function.clone()).or_default().push((at, due.from));
        for (was, from) in due.was.iter().filter(|(was, _)| *was != due.function) {
            readers.entry(was.clone()).or_default().push((at, *from));
        }
    }
    for (group, item) in same.into_iter().zip(new).filter(|(_, item)| item.seq <= upto) {
        for (at, from) in item.functions.iter().filter_map(|function| readers.get(function)).flatten() {
            if let Some((_, items)) = rows.get_mut(*at)
                && item.seq > *from
            {
                items.push((group, item));
            }
        }
    }
    rows.into_iter().map(|(due, items)| done(due, upto, items)).collect()
}

fn done(due: Due, upto: Seq, mut items: Vec<(usize, &New)>) -> DigestDone {
    let itself = |teller: &FunctionId| *teller == due.function || due.was.iter().any(|(was, _)| was == teller);
    let told_itself = |item: &New| item.gist.teller_functions.iter().any(itself);
    // One that came twice stands where it came first.
    items.sort_by_key(|(_, item)| item.no);
    items.dedup_by_key(|(_, item)| item.no);
    items.sort_by_key(|(group, _)| *group);
    let mut together: Vec<Vec<&New>> =
        items.chunk_by(|(one, _), (other, _)| one == other).map(|items| items.iter().map(|(_, item)| *item).collect()).collect();
    for items in &mut together {
        items.sort_by_cached_key(|item| {
            (item.gist.urgent.is_none(), !item.gist.again, told_itself(item), Reverse(item.gist.heard_too), Reverse(item.no))
        });
    }
    let heard = |items: &Vec<&New>| items.iter().map(|item| 1 + item.gist.heard_too).sum::<usize>();
    together.sort_by_cached_key(|items| {
        let urgent = items.first().is_some_and(|item| item.gist.urgent.is_some());
        let again = items.first().is_some_and(|item| item.gist.again);
        let praise = items.iter().all(|item| item.gist.praise);
        (
            !urgent,
            !again,
            praise,
            items.iter().all(|item| told_itself(item)),
            Reverse(heard(items)),
            Reverse(items.first().map(|item| item.no)),
        )
    });
    DigestDone { function: due.function, day: due.day, from: due.from, upto, parts: parts(&together), late: due.late }
}

/// The digest itself, its thread, and in one part more what is only counted.
fn parts(together: &[Vec<&New>]) -> Vec<Vec<FeedbackNo>> {
    let numbers = |together: &[Vec<&New>]| together.iter().flatten().map(|item| item.no).collect::<Vec<_>>();
    let (first, rest) = together.split_at(together.len().min(IN_FULL + AS_LINES));
    let (thread, counted) = rest.split_at(rest.len().min(IN_THREAD * MOST_IN_THREAD));
    let all = std::iter::once(first).chain(thread.chunks(IN_THREAD)).chain([counted]);
    all.filter(|part| !part.is_empty()).map(numbers).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::care::Care;
    use super::super::ids::PersonNo;
    use super::super::urgent::Urgency;
    use super::super::views::{Record, a_record};
    use super::*;

    fn id(text: &str) -> FunctionId {
        FunctionId::parse(text).unwrap()
    }

    fn new(seq: u64, functions: &[&str], told_by: &[&str]) -> New {
        let record = Record {
            teller_functions: told_by.iter().map(|f| id(f)).collect(),
            verbatim: format!("what number {seq} said, {seq}"),
            ..a_record(seq)
        };
        New { seq: Seq(seq), no: FeedbackNo(seq), functions: functions.iter().map(|f| id(f)).collect(), gist: record.into() }
    }

    fn due(function: &str, from: u64) -> Due {
        Due { function: id(function), day: "2026-11-23".parse().unwrap(), from: Seq(from), was: vec![], to: None, late: false }
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
        let all = [new(1, &["finance"], &[]), new(2, &["finance"], &["billing"])];
        let merged = Due { was: vec![(id("billing"), Seq(0))], ..due("finance", 0) };
        assert_eq!(parts(&compile(vec![merged], Seq(9), &all)[0]), [[1, 2]], "also as what it was called before");
    }

    #[test]
    fn what_says_the_same_stands_together_and_what_many_heard_comes_first() {
        let said = |seq, text: &str, heard_too: u64| {
            let heard_too = (0..heard_too).map(PersonNo).collect();
            let gist = Record { verbatim: text.to_owned(), heard_too, ..a_record(seq) }.into();
            New { gist, ..new(seq, &["finance"], &[]) }
        };
        let all = [
            said(1, "the invoice of March is wrong", 0),
            said(2, "a refund", 1),
            said(3, "the Invoice of March is wrong.", 1),
            said(4, "a contract", 0),
        ];
        assert_eq!(parts(&compile(vec![due("finance", 0)], Seq(9), &all)[0]), [[3, 1, 2, 4]]);
    }

    #[test]
    fn what_is_urgent_comes_first_whoever_told_it() {
        let urgent = |seq, told_by: &[&str]| {
            let item = new(seq, &["finance"], told_by);
            New { gist: Gist { urgent: Some(Urgency::Churn), ..item.gist }, ..item }
        };
        let all = [new(1, &["finance"], &[]), urgent(2, &["finance"]), urgent(3, &[]), new(4, &["finance"], &[])];
        assert_eq!(parts(&compile(vec![due("finance", 0)], Seq(9), &all)[0]), [[3, 2, 4, 1]]);
    }

    #[test]
    fn what_is_news_again_comes_before_what_is_new() {
        let again = |seq| {
            let care = Care { again: Some(Timestamp::UNIX_EPOCH), ..Care::default() };
            let gist = Record { verbatim: format!("what came back, {seq}"), care, ..a_record(seq) }.into();
            New { gist, ..new(seq, &["finance"], &[]) }
        };
        let all = [new(1, &["finance"], &[]), again(2), again(3), new(4, &["finance"], &[])];
        assert_eq!(parts(&compile(vec![due("finance", 0)], Seq(9), &all)[0]), [[3, 2, 4, 1]]);
    }

    #[test]
    fn ten_thousand_in_a_day_are_a_thread_of_twenty_and_a_number() {
        let all: Vec<New> = (1..=10_000).map(|n| new(n, &["finance"], &[])).collect();
        let parts = parts(&compile(vec![due("finance", 0)], Seq(10_000), &all)[0]);
        assert_eq!((parts.len(), parts[0].len(), parts[20].len(), parts[21].len()), (22, 10, 15, 9_690));
    }

    #[test]
    fn more_than_ten_go_to_the_thread() {
        let all: Vec<New> = (1..=30).map(|n| new(n, &["finance"], &[])).collect();
        let parts = parts(&compile(vec![due("finance", 0)], Seq(30), &all)[0]);
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [10, 15, 5]);
        assert_eq!(parts.concat(), (1..=30).rev().collect::<Vec<_>>());
    }
}
