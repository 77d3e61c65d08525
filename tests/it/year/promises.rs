//! What is promised, looked at in the evening of each day.

use std::collections::{BTreeMap, BTreeSet};

use allears::domain::care::{Level, State};
use allears::domain::ids::{FeedbackNo, LetterNo, PersonNo};
use allears::domain::letter::{Content, Note};
use allears::domain::views::{Letter, Record};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::Value;

use super::Year;
use super::company::{FUNCTIONS, PEOPLE, channel, person, works_on};
use super::figures::number_of;

/// How far a record has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reached {
    /// How often it was opened again.
    round: usize,
    level: Option<Level>,
}

/// How many steps lead to a level.
fn steps(level: Option<Level>) -> usize {
    let all = [Level::First, Level::Lead, Level::Chair, Level::Council];
    level.map_or(0, |level| all.iter().filter(|one| **one <= level).count())
}

/// What was written on one day.
#[derive(Debug, Default)]
struct Written {
    /// How many messages each person got that could wait.
    bundles: BTreeMap<PersonNo, usize>,
    /// How often somebody was told that nobody has taken a record.
    waits: BTreeMap<FeedbackNo, usize>,
}

impl Year {
    /// The promises.
    pub(super) async fn holds(&mut self) {
        let mut records = BTreeMap::new();
        for no in 1..=self.told() {
            let Some(record) = self.world.record_if_any(no).await else { panic!("VOC-{no} is lost") };
            // Each says something else, and numbers are dense: each is kept once.
            assert_eq!(record.verbatim, self.said[usize::try_from(no).unwrap() - 1].text, "VOC-{no}");
            records.insert(FeedbackNo(no), record);
        }
        assert_eq!(self.world.record_if_any(self.told() + 1).await, None, "nobody told so much");
        let mut today = Written::default();
        while let Some(letter) = self.world.letter(self.last_letter.next()).await {
            self.last_letter = self.last_letter.next();
            self.is_in_time(&letter, &records, &mut today);
        }
        assert!(today.bundles.values().all(|messages| *messages <= 1), "{}: {:?}", self.day, today.bundles);
        for (no, record) in &records {
            self.goes_forward(*no, record, today.waits.get(no).copied().unwrap_or(0));
        }
    }

    /// A letter is written when people work, and a digest once.
    fn is_in_time(&mut self, letter: &Letter, records: &BTreeMap<FeedbackNo, Record>, today: &mut Written) {
        let at = letter.queued_at.in_tz("Europe/Berlin").unwrap();
        if let Content::Note(Note::Today { waits, .. }, Some(to)) = &letter.content {
            assert!(works_on(at.date()) && (9..17).contains(&at.hour()), "{at}: nobody is written then");
            // What is urgent goes by the hour, and does not wait for the next day.
            let urgent = waits.iter().any(|no| records[no].urgent.is_some());
            *today.bundles.entry(*to).or_default() += usize::from(!urgent);
            for no in waits {
                *today.waits.entry(*no).or_default() += 1;
            }
            let monday = at.date().checked_sub(Span::new().days(i64::from(at.date().weekday().to_monday_zero_offset()))).unwrap();
            *self.letters.entry((*to, monday)).or_default() += 1;
        }
        if let Content::Digest(done) = &letter.content {
            assert!(works_on(at.date()), "{at}: nobody reads then");
            assert!(self.digests.insert((done.function.clone(), done.day)), "{} reads twice of {}", done.function, done.day);
            let by_turn = |no: u64| records[&FeedbackNo(no)].tags.is_empty();
            for no in self.tags.note(done, &self.said, &self.mergers, by_turn) {
                // Not everybody who reads it says so.
                if self.dice.u8(..3) == 0 {
                    self.not_theirs.push((number_of(done.function.as_str()), no));
                }
            }
        }
        if matches!(letter.content, Content::Digest(_) | Content::Note(Note::Today { .. }, _)) {
            self.written.push(self.last_letter);
        }
    }

    /// A record's steps are done in order, each once.
    fn goes_forward(&mut self, no: FeedbackNo, record: &Record, told: usize) {
        let is = Reached { round: record.care.reopened.len(), level: record.care.reached.map(|(level, _)| level) };
        let was = self.reached.insert(no, is);
        let level = was.filter(|was| was.round == is.round).and_then(|was| was.level);
        assert!(is.level >= level, "{no} went back from {level:?} to {:?} in round {}", is.level, is.round);
        let most = steps(is.level) - steps(level);
        assert!(told <= most || was.is_some_and(|was| was.round != is.round), "{no}: {told} times for {most} steps to {:?}", is.level);
        if let State::Taken(taken) = &record.care.state {
            assert!(taken.due >= self.day.yesterday().unwrap() || !works_on(self.day), "{no} is overdue and taken");
        }
    }

    /// What was written to people comes once. What goes to one person, and was under way when the bot died, cannot be looked for: it
    /// may come again, and says so.
    pub(super) async fn all_comes_once(&self) {
        let bot = self.world.sim.bot_user();
        let direct = (0..PEOPLE).map(|n| format!("@{}", person(n)));
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for place in channels().into_iter().chain(direct) {
            let posts = if self.world.sim.messages(&place).is_ok() { self.world.posts(&place) } else { vec![] };
            for post in posts.iter().filter(|post| post["user"] == bot.as_str()) {
                let Some(key) = post["metadata"]["event_payload"]["key"].as_str() else { continue };
                let day = moment(post).to_zoned(TimeZone::get("Europe/Berlin").unwrap()).date();
                assert!(works_on(day), "{key} in {place} came on {day}");
                let first = seen.insert(key.to_owned());
                let may_repeat = place.starts_with('@') && self.was_in_doubt(key) && post["text"].to_string().contains("may be a repeat");
                assert!(first || may_repeat, "{key} came to {place} twice: {}", post["text"]);
            }
        }
        for no in &self.written {
            let letter = self.world.letter(*no).await.unwrap();
            let missing: Vec<String> = keys(*no, &letter).into_iter().filter(|key| !seen.contains(key)).collect();
            // Whoever has left the company cannot be written to; what a team reads comes.
            let given_up = letter.failed.is_some() && !matches!(letter.content, Content::Digest(_));
            assert!(missing.is_empty() || given_up, "{missing:?} never came: {letter:?}");
        }
    }

    /// Whether a letter was under way when some bot died.
    fn was_in_doubt(&self, key: &str) -> bool {
        let no = key.strip_prefix("letter/").and_then(|rest| rest.split('/').next()?.parse().ok());
        no.is_some_and(|no| self.kills.as_ref().is_some_and(|kills| kills.in_doubt.contains(&LetterNo(no))))
    }

    /// What stands in channels says nothing of one person's share.
    pub(super) fn shows_no_share(&self) {
        for channel in channels() {
            let all = self.world.channel(&channel).concat();
            assert!(!all.contains("You closed") && !all.contains("in four weeks"), "{channel}");
        }
    }
}

/// What the parts of a digest are known by, or a message to one person.
fn keys(no: LetterNo, letter: &Letter) -> Vec<String> {
    match &letter.content {
        Content::Digest(done) => (0..done.parts.len()).map(|part| format!("{}/{}/{part}", done.function, done.day)).collect(),
        Content::Note(..) | Content::DigestFor(..) | Content::Rollup(..) => vec![format!("letter/{}", no.0)],
    }
}

/// All that many read.
pub(super) fn channels() -> Vec<String> {
    (0..FUNCTIONS).map(channel).chain(["everybody", "sales", "stories"].map(str::to_owned)).collect()
}

/// When it was posted.
fn moment(post: &Value) -> Timestamp {
    let seconds = post["ts"].as_str().unwrap().split('.').next().unwrap();
    Timestamp::from_second(seconds.parse().unwrap()).unwrap()
}
