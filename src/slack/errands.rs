//! What admins ask for that takes longer than an answer may.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::config::Secret;
use crate::domain::ids::ChannelId;

/// How many wait at most.
const MOST: usize = 16;

/// Somebody wants to know how much was said in a channel.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) channel: ChannelId,
    /// How many days back.
    pub(super) days: u16,
    /// Where they are answered.
    pub(super) answer: Secret,
}

/// What waits to be done.
#[derive(Debug, Default)]
pub struct Errands {
    looks: Mutex<VecDeque<Look>>,
    more: Notify,
}

impl Errands {
    /// Takes a question. `false`: too many wait.
    pub(super) fn look(&self, look: Look) -> bool {
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = looks.len() < MOST;
        if fits {
            looks.push_back(look);
        }
        drop(looks);
        self.more.notify_one();
        fits
    }

    pub(super) fn next_look(&self) -> Option<Look> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// A reading was begun or stopped.
    pub(super) fn begin(&self) {
        self.more.notify_one();
    }

    pub(super) async fn more(&self) {
        self.more.notified().await;
    }
}
