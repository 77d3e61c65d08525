//! A message in a channel that is listened to: heard as it comes, or found there later.

use jiff::SignedDuration;

use super::take::{Besides, Outcome, Taking, as_said, beside, take};
use crate::app::intake::Told;
use crate::app::{follow, receipt_of};
use crate::domain::command::numbers_in;
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Gesture, Identity, Mode, Origin, Source, Verbatim};
use crate::domain::ids::ChannelId;
use crate::domain::letter::Reach;
use crate::domain::noise::Judgement;
use crate::domain::views::Unreadable;
use crate::slack::asides::{Aside, To};
use crate::slack::desk::{Desk, DeskError};
use crate::slack::history::moment_of;
use crate::slack::inbound::Message;
use crate::texts::en;
use crate::texts::page::Page;

/// So long after a message was said a receipt of listening is not said any more.
const IN_PASSING: SignedDuration = SignedDuration::from_mins(2);

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::slack) enum Became {
    /// It is kept now.
    Heard,
    /// It was kept before, or was taken back.
    Known,
    /// It is nothing for us.
    LeftAlone,
}

/// How a message's channel is listened to, and who may read there. Only public channels are listened to.
pub(super) async fn how(desk: &Desk, message: &Message) -> Result<Option<(Mode, Origin)>, DeskError> {
    let origin = desk.origin_of(&message.channel, &message.channel_type);
    let mode = desk.mode_of(&message.channel).await?;
    Ok(mode.filter(|_| matches!(origin, Origin::Public | Origin::External)).map(|mode| (mode, origin)))
}

/// Hears a message as its channel's mode wants it: the one way for what comes live and for what is found later.
pub(super) async fn hear(desk: &Desk, key: &DeliveryKey, message: Message, (mode, origin): (Mode, Origin)) -> Result<Became, DeskError> {
    match mode {
        Mode::All => listen(desk, key, message, (Gesture::Listening, origin)).await,
        Mode::Filtered => {
            let text = as_said(desk, &message).await.text;
            match desk.in_force.judge(&desk.in_force.read(&text)) {
                Judgement::Heard(_) => listen(desk, key, message, (Gesture::Listening, origin)).await,
                Judgement::LeftOut(why) => {
                    desk.leave_out(&message, &text, why).await;
                    desk.left_alone();
                    Ok(Became::LeftAlone)
                }
            }
        }
        Mode::Reactions => {
            desk.left_alone();
            Ok(Became::LeftAlone)
        }
    }
}

/// A message that was found in a channel that is listened to: said while nobody listened, or heard already.
pub(in crate::slack) async fn find(desk: &Desk, message: Message) -> Result<Became, DeskError> {
    let Some(key) = of_others(desk, &message).await? else { return Ok(Became::Known) };
    if replied(desk, &key, &message).await? {
        return Ok(Became::Heard);
    }
    match how(desk, &message).await? {
        Some((Mode::All | Mode::Filtered, origin)) if desk.mentions_us(&message.text) => {
            listen(desk, &key, message, (Gesture::Mention, origin)).await
        }
        Some(how) => hear(desk, &key, message, how).await,
        None => Ok(Became::LeftAlone),
    }
}

/// A message that was said before we listened, which an admin lets us read. Its author reads no receipt.
pub(in crate::slack) async fn find_before(desk: &Desk, message: Message) -> Result<Became, DeskError> {
    let Some(key) = of_others(desk, &message).await? else { return Ok(Became::Known) };
    let origin = desk.origin_of(&message.channel, &message.channel_type);
    listen(desk, &key, message, (Gesture::Backfill, origin)).await
}

/// Whether a message would be taken if it were found now, as far as can be told without asking who its author is.
pub(in crate::slack) async fn is_takeable(desk: &Desk, message: &Message) -> Result<bool, DeskError> {
    let card = desk.directory.known_card(&message.user);
    let ours = !message.by_bot && !desk.is_stranger(card.as_ref(), message.author_team.as_deref());
    let said = ours && Verbatim::parse(&desk.plain_at_once(&desk.without_us(&message.text))).is_ok();
    Ok(said && of_others(desk, message).await?.is_some())
}

/// A reply that was found in a thread of ours.
pub(in crate::slack) async fn find_reply(desk: &Desk, message: &Message) -> Result<Became, DeskError> {
    let Some(key) = of_others(desk, message).await? else { return Ok(Became::Known) };
    Ok(if replied(desk, &key, message).await? { Became::Heard } else { Became::LeftAlone })
}

/// What a message that was found is known by. `None`: it is our own, or was heard already, so that nothing is done twice.
async fn of_others(desk: &Desk, message: &Message) -> Result<Option<DeliveryKey>, DeskError> {
    if message.user == desk.home.user || is_heard(desk, &desk.source(&message.channel, &message.ts)).await? {
        return Ok(None);
    }
    Ok(Some(DeliveryKey::read(&ChannelId::new(&message.channel), &message.ts)))
}

/// Whether a message was taken by itself, or may not be taken. One that stands in a record of its whole thread alone was
/// not.
async fn is_heard(desk: &Desk, source: &Source) -> Result<bool, Unreadable> {
    let Some(told) = desk.store.told(source.clone()).await? else { return Ok(false) };
    let records = desk.store.records(told.nos).await?;
    let alone = |(_, record): &(_, crate::domain::views::Record)| {
        record.parts.len() <= 1 && record.source.as_ref() == Some(source) || record.replies.iter().any(|reply| reply.source == *source)
    };
    Ok(told.closed || records.iter().any(alone))
}

async fn listen(desk: &Desk, key: &DeliveryKey, message: Message, (gesture, origin): (Gesture, Origin)) -> Result<Became, DeskError> {
    let colleague = desk.colleague(&message.user, message.author_team.as_deref(), "").await;
    let is_colleague = colleague.is_some();
    let teller = match colleague {
        Some(teller) => teller,
        None if desk.hears_outsiders(&message.channel).await? => {
            let name = desk.directory.person(&message.user).await.map(|card| card.name).unwrap_or_default();
            desk.identity(&message.user, name)
        }
        None => {
            desk.left_alone();
            return Ok(Became::LeftAlone);
        }
    };
    let (reach, said_at) = (beside(&message), message.ts.clone());
    let taking = Taking {
        messages: vec![message],
        teller: teller.clone(),
        key: key.clone(),
        gesture,
        origin,
        receipt: (gesture == Gesture::Mention).then(|| reach.clone()),
        reaction: None,
    };
    match take(desk, taking, Besides::default()).await? {
        Outcome::Told(Told::Kept(no)) => {
            let now = desk.clock.now();
            if is_colleague
                && gesture == Gesture::Listening
                && desk.asides.take_turn(now)
                && let Some(receipt) = receipt_of(&desk.store, &desk.in_force, now, no).await?
            {
                say_in_passing(desk, &teller, (reach, &said_at), en::receipt(&receipt));
            }
            Ok(Became::Heard)
        }
        Outcome::Told(Told::Before(_)) => Ok(Became::Known),
        Outcome::NoWords(_) | Outcome::Stranger => {
            desk.left_alone();
            Ok(Became::LeftAlone)
        }
    }
}

fn say_in_passing(desk: &Desk, to: &Identity, (reach, said_at): (Reach, &str), page: Page) {
    let until = moment_of(said_at).and_then(|said_at| said_at.checked_add(IN_PASSING).ok());
    if let (Reach::Only(spot), Some(until)) = (reach, until) {
        desk.asides.say(Aside { to: To::Only(to.user.to_string(), spot), page, until });
    }
}

/// A reply in a digest's thread that names a record is kept with it. `false`: it is none.
pub(super) async fn replied(desk: &Desk, key: &DeliveryKey, message: &Message) -> Result<bool, DeskError> {
    let Some(thread) = message.thread.as_deref().filter(|thread| *thread != message.ts) else { return Ok(false) };
    let nos = numbers_in(&message.text);
    if nos.is_empty() {
        return Ok(false);
    }
    let Some(who) = desk.colleague(&message.user, message.author_team.as_deref(), "").await else { return Ok(false) };
    let Ok(words) = Verbatim::parse(&desk.plain(&message.text).await) else { return Ok(false) };
    let source = desk.source(&message.channel, &message.ts);
    let kept =
        follow::replied((&desk.store, &desk.in_force), desk.clock.now(), (who, key.clone()), (&source, thread), (&nos, &words)).await?;
    Ok(kept > 0)
}
