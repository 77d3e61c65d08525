//! A message was edited, or is gone: what was heard of it follows.

use super::take::{Besides, Taking, as_said, take};
use crate::app::follow;
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Gesture, Mode, Origin};
use crate::domain::noise::Judgement;
use crate::slack::desk::{Desk, DeskError, Reply};
use crate::slack::inbound::Message;

/// Answers an edit.
pub(in crate::slack) async fn edited(desk: &Desk, event_id: &str, message: Message, before: &str) -> Reply {
    let outcome = follow_edit(desk, event_id, message, before).await;
    desk.done(outcome)
}

async fn follow_edit(desk: &Desk, event_id: &str, message: Message, before: &str) -> Result<(), DeskError> {
    if message.user == desk.home.user {
        desk.left_alone();
        return Ok(());
    }
    let source = desk.source(&message.channel, &message.ts);
    let said = as_said(desk, &message).await;
    if follow::edited(&desk.store, &desk.in_force, desk.clock.now(), &source, &said).await? {
        return Ok(());
    }
    // Slack may tell of the edit before it tells of the message.
    let origin = desk.origin_of(&message.channel, &message.channel_type);
    let is_heard = matches!(origin, Origin::Public | Origin::External)
        && match desk.mode_of(&message.channel).await? {
            Some(Mode::All) => true,
            Some(Mode::Filtered) => passes(desk, &message, &said.text, before).await,
            Some(Mode::Reactions) | None => false,
        };
    let teller = desk.colleague(&message.user, message.author_team.as_deref(), "").await;
    let (true, Some(teller)) = (is_heard, teller) else {
        desk.left_alone();
        return Ok(());
    };
    let key = DeliveryKey::event(event_id);
    let taking = Taking { messages: vec![message], teller, key, gesture: Gesture::Listening, origin, receipt: None, reaction: None };
    take(desk, taking, Besides::default()).await?;
    Ok(())
}

/// In whichever order they come: what passed before the edit or passes after it is heard.
async fn passes(desk: &Desk, message: &Message, now: &str, before: &str) -> bool {
    let judge = |text: &str| desk.in_force.judge(&desk.in_force.read(text));
    match (judge(now), judge(&desk.plain(before).await)) {
        (Judgement::Heard(_), _) | (_, Judgement::Heard(_)) => true,
        (Judgement::LeftOut(why), Judgement::LeftOut(_)) => {
            desk.leave_out(message, now, why).await;
            false
        }
    }
}

/// A message was found to say something else than what was kept of it.
pub(in crate::slack) async fn found_edited(desk: &Desk, message: &Message) -> Result<(), DeskError> {
    let said = as_said(desk, message).await;
    let source = desk.source(&message.channel, &message.ts);
    follow::edited(&desk.store, &desk.in_force, desk.clock.now(), &source, &said).await?;
    Ok(())
}

/// A message of which something is kept was found to be gone.
pub(in crate::slack) async fn found_gone(desk: &Desk, channel: &str, ts: &str) -> Result<(), DeskError> {
    follow::deleted(&desk.store, desk.clock.now(), None, desk.source(channel, ts)).await?;
    Ok(())
}

/// Answers a deletion.
pub(in crate::slack) async fn deleted(desk: &Desk, event_id: &str, channel: &str, ts: &str) -> Reply {
    let outcome = follow_deletion(desk, event_id, channel, ts).await;
    desk.done(outcome)
}

async fn follow_deletion(desk: &Desk, event_id: &str, channel: &str, ts: &str) -> Result<(), DeskError> {
    let source = desk.source(channel, ts);
    let may_come = desk.mode_of(channel).await?.is_some() || channel.starts_with('D');
    if !may_come && desk.store.told(source.clone()).await?.is_none() {
        desk.left_alone();
        return Ok(());
    }
    follow::deleted(&desk.store, desk.clock.now(), Some(DeliveryKey::event(event_id)), source).await?;
    Ok(())
}
