//! Words that follow the messages they were taken from: put together of them, changed and shortened with them.

use super::feedback::{BadVerbatim, Part, Verbatim};
use super::tagging::{Span, Tag};
use super::views::Record;

/// Between the messages of a thread.
const BETWEEN: &str = "\n";
/// Within so many seconds taking a reaction away undoes what it passed on.
const UNDOES_WITHIN: i64 = 10 * 60;

/// One message, as it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The message's timestamp.
    pub ts: String,
    /// When it was last edited, as the platform says it.
    pub edited: Option<String>,
    /// What its author is called; shown where there are several messages.
    pub author: String,
    /// What it says, free of the platform's markup.
    pub text: String,
}

/// Words, and the messages that they are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The words.
    pub verbatim: Verbatim,
    /// The messages.
    pub parts: Vec<Part>,
}

/// Words that became fewer, with what they concern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// The words.
    pub verbatim: Verbatim,
    /// The messages.
    pub parts: Vec<Part>,
    /// What is left of the tags: evidence that went with the words is gone.
    pub tags: Vec<Tag>,
}

/// Puts messages together, those without words left out: one is its own words, of several each says whose it is.
pub fn compose(messages: &[Message]) -> Result<Words, BadVerbatim> {
    let said: Vec<(&Message, Verbatim)> =
        messages.iter().filter_map(|message| Some((message, Verbatim::parse(&message.text).ok()?))).collect();
    if let [(message, verbatim)] = said.as_slice() {
        let part = Part { ts: message.ts.clone(), edited: message.edited.clone(), span: span(0, verbatim.as_str().len()) };
        return Ok(Words { verbatim: verbatim.clone(), parts: vec![part] });
    }
    if said.is_empty() {
        // Too long, or nothing to read: say which.
        Verbatim::parse(messages.iter().map(|message| message.text.as_str()).max_by_key(|text| text.len()).unwrap_or_default())?;
    }
    let (mut text, mut parts) = (String::new(), vec![]);
    for (message, words) in said {
        if !text.is_empty() {
            text.push_str(BETWEEN);
        }
        let start = text.len();
        text.push_str(&paragraph(&message.author, &words));
        parts.push(Part { ts: message.ts.clone(), edited: message.edited.clone(), span: span(start, text.len()) });
    }
    Ok(Words { verbatim: Verbatim::parse(&text)?, parts })
}

/// A message of several, with its author's name.
fn paragraph(author: &str, words: &Verbatim) -> String {
    let author = author.replace(|c: char| c.is_control(), " ");
    let author = author.trim();
    if author.is_empty() { words.as_str().to_owned() } else { format!("{author}: {}", words.as_str()) }
}

/// A record's words with one of its messages changed. `None` where they do not hold that message, or a later edit of it.
pub fn edited(record: &Record, message: &Message) -> Option<Result<Words, BadVerbatim>> {
    let part = record.parts.iter().find(|part| part.ts == message.ts)?;
    if part.edited >= message.edited {
        return None;
    }
    let words = match Verbatim::parse(&message.text) {
        Ok(words) if record.parts.len() > 1 => paragraph(&message.author, &words),
        Ok(words) => words.into_string(),
        Err(why) => return Some(Err(why)),
    };
    let before = record.verbatim.get(..part.span.range().start)?;
    let after = record.verbatim.get(part.span.range().end..)?;
    let text = format!("{before}{words}{after}");
    let (from, to) = (part.span.range().end, before.len() + words.len());
    let parts = record.parts.iter().map(|other| {
        if other.ts == message.ts {
            return Part { ts: other.ts.clone(), edited: message.edited.clone(), span: span(before.len(), to) };
        }
        Part { span: moved(other.span, from, to), ..other.clone() }
    });
    let parts = parts.collect();
    Some(Verbatim::parse(&text).map(|verbatim| Words { verbatim, parts }))
}

/// A record's words without one of its messages. `None` where they do not hold that message, or it is all that there is.
pub fn without(record: &Record, ts: &str) -> Option<Rest> {
    let at = record.parts.iter().position(|part| part.ts == ts).filter(|_| record.parts.len() > 1)?;
    let gone = record.parts.get(at)?.span.range();
    // Its separator goes with it: the one behind, of the last one the one before.
    let (from, to) = if record.verbatim.get(gone.end..)?.starts_with(BETWEEN) {
        (gone.start, gone.end + BETWEEN.len())
    } else {
        (gone.start.saturating_sub(BETWEEN.len()), gone.end)
    };
    let text = format!("{}{}", record.verbatim.get(..from)?, record.verbatim.get(to..)?);
    let verbatim = Verbatim::parse(&text).ok()?;
    let parts = record.parts.iter().filter(|part| part.ts != ts).map(|part| Part { span: moved(part.span, to, from), ..part.clone() });
    let tags = record.tags.iter().map(|tag| {
        let mut tag = tag.clone();
        tag.evidence.retain(|found| found.span.range().end <= from || found.span.range().start >= to);
        for found in &mut tag.evidence {
            found.span = moved(found.span, to, from);
        }
        tag
    });
    Some(Rest { verbatim, parts: parts.collect(), tags: tags.collect() })
}

/// Whether taking a reaction away undoes what it passed on: when both happened, as the platform numbers its moments. Where
/// a moment cannot be read, what was passed on stays.
pub fn undoes(reacted: &str, taken_away: &str) -> bool {
    let seconds = |at: &str| at.split('.').next()?.parse::<i64>().ok();
    let after = seconds(taken_away).zip(seconds(reacted)).and_then(|(end, begin)| end.checked_sub(begin));
    after.is_some_and(|after| after <= UNDOES_WITHIN)
}

/// The messages of a record that still stand in words which a person wrote anew.
pub fn kept(record: &Record, verbatim: &Verbatim) -> Vec<Part> {
    found(&record.verbatim, &record.parts, verbatim)
}

/// The same of words that are no record yet.
pub fn standing(words: &Words, verbatim: &Verbatim) -> Vec<Part> {
    found(words.verbatim.as_str(), &words.parts, verbatim)
}

fn found(before: &str, parts: &[Part], verbatim: &Verbatim) -> Vec<Part> {
    let mut from = 0;
    let mut found = vec![];
    for part in parts {
        let Some(words) = before.get(part.span.range()) else { continue };
        let Some(at) = verbatim.as_str().get(from..).and_then(|rest| rest.find(words)) else { continue };
        let start = from + at;
        from = start + words.len();
        found.push(Part { span: span(start, from), ..part.clone() });
    }
    found
}

/// A place behind `from`, where what ended at `from` ends at `to` now.
fn moved(place: Span, from: usize, to: usize) -> Span {
    let range = place.range();
    if range.start < from { place } else { span(range.start - from + to, range.end - from + to) }
}

fn span(start: usize, end: usize) -> Span {
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: byte(start), end: byte(end) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::views::a_record;
    use super::*;

    fn message(ts: &str, text: &str) -> Message {
        Message { ts: ts.to_owned(), edited: None, author: "lee".to_owned(), text: text.to_owned() }
    }

    fn record(messages: &[Message]) -> Record {
        let Words { verbatim, parts } = compose(messages).unwrap();
        Record { verbatim: verbatim.into_string(), parts, ..a_record(1) }
    }

    fn said(verbatim: &str, parts: &[Part]) -> Vec<String> {
        parts.iter().map(|part| verbatim[part.span.range()].to_owned()).collect()
    }

    #[test]
    fn one_message_is_its_own_words_and_several_say_whose_they_are() {
        assert_eq!(record(&[message("1", " the invoice ")]).verbatim, "the invoice");
        let thread = record(&[message("1", "invoice?"), message("2", "\u{200B}"), message("3", "two\nlines")]);
        assert_eq!(thread.verbatim, "lee: invoice?\nlee: two\nlines");
        assert_eq!(said(&thread.verbatim, &thread.parts), ["lee: invoice?", "lee: two\nlines"]);
        assert_eq!(compose(&[message("1", " ")]), Err(BadVerbatim::Blank));
        assert_eq!(compose(&[]), Err(BadVerbatim::Blank));
        assert!(matches!(compose(&[message("1", &"a".repeat(40_001))]), Err(BadVerbatim::TooLong(40_001))));
    }

    #[test]
    fn an_older_edit_changes_nothing() {
        let mut of = record(&[message("1", "first")]);
        of.parts[0].edited = Some("5.0".to_owned());
        let edit = |edited: &str| edited_to(&of, edited);
        assert_eq!(edit("4.0"), None);
        assert_eq!(edit("5.0"), None);
        assert_eq!(edit("6.0"), Some("later".to_owned()));
    }

    fn edited_to(of: &Record, when: &str) -> Option<String> {
        let message = Message { edited: Some(when.to_owned()), ..message("1", "later") };
        edited(of, &message).map(|words| words.unwrap().verbatim.into_string())
    }

    #[test]
    fn words_that_a_person_wrote_anew_keep_the_messages_that_stand_in_them() {
        let thread = record(&[message("1", "one"), message("2", "two"), message("3", "three")]);
        let verbatim = Verbatim::parse("They said: lee: one\nand lee: three").unwrap();
        let parts = kept(&thread, &verbatim);
        assert_eq!(said(verbatim.as_str(), &parts), ["lee: one", "lee: three"]);
    }

    #[test]
    fn taking_a_reaction_away_undoes_it_for_ten_minutes() {
        assert!(undoes("1790000000.000100", "1790000600.000900"));
        assert!(!undoes("1790000000.000100", "1790000601.000000"));
        assert!(!undoes("", "1790000000.000100") && !undoes("1790000000.000100", "soon"));
    }

    fn words() -> impl Strategy<Value = String> {
        "[a-zäß🎉 \n]{0,8}x"
    }

    proptest! {
        /// Changing and taking away messages comes to the same as putting together what is left.
        #[test]
        fn following_is_as_putting_together_anew(texts in prop::collection::vec(words(), 2..6), changed in words(), which in any::<prop::sample::Index>(), gone in any::<prop::sample::Index>()) {
            let mut messages: Vec<Message> = texts.iter().enumerate().map(|(n, text)| message(&n.to_string(), text)).collect();
            let mut thread = record(&messages);
            let which = which.index(messages.len());
            messages[which].text = changed;
            messages[which].edited = Some("9.0".to_owned());
            let Words { verbatim, parts } = edited(&thread, &messages[which]).unwrap().unwrap();
            prop_assert_eq!(&Words { verbatim: verbatim.clone(), parts: parts.clone() }, &compose(&messages).unwrap());
            (thread.verbatim, thread.parts) = (verbatim.into_string(), parts);
            let gone = messages.remove(gone.index(messages.len()));
            let rest = without(&thread, &gone.ts).unwrap();
            if messages.len() > 1 {
                prop_assert_eq!(Words { verbatim: rest.verbatim, parts: rest.parts }, compose(&messages).unwrap());
            } else {
                prop_assert_eq!(said(rest.verbatim.as_str(), &rest.parts), vec![rest.verbatim.as_str().to_owned()]);
                prop_assert_eq!(without(&Record { parts: rest.parts, ..thread }, &messages[0].ts), None);
            }
        }
    }
}
