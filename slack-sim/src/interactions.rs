//! What people do to what the app shows: presses, choices, shortcuts, Home; each told to the app, which has three seconds.
//! Sources: <https://docs.slack.dev/reference/interaction-payloads> and the pages below it.
use crate::asks::{Origin, Original};
use crate::cargo::{Answer, Attempt, Cargo, Failure};
use crate::channels::{Author, Channel, Kind, Message};
use crate::delivery::Waiting;
use crate::fields::{object, text};
use crate::inputs::{self, Typed};
use crate::refusal::Refusal;
use crate::shapes::{self, Metadata};
use crate::state::{Enterprise, Ephemeral, State};
use crate::views::View;
use crate::world::{ShortcutKind, World, person};
use crate::{events, looks};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a person sees of what they did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// Whether it was taken.
    pub ok: bool,
    /// Slack's name of the failure, such as `operation_timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What the person reads of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Of a submission: what is wrong, by the `block_id` of each field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<String, String>,
}

impl Outcome {
    pub(crate) fn done() -> Self {
        Self { ok: true, ..Self::default() }
    }

    pub(crate) fn failed(error: &str, message: impl Into<String>) -> Self {
        Self { error: Some(error.to_owned()), message: Some(message.into()), ..Self::default() }
    }

    pub(crate) fn of(failure: Failure) -> Self {
        let message = match failure.error {
            "operation_timeout" => "The app did not answer within three seconds.",
            "dispatch_failed" => "The app is not connected.",
            _ => "The app answered with an error.",
        };
        Self::failed(failure.error, message)
    }

    fn taken(answer: Answer) -> Self {
        answer.map_or_else(Self::of, |_| Self::done())
    }
}

/// An element that is used, and what all inputs beside it hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Press {
    /// Who does it, by name or id.
    pub user: String,
    /// Where the message stands.
    #[serde(default)]
    pub channel: Option<String>,
    /// The message, also one that only this person sees.
    #[serde(default)]
    pub ts: Option<String>,
    /// The view, where it is no message.
    #[serde(default)]
    pub view_id: Option<String>,
    /// The block; any when left out.
    #[serde(default)]
    pub block_id: String,
    /// The element.
    pub action_id: String,
    /// What was chosen or typed, in the simple form of `inputs`.
    #[serde(default)]
    pub value: Option<Value>,
    /// What the other inputs hold, by block and action.
    #[serde(default)]
    pub state: Typed,
}

/// Where an element stands.
enum Place {
    Message { channel: String, message: Box<Message> },
    Ephemeral(Ephemeral),
    View(View),
}

impl Place {
    fn blocks(&self) -> &Value {
        match self {
            Self::Message { message, .. } => message.blocks.as_ref(),
            Self::Ephemeral(seen) => seen.blocks.as_ref(),
            Self::View(view) => Some(view.blocks()),
        }
        .unwrap_or(&Value::Null)
    }

    fn origin(&self) -> Origin {
        match self {
            Self::Message { channel, .. } => Origin::Conversation(channel.clone()),
            Self::Ephemeral(seen) => Origin::Conversation(seen.channel.clone()),
            Self::View(view) if view.text("type") == "modal" => Origin::Modal,
            Self::View(_) => Origin::Elsewhere,
        }
    }
}

impl World {
    /// Somebody presses a button or chooses something, and waits for the app to take it.
    pub(crate) async fn press(&self, press: &Press) -> Result<Outcome, Refusal> {
        let waiting = self.send_press(press)?;
        Ok(Outcome::taken(self.delivery.answer(waiting).await))
    }

    fn send_press(&self, press: &Press) -> Result<Waiting, Refusal> {
        let mut state = self.state();
        let (user, place) = self.place_of(&mut state, press)?;
        let action = self.action(&mut state, &place, press)?;
        let mut payload = interaction(&state, "block_actions", &user);
        let trigger_id = self.trigger(&mut state, &user, place.origin());
        payload.extend(object(json!({"actions": [action], "trigger_id": trigger_id})));
        let held = inputs::state(place.blocks(), &press.state, &*state).0;
        payload.extend(self.in_place(&mut state, &user, place, &held));
        let waiting = self.deliver(payload, false);
        drop(state);
        Ok(waiting)
    }

    /// Queued to the app while the state is still locked, so that what people do arrives in order.
    pub(crate) fn deliver(&self, payload: Map<String, Value>, takes_answer: bool) -> Waiting {
        self.delivery.send(Cargo::Interaction { takes_answer }, &Arc::new(Value::Object(payload)), Attempt::default())
    }

    /// What the app suggests for what was typed into a select: `options` or `option_groups`.
    pub(crate) async fn suggest(&self, press: &Press) -> Result<Result<Map<String, Value>, Outcome>, Refusal> {
        let (waiting, block_id) = self.send_suggestion(press)?;
        let answer = match self.delivery.answer(waiting).await {
            Ok(answer) => object(answer),
            Err(failure) => return Ok(Err(Outcome::of(failure))),
        };
        let shown: Map<String, Value> =
            answer.into_iter().filter(|(name, _)| matches!(name.as_str(), "options" | "option_groups")).collect();
        self.remember_suggested(&block_id, &press.action_id, &shown);
        Ok(Ok(shown))
    }

    fn send_suggestion(&self, press: &Press) -> Result<(Waiting, String), Refusal> {
        let mut state = self.state();
        let (user, place) = self.place_of(&mut state, press)?;
        let element = inputs::element(place.blocks(), &press.block_id, &press.action_id).ok_or_else(no_element)?;
        let block_id = element.block_id.to_owned();
        let mut payload = interaction(&state, "block_suggestion", &user);
        let typed = press.value.as_ref().and_then(Value::as_str).unwrap_or_default();
        payload.extend(object(json!({"action_id": press.action_id, "block_id": block_id, "value": typed})));
        let held = inputs::state(place.blocks(), &press.state, &*state).0;
        payload.extend(self.in_place(&mut state, &user, place, &held));
        payload.remove("response_url");
        let waiting = self.deliver(payload, true);
        drop(state);
        Ok((waiting, block_id))
    }

    fn remember_suggested(&self, block_id: &str, action_id: &str, shown: &Map<String, Value>) {
        let own = |holder: &Value| holder.get("options").and_then(Value::as_array).cloned().unwrap_or_default();
        let groups = shown.get("option_groups").and_then(Value::as_array).into_iter().flatten().flat_map(own);
        let plain = shown.get("options").and_then(Value::as_array).into_iter().flatten().cloned();
        let mut state = self.state();
        for option in plain.chain(groups) {
            let key = (block_id.to_owned(), action_id.to_owned(), text(&option, "value").to_owned());
            state.suggested.insert(key, option);
        }
        drop(state);
    }

    /// Somebody uses a shortcut: a global one, or on a message.
    pub(crate) async fn shortcut(&self, user: &str, callback_id: &str, message: Option<(&str, &str)>) -> Result<Outcome, Refusal> {
        let wanted = if message.is_some() { ShortcutKind::Message } else { ShortcutKind::Global };
        let known = &self.install.shortcuts;
        if !known.is_empty() && !known.iter().any(|shortcut| shortcut.kind == wanted && shortcut.callback_id == callback_id) {
            let sentence = format!("The app has no such shortcut: {callback_id:?}.");
            return Err(Refusal::new(404, "shortcut_not_found", sentence));
        }
        let waiting = self.send_shortcut(user, callback_id, message)?;
        Ok(Outcome::taken(self.delivery.answer(waiting).await))
    }

    fn send_shortcut(&self, user: &str, callback_id: &str, message: Option<(&str, &str)>) -> Result<Waiting, Refusal> {
        let mut state = self.state();
        let kind = if message.is_some() { "message_action" } else { "shortcut" };
        let user = person(&state, user)?.id.clone();
        let mut payload = interaction(&state, kind, &user);
        // Neither carries it.
        payload.remove("api_app_id");
        let action_ts = self.next_ts(&mut state);
        let mut origin = Origin::Elsewhere;
        if let Some((channel, ts)) = message {
            let (channel_id, fields) = self.on_message(&mut state, &user, (channel, ts))?;
            payload.extend(fields);
            origin = Origin::Conversation(channel_id);
        }
        let trigger_id = self.trigger(&mut state, &user, origin);
        payload.extend(object(json!({"callback_id": callback_id, "action_ts": action_ts, "trigger_id": trigger_id})));
        let waiting = self.deliver(payload, false);
        drop(state);
        Ok(waiting)
    }

    fn on_message(&self, state: &mut State, user: &str, (name, ts): (&str, &str)) -> Result<(String, Map<String, Value>), Refusal> {
        let (_, channel_id) = self.enter(state, user, name)?;
        let hook = self.hook(state, "app", (&channel_id, user), None);
        let channel = state.channels.get(&channel_id).ok_or_else(|| Refusal::no_channel(name))?;
        let message = channel.messages.get(ts).ok_or_else(|| Refusal::no_message(ts))?;
        let shown = shapes::message(state, channel, message, Metadata::TypeOnly);
        let fields = object(json!({"channel": named(channel), "message_ts": ts, "message": shown, "response_url": hook.url}));
        Ok((channel_id, fields))
    }

    /// Somebody opens the app's Home.
    pub(crate) fn open_home(&self, user: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        let user = person(&state, user)?.id.clone();
        let direct = state.direct(&user, self.seconds());
        let ts = self.next_ts(&mut state);
        let event = events::home_opened(&user, &direct, state.views.home(&user).map(|view| &view.shown), &ts);
        self.tell(&mut state, None, &event);
        drop(state);
        Ok(())
    }

    /// The element's place, and who may use it there.
    fn place_of(&self, state: &mut State, press: &Press) -> Result<(String, Place), Refusal> {
        let user = person(state, &press.user)?.id.clone();
        if let Some(id) = &press.view_id {
            let view = state.views.get(id).filter(|view| view.user == user).cloned();
            let view = view.ok_or_else(|| Refusal::new(404, "view_not_found", "They have no such view open."))?;
            return Ok((user, Place::View(view)));
        }
        let ts = press.ts.as_deref().unwrap_or_default();
        if let Some(seen) = state.ephemerals.iter().find(|seen| seen.ts == ts && seen.user == user) {
            return Ok((user, Place::Ephemeral(seen.clone())));
        }
        let (user, channel) = self.enter(state, &press.user, press.channel.as_deref().unwrap_or_default())?;
        let message = looks::channel(state, &channel)?.and_then(|channel| channel.messages.get(ts));
        let message = Box::new(message.ok_or_else(|| Refusal::no_message(ts))?.clone());
        if !matches!(message.author, Author::App | Author::AppAside) {
            return Err(Refusal::new(403, "not_interactive", "Only the app's own messages can be used."));
        }
        Ok((user, Place::Message { channel, message }))
    }

    /// One entry of `actions`.
    fn action(&self, state: &mut State, place: &Place, press: &Press) -> Result<Value, Refusal> {
        let element = inputs::element(place.blocks(), &press.block_id, &press.action_id).ok_or_else(no_element)?;
        let action_ts = self.next_ts(state);
        let mut action = object(json!({
            "type": element.kind(), "block_id": element.block_id, "action_id": element.action_id, "action_ts": action_ts,
        }));
        for name in ["text", "value", "style", "placeholder"] {
            if let Some(value) = element.shape.get(name) {
                action.insert(name.to_owned(), value.clone());
            }
        }
        if !matches!(element.kind(), "button" | "icon_button" | "workflow_button") {
            let simple = press.value.as_ref().unwrap_or(&Value::Null);
            let chosen = if element.kind() == "feedback_buttons" { feedback(element.shape, simple) } else { element.chosen(simple, state) };
            action.extend(chosen.map_err(|sentence| Refusal::new(400, "invalid_value", sentence))?);
        }
        Ok(Value::Object(action))
    }

    /// What an interaction says of the message or view that it happened in.
    fn in_place(&self, state: &mut State, user: &str, place: Place, held: &Value) -> Map<String, Value> {
        object(match place {
            Place::View(mut view) => {
                view.hold(held);
                let id = view.text("id").to_owned();
                if let Some(kept) = state.views.get_mut(&id) {
                    kept.hold(held);
                }
                json!({"container": {"type": "view", "view_id": id}, "view": view.shown})
            }
            Place::Ephemeral(seen) => {
                let hook = self.hook(state, "actions", (&seen.channel, user), Some(Original::Ephemeral(seen.ts.clone())));
                let channel = state.channels.get(&seen.channel).map(named);
                let container = json!({"type": "message", "message_ts": seen.ts, "channel_id": seen.channel, "is_ephemeral": true});
                json!({"container": container, "channel": channel, "response_url": hook.url, "state": {"values": held}})
            }
            Place::Message { channel, message } => {
                let hook = self.hook(state, "actions", (&channel, user), Some(Original::Message(message.ts.clone())));
                let there = state.channels.get(&channel);
                let shown = there.map(|there| shapes::message(state, there, &message, Metadata::TypeOnly));
                let mut container = json!({"type": "message", "message_ts": message.ts, "channel_id": channel, "is_ephemeral": false});
                if let (Some(root), Some(fields)) = (&message.thread_ts, container.as_object_mut()) {
                    fields.insert("thread_ts".to_owned(), json!(root));
                }
                let channel = there.map(named);
                json!({"container": container, "channel": channel, "message": shown, "response_url": hook.url, "state": {"values": held}})
            }
        })
    }
}

/// What every interaction says of who did it and where the app is installed.
pub(crate) fn interaction(state: &State, kind: &str, user: &str) -> Map<String, Value> {
    let team = &state.team;
    let person = state.people.get(user);
    let name = person.map(|person| person.name.as_str());
    let home = person.map_or(&team.id, |person| &person.team_id);
    let place = match &team.enterprise {
        _ if team.org_wide => Value::Null,
        Some(Enterprise { id, name }) => json!({"id": team.id, "domain": team.domain, "enterprise_id": id, "enterprise_name": name}),
        None => json!({"id": team.id, "domain": team.domain}),
    };
    object(json!({
        "type": kind, "token": "sim-verification-token", "api_app_id": team.app_id, "team": place, "enterprise": team.enterprise,
        "is_enterprise_install": team.org_wide, "user": {"id": user, "username": name, "name": name, "team_id": home},
    }))
}

/// The pressed one of two buttons for an opinion.
fn feedback(shape: &Value, simple: &Value) -> Result<Map<String, Value>, String> {
    let chosen = ["positive_button", "negative_button"].into_iter().filter_map(|name| shape.get(name));
    let mut chosen = chosen.filter(|button| button.get("value") == Some(simple));
    let button = chosen.next().ok_or_else(|| format!("{simple} is neither of the two buttons."))?;
    Ok(object(json!({"value": simple, "text": button.get("text")})))
}

fn named(channel: &Channel) -> Value {
    let name = if channel.kind == Kind::Public { channel.name.as_str() } else { shapes::shown_name(channel) };
    json!({"id": channel.id, "name": name})
}

fn no_element() -> Refusal {
    Refusal::new(404, "action_not_found", "There is no such element in it.")
}
