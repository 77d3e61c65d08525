//! What is in force: the functions, and the rules by which feedback is tagged.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::feedback::Customer;
use crate::domain::function::FunctionId;
use crate::domain::ids::{AccountId, UserId};
use crate::domain::routing::{Function, Members, Routing};
use crate::domain::tagging::Tagger;

/// What is in force.
#[derive(Debug)]
pub struct InForce {
    /// The functions.
    pub routing: Routing,
    /// The tagger, made of the rules.
    pub tagger: Tagger,
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

    /// The customer whom a text names, of those on the list.
    pub fn customer_in(&self, _verbatim: &str) -> Option<Customer> {
        None
    }

    /// Whether there is a list of customers.
    pub fn has_accounts(&self) -> bool {
        false
    }

    /// Customers of the list whose name fits what was typed; at most so many.
    pub fn suggest(&self, _typed: &str, _most: usize) -> Vec<(AccountId, String)> {
        vec![]
    }

    /// What people call a customer of the list; its id where it is no longer there.
    pub fn account_name(&self, id: &AccountId) -> String {
        id.to_string()
    }

    /// Ids of all functions, in order.
    pub fn ids(&self) -> Vec<FunctionId> {
        self.routing.functions().iter().map(|function| function.id.clone()).collect()
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
