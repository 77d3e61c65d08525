//! Whatever comes late, early or twice: in the end it is as if all had come once and in order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, RwLock};

use jiff::Timestamp;
use proptest::prelude::*;

use super::InForce;
use super::follow::{deleted, edited, unreacted};
use super::intake::{Message as Taken, Telling, tell};
use crate::domain::acts::{Act, Change};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Gesture, Identity, Mode, Origin, Source};
use crate::domain::follow::{Message, Words, compose};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, PersonNo, TenantId, UserId};
use crate::domain::letter::Reach;
use crate::domain::noise::{Filter, Strengths};
use crate::domain::routing::{ChannelRef, Day, Function, Members, Routing, Schedule};
use crate::domain::tagging::{Rule, Tag, Tagger};
use crate::domain::urgent::Alarms;
use crate::store::SharedStore;
use crate::store::memory::MemoryStore;

/// What happens to the one message, in seconds after it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Written,
    Edited,
    Reacted,
    Unreacted,
    Deleted,
}

/// The one message, and all that happens to it, in order of time.
#[derive(Debug, Clone)]
struct Story {
    /// How its channel is listened to.
    mode: Mode,
    events: Vec<(i64, What)>,
    /// What it says from the beginning, and after each edit.
    texts: Vec<&'static str>,
}

/// One event as it comes.
#[derive(Debug, Clone, Copy)]
struct Delivery {
    /// Which of the story's.
    event: usize,
    /// Whether the platform gives it another id than the first time.
    anew: bool,
    /// How much later than what came so far the message is looked up, where it is.
    later: u8,
}

const TEXTS: [&str; 5] = ["the invoice is wrong", "they want a refund", "a refund of the invoice", "they are happy", "  "];

impl Story {
    fn moment(at: i64) -> String {
        format!("{}.000100", 1_790_000_000 + at)
    }

    /// The message as it stands at a time; none where it is gone.
    fn message(&self, at: i64) -> Option<Message> {
        let so_far = || self.events.iter().filter(move |(when, _)| *when <= at);
        if so_far().any(|(_, what)| *what == What::Deleted) {
            return None;
        }
        let edits: Vec<i64> = so_far().filter(|(_, what)| *what == What::Edited).map(|(when, _)| *when).collect();
        let (ts, edited) = (Self::moment(0), edits.last().copied().map(Self::moment));
        Some(Message { ts, edited, author: "kim".to_owned(), text: self.texts[edits.len()].to_owned() })
    }

    /// Once each, in order, and nothing is looked up later than it happens.
    fn in_order(&self) -> Vec<Delivery> {
        (0..self.events.len()).map(|event| Delivery { event, anew: false, later: 0 }).collect()
    }
}

/// A reaction is taken away once, if at all: of several that come in no order only the last one is known.
fn stories() -> impl Strategy<Value = Story> {
    let times = || prop_oneof![1..20_i64, 1..2000_i64];
    let edits = prop::collection::vec(times(), 0..4);
    let reaction = prop::option::of((times(), prop::option::of(prop_oneof![1..20_i64, 590..610_i64, 1..2000_i64])));
    (any::<bool>(), edits, reaction, prop::option::of(times()), prop::collection::vec(0..TEXTS.len(), 4)).prop_map(
        |(all, edits, reaction, deletion, texts)| {
            let mut events = vec![(0, What::Written)];
            events.extend(edits.into_iter().map(|at| (at, What::Edited)));
            if let Some((at, taken_away)) = reaction {
                events.push((at, What::Reacted));
                events.extend(taken_away.map(|after| (at + after, What::Unreacted)));
            }
            events.extend(deletion.map(|at| (at, What::Deleted)));
            // Nothing happens to a message that is gone, nor two things at once.
            events.sort_by_key(|(at, what)| (*at, *what == What::Deleted));
            events.dedup_by_key(|(at, _)| *at);
            let end = events.iter().position(|(_, what)| *what == What::Deleted).map_or(events.len(), |at| at + 1);
            events.truncate(end);
            let reacted = events.iter().any(|(_, what)| *what == What::Reacted);
            events.retain(|(_, what)| *what != What::Unreacted || reacted);
            // Where the reaction looks up the message, what it says then counts: without words there is nothing to take.
            let blank = if all { TEXTS.len() } else { TEXTS.len() - 1 };
            let texts = texts.into_iter().map(|text| TEXTS[text % blank]).collect();
            Story { mode: if all { Mode::All } else { Mode::Reactions }, events, texts }
        },
    )
}

/// A story, and its events in any order, each at least once.
fn told_anyhow() -> impl Strategy<Value = (Story, Vec<Delivery>)> {
    stories().prop_flat_map(|story| {
        let all = story.events.len();
        let again = prop::collection::vec((0..all, any::<bool>()), 0..5);
        let order = again.prop_flat_map(move |again| {
            let once = (0..all).map(|event| (event, false));
            Just(once.chain(again).collect::<Vec<_>>()).prop_shuffle()
        });
        let deliveries = order.prop_flat_map(|order| {
            let later = prop::collection::vec(0..4_u8, order.len());
            (Just(order), later).prop_map(|(order, later)| {
                order.into_iter().zip(later).map(|((event, anew), later)| Delivery { event, anew, later }).collect()
            })
        });
        (Just(story), deliveries)
    })
}

/// A bot with nothing in its store but how the channel is listened to.
struct Bot {
    store: SharedStore,
    in_force: InForce,
    story: Story,
    /// The latest moment of which anything has come.
    now: i64,
    ids: usize,
}

fn person(user: &str) -> Identity {
    Identity { tenant: TenantId::new("E1"), user: UserId::new(user), name: user.to_owned() }
}

fn channel() -> ChannelId {
    ChannelId::new("C1")
}

fn source() -> Source {
    Source { tenant: TenantId::new("E1"), channel: channel(), ts: Story::moment(0) }
}

fn in_force() -> InForce {
    let id = |id: &str| FunctionId::parse(id).unwrap();
    let function = |name: &str| Function {
        id: id(name),
        name: name.to_owned(),
        was: vec![],
        channel: ChannelRef::Name(name.to_owned()),
        members: Members::OfChannel,
        lead: UserId::new("U1"),
        deputy: None,
        tag_at: crate::domain::tagging::TAGGED,
        digest: Schedule {
            at: jiff::civil::time(9, 0, 0, 0),
            zone: jiff::tz::TimeZone::UTC,
            weekdays: Day::monday_to_friday(),
            holidays: std::collections::BTreeSet::new(),
        },
    };
    let rule = |name: &str, function: &str| Rule { phrases: vec![name.to_owned()], ..Rule::new(name, id(function)) };
    InForce {
        reminds: true,
        masking: crate::domain::masking::Masking::default(),
        routing: Routing::new(vec![function("finance"), function("support")]).unwrap(),
        tagger: Arc::new(Tagger::new(vec![rule("invoice", "finance"), rule("refund", "support")]).unwrap()),
        examples: vec![],
        knowledge: RwLock::default(),
        recent: Mutex::default(),
        prudence: None,
        accounts: Arc::default(),
        filter: Arc::new(Filter::new(vec![], Strengths::default()).unwrap()),
        rollup: None,
        alarms: Alarms::new(&[]).unwrap(),
        kinds: Arc::new(crate::domain::kind::Kinds::new(&[]).unwrap()),
        of_kinds: vec![],
        hash: "h1".to_owned(),
        command: "/heard".to_owned(),
        own_command: "/allears".to_owned(),
        reaction: "postbox".to_owned(),
    }
}

impl Bot {
    async fn new(story: Story) -> Self {
        let memory: SharedStore = Arc::new(MemoryStore::default());
        let listen = Act::Listen { channel: channel(), mode: story.mode, chosen_by: person("admin") };
        memory.commit(Change::of_the_bot(Timestamp::UNIX_EPOCH, vec![listen])).await.unwrap();
        Self { store: memory, in_force: in_force(), story, now: 0, ids: 0 }
    }

    /// As a delivery becomes its gesture.
    async fn comes(&mut self, Delivery { event, anew, later }: Delivery) {
        let (at, what) = self.story.events[event];
        self.now = self.now.max(at);
        self.ids += usize::from(anew);
        let key = DeliveryKey::event(&if anew { format!("Ev{event} again {}", self.ids) } else { format!("Ev{event}") });
        match what {
            // An event says what stood there when it happened.
            What::Written if self.story.mode == Mode::All => {
                self.hears(key, Message { edited: None, ..self.story.message(0).unwrap() }).await;
            }
            What::Written => {}
            What::Edited => self.hears_of_edit(key, self.story.message(at).unwrap()).await,
            What::Reacted => {
                // The message is looked up, and may be another or gone by then.
                let later = self.story.events.iter().filter(|(at, _)| *at > self.now).nth(usize::from(later).wrapping_sub(1));
                self.now = later.map_or(self.now, |(at, _)| *at);
                if let Some(message) = self.story.message(self.now) {
                    self.takes(key, Gesture::Reaction, message, Some(Story::moment(at))).await;
                }
            }
            What::Unreacted => {
                unreacted(&self.store, Timestamp::UNIX_EPOCH, (person("lee"), key), source(), Story::moment(at)).await.unwrap();
            }
            What::Deleted => deleted(&self.store, Timestamp::UNIX_EPOCH, Some(key), source()).await.unwrap(),
        }
    }

    async fn hears(&self, key: DeliveryKey, message: Message) {
        self.takes(key, Gesture::Listening, message, None).await;
    }

    async fn hears_of_edit(&self, key: DeliveryKey, message: Message) {
        let followed = edited(&self.store, &self.in_force, Timestamp::UNIX_EPOCH, &source(), &message).await.unwrap();
        if !followed && self.story.mode == Mode::All {
            self.hears(key, message).await;
        }
    }

    async fn takes(&self, key: DeliveryKey, gesture: Gesture, message: Message, reaction: Option<String>) {
        let Ok(Words { verbatim, parts }) = compose(&[message]) else { return };
        let listens = gesture == Gesture::Listening;
        let telling = Telling {
            teller: person(if listens { "kim" } else { "lee" }),
            teller_functions: vec![],
            key,
            channel: channel(),
            origin: Origin::Public,
            gesture,
            verbatim,
            message: Some(Taken { source: source(), thread: None, parts, author: (!listens).then(|| person("kim")) }),
            customer: None,
            functions: vec![],
            hidden: false,
            urgent: false,
            reaction,
            receipt: (!listens).then_some(Reach::Direct),
        };
        tell(&self.store, &self.in_force, Timestamp::UNIX_EPOCH, telling).await.unwrap();
    }

    /// What stands in the end, by message.
    async fn stands(&self) -> BTreeMap<Source, Vec<(String, Vec<Tag>)>> {
        let mut stands: BTreeMap<Source, Vec<(String, Vec<Tag>)>> = BTreeMap::new();
        for n in 0..5 {
            for (_, record) in self.store.told_by(PersonNo(n), 100).await.unwrap() {
                if !record.withdrawn {
                    stands.entry(record.source.unwrap()).or_default().push((record.verbatim, record.tags));
                }
            }
        }
        stands
    }
}

fn end_of(story: &Story, deliveries: &[Delivery]) -> BTreeMap<Source, Vec<(String, Vec<Tag>)>> {
    let all = async {
        let mut bot = Bot::new(story.clone()).await;
        for delivery in deliveries {
            bot.comes(*delivery).await;
        }
        bot.stands().await
    };
    futures_util::FutureExt::now_or_never(all).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_order_and_repetition_comes_to_the_same((story, deliveries) in told_anyhow()) {
        prop_assert_eq!(end_of(&story, &deliveries), end_of(&story, &story.in_order()));
    }
}
