//! The form: opened by a shortcut, filled in, sent.

use serde_json::{Value, json};
use tracing::warn;

use super::closing;
use super::sent::{Sent, Wrong, teller};
use super::take::{Besides, Outcome, Taking, of_thread, take, words};
use super::view::{self, About, Prefilled};
use crate::app::care::Wish;
use crate::app::changes::{self, Changed, What};
use crate::app::intake::{self, Message as Taken, Telling, Told};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Customer, Gesture, Identity, Verbatim};
use crate::domain::follow::Words;
use crate::domain::function::FunctionId;
use crate::domain::ids::ChannelId;
use crate::slack::desk::{Desk, DeskError, Reply};
use crate::slack::history;
use crate::slack::inbound::{self, Actor, Message, Shortcut, Submitted};
use crate::slack::names::{PASS_ON, TELL};
use crate::store::CommitError;
use crate::texts::en::{self, forms};

/// How many customers are suggested.
const MOST_SUGGESTED: usize = 20;

/// Opens the form.
pub(in crate::slack) async fn shortcut(desk: &Desk, shortcut: Shortcut) -> Reply {
    let opened = match (shortcut.callback.as_str(), &shortcut.message) {
        (PASS_ON, Some(message)) => on_message(desk, &shortcut, message.clone()).await,
        (TELL, _) => {
            let about = About::new("", None, crate::domain::feedback::Origin::Direct);
            let form = view::tell(&desk.in_force, &about, &Prefilled::default());
            view::open(&desk.slack, &shortcut.trigger, form).await.map(|_| ()).map_err(Into::into)
        }
        _ => {
            desk.left_alone();
            Ok(())
        }
    };
    if let Err(error) = opened {
        // The person sees that nothing opened, and tries again.
        warn!(%error, "a form could not be opened");
    }
    Reply::Ack(None)
}

async fn on_message(desk: &Desk, shortcut: &Shortcut, message: Message) -> Result<(), DeskError> {
    if let Some(why) = why_not(desk, shortcut, &message).await? {
        view::open(&desk.slack, &shortcut.trigger, view::says(forms::SORRY, &why)).await?;
        return Ok(());
    }
    let origin = desk.origin_of(&shortcut.channel, &shortcut.channel_name);
    let mut about = About::new(&shortcut.channel, message.thread.clone().filter(|thread| *thread != message.ts), origin);
    about.message = Some(message.ts.clone());
    about.author = (!message.by_bot).then(|| message.user.clone());
    let Some(root) = message.thread.clone() else {
        // At once, before any slow work: the trigger lives for three seconds.
        let text = desk.plain_at_once(&message.text);
        let form = view::tell(&desk.in_force, &about, &prefilled(desk, text, 1));
        view::open(&desk.slack, &shortcut.trigger, form).await?;
        return Ok(());
    };
    let opened = view::open(&desk.slack, &shortcut.trigger, view::says(forms::TELL, forms::READING)).await?;
    let thread = of_thread(desk, &shortcut.channel, &root).await?;
    let form = match thread.as_deref().map(|messages| (messages, words_of(desk, messages))) {
        Some((messages, words)) if !messages.is_empty() => {
            about.message = Some(root);
            about.author = messages.first().filter(|first| !first.by_bot).map(|first| first.user.clone());
            about.whole = true;
            let words = words.await.map(|words| words.verbatim.into_string()).unwrap_or_default();
            view::tell(&desk.in_force, &about, &prefilled(desk, words, messages.len()))
        }
        _ => {
            let text = desk.plain(&message.text).await;
            let prefilled = Prefilled { note: Some(forms::ONE_MESSAGE), ..prefilled(desk, text, 1) };
            view::tell(&desk.in_force, &about, &prefilled)
        }
    };
    view::update(&desk.slack, &opened, form).await?;
    Ok(())
}

async fn words_of(desk: &Desk, messages: &[Message]) -> Option<Words> {
    words(desk, messages).await.ok()
}

/// The form with the functions guessed from the words, and the customer whom they name.
fn prefilled(desk: &Desk, verbatim: String, messages: usize) -> Prefilled {
    let text = desk.in_force.read(&verbatim);
    let functions = desk.in_force.tag(&text).into_iter().map(|tag| tag.function).collect();
    let customer = desk.in_force.customer_in(&text);
    Prefilled { verbatim, messages, customer, functions, note: None }
}

/// Why a message cannot be passed on, if it cannot.
async fn why_not(desk: &Desk, shortcut: &Shortcut, message: &Message) -> Result<Option<String>, DeskError> {
    if !desk.is_one_of_us(&shortcut.by) {
        return Ok(Some(forms::NOT_OURS.to_owned()));
    }
    if message.user == desk.home.user {
        return Ok(Some(forms::OUR_OWN.to_owned()));
    }
    let foreign =
        message.author_team.as_deref().is_some_and(|team| desk.is_stranger(desk.directory.known_card(&message.user).as_ref(), Some(team)));
    if foreign && !desk.hears_outsiders(&message.channel).await? {
        return Ok(Some(forms::NOT_OF_OURS.to_owned()));
    }
    let told = desk.store.told(desk.source(&message.channel, &message.ts)).await?.unwrap_or_default();
    if told.closed {
        return Ok(Some(forms::CLOSED.to_owned()));
    }
    if message.thread.is_none()
        && let Some(no) = told.nos.last()
        && desk.store.record(*no).await?.is_some_and(|record| !record.withdrawn)
    {
        return Ok(Some(forms::known(*no)));
    }
    Ok(None)
}

/// Customers that fit what somebody types; the last choice is what they typed.
pub(in crate::slack) fn suggest(desk: &Desk, by: &Actor, id: &str, typed: &str) -> Reply {
    let mut options = vec![];
    if id == view::CUSTOMER && desk.is_one_of_us(by) {
        let typed = typed.trim();
        options = desk.in_force.suggest(typed, MOST_SUGGESTED).iter().map(|(id, name)| view::account(id, name)).collect();
        if !typed.is_empty() {
            options.push(view::as_typed(typed));
        }
    }
    Reply::Ack(Some(json!({ "options": options })))
}

/// Answers a form that was sent.
pub(in crate::slack) async fn submitted(desk: &Desk, sent: Submitted) -> Reply {
    let outcome = match serde_json::from_str::<About>(&sent.metadata) {
        Ok(about) => match sent.callback.as_str() {
            view::TELL => tell(desk, &sent, &about).await,
            view::EDIT => edit(desk, &sent, &about).await,
            view::TEAMS => teams(desk, &sent, &about).await,
            view::CLOSE => closing::close(desk, &sent, &about).await,
            view::REOPEN => closing::sent(desk, &sent, &about, Wish::Reopen).await,
            view::CONTRADICT => closing::sent(desk, &sent, &about, Wish::Contradict).await,
            view::NOT_YET => closing::sent(desk, &sent, &about, Wish::NotYet).await,
            view::LIFT => closing::sent(desk, &sent, &about, Wish::Lift).await,
            view::DECIDE => closing::decide(desk, &sent, &about).await,
            _ => Ok(Sent::Done),
        },
        Err(_) => Ok(Sent::Says(forms::AGAIN.to_owned())),
    };
    let field = match sent.callback.as_str() {
        view::TEAMS => view::FUNCTIONS,
        view::CLOSE | view::REOPEN | view::CONTRADICT | view::NOT_YET | view::LIFT | view::DECIDE => view::REASON,
        _ => view::VERBATIM,
    };
    Reply::Ack(match outcome {
        Ok(Sent::Done) => None,
        Ok(Sent::Wrong(Wrong(field, why))) => Some(errors(field, &why)),
        Ok(Sent::Stands(text)) => Some(json!({"response_action": "update", "view": view::says(forms::NOT_DONE, &text)})),
        Ok(Sent::Says(text)) => Some(json!({"response_action": "update", "view": view::says(forms::SORRY, &text)})),
        Err(fault) => {
            let full = matches!(desk.not_kept(&fault), en::NotKept::Full);
            // What was typed stays in the form, which can be sent again.
            Some(errors(field, if full { forms::FULL } else { forms::AGAIN }))
        }
    })
}

fn errors(field: &str, why: &str) -> Value {
    json!({"response_action": "errors", "errors": {field: why}})
}

fn customer(desk: &Desk, sent: &Submitted) -> Option<Customer> {
    let chosen = sent.chosen(view::CUSTOMER).pop().or_else(|| sent.typed(view::CUSTOMER));
    chosen.as_deref().and_then(|chosen| view::customer_of(&desk.in_force, chosen))
}

fn functions(sent: &Submitted) -> Vec<FunctionId> {
    sent.chosen(view::FUNCTIONS).iter().filter_map(|id| FunctionId::parse(id).ok()).collect()
}

async fn tell(desk: &Desk, sent: &Submitted, about: &About) -> Result<Sent, DeskError> {
    let typed = sent.typed(view::VERBATIM).map(|text| Verbatim::parse(&text));
    let verbatim = match typed {
        Some(Ok(verbatim)) => Some(verbatim),
        // A thread too long for the field has none.
        None if about.whole => None,
        Some(Err(_)) | None => return Ok(Sent::Wrong(Wrong(view::VERBATIM, forms::BLANK.to_owned()))),
    };
    if about.asks() && sent.chosen(view::PRIVATE).is_empty() {
        return Ok(Sent::Wrong(Wrong(view::PRIVATE, forms::PRIVATE_NEEDED.to_owned())));
    }
    let Some(teller) = teller(desk, &sent.by).await else { return Ok(Sent::Says(forms::NOT_OURS.to_owned())) };
    let besides = Besides {
        words: verbatim.clone(),
        customer: customer(desk, sent),
        functions: functions(sent),
        hidden: !sent.chosen(view::NAME).is_empty(),
        urgent: !sent.chosen(view::URGENT).is_empty(),
    };
    let messages = messages(desk, about).await?;
    // Whoever sends twice what was there reads so in the letter.
    if messages.is_empty() {
        let Some(verbatim) = verbatim else { return Ok(Sent::Says(forms::GONE.to_owned())) };
        alone(desk, sent, about, (teller, verbatim), besides).await?;
        return Ok(Sent::Done);
    }

    let (gesture, key) = (Gesture::Shortcut, DeliveryKey::press(&sent.key));
    let taking = Taking { messages, teller, key, gesture, origin: about.origin, receipt: Some(about.reach()), reaction: None };
    Ok(match take(desk, taking, besides).await? {
        Outcome::Told(_) => Sent::Done,
        Outcome::NoWords(_) => Sent::Says(forms::GONE.to_owned()),
        Outcome::Stranger => Sent::Says(forms::NOT_OF_OURS.to_owned()),
    })
}

/// The messages that a form passes on, as they stand now; none where it is about none, or we may not see them.
async fn messages(desk: &Desk, about: &About) -> Result<Vec<Message>, DeskError> {
    let Some(ts) = &about.message else { return Ok(vec![]) };
    if about.whole {
        return Ok(of_thread(desk, &about.channel, ts).await?.unwrap_or_default());
    }
    let found = history::message_at(&desk.slack, &about.channel, ts).await?;
    let message = found.as_ref().and_then(inbound::message);
    Ok(message.map(|message| Message { channel: about.channel.clone(), ..message }).into_iter().collect())
}

/// Words that only the form holds.
async fn alone(
    desk: &Desk,
    sent: &Submitted,
    about: &About,
    (teller, verbatim): (Identity, Verbatim),
    besides: Besides,
) -> Result<Told, DeskError> {
    let author = match &about.author {
        Some(author) if *author != sent.by.user => desk.colleague(author, None, "").await,
        _ => None,
    };
    let message = about.message.as_ref().map(|ts| Taken {
        source: desk.source(&about.channel, ts),
        thread: about.thread.clone(),
        parts: vec![],
        author,
    });
    let telling = Telling {
        teller_functions: desk.functions_of(&sent.by.user),
        teller,
        key: DeliveryKey::press(&sent.key),
        channel: ChannelId::new(&about.channel),
        origin: about.origin,
        gesture: if message.is_some() { Gesture::Shortcut } else { Gesture::Form },
        verbatim,
        message,
        customer: besides.customer,
        functions: besides.functions,
        hidden: besides.hidden,
        urgent: besides.urgent,
        reaction: None,
        receipt: Some(about.reach()),
    };
    let told = intake::tell(&desk.store, &desk.in_force, desk.clock.now(), telling).await?;
    desk.count_told(&told);
    Ok(told)
}

async fn edit(desk: &Desk, sent: &Submitted, about: &About) -> Result<Sent, DeskError> {
    let typed = sent.typed(view::VERBATIM).and_then(|text| Verbatim::parse(&text).ok());
    let Some(verbatim) = typed else { return Ok(Sent::Wrong(Wrong(view::VERBATIM, forms::BLANK.to_owned()))) };
    change(desk, sent, about, &What::Words(verbatim, customer(desk, sent))).await
}

async fn teams(desk: &Desk, sent: &Submitted, about: &About) -> Result<Sent, DeskError> {
    let functions = functions(sent);
    if functions.is_empty() {
        return Ok(Sent::Wrong(Wrong(view::FUNCTIONS, forms::NO_FUNCTION.to_owned())));
    }
    change(desk, sent, about, &What::Functions(functions)).await
}

async fn change(desk: &Desk, sent: &Submitted, about: &About, what: &What) -> Result<Sent, DeskError> {
    let Some(no) = about.no else { return Ok(Sent::Says(forms::AGAIN.to_owned())) };
    let who = desk.identity(&sent.by.user, String::new());
    let by = changes::By { who: &who, key: &DeliveryKey::press(&sent.key), receipt: Some(about.reach()) };
    Ok(match changes::change((&desk.store, &desk.in_force), desk.clock.now(), by, no, what).await {
        Ok(Changed::Done(_)) => Sent::Done,
        Ok(Changed::Gone) => Sent::Says(forms::gone(no)),
        Ok(Changed::NotYours) => Sent::Says(forms::not_yours(no)),
        Err(changes::ChangeError::Commit(CommitError::Stale(_))) => Sent::Wrong(Wrong(view::VERBATIM, forms::CHANGED.to_owned())),
        Err(error) => return Err(error.into()),
    })
}
