//! Buttons.

use jiff::SignedDuration;
use tracing::warn;

use super::take::{Besides, Outcome, Taking, beside, take};
use super::view::{self, About, Prefilled};
use super::{advocate, backfill, home, item, subscribe};
use crate::app::changes::{self, Changed, What};
use crate::app::receipt;
use crate::config::{Address, Secret};
use crate::domain::acts::{Act, Change};
use crate::domain::advocates::Duty;
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Gesture, Identity};
use crate::domain::ids::FeedbackNo;
use crate::domain::letter::{Reach, Spot};
use crate::domain::pause::Pause;
use crate::domain::press::{Choice, Place, Press, TurnChoice};
use crate::domain::views::Record;
use crate::slack::asides::{Aside, To};
use crate::slack::desk::{Desk, DeskError, Reply};
use crate::slack::history;
use crate::slack::inbound::{self, Message, Pressed, View};
use crate::texts::en;
use crate::texts::page::Page;

/// After so long nobody waits for the answer to a press any more; Slack's address for it is good for half an hour.
const WAITED_FOR: SignedDuration = SignedDuration::from_mins(2);

/// What the person sees of a press.
enum Shows {
    /// This, in place of the message with the button.
    InPlace(Page),
    /// This, beside it.
    Beside(Page),
    /// The message goes; something else tells what became of it.
    Nothing,
    /// The message stays as it is: a form is open.
    Same,
}

/// Answers a press.
pub(in crate::slack) async fn answer(desk: &Desk, pressed: Pressed) -> Reply {
    let shows = if desk.is_one_of_us(&pressed.by) {
        match Press::parse(&pressed.id, &pressed.value) {
            Some(press) => act(desk, &pressed, press).await,
            None => Ok(Shows::Beside(en::unknown_press())),
        }
    } else {
        Ok(Shows::Beside(en::not_from_here()))
    };
    let shows = shows.unwrap_or_else(|fault| Shows::Beside(en::not_kept(desk.not_kept(&fault))));
    if let Err(error) = show(desk, &pressed, shows).await {
        // What was pressed is done; what is shown comes anew with the next look.
        warn!(%error, "the answer to a press could not be shown");
    }
    Reply::Ack(None)
}

async fn show(desk: &Desk, pressed: &Pressed, shows: Shows) -> Result<(), DeskError> {
    let (page, replace) = match shows {
        Shows::InPlace(page) => (page, true),
        Shows::Beside(page) => (page, false),
        Shows::Nothing => (Page::default(), true),
        Shows::Same => return Ok(()),
    };
    if let Some(at) = &pressed.view {
        return in_view(desk, pressed, at, &page).await;
    }
    let Some(url) = &pressed.response_url else { return Ok(()) };
    if Address::http(url).is_err() {
        warn!("Slack gave an address for an answer that is not taken");
        return Ok(());
    }
    if let Ok(until) = desk.clock.now().checked_add(WAITED_FOR) {
        desk.asides.say(Aside { to: To::Answer { url: Secret::new(url.clone()), replace }, page, until });
    }
    Ok(())
}

/// Where there is no message to answer beside: on top of our page at home, which shows what became of it, or in place of what
/// the button stood in.
async fn in_view(desk: &Desk, pressed: &Pressed, at: &View, page: &Page) -> Result<(), DeskError> {
    let shown = view::shows(page);
    match at {
        View::Modal(id) => view::replace(&desk.slack, id, shown).await?,
        View::Home => {
            if let Some(trigger) = &pressed.trigger {
                view::open(&desk.slack, trigger, shown).await?;
            }
        }
    }
    // The page beneath shows what became of it.
    home::publish(desk, &pressed.by).await
}

async fn act(desk: &Desk, pressed: &Pressed, press: Press) -> Result<Shows, DeskError> {
    match press {
        Press::Tell => {
            let about = About::new("", None, crate::domain::feedback::Origin::Direct);
            open(desk, pressed, view::tell(&desk.in_force, &about, &Prefilled::default())).await
        }
        Press::Edit(no) => form(desk, pressed, no, false).await,
        Press::Teams(no) => form(desk, pressed, no, true).await,
        Press::Hide(no) => change(desk, pressed, no, What::Hidden(true)).await,
        Press::Show(no) => change(desk, pressed, no, What::Hidden(false)).await,
        Press::Undo(no) => change(desk, pressed, no, What::Undo).await,
        Press::Join(no, other) => change(desk, pressed, no, What::Join(other)).await,
        Press::Remove(no) => change(desk, pressed, no, What::Remove).await,
        Press::PassOn(place) => pass_on(desk, pressed, place, Gesture::Reaction).await,
        Press::Keep(place) => pass_on(desk, pressed, place, Gesture::Direct).await,
        Press::Backfill { channel, days } => Ok(Shows::InPlace(backfill::begin(desk, pressed, channel, days).await?)),
        Press::Rescue(place) => rescue(desk, pressed, place).await,
        Press::Item(no, choice) if choice.opens() && desk.is_guest(&pressed.by.user).await => {
            Ok(Shows::Beside(en::care::not_for_guests(no)))
        }
        Press::Item(no, choice) if choice.opens() => open_care(desk, pressed, no, &choice).await,
        // What it takes back stood above the button.
        Press::Item(no, Choice::NotHeard) => Ok(Shows::InPlace(item::answer(desk, pressed, no, Choice::NotHeard).await?)),
        Press::Item(no, choice) => Ok(Shows::Beside(item::answer(desk, pressed, no, choice).await?)),
        Press::Subscribe(function, on) => {
            subscribe::press(desk, (&pressed.by.user, DeliveryKey::press(&pressed.key)), &function, on).await?;
            at_home(desk, pressed).await
        }
        Press::Turn(function, monday, choice) => {
            let duty = match choice {
                TurnChoice::Fine => Duty::Fine(monday),
                TurnChoice::Swap => Duty::Swap(monday),
                TurnChoice::NotThisTime => Duty::NotThisTime(monday),
                TurnChoice::TakeOver => Duty::TakeOver(monday),
            };
            Ok(Shows::Beside(advocate::turn(desk, pressed, &function, (duty, Some(choice))).await?))
        }
        Press::Pool(function, joins) => {
            let duty = if joins { Duty::Join } else { Duty::Leave };
            Ok(Shows::Beside(advocate::turn(desk, pressed, &function, (duty, None)).await?))
        }
        Press::SkipTurn(function) => Ok(Shows::Beside(advocate::turn(desk, pressed, &function, (Duty::Skip, None)).await?)),
        Press::Mute(on) => {
            mute(desk, pressed, on).await?;
            at_home(desk, pressed).await
        }
        Press::LeaveIt => Ok(Shows::InPlace(en::left())),
    }
}

/// Direct messages rest until further notice, or come again.
async fn mute(desk: &Desk, pressed: &Pressed, on: bool) -> Result<(), DeskError> {
    let keys = vec![DeliveryKey::press(&pressed.key)];
    let acts = vec![Act::Mute(on.then_some(Pause { until: None }))];
    desk.store.commit(Change { at: desk.clock.now(), by: Some(who(desk, pressed)), keys, expects: vec![], acts }).await?;
    Ok(())
}

/// The page at home shows what became of the press.
async fn at_home(desk: &Desk, pressed: &Pressed) -> Result<Shows, DeskError> {
    home::publish(desk, &pressed.by).await?;
    Ok(Shows::Same)
}

/// Opens the form that closes a record, brings it back, or the like.
async fn open_care(desk: &Desk, pressed: &Pressed, no: FeedbackNo, choice: &Choice) -> Result<Shows, DeskError> {
    let Some(record) = desk.store.record(no).await?.filter(|record| !record.withdrawn) else { return Ok(Shows::Beside(en::gone(no))) };
    let origin = desk.origin_of(&pressed.channel, &pressed.channel_name);
    let about = About { no: Some(no), ..About::new(&pressed.channel, None, origin) };
    let form = match choice {
        Choice::Reopen => view::reopen(no, &about, &record.verbatim),
        Choice::Contradict => view::contradict(no, &about, &record.verbatim),
        Choice::NotYet => view::not_yet(no, &about, &record.verbatim),
        Choice::Decide => view::decide(no, &about, &record.verbatim),
        Choice::Lift => view::lift(no, &about, &record.verbatim),
        _ => view::close(no, &about, &record.verbatim),
    };
    open(desk, pressed, form).await
}

async fn open(desk: &Desk, pressed: &Pressed, form: serde_json::Value) -> Result<Shows, DeskError> {
    if let Some(trigger) = &pressed.trigger {
        match pressed.view {
            Some(View::Modal(_)) => view::push(&desk.slack, trigger, form).await?,
            Some(View::Home) | None => drop(view::open(&desk.slack, trigger, form).await?),
        }
    }
    Ok(Shows::Same)
}

/// Opens a form with what stands in a record.
async fn form(desk: &Desk, pressed: &Pressed, no: FeedbackNo, teams: bool) -> Result<Shows, DeskError> {
    let Some(record) = desk.store.record(no).await?.filter(|record| !record.withdrawn) else { return Ok(Shows::InPlace(en::gone(no))) };
    if !changes::is_tellers(&desk.store, &record, &who(desk, pressed)).await? {
        return Ok(Shows::Beside(en::not_yours(no)));
    }
    let origin = desk.origin_of(&pressed.channel, &pressed.channel_name);
    let about = About { no: Some(no), ..About::new(&pressed.channel, record.thread.clone(), origin) };
    if teams {
        let chosen: Vec<_> = record.functions().cloned().collect();
        return open(desk, pressed, view::teams(&desk.in_force, &about, &chosen)).await;
    }
    if record.verbatim.chars().count() > view::MOST_TYPED {
        return Ok(Shows::Beside(en::too_long_to_edit(no)));
    }
    let Record { verbatim, customer, .. } = record;
    let prefilled = Prefilled { verbatim, messages: 1, customer, functions: vec![], note: None };
    open(desk, pressed, view::edit(&desk.in_force, &about, &prefilled)).await
}

fn who(desk: &Desk, pressed: &Pressed) -> Identity {
    desk.identity(&pressed.by.user, String::new())
}

async fn change(desk: &Desk, pressed: &Pressed, no: FeedbackNo, what: What) -> Result<Shows, DeskError> {
    let (now, who) = (desk.clock.now(), who(desk, pressed));
    let by = changes::By { who: &who, key: &DeliveryKey::press(&pressed.key), receipt: None };
    let changed = changes::change((&desk.store, &desk.in_force), now, by, no, &what).await?;
    if let (Changed::Gone, What::Join(other)) = (&changed, &what)
        && changes::has_heard(&desk.store, *other, &who).await?
    {
        return Ok(Shows::InPlace(en::joined(no, *other)));
    }
    Ok(match changed {
        Changed::Done(record) => Shows::InPlace(en::receipt(&receipt(&desk.store, &desk.in_force, now, no, &record).await?)),
        Changed::Gone if matches!(what, What::Undo) => Shows::InPlace(en::undone(no)),
        Changed::Gone if matches!(what, What::Remove) => Shows::InPlace(en::removed(no)),
        Changed::Gone => Shows::InPlace(en::gone(no)),
        Changed::NotYours => Shows::Beside(en::not_yours(no)),
    })
}

/// Somebody was asked about a message, and says yes.
async fn pass_on(desk: &Desk, pressed: &Pressed, place: Place, gesture: Gesture) -> Result<Shows, DeskError> {
    let Place { source, thread } = place;
    let channel = source.channel.as_str();
    let Some(teller) = desk.colleague(&pressed.by.user, None, &pressed.by.name).await else {
        return Ok(Shows::Beside(en::not_from_here()));
    };
    let found = history::message_at(&desk.slack, channel, &source.ts).await?;
    let Some(message) = found.as_ref().and_then(inbound::message) else { return Ok(Shows::InPlace(en::no_message())) };
    let message = Message { channel: channel.to_owned(), thread: message.thread.clone().or(thread), ..message };
    let receipt = if gesture == Gesture::Direct { Reach::Direct } else { beside(&message) };
    let origin = desk.origin_at(channel).await?;
    let key = DeliveryKey::press(&pressed.key);
    let taking = Taking { messages: vec![message], teller, key, gesture, origin, receipt: Some(receipt), reaction: None };
    Ok(match take(desk, taking, Besides::default()).await? {
        Outcome::Told(_) => Shows::Nothing,
        Outcome::NoWords(_) => Shows::InPlace(en::no_message()),
        Outcome::Stranger => Shows::InPlace(en::not_of_ours()),
    })
}

/// Somebody passes on a message that the filter left out. The list in which they pressed is shown anew.
async fn rescue(desk: &Desk, pressed: &Pressed, Place { source, thread }: Place) -> Result<Shows, DeskError> {
    let channel = source.channel;
    if let Some(why_not) = desk.may_not_look(&pressed.by.user, &channel).await? {
        return Ok(Shows::InPlace(why_not));
    }
    let Some(teller) = desk.colleague(&pressed.by.user, None, &pressed.by.name).await else {
        return Ok(Shows::Beside(en::not_from_here()));
    };
    let found = history::message_at(&desk.slack, channel.as_str(), &source.ts).await?;
    let said = found.as_ref().filter(|value| inbound::is_said(value)).and_then(inbound::message).filter(|message| !message.by_bot);
    let Some(message) = said else { return Ok(Shows::Beside(en::cannot_be_passed_on())) };
    if desk.colleague(&message.user, message.author_team.as_deref(), "").await.is_none() {
        return Ok(Shows::Beside(en::cannot_be_passed_on()));
    }
    let message = Message { channel: channel.to_string(), thread: message.thread.clone().or(thread), ..message };
    let taking = Taking {
        messages: vec![message],
        teller,
        key: DeliveryKey::press(&pressed.key),
        gesture: Gesture::Rescue,
        origin: desk.origin_at(channel.as_str()).await?,
        // Beside the list, wherever the message stands.
        receipt: Some(Reach::Only(Spot { channel: channel.clone(), thread: None })),
        reaction: None,
    };
    Ok(match take(desk, taking, Besides::default()).await? {
        Outcome::Told(_) => Shows::InPlace(desk.left_out_of(&channel).await?),
        Outcome::NoWords(_) | Outcome::Stranger => Shows::Beside(en::cannot_be_passed_on()),
    })
}
