//! The replay: each line of a file is told with `/heard` over the days before, and looked for in the digests after.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use futures_util::stream;
use jiff::SignedDuration;
use jiff::civil::Weekday;
use serde_json::Value;

use super::company;
use super::stage::{Demo, DemoError};
use crate::clock::guard::Stopwatch;
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::routing::Function;

/// How many people tell at once.
const AT_ONCE: usize = 32;
/// How many hours the telling is spread over: from Monday to Sunday.
const HOURS: usize = 150;

/// The lines to be told.
#[derive(Debug, Clone)]
pub struct Replay {
    texts: Vec<(usize, String)>,
}

/// What became of the lines.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Lines that were told.
    pub posts: usize,
    /// Lines that were not kept, by their numbers, and what the teller read.
    pub not_kept: Vec<(usize, String)>,
    /// Records by function, as tagged; by name, in the order of the configuration.
    pub tagged: Vec<(String, usize)>,
    /// Records that no rule fitted, each with one function in turn.
    pub untagged: usize,
    /// Digests in the channels, threads not counted.
    pub digests: usize,
    /// Records that do not stand exactly once in a channel of theirs.
    pub astray: Vec<String>,
    /// Seconds it took.
    pub seconds: f64,
}

impl Tally {
    /// Whether every line is kept once, and stands once wherever it belongs.
    pub fn is_whole(&self) -> bool {
        self.not_kept.is_empty() && self.astray.is_empty()
    }
}

impl Replay {
    /// Of texts, each with the number of its line.
    pub fn of(texts: Vec<(usize, String)>) -> Self {
        Self { texts }
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Tells all lines, hour by hour from Monday on or from the moment that it is, turns the clock to the Monday after,
    /// and counts. `told` hears of each line.
    pub async fn run(&self, demo: &Demo, told: impl Fn()) -> Result<Tally, DemoError> {
        let stopwatch = Stopwatch::start();
        let mut tally = Tally { posts: self.texts.len(), ..Tally::default() };
        let (names, mut kept) = (company::names(), BTreeMap::new());
        let monday = demo.begins.date().tomorrow()?.at(8, 0, 0, 0).to_zoned(demo.begins.time_zone().clone())?;
        let first = demo.turner.now().await.max(monday.timestamp());
        let a_time = self.texts.len().div_ceil(HOURS).max(1);
        for (hour, lines) in self.texts.chunks(a_time).enumerate() {
            let hours = i64::try_from(hour).unwrap_or(i64::MAX);
            demo.turner.turn_to(first.checked_add(SignedDuration::from_hours(hours))?).await?;
            let telling = lines.iter().map(|(line, text)| {
                let teller = names.get(line % names.len().max(1)).copied().unwrap_or_default();
                async move { (*line, demo.sim.command(teller, "sales", "/heard", text).await) }
            });
            let mut answers = stream::iter(telling).buffer_unordered(AT_ONCE);
            while let Some((line, answer)) = answers.next().await {
                told();
                let read = answer.map_or_else(|refusal| refusal.to_string(), |seen| seen.text().to_owned());
                match receipt_number(&read) {
                    Some(no) if kept.insert(no, line).is_none() => {}
                    _ if read.is_empty() => tally.not_kept.push((line, "it holds no words".to_owned())),
                    _ => tally.not_kept.push((line, read)),
                }
            }
        }
        let last = demo.turner.now().await.to_zoned(demo.begins.time_zone().clone());
        let after = last.date().nth_weekday(1, Weekday::Monday)?.at(9, 30, 0, 0).to_zoned(last.time_zone().clone())?;
        demo.turner.turn_to(after.timestamp()).await?;
        count(demo, kept.keys().copied(), &mut tally).await?;
        tally.seconds = stopwatch.elapsed().as_secs_f64();
        Ok(tally)
    }
}

/// The number in a receipt: `Heard: VOC-42, ...`.
fn receipt_number(text: &str) -> Option<FeedbackNo> {
    number_after("Heard: VOC-", text)
}

/// Holds what the store remembers against what stands in the channels.
async fn count(demo: &Demo, kept: impl Iterator<Item = FeedbackNo>, tally: &mut Tally) -> Result<(), DemoError> {
    let functions = demo.functions().to_vec();
    let mut standing: BTreeMap<&FunctionId, BTreeMap<FeedbackNo, usize>> = BTreeMap::new();
    for function in &functions {
        let (numbers, digests) = read_channel(demo, function)?;
        tally.digests += digests;
        standing.insert(&function.id, numbers);
    }
    let mut tagged: BTreeMap<FunctionId, usize> = BTreeMap::new();
    for no in kept {
        let Some(record) = demo.store().record(no).await? else {
            tally.astray.push(format!("{no} is not in the store"));
            continue;
        };
        tally.untagged += usize::from(record.tags.is_empty());
        for tag in &record.tags {
            *tagged.entry(tag.function.clone()).or_default() += 1;
        }
        for function in record.functions() {
            let times = standing.get(function).and_then(|numbers| numbers.get(&no)).copied().unwrap_or(0);
            // What waits too long, or came back, stands there once more.
            if !(1..=1 + usize::from(record.care.again.is_some())).contains(&times) {
                tally.astray.push(format!("{no} stands {times} times in the channel of {function}"));
            }
        }
    }
    tally.tagged = functions.iter().map(|f| (f.name.clone(), tagged.get(&f.id).copied().unwrap_or(0))).collect();
    Ok(())
}

/// How often each number stands in a function's channel, threads included; and how many digests there are.
fn read_channel(demo: &Demo, function: &Function) -> Result<(BTreeMap<FeedbackNo, usize>, usize), DemoError> {
    let (channel, bot) = (company::channel_of(&function.channel), demo.sim.bot_user());
    let mut messages = demo.sim.messages(channel).map_err(|refusal| DemoError::Workspace(refusal.to_string()))?;
    // What people say there is no digest.
    messages.retain(|message| message.get("user").and_then(Value::as_str) == Some(bot.as_str()));
    let replies = |message: &Value| message.get("replies").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut numbers = BTreeMap::new();
    for message in messages.iter().flat_map(|message| std::iter::once(message.clone()).chain(replies(message))) {
        let blocks = message.get("blocks").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for no in blocks.iter().flat_map(numbers_at) {
            *numbers.entry(no).or_default() += 1;
        }
    }
    Ok((numbers, messages.len()))
}

/// The records that a block of a digest is about: a number stands first in a line or below the quote, and those that say the
/// same stand in a line of their own. What a quote itself says, over however many lines, are a customer's own words.
fn numbers_at(block: &Value) -> Vec<FeedbackNo> {
    let text = |pointer: &str| block.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    match (text("/type"), text("/elements/0/type")) {
        ("section", _) => number_after("VOC-", text("/text/text")).into_iter().collect(),
        ("rich_text", "rich_text_section") => {
            let said = text("/elements/0/elements/0/text");
            let one = block.pointer("/elements/0/elements/0/style/bold").is_some();
            said.split(", ").take(if one { 1 } else { usize::MAX }).filter_map(|no| number_after("VOC-", no)).collect()
        }
        _ => vec![],
    }
}

fn number_after(prefix: &str, text: &str) -> Option<FeedbackNo> {
    let digits = text.strip_prefix(prefix)?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok().map(FeedbackNo)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_found_whole() {
        assert_eq!(receipt_number("Heard: VOC-42, shown as @lee"), Some(FeedbackNo(42)));
        assert_eq!(receipt_number("Not kept"), None);
        let line = |kind: &str, piece: Value| json!({"type": "rich_text", "elements": [{"type": kind, "elements": [piece]}]});
        let blocks = [
            line("rich_text_section", json!({"text": "VOC-4", "style": {"bold": true}})),
            line("rich_text_section", json!({"text": "VOC-5, VOC-6 say the same."})),
            line("rich_text_quote", json!({"text": "VOC-7"})),
            json!({"type": "section", "text": {"type": "plain_text", "text": "VOC-42: “see VOC-1” told by @lee"}}),
            json!({}),
        ];
        let found: Vec<u64> = blocks.iter().flat_map(numbers_at).map(|no| no.0).collect();
        assert_eq!(found, [4, 5, 6, 42]);
    }
}
