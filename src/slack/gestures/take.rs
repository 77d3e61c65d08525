//! A message is taken as feedback: what every gesture on a message comes to.

use crate::app::intake::{self, Message as Taken, Telling, Told};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{BadVerbatim, Customer, Gesture, Identity, Origin};
use crate::domain::follow::{self, Words};
use crate::domain::function::FunctionId;
use crate::domain::ids::ChannelId;
use crate::domain::letter::{Reach, Spot};
use crate::slack::desk::{Desk, DeskError};
use crate::slack::history;
use crate::slack::inbound::{self, Message};

/// What is to be taken.
pub(super) struct Taking {
    /// The message, or the messages of a thread, the first one first.
    pub(super) messages: Vec<Message>,
    pub(super) teller: Identity,
    pub(super) key: DeliveryKey,
    pub(super) gesture: Gesture,
    pub(super) origin: Origin,
    pub(super) receipt: Option<Reach>,
    pub(super) reaction: Option<String>,
}

/// What the teller said besides.
#[derive(Debug, Clone, Default)]
pub(super) struct Besides {
    /// Other words than the messages'.
    pub(super) words: Option<crate::domain::feedback::Verbatim>,
    pub(super) customer: Option<Customer>,
    pub(super) functions: Vec<FunctionId>,
    pub(super) hidden: bool,
    pub(super) urgent: bool,
}

/// What became of it.
pub(super) enum Outcome {
    Told(Told),
    /// There is nothing to read in it, or too much.
    NoWords(BadVerbatim),
    /// Somebody of another company wrote it.
    Stranger,
}

/// Where in a channel somebody reads what concerns a message there.
pub(super) fn beside(message: &Message) -> Reach {
    let thread = message.thread.clone().filter(|thread| *thread != message.ts);
    Reach::Only(Spot { channel: ChannelId::new(&message.channel), thread })
}

/// The words of messages as people see them, each with its author where there are several.
pub(super) async fn words(desk: &Desk, messages: &[Message]) -> Result<Words, BadVerbatim> {
    let mut said = vec![];
    for message in messages {
        said.push(as_said(desk, message).await);
    }
    follow::compose(&said)
}

/// What people said in a thread, as far as they are heard there: no bots, and of another company only where an admin says so.
/// `None`: we may not see it.
pub(super) async fn of_thread(desk: &Desk, channel: &str, root: &str) -> Result<Option<Vec<Message>>, DeskError> {
    let Some(thread) = history::thread(&desk.slack, channel, root).await? else { return Ok(None) };
    let hears_outsiders = desk.hears_outsiders(channel).await?;
    let mut said = vec![];
    for value in thread.iter().filter(|value| inbound::is_said(value)) {
        let Some(one) = inbound::message(value).filter(|one| !one.by_bot && one.user != desk.home.user) else { continue };
        if hears_outsiders || desk.colleague(&one.user, one.author_team.as_deref(), "").await.is_some() {
            said.push(Message { channel: channel.to_owned(), ..one });
        }
    }
    Ok(Some(said))
}

/// A message as people see it, without the mentions of us.
pub(super) async fn as_said(desk: &Desk, message: &Message) -> follow::Message {
    let author = desk.directory.person(&message.user).await.map(|card| card.name).unwrap_or_default();
    let text = desk.plain(&desk.without_us(&message.text)).await;
    follow::Message { ts: message.ts.clone(), edited: message.edited.clone(), author, text }
}

/// Keeps it. Answered when it is durable.
pub(super) async fn take(desk: &Desk, taking: Taking, besides: Besides) -> Result<Outcome, DeskError> {
    let Some(first) = taking.messages.first() else { return Ok(Outcome::NoWords(BadVerbatim::Blank)) };
    let mut words = match words(desk, &taking.messages).await {
        Ok(words) => words,
        Err(why) => return Ok(Outcome::NoWords(why)),
    };
    if let Some(other) = besides.words.filter(|other| *other != words.verbatim) {
        words = Words { parts: follow::standing(&words, &other), verbatim: other };
    }
    let author = match first.user.as_str() {
        teller if teller == taking.teller.user.as_str() => None,
        _ if first.by_bot => None,
        author => match desk.colleague(author, first.author_team.as_deref(), "").await {
            Some(author) => Some(author),
            None if desk.hears_outsiders(&first.channel).await? => None,
            None => return Ok(Outcome::Stranger),
        },
    };
    let channel = ChannelId::new(&first.channel);
    let telling = Telling {
        teller_functions: desk.functions_of(taking.teller.user.as_str()),
        teller: taking.teller,
        key: taking.key,
        origin: if first.shared { Origin::External } else { taking.origin },
        gesture: taking.gesture,
        message: Some(Taken {
            source: desk.source(&first.channel, &first.ts),
            thread: first.thread.clone().filter(|thread| *thread != first.ts),
            parts: words.parts,
            author,
        }),
        verbatim: words.verbatim,
        channel,
        customer: besides.customer,
        functions: besides.functions,
        hidden: besides.hidden,
        urgent: besides.urgent,
        reaction: taking.reaction,
        receipt: taking.receipt,
    };
    let told = intake::tell(&desk.store, &desk.in_force, desk.clock.now(), telling).await?;
    desk.count_told(&told);
    Ok(Outcome::Told(told))
}
