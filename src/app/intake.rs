//! Telling: somebody passes on what a customer said.

use jiff::Timestamp;

use super::in_force::InForce;
use crate::domain::facts::{Act, Change, DeliveryKey, Hearing};
use crate::domain::feedback::{Gesture, Identity, Origin, Source, Verbatim};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo};
use crate::domain::views::{Record, Unreadable};
use crate::store::{CommitError, SharedStore};
use crate::texts::en::{Reader, Receipt};

/// What somebody told, in domain words.
#[derive(Debug, Clone)]
pub struct Telling {
    /// Who.
    pub teller: Identity,
    /// Their home function, if any.
    pub teller_functions: Vec<FunctionId>,
    /// What the delivery is known by.
    pub key: DeliveryKey,
    /// The message that the words stand in; none for a command.
    pub source: Option<Source>,
    /// Where the teller was.
    pub channel: ChannelId,
    /// Who may read there.
    pub origin: Origin,
    /// What the teller did.
    pub gesture: Gesture,
    /// The customer's words.
    pub verbatim: Verbatim,
}

/// What became of it.
#[derive(Debug, Clone)]
pub enum Told {
    /// It is kept, now or since the same delivery came first.
    Kept {
        /// Its number.
        no: FeedbackNo,
        /// The record.
        record: Box<Record>,
    },
    /// It was there before, or was taken back before it came: nothing was added.
    Before(Option<FeedbackNo>),
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
    let tags = in_force.tagger.tag(telling.verbatim.as_str());
    let hearing = Hearing {
        verbatim: telling.verbatim,
        source: telling.source,
        channel: telling.channel,
        origin: telling.origin,
        gesture: telling.gesture,
        teller_functions: telling.teller_functions,
        tags,
        turns: in_force.ids(),
    };
    let acts = vec![Act::Hear(Box::new(hearing))];
    let change = Change { at: now, by: Some(telling.teller), keys: vec![telling.key], expects: vec![], acts };
    let committed = store.commit(change).await?;
    let Some(no) = committed.no else { return Ok(Told::Before(None)) };
    // A delivery that comes again is answered as the first time; another one of the same message is not.
    let same_delivery = !committed.duplicate || committed.seq.0 > 0;
    Ok(match store.record(no).await? {
        Some(record) if same_delivery && !record.withdrawn => Told::Kept { no, record: Box::new(record) },
        _ => Told::Before(Some(no)),
    })
}

/// What the teller reads at once.
pub fn receipt(in_force: &InForce, now: Timestamp, no: FeedbackNo, record: &Record, shown_as: Option<String>) -> Receipt {
    let readers = record.functions().map(|id| {
        let next = in_force.routing.function(id).and_then(|function| {
            let moment = function.digest.next(now)?;
            Some(moment.to_zoned(function.digest.zone.clone()))
        });
        Reader { name: in_force.name(id), reads_at: next }
    });
    Receipt { no, shown_as, readers: readers.collect(), because: deciding_words(record) }
}

/// The words that decided for the lead function, each once.
fn deciding_words(record: &Record) -> Vec<String> {
    let mut words: Vec<String> = vec![];
    for evidence in record.tags.first().into_iter().flat_map(|tag| &tag.evidence) {
        let (start, end) = (usize::try_from(evidence.span.start), usize::try_from(evidence.span.end));
        let word = start.ok().zip(end.ok()).and_then(|(start, end)| record.verbatim.get(start..end));
        if let Some(word) = word
            && !words.iter().any(|known| known.eq_ignore_ascii_case(word))
        {
            words.push(word.to_owned());
        }
    }
    words
}
