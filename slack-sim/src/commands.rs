//! Slash commands. Source: <https://docs.slack.dev/interactivity/implementing-slash-commands>.
use crate::asks::Origin;
use crate::cargo::{Attempt, Cargo, Failure};
use crate::delivery::Waiting;
use crate::refusal::Refusal;
use crate::shapes;
use crate::state::{Ephemeral, State};
use crate::text;
use crate::world::World;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// What a person sees after a slash command.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// Whether the app answered at all.
    pub ok: bool,
    /// Slack's name of the failure: `operation_timeout`, `dispatch_failed`, `unknown_command`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The message that they see, with `text`, `blocks`, `response_type`; nothing when the app answered with nothing.
    pub seen: Option<Value>,
}

impl Seen {
    /// The text that they see; empty when they see nothing.
    pub fn text(&self) -> &str {
        self.seen.as_ref().and_then(|seen| seen.get("text")).and_then(Value::as_str).unwrap_or_default()
    }
}

/// Who asked, where.
struct Asked {
    user: String,
    channel: String,
    command: String,
}

/// A command on its way.
struct Sent {
    asked: Asked,
    hook: String,
    waiting: Waiting,
}

enum Dispatched {
    Sent(Sent),
    Failed(Seen),
}

impl World {
    /// Somebody runs a command and waits for what comes back.
    pub(crate) async fn command(&self, user: &str, channel: &str, command: &str, typed: &str) -> Result<Seen, Refusal> {
        let Sent { asked, hook, waiting } = match self.dispatch(user, channel, command, typed)? {
            Dispatched::Sent(sent) => sent,
            Dispatched::Failed(seen) => return Ok(seen),
        };
        let answer = match self.delivery.answer(waiting).await {
            Ok(answer) => answer,
            Err(Failure { error, .. }) => return Ok(self.failed(&asked, error)),
        };
        match self.show(&hook, &answer) {
            Ok(seen) => Ok(Seen { ok: true, error: None, seen }),
            Err(_) => Ok(self.failed(&asked, "invalid_command_response")),
        }
    }

    fn dispatch(&self, user: &str, channel: &str, command: &str, typed: &str) -> Result<Dispatched, Refusal> {
        let command = format!("/{}", command.trim().trim_start_matches('/'));
        let mut state = self.state();
        let (user, channel) = self.enter(&mut state, user, channel)?;
        let asked = Asked { user, channel, command };
        if !self.install.knows(&asked.command) {
            drop(state);
            return Ok(Dispatched::Failed(self.failed(&asked, "unknown_command")));
        }
        let hook = self.hook(&mut state, "commands", (&asked.channel, &asked.user), None);
        let payload = Arc::new(self.command_payload(&mut state, &asked, typed, &hook.url));
        let waiting = self.delivery.send(Cargo::Command, &payload, Attempt::default());
        drop(state);
        Ok(Dispatched::Sent(Sent { asked, hook: hook.secret, waiting }))
    }

    fn command_payload(&self, state: &mut State, asked: &Asked, typed: &str, response_url: &str) -> Value {
        let trigger_id = self.trigger(state, &asked.user, Origin::Conversation(asked.channel.clone()));
        let team = &state.team;
        let user_name = state.people.get(&asked.user).map(|person| person.name.as_str());
        let mut payload = json!({
            "token": "sim-verification-token", "team_id": team.id, "team_domain": team.domain,
            "channel_id": asked.channel, "channel_name": state.channels.get(&asked.channel).map(shapes::shown_name),
            "user_id": asked.user, "user_name": user_name, "command": asked.command,
            "text": text::encode(typed.trim(), state).text, "api_app_id": team.app_id,
            "is_enterprise_install": team.org_wide.to_string(), "response_url": response_url, "trigger_id": trigger_id,
        });
        if let (Some(enterprise), Some(fields)) = (&team.enterprise, payload.as_object_mut()) {
            fields.insert("enterprise_id".to_owned(), json!(enterprise.id));
            fields.insert("enterprise_name".to_owned(), json!(enterprise.name));
        }
        payload
    }

    /// Slack tells a person that a command came to nothing.
    fn failed(&self, asked: &Asked, error: &'static str) -> Seen {
        let command = &asked.command;
        let told = match error {
            "unknown_command" => format!("{command} is not a valid command."),
            "dispatch_failed" => format!("{command} failed because the app did not respond."),
            error => format!("{command} failed with the error \"{error}\""),
        };
        let mut state = self.state();
        let seen = Ephemeral {
            ts: self.next_ts(&mut state),
            channel: asked.channel.clone(),
            user: asked.user.clone(),
            by_slack: true,
            text: told,
            blocks: None,
            thread_ts: None,
        };
        let shown = self.whisper(&mut state, seen);
        drop(state);
        Seen { ok: false, error: Some(error.to_owned()), seen: Some(shown) }
    }
}
