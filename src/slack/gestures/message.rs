//! Somebody says something: in a channel that is listened to, to us, or in the thread of a digest.

use super::listened;
use super::take::{Besides, Outcome, Taking, as_said, beside, of_thread, take};
use crate::domain::acts::{Act, Change};
use crate::domain::command::is_question;
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{BadVerbatim, Gesture, Identity, Mode, Origin, Verbatim};
use crate::domain::letter::{Answer, Note, Reach};
use crate::slack::desk::{Desk, DeskError, Reply};
use crate::slack::inbound::Message;

/// Answers a message event.
pub(in crate::slack) async fn answer(desk: &Desk, event_id: &str, message: Message) -> Reply {
    let outcome = said(desk, &DeliveryKey::event(event_id), message).await;
    desk.done(outcome)
}

/// Answers a mention: the same message may come, or have come, as a message event too.
pub(in crate::slack) async fn mentioned(desk: &Desk, event_id: &str, message: Message) -> Reply {
    if message.user == desk.home.user || desk.origin_of(&message.channel, &message.channel_type) == Origin::Direct {
        desk.left_alone();
        return Reply::Ack(None);
    }
    let outcome = to_us(desk, &DeliveryKey::event(event_id), message).await;
    desk.done(outcome)
}

async fn said(desk: &Desk, key: &DeliveryKey, message: Message) -> Result<(), DeskError> {
    if message.user == desk.home.user {
        desk.left_alone();
        return Ok(());
    }
    if message.channel_type == "im" || message.channel.starts_with('D') {
        return directly(desk, key, message).await;
    }
    if listened::replied(desk, key, &message).await? {
        return Ok(());
    }
    match listened::how(desk, &message).await? {
        Some((Mode::All | Mode::Filtered, _)) if desk.mentions_us(&message.text) => to_us(desk, key, message).await,
        Some((mode, origin)) => listened::hear(desk, key, message, (mode, origin)).await.map(|_| ()),
        // Mentions elsewhere come by themselves.
        None => {
            desk.left_alone();
            Ok(())
        }
    }
}

/// A mention: what stands around it, or, alone in a thread, the thread.
async fn to_us(desk: &Desk, key: &DeliveryKey, message: Message) -> Result<(), DeskError> {
    let Some(teller) = desk.colleague(&message.user, message.author_team.as_deref(), "").await else {
        desk.left_alone();
        return Ok(());
    };
    let (reach, origin) = (beside(&message), desk.origin_of(&message.channel, &message.channel_type));
    let said = as_said(desk, &message).await;
    let alone = Verbatim::parse(&said.text).is_err();
    let messages = match message.thread.clone().filter(|thread| alone && *thread != message.ts) {
        // What was said before we were asked to take it.
        Some(root) => {
            let said = of_thread(desk, &message.channel, &root).await?.unwrap_or_default().into_iter();
            said.filter(|one| one.ts != message.ts).map(|one| Message { shared: message.shared, ..one }).collect()
        }
        None => vec![message.clone()],
    };
    let taking = Taking {
        messages,
        teller: teller.clone(),
        key: key.clone(),
        gesture: Gesture::Mention,
        origin,
        receipt: Some(reach.clone()),
        reaction: None,
    };
    if let Outcome::NoWords(why) = take(desk, taking, Besides::default()).await? {
        answer_with(desk, key, teller, &message, (why, reach)).await?;
    }
    Ok(())
}

/// A direct message: heard, unless it is a question.
async fn directly(desk: &Desk, key: &DeliveryKey, message: Message) -> Result<(), DeskError> {
    let Some(teller) = desk.colleague(&message.user, message.author_team.as_deref(), "").await else {
        desk.left_alone();
        return Ok(());
    };
    let said = as_said(desk, &message).await;
    if is_question(&said.text) {
        return answer_with(desk, key, teller, &message, (BadVerbatim::Blank, Reach::Direct)).await;
    }
    let taking = Taking {
        messages: vec![message.clone()],
        teller: teller.clone(),
        key: key.clone(),
        gesture: Gesture::Direct,
        origin: Origin::Direct,
        receipt: Some(Reach::Direct),
        reaction: None,
    };
    if let Outcome::NoWords(why) = take(desk, taking, Besides::default()).await? {
        answer_with(desk, key, teller, &message, (why, Reach::Direct)).await?;
    }
    Ok(())
}

async fn answer_with(
    desk: &Desk,
    key: &DeliveryKey,
    to: Identity,
    message: &Message,
    (why, reach): (BadVerbatim, Reach),
) -> Result<(), DeskError> {
    let with = match why {
        BadVerbatim::Blank => Answer::Help,
        BadVerbatim::TooLong(_) => Answer::TooLong,
    };
    let source = desk.source(&message.channel, &message.ts);
    let note = Note::Answered { with, source, reach };
    let acts = vec![Act::Write { to: Some(to.clone()), note, until: None }];
    desk.store.commit(Change { at: desk.clock.now(), by: Some(to), keys: vec![key.clone()], expects: vec![], acts }).await?;
    Ok(())
}
