//! What whoever told something does with it afterwards: other words, other functions, without their name, not at all.

use jiff::Timestamp;

use super::in_force::InForce;
use super::intake::tags_for;
use super::records::{may_join, standing};
use crate::domain::acts::{Act, Change, Editing};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Customer, Identity, Verbatim, Why};
use crate::domain::follow;
use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;
use crate::domain::letter::{Note, Reach};
use crate::domain::views::{Record, Unreadable};
use crate::store::{CommitError, SharedStore};

/// What is to change.
#[derive(Debug, Clone)]
pub enum What {
    /// Its words, and who said them.
    Words(Verbatim, Option<Customer>),
    /// The functions that it concerns.
    Functions(Vec<FunctionId>),
    /// Whether the teller's name is hidden.
    Hidden(bool),
    /// It is taken back.
    Undo,
    /// The author of the message takes it back.
    Remove,
    /// It is taken back, since whoever told it heard another one too, which says the same.
    Join(FeedbackNo),
}

/// What became of it.
#[derive(Debug, Clone)]
pub enum Changed {
    /// It is done, now or before: the record as it stands.
    Done(Box<Record>),
    /// It is taken back, now or before.
    Gone,
    /// Somebody else told it.
    NotYours,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The store did not take it.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Who changes something.
#[derive(Debug)]
pub struct By<'a> {
    /// Who.
    pub who: &'a Identity,
    /// What the delivery is known by.
    pub key: &'a DeliveryKey,
    /// Where they read the receipt anew, where it is a letter.
    pub receipt: Option<Reach>,
}

/// How often a change is decided anew that met another one.
pub(super) const TRIES: usize = 5;

/// Changes a record, if it is this person's to change. Whoever asks twice gets the same answer.
pub async fn change(
    (store, in_force): (&SharedStore, &InForce),
    now: Timestamp,
    By { who, key, receipt }: By<'_>,
    no: FeedbackNo,
    what: &What,
) -> Result<Changed, ChangeError> {
    let mut tried = 0;
    loop {
        let Some(record) = standing(store, no).await? else { return Ok(Changed::Gone) };
        if !is_theirs(store, &record, who, what).await? {
            return Ok(Changed::NotYours);
        }
        let receipt = receipt.clone().map(|reach| Act::Write { to: Some(who.clone()), note: Note::Receipt { no, reach }, until: None });
        let joins = match what {
            What::Join(other) if !joinable(store, &record, *other).await? => break,
            What::Join(other) => Some(Act::HeardToo(*other)),
            _ => None,
        };
        let acts = std::iter::once(act(in_force, no, &record, what)).chain(joins).chain(receipt).collect();
        let change = Change { at: now, by: Some(who.clone()), keys: vec![key.clone()], expects: vec![(no, record.revision)], acts };
        tried += 1;
        match store.commit(change).await {
            Ok(_) => break,
            Err(CommitError::Stale(_)) if tried < TRIES => {}
            // The other one was taken back meanwhile: this one stands.
            Err(CommitError::Refused(_)) if matches!(what, What::Join(_)) => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(match standing(store, no).await? {
        Some(record) if matches!(what, What::Words(..)) => {
            in_force.remember(no, &record.verbatim);
            Changed::Done(Box::new(record))
        }
        Some(record) => Changed::Done(Box::new(record)),
        None => Changed::Gone,
    })
}

/// Whether a person told a record.
pub async fn is_tellers(store: &SharedStore, record: &Record, who: &Identity) -> Result<bool, Unreadable> {
    let known = store.known(who.tenant.clone(), who.user.clone()).await?;
    Ok(known.is_some_and(|(n, _)| record.teller == Some(n)))
}

/// Whether a record may still be joined to another one.
async fn joinable(store: &SharedStore, record: &Record, other: FeedbackNo) -> Result<bool, Unreadable> {
    Ok(standing(store, other).await?.is_some_and(|other| may_join(record, &other)))
}

/// Whether somebody heard a record that stands.
pub async fn has_heard(store: &SharedStore, no: FeedbackNo, who: &Identity) -> Result<bool, Unreadable> {
    let known = store.known(who.tenant.clone(), who.user.clone()).await?;
    Ok(standing(store, no).await?.zip(known).is_some_and(|(record, (n, _))| record.is_heard_by(n)))
}

async fn is_theirs(store: &SharedStore, record: &Record, who: &Identity, what: &What) -> Result<bool, Unreadable> {
    match what {
        What::Words(..) | What::Functions(_) | What::Hidden(_) | What::Undo | What::Join(_) => is_tellers(store, record, who).await,
        What::Remove => {
            let known = store.known(who.tenant.clone(), who.user.clone()).await?;
            Ok(known.is_some_and(|(n, _)| record.author == Some(n)))
        }
    }
}

fn act(in_force: &InForce, no: FeedbackNo, record: &Record, what: &What) -> Act {
    match what {
        What::Words(verbatim, customer) => {
            let (verbatim, _) = verbatim.clone().masked(&in_force.masking);
            let text = in_force.read(verbatim.as_str());
            let guessed = in_force.tag(&text);
            let functions: Vec<FunctionId> = record.tags.iter().map(|tag| tag.function.clone()).collect();
            Act::Edit(Box::new(Editing {
                no,
                parts: follow::kept(record, &verbatim),
                tags: if record.chosen { tags_for(&functions, guessed) } else { guessed },
                customer: customer.clone().or_else(|| in_force.customer_in(&text)),
                verbatim,
            }))
        }
        What::Functions(functions) => Act::Retag { no, tags: tags_for(functions, in_force.tag(&in_force.read(&record.verbatim))) },
        What::Hidden(hidden) => Act::Hide { no, hidden: *hidden },
        What::Undo | What::Join(_) => Act::Withdraw { no, why: Why::Undone },
        What::Remove => Act::Withdraw { no, why: Why::ByAuthor },
    }
}
