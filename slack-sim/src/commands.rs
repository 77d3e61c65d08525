//! Slash commands and the addresses for later answers to them.
//! Source: <https://docs.slack.dev/interactivity/implementing-slash-commands> and, for the addresses,
//! <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>.
use crate::hub::{Cargo, Waiting};
use crate::refusal::Refusal;
use crate::shapes;
use crate::state::{Author, Channel, Ephemeral, Kind, Message, State};
use crate::text;
use crate::world::{Hook, Original, Trigger, World, lock};
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::{Value, json};

/// How long an address takes answers, on the workspace's clock.
const HOOK_LIFE: SignedDuration = SignedDuration::from_mins(30);
/// How many answers it takes.
const HOOK_USES: u8 = 5;
/// Addresses that are kept before those that expired are swept out.
const MOST_HOOKS: usize = 1_000;
/// How long a trigger opens a modal, on the wire's clock.
const TRIGGER_LIFE: SignedDuration = SignedDuration::from_secs(3);

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
        let Some(ack) = self.hub.answer(waiting).await else {
            let told = format!("{} failed with the error \"operation_timeout\"", asked.command);
            return Ok(self.failed(&mut self.state(), &asked, "operation_timeout", told));
        };
        let seen = self.show(&hook, ack.get("payload").unwrap_or(&Value::Null));
        Ok(Seen { ok: true, error: None, seen })
    }

    fn dispatch(&self, user: &str, channel: &str, command: &str, typed: &str) -> Result<Dispatched, Refusal> {
        let command = format!("/{}", command.trim().trim_start_matches('/'));
        let mut state = self.state();
        let (user, channel) = self.enter(&mut state, user, channel)?;
        let asked = Asked { user, channel, command };
        if !self.install.commands.is_empty() && !self.install.commands.contains(&asked.command) {
            let told = format!("{} is not a valid command.", asked.command);
            return Ok(Dispatched::Failed(self.failed(&mut state, &asked, "unknown_command", told)));
        }
        let hook = self.hook(&mut state, &asked);
        let payload = self.command_payload(&mut state, &asked, typed, &hook);
        let Some(waiting) = self.hub.send(Cargo::Command, &payload, 0) else {
            let told = format!("{} failed because the app did not respond.", asked.command);
            return Ok(Dispatched::Failed(self.failed(&mut state, &asked, "dispatch_failed", told)));
        };
        drop(state);
        Ok(Dispatched::Sent(Sent { asked, hook, waiting }))
    }

    fn command_payload(&self, state: &mut State, asked: &Asked, typed: &str, hook: &str) -> Value {
        let trigger_id = state.ids.trigger();
        let trigger = Trigger { until: self.hub.wire.now() + TRIGGER_LIFE, used: false };
        let mut triggers = lock(&self.triggers);
        if triggers.len() > MOST_HOOKS {
            triggers.clear();
        }
        triggers.insert(trigger_id.clone(), trigger);
        drop(triggers);
        let team = &state.team;
        let user_name = state.people.get(&asked.user).map(|person| person.name.as_str());
        json!({
            "token": "sim-verification-token", "team_id": team.id, "team_domain": team.domain,
            "channel_id": asked.channel, "channel_name": state.channels.get(&asked.channel).map(shown_name),
            "user_id": asked.user, "user_name": user_name, "command": asked.command,
            "text": text::encode(typed.trim(), state).text, "api_app_id": team.app_id, "is_enterprise_install": "false",
            "response_url": format!("{}/commands/{}/{hook}", self.base(), team.id), "trigger_id": trigger_id,
        })
    }

    fn hook(&self, state: &mut State, asked: &Asked) -> String {
        let secret = format!("{}/{}", state.ids.thing("1"), state.ids.secret());
        let hook =
            Hook { channel: asked.channel.clone(), user: asked.user.clone(), until: self.time.now() + HOOK_LIFE, uses: 0, original: None };
        let mut hooks = lock(&self.hooks);
        if hooks.len() > MOST_HOOKS {
            let now = self.time.now();
            hooks.retain(|_, hook| now <= hook.until);
        }
        hooks.insert(secret.clone(), hook);
        secret
    }

    fn failed(&self, state: &mut State, asked: &Asked, error: &str, told: String) -> Seen {
        let seen = Ephemeral {
            ts: self.next_ts(state),
            channel: asked.channel.clone(),
            user: asked.user.clone(),
            by_slack: true,
            text: told,
            blocks: None,
            thread_ts: None,
        };
        let shown = shapes::ephemeral(state, &seen);
        state.ephemerals.push(seen);
        self.tick("ephemeral", &asked.channel);
        Seen { ok: false, error: Some(error.to_owned()), seen: Some(shown) }
    }

    /// Shows an answer: to the one who asked, or in the channel. Nothing when there is nothing to show.
    fn show(&self, secret: &str, answer: &Value) -> Option<Value> {
        let mut hook = lock(&self.hooks).get(secret).cloned()?;
        let answer = if let Some(text) = answer.as_str() { &json!({"text": text}) } else { answer };
        let text = answer.get("text").and_then(Value::as_str).unwrap_or_default();
        let blocks = answer.get("blocks").filter(|blocks| blocks.as_array().is_some_and(|all| !all.is_empty()));
        if text.is_empty() && blocks.is_none() {
            return None;
        }
        let mut state = self.state();
        let ts = self.next_ts(&mut state);
        let thread_ts = answer.get("thread_ts").and_then(Value::as_str).map(str::to_owned);
        let (original, shown) = if answer.get("response_type").and_then(Value::as_str) == Some("in_channel") {
            let mut message = Message::new(ts.clone(), Author::AppAside, text.to_owned());
            message.subtype = Some("bot_message");
            message.blocks = blocks.cloned();
            message.thread_ts = thread_ts.filter(|ts| crate::acts::thread_root(&state, &hook.channel, ts).is_ok());
            let channel = state.channels.get(&hook.channel)?;
            let mut shown = shapes::message(&state, channel, &message, shapes::Metadata::Full);
            shown.insert("response_type".to_owned(), json!("in_channel"));
            drop(self.put(&mut state, &hook.channel, message));
            (Original::Message(ts), Value::Object(shown))
        } else {
            let seen = Ephemeral {
                ts: ts.clone(),
                channel: hook.channel.clone(),
                user: hook.user.clone(),
                by_slack: false,
                text: text.to_owned(),
                blocks: blocks.cloned(),
                thread_ts,
            };
            let shown = shapes::ephemeral(&state, &seen);
            state.ephemerals.push(seen);
            self.tick("ephemeral", &hook.channel);
            (Original::Ephemeral(ts), shown)
        };
        drop(state);
        hook.original = Some(original);
        self.keep_original(secret, hook.original);
        Some(shown)
    }

    fn keep_original(&self, secret: &str, original: Option<Original>) {
        if let Some(hook) = lock(&self.hooks).get_mut(secret) {
            hook.original = original;
        }
    }

    /// An answer to a `response_url`: Slack's error where there is one.
    pub(crate) fn respond(&self, secret: &str, answer: &Value) -> Result<(), &'static str> {
        let original = use_once(lock(&self.hooks).get_mut(secret), self.time.now())?;
        let set = |name: &str| answer.get(name).is_some_and(|value| *value == json!(true) || *value == json!("true"));
        if set("delete_original") {
            self.replace(secret, original, None);
            return Ok(());
        }
        if set("replace_original") && original.is_some() {
            self.replace(secret, original, Some(answer));
            return Ok(());
        }
        self.show(secret, answer).map(drop).ok_or("no_text")
    }

    fn replace(&self, secret: &str, original: Option<Original>, answer: Option<&Value>) {
        let text = answer.and_then(|answer| answer.get("text")).and_then(Value::as_str).unwrap_or_default();
        let blocks = answer.and_then(|answer| answer.get("blocks")).cloned();
        let Some(channel) = lock(&self.hooks).get(secret).map(|hook| hook.channel.clone()) else { return };
        let mut state = self.state();
        match (original, answer) {
            (Some(Original::Ephemeral(ts)), None) => state.ephemerals.retain(|seen| seen.ts != ts),
            (Some(Original::Ephemeral(ts)), Some(_)) => {
                if let Some(seen) = state.ephemerals.iter_mut().find(|seen| seen.ts == ts) {
                    text.clone_into(&mut seen.text);
                    seen.blocks = blocks;
                }
            }
            (Some(Original::Message(ts)), None) => self.remove(&mut state, &channel, &ts),
            (Some(Original::Message(ts)), Some(_)) => {
                let by = state.team.bot_user.clone();
                self.change(&mut state, (&channel, &ts), &by, |message| {
                    text.clone_into(&mut message.text);
                    message.blocks = blocks;
                });
            }
            (None, _) => {}
        }
        drop(state);
        self.tick("ephemeral", &channel);
    }
}

/// Counts one use of an address; answers what it may replace.
fn use_once(hook: Option<&mut Hook>, now: jiff::Timestamp) -> Result<Option<Original>, &'static str> {
    let hook = hook.ok_or("invalid_url")?;
    if now > hook.until {
        return Err("expired_url");
    }
    if hook.uses >= HOOK_USES {
        return Err("used_url");
    }
    hook.uses += 1;
    Ok(hook.original.clone())
}

/// A channel's name as commands give it: Slack keeps the names of private places back.
fn shown_name(channel: &Channel) -> &str {
    match channel.kind {
        Kind::Public => &channel.name,
        Kind::Private => "privategroup",
        Kind::Direct => "directmessage",
    }
}
