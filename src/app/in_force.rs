//! What is in force: the functions, and the rules by which feedback is tagged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock};

use jiff::tz::TimeZone;

use crate::domain::account::{AccountId, Accounts};
use crate::domain::alike::Recent;
use crate::domain::feedback::Customer;
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, UserId};
use crate::domain::kind::{Kind, Kinds, OfKind};
use crate::domain::masking::Masking;
use crate::domain::noise::{Filter, Judgement};
use crate::domain::prudence::Prudence;
use crate::domain::routing::{ChannelRef, Day, Function, Members, Routing, Schedule};
use crate::domain::tagging::{Example, Passage, Tag, Tagger};
use crate::domain::teaching::Knowledge;
use crate::domain::urgent::Alarms;
use crate::domain::views::Record;
use crate::texts::page::{Piece, plain};

/// Where and when the company's week is posted.
#[derive(Debug, Clone)]
pub struct RollupPlan {
    /// Where.
    pub channel: ChannelRef,
    /// When.
    pub schedule: Schedule,
}

/// The working days of a company without functions, which the configuration does not let be.
static NOBODYS: LazyLock<Schedule> = LazyLock::new(|| Schedule {
    at: jiff::civil::time(9, 0, 0, 0),
    zone: TimeZone::UTC,
    weekdays: Day::monday_to_friday(),
    holidays: BTreeSet::new(),
});

/// What is in force.
#[derive(Debug)]
pub struct InForce {
    /// The functions.
    pub routing: Routing,
    /// Where and when the company's week is posted.
    pub rollup: Option<RollupPlan>,
    /// Whether people are reminded of what nobody has taken.
    pub reminds: bool,
    /// What is made unreadable in customers' words.
    pub masking: Masking,
    /// The tagger, made of the rules.
    pub tagger: Arc<Tagger>,
    /// Texts from which it learns before anybody corrects it.
    pub examples: Vec<Example>,
    /// What it learned from them and from people; grows while the bot runs.
    pub knowledge: RwLock<Arc<Knowledge>>,
    /// What was told last, by which a record is found that says the same.
    pub recent: Mutex<Recent<FeedbackNo>>,
    /// How often a language model was asked for hints; none where the configuration names none.
    pub prudence: Option<Mutex<Prudence>>,
    /// The company's customers.
    pub accounts: Arc<Accounts>,
    /// What of a channel is left out, where not all of it is heard.
    pub filter: Arc<Filter>,
    /// What cannot wait.
    pub alarms: Alarms,
    /// Of which kind something is.
    pub kinds: Arc<Kinds>,
    /// Texts whose kind is known, from which that is learned.
    pub of_kinds: Vec<OfKind>,
    /// Of everything in the configuration but secrets.
    pub hash: String,
    /// The command that tells, such as `/heard`.
    pub command: String,
    /// The bot's other command, such as `/allears`.
    pub own_command: String,
    /// The reaction that passes a message on, without colons.
    pub reaction: String,
}

impl InForce {
    /// What people call a function; its id where it is no longer there.
    pub fn name(&self, id: &FunctionId) -> String {
        self.routing.function(id).map_or_else(|| id.to_string(), |function| function.name.clone())
    }

    /// A function's channel as people read it; without its name where the function is no longer there.
    pub fn channel(&self, id: &FunctionId) -> Piece {
        channel(self.routing.function(id).map(|function| &function.channel))
    }

    /// Who reads something: a function, else everybody, who read the company's week.
    pub fn name_of(&self, function: Option<&FunctionId>) -> String {
        function.map_or_else(|| "Everybody".to_owned(), |id| self.name(id))
    }

    /// The zone that they read in.
    pub fn zone_of(&self, function: Option<&FunctionId>) -> TimeZone {
        let of_rollup = || self.rollup.as_ref().map_or(TimeZone::UTC, |plan| plan.schedule.zone.clone());
        function.map_or_else(of_rollup, |id| self.zone(id))
    }

    /// Their channel as people read it.
    pub fn channel_of(&self, function: Option<&FunctionId>) -> Piece {
        function.map_or_else(|| channel(self.rollup.as_ref().map(|plan| &plan.channel)), |id| self.channel(id))
    }

    /// The zone that a function reads in.
    pub fn zone(&self, id: &FunctionId) -> TimeZone {
        self.routing.function(id).map_or(TimeZone::UTC, |function| function.digest.zone.clone())
    }

    /// The function that answers a record: its lead, as it is called now.
    pub fn lead(&self, record: &Record) -> Option<&Function> {
        record.functions().find_map(|id| self.routing.function(id))
    }

    /// By whose working days a record's clock goes: the lead's, else those of the first function.
    pub fn works(&self, record: &Record) -> &Schedule {
        let first = || self.routing.functions().first().map_or(&*NOBODYS, |function| &function.digest);
        self.lead(record).map_or_else(first, |function| &function.digest)
    }

    /// The functions that somebody answers for.
    pub fn leads<'f>(&'f self, user: &'f UserId) -> impl Iterator<Item = &'f Function> {
        self.routing.functions().iter().filter(move |function| function.lead == *user || function.deputy.as_ref() == Some(user))
    }

    /// All functions that somebody belongs to or answers for, given who is in the channels of functions.
    pub fn belongs_to(&self, user: &UserId, in_channels: &BTreeMap<FunctionId, BTreeSet<UserId>>) -> Vec<FunctionId> {
        let belongs = |function: &&Function| {
            let is_member = match &function.members {
                Members::Listed(people) => people.contains(user),
                Members::OfChannel => in_channels.get(&function.id).is_some_and(|people| people.contains(user)),
            };
            is_member || function.lead == *user || function.deputy.as_ref() == Some(user)
        };
        self.routing.functions().iter().filter(belongs).map(|function| function.id.clone()).collect()
    }

    /// Reads a text, to be judged.
    pub fn read<'t>(&self, text: &'t str) -> Passage<'t> {
        self.tagger.read(text)
    }

    /// The functions that a text concerns, by the rules and by what was learned up to now.
    pub fn tag(&self, text: &Passage<'_>) -> Vec<Tag> {
        self.tagger.tag_with(&self.knowledge().learned, text)
    }

    /// Of which kind a text is, where that is sure enough to act on.
    pub fn kind_of(&self, text: &Passage<'_>) -> Option<Kind> {
        self.kinds.of(&self.knowledge().kinds, text)
    }

    /// Remembers what a record says now.
    pub fn remember(&self, no: FeedbackNo, verbatim: &str) {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).remember(no, verbatim);
    }

    /// The first record that was told before one and says the same, as far as it is remembered, or the next one after another.
    pub fn said_before(&self, no: FeedbackNo, after: Option<FeedbackNo>) -> Option<FeedbackNo> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).before(no, after)
    }

    /// What is known up to now.
    pub fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(&self.knowledge.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts in force what was learned anew.
    pub fn know(&self, knowledge: Knowledge) {
        *self.knowledge.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(knowledge);
    }

    /// The customer whom a text names, of those on the list.
    pub fn customer_in(&self, text: &Passage<'_>) -> Option<Customer> {
        let (first, _) = text.names().first()?;
        self.accounts.all().get(*first).map(|account| Customer::Account(account.id.clone()))
    }

    /// Whether a text is something that a customer said, as far as can be told.
    pub fn judge(&self, text: &Passage<'_>) -> Judgement {
        self.filter.judge(&self.knowledge().noise, text, !self.tag(text).is_empty())
    }

    /// Whether there is a list of customers.
    pub fn has_accounts(&self) -> bool {
        !self.accounts.is_empty()
    }

    /// Customers of the list whose name fits what was typed; at most so many.
    pub fn suggest(&self, typed: &str, most: usize) -> Vec<(AccountId, String)> {
        self.accounts.suggest(typed, most).into_iter().map(|account| (account.id.clone(), account.name.clone())).collect()
    }

    /// Who is meant by a name that somebody typed: a customer of the list, or one that it does not know.
    pub fn customer_called(&self, name: &str) -> Customer {
        self.accounts.named(name).map_or_else(|| Customer::Named(name.to_owned()), |account| Customer::Account(account.id.clone()))
    }

    /// What people call a customer of the list; its id where it is no longer there.
    pub fn account_name(&self, id: &AccountId) -> String {
        self.accounts.get(id).map_or_else(|| id.to_string(), |account| account.name.clone())
    }

    /// The same with the segment, where the list says it.
    pub fn account_shown(&self, id: &AccountId) -> String {
        let segment = self.accounts.get(id).and_then(|account| account.segment.as_deref());
        segment.map_or_else(|| self.account_name(id), |segment| format!("{} ({segment})", self.account_name(id)))
    }

    /// Who of the company looks after a customer, where the list says it.
    pub fn owner_of(&self, customer: &Customer) -> Option<&UserId> {
        match customer {
            Customer::Account(id) => self.accounts.get(id)?.owner.as_ref(),
            Customer::Named(_) => None,
        }
    }

    /// Ids of all functions, in order.
    pub fn ids(&self) -> Vec<FunctionId> {
        self.routing.functions().iter().map(|function| function.id.clone()).collect()
    }

    /// Functions that are no longer there, each with the one that it was merged into.
    pub fn merged(&self) -> Vec<(FunctionId, FunctionId)> {
        let functions = self.routing.functions().iter();
        functions.flat_map(|function| function.was.iter().map(|was| (was.clone(), function.id.clone()))).collect()
    }

    /// A person's home function: the one that lists them, else the only function channel that they are in, else none.
    pub fn home(&self, user: &UserId, in_channels: &BTreeMap<FunctionId, BTreeSet<UserId>>) -> Option<FunctionId> {
        let lists = |function: &&Function| matches!(&function.members, Members::Listed(people) if people.contains(user));
        let listed = self.routing.functions().iter().find(lists).map(|function| function.id.clone());
        listed.or_else(|| {
            let mut those = in_channels.iter().filter(|(_, people)| people.contains(user)).map(|(id, _)| id.clone());
            those.next().filter(|_| those.next().is_none())
        })
    }
}

fn channel(named: Option<&ChannelRef>) -> Piece {
    match named {
        Some(ChannelRef::Id(id)) => Piece::Channel(ChannelId::new(id)),
        Some(ChannelRef::Name(name)) => plain(format!("#{name}")),
        None => plain("its channel"),
    }
}
