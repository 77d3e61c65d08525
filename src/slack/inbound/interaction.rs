//! Presses, forms and shortcuts: <https://docs.slack.dev/reference/interaction-payloads>.

use serde_json::Value;

use super::fields::{inner, text, word};
use super::message::{Message, message};

/// Who does something, from where.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::slack) struct Actor {
    pub(in crate::slack) user: String,
    pub(in crate::slack) name: String,
    /// Empty where Slack does not say it: for an app that a whole enterprise has installed.
    pub(in crate::slack) team: String,
    pub(in crate::slack) enterprise: Option<String>,
}

/// A press.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::slack) struct Pressed {
    pub(in crate::slack) by: Actor,
    /// Opens a form, for three seconds.
    pub(in crate::slack) trigger: Option<String>,
    /// Unique to the press.
    pub(in crate::slack) key: String,
    pub(in crate::slack) id: String,
    pub(in crate::slack) value: String,
    pub(in crate::slack) channel: String,
    pub(in crate::slack) channel_name: String,
    /// Answers in place of the message.
    pub(in crate::slack) response_url: Option<String>,
    /// Where the button stands, where that is no message.
    pub(in crate::slack) view: Option<View>,
}

/// What a button stands in that is no message.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::slack) enum View {
    /// Our page at home.
    Home,
    /// A form or what it became, by its id.
    Modal(String),
}

/// A form that was sent.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::slack) struct Submitted {
    pub(in crate::slack) by: Actor,
    pub(in crate::slack) callback: String,
    pub(in crate::slack) metadata: String,
    /// The view and its state: unique to one sending of one form.
    pub(in crate::slack) key: String,
    /// By block: the one element's state in it.
    pub(in crate::slack) values: Value,
}

impl Submitted {
    /// A field's element.
    fn element(&self, block: &str) -> Option<&Value> {
        self.values.get(block)?.as_object()?.values().next()
    }

    /// What was typed.
    pub(in crate::slack) fn typed(&self, block: &str) -> Option<String> {
        text(self.element(block)?, "value")
    }

    /// The day that was picked, as `2026-12-24`.
    pub(in crate::slack) fn picked(&self, block: &str) -> Option<String> {
        text(self.element(block)?, "selected_date")
    }

    /// The person who was chosen, by their id.
    pub(in crate::slack) fn person(&self, block: &str) -> Option<String> {
        text(self.element(block)?, "selected_user")
    }

    /// What was chosen: the values of the options.
    pub(in crate::slack) fn chosen(&self, block: &str) -> Vec<String> {
        let Some(element) = self.element(block) else { return vec![] };
        let many = element.get("selected_options").and_then(Value::as_array).into_iter().flatten();
        many.chain(element.get("selected_option")).filter_map(|option| text(option, "value")).collect()
    }
}

/// A shortcut.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::slack) struct Shortcut {
    pub(in crate::slack) by: Actor,
    pub(in crate::slack) callback: String,
    pub(in crate::slack) trigger: String,
    pub(in crate::slack) channel: String,
    pub(in crate::slack) channel_name: String,
    /// The message on which it was used, if on one.
    pub(in crate::slack) message: Option<Message>,
}

/// An interaction.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::slack) enum Interaction {
    Pressed(Pressed),
    Submitted(Submitted),
    Shortcut(Shortcut),
    /// Somebody types a name into a field, and is to see what fits.
    Suggest {
        by: Actor,
        id: String,
        typed: String,
    },
    /// Somebody closed a form.
    Closed,
}

/// Reads an interaction. `None`: of a kind that is unknown, or without its parts.
pub(super) fn read(payload: &Value) -> Option<Interaction> {
    match payload.get("type")?.as_str()? {
        "block_actions" => pressed(payload).map(Interaction::Pressed),
        "view_submission" => submitted(payload).map(Interaction::Submitted),
        "shortcut" | "message_action" => shortcut(payload).map(Interaction::Shortcut),
        "block_suggestion" => Some(Interaction::Suggest {
            by: actor(payload)?,
            id: text(payload, "action_id")?,
            typed: text(payload, "value").unwrap_or_default(),
        }),
        "view_closed" => Some(Interaction::Closed),
        _ => None,
    }
}

fn actor(payload: &Value) -> Option<Actor> {
    Some(Actor {
        user: inner(payload, "user", "id")?,
        name: inner(payload, "user", "name").or_else(|| inner(payload, "user", "username")).unwrap_or_default(),
        team: inner(payload, "team", "id").or_else(|| inner(payload, "user", "team_id")).unwrap_or_default(),
        enterprise: inner(payload, "enterprise", "id").or_else(|| inner(payload, "team", "enterprise_id")),
    })
}

fn pressed(payload: &Value) -> Option<Pressed> {
    let action = payload.get("actions")?.get(0)?;
    let by = actor(payload)?;
    let trigger = word(payload, "trigger_id");
    let at = word(action, "action_ts").unwrap_or_default();
    let id = text(action, "action_id")?;
    let key = trigger.clone().unwrap_or_else(|| format!("{}/{id}/{at}", by.user));
    Some(Pressed {
        by,
        trigger,
        key,
        id,
        value: text(action, "value").or_else(|| inner(action, "selected_option", "value")).unwrap_or_default(),
        channel: inner(payload, "channel", "id").or_else(|| inner(payload, "container", "channel_id")).unwrap_or_default(),
        channel_name: inner(payload, "channel", "name").unwrap_or_default(),
        response_url: word(payload, "response_url"),
        view: view(payload),
    })
}

fn view(payload: &Value) -> Option<View> {
    match inner(payload, "view", "type")?.as_str() {
        "home" => Some(View::Home),
        _ => inner(payload, "view", "id").map(View::Modal),
    }
}

fn submitted(payload: &Value) -> Option<Submitted> {
    let view = payload.get("view")?;
    let hash = text(view, "hash").unwrap_or_default();
    Some(Submitted {
        by: actor(payload)?,
        callback: text(view, "callback_id").unwrap_or_default(),
        metadata: text(view, "private_metadata").unwrap_or_default(),
        key: format!("{}/{hash}", text(view, "id")?),
        values: view.get("state").and_then(|state| state.get("values")).cloned().unwrap_or_default(),
    })
}

fn shortcut(payload: &Value) -> Option<Shortcut> {
    let on_message = payload.get("type").and_then(|kind| kind.as_str()) == Some("message_action");
    let channel = inner(payload, "channel", "id").unwrap_or_default();
    let message = payload.get("message").filter(|_| on_message).and_then(message);
    if on_message && (message.is_none() || channel.is_empty()) {
        return None;
    }
    Some(Shortcut {
        by: actor(payload)?,
        callback: text(payload, "callback_id")?,
        trigger: word(payload, "trigger_id")?,
        message: message.map(|message| Message { channel: channel.clone(), ..message }),
        channel,
        channel_name: inner(payload, "channel", "name").unwrap_or_default(),
    })
}
