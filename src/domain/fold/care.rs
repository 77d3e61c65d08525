//! The care for records.

use jiff::civil::Date;

use super::counters::count;
use super::records::{arrive, keep};
use crate::domain::care::{Kept, Knows, Level, Outcome, Step};
use crate::domain::facts::{Entry, Word};
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, PersonNo, Seq};
use crate::domain::letter::Note;
use crate::domain::spread::DAYS;
use crate::domain::views::{Arrival, Counters, News, Record, Unreadable, Views};

/// Gives the place of the words that nobody reads any more: change and index.
pub(super) fn care(views: &mut impl Views, entry: &Entry, no: FeedbackNo, step: &Step<Word>) -> Result<Option<(Seq, u32)>, Unreadable> {
    let Some(mut record) = views.get::<Record>(&no)? else { return Ok(None) };
    let seq = entry.head.seq;
    let step = step.clone().map(|word| Kept { words: entry.word(word).to_owned(), place: (seq, word.0) });
    let overdue = matches!(step, Step::Reach(level, _) if level >= Level::Lead);
    let decided = matches!(step, Step::Decide(..) | Step::Lift(_) | Step::NotPraise);
    let given_to = if let Step::Decide(n, ..) | Step::AskOwner(n) = step { Some(n) } else { None };
    let asks_again = matches!(step, Step::AskAgain);
    let (closes, comes_back) = (matches!(step, Step::Close(..) | Step::Agree), matches!(step, Step::Reopen(_)));
    let knew = record.care.knows.is_some_and(|(knows, _)| knows == Knows::Told);
    let gone = record.care.takes(step, entry.head.by, entry.head.at);
    record.revision = seq;
    let knows = record.care.knows.is_some_and(|(knows, _)| knows == Knows::Told);
    let outcome = record.care.closed().filter(|_| closes).map(|closed| closed.outcome);
    count(views, |Counters { tally, .. }| {
        tally.closed += u64::from(outcome.is_some());
        tally.declined += u64::from(outcome == Some(Outcome::Declined));
        tally.unanswered += u64::from(outcome == Some(Outcome::Unanswered));
        tally.told += u64::from(knows && !knew);
    })?;
    if comes_back || overdue || decided {
        // What waits too long is news for those who answer it alone.
        let readers = if comes_back { usize::MAX } else { 1 };
        arrive(views, Arrival { seq, no, functions: record.functions().take(readers).cloned().collect() })?;
    }
    if let Some(n) = to_ask(&record).filter(|_| asks_again) {
        owe(views, n, no)?;
    }
    // Whoever it is given to, or is asked to tell the customer, hears of it.
    if let Some(n) = given_to.filter(|n| Some(*n) != entry.head.by) {
        owe(views, n, no)?;
    }
    // What was planned and not done is news, too.
    if closes || (comes_back && entry.head.by.is_none()) {
        for n in record.teller.into_iter().chain(record.heard_too.iter().copied()).filter(|n| Some(*n) != entry.head.by) {
            owe(views, n, no)?;
        }
    }
    keep(views, no, &record)?;
    Ok(gone.map(|gone| gone.place))
}

/// Who is asked once more whether the customer knows: whoever looks after them where they were asked, else who told it or heard it
/// too and did not close it.
fn to_ask(record: &Record) -> Option<PersonNo> {
    let closed_by = record.care.closed().and_then(|closed| closed.by);
    let heard = record.teller.into_iter().chain(record.heard_too.iter().copied()).find(|n| Some(*n) != closed_by);
    record.care.owner.map(|(owner, _)| owner).or(heard)
}

fn owe(views: &mut impl Views, n: PersonNo, no: FeedbackNo) -> Result<(), Unreadable> {
    let mut news: News = views.get(&n)?.unwrap_or_default();
    if !news.nos.contains(&no) {
        news.nos.push(no);
    }
    views.put(&n, &news)
}

/// Whoever takes back that they heard a record hears no more of it, unless it was given to them or they look after the customer.
pub(super) fn owes_no_more(views: &mut impl Views, entry: &Entry, no: FeedbackNo) -> Result<(), Unreadable> {
    let (Some(record), Some(by)) = (views.get::<Record>(&no)?, entry.head.by) else { return Ok(()) };
    let has_part = record.care.taker() == Some(by) || record.care.owner.is_some_and(|(owner, _)| owner == by);
    let Some(mut news) = views.get::<News>(&by)?.filter(|_| !has_part) else { return Ok(()) };
    news.nos.retain(|known| *known != no);
    if news == News::default() {
        views.remove::<News>(&by);
        return Ok(());
    }
    views.put(&by, &news)
}

/// Somebody closed more than half of what a function closed, of which they hear once.
pub(super) fn heavy(views: &mut impl Views, n: PersonNo, (function, day): (&FunctionId, Date)) -> Result<(), Unreadable> {
    let mut news: News = views.get(&n)?.unwrap_or_default();
    // The weeks that count are the same for four weeks: they know.
    let since = |told: Date| day.since(told).map_or(0, |span| i64::from(span.get_days()));
    if news.heavy_told.iter().any(|(of, told)| of == function && (0..DAYS).contains(&since(*told))) {
        return Ok(());
    }
    news.heavy.retain(|(of, _)| of != function);
    news.heavy.push((function.clone(), day));
    views.put(&n, &news)
}

/// Somebody is written what they had not read yet.
pub(super) fn news(views: &mut impl Views, to: Option<PersonNo>, note: &Note) -> Result<(), Unreadable> {
    let (Some(to), Note::Today { told: nos, heavy, day, .. }) = (to, note) else { return Ok(()) };
    let mut news: News = views.get(&to)?.unwrap_or_default();
    news.nos.retain(|no| !nos.contains(no));
    news.heavy.retain(|one| !heavy.contains(one));
    news.heavy_told.retain(|(of, _)| !heavy.iter().any(|(function, _)| function == of));
    news.heavy_told.extend(heavy.iter().cloned());
    news.day = Some(*day);
    views.put(&to, &news)
}
