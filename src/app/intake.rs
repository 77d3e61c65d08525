//! Telling: somebody passes on what a customer said.

use jiff::{SignedDuration, Timestamp};

use super::in_force::InForce;
use super::records::standing;
use crate::domain::acts::{Act, Change, Hearing};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Customer, Gesture, Identity, Origin, Part, Source, Verbatim};
use crate::domain::follow;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo};
use crate::domain::letter::{Note, Reach};
use crate::domain::tagging::{PerMille, Tag};
use crate::domain::urgent::{self, Urgency};
use crate::domain::views::Unreadable;
use crate::store::{CommitError, Committed, SharedStore};

/// After so long a receipt is no use any more.
const RECEIPTS_WAIT: SignedDuration = SignedDuration::from_hours(24);
/// How many open records are looked up at the start, to find what says the same.
const REMEMBERED: usize = 1_000;

/// What somebody told, in domain words.
#[derive(Debug, Clone)]
pub struct Telling {
    /// Who.
    pub teller: Identity,
    /// Their home function, if any.
    pub teller_functions: Vec<FunctionId>,
    /// What the delivery is known by.
    pub key: DeliveryKey,
    /// Where the teller was.
    pub channel: ChannelId,
    /// Who may read there.
    pub origin: Origin,
    /// What the teller did.
    pub gesture: Gesture,
    /// The customer's words.
    pub verbatim: Verbatim,
    /// The message that they stand in; none for a command.
    pub message: Option<Message>,
    /// Who said it; where the teller names nobody, a customer of the list whom the words name.
    pub customer: Option<Customer>,
    /// The functions that the teller chose; none: chosen by the words.
    pub functions: Vec<FunctionId>,
    /// Whether the teller's name is hidden.
    pub hidden: bool,
    /// Whether the teller says that it cannot wait.
    pub urgent: bool,
    /// The reaction by which it was passed on: when, as the platform numbers its events.
    pub reaction: Option<String>,
    /// Where the teller reads the receipt; none where it travels otherwise.
    pub receipt: Option<Reach>,
}

/// The message that words stand in.
#[derive(Debug, Clone)]
pub struct Message {
    /// The message, of a thread the first one.
    pub source: Source,
    /// The first message of the thread that it is a reply in.
    pub thread: Option<String>,
    /// The messages that the words are made of.
    pub parts: Vec<Part>,
    /// Who wrote it, where that is a colleague and not the teller.
    pub author: Option<Identity>,
}

/// What became of it.
#[derive(Debug, Clone)]
pub enum Told {
    /// It is kept, now or since the same delivery came first.
    Kept(FeedbackNo),
    /// It was there before, or was taken back before it came: nothing was added.
    Before(Option<FeedbackNo>),
}

/// Remembers the last records that are open, so that who tells the same is told of them.
pub async fn remember(store: &SharedStore, in_force: &InForce) -> Result<(), Unreadable> {
    let open = store.watched().await?;
    let last = open.get(open.len().saturating_sub(REMEMBERED)..).unwrap_or_default().to_vec();
    for (no, record) in store.records(last).await? {
        in_force.remember(no, &record.verbatim);
    }
    Ok(())
}

/// Why it could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum TellError {
    /// The store did not take it.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// It was kept, and could not be read back.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Tags the words and keeps them. Answered when they are durable.
pub async fn tell(store: &SharedStore, in_force: &InForce, now: Timestamp, telling: Telling) -> Result<Told, TellError> {
    let (teller, key, receipt, gesture) = (telling.teller.clone(), telling.key.clone(), telling.receipt.clone(), telling.gesture);
    let (message, reaction) = (telling.message.as_ref(), telling.reaction.clone());
    let react = message.zip(reaction).map(|(message, at)| Act::React { source: message.source.clone(), at, on: true });
    let until = now.checked_add(RECEIPTS_WAIT).ok();
    let hearing = hearing(in_force, now, telling, until);
    let said = hearing.verbatim.clone();
    let hear = Act::Hear(Box::new(hearing));
    let change = |acts| Change { at: now, by: Some(teller.clone()), keys: vec![key.clone()], expects: vec![], acts };
    let committed = match &react {
        Some(react) => tell_by_reaction(store, change, react, hear).await?,
        None => store.commit(change(vec![hear])).await?,
    };
    if let Some(no) = committed.no.filter(|_| !committed.duplicate) {
        in_force.remember(no, said.as_str());
    }
    if !is_known(committed) {
        return stands(store, committed).await;
    }
    // Nothing was added; whoever did it on purpose is told so, and their reaction is remembered all the same. A message to
    // the bot can only be known as itself: Slack tells of it twice.
    let known = receipt.filter(|_| !matches!(gesture, Gesture::Mention | Gesture::Direct));
    let known = known.map(|reach| Act::Write { to: Some(teller.clone()), note: Note::Known { no: committed.no, reach }, until });
    let acts: Vec<Act> = react.into_iter().chain(known).collect();
    if !acts.is_empty() {
        store.commit(change(acts)).await?;
    }
    Ok(Told::Before(committed.no))
}

/// The reaction and what it passes on, in one change; without the reaction where a later one of theirs is known.
async fn tell_by_reaction(
    store: &SharedStore,
    change: impl Fn(Vec<Act>) -> Change,
    react: &Act,
    hear: Act,
) -> Result<Committed, TellError> {
    let both = change(vec![react.clone(), hear.clone()]);
    let teller = both.by.clone();
    let committed = store.commit(both).await?;
    if is_known(committed)
        && let (Some(teller), Act::React { source, at, .. }) = (teller, react)
        && had_its_time(store, &teller, source, at).await?
    {
        return Ok(store.commit(change(vec![hear])).await?);
    }
    Ok(committed)
}

/// Whether a reaction was taken away before we heard of it, and so late that this undoes nothing.
async fn had_its_time(store: &SharedStore, who: &Identity, source: &Source, at: &str) -> Result<bool, Unreadable> {
    let Some((n, _)) = store.known(who.tenant.clone(), who.user.clone()).await? else { return Ok(false) };
    let later = store.reacted(source.clone(), n).await?.filter(|later| !later.on && later.at.as_str() > at);
    Ok(later.is_some_and(|later| !follow::undoes(at, &later.at)))
}

/// A delivery that comes again is answered as the first time; another one of the same message is not.
fn is_known(committed: Committed) -> bool {
    committed.duplicate && committed.seq.0 == 0
}

/// What was kept when this delivery came first may have been taken back since.
async fn stands(store: &SharedStore, committed: Committed) -> Result<Told, TellError> {
    let Some(no) = committed.no else { return Ok(Told::Before(None)) };
    let stands = !committed.duplicate || standing(store, no).await?.is_some();
    Ok(if stands { Told::Kept(no) } else { Told::Before(Some(no)) })
}

fn hearing(in_force: &InForce, now: Timestamp, mut telling: Telling, until: Option<Timestamp>) -> Hearing {
    let is_marked = take_mark(&mut telling);
    let (verbatim, masked) = telling.verbatim.clone().masked(&in_force.masking);
    telling.verbatim = verbatim;
    let is_fresh = telling.message.as_ref().is_none_or(|message| urgent::is_fresh(&message.source.ts, now));
    let text = in_force.read(telling.verbatim.as_str());
    let urgent = if is_marked { Some(Urgency::Teller) } else { in_force.alarms.sound(&text) };
    let guessed = in_force.tag(&text);
    let chosen = !telling.functions.is_empty() && !same_functions(&guessed, &telling.functions);
    let tags = if chosen { tags_for(&telling.functions, guessed) } else { guessed };
    // What cannot wait is no praise.
    let kind = in_force.kind_of(&text).filter(|_| urgent.is_none());
    let customer = telling.customer.or_else(|| in_force.customer_in(&text));
    let (source, thread, parts, author) = match telling.message {
        Some(Message { source, thread, parts, author }) => (Some(source), thread, parts, author),
        None => (None, None, vec![], None),
    };
    Hearing {
        verbatim: telling.verbatim,
        source,
        thread,
        parts,
        channel: telling.channel,
        origin: telling.origin,
        gesture: telling.gesture,
        teller_functions: telling.teller_functions,
        author,
        tags,
        chosen,
        customer,
        hidden: telling.hidden,
        kind,
        urgent,
        masked,
        is_fresh,
        turns: in_force.ids(),
        receipt: telling.receipt,
        until,
    }
}

/// Whether the teller says that it cannot wait. A mark in front of words that no message holds is taken off them.
fn take_mark(telling: &mut Telling) -> bool {
    let marked = urgent::marked(telling.verbatim.as_str()).map(Verbatim::parse);
    let is_marked = telling.urgent || marked.is_some() && telling.gesture.speaks_to_us();
    if let (true, None, Some(Ok(rest))) = (is_marked, &telling.message, marked) {
        telling.verbatim = rest;
    }
    is_marked
}

fn same_functions(tags: &[Tag], functions: &[FunctionId]) -> bool {
    tags.len() == functions.len() && tags.iter().all(|tag| functions.contains(&tag.function))
}

/// Tags for functions that a person chose: the words that speak for them stay, the strongest first.
pub(super) fn tags_for(functions: &[FunctionId], guessed: Vec<Tag>) -> Vec<Tag> {
    let mut tags: Vec<Tag> = guessed.into_iter().filter(|tag| functions.contains(&tag.function)).collect();
    for function in functions {
        if !tags.iter().any(|tag| tag.function == *function) {
            tags.push(Tag { function: function.clone(), p: PerMille(1000), evidence: vec![], learned: 0 });
        }
    }
    tags
}
