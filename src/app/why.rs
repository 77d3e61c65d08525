//! Why a text goes where it goes, by what is in force and by what people said.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::in_force::InForce;
use super::records::{name, standing};
use crate::domain::function::FunctionId;
use crate::domain::ids::{FeedbackNo, PersonNo};
use crate::domain::kind::Told;
use crate::domain::letter::Content;
use crate::domain::tagging::{HINTED, LEARNED, Learned, PerMille, Tag, probability};
use crate::domain::teaching::{Taught, Word};
use crate::domain::views::{Record, Unreadable};
use crate::store::SharedStore;
use crate::texts::en::why::{By, Moved, Reason, Saying, Sounds, Story, What, story, trial};
use crate::texts::page::Page;

/// So many records are named that taught what decided.
const MOST_MOVED: usize = 3;
/// Lessons that pull hardest are looked at, at most so many: whoever asks waits.
const MOST_LOOKED_AT: usize = 2000;
/// From this probability on something speaks for a function: one of which nothing is known has 18 %.
const SPEAKS: PerMille = PerMille(200);
/// What adds less than this, in thousandths of a log-odd, is not named.
const WORTH: u16 = 50;

/// Where a text would go; nothing of it is kept.
pub async fn tried(store: &SharedStore, in_force: &InForce, text: &str) -> Result<Page, Unreadable> {
    let knowledge = in_force.knowledge();
    let mut reasons = vec![];
    let read = in_force.read(text);
    for tag in in_force.tagger.tag_with(&knowledge.learned, &read) {
        reasons.push(reason(store, in_force, &knowledge.learned, (None, text, &tag)).await?);
    }
    let all = in_force.tagger.all_with(&knowledge.learned, &read);
    let likeliest = all.into_iter().max_by_key(|(_, log_odds)| *log_odds).map(|(id, log_odds)| (id, probability(log_odds)));
    let likeliest = likeliest.filter(|(_, p)| *p >= SPEAKS);
    let told = in_force.kinds.tell(&knowledge.kinds, &read);
    let sounds = told.map(|Told { is, sure, evidence }| {
        let words = evidence.iter().filter_map(|found| Some(text.get(found.span.range())?.to_owned())).collect();
        Sounds { is, sure, words }
    });
    Ok(trial(text, &reasons, likeliest.map(|(id, p)| (in_force.name(&id), p)), sounds.as_ref()))
}

/// The whole story of a record's tags. `None`: it is not there any more.
pub async fn told(store: &SharedStore, in_force: &InForce, no: FeedbackNo) -> Result<Option<Page>, Unreadable> {
    let Some(record) = standing(store, no).await? else { return Ok(None) };
    let knowledge = in_force.knowledge();
    let mut reasons = vec![];
    for tag in &record.tags {
        reasons.push(reason(store, in_force, &knowledge.learned, (Some(no), &record.verbatim, tag)).await?);
    }
    let taught = store.taught_from(no, 1).await?.into_iter().find(|(of, ..)| *of == no).map(|(_, taught, _)| taught);
    Ok(Some(story(&Story {
        no,
        heard: record.heard_at.to_zoned(TimeZone::UTC),
        reasons,
        turn: record.turn.as_ref().filter(|_| record.tags.is_empty()).map(|id| in_force.name(id)),
        chosen: record.chosen,
        said: said(store, in_force, &record, &taught.unwrap_or_default()).await?,
        posted: posted(store, in_force, no).await?,
    })))
}

/// Of a text and its tag: of a record, or of none.
type Asked<'a> = (Option<FeedbackNo>, &'a str, &'a Tag);

async fn reason(store: &SharedStore, in_force: &InForce, learned: &Learned, asked: Asked<'_>) -> Result<Reason, Unreadable> {
    let (_, text, tag) = asked;
    let mut words: Vec<(Vec<String>, By, i16)> = vec![];
    for found in &tag.evidence {
        let Some(said) = text.get(found.span.range()).map(ToOwned::to_owned) else { continue };
        let by = match found.rule.as_str() {
            LEARNED => By::Learned,
            HINTED => By::Hint,
            rule => By::Rule(rule.to_owned()),
        };
        // A rule counts once, however often it hits.
        match words.iter_mut().find(|(_, known, _)| by != By::Learned && *known == by) {
            Some((of_rule, ..)) => of_rule.push(said),
            None => words.push((vec![said], by, found.says)),
        }
    }
    let moved = if tag.learned == 0 { vec![] } else { moved(store, in_force, learned, asked).await? };
    Ok(Reason { function: in_force.name(&tag.function), p: tag.p, words, learned: tag.learned, moved })
}

/// What taught most of what was learned for a tag, as it is today. What was said of the record itself came after it.
async fn moved(store: &SharedStore, in_force: &InForce, learned: &Learned, (no, text, tag): Asked<'_>) -> Result<Vec<Moved>, Unreadable> {
    let mut pulled = learned.pulled(&tag.function);
    pulled.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    pulled.truncate(MOST_LOOKED_AT);
    let records = store.records(pulled.iter().map(|(no, _)| *no).collect()).await?;
    let pull_of: BTreeMap<FeedbackNo, f32> = pulled.into_iter().collect();
    let lessons: Vec<(&str, f32)> = records.iter().filter_map(|(no, record)| Some((record.verbatim.as_str(), *pull_of.get(no)?))).collect();
    let text = in_force.read(text);
    let adds = in_force.tagger.adds(learned, &tag.function, &lessons, &text);
    let by_records: i32 = adds.iter().map(|adds| i32::from(*adds)).sum();
    let all = in_force.tagger.learned_of(learned, &tag.function, &text);
    let by_examples = i16::try_from(i32::from(all) - by_records).unwrap_or_default();
    let mut moved: Vec<(Moved, i16)> = records.iter().zip(adds).map(|((no, _), adds)| (Moved::By(*no, adds), adds)).collect();
    if !in_force.examples.is_empty() {
        moved.push((Moved::ByExamples(by_examples), by_examples));
    }
    moved.retain(|(moved, adds)| adds.unsigned_abs() >= WORTH && !matches!(moved, Moved::By(of, _) if Some(*of) == no));
    moved.sort_by_key(|(_, adds)| Reverse(adds.unsigned_abs()));
    Ok(moved.into_iter().take(MOST_MOVED).map(|(moved, _)| moved).collect())
}

/// What people said of a record's functions, oldest first.
async fn said(store: &SharedStore, in_force: &InForce, record: &Record, taught: &Taught) -> Result<Vec<Saying>, Unreadable> {
    let influence = &in_force.knowledge().influence;
    let mut words: Vec<(Word, What)> = vec![];
    if let Some(whole) = taught.whole {
        let of_theirs = taught.votes.iter().filter(|vote| vote.is && vote.said.contains(&whole));
        words.push((whole, What::All(of_theirs.map(|vote| in_force.name(&vote.function)).collect())));
    }
    for vote in &taught.votes {
        let what = |function: &FunctionId| if vote.is { What::Is(in_force.name(function)) } else { What::IsNot(in_force.name(function)) };
        let others = vote.said.iter().filter(|word| taught.whole != Some(**word));
        words.extend(others.map(|word| (*word, what(&vote.function))));
    }
    words.sort_by_key(|(word, _)| word.at);
    let mut said = vec![];
    for (word, what) in words {
        let who = shown(store, record, word.by).await?;
        said.push(Saying { who, at: word.at.to_zoned(TimeZone::UTC), what, counts_less: influence.on(word) < 1.0 });
    }
    Ok(said)
}

/// What a person is called, unless they told the record and hid their name.
async fn shown(store: &SharedStore, record: &Record, by: PersonNo) -> Result<Option<String>, Unreadable> {
    if record.hidden && record.teller == Some(by) { Ok(None) } else { name(store, by).await }
}

/// The digests in which a record stands, each once.
async fn posted(store: &SharedStore, in_force: &InForce, no: FeedbackNo) -> Result<Vec<(String, jiff::civil::Date)>, Unreadable> {
    let mut posted = vec![];
    for posting in store.posted_in(no).await? {
        if let Some(letter) = store.letter(posting.letter).await?
            && let Content::Digest(done) = &letter.content
        {
            let one = (in_force.name(&done.function), done.day);
            if !posted.contains(&one) {
                posted.push(one);
            }
        }
    }
    posted.sort_by(|(one, day), (other, other_day)| (day, one).cmp(&(other_day, other)));
    Ok(posted)
}
