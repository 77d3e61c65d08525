//! Records, and the messages that they are made of.

use super::counters::count;
use crate::domain::care::Care;
use crate::domain::facts::{Entry, Heard, Said, Word};
use crate::domain::feedback::{Customer, Gesture, Mode, Part, Source, Why};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, PersonNo, Seq};
use crate::domain::kind::Kind;
use crate::domain::tagging::{Span, Tag};
use crate::domain::teaching::{self, Taught};
use crate::domain::views::{
    Arrival, Arrivals, Candidate, Listening, Person, Reacted, Reading, Record, Register, Reply, Sheet, Stretch, Told, Unreadable, Views,
    Watched,
};

pub(super) fn hear(views: &mut impl Views, entry: &Entry, heard: &Heard) -> Result<(), Unreadable> {
    let seq = entry.head.seq;
    count(views, |counters| counters.feedback = heard.no)?;
    if let Some(function) = &heard.turn {
        takes_turn(views, function, seq)?;
    }
    if let Some(teller) = entry.head.by {
        let sheet = Sheet::of(heard.no);
        let mut register: Register = views.get(&sheet)?.unwrap_or_default();
        register.tellers.push((heard.no, teller));
        views.put(&sheet, &register)?;
        if heard.gesture == Gesture::Reaction {
            knows_reaction(views, teller)?;
        }
    }
    let (customer, mut words) = customer_of(entry, heard.customer.as_ref());
    words.insert(0, (seq, heard.verbatim.0));
    let verbatim = entry.word(heard.verbatim).to_owned();
    let record = Record {
        revision: seq,
        heard_at: entry.head.at,
        withdrawn: false,
        parts: parts_of(heard, &verbatim),
        verbatim,
        words,
        tags: heard.tags.clone(),
        turn: heard.turn.clone(),
        teller: entry.head.by,
        teller_functions: heard.teller_functions.clone(),
        source: heard.source.clone(),
        channel: heard.channel.clone(),
        origin: heard.origin,
        gesture: heard.gesture,
        thread: heard.thread.clone(),
        author: heard.author,
        chosen: heard.chosen,
        customer,
        hidden: heard.hidden,
        urgent: heard.urgent,
        kind: heard.kind,
        masked: heard.masked.clone(),
        replies: vec![],
        heard_too: vec![],
        declined: vec![],
        care: if heard.kind == Some(Kind::Praise) { Care::thanked(entry.head.at) } else { Care::default() },
    };
    for source in sources(&record) {
        tell(views, &source, |told| told.nos.push(heard.no))?;
    }
    rename(views, heard.no, None, record.customer.as_ref())?;
    if heard.chosen {
        teach(views, entry, heard.no, |taught, word| taught.choose(&tagged(&record), word))?;
    }
    if heard.gesture == Gesture::Rescue {
        teach(views, entry, heard.no, |taught, word| taught.rescued = Some(word))?;
    }
    arrive(views, Arrival { seq, no: heard.no, functions: record.functions().cloned().collect() })?;
    keep(views, heard.no, &record)
}

/// Keeps a record, and on the sheet of those whose clock runs whether it does.
pub(super) fn keep(views: &mut impl Views, no: FeedbackNo, record: &Record) -> Result<(), Unreadable> {
    let sheet = Sheet::of(no);
    let mut watched: Watched = views.get(&sheet)?.unwrap_or_default();
    match (watched.nos.binary_search(&no), !record.withdrawn && record.care.is_watched()) {
        (Err(place), true) => {
            watched.nos.insert(place, no);
            views.put(&sheet, &watched)?;
        }
        (Ok(place), false) => {
            watched.nos.remove(place);
            if watched.nos.is_empty() {
                views.remove::<Watched>(&sheet);
            } else {
                views.put(&sheet, &watched)?;
            }
        }
        (Ok(_), true) | (Err(_), false) => {}
    }
    views.put(&no, record)
}

/// A record of one message is made of all of it.
fn parts_of(heard: &Heard, verbatim: &str) -> Vec<Part> {
    let whole = Span { start: 0, end: u32::try_from(verbatim.len()).unwrap_or(u32::MAX) };
    match &heard.source {
        Some(source) if heard.parts.is_empty() => vec![Part { ts: source.ts.clone(), edited: None, span: whole }],
        _ => heard.parts.clone(),
    }
}

/// Who said it, and where the name stands in the log, if anywhere.
fn customer_of(entry: &Entry, said: Option<&Said>) -> (Option<Customer>, Vec<(Seq, u32)>) {
    match said {
        None => (None, vec![]),
        Some(Said::Account(id)) => (Some(Customer::Account(id.clone())), vec![]),
        Some(Said::Named(name)) => (Some(Customer::Named(entry.word(*name).to_owned())), vec![(entry.head.seq, name.0)]),
    }
}

/// All messages of which a record holds words.
fn sources(record: &Record) -> Vec<Source> {
    let Some(source) = &record.source else { return vec![] };
    let others = record.parts.iter().filter(|part| part.ts != source.ts).map(|part| Source { ts: part.ts.clone(), ..source.clone() });
    std::iter::once(source.clone()).chain(others).collect()
}

fn tell(views: &mut impl Views, source: &Source, change: impl FnOnce(&mut Told)) -> Result<(), Unreadable> {
    let mut told: Told = views.get(source)?.unwrap_or_default();
    change(&mut told);
    views.put(source, &told)
}

/// A record is said to be another customer's than before: names that the list does not know are candidates for it.
fn rename(views: &mut impl Views, no: FeedbackNo, before: Option<&Customer>, after: Option<&Customer>) -> Result<(), Unreadable> {
    if let Some(Customer::Named(name)) = before {
        let key = name.to_lowercase();
        let mut candidate: Candidate = views.get(&key)?.unwrap_or_default();
        candidate.nos.retain(|known| *known != no);
        if candidate.nos.is_empty() {
            views.remove::<Candidate>(&key);
        } else {
            views.put(&key, &candidate)?;
        }
    }
    if let Some(Customer::Named(name)) = after {
        let key = name.to_lowercase();
        let mut candidate: Candidate = views.get(&key)?.unwrap_or_default();
        name.clone_into(&mut candidate.name);
        candidate.nos.push(no);
        views.put(&key, &candidate)?;
    }
    Ok(())
}

fn knows_reaction(views: &mut impl Views, n: PersonNo) -> Result<(), Unreadable> {
    let Some(mut person) = views.get::<Person>(&n)?.filter(|person| !person.knows_reaction) else { return Ok(()) };
    person.knows_reaction = true;
    views.put(&n, &person)
}

pub(super) fn arrive(views: &mut impl Views, arrival: Arrival) -> Result<(), Unreadable> {
    let stretch = Stretch::of(arrival.seq);
    let mut arrivals: Arrivals = views.get(&stretch)?.unwrap_or_default();
    match arrivals.new.binary_search_by_key(&(arrival.seq, arrival.no), |there| (there.seq, there.no)) {
        Ok(again) => arrivals.new.get_mut(again).into_iter().for_each(|there| there.functions.clone_from(&arrival.functions)),
        Err(place) => arrivals.new.insert(place, arrival),
    }
    views.put(&stretch, &arrivals)
}

/// Other words for a record.
pub(super) struct Edited<'a> {
    pub(super) verbatim: Word,
    pub(super) tags: &'a [Tag],
    pub(super) parts: &'a [Part],
    pub(super) customer: Option<&'a Said>,
}

pub(super) fn edit(views: &mut impl Views, entry: &Entry, no: FeedbackNo, new: &Edited<'_>) -> Result<(), Unreadable> {
    let Some(mut record) = views.get::<Record>(&no)? else {
        return Ok(());
    };
    entry.word(new.verbatim).clone_into(&mut record.verbatim);
    let (customer, mut words) = customer_of(entry, new.customer);
    words.insert(0, (entry.head.seq, new.verbatim.0));
    record.words = words;
    rename(views, no, record.customer.as_ref(), customer.as_ref())?;
    record.customer = customer;
    record.parts = new.parts.to_vec();
    keep(views, no, &record)?;
    untaught(views, entry.head.seq, no, false)?;
    retag(views, entry.head.seq, no, new.tags)
}

pub(super) fn hide(views: &mut impl Views, seq: Seq, no: FeedbackNo, hidden: bool) -> Result<(), Unreadable> {
    let Some(mut record) = views.get::<Record>(&no)? else {
        return Ok(());
    };
    record.hidden = hidden;
    record.revision = seq;
    keep(views, no, &record)
}

/// A person's tags are not another's guess.
pub(super) fn choose(views: &mut impl Views, entry: &Entry, no: FeedbackNo) -> Result<(), Unreadable> {
    let Some(mut record) = views.get::<Record>(&no)?.filter(|_| entry.head.by.is_some()) else {
        return Ok(());
    };
    teach(views, entry, no, |taught, word| taught.choose(&tagged(&record), word))?;
    record.chosen = true;
    keep(views, no, &record)
}

pub(super) fn reply(views: &mut impl Views, entry: &Entry, no: FeedbackNo, source: &Source, words: Option<Word>) -> Result<(), Unreadable> {
    let Some(mut record) = views.get::<Record>(&no)? else {
        return Ok(());
    };
    record.revision = entry.head.seq;
    let before = record.replies.iter().position(|reply| reply.source == *source);
    match (words, before.and_then(|at| record.replies.get_mut(at))) {
        (Some(words), Some(reply)) => {
            entry.word(words).clone_into(&mut reply.words);
            reply.place = (entry.head.seq, words.0);
        }
        (Some(words), None) => {
            let reply = Reply {
                source: source.clone(),
                by: entry.head.by,
                at: entry.head.at,
                words: entry.word(words).to_owned(),
                place: (entry.head.seq, words.0),
            };
            record.replies.push(reply);
            tell(views, source, |told| told.nos.push(no))?;
        }
        (None, _) => record.replies.retain(|reply| reply.source != *source),
    }
    keep(views, no, &record)
}

pub(super) fn react(views: &mut impl Views, by: Option<PersonNo>, source: &Source, at: &str, on: bool) -> Result<(), Unreadable> {
    let Some(by) = by else { return Ok(()) };
    views.put(&(source.clone(), by), &Reacted { at: at.to_owned(), on })
}

pub(super) fn listen(views: &mut impl Views, channel: &ChannelId, mode: Mode, chosen_by: PersonNo) -> Result<(), Unreadable> {
    views.put(channel, &Listening { mode, chosen_by })
}

fn tagged(record: &Record) -> Vec<FunctionId> {
    record.tags.iter().map(|tag| tag.function.clone()).collect()
}

/// What a person says of a record's functions is kept for the tagger to learn from.
fn teach(
    views: &mut impl Views,
    entry: &Entry,
    no: FeedbackNo,
    lesson: impl FnOnce(&mut Taught, teaching::Word),
) -> Result<(), Unreadable> {
    let Some(by) = entry.head.by else { return Ok(()) };
    count(views, |counters| counters.taught = entry.head.seq)?;
    let mut taught: Taught = views.get(&no)?.unwrap_or_default();
    lesson(&mut taught, teaching::Word { by, at: entry.head.at });
    views.put(&no, &taught)
}

/// The tagger unlearns what was said of a record that is gone, and learns anew from one whose words are others.
fn untaught(views: &mut impl Views, seq: Seq, no: FeedbackNo, is_gone: bool) -> Result<(), Unreadable> {
    if views.get::<Taught>(&no)?.is_some() {
        count(views, |counters| counters.taught = seq)?;
        if is_gone {
            views.remove::<Taught>(&no);
        }
    }
    Ok(())
}

pub(super) fn retag(views: &mut impl Views, seq: Seq, no: FeedbackNo, tags: &[Tag]) -> Result<(), Unreadable> {
    let Some(mut record) = views.get::<Record>(&no)? else {
        return Ok(());
    };
    let before: Vec<FunctionId> = record.functions().cloned().collect();
    record.tags = tags.to_vec();
    record.revision = seq;
    let new: Vec<FunctionId> = record.functions().filter(|f| !before.contains(f)).cloned().collect();
    if !new.is_empty() {
        arrive(views, Arrival { seq, no, functions: new })?;
    }
    keep(views, no, &record)
}

pub(super) fn heard_too(views: &mut impl Views, entry: &Entry, no: FeedbackNo) -> Result<(), Unreadable> {
    let (Some(mut record), Some(by)) = (views.get::<Record>(&no)?, entry.head.by) else {
        return Ok(());
    };
    record.heard_too.push(by);
    record.revision = entry.head.seq;
    // Who heard the same and left its functions as they are agrees with them.
    teach(views, entry, no, |taught, word| record.tags.iter().for_each(|tag| taught.say(&tag.function, true, word)))?;
    keep(views, no, &record)
}

/// Who takes it back agreed with nothing.
pub(super) fn not_heard(views: &mut impl Views, entry: &Entry, no: FeedbackNo) -> Result<(), Unreadable> {
    let (Some(mut record), Some(by)) = (views.get::<Record>(&no)?, entry.head.by) else {
        return Ok(());
    };
    record.heard_too.retain(|n| *n != by);
    record.revision = entry.head.seq;
    if let Some(mut taught) = views.get::<Taught>(&no)? {
        count(views, |counters| counters.taught = entry.head.seq)?;
        taught.unsay(by);
        if taught == Taught::default() {
            views.remove::<Taught>(&no);
        } else {
            views.put(&no, &taught)?;
        }
    }
    keep(views, no, &record)
}

/// What a person said is not another's guess any more.
pub(super) fn not_ours(
    views: &mut impl Views,
    entry: &Entry,
    no: FeedbackNo,
    (function, turn): (&FunctionId, Option<&FunctionId>),
) -> Result<(), Unreadable> {
    let Some(mut record) = views.get::<Record>(&no)? else {
        return Ok(());
    };
    record.tags.retain(|tag| tag.function != *function);
    record.turn = turn.cloned();
    record.declined.push((function.clone(), entry.head.by));
    teach(views, entry, no, |taught, word| taught.say(function, false, word))?;
    record.chosen = true;
    record.revision = entry.head.seq;
    if let Some(turn) = turn {
        takes_turn(views, turn, entry.head.seq)?;
        arrive(views, Arrival { seq: entry.head.seq, no, functions: vec![turn.clone()] })?;
    }
    keep(views, no, &record)
}

fn takes_turn(views: &mut impl Views, function: &FunctionId, seq: Seq) -> Result<(), Unreadable> {
    let Some(mut reading) = views.get::<Reading>(function)? else { return Ok(()) };
    reading.turn = seq;
    views.put(function, &reading)
}

pub(super) fn withdraw(
    views: &mut impl Views,
    seq: Seq,
    no: Option<FeedbackNo>,
    source: Option<&Source>,
    why: Why,
) -> Result<(), Unreadable> {
    if let Some(source) = source
        && (why.is_final() || no.is_none())
    {
        tell(views, source, |told| told.closed = true)?;
    }
    let Some(no) = no else { return Ok(()) };
    let Some(mut record) = views.get::<Record>(&no)? else {
        return Ok(());
    };
    if why == Why::ByAuthor {
        for source in sources(&record) {
            tell(views, &source, |told| told.closed = true)?;
        }
    }
    untaught(views, seq, no, true)?;
    record.withdrawn = true;
    record.revision = seq;
    record.verbatim = String::new();
    record.words = vec![];
    record.replies = vec![];
    record.care.forget();
    rename(views, no, record.customer.as_ref(), None)?;
    record.customer = None;
    // The places of words that decided would tell how long they were, and where.
    for tag in &mut record.tags {
        tag.evidence = vec![];
    }
    for part in &mut record.parts {
        part.span = Span { start: 0, end: 0 };
    }
    keep(views, no, &record)
}
