//! Hints: a language model is asked about words of which the tagger is unsure.
//!
//! It is told little (the words, without what is personal in them), believed little (a hint is one more thing that speaks for a
//! function), and its answer can say nothing but which of our functions is shown by which of the customer's own words.

use std::ops::Range;

use jiff::Timestamp;
use serde::Deserialize;

use super::in_force::InForce;
use super::records::standing;
use crate::domain::acts::{Act, Change};
use crate::domain::care::State;
use crate::domain::feedback::Customer;
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, Seq};
use crate::domain::masking::{Masking, Sensitive};
use crate::domain::tagging::{Hint, Span, Tag, mentions};
use crate::domain::views::{Record, Unreadable};
use crate::store::{CommitError, SharedStore};
use crate::texts::en::hints::{COLLEAGUE, CUSTOMER, instruction};

/// Of longer words the rest is not sent, in characters.
const LONGEST: usize = 4_000;
/// More functions than this are no hint.
const MOST: usize = 3;

/// What a model is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Of which record.
    pub no: FeedbackNo,
    /// The record as it was read.
    revision: Seq,
    verbatim: String,
    /// What the model is told first.
    pub instruction: String,
    /// What was said, without names of customers and without what is personal.
    pub text: String,
}

/// Why an answer is of no use. Holds none of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is not the JSON that was asked for.
    #[error("its answer is not the JSON that was asked for")]
    Form,
    /// It names too many functions.
    #[error("it names more than three teams")]
    TooMany,
    /// It names a function that is not there.
    #[error("it names a team that there is not")]
    Unknown,
    /// All words that it gives stand elsewhere than in what was said.
    #[error("the words that it gives are not the customer's")]
    NotSaid,
}

/// What to ask of a record. `None`: nothing, since the tagger is sure, somebody chose its functions, not everybody may read it, or
/// it is done or gone.
pub async fn question(store: &SharedStore, in_force: &InForce, no: FeedbackNo) -> Result<Option<Question>, Unreadable> {
    let record = standing(store, no).await?.filter(|record| is_asked(in_force, record));
    Ok(record.map(|record| Question {
        no,
        revision: record.revision,
        instruction: instruction(&in_force.routing.functions().iter().map(|of| (of.id.to_string(), of.name.clone())).collect::<Vec<_>>()),
        text: without_names(in_force, &record),
        verbatim: record.verbatim,
    }))
}

/// Whether a model is asked about a record. Of no thread: its words name those who wrote it.
pub fn is_asked(in_force: &InForce, record: &Record) -> bool {
    let is_chosen = record.chosen || !record.declined.is_empty();
    let is_open = !record.withdrawn && record.care.state == State::Open;
    let is_thread = record.parts.len() > 1;
    is_open && !is_chosen && !is_thread && record.is_for_everybody() && in_force.tagger.is_unsure(&record.tags)
}

/// What was said, without names of customers and with all masked that can be, whatever is kept.
fn without_names(in_force: &InForce, record: &Record) -> String {
    let mut text = String::with_capacity(record.verbatim.len());
    let mut at = 0;
    for found in in_force.accounts.recognise(&record.verbatim) {
        let place = found.span.range();
        text.push_str(record.verbatim.get(at..place.start).unwrap_or_default());
        text.push_str(CUSTOMER);
        at = place.end;
    }
    text.push_str(record.verbatim.get(at..).unwrap_or_default());
    if let Some(Customer::Named(name)) = &record.customer {
        text = text.replace(name.as_str(), CUSTOMER);
    }
    let all: Masking = Sensitive::ALL.into_iter().collect();
    all.mask(&without_colleagues(&text)).0.chars().take(LONGEST).collect()
}

/// A text without the names that stand behind an `@`, as mentions do.
fn without_colleagues(text: &str) -> String {
    let places = mentions(text);
    let mut without = text.to_owned();
    // From the end, so that the places of those before stay what they are.
    for Range { start, end } in places.into_iter().rev().filter(|place| !place.is_empty()) {
        without.replace_range(start.saturating_sub(1)..end, COLLEAGUE);
    }
    without
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    hints: Vec<Said>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    team: String,
    words: String,
}

/// Reads a model's answer, which is whatever somebody may have talked it into.
pub fn read(in_force: &InForce, question: &Question, answer: &str) -> Result<Vec<Hint>, Unfit> {
    let Answer { hints } = serde_json::from_str(answer.trim()).map_err(|_| Unfit::Form)?;
    if hints.len() > MOST {
        return Err(Unfit::TooMany);
    }
    let said_something = !hints.is_empty();
    let mut read: Vec<Hint> = vec![];
    for Said { team, words } in hints {
        let known = FunctionId::parse(&team).ok().filter(|id| in_force.routing.function(id).is_some());
        let function = known.ok_or(Unfit::Unknown)?;
        let is_new = !read.iter().any(|hint| hint.function == function);
        read.extend(place_of(&question.verbatim, &words).filter(|_| is_new).map(|span| Hint { function, span }));
    }
    if said_something && read.is_empty() { Err(Unfit::NotSaid) } else { Ok(read) }
}

/// Where words stand in a text, letter by letter; nowhere where they say nothing.
fn place_of(text: &str, words: &str) -> Option<Span> {
    let words = words.trim();
    let start = text.find(words).filter(|_| words.contains(char::is_alphanumeric))?;
    Some(Span { start: u32::try_from(start).ok()?, end: u32::try_from(start + words.len()).ok()? })
}

/// Tags a record anew with hints, where that is another than before. `false`: nothing changes, or the record was changed meanwhile.
pub async fn take(
    store: &SharedStore,
    in_force: &InForce,
    now: Timestamp,
    question: &Question,
    hints: &[Hint],
) -> Result<bool, CommitError> {
    let Some(record) = standing(store, question.no).await?.filter(|record| is_asked(in_force, record)) else { return Ok(false) };
    let tags = in_force.tagger.tag_hinted(&in_force.knowledge().learned, &in_force.read(&question.verbatim), hints);
    let functions = |tags: &[Tag]| tags.iter().map(|tag| tag.function.clone()).collect::<Vec<_>>();
    if hints.is_empty() || functions(&tags) == functions(&record.tags) {
        return Ok(false);
    }
    let retag = Change::of_the_bot(now, vec![Act::Retag { no: question.no, tags }]);
    match store.commit(Change { expects: vec![(question.no, question.revision)], ..retag }).await {
        Ok(_) => Ok(true),
        Err(CommitError::Stale(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
