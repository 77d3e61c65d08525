//! What readers of a digest do about a record in it: all who read the channel may, and the answer is for them alone.

use super::closing::wish;
use crate::app::care::Wish;
use crate::app::{item, own};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::Identity;
use crate::domain::ids::FeedbackNo;
use crate::domain::press::Choice;
use crate::slack::desk::{Desk, DeskError};
use crate::slack::history;
use crate::slack::inbound::Pressed;
use crate::texts::en;
use crate::texts::page::{Page, WebAddress};

/// Answers a choice.
pub(super) async fn answer(desk: &Desk, pressed: &Pressed, no: FeedbackNo, choice: Choice) -> Result<Page, DeskError> {
    if desk.is_guest(&pressed.by.user).await && choice.is_for_colleagues() {
        return Ok(en::care::not_for_guests(no));
    }
    let Some(who) = desk.colleague(&pressed.by.user, None, &pressed.by.name).await else { return Ok(en::not_from_here()) };
    let (store, in_force, now) = (&desk.store, &desk.in_force, desk.clock.now());
    let key = DeliveryKey::press(&pressed.key);
    Ok(match choice {
        Choice::Open => own::shown(store, in_force, now, (no, &who)).await?,
        Choice::HeardToo => match item::heard_too(store, now, (who, key), no).await? {
            Some(counted) => en::heard_too(no, counted),
            None => en::gone(no),
        },
        Choice::NotHeard => {
            if item::not_heard(store, now, (who, key), no).await? {
                en::not_heard(no)
            } else {
                en::gone(no)
            }
        }
        Choice::NotOurs(function) => match item::not_ours((store, in_force), now, (who, key), (no, function)).await? {
            Some((readers, new)) => en::not_ours(no, &readers, new),
            None => en::gone(no),
        },
        Choice::Why(function) => match item::why((store, in_force), no, &function).await? {
            Some(why) => en::why(no, &in_force.name(&function), &why),
            None => en::gone(no),
        },
        Choice::Original => original(desk, no).await?,
        // Their forms are opened where the press came in.
        Choice::Close | Choice::Reopen | Choice::Contradict | Choice::NotYet | Choice::Decide | Choice::Lift => en::unknown_press(),
        Choice::Agree => wish(desk, (who, key), no, Wish::Agree).await?,
        Choice::NeedsAnswer => wish(desk, (who, key), no, Wish::NeedsAnswer).await?,
        Choice::Take => wish(desk, (who, key), no, Wish::Take).await?,
        Choice::GiveBack => wish(desk, (who, key), no, Wish::GiveBack).await?,
        Choice::Extend => wish(desk, (who, key), no, Wish::Extend).await?,
        Choice::Answer(knows) => wish(desk, (who, key), no, Wish::Answer(knows)).await?,
        Choice::Refer(agrees) => wish(desk, (who, key), no, Wish::Refer(agrees)).await?,
        Choice::AskOwner => match owner(desk, no).await? {
            Some(owner) => wish(desk, (who, key), no, Wish::AskOwner(owner)).await?,
            None => en::care::no_owner(no),
        },
    })
}

/// Who looks after the customer of a record, where that is a colleague who is there.
async fn owner(desk: &Desk, no: FeedbackNo) -> Result<Option<Identity>, DeskError> {
    let customer = desk.store.record(no).await?.and_then(|record| record.customer);
    let Some(user) = customer.as_ref().and_then(|customer| desk.in_force.owner_of(customer)) else { return Ok(None) };
    if desk.is_gone(user.as_str()).await {
        return Ok(None);
    }
    Ok(desk.colleague(user.as_str(), None, "").await)
}

async fn original(desk: &Desk, no: FeedbackNo) -> Result<Page, DeskError> {
    let link = match item::original(&desk.store, no).await? {
        Some(source) => history::permalink(&desk.slack, source.channel.as_str(), &source.ts).await?,
        None => None,
    };
    Ok(en::original(no, link.as_deref().and_then(WebAddress::parse)))
}
