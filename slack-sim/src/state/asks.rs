//! What Slack hands out with a command or an interaction: a trigger, by which the app may open one modal, and an address for
//! later answers. Sources: <https://docs.slack.dev/interactivity/handling-user-interaction>,
//! <https://docs.slack.dev/surfaces/modals>.
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// How long an address takes answers, on the workspace's clock.
pub(crate) const HOOK_LIFE: SignedDuration = SignedDuration::from_mins(30);
/// How many answers it takes.
const HOOK_USES: u8 = 5;
/// How long a trigger opens a modal, on the wire's clock.
pub(crate) const TRIGGER_LIFE: SignedDuration = SignedDuration::from_secs(3);
/// How many of each are kept before those that expired are swept out.
const MOST: usize = 1_000;

/// An address for later answers.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    pub(crate) channel: String,
    pub(crate) user: String,
    pub(crate) until: Timestamp,
    pub(crate) uses: u8,
    pub(crate) original: Option<Original>,
    /// Whether that stays so, as for what was pressed; else it is what was shown last.
    pub(crate) fixed: bool,
}

/// What an answer to a `response_url` may replace or delete.
#[derive(Clone, Debug)]
pub(crate) enum Original {
    Ephemeral(String),
    Message(String),
}

/// A permission to open a modal.
#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    pub(crate) until: Timestamp,
    pub(crate) used: bool,
    pub(crate) user: String,
    pub(crate) origin: Origin,
}

/// Where somebody was when they did what a trigger was given out for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// In a modal: only then may another be pushed.
    Modal,
    /// In this conversation.
    Conversation(String),
    /// Somewhere else: on a Home, or nobody says where.
    Elsewhere,
}

/// All that were handed out and may still be used.
#[derive(Debug, Default)]
pub(crate) struct Asks {
    hooks: BTreeMap<String, Hook>,
    triggers: BTreeMap<String, Trigger>,
}

impl Asks {
    pub(crate) fn add_hook(&mut self, secret: &str, hook: Hook, now: Timestamp) {
        if self.hooks.len() > MOST {
            self.hooks.retain(|_, hook| now <= hook.until);
        }
        self.hooks.insert(secret.to_owned(), hook);
    }

    pub(crate) fn hook(&self, secret: &str) -> Option<&Hook> {
        self.hooks.get(secret)
    }

    pub(crate) fn hook_shows(&mut self, secret: &str, original: Original) {
        if let Some(hook) = self.hooks.get_mut(secret).filter(|hook| !hook.fixed) {
            hook.original = Some(original);
        }
    }

    /// Counts one use of an address; answers what it may replace. Errors are Slack's names.
    pub(crate) fn use_hook(&mut self, secret: &str, now: Timestamp) -> Result<Option<Original>, &'static str> {
        let hook = self.hooks.get_mut(secret).ok_or("invalid_url")?;
        if now > hook.until {
            return Err("expired_url");
        }
        if hook.uses >= HOOK_USES {
            return Err("used_url");
        }
        hook.uses += 1;
        Ok(hook.original.clone())
    }

    pub(crate) fn add_trigger(&mut self, id: &str, trigger: Trigger, now: Timestamp) {
        if self.triggers.len() > MOST {
            // An hour later nobody asks any more whether it was used or is too old.
            self.triggers.retain(|_, trigger| now <= trigger.until + SignedDuration::from_hours(1));
        }
        self.triggers.insert(id.to_owned(), trigger);
    }

    /// Uses a trigger up. Errors are Slack's names.
    pub(crate) fn exchange(&mut self, id: &str, now: Timestamp) -> Result<Trigger, &'static str> {
        let trigger = self.triggers.get_mut(id).ok_or("invalid_trigger_id")?;
        if trigger.used {
            return Err("exchanged_trigger_id");
        }
        if now > trigger.until {
            return Err("expired_trigger_id");
        }
        trigger.used = true;
        Ok(trigger.clone())
    }
}
