//! Somebody says something: in a channel that is listened to, to us, or in the thread of a digest.

use super::take::{Besides, Outcome, Taking, as_said, beside, take};
use crate::app::follow;
use crate::app::intake::Told;
use crate::app::receipt;
use crate::domain::acts::{Act, Change};
use crate::domain::command::{is_question, numbers_in};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{BadVerbatim, Gesture, Identity, Mode, Origin, Verbatim};
use crate::domain::letter::{Answer, Note, Reach};
use crate::domain::noise::Judgement;
use crate::slack::asides::{Aside, To};
use crate::slack::desk::{Desk, DeskError, Reply};
use crate::slack::history;
use crate::slack::inbound::{self, Message};
use crate::texts::en;
use jiff::SignedDuration;

/// After so long a receipt of listening is not said any more.
const IN_PASSING: SignedDuration = SignedDuration::from_mins(2);

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
    if replied(desk, key, &message).await? {
        return Ok(());
    }
    let origin = desk.origin_of(&message.channel, &message.channel_type);
    let mode = desk.mode_of(&message.channel).await?;
    let mentions_us = desk.mentions_us(&message.text);
    match (mode, origin) {
        (Some(Mode::All | Mode::Filtered), Origin::Public | Origin::External) if mentions_us => to_us(desk, key, message).await,
        (Some(mode @ (Mode::All | Mode::Filtered)), Origin::Public | Origin::External) => {
            listened(desk, key, message, (mode, origin)).await
        }
        // Only public channels are listened to. Mentions come by themselves.
        _ => {
            desk.left_alone();
            Ok(())
        }
    }
}

async fn listened(desk: &Desk, key: &DeliveryKey, message: Message, (mode, origin): (Mode, Origin)) -> Result<(), DeskError> {
    let Some(teller) = desk.colleague(&message.user, message.author_team.as_deref(), "").await else {
        desk.left_alone();
        return Ok(());
    };
    if mode == Mode::Filtered
        && let Judgement::LeftOut(why) = desk.in_force.judge(&as_said(desk, &message).await.text)
    {
        desk.leave_out(&message, why);
        return Ok(());
    }
    let reach = beside(&message);
    let taking = Taking {
        messages: vec![message],
        teller: teller.clone(),
        key: key.clone(),
        gesture: Gesture::Listening,
        origin,
        receipt: None,
        reaction: None,
    };
    match take(desk, taking, Besides::default()).await? {
        Outcome::Told(Told::Kept { no, record }) if record.gesture == Gesture::Listening => {
            let now = desk.clock.now();
            let receipt = receipt(&desk.store, &desk.in_force, now, no, &record).await?;
            say_in_passing(desk, &teller, reach, en::receipt(&receipt));
        }
        Outcome::Told(_) => {}
        Outcome::NoWords(_) => desk.left_alone(),
    }
    Ok(())
}

fn say_in_passing(desk: &Desk, to: &Identity, reach: Reach, page: crate::texts::page::Page) {
    if let (Reach::Only(spot), Ok(until)) = (reach, desk.clock.now().checked_add(IN_PASSING)) {
        desk.asides.say(Aside { to: To::Only(to.user.to_string(), spot), page, until });
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
        Some(root) => of_thread(desk, &message, &root).await?,
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

/// What colleagues said in a thread before we were asked to take it.
async fn of_thread(desk: &Desk, message: &Message, root: &str) -> Result<Vec<Message>, DeskError> {
    let Some(thread) = history::thread(&desk.slack, &message.channel, root).await? else { return Ok(vec![]) };
    let mut said = vec![];
    for value in thread.iter().filter(|value| inbound::is_said(value)) {
        let Some(one) = inbound::message(value).filter(|one| !one.by_bot && one.ts != message.ts && one.user != desk.home.user) else {
            continue;
        };
        if desk.colleague(&one.user, one.author_team.as_deref(), "").await.is_some() {
            said.push(Message { channel: message.channel.clone(), shared: message.shared, ..one });
        }
    }
    Ok(said)
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

/// A reply in a digest's thread that names a record is kept with it. `false`: it is none.
async fn replied(desk: &Desk, key: &DeliveryKey, message: &Message) -> Result<bool, DeskError> {
    let Some(thread) = message.thread.as_deref().filter(|thread| *thread != message.ts) else { return Ok(false) };
    let nos = numbers_in(&message.text);
    if nos.is_empty() {
        return Ok(false);
    }
    let Some(who) = desk.colleague(&message.user, message.author_team.as_deref(), "").await else { return Ok(false) };
    let Ok(words) = Verbatim::parse(&desk.plain(&message.text).await) else { return Ok(false) };
    let source = desk.source(&message.channel, &message.ts);
    let kept = follow::replied(&desk.store, desk.clock.now(), (who, key.clone()), (&source, thread), (&nos, &words)).await?;
    Ok(kept > 0)
}
