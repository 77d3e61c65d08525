//! A reaction passes a message on, and taking it away soon after undoes that.

use super::take::{Besides, Outcome, Taking, beside, take};
use crate::app::follow;
use crate::domain::acts::{Act, Change};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Gesture, Identity, Origin};
use crate::domain::letter::{Asking, Note};
use crate::slack::desk::{Desk, DeskError, Reply};
use crate::slack::history;
use crate::slack::inbound::{self, Message, Reaction};

/// Answers a reaction.
pub(in crate::slack) async fn answer(desk: &Desk, reaction: Reaction) -> Reply {
    if reaction.emoji != desk.in_force.reaction || reaction.user == desk.home.user {
        desk.left_alone();
        return Reply::Ack(None);
    }
    let outcome = if reaction.on { added(desk, reaction).await } else { removed(desk, reaction).await };
    desk.done(outcome)
}

async fn removed(desk: &Desk, reaction: Reaction) -> Result<(), DeskError> {
    let who = desk.identity(&reaction.user, String::new());
    let source = desk.source(&reaction.channel, &reaction.ts);
    let key = DeliveryKey::event(&reaction.event_id);
    follow::unreacted(&desk.store, desk.clock.now(), (who, key), source, reaction.at).await?;
    Ok(())
}

async fn added(desk: &Desk, reaction: Reaction) -> Result<(), DeskError> {
    let Some(teller) = desk.colleague(&reaction.user, None, "").await else {
        desk.left_alone();
        return Ok(());
    };
    let found = history::message_at(&desk.slack, &reaction.channel, &reaction.ts).await?;
    let message = found.as_ref().filter(|value| inbound::is_said(value) || value.get("bot_id").is_some()).and_then(inbound::message);
    // Our own digests are not passed on again.
    let Some(message) = message.filter(|message| message.user != desk.home.user) else {
        desk.left_alone();
        return Ok(());
    };
    let message = Message { channel: reaction.channel.clone(), ..message };
    let is_colleague = message.by_bot || desk.colleague(&message.user, message.author_team.as_deref(), "").await.is_some();
    if !is_colleague && !desk.hears_outsiders(&message.channel).await? {
        desk.left_alone();
        return Ok(());
    }
    let origin = desk.origin_at(&reaction.channel).await?;
    match why_ask(desk, &teller, origin).await? {
        Some(why) => ask(desk, teller, &reaction, &message, why).await,
        None => pass_on(desk, teller, reaction, message, origin).await,
    }
}

async fn why_ask(desk: &Desk, teller: &Identity, origin: Origin) -> Result<Option<Asking>, DeskError> {
    if matches!(origin, Origin::Private | Origin::Direct) {
        return Ok(Some(Asking::Private));
    }
    let known = desk.store.known(teller.tenant.clone(), teller.user.clone()).await?;
    Ok((!known.is_some_and(|(_, person)| person.knows_reaction)).then_some(Asking::First))
}

async fn ask(desk: &Desk, teller: Identity, reaction: &Reaction, message: &Message, why: Asking) -> Result<(), DeskError> {
    let source = desk.source(&reaction.channel, &reaction.ts);
    let note = Note::Asked { source: source.clone(), why, reach: beside(message) };
    let acts = vec![Act::React { source, at: reaction.at.clone(), on: true }, Act::Write { to: Some(teller.clone()), note, until: None }];
    let keys = vec![DeliveryKey::event(&reaction.event_id)];
    desk.store.commit(Change { at: desk.clock.now(), by: Some(teller), keys, expects: vec![], acts }).await?;
    Ok(())
}

async fn pass_on(desk: &Desk, teller: Identity, reaction: Reaction, message: Message, origin: Origin) -> Result<(), DeskError> {
    let receipt = Some(beside(&message));
    let key = DeliveryKey::event(&reaction.event_id);
    let taking = Taking { messages: vec![message], teller, key, gesture: Gesture::Reaction, origin, receipt, reaction: Some(reaction.at) };
    match take(desk, taking, Besides::default()).await? {
        Outcome::Told(_) => {}
        Outcome::NoWords(_) | Outcome::Stranger => desk.left_alone(),
    }
    Ok(())
}
